//! The dimensions of a space, as levels of diagrams, and how many points there are.

use super::TooLarge;
use super::diagram::{Diagrams, EMPTY, FULL, Node};
use super::words::{self, Lens};
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::clause::Clause;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test, Truth};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use num_bigint::BigUint;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A number of points: exact, however large.
pub type Points = BigUint;

/// How finely a space tells values apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Values that no test of the versions tells apart are one; they count as many.
    Tests,
    /// As [`Detail::Tests`], but severities stand for themselves, and categories under different top categories are apart.
    Gaps,
    /// As [`Detail::Tests`], but categories of different risk tiers are apart.
    Tiers,
    /// Every value stands for itself, so that other conditions over the same words can be compiled too.
    Every,
}

/// The finite product of category, severity, target and facets, `none` and `unknown` included.
///
/// A case without harms has category `none`, and then neither severity nor target; a harm has a target and may have no
/// severity; a facet may be unknown. These are the points, and there are no others.
#[derive(Debug, Clone)]
pub struct Space {
    /// The words of the versions that it is about, as a policy without clauses. Points and conditions are in its terms.
    pub words: Policy,
    /// Whether `>= high` means the same to all versions.
    pub(super) severities_ordered: bool,
    pub(super) levels: Vec<Level>,
    /// The levels of each dimension, in their order: category, severity, target, facets.
    pub(super) dimensions: Vec<(Subject, Range<usize>)>,
    pub(super) diagrams: Diagrams,
    /// All points: what the diagrams hold beyond them means nothing.
    pub(super) domain: Node,
}

/// One question that diagrams ask.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub subject: Subject,
    pub asks: Asks,
    /// How many values each of its classes stands for.
    pub weights: Vec<Points>,
}

#[derive(Debug, Clone)]
pub(super) enum Asks {
    /// Which of these classes of values a subject with one value is in. Values in the terms of the words.
    Class(Vec<Vec<Met>>),
    /// Whether a set is known: 0 no, 1 yes.
    Known,
    /// Whether a set has a value: 0 no, 1 yes. A set that is not known has none.
    Has(ValueIx),
}

impl Space {
    /// The space of one version.
    pub fn of(policy: &Policy) -> Result<Self, TooLarge> {
        Space::new(None, policy, Detail::Tests)
    }

    /// The common space of two versions.
    pub fn common(base: &Policy, head: &Policy) -> Result<Self, TooLarge> {
        Space::new(Some(base), head, Detail::Tests)
    }

    pub fn new(base: Option<&Policy>, head: &Policy, detail: Detail) -> Result<Self, TooLarge> {
        Space::sharing(base, head, &[], detail)
    }

    /// The space of one version or two in which other versions can be compiled as well, whose words are among theirs.
    pub fn sharing(base: Option<&Policy>, head: &Policy, others: &[&Policy], detail: Detail) -> Result<Self, TooLarge> {
        let words = words::common(base, head).ok_or(TooLarge)?;
        let versions = base.into_iter().chain([head]).chain(others.iter().copied());
        let lenses: Vec<Lens<'_>> = versions.map(|policy| Lens::new(&words, policy)).collect();
        let told = Told::new(&lenses, lenses.len() - others.len(), &words, detail);
        let mut levels = Vec::new();
        let mut dimensions = Vec::new();
        let mut facets: Vec<Subject> =
            (0..words.manifest.facets.len() as u16).map(|ix| Subject::Facet(FacetIx(ix))).collect();
        // What is asked the most stands last: there it is asked of the least (measured: a third of the nodes).
        facets.sort_by_key(|facet| told.count(*facet));
        for subject in [Subject::Category, Subject::Severity, Subject::Target].into_iter().chain(facets) {
            let first = levels.len();
            match subject {
                Subject::Facet(ix) if words.manifest.facet(ix).kind == FacetKind::Set => {
                    levels.extend(told.set(ix));
                }
                _ => levels.push(told.classes(subject)),
            }
            dimensions.push((subject, first..levels.len()));
        }
        dimensions.sort_by_key(|(subject, _)| *subject);
        let diagrams = Diagrams::new(levels.iter().map(|level| level.weights.len() as u32).collect());
        let severities_ordered = words::severities_are_ordered(base, head);
        let mut space = Space { words, severities_ordered, levels, dimensions, diagrams, domain: FULL };
        space.domain = space.all_points();
        space.check()?;
        Ok(space)
    }

    /// Fails where there was no room for all that was asked: what was computed then means nothing.
    pub fn check(&self) -> Result<(), TooLarge> {
        if self.diagrams.is_full() { Err(TooLarge) } else { Ok(()) }
    }

