//! The fix finder: which single edit of the policy would right a case, at what price.

mod near;

pub use near::{Near, told};

use super::standing::{Accepted, Standing};
use super::trial::{Effect, Trial};
use crate::analyze::edit::{Kind, Menu, PolicyEdit, edits, insertions};
use crate::analyze::space::{Edited, Node, Points, share};
use crate::decide::explain::{rule, verdict};
use crate::decide::situation::{eval, facets};
use crate::decide::{Cancelled, Situation, Watch};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Truth};
use near::Nearness;
use rayon::prelude::*;
use std::cmp::Reverse;

/// An edit that rights a case.
#[derive(Debug, Clone)]
pub struct Fix {
    pub edit: PolicyEdit,
    /// What it does to the gold cases, the one that was asked about among them.
    pub effect: Effect,
    /// How many points it decides otherwise, and what share of all; `None` where the space is too large.
    pub changes: Option<(Points, f64)>,
    /// Edits that are proven to decide everything alike, and are less plain.
    pub alike: Vec<PolicyEdit>,
    /// How near the clause that is edited is to deciding the case.
    pub near: Near,
}

/// Of so many the share of the space is found out; those that gain the least are left out.
const MOST_SIZED: usize = 120;

/// Every single edit after which the case is decided as its label accepts: those that gain the most first, of equals those
/// that break the least and change the least of the space, and where all this is equal, those of the clause that is the nearest
/// to deciding the case. `reading` is the case's gold label.
pub fn fixes(
    policy: &Policy,
    trial: &Trial<'_>,
    reading: &Reading,
    accepted: Accepted,
    watch: &dyn Watch,
) -> Result<Vec<Fix>, Cancelled> {
    let rights = |policy: &Policy| {
        let verdict = verdict(policy, reading);
        Standing::of(verdict.behavior, verdict.undetermined, accepted) == Standing::Agrees
    };
    if accepted.behavior.is_none() || rights(policy) {
        return Ok(Vec::new());
    }
    let facets = facets(policy, reading);
    let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
    let points: Vec<Situation> = harms.map(|harm| Situation::of(policy, harm, facets.clone())).collect();
    let menu = Menu { kinds: Kind::WITHIN, around: Some(&points), far: true };
    let all: Vec<PolicyEdit> = edits(policy, menu).chain(exceptions(policy, &points)).collect();
    // What nobody judged may lie anywhere.
    let can_right = |edit: &PolicyEdit| !reading.unjudged.is_empty() || touches(policy, edit, &points);
    let nearness = Nearness::of(policy, reading, &points);
    watch.expect(all.len() as u64);
    let try_one = |edit: PolicyEdit| {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        watch.advance(1);
        if !can_right(&edit) {
            return Ok(None);
        }
        let after = edit.apply(policy);
        let near = nearness.to(&edit);
        Ok(rights(&after).then(|| Fix { edit, effect: trial.effect(&after), changes: None, alike: Vec::new(), near }))
    };
    let found: Vec<Option<Fix>> = all.into_par_iter().map(try_one).collect::<Result<_, _>>()?;
    let mut found: Vec<Fix> = found.into_iter().flatten().collect();
    found.sort_by_key(|fix| (Reverse(fix.effect.gain()), fix.effect.regressed, fix.near));
    found.truncate(MOST_SIZED);
    size(policy, &mut found, watch)?;
    found.sort_by_cached_key(|fix| {
        let points = fix.changes.as_ref().map(|(points, _)| points.clone());
        let price = (Reverse(fix.effect.gain()), fix.effect.regressed, points.is_none(), points);
        (price, fix.near, fix.edit.plainness(policy))
    });
    merged(policy, found, watch)
}

/// Whether an edit can change what is decided at one of the points: not where its clause does not apply there, before or after.
/// Most edits of a long policy are about something else, and need not be made to see that.
fn touches(policy: &Policy, edit: &PolicyEdit, points: &[Situation]) -> bool {
    let Some(clause) = policy.clauses.get(edit.clause.0 as usize).filter(|_| edit.kind() != Kind::Insert) else {
        return true;
    };
    let after = edit.is_within().then(|| edit.clause_after(clause));
    let applies = |when: &Condition| points.iter().any(|point| eval(policy, when, point) == Truth::True);
    applies(&clause.when) || after.is_some_and(|after| applies(&after.when))
}

/// Puts edits together that decide everything alike: the plainest stands for all.
fn merged(policy: &Policy, found: Vec<Fix>, watch: &dyn Watch) -> Result<Vec<Fix>, Cancelled> {
    let same_figures = |a: &Fix, b: &Fix| a.changes.is_some() && (&a.effect, &a.changes) == (&b.effect, &b.changes);
    let Ok(mut edited) = Edited::new(policy) else { return Ok(found) };
    let mut kept: Vec<(Fix, Option<Node>)> = Vec::new();
    for (at, fix) in found.iter().enumerate() {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        // Only of those that change as much it has to be found out.
        let mut others = found.iter().enumerate().filter(|(other, _)| *other != at);
        let decisions = others.any(|(_, other)| same_figures(fix, other)).then(|| edited.decisions(&fix.edit));
        let decisions = match decisions {
            None => None,
            Some(Ok(decisions)) => Some(decisions),
            // There is no more room: the rest stands as it was found.
            Some(Err(_)) => {
                let rest = found[at..].iter().cloned();
                return Ok(kept.into_iter().map(|(fix, _)| fix).chain(rest).collect());
            }
        };
        match kept.iter_mut().find(|(_, known)| decisions.is_some() && *known == decisions) {
            Some((first, _)) => first.alike.push(fix.edit.clone()),
            None => kept.push((fix.clone(), decisions)),
        }
    }
    Ok(kept.into_iter().map(|(fix, _)| fix).collect())
}

