//! Labels and rulings from the command line.

mod support;

use serde_json::Value;
use support::{Ended, Scratch};

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).expect("JSON")
}

fn lines(scratch: &Scratch, file: &str) -> Vec<Value> {
    scratch.read(file).lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

#[test]
fn a_label_is_written_replaced_and_taken_back() {
    let scratch = Scratch::committed();
    let first = scratch.run(&[
        "label",
        "c1",
        "--behavior",
        "refuse",
        "--harm",
        "weapons:high",
        "--facet",
        "intent=malicious",
        "--confidence",
        "high",
        "--rationale",
        "Two\nlines",
        "--format",
        "json",
    ]);
    let first = json(&first.expect(0));
    let file = first["file"].as_str().expect("a file");
    assert!(file.starts_with("gold/core/labels/ana@example.org/"), "{file}");
    let record = &lines(&scratch, file)[0];
    assert_eq!(record["id"], first["id"]);
    assert_eq!(record["harms"][0]["severity"], "high");
    assert_eq!(record["cites"].as_object().map(|cites| cites.len()), Some(2));
    assert_eq!(record["policy"].as_str().map(str::len), Some(40));

    let second = scratch.run(&["label", "c1", "--behavior", "comply", "--no-harm", "--format", "json"]);
    let second = json(&second.expect(0));
    assert_eq!(second["replaced"][0], first["id"]);
    let id = second["id"].as_str().expect("an id");
    scratch.run(&["explain", "c1"]).expect(0).says("comply");
    scratch.run(&["label", "c1", "--withdraw", id, "--rationale", "oops"]).expect(0).says("withdrawn");
    scratch.run(&["label", "c1", "--withdraw", id]).expect(2).says("there is no record");
    scratch.run(&["check"]).expect(0);
}

#[test]
fn the_next_case_is_printed_and_labeled_without_a_terminal() {
    let scratch = Scratch::committed();
    scratch.run(&["label"]).expect(2).says("casebook label --next");
    let next = |round: &str| json(&scratch.run(&["label", "--next", "--round", round, "--format", "json"]).expect(0));
    scratch
        .write("gold/core/rounds/r1/round.yaml", "kind: calibration\nlabelers: [ana@example.org]\nblindness: open\n");
    let plan = r#"{"case":"c1","labelers":["ana@example.org"],"repeats":["ana@example.org"]}"#;
    scratch.write("gold/core/rounds/r1/plan.jsonl", format!("{plan}\n"));
    for (round, behavior) in [("r1", "refuse"), ("r1", "comply")] {
        let next = next(round);
        assert_eq!((next["case"]["id"].as_str(), next["round"].as_str()), (Some("c1"), Some("r1")));
        assert!(next.get("repeat").is_none() && next["case"].get("gold").is_none());
        let command = next["command"].as_str().expect("a command").to_owned() + " --behavior " + behavior;
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        scratch.run(&words).expect(0);
    }
    scratch.run(&["label", "--next", "--round", "r1"]).expect(0).says("2 of 2 are done");
    let (folder, files) = (scratch.path("gold/core/labels"), scratch.files());
    let labels = files
        .iter()
        .filter(|(path, _)| path.starts_with(&folder))
        .flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()));
    let mut repeats: Vec<bool> =
        labels.map(|line| serde_json::from_slice::<Value>(line).expect("a record")["repeat"] == true).collect();
    repeats.sort_unstable();
    assert_eq!(repeats, [false, true]);
    scratch.run(&["check"]).expect(0);
}

