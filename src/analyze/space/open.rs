//! What falls to the default, category by category: each concerns itself only, and what concerns one is small.

use super::diagram::{EMPTY, FULL, Node};
use super::exact::Exact;
use super::layout::Space;
use crate::policy::behavior::BehaviorIx;
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a policy leaves things to the default, and where clauses are stricter than it.
#[derive(Debug)]
pub struct Open {
    /// Gives [`OPEN`], [`LAX`], or from [`STRICT`] on which stricter behavior.
    done: Node,
    /// [`OPEN`] at every point.
    all: Node,
    /// Where the default decides.
    open: Node,
    /// What is known of a category, by what is done there.
    known: FxHashMap<Node, Hole>,
}

/// What is left to the default of one category. Two that are equal are open alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    pub what: What,
    /// Where the default decides, and of that what speaks against it: over the levels after that of categories.
    pub open: Node,
    pub against: Node,
}

/// What speaks against leaving it open, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// No clause rules on anything of it.
    All,
    /// Harm that is ruled on more strictly where it is milder, all else equal.
    Graver,
    /// Some of the gravest harm, which is ruled on more strictly elsewhere; most strictly so.
    Gravest(BehaviorIx),
    /// Some of it, and nothing that is done elsewhere is stricter.
    Lax,
    /// Harm that is not the mildest; or any, where the default itself is not.
    Other,
    /// Harm of the mildest severity or of none that is known, to which the mildest behavior is done.
    Mildest,
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
        let open = exact.space.diagrams.recode(done, &[0, 1]);
        Open { done, all, open, known: FxHashMap::default() }
    }

    /// What is left to the default of a category; `None` where nothing is, or where the category cannot be named.
    pub fn hole(&mut self, space: &mut Space, default: BehaviorIx, category: CategoryIx) -> Option<Hole> {
        let class = space.class_of(category)?;
        let [done, all, open] =
            [self.done, self.all, self.open].map(|function| space.diagrams.child(function, CATEGORY, class));
        if open == EMPTY {
            return None;
        }
        if let Some(known) = self.known.get(&done) {
            return Some(*known);
        }
        let severities = space.severities();
        let all_of_it = (done == all).then_some((What::All, open));
        let graver =
            || Some(graver(space, done, &severities)).filter(|set| *set != EMPTY).map(|set| (What::Graver, set));
        let found = all_of_it.or_else(graver);
        let found = found.or_else(|| gravest(space, done, &severities).map(|(most, set)| (What::Gravest(most), set)));
        let is_lax = || space.diagrams.answers(done).last().is_none_or(|most| *most < STRICT);
        let found = found.or_else(|| is_lax().then_some((What::Lax, open)));
        let (what, against) = found.unwrap_or_else(|| {
            let mut graver = severities.iter().skip(1).map(|at| space.diagrams.child(open, SEVERITY, *at));
            let is_mildest = default == BehaviorIx(0) && severities.len() > 1 && graver.all(|set| set == EMPTY);
            (if is_mildest { What::Mildest } else { What::Other }, open)
        });
        let hole = Hole { what, open, against };
        self.known.insert(done, hole);
        Some(hole)
    }
}

/// Harm that is left to the default, where it would be ruled on more strictly if only it were milder: of what is done in
/// one category.
fn graver(space: &mut Space, done: Node, severities: &[usize]) -> Node {
    let all = &mut space.diagrams;
    let by_severity: Vec<Node> = severities.iter().map(|at| all.child(done, SEVERITY, *at)).collect();
    // Where there is none, as a rule, nothing need be made to know that.
    if !all.falls(by_severity.clone()) {
        return EMPTY;
    }
    let (mut graver, mut strict) = (vec![EMPTY; all.arity(SEVERITY)], EMPTY);
    for (&at, here) in severities.iter().zip(by_severity) {
        graver[at] = all.equal(here, strict, OPEN);
        let strict_here = all.map(here, &mut |answer| u32::from(answer >= STRICT));
        strict = all.or(strict, strict_here);
    }
    all.branch(SEVERITY, |_, at| graver[at])
}

/// Harm of the highest severity that is left to the default, and the strictest that is done to it elsewhere, where that is
/// stricter than the default: of what is done in one category.
fn gravest(space: &mut Space, done: Node, severities: &[usize]) -> Option<(BehaviorIx, Node)> {
    let last = *severities.last()?;
    let all = &mut space.diagrams;
    let here = all.child(done, SEVERITY, last);
    let strictest = all.answers(here).last().copied().and_then(|answer| answer.checked_sub(STRICT))?;
    let open = all.equal(here, FULL, OPEN);
    let set = all.branch(SEVERITY, |_, at| if at == last { open } else { EMPTY });
    (set != EMPTY).then_some((BehaviorIx(strictest as u8), set))
}

impl Space {
    /// The class of values that a category is in; `None` where it cannot be named.
    pub fn class_of(&self, category: CategoryIx) -> Option<usize> {
        self.value_of(Subject::Category, Met::Category(Some(category)))
    }

    /// The points of some categories at which a function over the levels after theirs is [`FULL`].
    pub fn of_categories(&mut self, categories: &[CategoryIx], set: Node) -> Node {
        let mut is_it = vec![false; self.diagrams.arity(CATEGORY)];
        categories.iter().filter_map(|category| self.class_of(*category)).for_each(|class| is_it[class] = true);
        self.diagrams.branch(CATEGORY, |_, class| if is_it[class] { set } else { EMPTY })
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
