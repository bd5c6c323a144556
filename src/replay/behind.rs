//! Which edits are behind a region of changed decisions: proven by deciding all of its points again without them.
//!
//! Every edit that can decide is taken back alone, and all points that changed are decided anew: exactly, as sets. Where
//! something is left that no edit explains alone, the fewest that do so together are searched for at a single point
//! ([`Causes`]), and what they bring back is again computed for all of what is left.

use super::cause::{Causes, How, as_one};
use crate::analyze::space::{Changed, Detail, Difference, EMPTY, Node, Points, Space, TooLarge, saying};
use crate::analyze::structure::{Change, ChangeKind, Subject, Undo};
use crate::decide::{Cancelled, Watch};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::condition::Condition;

/// The edits behind one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// Those that bring back the most first.
    pub edits: Vec<Edit>,
    /// `Each`: any one of those that bring all of the region back does so alone. `Together`: they do it together.
    /// `Parts`: each brings back a part.
    pub how: How,
}

/// Notes at which regions nothing but the name of a category changed that still answers to the old one. `behind` is what lies
/// behind each of them.
///
/// No case can feel that: under the old name it is decided as before, and the new one was no word of the version before.
pub fn note_unfelt(difference: &mut Difference, behind: &[Behind], changes: &[Change], head: &Policy) {
    for (region, behind) in difference.regions.iter_mut().zip(behind) {
        let renamings = behind.renamings(&region.points, changes);
        region.unfelt = !renamings.is_empty() && renamings.iter().all(|&at| still_answers(&changes[at], head));
    }
}

/// Whether a category is called otherwise, and the old name still means it.
pub fn still_answers(change: &Change, head: &Policy) -> bool {
    let (Subject::Category(_), ChangeKind::Renamed { from, to }) = (&change.subject, &change.kind) else {
        return false;
    };
    let [from, to] = [from, to].map(|word| head.taxonomy.find(word));
    from.is_some() && from == to
}

impl Behind {
    /// The renamings that alone are behind a whole region of so many points, so that nothing but a name changed there; none
    /// where there is more to it.
    pub fn renamings(&self, points: &Points, changes: &[Change]) -> Vec<usize> {
        let is_name = |edit: &Edit| {
            changes.get(edit.change).is_some_and(|change| matches!(change.kind, ChangeKind::Renamed { .. }))
        };
        let named = || self.edits.iter().filter(|edit| is_name(edit));
        match self.how {
            How::Each => named().find(|edit| edit.points == *points).map(|edit| edit.change).into_iter().collect(),
            How::Together if self.edits.iter().all(is_name) => named().map(|edit| edit.change).collect(),
            _ => Vec::new(),
        }
    }
}

/// An edit that is responsible for a region or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its position among the changes.
    pub change: usize,
    /// At how many points of the region the base's behavior is back once it is taken back, with those that it did it
    /// together with. 0 where it only touches what decided.
    pub points: Points,
}

/// So many edits are tried alone.
const MOST_TRIED: usize = 300;

/// So often, in one difference, edits are searched for that did it together.
const MOST_SEARCHED: usize = 100;

/// For every region of the difference the edits behind it. `changes` are those that
/// [`compare`](crate::analyze::structure::compare) gives for the two versions.
pub fn behind(
    difference: &Difference,
    base: &Policy,
    head: &Policy,
    changes: &[Change],
    watch: &dyn Watch,
) -> Result<Vec<Behind>, Cancelled> {
    let versions = Versions { base, head, changes, undo: Undo::new(base, head) };
    let trials = versions.trials(watch)?;
    let mut rest = match versions.alone(&difference.regions, &trials, watch)? {
        Ok(rest) => rest,
        // Where there is no room for all that would have to be told apart, single points lead on.
        Err(TooLarge) => difference.regions.iter().map(|region| untouched(difference, region)).collect(),
    };
    let mut causes = Causes::new(base, head, changes);
    let mut searched = 0;
    for rest in &mut rest {
        while let (true, Some(witness)) = (searched < MOST_SEARCHED, rest.witness.take()) {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            searched += 1;
            if !versions.search(rest, &witness, &mut causes, &difference.space.words) {
                break;
            }
        }
    }
    Ok(difference.regions.iter().zip(rest).map(|(region, rest)| rest.told(&region.points)).collect())
}

