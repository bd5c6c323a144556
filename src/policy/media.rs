//! Pictures, sound and film that a text refers to: found, and covered for readers who have not asked to see them.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of a reference that is covered.
pub const COVERED: &str = "[▒▒▒▒ covered]";

const WORDS: [&str; 10] =
    ["image", "img", "picture", "photo", "screenshot", "gif", "video", "audio", "media", "attachment"];
const TAGS: [&str; 7] = ["<img", "<video", "<audio", "<source", "<picture", "<embed", "<iframe"];
const ENDINGS: [&str; 20] = [
    "png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "tif", "tiff", "heic", "avif", "mp4", "webm", "mov", "avi",
    "mkv", "mp3", "wav", "ogg", "m4a",
];

/// How a part of a message that is no text is told of in its text: `[image: https://…]`. Empty where it says nothing of
/// its kind. `place` may be empty.
pub fn reference(kind: &str, place: &str) -> String {
    let kind = kind.strip_prefix("input_").unwrap_or(kind);
    let kind = kind.strip_suffix("_url").unwrap_or(kind);
    // What is written into the case itself is no place, and long.
    match (kind, place.starts_with("data:")) {
        ("" | "text", _) => String::new(),
        (kind, false) if !place.is_empty() => format!("[{kind}: {place}]"),
        (kind, _) => format!("[{kind}]"),
    }
}

/// The text with every reference to a picture, to sound or to film covered: `[image: …]` and its kin, Markdown pictures,
/// HTML tags, data URLs, and links that end in the name of such a file.
pub fn covered(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut from = 0;
    while let Some(found) = next(text, from) {
        out.push_str(&text[from..found.start]);
        out.push_str(COVERED);
        from = found.end;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Whether there is anything to cover.
pub fn is_in(text: &str) -> bool {
    next(text, 0).is_some()
}

/// The first reference from a byte on. It never is empty.
fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'[', b'<', b':', &bytes[from..]).map(|at| from + at).find_map(|at| match bytes[at] {
        b'[' => bracket(text, at, from),
        b'<' => tag(text, at),
        _ => link(text, at, from),
    })
}

/// `[image: …]`, or `![…](…)`.
fn bracket(text: &str, at: usize, from: usize) -> Option<Range<usize>> {
    let inner = &text[at + 1..];
    let end = at + 1 + inner.find(']')?;
    if at > from && text.as_bytes()[at - 1] == b'!' && text[end + 1..].starts_with('(') {
        let close = text[end + 1..].find(')').map_or(text.len(), |close| end + 2 + close);
        return Some(at - 1..close);
    }
    let word: String = inner.chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    let after = inner[word.len().min(inner.len())..].chars().next();
    (WORDS.contains(&word.as_str()) && !after.is_some_and(char::is_alphanumeric)).then_some(at..end + 1)
}

fn tag(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let is = |tag: &&str| {
        rest.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
            && !rest.get(tag.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    TAGS.iter().any(is).then(|| at..text[at..].find('>').map_or(text.len(), |end| at + end + 1))
}

/// A link around the colon of its scheme.
fn link(text: &str, colon: usize, from: usize) -> Option<Range<usize>> {
    let scheme = |name: &str| {
        let start = colon.checked_sub(name.len()).filter(|start| *start >= from)?;
        text.as_bytes()[start..colon].eq_ignore_ascii_case(name.as_bytes()).then_some(start)
    };
    let end = text[colon..]
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')' | ']' | '`'))
        .map_or(text.len(), |end| colon + end);
    if let Some(start) = scheme("data") {
        let kind = text[colon + 1..end].split(['/', ';', ',']).next().unwrap_or_default().to_ascii_lowercase();
        return matches!(kind.as_str(), "image" | "video" | "audio").then_some(start..end);
    }
    let start = ["https", "http", "ftp", "file"].into_iter().find_map(scheme)?;
    let rest = text[colon + 1..end].strip_prefix("//")?;
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches(['.', ',', ';', '!']);
    let (_, ending) = path.rsplit_once('.')?;
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(covered(text), expect.replace('▒', COVERED));
        assert_eq!(is_in(text), text != expect);
    }

    #[test]
    fn references_are_covered_and_all_else_stays() {
        check("see [image: a cat on a mat] there", "see ▒ there");
        check("[Image] [IMG_001.png] [video of it]", "▒ ▒ ▒");
        check("[imagine] [1] [a](b) arr[i]", "[imagine] [1] [a](b) arr[i]");
        check("![alt](https://x.example/y) after", "▒ after");
        check("<IMG src='a.png'> <image> <b>", "▒ <image> <b>");
        check("data:image/png;base64,AAAA= end", "▒ end");
        check("data:text/plain,hi", "data:text/plain,hi");
        check("https://x.example/a/b.JPG?w=1, http://x.example/page", "▒ http://x.example/page");
        check("(https://x.example/film.mp4)", "(▒)");
        check("https://x.example/read.html", "https://x.example/read.html");
        check("![not closed", "![not closed");
    }

    #[test]
    fn parts_of_messages_are_named_by_their_kind() {
        assert_eq!(reference("image_url", "https://x.example/a"), "[image: https://x.example/a]");
        assert_eq!(reference("input_image", "data:image/png;base64,AAAA"), "[image]");
        assert_eq!(reference("text", ""), "");
        assert!(is_in(&reference("image_url", "")));
    }

    proptest! {
        #[test]
        fn what_is_not_covered_is_kept_in_order(text in "[\\[\\]!()<>:/.a-c é]{0,40}|(\\[image|http://a.png|<img|data:image/|!\\[|\\]\\(| |é){0,8}") {
            let covered = covered(&text);
            let mut rest = text.as_str();
            for kept in covered.split(COVERED) {
                let at = rest.find(kept);
                prop_assert!(at.is_some(), "{kept:?} is not in {rest:?}");
                rest = &rest[at.unwrap_or(0) + kept.len()..];
            }
        }
    }
}
