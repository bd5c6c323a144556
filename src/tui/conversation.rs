//! A case as it reads: where it comes from, who said what, what tools were called and gave, what the model answered.

use super::text;
use super::theme::{Role, Theme};
use crate::policy::case::Case;
use crate::policy::media;
use crate::policy::turns::{TurnKind, turns as said};
use crate::policy::visible::visible;
use ratatui::text::{Line, Span};
use std::borrow::Cow;

/// How much of a case is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// Everything.
    Off,
    /// The words, but no picture, sound or film that they refer to.
    Media,
}

impl Cover {
    /// Media stay covered until somebody uncovers them: one rule wherever a case is shown.
    pub fn unless(uncovered: bool) -> Cover {
        if uncovered { Cover::Off } else { Cover::Media }
    }
}

/// What to say of media that are covered, with the key that uncovers them.
pub fn covered_words(case: &Case, uncovered: bool, key: &str) -> Option<String> {
    let is_covered = !uncovered && has_media(case);
    is_covered.then(|| format!("What it refers to of pictures, sound and film is covered. `{key}` uncovers it."))
}

/// Whether a case refers to pictures, sound or film.
pub fn has_media(case: &Case) -> bool {
    let texts = case.messages.iter().map(|message| message.content.as_str());
    texts.chain(case.text.as_deref()).chain(case.response.as_deref()).any(media::is_in)
}

/// Source and tags, one line each, where there are any.
pub fn origin(case: &Case, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(source) = &case.source {
        let parts = [&source.origin, &source.reference, &source.date];
        let words: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        lines.push(theme.line(Role::Dim, text::shown(&format!("from {}", words.join(", "))).into_owned()));
    }
    if !case.tags.is_empty() {
        lines.push(theme.line(Role::Dim, text::shown(&format!("tags {}", case.tags.join(", "))).into_owned()));
    }
    lines
}

/// What was said, turn by turn.
pub fn turns(case: &Case, cover: Cover, theme: &Theme) -> Vec<Line<'static>> {
    let mut turns = Turns { cover, theme, lines: Vec::new() };
    for turn in said(case) {
        match turn.kind {
            TurnKind::Call => {
                turns.heading(Role::Hint, &format!("  → {}", turn.who));
                turns.body(&turn.text, "    ");
            }
            TurnKind::Response => turns.add(Role::Accent, &turn.who, &turn.text),
            TurnKind::Said => turns.add(Role::Label, &turn.who, &turn.text),
        }
    }
    turns.lines
}

struct Turns<'t> {
    cover: Cover,
    theme: &'t Theme,
    lines: Vec<Line<'static>>,
}

impl Turns<'_> {
    fn add(&mut self, role: Role, who: &str, content: &str) {
        self.heading(role, who);
        self.body(content, "  ");
    }

    fn heading(&mut self, role: Role, who: &str) {
        self.lines.push(self.theme.line(role, text::shown(who).into_owned()));
    }

    fn body(&mut self, content: &str, indent: &str) {
        let content = if self.cover == Cover::Media { media::covered(content) } else { Cow::Borrowed(content) };
        for line in visible(&content).lines() {
            let shown = line.replace('\t', "    ");
            let mut spans = vec![Span::raw(indent.to_owned())];
            for (at, part) in shown.split(media::COVERED).enumerate() {
                if at > 0 && self.cover == Cover::Media {
                    spans.push(self.theme.span(Role::Disabled, media::COVERED));
                } else if at > 0 {
                    spans.push(Span::raw(media::COVERED));
                }
                spans.push(Span::raw(text::shown(part).into_owned()));
            }
            self.lines.push(Line::from(spans));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, cover: Cover, expect: &str) {
        let case: Case = serde_json::from_str(json).unwrap();
        let lines: Vec<String> = turns(&case, cover, &Theme::default()).iter().map(Line::to_string).collect();
        assert_eq!(lines.join("\n"), expect);
    }

    #[test]
    fn turns_calls_and_results_are_told_apart() {
        check(
            r#"{"id":"a","messages":[{"role":"user","content":"pay\u001b[2J"},{"role":"assistant","tool_calls":[{"function":{"name":"pay","arguments":"{\"to\":\"x\"}"}}]},{"role":"tool","name":"pay","content":"done"}],"response":"ok"}"#,
            Cover::Off,
            "user\n  pay␛[2J\nassistant\n  → calls pay\n    {\n      \"to\": \"x\"\n    }\ntool (pay)\n  done\nresponse\n  ok",
        );
    }

    #[test]
    fn media_are_covered_and_uncovered() {
        let json = r#"{"id":"a","messages":[{"role":"user","content":[{"type":"text","text":"this?"},{"type":"image_url","image_url":{"url":"https://x.example/1"}}]}]}"#;
        check(json, Cover::Media, "user\n  this?\n  [▒▒▒▒ covered]");
        check(json, Cover::Off, "user\n  this?\n  [image: https://x.example/1]");
        assert!(has_media(&serde_json::from_str(json).unwrap()));
    }
}
