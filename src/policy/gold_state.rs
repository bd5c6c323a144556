//! In which states a gold label may be. What puts it there is found by `precedent`.

/// How the gold label of a case stands. The first that fits counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GoldState {
    /// It rests on a text that has changed in substance or is gone, or on a ruling that was overruled: it waits for a new ruling.
    Stale,
    /// The labelers differ, none of their readings has a majority, and nobody has ruled.
    Disputed,
    /// Ruled to be a legitimate disagreement: there is no gold label.
    Split,
    /// Nobody has read the case, or nobody who did has said what it calls for.
    Unlabeled,
    /// There is a gold label that does not say which texts it rests on.
    Unpinned,
    /// There is a gold label, and every text that it rests on says what it said.
    Valid,
}

impl GoldState {
    pub const ALL: [GoldState; 6] = [
        GoldState::Stale,
        GoldState::Disputed,
        GoldState::Split,
        GoldState::Unlabeled,
        GoldState::Unpinned,
        GoldState::Valid,
    ];

    pub fn word(self) -> &'static str {
        match self {
            GoldState::Stale => "stale",
            GoldState::Disputed => "disputed",
            GoldState::Split => "split",
            GoldState::Unlabeled => "unlabeled",
            GoldState::Unpinned => "unpinned",
            GoldState::Valid => "valid",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
