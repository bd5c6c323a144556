//! The policy over time: since when a case is decided so, what a clause decided when, which step changed what.

use super::decisions::number;
use super::figure::{count, proportion, proportion_json, thousands};
use super::history::day;
use super::matrix;
use super::paint::{Paint, markdown_words, own_words};
use crate::analyze::space::{Points, thousands as points};
use crate::replay::flip::FlipKind;
use crate::stats::Proportion;
use crate::vcs::Commit;
use serde_json::{Value, json};

/// A verdict in words that hold across versions.
#[derive(Debug, Clone)]
pub struct RuledWords {
    pub behavior: String,
    pub clause: Option<String>,
    pub undetermined: bool,
}

/// Since when a case is decided as it is.
#[derive(Debug)]
pub struct BisectReport<'a> {
    pub set: &'a str,
    pub case: &'a str,
    pub now: RuledWords,
    pub turn: Option<TurnWords<'a>>,
    pub decided: usize,
}

/// The step that brought a verdict.
#[derive(Debug)]
pub struct TurnWords<'a> {
    /// `None` where the edit is not committed.
    pub commit: Option<&'a Commit>,
    /// `None` where the history begins with it.
    pub before: Option<RuledWords>,
    pub after: RuledWords,
    /// The edits of that step behind it, in sentences.
    pub edits: Vec<String>,
}

/// Which steps changed what a clause decides.
#[derive(Debug)]
pub struct BlameReport<'a> {
    pub clause: &'a str,
    pub commits: usize,
    pub changes: Vec<BlameWords<'a>>,
}

#[derive(Debug)]
pub struct BlameWords<'a> {
    pub commit: &'a Commit,
    pub gained: &'a Points,
    pub lost: &'a Points,
    pub turned: &'a Points,
    pub regions: &'a [String],
    pub own: &'a [String],
    pub elsewhere: &'a [String],
}

/// What every step did to the gold cases.
#[derive(Debug)]
pub struct HistoryReport<'a> {
    pub steps: Vec<StepWords<'a>>,
    pub policies: usize,
    /// Of one case only.
    pub only: Option<String>,
    /// How many cases of a step are named in text.
    pub limit: usize,
}

#[derive(Debug)]
pub struct StepWords<'a> {
    pub commit: &'a Commit,
    pub is_edit: bool,
    pub is_first: bool,
    pub is_broken: bool,
    pub agree: Proportion,
    pub changed: Vec<CaseWords>,
}

#[derive(Debug)]
pub struct CaseWords {
    pub set: String,
    pub case: String,
    pub kind: FlipKind,
    pub before: RuledWords,
    pub after: RuledWords,
}

fn ruled(ruled: &RuledWords) -> String {
    let by = ruled.clause.as_ref().map_or("by default".to_owned(), |clause| format!("by {clause}"));
    let open = if ruled.undetermined { ", undetermined" } else { "" };
    format!("{} {by}{open}", ruled.behavior)
}

fn ruled_json(ruled: &RuledWords) -> Value {
    json!({"behavior": ruled.behavior, "clause": ruled.clause, "undetermined": ruled.undetermined})
}

fn commit_json(commit: &Commit) -> Value {
    json!({"commit": commit.id.as_str(), "date": day(commit.when), "author": commit.author.name, "subject": commit.subject})
}

fn commit_line(commit: &Commit, paint: Paint) -> String {
    let subject = own_words(&commit.subject).into_owned();
    format!("{}  {}  {}", paint.notable(commit.id.short()), day(commit.when), paint.bold(subject))
}