/// What is known of one region.
#[derive(Default)]
struct Rest {
    finds: Vec<Find>,
    /// What no find explains, as disjoint conditions.
    left: Vec<Condition>,
    /// A case that lies in what is left.
    witness: Option<Reading>,
    /// Changes that touch what decided, where more was not found out.
    touching: Vec<usize>,
}

/// Changes that, taken back in one go, bring points back.
struct Find {
    changes: Vec<usize>,
    points: Points,
}

fn untouched(difference: &Difference, region: &Changed) -> Rest {
    let space = &difference.space;
    let witness = space.plainest(region.set).map(|point| space.reading(&point));
    Rest { left: vec![region.when.clone()], witness, ..Rest::default() }
}

impl Rest {
    fn told(self, region: &Points) -> Behind {
        let whole: Vec<&Find> = self.finds.iter().filter(|find| find.points == *region).collect();
        let how = match whole[..] {
            [] if !self.finds.is_empty() && self.left.is_empty() => How::Parts,
            [] => How::Touching,
            [one] if one.changes.len() > 1 => How::Together,
            _ => How::Each,
        };
        let mut edits: Vec<Edit> = Vec::new();
        let found = self.finds.iter().flat_map(|find| find.changes.iter().map(|&change| (change, find.points.clone())));
        let touching = self.touching.into_iter().map(|change| (change, Points::ZERO));
        for (change, points) in found.chain(touching) {
            match edits.iter_mut().find(|edit| edit.change == change) {
                Some(known) => known.points = points.max(std::mem::take(&mut known.points)),
                None => edits.push(Edit { change, points }),
            }
        }
        edits.sort_by(|a, b| b.points.cmp(&a.points).then(a.change.cmp(&b.change)));
        Behind { edits, how }
    }
}

struct Versions<'p> {
    base: &'p Policy,
    head: &'p Policy,
    changes: &'p [Change],
    undo: Undo<'p>,
}

/// The head without some changes.
struct Trial {
    changes: Vec<usize>,
    policy: Policy,
}