    /// How many nodes all functions over the space take together.
    pub fn nodes(&self) -> usize {
        self.diagrams.size()
    }

    /// All points.
    pub fn domain(&self) -> Node {
        self.domain
    }

    fn all_points(&mut self) -> Node {
        let (severity, target) = (self.levels_of(Subject::Severity).start, self.levels_of(Subject::Target).start);
        let [no_severity, no_target] =
            [Subject::Severity, Subject::Target].map(|subject| self.value_of(subject, Met::Value(None)));
        let mut rest = FULL;
        for at in (0..self.levels.len()).rev() {
            if let Asks::Known = self.levels[at].asks {
                let end = self.dimensions.iter().find(|(_, levels)| levels.start == at).map_or(at, |(_, l)| l.end);
                let mut nothing = rest;
                for has in (at + 1..end).rev() {
                    nothing = self.diagrams.branch(has, |_, value| if value == 0 { nothing } else { EMPTY });
                }
                rest = self.diagrams.branch(at, |_, known| if known == 0 { nothing } else { rest });
            }
        }
        let without = self.diagrams.values(target, |value| Some(value) == no_target);
        let without = self.diagrams.and(without, rest);
        let harmless =
            self.diagrams.branch(severity, |_, value| if Some(value) == no_severity { without } else { EMPTY });
        let with = self.diagrams.values(target, |value| Some(value) != no_target);
        let harmful = self.diagrams.and(with, rest);
        let classes = match &self.levels[0].asks {
            Asks::Class(classes) => classes.clone(),
            _ => Vec::new(),
        };
        self.diagrams.branch(0, |_, value| if classes[value] == [Met::Category(None)] { harmless } else { harmful })
    }

    /// The values of a dimension, those together that no test of this one version tells apart. Of a set: the values that no
    /// test asks for.
    pub fn untold(&self, lens: &Lens<'_>, subject: Subject) -> Vec<Vec<Met>> {
        let told = Told::new(std::slice::from_ref(lens), 1, &self.words, Detail::Tests);
        let levels = match subject {
            Subject::Facet(ix) if self.words.manifest.facet(ix).kind == FacetKind::Set => told.set(ix),
            _ => vec![told.classes(subject)],
        };
        if let Asks::Class(classes) = &levels[0].asks {
            return classes.clone();
        }
        let Subject::Facet(ix) = subject else { return Vec::new() };
        let asked = |ix: ValueIx| levels.iter().any(|level| matches!(level.asks, Asks::Has(has) if has == ix));
        let values = (0..self.words.manifest.facet(ix).values.len() as u16).map(ValueIx);
        vec![values.filter(|ix| !asked(*ix)).map(|ix| Met::Value(Some(FacetValue::One(ix)))).collect()]
    }

    /// The levels of a dimension.
    pub(super) fn levels_of(&self, subject: Subject) -> Range<usize> {
        let at = match subject {
            Subject::Category => 0,
            Subject::Severity => 1,
            Subject::Target => 2,
            Subject::Facet(ix) => 3 + usize::from(ix.0),
        };
        self.dimensions[at].1.clone()
    }

    /// How many points there are.
    pub fn size(&self) -> Points {
        self.count(self.domain)
    }

    /// For every answer that a function gives, the points at which it does; by answer.
    pub fn split(&mut self, function: Node) -> Vec<(u32, Node)> {
        self.diagrams.split(function)
    }

    /// The points at which two functions give different answers.
    pub fn differing(&mut self, a: Node, b: Node) -> Node {
        self.diagrams.differing(a, b)
    }

    /// The function on the points of a set, and no answer elsewhere.
    pub fn keep(&mut self, function: Node, set: Node) -> Node {
        self.diagrams.keep(function, set)
    }

    /// What is in both sets.
    pub fn and(&mut self, a: Node, b: Node) -> Node {
        self.diagrams.and(a, b)
    }

    /// Whether there is a point in both sets. Makes no nodes.
    pub fn meet(&self, a: Node, b: Node) -> bool {
        self.diagrams.gives_any(a, b, &[false, true])
    }

    /// What is in either set.
    pub fn or(&mut self, a: Node, b: Node) -> Node {
        self.diagrams.or(a, b)
    }

    /// What is in the first set and not in the second.
    pub fn minus(&mut self, a: Node, b: Node) -> Node {
        self.diagrams.minus(a, b)
    }
}

/// What the tests of some versions tell apart.
struct Told<'l> {
    lenses: &'l [Lens<'l>],
    words: &'l Policy,
    /// The tests of the clauses that can decide, by version.
    tests: Vec<Vec<&'l Test>>,
    detail: Detail,
}

