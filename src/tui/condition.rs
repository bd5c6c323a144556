//! Conditions on the screen: a row for each test, and dialogs that build tests out of what the policy knows.

pub mod build;
pub mod change;
pub mod forms;
pub mod rows;
pub mod words;

#[cfg(test)]
mod tests;

use crate::policy::Policy;
use crate::policy::condition::Subject;

/// The keys that hold nested conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    All,
    Any,
    Not,
}

impl Group {
    pub const ALL: [Group; 3] = [Group::Any, Group::All, Group::Not];

    /// As written in a policy.
    pub fn key(self) -> &'static str {
        match self {
            Group::All => "all",
            Group::Any => "any",
            Group::Not => "not",
        }
    }

    pub fn of_key(key: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.key() == key)
    }

    /// What it asks of what stands in it, behind its key.
    pub fn words(self) -> &'static str {
        match self {
            Group::All => "all of these hold",
            Group::Any => "one of these is enough",
            Group::Not => "these do not hold together",
        }
    }
}

/// What a test's key looks at; none where the policy does not know the key.
pub fn subject_of(policy: &Policy, key: &str) -> Option<Subject> {
    match key {
        "category" => Some(Subject::Category),
        "severity" => Some(Subject::Severity),
        "target" => Some(Subject::Target),
        _ => policy.manifest.find_facet(key).map(Subject::Facet),
    }
}
