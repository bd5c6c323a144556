//! The difference of two versions as decisions: every point whose behavior changed, and no other.

use super::TooLarge;
use super::again::saying;
use super::diagram::Node;
use super::intent::{MeantChange, common_words};
use super::layout::{Detail, Points, Space};
use super::regions::Regions;
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
    /// They have no point in common, and together they are all points that changed. What nobody meant comes first, and of
    /// each the largest.
    pub regions: Vec<Changed>,
    /// Gives at a point which region it is in, from 1; 0 where nothing changed.
    index: Node,
}

/// Points whose behavior changed in one way.
#[derive(Debug, Clone)]
pub struct Changed {
    pub when: Condition,
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
}

impl Difference {
    /// `base` and `head` are read as [`Space::common`] says: each knows its own words only.
    pub fn of(base: &Policy, head: &Policy) -> Result<Self, TooLarge> {
        Difference::with_intent(base, head, &[])
    }

    /// As [`Difference::of`], with what was meant told from the rest: no region is partly one and partly the other. `meant` are
    /// in the order in which they were declared.
    pub fn with_intent(base: &Policy, head: &Policy, meant: &[MeantChange]) -> Result<Self, TooLarge> {
        let conditions: Vec<Condition> = meant.iter().map(|change| change.when.clone()).collect();
        let said = saying(&common_words(base, head)?, &conditions);
        let others: &[&Policy] = if meant.is_empty() { &[] } else { &[&said] };
        let mut space = Space::sharing(Some(base), head, others, Detail::Tests)?;
        let sides = [Regions::compile(&mut space, base)?, Regions::compile(&mut space, head)?];
        let mut ids: Vec<Arc<str>> = Vec::new();
        let behaviors = sides.each_ref().map(|side| space.behaviors(side, &mut ids));
        let changed = space.differing(behaviors[0], behaviors[1]);
        let meant = space.meant(meant, changed, behaviors, &mut ids);
        let sides_changed = sides.each_ref().map(|side| space.keep(side.function, changed));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let joined = space.diagrams.join(sides_changed[0], sides_changed[1], &mut |before, after| {
            if before == 0 || after == 0 {
                return 0;
            }
            *known.entry((before, after)).or_insert_with(|| {
                pairs.push((before, after));
                pairs.len() as u32
            })
        });
        let mut regions = Vec::new();
        for (pair, set) in space.split(joined) {
            if pair == 0 {
                continue;
            }
            let (before, after) = pairs[pair as usize - 1];
            let (before, after) = (sides[0].decider(before), sides[1].decider(after));
            let behavior =
                |side: &Regions<'_>, decider| side.policy().manifest.behaviors.id(side.behavior(decider)).clone();
            let (from, to) = (behavior(&sides[0], before), behavior(&sides[1], after));
            let parts = [(space.minus(set, meant), false), (space.and(set, meant), true)];
            for (part, meant) in parts {
                regions.extend(space.cover(part).into_iter().map(|region| Changed {
                    when: region.when,
                    set: region.set,
                    points: region.points,
                    from: from.clone(),
                    to: to.clone(),
                    before,
                    after,
                    meant,
                }));
            }
        }
        regions.sort_by(|a, b| a.meant.cmp(&b.meant).then(b.points.cmp(&a.points)));
        let mut index = super::EMPTY;
        for (region, at) in regions.iter().zip(1..) {
            let here = space.diagrams.answering(region.set, at);
            index = space.diagrams.first(index, here);
        }
        space.check()?;
        let (points, changed) = (space.size(), space.count(changed));
        Ok(Difference { space, points, changed, regions, index })
    }

    /// Whether both versions decide everything alike. Proven: there is no point at which they do not.
    pub fn is_equivalent(&self) -> bool {
        self.regions.is_empty()
    }

    /// How many points changed that nobody meant to change.
    pub fn collateral(&self) -> Points {
        self.regions.iter().filter(|region| !region.meant).map(|region| &region.points).sum()
    }

    /// The position of the region that a point is in.
    pub fn region_at(&self, point: &crate::decide::Situation) -> Option<usize> {
        (self.space.at(self.index, point) as usize).checked_sub(1)
    }
}

impl Space {
    /// What is done at every point: the position of the behavior's id in `ids`, from 1. Ids that are missing there are added.
    pub fn behaviors(&mut self, regions: &Regions<'_>, ids: &mut Vec<Arc<str>>) -> Node {
        self.diagrams.map(regions.function, &mut |answer| {
            if answer == 0 {
                return 0;
            }
            let id = regions.policy().manifest.behaviors.id(regions.behavior(regions.decider(answer)));
            let at = ids.iter().position(|known| known == id).unwrap_or_else(|| {
                ids.push(id.clone());
                ids.len() - 1
            });
            at as u32 + 1
        })
    }
}
