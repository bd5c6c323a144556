//! Conditions over a space in fewer and plainer words: they hold at the same points.
//!
//! Only where a condition holds is kept, not whether it is false or unknown elsewhere: nobody denies a region. So what is
//! denied within it may be said of its tests, and tests of one subject may be made one.

use super::diagram::{EMPTY, FULL, Node};
use super::layout::Space;
use super::say;
use super::spell::alike;
use super::words::Lens;
use crate::policy::case::Target;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::Taxonomy;

/// Nobody reads a condition of more tests than these: it stays as it is.
const MOST_TESTS: usize = 120;
/// So many parts are held against each other to see which of them say nothing more.
const MOST_HELD: usize = 60;

impl Space {
    /// The condition without doubles, double negations and parts that say nothing more, the tests of one subject in one. It is in
    /// the words of the space, which tells apart what it tells apart.
    pub(super) fn tidy(&mut self, condition: Condition) -> Condition {
        let words = self.words.clone();
        self.tidy_by(&Lens::new(&words, &words), condition)
    }

    /// As [`Space::tidy`]; the lens is the one through which the words read themselves.
    pub(super) fn tidy_by(&mut self, lens: &Lens<'_>, condition: Condition) -> Condition {
        let tests = condition.tests().len();
        if tests == 0 || tests > MOST_TESTS || !condition.is_understood() {
            return condition;
        }
        // A category whose id another one has cannot be named.
        let taxonomy = &self.words.taxonomy;
        let named = taxonomy.iter().filter(|(ix, category)| taxonomy.find(&category.id) == Some(*ix));
        let categories = std::iter::once(None).chain(named.map(|(ix, _)| Some(ix))).map(Met::Category).collect();
        Tidying { space: self, lens, categories }.of(affirmed(condition, false))
    }
}

struct Tidying<'s, 'l> {
    space: &'s mut Space,
    lens: &'l Lens<'l>,
    /// No harm, and every category that can be named.
    categories: Vec<Met>,
}

impl Tidying<'_, '_> {
    /// What is denied stands in the tests.
    fn of(&mut self, condition: Condition) -> Condition {
        match condition {
            Condition::All(parts) => self.several(parts, true),
            Condition::Any(parts) => self.several(parts, false),
            Condition::Test(test) if test.subject == Subject::Category => self.test(test),
            Condition::Test(test) => {
                let plain = self.test(test);
                self.shortest(vec![plain], true)
            }
            denied @ Condition::Not(_) => denied,
        }
    }

    /// Parts all of which hold, or one of which does.
    fn several(&mut self, parts: Vec<Condition>, all: bool) -> Condition {
        let mut flat: Vec<Condition> = Vec::new();
        for part in parts {
            let part = self.of(part);
            add(part, all, &mut flat);
        }
        // What is about one subject is said in one, where the first of it stands.
        let mut rest = std::mem::take(&mut flat);
        while !rest.is_empty() {
            let first = rest.remove(0);
            let Some(about) = subject(&first) else {
                flat.push(first);
                continue;
            };
            let mut group = vec![first];
            let (same, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|part| subject(part) == Some(about));
            group.extend(same);
            rest = others;
            let one = self.shortest(group, all);
            add(one, all, &mut flat);
        }
        let ends_all = if all { Condition::Any(Vec::new()) } else { Condition::always() };
        if flat.contains(&ends_all) {
            return ends_all;
        }
        self.absorb(&mut flat, all);
        joined(flat, all)
    }

    /// Parts about one subject as one, if that is no more to read.
    fn shortest(&mut self, parts: Vec<Condition>, all: bool) -> Condition {
        let Some(about) = parts.first().and_then(subject) else { return joined(parts, all) };
        let alone = parts.len() == 1;
        let mut once: Vec<Condition> = Vec::new();
        for part in parts {
            if !once.iter().any(|known| alike(known, &part)) {
                once.push(part);
            }
        }
        let as_they_are = joined(once, all);
        let holds = self.holds(about, &as_they_are);
        if holds.is_nowhere() {
            return Condition::Any(Vec::new());
        }
        if holds.is_everywhere() {
            return Condition::always();
        }
        let said = self.say(about, &holds);
        let [before, after] = [&as_they_are, &said].map(|when| self.space.letters(when));
        let in_one = !alone && matches!(said, Condition::Test(_));
        if after < before || in_one && (after == before || self.has_one_value(about)) { said } else { as_they_are }
    }

