//! The real program, from outside: arguments in, output and exit code out.

use casebook::vcs::Tools;
use casebook::workspace::samples;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A home of its own for every run, so that nothing depends on the machine.
struct Home {
    dir: TempDir,
}

/// What a run left.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Home {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".gitconfig"), "[user]\nname = Ana\nemail = ana@example.org\n").unwrap();
        Home { dir }
    }

    /// With a copy of the community sample, history and all.
    fn with_policy() -> (Home, PathBuf) {
        static BUILT: OnceLock<TempDir> = OnceLock::new();
        let built = BUILT.get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let tools = Tools::new().with_home(dir.path());
            samples::find("community").unwrap().build(&dir.path().join("policy"), &tools).unwrap();
            dir
        });
        let home = Home::new();
        copy(&built.path().join("policy"), &home.path("policy"));
        let policy = home.path("policy");
        (home, policy)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
        command
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_GLOBAL", self.path(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("TMPDIR", self.dir.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, folder: &Path, args: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(folder, args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }

    fn git(&self, folder: &Path, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(args).current_dir(folder).env("HOME", self.dir.path());
        let output =
            command.env("GIT_CONFIG_GLOBAL", self.path(".gitconfig")).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }
}

impl Ran {
    #[track_caller]
    fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// Makes the edit of the sample that fixes one case, breaks another, and with it a gate.
fn edit_voting(policy: &Path) {
    edit(
        &policy.join("specs/community.yaml"),
        "reach: \">= wide\"\n      context: {none: [news, satire]}",
        "reach: [small, wide, viral]\n      context: {none: [news, satire]}",
    );
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

// Help and errors ---------------------------------------------------------------------------------------------------

#[test]
fn help_teaches_by_example() {
    let home = Home::new();
    let help = home.run(home.dir.path(), &["--help"]).expect(0).out;
    let commands = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let names: Vec<&str> =
        commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 11, "{help}");
    for name in names {
        let help = home.run(home.dir.path(), &[name, "--help"]).expect(0).out;
        assert!(help.contains("Examples:\n  casebook"), "{help}");
    }
}

#[test]
fn what_was_typed_wrong_ends_with_2_and_is_shown_safely() {
    let home = Home::new();
    let here = home.dir.path();
    for args in [&["replai"][..], &["replay", "--by", "x"], &["check", "--format", "xml"], &["commit"], &["import"]] {
        let ran = home.run(here, args).expect(2);
        assert!(ran.err.starts_with("error: ") && ran.out.is_empty(), "{}", ran.err);
    }
    let hostile = home.run(here, &["\u{1b}]0;owned\u{7}\u{202e}"]).expect(2);
    assert!(!hostile.err.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", hostile.err);
}

#[test]
fn outside_of_a_policy_it_says_what_to_do() {
    let home = Home::new();
    for args in [&["check"][..], &["replay"], &["status"], &["explain", "x"], &["commit", "-m", "x"]] {
        let ran = home.run(home.dir.path(), args).expect(2);
        assert!(ran.err.contains("there is no `casebook.yaml`") && ran.err.contains("casebook init"), "{}", ran.err);
    }
    let (home, policy) = Home::with_policy();
    home.run(home.dir.path(), &["--repo", policy.to_str().unwrap(), "check"]).expect(0);
    home.run(&policy.join("gold/core"), &["check"]).expect(0);
    let nobody = home.run(&policy, &[]).expect(2);
    assert!(nobody.err.contains("terminal"), "{}", nobody.err);
}

#[test]
fn colour_is_for_those_who_want_it() {
    let (home, policy) = Home::with_policy();
    let painted = |args: &[&str]| home.run(&policy, args).expect(0).out.contains('\u{1b}');
    assert!(!painted(&["replay"]));
    assert!(painted(&["replay", "--color", "always"]));
    assert!(!painted(&["replay", "--color", "never"]));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let (home, policy) = Home::with_policy();
    let mut command = home.command(&policy, &["replay", "--verdicts", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

#[test]
fn shells_are_taught() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(home.dir.path(), &["completions", shell]).expect(0).out;
        assert!(script.contains("explain") && script.contains("allow-failing-gates"), "{shell}");
    }
}

// Check --------------------------------------------------------------------------------------------------------------

#[test]
fn problems_are_told_in_every_form() {
    let (home, policy) = Home::with_policy();
    let hints = home.run(&policy, &["check"]).expect(0).out;
    assert!(hints.contains("0 errors, 0 warnings, "), "{hints}");
    edit(&policy.join("specs/community.yaml"), "category: violence/threats", "category: violence/threatz");
    let text = home.run(&policy, &["check"]).expect(1).out;
    assert!(
        text.contains("specs/community.yaml:34:17: error[CB010]") && text.contains("`violence/threats`?"),
        "{text}"
    );
    let json = home.run(&policy, &["check", "--format", "json"]).expect(1).json();
    let error = json["problems"].as_array().unwrap().iter().find(|problem| problem["level"] == "error").unwrap();
    assert_eq!((&json["status"], &error["code"]), (&"fail".into(), &"CB010".into()));
    let sarif = home.run(&policy, &["check", "--format", "sarif"]).expect(1).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "CB010/unknown-category"), "{sarif}");
    let github = home.run(&policy, &["check", "--format", "github"]).expect(1).out;
    assert!(
        github.lines().any(|line| line.starts_with("::error file=specs/community.yaml,line=34,col=17,")),
        "{github}"
    );
    home.run(&policy, &["check", "--rev", "HEAD"]).expect(0);
}

#[test]
fn codes_are_explained() {
    let home = Home::new();
    let page = home.run(home.dir.path(), &["check", "--explain", "cb010"]).expect(0).out;
    assert!(page.starts_with("# CB010"), "{page}");
    assert_eq!(home.run(home.dir.path(), &["check", "--explain", "unknown-category"]).expect(0).out, page);
    let unknown = home.run(home.dir.path(), &["check", "--explain", "unknown-categry"]).expect(2).err;
    assert!(unknown.contains("Did you mean `unknown-category`?"), "{unknown}");
}

// Replay -------------------------------------------------------------------------------------------------------------

#[test]
fn the_json_of_a_replay_is_as_documented() {
    let (home, policy) = Home::with_policy();
    edit_voting(&policy);
    let json = home.run(&policy, &["replay", "--format", "json", "--verdicts"]).expect(1).json();
    let documented = ["base", "head", "sets", "flips", "gates", "status", "verdicts"];
    assert!(documented.iter().all(|key| json.get(*key).is_some()), "{:?}", keys(&json));
    assert_eq!(json["head"], serde_json::json!({"rev": "worktree", "commit": null}));
    assert_eq!(json["base"]["rev"], "HEAD");
    assert_eq!(json["base"]["commit"], home.git(&policy, &["rev-parse", "HEAD"]));

    let set = &json["sets"][0];
    assert_eq!(keys(set), ["name", "cases", "unlabeled", "undetermined", "head", "base", "mcnemar"]);
    for side in [&set["head"], &set["base"]] {
        assert_eq!(keys(side), ["agree", "over_refusal", "under_refusal", "confusion"]);
        for figure in ["agree", "over_refusal", "under_refusal"] {
            assert_eq!(keys(&side[figure]), ["n", "of", "rate", "low", "high"]);
        }
        assert_eq!(keys(&side["confusion"]), ["behaviors", "matrix"]);
    }
    let measured: u64 = set["head"]["confusion"]["matrix"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(set["head"]["agree"]["of"], measured);
    assert_eq!(keys(&set["mcnemar"]), ["fixed", "regressed", "p"]);
    assert_eq!((&set["mcnemar"]["fixed"], &set["mcnemar"]["regressed"]), (&1.into(), &1.into()));

    let flips = json["flips"].as_array().unwrap();
    let regressed = flips.iter().find(|flip| flip["kind"] == "regressed").unwrap();
    let sides = |side: &str| (regressed[side]["behavior"].as_str(), regressed[side]["clause"].as_str());
    assert_eq!((&regressed["case"], &regressed["gold"]), (&"cm-060".into(), &"label".into()));
    assert_eq!(sides("base"), (Some("label"), Some("voting-small")));
    assert_eq!(sides("head"), (Some("remove"), Some("voting")));
    let gate = json["gates"].as_array().unwrap().iter().find(|gate| gate["status"] == "fail").unwrap();
    assert_eq!((&gate["gate"], &json["status"]), (&"over_refusal".into(), &"fail".into()));
    assert!(gate["value"].as_f64().unwrap() > gate["limit"].as_f64().unwrap());
    let verdicts = json["verdicts"].as_array().unwrap();
    assert_eq!(verdicts.len() as u64, set["cases"].as_u64().unwrap());
    assert_eq!(keys(&verdicts[0]), ["set", "case", "behavior", "clause", "undetermined"]);
}

#[test]
fn without_history_there_is_nothing_to_compare_with() {
    let (home, policy) = Home::with_policy();
    fs::remove_dir_all(policy.join(".git")).unwrap();
    let json = home.run(&policy, &["replay", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&json["base"], &json["sets"][0]["base"], &json["sets"][0]["mcnemar"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(json["gates"].as_array().unwrap().iter().any(|gate| gate["status"] == "no-data"));
    let asked = home.run(&policy, &["replay", "--base", "HEAD"]).expect(2);
    assert!(asked.err.contains("git init"), "{}", asked.err);
    home.git(&policy, &["init", "-q"]);
    home.run(&policy, &["replay"]).expect(0);
}

#[test]
fn errors_in_the_policy_fail_a_replay() {
    let (home, policy) = Home::with_policy();
    edit(&policy.join("specs/community.yaml"), "category: violence/threats", "category: violence/threatz");
    let json = home.run(&policy, &["replay", "--format", "json"]).expect(1).json();
    assert_eq!((&json["errors"], &json["status"]), (&1.into(), &"fail".into()));
}

#[test]
fn sets_revisions_and_labels_are_chosen() {
    let (home, policy) = Home::with_policy();
    let unknown = home.run(&policy, &["replay", "--set", "cor"]).expect(2).err;
    assert!(unknown.contains("no gold set `cor`") && unknown.contains("`core`"), "{unknown}");
    let nowhere = home.run(&policy, &["replay", "--head", "nowhere"]).expect(2).err;
    assert!(nowhere.contains("`nowhere` is not a revision"), "{nowhere}");
    let cases = |labels: &str| {
        let args = ["replay", "--base", "HEAD~5", "--labels", labels, "--set", "core", "--format", "json"];
        home.run(&policy, &args).json()["sets"][0]["cases"].clone()
    };
    assert_eq!((cases("head"), cases("base")), (86.into(), 73.into()));
    let parts = home.run(&policy, &["replay", "--by", "tier", "--by", "tag", "--format", "json"]).expect(0).json();
    let by: Vec<&str> = parts["groups"].as_array().unwrap().iter().filter_map(|group| group["by"].as_str()).collect();
    assert!(by.contains(&"tier") && by.contains(&"tag") && !by.contains(&"facet"), "{by:?}");
}

#[test]
fn junit_counts_what_it_lists() {
    let (home, policy) = Home::with_policy();
    let xml = home.run(&policy, &["replay", "--format", "junit"]).expect(0).out;
    let count = |what: &str| xml.matches(what).count();
    assert!(xml.contains(&format!(
        "<testsuites name=\"casebook\" tests=\"{}\" failures=\"{}\"",
        count("<testcase "),
        count("<failure ")
    )));
    assert!(xml.contains("file=\"gold/core/cases.jsonl\" line=\"1\""), "{xml}");
}

// Versions -----------------------------------------------------------------------------------------------------------

#[test]
fn two_versions_are_read_side_by_side() {
    let (home, policy) = Home::with_policy();
    edit_voting(&policy);
    let json = home.run(&policy, &["diff", "--format", "json"]).expect(0).json();
    assert_eq!(keys(&json), ["base", "head", "merge_base", "text", "structure", "decisions", "outcomes"]);
    assert_eq!(json["text"][0]["file"], "specs/community.yaml");
    let change = &json["structure"][0];
    assert_eq!(
        (&change["id"], &change["field"], &change["decides"]),
        (&"voting".into(), &"when.reach".into(), &true.into())
    );
    assert_eq!(json["outcomes"]["flips"].as_array().unwrap().len(), 2);
    let structure = home.run(&policy, &["diff", "HEAD~1..", "--structure", "--format", "json"]).expect(0).json();
    assert_eq!(keys(&structure), ["base", "head", "merge_base", "structure"]);
    assert_eq!(structure["head"]["rev"], "HEAD");
}

#[test]
fn verdicts_and_clauses_are_followed_through_history() {
    let (home, policy) = Home::with_policy();
    let history = home.run(&policy, &["history", "--format", "json"]).expect(0).json();
    let steps = history["steps"].as_array().unwrap();
    assert!(steps.len() > 1 && steps.last().unwrap()["first"] == true, "{history}");
    let changed = |step: &Value| step["changed"].as_array().unwrap().first().cloned();
    let (step, case) = steps.iter().find_map(|step| Some((step, changed(step)?))).unwrap();
    // The step that is found for one case is the newest of those that history lists for it.
    let id = case["case"].as_str().unwrap();
    let bisected = home.run(&policy, &["bisect", id, "--rev", "HEAD", "--format", "json"]).expect(0).json();
    assert_eq!(bisected["since"]["commit"]["commit"], step["commit"]);
    assert_eq!((&bisected["since"]["after"], &bisected["since"]["before"]), (&case["after"], &case["before"]));
    let clause = home.run(&policy, &["mutate", "--format", "json"]).expect(0).json()["clauses"][0]["clause"].clone();
    let blamed = home.run(&policy, &["blame", clause.as_str().unwrap(), "--format", "json"]).expect(0).json();
    // A clause begins to decide with the commit that brings it.
    assert!(blamed["changes"].as_array().unwrap().last().unwrap()["gained"].as_u64().unwrap() > 0, "{blamed}");
    home.run(&policy, &["blame", "no-such-clause"]).expect(2);
}

#[test]
fn suggested_cases_can_be_taken_as_they_are() {
    let (home, policy) = Home::with_policy();
    let set = home.run(&policy, &["replay", "--format", "json"]).expect(0).json()["sets"][0]["name"].clone();
    let file = format!("gold/{}/cases/suggested.jsonl", set.as_str().unwrap());
    let before = home.run(&policy, &["check", "--format", "json"]).expect(0).json();
    home.run(&policy, &["suggest", "cases", "-n", "3", "--out", &file]).expect(0);
    let rows = std::fs::read_to_string(policy.join(&file)).unwrap();
    assert_eq!(rows.lines().filter(|row| row.contains("TO WRITE: ")).count(), 3);
    let after = home.run(&policy, &["check", "--format", "json"]).expect(0).json();
    let worse = |report: &Value| report["problems"].as_array().unwrap().iter().filter(|p| p["level"] != "hint").count();
    assert_eq!(worse(&before), worse(&after));
    // Nothing is written over.
    home.run(&policy, &["suggest", "cases", "--out", &file]).expect(2);
    // In a set they come after what is there, and what waits for its label is not suggested again.
    let ids = |rows: &str| -> Vec<String> {
        let id = |row: &str| serde_json::from_str::<Value>(row).unwrap()["id"].as_str().unwrap().to_owned();
        rows.lines().map(id).collect()
    };
    let next = home.run(&policy, &["suggest", "cases", "-n", "2", "--rows"]).expect(0).out;
    home.run(&policy, &["suggest", "cases", "-n", "2", "--write", set.as_str().unwrap()]).expect(0);
    let later = home.run(&policy, &["suggest", "cases", "-n", "2", "--rows"]).expect(0).out;
    assert!(ids(&next).iter().chain(&ids(&rows)).all(|id| !ids(&later).contains(id)), "{next}{later}");
    let exported = home.run(&policy, &["check", "--format", "json"]).expect(0).json();
    assert_eq!(worse(&before), worse(&exported));
    home.run(&policy, &["suggest", "cases", "--write", "no-such-set"]).expect(2);
}

#[test]
fn what_was_meant_is_told_from_collateral_and_a_gate_forbids_the_rest() {
    let (home, policy) = Home::with_policy();
    edit(&policy.join("casebook.yaml"), "gates:\n", "gates:\n  collateral: {max: 0}\n");
    edit_voting(&policy);
    let diff = |more: &[&str]| {
        home.run(&policy, &[&["diff", "--decisions", "--format", "json"], more].concat()).expect(0).json()
    };
    let nothing_said = diff(&[]);
    assert_eq!((&nothing_said["collateral"], &nothing_said["changed"]), (&7560.into(), &7560.into()));
    let whole = nothing_said["regions"][0]["intent"].as_str().unwrap().to_owned();
    assert!(whole.starts_with("label → remove where ") && whole.contains("category: misinformation/civic"), "{whole}");
    let line = "label → remove where category: misinformation/civic, severity: [low, unknown]".to_owned();
    let one_said = diff(&["--intent", &line]);
    assert_eq!(one_said["collateral"], 3240);
    assert_eq!((&one_said["regions"][0]["meant"], &one_said["regions"][1]["meant"]), (&false.into(), &true.into()));
    let text = home.run(&policy, &["diff", "--decisions", "--intent", &line]).expect(0).out;
    assert!(text.contains("collateral: nobody declared it, 3,240 points in 1 region"), "{text}");
    let outcomes = home.run(&policy, &["diff", "--outcomes", "--intent", &line, "--format", "json"]).expect(0).json();
    assert_eq!(outcomes["outcomes"]["flips"][0]["meant"], false);
    // A commit that leaves something undeclared is refused; one that declares all is not, and CI passes.
    let commit = |intents: &[&str]| home.run(&policy, &[&["commit", "-m", "Vote"], intents].concat());
    let refused = |intents: &[&str]| {
        let json = commit(&[&["--format", "json"], intents].concat()).expect(1).json();
        json["refused"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(&["--intent", &line]), "gates fail: collateral, over_refusal");
    // Declaring it all passes this gate, and no other.
    assert_eq!(refused(&["--intent", "all"]), "a gate fails: over_refusal");
    let unread = commit(&["--intent", "refuse → comply where category: cider"]).expect(2).err;
    assert!(unread.contains("cider") && unread.contains("in case SET/CASE"), "{unread}");
    let done = commit(&["--intent", "all", "--allow-failing-gates", "--format", "json"]).expect(0).json();
    let declared = done["trailers"].as_array().unwrap().iter().filter(|t| t["key"] == "Policy-Intent").count();
    assert_eq!(declared, 1);
    let replay = home.run(&policy, &["replay", "--head", "HEAD", "--base", "HEAD~1", "--format", "json"]).json();
    let gates = replay["gates"].as_array().unwrap();
    let gate = gates.iter().find(|gate| gate["gate"] == "collateral").unwrap();
    assert_eq!((&gate["status"], &gate["n"], &gate["of"]), (&"pass".into(), &0.into(), &7560.into()));
}

#[test]
fn a_case_is_explained() {
    let (home, policy) = Home::with_policy();
    let json = home.run(&policy, &["explain", "cm-061", "--format", "json"]).expect(0).json();
    assert_eq!((&json["verdict"]["clause"], &json["standing"]), (&"voting-small".into(), &"under-refusal".into()));
    let misses = json["rulings"][0]["misses"].as_array().unwrap();
    let voting = misses.iter().find(|miss| miss["clause"] == "voting").unwrap();
    assert_eq!((&voting["subject"], &voting["met"], &voting["failing"]), (&"reach".into(), &"small".into(), &1.into()));
    let unknown = home.run(&policy, &["explain", "cm-61"]).expect(2).err;
    assert!(unknown.contains("Did you mean `cm-0"), "{unknown}");
}

#[test]
fn the_text_of_a_case_is_shown_safely_and_covered_where_sensitive() {
    let (home, policy) = Home::with_policy();
    let hostile = r#"{"id":"bad\u001b[31m","text":"x\u001b[2J\u202ey","sensitive":true,"gold":{"behavior":"allow"}}"#;
    let file = policy.join("gold/core/cases.jsonl");
    fs::write(&file, format!("{}{hostile}\n", fs::read_to_string(&file).unwrap())).unwrap();
    let covered = home.run(&policy, &["explain", "bad\u{1b}[31m"]).expect(0).out;
    assert!(covered.contains("covered") && !covered.contains("[2J"), "{covered}");
    let shown = home.run(&policy, &["explain", "bad\u{1b}[31m", "--uncover"]).expect(0).out;
    assert!(shown.contains("x␛[2J⟨U+202E⟩y") && !shown.contains('\u{1b}'), "{shown}");
    for args in [
        &["replay", "--verdicts"][..],
        &["diff"],
        &["replay", "--format", "markdown"],
        &["replay", "--format", "junit"],
    ] {
        assert!(!home.run(&policy, args).out.contains(['\u{1b}', '\u{202e}']), "{args:?}");
    }
}

// Commit -------------------------------------------------------------------------------------------------------------

#[test]
fn a_commit_says_what_the_replay_found() {
    let (home, policy) = Home::with_policy();
    let before = home.git(&policy, &["rev-parse", "HEAD"]);
    let nothing = home.run(&policy, &["commit", "-m", "x"]).expect(2);
    assert!(nothing.err.contains("differs from the last commit"), "{}", nothing.err);
    edit_voting(&policy);
    fs::write(policy.join("notes.txt"), "mine").unwrap();
    let refused = home.run(&policy, &["commit", "-m", "x"]).expect(1);
    assert!(refused.out.contains("not committed: a gate fails: over_refusal"), "{}", refused.out);
    home.run(&policy, &["commit", "-m", "x", "--allow-failing-gates", "--dry-run"]).expect(0);
    assert_eq!(home.git(&policy, &["rev-parse", "HEAD"]), before);

    let done =
        home.run(&policy, &["commit", "-m", "Remove it all", "--allow-failing-gates", "--format", "json"]).expect(0);
    assert_eq!(done.json()["commit"], home.git(&policy, &["rev-parse", "HEAD"]));
    let message = home.git(&policy, &["log", "-1", "--format=%B"]);
    assert_eq!(
        message,
        "Remove it all\n\nPolicy-Replay: 1 fixed, 1 regressed of 86\nPolicy-Gates: failing: over_refusal"
    );
    assert_eq!(home.git(&policy, &["status", "--porcelain"]), "?? notes.txt");
    let log = home.run(&policy, &["log", "-n", "1", "--format", "json"]).expect(0).json();
    assert_eq!(log["commits"][0]["trailers"][0]["key"], "Policy-Replay");
}

#[test]
fn who_ruled_is_named_and_new_errors_stand_in_the_way() {
    let (home, policy) = Home::with_policy();
    let ruling = r#"{"id":"r1","case":"cm-061","adjudicator":"mo@example.org","decision":{"behavior":"label"},"disposition":"overridden","holding":"few readers"}"#;
    fs::create_dir_all(policy.join("gold/core/adjudications/mo@example.org")).unwrap();
    fs::write(policy.join("gold/core/adjudications/mo@example.org/01M7.jsonl"), format!("{ruling}\n")).unwrap();
    let spec = policy.join("specs/community.yaml");
    edit(&spec, "category: violence/threats", "category: violence/threatz");
    let refused = home.run(&policy, &["commit", "-m", "x"]).expect(1);
    assert!(refused.out.contains("CB010") && refused.out.contains("1 new error"), "{}", refused.out);
    edit(&spec, "violence/threatz", "violence/threats");
    home.run(&policy, &["commit", "-m", "Rule on small groups"]).expect(0);
    let trailers = home.git(&policy, &["log", "-1", "--format=%(trailers:key=Adjudicated-By,valueonly)"]);
    assert_eq!(trailers, "mo@example.org");
}

#[test]
fn errors_that_were_there_do_not_stand_in_the_way() {
    let (home, policy) = Home::with_policy();
    let spec = policy.join("specs/community.yaml");
    edit(&spec, "category: violence/threats", "category: violence/threatz");
    home.run(&policy, &["commit", "-m", "Break it", "--allow-errors", "--allow-failing-gates"]).expect(0);
    edit(&spec, "title: Voting\n", "title: Elections\n");
    home.run(&policy, &["commit", "-m", "Rename a clause"]).expect(0);
}

#[test]
fn a_gate_that_failed_before_does_not_stand_in_the_way_of_labels() {
    let (home, policy) = Home::with_policy();
    edit_voting(&policy);
    home.run(&policy, &["commit", "-m", "Remove it all", "--allow-failing-gates"]).expect(0);
    // The policy is wrong on one case more, since people say so; it decides as before.
    home.run(&policy, &["rule", "cm-061", "--behavior", "allow", "--holding", "A joke among friends"]).expect(0);
    let gates = home.run(&policy, &["replay", "--format", "json"]).json()["gates"].clone();
    let failing: Vec<_> = gates.as_array().unwrap().iter().filter(|gate| gate["status"] == "fail").collect();
    assert!(!failing.is_empty() && failing.iter().all(|gate| gate["value"] == gate["before"]), "{gates}");
    home.run(&policy, &["commit", "-m", "Rule on it"]).expect(0);
    let message = home.git(&policy, &["log", "-1", "--format=%B"]);
    assert!(message.contains("Policy-Gates: failing: over_refusal"), "{message}");
}

#[test]
fn status_tells_where_the_work_stands() {
    let (home, policy) = Home::with_policy();
    edit_voting(&policy);
    let json = home.run(&policy, &["status", "--format", "json"]).expect(0).json();
    assert_eq!((&json["branch"], &json["files"][0]["path"]), (&"main".into(), &"specs/community.yaml".into()));
    assert_eq!((&json["flips"]["regressed"], &json["gates_failing"][0]["gate"]), (&1.into(), &"over_refusal".into()));
    let text = home.run(&policy, &["status"]).expect(0).out;
    assert!(text.contains("1 of 4 fail") && text.contains("changed   specs/community.yaml"), "{text}");
}

// Import -------------------------------------------------------------------------------------------------------------

const MAP: &str =
    "text: text\ngold:\n  behavior: {column: verdict, values: {bad: remove, fine: allow}, unmapped: error}\n";

#[test]
fn cases_are_brought_in_once() {
    let (home, policy) = Home::with_policy();
    fs::write(home.path("map.yaml"), MAP).unwrap();
    fs::write(home.path("t.csv"), "text,verdict\nhello,fine\nbuy now,bad\nodd,what\n").unwrap();
    let import = |more: &[&str]| {
        let args = ["import", "csv", "../t.csv", "--map", "../map.yaml", "--set", "new"];
        home.run(&policy, &[&args, more].concat())
    };
    let dry = import(&["--dry-run"]).expect(1);
    assert!(dry.out.contains("2 new cases") && dry.out.contains("nothing is written"), "{}", dry.out);
    assert!(dry.out.contains("1 row with an error\n  row 4"), "{}", dry.out);
    assert!(!policy.join("gold/new").exists());
    let json = import(&["--format", "json"]).expect(1).json();
    assert_eq!((&json["rows"], &json["written"], &json["set_is_new"]), (&3.into(), &true.into(), &true.into()));
    let cases = fs::read_to_string(policy.join("gold/new/cases.jsonl")).unwrap();
    assert_eq!(cases.lines().count(), 2);
    let again = import(&[]).expect(1);
    assert!(
        again.out.contains("0 new cases, 2 already in the set") && again.out.contains("nothing to write"),
        "{}",
        again.out
    );
    assert_eq!(fs::read_to_string(policy.join("gold/new/cases.jsonl")).unwrap(), cases);
    home.run(&policy, &["check"]).expect(0);
    let replayed = home.run(&policy, &["replay", "--set", "new", "--format", "json"]).json();
    assert_eq!(replayed["sets"][0]["cases"], 2);
}

#[test]
fn what_cannot_be_imported_is_refused() {
    let (home, policy) = Home::with_policy();
    let list = home.run(&policy, &["import", "--list"]).expect(0).out;
    assert!(list.contains("openai-moderation") && list.contains("csv"), "{list}");
    fs::write(home.path("t.csv"), "text\nx\n").unwrap();
    for (args, says) in [
        (&["import", "xls", "../t.csv", "--set", "a"][..], "no import format `xls`"),
        (&["import", "csv", "../t.csv", "--set", "a"], "--map MAP.yaml"),
        (&["import", "csv", "../t.csv", "--set", "../a"], "cannot be the name of a gold set"),
        (&["import", "csv", "../none.csv", "--set", "a"], "`../none.csv` cannot be read"),
    ] {
        let refused = home.run(&policy, args).expect(2).err;
        assert!(refused.contains(says), "{refused}");
    }
}

// Beginning ----------------------------------------------------------------------------------------------------------

#[test]
fn a_policy_is_made_and_all_is_well_with_it() {
    let home = Home::new();
    let made = home.run(home.dir.path(), &["init", "mine"]).expect(0).out;
    assert!(made.contains("first commit") && made.contains("casebook check"), "{made}");
    home.run(&home.path("mine"), &["check"]).expect(0);
    home.run(&home.path("mine"), &["replay"]).expect(0);
    let again = home.run(home.dir.path(), &["init", "mine"]).expect(2).err;
    assert!(again.contains("exists already"), "{again}");
    let unknown = home.run(home.dir.path(), &["init", "other", "--template", "x"]).expect(2).err;
    assert!(unknown.contains("`template`, `agents`, `assistant`, `community`"), "{unknown}");
}

#[test]
fn a_demonstration_walks_the_main_job() {
    let home = Home::new();
    // Nobody has told git who they are.
    fs::remove_file(home.path(".gitconfig")).unwrap();
    let told = home.run(home.dir.path(), &["demo", "agents"]).expect(0).out;
    let folder = PathBuf::from(told.lines().nth(1).unwrap());
    let commit = home.git(&folder, &["rev-parse", "HEAD"]);
    for says in [
        "casebook check",
        "▼ 1 regressed",
        "▲ 1 fixed",
        "structure\n  ~  clause",
        "Policy-Replay: 1 fixed, 1 regressed",
        &commit,
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    assert_eq!(home.git(&folder, &["status", "--porcelain"]), "");
    let unknown = home.run(home.dir.path(), &["demo", "nothing"]).expect(2).err;
    assert!(unknown.contains("`agents`, `assistant`, `community`"), "{unknown}");
}

// How it looks -------------------------------------------------------------------------------------------------------

/// Ids of commits change with every change of the sample, so they are left out.
fn without_ids(home: &Home, policy: &Path, text: String) -> String {
    let ids = home.git(policy, &["log", "--format=%H"]);
    ids.lines().fold(text, |text, id| text.replace(id, "<commit>").replace(&id[..9], "<commit>"))
}

#[test]
fn reports_look_like_this() {
    let (home, policy) = Home::with_policy();
    edit_voting(&policy);
    let look = |name: &str, args: &[&str]| {
        let ran = home.run(&policy, args);
        insta::assert_snapshot!(name, without_ids(&home, &policy, ran.out));
    };
    look("replay", &["replay", "--by", "tier"]);
    look("replay-markdown", &["replay", "--format", "markdown"]);
    look("replay-github", &["replay", "--format", "github"]);
    look("replay-labels", &["replay", "--head", "HEAD~3", "--base", "HEAD~5"]);
    look("diff", &["diff"]);
    look("diff-markdown", &["diff", "--structure", "--text", "--format", "markdown"]);
    look("diff-history", &["diff", "HEAD~2..HEAD~1", "--structure", "--outcomes"]);
    look("explain", &["explain", "cm-040"]);
    look("explain-undetermined", &["explain", "cm-077"]);
    look("log", &["log", "-n", "3"]);
}
