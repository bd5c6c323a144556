use super::*;
use crate::decide::Unwatched;
use crate::policy::Policy;
use crate::policy::gold::GoldSource;
use crate::policy::label::{Abstention, Confidence, Gap, Label};
use crate::policy::ruling::{Adjudication, Cause, Disposition};
use crate::vcs::{Revision, Tools};
use crate::workspace::repo::{Environment, Unsaved};
use std::fs;
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
facets:
  intent: {type: enum, values: [benign, malicious]}
  context: {type: set, values: [fiction, medical]}
specs: [specs/s.yaml]
";
const HARMS: &str =
    "taxonomy: t\ncategories:\n  - {id: weapons, aliases: [arms], definition: What hurts.}\n  - {id: fraud}\n";
const SPEC: &str = "spec: s\nclauses:\n  - {id: no-weapons, text: Do not., when: {category: weapons}, then: refuse}\n";
const CASES: &str = "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y\"}\n";

pub(super) struct Scratch {
    dir: tempfile::TempDir,
    pub repo: PolicyRepo,
    pub environment: Environment,
}

impl Scratch {
    pub(super) fn new() -> Scratch {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("casebook.yaml", MANIFEST),
            ("taxonomies/t.yaml", HARMS),
            ("specs/s.yaml", SPEC),
            ("gold/core/cases.jsonl", CASES),
        ];
        for (path, text) in files {
            let place = dir.path().join("p").join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        let environment = Environment {
            tools: Tools::new().with_home(dir.path()),
            state: dir.path().join("state"),
            now: || 1_790_000_000,
            random: || Ok([7; 32]),
        };
        let repo = PolicyRepo::open(&dir.path().join("p"), &environment).unwrap();
        Scratch { dir, repo, environment }
    }

    fn policy(&self) -> Arc<Policy> {
        self.repo.version(&Revision::Worktree).unwrap().policy
    }

    fn labels(&self, who: &str) -> Sitting<Label> {
        Sitting::<Label>::begin(&self.repo, &self.environment, &self.policy(), who, "core", None).unwrap()
    }

    fn rulings(&self, who: &str) -> Sitting<Adjudication> {
        Sitting::<Adjudication>::begin(&self.repo, &self.environment, &self.policy(), who, "core", None).unwrap()
    }

    /// What the case is measured against, in a few words.
    #[track_caller]
    fn check_gold(&self, case: &str, expected: &str) {
        let checked = self.repo.check(&Revision::Worktree, &Unsaved::new(), &Unwatched).unwrap();
        // Labels that cannot all be right are a matter of the policy, not of how they are kept.
        let of_gold = checked.problems.iter().filter(|problem| problem.place.file.starts_with("gold/"));
        let of_gold = of_gold.filter(|problem| problem.code.id != "CB041");
        let problems: Vec<String> = of_gold.map(ToString::to_string).collect();
        assert_eq!(problems, [""; 0]);
        let (set, row) = checked.sets.find(case).unwrap();
        let gold = set.gold.gold(row);
        let behavior = gold.reading.as_ref().and_then(|reading| reading.behavior.as_deref()).unwrap_or("-");
        let source = match gold.source {
            GoldSource::None => "nobody".to_owned(),
            GoldSource::Imported => "import".to_owned(),
            GoldSource::Consensus { labelers } => format!("{labelers} agree"),
            GoldSource::Adjudicated { by, .. } => by,
            GoldSource::Split { by } => format!("split by {by}"),
        };
        assert_eq!(format!("{behavior}: {source}"), expected);
    }
}

fn label(case: &str, behavior: &str) -> Label {
    let mut label = Label { case: case.into(), harms: Some(vec![harm("arms:high").unwrap()]), ..Label::default() };
    label.reading.behavior = Some(behavior.into());
    label
}

fn ruling(case: &str, behavior: &str) -> Adjudication {
    let decision = label(case, behavior).whole_reading();
    let disposition = Disposition::MajorityUpheld;
    Adjudication { case: case.into(), decision, disposition, holding: "Because.".into(), ..Adjudication::default() }
}

#[test]
fn a_label_is_filled_in_and_on_disk_at_once() {
    let scratch = Scratch::new();
    let mut sitting = scratch.labels("ana@example.org");
    assert_eq!(sitting.file(), None);
    let written = sitting.record(label("a", "refuse")).unwrap();
    let text = fs::read_to_string(scratch.dir.path().join("p").join(&*written.file)).unwrap();
    assert!(written.file.starts_with("gold/core/labels/ana@example.org/01"), "{}", written.file);
    assert_eq!(serde_json::from_str::<Label>(&text).unwrap(), written.record);
    let label = written.record;
    assert_eq!((label.labeler.as_str(), label.at.as_deref()), ("ana@example.org", Some("2026-09-21T14:13:20Z")));
    assert_eq!(label.cites.keys().collect::<Vec<_>>(), ["no-weapons", "weapons"]);
    scratch.check_gold("a", "refuse: 1 agree");
}

