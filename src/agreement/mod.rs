//! How far the labelers of a gold set agree on one question, where they do not, and why; and what they settle together.
//!
//! A [`Panel`] holds who answered what. [`measure`] compares the answers; [`consensus`] weighs them.

mod against_gold;
pub mod blame;
mod confused;
pub mod consensus;
mod drift;
pub mod field;
pub mod figure;
mod pairs;
pub mod panel;
pub mod round;
mod scopes;
mod splits;
mod stage;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use blame::{Blame, Share};
pub use confused::{Confused, Mixed};
pub use consensus::{Consensus, Method, consensus};
pub use drift::{Drift, Period, Version};
pub use pairs::MOST_PAIRS;
pub use panel::{Filter, Labeler, Panel, read_labels};
pub use scopes::{Cases, Measure, Scope, Why};
pub use splits::Split;

use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::stats::Bootstrap;
pub use field::{Field, Lost, Scale};
use stage::Stage;
use std::sync::Arc;

/// How far labelers agree.
#[derive(Debug, Clone)]
pub struct Agreement {
    pub set: Arc<str>,
    pub field: Field,
    pub scale: Scale,
    /// What there is to choose from, lowest first where it has an order.
    pub choices: Vec<Arc<str>>,
    /// Cases of the set.
    pub cases: usize,
    pub labelers: Vec<Labeler>,
    /// Labels that were looked at, repeats left out.
    pub labels: usize,
    /// Those of them that cannot be compared.
    pub lost: Vec<(Lost, usize)>,
    pub measures: Vec<Measure>,
    /// Pairs of labelers that were left out, being too many.
    pub pairs_left_out: usize,
    /// Every two labelers, then every labeler with the gold labels; none for answers that are sets.
    pub confusions: Vec<Confused>,
    pub mixed: Vec<Mixed>,
    /// Pairs of labels on one case that differ.
    pub differing: u64,
    pub blame: Blame,
    /// The furthest apart first.
    pub splits: Vec<Split>,
    pub drift: Drift,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub gold: &'a GoldSet,
    pub policy: &'a Policy,
    pub field: Field,
    pub filter: Filter<'a>,
    pub bootstrap: Bootstrap,
}

/// The parts of the work, each told to the watch as so much as there are cases: reading the labels and what [`measure`] does.
pub const STAGES: u64 = 9;

/// The agreement of labels that are read already, as [`read_labels`] gives them. `versions` tells which commits say the same, the
/// oldest first; a commit that is in none is a version of its own, and comes after them.
pub fn measure(
    question: &Question<'_>,
    labels: &[Vec<Label>],
    versions: &[Version],
    watch: &dyn Watch,
) -> Result<Agreement, Cancelled> {
    let Question { gold, policy, field, filter, bootstrap } = *question;
    let stage = || Stage::new(watch, gold.len());
    let reading = stage();
    let panel = Panel::new(gold, labels, &filter, field, policy);
    reading.end()?;
    let over = stage();
    let mut measures = scopes::groups(&panel, bootstrap, &over)?;
    over.end()?;
    let over = stage();
    measures.extend(scopes::answers(&panel, field, bootstrap, &over)?);
    over.end()?;
    let over = stage();
    let (of_pairs, mut confusions) = pairs::pairs(&panel, &over)?;
    measures.extend(of_pairs);
    over.end()?;
    let over = stage();
    let (with_gold, confused_with_gold) = against_gold::against_gold(&panel, &over)?;
    measures.extend(with_gold);
    confusions.extend(confused_with_gold);
    measures.extend(scopes::within(&panel));
    over.end()?;
    let possible = pairs::possible(panel.labelers.len());
    let (mixed, differing) = confused::mixed(&panel);
    let over = stage();
    let blame = blame::blame(gold, labels, &filter, &panel, policy, |of| over.step(of))?;
    over.end()?;
    let over = stage();
    let splits = splits::splits(gold, labels, &filter, &panel, policy, &over)?;
    over.end()?;
    let over = stage();
    let drift = drift::drift(question, labels, versions, &over)?;
    over.end()?;
    Ok(Agreement {
        set: gold.set().clone(),
        field,
        scale: panel.scale,
        cases: panel.cases(),
        labels: panel.labels(),
        lost: panel.lost(),
        measures,
        pairs_left_out: if possible > MOST_PAIRS { possible } else { 0 },
        confusions,
        mixed,
        differing,
        blame,
        splits,
        drift,
        choices: panel.choices,
        labelers: panel.labelers,
    })
}

impl Agreement {
    /// One measure in one scope.
    pub fn find(&self, name: figure::Name, scope: &Scope) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name && measure.scope == *scope)
    }
}
