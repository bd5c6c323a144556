//! Where a reading lies in the decision space, and how far two readings lie apart, in numbers and in words.
//!
//! The distance counts what differs. Of the harms, the two that are nearest to each other are compared:
//!
//! | differs | counts |
//! | --- | --- |
//! | category | 2 a step up or down the tree, at most 8; 8 where they share no root, or where one case has no harm |
//! | severity | 2 a level, at most 6; 1 where one is unknown |
//! | target | 2 |
//! | each facet | 2 for another value; of an ordinal 2 a level, at most 4; of a set 1 a value that only one has, at most 4; 1 where one is unknown |
//! | each harm that only one case has beyond these | 2, at most 4 together |
//!
//! Nearness is 6 / (6 + distance): 1 for the same point, ¾ where one value differs, ½ at three.

use crate::decide::situation::{facets, target};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;

/// Everything that a reading found, in a policy's terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// Sorted, each once.
    pub harms: Vec<HarmPoint>,
    /// One per facet of the manifest; `None` is unknown.
    pub facets: Vec<Option<Value>>,
}

/// One harm in a policy's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HarmPoint {
    /// `None` where the policy does not know the category.
    pub category: Option<CategoryIx>,
    pub severity: Option<ValueIx>,
    pub target: ValueIx,
}

/// A facet's value, ordered so that points can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    One(ValueIx),
    /// Bit `i` stands for value `i`.
    Set(u64),
}

/// What is the same in two points, and what is not, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// `category`, `severity`, `target`, `facets`.
    pub same: Vec<String>,
    pub differs: Vec<Difference>,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `category`, `severity`, `target`, `further harms`, or the facet's id.
    pub what: String,
    /// In the case that was asked about.
    pub here: String,
    /// In the precedent.
    pub there: String,
}

const A_STEP: u32 = 2;
const FARTHEST_CATEGORY: u32 = 8;
const FARTHEST_SEVERITY: u32 = 6;
const FARTHEST_FACET: u32 = 4;
const FARTHEST_FURTHER: u32 = 4;
const UNKNOWN_ON_ONE_SIDE: u32 = 1;
/// The distance that halves the nearness.
const HALF: f32 = 6.0;

impl Point {
    pub fn of(policy: &Policy, reading: &Reading) -> Point {
        let harm = |harm: &crate::policy::case::Harm| HarmPoint {
            category: policy.taxonomy.find(&harm.category),
            severity: harm.severity.as_deref().and_then(|word| policy.manifest.find_severity(word)),
            target: target(harm.target),
        };
        let mut harms: Vec<HarmPoint> = reading.harms.iter().map(harm).collect();
        harms.sort_unstable();
        harms.dedup();
        let value = |value: FacetValue| match value {
            FacetValue::One(ix) => Value::One(ix),
            FacetValue::Set(bits) => Value::Set(bits),
        };
        Point { harms, facets: facets(policy, reading).into_iter().map(|facet| facet.map(value)).collect() }
    }

    /// Whether the policy knows every category of it: else nothing can be said to be ruled at the same point.
    pub fn is_known(&self) -> bool {
        self.harms.iter().all(|harm| harm.category.is_some())
    }
}

/// Measures distances from one point.
#[derive(Debug)]
pub struct Measure<'p> {
    policy: &'p Policy,
    from: Point,
    /// For each harm of the point: what each category of the policy counts.
    categories: Vec<Vec<u32>>,
    /// Per facet.
    kinds: Vec<FacetKind>,
}