impl Versions<'_> {
    /// The head without each change that decides, those of one condition in one go.
    fn trials(&self, watch: &dyn Watch) -> Result<Vec<Trial>, Cancelled> {
        let mut trials: Vec<Trial> = Vec::new();
        for at in (0..self.changes.len()).filter(|&at| self.changes[at].decides) {
            if trials.len() == MOST_TRIED || trials.iter().any(|trial| trial.changes.contains(&at)) {
                continue;
            }
            if watch.cancelled() {
                return Err(Cancelled);
            }
            trials.extend(self.trial(&[at]));
        }
        Ok(trials)
    }

    /// `None` where they cannot be taken back.
    fn trial(&self, at: &[usize]) -> Option<Trial> {
        let together = as_one(self.changes, at);
        let is_one = |&at: &usize| together.iter().any(|one| std::ptr::eq(*one, &self.changes[at]));
        let changes = (0..self.changes.len()).filter(|at| self.changes[*at].decides).filter(is_one).collect();
        Some(Trial { changes, policy: self.undo.without(&together)? })
    }

    /// What each change explains alone.
    fn alone(
        &self,
        regions: &[Changed],
        trials: &[Trial],
        watch: &dyn Watch,
    ) -> Result<Result<Vec<Rest>, TooLarge>, Cancelled> {
        let policies: Vec<&Policy> = trials.iter().map(|trial| &trial.policy).collect();
        let mut space = match Space::sharing(Some(self.base), self.head, &policies, Detail::Tests) {
            Ok(space) => space,
            Err(too_large) => return Ok(Err(too_large)),
        };
        let sets: Vec<Node> = regions.iter().map(|region| space.set_of(&region.when)).collect();
        let changed = sets.iter().fold(EMPTY, |all, &set| space.or(all, set));
        let mut ids = Vec::new();
        let before = space.rulings(self.base, changed, &mut ids);
        let mut rest: Vec<Rest> = regions.iter().map(|_| Rest::default()).collect();
        let mut left = sets.clone();
        for trial in trials {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            if self.is_idle(&mut space, trial, changed) {
                continue;
            }
            let without = space.rulings(&trial.policy, changed, &mut ids);
            let differing = space.differing(before, without);
            let restored = space.minus(changed, differing);
            for (at, &set) in sets.iter().enumerate() {
                let here = space.and(set, restored);
                if here != EMPTY {
                    left[at] = space.minus(left[at], here);
                    rest[at].finds.push(Find { changes: trial.changes.clone(), points: space.count(here) });
                }
            }
        }
        for (rest, &left) in rest.iter_mut().zip(&left) {
            rest.leave(&mut space, left);
        }
        Ok(space.check().map(|()| rest))
    }

    /// Whether the head decides these points the same without the changes: they are of one clause, and it applies to none
    /// of the points with or without them.
    fn is_idle(&self, space: &mut Space, trial: &Trial, points: Node) -> bool {
        let mut clauses = trial.changes.iter().map(|&at| &self.changes[at].subject);
        let Some(Subject::Clause(id)) = clauses.next() else { return false };
        let mut applies = |policy: &Policy| {
            policy.find_clause(id).is_some_and(|ix| {
                let set = space.applies(policy, &policy.clause(ix).when);
                space.and(set, points) != EMPTY
            })
        };
        !applies(self.head) && !applies(&trial.policy)
    }

    /// Looks for the fewest changes behind a case that no change explains alone, and for all else that they explain. Whether
    /// to look on.
    fn search(&self, rest: &mut Rest, witness: &Reading, causes: &mut Causes<'_>, words: &Policy) -> bool {
        let cause = causes.of(witness);
        let sets: Vec<Vec<usize>> = match cause.how {
            How::Each => cause.changes.iter().map(|&at| vec![at]).collect(),
            How::Together | How::Parts => vec![cause.changes.clone()],
            How::Touching => Vec::new(),
        };
        let trials: Vec<Trial> = sets.iter().filter_map(|set| self.trial(set)).collect();
        let found = !trials.is_empty() && self.explain(rest, &trials, words).unwrap_or(false);
        if !found {
            rest.touching.extend(cause.changes);
        }
        found
    }

    /// What each of the trials brings back of what is left. Whether any does.
    fn explain(&self, rest: &mut Rest, trials: &[Trial], words: &Policy) -> Result<bool, TooLarge> {
        let left = saying(words, &rest.left);
        let policies: Vec<&Policy> = trials.iter().map(|trial| &trial.policy).chain([&left]).collect();
        let mut space = Space::sharing(Some(self.base), self.head, &policies, Detail::Tests)?;
        let mut whole = EMPTY;
        for when in &rest.left {
            let set = space.set_of(when);
            whole = space.or(whole, set);
        }
        let mut ids = Vec::new();
        let before = space.rulings(self.base, whole, &mut ids);
        let mut left = whole;
        let mut finds = Vec::new();
        for trial in trials {
            let without = space.rulings(&trial.policy, whole, &mut ids);
            let differing = space.differing(before, without);
            let restored = space.minus(whole, differing);
            left = space.minus(left, restored);
            finds.push(Find { changes: trial.changes.clone(), points: space.count(restored) });
        }
        space.check()?;
        finds.retain(|find| find.points != Points::ZERO);
        let found = !finds.is_empty();
        rest.finds.extend(finds);
        if found {
            rest.leave(&mut space, left);
        }
        Ok(found)
    }
}

