//! Edits in plain words.

use super::{Act, PolicyEdit};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::clause::Clause;
use crate::policy::condition::{Condition, Test};
use std::ops::Range;

impl PolicyEdit {
    /// On one line: ``clause `bio-uplift`: severity ≥ medium → severity ≥ high``.
    pub fn sentence(&self, policy: &Policy) -> String {
        let there = policy.clauses.get(self.clause.0 as usize);
        let id = there.map_or("", |clause| &*clause.id);
        match &self.act {
            Act::DropClause => format!("without clause `{id}`"),
            Act::DropTest(at) => {
                let left_out = there.map(|clause| left_out(policy, &clause.when, *at..*at + 1));
                format!("clause `{id}`: no longer {}", left_out.unwrap_or_default())
            }
            Act::DropAlternative(tests) => {
                let left_out = there.map(|clause| left_out(policy, &clause.when, tests.clone()));
                format!("clause `{id}`: no longer {}", left_out.unwrap_or_default())
            }
            Act::SetTest(at, predicate, _) => {
                let test = there.and_then(|clause| clause.when.tests().get(*at).copied().cloned());
                let after = test.map(|test| words::test(policy, &Test { predicate: predicate.clone(), ..test }));
                let (before, after) = (asked(policy, there, *at), after.unwrap_or_default());
                format!("clause `{id}`: {before} → {}", without_subject(&before, &after))
            }
            Act::AddTest(test) => format!("clause `{id}`: now only where {}", words::test(policy, test)),
            Act::SetBehavior(to) => {
                let behavior = |ix| policy.manifest.behaviors.id(ix);
                let before = there.and_then(|clause| clause.then).map_or("nothing", |ix| &**behavior(ix));
                format!("clause `{id}`: then {before} → {}", behavior(*to))
            }
            Act::Move(to) => {
                let beside = &policy.clause(*to).id;
                let side = if to.0 < self.clause.0 { "ahead of" } else { "behind" };
                format!("clause `{id}` moved {side} `{beside}`")
            }
            Act::DropExample(at) => {
                let example = there.and_then(|clause| clause.examples.get(*at));
                format!("clause `{id}`: no longer names `{}` as an example", example.map_or("", |example| &**example))
            }
            Act::Insert(clause) => {
                let place = if id.is_empty() { "at the end".to_owned() } else { format!("ahead of `{id}`") };
                format!("a new clause {place}: {}", self::clause(policy, clause))
            }
        }
    }
}

/// What is no longer so without these tests, which are one part of the condition: `only where …` of what had to hold, `where …`
/// of one of several alternatives.
fn left_out(policy: &Policy, when: &Condition, tests: Range<usize>) -> String {
    let (mut rest, mut first) = (when, 0);
    let (mut denied, mut alternative) = (false, false);
    while first != tests.start || rest.tests().len() != tests.len() {
        let parts = match rest {
            Condition::Test(_) => return String::new(),
            Condition::Not(inner) => {
                denied = !denied;
                std::slice::from_ref(&**inner)
            }
            Condition::All(parts) | Condition::Any(parts) => parts,
        };
        if parts.len() > 1 {
            // That not all of some may hold leaves alternatives; that none may, asks for each.
            alternative = matches!(rest, Condition::Any(_)) != denied;
        }
        let within = parts.iter().find(|part| {
            let next = first + part.tests().len();
            let is_it = (first..next).contains(&tests.start);
            first = if is_it { first } else { next };
            is_it
        });
        let Some(within) = within else { return String::new() };
        rest = within;
    }
    let part = if denied { Condition::Not(Box::new(rest.clone())) } else { rest.clone() };
    format!("{}where {}", if alternative { "" } else { "only " }, words::condition(policy, &part))
}

/// The second of two tests on one subject, without the subject: `≥ high`.
fn without_subject<'a>(before: &str, after: &'a str) -> &'a str {
    match (before.split_once(' '), after.split_once(' ')) {
        (Some((one, _)), Some((other, rest))) if one == other => rest,
        _ => after,
    }
}

/// `category is bio, then comply`
fn clause(policy: &Policy, clause: &Clause) -> String {
    let then = clause.then.map_or("nothing", |ix| &**policy.manifest.behaviors.id(ix));
    format!("{}, then {then}", words::condition(policy, &clause.when))
}

fn asked(policy: &Policy, clause: Option<&Clause>, at: usize) -> String {
    let test = clause.and_then(|clause| clause.when.tests().get(at).map(|test| words::test(policy, test)));
    test.unwrap_or_default()
}
