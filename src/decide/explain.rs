//! The plain path: one case, clause by clause, with the reasons.

use super::situation::{Situation, eval, eval_test, facets};
use super::verdict::Verdict;
use super::words;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::{Harm, Reading, Target};
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Test, Truth};
use crate::policy::facet::{FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;
use crate::policy::place::Place;
use crate::policy::taxonomy::CategoryIx;

/// What the clauses say of one situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub behavior: BehaviorIx,
    /// `None` where the default decided.
    pub clause: Option<ClauseIx>,
    /// Under [`HitPolicy::Unique`]: clauses of different behaviors applied.
    pub overlap: bool,
}

/// A verdict and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub verdict: Verdict,
    /// One per harm in the order listed; a single one for a case without harms. Never empty.
    pub rulings: Vec<Ruling>,
    /// Position in `rulings` of the one that gave the verdict.
    pub decisive: usize,
    /// What could still make the verdict more restrictive: the worst that an unjudged category could lead to.
    pub undetermined: Option<Possible>,
}

/// The ruling on one harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// `None` for the case without harms.
    pub harm: Option<Harm>,
    pub behavior: BehaviorIx,
    /// `None` where the default decided.
    pub clause: Option<ClauseIx>,
    /// Other clauses that applied as well, in order of authority.
    pub also: Vec<ClauseIx>,
    /// Clauses that did not apply, nearest first: those with the fewest failing tests, of equals in order of authority.
    pub misses: Vec<NearMiss>,
}

/// Why a clause did not apply: "would have applied but for `intent` = benign".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    pub clause: ClauseIx,
    /// How many of its tests would have to come out otherwise.
    pub failing: usize,
    /// The first of them in plain words: `intent is not benign`.
    pub test: String,
    /// What that test looks at: `intent`.
    pub subject: String,
    /// The value that failed it in plain words: `benign`, `unknown`.
    pub met: String,
    /// Where the test stands in its document.
    pub place: Place,
}

impl NearMiss {
    /// Whether it is worth telling: one test away, and not by being about something else altogether.
    pub fn is_near(&self) -> bool {
        self.failing == 1 && self.subject != "category"
    }
}

/// What an unjudged category could be found to be, and what would follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    pub category: CategoryIx,
    /// `None` is a severity that is not known.
    pub severity: Option<ValueIx>,
    pub target: Target,
    pub behavior: BehaviorIx,
    /// `None` where the default would decide.
    pub clause: Option<ClauseIx>,
}

/// What the clauses say of a situation.
pub fn rule(policy: &Policy, situation: &Situation) -> Decision {
    if policy.manifest.hit_policy == HitPolicy::First {
        let first = applying(policy, situation).next();
        let behavior = first.map_or(policy.manifest.default, |(_, behavior)| behavior);
        return Decision { behavior, clause: first.map(|(clause, _)| clause), overlap: false };
    }
    let applying: Vec<_> = applying(policy, situation).collect();
    let behaviors = applying.iter().map(|&(_, behavior)| behavior);
    let overlap = policy.manifest.hit_policy == HitPolicy::Unique && behaviors.clone().min() != behaviors.max();
    // Of equals `max_by_key` takes the last, so it is asked from the last to the first.
    match applying.iter().rev().max_by_key(|(_, behavior)| *behavior) {
        Some(&(clause, behavior)) => Decision { behavior, clause: Some(clause), overlap },
        None => Decision { behavior: policy.manifest.default, clause: None, overlap },
    }
}

/// Decides a case by its reading and says why.
pub fn explain(policy: &Policy, reading: &Reading) -> Explanation {
    let unjudged: Vec<CategoryIx> = reading.unjudged.iter().filter_map(|word| policy.taxonomy.find(word)).collect();
    explain_with(policy, reading, unjudged)
}

/// Decides a case by its reading, without saying why: many times faster than [`explain`], with the same verdict.
pub fn verdict(policy: &Policy, reading: &Reading) -> Verdict {
    let facets = facets(policy, reading);
    let subjects = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
    let mut verdict: Option<Verdict> = None;
    for harm in subjects {
        let Decision { behavior, clause, overlap } = rule(policy, &Situation::of(policy, harm, facets.clone()));
        let overlap = overlap || verdict.is_some_and(|verdict| verdict.overlap);
        match &mut verdict {
            Some(verdict) if verdict.behavior >= behavior => verdict.overlap = overlap,
            _ => verdict = Some(Verdict { behavior, clause, undetermined: false, overlap }),
        }
    }
    let default = Verdict { behavior: policy.manifest.default, clause: None, undetermined: false, overlap: false };
    let verdict = verdict.unwrap_or(default);
    let unjudged: Vec<CategoryIx> = reading.unjudged.iter().filter_map(|word| policy.taxonomy.find(word)).collect();
    Verdict { undetermined: worst(policy, &facets, &unjudged, verdict.behavior).is_some(), ..verdict }
}

/// As [`explain`] of a case that has no gold label: nobody judged anything on it.
pub fn explain_unlabeled(policy: &Policy) -> Explanation {
    explain_with(policy, &Reading::default(), policy.taxonomy.iter().map(|(ix, _)| ix).collect())
}