/// The step, from what to what, and the edits behind it.
pub fn bisect(report: &BisectReport<'_>, paint: Paint) -> String {
    let name = own_words(&format!("{}/{}", report.set, report.case)).into_owned();
    let mut out = format!("{}  {}\n", paint.bold(name), own_words(&ruled(&report.now)));
    let Some(turn) = &report.turn else {
        out.push_str("nothing is committed, so there is no history to look at\n");
        return out;
    };
    match (turn.commit, &turn.before) {
        (None, _) => out.push_str("since an edit that is not committed\n"),
        (Some(_), None) => out.push_str("since the history begins:\n"),
        (Some(_), Some(_)) => out.push_str("since this commit:\n"),
    }
    if let Some(commit) = turn.commit {
        out.push_str(&format!("  {}\n", commit_line(commit, paint)));
        out.push_str(&format!("             {}\n", paint.dim(own_words(&commit.author.name))));
    }
    if let Some(before) = &turn.before {
        out.push_str(&format!("  {}\n", own_words(&format!("{} → {}", ruled(before), ruled(&turn.after)))));
    }
    for edit in &turn.edits {
        out.push_str(&format!("  {} {}\n", paint.dim("edit"), own_words(edit)));
    }
    out.push_str(&format!(
        "{}\n",
        paint.dim(format!("decided at {}", count(report.decided as u64, "version", "versions")))
    ));
    out
}

/// `{"set", "case", "now", "since": {"commit": …, "before", "after", "edits"}, "decided"}`
pub fn bisect_json(report: &BisectReport<'_>) -> Value {
    let since = report.turn.as_ref().map(|turn| {
        json!({
            "commit": turn.commit.map(commit_json),
            "before": turn.before.as_ref().map(ruled_json),
            "after": ruled_json(&turn.after),
            "edits": turn.edits,
        })
    });
    json!({"set": report.set, "case": report.case, "now": ruled_json(&report.now), "since": since, "decided": report.decided})
}

/// So many of a commit's other edits are told in text: a commit that begins a policy has dozens.
const MOST_ELSEWHERE: usize = 5;

/// Each commit with the points that the clause gained and lost, and the edits that did it.
pub fn blame(report: &BlameReport<'_>, paint: Paint) -> String {
    let commits = count(report.commits as u64, "commit", "commits");
    let changes = count(report.changes.len() as u64, "of them changed", "of them changed");
    let id = own_words(report.clause).into_owned();
    let mut out = format!("{}  {commits}, {changes} what it decides\n", paint.bold(id));
    for change in &report.changes {
        out.push_str(&format!("\n{}\n", commit_line(change.commit, paint)));
        out.push_str(&format!("  {}\n", change_words(change.gained, change.lost, change.turned)));
        for (edits, name) in [(change.own, "edit"), (change.elsewhere, "elsewhere")] {
            let told = if name == "edit" { edits.len() } else { MOST_ELSEWHERE.min(edits.len()) };
            for edit in &edits[..told] {
                out.push_str(&format!("  {} {}\n", paint.dim(name), own_words(edit)));
            }
            if told < edits.len() {
                let more = edits.len() - told;
                out.push_str(&format!(
                    "  {}\n",
                    paint.dim(format!("… and {more} more elsewhere, all in `--format json`"))
                ));
            }
        }
        for region in change.regions {
            out.push_str(&format!("    {}\n", paint.dim(own_words(region))));
        }
    }
    out
}

/// `+120 points, −40 points`: what a clause decides since, no longer, and otherwise.
pub fn change_words(gained: &Points, lost: &Points, turned: &Points) -> String {
    let parts = [(gained, "+", "points"), (lost, "−", "points"), (turned, "", "points otherwise")];
    let parts = parts.into_iter().filter(|(number, ..)| **number != Points::ZERO);
    parts.map(|(number, sign, word)| format!("{sign}{} {word}", points(number))).collect::<Vec<_>>().join(", ")
}

/// `{"clause", "commits", "changes": [{"commit", "date", …, "gained", "lost", "turned", "regions", "edits", "elsewhere"}]}`
pub fn blame_json(report: &BlameReport<'_>) -> Value {
    let changes = report.changes.iter().map(|change| {
        let mut object = commit_json(change.commit);
        object["gained"] = number(change.gained);
        object["lost"] = number(change.lost);
        object["turned"] = number(change.turned);
        object["regions"] = json!(change.regions);
        object["edits"] = json!(change.own);
        object["elsewhere"] = json!(change.elsewhere);
        object
    });
    json!({"clause": report.clause, "commits": report.commits, "changes": changes.collect::<Vec<_>>()})
}

