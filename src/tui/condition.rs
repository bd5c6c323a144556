//! Conditions on the screen: a row for each test, and dialogs that build tests out of what the policy knows.

pub mod build;
pub mod forms;
pub mod rows;
pub mod words;

#[cfg(test)]
mod tests;

pub use crate::document::condition::{self as change, Group};

use crate::policy::Policy;
use crate::policy::condition::Subject;

/// What a test's key looks at; none where the policy does not know the key.
pub fn subject_of(policy: &Policy, key: &str) -> Option<Subject> {
    match key {
        "category" => Some(Subject::Category),
        "severity" => Some(Subject::Severity),
        "target" => Some(Subject::Target),
        _ => policy.manifest.find_facet(key).map(Subject::Facet),
    }
}
