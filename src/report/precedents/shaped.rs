//! The rulings that shaped a clause or a category.

use super::{head, holding, precedent_json};
use crate::precedent::{Reasons, Shaping};
use crate::report::paint::{Paint, markdown_words, own_words};
use crate::report::replay::VersionName;
use serde_json::{Value, json};

/// A commit that changed the text and came with rulings.
#[derive(Debug)]
pub struct ShapingCommit<'a> {
    pub commit: &'a str,
    pub subject: &'a str,
    pub author: &'a str,
    /// As its trailers name them.
    pub rulings: &'a [String],
}

/// What shaped a text.
#[derive(Debug)]
pub struct ShapedReport<'a> {
    pub version: VersionName,
    /// The id of the clause or category.
    pub text: &'a str,
    pub rulings: &'a [Shaping],
    /// Newest first.
    pub commits: Vec<ShapingCommit<'a>>,
}

/// The rulings, each with its holding and why it is told; then the commits.
pub fn text(report: &ShapedReport<'_>, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let mut out = format!("{}\n", paint.bold(own(report.text)));
    for one in report.rulings {
        out.push_str(&format!("  {}\n", head(&one.precedent, paint)));
        if !one.precedent.ruling.holding.trim().is_empty() {
            out.push_str(&format!("      {}\n", holding(&one.precedent)));
        }
        out.push_str(&format!("      {}\n", paint.dim(reasons(one.reasons).join(", "))));
    }
    if report.rulings.is_empty() {
        out.push_str("  no ruling shaped it\n");
    }
    if !report.commits.is_empty() {
        out.push_str(&format!("\n{}\n", paint.bold("commits that changed it and came with rulings")));
    }
    for commit in &report.commits {
        let short = commit.commit.get(..8).unwrap_or(commit.commit);
        out.push_str(&format!(
            "  {}  {}  {}\n",
            paint.notable(short),
            own(commit.subject),
            paint.dim(own(commit.author))
        ));
        commit.rulings.iter().for_each(|ruling| out.push_str(&format!("      {}\n", own(ruling))));
    }
    out
}

fn reasons(reasons: Reasons) -> Vec<&'static str> {
    let Reasons { cites, decides, committed } = reasons;
    let words = [
        (cites, "it rests on this text"),
        (decides, "the case falls under it"),
        (committed, "it came with a commit that changed it"),
    ];
    words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect()
}

/// A table of the rulings and a list of the commits.
pub fn markdown(report: &ShapedReport<'_>) -> String {
    let mut out = format!("## Rulings that shaped {}\n\n", markdown_words(report.text));
    out.push_str("| ruling | stands | holding | why |\n| --- | --- | --- | --- |\n");
    for one in report.rulings {
        let found = &one.precedent;
        let cells = [
            format!("{}/{}", found.set, found.ruling.case),
            super::stand_words(found),
            found.ruling.holding.clone(),
            reasons(one.reasons).join(", "),
        ];
        out.push_str(&format!("| {} |\n", cells.map(|cell| markdown_words(&cell)).join(" | ")));
    }
    if !report.commits.is_empty() {
        out.push('\n');
    }
    for commit in &report.commits {
        let short = commit.commit.get(..8).unwrap_or(commit.commit);
        let rulings = markdown_words(&commit.rulings.join(", "));
        out.push_str(&format!("- {short} {}: {rulings}\n", markdown_words(commit.subject)));
    }
    out
}

/// `{"version", "text", "rulings": [ruling with "cites", "decides", "committed"], "commits": [{"commit", "subject",
/// "author", "rulings"}]}`
pub fn json(report: &ShapedReport<'_>) -> Value {
    let ruling = |one: &Shaping| {
        let mut value = precedent_json(&one.precedent);
        let Reasons { cites, decides, committed } = one.reasons;
        value["cites"] = cites.into();
        value["decides"] = decides.into();
        value["committed"] = committed.into();
        value
    };
    let commit = |one: &ShapingCommit<'_>| json!({"commit": one.commit, "subject": one.subject, "author": one.author, "rulings": one.rulings});
    json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "text": report.text,
        "rulings": report.rulings.iter().map(ruling).collect::<Vec<_>>(),
        "commits": report.commits.iter().map(commit).collect::<Vec<_>>(),
    })
}
