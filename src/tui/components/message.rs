//! Short sentences to the person at the screen: what was done, what went wrong.

use super::Outcome;
use crate::tui::event::{Event, MouseKind};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// How much something matters; each has its symbol, so that colour is never needed to tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Hint,
    Warning,
    Error,
}

impl Severity {
    pub fn symbol(self) -> &'static str {
        match self {
            Severity::Hint => "·",
            Severity::Warning => "!",
            Severity::Error => "✗",
        }
    }

    pub fn role(self) -> Role {
        match self {
            Severity::Hint => Role::Hint,
            Severity::Warning => Role::Warning,
            Severity::Error => Role::Error,
        }
    }
}

/// The sentences that are waiting to be read; the newest is shown until a key is pressed after it.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    waiting: Vec<(Severity, String)>,
    area: Rect,
}

impl Messages {
    /// Says something: a hint takes the place of a hint, warnings and errors wait until they were read.
    pub fn say(&mut self, severity: Severity, words: impl Into<String>) {
        let message = (severity, words.into());
        self.waiting.retain(|old| old.0 != Severity::Hint && *old != message);
        self.waiting.push(message);
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn newest(&self) -> Option<(Severity, &str)> {
        self.waiting.last().map(|(severity, words)| (*severity, words.as_str()))
    }

    /// A key was pressed or the message clicked: the newest counts as read. The key still means what it means.
    pub fn read(&mut self) {
        self.waiting.pop();
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        match event {
            Event::Mouse(mouse) if mouse.kind == MouseKind::Press && mouse.is_in(self.area) && !self.is_empty() => {
                self.read();
                Some(Outcome::Taken)
            }
            _ => None,
        }
    }

    /// Draws the newest message at the bottom of an area, over what stands there, on at most three rows.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        self.area = Rect::default();
        let Some((severity, words)) = self.waiting.last() else { return };
        let columns = usize::from(area.width).saturating_sub(4);
        if columns == 0 || area.height == 0 {
            return;
        }
        let ground = theme.style(Role::Popup);
        let more = match self.waiting.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let sentence = format!("{words}{more}");
        let lines = text::wrap(&sentence, columns);
        let rows = u16::try_from(lines.len()).unwrap_or(3).min(3).min(area.height);
        self.area = Rect { y: area.bottom() - rows, height: rows, ..area };
        text::fill(buf, self.area, ground);
        let role = ground.patch(theme.style(severity.role()));
        text::put(buf, (area.x + 1, self.area.y), 1, severity.symbol(), role);
        for (n, range) in (0..rows).zip(lines) {
            // What does not fit on the last row ends in `…`.
            let part = if n + 1 == rows { &sentence[range.start..] } else { &sentence[range] };
            let line = Line::styled(part.trim_end().replace('\n', " "), ground);
            text::put_line(buf, (area.x + 3, self.area.y + n), area.width.saturating_sub(4), &line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, squeeze};

    #[test]
    fn the_newest_is_shown_and_errors_wait() {
        let mut messages = Messages::default();
        messages.say(Severity::Error, "`specs/a.yaml` changed on disk meanwhile; choose which to keep");
        messages.say(Severity::Hint, "Saved");
        messages.say(Severity::Hint, "Copied `bio-uplift`");
        insta::assert_snapshot!(draw(40, 3, |area, buf, theme| messages.render(area, buf, theme)), @r"


         · Copied `bio-uplift` (and 1 more)
        ");
        messages.read();
        insta::assert_snapshot!(draw(40, 4, |area, buf, theme| messages.render(area, buf, theme)), @r"


         ✗ `specs/a.yaml` changed on disk
           meanwhile; choose which to keep
        ");
        messages.read();
        assert!(messages.is_empty());
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| {
            let mut messages = Messages::default();
            messages.say(Severity::Warning, "日本語 and a sentence that is rather long for any place");
            messages.render(area, buf, theme);
        });
    }
}
