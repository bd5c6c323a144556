//! Undo and redo across files, as pure data.

use super::edit::Change;
use std::collections::VecDeque;
use std::sync::Arc;

/// One file's part in a transaction: the change made and the one that takes it back. Holds only the text that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The key of the file, as the caller names it.
    pub file: Arc<str>,
    /// Leads from the text before to the text after.
    pub forward: Change,
    /// Leads from the text after to the text before.
    pub backward: Change,
    /// The whole text before, as long as typing may still be added; shared with the documents of that time.
    before: Option<Arc<str>>,
    lengths: (usize, usize),
}

impl Touched {
    /// A file whose text went from `before` to `after`.
    pub fn new(file: impl Into<Arc<str>>, before: Arc<str>, after: &str) -> Touched {
        let forward = Change::between(&before, after);
        let backward = forward.inverse(&before);
        let lengths = (before.len(), after.len());
        Touched { file: file.into(), forward, backward, before: Some(before), lengths }
    }

    /// The text before, out of the text after; `None` if `text` is not the text that the change led to.
    pub fn undone(&self, text: &str) -> Option<Arc<str>> {
        applied(&self.backward, &self.forward, self.lengths.1, text)
    }

    /// The text after, out of the text before; `None` if `text` is not the text that the change was made in.
    pub fn redone(&self, text: &str) -> Option<Arc<str>> {
        applied(&self.forward, &self.backward, self.lengths.0, text)
    }

    fn bytes(&self) -> usize {
        self.forward.splices.iter().chain(&self.backward.splices).map(|splice| splice.text.len()).sum()
    }
}

/// Applies a change to a text of the length it was made for, if what it replaces is what `inverse` would put back.
fn applied(change: &Change, inverse: &Change, len: usize, text: &str) -> Option<Arc<str>> {
    let mut pairs = change.splices.iter().zip(&inverse.splices);
    let fits = text.len() == len && pairs.all(|(out, back)| text.get(out.range.clone()) == Some(&*back.text));
    if fits { change.apply(text) } else { None }
}

/// What one step of undo takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// What was done, for people: `set severity of bio-uplift`.
    pub label: String,
    /// Each file at most once.
    pub files: Vec<Touched>,
    /// Consecutive transactions with the same merge key become one: typing in one field.
    merge: Option<String>,
}

impl Transaction {
    /// A transaction of its own.
    pub fn new(label: impl Into<String>, files: Vec<Touched>) -> Transaction {
        Transaction { label: label.into(), files, merge: None }
    }

    /// A transaction that joins the one before it if that has the same key, touches the same file and follows on it.
    #[must_use]
    pub fn merging(mut self, key: impl Into<String>) -> Transaction {
        self.merge = Some(key.into());
        self
    }

    /// The one file that both touch, from the text before this one to the text after `next`, if the two are one run.
    fn joined_by(&self, next: &Transaction) -> Option<Touched> {
        let ([old], [new]) = (self.files.as_slice(), next.files.as_slice()) else { return None };
        if self.merge.is_none() || self.merge != next.merge || old.file != new.file {
            return None;
        }
        let before = old.before.clone()?;
        let between = old.redone(&before)?;
        let after = new.redone(&between)?;
        Some(Touched::new(old.file.clone(), before, &after))
    }

    fn bytes(&self) -> usize {
        self.files.iter().map(Touched::bytes).sum()
    }
}

/// What was done and can be taken back, what was taken back and can be done again.
///
/// Holds the text that differs, bounded in sum: the oldest transactions go first.
#[derive(Debug, Clone)]
pub struct History {
    done: VecDeque<Transaction>,
    undone: Vec<Transaction>,
    /// Bytes of the text that differs, in `done` and `undone`.
    bytes: usize,
    limit: usize,
    sealed: bool,
}

impl Default for History {
    fn default() -> Self {
        History::new(History::USUAL_LIMIT)
    }
}

impl History {
    /// 16 MB of text that differs.
    pub const USUAL_LIMIT: usize = 16 << 20;

    /// A history that holds at most `limit` bytes of text, but always the last transaction.
    pub fn new(limit: usize) -> History {
        History { done: VecDeque::new(), undone: Vec::new(), bytes: 0, limit, sealed: false }
    }

    /// Adds what was just done; what was undone before can no longer be done again. Files whose text did not change are
    /// left out, and a transaction without any other file is not added.
    pub fn record(&mut self, mut transaction: Transaction) {
        transaction.files.retain(|file| !file.forward.is_empty());
        if transaction.files.is_empty() {
            return;
        }
        for gone in self.undone.drain(..) {
            self.bytes -= gone.bytes();
        }
        let sealed = std::mem::take(&mut self.sealed);
        let merged = if sealed { None } else { self.done.back().and_then(|last| last.joined_by(&transaction)) };
        match merged {
            Some(merged) => {
                if let Some(last) = self.done.pop_back() {
                    self.bytes -= last.bytes();
                }
                if !merged.forward.is_empty() {
                    transaction.files = vec![merged];
                    self.push(transaction);
                }
            }
            None => {
                // Nothing can join the one before any more.
                if let Some(last) = self.done.back_mut() {
                    last.files.iter_mut().for_each(|file| file.before = None);
                }
                self.push(transaction);
            }
        }
        while self.bytes > self.limit && self.done.len() > 1 {
            if let Some(oldest) = self.done.pop_front() {
                self.bytes -= oldest.bytes();
            }
        }
    }

