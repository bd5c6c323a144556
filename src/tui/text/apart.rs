//! Rows that are cut so that what is different still reads differently.

use super::{cells, clip, clip_middle, width};

/// Each text in the columns that there are for it. What is too long is cut in its middle; of texts that would then read alike,
/// what they have in common is cut instead.
pub fn clip_apart(texts: &[(&str, usize)]) -> Vec<String> {
    let mut cut: Vec<String> = texts.iter().map(|(text, columns)| clip_middle(text, *columns)).collect();
    let all: Vec<usize> = (0..texts.len()).collect();
    // What is left of a word tells nobody apart.
    let whole_words: Vec<String> = cut.iter().map(|cut| without_cut_word(cut)).collect();
    let mut read_from = vec![0; texts.len()];
    for alike in groups(&all, texts, &whole_words) {
        apart(&alike, texts, &mut cut, &mut read_from);
    }
    // What was told from some may now read like others, from which it differs at its end.
    for at in groups(&all, texts, &cut).concat() {
        let (text, columns) = texts[at];
        cut[at] = from(text, read_from[at], columns, clip_middle);
    }
    cut
}

/// A text without the rest of the word that stands behind its cut.
fn without_cut_word(cut: &str) -> String {
    let Some((start, end)) = cut.split_once('…') else { return cut.to_owned() };
    format!("{start}…{}", end.split_once(' ').map_or("", |(_, words)| words))
}

/// Those of some texts that read alike, though they are different.
fn groups(of: &[usize], texts: &[(&str, usize)], cut: &[String]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &at in of {
        match groups.iter_mut().find(|group| cut[group[0]] == cut[at]) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups.retain(|group| group.iter().any(|at| texts[*at].0 != texts[group[0]].0));
    groups
}

fn apart(alike: &[usize], texts: &[(&str, usize)], cut: &mut [String], read_from: &mut [usize]) {
    let first = texts[alike[0]].0;
    let shared = alike.iter().map(|at| in_common(first, texts[*at].0)).min().unwrap_or(0);
    for &at in alike {
        let (text, columns) = texts[at];
        read_from[at] = shared;
        cut[at] = from(text, shared, columns, clip);
    }
    for again in groups(alike, texts, cut) {
        // Those that begin alike for longer; the others are told apart now.
        if again.len() < alike.len() {
            apart(&again, texts, cut, read_from);
        }
    }
}

/// The bytes that two texts begin with alike, up to a boundary of both.
fn in_common(one: &str, other: &str) -> usize {
    let pairs = cells(one).zip(cells(other));
    pairs.take_while(|(a, b)| a.shown == b.shown).map(|(a, _)| a.bytes.end).last().unwrap_or(0)
}

/// A text of which everything before the byte `shared` may go but for how it begins, and from there on is read; `cut_rest` cuts
/// that.
fn from(text: &str, shared: usize, columns: usize, cut_rest: fn(&str, usize) -> String) -> String {
    let start = clip(text, (columns / 4).max(1).min(columns));
    let room = columns.saturating_sub(width(&start));
    // From the beginning of the word, where that is near.
    let word = text[..shared].rfind(' ').map_or(0, |space| space + 1);
    let read = if width(&text[word..shared]) <= room / 3 { word } else { shared };
    let rest = &text[read..];
    if width(&text[..read]) <= width(&start) {
        return clip(text, columns);
    }
    if width(rest) > room {
        return start + &cut_rest(rest, room);
    }
    // What stands before it fills the room.
    let (mut end, mut used) = (text.len(), 0);
    for cell in cells(text).collect::<Vec<_>>().into_iter().rev() {
        used += cell.width;
        if used > room {
            break;
        }
        end = cell.bytes.start;
    }
    start + &clip(&text[end..], room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(columns: usize, texts: &[&str], expected: &[&str]) {
        let texts: Vec<(&str, usize)> = texts.iter().map(|text| (*text, columns)).collect();
        assert_eq!(clip_apart(&texts), expected);
    }

    #[test]
    fn what_fits_or_differs_at_its_ends_is_left_as_it_is() {
        check(20, &["short", "short"], &["short", "short"]);
        let long = ["a new clause at the end: bio, then refuse", "a new clause at the end: bio, then comply"];
        check(24, &long, &["a new c…bio, then refuse", "a new c…bio, then comply"]);
    }

    #[test]
    fn what_differs_in_the_middle_is_read_there() {
        let of = |what: &str| {
            format!("a new clause ahead of `weapons`: category is bio and {what} and minor is true, then refuse")
        };
        let (low, high, fiction) = (of("severity is low"), of("severity is high"), of("context has fiction"));
        check(
            44,
            &[&low, &high, &fiction],
            &[
                "a new clau…severity is low and minor is tru…",
                "a new clau…severity is high and minor is tr…",
                "a new clau…context has fiction and minor is…",
            ],
        );
        let and = |first: &str, then: &str| {
            format!("a new clause at the end: category is bio and {first}effect is irreversible, then {then}")
        };
        let graver = "severity is high and ";
        let four = [and(graver, "refuse"), and(graver, "escalate"), and("", "refuse"), and("", "escalate")];
        let shown = clip_apart(&four.each_ref().map(|text| (text.as_str(), 50)));
        assert_eq!(shown.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{shown:?}");
        // One that goes on where the other ends.
        check(16, &["clause `one`: no longer x", "clause `one`: no longer x"], &["claus…o longer x"; 2]);
    }

    proptest! {
        /// However they are cut, they keep to their columns, and no more of them read alike than before.
        #[test]
        fn columns_are_kept(
            texts in proptest::collection::vec("(clause|severity|bio|日本|and) (low|high) (a|b|c) (minor is true|x)( [a-c]{1,9})?", 1..6),
            columns in 0_usize..40,
        ) {
            let texts: Vec<(&str, usize)> = texts.iter().map(|text| (text.as_str(), columns)).collect();
            let cut = clip_apart(&texts);
            for (text, (whole, _)) in cut.iter().zip(&texts) {
                prop_assert!(width(text) <= columns);
                prop_assert!(width(whole) > columns || text == whole);
            }
        }
    }
}
