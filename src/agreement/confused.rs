//! What one labeler says where another says something else, and who of two is the stricter one.

use super::field::Scale;
use super::panel::Panel;
use super::scopes::MOST_PAIRS;
use crate::stats::agreement::Confusion;
use crate::stats::{ChiSquare, bowker, stuart_maxwell};
use std::sync::Arc;

/// Two labelers side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Confused {
    pub a: Arc<str>,
    pub b: Arc<str>,
    /// Rows: what `a` said; columns: what `b` said; both in the order of the choices.
    pub counts: Confusion,
    /// Cases on which `a`'s answer is the higher one, and on which `b`'s is; `None` where answers have no order.
    pub higher: Option<(u64, u64)>,
    /// Whether each confusion is as frequent as its reverse. `None` where there is none.
    pub bowker: Option<ChiSquare>,
    /// Whether both give each answer as often.
    pub stuart_maxwell: Option<ChiSquare>,
}

/// Two answers that are confused, whoever gave which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixed {
    pub first: Arc<str>,
    pub second: Arc<str>,
    /// Pairs of labels on one case that say the one and the other.
    pub n: u64,
}

/// Every two labelers with a case in common. None for answers that are sets: there each category is compared by itself.
pub fn confusions(panel: &Panel) -> Vec<Confused> {
    let labelers = panel.labelers.len();
    if panel.scale == Scale::Sets || labelers * labelers.saturating_sub(1) / 2 > MOST_PAIRS {
        return Vec::new();
    }
    let id = |labeler: usize| panel.labelers[labeler].id.clone();
    let confused = |((a, b), counts): ((usize, usize), Confusion)| {
        let table: Vec<&[u64]> = counts.rows().collect();
        let (bowker, stuart_maxwell) = (bowker(&table), stuart_maxwell(&table));
        let higher = (panel.scale == Scale::Ordinal).then(|| counts.higher());
        Confused { a: id(a), b: id(b), higher, bowker, stuart_maxwell, counts }
    };
    Confusion::all_pairs(&panel.table).into_iter().map(confused).collect()
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
