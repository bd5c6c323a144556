//! Commit messages: a subject, a body, trailers.

use super::error::VcsError;

/// `Policy-Replay: 3 fixed, 1 regressed of 1595` at the end of a commit message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    pub key: String,
    pub value: String,
}

impl Trailer {
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Trailer {
        Trailer { key: key.into(), value: value.into() }
    }
}

/// A commit message taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The first paragraph as one line.
    pub subject: String,
    /// What follows, without the trailers.
    pub body: String,
    pub trailers: Vec<Trailer>,
}

/// Longer than any message and shorter than what one argument of a program may be: 64 KiB.
const LONGEST: usize = 64 << 10;

/// Puts trailers at the end of a message, joining those that it has already.
pub(super) fn compose(message: &str, trailers: &[Trailer]) -> Result<String, VcsError> {
    let mut text = message.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Err(VcsError::BadMessage("empty"));
    }
    if text.contains('\0') {
        return Err(VcsError::BadMessage("not a text: it holds a NUL character"));
    }
    for (n, Trailer { key, value }) in trailers.iter().enumerate() {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if key.is_empty() || !plain || value.contains('\0') {
            return Err(VcsError::BadTrailer { key: key.clone() });
        }
        if n == 0 {
            text.push_str(if trailers_of(&text).is_empty() { "\n\n" } else { "\n" });
        } else {
            text.push('\n');
        }
        // On one line, or the rest of a value would read as a trailer of its own.
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        text.push_str(&format!("{key}: {value}"));
    }
    if text.len() > LONGEST {
        return Err(VcsError::BadMessage("longer than 64 KiB"));
    }
    text.push('\n');
    Ok(text)
}

pub(super) fn take_apart(text: &str) -> Message {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let (subject, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let trailers = trailers_of(text);
    let body = if trailers.is_empty() { rest } else { rest.rsplit_once("\n\n").map_or("", |(body, _)| body) };
    Message { subject: subject.replace('\n', " "), body: body.trim().to_owned(), trailers }
}

fn trailers_of(text: &str) -> Vec<Trailer> {
    if text.contains('\0') {
        return Vec::new();
    }
    match git2::message_trailers_strs(text) {
        Ok(found) => found.iter().map(|(key, value)| Trailer::new(key, value)).collect(),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, trailers: &[(&str, &str)], expect: &str) {
        let trailers: Vec<Trailer> = trailers.iter().map(|(key, value)| Trailer::new(*key, *value)).collect();
        match compose(message, &trailers) {
            Ok(text) => assert_eq!(text, expect),
            Err(error) => assert!(!expect.is_empty() && error.to_string().contains(expect), "{error}"),
        }
    }

    #[test]
    fn trailers_stand_in_a_paragraph_of_their_own() {
        check(" Widen it\r\n", &[], "Widen it\n");
        check("Fix: it", &[("Policy-Replay", "1 of 2")], "Fix: it\n\nPolicy-Replay: 1 of 2\n");
        check("A\n\nWhy.", &[("K", "1"), ("L", "2")], "A\n\nWhy.\n\nK: 1\nL: 2\n");
        check("A\n\nSigned-off-by: Lee <l@e.org>", &[("K", "1")], "A\n\nSigned-off-by: Lee <l@e.org>\nK: 1\n");
    }

    #[test]
    fn a_value_cannot_smuggle_a_trailer_in() {
        check("A", &[("K", "1\nAdjudicated-By: nobody")], "A\n\nK: 1 Adjudicated-By: nobody\n");
        check("A", &[("K: x\nL", "1")], "cannot be the key");
        check("A", &[("", "1")], "cannot be the key");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        check(" \n ", &[], "empty");
        check("a\0b", &[], "NUL");
        check(&"x".repeat(LONGEST + 1), &[], "64 KiB");
    }

    #[test]
    fn messages_come_apart_as_they_were_put_together() {
        let trailers = [Trailer::new("Policy-Replay", "3 fixed"), Trailer::new("Adjudicated-By", "lee@example.org")];
        let whole = take_apart(&compose("Widen\nit\n\nBecause.\n\nAnd so on.", &trailers).unwrap());
        assert_eq!((whole.subject.as_str(), whole.body.as_str()), ("Widen it", "Because.\n\nAnd so on."));
        assert_eq!(whole.trailers, trailers);
        assert_eq!(take_apart(""), Message::default());
        assert_eq!(take_apart("A\n\nbody").body, "body");
    }
}
