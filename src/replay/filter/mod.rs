//! Choosing cases by words: `category:weapons intent=malicious -adjudicated`.
//!
//! Words stand side by side, and a case must meet all of them. After a colon or `=` stand the values, any of which will do,
//! with commas between them. A `-` before a word turns it round. Values with blanks stand in double quotes.

mod meet;
mod parse;

use super::flip::FlipKind;
use super::run::Replay;
use super::standing::Standing;
use crate::decide::columns;
use crate::policy::behavior::BehaviorIx;
use crate::policy::gold_state::GoldState;
use crate::policy::taxonomy::CategoryIx;

/// What cases are asked for. Read for one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// With a `-` before it.
    turned: bool,
    ask: Ask,
}

/// What one word asks of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ask {
    Set(Vec<String>),
    /// A `*` at the end stands for anything.
    Id(Vec<String>),
    Tag(Vec<String>),
    /// `None` is a case without harms.
    Category(Vec<Option<CategoryIx>>),
    Severity(Vec<String>),
    Tier(Vec<u32>),
    /// What the gold label calls for.
    Behavior(Vec<BehaviorIx>),
    /// What the policy says.
    Verdict(Vec<BehaviorIx>),
    /// `None` is a facet that nobody judged.
    Facet(String, Vec<Option<String>>),
    Standing(Vec<columns::Standing>),
    Sensitive,
    /// How the gold label stands.
    State(GoldState),
    /// So many labelers were heard.
    Labels(Count, u64),
    Undetermined,
    /// How the verdict stands to the gold label.
    Measured(Vec<Standing>),
    /// Any flip, or one of a kind.
    Flips(Option<FlipKind>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Is,
    Less,
    More,
}

/// Why a filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the filter cannot be read at `{word}`: {why}")]
pub struct FilterError {
    pub word: String,
    pub why: String,
    pub help: String,
}

impl Filter {
    /// Whether every case meets it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it asks for flips, so that a replay without a base cannot answer.
    pub fn needs_base(&self) -> bool {
        self.words.iter().any(|word| matches!(word.ask, Ask::Flips(_)))
    }

    /// Whether it asks how gold labels stand, so that somebody has to find that out.
    pub fn needs_states(&self) -> bool {
        self.words.iter().any(|word| matches!(word.ask, Ask::State(_)))
    }

    /// The cases that meet it: for each set of the replay the rows, in order. The replay's head is the policy that the
    /// filter was read for. `states` says how the gold labels stand, set by set and row by row; it may be empty where
    /// nothing [asks for them](Filter::needs_states), for a case whose state is not known is in none.
    pub fn rows(&self, replay: &Replay, states: &[Vec<GoldState>]) -> Vec<Vec<usize>> {
        let states = states.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        replay.sets.iter().zip(states).map(|(set, states)| meet::rows(self, &replay.head, set, states)).collect()
    }
}

#[cfg(test)]
mod tests;
