//! One version of a policy, read from its files: the documents, the model, and what is wrong with them.

use super::files::{FileProblem, Files};
use crate::decide::Watch;
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::place::{Place, Route};
use crate::policy::problem::{Level, Problem};
use crate::vcs::Revision;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The file that makes a folder a policy repo.
pub const MANIFEST: &str = "casebook.yaml";

/// A policy and the documents it was read from. Cases are not part of it.
#[derive(Debug, Clone, Default)]
pub struct PolicyVersion {
    /// The manifest, taxonomies and specs, by their path.
    pub documents: BTreeMap<Arc<str>, Document>,
    /// The taxonomy files, in order.
    pub taxonomies: Vec<Arc<str>>,
    pub policy: Arc<Policy>,
    /// Found while reading; those of the lints are not among them.
    pub problems: Vec<Problem>,
}

impl PolicyVersion {
    /// Reads the manifest and the files it names. What is missing or broken becomes a problem; the rest is usable.
    pub fn load(files: &dyn Files) -> PolicyVersion {
        let mut loader = Loader { files, documents: BTreeMap::new(), problems: Vec::new() };
        let manifest_file: Arc<str> = MANIFEST.into();
        if !loader.open(&manifest_file, || Place::file(MANIFEST)) {
            let Loader { documents, problems, .. } = loader;
            let policy = Policy { unread: problems.first().cloned(), ..Policy::default() };
            return PolicyVersion { documents, taxonomies: Vec::new(), policy: Arc::new(policy), problems };
        }
        let (manifest, _) = read::manifest(Source { file: &manifest_file, document: &loader.documents[MANIFEST] });

        let place =
            |document: &Document, key: &str, i: usize| document.place(MANIFEST, &Route::root().then(key).then(i));
        let mut named = |list: &[Arc<str>], key: &str| {
            let manifest = loader.documents[MANIFEST].clone();
            let open =
                |(i, file): (usize, &Arc<str>)| loader.open(file, || place(&manifest, key, i)).then(|| file.clone());
            list.iter().enumerate().filter_map(open).collect::<Vec<_>>()
        };
        let specs = named(&manifest.specs, "specs");
        let taxonomies = match &manifest.taxonomies {
            Some(list) => named(list, "taxonomies"),
            None => {
                let found = loader.list_yaml("taxonomies");
                found.into_iter().filter(|file| loader.open(file, || Place::file(file.clone()))).collect()
            }
        };
        loader.hint_at_unlisted(&manifest.specs);

        let Loader { documents, mut problems, .. } = loader;
        let sources = |list: &[Arc<str>]| {
            let source =
                |file: &Arc<str>| documents.get_key_value(file).map(|(file, document)| Source { file, document });
            list.iter().filter_map(source).collect::<Vec<_>>()
        };
        let root = Source { file: &manifest_file, document: &documents[MANIFEST] };
        let (mut policy, found) = read::policy(root, &sources(&taxonomies), &sources(&specs));
        problems.extend(found);
        policy.unread = problems.iter().find(|problem| keeps_unread(problem)).cloned();
        PolicyVersion { documents, taxonomies, policy: Arc::new(policy), problems }
    }

    /// Tells whoever asks what the policy decides that it has errors, if it has: that is part of the answer.
    pub fn warn_of_errors(&self, revision: &Revision, watch: &dyn Watch) {
        let errors = self.problems.iter().filter(|problem| problem.level() == Level::Error).count();
        if errors > 0 {
            let errors = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
            let rev = match revision.commit() {
                Some(_) => format!(" --rev {}", revision.name()),
                None => String::new(),
            };
            watch.warn(format!(
                "the policy at `{}` has {errors}, and what they are about is left out: see `casebook check{rev}`",
                revision.name()
            ));
        }
    }
}

impl PolicyVersion {
    /// The problem with the position and bytes of the value that its route leads to, where a document has it.
    pub fn locate(&self, mut problem: Problem) -> Problem {
        if !problem.place.route.is_root()
            && let Some(document) = self.documents.get(&problem.place.file)
        {
            problem.place = document.place(&problem.place.file, &problem.place.route);
        }
        problem
    }
}

/// Whether a file with this problem could not be read.
fn keeps_unread(problem: &Problem) -> bool {
    [&codes::YAML_SYNTAX, &codes::UNREADABLE_FILE].iter().any(|code| code.id == problem.code.id)
}

struct Loader<'f> {
    files: &'f dyn Files,
    documents: BTreeMap<Arc<str>, Document>,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    /// Opens a document; where it cannot be had, says so at `asked_for_at`.
    fn open(&mut self, file: &Arc<str>, asked_for_at: impl FnOnce() -> Place) -> bool {
        if self.documents.contains_key(file) {
            return true;
        }
        let (message, help) = match self.files.document(file) {
            Ok(Some(document)) => {
                self.documents.insert(file.clone(), document);
                return true;
            }
            Ok(None) if &**file == MANIFEST => {
                ("there is no `casebook.yaml` here".to_owned(), "Make a policy with `casebook init DIR`.".to_owned())
            }
            Ok(None) => {
                (format!("there is no file `{file}`"), "Create it, or correct the path in the manifest.".to_owned())
            }
            Err(FileProblem { message, help, .. }) => (message, help),
        };
        self.problems.push(Problem::new(&codes::UNREADABLE_FILE, asked_for_at(), message, help));
        false
    }

    fn list_yaml(&mut self, folder: &str) -> Vec<Arc<str>> {
        let (files, problems) = self.files.list(folder);
        for FileProblem { path, message, help } in problems {
            self.problems.push(Problem::new(&codes::UNREADABLE_FILE, Place::file(path), message, help));
        }
        files.into_iter().filter(|file| file.ends_with(".yaml") || file.ends_with(".yml")).collect()
    }

    fn hint_at_unlisted(&mut self, listed: &[Arc<str>]) {
        for file in self.list_yaml("specs") {
            if !listed.contains(&file) {
                let message = format!("`{file}` is not listed in the manifest, so its clauses decide nothing");
                let help = format!("Add `{file}` to `specs` in `{MANIFEST}`, or remove the file.");
                self.problems.push(Problem::new(&codes::UNLISTED_FILE, Place::file(file), message, help));
            }
        }
    }
}