/// New clauses stand ahead of what decides now, or at the end where nothing does.
fn exceptions(policy: &Policy, points: &[Situation]) -> Vec<PolicyEdit> {
    let mut all = Vec::new();
    for point in points {
        let end = ClauseIx(policy.clauses.len() as u32);
        let ahead = rule(policy, point).clause.unwrap_or(end);
        for edit in insertions(policy, ahead, std::slice::from_ref(point)) {
            if !all.contains(&edit) {
                all.push(edit);
            }
        }
    }
    all
}

/// Finds out how much of the space each changes.
fn size(policy: &Policy, found: &mut [Fix], watch: &dyn Watch) -> Result<(), Cancelled> {
    let Ok(edited) = Edited::new(policy) else { return Ok(()) };
    let whole = edited.space.size();
    let chunk = found.len().div_ceil(rayon::current_num_threads()).max(1);
    found.par_chunks_mut(chunk).try_for_each(|fixes| {
        let mut own = edited.clone();
        for fix in fixes {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            match own.changed(&fix.edit) {
                Ok(changed) => {
                    let points = own.space.count(changed);
                    let part = share(&points, &whole);
                    fix.changes = Some((points, part));
                }
                Err(_) => own = edited.clone(),
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::{random, texts};
    use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
    use crate::replay::run::accepted;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// The best fixes of the first case, with what each fixes and breaks.
    fn check(cases: &[&str]) -> String {
        let policy = texts().policy();
        let text: String = cases
            .iter()
            .enumerate()
            .map(|(at, gold)| format!("{{\"id\":\"c{at}\",\"text\":\"x\",\"gold\":{gold}}}\n"))
            .collect();
        let file = SourceFile::new("gold/core/cases.jsonl", text.into_bytes());
        let sources = GoldSources { set: "core".into(), cases: vec![file], ..GoldSources::default() };
        let sets = [Arc::new(GoldSet::read(sources, &Unwatched).unwrap())];
        let trial = Trial::new(&sets, &policy, &Unwatched).unwrap();
        let reading = sets[0].gold(0).reading.unwrap();
        let found =
            fixes(&policy, &trial, &reading, accepted(&sets[0], sets[0].outcome(0), &policy), &Unwatched).unwrap();
        let line = |fix: &Fix| {
            let points = fix.changes.as_ref().map(|(points, _)| points.to_string()).unwrap_or_default();
            let sentence = fix.edit.sentence(&policy);
            format!("+{} -{} at {points}: {sentence}", fix.effect.fixed, fix.effect.regressed)
        };
        found.iter().take(4).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_smallest_edit_that_breaks_nothing_comes_first() {
        let low =
            r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"intent":"malicious"},"behavior":"refuse"}"#;
        let benign =
            r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"intent":"benign"},"behavior":"comply"}"#;
        let unclear =
            r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"intent":"unclear"},"behavior":"comply"}"#;
        insta::assert_snapshot!(check(&[low, benign]), @"
        +1 -0 at 84: a new clause at the end: category is bio and severity is low and intent is malicious, then refuse
        +1 -0 at 168: a new clause at the end: category is bio and intent is malicious, then refuse
        +1 -0 at 216: clause `bio-uplift`: severity ≥ medium → ≥ low
        +1 -0 at 432: clause `bio-uplift`: no longer only where severity ≥ medium
        ");
        // Where the threshold would take another case along, something narrower is better.
        insta::assert_snapshot!(check(&[low, benign, unclear]), @"
        +1 -0 at 84: a new clause at the end: category is bio and severity is low and intent is malicious, then refuse
        +1 -0 at 168: a new clause at the end: category is bio and intent is malicious, then refuse
        +1 -1 at 216: clause `bio-uplift`: severity ≥ medium → ≥ low
        +1 -1 at 432: clause `bio-uplift`: no longer only where severity ≥ medium
        ");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// What an edit does not touch is decided as before.
        #[test]
        fn only_what_touches_a_case_changes_it(policy in random::policy(), reading in random::reading()) {
            let reading = Reading { unjudged: Vec::new(), ..reading };
            let facets = facets(&policy, &reading);
            let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
            let points: Vec<Situation> = harms.map(|harm| Situation::of(&policy, harm, facets.clone())).collect();
            let menu = Menu { kinds: Kind::WITHIN, around: Some(&points), far: true };
            let before = verdict(&policy, &reading);
            for edit in edits(&policy, menu).chain(exceptions(&policy, &points)) {
                let after = verdict(&edit.apply(&policy), &reading);
                let same = (after.behavior, after.overlap, after.undetermined)
                    == (before.behavior, before.overlap, before.undetermined);
                prop_assert!(same || touches(&policy, &edit, &points), "{}", edit.sentence(&policy));
            }
        }
    }

    #[test]
    fn what_is_right_needs_no_fix() {
        assert_eq!(check(&[r#"{"harms":[{"category":"fraud"}],"behavior":"refuse"}"#]), "");
    }
}
