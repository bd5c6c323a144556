//! Bringing cases in from elsewhere: first a plan to look at, then one atomic save.

use super::error::WorkspaceError;
use super::files::{Files, WorkTree};
use super::repo::{PolicyRepo, Unsaved};
use super::version::PolicyVersion;
use crate::interop::{self, Held, ImportPlan, ImportRequest, MapFile};
use crate::store::{self, ContentHash, Expect, Reading, Save};
use std::sync::Arc;

/// What is to be imported, and where to.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    pub format: &'a str,
    /// The file's name, for messages.
    pub file: &'a str,
    pub bytes: &'a [u8],
    /// Name of the gold set, new or not.
    pub set: &'a str,
    /// Name and text of the map.
    pub map: Option<(&'a str, &'a [u8])>,
    pub flagged: Option<&'a str>,
    pub unflagged: Option<&'a str>,
}

/// What would be written, and everything a person should know before it is.
#[derive(Debug)]
pub struct PlannedImport {
    pub plan: ImportPlan,
    pub set: String,
    /// Whether there is no such set yet.
    pub is_new: bool,
    pub files: Vec<PlannedFile>,
}

/// One file that would be written.
#[derive(Debug)]
pub struct PlannedFile {
    pub path: String,
    /// How many lines come in.
    pub lines: usize,
    /// How many bytes of it were there already; `None` where it is a new file.
    pub(super) before: Option<usize>,
    pub(super) expect: Expect,
    pub(super) content: Vec<u8>,
}

impl PolicyRepo {
    /// Plans an import into the files on disk. Nothing is written.
    pub fn plan_import(&self, import: &Import<'_>) -> Result<PlannedImport, WorkspaceError> {
        check_name(import.set)?;
        let tree = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let version = PolicyVersion::load(&tree);
        let folder = format!("gold/{}", import.set);
        let set = store::gold_sets(&tree.list(&folder).0).pop();
        let is_new = set.is_none();
        let set = set.unwrap_or_default();
        let mut held = Held::default();
        for path in &set.cases {
            each_line(&tree, path, |line| held.add_case(line))?;
        }
        for path in &set.labels {
            each_line(&tree, path, |line| held.add_label(line))?;
        }
        let request = ImportRequest {
            file: import.file,
            bytes: import.bytes,
            set: import.set,
            policy: &version.policy,
            held: &held,
            map: import.map.map(|(file, bytes)| MapFile { file, bytes }),
            flagged: import.flagged,
            unflagged: import.unflagged,
        };
        let plan = interop::plan(import.format, &request)?;
        let files = if plan.is_empty() { Vec::new() } else { files(&tree, &folder, &set, &plan, import, is_new)? };
        Ok(PlannedImport { plan, set: import.set.to_owned(), is_new, files })
    }

    /// Writes what was planned: all of it, or nothing.
    pub fn carry_out(&self, planned: &PlannedImport) -> Result<(), WorkspaceError> {
        let save = |file: &'_ PlannedFile| (file.expect, file.content.clone(), file.path.clone());
        let files: Vec<_> = planned.files.iter().map(save).collect();
        let saves: Vec<Save<'_>> = files
            .iter()
            .map(|(expect, content, path)| Save { path, expect: *expect, content: Some(content) })
            .collect();
        Ok(self.root().save(&saves)?)
    }
}

/// A set's name is the name of a folder.
fn check_name(set: &str) -> Result<(), WorkspaceError> {
    let plain =
        !set.is_empty() && !set.starts_with('.') && !set.contains(['/', '\\']) && !set.chars().any(char::is_control);
    if plain { Ok(()) } else { Err(WorkspaceError::BadSetName { name: set.to_owned() }) }
}

pub(super) fn each_line(tree: &WorkTree, path: &Arc<str>, mut line: impl FnMut(&str)) -> Result<(), WorkspaceError> {
    let Some(bytes) = read(tree, path)? else { return Ok(()) };
    bytes.split(|byte| *byte == b'\n').filter_map(|text| std::str::from_utf8(text).ok()).for_each(&mut line);
    Ok(())
}

fn read(tree: &WorkTree, path: &str) -> Result<Option<store::Bytes>, WorkspaceError> {
    tree.read(path, Reading::Lines).map_err(|problem| WorkspaceError::File { problem })
}

fn files(
    tree: &WorkTree,
    folder: &str,
    set: &store::GoldSet,
    plan: &ImportPlan,
    import: &Import<'_>,
    is_new: bool,
) -> Result<Vec<PlannedFile>, WorkspaceError> {
    let mut files = Vec::new();
    if is_new {
        let content = set_manifest(import).into_bytes();
        files.push(PlannedFile {
            path: format!("{folder}/set.yaml"),
            lines: 0,
            before: None,
            expect: Expect::Absent,
            content,
        });
    }
    let cases: Vec<&str> = plan.cases.iter().map(|case| case.line.as_str()).collect();
    if !cases.is_empty() {
        files.push(appended(tree, case_file(folder, &set.cases, "import", &cases), &cases)?);
    }
    for labels in &plan.labels {
        let lines: Vec<&str> = labels.lines.iter().map(String::as_str).collect();
        let path = format!("{folder}/labels/{}/{}.jsonl", labels.labeler, name_of(&lines));
        files.push(appended(tree, path, &lines)?);
    }
    Ok(files)
}

