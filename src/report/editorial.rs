//! An edit that was declared editorial, or is to be.

use super::figure::count;
use super::paint::{Paint, own_words};
use serde_json::{Value, json};

/// What is declared, and what it means.
#[derive(Debug)]
pub struct EditorialReport<'a> {
    /// The id of the clause or category.
    pub text: &'a str,
    /// The name of the version with the earlier wording.
    pub base: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    /// Labels and rulings that stand on because of it.
    pub labels: usize,
    pub rulings: usize,
    /// Cases that the clause decides otherwise, as `set/case`.
    pub decided_otherwise: &'a [String],
    /// Where the version was not named and is no more the last commit: the earlier wordings that something rests on. The first of
    /// them is the base.
    pub earlier: &'a [EarlierAt<'a>],
    /// The record and its file; `None` where nothing was written.
    pub written: Option<(&'a str, &'a str)>,
}

/// A version with an earlier wording.
#[derive(Debug)]
pub struct EarlierAt<'a> {
    pub base: &'a str,
    pub subject: &'a str,
    pub labels: usize,
    pub rulings: usize,
}

/// A few lines: what, what it carries over, and what speaks against it.
pub fn text(report: &EditorialReport<'_>, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let mut out =
        format!("{}: {} at {} → {} now\n", paint.bold(own(report.text)), report.from, own(report.base), report.to);
    if let [first, others @ ..] = report.earlier {
        let words = "HEAD asks the same already; taken is the last version with an earlier wording";
        out.push_str(&format!("  {words}: {} {}\n", own(first.base), paint.dim(own(first.subject))));
        for other in others {
            let rest = carried(other.labels, other.rulings);
            out.push_str(&format!("  {rest} rest on an earlier one still: --base {}\n", own(other.base)));
        }
    }
    out.push_str(&format!("  carries over {}\n", carried(report.labels, report.rulings)));
    if !report.decided_otherwise.is_empty() {
        let cases = count(report.decided_otherwise.len() as u64, "case", "cases");
        let named = report.decided_otherwise.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>();
        out.push_str(&format!(
            "  {} {}\n",
            paint.worse(format!("{cases} decided otherwise by it:")),
            own(&named.join(", "))
        ));
    }
    match report.written {
        Some((id, file)) => out.push_str(&format!("  {} {}\n", own(file), paint.dim(id))),
        None => out.push_str(&format!("  {}\n", paint.notable("nothing was written"))),
    }
    out
}

fn carried(labels: usize, rulings: usize) -> String {
    format!("{} and {}", count(labels as u64, "label", "labels"), count(rulings as u64, "ruling", "rulings"))
}

const MOST_NAMED: usize = 10;

/// `{"text", "base", "from", "to", "carried": {"labels", "rulings"}, "decided_otherwise", "earlier": [{"base", "subject",
/// "labels", "rulings"}], "id", "file"}`, the last two `null` where nothing was written.
pub fn json(report: &EditorialReport<'_>) -> Value {
    let earlier = |one: &EarlierAt<'_>| json!({"base": one.base, "subject": one.subject, "labels": one.labels, "rulings": one.rulings});
    json!({
        "text": report.text,
        "base": report.base,
        "from": report.from,
        "to": report.to,
        "carried": {"labels": report.labels, "rulings": report.rulings},
        "decided_otherwise": report.decided_otherwise,
        "earlier": report.earlier.iter().map(earlier).collect::<Vec<_>>(),
        "id": report.written.map(|(id, _)| id),
        "file": report.written.map(|(_, file)| file),
    })
}
