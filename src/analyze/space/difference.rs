//! The difference of two versions as decisions: every point whose behavior changed, and no other.

use super::TooLarge;
use super::again::saying;
use super::cover::MOST_COVERED;
use super::diagram::{EMPTY, MOST_NODES, Node};
use super::intent::{MeantChange, common_words};
use super::layout::{Detail, Points, Space};
use super::regions::{Rule, rules};
use super::tell::{Of, ROOM, Side, Teller, Told};
use super::words::Lens;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Condition;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What two versions decide otherwise, exactly.
#[derive(Debug)]
pub struct Difference {
    /// Of both versions: the conditions are in its words.
    pub space: Space,
    /// How many points there are, and at how many of them the behavior changed.
    pub points: Points,
    pub changed: Points,
    /// They have no point in common, and together they are all points that changed. What nobody meant comes first, and of each the largest.
    pub regions: Vec<Changed>,
    /// The positions of what was meant to change and did not: it covers no point.
    pub idle: Vec<usize>,
    /// Gives at a point which region it is in, from 1; 0 where nothing changed.
    index: Node,
}

/// Points whose behavior changed in one way.
#[derive(Debug, Clone)]
pub struct Changed {
    /// In the words of the space, whoever decided.
    pub when: Condition,
    /// Where that is plainer: what tells it from the rest of what `before` decided, or of what `after` decides now.
    pub of: Option<Of>,
    /// Where its own condition is long and this is shorter: a condition that of all points at which this behavior became that one holds at these only. An
    /// author may declare the region by it.
    pub declared: Option<Condition>,
    pub set: Node,
    pub points: Points,
    /// Behaviors by their ids: what is called otherwise is another behavior.
    pub from: Arc<str>,
    pub to: Arc<str>,
    /// The clause of the base that decided, and the one of the head; `None` is the default.
    pub before: Option<ClauseIx>,
    pub after: Option<ClauseIx>,
    /// Whether an author said that this would change.
    pub meant: bool,
    /// Whether nothing but the name of a category changed here that still answers to the old one, so that no case can feel
    /// it. That is known once the edits behind the region are.
    pub unfelt: bool,
}

impl Changed {
    /// Whether it changed, nobody meant it to, and a case can feel it.
    pub fn is_collateral(&self) -> bool {
        !self.meant && !self.unfelt
    }
}

impl Difference {
    /// `base` and `head` are read as [`Space::common`] says: each knows its own words only.
    pub fn of(base: &Policy, head: &Policy) -> Result<Self, TooLarge> {
        Difference::with_intent(base, head, &[])
    }

    /// As [`Difference::of`], with what was meant told from the rest: no region is partly one and partly the other. `meant` are
    /// in the order in which they were declared.
    pub fn with_intent(base: &Policy, head: &Policy, meant: &[MeantChange]) -> Result<Self, TooLarge> {
        Difference::told(base, head, meant, MOST_COVERED, 0)
    }

    /// As [`Difference::with_intent`], in the fewest and plainest words that are found, which takes a little longer: where one
    /// clause took over from another is one region, told by what tells it from the rest of what one of them decides.
    pub fn plainly(base: &Policy, head: &Policy, meant: &[MeantChange]) -> Result<Self, TooLarge> {
        // What has no room for plainer words may still have room for those that are found at once.
        Difference::told(base, head, meant, MOST_COVERED, ROOM)
            .or_else(|TooLarge| Difference::told(base, head, meant, MOST_COVERED, 0))
    }

