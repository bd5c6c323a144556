use super::*;
use crate::decide::Unwatched;
use crate::policy::label::Label;
use crate::policy::problem::Level;
use crate::policy::round::Round;
use crate::vcs::{Revision, Tools};
use crate::workspace::error::WorkspaceError;
use crate::workspace::labeling::Sitting;
use crate::workspace::repo::{Environment, PolicyRepo, Unsaved};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const ROUND: &str = "labelers: [ana, bo]\noverlap: 2\nblindness: sealed\n";
const PLAN: &str = "{\"case\":\"a\",\"labelers\":[\"ana\",\"bo\"]}\n{\"case\":\"b\",\"labelers\":[\"ana\",\"bo\"]}\n";

/// A policy without git, with a round `r` that is to be labeled.
struct Scratch {
    dir: tempfile::TempDir,
    repo: PolicyRepo,
    environment: Environment,
}

impl Scratch {
    fn new() -> Scratch {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("p");
        fs::create_dir(&folder).unwrap();
        let environment = Environment {
            tools: Tools::new().with_home(dir.path()),
            state: dir.path().join("state"),
            now: || 1_790_000_000,
            random: || Ok([7; 32]),
        };
        fs::write(folder.join("casebook.yaml"), "casebook: 1\nspecs: []\n").unwrap();
        let repo = PolicyRepo::open(&folder, &environment).unwrap();
        let scratch = Scratch { dir, repo, environment };
        scratch.write("gold/core/cases.jsonl", "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y\"}\n");
        scratch.write("gold/core/rounds/r/round.yaml", ROUND);
        scratch.write("gold/core/rounds/r/plan.jsonl", PLAN);
        scratch
    }

    /// All but the last of four labels are given.
    fn labeled() -> Scratch {
        let scratch = Scratch::new();
        for (who, cases) in [("ana", &["a", "b"][..]), ("bo", &["a"])] {
            let mut sitting = scratch.sitting(who).unwrap();
            cases.iter().for_each(|case| drop(sitting.record(label(case)).unwrap()));
        }
        scratch
    }

    fn write(&self, path: &str, text: &str) {
        let place = self.repo.root().dir().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }

    fn sitting(&self, who: &str) -> Result<Sitting<Label>, WorkspaceError> {
        let policy = self.repo.version(&Revision::Worktree).unwrap().policy;
        Sitting::<Label>::begin(&self.repo, &self.environment, &policy, who, "core", Some("r"))
    }

    fn close(&self, before: deposit::Before<'_>) -> Result<ClosedNow, WorkspaceError> {
        let (round, standing) = self.repo.standing("core", "r", &Unwatched)?;
        self.repo.close_round_with(&self.environment, "core", (&round, &standing), "lee", before)
    }

    /// The lines of all files below a folder.
    fn lines(&self, folder: &str) -> Vec<String> {
        let root = self.repo.root();
        let files = root.list(folder).files;
        let text = |path| fs::read_to_string(root.dir().join(path)).unwrap();
        files.iter().flat_map(|path| text(&**path).lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn vault(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.dir.path().join("state")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path if path.extension().is_some_and(|end| end == "jsonl") => files.push(path),
                    _ => {}
                }
            }
        }
        files.sort();
        files
    }

    #[track_caller]
    fn check_errors(&self, expected: &[&str]) {
        let checked = self.repo.check(&Revision::Worktree, &Unsaved::new(), &Unwatched).unwrap();
        let errors: Vec<String> = checked
            .problems
            .iter()
            .filter(|problem| problem.level() == Level::Error && problem.place.file.starts_with("gold/"))
            .map(ToString::to_string)
            .collect();
        assert_eq!(errors, expected);
    }

    #[track_caller]
    fn check_refused(&self, words: &[&str]) {
        let tried = [
            self.close(&|| Ok(())).map(drop),
            self.sitting("ana").map(drop),
            self.repo.standing("core", "r", &Unwatched).map(drop),
        ];
        for refused in tried {
            let error = refused.unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}

fn label(case: &str) -> Label {
    Label { case: case.to_owned(), ..Label::default() }
}

fn stopped() -> WorkspaceError {
    WorkspaceError::Cancelled
}

#[test]
fn whoever_is_stopped_at_any_step_loses_nothing() {
    for stop in 0.. {
        let scratch = Scratch::labeled();
        let step = Cell::new(0);
        let done = scratch.close(&|| {
            step.set(step.get() + 1);
            if step.get() > stop { Err(stopped()) } else { Ok(()) }
        });
        let again = scratch.close(&|| Ok(())).unwrap();
        assert_eq!(scratch.vault(), [] as [PathBuf; 0], "{stop}");
        let (labels, reveals) = (scratch.lines("gold/core/labels"), scratch.lines("gold/core/rounds/r/reveals"));
        assert_eq!((labels.len(), reveals.len()), (3, 3), "{stop}");
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), 3, "{stop}");
        scratch.check_errors(&[]);
        if let Ok(done) = done {
            assert_eq!((done.closed, done.revealed, again.closed, again.revealed), (true, 3, false, 0));
            // The closing, and for two files labels, reveals and the removal.
            assert_eq!(stop, 7);
            return;
        }
    }
}

