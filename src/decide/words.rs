//! Conditions in plain words: "severity ≥ high", "intent is not benign", "category is bio-weapons or below".

use super::situation::Situation;
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::place::Step;
use crate::policy::taxonomy::{CategoryIx, NO_CATEGORY, UNKNOWN};

/// The whole condition, such as `category is weapons or below and (intent is malicious or minor is true)`.
pub fn condition(policy: &Policy, condition: &Condition) -> String {
    match condition {
        Condition::All(parts) if parts.is_empty() => "always".into(),
        Condition::Any(parts) if parts.is_empty() => "never".into(),
        Condition::All(parts) => join(policy, parts, " and "),
        Condition::Any(parts) => join(policy, parts, " or "),
        Condition::Not(inner) => format!("not {}", part(policy, inner, true)),
        Condition::Test(one) => test(policy, one),
    }
}

/// One test, such as `severity ≥ high`.
pub fn test(policy: &Policy, test: &Test) -> String {
    if let Some(facet) = strange_facet(test) {
        return format!("{facet} is a facet that the policy does not know");
    }
    let subject = subject(policy, test.subject);
    let mut negated = false;
    let mut predicate = &test.predicate;
    while let Predicate::Not(inner) = predicate {
        negated = !negated;
        predicate = inner;
    }
    let is_set = is_set(policy, test.subject);
    let words = |operands: &[Operand]| {
        let words: Vec<String> = operands.iter().map(|&one| operand(policy, test.subject, one)).collect();
        words.join(", ")
    };
    match predicate {
        Predicate::AnyOf(one) if !is_set && one.len() == 1 && !negated => match one[0] {
            Operand::Compare(..) => format!("{subject} {}", words(one)),
            _ => format!("{subject} is {}", words(one)),
        },
        Predicate::AnyOf(one) if !is_set && one.len() == 1 => format!("{subject} is not {}", words(one)),
        Predicate::AnyOf(one) if is_set && one[..] == [Operand::Unknown] => {
            format!("{subject} {} unknown", if negated { "is not" } else { "is" })
        }
        Predicate::AnyOf(many) if is_set && many.len() == 1 => {
            format!("{subject} {} {}", if negated { "does not have" } else { "has" }, words(many))
        }
        Predicate::AnyOf(many) if is_set => {
            format!("{subject} has {} of {}", if negated { "none" } else { "any" }, words(many))
        }
        Predicate::AnyOf(many) => {
            format!("{subject} is {} of {}", if negated { "none" } else { "any" }, words(many))
        }
        Predicate::AllOf(many) => {
            format!("{subject} {} all of {}", if negated { "does not have" } else { "has" }, words(many))
        }
        Predicate::NoneOf(many) => {
            let verb = if is_set { "has" } else { "is" };
            format!("{subject} {verb} {} of {}", if negated { "any" } else { "none" }, words(many))
        }
        Predicate::Not(_) => subject,
    }
}

/// What a test looks at: `category`, `severity`, `target`, or the facet's id.
pub fn subject(policy: &Policy, subject: Subject) -> String {
    match subject {
        Subject::Category => "category".into(),
        Subject::Severity => "severity".into(),
        Subject::Target => "target".into(),
        Subject::Facet(ix) => policy.manifest.facets.get(usize::from(ix.0)).map_or("?".into(), |f| f.id.to_string()),
    }
}

