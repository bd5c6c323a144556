//! Changes of a text: what goes out, what comes in.

use std::ops::Range;
use std::sync::Arc;

/// A piece of text put in place of a range of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// In bytes of the text before the change.
    pub range: Range<usize>,
    pub text: String,
}

/// Splices of one text, in order and apart from one another, all counted in the text before the change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub splices: Vec<Splice>,
}

impl Change {
    /// A change out of splices in any order; `None` where two of them overlap.
    pub fn new(mut splices: Vec<Splice>) -> Option<Change> {
        splices.retain(|s| !(s.range.is_empty() && s.text.is_empty()));
        splices.sort_by_key(|s| (s.range.start, s.range.end));
        splices.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start).then_some(Change { splices })
    }

    /// The one splice that turns `old` into `new`, as small as can be.
    pub fn between(old: &str, new: &str) -> Change {
        let whole = Splice { range: 0..old.len(), text: new.to_owned() };
        Change { splices: vec![whole] }.trimmed(old)
    }

    pub fn is_empty(&self) -> bool {
        self.splices.is_empty()
    }

    /// The text after the change; `None` if the change does not fit the text.
    pub fn apply(&self, text: &str) -> Option<Arc<str>> {
        let mut out = String::with_capacity(text.len() + self.splices.iter().map(|s| s.text.len()).sum::<usize>());
        let mut at = 0;
        for splice in &self.splices {
            out.push_str(text.get(at..splice.range.start)?);
            text.get(splice.range.clone())?;
            out.push_str(&splice.text);
            at = splice.range.end;
        }
        out.push_str(text.get(at..)?);
        Some(out.into())
    }

    /// The change that leads back to `text` from what this one makes of it.
    #[must_use]
    pub fn inverse(&self, text: &str) -> Change {
        let mut grown = 0isize;
        let splices = self.splices.iter().map(|splice| {
            let start = splice.range.start.saturating_add_signed(grown);
            grown += splice.text.len() as isize - splice.range.len() as isize;
            Splice {
                range: start..start + splice.text.len(),
                text: text.get(splice.range.clone()).unwrap_or_default().to_owned(),
            }
        });
        Change { splices: splices.collect() }
    }

    /// Where a byte of the text before stands after the change; a byte that is replaced goes to the end of what
    /// replaces it.
    pub fn moved(&self, byte: usize) -> usize {
        let mut grown = 0isize;
        for splice in &self.splices {
            if byte < splice.range.start || byte == splice.range.start && !splice.range.is_empty() {
                break;
            }
            let end = splice.range.start.saturating_add_signed(grown) + splice.text.len();
            if byte < splice.range.end {
                return end;
            }
            grown += splice.text.len() as isize - splice.range.len() as isize;
        }
        byte.saturating_add_signed(grown)
    }

    /// The same change without the text that a splice takes out only to put it in again.
    #[must_use]
    pub(super) fn trimmed(&self, text: &str) -> Change {
        let trim = |splice: &Splice| {
            let old = &text[splice.range.clone()];
            let new = &splice.text;
            let same = |(a, b): &(char, char)| a == b;
            let head: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
            let (old_rest, new_rest) = (&old[head..], &new[head..]);
            let tail: usize =
                old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
            Splice {
                range: splice.range.start + head..splice.range.end - tail,
                text: new_rest[..new_rest.len() - tail].to_owned(),
            }
        };
        let splices = self.splices.iter().map(trim).filter(|s| !(s.range.is_empty() && s.text.is_empty())).collect();
        Change { splices }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splice(range: Range<usize>, text: &str) -> Splice {
        Splice { range, text: text.into() }
    }

    #[test]
    fn a_change_and_its_inverse_cancel_out() {
        let change = Change::new(vec![splice(6..7, "uvw"), splice(0..2, ""), splice(3..3, "é")]).unwrap();
        let after = change.apply("abcdefgh").unwrap();
        assert_eq!(&*after, "céddefuvwh".replace("dd", "d").as_str());
        assert_eq!(&*change.inverse("abcdefgh").apply(&after).unwrap(), "abcdefgh");
        assert_eq!(change.moved(7), after.find('h').unwrap());
        assert_eq!(change.moved(2), 0);
        assert_eq!(change.apply("abc"), None);
    }

    #[test]
    fn overlapping_splices_make_no_change() {
        assert_eq!(Change::new(vec![splice(0..3, ""), splice(2..4, "")]), None);
    }

    #[test]
    fn the_smallest_change_between_two_texts() {
        assert_eq!(Change::between("a: é\n", "a: è\n").splices, [splice(3..5, "è")]);
        assert!(Change::between("same", "same").is_empty());
    }
}
