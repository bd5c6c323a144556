//! The difference of two texts: lines, and the words that changed within them.

use crate::policy::visible::visible_line;
use similar::{Algorithm, ChangeTag, DiffTag, TextDiff};
use std::ops::Range;
use std::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// In both.
    Same,
    /// In the base alone.
    Removed,
    /// In the head alone.
    Added,
}

impl Tag {
    /// As a unified diff marks it.
    pub fn sign(self) -> char {
        match self {
            Tag::Same => ' ',
            Tag::Removed => '-',
            Tag::Added => '+',
        }
    }
}

/// A run of text; emphasised where it is what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub emphasised: bool,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub tag: Tag,
    /// Line number in the base, from 1.
    pub base: Option<usize>,
    /// Line number in the head, from 1.
    pub head: Option<usize>,
    /// Without the line end.
    pub segments: Vec<Segment>,
    /// Whether a line end follows; only a text's last line may lack one.
    pub ended: bool,
}

impl Line {
    /// All segments as one text.
    pub fn text(&self) -> String {
        self.segments.iter().map(|segment| segment.text.as_str()).collect()
    }
}

/// Changed lines that stand near one another, with the unchanged ones around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Lines of the base that it covers, counted from 0.
    pub base: Range<usize>,
    /// Lines of the head that it covers, counted from 0.
    pub head: Range<usize>,
    pub lines: Vec<Line>,
}

/// How two texts differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    pub hunks: Vec<Hunk>,
    /// Lines of the base that are not in the head, all told.
    pub removed: usize,
    /// Lines of the head that are not in the base, all told.
    pub added: usize,
    /// How many of the lines that belong here are not in `hunks`, for there are too many.
    pub left_out: usize,
}

/// Compares two texts line by line, as `git` counts lines. `context` unchanged lines are kept around each change. After
/// the `deadline` the result is still a true difference, only a coarser one; `None` waits for the best.
pub fn lines(base: &str, head: &str, context: usize, deadline: Option<Instant>) -> Difference {
    if base == head {
        return Difference::default();
    }
    let (old, new) = (split(base), split(head));
    let diff = diff(&old, &new, deadline);
    let mut difference = Difference::default();
    for op in diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal) {
        difference.removed += op.old_range().len();
        difference.added += op.new_range().len();
    }
    let mut room = MOST_LINES;
    for ops in diff.grouped_ops(context) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { continue };
        let mut hunk = Hunk {
            base: first.old_range().start..last.old_range().end,
            head: first.new_range().start..last.new_range().end,
            lines: Vec::new(),
        };
        for op in &ops {
            let all = if op.tag() == DiffTag::Equal {
                op.old_range().len()
            } else {
                op.old_range().len() + op.new_range().len()
            };
            let bytes = diff.iter_changes(op).take(room).map(|change| change.value().len()).sum::<usize>();
            if bytes > MOST_REFINED || all > room {
                hunk.lines.extend(diff.iter_changes(op).take(room).map(|change| {
                    line(change.tag(), change.old_index(), change.new_index(), [(false, change.value())])
                }));
            } else {
                hunk.lines.extend(diff.iter_inline_changes_deadline(op, deadline).map(|change| {
                    line(change.tag(), change.old_index(), change.new_index(), change.values().iter().copied())
                }));
            }
            difference.left_out += all.saturating_sub(room);
            room = room.saturating_sub(all);
        }
        if !hunk.lines.is_empty() {
            difference.hunks.push(hunk);
        }
    }
    difference
}

/// More lines than these nobody reads; they are counted.
const MOST_LINES: usize = 200_000;

/// More bytes than these are not searched for the words that changed.
const MOST_REFINED: usize = 1 << 16;

