//! What one clause decided before and another one decides after, in as few and as plain regions as say it.

use super::cover::Region;
use super::diagram::Node;
use super::difference::Version;
use super::layout::{Points, Space};
use super::spell::Spoken;
use crate::policy::Policy;
use crate::policy::condition::Condition;
use rustc_hash::FxHashMap;

/// A condition of so many letters is plain enough: nothing shorter is looked for.
const PLAIN: usize = 60;
/// What it takes, in letters, to say of which clause's decisions something is told.
const OF: usize = 25;
/// What is told of a clause's decisions in more letters than these is told in parts instead, if they are shorter.
const MOST_OF: usize = 240;
/// Beyond so many nodes nobody asks what a clause decided as a whole.
const MOST_DECIDED: usize = 10_000;
/// So many nodes may be made to look for plainer words: what two versions need to be compared leaves room for them.
pub(super) const ROOM: usize = 200_000;

/// What tells a region from all else that one clause, or the default, decides in one of the versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Of {
    pub side: Side,
    /// In the words of the space: of all points that this one decides on that side it holds at those of the region only.
    pub when: Condition,
}

/// One of two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Before,
    After,
}

/// A region, as it is told.
pub(super) struct Told {
    pub when: Condition,
    pub set: Node,
    pub points: Points,
    pub of: Option<Of>,
    /// Whether it is said by the clauses, and is all that these two decide.
    pub spelled: bool,
}

/// Tells the regions of two versions.
pub(super) struct Teller<'t> {
    /// The base first.
    pub sides: [(&'t Version, &'t Policy); 2],
    /// Whether each version reads the words of the space as its own.
    pub is_plain: [bool; 2],
    /// What is of more nodes is said by the clauses that decide there.
    pub covered: usize,
    /// How many nodes the space may have while plainer words are looked for; 0 to take those that are found at once.
    pub room: usize,
    /// By side and answer: where it decides, as far as that is known.
    pub decided: FxHashMap<(Side, u32), Option<Node>>,
}

impl Teller<'_> {
    /// The regions of `set`, at which these answers of the two sides decide: everywhere that they do, if it is undivided.
    pub fn tell(&mut self, space: &mut Space, answers: [u32; 2], set: Node, undivided: bool) -> Vec<Told> {
        if undivided
            && self.is_plain == [true, true]
            && !space.is_small(set, self.covered)
            && let Some(when) = self.spell(space, answers)
        {
            let letters = space.letters(&when);
            let of = self.of(space, answers, set).filter(|(of, _)| of + OF < letters).map(|(_, of)| of);
            let points = space.count(set);
            return vec![Told { when, set, points, of, spelled: true }];
        }
        let regions = space.cover(set);
        let letters: Vec<usize> = regions.iter().map(|region| space.letters(&region.when)).collect();
        if let ([_], [letters]) = (&regions[..], &letters[..])
            && *letters <= PLAIN
        {
            return each(regions);
        }
        let Some((of_letters, of)) = self.of(space, answers, set) else { return each(regions) };
        let (all, longest) = (letters.iter().sum::<usize>(), letters.iter().copied().max().unwrap_or_default());
        if of_letters + OF >= all || of_letters > longest.max(MOST_OF) {
            return each(regions);
        }
        let mut when = space.tidy(Condition::Any(regions.into_iter().map(|region| region.when).collect()));
        if let Some(other) = self.narrowed(space, answers, &of)
            && space.letters(&other) < space.letters(&when)
        {
            when = other;
        }
        let points = space.count(set);
        vec![Told { when, set, points, of: Some(of), spelled: false }]
    }

    /// What tells the set from the rest of what one of the answers decides, and in how many letters: of what was decided before
    /// if that is plain, else whichever is shorter.
    fn of(&mut self, space: &mut Space, answers: [u32; 2], set: Node) -> Option<(usize, Of)> {
        let mut best: Option<(usize, Of)> = None;
        if space.nodes() > self.room {
            return None;
        }
        for (side, answer) in [Side::Before, Side::After].into_iter().zip(answers) {
            let Some(when) =
                self.decided(space, side, answer).and_then(|decided| space.within(set, decided, self.room))
            else {
                continue;
            };
            let letters = space.letters(&when);
            if best.as_ref().is_none_or(|(least, _)| letters < *least) {
                best = Some((letters, Of { side, when }));
            }
            if letters <= PLAIN {
                break;
            }
        }
        best
    }

    /// Where an answer of a side decides; `None` where that is a long story.
    fn decided(&mut self, space: &mut Space, side: Side, answer: u32) -> Option<Node> {
        if let Some(&known) = self.decided.get(&(side, answer)) {
            return known;
        }
        let rules = &self.sides[side as usize].0.rules;
        let (domain, rank) = (space.domain(), answer as usize - 1);
        let mut set = rules.get(rank).map_or(domain, |rule| space.and(domain, rule.applies));
        let mut is_small = true;
        for (at, rule) in rules[..rank].iter().enumerate() {
            set = space.minus(set, rule.applies);
            if at % 8 == 7 && (space.nodes() > self.room || !space.is_small(set, MOST_DECIDED)) {
                is_small = false;
                break;
            }
        }
        let known = Some(set).filter(|set| is_small && space.is_small(*set, MOST_DECIDED));
        self.decided.insert((side, answer), known);
        known
    }

    /// The condition of the points at which on each side this one decides, by the clauses of both.
    fn spell(&self, space: &mut Space, answers: [u32; 2]) -> Option<Condition> {
        let sides = self.sides.into_iter().zip(answers);
        spelled(space, sides.map(|((side, policy), answer)| (side, policy, answer)))
    }

    /// As [`Teller::spell`], by the clauses of the one side alone, and what is told of it beside.
    fn narrowed(&self, space: &mut Space, answers: [u32; 2], of: &Of) -> Option<Condition> {
        let side = of.side as usize;
        if !self.is_plain[side] {
            return None;
        }
        let (version, policy) = self.sides[side];
        let decided = spelled(space, [(version, policy, answers[side])])?;
        Some(space.tidy(Condition::All(vec![of.when.clone(), decided])))
    }
}

fn each(regions: Vec<Region>) -> Vec<Told> {
    let told = |Region { when, set, points }| Told { when, set, points, of: None, spelled: false };
    regions.into_iter().map(told).collect()
}

fn spelled<'p>(
    space: &mut Space,
    sides: impl IntoIterator<Item = (&'p Version, &'p Policy, u32)>,
) -> Option<Condition> {
    let (mut apply, mut before): (Vec<Spoken<'_>>, Vec<Spoken<'_>>) = (Vec::new(), Vec::new());
    for (side, policy, answer) in sides {
        for (rule, at) in side.rules.iter().zip(1..=answer) {
            let spoken = Spoken { when: &policy.clause(rule.clause).when, applies: rule.applies };
            let list = if at == answer { &mut apply } else { &mut before };
            if list.iter().all(|known| known.applies != spoken.applies) {
                list.push(spoken);
            }
        }
    }
    space.spell(&apply, &before)
}
