//! The policy over time where history is no line: branches and merges, names that change, versions that cannot be read.

mod support;

use serde_json::Value;
use support::{CASES, MANIFEST, SPEC, Scratch, TAXONOMY};

/// Where the policy of most tests is.
const HERE: &str = ".";

fn json(scratch: &Scratch, folder: &str, arguments: &[&str]) -> Value {
    let ended = scratch.run(&[&["--repo", folder], arguments, &["--format", "json"]].concat()).expect(0);
    serde_json::from_str(&ended.out).expect("JSON")
}

/// What `bisect` finds for a case: the commit's subject, and the behavior before it.
fn since(scratch: &Scratch, folder: &str, case: &str) -> (String, Option<String>) {
    let found = json(scratch, folder, &["bisect", case]);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (text(&found["since"]["commit"]["subject"]).unwrap(), text(&found["since"]["before"]["behavior"]))
}

/// The subjects of the commits that changed what a clause decides, newest first.
fn blamed(scratch: &Scratch, folder: &str, clause: &str) -> Vec<String> {
    let found = json(scratch, folder, &["blame", clause]);
    let changes = found["changes"].as_array().unwrap().iter();
    changes.map(|change| change["subject"].as_str().unwrap().to_owned()).collect()
}

/// The commits that changed a verdict by `history`, newest first, each with the cases.
fn changed(scratch: &Scratch, folder: &str, more: &[&str]) -> Vec<String> {
    let found = json(scratch, folder, &[&["history"], more].concat());
    let steps = found["steps"].as_array().unwrap().iter().filter(|step| step["changed"] != Value::Array(vec![]));
    let words = |step: &Value| {
        let cases = step["changed"].as_array().unwrap().iter().map(|case| case["case"].as_str().unwrap());
        format!("{}: {}", step["subject"].as_str().unwrap(), cases.collect::<Vec<_>>().join(" "))
    };
    steps.map(words).collect()
}

fn edit(scratch: &Scratch, file: &str, text: &str, subject: &str) {
    scratch.write(file, text);
    scratch.commit(subject);
}

#[test]
fn a_merge_has_its_verdict_from_the_side_that_gave_it() {
    let scratch = Scratch::committed();
    scratch.git(&["checkout", "-q", "-b", "draft"]);
    edit(&scratch, "specs/main.yaml", &SPEC.replace("then: refuse", "then: comply"), "Loosen");
    scratch.git(&["checkout", "-q", "main"]);
    edit(&scratch, "taxonomies/harms.yaml", &TAXONOMY.replace("hurt", "harm"), "Polish");
    scratch.git(&["merge", "-q", "--no-edit", "-m", "Merge the draft", "draft"]);
    edit(&scratch, "taxonomies/harms.yaml", &TAXONOMY.replace("hurt", "wound"), "Polish again");
    assert_eq!(since(&scratch, HERE, "c1"), ("Loosen".into(), Some("refuse".into())));
    assert_eq!(blamed(&scratch, HERE, "no-weapons"), ["Loosen", "Begin"]);
    assert_eq!(changed(&scratch, HERE, &[]), ["Loosen: c1"]);
}

#[test]
fn a_merge_that_does_otherwise_than_both_sides_is_a_step_of_its_own() {
    let scratch = Scratch::committed();
    scratch.git(&["checkout", "-q", "-b", "draft"]);
    edit(&scratch, "taxonomies/harms.yaml", &TAXONOMY.replace("hurt", "wound"), "Reword");
    scratch.git(&["checkout", "-q", "main"]);
    edit(&scratch, "taxonomies/harms.yaml", &TAXONOMY.replace("Weapons", "Arms"), "Retitle");
    scratch.git(&["merge", "-q", "--no-commit", "-s", "ours", "draft"]);
    edit(&scratch, "specs/main.yaml", &SPEC.replace("severity: high", "severity: low"), "Merge and narrow");
    assert_eq!(since(&scratch, HERE, "c1"), ("Merge and narrow".into(), Some("refuse".into())));
    assert_eq!(blamed(&scratch, HERE, "no-weapons"), ["Merge and narrow", "Begin"]);
    assert_eq!(changed(&scratch, HERE, &[]), ["Merge and narrow: c1"]);
}

#[test]
fn the_last_of_several_changes_is_found_however_often_it_went_back_and_forth() {
    let scratch = Scratch::committed();
    let lax = SPEC.replace("then: refuse", "then: comply");
    for (text, subject) in
        [(lax.as_str(), "Loosen"), (SPEC, "Tighten"), (&lax, "Loosen again"), (SPEC, "Tighten again")]
    {
        edit(&scratch, "specs/main.yaml", text, subject);
        edit(&scratch, "specs/main.yaml", &format!("{text}# noted\n"), "Note");
    }
    assert_eq!(since(&scratch, HERE, "c1"), ("Tighten again".into(), Some("comply".into())));
    let all = ["Tighten again: c1", "Loosen again: c1", "Tighten: c1", "Loosen: c1"];
    assert_eq!(changed(&scratch, HERE, &[]), all);
    assert_eq!(changed(&scratch, HERE, &["--case", "c1"]), all);
    // Beside what is not listed, too: the first of those that are has something before it.
    assert_eq!(changed(&scratch, HERE, &["-n", "2"]), all[..1]);
}

