//! Conditions as people say them: "weapons or below, severity high or more, intent unclear or malicious".
//!
//! [`words`](super::words) says exactly what a test asks, for one who writes conditions; this says what it comes to, for
//! one who reads what changed.

use super::words;
use crate::policy::Policy;
use crate::policy::condition::{Comparison, Condition, Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetKind, FacetValue};
use crate::policy::taxonomy::UNKNOWN;

/// The whole condition in one line; its parts, all of which hold, with commas between them.
pub fn condition(policy: &Policy, condition: &Condition) -> String {
    match condition {
        Condition::All(parts) if parts.is_empty() => "everywhere".to_owned(),
        Condition::Any(parts) if parts.is_empty() => "nowhere".to_owned(),
        Condition::All(parts) => joined(policy, parts, ", "),
        Condition::Any(parts) => joined(policy, parts, " or "),
        Condition::Not(inner) => match &**inner {
            Condition::Test(test) if test.subject == Subject::Category => {
                format!("but not {}", self::test(policy, test))
            }
            inner => format!("not ({})", self::condition(policy, inner)),
        },
        Condition::Test(test) => self::test(policy, test),
    }
}

fn joined(policy: &Policy, parts: &[Condition], between: &str) -> String {
    let part = |part: &Condition| {
        let said = condition(policy, part);
        let several = matches!(part, Condition::All(inner) | Condition::Any(inner) if inner.len() > 1);
        // Of alternatives it must be seen where each ends.
        let runs_on = between == " or " && [" or ", " but ", ", "].iter().any(|word| said.contains(word));
        if (several || runs_on) && parts.len() > 1 { format!("({said})") } else { said }
    };
    parts.iter().map(part).collect::<Vec<_>>().join(between)
}

/// One test: `severity high or more`, `any category but weapons or below`, `context without legal`.
pub fn test(policy: &Policy, test: &Test) -> String {
    let mut negated = false;
    let mut predicate = &test.predicate;
    while let Predicate::Not(inner) = predicate {
        negated = !negated;
        predicate = inner;
    }
    if let Some(facet) = words::strange_facet(test) {
        return format!("{facet}, a facet that the policy does not know");
    }
    match test.subject {
        Subject::Category => category(policy, predicate, negated),
        Subject::Facet(ix)
            if policy.manifest.facets.get(usize::from(ix.0)).is_some_and(|f| f.kind == FacetKind::Set) =>
        {
            set(policy, test.subject, predicate, negated)
        }
        subject => format!("{} {}", words::subject(policy, subject), value(policy, subject, predicate, negated)),
    }
}

fn category(policy: &Policy, predicate: &Predicate, negated: bool) -> String {
    let (operands, negated) = match predicate {
        Predicate::NoneOf(operands) => (operands, !negated),
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) => (operands, negated),
        Predicate::Not(_) => return String::new(),
    };
    let named = listed(policy, Subject::Category, operands, " or ");
    match (negated, &operands[..]) {
        (false, _) => named,
        (true, [Operand::NoCategory]) => "any harm".to_owned(),
        (true, _) if operands.contains(&Operand::NoCategory) => {
            let harms: Vec<Operand> = operands.iter().copied().filter(|one| *one != Operand::NoCategory).collect();
            format!("any harm but {}", listed(policy, Subject::Category, &harms, " and "))
        }
        (true, _) => format!("all but {}", listed(policy, Subject::Category, operands, " and ")),
    }
}

/// Of what has one value at a time: what stands behind its name.
fn value(policy: &Policy, subject: Subject, predicate: &Predicate, negated: bool) -> String {
    let (operands, negated) = match predicate {
        Predicate::NoneOf(operands) => (operands, !negated),
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) => (operands, negated),
        Predicate::Not(_) => return String::new(),
    };
    match (negated, &operands[..]) {
        (true, [Operand::Unknown]) => "known".to_owned(),
        (true, _) => format!("not {}", listed(policy, subject, operands, " or ")),
        (false, _) => listed(policy, subject, operands, " or "),
    }
}