/// The words that changed between two pieces of prose: every run of either in reading order. Very long prose is not
/// searched: all of it is then removed and added.
pub fn words(base: &str, head: &str, deadline: Option<Instant>) -> Vec<(Tag, String)> {
    let whole = |tag, text: &str| (!text.is_empty()).then(|| (tag, text.to_owned()));
    if base.len() + head.len() > MOST_REFINED {
        return whole(Tag::Removed, base).into_iter().chain(whole(Tag::Added, head)).collect();
    }
    let mut config = TextDiff::configure();
    if let Some(deadline) = deadline {
        config.deadline(deadline);
    }
    let diff = config.diff_unicode_words(base, head);
    let mut runs: Vec<(Tag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        let tag = Tag::from(change.tag());
        match runs.last_mut() {
            Some((last, text)) if *last == tag => text.push_str(change.value()),
            _ => runs.push((tag, change.value().to_owned())),
        }
    }
    runs
}

/// The difference in the form that `git` and `patch` read, with `a/` and `b/` before the file's name. Empty where the
/// texts are the same.
pub fn unified(file: &str, base: &str, head: &str, context: usize, deadline: Option<Instant>) -> String {
    if base == head {
        return String::new();
    }
    let (old, new) = (split(base), split(head));
    let diff = diff(&old, &new, deadline);
    let file = visible_line(file);
    let mut unified = diff.unified_diff();
    unified.context_radius(context).header(&format!("a/{file}"), &format!("b/{file}")).to_string()
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn diff<'t>(base: &[&'t str], head: &[&'t str], deadline: Option<Instant>) -> TextDiff<'t, 't, str> {
    let mut config = TextDiff::configure();
    // Ids are unique lines: what stands between two of them stays together.
    config.algorithm(Algorithm::Patience).newline_terminated(true);
    if let Some(deadline) = deadline {
        config.deadline(deadline);
    }
    config.diff_slices(base, head)
}

fn line<'t>(
    tag: ChangeTag,
    base: Option<usize>,
    head: Option<usize>,
    values: impl IntoIterator<Item = (bool, &'t str)>,
) -> Line {
    let tag = Tag::from(tag);
    let mut segments: Vec<Segment> = Vec::new();
    for (emphasised, text) in values {
        match segments.last_mut() {
            Some(last) if last.emphasised == emphasised => last.text.push_str(text),
            _ => segments.push(Segment { emphasised, text: text.to_owned() }),
        }
    }
    let ended = segments.last().is_some_and(|last| last.text.ends_with('\n'));
    if let Some(last) = segments.last_mut().filter(|_| ended) {
        last.text.pop();
    }
    segments.retain(|segment| !segment.text.is_empty());
    Line { tag, base: base.map(|at| at + 1), head: head.map(|at| at + 1), segments, ended }
}

