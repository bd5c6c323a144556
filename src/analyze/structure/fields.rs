//! Fields side by side, and how an edited one is said.

use super::change::{Change, ChangeKind, Subject};
use crate::policy::place::{Place, Step};
use std::sync::Arc;

/// One thing that stands in both versions, whose fields are compared one by one.
pub struct Sides<'a> {
    pub subject: Subject,
    pub base: &'a Place,
    pub head: &'a Place,
    pub changes: &'a mut Vec<Change>,
}

impl Sides<'_> {
    /// Notes the field if what the sides say of it differs.
    pub fn field(&mut self, field: &str, decides: bool, before: impl Into<String>, after: impl Into<String>) {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.edited(field, decides, before, after);
        }
    }

    /// Notes the field as edited.
    pub fn edited(&mut self, field: &str, decides: bool, before: String, after: String) {
        let kind = ChangeKind::Edited { field: field.into(), before, after };
        let (base, head) = (within(self.base, field), within(self.head, field));
        self.changes.push(Change { subject: self.subject.clone(), kind, base: Some(base), head: Some(head), decides });
    }

    /// Notes a change of the thing as a whole.
    pub fn whole(&mut self, kind: ChangeKind, decides: bool) {
        let (base, head) = (Some(self.base.clone()), Some(self.head.clone()));
        self.changes.push(Change { subject: self.subject.clone(), kind, base, head, decides });
    }
}

/// What the head added.
pub fn added(subject: Subject, place: &Place, decides: bool) -> Change {
    Change { subject, kind: ChangeKind::Added, base: None, head: Some(place.clone()), decides }
}

/// What the head removed.
pub fn removed(subject: Subject, place: &Place, decides: bool) -> Change {
    Change { subject, kind: ChangeKind::Removed, base: Some(place.clone()), head: None, decides }
}

/// The place of a field of what stands at `place`.
pub fn within(place: &Place, field: &str) -> Place {
    let route = field.split('.').fold(place.route.clone(), |route, key| route.then(key));
    Place { route, ..place.clone() }
}

/// A place in the manifest.
pub fn in_manifest<S: Into<Step>>(steps: impl IntoIterator<Item = S>) -> Place {
    Place { route: steps.into_iter().collect(), ..Place::file("casebook.yaml") }
}

/// A list of words: `benign, unclear`.
pub fn words(items: &[Arc<str>]) -> String {
    items.join(", ")
}

/// A list of sentences, one a line.
pub fn sentences<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let one_line = |item: &'a str| item.split_whitespace().collect::<Vec<_>>().join(" ");
    items.into_iter().map(one_line).collect::<Vec<_>>().join("\n")
}

/// Where the default that a title has, its id, is as good as none.
pub fn title<'a>(title: &'a Arc<str>, id: &Arc<str>) -> &'a str {
    if title == id { "" } else { title }
}

/// What became of a field, without its subject: `severity ≥ medium → ≥ high`.
pub fn edit_words(field: &str, before: &str, after: &str) -> String {
    if let Some(test) = field.strip_prefix("when.") {
        let said = |words: &str| if NESTED.contains(&test) { words.to_owned() } else { format!("{test} {words}") };
        return match (before.is_empty(), after.is_empty()) {
            (true, _) => format!("now only where {}", said(after)),
            (_, true) => format!("no longer only where {}", said(before)),
            _ => format!("{} → {after}", said(before)),
        };
    }
    let name = field.replace('_', " ");
    if LISTS_OF_WORDS.contains(&field) {
        return format!("{name} {}", list_words(before.split(", "), after.split(", ")));
    }
    if LISTS_OF_SENTENCES.contains(&field) {
        return format!("{name} {}", list_words(before.lines(), after.lines()));
    }
    match (before.is_empty(), after.is_empty()) {
        (true, _) if is_short(after) => format!("{name} added, {after}"),
        (true, _) => format!("{name} added"),
        (_, true) if is_short(before) => format!("{name} removed, was {before}"),
        (_, true) => format!("{name} removed"),
        _ if is_short(before) && is_short(after) => format!("{name} {before} → {after}"),
        _ => format!("{name} reworded"),
    }
}

/// Under `when`: whose words say the whole condition.
const NESTED: [&str; 3] = ["all", "any", "not"];

const LISTS_OF_WORDS: [&str; 5] = ["values", "aliases", "examples", "taxonomies", "labelers"];

const LISTS_OF_SENTENCES: [&str; 3] = ["includes", "excludes", "deconflict"];

/// What one list has more and what it has less than the other.
fn list_words<'a>(before: impl Iterator<Item = &'a str>, after: impl Iterator<Item = &'a str>) -> String {
    let items = |side: &mut dyn Iterator<Item = &'a str>| side.filter(|item| !item.is_empty()).collect::<Vec<_>>();
    let (mut before, mut after) = (before, after);
    let (before, after) = (items(&mut before), items(&mut after));
    let more: Vec<&str> = after.iter().copied().filter(|item| !before.contains(item)).collect();
    let less: Vec<&str> = before.iter().copied().filter(|item| !after.contains(item)).collect();
    let said = |sign: &str, items: &[&str]| match items {
        [] => None,
        many if many.len() > MOST_NAMED => Some(format!("{sign}{} items", many.len())),
        few => Some(few.iter().map(|item| format!("{sign}{}", shortened(item))).collect::<Vec<_>>().join(", ")),
    };
    let parts: Vec<String> = said("+", &more).into_iter().chain(said("−", &less)).collect();
    if parts.is_empty() { "reordered".to_owned() } else { parts.join(", ") }
}

/// More items than these are counted, not named.
const MOST_NAMED: usize = 3;

/// Longer prose is not quoted in a sentence.
const MOST_QUOTED: usize = 48;

fn is_short(text: &str) -> bool {
    !text.trim_end().contains('\n') && text.chars().nth(MOST_QUOTED).is_none()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}
