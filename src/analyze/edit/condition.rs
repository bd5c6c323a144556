//! Conditions with one test changed, and whether two say the same.

use crate::policy::condition::{Condition, Predicate, Test};

/// Without the test at this position among its tests. Groups that are left empty go too; nothing left always holds.
pub fn dropped(condition: &Condition, at: usize) -> Condition {
    without(condition, &mut Some(at)).unwrap_or_else(Condition::always)
}

/// `left` counts the tests down to the one that is meant; `None` after it.
fn without(condition: &Condition, left: &mut Option<usize>) -> Option<Condition> {
    match condition {
        Condition::Test(_) => {
            let hit = *left == Some(0);
            *left = if hit { None } else { left.map(|left| left - 1) };
            (!hit).then(|| condition.clone())
        }
        Condition::Not(inner) => without(inner, left).map(|inner| Condition::Not(Box::new(inner))),
        Condition::All(parts) => group(parts, left, Condition::All),
        Condition::Any(parts) => group(parts, left, Condition::Any),
    }
}

fn group(parts: &[Condition], left: &mut Option<usize>, whole: fn(Vec<Condition>) -> Condition) -> Option<Condition> {
    let mut kept: Vec<Condition> = parts.iter().filter_map(|part| without(part, left)).collect();
    match kept.len() {
        0 if !parts.is_empty() => None,
        // A reader makes no group of one.
        1 if parts.len() > 1 => kept.pop(),
        _ => Some(whole(kept)),
    }
}

/// With another question in the place of the test at this position.
pub fn with_predicate(condition: &Condition, at: usize, predicate: &Predicate) -> Condition {
    replaced(condition, at, &mut 0, &|test| Condition::Test(Test { predicate: predicate.clone(), ..test.clone() }))
}

/// With what always holds, or never does, in the place of the test at this position.
pub fn with_outcome(condition: &Condition, at: usize, outcome: &Condition) -> Condition {
    replaced(condition, at, &mut 0, &|_| outcome.clone())
}

fn replaced(condition: &Condition, at: usize, next: &mut usize, by: &dyn Fn(&Test) -> Condition) -> Condition {
    let mut all = |parts: &[Condition]| parts.iter().map(|part| replaced(part, at, next, by)).collect();
    match condition {
        Condition::All(parts) => Condition::All(all(parts)),
        Condition::Any(parts) => Condition::Any(all(parts)),
        Condition::Not(inner) => Condition::Not(Box::new(replaced(inner, at, next, by))),
        Condition::Test(test) => {
            *next += 1;
            if *next - 1 == at { by(test) } else { condition.clone() }
        }
    }
}

/// With one test more beside what is asked.
pub fn and(condition: &Condition, test: &Test) -> Condition {
    let test = Condition::Test(test.clone());
    match condition {
        Condition::All(parts) if parts.is_empty() => test,
        Condition::All(parts) => Condition::All(parts.iter().cloned().chain([test]).collect()),
        one => Condition::All(vec![one.clone(), test]),
    }
}

/// Whether two conditions ask the same in the same way: routes, the order of alternatives and groups within groups of
/// their kind do not count.
pub fn same(a: &Condition, b: &Condition) -> bool {
    use crate::analyze::structure::canonical;
    canonical(&flat(a)) == canonical(&flat(b))
}

fn flat(condition: &Condition) -> Condition {
    fn gather(parts: &[Condition], all: bool) -> Vec<Condition> {
        let mut gathered = Vec::new();
        for part in parts.iter().map(flat) {
            match part {
                Condition::All(inner) if all => gathered.extend(inner),
                Condition::Any(inner) if !all => gathered.extend(inner),
                other => gathered.push(other),
            }
        }
        gathered
    }
    let only = |mut parts: Vec<Condition>, whole: fn(Vec<Condition>) -> Condition| {
        if parts.len() == 1 { parts.remove(0) } else { whole(parts) }
    };
    match condition {
        Condition::All(parts) => only(gather(parts, true), Condition::All),
        Condition::Any(parts) => only(gather(parts, false), Condition::Any),
        Condition::Not(inner) => Condition::Not(Box::new(flat(inner))),
        Condition::Test(test) => Condition::Test(test.clone()),
    }
}
