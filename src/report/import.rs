//! What an import would bring in.

use super::figure::{count, thousands};
use super::paint::{Paint, own_words};
use super::table::{Cell, lines};
use crate::interop::{Contradiction, Count, Distribution, Duplicate, ImportPlan, Outcome, RowError, Skipped};
use crate::policy::visible::visible_line;
use serde_json::{Value, json};

/// A plan with where it leads.
#[derive(Debug)]
pub struct ImportReport<'a> {
    pub format: &'a str,
    pub file: &'a str,
    pub set: &'a str,
    pub set_is_new: bool,
    pub plan: &'a ImportPlan,
    /// The files that would be written, with how many lines come in.
    pub files: &'a [(String, usize)],
}

/// Of each kind so many are shown; the rest is counted, and stands in the JSON.
const MOST_SHOWN: usize = 20;

/// What each mapped value became, what is repeated or contradicted, and what could not be read.
pub fn text(report: &ImportReport<'_>, paint: Paint) -> String {
    let plan = report.plan;
    let own = |text: &str| own_words(text).into_owned();
    let new = if report.set_is_new { " (new)" } else { "" };
    let mut out = format!("{} → gold set {}{new}\n", paint.bold(own(report.file)), paint.bold(own(report.set)));
    let mut counts = vec![
        count(plan.rows as u64, "row", "rows"),
        count(plan.cases.len() as u64, "new case", "new cases"),
        format!("{} already in the set", thousands(plan.already as u64)),
    ];
    if plan.new_labels() + plan.labels_already > 0 {
        counts.push(count(plan.new_labels() as u64, "new label", "new labels"));
        counts.push(format!("{} labels already there", thousands(plan.labels_already as u64)));
    }
    out.push_str(&format!("{}\n", counts.join(", ")));
    for distribution in &plan.distributions {
        out.push_str(&format!("\n{}\n{}", paint.bold(own(&distribution.field)), values(distribution, paint)));
    }
    let said = ["contradiction: same text, different labels", "contradictions: same text, different labels"];
    list(&mut out, paint, said, &plan.contradictions, 0, contradiction);
    let said = ["duplicate: same text, same labels", "duplicates: same text, same labels"];
    list(&mut out, paint, said, &plan.duplicates, 0, duplicate);
    let said = ["stretch of rows left out", "stretches of rows left out"];
    list(&mut out, paint, said, &plan.skipped, plan.more_skipped, skipped);
    let said = ["row with an error", "rows with errors"];
    list(&mut out, paint, said, &plan.row_errors, plan.more_errors, row_error);
    for note in &plan.notes {
        out.push_str(&format!("\nnote: {}\n", own(note)));
    }
    out
}

/// The files that were written, or would be.
pub fn written(report: &ImportReport<'_>, dry_run: bool, paint: Paint) -> String {
    if report.files.is_empty() {
        return "\nnothing to write: everything is there already\n".to_owned();
    }
    let title = if dry_run { "would write (nothing is written in a dry run)" } else { "written" };
    let rows: Vec<Vec<Cell>> = report
        .files
        .iter()
        .map(|(path, lines)| {
            let lines = if *lines == 0 { String::new() } else { count(*lines as u64, "line", "lines") };
            vec![own_words(path).into_owned().into(), lines.into()]
        })
        .collect();
    format!("\n{}\n{}", paint.bold(title), lines(&rows, 2))
}

fn values(distribution: &Distribution, paint: Paint) -> String {
    let row = |value: &Count| {
        let shown = match (value.value.is_empty(), visible_line(&value.value)) {
            (true, _) => "(empty)".to_owned(),
            (false, shown) => shown.into_owned(),
        };
        let became = match value.outcome {
            Outcome::Mapped => Cell::new(own_words(&value.to).into_owned()),
            Outcome::Empty => Cell::new("nothing").painted(|text| paint.dim(text)),
            Outcome::Unknown => Cell::new("left unknown").painted(|text| paint.notable(text)),
            Outcome::Skipped => Cell::new("left out").painted(|text| paint.notable(text)),
            Outcome::Error => Cell::new("error").painted(|text| paint.worse(text)),
        };
        vec![Cell::new(thousands(value.n as u64)).right(), shown.into(), Cell::new("→"), became]
    };
    let mut out = lines(&distribution.counts.iter().map(row).collect::<Vec<_>>(), 2);
    if distribution.others > 0 {
        out.push_str(&format!("  and {} with other values\n", count(distribution.others as u64, "row", "rows")));
    }
    out
}