#[test]
fn a_new_label_replaces_the_old_one_in_another_sitting_too() {
    let scratch = Scratch::new();
    let first = scratch.labels("ana").record(label("a", "refuse")).unwrap();
    let mut sitting = scratch.labels("ana");
    let second = sitting.record(label("a", "comply")).unwrap();
    assert_eq!(second.replaced, [&*first.record.id]);
    assert_ne!(second.file, first.file);
    scratch.check_gold("a", "comply: 1 agree");
    let third = sitting.record(Label { supersedes: Some(first.record.id), ..label("a", "escalate") });
    assert!(matches!(third, Err(WorkspaceError::NotStanding { .. })), "{third:?}");
    sitting.withdraw(&second.record.id, "the wrong case").unwrap();
    scratch.check_gold("a", "-: nobody");
    assert!(sitting.withdraw(&second.record.id, "again").is_err());
    scratch.labels("bo").withdraw(&second.record.id, "not mine").unwrap_err();
}

#[test]
fn undo_goes_back_step_by_step() {
    let scratch = Scratch::new();
    scratch.labels("ana").record(label("a", "refuse")).unwrap();
    let mut sitting = scratch.labels("ana");
    for (case, behavior) in [("b", "comply"), ("a", "comply"), ("a", "escalate")] {
        sitting.record(label(case, behavior)).unwrap();
    }
    for (case, expected) in [("a", "comply: 1 agree"), ("a", "refuse: 1 agree"), ("b", "-: nobody")] {
        let undone = sitting.undo().unwrap().unwrap();
        assert_eq!(undone.taken_back.case, case);
        scratch.check_gold(case, expected);
    }
    assert_eq!(sitting.undo().unwrap(), None);
    let written = sitting.record(label("b", "refuse")).unwrap();
    scratch.check_gold("b", "refuse: 1 agree");
    sitting.withdraw(&written.record.id, "the wrong case").unwrap();
    for expected in ["refuse: 1 agree", "-: nobody"] {
        sitting.undo().unwrap().unwrap();
        scratch.check_gold("b", expected);
    }
}

#[test]
fn a_repeat_replaces_no_first_reading() {
    let scratch = Scratch::new();
    let mut sitting = scratch.labels("ana");
    sitting.record(label("a", "refuse")).unwrap();
    let repeat = sitting.record(Label { repeat: true, ..label("a", "comply") }).unwrap();
    assert_eq!(repeat.replaced, [""; 0]);
    scratch.check_gold("a", "refuse: 1 agree");
}

#[test]
fn whatever_stands_side_by_side_is_replaced_as_a_whole() {
    let scratch = Scratch::new();
    // Two machines that do not know of each other.
    let (mut one, mut other) = (scratch.rulings("lee"), scratch.rulings("kim"));
    one.rule(ruling("a", "refuse")).unwrap();
    other.rule(ruling("a", "comply")).unwrap();
    let settled = scratch.rulings("max").rule(ruling("a", "escalate")).unwrap();
    assert_eq!(settled.replaced.len(), 2);
    scratch.check_gold("a", "escalate: max");
    let mut again = scratch.rulings("max");
    assert_eq!(again.standing("a").len(), 1);
    let split = Adjudication { disposition: Disposition::Split, decision: None, ..ruling("a", "comply") };
    again.rule(split).unwrap();
    scratch.check_gold("a", "-: split by max");
    again.undo().unwrap();
    scratch.check_gold("a", "escalate: max");
}

#[test]
fn a_file_that_was_changed_meanwhile_is_left_alone() {
    let scratch = Scratch::new();
    let mut sitting = scratch.labels("ana");
    let first = sitting.record(label("a", "refuse")).unwrap();
    let place = scratch.dir.path().join("p").join(&*first.file);
    let changed = fs::read_to_string(&place).unwrap() + "{\"id\":";
    fs::write(&place, &changed).unwrap();
    let second = sitting.record(label("b", "comply")).unwrap();
    assert_ne!(first.file, second.file);
    assert_eq!(fs::read_to_string(place).unwrap(), changed);
}

#[test]
fn a_name_that_is_no_folder_is_kept_all_the_same() {
    let scratch = Scratch::new();
    let written = scratch.labels("../../ana").record(label("a", "refuse")).unwrap();
    assert!(written.file.starts_with("gold/core/labels/%2E.%2F..%2Fana/"), "{}", written.file);
    assert_eq!(scratch.labels("../../ana").standing("a").len(), 1);
    let begin = |who: &str, set: &str| {
        Sitting::<Label>::begin(&scratch.repo, &scratch.environment, &scratch.policy(), who, set, None)
    };
    assert!(matches!(begin("", "core"), Err(WorkspaceError::BadLabeler { .. })));
    assert!(matches!(begin("ana", "none"), Err(WorkspaceError::NoSet { .. })));
    assert!(matches!(begin("ana", "../core"), Err(WorkspaceError::NoSet { .. })));
}