#[test]
fn what_is_sealed_while_a_round_is_closed_is_kept() {
    for at in 1..=7 {
        let scratch = Scratch::labeled();
        let file = scratch.vault().remove(0);
        let step = Cell::new(0);
        // Another casebook, which knows of no lock, seals one more label at this step.
        let other = Scratch::labeled();
        other.sitting("ana").unwrap().record(label("b")).unwrap();
        let more = other.vault().into_iter().map(|file| fs::read_to_string(file).unwrap()).collect::<String>();
        let more = more.lines().filter(|line| line.contains("supersedes")).collect::<Vec<_>>().remove(0).to_owned();
        let _ = scratch.close(&|| {
            step.set(step.get() + 1);
            if step.get() == at {
                let text = fs::read_to_string(&file).unwrap_or_default() + &more + "\n";
                fs::write(&file, text).unwrap();
            }
            Ok(())
        });
        scratch.close(&|| Ok(())).unwrap();
        let labels = scratch.lines("gold/core/labels");
        assert_eq!((labels.len(), labels.iter().collect::<BTreeSet<_>>().len()), (4, 4), "{at}: {labels:#?}");
        assert_eq!(scratch.vault(), [] as [PathBuf; 0]);
    }
}

#[test]
fn sealed_lines_that_cannot_be_read_are_kept() {
    for broken in ["{broken", "{\"salt\":\"00\",\"record\":{\"id\":\"x\",\"case\":\"a\"}}", "{}"] {
        let scratch = Scratch::labeled();
        let file = scratch.vault().remove(0);
        let text = format!("{broken}\n{}", fs::read_to_string(&file).unwrap());
        fs::write(&file, &text).unwrap();
        let error = scratch.close(&|| Ok(())).unwrap_err().to_string();
        assert!(error.contains(&format!("{}:1: ", file.display())), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        assert!(scratch.repo.round("core", "r").unwrap().is_open());
        assert_eq!(scratch.lines("gold/core/labels"), [""; 0]);
        // What a crash cut short was never given.
        fs::write(&file, text.split_once('\n').unwrap().1.to_owned() + "{\"salt\":").unwrap();
        assert_eq!(scratch.close(&|| Ok(())).unwrap().revealed, 3);
    }
}

#[test]
fn nothing_is_labeled_once_a_round_is_closed_elsewhere() {
    for blindness in ["sealed", "hidden", "open"] {
        let scratch = Scratch::new();
        scratch.write("gold/core/rounds/r/round.yaml", &ROUND.replace("sealed", blindness));
        let mut sitting = scratch.sitting("ana").unwrap();
        sitting.record(label("a")).unwrap();
        scratch.write("gold/core/rounds/r/closed/lee/1.yaml", "closed: 2026-11-26T00:00:00Z\nby: lee\n");
        let before = (scratch.vault(), scratch.lines("gold"));
        let refused = sitting.record(label("b")).unwrap_err();
        assert_eq!(refused.to_string(), "the round `r` was closed by `lee` meanwhile; nothing was written");
        assert!(sitting.undo().is_err());
        assert_eq!((scratch.vault(), scratch.lines("gold")), before);
    }
}

#[test]
fn what_a_round_is_never_falls_back_to_what_is_usual() {
    let conflict = "<<<<<<< HEAD\nblindness: open\n=======\nblindness: sealed\n>>>>>>> theirs\n";
    let files = [
        ("round.yaml", "labelers: [ana]\nblindness: sealled\n".to_owned(), "round.yaml:2:12"),
        ("round.yaml", "labelers: [ana]\n".to_owned(), "round.yaml"),
        ("round.yaml", String::new(), "is empty"),
        ("round.yaml", format!("labelers: [ana]\n{conflict}"), "round.yaml:2"),
        ("closed.yaml", String::new(), "closed.yaml"),
        ("closed/lee/1.yaml", "<<<<<<< HEAD\nclosed: x\n=======\nclosed: y\n>>>>>>> b\n".to_owned(), "1.yaml:1"),
        ("closed.yaml/x", String::new(), "closed.yaml` is a folder"),
        ("plan.jsonl", format!("{conflict}{PLAN}"), "plan.jsonl:1"),
    ];
    for (file, text, place) in files {
        let scratch = Scratch::labeled();
        scratch.write(&format!("gold/core/rounds/r/{file}"), &text);
        scratch.check_refused(&["the round `r` is damaged", place]);
        assert_eq!(scratch.vault().len(), 2);
        let checked = scratch.repo.check(&Revision::Worktree, &Unsaved::new(), &Unwatched).unwrap();
        let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.contains(place)), "{told:#?}");
        assert!(!told.iter().any(|told| told.contains("CB13")), "{told:#?}");
    }
}

