//! A new policy repo out of a template.

use super::error::WorkspaceError;
use super::samples::{self, Sample};
use super::version::MANIFEST;
use crate::store::{Expect, RepoRoot, Save};
use crate::vcs::{self, Committed, Git, Tools, VcsError};
use std::fs;
use std::path::{Path, PathBuf};

/// A policy repo that was made.
#[derive(Debug)]
pub struct Created {
    /// Absolute.
    pub folder: PathBuf,
    pub template: &'static str,
    /// In the order of their paths.
    pub files: Vec<String>,
    pub git: CreatedGit,
}

/// What became of the history of a new policy.
#[derive(Debug)]
pub enum CreatedGit {
    /// A repository was made, with the files in its first commit.
    Committed(Committed),
    /// The folder lies in a repository that was there before; what goes into it is up to its owner.
    Around(PathBuf),
    /// There is a repository, but the files are not committed, and why.
    Uncommitted(VcsError),
}

/// Makes a policy repo in a folder that is empty or not there yet. Nothing that exists is overwritten.
pub fn create(folder: &Path, template: Option<&str>, tools: &Tools) -> Result<Created, WorkspaceError> {
    let template = find(template.unwrap_or(samples::TEMPLATE))?;
    let shown = |path: &Path| path.display().to_string();
    let io = |action: &'static str| {
        move |source| crate::store::StoreError::Io { path: folder.display().to_string(), action, source }
    };
    if folder.join(MANIFEST).symlink_metadata().is_ok() {
        return Err(WorkspaceError::Exists { file: shown(&folder.join(MANIFEST)) });
    }
    fs::create_dir_all(folder).map_err(io("made"))?;
    let root = RepoRoot::open(folder)?;
    let files = template.files();
    if let Some(there) = files.keys().find(|path| root.dir().join(path).symlink_metadata().is_ok()) {
        return Err(WorkspaceError::Exists { file: shown(&root.dir().join(there)) });
    }
    let saves: Vec<Save<'_>> =
        files.iter().map(|(path, content)| Save { path, expect: Expect::Absent, content: Some(content) }).collect();
    root.save(&saves)?;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let git = match vcs::repo_around(root.dir(), tools) {
        Git::Repo(repo) => CreatedGit::Around(repo.workdir().to_owned()),
        Git::Unusable(error) => CreatedGit::Uncommitted(error),
        Git::None => match first_commit(root.dir(), &names, template, tools) {
            Ok(committed) => CreatedGit::Committed(committed),
            Err(error) => CreatedGit::Uncommitted(error),
        },
    };
    let files = files.into_keys().collect();
    Ok(Created { folder: root.dir().to_owned(), template: template.name(), files, git })
}

fn find(name: &str) -> Result<Sample, WorkspaceError> {
    let templates = samples::templates();
    templates.iter().find(|template| template.name() == name).copied().ok_or_else(|| WorkspaceError::NoSample {
        name: name.to_owned(),
        known: templates.iter().map(Sample::name).collect(),
    })
}

fn first_commit(folder: &Path, files: &[&str], template: Sample, tools: &Tools) -> Result<Committed, VcsError> {
    let repo = vcs::init(folder, tools)?;
    let from = match template.name() {
        samples::TEMPLATE => "casebook's template".to_owned(),
        name => format!("casebook's sample {name}"),
    };
    repo.commit(files, &format!("Start from {from}"), &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::WorkTree;
    use crate::workspace::version::PolicyVersion;

    fn tools(home: &Path, identity: bool) -> Tools {
        if identity {
            fs::write(home.join(".gitconfig"), "[user]\nname = Ana\nemail = ana@example.org\n").unwrap();
        }
        Tools::new().with_home(home)
    }

    #[test]
    fn every_template_makes_a_policy_without_errors() {
        let home = tempfile::tempdir().unwrap();
        for template in samples::templates() {
            let folder = home.path().join("new").join(template.name());
            let created = create(&folder, Some(template.name()), &tools(home.path(), true)).unwrap();
            assert!(matches!(created.git, CreatedGit::Committed(_)), "{:?}", created.git);
            let root = RepoRoot::open(&folder).unwrap();
            let version = PolicyVersion::load(&WorkTree { root, unsaved: Default::default() });
            assert_eq!(version.problems, [], "{}", template.name());
            assert!(!folder.join("history").exists());
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let (folder, tools) = (home.path().join("p"), tools(home.path(), true));
        fs::create_dir_all(folder.join("specs")).unwrap();
        fs::write(folder.join("specs/assistant.yaml"), "mine").unwrap();
        let refused = create(&folder, None, &tools).unwrap_err().to_string();
        assert!(refused.contains("assistant.yaml` exists already"), "{refused}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        assert_eq!(fs::read(folder.join("specs/assistant.yaml")).unwrap(), b"mine");
        let unknown = create(&folder, Some("nothing"), &tools).unwrap_err();
        assert!(unknown.help().contains("`assistant`"), "{}", unknown.help());
    }

    #[test]
    fn without_a_name_the_files_stay_uncommitted() {
        let home = tempfile::tempdir().unwrap();
        let created = create(&home.path().join("p"), None, &tools(home.path(), false)).unwrap();
        assert!(matches!(created.git, CreatedGit::Uncommitted(VcsError::NoIdentity)), "{:?}", created.git);
        let within = create(&home.path().join("p/q"), None, &tools(home.path(), false)).unwrap();
        assert!(matches!(within.git, CreatedGit::Around(_)), "{:?}", within.git);
    }
}