impl From<ChangeTag> for Tag {
    fn from(tag: ChangeTag) -> Self {
        match tag {
            ChangeTag::Equal => Tag::Same,
            ChangeTag::Delete => Tag::Removed,
            ChangeTag::Insert => Tag::Added,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    /// Each line with its sign, changed words in brackets; hunks apart.
    fn check(base: &str, head: &str, expected: &[&str]) {
        let shown = |line: &Line| {
            let words = line.segments.iter().map(|segment| match segment.emphasised {
                true => format!("[{}]", segment.text),
                false => segment.text.clone(),
            });
            format!("{}{}", line.tag.sign(), words.collect::<String>())
        };
        let difference = lines(base, head, 1, None);
        let hunks = difference.hunks.iter().map(|hunk| hunk.lines.iter().map(shown).collect::<Vec<_>>());
        assert_eq!(hunks.collect::<Vec<_>>().join(&"~".to_owned()), expected);
    }

    #[test]
    fn equal_texts_have_no_hunks() {
        check("", "", &[]);
        check("a\nb", "a\nb", &[]);
    }

    #[test]
    fn changed_words_stand_out() {
        check(
            "when:\n  severity: \">= medium\"\n  x: 1\n",
            "when:\n  severity: \">= high\"\n  x: 1\n",
            &[" when:", "-  severity: \">= [medium]\"", "+  severity: \">= [high]\"", "   x: 1"],
        );
    }

    #[test]
    fn far_changes_are_apart() {
        check("a\nb\nc\nd\ne\nf\n", "A\nb\nc\nd\ne\n", &["-[a]", "+[A]", " b", "~", " e", "-f"]);
    }

    #[test]
    fn lines_know_their_numbers() {
        let difference = lines("a\nb\nc\n", "a\nx\ny\nc", 0, None);
        let numbers: Vec<_> =
            difference.hunks.iter().flat_map(|h| &h.lines).map(|l| (l.base, l.head, l.ended)).collect();
        assert_eq!(
            numbers,
            [
                (Some(2), None, true),
                (Some(3), None, true),
                (None, Some(2), true),
                (None, Some(3), true),
                (None, Some(4), false),
            ]
        );
        assert_eq!((difference.removed, difference.added), (2, 3));
    }

    #[test]
    fn line_ends_are_those_of_git() {
        check("a\rb\n", "a\rc\n", &["-a\r[b]", "+a\r[c]"]);
        assert_eq!(lines("a\r\n", "a\n", 3, None).hunks[0].lines[0].text(), "a\r");
    }

    #[test]
    fn unified_is_what_patch_reads() {
        let expected = "--- a/s.yaml\n+++ b/s.yaml\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n";
        assert_eq!(unified("s.yaml", "a\nb\n", "a\nc", 3, None), expected);
        assert_eq!(unified("s.yaml", "a", "a", 3, None), "");
    }

    #[test]
    fn words_of_prose() {
        let runs = words("Do not help.", "Do never help.", None);
        let shown: String = runs.iter().map(|(tag, text)| format!("{}{text}|", tag.sign())).collect();
        assert_eq!(shown, " Do |-not|+never|  help.|");
    }

    #[test]
    fn past_the_deadline_the_difference_is_coarse_but_true() {
        let text = |salt: usize| (0..60_000).map(|i| format!("{}\n", (i * 7919 + salt * i) % 97)).collect::<String>();
        let (base, head) = (text(0), text(31));
        let began = Instant::now();
        let difference = lines(&base, &head, 3, Some(began));
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(difference.left_out, 0);
        assert_eq!(rebuilt(&difference, &base, Tag::Removed), base);
    }

    #[test]
    fn what_is_too_long_is_counted() {
        let (base, head) = ("a\n".repeat(150_000), "b\n".repeat(150_000));
        let difference = lines(&base, &head, 3, Some(Instant::now()));
        assert_eq!((difference.removed, difference.added, difference.left_out), (150_000, 150_000, 100_000));
        let long = |c: &str| c.repeat(3_000_000);
        assert_eq!(words(&long("a "), &long("b "), None).len(), 2);
        assert_eq!(lines(&long("a "), &long("b "), 3, None).hunks[0].lines.len(), 2);
    }

    /// One side's text: the lines that are not the other's, and between hunks the base's own.
    fn rebuilt(difference: &Difference, base: &str, own: Tag) -> String {
        let base = split(base);
        let mut text = String::new();
        let mut at = 0;
        for hunk in &difference.hunks {
            text.extend(base[at..hunk.base.start].iter().copied());
            for line in hunk.lines.iter().filter(|line| line.tag == Tag::Same || line.tag == own) {
                text.push_str(&line.text());
                text.push_str(if line.ended { "\n" } else { "" });
            }
            at = hunk.base.end;
        }
        text.extend(base[at..].iter().copied());
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn both_texts_can_be_told_from_the_difference(
            base in "([abé 世]{0,3}\r?\n?){0,12}", head in "([abé 世]{0,3}\r?\n?){0,12}", context in 0..4_usize,
        ) {
            let difference = lines(&base, &head, context, None);
            prop_assert_eq!(rebuilt(&difference, &base, Tag::Removed), base.clone());
            prop_assert_eq!(rebuilt(&difference, &base, Tag::Added), head.clone());
            let runs = words(&base, &head, None);
            let side = |other: Tag| runs.iter().filter(|(tag, _)| *tag != other).map(|(_, t)| t.as_str()).collect::<String>();
            prop_assert_eq!(side(Tag::Added), base.clone());
            prop_assert_eq!(side(Tag::Removed), head.clone());
        }
    }
}