impl<'l> Told<'l> {
    /// The last of the `own` first lenses is that of the head.
    fn new(lenses: &'l [Lens<'l>], own: usize, words: &'l Policy, detail: Detail) -> Self {
        let head = lenses[own - 1].policy;
        let of_head = head.clauses.iter().filter(|clause| clause.then.is_some());
        let known: FxHashMap<&str, &Condition> = of_head.map(|clause| (&*clause.id, &clause.when)).collect();
        let tests = |(at, lens): (usize, &Lens<'l>)| {
            // What another version takes over from the head tells nothing more apart where it reads words as the head does.
            let as_head = at >= own && reads_alike(lens.policy, head);
            let is_new = |clause: &&Clause| !as_head || known.get(&*clause.id).is_none_or(|when| **when != clause.when);
            let deciding = lens.policy.clauses.iter().filter(|clause| clause.then.is_some()).filter(is_new);
            deciding.flat_map(|clause| clause.when.tests()).collect()
        };
        Told { lenses, words, tests: lenses.iter().enumerate().map(tests).collect(), detail }
    }

    /// How many tests there are on a facet of the words.
    fn count(&self, facet: Subject) -> usize {
        let about = |lens: &Lens<'_>, test: &Test| match (test.subject, facet) {
            (Subject::Facet(own), Subject::Facet(word)) => lens.facet(own).word == word,
            _ => false,
        };
        let each = self.lenses.iter().zip(&self.tests);
        each.map(|(lens, tests)| tests.iter().filter(|test| about(lens, test)).count()).sum()
    }

    /// The level of a dimension that has one value at a time.
    fn classes(&self, subject: Subject) -> Level {
        let (values, apart) = self.values(subject);
        let mut classes: Vec<Vec<Met>> = Vec::new();
        let mut class_of: FxHashMap<(Vec<Truth>, Option<u32>), usize> = FxHashMap::default();
        for (at, &value) in values.iter().enumerate() {
            // What has no value at all always stands for itself: the domain tells it apart.
            if at < apart || self.detail == Detail::Every {
                classes.push(vec![value]);
                continue;
            }
            let next = classes.len();
            let class = *class_of.entry((self.answers(subject, value), self.apart(subject, value))).or_insert(next);
            if class == next {
                classes.push(Vec::new());
            }
            classes[class].push(value);
        }
        let weights = classes.iter().map(|class| Points::from(class.len())).collect();
        Level { subject, asks: Asks::Class(classes), weights }
    }

    /// What tells a value apart beside the tests.
    fn apart(&self, subject: Subject, value: Met) -> Option<u32> {
        let taxonomy = &self.words.taxonomy;
        match (self.detail, subject, value) {
            (Detail::Gaps, Subject::Category, Met::Category(Some(ix))) => {
                taxonomy.ancestors(ix).last().map(|top| u32::from(top.0))
            }
            (Detail::Gaps, Subject::Severity, Met::Value(Some(FacetValue::One(ix)))) => Some(u32::from(ix.0)),
            (Detail::Tiers, Subject::Category, Met::Category(Some(ix))) => taxonomy.tier(ix),
            _ => None,
        }
    }

    /// All values of a dimension in the terms of the words, and how many of the first always stand alone.
    fn values(&self, subject: Subject) -> (Vec<Met>, usize) {
        let one = |count: usize| (0..count).map(|ix| Met::Value(Some(FacetValue::One(ValueIx(ix as u16)))));
        let unknown = std::iter::once(Met::Value(None));
        match subject {
            Subject::Category => {
                let taxonomy = &self.words.taxonomy;
                // A category whose id another one has cannot be named.
                let named = taxonomy.iter().filter(|(ix, category)| taxonomy.find(&category.id) == Some(*ix));
                let values = std::iter::once(Met::Category(None)).chain(named.map(|(ix, _)| Met::Category(Some(ix))));
                (values.collect(), 1)
            }
            Subject::Severity => (unknown.chain(one(self.words.manifest.severities.len())).collect(), 1),
            Subject::Target => (unknown.chain(one(Target::ALL.len())).collect(), 1),
            Subject::Facet(ix) => {
                let count = self.words.manifest.facet(ix).values.len();
                let apart = usize::from(self.detail == Detail::Every);
                (unknown.chain(one(count)).collect(), apart)
            }
        }
    }

    /// How every test of every version comes out at a value.
    fn answers(&self, subject: Subject, value: Met) -> Vec<Truth> {
        let mut answers = Vec::new();
        for (lens, tests) in self.lenses.iter().zip(&self.tests) {
            let taxonomy = &lens.policy.taxonomy;
            for test in tests {
                if let Some(met) = read(lens, test.subject, subject, value) {
                    answers.push(test.predicate.eval(met, taxonomy));
                }
            }
        }
        answers
    }

    /// The levels of a set: whether it is known, and each value that some test asks for.
    fn set(&self, facet: FacetIx) -> Vec<Level> {
        let count = self.words.manifest.facet(facet).values.len();
        let mut asked = vec![self.detail == Detail::Every; count];
        for (lens, tests) in self.lenses.iter().zip(&self.tests) {
            let Some(own) = lens.policy.manifest.find_facet(&self.words.manifest.facet(facet).id) else { continue };
            let of_it: Vec<&&Test> = tests.iter().filter(|test| test.subject == Subject::Facet(own)).collect();
            let is_set = lens.policy.manifest.facet(own).kind == FacetKind::Set;
            for (value, here) in lens.facet(own).values.iter().enumerate() {
                // A word that the version does not know makes the whole set unknown to it; where it takes one value,
                // it counts how many there are.
                let matters = !of_it.is_empty() && (!is_set || here.is_none());
                asked[value] |= matters || of_it.iter().any(|test| names(&test.predicate, *here));
            }
        }
        let free = asked.iter().filter(|asked| !**asked).count();
        let one = || Points::from(1_u32);
        let level = |asks, weights| Level { subject: Subject::Facet(facet), asks, weights };
        let has = asked.iter().enumerate().filter(|(_, asked)| **asked);
        let has = has.map(|(value, _)| level(Asks::Has(ValueIx(value as u16)), vec![one(), one()]));
        std::iter::once(level(Asks::Known, vec![one(), one() << free])).chain(has).collect()
    }
}

