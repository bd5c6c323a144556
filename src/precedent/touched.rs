//! The cases that an edit of the policy touches, and no others: what has to be looked at again after it.

use super::gold::labels_cite;
use crate::decide::explain::rule;
use crate::decide::situation::facets;
use crate::decide::{Cancelled, GoldSet, Program, Situation, Verdict, Verdicts, Watch};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading};
use crate::policy::clause::ClauseIx;
use crate::policy::editorial::Editorials;
use crate::policy::gold;
use crate::policy::text_hash::{of_category, of_clause};
use crate::precedent::cites::{Citation, Texts};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A case that an edit touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub set: Arc<str>,
    /// Of the case in its set.
    pub row: usize,
    /// Another behavior, or determined before and not any more, or the other way round.
    pub verdict: bool,
    /// Another clause decides the case or rules on one of its harms.
    pub trace: bool,
    /// Ids of the texts that what counts of its labels and rulings rests on and that the edit changed in substance.
    pub texts: Vec<String>,
}

/// A step from one policy to another.
#[derive(Debug, Clone, Copy)]
pub struct Step<'p> {
    pub base: &'p Policy,
    pub head: &'p Policy,
    /// Where only the edits of one text are meant: that text.
    pub only: Option<OneText<'p>>,
}

/// A text whose edits alone are meant, among others that the same step makes.
#[derive(Debug, Clone, Copy)]
pub struct OneText<'p> {
    /// The names by which records cite it at either end of the step.
    pub names: &'p BTreeSet<String>,
    /// The head as it would decide without them.
    pub without: &'p Policy,
}

/// The cases that a step touches, by set and row: whose verdict or trace changes, or whose gold label rests on a text that
/// changed and was not declared to ask the same.
pub fn touched_by(
    step: Step<'_>,
    sets: &[Arc<GoldSet>],
    editorials: &Editorials,
    watch: &dyn Watch,
) -> Result<Vec<Touched>, Cancelled> {
    let texts = ChangedTexts::new(step, editorials);
    let before = step.only.map_or(step.base, |only| only.without);
    let mut touched = Vec::new();
    for gold in sets {
        touched.extend(in_set(before, step.head, gold, &texts, watch)?);
    }
    Ok(touched)
}

/// The texts of the base, and those of the head as far as they do not ask the same.
struct ChangedTexts<'p> {
    base: Texts,
    head: Texts,
    /// The names of the text that counts; `None` where all do.
    only: Option<&'p BTreeSet<String>>,
    any: bool,
}

impl<'p> ChangedTexts<'p> {
    fn new(step: Step<'p>, editorials: &Editorials) -> ChangedTexts<'p> {
        let Step { base, head, only } = step;
        let (before, after) = (Texts::new(base, editorials), Texts::new(head, editorials));
        let clauses = base.clauses.iter().map(|clause| (&clause.id, of_clause(base, clause)));
        let categories = base.taxonomy.iter().map(|(_, category)| (&category.id, of_category(category)));
        let any = clauses.chain(categories).any(|(id, hash)| !holds(after.citation(id, &hash)));
        ChangedTexts { base: before, head: after, only: only.map(|only| only.names), any }
    }

    /// Those of the cited texts that held at the base and do not at the head.
    fn of(&self, cites: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
        let changed = |(text, hash): &(&String, &String)| {
            let is_name = |name: &String| self.base.is_name_of(text, name) || self.head.is_name_of(text, name);
            self.only.is_none_or(|names| names.iter().any(is_name))
                && holds(self.base.citation(text, hash))
                && !holds(self.head.citation(text, hash))
        };
        cites.iter().filter(changed).map(|(text, _)| text.clone())
    }
}

fn holds(citation: Citation) -> bool {
    matches!(citation, Citation::Current | Citation::CarriedOver)
}

fn in_set(
    base: &Policy,
    head: &Policy,
    gold: &Arc<GoldSet>,
    texts: &ChangedTexts<'_>,
    watch: &dyn Watch,
) -> Result<Vec<Touched>, Cancelled> {
    let before = Program::compile(base, gold).decide(watch)?;
    let after = Program::compile(head, gold).decide(watch)?;
    let changes: Vec<(bool, bool)> = (0..gold.situations() as u32)
        .into_par_iter()
        .map(|situation| changes(base, head, gold, situation, &before, &after))
        .collect();
    let (labels, rulings) = if texts.any { (labels_cite(gold), true) } else { (false, false) };
    let rows: Vec<usize> = (0..gold.len()).collect();
    let chunks: Vec<Vec<Touched>> = rows
        .par_chunks(4096)
        .map(|rows| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            let one = |&row: &usize| {
                let labeled = gold.standing(row).is_labeled();
                let (verdict, trace) = if labeled { changes[gold.situation(row) as usize] } else { (false, false) };
                let texts = cited(gold, row, labels, rulings, texts);
                let is_touched = verdict || trace || !texts.is_empty();
                is_touched.then(|| Touched { set: gold.set().clone(), row, verdict, trace, texts })
            };
            Ok(rows.iter().filter_map(one).collect())
        })
        .collect::<Result<_, _>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

/// The changed texts that the gold label of a case rests on.
fn cited(gold: &GoldSet, row: usize, labels: bool, rulings: bool, texts: &ChangedTexts<'_>) -> Vec<String> {
    use crate::decide::columns::Standing;
    let mut found: BTreeSet<String> = BTreeSet::new();
    match gold.standing(row) {
        Standing::Adjudicated | Standing::Split if rulings => {
            let all = gold.adjudications_of(row);
            let settling = gold::ruling(&all.iter().collect::<Vec<_>>());
            found.extend(settling.into_iter().flat_map(|ruling| texts.of(&ruling.cites)));
        }
        Standing::Consensus if labels => {
            let all = gold.labels_of(row);
            let heard = gold::heard(&all.iter().collect::<Vec<_>>());
            found.extend(heard.into_iter().flat_map(|label| texts.of(&label.cites)));
        }
        _ => {}
    }
    found.into_iter().collect()
}

/// Whether the verdict, and whether the trace of a situation changes.
fn changes(
    base: &Policy,
    head: &Policy,
    gold: &GoldSet,
    situation: u32,
    before: &Verdicts,
    after: &Verdicts,
) -> (bool, bool) {
    let (old, new) = (before.of_situation(situation), after.of_situation(situation));
    let behavior = |policy: &Policy, verdict: Verdict| policy.manifest.behaviors.id(verdict.behavior).clone();
    let verdict = behavior(base, old) != behavior(head, new) || old.undetermined != new.undetermined;
    let clause = |policy: &Policy, ix: Option<ClauseIx>| ix.map(|ix| policy.clause(ix).id.clone());
    let mut trace = clause(base, old.clause) != clause(head, new.clause);
    // Of one harm the verdict's clause is all there is to the trace.
    if !trace && gold.harms(situation).len() > 1 {
        let reading = reading(gold, situation);
        let ruled = |policy: &Policy| -> Vec<_> {
            let facets = facets(policy, &reading);
            let rule = |harm: &Harm| rule(policy, &Situation::of(policy, Some(harm), facets.clone()));
            reading.harms.iter().map(|harm| clause(policy, rule(harm).clause)).collect()
        };
        trace = ruled(base) != ruled(head);
    }
    (verdict, trace)
}

/// A situation as a reading.
fn reading(gold: &GoldSet, situation: u32) -> Reading {
    let harm = |harm: crate::decide::columns::HarmWords<'_>| Harm {
        category: harm.category.to_owned(),
        severity: harm.severity.map(str::to_owned),
        target: harm.target,
    };
    let facet = |(name, values): (&str, Vec<&str>)| {
        (name.to_owned(), FacetWord::Many(values.into_iter().map(str::to_owned).collect()))
    };
    Reading {
        harms: gold.harms(situation).map(harm).collect(),
        facets: gold.facets(situation).map(facet).collect(),
        ..Reading::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SPEC, gold, policy, policy_with};
    use super::*;
    use crate::decide::Unwatched;
    use crate::policy::editorial::Editorial;
    use crate::policy::text_hash::text_hash;

