//! The words of a text, as the index knows them.

use unicode_segmentation::UnicodeSegmentation;

/// From here on a text is cut: no conversation is told from others by what follows (64 KiB).
const MOST_BYTES: usize = 64 << 10;

/// A word as the index knows it: the FNV-1a hash of its lower-case form. Two words in a hundred thousand meet with a
/// chance of one in four billion; where they do, they count as one.
pub(super) type Word = u64;

/// Each word of a text, in order. Words are those of Unicode's rules (UAX 29); their stems are not taken, so that a
/// policy in any language is served alike.
pub(super) fn each(text: &str, mut word: impl FnMut(Word)) {
    for part in cut(text).unicode_words() {
        word(hash(part));
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=MOST_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo), the same on every machine.
fn hash(word: &str) -> Word {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for &byte in bytes {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    if word.is_ascii() {
        word.bytes().for_each(|byte| add(&[byte.to_ascii_lowercase()]));
    } else {
        word.chars().flat_map(char::to_lowercase).for_each(|c| add(c.encode_utf8(&mut [0; 4]).as_bytes()));
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        each(text, |word| words.push(word));
        words
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(words("Can't STOP, won't stop!"), words("can't stop won't stop"));
        assert_eq!(words("Straße ÄRGER"), words("STRAßE ärger"));
        assert_ne!(words("stop"), words("stops"));
        assert_eq!(words("不要 …"), words("不要"));
        assert_eq!(words(" \u{1b}[2J ").len(), 1);
    }

    #[test]
    fn the_hash_is_the_same_everywhere() {
        assert_eq!(hash("A"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "é ".repeat(MOST_BYTES);
        assert!(words(&long).len() <= MOST_BYTES / 3 + 1);
    }
}