#[test]
fn words_are_checked_before_anything_is_written() {
    let scratch = Scratch::policy();
    let before = scratch.files();
    let refused = |arguments: &[&str], words: &str| drop(scratch.run(arguments).expect(2).says(words).harmless());
    refused(&["label", "c1", "--as", "ana"], "says nothing");
    refused(&["label", "c1", "--as", "ana", "--behavior", "refuze"], "Did you mean `refuse`?");
    refused(&["label", "c9", "--as", "ana", "--behavior", "refuse"], "there is no case `c9`");
    refused(&["label", "c1", "--set", "cor", "--as", "ana", "--behavior", "refuse"], "there is no gold set `cor`");
    refused(&["label", "c1", "--as", "ana", "--behavior", "refuse", "--harm", "wepons"], "Did you mean `weapons`?");
    refused(&["label", "c1\u{1b}[2J", "--as", "ana", "--behavior", "refuse"], "there is no case");
    refused(&["rule", "c1", "--as", "lee"], "settles nothing");
    refused(
        &["rule", "c1", "--as", "lee", "--behavior", "refuse", "--follows", "c2"],
        "nothing was ruled on the case `c2`",
    );
    refused(
        &["rule", "c1", "--as", "lee", "--behavior", "refuse", "--holding", "x", "--cause", "technicla"],
        "Did you mean `technical`?",
    );
    let split = ["rule", "c1", "--as", "lee", "--behavior", "refuse", "--disposition", "split", "--holding", "x"];
    refused(&split, "has no decision");
    refused(&["rule", "c1", "--as", "lee", "--behavior", "refuse", "--dissent", "x"], "no label of the case `c1`");
    assert_eq!(scratch.files(), before);
}

#[test]
fn somebody_must_be_named_where_git_does_not_know() {
    let scratch = Scratch::policy();
    scratch.run(&["label", "c1", "--behavior", "refuse"]).expect(2).says("--as");
}

#[test]
fn a_ruling_stands_to_the_labels_and_says_so_in_the_commit() {
    let scratch = Scratch::committed();
    for (who, behavior) in [("ana", "comply"), ("bo", "comply"), ("cy", "refuse")] {
        scratch.run(&["label", "c2", "--as", who, "--behavior", behavior]).expect(0);
    }
    let ruled = scratch.run(&[
        "rule",
        "c2",
        "--behavior",
        "refuse",
        "--harm",
        "weapons:high",
        "--cause",
        "guideline-gap",
        "--holding",
        "Because.",
        "--format",
        "json",
    ]);
    let ruled = json(&ruled.expect(0));
    assert_eq!(ruled["says"], "refuse, minority-upheld");
    let other = ["rule", "c1", "--behavior", "escalate", "--harm", "weapons:high"];
    scratch.run(&other).expect(2).says("a ruling that is `overridden` needs a holding").says("--holding");
    // What it was imported with is upheld.
    let next = ["rule", "c1", "--behavior", "refuse", "--harm", "weapons:high", "--follows", "c2"];
    scratch.run(&next).expect(0).says("unanimous");
    let id = ruled["id"].as_str().expect("an id");
    scratch.run(&["commit", "-m", "Settle two cases"]).expect(0);
    let message = scratch.git(&["log", "-1", "--format=%B"]);
    assert!(message.contains("Adjudicated-By: ana@example.org\n"), "{message}");
    assert!(message.contains(&format!("Ruling: core/c2 ({})\n", &id[..8])), "{message}");

    let split = ["rule", "c2", "--disposition", "split", "--holding", "Fair readers differ.", "--format", "json"];
    // It takes another ruling's place, which has to be said.
    scratch.run(&split).expect(1);
    let split = scratch.run(&[&split[..], &["--supersedes", id]].concat());
    let split = json(&split.expect(0));
    let record = lines(&scratch, split["file"].as_str().expect("a file")).pop().expect("a ruling");
    assert_eq!(record["distribution"], serde_json::json!({"comply": 2, "refuse": 1}));
    assert_eq!((&record["supersedes"], &record["decision"]), (&ruled["id"], &Value::Null));
    scratch.run(&["check"]).expect(0);
}