    /// Drops what another part says as well.
    fn absorb(&mut self, parts: &mut Vec<Condition>, all: bool) {
        if parts.len() < 2 || parts.len() > MOST_HELD {
            return;
        }
        let held: Vec<Vec<Held>> = parts.iter().map(|part| self.held(part, all)).collect();
        let mut stays = vec![true; parts.len()];
        for one in 0..parts.len() {
            let mut others = (0..parts.len()).filter(|&other| other != one && stays[other]);
            stays[one] = !others.any(|other| self.follows(&held[one], &held[other], all));
        }
        let mut at = 0;
        parts.retain(|_| {
            at += 1;
            stays[at - 1]
        });
    }

    /// Of a part that must hold its alternatives; of an alternative its parts.
    fn held(&mut self, part: &Condition, all: bool) -> Vec<Held> {
        let inner: Vec<&Condition> = match (part, all) {
            (Condition::Any(inner), true) | (Condition::All(inner), false) => inner.iter().collect(),
            (one, _) => vec![one],
        };
        let mut held = Vec::with_capacity(inner.len());
        for part in inner {
            let about = subject(part).map(|subject| (subject, self.holds(subject, part)));
            held.push(Held { part: part.clone(), about });
        }
        held
    }

    /// Whether a part says nothing beside another one. Of what must all hold: where any alternative of the other holds, one of
    /// its own does. Of alternatives: where all of its own parts hold, every part of the other does.
    fn follows(&mut self, one: &[Held], other: &[Held], all: bool) -> bool {
        let mut leads = |of_one: &Held, of_other: &Held| match (&of_one.about, &of_other.about) {
            (Some((a, own)), Some((b, others))) if a == b => {
                let [narrow, wide] = if all { [others, own] } else { [own, others] };
                match (narrow, wide) {
                    (Holds::At(narrow), Holds::At(wide)) => {
                        narrow.iter().zip(wide).all(|(narrow, wide)| narrow <= wide)
                    }
                    (Holds::In(narrow), Holds::In(wide)) => self.space.minus(*narrow, *wide) == EMPTY,
                    _ => false,
                }
            }
            (Some(_), Some(_)) => false,
            _ => alike(&of_one.part, &of_other.part),
        };
        other.iter().all(|of_other| one.iter().any(|of_one| leads(of_one, of_other)))
    }

    fn holds(&mut self, about: Subject, condition: &Condition) -> Holds {
        if !self.has_one_value(about) && about != Subject::Category {
            return Holds::In(self.space.holds_anywhere(self.lens, condition));
        }
        let taxonomy = &self.space.words.taxonomy;
        Holds::At(self.values(about).into_iter().map(|met| truth(condition, met, taxonomy) == Truth::True).collect())
    }

    /// All values of what has one at a time.
    fn values(&self, subject: Subject) -> Vec<Met> {
        let words = &self.space.words;
        let count = match subject {
            Subject::Category => return self.categories.clone(),
            Subject::Severity => words.manifest.severities.len(),
            Subject::Target => Target::ALL.len(),
            Subject::Facet(ix) => words.manifest.facet(ix).values.len(),
        };
        let one = (0..count as u16).map(|ix| Some(FacetValue::One(ValueIx(ix))));
        std::iter::once(None).chain(one).map(Met::Value).collect()
    }

    fn say(&mut self, about: Subject, holds: &Holds) -> Condition {
        let values = match holds {
            Holds::In(set) => return joined(self.space.say_set(about, *set), true),
            Holds::At(values) => values,
        };
        let all = self.values(about);
        if about != Subject::Category {
            let members: Vec<Met> =
                all.into_iter().zip(values).filter(|(_, is_in)| **is_in).map(|(met, _)| met).collect();
            return say::test(about, self.space.say_values(about, &members));
        }
        let mut within = vec![None; self.space.words.taxonomy.len()];
        for (met, is_in) in all.into_iter().zip(values) {
            if let Met::Category(Some(ix)) = met {
                within[usize::from(ix.0)] = Some(*is_in);
            }
        }
        joined(self.space.say_categories(&within, values[0]), true)
    }

    fn has_one_value(&self, subject: Subject) -> bool {
        match subject {
            Subject::Severity | Subject::Target => true,
            Subject::Category => false,
            Subject::Facet(ix) => self.space.words.manifest.facet(ix).kind != FacetKind::Set,
        }
    }

