//! How near each clause is to deciding a case: whom an edit of it is to be expected from.

use super::Fix;
use crate::analyze::edit::{Act, PolicyEdit};
use crate::decide::Situation;
use crate::decide::explain::explain;
use crate::decide::situation::eval;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::condition::Truth;
use std::borrow::Borrow;

/// How near the clause that an edit is about is to deciding a case, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// So many of its tests would have to come out otherwise; none of a clause that decides or applies as well.
    Failing(usize),
    /// It is about other categories, whatever else were found of the case.
    Foreign,
    /// It is not there yet.
    New,
}

impl Near {
    /// Whether it is a clause of the policy that has to do with the case.
    pub fn is_about_it(self) -> bool {
        matches!(self, Near::Failing(_))
    }
}

/// How near the clauses of a policy are to a case.
pub struct Nearness(Vec<Near>);

impl Nearness {
    /// `points` are what is ruled on for the case that is read so.
    pub fn of(policy: &Policy, reading: &Reading, points: &[Situation]) -> Self {
        let mut failing = vec![usize::MAX; policy.clauses.len()];
        for ruling in explain(policy, reading).rulings {
            let applying = ruling.clause.into_iter().chain(ruling.also).map(|clause| (clause, 0));
            for (clause, count) in applying.chain(ruling.misses.iter().map(|miss| (miss.clause, miss.failing))) {
                let fewest = &mut failing[clause.0 as usize];
                *fewest = count.min(*fewest);
            }
        }
        // With nothing known but the category, only this can have made a condition false.
        let bare = |point: &Situation| Situation {
            severity: None,
            target: None,
            facets: vec![None; policy.manifest.facets.len()],
            ..point.clone()
        };
        let bare: Vec<Situation> = points.iter().map(bare).collect();
        let near = policy.clauses.iter().zip(failing).map(|(clause, failing)| {
            let is_foreign = bare.iter().all(|point| eval(policy, &clause.when, point) == Truth::False);
            if is_foreign { Near::Foreign } else { Near::Failing(failing) }
        });
        Nearness(near.collect())
    }

    pub fn to(&self, edit: &PolicyEdit) -> Near {
        match edit.act {
            Act::Insert(_) => Near::New,
            _ => self.0.get(edit.clause.0 as usize).copied().unwrap_or(Near::New),
        }
    }
}

/// The `most` of them that are told, in the order they are in, with how many are left out. However it is worded, a new clause is
/// one way out: of these there are at most `most_new`. They and edits of clauses about something else take no more than half, as
/// long as there are others to be seen.
pub fn told<F: Borrow<Fix>>(fixes: impl IntoIterator<Item = F>, most: usize, most_new: usize) -> (Vec<F>, usize) {
    let near_of = |fix: &F| -> Near { Borrow::<Fix>::borrow(fix).near };
    let mut left_out = 0;
    let mut new = 0;
    let mut kept: Vec<F> = Vec::new();
    for fix in fixes {
        let is_new = near_of(&fix) == Near::New;
        new += usize::from(is_new);
        if is_new && new > most_new {
            left_out += 1;
        } else {
            kept.push(fix);
        }
    }
    let about_it = kept.iter().filter(|fix| near_of(fix).is_about_it()).count();
    let mut aside = (most / 2).max(most.saturating_sub(about_it));
    let mut room = most;
    let mut near = most.saturating_sub((kept.len() - about_it).min(aside));
    kept.retain(|fix| {
        let of_its_kind = if near_of(fix).is_about_it() { &mut near } else { &mut aside };
        let is_told = room > 0 && *of_its_kind > 0;
        if is_told {
            *of_its_kind -= 1;
            room -= 1;
        } else {
            left_out += 1;
        }
        is_told
    });
    (kept, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;
    use crate::decide::situation::facets;
    use crate::policy::clause::ClauseIx;
    use crate::replay::trial::Effect;

    #[test]
    fn clauses_are_as_near_as_few_of_their_tests_fail() {
        let policy = texts().policy();
        let reading: Reading = serde_json::from_str(
            r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"intent":"benign","minor":true}}"#,
        )
        .unwrap();
        let points = [Situation::of(&policy, reading.harms.first(), facets(&policy, &reading))];
        let near = Nearness::of(&policy, &reading, &points);
        let of = |id: &str| near.0[policy.find_clause(id).unwrap().0 as usize];
        assert_eq!(of("minors"), Near::Failing(0));
        assert_eq!(of("fiction"), Near::Failing(1));
        assert_eq!(of("bio-uplift"), Near::Failing(2));
        // But for the category nothing of it fails, and still it is about something else.
        assert_eq!([of("scams"), of("medical")], [Near::Foreign; 2]);
        assert!(Near::Failing(9) < Near::Foreign && Near::Foreign < Near::New);
    }

    /// Fixes as they are ranked, a letter each: about the case, foreign, new. What is told of them.
    fn check(ranked: &str, most: usize, most_new: usize, expected: (&str, usize)) {
        let fix = |letter: char| Fix {
            edit: PolicyEdit { clause: ClauseIx(0), act: Act::DropClause },
            effect: Effect::default(),
            changes: None,
            alike: Vec::new(),
            near: match letter {
                'f' => Near::Foreign,
                'n' => Near::New,
                _ => Near::Failing(1),
            },
        };
        let (kept, left_out) = told(ranked.chars().map(fix), most, most_new);
        let letter = |fix: &Fix| match fix.near {
            Near::Failing(_) => 'a',
            Near::Foreign => 'f',
            Near::New => 'n',
        };
        assert_eq!((kept.iter().map(letter).collect::<String>().as_str(), left_out), expected, "{ranked}");
    }

    #[test]
    fn what_has_to_do_with_the_case_is_told() {
        check("", 4, 2, ("", 0));
        check("nfa", 4, 2, ("nfa", 0));
        check("ffffffaaa", 4, 2, ("ffaa", 5));
        check("nnnnffffaaaaa", 6, 1, ("nffaaa", 7));
        // Where there is nothing else, they have the room.
        check("fffffa", 4, 2, ("fffa", 2));
        check("aaaaaf", 4, 2, ("aaaf", 2));
        check("nnnn", 4, 2, ("nn", 2));
    }
}
