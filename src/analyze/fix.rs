//! What would mend a problem: single edits of the policy.
//!
//! A lint that knows a way out has a function beside it, and one line here. It says what to do, not what that changes:
//! [`Difference`](super::space::Difference) proves that of each edit.

use super::edit::{Act, Kind, PolicyEdit};
use super::space::{Edited, Exact, TooLarge};
use super::{
    dead_clause, dead_part, gap, idle_clause, idle_test, outranked, overlap, undecided_example, wide_exception,
};
use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::manifest::HitPolicy;
use crate::policy::place::Place;
use crate::policy::problem::{Code, Problem};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Finds the edits that would mend a problem which its lint found, the likeliest first.
#[derive(Clone, Copy)]
enum Fixes {
    /// What has to be done is known.
    Known(fn(&mut Exact<'_>, &Problem) -> Vec<PolicyEdit>),
    /// Edits are tried, each for what it changes.
    Tried(fn(&mut Exact<'_>, &mut Edited<'_>, &Problem) -> Vec<PolicyEdit>),
    /// Edits are tried on a gold case.
    OnCase(fn(&mut Edited<'_>, &[Arc<GoldSet>], &Problem) -> Vec<PolicyEdit>),
}

static FIXES: &[(&Code, Fixes)] = &[
    (&codes::DEAD_CLAUSE, Fixes::Known(dead_clause::fixes)),
    (&codes::IDLE_CLAUSE, Fixes::Known(idle_clause::fixes)),
    (&codes::IDLE_TEST, Fixes::Known(idle_test::fixes)),
    (&codes::OVERLAP, Fixes::Tried(overlap::fixes)),
    (&codes::GAP, Fixes::Known(gap::fixes)),
    (&codes::WIDE_EXCEPTION, Fixes::Known(wide_exception::fixes)),
    (&codes::DEAD_PART, Fixes::Known(dead_part::fixes)),
    (&codes::OUTRANKED, Fixes::Tried(outranked::fixes)),
    (&codes::UNDECIDED_EXAMPLE, Fixes::OnCase(undecided_example::fixes)),
];

/// More ways out than these only keep people from choosing one.
const MOST: usize = 8;

/// Whether there may be a fix for this kind of problem.
pub fn is_fixable(code: &Code) -> bool {
    FIXES.iter().any(|(known, _)| known.id == code.id)
}

/// The ways out of each of some problems of one policy, as its lints found them on these gold sets.
pub fn fixes(policy: &Policy, sets: &[Arc<GoldSet>], problems: &[&Problem]) -> Result<Vec<Vec<PolicyEdit>>, TooLarge> {
    let mut exact = Exact::of(policy)?;
    // It tells more apart than the policy itself does, and is made where it is needed.
    let mut edited: Option<Edited<'_>> = None;
    let mut all = Vec::new();
    for problem in problems {
        let mut found = match FIXES.iter().find(|(code, _)| code.id == problem.code.id) {
            None => Vec::new(),
            Some((_, Fixes::Known(fixes))) => fixes(&mut exact, problem),
            Some((_, tried)) => {
                let mut ready = edited.take().or_else(|| Edited::new(policy).ok());
                let found = ready.as_mut().map(|edited| match tried {
                    Fixes::OnCase(fixes) => fixes(edited, sets, problem),
                    Fixes::Tried(fixes) => fixes(&mut exact, edited, problem),
                    Fixes::Known(fixes) => fixes(&mut exact, problem),
                });
                edited = ready.filter(|edited| edited.space.check().is_ok());
                // What was found while the room ran out is not proven.
                found.filter(|_| edited.is_some()).unwrap_or_default()
            }
        };
        found.truncate(MOST);
        all.push(found);
    }
    exact.space.check()?;
    Ok(all)
}

/// Edits by how much they change, the least first; what takes a clause out comes after what mends it, and what leaves more of it
/// before what leaves less. Of those that leave the same clause applying alike, and everything decided alike, the plainest stays.
pub(super) fn by_size(edited: &mut Edited<'_>, edits: Vec<PolicyEdit>) -> Vec<PolicyEdit> {
    let policy = edited.policy();
    let mut sized = Vec::new();
    for edit in edits {
        let (Ok(changed), Ok(decisions)) = (edited.changed(&edit), edited.decisions(&edit)) else { continue };
        let after = edit.is_within().then(|| edit.clause_after(policy.clause(edit.clause)));
        let applies = after.map(|after| edited.holds(&after.when));
        // What it no longer reaches, even where others decide there alike.
        let lost = applies.map(|applies| {
            let before = edited.holds(&policy.clause(edit.clause).when);
            let lost = edited.space.minus(before, applies);
            edited.space.count(lost)
        });
        let drops = matches!(edit.act, Act::DropClause);
        let order = (edited.space.count(changed), drops, lost, edit.plainness(policy));
        sized.push((order, (decisions, edit.clause, applies, edit.kind() == Kind::SetBehavior), edit));
    }
    sized.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut told = FxHashSet::default();
    sized.retain(|(_, same, edit)| !edit.is_within() || told.insert(*same));
    sized.into_iter().map(|(.., edit)| edit).collect()
}

/// The clause that a problem stands in.
pub(super) fn clause_of(policy: &Policy, problem: &Problem) -> Option<ClauseIx> {
    clause_at(policy, &problem.place)
}

/// The clause that holds a place.
pub(super) fn clause_at(policy: &Policy, at: &Place) -> Option<ClauseIx> {
    let is_it = |place: &Place| place.file == at.file && at.route.starts_with(&place.route);
    policy.clauses.iter().position(|clause| is_it(&clause.place)).map(|at| ClauseIx(at as u32))
}

/// The clause put where another one stands, if order counts and both are of one authority.
pub(super) fn moved(policy: &Policy, clause: ClauseIx, to: ClauseIx) -> Option<PolicyEdit> {
    let may = policy.manifest.hit_policy == HitPolicy::First
        && clause != to
        && policy.clause(clause).spec == policy.clause(to).spec;
    may.then_some(PolicyEdit { clause, act: Act::Move(to) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::{Subject, lint};
    use crate::decide::{GoldSources, SourceFile, Unwatched};
    use crate::document::Document;
    use crate::document::read::{self, cursor::Source};

    const MANIFEST: &str = "\
casebook: 1
facets:
  intent: {type: enum, values: [benign, malicious]}
  context: {type: set, values: [fiction, medical]}
specs: [a.yaml, b.yaml]
";
    const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, children: [{id: bio}, {id: guns}]}\n";

    /// The ways out of every problem of one kind, in words.
    fn ways(code: &str, manifest: &str, specs: [&str; 2], cases: &str) -> String {
        let [a, b] = specs.map(|clauses| format!("spec: s\nclauses:\n{clauses}"));
        let documents = [&format!("{MANIFEST}{manifest}"), HARMS, &a, &b].map(Document::parse);
        let files: [Arc<str>; 4] = ["casebook.yaml", "t.yaml", "a.yaml", "b.yaml"].map(Into::into);
        let source = |i: usize| Source { file: &files[i], document: &documents[i] };
        let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2), source(3)]);
        assert_eq!(problems, []);
        let file = SourceFile::new("gold/core/cases.jsonl", cases.as_bytes().to_vec());
        let sources = GoldSources { set: "core".into(), cases: vec![file], ..GoldSources::default() };
        let sets = [Arc::new(GoldSet::read(sources, &Unwatched).unwrap())];
        let found = lint(&Subject::new(&policy, &sets));
        let found: Vec<&Problem> = found.iter().filter(|problem| problem.code.id == code).collect();
        let fixes = fixes(&policy, &sets, &found).unwrap();
        let said = found.iter().zip(fixes).flat_map(|(problem, fixes)| {
            let fixes = fixes.into_iter().map(|edit| format!("  {}", edit.sentence(&policy)));
            std::iter::once(problem.message.clone()).chain(fixes.collect::<Vec<_>>())
        });
        said.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn two_clauses_are_kept_apart_by_an_edit_of_either() {
        let clauses = "  - {id: bio, then: refuse, when: {category: bio, intent: malicious}}
  - {id: fiction, then: comply, when: {category: weapons, context: fiction}}\n";
        let beside = "  - {id: z, when: {category: none}, then: comply}\n";
        insta::assert_snapshot!(ways("CB033", "hit_policy: unique\n", [clauses, beside], ""), @"
        `bio` (`refuse`) and `fiction` (`comply`) apply at once, at 20 points: where category is bio and intent is malicious and context has fiction
          clause `fiction`: now only where category is not bio
          clause `fiction`: now only where intent is any of benign, unknown
          without clause `fiction`
          clause `bio`: now only where context has none of fiction
          clause `bio`: then refuse → comply
          without clause `bio`
          clause `fiction`: then comply → refuse
        ");
    }

    #[test]
    fn what_has_lower_authority_gives_way_in_its_own_file() {
        let lower = "  - {id: users, level: operator, then: comply, when: {category: weapons, context: medical}}\n";
        let higher = "  - {id: no-bio, level: platform, then: refuse, when: {category: bio, intent: malicious}}\n";
        insta::assert_snapshot!(ways("CB039", "", [lower, higher], ""), @"
        `users` (operator) decides `comply` against `no-bio` of higher authority behind it, at 20 points: where category is bio and intent is malicious and context has medical
          clause `users`: now only where category is not bio
          clause `users`: now only where intent is any of benign, unknown
          clause `users`: category is weapons or below → is guns
        ");
        // Where no one edit gives way to all of them, it gives way to one.
        let more = format!("{higher}  - {{id: none, level: platform, then: refuse, when: {{severity: low}}}}\n");
        assert!(ways("CB039", "", [lower, &more], "").contains("now only where severity is any of"));
    }

    #[test]
    fn an_example_is_decided_or_no_longer_named() {
        let clauses = "  - {id: bio, then: refuse, when: {category: bio, severity: '>= high'}, examples: [c1, c2]}\n";
        let rest = "  - {id: rest, then: comply, when: {category: weapons}}\n";
        let case = |id: &str, severity: &str| {
            format!(
                "{{\"id\":\"{id}\",\"text\":\"x\",\"gold\":{{\"harms\":[{{\"category\":\"bio\",\"severity\":\"{severity}\"}}],\"behavior\":\"refuse\"}}}}\n"
            )
        };
        let cases = case("c1", "high") + &case("c2", "low");
        insta::assert_snapshot!(ways("CB040", "", [clauses, rest], &cases), @"
        `bio` does not decide its example `c2`: `rest` does
          clause `bio`: severity ≥ high → is any of ≥ high, low
          clause `bio`: severity ≥ high → ≥ low
          clause `bio`: no longer only where severity ≥ high
          clause `bio`: no longer names `c2` as an example
        ");
    }
}
