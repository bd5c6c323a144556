//! The README says what is true of the program.
//!
//! The list of keys is written anew by `UPDATE_README=1 cargo test --test readme`.

use casebook::tui::command;
use std::path::PathBuf;
use std::{env, fs};

const BEGIN: &str = "<!-- keys: begin -->\n";
const END: &str = "<!-- keys: end -->\n";

#[test]
fn the_list_of_keys_is_that_of_the_command_table() {
    let text = readme();
    let (before, rest) = text.split_once(BEGIN).expect("README.md has no `<!-- keys: begin -->`");
    let (shown, after) = rest.split_once(END).expect("README.md has no `<!-- keys: end -->`");
    let keys = format!("\n{}\n", command::markdown());
    if env::var_os("UPDATE_README").is_some() {
        fs::write(path("README.md"), format!("{before}{BEGIN}{keys}{END}{after}")).unwrap();
    } else {
        assert!(
            shown == keys,
            "the list of keys in README.md is out of date: UPDATE_README=1 cargo test --test readme"
        );
    }
}

#[test]
fn the_two_commands_stand_at_the_top() {
    let text = readme();
    let top = text.split("\n## ").next().unwrap_or_default();
    for command in ["cargo run --release -- demo", "cargo test"] {
        assert!(
            top.lines().any(|line| line.starts_with(command)),
            "`{command}` does not stand at the top of README.md"
        );
    }
}

#[test]
fn every_file_that_documents_point_to_exists() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions/README.md"] {
        let text = fs::read_to_string(path(document)).unwrap();
        let folder = path(document).parent().unwrap().to_owned();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let files = targets.filter(|target| !target.contains("://")).filter_map(|target| target.split('#').next());
        for file in files.filter(|file| !file.is_empty()) {
            assert!(folder.join(file).exists(), "{document} points to `{file}`, which does not exist");
        }
    }
}

fn readme() -> String {
    fs::read_to_string(path("README.md")).unwrap()
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)
}