/// A line a commit, and the cases that it changed.
pub fn history(report: &HistoryReport<'_>, paint: Paint) -> String {
    let mut out = String::new();
    for step in report.steps.iter().filter(|step| shown(report, step)) {
        out.push_str(&format!("{}\n  {}\n", commit_line(step.commit, paint), step_words(step)));
        for case in step.changed.iter().take(report.limit) {
            let words = format!("{}/{}  {} → {}", case.set, case.case, ruled(&case.before), ruled(&case.after));
            let sign = paint.flip(case.kind, case.kind.sign());
            out.push_str(&format!("    {sign} {}\n", own_words(&words)));
        }
        if step.changed.len() > report.limit {
            out.push_str(&format!("    … and {} more\n", thousands((step.changed.len() - report.limit) as u64)));
        }
    }
    if let (Some(case), true) = (&report.only, report.steps.iter().all(|step| step.changed.is_empty())) {
        out.push_str(&format!("no commit changed the verdict on {}\n", own_words(case)));
    }
    let commits = count(report.steps.len() as u64, "commit", "commits");
    let policies = count(report.policies as u64, "different policy", "different policies");
    out.push_str(&format!("{}\n", paint.dim(format!("{commits}, {policies}"))));
    out
}

/// Of one case, only the steps that changed it; else those that edited the policy.
fn shown(report: &HistoryReport<'_>, step: &StepWords<'_>) -> bool {
    !step.changed.is_empty() || report.only.is_none() && (step.is_edit || step.is_first || step.is_broken)
}

fn step_words(step: &StepWords<'_>) -> String {
    if step.is_broken {
        return "the policy cannot be read here: passed over".to_owned();
    }
    let counts = FlipKind::ALL.map(|kind| (kind, step.changed.iter().filter(|case| case.kind == kind).count()));
    let counts =
        counts.into_iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{}{n} {}", kind.sign(), kind.word()));
    let counts: Vec<String> = counts.collect();
    let counts = match (step.is_first, counts.is_empty()) {
        (true, _) => "the history begins".to_owned(),
        (_, true) => "no verdict changed".to_owned(),
        _ => counts.join(" "),
    };
    format!("{counts}; agreement {}", proportion(step.agree))
}

/// A table of the commits that edited the policy.
pub fn history_markdown(report: &HistoryReport<'_>) -> String {
    let mut out = "| commit | | what it did to the gold cases |\n| --- | --- | --- |\n".to_owned();
    for step in report.steps.iter().filter(|step| shown(report, step)) {
        let subject = markdown_words(&step.commit.subject);
        let words = markdown_words(&step_words(step));
        out.push_str(&format!("| {} {} | {subject} | {words} |\n", step.commit.id.short(), day(step.commit.when)));
    }
    out
}

/// `{"policies", "steps": [{"commit", …, "edit", "first", "broken", "agree", "changed": [{"set", "case", "kind", "before", "after"}]}],
/// "cases": [{"set", "case", "was", "turns"}]}`
pub fn history_json(report: &HistoryReport<'_>) -> Value {
    let steps = report.steps.iter().map(|step| {
        let changed = step.changed.iter().map(|case| {
            json!({
                "set": case.set,
                "case": case.case,
                "kind": case.kind.word(),
                "before": ruled_json(&case.before),
                "after": ruled_json(&case.after),
            })
        });
        let mut object = commit_json(step.commit);
        object["edit"] = step.is_edit.into();
        object["first"] = step.is_first.into();
        object["broken"] = step.is_broken.into();
        object["agree"] = proportion_json(step.agree);
        object["changed"] = changed.collect::<Vec<_>>().into();
        object
    });
    json!({"policies": report.policies, "steps": steps.collect::<Vec<_>>(), "cases": matrix::json(report)})
}
