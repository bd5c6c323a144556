//! The cases to write next, as words and as rows of a gold set.

use super::coverage::{goal_words, region_words};
use super::explain::reading_line;
use super::paint::{Paint, markdown_words, own_words};
use crate::analyze::space::{CaseAt, TooLarge};
use crate::decide::explain::rule;
use crate::decide::{GoldSet, Situation, words};
use crate::policy::Policy;
use crate::policy::case::{Harm, Reading, SUGGESTED, TO_WRITE, Target};
use crate::policy::clause::ClauseIx;
use crate::replay::coverage::Coverage;
use crate::replay::mutate::Mutant;
use crate::replay::suggest::{Shows, Suggestion};
use serde_json::{Value, json};
use std::sync::Arc;

/// What is suggested, and what it rests on.
#[derive(Debug)]
pub struct SuggestReport<'a> {
    pub policy: &'a Policy,
    pub sets: &'a [Arc<GoldSet>],
    /// The edits that nobody noticed, in the order of [`Mutation::survivors`](crate::replay::mutate::Mutation::survivors).
    pub survivors: &'a [&'a Mutant],
    pub coverage: &'a Coverage,
    pub suggestions: &'a [Suggestion],
    /// Cases that are there and wait for somebody to settle them.
    pub unsettled: &'a [CaseAt],
    /// How many things a case shows are told in text.
    pub limit: usize,
}

/// Said in place of cases: where they would show something is a point of the space.
const TOO_LARGE: &str = "no case can be suggested: the policy has too many facets, values and tests to be analysed exactly (CB037)\n\
    `casebook coverage` says which clauses and tests no case shows, `casebook mutate` which edits none would notice\n";

/// What is said where there is no case to suggest.
pub fn nothing(coverage: &Coverage) -> &'static str {
    match coverage.space {
        Ok(_) if !coverage.labeled.waiting.is_empty() => {
            "nothing more is missing: where something is, a draft waits for its label\n"
        }
        Ok(_) => "nothing is missing: every edit is noticed, every test and boundary shown, every region visited\n",
        Err(TooLarge) => TOO_LARGE,
    }
}

/// Each case with what it would show, then those that are there and unsettled.
pub fn text(report: &SuggestReport<'_>, paint: Paint) -> String {
    let mut out = String::new();
    for (n, suggestion) in report.suggestions.iter().enumerate() {
        let reading = reading(report, suggestion);
        let tier = suggestion.tier.map(|tier| format!("  tier {tier}")).unwrap_or_default();
        out.push_str(&format!("{:>3}  {}{}\n", n + 1, paint.bold(own_words(&reading_line(&reading))), paint.dim(tier)));
        out.push_str(&format!("     {}\n", own_words(&(today(report.policy, &suggestion.point) + "; would show:"))));
        for shows in suggestion.shows.iter().take(report.limit) {
            out.push_str(&format!("     {}\n", paint.dim(own_words(&shows_words(report, *shows)))));
        }
        if suggestion.shows.len() > report.limit {
            out.push_str(&format!(
                "     {}\n",
                paint.dim(format!("… and {} more", suggestion.shows.len() - report.limit))
            ));
        }
    }
    if report.suggestions.is_empty() {
        out.push_str(nothing(report.coverage));
    }
    let groups = report.coverage.ceiling.lost.len();
    if !report.unsettled.is_empty() || groups > 0 {
        out.push_str(&format!("\n{}\n", paint.bold("to label or rule on")));
    }
    for case in report.unsettled.iter().take(report.limit) {
        out.push_str(&format!("  {}: its labelers do not agree\n", own_words(&name(report, case))));
    }
    for lost in report.coverage.ceiling.lost.iter().take(report.limit) {
        let cases: Vec<String> = lost.cases.iter().take(report.limit).map(|case| name(report, case)).collect();
        let words =
            format!("{}: others that differ in nothing a clause can ask are labeled otherwise", cases.join(", "));
        out.push_str(&format!("  {}\n", own_words(&words)));
    }
    out
}

/// The same as a list.
pub fn markdown(report: &SuggestReport<'_>) -> String {
    let mut out = "## Cases to write next\n\n".to_owned();
    if let (true, Err(TooLarge)) = (report.suggestions.is_empty(), &report.coverage.space) {
        out.push_str(&markdown_words(TOO_LARGE));
    }
    for suggestion in report.suggestions {
        let reading = reading(report, suggestion);
        out.push_str(&format!(
            "1. **{}**: {}\n",
            markdown_words(&reading_line(&reading)),
            markdown_words(&(today(report.policy, &suggestion.point) + "; would show:"))
        ));
        for shows in suggestion.shows.iter().take(report.limit) {
            out.push_str(&format!("   - {}\n", markdown_words(&shows_words(report, *shows))));
        }
    }
    out
}

/// One row a case, ready to be put into a gold set and filled in: everything but what people say and what is right.
pub fn rows(report: &SuggestReport<'_>) -> String {
    stubs(report).iter().map(|row| format!("{row}\n")).collect()
}

