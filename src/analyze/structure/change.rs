//! One change, and the sentence that says it.

use super::fields;
use crate::policy::manifest::GateKind;
use crate::policy::place::Place;
use std::fmt;
use std::sync::Arc;

/// What a change is about. Ids are the head's where the thing still stands there, else the base's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A field of the manifest itself: `name`, `default`, `hit_policy`, `consensus`, `labelers`, `taxonomies`.
    Manifest,
    Behavior(Arc<str>),
    Severity(Arc<str>),
    Facet(Arc<str>),
    Gate(GateKind),
    Spec(Arc<str>),
    Category(Arc<str>),
    Clause(Arc<str>),
}

impl Subject {
    /// What kind of thing it is, in one word.
    pub fn what(&self) -> &'static str {
        match self {
            Subject::Manifest => "manifest",
            Subject::Behavior(_) => "behavior",
            Subject::Severity(_) => "severity",
            Subject::Facet(_) => "facet",
            Subject::Gate(_) => "gate",
            Subject::Spec(_) => "spec",
            Subject::Category(_) => "category",
            Subject::Clause(_) => "clause",
        }
    }

    /// `None` for the manifest.
    pub fn id(&self) -> Option<&str> {
        match self {
            Subject::Manifest => None,
            Subject::Gate(kind) => Some(kind.word()),
            Subject::Behavior(id)
            | Subject::Severity(id)
            | Subject::Facet(id)
            | Subject::Spec(id)
            | Subject::Category(id)
            | Subject::Clause(id) => Some(id),
        }
    }
}

/// ``clause `bio-uplift` ``
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(f, "{} `{id}`", self.what()),
            None => f.write_str(self.what()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    Added,
    Removed,
    /// The same thing under another id.
    Renamed {
        from: Arc<str>,
        to: Arc<str>,
    },
    /// A category under another parent, a clause in another spec, a spec in another file. In words: ``under `weapons` ``.
    Moved {
        from: String,
        to: String,
    },
    /// Among its neighbours. In words: ``4th of 9, after `x` ``.
    Reordered {
        from: String,
        to: String,
    },
    /// A field, named as a route within its subject: `then`, `when.severity`, `includes`, `mappings.ailuminate`, `tier.1`.
    /// Each side in words, empty where it says nothing; the items of a list of sentences one a line, those of a list
    /// of words with commas.
    Edited {
        field: Arc<str>,
        before: String,
        after: String,
    },
}

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    pub subject: Subject,
    pub kind: ChangeKind,
    /// Where it stands in the base: of an edited field its own route, within the position and bytes of its subject. The
    /// route leads to nothing where the field is absent there. `None` where the subject was added.
    pub base: Option<Place>,
    /// As `base`, in the head; `None` where the subject was removed.
    pub head: Option<Place>,
    /// Whether it can change a verdict's behavior; prose, owners, gates and the like cannot.
    pub decides: bool,
}

impl Change {
    /// In plain words, on one line: ``clause `bio-uplift`: severity ≥ medium → ≥ high``.
    pub fn sentence(&self) -> String {
        let subject = &self.subject;
        match &self.kind {
            ChangeKind::Added => format!("{subject} added"),
            ChangeKind::Removed => format!("{subject} removed"),
            ChangeKind::Renamed { from, to } => format!("{} `{from}` renamed to `{to}`", subject.what()),
            ChangeKind::Moved { from, to } => format!("{subject} moved: {from} → {to}"),
            ChangeKind::Reordered { from, to } => format!("{subject} reordered: {from} → {to}"),
            ChangeKind::Edited { field, before, after } => {
                format!("{subject}: {}", fields::edit_words(field, before, after))
            }
        }
    }

    /// Where to look: in the head if the thing is still there, else in the base.
    pub fn place(&self) -> Option<&Place> {
        self.head.as_ref().or(self.base.as_ref())
    }

    /// Which side of its subject the change touches: unique among the changes of one subject.
    pub(super) fn aspect(&self) -> &str {
        match &self.kind {
            ChangeKind::Added | ChangeKind::Removed => "presence",
            ChangeKind::Renamed { .. } => "name",
            ChangeKind::Moved { .. } => "home",
            ChangeKind::Reordered { .. } => "order",
            ChangeKind::Edited { field, .. } => field,
        }
    }
}

/// Its sentence.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}