    const CASES: &[&str] = &[
        r#"{"id":"a","text":"","gold":{"harms":[{"category":"bio"}],"facets":{"intent":"unclear"},"behavior":"refuse"}}"#,
        r#"{"id":"b","text":"","gold":{"harms":[{"category":"bio"},{"category":"scams"}],"facets":{"intent":"unclear"},"behavior":"refuse"}}"#,
        r#"{"id":"c","text":"","gold":{"behavior":"comply"}}"#,
        r#"{"id":"d","text":""}"#,
        r#"{"id":"e","text":""}"#,
    ];

    fn check(edit: impl Fn(&str) -> String, declared: bool, expect: &[&str]) {
        let (base, head) = (policy(), policy_with(&edit(SPEC)));
        let hash = |policy: &Policy| text_hash(policy, "no-arms").unwrap();
        let label = format!(
            r#"{{"id":"l","case":"d","labeler":"ana","harms":[],"behavior":"comply","cites":{{"no-arms":"{}"}}}}"#,
            hash(&base)
        );
        let ruling = format!(
            r#"{{"id":"r","case":"e","adjudicator":"lee","disposition":"split","cites":{{"no-arms":"{}","gone":"h"}}}}"#,
            hash(&base)
        );
        let gold = gold(CASES, &[&label], &[&ruling]);
        let (from, to) = (hash(&base), hash(&head));
        let edits = if declared {
            vec![Editorial { text: "no-arms".into(), from, to, ..Editorial::default() }]
        } else {
            Vec::new()
        };
        let editorials = Editorials::new(&edits, &head.taxonomy.aliases());
        let step = Step { base: &base, head: &head, only: None };
        let touched = touched_by(step, std::slice::from_ref(&gold), &editorials, &Unwatched).unwrap();
        let told = |one: &Touched| {
            let words = [(one.verdict, " verdict"), (one.trace, " trace")];
            let words: String = words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect();
            format!("{}{words} {}", gold.id(one.row), one.texts.join(",")).trim_end().to_owned()
        };
        assert_eq!(touched.iter().map(told).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn nothing_is_touched_by_what_does_not_count() {
        check(str::to_owned, false, &[]);
        check(
            |spec| format!("{spec}  - {{id: never, text: Unused., when: {{category: chem}}, then: refuse}}\n"),
            false,
            &[],
        );
    }

    #[test]
    fn a_text_touches_what_rests_on_it_unless_it_was_declared_editorial() {
        check(|spec| spec.replace("Never.", "Not ever."), false, &["d no-arms", "e no-arms"]);
        check(|spec| spec.replace("Never.", "Not ever."), true, &[]);
    }

    #[test]
    fn another_verdict_or_another_clause_touches_a_case() {
        check(|spec| spec.replace("then: refuse", "then: escalate"), true, &["a verdict", "b verdict"]);
        check(|spec| spec.replace("id: scams", "id: swindles"), true, &["b trace"]);
    }
}
