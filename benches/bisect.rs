//! Since which of a thousand commits is a case decided as it is, among ten thousand cases? And what did each commit do to all
//! of them? Every commit has another spec, so no two policies are the same.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::Unwatched;
use casebook::vcs::Tools;
use casebook::workspace::{Environment, PolicyRepo};
use common::Spread;
use divan::{Bencher, black_box};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

const COMMITS: usize = 1_000;
const CASES: usize = 10_000;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("casebook-bisect-{}", std::process::id()));
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
    let read = |path: &Path| fs::read_to_string(path).expect("the sample is there");
    let mut files = vec![
        ("casebook.yaml".to_owned(), read(&sample.join("casebook.yaml"))),
        ("gold/bench/cases.jsonl".to_owned(), String::from_utf8(common::cases(CASES, Spread::Skewed)).expect("ASCII")),
    ];
    for entry in fs::read_dir(sample.join("taxonomies")).expect("the sample is there").flatten() {
        files.push((format!("taxonomies/{}", entry.file_name().to_string_lossy()), read(&entry.path())));
    }
    let spec = read(&sample.join("specs/assistant.yaml"));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let mut stream = Vec::new();
    for commit in 0..COMMITS {
        // The first commit decides everything otherwise; from the second on only a comment changes.
        let text = if commit == 0 { spec.replace("then: ", "then: escalate # ") } else { spec.clone() };
        let text = format!("{text}# {commit}\n");
        let who = format!("committer Bench <bench@example.org> {} +0000", 1_700_000_000 + commit);
        let subject = format!("Commit {commit}");
        let _ = write!(stream, "commit refs/heads/main\n{who}\ndata {}\n{subject}\n", subject.len());
        let first = if commit == 0 { &files[..] } else { &[] };
        for (path, content) in first.iter().map(|(p, c)| (p.as_str(), c)).chain([("specs/assistant.yaml", &text)]) {
            let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
        }
    }
    git(&folder, &["init", "-q", "-b", "main"], b"");
    git(&folder, &["fast-import", "--quiet"], &stream);
    git(&folder, &["reset", "-q", "--hard", "main"], b"");
    folder
});

fn main() {
    let repo = open();
    let found = repo.bisect(CASE, None, None, &Unwatched).expect("it is there");
    println!(
        "{COMMITS} commits, {CASES} cases; since {:?}",
        found.turn.and_then(|turn| turn.commit).map(|c| c.subject)
    );
    divan::main();
    let _ = fs::remove_dir_all(&*FOLDER);
}

const CASE: &str = "case-0000007";

#[divan::bench(sample_count = 5)]
fn bisect(bencher: Bencher) {
    bencher.bench_local(|| black_box(open().bisect(CASE, None, None, &Unwatched).expect("it is there")));
}

#[divan::bench(sample_count = 3)]
fn history(bencher: Bencher) {
    bencher.bench_local(|| {
        let repo = open();
        let sets = repo.open_version(Some("HEAD"), &[], &Unwatched).expect("it is there").sets.gold();
        let mut timeline = repo.timeline(None, None, &Unwatched).expect("it is there");
        black_box(timeline.steps(&sets, None, &Unwatched).expect("it is there"))
    });
}

/// What stands beside it: git alone reading the spec of every commit.
#[divan::bench(sample_count = 3)]
fn git_reads_every_spec(bencher: Bencher) {
    let asked: String = (0..COMMITS).map(|n| format!("main~{n}:specs/assistant.yaml\n")).collect();
    bencher.bench_local(|| git(&FOLDER, &["cat-file", "--batch"], asked.as_bytes()));
}

fn open() -> PolicyRepo {
    let environment =
        Environment { tools: Tools::new(), state: FOLDER.join(".git/state"), now: || 0, random: || Ok([0; 32]) };
    PolicyRepo::open(&FOLDER, &environment).expect("just made")
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("git is installed");
    child.stdin.take().expect("it is piped").write_all(input).expect("git reads");
    assert!(child.wait().expect("git ends").success(), "git does as it is told");
}
