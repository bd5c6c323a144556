//! Precedents, gold labels and editorial edits from the command line.

mod support;

use serde_json::Value;
use support::{Ended, SPEC, Scratch};

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).expect("JSON")
}

fn rule(scratch: &Scratch, case: &str, behavior: &str, rest: &[&str]) -> Value {
    let harm = if behavior == "refuse" { "weapons:high" } else { "weapons:low" };
    let arguments = ["rule", case, "--behavior", behavior, "--harm", harm, "--format", "json"];
    let holding: &[&str] = if rest.contains(&"--holding") { &[] } else { &["--holding", "So."] };
    json(&scratch.run(&[&arguments[..], holding, rest].concat()).expect(0))
}

/// The id of the ruling that stands on a case.
fn rulings_on(scratch: &Scratch, case: &str) -> String {
    let found = json(&scratch.run(&["precedents", case, "--format", "json"]).expect(0));
    let stands = |ruling: &&Value| ruling["state"] == "settles";
    let ruling = found["on_case"].as_array().and_then(|all| all.iter().find(stands)).expect("a ruling");
    ruling["id"].as_str().expect("an id").to_owned()
}

/// Two cases ruled on, the second after the first.
fn ruled() -> Scratch {
    let scratch = Scratch::committed();
    rule(&scratch, "c1", "refuse", &["--holding", "A working recipe is refused"]);
    rule(&scratch, "c2", "comply", &["--holding", "History is no recipe", "--distinguishes", "c1"]);
    scratch
}

#[test]
fn the_nearest_rulings_come_with_their_holdings_and_what_differs() {
    let scratch = ruled();
    let found = json(&scratch.run(&["precedents", "c1", "--format", "json"]).expect(0));
    let near = &found["nearest"][0];
    assert_eq!((&near["case"], &near["holding"]), (&"c2".into(), &"History is no recipe".into()));
    assert_eq!((&near["binds"], &near["pinned"]), (&true.into(), &true.into()));
    assert_eq!(near["differs"], serde_json::json!([{"what": "severity", "here": "high", "there": "low"}]));
    assert_eq!(found["on_case"][0]["holding"], "A working recipe is refused");
    scratch.run(&["precedents", "c1"]).expect(0).says("differs in severity (high, there low)").says("binds");
    scratch.run(&["precedents", "c1", "--format", "markdown"]).expect(0).says("History is no recipe");
    scratch.run(&["precedents", "c9"]).expect(2).says("there is no case `c9`");
    scratch.run(&["precedents"]).expect(2);
}

#[test]
fn holdings_are_searched_and_clauses_show_what_shaped_them() {
    let scratch = ruled();
    let found = json(&scratch.run(&["precedents", "--search", "recipe", "--format", "json"]).expect(0));
    assert_eq!(found["found"].as_array().map(Vec::len), Some(2));
    scratch.run(&["precedents", "--search", "xyzzy\u{1b}[2J"]).expect(0).says("no holding says").harmless();
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Do not help at all."));
    scratch.run(&["commit", "-m", "Say it plainly", "--allow-failing-gates"]).expect(0);
    let shaped = json(&scratch.run(&["precedents", "--clause", "no-weapons", "--format", "json"]).expect(0));
    let ruling = &shaped["rulings"][0];
    assert_eq!(
        (&ruling["case"], &ruling["cites"], &ruling["decides"], &ruling["committed"]),
        (&"c1".into(), &true.into(), &true.into(), &true.into())
    );
    assert_eq!(shaped["commits"][0]["subject"], "Say it plainly");
    scratch.run(&["precedents", "--clause", "no-weapon"]).expect(2).says("Did you mean `no-weapons`?");
}

#[test]
fn the_graph_flags_what_does_not_add_up() {
    let scratch = ruled();
    scratch.run(&["precedents", "--graph"]).expect(0).says("distinguishes core/c1").says("all of it adds up");
    let first = rulings_on(&scratch, "c1");
    rule(&scratch, "c1", "comply", &["--follows", "c2", "--overrules", "c2", "--supersedes", &first]);
    let graph = scratch.run(&["precedents", "--graph", "--format", "json"]).expect(1);
    let kinds: Vec<String> =
        json(&graph)["flaws"].as_array().unwrap().iter().map(|flaw| flaw["kind"].to_string()).collect();
    assert_eq!(kinds, ["\"follows-overruled\""]);
    scratch.run(&["precedents", "--graph", "--format", "markdown"]).expect(1).says("flowchart TD");
}