impl Rest {
    /// Notes what is still to be explained.
    fn leave(&mut self, space: &mut Space, left: Node) {
        self.left = space.cover(left).into_iter().map(|region| region.when).collect();
        self.witness = space.plainest(left).map(|point| space.reading(&point));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::space::tests::{points, read};
    use crate::analyze::structure::compare;
    use crate::analyze::structure::tests::{Texts, random, texts};
    use crate::decide::Unwatched;
    use crate::decide::explain::rule;
    use proptest::prelude::*;

    /// What is said to be behind each region: how, and each edit with its points.
    fn check(head: &Texts, expected: &[(How, &[(&str, u32)])]) {
        let (base, head) = (texts().policy(), head.policy());
        let changes = compare(&base, &head);
        let difference = Difference::of(&base, &head).unwrap();
        let behind = behind(&difference, &base, &head, &changes, &Unwatched).unwrap();
        let said: Vec<(How, Vec<(String, Points)>)> = behind
            .iter()
            .map(|one| {
                let edits = one.edits.iter().map(|edit| (changes[edit.change].sentence(), edit.points.clone()));
                (one.how, edits.collect())
            })
            .collect();
        let expected: Vec<(How, Vec<(String, Points)>)> = expected
            .iter()
            .map(|(how, edits)| (*how, edits.iter().map(|(edit, n)| ((*edit).to_owned(), Points::from(*n))).collect()))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn each_region_has_its_own_edit() {
        let head = texts().edit(">= medium", ">= high").edit("{category: fraud}", "{category: guns}");
        let (raised, moved) =
            ("clause `bio-uplift`: severity ≥ medium → ≥ high", "clause `scams`: category is fraud → is guns");
        check(
            &head,
            &[
                (How::Each, &[(moved, 864)]),
                (How::Each, &[(moved, 864)]),
                (How::Each, &[(moved, 360)]),
                (How::Each, &[(moved, 360)]),
                (How::Each, &[(raised, 120)]),
                (How::Each, &[(raised, 48)]),
                (How::Each, &[(raised, 48)]),
            ],
        );
    }

    /// Whether nothing but names changed in each region, after edits of the test's policy that change some decision.
    fn check_names(edits: &[(&str, &str)], expected: &[bool]) {
        let head = edits.iter().fold(texts(), |texts, (from, to)| texts.edit(from, to)).policy();
        let base = texts().policy();
        let changes = compare(&base, &head);
        let difference = Difference::plainly(&base, &head, &[]).unwrap();
        let found = behind(&difference, &base, &head, &changes, &Unwatched).unwrap();
        let named = |(region, behind): (&Changed, &Behind)| !behind.renamings(&region.points, &changes).is_empty();
        let mut named: Vec<bool> = difference.regions.iter().zip(&found).map(named).collect();
        named.dedup();
        assert_eq!(named, expected, "{edits:?}");
    }

    #[test]
    fn a_name_that_changed_is_told_from_a_decision_that_did() {
        let declined = [
            ("safe.}, refuse]", "safe.}, decline]"),
            ("{not: benign}}\n    then: refuse", "{not: benign}}\n    then: decline"),
            ("{minor: true}\n    then: refuse", "{minor: true}\n    then: decline"),
            ("{category: fraud}\n    then: refuse", "{category: fraud}\n    then: decline"),
        ];
        check_names(&declined, &[true]);
        check_names(&[("- id: bio\n", "- id: bio-agents\n"), ("{category: bio,", "{category: bio-agents,")], &[true]);
        check_names(&[("[low, medium, high]", "[low, middling, high]"), (">= medium", ">= middling")], &[true]);
        check_names(&[(">= medium", ">= high")], &[false]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Held to plain enumeration: every point of every region is decided again without each change.
        #[test]
        fn edits_bring_back_exactly_what_is_said((base, head) in (random::policy(), random::policy())) {
            let changes = compare(&base, &head);
            let difference = Difference::of(&base, &head).unwrap();
            let found = behind(&difference, &base, &head, &changes, &Unwatched).unwrap();
            prop_assert_eq!(found.len(), difference.regions.len());
            let versions = Versions { base: &base, head: &head, changes: &changes, undo: Undo::new(&base, &head) };
            let all = points(&difference.space.words);
            let done = |policy: &Policy, point: &_| {
                let behavior = rule(policy, &read(&difference.space, policy, point)).behavior;
                policy.manifest.behaviors.id(behavior).clone()
            };
            for (at, (region, behind)) in difference.regions.iter().zip(&found).enumerate() {
                let within: Vec<_> = all.iter().filter(|point| difference.region_at(point) == Some(at)).collect();
                prop_assert!(
                    behind.how != How::Touching && !behind.edits.is_empty(),
                    "{behind:?} of {:?}",
                    changes.iter().map(Change::sentence).collect::<Vec<_>>()
                );
                let mut explained = 0;
                let mut alone = false;
                for at in (0..changes.len()).filter(|&at| changes[at].decides) {
                    let Some(trial) = versions.trial(&[at]) else { continue };
                    let back = within.iter().filter(|point| done(&trial.policy, point) == region.from).count();
                    explained = explained.max(back);
                    alone |= back == within.len();
                    let said = behind.edits.iter().find(|edit| edit.change == at).map(|edit| edit.points.clone());
                    prop_assert!(
                        back == 0 || said >= Some(Points::from(back)),
                        "{back} by {} of {:?}: {said:?}, {behind:?}",
                        changes[at].sentence(),
                        changes.iter().map(Change::sentence).collect::<Vec<_>>(),
                    );
                    if behind.how == How::Each {
                        prop_assert_eq!(said.unwrap_or_default(), Points::from(back));
                    }
                }
                prop_assert_eq!(behind.how == How::Each || behind.how == How::Together && alone, alone);
                let most = behind.edits.iter().map(|edit| &edit.points).max();
                prop_assert_eq!(behind.how == How::Parts, most < Some(&region.points));
            }
        }
    }
}
