//! Agreement over time: round by round, and from one version of the policy to the next.

use super::Question;
use super::panel::{Filter, Panel};
use super::scopes::{Measure, everybody};
use super::stage::Stage;
use crate::decide::Cancelled;
use crate::policy::label::Label;
use std::collections::BTreeSet;

/// Commits at which the policy says the same: committing labels alone makes no new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The first commit of the history that says so.
    pub name: String,
    /// Those that labels name, as they name them.
    pub commits: Vec<String>,
}

/// One round, or the time of one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// The round's name, or that of the version.
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
    /// Oldest first; commits of which nobody knows what they say come last, each by itself.
    pub policies: Vec<Period>,
}

/// `versions` are those that labels name commits of, oldest first.
pub fn drift(
    question: &Question<'_>,
    labels: &[Vec<Label>],
    versions: &[Version],
    stage: &Stage<'_>,
) -> Result<Drift, Cancelled> {
    let names = |of: fn(&Label) -> &Option<String>| {
        let all = labels.iter().flat_map(|labels| question.filter.of(labels)).filter_map(move |l| of(l).as_deref());
        all.collect::<BTreeSet<&str>>()
    };
    let (rounds, commits) = (names(|label| &label.round), names(|label| &label.policy));
    let of = |version: &Version| {
        let labeled = version.commits.iter().filter(|commit| commits.contains(commit.as_str()));
        Version { name: version.name.clone(), commits: labeled.cloned().collect() }
    };
    let mut versions: Vec<Version> = versions.iter().map(of).filter(|version| !version.commits.is_empty()).collect();
    let known: BTreeSet<&String> = versions.iter().flat_map(|version| &version.commits).collect();
    let unknown = commits.iter().map(|commit| (*commit).to_owned()).filter(|commit| !known.contains(commit));
    let unknown: Vec<Version> = unknown.map(|commit| Version { name: commit.clone(), commits: vec![commit] }).collect();
    versions.extend(unknown);
    let all = rounds.len() + versions.len();
    let rounds = rounds.into_iter().map(|round| (round, Filter { round: Some(round), ..question.filter }));
    let policies = versions
        .iter()
        .map(|version| (version.name.as_str(), Filter { policy: Some(version.commits.as_slice()), ..question.filter }));
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

#[cfg(test)]
mod tests {
    use super::super::testing::{cases, gold, label, policy};
    use super::super::{Field, read_labels};
    use super::*;
    use crate::decide::Unwatched;
    use crate::stats::Bootstrap;

    /// Each case is labeled by Ana and Bo at a commit each. One word a version: its name, its cases, and the cases compared.
    fn check(commits: &[[&str; 2]], versions: &[(&str, &[&str])], expect: &str) {
        let of_case = |(case, commits): (usize, &[&str; 2])| {
            let says = |(who, commit)| label(case, who, &format!(r#""behavior":"refuse","policy":"{commit}""#));
            ["ana", "bo"].into_iter().zip(*commits).map(says).collect::<Vec<_>>()
        };
        let labels: Vec<String> = commits.iter().enumerate().flat_map(of_case).collect();
        let (gold, policy) = (gold(&cases(commits.len()), &labels, &[]), policy());
        let versions: Vec<Version> = versions
            .iter()
            .map(|(name, of)| Version { name: (*name).into(), commits: of.iter().map(|of| (*of).into()).collect() })
            .collect();
        let field = Field::find("behavior", &policy).unwrap();
        let bootstrap = Bootstrap { seed: 1, replicates: 20 };
        let question = Question { gold: &gold, policy: &policy, field, filter: Filter::default(), bootstrap };
        let labels = read_labels(&gold, &Unwatched).unwrap();
        let found = drift(&question, &labels, &versions, &Stage::new(&Unwatched, gold.len())).unwrap();
        let word = |of: &Period| format!("{} {} {}", of.name, of.cases, of.measures[0].cases.used);
        assert_eq!(found.policies.iter().map(word).collect::<Vec<_>>().join(", "), expect);
    }

    #[test]
    fn commits_that_say_the_same_are_one_version() {
        let (labeled, reworded) = ([["a1", "a2"], ["a2", "a3"]], [["a3", "b1"], ["b1", "b2"]]);
        // Nothing but labels was committed: there are no two versions to compare.
        check(&labeled, &[("a1", &["a1", "a2", "a3"])], "");
        let all = [labeled, reworded].concat();
        check(&all, &[("a0", &["a1", "a2", "a3"]), ("b1", &["b1", "b2"])], "a0 3 2, b1 2 1");
        // Of what nobody knows what it says, each is by itself, in the order of their ids.
        check(&all, &[("b0", &["b1", "b2"])], "b0 2 1, a1 1 0, a2 2 0, a3 2 0");
        check(&labeled, &[("a0", &["a1", "a2"]), ("z", &["z1"])], "a0 2 1, a3 1 0");
    }
}