/// A value that a test met, such as `benign`, `fiction, research`, `none` or `unknown`.
pub fn met(policy: &Policy, subject: Subject, met: Met) -> String {
    match met {
        Met::Category(None) => NO_CATEGORY.into(),
        Met::Category(Some(ix)) => category(policy, ix),
        Met::Value(None) => UNKNOWN.into(),
        Met::Value(Some(FacetValue::One(ix))) => value(policy, subject, ix),
        Met::Value(Some(FacetValue::Set(0))) => "nothing".into(),
        Met::Value(Some(FacetValue::Set(bits))) => {
            let set = (0..64).filter(|bit| bits >> bit & 1 == 1);
            set.map(|bit| value(policy, subject, ValueIx(bit))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A situation as a reading: what a gold label of a case there would say.
pub fn reading(policy: &Policy, point: &Situation) -> Reading {
    let mut reading = Reading::default();
    if let Met::Category(Some(category)) = point.category {
        let severity = point.severity.map(|ix| policy.manifest.severities[usize::from(ix.0)].to_string());
        let target = if point.target == Some(ValueIx(1)) { Target::Response } else { Target::Request };
        reading.harms.push(Harm { category: policy.taxonomy.get(category).id.to_string(), severity, target });
    }
    for (facet, value) in policy.manifest.facets.iter().zip(&point.facets) {
        let word = match value {
            None => continue,
            Some(FacetValue::One(ix)) => FacetWord::One(facet.value(*ix).to_string()),
            Some(FacetValue::Set(bits)) if facet.kind == FacetKind::Set => {
                let chosen = facet.values.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                FacetWord::Many(chosen.map(|(_, value)| value.to_string()).collect())
            }
            Some(FacetValue::Set(_)) => continue,
        };
        reading.facets.insert(facet.id.to_string(), word);
    }
    reading
}

fn operand(policy: &Policy, subject: Subject, operand: Operand) -> String {
    match operand {
        Operand::Category(ix) => {
            let leaf = policy.taxonomy.iter().nth(usize::from(ix.0)).is_none_or(|(_, c)| c.end.0 == ix.0 + 1);
            if leaf { category(policy, ix) } else { format!("{} or below", category(policy, ix)) }
        }
        Operand::NoCategory => NO_CATEGORY.into(),
        Operand::Value(ix) => value(policy, subject, ix),
        Operand::Compare(comparison, ix) => format!("{} {}", comparison.symbol(), value(policy, subject, ix)),
        Operand::Unknown => UNKNOWN.into(),
        Operand::Unresolved => match subject {
            Subject::Facet(_) => "a value that the policy does not know".into(),
            _ => "one that the policy does not know".into(),
        },
    }
}

/// The name of the facet that a test asks for and that the policy does not have: a reader keeps it as a test on no category, at
/// the key where it stood.
pub(super) fn strange_facet(test: &Test) -> Option<&str> {
    let unread = test.subject == Subject::Category
        && matches!(&test.predicate, Predicate::AnyOf(operands) if operands[..] == [Operand::Unresolved]);
    let key = test.route.0.iter().rev().find_map(|step| match step {
        Step::Key(key) if !["not", "any", "all", "none"].contains(&&**key) => Some(&**key),
        _ => None,
    });
    key.filter(|key| unread && !["category", "when", "clauses"].contains(key))
}

fn category(policy: &Policy, ix: CategoryIx) -> String {
    policy.taxonomy.iter().nth(usize::from(ix.0)).map_or("?".into(), |(_, category)| category.id.to_string())
}

fn value(policy: &Policy, subject: Subject, ix: ValueIx) -> String {
    let at = usize::from(ix.0);
    let word = match subject {
        Subject::Category => None,
        Subject::Severity => policy.manifest.severities.get(at).map(ToString::to_string),
        Subject::Target => Target::ALL.get(at).map(|target| target.word().to_owned()),
        Subject::Facet(facet) => {
            let facet = policy.manifest.facets.get(usize::from(facet.0));
            facet.and_then(|facet| facet.values.get(at)).map(ToString::to_string)
        }
    };
    word.unwrap_or_else(|| "?".into())
}

fn is_set(policy: &Policy, subject: Subject) -> bool {
    let Subject::Facet(facet) = subject else { return false };
    policy.manifest.facets.get(usize::from(facet.0)).is_some_and(|facet| facet.kind == FacetKind::Set)
}

fn join(policy: &Policy, parts: &[Condition], between: &str) -> String {
    let nested = parts.len() > 1;
    parts.iter().map(|one| part(policy, one, nested)).collect::<Vec<_>>().join(between)
}

fn part(policy: &Policy, inner: &Condition, nested: bool) -> String {
    let words = condition(policy, inner);
    let several = matches!(inner, Condition::All(parts) | Condition::Any(parts) if parts.len() > 1);
    let denied = matches!(inner, Condition::Not(_) | Condition::Test(_));
    if nested && several && !denied { format!("({words})") } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::sample;
    use crate::policy::condition::Comparison;
    use crate::policy::facet::FacetIx;
    use crate::policy::place::Route;

    fn check(subject: Subject, predicate: Predicate, expected: &str) {
        let test = Test { subject, predicate, route: Route::root() };
        assert_eq!(super::test(&sample::policy(), &test), expected);
    }

    fn any(values: &[u16]) -> Predicate {
        Predicate::AnyOf(values.iter().map(|&v| Operand::Value(ValueIx(v))).collect())
    }

    const INTENT: Subject = Subject::Facet(FacetIx(0));
    const CONTEXT: Subject = Subject::Facet(FacetIx(3));

    #[test]
    fn tests_read_like_sentences() {
        let high = Operand::Compare(Comparison::AtLeast, ValueIx(2));
        check(Subject::Severity, Predicate::AnyOf(vec![high]), "severity ≥ high");
        check(INTENT, any(&[0]), "intent is benign");
        check(INTENT, Predicate::Not(any(&[0]).into()), "intent is not benign");
        check(INTENT, any(&[0, 1]), "intent is any of benign, unclear");
        check(INTENT, Predicate::Not(any(&[0, 1]).into()), "intent is none of benign, unclear");
        check(Subject::Target, any(&[1]), "target is response");
        check(Subject::Category, Predicate::AnyOf(vec![Operand::NoCategory]), "category is none");
        let weapons = Operand::Category(CategoryIx(0));
        check(Subject::Category, Predicate::AnyOf(vec![weapons]), "category is weapons or below");
        check(Subject::Category, Predicate::AnyOf(vec![Operand::Category(CategoryIx(1))]), "category is bio");
    }

    #[test]
    fn what_the_policy_does_not_have_is_said_by_its_kind() {
        let unknown = || Predicate::AnyOf(vec![Operand::Unresolved]);
        check(Subject::Category, unknown(), "category is one that the policy does not know");
        check(Subject::Severity, unknown(), "severity is one that the policy does not know");
        check(INTENT, unknown(), "intent is a value that the policy does not know");
        let route = Route::root().then("clauses").then("when").then("locale").then("not");
        let facet = Test { subject: Subject::Category, predicate: unknown(), route };
        assert_eq!(super::test(&sample::policy(), &facet), "locale is a facet that the policy does not know");
    }

    #[test]
    fn sets_have_their_values() {
        check(CONTEXT, any(&[0, 1]), "context has any of fiction, medical");
        check(CONTEXT, any(&[0]), "context has fiction");
        check(CONTEXT, Predicate::Not(any(&[0]).into()), "context does not have fiction");
        let Predicate::AnyOf(both) = any(&[0, 1]) else { return };
        check(CONTEXT, Predicate::AllOf(both.clone()), "context has all of fiction, medical");
        check(CONTEXT, Predicate::NoneOf(both), "context has none of fiction, medical");
        check(CONTEXT, Predicate::AnyOf(vec![Operand::Unknown]), "context is unknown");
    }

    #[test]
    fn nesting_is_bracketed() {
        let one = |v: u16| Condition::Test(Test { subject: INTENT, predicate: any(&[v]), route: Route::root() });
        let both = Condition::All(vec![Condition::Any(vec![one(0), one(1)]), Condition::Not(Box::new(one(2)))]);
        let words = condition(&sample::policy(), &both);
        assert_eq!(words, "(intent is benign or intent is unclear) and not intent is malicious");
        assert_eq!(condition(&sample::policy(), &Condition::always()), "always");
    }
}