/// `said` is what one item is called, and what several are.
fn list<T>(out: &mut String, paint: Paint, said: [&str; 2], items: &[T], more: usize, one: fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let title = count((items.len() + more) as u64, said[0], said[1]);
    out.push_str(&format!("\n{}\n", paint.bold(title)));
    items.iter().take(MOST_SHOWN).for_each(|item| out.push_str(&one(item)));
    let rest = items.len().saturating_sub(MOST_SHOWN) + more;
    if rest > 0 {
        let told = if more == 0 { "; `--format json` lists them all" } else { "" };
        out.push_str(&format!("  … and {} more{told}\n", thousands(rest as u64)));
    }
}

fn rows(rows: &[usize]) -> String {
    const MOST: usize = 8;
    let mut words: Vec<String> = rows.iter().take(MOST).map(usize::to_string).collect();
    if rows.len() > MOST {
        words.push(format!("and {} more", rows.len() - MOST));
    }
    format!("{} {}", if rows.len() == 1 { "row" } else { "rows" }, words.join(", "))
}

fn contradiction(found: &Contradiction) -> String {
    let mut out = format!("  {}: {}\n", rows(&found.rows), own_words(&found.text));
    for (row, reading) in found.rows.iter().zip(&found.readings) {
        out.push_str(&format!("    row {row}: {}\n", own_words(reading)));
    }
    out
}

fn duplicate(found: &Duplicate) -> String {
    let held = match found.held.len() {
        0 => String::new(),
        _ => format!(" (in the set already as {})", own_words(&found.held.join(", "))),
    };
    format!("  {}{held}: {}\n", rows(&found.rows), own_words(&found.text))
}

fn skipped(found: &Skipped) -> String {
    let range = match found.rows {
        0 | 1 => format!("row {}", found.row),
        n => format!("rows {} to {}", found.row, found.row + n - 1),
    };
    format!("  {range}: {}  {}\n", own_words(&found.reason), own_words(&found.text)).replace("  \n", "\n")
}

fn row_error(error: &RowError) -> String {
    let field = if error.field.is_empty() { String::new() } else { format!(", {}", own_words(&error.field)) };
    format!("  row {}{field}: {}. {}\n", error.row, own_words(&error.message), own_words(&error.help))
}

/// `{"format", "file", "set", "set_is_new", "rows", "cases", "already", "labels", "labels_already", "distributions",
/// "contradictions", "duplicates", "skipped", "more_skipped", "row_errors", "more_row_errors", "notes", "files",
/// "written"}`; `cases` are the ids of the new ones with their rows.
pub fn json(report: &ImportReport<'_>, written: bool) -> Value {
    let plan = report.plan;
    let value = |count: &Count| {
        let outcome = match count.outcome {
            Outcome::Mapped => "mapped",
            Outcome::Empty => "empty",
            Outcome::Unknown => "unknown",
            Outcome::Skipped => "skipped",
            Outcome::Error => "error",
        };
        json!({"value": count.value, "outcome": outcome, "to": count.to, "n": count.n})
    };
    let distribution = |found: &Distribution| {
        let values: Vec<Value> = found.counts.iter().map(value).collect();
        json!({"field": found.field, "values": values, "others": found.others})
    };
    let list = |values: Vec<Value>| Value::Array(values);
    json!({
        "format": report.format,
        "file": report.file,
        "set": report.set,
        "set_is_new": report.set_is_new,
        "rows": plan.rows,
        "cases": list(plan.cases.iter().map(|case| json!({"id": case.id, "row": case.row})).collect()),
        "already": plan.already,
        "labels": plan.new_labels(),
        "labels_already": plan.labels_already,
        "distributions": list(plan.distributions.iter().map(distribution).collect()),
        "contradictions": list(
            plan.contradictions
                .iter()
                .map(|c| json!({"rows": c.rows, "ids": c.ids, "readings": c.readings, "text": c.text}))
                .collect(),
        ),
        "duplicates": list(
            plan.duplicates
                .iter()
                .map(|d| json!({"rows": d.rows, "ids": d.ids, "held": d.held, "text": d.text}))
                .collect(),
        ),
        "skipped": list(
            plan.skipped
                .iter()
                .map(|s| json!({"row": s.row, "rows": s.rows, "reason": s.reason, "text": s.text}))
                .collect(),
        ),
        "more_skipped": plan.more_skipped,
        "row_errors": list(
            plan.row_errors
                .iter()
                .map(|e| json!({"row": e.row, "field": e.field, "message": e.message, "help": e.help}))
                .collect(),
        ),
        "more_row_errors": plan.more_errors,
        "notes": plan.notes,
        "files": list(report.files.iter().map(|(path, lines)| json!({"path": path, "lines": lines})).collect()),
        "written": written,
    })
}