/// Where cases are added to a set: to its one file, or beside its files in one of their own.
pub(super) fn case_file(folder: &str, cases: &[Arc<str>], why: &str, lines: &[&str]) -> String {
    let single = format!("{folder}/cases.jsonl");
    let in_folder = !cases.is_empty() && !cases.iter().any(|path| **path == *single);
    if in_folder { format!("{folder}/cases/{why}-{}.jsonl", name_of(lines)) } else { single }
}

/// A file with lines at its end, whether it is there already or not.
pub(super) fn appended(tree: &WorkTree, path: String, lines: &[&str]) -> Result<PlannedFile, WorkspaceError> {
    let old = read(tree, &path)?;
    let expect = old.as_ref().map_or(Expect::Absent, |old| Expect::Content(ContentHash::of(old)));
    let before = old.as_ref().map(|old| old.len());
    let mut content = old.map(|old| old.to_vec()).unwrap_or_default();
    if content.last().is_some_and(|last| *last != b'\n') {
        content.push(b'\n');
    }
    for line in lines {
        content.extend_from_slice(line.as_bytes());
        content.push(b'\n');
    }
    Ok(PlannedFile { path, lines: lines.len(), before, expect, content })
}

/// 26 characters as of a ULID, the same for the same lines, so that nothing depends on the clock.
fn name_of(lines: &[&str]) -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = ContentHash::of_parts(lines.iter().map(|line| line.as_bytes()));
    // A ULID starts with 0 to 7, since 26 characters of 5 bits hold 2 more than its 128.
    let digit = |(at, byte): (usize, &u8)| {
        let mask = if at == 0 { 7 } else { 31 };
        char::from(CROCKFORD[usize::from(byte & mask)])
    };
    hash.as_bytes().iter().take(26).enumerate().map(digit).collect()
}

fn set_manifest(import: &Import<'_>) -> String {
    // A JSON text is a YAML text, whatever is in it.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let origin = format!("Imported from {} ({}).", import.file, import.format);
    format!(
        "# What this gold set is for. `split` says whether clauses may be written while looking at its cases (tune),\n\
         # or whether it is kept aside to measure with (holdout).\n\
         set: {}\ntitle: {}\ndescription: {}\nsplit: tune\n",
        quoted(import.set),
        quoted(import.set),
        quoted(&origin),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcs::Tools;
    use crate::workspace::{Environment, create};
    use std::fs;

    const MAP: &[u8] =
        b"text: text\ngold:\n  behavior: {column: verdict, values: {no: refuse, yes: comply}, unmapped: error}\n";

    fn library() -> (tempfile::TempDir, PolicyRepo) {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment {
            tools: Tools::new().with_home(home.path()),
            state: home.path().join("state"),
            now: || 0,
            random: || Ok([7; 32]),
        };
        create::create(&home.path().join("p"), None, &environment.tools).unwrap();
        let repo = PolicyRepo::open(&home.path().join("p"), &environment).unwrap();
        (home, repo)
    }

    fn import(bytes: &'static [u8]) -> Import<'static> {
        let map = Some(("map.yaml", MAP));
        Import { format: "csv", file: "t.csv", bytes, set: "new set", map, flagged: None, unflagged: None }
    }

    #[test]
    fn an_import_done_twice_adds_nothing() {
        let (home, repo) = library();
        let first = repo.plan_import(&import(b"text,verdict\nhello,yes\nbomb,no\n")).unwrap();
        assert_eq!((first.plan.cases.len(), first.files.len(), first.is_new), (2, 2, true), "{:?}", first.plan);
        let cases = home.path().join("p/gold/new set/cases.jsonl");
        assert!(!cases.exists());
        repo.carry_out(&first).unwrap();
        assert_eq!(fs::read_to_string(&cases).unwrap().lines().count(), 2);
        let again = repo.plan_import(&import(b"text,verdict\nhello,yes\nbomb,no\n")).unwrap();
        assert_eq!((again.plan.already, again.files.len()), (2, 0));
        fs::write(&cases, fs::read_to_string(&cases).unwrap().trim_end()).unwrap();
        let more = repo.plan_import(&import(b"text,verdict\nhello,yes\nbomb,no\nmore,no\n")).unwrap();
        repo.carry_out(&more).unwrap();
        assert_eq!(fs::read_to_string(&cases).unwrap().lines().count(), 3);
        let checked = repo.check(&crate::vcs::Revision::Worktree, &Unsaved::new(), &crate::decide::Unwatched).unwrap();
        let ids: Vec<&str> = checked.problems.iter().map(|problem| problem.code.id).collect();
        assert_eq!(ids, ["CB036"]);
    }

    #[test]
    fn a_plan_that_came_too_late_is_refused() {
        let (home, repo) = library();
        let planned = repo.plan_import(&import(b"text,verdict\nhello,yes\n")).unwrap();
        fs::create_dir_all(home.path().join("p/gold/new set")).unwrap();
        fs::write(home.path().join("p/gold/new set/cases.jsonl"), "{}\n").unwrap();
        assert!(repo.carry_out(&planned).is_err());
        assert!(!home.path().join("p/gold/new set/set.yaml").exists());
    }

    #[test]
    fn a_set_is_a_folder_of_its_own() {
        let (_home, repo) = library();
        for name in ["", "..", ".git", "a/b", "a\\b", "a\u{1b}"] {
            let refused = repo.plan_import(&Import { set: name, ..import(b"text,verdict\n") });
            assert!(matches!(refused, Err(WorkspaceError::BadSetName { .. })), "{name}");
        }
    }
}