#[test]
fn what_was_committed_stays_as_it_is() {
    let scratch = Scratch::committed();
    let label = |case: &str, who: &str| {
        json(&scratch.run(&["label", case, "--as", who, "--behavior", "refuse", "--format", "json"]).expect(0))
    };
    let file = label("c1", "ana")["file"].as_str().expect("a file").to_owned();
    scratch.commit("Label");
    let whole = scratch.read(&file);
    scratch.write(&file, whole.clone() + "{\"case\":\"c2\",\"labeler\":\"ana\",\"behavior\":\"refuse\"}\n");
    scratch.run(&["check"]).expect(0);
    scratch.write(&file, whole.replace("refuse", "comply"));
    scratch.run(&["check"]).expect(1).says("CB121").says("was changed since the last commit");
    scratch.run(&["commit", "-m", "Edit"]).expect(1).says("CB128");
    scratch.write(&file, "");
    scratch.run(&["check"]).expect(1).says("was cut since the last commit");
    scratch.run(&["check", "--history"]).expect(1);
    scratch.write(&file, whole);
    scratch.run(&["check", "--history"]).expect(0);
}

/// What a problem says, unless it is one of the policy rather than of the records.
fn told(problem: &serde_json::Value) -> Option<&str> {
    problem["message"].as_str().filter(|_| problem["level"] != "hint")
}