impl<'p> Measure<'p> {
    pub fn new(policy: &'p Policy, from: Point) -> Measure<'p> {
        let categories = from.harms.iter().map(|harm| category_counts(policy, harm.category)).collect();
        let kinds = policy.manifest.facets.iter().map(|facet| facet.kind).collect();
        Measure { policy, from, categories, kinds }
    }

    /// 0 for the same point.
    pub fn distance(&self, to: &Point) -> u32 {
        let facets = self.from.facets.iter().zip(&to.facets).zip(&self.kinds);
        let facets: u32 = facets.map(|((&a, &b), &kind)| facet_distance(kind, a, b)).sum();
        let (pair, harms) = self.nearest_harms(to);
        harms + self.further(to, pair) + facets
    }

    /// 1 for the same point, towards 0 with the distance.
    pub fn nearness(&self, to: &Point) -> f32 {
        nearness(self.distance(to))
    }

    /// The positions of the two harms nearest to each other, and how far apart they are.
    fn nearest_harms(&self, to: &Point) -> (Option<(usize, usize)>, u32) {
        if self.from.harms.is_empty() || to.harms.is_empty() {
            let both_empty = self.from.harms.is_empty() && to.harms.is_empty();
            return (None, if both_empty { 0 } else { FARTHEST_CATEGORY });
        }
        let mut nearest = (None, u32::MAX);
        for (i, (here, counts)) in self.from.harms.iter().zip(&self.categories).enumerate() {
            for (j, there) in to.harms.iter().enumerate() {
                let category = there.category.map_or(FARTHEST_CATEGORY, |ix| counts[usize::from(ix.0)]);
                let apart = category
                    + levels_apart(here.severity, there.severity, FARTHEST_SEVERITY)
                    + if here.target == there.target { 0 } else { A_STEP };
                if apart < nearest.1 {
                    nearest = (Some((i, j)), apart);
                }
            }
        }
        nearest
    }

    /// What the harms count that only one of the points has, beside the pair that was compared.
    fn further(&self, to: &Point, pair: Option<(usize, usize)>) -> u32 {
        (A_STEP * self.further_harms(to, pair) as u32).min(FARTHEST_FURTHER)
    }

    fn further_harms(&self, to: &Point, pair: Option<(usize, usize)>) -> usize {
        let Some((i, j)) = pair else { return 0 };
        let beside = |harms: &[HarmPoint], at: usize, others: &[HarmPoint], other: usize| {
            let shared = |harm: &HarmPoint| others.iter().enumerate().any(|(k, o)| k != other && o == harm);
            harms.iter().enumerate().filter(|(k, harm)| *k != at && !shared(harm)).count()
        };
        beside(&self.from.harms, i, &to.harms, j) + beside(&to.harms, j, &self.from.harms, i)
    }

    /// What is the same, and what differs.
    pub fn compare(&self, to: &Point) -> Compared {
        let policy = self.policy;
        let mut compared = Compared::default();
        let mut put = |what: &str, here: String, there: String, same: bool| {
            if same {
                compared.same.push(what.to_owned());
            } else {
                compared.differs.push(Difference { what: what.to_owned(), here, there });
            }
        };
        let (pair, _) = self.nearest_harms(to);
        let category = |harm: Option<&HarmPoint>| match harm {
            None => words::met(policy, Subject::Category, Met::Category(None)),
            Some(HarmPoint { category: None, .. }) => "a category that is gone".to_owned(),
            Some(harm) => words::met(policy, Subject::Category, Met::Category(harm.category)),
        };
        let one = |subject, value: Option<ValueIx>| words::met(policy, subject, Met::Value(value.map(FacetValue::One)));
        let (here, there) = match pair {
            Some((i, j)) => (Some(&self.from.harms[i]), Some(&to.harms[j])),
            None => (self.from.harms.first(), to.harms.first()),
        };
        let known = here.is_none_or(|harm| harm.category.is_some());
        let same = known && here.map(|harm| harm.category) == there.map(|harm| harm.category);
        put("category", category(here), category(there), same);
        if let (Some(here), Some(there)) = (here, there) {
            let [a, b] = [here, there].map(|harm| one(Subject::Severity, harm.severity));
            put("severity", a, b, here.severity == there.severity);
            if here.target != there.target {
                let [a, b] = [here, there].map(|harm| one(Subject::Target, Some(harm.target)));
                put("target", a, b, false);
            }
        }
        let mut all_same = true;
        for (at, (here, there)) in self.from.facets.iter().zip(&to.facets).enumerate() {
            if here != there {
                all_same = false;
                let subject = Subject::Facet(FacetIx(at as u16));
                let [a, b] = [here, there].map(|value| words::met(policy, subject, Met::Value(value.map(facet_value))));
                put(&words::subject(policy, subject), a, b, false);
            }
        }
        if all_same && !self.from.facets.is_empty() {
            put("facets", String::new(), String::new(), true);
        }
        if self.further_harms(to, pair) > 0 {
            let names = |point: &Point, at: Option<usize>| {
                let others = point.harms.iter().enumerate().filter(|(k, _)| Some(*k) != at);
                let names: Vec<String> = others.map(|(_, harm)| category(Some(harm))).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            };
            put("further harms", names(&self.from, pair.map(|p| p.0)), names(to, pair.map(|p| p.1)), false);
        }
        compared
    }
}

/// Of a distance.
pub fn nearness(distance: u32) -> f32 {
    HALF / (HALF + distance as f32)
}

impl Compared {
    /// `same category and severity; differs in intent (benign, there malicious)`
    pub fn words(&self) -> String {
        if self.differs.is_empty() {
            return format!("same {}: the same point", and(&self.same));
        }
        let differs: Vec<String> =
            self.differs.iter().map(|one| format!("{} ({}, there {})", one.what, one.here, one.there)).collect();
        let differs = format!("differs in {}", and(&differs));
        if self.same.is_empty() { differs } else { format!("same {}; {differs}", and(&self.same)) }
    }
}

/// `a, b and c`
fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn facet_value(value: Value) -> FacetValue {
    match value {
        Value::One(ix) => FacetValue::One(ix),
        Value::Set(bits) => FacetValue::Set(bits),
    }
}

fn facet_distance(kind: FacetKind, here: Option<Value>, there: Option<Value>) -> u32 {
    match (here, there) {
        (None, None) => 0,
        (None, _) | (_, None) => UNKNOWN_ON_ONE_SIDE,
        (Some(Value::Set(a)), Some(Value::Set(b))) => (a ^ b).count_ones().min(FARTHEST_FACET),
        (Some(Value::One(a)), Some(Value::One(b))) if kind == FacetKind::Ordinal => {
            levels_apart(Some(a), Some(b), FARTHEST_FACET)
        }
        (a, b) => {
            if a == b {
                0
            } else {
                A_STEP
            }
        }
    }
}

fn levels_apart(a: Option<ValueIx>, b: Option<ValueIx>, most: u32) -> u32 {
    match (a, b) {
        (Some(a), Some(b)) => (A_STEP * u32::from(a.0.abs_diff(b.0))).min(most),
        (None, None) => 0,
        _ => UNKNOWN_ON_ONE_SIDE,
    }
}

/// What each category of the policy counts, seen from one of them.
fn category_counts(policy: &Policy, from: Option<CategoryIx>) -> Vec<u32> {
    let taxonomy = &policy.taxonomy;
    let mut counts = vec![FARTHEST_CATEGORY; taxonomy.len()];
    let Some(from) = from else { return counts };
    // Each ancestor offers its subtree a way by itself; the lowest common one, met first, offers the shortest.
    for (up, ancestor) in taxonomy.ancestors(from).enumerate() {
        for ix in taxonomy.subtree(ancestor) {
            let down = u32::from(taxonomy.get(CategoryIx(ix)).depth - taxonomy.get(ancestor).depth);
            let count = (A_STEP * (up as u32 + down)).min(FARTHEST_CATEGORY);
            counts[usize::from(ix)] = counts[usize::from(ix)].min(count);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::testing::{policy, reading};
    use super::*;
    use proptest::prelude::*;

    fn point(words: &str) -> Point {
        Point::of(&policy(), &reading(words))
    }

    fn check(here: &str, there: &str, distance: u32, words: &str) {
        let policy = policy();
        let measure = Measure::new(&policy, point(here));
        assert_eq!(measure.distance(&point(there)), distance, "{here} | {there}");
        assert_eq!(measure.compare(&point(there)).words(), words);
        assert_eq!(Measure::new(&policy, point(there)).distance(&point(here)), distance, "the other way round");
    }

    #[test]
    fn what_differs_is_counted_and_told() {
        check("weapons high", "weapons high", 0, "same category, severity and facets: the same point");
        check("old-arms high", "weapons high", 0, "same category, severity and facets: the same point");
        check(
            "weapons high intent=benign",
            "weapons high intent=malicious",
            2,
            "same category and severity; differs in intent (benign, there malicious)",
        );
        check(
            "bio high",
            "weapons low",
            2 + 4,
            "same facets; differs in category (bio, there weapons) and severity (high, there low)",
        );
        check("bio high", "chem high", 4, "same severity and facets; differs in category (bio, there chem)");
        check("bio high", "scams high", 8, "same severity and facets; differs in category (bio, there scams)");
        check("bio high", "", 8, "same facets; differs in category (bio, there none)");
        check("", "", 0, "same category and facets: the same point");
        check("bio", "bio high", 1, "same category and facets; differs in severity (unknown, there high)");
        check(
            "bio high intent=benign context=legal,fiction",
            "bio high/response context=fiction",
            2 + 1 + 1,
            "same category and severity; differs in target (request, there response), intent (benign, there unknown) \
             and context (fiction, legal, there fiction)",
        );
        check(
            "bio high autonomy=chat",
            "bio high autonomy=unattended",
            4,
            "same category and severity; differs in autonomy (chat, there unattended)",
        );
    }

    #[test]
    fn of_several_harms_the_nearest_are_compared() {
        check(
            "bio high; scams low",
            "scams low",
            2,
            "same category, severity and facets; differs in further harms (bio, there none)",
        );
        check("bio high; scams low", "scams low; bio high", 0, "same category, severity and facets: the same point");
        assert!(!point("no-such-category").is_known());
        let gone = point("no-such-category");
        let policy = policy();
        assert_eq!(Measure::new(&policy, gone.clone()).distance(&gone), 8);
    }

    fn any_reading() -> impl Strategy<Value = String> {
        let harm = (
            prop::sample::select(vec!["weapons", "bio", "chem", "scams", "gone"]),
            prop::sample::select(vec!["", " low", " high", " critical", " high/response"]),
        )
            .prop_map(|(category, rest)| format!("{category}{rest}"));
        let facets =
            prop::sample::select(vec!["", " intent=benign", " intent=unclear", " context=legal", " autonomy=chat"]);
        (prop::collection::vec(harm, 0..3), facets).prop_map(|(harms, facets)| format!("{}{facets}", harms.join("; ")))
    }

    proptest! {
        #[test]
        fn distance_is_even_handed_and_zero_only_at_the_same_point(a in any_reading(), b in any_reading()) {
            let policy = policy();
            let (here, there) = (point(&a), point(&b));
            let one = Measure::new(&policy, here.clone()).distance(&there);
            let other = Measure::new(&policy, there.clone()).distance(&here);
            prop_assert_eq!(one, other);
            if here.is_known() && there.is_known() {
                prop_assert_eq!(one == 0, here == there);
                let measure = Measure::new(&policy, here);
                prop_assert_eq!(measure.compare(&there).differs.is_empty(), one == 0);
            }
        }
    }
}
