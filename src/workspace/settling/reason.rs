//! Why a case needs a ruling.

use std::fmt;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $reason:ident $word:literal $title:literal)*) => {
        /// Why a case needs a ruling; the gravest first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[doc = $doc])* $reason),* }

        impl Reason {
            pub const ALL: &'static [Reason] = &[$(Reason::$reason),*];

            /// How it is written on the command line and in JSON.
            pub fn word(self) -> &'static str {
                match self { $(Reason::$reason => $word),* }
            }

            /// What it is, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Reason::$reason => $title),* }
            }
        }
    };
}

reasons! {
    /// An open appeal round names the case.
    Appeal "appeal" "appealed"
    /// Two rulings stand side by side: both replace the same one, or neither knows of the other.
    Fork "fork" "two rulings stand"
    /// The labelers call for different behaviors, or found different harms or facets.
    Disagreement "disagreement" "labelers differ"
    /// Of the policy's verdicts on the labelers' own readings, some are none that the labeler accepts.
    AgainstLabels "policy-against-labels" "the policy says otherwise"
    /// Labelers call for what the label that the case was imported with does not accept.
    AgainstImport "against-import" "labels overturn the import"
    /// A labeler's reading runs against a ruling on another case that binds.
    AgainstRulings "against-rulings" "a ruling says otherwise"
    /// A text that the ruling rests on was changed in substance, or a ruling on another case overrules it.
    StaleRuling "stale-ruling" "the ruling is stale"
    /// A text that labels rest on was changed in substance.
    StaleLabels "stale-labels" "labels are stale"
    /// A category that nobody judged could change the verdict.
    Undetermined "undetermined" "undetermined"
    /// A labeler says that the guidance does not answer the case.
    Gap "gap" "a gap was flagged"
    /// A clause or category was edited to close a gap in the guidance, and the edit touches the case.
    Edited "edited" "an edit touches it"
    /// Somebody who was to label the case abstained.
    Abstained "abstained" "somebody abstained"
    /// A ruling was put off.
    Deferred "deferred" "put off"
}

impl Reason {
    pub fn from_word(word: &str) -> Option<Reason> {
        Reason::ALL.iter().copied().find(|reason| reason.word() == word)
    }
}

/// Several reasons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reasons(u16);

impl Reasons {
    pub fn holds(self, reason: Reason) -> bool {
        self.0 >> reason as u16 & 1 == 1
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The gravest first.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.iter().copied().filter(move |reason| self.holds(*reason))
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<T: IntoIterator<Item = Reason>>(reasons: T) -> Self {
        Reasons(reasons.into_iter().fold(0, |bits, reason| bits | 1 << reason as u16))
    }
}

/// `disagreement, gap`
impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Reason::word).collect();
        f.write_str(&words.join(", "))
    }
}