/// Whether two versions read all words alike.
fn reads_alike(a: &Policy, b: &Policy) -> bool {
    let facets = |policy: &'_ Policy| -> Vec<_> {
        policy.manifest.facets.iter().map(|facet| (facet.id.clone(), facet.kind, facet.values.clone())).collect()
    };
    let categories = |policy: &'_ Policy| -> Vec<_> {
        policy.taxonomy.iter().map(|(_, one)| (one.id.clone(), one.parent, one.aliases.clone())).collect()
    };
    a.manifest.severities == b.manifest.severities && facets(a) == facets(b) && categories(a) == categories(b)
}

/// What a version's test on `own` meets where the dimension `subject` of the words has this value; `None` where the test
/// is about another dimension.
pub(super) fn read(lens: &Lens<'_>, own: Subject, subject: Subject, value: Met) -> Option<Met> {
    let word = match value {
        Met::Value(value) => value,
        Met::Category(_) => None,
    };
    match (own, subject) {
        (Subject::Category, Subject::Category) => match value {
            Met::Category(category) => Some(lens.category(category)),
            unknown => Some(unknown),
        },
        (Subject::Severity, Subject::Severity) => {
            let ix = match word {
                Some(FacetValue::One(ix)) => Some(ix),
                _ => None,
            };
            Some(Met::Value(lens.severity(ix).map(FacetValue::One)))
        }
        (Subject::Target, Subject::Target) => Some(value),
        (Subject::Facet(own), Subject::Facet(facet)) if lens.facet(own).word == facet => {
            Some(Met::Value(lens.facet_value(own, word)))
        }
        _ => None,
    }
}

/// Whether the predicate names this value.
fn names(predicate: &Predicate, value: Option<ValueIx>) -> bool {
    let Some(value) = value else { return false };
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => {
            operands.contains(&Operand::Value(value))
        }
        Predicate::Not(inner) => names(inner, Some(value)),
    }
}

/// What share of the whole a part is, from 0 to 1; 0 of nothing.
pub fn share(part: &Points, whole: &Points) -> f64 {
    /// Beyond so many bits a number does not fit an `f64`.
    const MOST_BITS: u64 = 1000;
    let shift = whole.bits().saturating_sub(MOST_BITS);
    let number = |points: &Points| -> f64 {
        let digits = (points >> shift).to_u64_digits();
        digits.iter().rev().fold(0.0, |number, &digit| number * 2.0_f64.powi(64) + digit as f64)
    };
    let whole = number(whole);
    if whole == 0.0 { 0.0 } else { number(part) / whole }
}

/// `1 point`, `1,234 points`
pub fn points_words(points: &Points) -> String {
    format!("{} {}", thousands(points), if *points == Points::from(1_u32) { "point" } else { "points" })
}

/// `1,234,567`, however long.
pub fn thousands(points: &Points) -> String {
    let digits = points.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