    /// What is of more nodes than `covered` is said by the clauses that decide there. So many nodes more than are needed may be
    /// made for plainer words.
    pub(super) fn told(
        base: &Policy,
        head: &Policy,
        meant: &[MeantChange],
        covered: usize,
        room: usize,
    ) -> Result<Self, TooLarge> {
        let mut space = if meant.is_empty() {
            Space::common(base, head)?
        } else {
            let conditions: Vec<Condition> = meant.iter().map(|change| change.when.clone()).collect();
            let said = saying(&common_words(base, head)?, &conditions);
            Space::sharing(Some(base), head, &[&said], Detail::Tests)?
        };
        let mut ids: Vec<Arc<str>> = Vec::new();
        let policies = [base, head];
        let is_plain = policies.map(|policy| Lens::new(&space.words, policy).is_plain(&space.words));
        let [base, head] = [base, head].map(|policy| {
            let lens = Lens::new(&space.words, policy);
            let rules = rules(&mut space, &lens);
            Version::new(policy, rules, &mut ids)
        });
        let doubtful = doubtful(&mut space, &base, &head);
        let sides = [&base, &head].map(|side| (side, side.function(&mut space, doubtful)));
        let behaviors = sides.map(|(side, function)| {
            let codes: Vec<u32> = std::iter::once(0).chain(side.does.iter().map(|does| *does as u32 + 1)).collect();
            space.diagrams.recode(function, &codes)
        });
        let changed = space.differing(behaviors[0], behaviors[1]);
        let said = meant;
        let meant = space.meant(said, changed, behaviors, &mut ids);
        let idle = space.idle(said, changed, behaviors, &mut ids, meant);
        let [before, after] = sides.map(|(_, function)| space.keep(function, changed));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let joined = space.diagrams.join(before, after, &mut |before, after| {
            if before == 0 || after == 0 {
                return 0;
            }
            *known.entry((before, after)).or_insert_with(|| {
                pairs.push((before, after));
                pairs.len() as u32
            })
        });
        let mut teller = Teller {
            sides: [(&base, policies[0]), (&head, policies[1])],
            is_plain,
            covered,
            room: if room == 0 { 0 } else { (space.nodes() + room).min(MOST_NODES / 4 * 3) },
            decided: FxHashMap::default(),
        };
        // With each region the pair that it is all of, where it is.
        let mut found: Vec<(Changed, Option<u32>)> = Vec::new();
        for (pair, set) in space.split(joined) {
            if pair == 0 {
                continue;
            }
            let (before, after) = pairs[pair as usize - 1];
            let (from, to) = (ids[base.behavior(before)].clone(), ids[head.behavior(after)].clone());
            let parts = [(space.minus(set, meant), false), (space.and(set, meant), true)];
            let deciders = [base.decider(before), head.decider(after)];
            for (part, meant) in parts.into_iter().filter(|(part, _)| *part != EMPTY) {
                for Told { when, set, points, of, spelled } in
                    teller.tell(&mut space, [before, after], part, part == set)
                {
                    let (from, to) = (from.clone(), to.clone());
                    let [before, after] = deciders;
                    let declared = None;
                    let region =
                        Changed { when, of, declared, set, points, from, to, before, after, meant, unfelt: false };
                    found.push((region, spelled.then_some(pair)));
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| a.meant.cmp(&b.meant).then(b.points.cmp(&a.points)));
        // Which region a point is in: for whole pairs it is known who decides there, the others are put together.
        let mut number_of: FxHashMap<u32, u32> = FxHashMap::default();
        let mut functions = Vec::new();
        for ((region, whole), number) in found.iter().zip(1..) {
            match whole {
                Some(pair) => {
                    number_of.insert(*pair, number);
                }
                None => functions.push(space.diagrams.answering(region.set, number)),
            }
        }
        functions.push(space.diagrams.map(joined, &mut |pair| number_of.get(&pair).copied().unwrap_or(0)));
        let index = space.diagrams.first_of(&functions);
        let mut regions: Vec<Changed> = found.into_iter().map(|(region, _)| region).collect();
        for region in &mut regions {
            let Some(plainer) = plainer(&mut space, region, policies, is_plain) else { continue };
            let (from, to) = (Some(region.from.clone()), Some(region.to.clone()));
            let change = MeantChange { from, to, when: plainer };
            if space.meant(std::slice::from_ref(&change), changed, behaviors, &mut ids) == region.set {
                region.declared = Some(change.when);
            }
        }
        space.check()?;
        let (points, changed) = (space.size(), space.count(changed));
        Ok(Difference { space, points, changed, regions, idle, index })
    }

    /// Whether both versions decide everything alike. Proven: there is no point at which they do not.
    pub fn is_equivalent(&self) -> bool {
        self.regions.is_empty()
    }

    /// How many points changed that nobody meant to change, but for those where no case can feel it.
    pub fn collateral(&self) -> Points {
        self.regions.iter().filter(|region| region.is_collateral()).map(|region| &region.points).sum()
    }

    /// The position of the region that a point is in.
    pub fn region_at(&self, point: &crate::decide::Situation) -> Option<usize> {
        (self.space.at(self.index, point) as usize).checked_sub(1)
    }
}

/// A region is declared by its own condition if that is no longer than so many letters: who reads it sees all that it allows.
const MOST_EXACT: usize = 300;

/// What a region may be declared by in place of its own long condition: where the clause applies of whose decisions it is told, and
/// what tells it from the rest of them. What clauses before that one take away is not said.
fn plainer(space: &mut Space, region: &Changed, policies: [&Policy; 2], is_plain: [bool; 2]) -> Option<Condition> {
    let of = region.of.as_ref()?;
    let exact = space.letters(&region.when);
    if exact <= MOST_EXACT {
        return None;
    }
    let (side, decider) = match of.side {
        Side::Before => (0, region.before),
        Side::After => (1, region.after),
    };
    let applies = decider.map_or_else(Condition::always, |clause| policies[side].clause(clause).when.clone());
    if !is_plain[side] || !applies.is_understood() {
        return None;
    }
    let plainer = space.tidy(Condition::All(vec![applies, of.when.clone()]));
    (space.letters(&plainer) < exact).then_some(plainer)
}

/// One version in the common space. Who decides is the position of its rule from 1, the default the one after the last.
pub(super) struct Version {
    pub rules: Vec<Rule>,
    /// What each rule does, the default last: the position of the behavior's id among those of both sides.
    does: Vec<usize>,
}

impl Version {
    fn new(policy: &Policy, rules: Vec<Rule>, ids: &mut Vec<Arc<str>>) -> Self {
        let behaviors = rules.iter().map(|rule| rule.behavior).chain([policy.manifest.default]);
        let position = |behavior| {
            let id = policy.manifest.behaviors.id(behavior);
            ids.iter().position(|known| known == id).unwrap_or_else(|| {
                ids.push(id.clone());
                ids.len() - 1
            })
        };
        let does = behaviors.map(position).collect();
        Version { rules, does }
    }

    /// Who decides at the points of a set; 0 elsewhere.
    fn function(&self, space: &mut Space, within: Node) -> Node {
        let mut functions = Vec::new();
        for (rule, answer) in self.rules.iter().zip(1..) {
            let applies = space.and(rule.applies, within);
            if applies != EMPTY {
                functions.push(space.diagrams.answering(applies, answer));
            }
        }
        functions.push(space.diagrams.answering(within, self.rules.len() as u32 + 1));
        space.diagrams.first_of(&functions)
    }

    fn behavior(&self, answer: u32) -> usize {
        self.does[answer as usize - 1]
    }

    fn decider(&self, answer: u32) -> Option<ClauseIx> {
        self.rules.get(answer as usize - 1).map(|rule| rule.clause)
    }
}

/// The points at which the sides may do different things: elsewhere the same rules apply to both, in the same order. Few edits
/// leave little in doubt, and only that is compiled.
fn doubtful(space: &mut Space, base: &Version, head: &Version) -> Node {
    if base.does.last() != head.does.last() {
        return space.domain();
    }
    let mut doubtful = EMPTY;
    let (mut b, mut h) = (0, 0);
    for (until_b, until_h) in in_step(base, head).into_iter().chain([(base.rules.len(), head.rules.len())]) {
        let (one, other) = (b..until_b, h..until_h);
        // Two that stand in one place and do the same differ where only one of them applies.
        let pair_up = one.len() == other.len();
        for at in 0..one.len().max(other.len()) {
            let applies = |side: &Version, at: usize, until: usize| {
                if at < until { side.rules[at].applies } else { EMPTY }
            };
            let (before, after) = (applies(base, b + at, until_b), applies(head, h + at, until_h));
            let set = if pair_up && base.does[b + at] == head.does[h + at] {
                let (more, fewer) = (space.minus(after, before), space.minus(before, after));
                space.or(more, fewer)
            } else {
                space.or(before, after)
            };
            doubtful = space.or(doubtful, set);
        }
        (b, h) = (until_b + 1, until_h + 1);
    }
    let domain = space.domain();
    space.and(doubtful, domain)
}

/// Pairs of rules that apply at the same points and do the same, as many as stand in the same order on both sides: the
/// longest rising sequence of their positions (Fredman 1975).
fn in_step(base: &Version, head: &Version) -> Vec<(usize, usize)> {
    /// A rule by where it applies and what it does, and which it is of those that are alike.
    fn keys(side: &Version) -> Vec<(Node, usize, usize)> {
        let mut met: FxHashMap<(Node, usize), usize> = FxHashMap::default();
        let key = |(rule, &does): (&Rule, &usize)| {
            let count = met.entry((rule.applies, does)).or_default();
            *count += 1;
            (rule.applies, does, *count)
        };
        side.rules.iter().zip(&side.does).map(key).collect()
    }
    let at_base: FxHashMap<_, usize> = keys(base).into_iter().zip(0..).collect();
    let pairs: Vec<(usize, usize)> =
        keys(head).iter().zip(0..).filter_map(|(key, h)| Some((*at_base.get(key)?, h))).collect();
    // By length: the pair with the smallest base position that ends a sequence of that length, and what comes before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (b, _)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].0 < *b);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let last = ends.last().copied();
    let mut steps: Vec<_> = std::iter::successors(last, |&at| before[at]).map(|at| pairs[at]).collect();
    steps.reverse();
    steps
}
