//! Agreement over time: round by round, and from one version of the policy to the next.

use super::Question;
use super::panel::{Filter, Panel};
use super::scopes::{Measure, everybody};
use super::stage::Stage;
use crate::decide::Cancelled;
use crate::policy::label::Label;
use std::collections::BTreeSet;

/// One round, or the time of one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// The round's name, or the commit.
    pub name: String,
    /// Cases with a label.
    pub cases: usize,
    pub labels: usize,
    /// Over all labelers.
    pub measures: Vec<Measure>,
}

/// Both drifts; each empty where there are not two periods to compare. Labels that name no round, or no commit, are in none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drift {
    /// In the order of their names.
    pub rounds: Vec<Period>,
    /// Oldest first, as `order` has it; commits that it does not know come last.
    pub policies: Vec<Period>,
}

/// `order` holds the commits of the history, oldest first.
pub fn drift(
    question: &Question<'_>,
    labels: &[Vec<Label>],
    order: &[String],
    stage: &Stage<'_>,
) -> Result<Drift, Cancelled> {
    let names = |of: fn(&Label) -> &Option<String>| {
        let all = labels.iter().flat_map(|labels| question.filter.of(labels)).filter_map(move |l| of(l).as_deref());
        all.collect::<BTreeSet<&str>>()
    };
    let rounds = names(|label| &label.round);
    let all = rounds.len() + names(|label| &label.policy).len();
    let rounds = rounds.into_iter().map(|round| (round, Filter { round: Some(round), ..question.filter }));
    let mut policies: Vec<&str> = names(|label| &label.policy).into_iter().collect();
    let place = |commit: &str| order.iter().position(|known| known.starts_with(commit)).unwrap_or(usize::MAX);
    policies.sort_by_cached_key(|commit| (place(commit), (*commit).to_owned()));
    let policies = policies.into_iter().map(|policy| (policy, Filter { policy: Some(policy), ..question.filter }));
    Ok(Drift {
        rounds: periods(question, labels, rounds, &|| stage.step(all))?,
        policies: periods(question, labels, policies, &|| stage.step(all))?,
    })
}

fn periods<'a>(
    question: &Question<'_>,
    labels: &[Vec<Label>],
    parts: impl ExactSizeIterator<Item = (&'a str, Filter<'a>)>,
    step: &dyn Fn() -> Result<(), Cancelled>,
) -> Result<Vec<Period>, Cancelled> {
    if parts.len() < 2 {
        return Ok(Vec::new());
    }
    let period = |(name, filter): (&str, Filter<'_>)| {
        step()?;
        let panel = Panel::new(question.gold, labels, &filter, question.field, question.policy);
        let cases = (0..panel.cases()).filter(|case| !panel.status.classes_of(*case).is_empty()).count();
        let measures = everybody(&panel, question.bootstrap);
        Ok(Period { name: name.to_owned(), cases, labels: panel.labels(), measures })
    };
    parts.map(period).collect()
}