#[test]
fn history_tells_of_every_commit_that_rewrote() {
    let scratch = Scratch::committed();
    let label = |case: &str, who: &str| {
        json(&scratch.run(&["label", case, "--as", who, "--behavior", "refuse", "--format", "json"]).expect(0))
    };
    let file = label("c1", "ana")["file"].as_str().expect("a file").to_owned();
    scratch.commit("Label");
    scratch.git(&["checkout", "-q", "-b", "side"]);
    label("c1", "bo");
    scratch.commit("Label on the side");
    scratch.git(&["checkout", "-q", "main"]);
    label("c2", "cy");
    scratch.commit("Label on main");
    scratch.git(&["merge", "-q", "-m", "Merge", "side"]);
    scratch.run(&["check", "--history"]).expect(0);
    // A merge that drops what the other side brought, and an edit that is undone: neither shows on disk.
    scratch.git(&["reset", "-q", "--hard", "HEAD~1"]);
    scratch.git(&["merge", "-q", "-s", "ours", "-m", "Merge nothing", "side"]);
    let whole = scratch.read(&file);
    scratch.write(&file, whole.replace("refuse", "comply"));
    scratch.commit("Edit");
    scratch.write(&file, whole);
    scratch.commit("Undo");
    scratch.run(&["check"]).expect(0);
    let found = scratch.run(&["check", "--history", "--format", "json"]).expect(1);
    let found = json(&found);
    let messages: Vec<&str> = found["problems"].as_array().expect("problems").iter().filter_map(told).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    for (message, words) in messages.iter().zip(["(`Undo`)", "(`Edit`)", "was removed by the commit"]) {
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn a_sealed_round_shows_commitments_and_then_labels() {
    let scratch = Scratch::committed();
    let new = ["round", "new", "r1", "--set", "core", "--labelers", "ana,bo", "--overlap", "2", "--blind", "sealed"];
    scratch.run(&new).expect(0).says("2 cases, 4 labels");
    scratch.run(&new).expect(2);
    scratch.run(&["check"]).expect(0);
    let label = |who: &str, case: &str, behavior: &str| {
        let run = ["label", case, "--as", who, "--round", "r1", "--behavior", behavior, "--format", "json"];
        json(&scratch.run(&run).expect(0))
    };
    scratch.run(&["label", "c1", "--as", "cy", "--round", "r1", "--behavior", "refuse"]).expect(2).says("ana`, `bo");
    for (who, case) in [("ana", "c1"), ("ana", "c2"), ("bo", "c1")] {
        let written = label(who, case, "refuse");
        assert!(written["file"].as_str().is_some_and(|file| file.contains("/commitments/")), "{written}");
    }
    assert!(!scratch.path("gold/core/labels").exists());
    label("ana", "c1", "comply");
    scratch.run(&["round", "status", "r1", "--set", "core"]).expect(0).says("ana  2 of 2").says("bo   1 of 2");
    scratch.run(&["round", "close", "r1", "--set", "core"]).expect(2).says("1 reading is missing");
    label("bo", "c2", "refuse");
    scratch.run(&["round", "close", "r1", "--set", "core"]).expect(0).says("5 sealed labels revealed");
    scratch.run(&["round", "close", "r1", "--set", "core"]).expect(0).says("was closed already; 0");
    scratch.run(&["round", "status", "r1", "--set", "core"]).expect(0).says("closed").says("ana  2 of 2");
    scratch.run(&["label", "c1", "--as", "ana", "--round", "r1", "--behavior", "refuse"]).expect(2).says("is closed");
    scratch.run(&["round", "list", "--set", "core"]).expect(0).says("r1");
    let checked = scratch.run(&["check"]).expect(0);
    assert!(checked.out.contains("0 warnings") && !checked.out.contains("CB007"), "{}", checked.out);
    // A label that was changed after it was committed to, with an id that fits its new content.
    let folder = std::fs::read_dir(scratch.path("gold/core/labels/bo")).expect("labels").flatten();
    let place = folder.map(|entry| entry.path()).next().expect("a file");
    let text = std::fs::read_to_string(&place).expect("a file");
    let line = r#"{"case":"c2","labeler":"bo","round":"r1","behavior":"comply"}"#;
    std::fs::write(&place, format!("{text}{line}\n")).expect("the file can be written");
    scratch.run(&["check"]).expect(1).says("CB131").says("was never committed to");
    std::fs::write(&place, text.replace("refuse", "comply")).expect("the file can be written");
    scratch.run(&["check"]).expect(1).says("CB130").says("is not the one that was committed to");
}

#[test]
fn a_round_is_drawn_by_its_seed() {
    let scratch = Scratch::policy();
    let open = |name: &str, rest: &[&str]| {
        let run = [&["round", "new", name, "--set", "core", "--labelers", "ana", "--as", "lee", "--size", "1"], rest]
            .concat();
        scratch.run(&run)
    };
    open("a", &["--seed", "1"]).expect(0);
    open("b", &["--seed", "1", "--by", "category"]).expect(0);
    let case = |name: &str| lines(&scratch, &format!("gold/core/rounds/{name}/plan.jsonl"))[0].clone();
    assert_eq!((&case("a")["case"], &case("a")["probability"]), (&case("b")["case"], &Value::from(0.5)));
    open("c", &["--filter", "category:wepons"]).expect(2).says("Did you mean `weapons`?");
    open("d", &["--filter", "id:none"]).expect(2).says("no case is chosen");
    open("e", &["--by", "colour"]).expect(2).says("strata cannot differ");
    open("../f", &[]).expect(2).says("cannot be the name");
    open("g", &["--repeats", "3"]).expect(2).says("is no share");
    open("h", &["--case", "c3"]).expect(2).says("there is no case");
}

#[test]
fn check_finds_what_cannot_be_among_records() {
    let scratch = Scratch::committed();
    let run = ["label", "c1", "--as", "ana", "--behavior", "refuse", "--format", "json"];
    let written = json(&scratch.run(&run).expect(0));
    let file = written["file"].as_str().expect("a file");
    let line = scratch.read(file);
    scratch.run(&["check"]).expect(0);
    let beside = "gold/core/labels/bo/01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl";
    let check = |text: &str, code: &str| {
        scratch.write(beside, text);
        let found = scratch.run(&["check", "--format", "json"]);
        let codes: Vec<String> = json(&found)["problems"]
            .as_array()
            .expect("problems")
            .iter()
            .filter_map(|problem| Some(problem["code"].as_str()?.to_owned()))
            .collect();
        assert!(codes.iter().any(|found| found == code), "{code} is not among {codes:?} of {text}");
    };
    // Somebody else's label in one's own folder.
    check(&line, "CB127");
    // The same id with another content.
    check(&line.replace("refuse", "comply"), "CB123");
    // What it replaces is nowhere.
    check(
        "{\"id\":\"x\",\"case\":\"c1\",\"labeler\":\"bo\",\"behavior\":\"comply\",\"supersedes\":\"nowhere\"}\n",
        "CB124",
    );
    // An id that is not that of its content.
    let id = "0123456789abcdef0123456789abcdef";
    check(&format!("{{\"id\":\"{id}\",\"case\":\"c1\",\"labeler\":\"bo\",\"behavior\":\"comply\"}}\n"), "CB121");
    // A label of a case that is not there.
    check("{\"id\":\"y\",\"case\":\"c9\",\"labeler\":\"bo\",\"behavior\":\"comply\"}\n", "CB106");
}

#[test]
fn a_round_for_people_whom_nobody_knows_is_told_of() {
    let scratch = Scratch::committed();
    let opened = scratch.run(&["round", "new", "pilot", "--set", "core", "--labelers", "ana,bo", "--overlap", "2"]);
    opened
        .expect(0)
        .says("`ana`: nobody has labeled as that; did you mean `ana@example.org`?")
        .says("`bo`: nobody has labeled as that");
    // A label of nobody's round says so.
    let told = scratch.run(&["label", "c1", "--behavior", "refuse"]).expect(0);
    told.says("round pilot of core asks for ana, bo; you are ana@example.org: `casebook label --as ana`");
    // Who labeled is known from then on, and who the manifest lists.
    scratch.run(&["label", "c1", "--as", "bo", "--behavior", "refuse"]).expect(0);
    scratch.write("casebook.yaml", format!("{}labelers: {{gpt: {{kind: model}}}}\n", support::MANIFEST));
    let known = ["round", "new", "r2", "--set", "core", "--labelers", "ana@example.org,bo,gpt"];
    let known = [&known[..], &["--overlap", "3", "--format", "json"]].concat();
    assert_eq!(json(&scratch.run(&known).expect(0))["notes"], serde_json::json!([]));
    let told = scratch.run(&["label", "c1", "--as", "bo", "--behavior", "refuse"]).expect(0);
    told.says("the round `r2` asks you for this case, and this label is not of it; `--round r2` labels in it");
    let told = scratch.run(&["label", "c1", "--as", "bo", "--round", "r2", "--behavior", "refuse"]).expect(0);
    told.lacks("note:");
}

#[test]
fn a_label_without_a_behavior_says_what_it_counts_for() {
    let scratch = Scratch::committed();
    let manifest = support::MANIFEST.replace("facets:\n", "facets:\n  minor: {type: bool}\n");
    scratch.write("casebook.yaml", manifest);
    let told = scratch.run(&["label", "c1", "--harm", "weapons:high", "--facet", "minor=yes", "--format", "json"]);
    let told = json(&told.expect(0));
    assert!(told["notes"].to_string().contains("gives no vote for what the case calls for"), "{told}");
    let record = &lines(&scratch, told["file"].as_str().unwrap())[0];
    assert_eq!(record["facets"]["minor"], "true");
    scratch.run(&["label", "c1", "--facet", "minor=perhaps"]).expect(2).says("there is no value of `minor` `perhaps`");
    scratch.run(&["label", "c2", "--behavior", "comply", "--facet", "minor=no"]).expect(0);
}

#[test]
fn what_cannot_be_read_is_told_by_every_command_that_reads_it() {
    let scratch = Scratch::committed();
    let good = r#"{"id":"x","case":"c1","labeler":"bo","behavior":"comply"}"#;
    scratch.run(&["queue"]).expect(0).lacks("cannot be read");
    assert_eq!(json(&scratch.run(&["queue", "--format", "json"]).expect(0))["broken"], Value::Null);
    scratch.write(
        "gold/core/labels/bo/1.jsonl",
        format!(
            "{{broken\n{{\"id\":5,\"case\":\"c1\",\"labeler\":\"bo\"}}\n{{\"case\":\"\",\"labeler\":\"bo\"}}\n{good}\n"
        ),
    );
    let commands: &[&[&str]] = &[
        &["queue"],
        &["queue", "--unanimous"],
        &["gold"],
        &["agreement", "--set", "core", "--field", "behavior"],
        &["consensus", "--set", "core", "--field", "behavior"],
        &["label", "--next"],
        &["label", "c1", "--behavior", "refuse"],
        &["rule", "c1", "--behavior", "refuse", "--holding", "So it is"],
        &["round", "new", "r", "--set", "core", "--labelers", "bo"],
        &["round", "status", "r", "--set", "core"],
        &["round", "close", "r", "--set", "core", "--unfinished"],
        &["explain", "c1"],
        &["coverage"],
        &["precedents", "c1"],
    ];
    for command in commands {
        let ran = scratch.run(command).expect(0);
        let told = "warning: 3 lines of records cannot be read, and count for nothing: `casebook check` says which\n";
        assert_eq!(ran.err, told, "{command:?}");
    }
    for command in &commands[..6] {
        let ran = scratch.run(&[command, &["--format", "json"][..]].concat()).expect(0);
        assert_eq!((&json(&ran)["broken"], &*ran.err), (&3.into(), ""), "{command:?}");
    }
    scratch.run(&["check"]).expect(1).lacks("lines of records").says("names no case, so it is left out");
    // What was cut short by a crash is left out as well.
    scratch.write("gold/core/labels/bo/1.jsonl", format!("{good}\n"));
    scratch.write("editorial/bo/1.jsonl", "{\"id\": \"");
    assert!(scratch.run(&["queue"]).expect(0).err.starts_with("warning: 1 line of records cannot be read"));
    scratch.run(&["check"]).expect(0).says("editorial/bo/1.jsonl:1:1: warning[CB120]");
}

#[test]
fn nothing_is_written_while_a_file_of_the_policy_cannot_be_read() {
    let scratch = Scratch::committed();
    let whole = scratch.read("specs/main.yaml");
    let commands = [
        &["label", "c1", "--behavior", "refuse"][..],
        &["rule", "c1", "--behavior", "refuse", "--holding", "So it is"],
    ];
    let refused = |place: &str| {
        let before = scratch.files();
        for command in commands {
            scratch.run(command).expect(2).says(place).says("nothing was written").says("Set the file right first");
        }
        assert_eq!(scratch.files(), before);
    };
    scratch.write("specs/main.yaml", format!("<<<<<<< HEAD\n{whole}=======\n{whole}>>>>>>> other\n"));
    refused("specs/main.yaml:2:5: ");
    scratch.write("specs/main.yaml", format!("{whole}  - {{id: \"open\n"));
    refused("specs/main.yaml:9:10: ");
    std::fs::remove_file(scratch.path("specs/main.yaml")).expect("the file is there");
    refused("casebook.yaml:9:9: there is no file `specs/main.yaml`");
    // What is wrong otherwise does not stand in the way.
    scratch.write("specs/main.yaml", whole.replace("category: weapons", "category: wepons"));
    commands.iter().for_each(|command| drop(scratch.run(command).expect(0)));
}

#[test]
fn whoever_labels_without_the_screen_is_told_what_the_words_mean() {
    let scratch = Scratch::committed();
    let cases = scratch.read("gold/core/cases.jsonl").replace("\"c1\"", "\"-c 1\"");
    scratch.write("gold/core/cases.jsonl", cases.lines().next().expect("a case"));
    let text = scratch.run(&["label", "--next"]).expect(0);
    for words in ["  weapons  Weapons\n    Things that hurt.\n", "  no-weapons  No weapons\n", "\n    Do not help.\n"] {
        assert!(text.out.contains(words), "{words:?} is not in\n{}", text.out);
    }
    let told = json(&scratch.run(&["label", "--next", "--format", "json"]).expect(0));
    let guidance = &told["guidance"];
    assert_eq!(guidance["categories"][0]["definition"], "Things that hurt.");
    assert_eq!(
        (&guidance["clauses"][0]["text"], &guidance["clauses"][0]["then"]),
        (&"Do not help.".into(), &"refuse".into())
    );
    // The command that is printed is carried out as it stands, though the id looks like an option.
    let command = text.out.lines().find_map(|line| line.strip_prefix("to label it  casebook ")).expect("a command");
    scratch
        .shell(&format!("\"$CASEBOOK\" {}", command.replace("BEHAVIOR", "refuse")))
        .expect(0)
        .says("core/-c 1 refuse");
    scratch
        .shell(
            &told["command"]
                .as_str()
                .expect("a command")
                .replace("casebook", "\"$CASEBOOK\"")
                .replace(" -- ", " --no-harm -- "),
        )
        .expect(0);
}