#[test]
fn a_ruling_that_runs_against_earlier_ones_is_not_written() {
    let scratch = ruled();
    let first = rulings_on(&scratch, "c2");
    let again = ["rule", "c2", "--behavior", "refuse", "--harm", "weapons:high", "--holding", "x", "--format", "json"];
    let refused = json(&scratch.run(&again).expect(1));
    let conflict = &refused["refused"][0]["conflicts"][0];
    assert_eq!(
        (&refused["id"], &conflict["kind"], &conflict["id"]),
        (&Value::Null, &"reverses".into(), &first.as_str().into())
    );
    assert_eq!(conflict["ways"], serde_json::json!([{"way": "replace", "options": ["--supersedes", first]}]));
    assert_eq!(rulings_on(&scratch, "c2"), first);
    scratch.run(&[&again[..], &["--supersedes", &first]].concat()).expect(0);

    // The same point as that of `c2` by now, ruled on otherwise.
    let comply = ["rule", "c1", "--behavior", "comply", "--harm", "weapons:high", "--holding", "No."];
    let refused = scratch.run(&[&comply[..], &["--supersedes", &rulings_on(&scratch, "c1")]].concat());
    refused
        .expect(1)
        .says("core/c2 (refuse, overridden): a ruling that binds")
        .says("--behavior refuse --follows c2")
        .says("--distinguishes c2")
        .says("--overrules c2")
        .says("Nothing was written.");
    let told = ["--supersedes", &rulings_on(&scratch, "c1"), "--distinguishes", "c2"];
    scratch.run(&[&comply[..], &told].concat()).expect(0);
    scratch.run(&["check"]).expect(0);
}

#[test]
fn an_edit_makes_labels_stale_unless_it_is_declared_editorial() {
    let scratch = ruled();
    let state = |scratch: &Scratch| {
        let gold = json(&scratch.run(&["gold", "--format", "json"]).expect(0));
        let count = |state: &str| gold["sets"][0][state].as_u64().expect("a count");
        (count("valid"), count("stale"))
    };
    assert_eq!(state(&scratch), (2, 0));
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Do\n      not   help."));
    assert_eq!(state(&scratch), (2, 0), "white space does not count");
    scratch.run(&["editorial", "no-weapons", "--reason", "r"]).expect(2).says("is the same in substance");
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Never help."));
    assert_eq!(state(&scratch), (1, 1));
    scratch.run(&["gold", "--state", "stale"]).expect(0).says("core/c1: `no-weapons` was changed");
    scratch.run(&["editorial", "no-weapons", "--reason", "r", "--dry-run"]).expect(0).says("nothing was written");
    assert_eq!(state(&scratch), (1, 1));
    let declared = scratch.run(&["editorial", "no-weapons", "--reason", "Plain words", "--format", "json"]);
    let declared = json(&declared.expect(0));
    assert_eq!(declared["carried"], serde_json::json!({"labels": 0, "rulings": 1}));
    assert!(declared["file"].as_str().expect("a file").starts_with("editorial/ana@example.org/"));
    assert_eq!(state(&scratch), (2, 0));
    scratch.run(&["check"]).expect(0);
    let id = declared["id"].as_str().expect("an id");
    scratch.run(&["editorial", id, "--withdraw", "--reason", "It did change the rule"]).expect(0);
    assert_eq!(state(&scratch), (1, 1));
    scratch.run(&["editorial", id, "--withdraw", "--reason", "again"]).expect(2);
}

#[test]
fn an_edit_that_is_committed_is_declared_against_the_version_before_it() {
    let scratch = ruled();
    scratch.run(&["commit", "-m", "Rule on two cases", "--allow-failing-gates"]).expect(0);
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Never help."));
    scratch
        .run(&["status"])
        .expect(0)
        .says("1 ruling becomes stale: `casebook gold --state stale`, or `casebook editorial no-weapons`");
    let dry = ["commit", "-m", "Say never", "--allow-failing-gates", "--dry-run"];
    scratch.run(&dry).expect(0).says("1 ruling becomes stale");
    scratch.run(&dry[..4]).expect(0).says("1 ruling becomes stale");
    let status = json(&scratch.run(&["status", "--format", "json"]).expect(0));
    assert_eq!(status["becomes_stale"], serde_json::json!({"labels": 0, "rulings": 0, "texts": []}));
    let declared = scratch.run(&["editorial", "no-weapons", "--reason", "Plain words", "--format", "json"]);
    let declared = json(&declared.expect(0));
    assert_eq!(declared["carried"], serde_json::json!({"labels": 0, "rulings": 1}));
    assert_eq!(declared["earlier"][0]["subject"], "Rule on two cases");
    assert_eq!(declared["earlier"][0]["base"], declared["base"]);
    // Nothing rests on an earlier wording any more.
    scratch.run(&["editorial", "no-weapons", "--reason", "r"]).expect(2).says("is the same in substance");
}

