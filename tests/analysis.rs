//! What the analysis says where the question is a bad one: branches that parted, clones without a past, policies that are
//! broken or too large, numbers that make no sense. It ends in an answer that is true, or in a way out.

mod support;

use serde_json::Value;
use support::{MANIFEST, Scratch};

/// Two clauses, one commit, and the gates on what nobody declared.
fn gated() -> Scratch {
    let scratch = Scratch::policy();
    scratch.write(
        "casebook.yaml",
        format!("{MANIFEST}gates:\n  collateral: {{max: 0}}\n  collateral_flips: {{max: 0}}\n"),
    );
    scratch.write("taxonomies/harms.yaml", "taxonomy: harms\ncategories:\n  - id: weapons\n  - id: fraud\n");
    scratch.write("specs/main.yaml", SPEC);
    scratch.git(&["init", "-q"]);
    scratch.commit("Begin");
    scratch
}

const SPEC: &str = "\
spec: main
clauses:
  - id: no-weapons
    text: Do not help.
    when: {category: weapons, severity: high}
    then: refuse
  - id: no-fraud
    text: Do not help.
    when: {category: fraud, intent: malicious}
    then: refuse
";

fn json(scratch: &Scratch, code: i32, args: &[&str]) -> Value {
    let ended = scratch.run(&[args, &["--format", "json"]].concat()).expect(code);
    serde_json::from_str(&ended.out).unwrap()
}

/// The statuses of the gates on collateral, and what was measured.
fn gates(scratch: &Scratch, code: i32, args: &[&str]) -> Vec<(String, Value)> {
    let replay = json(scratch, code, args);
    let gate = |gate: &Value| (gate["status"].as_str().unwrap().to_owned(), gate["value"].clone());
    replay["gates"].as_array().unwrap().iter().map(gate).collect()
}

fn edit(scratch: &Scratch, from: &str, to: &str) {
    let text = scratch.read("specs/main.yaml");
    assert!(text.contains(from), "{from}");
    scratch.write("specs/main.yaml", text.replacen(from, to, 1));
}

/// `draft` widens what fraud is, as it says; `main` goes on with weapons, as it says.
fn parted() -> Scratch {
    let scratch = gated();
    scratch.git(&["branch", "-M", "main"]);
    scratch.git(&["checkout", "-q", "-b", "draft"]);
    edit(&scratch, "intent: malicious", "intent: [malicious, benign]");
    scratch
        .run(&["commit", "-m", "Fraud", "--intent", "comply → refuse where category: fraud, intent: benign"])
        .expect(0);
    scratch.git(&["checkout", "-q", "main"]);
    edit(&scratch, "severity: high", "severity: [high, low]");
    scratch.run(&["commit", "-m", "Weapons", "--intent", "all"]).expect(0);
    scratch
}

#[test]
fn a_branch_is_measured_from_where_it_parted() {
    let scratch = parted();
    let (pass, fail) = ("pass".to_owned(), "fail".to_owned());
    let beside = ["replay", "--base", "main", "--head", "draft"];
    // What main did meanwhile looks as if the branch took it back; it says so, and how to ask otherwise.
    assert_eq!(gates(&scratch, 1, &beside)[0].0, fail);
    let told = scratch.run(&beside).expect(1).out;
    assert!(told.contains("`main` went on since `draft` parted from it at"), "{told}");
    assert!(told.contains("`--merge-base`"), "{told}");
    let since = [&beside[..], &["--merge-base"]].concat();
    assert_eq!(gates(&scratch, 0, &since), [(pass.clone(), 0.0.into()), (pass.clone(), 0.0.into())]);
    assert!(!scratch.run(&since).expect(0).out.contains("went on"));
    // Three dots are the same, as git reads them.
    let decided = |versions: &str| json(&scratch, 0, &["diff", versions, "--decisions"]);
    assert_eq!(decided("main..draft")["regions"].as_array().unwrap().len(), 2);
    let three = decided("main...draft");
    let [region] = &three["regions"].as_array().unwrap()[..] else { panic!("{three}") };
    assert_eq!((region["meant"].as_bool(), &three["merge_base"]), (Some(true), &Value::Null));
    assert!(decided("main..draft")["merge_base"].is_string());
    let text = scratch.run(&["diff", "main..draft", "--decisions"]).expect(0).out;
    assert!(text.contains("`main...draft`"), "{text}");
    // Merged, each side's intent covers what it did, from either side and from the beginning.
    scratch.git(&["merge", "-q", "-m", "Merge", "draft"]);
    for base in ["HEAD^1", "HEAD^2", "HEAD~2", "draft"] {
        let head = ["replay", "--base", base, "--head", "HEAD"];
        assert!(gates(&scratch, 0, &head).iter().all(|(status, _)| *status == pass), "{base}");
    }
}

