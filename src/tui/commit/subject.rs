//! A first line for a commit message, out of what changed.

use crate::analyze::structure::{Change, ChangeKind, Subject};
use crate::vcs::FileStatus;

/// So many columns git's own tools show of a subject.
const COLUMNS: usize = 72;

/// The subject of the first commit of a policy with this name.
pub fn first(name: &str) -> String {
    let name = name.trim();
    if name.is_empty() { "Begin the policy".to_owned() } else { format!("Begin {name}") }
}

/// What changed in one line, empty where nothing can be said. `severities` from the least on.
pub fn subject(changes: &[Change], files: &[FileStatus], severities: &[&str]) -> String {
    let mut subjects: Vec<&Subject> = Vec::new();
    for change in changes {
        if !subjects.contains(&&change.subject) {
            subjects.push(&change.subject);
        }
    }
    let words = match (subjects.as_slice(), changes) {
        ([], _) => of_files(files),
        ([_], [change]) => raised(change, severities).unwrap_or_else(|| one(change)),
        ([subject], many) => of_one(subject, many),
        (many, _) => several(many, changes),
    };
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if words.chars().count() <= COLUMNS { words } else { counted(&subjects, changes) }
}

/// `Raise bio-uplift to severity ≥ high`, where a threshold moved.
fn raised(change: &Change, severities: &[&str]) -> Option<String> {
    let ChangeKind::Edited { field, before, after } = &change.kind else { return None };
    let level = |words: &str| severities.iter().position(|level| Some(*level) == words.strip_prefix("≥ "));
    let (from, to) = (level(before)?, level(after)?);
    let verb = if to > from { "Raise" } else { "Lower" };
    (&**field == "when.severity").then(|| format!("{verb} {} to severity {after}", name(&change.subject)))
}

/// One change: `Move bio-uplift to spec assistant`.
fn one(change: &Change) -> String {
    let name = name(&change.subject);
    match &change.kind {
        ChangeKind::Added => format!("Add {name}"),
        ChangeKind::Removed => format!("Remove {name}"),
        ChangeKind::Renamed { from, to } => format!("Rename {from} to {to}"),
        ChangeKind::Moved { to, .. } => format!("Move {name} {to}").replace('`', ""),
        ChangeKind::Reordered { .. } => format!("Reorder {name}"),
        ChangeKind::Edited { field, before, after } => edited(&name, field, before, after),
    }
}

fn edited(name: &str, field: &str, before: &str, after: &str) -> String {
    let short = |words: &str| !words.is_empty() && words.chars().count() <= 32 && !words.contains('\n');
    let test = field.strip_prefix("when.");
    let plain = field.strip_prefix("when.").unwrap_or(field).replace('_', " ");
    match (test, before.is_empty(), after.is_empty()) {
        (Some("all" | "any" | "not"), ..) => format!("Change when {name} applies"),
        (Some(_), true, false) if short(after) => format!("Narrow {name} to {plain} {after}"),
        (Some(_), false, true) => format!("Widen {name} beyond {plain} {before}"),
        (Some(_), ..) if short(after) => format!("Change {name} to {plain} {after}"),
        (None, _, false) if field == "then" && short(after) => format!("Make {name} {after}"),
        (None, false, false) if short(before) && short(after) => format!("Change {plain} of {name} to {after}"),
        (None, true, _) => format!("Add {plain} to {name}"),
        (None, _, true) => format!("Remove {plain} from {name}"),
        (Some(_), ..) => format!("Change {plain} of {name}"),
        _ => format!("Reword {plain} of {name}"),
    }
}

/// Several changes of one thing. What it is and where it went tells more than its fields.
fn of_one(subject: &Subject, changes: &[Change]) -> String {
    let whole = |change: &&Change| !matches!(change.kind, ChangeKind::Edited { .. } | ChangeKind::Reordered { .. });
    if let Some(change) = changes.iter().find(whole) {
        return one(change);
    }
    let mut fields: Vec<String> = Vec::new();
    for change in changes {
        if let ChangeKind::Edited { field, .. } = &change.kind {
            fields.push(field.strip_prefix("when.").unwrap_or(field).replace('_', " "));
        }
    }
    fields.dedup();
    match fields.as_slice() {
        [] => format!("Reorder {}", name(subject)),
        [one] => format!("Change {one} of {}", name(subject)),
        [most @ .., last] if most.len() < 3 => format!("Change {} and {last} of {}", most.join(", "), name(subject)),
        _ => format!("Revise {}", name(subject)),
    }
}

fn several(subjects: &[&Subject], changes: &[Change]) -> String {
    match subjects {
        [a, b] => format!("{} {} and {}", verb(changes), name(a), name(b)),
        [a, b, c] => format!("{} {}, {} and {}", verb(changes), name(a), name(b), name(c)),
        _ => counted(subjects, changes),
    }
}

