//! Two versions side by side: text, structure, decisions, outcomes.

use super::decisions::{self, DecisionsReport};
use super::figure::count;
use super::paint::{Paint, own_words};
use super::replay::{self, ReplayReport, named};
use super::table::{Cell, lines};
use crate::analyze::space::TooLarge;
use crate::analyze::structure::{Change, ChangeKind};
use crate::analyze::text::{Difference, Hunk, Line, Tag};
use crate::policy::visible::visible_line;
use serde_json::{Map, Value, json};

/// The readings that were asked for; `None` for one that was not.
#[derive(Debug)]
pub struct DifferenceReport<'a> {
    pub text: Option<Vec<FileText<'a>>>,
    pub structure: Option<&'a [Change]>,
    pub decisions: Decisions<'a>,
    pub outcomes: bool,
    /// Names the versions, and holds the outcomes.
    pub replay: ReplayReport<'a>,
}

/// The reading as decisions.
#[derive(Debug)]
pub enum Decisions<'a> {
    NotAsked,
    /// There is no version to compare with.
    NoBase,
    /// The space of the two versions is too large to be known exactly.
    TooLarge,
    Known(Box<DecisionsReport<'a>>),
}

/// How one file differs.
#[derive(Debug)]
pub struct FileText<'a> {
    pub path: &'a str,
    /// `added`, `removed`, `changed`
    pub fate: &'static str,
    /// Without hunks for files of records, of which only the number is told.
    pub difference: &'a Difference,
}

/// One reading after the other.
pub fn text(report: &DifferenceReport<'_>, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(own_words(&versions(report))));
    if let Some(words) = parted(report) {
        out.push_str(&format!("{}\n", paint.notable(own_words(&words))));
    }
    if let Some(structure) = report.structure {
        out.push_str(&format!("\n{}\n{}", paint.bold("structure"), structure_of(report, structure, paint)));
    }
    if let Some(files) = &report.text {
        out.push_str(&format!("\n{}\n", paint.bold("text")));
        if files.is_empty() {
            out.push_str("  no file differs\n");
        }
        files.iter().for_each(|file| out.push_str(&file_text(file, paint)));
    }
    let decisions = match &report.decisions {
        Decisions::NotAsked => None,
        Decisions::Known(known) => Some(decisions::text(known, paint)),
        Decisions::NoBase => Some(format!("  {NO_BASE}\n")),
        Decisions::TooLarge => Some(format!("  {}\n  {}\n", TooLarge::versions(), TooLarge::VERSIONS_HELP)),
    };
    if let Some(decisions) = decisions {
        out.push_str(&format!("\n{}\n{decisions}", paint.bold("decisions")));
    }
    if report.outcomes {
        out.push_str(&format!("\n{}\n{}", paint.bold("outcomes"), outcomes_text(report, paint)));
    }
    out
}

const NO_BASE: &str = "there is no version to compare with yet: everything is new";

fn versions(report: &DifferenceReport<'_>) -> String {
    match &report.replay.base {
        Some(base) => format!("{} → {}", named(base), named(&report.replay.head)),
        None => format!("nothing → {}", named(&report.replay.head)),
    }
}

/// That the base went on since the head parted from it.
fn parted(report: &DifferenceReport<'_>) -> Option<String> {
    let (base, head) = (report.replay.base.as_ref()?, &report.replay.head);
    // The files on disk stand on the last commit, and cannot be named here.
    let head = head.commit.as_ref().map_or("HEAD", |_| &head.rev);
    replay::parted(&report.replay, &format!("{}...{head}", base.rev))
}

fn structure_of(report: &DifferenceReport<'_>, changes: &[Change], paint: Paint) -> String {
    match &report.replay.base {
        Some(_) => structure_text(changes, paint),
        None => format!("  {NO_BASE}\n"),
    }
}

/// One line a change: its sign, what it says, where it stands.
pub fn structure_text(changes: &[Change], paint: Paint) -> String {
    if changes.is_empty() {
        return "  no field of the policy differs\n".to_owned();
    }
    let row = |change: &Change| {
        let sign = match change.kind {
            ChangeKind::Added => Cell::new("+").painted(|sign| paint.better(sign)),
            ChangeKind::Removed => Cell::new("-").painted(|sign| paint.worse(sign)),
            _ => Cell::new("~").painted(|sign| paint.notable(sign)),
        };
        let place = change.place().map(|place| own_words(&place.to_string()).into_owned()).unwrap_or_default();
        let decides = if change.decides { "" } else { "changes no decision" };
        vec![
            sign,
            visible_line(&change.sentence()).into_owned().into(),
            Cell::new(place).painted(|place| paint.dim(place)),
            Cell::new(decides).painted(|words| paint.dim(words)),
        ]
    };
    // Sentences are of any length, so the place stands behind each, not in a column.
    let lines: Vec<String> = changes.iter().map(row).map(|row| lines(&[row], 2)).collect();
    lines.concat()
}

