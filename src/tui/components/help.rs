//! Every key of the place one is at, out of the table of commands.

use super::list::{List, Row};
use super::{Outcome, input::Input, popup};
use crate::tui::command::{self, Available, Command, Context, HelpRow};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The overlay: rows by group, narrowed down by what is typed. Enter runs the selected command.
#[derive(Debug, Clone)]
pub struct Help {
    rows: Vec<(&'static str, HelpRow)>,
    fitting: Vec<usize>,
    input: Input,
    list: List,
}

impl Help {
    /// For where these contexts hold; commands that cannot run now are listed with the reason.
    pub fn new(contexts: &[Context], available: Available<'_>) -> Self {
        let rows = command::sections(contexts, available, false)
            .into_iter()
            .flat_map(|(group, rows)| rows.into_iter().map(move |row| (group.title(), row)))
            .collect();
        let input = Input::default().placeholder("type to narrow down");
        let mut help = Help { rows, fitting: Vec::new(), input, list: List::default() };
        help.narrow();
        help
    }

    /// The selected command, if it can run now.
    pub fn chosen(&self) -> Option<Command> {
        let (_, row) = self.rows.get(*self.fitting.get(self.list.selected()?)?)?;
        row.reason.is_none().then_some(row.command)
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let command = match event {
            Event::Key(key) => command::find(&[Context::Popup], *key),
            _ => None,
        };
        let open = if self.chosen().is_some() { Outcome::Accepted } else { Outcome::Taken };
        match command {
            Some(Command::Back) => return Some(Outcome::Cancelled),
            Some(Command::Accept) => return Some(open),
            _ => {}
        }
        if let Some(outcome) = self.list.handle_in(event, Context::Popup) {
            return Some(if outcome == Outcome::Opened { open } else { outcome });
        }
        if self.input.handle(event) == Some(Outcome::Changed) {
            self.narrow();
        }
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = area.width.saturating_sub(4).clamp(area.width.min(20), 100);
        let rows = area.height.saturating_sub(2).min(40).max(area.height.min(5));
        let inner = popup::open(area, columns, rows, "Keys of this place", buf, theme);
        self.input.render(inner, buf, theme, true);
        let rest = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
        let Help { rows, fitting, list, .. } = self;
        list.render(rest, buf, theme, true, |at, columns| {
            let Some((_, row)) = fitting.get(at).and_then(|at| rows.get(*at)) else { return Row::default() };
            let keys: Vec<String> = row.keys.iter().map(ToString::to_string).collect();
            let (role, about) = match &row.reason {
                Some(reason) => (Role::Disabled, format!("Not now: {}", reason.0)),
                None => (Role::Text, row.entry().about.to_owned()),
            };
            let keys = text::clip(&keys.join(" "), 12);
            let pad = " ".repeat(13usize.saturating_sub(text::width(&keys)));
            let title = text::clip(row.entry().title, 20);
            let gap = " ".repeat(if columns >= 50 { 21usize.saturating_sub(text::width(&title)) } else { 1 });
            Row::new(Line::from(vec![
                theme.span(Role::Key, keys),
                Span::raw(pad),
                Span::styled(title, if role == Role::Disabled { theme.style(role) } else { Default::default() }),
                theme.span(Role::Dim, format!("{gap}{about}")),
            ]))
        });
    }

    fn narrow(&mut self) {
        let words = self.input.text().to_lowercase();
        let fits = |row: &HelpRow| {
            let entry = row.entry();
            let keys: Vec<String> = row.keys.iter().map(ToString::to_string).collect();
            let all = format!("{} {} {} {}", entry.name, entry.title, entry.about, keys.join(" ")).to_lowercase();
            words.split_whitespace().all(|word| all.contains(word))
        };
        self.fitting = (0..self.rows.len()).filter(|at| fits(&self.rows[*at].1)).collect();
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut last = "";
        for (n, at) in self.fitting.iter().enumerate() {
            let group = self.rows[*at].0;
            if group != last {
                headings.push((n, group.to_owned()));
                last = group;
            }
        }
        self.list = List::default();
        self.list.set_sections(self.fitting.len(), headings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::command::Reason;
    use crate::tui::testing::{draw, keys, squeeze, typed};

    fn help() -> Help {
        Help::new(&[Context::List, Context::Spec, Context::Global], &|command| match command {
            Command::Undo => Err(Reason::from("nothing was changed yet")),
            _ => Ok(()),
        })
    }

    #[test]
    fn keys_are_listed_narrowed_and_run() {
        let mut help = help();
        for event in typed("undo") {
            help.handle(&event);
        }
        insta::assert_snapshot!(draw(70, 8, |area, buf, theme| help.render(area, buf, theme)), @r"
        ╭─ Keys of this place ───────────────────────────────────────────╮
        │ undo                                                           │
        │ ── Editing ─────────────────────────────────────────────────── │
        │ ▸ u Ctrl-Z     Undo                 Not now: nothing was cha…  │
        │                                                                │
        ╰────────────────────────────────────────────────────────────────╯
        ");
        assert_eq!(help.handle(&keys("enter")[0]), Some(Outcome::Taken));
        help.handle(&keys("ctrl-u")[0]);
        for event in typed("commit") {
            help.handle(&event);
        }
        assert_eq!(help.handle(&keys("enter")[0]), Some(Outcome::Accepted));
        assert_eq!(help.chosen(), Some(Command::Commit));
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| help().render(area, buf, theme));
    }
}