/// `Change 3 clauses and 1 category`
fn counted(subjects: &[&Subject], changes: &[Change]) -> String {
    let mut kinds: Vec<(&'static str, usize)> = Vec::new();
    for subject in subjects {
        match kinds.iter_mut().find(|(what, _)| *what == subject.what()) {
            Some((_, n)) => *n += 1,
            None => kinds.push((subject.what(), 1)),
        }
    }
    let words: Vec<String> = kinds.iter().map(|(what, n)| counted_words(what, *n)).collect();
    let listed = match words.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        words => words.concat(),
    };
    format!("{} {listed}", verb(changes))
}

/// `1 category`, `3 clauses`, `the manifest`
pub fn counted_words(what: &str, n: usize) -> String {
    match (what, n) {
        ("manifest", _) => "the manifest".to_owned(),
        (what, 1) => format!("1 {what}"),
        ("category", n) => format!("{n} categories"),
        ("severity", n) => format!("{n} severities"),
        (what, n) => format!("{n} {what}s"),
    }
}

fn verb(changes: &[Change]) -> &'static str {
    let all = |kind: fn(&ChangeKind) -> bool| changes.iter().all(|change| kind(&change.kind));
    if all(|kind| matches!(kind, ChangeKind::Added)) {
        "Add"
    } else if all(|kind| matches!(kind, ChangeKind::Removed)) {
        "Remove"
    } else if all(|kind| matches!(kind, ChangeKind::Reordered { .. })) {
        "Reorder"
    } else if all(|kind| matches!(kind, ChangeKind::Moved { .. })) {
        "Move"
    } else {
        "Change"
    }
}

/// Ids stand by themselves; what is not known by an id of its own is named in full.
fn name(subject: &Subject) -> String {
    match subject {
        Subject::Manifest => "the manifest".to_owned(),
        Subject::Clause(id) | Subject::Category(id) => id.to_string(),
        other => format!("{} {}", other.what(), other.id().unwrap_or_default()),
    }
}

/// Where nothing changed in the policy itself.
fn of_files(files: &[FileStatus]) -> String {
    let set =
        |file: &FileStatus| file.path.strip_prefix("gold/").and_then(|rest| rest.split('/').next().map(str::to_owned));
    let mut sets: Vec<String> = files.iter().filter_map(set).collect();
    sets.dedup();
    match (sets.as_slice(), files) {
        ([one], _) if files.iter().all(|file| file.path.starts_with("gold/")) => format!("Update gold set {one}"),
        (_, [file]) => format!("Edit {}", file.path),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(subject: Subject, kind: ChangeKind) -> Change {
        Change { subject, kind, base: None, head: None, decides: true }
    }

    fn clause(id: &str) -> Subject {
        Subject::Clause(id.into())
    }

    fn edit(id: &str, field: &str, before: &str, after: &str) -> Change {
        let kind = ChangeKind::Edited { field: field.into(), before: before.into(), after: after.into() };
        change(clause(id), kind)
    }

    #[test]
    fn changes_make_a_first_line() {
        fn check(changes: &[Change], expect: &str) {
            assert_eq!(subject(changes, &[], &["low", "medium", "high"]), expect);
        }
        check(&[edit("bio", "when.severity", "≥ medium", "≥ high")], "Raise bio to severity ≥ high");
        check(&[edit("bio", "when.severity", "≥ high", "≥ low")], "Lower bio to severity ≥ low");
        check(&[edit("bio", "when.severity", "high", "low")], "Change bio to severity low");
        let long = "any of medical, legal, financial, educational";
        check(&[edit("bio", "when.context", "medical", long)], "Change context of bio");
        check(&[edit("bio", "when.intent", "", "not benign")], "Narrow bio to intent not benign");
        check(&[edit("bio", "when.intent", "not benign", "")], "Widen bio beyond intent not benign");
        check(&[edit("bio", "then", "comply", "refuse")], "Make bio refuse");
        check(&[edit("bio", "text", "a\nb", "c\nd")], "Reword text of bio");
        check(&[edit("bio", "guidance", "", "a\nb")], "Add guidance to bio");
        check(&[edit("bio", "then", "a", "b"), edit("bio", "text", "a", "b")], "Change then and text of bio");
        check(&[change(clause("a"), ChangeKind::Added), edit("a", "then", "x", "y")], "Add a");
        check(&[change(clause("a"), ChangeKind::Removed), change(clause("b"), ChangeKind::Removed)], "Remove a and b");
        let many = ["a", "b", "c", "d"].map(|id| change(clause(id), ChangeKind::Added));
        check(&many, "Add 4 clauses");
        let category = change(Subject::Category("x".into()), ChangeKind::Added);
        check(&[many.as_slice(), &[category]].concat(), "Add 4 clauses and 1 category");
        check(&[], "");
    }

    #[test]
    fn a_first_line_is_one_line_of_a_width_that_git_shows() {
        let long = "x".repeat(200);
        for id in [long.as_str(), "a\nb"] {
            let words = subject(&[edit(id, "then", "a", "b")], &[], &[]);
            assert!(words.chars().count() <= COLUMNS && !words.contains('\n'), "{words}");
        }
        assert_eq!(first("  "), "Begin the policy");
    }
}
