//! Trying a plan: the new text must say what was meant, and nothing else may have changed.

use super::{Change, Plan};
use crate::document::Document;
use crate::document::tree::{Node, Span};
use rustc_hash::{FxHashMap, FxHashSet};

/// The document and change that a plan leads to, or what speaks against it.
pub(super) fn verify(doc: &Document, plan: Plan, meant: Option<&Node>) -> Result<(Document, Change), String> {
    let Plan { splices, may_drop } = plan;
    let change = Change::new(splices).ok_or("its parts overlap")?;
    let text = change.apply(doc.text()).ok_or("it does not fit the text")?;
    let new = Document::parse(text);
    same_problems(doc, &new)?;
    match (meant, new.root()) {
        (Some(meant), Some(root)) if meant.says_the_same(root) => {}
        (None, None) => {}
        _ => return Err("the text would be read as something else than was meant".into()),
    }
    let kept = |span: &Span| !may_drop.iter().any(|range| range.start <= span.start && span.end <= range.end);
    same_comments(doc, &new, &change, kept)?;
    let change = change.trimmed(doc.text());
    Ok((new, change))
}

/// No problem may be new, and what could not be read before must still stand there.
fn same_problems(old: &Document, new: &Document) -> Result<(), String> {
    let mut counts: FxHashMap<&str, isize> = FxHashMap::default();
    for problem in old.syntax_problems() {
        *counts.entry(&problem.message).or_default() += 1;
    }
    for problem in new.syntax_problems() {
        let count = counts.entry(&problem.message).or_default();
        *count -= 1;
        if *count < 0 {
            return Err(problem.message.clone());
        }
    }
    let pieces = |doc: &Document| -> Vec<String> {
        doc.unread().iter().map(|span| doc.text()[span.range()].trim().to_owned()).collect()
    };
    if pieces(old) == pieces(new) { Ok(()) } else { Err("a part of the file that cannot be read is in the way".into()) }
}

/// Comments outside of the change stay where they are; those that may not go with it come through somewhere.
fn same_comments(old: &Document, new: &Document, change: &Change, kept: impl Fn(&Span) -> bool) -> Result<(), String> {
    let lost = |doc: &Document, span: &Span| format!("the comment `{}` would be lost", &doc.text()[span.range()]);
    let new_spans: FxHashSet<Span> = new.comments().iter().copied().collect();
    let mut left: FxHashMap<&str, usize> = FxHashMap::default();
    for span in new.comments() {
        *left.entry(&new.text()[span.range()]).or_default() += 1;
    }
    let untouched = |change: &Change, span: &Span| {
        let near = change.splices.partition_point(|s| s.range.end <= span.start);
        change.splices.get(near).is_none_or(|s| s.range.start >= span.end)
    };
    for span in old.comments() {
        let text = &old.text()[span.range()];
        if untouched(change, span) {
            let start = change.moved(span.start);
            if !new_spans.contains(&Span::new(start, start + text.len())) {
                return Err(lost(old, span));
            }
        }
        if kept(span) {
            match left.get_mut(text) {
                Some(count) if *count > 0 => *count -= 1,
                _ => return Err(lost(old, span)),
            }
        }
    }
    let inverse = change.inverse(old.text());
    let old_spans: FxHashSet<Span> = old.comments().iter().copied().collect();
    for span in new.comments().iter().filter(|span| untouched(&inverse, span)) {
        let start = inverse.moved(span.start);
        if !old_spans.contains(&Span::new(start, start + (span.end - span.start))) {
            return Err("something would turn into a comment".into());
        }
    }
    Ok(())
}
