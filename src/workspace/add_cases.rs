//! Cases that casebook drafted, put at the end of a gold set.

use super::error::WorkspaceError;
use super::files::{Files, WorkTree};
use super::import::{appended, case_file, each_line};
use super::repo::{PolicyRepo, Unsaved};
use crate::store::{self, ContentHash, Expect, Reading, Save};
use serde_json::Value;
use std::collections::BTreeSet;

/// Cases that were added to a gold set, and how to take them back.
#[derive(Debug, Clone)]
pub struct AddedCases {
    pub set: String,
    /// The file that they stand in.
    pub file: String,
    /// What the file was when they had been written.
    written: ContentHash,
    /// How many bytes it held before; `None` where it was not there.
    before: Option<usize>,
}

impl PolicyRepo {
    /// Adds cases to a gold set that is there, all of them or none: at the end of its one file, or where it has a folder of files in
    /// a new one beside them. Each row is a JSON object with an id that no case of the set has.
    pub fn add_cases(&self, set: &str, rows: &[Value]) -> Result<AddedCases, WorkspaceError> {
        let tree = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let mut sets = store::gold_sets(&tree.list("gold").0);
        let known: Vec<String> = sets.iter().map(|set| set.name.to_string()).collect();
        let Some(at) = known.iter().position(|name| name == set) else {
            return Err(WorkspaceError::NoSet { name: set.to_owned(), known });
        };
        let found = sets.swap_remove(at);
        let id = |row: &Value| row.get("id").and_then(Value::as_str).map(str::to_owned);
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for path in &found.cases {
            each_line(&tree, path, |line| ids.extend(serde_json::from_str::<Value>(line).ok().as_ref().and_then(id)))?;
        }
        if let Some(id) = rows.iter().filter_map(id).find(|id| !ids.insert(id.clone())) {
            return Err(WorkspaceError::CaseThere { id, set: set.to_owned() });
        }
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let file = appended(&tree, case_file(&format!("gold/{set}"), &found.cases, "added", &lines), &lines)?;
        self.root().save(&[Save { path: &file.path, expect: file.expect, content: Some(&file.content) }])?;
        let written = ContentHash::of(&file.content);
        Ok(AddedCases { set: set.to_owned(), file: file.path, written, before: file.before })
    }

    /// Takes added cases out of their file again, byte for byte, and the file away where they made it. Refused where the file is
    /// not as it was when they had been written.
    pub fn take_back_cases(&self, added: &AddedCases) -> Result<(), WorkspaceError> {
        let bytes = self.root().read(&added.file, Reading::Lines)?;
        if ContentHash::of(&bytes) != added.written {
            return Err(WorkspaceError::NotAsWritten { file: added.file.clone() });
        }
        let content = added.before.map(|before| bytes[..before].to_vec());
        drop(bytes);
        let expect = Expect::Content(added.written);
        Ok(self.root().save(&[Save { path: &added.file, expect, content: content.as_deref() }])?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcs::Tools;
    use crate::workspace::Environment;
    use serde_json::json;
    use std::fs;
    use std::path::PathBuf;

    fn repo(files: &[(&str, &str)]) -> (tempfile::TempDir, PolicyRepo, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("p");
        for (path, text) in [&[("casebook.yaml", "casebook: 1\nname: P\n")], files].concat() {
            fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
            fs::write(folder.join(path), text).unwrap();
        }
        let environment = Environment {
            tools: Tools::new().with_home(home.path()),
            state: home.path().join("state"),
            now: || 0,
            random: || Ok([7; 32]),
        };
        let repo = PolicyRepo::open(&folder, &environment).unwrap();
        (home, repo, folder)
    }

    const A: &str = r#"{"id":"a","text":"x"}"#;

    #[test]
    fn cases_come_after_those_that_are_there() {
        let (_home, repo, folder) = repo(&[("gold/core/cases.jsonl", A)]);
        let file = repo.add_cases("core", &[json!({"id": "b", "text": "y"})]).unwrap().file;
        assert_eq!(file, "gold/core/cases.jsonl");
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(text, format!("{A}\n{{\"id\":\"b\",\"text\":\"y\"}}\n"));
    }

    #[test]
    fn beside_files_of_cases_they_get_one_of_their_own() {
        let (_home, repo, folder) = repo(&[("gold/core/cases/1.jsonl", A)]);
        let file = repo.add_cases("core", &[json!({"id": "b"})]).unwrap().file;
        assert!(file.starts_with("gold/core/cases/added-"), "{file}");
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), "{\"id\":\"b\"}\n");
        assert_eq!(fs::read_to_string(folder.join("gold/core/cases/1.jsonl")).unwrap(), A);
    }

    #[test]
    fn what_was_added_is_taken_back_the_last_first() {
        let (_home, repo, folder) = repo(&[("gold/core/cases.jsonl", A)]);
        let [first, second] = ["b", "c"].map(|id| repo.add_cases("core", &[json!({"id": id})]).unwrap());
        let refused = repo.take_back_cases(&first);
        assert!(matches!(refused, Err(WorkspaceError::NotAsWritten { .. })), "{refused:?}");
        repo.take_back_cases(&second).unwrap();
        repo.take_back_cases(&first).unwrap();
        // The end of the last line was not there either.
        assert_eq!(fs::read_to_string(folder.join("gold/core/cases.jsonl")).unwrap(), A);
    }

    #[test]
    fn a_file_that_was_made_for_them_goes_with_them() {
        let (_home, repo, folder) = repo(&[("gold/core/cases/1.jsonl", A)]);
        let added = repo.add_cases("core", &[json!({"id": "b"})]).unwrap();
        repo.take_back_cases(&added).unwrap();
        assert!(!folder.join(&added.file).exists());
        assert!(repo.take_back_cases(&added).is_err());
    }

    #[test]
    fn what_is_there_already_is_refused_with_all_the_rest() {
        let (_home, repo, folder) = repo(&[("gold/core/cases.jsonl", A)]);
        for rows in [[json!({"id": "b"}), json!({"id": "a"})], [json!({"id": "b"}), json!({"id": "b"})]] {
            assert!(matches!(repo.add_cases("core", &rows), Err(WorkspaceError::CaseThere { .. })));
        }
        assert!(matches!(repo.add_cases("other", &[]), Err(WorkspaceError::NoSet { .. })));
        assert_eq!(fs::read_to_string(folder.join("gold/core/cases.jsonl")).unwrap(), A);
    }
}
