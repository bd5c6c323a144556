//! A label or ruling that was written down.

use super::paint::{Paint, own_words};
use serde_json::{Value, json};

/// What was written, and where.
#[derive(Debug)]
pub struct RecordReport<'a> {
    /// `label` or `ruling`
    pub what: &'a str,
    pub id: &'a str,
    pub set: &'a str,
    pub case: &'a str,
    pub by: &'a str,
    /// What it says, in a word or two: `refuse`, `abstention`, `majority-upheld`.
    pub says: &'a str,
    /// Relative to the policy folder.
    pub file: &'a str,
    /// Ids of what no longer stands because of it.
    pub replaced: &'a [String],
    /// Things to know that do not stand in the way.
    pub notes: &'a [String],
}

/// Three lines at most: what, where, and what it replaced.
pub fn text(report: &RecordReport<'_>, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let mut out = format!(
        "{} {}: {}/{} {} by {}\n  {}\n",
        report.what,
        paint.bold(report.id),
        own(report.set),
        own(report.case),
        paint.bold(own(report.says)),
        own(report.by),
        own(report.file),
    );
    if !report.replaced.is_empty() {
        out.push_str(&format!("  in place of {}\n", own(&report.replaced.join(", "))));
    }
    for note in report.notes {
        out.push_str(&format!("  {} {}\n", paint.notable("note:"), own(note)));
    }
    out
}

/// `{"id", "set", "case", "by", "says", "file", "replaced", "notes"}`
pub fn json(report: &RecordReport<'_>) -> Value {
    json!({
        "id": report.id,
        "set": report.set,
        "case": report.case,
        "by": report.by,
        "says": report.says,
        "file": report.file,
        "replaced": report.replaced,
        "notes": report.notes,
    })
}
