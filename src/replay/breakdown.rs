//! The measures of a replay for parts of its cases: by category, tier, facet value and tag.

use super::flip::FlipKind;
use super::measures::Measures;
use super::run::{Replay, SetReplay, SideView};
use crate::policy::Policy;
use std::collections::BTreeMap;

/// What the cases of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// A harm of this category or one below it.
    Category(String),
    /// A case without harms.
    NoHarm,
    /// The riskiest tier among its harms.
    Tier(u32),
    Facet {
        facet: String,
        value: String,
    },
    Tag(String),
}

impl Group {
    /// Which breakdown it belongs to.
    pub fn axis(&self) -> &'static str {
        match self {
            Group::Category(_) | Group::NoHarm => "category",
            Group::Tier(_) => "tier",
            Group::Facet { .. } => "facet",
            Group::Tag(_) => "tag",
        }
    }

    /// The words of the files, as they are.
    pub fn name(&self) -> String {
        match self {
            Group::Category(id) => id.clone(),
            Group::NoHarm => crate::policy::taxonomy::NO_CATEGORY.to_owned(),
            Group::Tier(tier) => tier.to_string(),
            Group::Facet { facet, value } => format!("{facet}={value}"),
            Group::Tag(tag) => tag.clone(),
        }
    }
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFigures {
    pub head: Measures,
    pub base: Option<Measures>,
    pub fixed: u64,
    pub regressed: u64,
    pub changed: u64,
}

/// Every group of the replay's cases, categories in the taxonomy's order.
pub fn breakdown(replay: &Replay) -> Vec<(Group, GroupFigures)> {
    let mut figures: BTreeMap<Group, GroupFigures> = BTreeMap::new();
    for set in &replay.sets {
        add_set(set, replay, &mut figures);
    }
    let mut groups: Vec<_> = figures.into_iter().collect();
    let taxonomy = &replay.head.taxonomy;
    // `sort` is stable: whatever is no category of this policy stays in the order of the names, behind those that are.
    groups.sort_by_key(|(group, _)| match group {
        Group::Category(id) => (0, taxonomy.find(id).map_or(u32::MAX, |ix| u32::from(ix.0))),
        Group::NoHarm => (1, 0),
        Group::Tier(_) => (2, 0),
        Group::Facet { .. } => (3, 0),
        Group::Tag(_) => (4, 0),
    });
    groups
}

fn add_set(set: &SetReplay, replay: &Replay, figures: &mut BTreeMap<Group, GroupFigures>) {
    let gold = &set.gold;
    let head = SideView::new(gold, &replay.head, &set.head.verdicts);
    let base = replay.base.as_deref().zip(set.base.as_ref());
    let base = base.map(|(policy, side)| (policy, SideView::new(gold, policy, &side.verdicts)));

    // Groups by number, so that a case costs a few additions and no look-up by name.
    let mut numbers: BTreeMap<Group, usize> = BTreeMap::new();
    let mut number = |group: Group| {
        let next = numbers.len();
        *numbers.entry(group).or_insert(next)
    };
    let of_situation: Vec<Vec<usize>> = (0..gold.situations() as u32)
        .map(|situation| groups_of_situation(set, &replay.head, situation).into_iter().map(&mut number).collect())
        .collect();
    let of_tags: Vec<Vec<usize>> = (0..gold.tag_sets() as u32)
        .map(|tags| gold.tags(tags).map(|tag| number(Group::Tag(tag.to_owned()))).collect())
        .collect();

    let mut counted: Vec<GroupFigures> = vec![GroupFigures::default(); numbers.len()];
    let mut flips = set.flips.iter().peekable();
    for row in 0..gold.len() {
        let (situation, outcome) = (gold.situation(row), gold.outcome(row));
        let flip = flips.next_if(|flip| flip.row as usize == row);
        for &group in of_situation[situation as usize].iter().chain(&of_tags[gold.tag_set(row) as usize]) {
            let group = &mut counted[group];
            let (verdict, accepted) = head.at(situation, outcome);
            group.head.add(verdict.behavior, verdict.undetermined, accepted, &replay.head.manifest.behaviors);
            if let Some((policy, side)) = &base {
                let (verdict, accepted) = side.at(situation, outcome);
                let measures = group.base.get_or_insert_default();
                measures.add(verdict.behavior, verdict.undetermined, accepted, &policy.manifest.behaviors);
            }
            match flip.map(|flip| flip.kind) {
                Some(FlipKind::Fixed) => group.fixed += 1,
                Some(FlipKind::Regressed) => group.regressed += 1,
                Some(FlipKind::Changed) => group.changed += 1,
                None => {}
            }
        }
    }
    for (group, number) in numbers {
        figures.entry(group).or_default().merge(&counted[number]);
    }
}

fn groups_of_situation(set: &SetReplay, policy: &Policy, situation: u32) -> Vec<Group> {
    let taxonomy = &policy.taxonomy;
    let mut groups = Vec::new();
    let mut tier = None;
    for harm in set.gold.harms(situation) {
        match taxonomy.find(harm.category) {
            Some(ix) => {
                groups.extend(taxonomy.ancestors(ix).map(|ix| Group::Category(taxonomy.get(ix).id.to_string())));
                tier = tier.into_iter().chain(taxonomy.tier(ix)).min();
            }
            None => groups.push(Group::Category(harm.category.to_owned())),
        }
    }
    if groups.is_empty() {
        groups.push(Group::NoHarm);
    }
    groups.extend(tier.map(Group::Tier));
    for (facet, values) in set.gold.facets(situation) {
        groups.extend(values.iter().map(|value| Group::Facet { facet: facet.to_owned(), value: (*value).to_owned() }));
    }
    // A case with two harms under one category counts once there.
    groups.sort();
    groups.dedup();
    groups
}

impl GroupFigures {
    fn merge(&mut self, other: &GroupFigures) {
        self.head.merge(&other.head);
        if let Some(base) = &other.base {
            self.base.get_or_insert_default().merge(base);
        }
        self.fixed += other.fixed;
        self.regressed += other.regressed;
        self.changed += other.changed;
    }
}
