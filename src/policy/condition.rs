//! Conditions: when a clause applies. Three-valued, after Kleene.
//!
//! A test on something unknown is neither true nor false, and neither is its negation; only a condition that
//! is true makes its clause apply. So `intent: {not: benign}` and `not: {intent: benign}` mean the same, and
//! neither applies to a case of unknown intent, unless the test lists `unknown`.

use super::facet::{FacetIx, FacetValue, ValueIx};
use super::place::Route;
use super::taxonomy::{CategoryIx, Taxonomy};

/// Kleene's three values, ordered so that `min` is *and*, `max` is *or*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::True } else { Truth::False }
    }
}

/// A tree of tests, resolved against the policy. An absent `when` is `All([])`, which always holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
}

impl Condition {
    pub fn always() -> Self {
        Condition::All(Vec::new())
    }

    /// Every test in it, in the order of the text.
    pub fn tests(&self) -> Vec<&Test> {
        fn walk<'a>(condition: &'a Condition, tests: &mut Vec<&'a Test>) {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| walk(part, tests)),
                Condition::Not(inner) => walk(inner, tests),
                Condition::Test(test) => tests.push(test),
            }
        }
        let mut tests = Vec::new();
        walk(self, &mut tests);
        tests
    }
}

impl Condition {
    /// Whether every word of it could be read.
    pub fn is_understood(&self) -> bool {
        self.tests().iter().all(|test| test.predicate.is_understood())
    }
}

impl Predicate {
    /// Whether every word of it could be read.
    pub fn is_understood(&self) -> bool {
        match self {
            Predicate::AnyOf(list) | Predicate::AllOf(list) | Predicate::NoneOf(list) => {
                !list.contains(&Operand::Unresolved)
            }
            Predicate::Not(inner) => inner.is_understood(),
        }
    }
}

/// What a test looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    Category,
    Severity,
    Target,
    Facet(FacetIx),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub subject: Subject,
    pub predicate: Predicate,
    /// Of the test's value within its document, such as `clauses[3].when.severity`.
    pub route: Route,
}

/// What a test asks of its subject's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// A scalar, or a list of them: any one is enough. On a set facet: has any of them.
    AnyOf(Vec<Operand>),
    /// `{all: […]}` on a set facet: has every one of them.
    AllOf(Vec<Operand>),
    /// `{none: […]}` on a set facet: has not one of them.
    NoneOf(Vec<Operand>),
    /// `{not: …}`
    Not(Box<Predicate>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// This category or anything under it.
    Category(CategoryIx),
    /// `category: none`
    NoCategory,
    /// A severity, a target (0 request, 1 response) or a facet's value.
    Value(ValueIx),
    /// `">= high"` and its kin, on a severity or an ordinal facet.
    Compare(Comparison, ValueIx),
    /// `unknown`
    Unknown,
    /// Something that could not be read: reported then, and never true; nor is its negation.
    Unresolved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    AtLeast,
    Above,
    AtMost,
    Below,
}

impl Comparison {
    /// Longer signs first, so that `>=` is not read as `>`.
    pub const ALL: [Comparison; 4] = [Comparison::AtLeast, Comparison::AtMost, Comparison::Above, Comparison::Below];

    /// As written in a policy: `>=`.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::AtLeast => ">=",
            Comparison::Above => ">",
            Comparison::AtMost => "<=",
            Comparison::Below => "<",
        }
    }

    /// As shown to people: `≥`.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::AtLeast => "≥",
            Comparison::Above => ">",
            Comparison::AtMost => "≤",
            Comparison::Below => "<",
        }
    }

    pub fn holds(self, value: ValueIx, bound: ValueIx) -> bool {
        match self {
            Comparison::AtLeast => value >= bound,
            Comparison::Above => value > bound,
            Comparison::AtMost => value <= bound,
            Comparison::Below => value < bound,
        }
    }
}

/// The value a test meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Met {
    /// `None` is the case without harms; a category is never unknown.
    Category(Option<CategoryIx>),
    /// A severity, target or facet value; `None` is unknown.
    Value(Option<FacetValue>),
}

impl Predicate {
    /// Whether the predicate is true of what it meets.
    pub fn eval(&self, met: Met, taxonomy: &Taxonomy) -> Truth {
        let any_of = |operands: &[Operand]| {
            let nothing_listed = if met == Met::Value(None) { Truth::Unknown } else { Truth::False };
            operands.iter().map(|operand| operand.eval(met, taxonomy)).max().unwrap_or(nothing_listed)
        };
        match self {
            Predicate::AnyOf(operands) => any_of(operands),
            Predicate::NoneOf(operands) => !any_of(operands),
            // Where nothing is known of the set, listing `unknown` among the values is enough.
            Predicate::AllOf(operands) if met == Met::Value(None) => any_of(operands),
            Predicate::AllOf(operands) => {
                let values = operands.iter().filter(|operand| **operand != Operand::Unknown);
                values.map(|operand| operand.eval(met, taxonomy)).min().unwrap_or(Truth::True)
            }
            Predicate::Not(inner) => !inner.eval(met, taxonomy),
        }
    }
}