#[test]
fn what_was_declared_is_read_however_long_the_history_is() {
    let scratch = gated();
    let begin = scratch.git(&["rev-parse", "HEAD"]);
    let who = |n: usize| format!("committer Ana <ana@example.org> {} +0000", 1_790_000_000 + n);
    let commit =
        |n: usize| format!("commit refs/heads/long\n{}\ndata 1\nc\nM 644 inline note\ndata 4\n{n:04}\n", who(n));
    let commits: String = (0..2_500).map(commit).collect();
    scratch.write("../long", format!("reset refs/heads/long\nfrom {begin}\n{commits}"));
    scratch.shell("git fast-import --quiet < ../long && git checkout -q long").expect(0);
    edit(&scratch, "severity: high", "severity: [high, low]");
    scratch.run(&["commit", "-m", "Weapons", "--intent", "all"]).expect(0);
    assert_eq!(gates(&scratch, 0, &["replay", "--base", "HEAD~1", "--head", "HEAD"])[0].0, "pass");
    assert_eq!(gates(&scratch, 0, &["replay", "--base", begin.trim(), "--head", "HEAD"])[0].0, "pass");
}

#[test]
fn versions_without_a_common_past_are_told_apart() {
    let scratch = gated();
    scratch.git(&["checkout", "-q", "--orphan", "alone"]);
    scratch.commit("Alone");
    let main = scratch.git(&["rev-list", "--all"]);
    let other = main.lines().nth(1).unwrap();
    let failed = scratch.run(&["replay", "--base", other, "--merge-base"]).expect(2).err;
    assert!(failed.contains("have no commit in common") && failed.contains("help"), "{failed}");
    scratch.run(&["replay", "--base", other]).expect(0);
}

#[test]
fn an_edit_that_is_meant_in_part_fails_by_the_rest_and_the_way_out_is_said() {
    let scratch = gated();
    edit(&scratch, "severity: high", "severity: [high, low]");
    let commit = |intents: &[&str]| scratch.run(&[&["commit", "-m", "Weapons"], intents].concat());
    let refused = commit(&[]).expect(1).out;
    assert!(refused.contains("gates fail: collateral") || refused.contains("a gate fails: collateral"), "{refused}");
    assert!(refused.contains("--intent") && refused.contains("--allow-failing-gates"), "{refused}");
    let unknown = commit(&["--intent", "refuse → nope"]).expect(2).err;
    assert!(unknown.contains("`nope` is no behavior"), "{unknown}");
    let part = "comply → refuse where category: weapons, severity: low, intent: malicious";
    let refused = commit(&["--intent", part]).expect(1).out;
    assert!(refused.contains("collateral  ") && refused.contains("> 0"), "{refused}");
    let (whole, idle) =
        ("comply → refuse where category: weapons, severity: low", "refuse → comply where category: fraud");
    // What does not happen is not declared.
    let done = commit(&["--intent", whole, "--intent", idle]).expect(0);
    assert!(done.err.contains(&format!("it is left out: {idle}")), "{}", done.err);
    let message = scratch.git(&["log", "-1", "--format=%B"]);
    assert!(message.contains(whole) && !message.contains(idle), "{message}");
}