fn explain_with(policy: &Policy, reading: &Reading, unjudged: Vec<CategoryIx>) -> Explanation {
    let facets = facets(policy, reading);
    let subjects: Vec<Option<&Harm>> =
        if reading.harms.is_empty() { vec![None] } else { reading.harms.iter().map(Some).collect() };
    let mut verdict: Option<Verdict> = None;
    let mut decisive = 0;
    let mut rulings = Vec::with_capacity(subjects.len());
    for (at, harm) in subjects.into_iter().enumerate() {
        let situation = Situation::of(policy, harm, facets.clone());
        let decision = rule(policy, &situation);
        let overlap = decision.overlap || verdict.is_some_and(|verdict| verdict.overlap);
        match &mut verdict {
            Some(verdict) if verdict.behavior >= decision.behavior => verdict.overlap = overlap,
            _ => {
                let Decision { behavior, clause, .. } = decision;
                verdict = Some(Verdict { behavior, clause, undetermined: false, overlap });
                decisive = at;
            }
        }
        rulings.push(trace(policy, harm, &situation, decision));
    }
    let default = Verdict { behavior: policy.manifest.default, clause: None, undetermined: false, overlap: false };
    let mut verdict = verdict.unwrap_or(default);
    let undetermined = worst(policy, &facets, &unjudged, verdict.behavior);
    verdict.undetermined = undetermined.is_some();
    Explanation { verdict, rulings, decisive, undetermined }
}

/// The most restrictive ruling that one of the categories could lead to, where it is more restrictive than `than`.
fn worst(
    policy: &Policy,
    facets: &[Option<FacetValue>],
    unjudged: &[CategoryIx],
    than: BehaviorIx,
) -> Option<Possible> {
    let mut worst: Option<Possible> = None;
    let levels = policy.manifest.severities.len() as u16;
    for &category in unjudged {
        for severity in (0..levels).map(|level| Some(ValueIx(level))).chain([None]) {
            for target in Target::ALL {
                let situation = Situation {
                    category: Met::Category(Some(category)),
                    severity,
                    target: Some(super::situation::target(target)),
                    facets: facets.to_vec(),
                };
                let Decision { behavior, clause, .. } = rule(policy, &situation);
                if behavior > worst.as_ref().map_or(than, |worst| worst.behavior) {
                    worst = Some(Possible { category, severity, target, behavior, clause });
                }
            }
        }
    }
    worst
}

/// The clauses that apply and can decide, in order of authority.
fn applying<'a>(
    policy: &'a Policy,
    situation: &'a Situation,
) -> impl Iterator<Item = (ClauseIx, BehaviorIx)> + use<'a> {
    let clauses = policy.clauses.iter().zip(0..);
    let deciding = clauses.filter_map(|(clause, ix)| Some((clause, ClauseIx(ix), clause.then?)));
    deciding
        .filter(|(clause, ..)| eval(policy, &clause.when, situation) == Truth::True)
        .map(|(_, ix, behavior)| (ix, behavior))
}

fn trace(policy: &Policy, harm: Option<&Harm>, situation: &Situation, decision: Decision) -> Ruling {
    let mut also: Vec<ClauseIx> = applying(policy, situation).map(|(ix, _)| ix).collect();
    let mut misses = Vec::new();
    for (clause, ix) in policy.clauses.iter().zip(0..).filter(|(clause, _)| clause.then.is_some()) {
        let ix = ClauseIx(ix);
        if also.contains(&ix) {
            continue;
        }
        let Blame { count, first } = blame(policy, &clause.when, situation, Truth::True);
        let miss = match first {
            Some(test) => NearMiss {
                clause: ix,
                failing: count,
                test: words::test(policy, test),
                subject: words::subject(policy, test.subject),
                met: words::met(policy, test.subject, situation.met(test.subject)),
                place: Place { route: test.route.clone(), ..Place::file(clause.place.file.clone()) },
            },
            None => NearMiss {
                clause: ix,
                failing: count,
                test: "one of no conditions, which never holds".into(),
                subject: "any".into(),
                met: "nothing".into(),
                place: clause.place.clone(),
            },
        };
        misses.push(miss);
    }
    misses.sort_by_key(|miss| miss.failing);
    also.retain(|&ix| Some(ix) != decision.clause);
    Ruling { harm: harm.cloned(), behavior: decision.behavior, clause: decision.clause, also, misses }
}

/// Which tests keep a condition from being what is wanted.
struct Blame<'a> {
    count: usize,
    first: Option<&'a Test>,
}

/// The fewest tests that would have to come out otherwise for the condition to be `wanted` (true or false).
fn blame<'a>(policy: &Policy, condition: &'a Condition, situation: &Situation, wanted: Truth) -> Blame<'a> {
    let of = |part: &'a Condition| blame(policy, part, situation, wanted);
    match condition {
        Condition::Test(test) if eval_test(policy, test, situation) == wanted => Blame { count: 0, first: None },
        Condition::Test(test) => Blame { count: 1, first: Some(test) },
        Condition::Not(inner) => blame(policy, inner, situation, !wanted),
        // Every part is needed: for *all* to be true, for *any* to be false.
        Condition::All(parts) if wanted == Truth::True => every(parts.iter().map(of)),
        Condition::Any(parts) if wanted == Truth::False => every(parts.iter().map(of)),
        // One part is enough; without parts nothing is.
        Condition::All(parts) | Condition::Any(parts) => {
            let nearest = parts.iter().map(of).min_by_key(|blame| blame.count);
            nearest.unwrap_or(Blame { count: usize::MAX / 2, first: None })
        }
    }
}

fn every<'a>(parts: impl Iterator<Item = Blame<'a>>) -> Blame<'a> {
    parts.fold(Blame { count: 0, first: None }, |all, part| Blame {
        count: all.count.saturating_add(part.count),
        first: all.first.or(part.first),
    })
}