    /// A test in the form in which one would write it.
    fn test(&self, test: Test) -> Condition {
        let asked = |predicate| Condition::Test(Test { predicate, ..test.clone() });
        let (predicate, denied) = match &test.predicate {
            Predicate::Not(inner) => (&**inner, true),
            one => (one, false),
        };
        let is_set = matches!(test.subject, Subject::Facet(_)) && !self.has_one_value(test.subject);
        let known = |list: &[Operand]| list.iter().copied().filter(|one| *one != Operand::Unknown).collect::<Vec<_>>();
        match predicate {
            Predicate::NoneOf(list) if denied => asked(Predicate::AnyOf(list.clone())),
            Predicate::AnyOf(list) if denied && is_set && !known(list).is_empty() => {
                asked(Predicate::NoneOf(known(list)))
            }
            Predicate::NoneOf(list) if is_set && !known(list).is_empty() => asked(Predicate::NoneOf(known(list))),
            Predicate::AllOf(list) if is_set && known(list).len() == 1 && denied => {
                asked(Predicate::NoneOf(known(list)))
            }
            Predicate::AllOf(list) if is_set && known(list).len() == 1 => asked(Predicate::AnyOf(list.clone())),
            Predicate::AllOf(list) if is_set && !denied && list.contains(&Operand::Unknown) && list.len() > 1 => {
                let unknown = asked(Predicate::AnyOf(vec![Operand::Unknown]));
                Condition::Any(vec![unknown, asked(Predicate::AllOf(known(list)))])
            }
            _ => Condition::Test(test),
        }
    }
}

/// A part, and what it is about and where it holds if that is one subject.
struct Held {
    part: Condition,
    about: Option<(Subject, Holds)>,
}

/// Where a condition about one subject holds.
enum Holds {
    /// Of what has one value at a time: at each of its values, what is unknown or no harm first. Values that no test of the
    /// versions tells apart may be told apart here: parts of a condition do, though the whole of it does not.
    At(Vec<bool>),
    /// Of a set: over its levels.
    In(Node),
}

impl Holds {
    fn is_nowhere(&self) -> bool {
        match self {
            Holds::At(values) => !values.contains(&true),
            Holds::In(set) => *set == EMPTY,
        }
    }

    fn is_everywhere(&self) -> bool {
        match self {
            Holds::At(values) => !values.contains(&false),
            Holds::In(set) => *set == FULL,
        }
    }
}

/// How a condition about one subject comes out where that is so.
fn truth(condition: &Condition, met: Met, taxonomy: &Taxonomy) -> Truth {
    let each = |parts: &[Condition]| parts.iter().map(|part| truth(part, met, taxonomy)).collect::<Vec<_>>();
    match condition {
        Condition::All(parts) => each(parts).into_iter().min().unwrap_or(Truth::True),
        Condition::Any(parts) => each(parts).into_iter().max().unwrap_or(Truth::False),
        Condition::Not(inner) => !truth(inner, met, taxonomy),
        Condition::Test(test) => test.predicate.eval(met, taxonomy),
    }
}

/// The condition with what is denied in its tests, none of them denied twice (De Morgan, in Kleene's logic as in any).
fn affirmed(condition: Condition, denied: bool) -> Condition {
    let each = |parts: Vec<Condition>| parts.into_iter().map(|part| affirmed(part, denied)).collect();
    match condition {
        Condition::Not(inner) => affirmed(*inner, !denied),
        Condition::All(parts) if denied => Condition::Any(each(parts)),
        Condition::Any(parts) if denied => Condition::All(each(parts)),
        Condition::All(parts) => Condition::All(each(parts)),
        Condition::Any(parts) => Condition::Any(each(parts)),
        Condition::Test(test) => {
            let (mut predicate, mut denied) = (test.predicate, denied);
            while let Predicate::Not(inner) = predicate {
                (predicate, denied) = (*inner, !denied);
            }
            let predicate = if denied { Predicate::Not(Box::new(predicate)) } else { predicate };
            Condition::Test(Test { predicate, ..test })
        }
    }
}

/// Puts a part beside others: the parts of one of the same kind, each once.
fn add(part: Condition, all: bool, flat: &mut Vec<Condition>) {
    let inner = match part {
        Condition::All(inner) if all => inner,
        Condition::Any(inner) if !all => inner,
        one => vec![one],
    };
    for one in inner {
        if !flat.iter().any(|known| alike(known, &one)) {
            flat.push(one);
        }
    }
}

fn joined(mut parts: Vec<Condition>, all: bool) -> Condition {
    match (parts.len(), all) {
        (1, _) => parts.remove(0),
        (_, true) => Condition::All(parts),
        (_, false) => Condition::Any(parts),
    }
}