fn file_text(file: &FileText<'_>, paint: Paint) -> String {
    let difference = file.difference;
    let counts = format!("{} removed, {} added", difference.removed, difference.added);
    let what = if difference.hunks.is_empty() { "records" } else { "lines" };
    let path = paint.bold(own_words(file.path));
    let mut out = format!("  {path}  {}\n", paint.dim(format!("{}, {what}: {counts}", file.fate)));
    for hunk in &difference.hunks {
        out.push_str(&format!("  {}\n", paint.dim(hunk_head(hunk))));
        hunk.lines.iter().for_each(|line| out.push_str(&line_text(line, paint)));
    }
    if difference.left_out > 0 {
        let lines = count(difference.left_out as u64, "line", "lines");
        out.push_str(&format!("  {}\n", paint.dim(format!("… and {lines} more"))));
    }
    out
}

fn hunk_head(hunk: &Hunk) -> String {
    let part = |range: &std::ops::Range<usize>| format!("{},{}", range.start + 1, range.len());
    format!("@@ -{} +{} @@", part(&hunk.base), part(&hunk.head))
}

fn line_text(line: &Line, paint: Paint) -> String {
    let painted = |text: &str, emphasised: bool| match (line.tag, emphasised) {
        (Tag::Same, _) => text.to_owned(),
        (Tag::Removed, false) => paint.worse(text),
        (Tag::Removed, true) => paint.bold(paint.worse(text)),
        (Tag::Added, false) => paint.better(text),
        (Tag::Added, true) => paint.bold(paint.better(text)),
    };
    let mut out = format!("  {}", painted(&line.tag.sign().to_string(), false));
    for segment in &line.segments {
        // A tab stays one: the line is shown as it stands in the file.
        let shown: Vec<_> = segment.text.split('\t').map(|part| visible_line(part).into_owned()).collect();
        out.push_str(&painted(&shown.join("\t"), segment.emphasised));
    }
    out.push('\n');
    out
}

fn outcomes_text(report: &DifferenceReport<'_>, paint: Paint) -> String {
    let replay = report.replay.replay;
    let mut out = replay::measures(&replay.head_measures(), replay.base_measures().as_ref(), paint);
    if let Some(change) = replay.discordant() {
        out.push_str(&format!("  change         {}\n", super::figure::paired(change)));
    }
    out.push_str(&replay::flips(&report.replay, paint));
    out.push_str(&replay::label_changes(&report.replay, paint));
    out
}

/// For a comment on a change that is up for review: the structure, and the outcomes as [`replay::markdown`] has them.
pub fn markdown(report: &DifferenceReport<'_>) -> String {
    use super::paint::markdown_words;
    let mut out = format!("## {}\n", markdown_words(&versions(report)));
    if let Some(words) = parted(report) {
        out.push_str(&format!("\n{}\n", markdown_words(&words)));
    }
    if let Some(structure) = report.structure {
        let changes = count(structure.len() as u64, "change", "changes");
        out.push_str(&format!("\n### Structure: {changes}\n\n"));
        for change in structure {
            let place = change.place().map(|place| format!(" ({place})")).unwrap_or_default();
            out.push_str(&format!("- {}{}\n", markdown_words(&change.sentence()), markdown_words(&place)));
        }
    }
    if let Some(files) = &report.text {
        out.push_str(&format!("\n### Text: {}\n\n", count(files.len() as u64, "file", "files")));
        for file in files {
            out.push_str(&format!(
                "- {} {}: {} removed, {} added\n",
                markdown_words(file.path),
                file.fate,
                file.difference.removed,
                file.difference.added
            ));
        }
        for file in files.iter().filter(|file| !file.difference.hunks.is_empty()) {
            let body = unified(file);
            // A fence longer than any in the text cannot be closed by it.
            let fence = "`".repeat(longest_run(&body).max(2) + 1);
            let name = markdown_words(file.path);
            out.push_str(&format!(
                "\n<details><summary>{name}</summary>\n\n{fence}diff\n{body}{fence}\n\n</details>\n"
            ));
        }
    }
    let decisions = match &report.decisions {
        Decisions::NotAsked => None,
        Decisions::Known(known) => Some(decisions::markdown(known)),
        Decisions::NoBase => Some(format!("{NO_BASE}.\n")),
        Decisions::TooLarge => Some(format!("{}. {}\n", TooLarge::versions(), TooLarge::VERSIONS_HELP)),
    };
    if let Some(decisions) = decisions {
        out.push_str(&format!("\n### Decisions\n\n{decisions}"));
    }
    if report.outcomes {
        out.push_str(&format!("\n{}", replay::markdown(&report.replay)));
    }
    out
}

