//! Labeling and ruling: one person in one sitting, written down record by record.
//!
//! A [`Sitting`] is begun once and handed every record; each is on disk when the call returns, in a file that belongs to
//! the sitting alone. Nothing is ever edited: a new label replaces the old one, and undoing takes back.

mod cites;
mod desk;
mod drafts;
mod found;
mod gate;
mod lines;
mod queue;
mod recorded;
mod sealing;
mod seat;
mod sitting;
mod stands;
mod words;

pub use cites::{cites, cites_of_all};
pub use desk::{Desk, Renewal, Wish, renewal};
pub use drafts::Drafts;
pub use found::{FoundCase, no_case};
pub(in crate::workspace) use lines::{begin_session, new_ulid};
pub use queue::{Item, Queue};
pub use recorded::Recorded;
pub use seat::{Elsewhere, Waiting, WaitingRound, elsewhere, waiting};
pub use sitting::{Sitting, Undone, Written};
pub use words::{check_label, check_ruling, check_written, facet_word, harm};

use super::error::WorkspaceError;
use super::repo::PolicyRepo;

impl PolicyRepo {
    /// The name that records are written under: `named`, else the `user.email` of git's settings.
    pub fn labeler(&self, named: Option<&str>) -> Result<String, WorkspaceError> {
        if let Some(named) = named {
            return Ok(named.to_owned());
        }
        let email = match self.git() {
            Some(repo) => repo.user_email()?,
            None => None,
        };
        email.ok_or(WorkspaceError::Nobody)
    }
}

#[cfg(test)]
mod tests;
