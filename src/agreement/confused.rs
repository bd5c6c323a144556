//! What one labeler says where another says something else, and who of two is the stricter one.

use super::field::Scale;
use super::panel::Panel;
use super::scopes::{Cases, Scope};
use crate::stats::agreement::Confusion;
use crate::stats::{ChiSquare, bowker, stuart_maxwell};
use std::sync::Arc;

/// Two labelers side by side, or a labeler and the gold labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Confused {
    pub a: Arc<str>,
    /// `None`: the gold labels.
    pub b: Option<Arc<str>>,
    /// What there is to choose from, in order.
    pub choices: Arc<[Arc<str>]>,
    /// Rows: what `a` said; columns: what `b` said; both in the order of the choices.
    pub counts: Confusion,
    /// Cases on which `a`'s answer is the higher one, and on which `b`'s is; `None` where answers have no order.
    pub higher: Option<(u64, u64)>,
    /// Whether each confusion is as frequent as its reverse. `None` where there is none.
    pub bowker: Option<ChiSquare>,
    /// Whether both give each answer as often.
    pub stuart_maxwell: Option<ChiSquare>,
    /// The cases it rests on, and those that were left out.
    pub cases: Arc<Cases>,
}

impl Confused {
    /// From the answers of both, each two of them with how many cases it is so. `None` where no case has two, and for answers that are
    /// sets: there each category is compared by itself.
    pub fn of(
        (a, b): (Arc<str>, Option<Arc<str>>),
        scale: Scale,
        choices: &Arc<[Arc<str>]>,
        answers: &[((u16, u16), u32)],
        cases: &Arc<Cases>,
    ) -> Option<Confused> {
        if scale == Scale::Sets || answers.is_empty() {
            return None;
        }
        let counts = Confusion::of_counted(choices.len(), answers.iter().copied());
        let table: Vec<&[u64]> = counts.rows().collect();
        let (bowker, stuart_maxwell) = (bowker(&table), stuart_maxwell(&table));
        let higher = (scale == Scale::Ordinal).then(|| counts.higher());
        let (choices, cases) = (choices.clone(), cases.clone());
        Some(Confused { a, b, choices, higher, bowker, stuart_maxwell, counts, cases })
    }

    /// The scope of the measures that compare the two.
    pub fn scope(&self) -> Scope {
        match &self.b {
            Some(b) => Scope::Pair(self.a.clone(), b.clone()),
            None => Scope::Gold(self.a.clone()),
        }
    }
}

/// Two answers that are confused, whoever gave which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixed {
    pub first: Arc<str>,
    pub second: Arc<str>,
    /// Pairs of labels on one case that say the one and the other.
    pub n: u64,
}

/// Which answers stand against each other on one case, most often first, and how many pairs of labels differ in all.
pub fn mixed(panel: &Panel) -> (Vec<Mixed>, u64) {
    if panel.scale == Scale::Sets {
        return (Vec::new(), 0);
    }
    let classes = usize::from(panel.classes());
    let mut of_case = vec![0u64; classes];
    let mut pairs = vec![0u64; classes * classes];
    for case in 0..panel.cases() {
        let given = panel.table.classes_of(case);
        given.iter().for_each(|class| of_case[usize::from(*class)] += 1);
        let used: Vec<usize> = (0..classes).filter(|class| of_case[*class] > 0).collect();
        for (at, low) in used.iter().enumerate() {
            used[at + 1..].iter().for_each(|high| pairs[low * classes + high] += of_case[*low] * of_case[*high]);
        }
        used.iter().for_each(|class| of_case[*class] = 0);
    }
    let total = pairs.iter().sum();
    let named = pairs.iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, n)| Mixed {
        first: panel.choices[at / classes].clone(),
        second: panel.choices[at % classes].clone(),
        n: *n,
    });
    let mut mixed: Vec<Mixed> = named.collect();
    mixed.sort_by_key(|mixed| std::cmp::Reverse(mixed.n));
    (mixed, total)
}
