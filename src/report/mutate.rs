//! Which edits of a policy no gold case would notice.

use super::figure::{count, proportion, proportion_json, thousands};
use super::paint::{Paint, markdown_words, own_words};
use super::replay::{VersionName, named};
use super::table::{Cell, lines};
use crate::analyze::space::points_words;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::replay::mutate::{Fate, Mutant, Mutation};
use serde_json::{Value, json};

/// A policy that was tried edit by edit.
#[derive(Debug)]
pub struct MutationReport<'a> {
    pub version: VersionName,
    pub policy: &'a Policy,
    pub mutation: &'a Mutation,
    /// How many survivors are listed in text.
    pub limit: usize,
}

/// The score, clause by clause, and the edits that no case noticed.
pub fn text(report: &MutationReport<'_>, paint: Paint) -> String {
    let mutation = report.mutation;
    let name = own_words(&report.policy.manifest.name).into_owned();
    let mut out = format!("{}  {}\n", paint.bold(name), paint.dim(own_words(&named(&report.version))));
    out.push_str(&format!("{}\n", summary(report)));
    let mut rows = Vec::new();
    for (ix, id) in clauses(report) {
        let score = mutation.score_of_clause(ix);
        let same = mutation.equivalent(Some(ix));
        let same = match same {
            0 => String::new(),
            1 => "1 changes nothing".to_owned(),
            _ => format!("{} change nothing", thousands(same as u64)),
        };
        let words = if score.of == 0 { "no edit changes a decision".to_owned() } else { proportion(score) };
        let id = own_words(&id).into_owned();
        rows.push(vec![Cell::new(id), Cell::new(words), Cell::new(same).painted(|text| paint.dim(text))]);
    }
    out.push_str(&format!("\n{}\n{}", paint.bold("clauses: edits noticed"), lines(&rows, 2)));
    let survivors = mutation.survivors();
    if survivors.is_empty() {
        return out;
    }
    out.push_str(&format!("\n{}\n", paint.bold("not noticed")));
    for mutant in survivors.iter().take(report.limit) {
        out.push_str(&format!("  {}\n", own_words(&mutant.edit.sentence(report.policy))));
        out.push_str(&format!("    {}\n", paint.dim(own_words(&escape_words(mutant, report.policy)))));
    }
    if survivors.len() > report.limit {
        let more = count((survivors.len() - report.limit) as u64, "more edit", "more edits");
        out.push_str(&format!("  … and {more}; `--limit` shows them\n"));
    }
    out
}

/// `212 of 240 edits noticed by 150 cases, 88.3 % […]; 31 more change no decision`
pub fn summary(report: &MutationReport<'_>) -> String {
    let mutation = report.mutation;
    let cases = count(mutation.cases, "labeled case", "labeled cases");
    let mut words = format!("edits noticed by {cases}: {}", proportion(mutation.score()));
    let same = mutation.equivalent(None);
    if same > 0 {
        words.push_str(&format!("; {} proven to change no decision", count(same as u64, "more is", "more are")));
    }
    if !mutation.exact {
        words.push_str("; the decision space is too large to tell which of the rest change nothing");
    }
    words
}

/// Where an edit that no case notices would show: `refuse → comply at 12 points, tier 1; e.g. …`.
pub fn escape_words(mutant: &Mutant, policy: &Policy) -> String {
    let Some(escape) = mutant.escape() else { return "no case tells".to_owned() };
    let behavior = |ix| policy.manifest.behaviors.id(ix);
    let tier = escape.tier.map(|tier| format!(", tier {tier}")).unwrap_or_default();
    format!(
        "{} → {} at {}{tier}; e.g. {}",
        behavior(escape.from),
        behavior(escape.to),
        points_words(&escape.points),
        super::explain::reading_line(&escape.example)
    )
}

/// The clauses that were edited, with their ids, in order.
pub fn clauses(report: &MutationReport<'_>) -> Vec<(ClauseIx, String)> {
    let mut clauses: Vec<ClauseIx> = report.mutation.mutants.iter().map(|mutant| mutant.edit.clause).collect();
    clauses.dedup();
    clauses.into_iter().map(|ix| (ix, report.policy.clause(ix).id.to_string())).collect()
}

/// The score, a table of the clauses and one of the survivors.
pub fn markdown(report: &MutationReport<'_>) -> String {
    let mut out = format!("## Edits that no gold case notices\n\n{}.\n", markdown_words(&summary(report)));
    out.push_str("\n| clause | edits noticed | change nothing |\n| --- | --- | ---: |\n");
    for (ix, id) in clauses(report) {
        let score = proportion(report.mutation.score_of_clause(ix));
        let same = report.mutation.equivalent(Some(ix));
        out.push_str(&format!("| {} | {} | {same} |\n", markdown_words(&id), markdown_words(&score)));
    }
    let survivors = report.mutation.survivors();
    if !survivors.is_empty() {
        out.push_str("\n| not noticed | where |\n| --- | --- |\n");
    }
    for mutant in survivors.iter().take(report.limit) {
        let cells = [mutant.edit.sentence(report.policy), escape_words(mutant, report.policy)];
        let [edit, escape] = cells.map(|cell| markdown_words(&cell));
        out.push_str(&format!("| {edit} | {escape} |\n"));
    }
    if survivors.len() > report.limit {
        let more = count((survivors.len() - report.limit) as u64, "more edit", "more edits");
        out.push_str(&format!("\n… and {more}.\n"));
    }
    out
}

/// See docs/json.md.
pub fn json(report: &MutationReport<'_>) -> Value {
    let (mutation, policy) = (report.mutation, report.policy);
    let clauses = clauses(report).into_iter().map(|(ix, id)| {
        json!({
            "clause": id,
            "noticed": proportion_json(mutation.score_of_clause(ix)),
            "equivalent": mutation.equivalent(Some(ix)),
        })
    });
    let behavior = |ix| &**policy.manifest.behaviors.id(ix);
    let survivors = mutation.survivors();
    let survivors = survivors.iter().map(|mutant| {
        let place = mutant.edit.place(policy);
        let escape = mutant.escape().map(|escape| {
            json!({
                "points": super::decisions::number(&escape.points),
                "tier": escape.tier,
                "from": behavior(escape.from),
                "to": behavior(escape.to),
                "example": escape.example,
            })
        });
        json!({
            "clause": &*policy.clause(mutant.edit.clause).id,
            "kind": mutant.edit.kind().word(),
            "edit": mutant.edit.sentence(policy),
            "file": &*place.file,
            "route": place.route.to_string(),
            "changes": escape,
        })
    });
    let noticed = mutation.mutants.iter().filter_map(|mutant| match &mutant.fate {
        Fate::Noticed(effect) => Some(json!({
            "clause": &*policy.clause(mutant.edit.clause).id,
            "kind": mutant.edit.kind().word(),
            "edit": mutant.edit.sentence(policy),
            "regressed": effect.regressed,
            "fixed": effect.fixed,
            "otherwise": effect.otherwise,
        })),
        _ => None,
    });
    json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "cases": mutation.cases,
        "edits": mutation.mutants.len(),
        "noticed": proportion_json(mutation.score()),
        "equivalent": mutation.equivalent(None),
        "exact": mutation.exact,
        "clauses": clauses.collect::<Vec<_>>(),
        "survivors": survivors.collect::<Vec<_>>(),
        "noticed_edits": noticed.collect::<Vec<_>>(),
    })
}