/// The same as values.
pub fn stubs(report: &SuggestReport<'_>) -> Vec<Value> {
    report.suggestions.iter().zip(ids(report)).map(|(suggestion, id)| row(report, suggestion, &id)).collect()
}

/// `{"cases": [{"row", "tier", "verdict", "shows"}], "unsettled": [{"set", "case"}]}`
pub fn json(report: &SuggestReport<'_>) -> Value {
    let cases = report.suggestions.iter().zip(ids(report)).map(|(suggestion, id)| {
        let decision = rule(report.policy, &suggestion.point);
        let shows: Vec<String> = suggestion.shows.iter().map(|shows| shows_words(report, *shows)).collect();
        json!({
            "row": row(report, suggestion, &id),
            "tier": suggestion.tier,
            "verdict": {
                "behavior": &**report.policy.manifest.behaviors.id(decision.behavior),
                "clause": decision.clause.map(|ix| &*report.policy.clause(ix).id),
            },
            "shows": shows,
        })
    });
    let unsettled = report.unsettled.iter().map(|case| {
        let set = &report.sets[case.set];
        json!({"set": &**set.set(), "case": set.id(case.row)})
    });
    json!({"cases": cases.collect::<Vec<_>>(), "unsettled": unsettled.collect::<Vec<_>>()})
}

fn row(report: &SuggestReport<'_>, suggestion: &Suggestion, id: &str) -> Value {
    let shows = suggestion.shows.first().map(|shows| shows_words(report, *shows)).unwrap_or_default();
    stub(report.policy, &suggestion.point, id, &shows)
}

/// A case at a point as a row of a gold set, to be filled in: its harms and facets, neither a text nor a behavior. `why` it is wanted
/// becomes the reference of its source.
pub fn stub(policy: &Policy, point: &Situation, id: &str, why: &str) -> Value {
    let reading = words::reading(policy, point);
    let in_response = reading.harms.iter().any(|harm| harm.target == Target::Response);
    let placeholder = |what: &str| format!("{TO_WRITE}{what} ({})", reading_line(&reading));
    let mut row = json!({
        "id": id,
        "text": placeholder(if in_response { "what the person asks" } else { "a request that was read so" }),
        "source": {"origin": SUGGESTED, "ref": why},
        "tags": [SUGGESTED],
        "gold": {"harms": reading.harms, "facets": reading.facets},
    });
    if in_response {
        row["response"] = placeholder("a response that was read so").into();
    }
    row
}

/// Ids that no case of the sets has.
fn ids(report: &SuggestReport<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for suggestion in report.suggestions {
        ids.push(free_id(report.policy, &suggestion.point, report.sets, &ids));
    }
    ids
}

/// An id for a case at a point that no case of the sets has, nor is `taken`.
pub fn free_id(policy: &Policy, point: &Situation, sets: &[Arc<GoldSet>], taken: &[String]) -> String {
    let reading = words::reading(policy, point);
    let stem = reading.harms.first().map_or("no-harm", |harm: &Harm| &harm.category).replace('/', "-");
    let free = |id: &String| !taken.contains(id) && sets.iter().all(|set| set.find(id).is_none());
    // There are more numbers than cases.
    (1_u64..).map(|n| format!("suggested-{stem}-{n}")).find(free).unwrap_or_default()
}

fn reading(report: &SuggestReport<'_>, suggestion: &Suggestion) -> Reading {
    words::reading(report.policy, &suggestion.point)
}

/// `today refuse by bio-uplift`
pub fn today(policy: &Policy, point: &Situation) -> String {
    let decision = rule(policy, point);
    let by = decision.clause.map_or("by default".to_owned(), |ix: ClauseIx| format!("by {}", policy.clause(ix).id));
    format!("today {} {by}", policy.manifest.behaviors.id(decision.behavior))
}

/// What a case would show, as a sentence.
pub fn shows_words(report: &SuggestReport<'_>, shows: Shows) -> String {
    match shows {
        Shows::Survivor(n) => match report.survivors.get(n) {
            Some(mutant) => format!("notices the edit: {}", mutant.edit.sentence(report.policy)),
            None => String::new(),
        },
        Shows::Wanted(n) => match report.coverage.space.as_ref().map(|space| space.wanted.get(n)) {
            Ok(Some(wanted)) => goal_words(report.policy, wanted),
            _ => String::new(),
        },
        Shows::Unvisited(n) => match report.coverage.space.as_ref().map(|space| space.cells.unvisited.get(n)) {
            Ok(Some(region)) => {
                let words = report.coverage.space.as_ref().map_or(report.policy, |space| &space.cells.space.words);
                format!("lies where no case is yet: {}", region_words(words, &region.when))
            }
            _ => String::new(),
        },
    }
}

/// `core/bio-0007`
pub fn name(report: &SuggestReport<'_>, case: &CaseAt) -> String {
    let set = &report.sets[case.set];
    format!("{}/{}", set.set(), set.id(case.row))
}