#[test]
fn what_decides_otherwise_is_no_editorial_edit() {
    let scratch = ruled();
    scratch.write("specs/main.yaml", SPEC.replace("then: refuse", "then: comply"));
    let refused = scratch.run(&["editorial", "no-weapons", "--reason", "r", "--format", "json"]).expect(1);
    assert_eq!(json(&refused)["decided_otherwise"], serde_json::json!(["core/c1"]));
    assert!(!scratch.path("editorial").exists());
    scratch.run(&["editorial", "no-weapons", "--reason", "r", "--anyway"]).expect(0);
    scratch.run(&["editorial", "no-such", "--reason", "r"]).expect(2).says("there is no clause or category");
}

#[test]
fn hostile_declarations_become_problems() {
    let scratch = ruled();
    scratch.write(
        "editorial/eve/1.jsonl",
        "{\"text\":\n\u{1b}[2J\n{\"text\":\"no-weapons\",\"from\":\"a\",\"to\":\"b\",\"by\":\"eve\"}\n",
    );
    scratch
        .run(&["check"])
        .expect(1)
        .says("editorial/eve/1.jsonl:1:8")
        .says("so its editorial declaration is left out")
        .harmless();
    scratch.run(&["gold"]).expect(0).harmless();
}

#[test]
fn a_renamed_category_makes_nothing_stale() {
    let scratch = ruled();
    scratch.run(&["commit", "-m", "Rule on two cases", "--allow-failing-gates"]).expect(0);
    let harms = scratch.read("taxonomies/harms.yaml").replace("id: weapons", "id: arms\n    aliases: [weapons]");
    scratch.write("taxonomies/harms.yaml", harms);
    scratch.write("specs/main.yaml", SPEC.replace("category: weapons", "category: arms"));
    let stale = |when: &str| {
        let gold = json(&scratch.run(&["gold", "--format", "json"]).expect(0));
        assert_eq!(gold["sets"][0]["stale"], 0, "{when}: {gold}");
    };
    stale("before the commit");
    scratch.run(&["commit", "-m", "Call weapons arms", "--allow-failing-gates"]).expect(0);
    stale("after it");
    let said = scratch.git(&["show", "--stat", "HEAD"]);
    assert!(said.contains("editorial/"), "{said}");
}

#[test]
fn what_is_unanimous_is_ruled_on_after_a_look() {
    let scratch = Scratch::committed();
    scratch.run(&["queue", "--unanimous"]).expect(0).says("No case is unanimous");
    for who in ["ana@example.org", "bo@example.org"] {
        scratch.run(&["label", "c1", "--as", who, "--behavior", "refuse", "--harm", "weapons:high"]).expect(0);
        scratch.run(&["label", "c2", "--as", who, "--behavior", "comply", "--no-harm"]).expect(0);
    }
    scratch.run(&["queue", "--unanimous"]).expect(0).says("On 2 cases everybody agrees").says("core/c1");
    let told = json(&scratch.run(&["queue", "--unanimous", "--format", "json"]).expect(0));
    let seed = told["seed"].as_str().expect("a seed");
    assert_eq!(told["sample"].as_array().map(Vec::len), Some(2));
    scratch.run(&["rule", "--unanimous", "0000000000000000"]).expect(2).says("Cases or labels have changed");
    scratch.run(&["rule", "--unanimous", seed, "--except", "c9"]).expect(2).says("`c9` is not among those");
    let given = scratch.run(&["rule", "--unanimous", seed, "--except", "c2", "--format", "json"]).expect(0);
    let given = json(&given);
    assert_eq!((&given["cases"], &given["written"]), (&2.into(), &1.into()));
    let file = given["files"][0].as_str().expect("a file");
    let ruling: Value = serde_json::from_str(scratch.read(file).trim_end()).expect("a ruling");
    assert_eq!((&ruling["case"], &ruling["disposition"]), (&"c1".into(), &"unanimous".into()));
    assert_eq!((&ruling["batch"]["seed"], &ruling["batch"]["cases"]), (&seed.into(), &2.into()));
    scratch.run(&["check"]).expect(0);
    // Of those cases one is left, so that the sample is another.
    scratch.run(&["rule", "--unanimous", seed]).expect(2);
}

