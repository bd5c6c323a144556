//! Who is known here: a round that asks for people whom nobody knows waits for them forever.

use crate::policy::Policy;
use crate::policy::suggest::nearest;
use crate::policy::who::{may_be_one, owner_of};
use crate::vcs::History;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A labeler whom a round asks for and nobody is known as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    pub name: String,
    /// Known names that may have been meant.
    pub near: Vec<String>,
}

impl Stranger {
    /// ``"`ana`: nobody has labeled as that; did you mean `ana@example.org`?"``
    pub fn words(&self) -> String {
        let near = match self.near.is_empty() {
            true => String::new(),
            false => format!("; did you mean `{}`?", self.near.join("` or `")),
        };
        format!("`{}`: nobody has labeled as that{near}", self.name)
    }
}

/// So far back the history is searched for people.
const MOST_COMMITS: usize = 5_000;

impl PolicyRepo {
    /// Those of some labelers whom nobody is known as: the manifest does not list them, no folder of labels is theirs, git
    /// does not call the user so, and no author of the history. Reads the history only where somebody is not known otherwise.
    pub fn strangers(&self, labelers: &[Arc<str>], policy: &Policy) -> Result<Vec<Stranger>, WorkspaceError> {
        let mut known: BTreeSet<String> = policy.manifest.labelers.keys().map(ToString::to_string).collect();
        known.extend(self.labeler(None));
        let (sets, _) = self.root().gold_sets();
        for set in &sets {
            // `gold/<set>/labels/<who>/…` and `gold/<set>/rounds/<round>/commitments/<who>/…`
            let owner = |path: &Arc<str>, at: usize| path.split('/').nth(at).map(owner_of);
            known.extend(set.labels.iter().chain(&set.adjudications).filter_map(|path| owner(path, 3)));
            known.extend(set.rounds.iter().flat_map(|round| &round.commitments).filter_map(|path| owner(path, 5)));
        }
        let is_known = |known: &BTreeSet<String>| labelers.iter().all(|who| known.contains(&**who));
        if let Some(repo) = self.git().filter(|_| !is_known(&known)) {
            let history = History { from: None, path: None, limit: MOST_COMMITS };
            known.extend(repo.log(history, &|| true)?.into_iter().map(|commit| commit.author.email));
        }
        let strange = labelers.iter().filter(|who| !known.contains(&***who));
        Ok(strange.map(|who| Stranger { name: who.to_string(), near: near(who, &known) }).collect())
    }
}

/// Those who are called so before the `@`; else the one whose name is most like it.
fn near(who: &str, known: &BTreeSet<String>) -> Vec<String> {
    let same: Vec<String> = known.iter().filter(|name| may_be_one(name, who)).cloned().collect();
    if !same.is_empty() {
        return same;
    }
    nearest(who, known.iter().map(String::as_str)).map(str::to_owned).into_iter().collect()
}