#[test]
fn a_round_that_is_not_there_is_not_labeled() {
    let scratch = Scratch::new();
    let policy = scratch.repo.version(&Revision::Worktree).unwrap().policy;
    let name = |name| Sitting::<Label>::begin(&scratch.repo, &scratch.environment, &policy, "ana", "core", Some(name));
    scratch.write("gold/core/rounds/blind-1/round.yaml", ROUND);
    let long = "x".repeat(5000);
    for wrong in ["blind1", "", "../r", "r\u{1b}[2J", &long] {
        let error = name(wrong).unwrap_err();
        assert!(error.to_string().contains("there is no round"), "{error}");
    }
    assert_eq!(name("blind1").unwrap_err().help(), "Did you mean `blind-1`?");
    assert_eq!(scratch.lines("gold/core/labels"), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_vault_behind_a_link_is_refused() {
    let scratch = Scratch::new();
    let outside = tempfile::tempdir().unwrap();
    let (folder, below) = scratch.repo.sealed_place();
    let place = folder.join(below);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(outside.path(), &place).unwrap();
    let refused = scratch.sitting("ana").unwrap_err().to_string();
    assert!(refused.contains("is a link to a folder"), "{refused}");
    assert!(scratch.close(&|| Ok(())).is_err());
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_round_takes_the_cases_that_it_asks_for() {
    let scratch = Scratch::new();
    scratch.write("gold/core/rounds/r/plan.jsonl", "{\"case\":\"a\",\"labelers\":[\"ana\"]}\n");
    let mut ana = scratch.sitting("ana").unwrap();
    let refused = ana.record(label("b")).unwrap_err().to_string();
    assert_eq!(refused, "the round `r` does not ask `ana` to read the case `b`");
    assert!(scratch.sitting("bo").unwrap().record(label("a")).is_err());
    ana.record(label("a")).unwrap();
}

#[test]
fn a_plan_that_says_nothing_is_told() {
    for plan in ["", "{\"case\":\"a\",\"labelers\":[\"ana\"],\"probability\":1.5}\n", "garbage\n"] {
        let scratch = Scratch::new();
        scratch.write("gold/core/rounds/r/plan.jsonl", plan);
        scratch.check_refused(&["the round `r` is damaged", "plan.jsonl"]);
    }
    let scratch = Scratch::new();
    scratch.write("gold/core/rounds/r/plan.jsonl", &PLAN.replace("\"b\"", "\"nope\""));
    let checked = scratch.repo.check(&Revision::Worktree, &Unsaved::new(), &Unwatched).unwrap();
    let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains("plan.jsonl:2") && told.contains("`nope`")), "{told:#?}");
}

#[test]
fn what_others_have_not_revealed_is_told() {
    let scratch = Scratch::labeled();
    scratch.write(
        "gold/core/rounds/r/commitments/bo/0.jsonl",
        &format!("{{\"case\":\"b\",\"commitment\":\"{}\"}}\n", "0".repeat(64)),
    );
    scratch.close(&|| Ok(())).unwrap();
    assert_eq!(scratch.repo.round("core", "r").unwrap().unrevealed(), [("bo".to_owned(), 1)]);
}

#[test]
fn a_round_is_drawn_from_what_went_stale() {
    let scratch = Scratch::new();
    let cites = |case: &str, texts: &str| {
        format!(r#"{{"id":"{case}","case":"{case}","labeler":"ana","behavior":"comply","cites":{{{texts}}}}}"#)
    };
    // The policy has no such clause any more.
    let labels = [cites("a", r#""gone":"h""#), cites("b", "")].join("\n") + "\n";
    scratch.write("gold/core/labels/ana/1.jsonl", &labels);
    let check = |filter: &str, expect: &[&str]| {
        let sample = crate::policy::round::Sample { filter: filter.into(), ..Default::default() };
        let labelers = vec!["ana".into()];
        let round = Round { name: "x".into(), labelers, overlap: 1, sample, ..Round::default() };
        let wanted = Wanted { set: "core".into(), round, ..Wanted::default() };
        let (_, plan) = scratch.repo.plan_round(&wanted, &[], &Unwatched).unwrap();
        let mut cases: Vec<&str> = plan.iter().map(|row| &*row.case).collect();
        cases.sort_unstable();
        assert_eq!(cases, expect, "{filter}");
    };
    check("", &["a", "b"]);
    check("stale", &["a"]);
    check("-stale", &["b"]);
    check("unpinned", &["b"]);
}