#[test]
fn what_is_unanimous_is_not_ruled_on_against_earlier_rulings() {
    let scratch = Scratch::committed();
    let third =
        r#"{"id":"c3","text":"three","gold":{"harms":[{"category":"weapons","severity":"high"}],"behavior":"refuse"}}"#;
    scratch.write("gold/core/cases.jsonl", format!("{}{third}\n", scratch.read("gold/core/cases.jsonl")));
    // A ruling at the same point that leaves it open.
    scratch.run(&["rule", "c1", "--disposition", "split", "--holding", "Fair readers differ"]).expect(0);
    for who in ["ana@example.org", "bo@example.org"] {
        scratch.run(&["label", "c3", "--as", who, "--behavior", "refuse", "--harm", "weapons:high"]).expect(0);
    }
    let told = json(&scratch.run(&["queue", "--unanimous", "--format", "json"]).expect(0));
    let seed = told["seed"].as_str().expect("a seed");
    let before = scratch.files();
    let refused = scratch.run(&["rule", "--unanimous", seed]).expect(1);
    refused.says("core/c3 is not ruled on").says("core/c1 (split").says("--except");
    assert!(scratch.files() == before);
    scratch
        .run(&["rule", "c3", "--behavior", "refuse", "--harm", "weapons:high", "--overrules", "c1", "--holding", "x"])
        .expect(0);
}

#[test]
fn what_an_edit_touches_waits() {
    let scratch = ruled();
    scratch.commit("Rule");
    scratch.run(&["queue", "--since", "HEAD"]).expect(0).says("0 cases need a ruling");
    scratch.write("specs/main.yaml", SPEC.replace("severity: high", "severity: low"));
    let told = json(&scratch.run(&["queue", "--since", "HEAD", "--reason", "edited", "--format", "json"]).expect(0));
    let waits = |case: &str| {
        let queued = told["queue"].as_array().expect("a queue").iter().find(|queued| queued["case"] == case);
        queued.is_some_and(|queued| queued["reasons"].to_string().contains("touches it"))
    };
    assert!(waits("c1") && waits("c2"), "{told}");
    scratch.run(&["queue", "--since", "nowhere"]).expect(2);
}

#[test]
fn what_two_labelers_differ_on_is_disputed_and_not_unread() {
    let scratch = ruled();
    let cases =
        format!("{}{}", support::CASES, "{\"id\":\"c3\",\"text\":\"three\"}\n{\"id\":\"c4\",\"text\":\"four\"}\n");
    scratch.write("gold/core/cases.jsonl", cases);
    for (who, behavior, harm) in [("ana", "comply", "weapons:low"), ("bo", "refuse", "weapons:high")] {
        scratch.run(&["label", "c3", "--as", who, "--behavior", behavior, "--harm", harm]).expect(0);
    }
    let differ = "2 labelers differ (1 for comply, 1 for refuse), nothing is settled";
    scratch.run(&["explain", "c3"]).expect(0).says("  disputed\n").says(differ);
    let explained = json(&scratch.run(&["explain", "c3", "--format", "json"]).expect(0));
    assert_eq!((&explained["gold"]["state"], &explained["gold"]["labelers"]["heard"]), (&"disputed".into(), &2.into()));
    scratch
        .run(&["gold"])
        .expect(0)
        .says("disputed   core/c3")
        .says("1 gold label is stale or disputed; `casebook queue`");
    // Each ruling is as near as it is to the nearest of the two readings.
    let found = scratch.run(&["precedents", "c3"]).expect(0);
    found.says(&format!("{differ}; compared by 2 labelers' readings and its text"));
    let found = json(&scratch.run(&["precedents", "c3", "--format", "json"]).expect(0));
    let by_point: Vec<&Value> = found["nearest"].as_array().unwrap().iter().map(|near| &near["by_point"]).collect();
    assert_eq!(by_point, [&Value::from(1.0), &Value::from(1.0)]);
    scratch.run(&["explain", "c4"]).expect(0).says("unlabeled").says("nobody has read the case");
    scratch.run(&["precedents", "c4"]).expect(0).says("nobody has read the case; only its text was compared");
}

#[test]
fn a_stale_ruling_is_told_of_wherever_its_case_is() {
    let scratch = ruled();
    scratch.run(&["label", "c1", "--behavior", "refuse"]).expect(0).lacks("stale");
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Help with toys only."));
    let since = "since it was ruled so, `no-weapons` was changed; the ruling stands until somebody rules anew";
    scratch.run(&["explain", "c1"]).expect(0).says("stale: ").says(since);
    let told = scratch.run(&["label", "c1", "--behavior", "comply"]).expect(0);
    told.says("the ruling on it is stale, since `no-weapons` was changed; it waits in the queue");
    scratch.run(&["gold"]).expect(0).says("new labels do not take its place");
    scratch.run(&["queue"]).expect(0).says("core/c1");
}
