//! Whether a case meets a filter.

use super::{Ask, Count, Filter};
use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::gold::heard;
use crate::policy::gold_state::GoldState;
use crate::policy::taxonomy::UNKNOWN;
use crate::replay::flip::FlipKind;
use crate::replay::run::{SetReplay, accepted, riskiest_tier};
use crate::replay::standing::Standing;
use rustc_hash::FxHashMap;

/// The rows of a set that meet every word.
pub(super) fn rows(filter: &Filter, policy: &Policy, set: &SetReplay, states: &[GoldState]) -> Vec<usize> {
    let facts = Facts {
        policy,
        set,
        gold: &set.gold,
        flips: set.flips.iter().map(|flip| (flip.row as usize, flip.kind)).collect(),
        states,
        // Only this reads text.
        counts_labels: filter.words.iter().any(|word| matches!(word.ask, Ask::Labels(..))),
    };
    (0..set.gold.len()).filter(|&row| facts.meets(filter, row)).collect()
}

struct Facts<'a> {
    policy: &'a Policy,
    set: &'a SetReplay,
    gold: &'a GoldSet,
    flips: FxHashMap<usize, FlipKind>,
    states: &'a [GoldState],
    counts_labels: bool,
}

impl Facts<'_> {
    fn meets(&self, filter: &Filter, row: usize) -> bool {
        let heard = if self.counts_labels { self.heard(row) } else { 0 };
        filter.words.iter().all(|word| self.holds(&word.ask, row, heard) != word.turned)
    }

    /// How many labelers were heard.
    fn heard(&self, row: usize) -> u64 {
        let labels = self.gold.labels_of(row);
        heard(&labels.iter().collect::<Vec<_>>()).len() as u64
    }

    fn holds(&self, ask: &Ask, row: usize, heard: u64) -> bool {
        let gold = self.gold;
        let (situation, outcome) = (gold.situation(row), gold.outcome(row));
        let any = |words: &[String], word: &str| words.iter().any(|wanted| wanted == word);
        match ask {
            Ask::Set(sets) => any(sets, gold.set()),
            Ask::Id(patterns) => {
                let id = gold.id(row);
                patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
                    Some(start) => id.starts_with(start),
                    None => id == *pattern,
                })
            }
            Ask::Tag(tags) => gold.tags(gold.tag_set(row)).any(|tag| any(tags, tag)),
            Ask::Category(wanted) => {
                let taxonomy = &self.policy.taxonomy;
                let found = || gold.harms(situation).filter_map(|harm| taxonomy.find(harm.category));
                wanted.iter().any(|wanted| match wanted {
                    Some(outer) => found().any(|inner| taxonomy.is_within(inner, *outer)),
                    None => gold.standing(row).is_labeled() && gold.harms(situation).len() == 0,
                })
            }
            Ask::Severity(words) => gold.harms(situation).any(|harm| any(words, harm.severity.unwrap_or(UNKNOWN))),
            Ask::Tier(tiers) => riskiest_tier(gold, self.policy, situation).is_some_and(|tier| tiers.contains(&tier)),
            Ask::Behavior(behaviors) => {
                accepted(gold, outcome, self.policy).behavior.is_some_and(|behavior| behaviors.contains(&behavior))
            }
            Ask::Verdict(behaviors) => behaviors.contains(&self.set.head.verdicts.get(row).behavior),
            Ask::Facet(name, wanted) => {
                let values = gold.facets(situation).find(|(facet, _)| facet == name).map(|(_, values)| values);
                wanted.iter().any(|wanted| match (wanted, &values) {
                    (None, values) => values.is_none(),
                    (Some(wanted), Some(values)) => values.contains(&wanted.as_str()),
                    (Some(_), None) => false,
                })
            }
            Ask::Standing(wanted) => wanted.contains(&gold.standing(row)),
            Ask::Sensitive => gold.case(row).is_ok_and(|case| case.sensitive),
            Ask::State(state) => self.states.get(row) == Some(state),
            Ask::Labels(Count::Is, n) => heard == *n,
            Ask::Labels(Count::Less, n) => heard < *n,
            Ask::Labels(Count::More, n) => heard > *n,
            Ask::Undetermined => self.set.head.verdicts.get(row).undetermined,
            Ask::Measured(wanted) => {
                let verdict = self.set.head.verdicts.get(row);
                let accepted = accepted(gold, outcome, self.policy);
                wanted.contains(&Standing::of(verdict.behavior, verdict.undetermined, accepted))
            }
            Ask::Flips(None) => self.flips.contains_key(&row),
            Ask::Flips(Some(kind)) => self.flips.get(&row) == Some(kind),
        }
    }
}