    fn push(&mut self, transaction: Transaction) {
        self.bytes += transaction.bytes();
        self.done.push_back(transaction);
    }

    /// Ends a run of merging: the next transaction stands on its own, as when the cursor leaves a field.
    pub fn seal(&mut self) {
        self.sealed = true;
    }

    /// Takes the last transaction back: each of its files gets [`Touched::undone`].
    pub fn undo(&mut self) -> Option<&Transaction> {
        let transaction = self.done.pop_back()?;
        self.sealed = true;
        self.undone.push(transaction);
        self.undone.last()
    }

    /// Does again what was taken back last: each of its files gets [`Touched::redone`].
    pub fn redo(&mut self) -> Option<&Transaction> {
        let transaction = self.undone.pop()?;
        self.sealed = true;
        self.done.push_back(transaction);
        self.done.back()
    }

    /// What [`History::undo`] would take back.
    pub fn next_undo(&self) -> Option<&Transaction> {
        self.done.back()
    }

    /// What [`History::redo`] would do again.
    pub fn next_redo(&self) -> Option<&Transaction> {
        self.undone.last()
    }

    /// Bytes of text held in changes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Forgets everything about a file that was changed from outside, and whatever else was done with it at once.
    pub fn forget(&mut self, file: &str) {
        let about = |transaction: &Transaction| transaction.files.iter().any(|touched| &*touched.file == file);
        self.done.retain(|transaction| !about(transaction));
        self.undone.retain(|transaction| !about(transaction));
        self.bytes = self.done.iter().chain(&self.undone).map(Transaction::bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(file: &str, before: &str, after: &str) -> Touched {
        Touched::new(file, before.into(), after)
    }

    fn typed(before: &str, after: &str) -> Transaction {
        Transaction::new("type", vec![touched("a", before, after)]).merging("a:title")
    }

    #[test]
    fn undo_and_redo_walk_over_files_together() {
        let mut history = History::default();
        history.record(Transaction::new("move x", vec![touched("a", "1", "2"), touched("b", "3", "4")]));
        history.record(Transaction::new("set y", vec![touched("a", "2", "5")]));
        assert_eq!(history.next_undo().unwrap().label, "set y");
        assert_eq!(history.undo().unwrap().files[0].undone("5").as_deref(), Some("2"));
        assert_eq!(history.undo().unwrap().files.len(), 2);
        assert!(history.undo().is_none());
        assert_eq!(history.next_redo().unwrap().label, "move x");
        assert_eq!(history.redo().unwrap().files[1].redone("3").as_deref(), Some("4"));
        history.record(Transaction::new("other", vec![touched("b", "4", "6")]));
        assert!(history.redo().is_none());
    }

    #[test]
    fn typing_in_one_field_is_one_step() {
        let mut history = History::default();
        history.record(typed("", "h"));
        history.record(typed("h", "hi"));
        assert_eq!(history.done.len(), 1);
        history.seal();
        history.record(typed("hi", "hit"));
        assert_eq!(history.done.len(), 2);
        history.record(typed("elsewhere", "x"));
        assert_eq!(history.done.len(), 3);
        history.undo();
        history.record(typed("hit", "hits"));
        assert_eq!(history.done.len(), 3, "what comes after an undo stands on its own");
    }

    #[test]
    fn typing_something_and_taking_it_back_leaves_no_step() {
        let mut history = History::default();
        history.record(typed("", "h"));
        history.record(typed("h", ""));
        assert!(history.undo().is_none());
        history.record(Transaction::new("nothing", vec![touched("a", "x", "x")]));
        assert!(history.undo().is_none());
        assert_eq!(history.bytes(), 0);
    }

    #[test]
    fn a_text_that_changed_from_outside_is_left_alone() {
        let touched = touched("a", "one two", "one 2");
        assert_eq!(touched.undone("one 2").as_deref(), Some("one two"));
        assert_eq!(touched.undone("one 3"), None);
        assert_eq!(touched.undone("won 22"), None);
        assert_eq!(touched.redone("one two!"), None);
    }

    #[test]
    fn memory_is_bounded_and_the_last_step_is_kept() {
        let mut history = History::new(100);
        let text = |n: usize| "x".repeat(n);
        for _ in 0..10 {
            history.record(Transaction::new("grow", vec![touched("a", "", &text(20))]));
        }
        assert_eq!(history.done.len(), 5);
        history.record(Transaction::new("big", vec![touched("a", "", &text(500))]));
        assert_eq!(history.done.len(), 1);
        history.forget("a");
        assert_eq!((history.bytes(), history.done.len()), (0, 0));
    }
}
