//! What falls to the default, category by category: each concerns itself only, and what concerns one is small.

use super::diagram::{EMPTY, FULL, Node};
use super::exact::Exact;
use super::layout::Space;
use crate::policy::behavior::BehaviorIx;
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;
use rustc_hash::FxHashSet;

/// Where a policy leaves things to the default, and where clauses are stricter than it.
#[derive(Debug)]
pub struct Open {
    /// Gives [`OPEN`], [`LAX`], or from [`STRICT`] on which stricter behavior.
    done: Node,
    /// [`OPEN`] at every point.
    all: Node,
}

/// The default decides.
const OPEN: u32 = 1;
/// A clause that is not stricter than the default does.
const LAX: u32 = 2;
/// A clause with the first behavior would be stricter.
const STRICT: u32 = 3;

/// The level of categories, and that of severities.
const CATEGORY: usize = 0;
const SEVERITY: usize = 1;

impl Open {
    pub fn of(exact: &mut Exact<'_>) -> Self {
        let default = exact.regions.behavior(None);
        let of_clause = |behavior: BehaviorIx| if behavior > default { STRICT + u32::from(behavior.0) } else { LAX };
        let clauses = exact.regions.ranked.iter().map(|ranked| of_clause(ranked.behavior));
        let codes: Vec<u32> = std::iter::once(0).chain(clauses).chain([OPEN]).collect();
        // Which of the clauses that do the same decides no longer needs to be told apart.
        let done = exact.space.diagrams.recode(exact.regions.function, &codes);
        let all = exact.space.diagrams.answering(exact.space.domain, OPEN);
        Open { done, all }
    }

    /// Whether all that there is of a category is left to the default.
    pub fn is_all(&self, space: &Space, category: CategoryIx) -> bool {
        let Some(class) = space.class_of(category) else { return false };
        let [done, all] = [self.done, self.all].map(|function| space.diagrams.child(function, CATEGORY, class));
        done == all && all != EMPTY
    }

    /// Harm of some categories that is left to the default, where it would be ruled on more strictly if only it were milder.
    pub fn graver(&self, space: &mut Space, categories: &[CategoryIx]) -> Node {
        let severities = space.severities();
        let classes = space.classes_of(categories);
        space.diagrams.branch(CATEGORY, |all, class| {
            let here = all.child(self.done, CATEGORY, class);
            let by_severity: Vec<Node> = severities.iter().map(|at| all.child(here, SEVERITY, *at)).collect();
            // Where there is none, as a rule, nothing need be made to know that.
            if !classes.contains(&class) || !all.falls(by_severity.clone()) {
                return EMPTY;
            }
            let (mut graver, mut strict) = (vec![EMPTY; all.arity(SEVERITY)], EMPTY);
            for (&at, here) in severities.iter().zip(by_severity) {
                graver[at] = all.equal(here, strict, OPEN);
                let strict_here = all.map(here, &mut |answer| u32::from(answer >= STRICT));
                strict = all.or(strict, strict_here);
            }
            all.branch(SEVERITY, |_, at| graver[at])
        })
    }

    /// Harm of the highest severity that is left to the default, and the strictest that is done to it elsewhere, where that
    /// is stricter than the default. Of some categories.
    pub fn gravest(&self, space: &mut Space, categories: &[CategoryIx]) -> Option<(BehaviorIx, Node)> {
        let last = *space.severities().last()?;
        let mut strictest = None;
        let classes = space.classes_of(categories);
        let set = space.diagrams.branch(CATEGORY, |all, class| {
            if !classes.contains(&class) {
                return EMPTY;
            }
            let here = all.child(self.done, CATEGORY, class);
            let here = all.child(here, SEVERITY, last);
            strictest = strictest.max(all.answers(here).last().copied());
            let open = all.equal(here, FULL, OPEN);
            all.branch(SEVERITY, |_, at| if at == last { open } else { EMPTY })
        });
        let strictest = strictest.and_then(|answer| answer.checked_sub(STRICT))?;
        (set != EMPTY).then_some((BehaviorIx(strictest as u8), set))
    }
}

impl Space {
    /// The class of values that a category is in.
    fn class_of(&self, category: CategoryIx) -> Option<usize> {
        self.value_of(Subject::Category, Met::Category(Some(category)))
    }

    fn classes_of(&self, categories: &[CategoryIx]) -> Vec<usize> {
        let mut classes: Vec<usize> = categories.iter().filter_map(|category| self.class_of(*category)).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// The severities, mildest first, as values of their level.
    fn severities(&self) -> Vec<usize> {
        let all = (0..self.words.manifest.severities.len() as u16).map(|ix| Some(FacetValue::One(ValueIx(ix))));
        all.filter_map(|one| self.value_of(Subject::Severity, Met::Value(one))).collect()
    }
}

impl super::diagram::Diagrams {
    /// Whether there is a point at which one of some functions is open and one before it strict. Makes no nodes.
    fn falls(&self, functions: Vec<Node>) -> bool {
        let mut seen: FxHashSet<Vec<Node>> = FxHashSet::default();
        let mut left = vec![functions];
        while let Some(mut functions) = left.pop() {
            functions.dedup();
            // What is nowhere strict is passed over in front, what is nowhere open behind.
            let lax = functions.iter().take_while(|one| one.as_answer().is_some_and(|answer| answer < STRICT)).count();
            functions.drain(..lax);
            while functions.last().is_some_and(|one| one.as_answer().is_some_and(|answer| answer != OPEN)) {
                functions.pop();
            }
            let [first, .., last] = functions[..] else { continue };
            if first.as_answer().is_some() && last.as_answer().is_some() {
                return true;
            }
            if !seen.contains(&functions) {
                let level = functions.iter().filter_map(|one| self.level(*one)).min().unwrap_or(0);
                for value in 0..self.arity(level) {
                    left.push(functions.iter().map(|one| self.child(*one, level, value)).collect());
                }
                seen.insert(functions);
            }
        }
        false
    }
}