#[test]
fn a_version_that_cannot_be_read_is_passed_over() {
    let scratch = Scratch::committed();
    edit(&scratch, "specs/main.yaml", &SPEC.replace("then: refuse", "then: [refuse"), "Break");
    edit(&scratch, "casebook.yaml", "behaviors: [", "Break more");
    scratch.git(&["checkout", "-q", "HEAD~2", "--", "."]);
    scratch.commit("Mend");
    edit(&scratch, "specs/main.yaml", &format!("{SPEC}# noted\n"), "Note");
    assert_eq!(since(&scratch, HERE, "c1"), ("Begin".into(), None));
    assert_eq!(blamed(&scratch, HERE, "no-weapons"), ["Begin"]);
    assert_eq!(changed(&scratch, HERE, &[]), [] as [&str; 0]);
    scratch.run(&["history"]).expect(0).says("the policy cannot be read here: passed over");
}

#[test]
fn a_clause_is_followed_through_its_names() {
    let scratch = Scratch::committed();
    edit(&scratch, "specs/main.yaml", &SPEC.replace("severity: high", "severity: [low, high]"), "Widen");
    edit(
        &scratch,
        "specs/main.yaml",
        &SPEC.replace("severity: high", "severity: [low, high]").replace("id: no-weapons", "id: arms-ban"),
        "Rename",
    );
    assert_eq!(blamed(&scratch, HERE, "arms-ban"), ["Widen", "Begin"]);
}

#[test]
fn a_category_that_is_renamed_with_an_alias_changes_no_verdict() {
    let scratch = Scratch::committed();
    scratch.write("taxonomies/harms.yaml", TAXONOMY.replace("- id: weapons", "- id: arms\n    aliases: [weapons]"));
    edit(&scratch, "specs/main.yaml", &SPEC.replace("category: weapons", "category: arms"), "Rename");
    assert_eq!(since(&scratch, HERE, "c1"), ("Begin".into(), None));
    assert_eq!(changed(&scratch, HERE, &[]), [] as [&str; 0]);
}

#[test]
fn a_case_that_came_later_is_followed_through_versions_before_it() {
    let scratch = Scratch::committed();
    edit(&scratch, "specs/main.yaml", &SPEC.replace("severity: high", "severity: [low, high]"), "Widen");
    let case =
        r#"{"id":"c3","text":"three","gold":{"harms":[{"category":"weapons","severity":"low"}],"behavior":"refuse"}}"#;
    edit(&scratch, "gold/core/cases.jsonl", &format!("{CASES}{case}\n"), "Add a case");
    assert_eq!(since(&scratch, HERE, "c3"), ("Widen".into(), Some("comply".into())));
    assert_eq!(changed(&scratch, HERE, &[]), ["Widen: c3"]);
}

/// Where the policy is a folder among others, commits and merges that leave it alone are none of its history.
#[test]
fn what_happens_beside_the_policy_does_not_break_its_history() {
    let scratch = Scratch::empty();
    for (path, text) in [
        ("p/casebook.yaml", MANIFEST),
        ("p/taxonomies/harms.yaml", TAXONOMY),
        ("p/specs/main.yaml", SPEC),
        ("p/gold/core/cases.jsonl", CASES),
    ] {
        scratch.write(path, text);
    }
    scratch.git(&["init", "-q"]);
    scratch.commit("Begin");
    edit(&scratch, "readme", "1", "Beside");
    scratch.git(&["checkout", "-q", "-b", "draft"]);
    edit(&scratch, "draft", "1", "Beside on the draft");
    edit(&scratch, "p/specs/main.yaml", &SPEC.replace("then: refuse", "then: comply"), "Loosen");
    edit(&scratch, "draft", "2", "Beside on the draft again");
    scratch.git(&["checkout", "-q", "main"]);
    edit(&scratch, "readme", "2", "Beside on main");
    // The policy is that of the draft in this merge: it is not listed itself.
    scratch.git(&["merge", "-q", "--no-edit", "draft"]);
    edit(&scratch, "readme", "3", "Beside again");
    edit(&scratch, "p/taxonomies/harms.yaml", &TAXONOMY.replace("hurt", "wound"), "Reword");
    assert_eq!(since(&scratch, "p", "c1"), ("Loosen".into(), Some("refuse".into())));
    assert_eq!(blamed(&scratch, "p", "no-weapons"), ["Loosen", "Begin"]);
    assert_eq!(changed(&scratch, "p", &[]), ["Loosen: c1"]);
}
