//! What became of a verdict that differs between two versions.

use super::standing::Standing;

/// How a verdict that differs between base and head changed, measured by the gold label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FlipKind {
    /// From right to wrong.
    Regressed,
    /// From wrong to right.
    Fixed,
    /// From wrong to differently wrong, from right to differently right, or not measured on both sides.
    Changed,
}

impl FlipKind {
    /// Of a flip from one standing to another.
    pub fn of(base: Standing, head: Standing) -> Self {
        match (base.is_measured() && head.is_measured(), base == Standing::Agrees, head == Standing::Agrees) {
            (true, true, false) => FlipKind::Regressed,
            (true, false, true) => FlipKind::Fixed,
            _ => FlipKind::Changed,
        }
    }

    pub const ALL: [FlipKind; 3] = [FlipKind::Regressed, FlipKind::Fixed, FlipKind::Changed];

    pub fn word(self) -> &'static str {
        match self {
            FlipKind::Regressed => "regressed",
            FlipKind::Fixed => "fixed",
            FlipKind::Changed => "changed",
        }
    }

    /// The sign that stands for it beside its colour.
    pub fn sign(self) -> char {
        match self {
            FlipKind::Regressed => '▼',
            FlipKind::Fixed => '▲',
            FlipKind::Changed => '◆',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_measured_on_both_sides_is_better_or_worse() {
        use Standing::{Agrees, OverRefusal, UnderRefusal, Undetermined, Unlabeled};
        for (base, head, kind) in [
            (Agrees, UnderRefusal, FlipKind::Regressed),
            (OverRefusal, Agrees, FlipKind::Fixed),
            (OverRefusal, UnderRefusal, FlipKind::Changed),
            (Agrees, Agrees, FlipKind::Changed),
            (Agrees, Undetermined, FlipKind::Changed),
            (Undetermined, Agrees, FlipKind::Changed),
            (Unlabeled, Unlabeled, FlipKind::Changed),
        ] {
            assert_eq!(FlipKind::of(base, head), kind, "{base:?} {head:?}");
        }
    }
}
