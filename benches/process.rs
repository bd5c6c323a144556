//! The whole program: 10,000 cases replayed, compared with the last commit and printed.
//!
//! Beside it the program doing nothing (`--version`), which is what starting a process costs here.

#![allow(clippy::print_stdout)]

mod common;

use common::Spread;
use divan::Bencher;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

const CASES: usize = 10_000;

/// A policy repo with one commit and an edit on top that makes cases flip.
static REPO: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("casebook-bench-{}", std::process::id()));
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
    for file in ["casebook.yaml", "specs/assistant.yaml"] {
        copy(&sample.join(file), &folder.join(file));
    }
    for entry in fs::read_dir(sample.join("taxonomies")).expect("the sample is there").flatten() {
        copy(&entry.path(), &folder.join("taxonomies").join(entry.file_name()));
    }
    fs::create_dir_all(folder.join("gold/bench")).expect("a temporary folder");
    fs::write(folder.join("gold/bench/cases.jsonl"), common::cases(CASES, Spread::Skewed)).expect("a temporary folder");
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit", "-qm", "Start"]);
    let spec = folder.join("specs/assistant.yaml");
    let edited = fs::read_to_string(&spec).expect("just written").replacen("then: refuse", "then: comply", 3);
    fs::write(spec, edited).expect("a temporary folder");
    folder
});

fn main() {
    println!("{CASES} cases in {}", REPO.display());
    divan::main();
    let _ = fs::remove_dir_all(&*REPO);
}

#[divan::bench(args = ["text", "json", "markdown"], sample_count = 20)]
fn replay(bencher: Bencher, format: &str) {
    bencher.bench_local(|| run(&["--repo", &REPO.display().to_string(), "replay", "--format", format]));
}

#[divan::bench(sample_count = 20)]
fn start_and_end(bencher: Bencher) {
    bencher.bench_local(|| run(&["--version"]));
}

fn run(arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_casebook")).args(arguments).stdout(Stdio::null()).status();
    assert!(status.expect("the program was built").code() < Some(2), "the command was carried out");
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git").current_dir(folder).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "git {arguments:?}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a file in a folder")).expect("a temporary folder");
    fs::copy(from, to).expect("the sample is there");
}