/// What all tests of a condition are about, if that is one subject.
fn subject(condition: &Condition) -> Option<Subject> {
    let tests = condition.tests();
    let first = tests.first()?.subject;
    tests.iter().all(|test| test.subject == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::space::Detail;
    use crate::analyze::space::tests::{points, read_again};
    use crate::analyze::structure::tests::{random, texts};
    use crate::decide::form;
    use crate::decide::situation::eval;
    use crate::document::read::intent;
    use proptest::prelude::*;

    /// What a condition over the test's policy comes to.
    fn check(when: &str, expected: &str) {
        let policy = texts().policy();
        let (condition, problems) = intent::read(when, &policy);
        assert_eq!(problems, Vec::<String>::new(), "{when}");
        let mut space = Space::new(None, &policy, Detail::Every).unwrap();
        let tidy = space.tidy(condition);
        assert_eq!(intent::write(&form::when(&policy, &tidy)), expected, "{when}");
    }

    #[test]
    fn tests_of_one_subject_become_one() {
        check("intent: [unclear, malicious], all: [{intent: [benign, malicious]}]", "intent: malicious");
        check(
            "any: [{intent: unclear}, {intent: malicious}, {intent: unknown}]",
            "intent: [unclear, malicious, unknown]",
        );
        check(
            "any: [{intent: [benign, unknown]}, {intent: [unclear, benign], all: [{intent: [benign, unknown]}]}]",
            "intent: [benign, unknown]",
        );
        check("severity: '>= medium', all: [{severity: [low, medium]}]", "severity: medium");
        check("any: [{context: fiction}, {context: [medical, fiction]}]", "context: [fiction, medical]");
        check("category: weapons, all: [{category: bio}]", "category: bio");
        check("intent: benign, all: [{intent: malicious}]", "any: []");
        check("any: [{minor: true}, {minor: false}, {minor: unknown}]", "");
    }

    #[test]
    fn nothing_is_denied_twice() {
        check("category: {not: {not: bio}}", "category: bio");
        check("context: {not: {none: [fiction]}}", "context: fiction");
        check("not: {not: {minor: true}}", "minor: true");
        check("not: [{intent: {not: benign}}, {minor: true}]", "intent: benign, minor: false");
    }

    #[test]
    fn what_another_part_says_is_left_out() {
        check("any: [{minor: true}, {minor: true, category: bio}]", "minor: true");
        check("minor: true, any: [{minor: true}, {category: bio}]", "minor: true");
        check("any: [{severity: high, minor: true}, {severity: '>= medium'}]", "severity: \">= medium\"");
        check(
            "any: [{context: unknown}, {any: [{context: unknown}, {minor: true}]}]",
            "any: [{context: unknown}, {minor: true}]",
        );
    }

    #[test]
    fn unknown_is_not_among_what_a_set_has_all_of() {
        check(
            "context: {all: [fiction, medical, unknown]}",
            "any: [{context: unknown}, {context: {all: [fiction, medical]}}]",
        );
    }

    #[test]
    fn what_is_plain_stays() {
        for when in
            ["category: bio, severity: \">= medium\"", "intent: {not: benign}", "any: [{category: bio}, {minor: true}]"]
        {
            check(when, when);
        }
    }

    fn denies_twice(predicate: &Predicate) -> bool {
        matches!(predicate, Predicate::Not(inner) if matches!(**inner, Predicate::Not(_) | Predicate::NoneOf(_)))
    }

    fn says_all_or_unknown(predicate: &Predicate) -> bool {
        match predicate {
            Predicate::AllOf(list) => list.contains(&Operand::Unknown),
            Predicate::Not(inner) => says_all_or_unknown(inner),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// The conditions of a policy's clauses put together anyhow.
        #[test]
        fn a_tidy_condition_holds_at_the_same_points(
            policy in random::policy(),
            together in proptest::collection::vec((any::<[bool; 2]>(), 0..6_usize), 1..5),
        ) {
            let mut space = Space::of(&policy).unwrap();
            let clauses = policy.clauses.iter().filter(|clause| clause.then.is_some() && clause.when.is_understood());
            let clauses: Vec<&Condition> = clauses.map(|clause| &clause.when).collect();
            if clauses.is_empty() {
                return Ok(());
            }
            let mut whole = clauses[0].clone();
            for ([all, denied], at) in together {
                let clause = clauses[at % clauses.len()].clone();
                let part = if denied { Condition::Not(Box::new(clause)) } else { clause };
                let parts = vec![whole, part];
                whole = if all { Condition::All(parts) } else { Condition::Any(parts) };
            }
            let tidy = space.tidy(whole.clone());
            prop_assert!(tidy.tests().len() <= whole.tests().len() + 1, "{:?} of {:?}", tidy, whole);
            for test in tidy.tests() {
                prop_assert!(!denies_twice(&test.predicate) && !says_all_or_unknown(&test.predicate), "{:?}", tidy);
            }
            let read = read_again(&policy, &tidy);
            for point in points(&space.words) {
                let [before, after] = [&whole, &read].map(|when| eval(&policy, when, &point) == Truth::True);
                prop_assert_eq!(before, after, "{:?} of {:?} at {:?}", tidy, whole, point);
            }
        }
    }
}