/// Hunks as `git` writes them, made safe to show.
fn unified(file: &FileText<'_>) -> String {
    let mut out = String::new();
    for hunk in &file.difference.hunks {
        out.push_str(&format!("{}\n", hunk_head(hunk)));
        hunk.lines.iter().for_each(|line| out.push_str(line_text(line, Paint::PLAIN).get(2..).unwrap_or_default()));
    }
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// `{"base", "head", "text", "structure", "decisions", "outcomes"}`, the readings that were not asked for left out. Where
/// decisions alone were asked for, what they consist of stands beside `base` and `head`; where they are not known, `unknown` says why. `text` is a list of
/// `{"file", "change", "removed", "added", "left_out", "hunks"}`, `structure` one of `{"subject", "id", "kind", "field", "before",
/// "after", "sentence", "decides", "base", "head"}`, `outcomes` what `casebook replay --format json` prints.
pub fn json(report: &DifferenceReport<'_>) -> Value {
    let replay = replay::json(&report.replay);
    let mut object = Map::new();
    object.insert("base".to_owned(), replay["base"].clone());
    object.insert("head".to_owned(), replay["head"].clone());
    object.insert("merge_base".to_owned(), replay["merge_base"].clone());
    if let Some(files) = &report.text {
        object.insert("text".to_owned(), files.iter().map(file_json).collect());
    }
    if let Some(changes) = report.structure {
        object.insert("structure".to_owned(), changes.iter().map(change_json).collect());
    }
    let decisions = match &report.decisions {
        Decisions::NotAsked => None,
        Decisions::Known(known) => Some(decisions::json(known)),
        Decisions::NoBase | Decisions::TooLarge => {
            let unknown = ["points", "changed", "equivalent", "regions"].map(|key| (key.to_owned(), Value::Null));
            let why = match &report.decisions {
                Decisions::TooLarge => format!("{}. {}", TooLarge::versions(), TooLarge::VERSIONS_HELP),
                _ => NO_BASE.to_owned(),
            };
            Some(unknown.into_iter().chain([("unknown".to_owned(), Value::from(why))]).collect())
        }
    };
    let alone = report.text.is_none() && report.structure.is_none() && !report.outcomes;
    match decisions {
        Some(decisions) if alone => object.extend(decisions),
        Some(decisions) => {
            object.insert("decisions".to_owned(), Value::Object(decisions));
        }
        None => {}
    }
    if report.outcomes {
        object.insert("outcomes".to_owned(), replay);
    }
    Value::Object(object)
}

fn file_json(file: &FileText<'_>) -> Value {
    let line = |line: &Line| {
        let tag = line.tag.sign().to_string();
        json!({"sign": tag, "base": line.base, "head": line.head, "text": line.text()})
    };
    let hunk = |hunk: &Hunk| Value::Array(hunk.lines.iter().map(line).collect());
    json!({
        "file": file.path,
        "change": file.fate,
        "removed": file.difference.removed,
        "added": file.difference.added,
        "left_out": file.difference.left_out,
        "hunks": file.difference.hunks.iter().map(hunk).collect::<Vec<_>>(),
    })
}

/// One change of structure; `field`, `before` and `after` are `null` where the kind has none.
pub fn change_json(change: &Change) -> Value {
    let (kind, field, before, after) = match &change.kind {
        ChangeKind::Added => ("added", None, None, None),
        ChangeKind::Removed => ("removed", None, None, None),
        ChangeKind::Renamed { from, to } => ("renamed", None, Some(from.to_string()), Some(to.to_string())),
        ChangeKind::Moved { from, to } => ("moved", None, Some(from.clone()), Some(to.clone())),
        ChangeKind::Reordered { from, to } => ("reordered", None, Some(from.clone()), Some(to.clone())),
        ChangeKind::Edited { field, before, after } => {
            ("edited", Some(field.to_string()), Some(before.clone()), Some(after.clone()))
        }
    };
    let place = |place: &Option<crate::policy::place::Place>| {
        place.as_ref().map(|place| {
            let position = place.position;
            json!({
                "file": &*place.file,
                "line": position.map(|position| position.line),
                "column": position.map(|position| position.column),
                "route": place.route.to_string(),
            })
        })
    };
    json!({
        "subject": change.subject.what(),
        "id": change.subject.id(),
        "kind": kind,
        "field": field,
        "before": before,
        "after": after,
        "sentence": change.sentence(),
        "decides": change.decides,
        "base": place(&change.base),
        "head": place(&change.head),
    })
}
