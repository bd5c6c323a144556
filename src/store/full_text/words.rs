//! The words of a text, set apart.

use unicode_segmentation::UnicodeSegmentation;

/// From here on a text is cut: no conversation is told from others by what follows (64 KiB).
const MOST_BYTES: usize = 64 << 10;

/// The words of a text with spaces between them, and how many there are. Words are those of Unicode's rules (UAX 29); their
/// stems are not taken, so that a text in any language is served alike.
///
/// Where a script is written without spaces (Chinese, Japanese, Thai and its neighbours) those rules give single characters,
/// which tell little: each is given, and each with the one that follows. That takes no dictionary, and finds words of one
/// character and of more alike.
pub(super) fn apart(text: &str) -> (String, usize) {
    let text = cut(text);
    let mut words = String::with_capacity(text.len() + 16);
    let mut count = 0;
    let mut add = |parts: [&str; 2]| {
        parts.iter().for_each(|part| words.push_str(part));
        words.push(' ');
        count += 1;
    };
    let mut before: Option<(usize, &str)> = None;
    for (at, word) in text.unicode_word_indices() {
        let single = is_unspaced(word);
        if let Some((_, first)) = before.filter(|(start, first)| single && start + first.len() == at) {
            add([first, word]);
        }
        add([word, ""]);
        before = single.then_some((at, word));
    }
    (words, count)
}

/// Whether a word is one character of a script without spaces.
fn is_unspaced(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next().is_some_and(|c| {
        matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    });
    first && word.chars().filter(|c| c.is_alphanumeric()).count() == 1
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(MOST_BYTES)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let (words, count) = apart(text);
        assert_eq!((words.trim_end(), count), (expect, expect.split_whitespace().count()));
    }

    #[test]
    fn words_stand_apart_and_signs_are_gone() {
        check("Never, ever: \"stop\" OR NEAR(x) *", "Never ever stop OR NEAR x");
        check(" \u{1b}[2J\0…", "2J");
        check("", "");
    }

    #[test]
    fn scripts_without_spaces_are_read_by_one_and_by_two() {
        check("不要说 谎。话 ok", "不 不要 要 要说 说 谎 话 ok");
        check("카드 번호", "카드 번호");
        check("カード番号", "カード 番 番号 号");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let (words, _) = apart(&"é ".repeat(MOST_BYTES));
        assert!(words.len() <= MOST_BYTES);
    }
}