#[test]
fn a_policy_that_is_too_large_is_replayed_and_committed_and_its_gates_say_that_they_cannot_know() {
    let scratch = gated();
    let values: String = (0..64).map(|n| format!("v{n}, ")).collect();
    let facets: String = (0..34).map(|n| format!("  s{n}: {{type: set, values: [{values}]}}\n")).collect();
    let manifest = scratch.read("casebook.yaml");
    scratch.write("casebook.yaml", manifest.replace("specs:", &format!("{facets}specs:")));
    let clause = |n: usize| {
        format!("  - id: q{n}\n    text: Enough.\n    when: {{s{n}: {{all: [{values}]}}}}\n    then: refuse\n")
    };
    scratch.write("specs/main.yaml", SPEC.to_owned() + &(0..34).map(clause).collect::<String>());
    // No case flips, so none does that nobody declared; of the points nothing is known.
    assert_eq!(gates(&scratch, 1, &["replay"]), [("fail".into(), Value::Null), ("pass".into(), 0.0.into())]);
    let told = scratch.run(&["replay"]).expect(1).out;
    assert!(told.contains("cannot be known"), "{told}");
    scratch.run(&["status"]).expect(0);
    scratch.run(&["diff"]).expect(0);
    let failed = scratch.run(&["diff", "--decisions"]).expect(2).err;
    assert!(failed.contains("too large") && failed.contains("help"), "{failed}");
    scratch.run(&["commit", "-m", "Grow"]).expect(1);
    scratch.run(&["commit", "-m", "Grow", "--allow-failing-gates"]).expect(0);
    // Words alone decide nothing, however large the policy is.
    edit(&scratch, "Do not help.", "Do not help with this.");
    let statuses: Vec<String> = gates(&scratch, 0, &["replay"]).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["pass", "pass"]);
    // Nothing is said to be there, or not to be missing, that is not known.
    let suggested = scratch.run(&["suggest", "cases"]).expect(0).out;
    assert!(suggested.contains("CB037") && !suggested.contains("nothing is missing"), "{suggested}");
}

#[test]
fn figures_of_a_broken_policy_say_that_it_is_broken() {
    let scratch = gated();
    scratch.write("specs/main.yaml", "spec: main\nclauses:\n  - id: [\n");
    for args in [
        &["coverage"][..],
        &["mutate"],
        &["suggest", "cases"],
        &["bisect", "c1"],
        &["explain", "c1"],
        &["diff", "--decisions"],
    ] {
        let ended = scratch.run(args).expect(0);
        assert!(ended.err.contains("the policy at `worktree` has"), "{args:?}: {}", ended.err);
        assert!(ended.err.contains("`casebook check`"), "{args:?}: {}", ended.err);
        assert_eq!(ended.err.matches("warning").count(), 1, "{args:?}: {}", ended.err);
    }
    assert_eq!(scratch.run(&["coverage", "--rev", "HEAD"]).expect(0).err, "");
}

#[test]
fn a_clone_without_its_past_says_so() {
    let scratch = gated();
    edit(&scratch, "severity: high", "severity: [high, low]");
    scratch.commit("Weapons");
    let from = format!("file://{}", scratch.dir().display());
    scratch.git(&["clone", "-q", "--depth", "1", &from, "../clone"]);
    for args in [&["bisect", "c1"][..], &["blame", "no-weapons"], &["history"]] {
        let ended = scratch.run(&[&["--repo", "../clone"], args].concat()).expect(0);
        assert!(ended.err.contains("git fetch --unshallow"), "{args:?}: {}", ended.err);
        assert_eq!(scratch.run(args).expect(0).err, "", "{args:?}");
    }
}

#[test]
fn what_would_be_nothing_is_not_asked_for() {
    let scratch = gated();
    for args in [
        &["suggest", "cases", "-n", "0"][..],
        &["blame", "no-fraud", "-n", "0"],
        &["history", "-n", "0"],
        &["log", "-n", "0"],
        &["mutate", "--fail-under", "2"],
        &["mutate", "--fail-under", "nan"],
        &["mutate", "--fail-under", "-0.5"],
        &["replay", "--merge-base"],
    ] {
        scratch.run(args).expect(2);
    }
}