fn set(policy: &Policy, subject: Subject, predicate: &Predicate, negated: bool) -> String {
    let name = words::subject(policy, subject);
    let unknown = |operands: &[Operand]| operands.contains(&Operand::Unknown);
    let values = |operands: &[Operand], last: &str| {
        let known: Vec<Operand> = operands.iter().copied().filter(|one| *one != Operand::Unknown).collect();
        listed(policy, subject, &known, last)
    };
    let (operands, last, negated) = match predicate {
        Predicate::AnyOf(operands) => (operands, " or ", negated),
        Predicate::AllOf(operands) => (operands, " and ", negated),
        Predicate::NoneOf(operands) => (operands, " or ", !negated),
        Predicate::Not(_) => return String::new(),
    };
    match (negated, &operands[..]) {
        (false, [Operand::Unknown]) => format!("{name} unknown"),
        (true, [Operand::Unknown]) => format!("{name} known"),
        (true, _) if last == " and " => format!("{name} without all of {}", values(operands, ", ")),
        (true, _) => format!("{name} without {}", values(operands, last)),
        (false, _) if unknown(operands) => format!("{name} with {}, or unknown", values(operands, last)),
        (false, _) => format!("{name} with {}", values(operands, last)),
    }
}

/// `a, b or c`
fn listed(policy: &Policy, subject: Subject, operands: &[Operand], last: &str) -> String {
    let words: Vec<String> = operands.iter().map(|&one| operand(policy, subject, one)).collect();
    match words.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{}{last}{end}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

fn operand(policy: &Policy, subject: Subject, operand: Operand) -> String {
    let value = |ix| words::met(policy, subject, Met::Value(Some(FacetValue::One(ix))));
    match operand {
        Operand::Category(ix) => {
            let id = words::met(policy, subject, Met::Category(Some(ix)));
            let has_below = policy.taxonomy.iter().any(|(_, category)| category.parent == Some(ix));
            if has_below { format!("{id} and below") } else { id }
        }
        Operand::NoCategory => "no harm".to_owned(),
        Operand::Value(ix) => value(ix),
        Operand::Compare(Comparison::AtLeast, ix) => format!("{} or more", value(ix)),
        Operand::Compare(Comparison::AtMost, ix) => format!("{} or less", value(ix)),
        Operand::Compare(Comparison::Above, ix) => format!("more than {}", value(ix)),
        Operand::Compare(Comparison::Below, ix) => format!("less than {}", value(ix)),
        Operand::Unknown => UNKNOWN.to_owned(),
        Operand::Unresolved if subject == Subject::Category => "a category that the policy does not know".to_owned(),
        Operand::Unresolved => "not known to the policy".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::decide::tests::sample;
    use crate::document::Document;
    use crate::document::read::condition;
    use crate::document::read::cursor::{Cursor, Notes, Source};

    fn check(when: &str, expect: &str) {
        let policy = sample::policy();
        let (document, notes) = (Document::parse(when), Notes::default());
        let file = "when".into();
        let source = Source { file: &file, document: &document };
        let read = condition::read(&Cursor::root(source, &notes).unwrap(), &policy);
        assert_eq!(super::condition(&policy, &read), expect);
    }

    #[test]
    fn conditions_read_as_people_say_them() {
        check(
            "{category: weapons, severity: '>= high', intent: [unclear, malicious]}",
            "weapons and below, severity high or more, intent unclear or malicious",
        );
        check("{severity: '<= medium', intent: {not: benign}}", "severity medium or less, intent not benign");
        check("{severity: [high, unknown], intent: {not: unknown}}", "severity high or unknown, intent known");
        check(
            "{autonomy: '> chat', minor: true, target: response}",
            "autonomy more than chat, minor true, target response",
        );
    }

    #[test]
    fn categories_are_named_and_left_out() {
        check("{category: [bio, guns]}", "bio or guns");
        check("{category: none}", "no harm");
        check("{category: {not: none}}", "any harm");
        check("{category: {not: [weapons, none]}}", "any harm but weapons and below");
        check("{category: {not: weapons}}", "all but weapons and below");
        check("{category: weapons, not: {category: bio}}", "weapons and below, but not bio");
    }

    #[test]
    fn sets_are_with_and_without() {
        check("{context: fiction}", "context with fiction");
        check("{context: [fiction, unknown]}", "context with fiction, or unknown");
        check(
            "{context: {any: [fiction, medical], none: [research]}}",
            "context with fiction or medical, context without research",
        );
        check("{context: {all: [fiction, medical]}}", "context with fiction and medical");
        check("{context: {not: {all: [fiction, medical]}}}", "context without all of fiction, medical");
        check("{context: {not: unknown}}", "context known");
    }

    #[test]
    fn alternatives_stand_in_brackets() {
        check("{any: [{category: bio, severity: high}, {minor: true}]}", "(bio, severity high) or minor true");
        check("{not: {intent: benign, minor: true}}", "not (intent benign, minor true)");
    }
}