impl Operand {
    fn eval(&self, met: Met, taxonomy: &Taxonomy) -> Truth {
        match (*self, met) {
            (Operand::Unresolved, _) => Truth::Unknown,
            (Operand::Unknown, Met::Value(value)) => value.is_none().into(),
            (_, Met::Value(None)) => Truth::Unknown,
            (Operand::Category(node), Met::Category(category)) => {
                category.is_some_and(|category| taxonomy.is_within(category, node)).into()
            }
            (Operand::NoCategory, Met::Category(category)) => category.is_none().into(),
            (Operand::Value(wanted), Met::Value(Some(FacetValue::One(value)))) => (value == wanted).into(),
            (Operand::Value(wanted), Met::Value(Some(FacetValue::Set(bits)))) => {
                (bits.checked_shr(u32::from(wanted.0)).unwrap_or(0) & 1 == 1).into()
            }
            (Operand::Compare(comparison, bound), Met::Value(Some(FacetValue::One(value)))) => {
                comparison.holds(value, bound).into()
            }
            // A reader never pairs these; if it did, nothing would be claimed.
            _ => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operand::{Unknown as Listed, Value};
    use Truth::{False, True, Unknown};

    const A: Operand = Value(ValueIx(0));
    const B: Operand = Value(ValueIx(1));

    fn one(value: u16) -> Met {
        Met::Value(Some(FacetValue::One(ValueIx(value))))
    }

    fn set(bits: u64) -> Met {
        Met::Value(Some(FacetValue::Set(bits)))
    }

    fn check(predicate: &Predicate, met: Met, expected: Truth) {
        assert_eq!(predicate.eval(met, &Taxonomy::default()), expected, "{predicate:?} on {met:?}");
    }

    #[test]
    fn nothing_is_true_of_the_unknown_unless_it_lists_it() {
        let not = |predicate| Predicate::Not(Box::new(predicate));
        for (predicate, on_unknown) in [
            (Predicate::AnyOf(vec![A]), Unknown),
            (not(Predicate::AnyOf(vec![A])), Unknown),
            (Predicate::AnyOf(vec![A, Listed]), True),
            (not(Predicate::AnyOf(vec![A, Listed])), False),
            (Predicate::AnyOf(vec![Operand::Compare(Comparison::AtLeast, ValueIx(0))]), Unknown),
            (Predicate::NoneOf(vec![A]), Unknown),
            (Predicate::NoneOf(vec![A, Listed]), False),
            (Predicate::AllOf(vec![A]), Unknown),
            (Predicate::AllOf(vec![A, Listed]), True),
            (Predicate::AllOf(vec![]), Unknown),
        ] {
            check(&predicate, Met::Value(None), on_unknown);
        }
    }

    #[test]
    fn scalars_and_lists() {
        check(&Predicate::AnyOf(vec![A]), one(0), True);
        check(&Predicate::AnyOf(vec![A]), one(1), False);
        check(&Predicate::AnyOf(vec![A, B]), one(1), True);
        check(&Predicate::Not(Box::new(Predicate::AnyOf(vec![A]))), one(1), True);
        check(&Predicate::AnyOf(vec![Operand::Compare(Comparison::AtLeast, ValueIx(2))]), one(1), False);
        check(&Predicate::AnyOf(vec![Operand::Compare(Comparison::Above, ValueIx(0))]), one(1), True);
        check(&Predicate::AnyOf(vec![Operand::Unresolved]), one(1), Unknown);
        check(&Predicate::AnyOf(vec![Operand::Unresolved, B]), one(1), True);
    }

    #[test]
    fn sets() {
        check(&Predicate::AnyOf(vec![A, B]), set(0b10), True);
        check(&Predicate::AnyOf(vec![A]), set(0b10), False);
        check(&Predicate::AllOf(vec![A, B]), set(0b10), False);
        check(&Predicate::AllOf(vec![A, B, Listed]), set(0b11), True);
        check(&Predicate::NoneOf(vec![A]), set(0), True);
        check(&Predicate::NoneOf(vec![A]), set(0b11), False);
        check(&Predicate::AnyOf(vec![Value(ValueIx(64))]), set(u64::MAX), False);
    }
}