#[test]
fn words_that_the_policy_does_not_know_are_refused() {
    let scratch = Scratch::new();
    let policy = scratch.policy();
    let check = |label: &Label, expected: &str| match check_label(&policy, label) {
        Ok(()) => assert_eq!(expected, ""),
        Err(error) => assert_eq!(format!("{error}. {}", error.help()), expected),
    };
    let facet = |written: &str| {
        let mut label = label("a", "refuse");
        let (name, word) = facet_word(&policy, written).unwrap();
        label.reading.facets.insert(name, word);
        label
    };
    check(&label("a", "refuse"), "");
    check(&label("a", "refuze"), "there is no behavior `refuze`. Did you mean `refuse`?");
    check(&facet("context=fiction, medical"), "");
    check(&facet("context="), "");
    check(&facet("intent=benin"), "there is no value of `intent` `benin`. Did you mean `benign`?");
    check(&facet("intnt=benign"), "there is no facet `intnt`. Did you mean `intent`?");
    check(
        &facet("intent=unknown"),
        "`unknown` is no value of `intent`: it is what a facet is that nobody judged. Leave the facet out.",
    );
    let with_harm = |written: &str| Label { harms: Some(vec![harm(written).unwrap()]), ..label("a", "refuse") };
    check(&with_harm("weapon:high"), "there is no category `weapon`. Did you mean `weapons`?");
    check(&with_harm("fraud:hgh:response"), "there is no severity `hgh`. Did you mean `high`?");
    check(&with_harm("fraud::response"), "");
    assert!(harm("fraud:high:answer").is_err() && harm(":high").is_err() && harm("a:b:request:c").is_err());
    check(
        &Label { case: "a".into(), ..Label::default() },
        "the label says nothing. Give a behavior, harms or facets, or abstain with a reason.",
    );
    let abstain = Some(Abstention { reason: "too little context".into() });
    check(&Label { abstain: abstain.clone(), ..Label::default() }, "");
    check(
        &Label { abstain, ..label("a", "refuse") },
        "a label is either a reading or an abstention. Give a reading, or the reason to abstain.",
    );
    let confidence = Some(Confidence::Other("hi".into()));
    check(&Label { confidence, ..label("a", "refuse") }, "there is no confidence `hi`. Did you mean `high`?");
    let gap = Some(Gap { clause: Some("no-wepons".into()), category: None, note: "?".into() });
    check(&Label { gap, ..label("a", "refuse") }, "there is no clause `no-wepons`. Did you mean `no-weapons`?");
}

#[test]
fn a_ruling_holds_together() {
    let scratch = Scratch::new();
    let policy = scratch.policy();
    let check = |ruling: &Adjudication, expected: &str| match check_ruling(&policy, ruling) {
        Ok(()) => assert_eq!(expected, ""),
        Err(error) => assert_eq!(error.to_string(), expected),
    };
    check(&ruling("a", "refuse"), "");
    check(&ruling("a", "no"), "there is no behavior `no`");
    check(
        &Adjudication { decision: None, ..ruling("a", "refuse") },
        "a ruling that is `majority-upheld` needs a decision",
    );
    let split = Adjudication { disposition: Disposition::Split, ..ruling("a", "refuse") };
    check(&split, "a ruling that is `split` has no decision");
    check(&Adjudication { decision: None, distribution: [("comply".into(), 2)].into(), ..split.clone() }, "");
    check(
        &Adjudication { decision: None, distribution: [("nothing".into(), 2)].into(), ..split },
        "there is no behavior `nothing`",
    );
    check(&Adjudication { cause: vec![Cause::Other("x".into())], ..ruling("a", "refuse") }, "there is no cause `x`");
    check(
        &Adjudication { follows: vec!["a".into()], ..ruling("a", "refuse") },
        "the ruling names its own case `a` as a precedent",
    );
}

#[test]
fn a_gold_set_that_is_gone_does_not_come_back_as_a_folder_of_labels() {
    let scratch = Scratch::new();
    let reading = || label("a", "refuse");
    let (mut first, mut second) = (scratch.labels("ana"), scratch.labels("bo"));
    first.record(reading()).unwrap();
    let set = scratch.repo.root().dir().join("gold/core");
    fs::rename(&set, set.with_file_name("moved")).unwrap();
    for sitting in [&mut first, &mut second] {
        let refused = sitting.record(reading());
        assert!(matches!(&refused, Err(WorkspaceError::SetGone { name }) if name == "core"), "{refused:?}");
    }
    assert!(!set.exists());
    fs::rename(set.with_file_name("moved"), &set).unwrap();
    second.record(reading()).unwrap();
}

#[test]
fn what_nobody_wrote_is_not_labeled() {
    let draft = |text: &str| {
        let row = format!(r#"{{"id":"d","text":"{text}","tags":["suggested"]}}"#);
        let cases = vec![crate::decide::SourceFile::new("gold/core/cases.jsonl", row.into_bytes())];
        let sources = crate::decide::GoldSources { set: "core".into(), cases, ..Default::default() };
        crate::decide::GoldSet::read(sources, &Unwatched).unwrap()
    };
    let refused = check_written(&draft("TO WRITE: a request that was read so (x)"), 0).unwrap_err();
    assert_eq!(
        format!("{refused}. {}", refused.help()),
        "nobody wrote the text of the case `d` yet. Write it at gold/core/cases.jsonl:1:1, in place of `TO WRITE: …`; then label it."
    );
    check_written(&draft("How is x made?"), 0).unwrap();
}
