//! What is offered: a list, and of the selected one all there is to say, for an edit how the text would read.

use super::diff::{Diff, DiffRow};
use super::list::{List, Row};
use super::{Outcome, popup};
use crate::tui::command::{Command, Context, find};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// An edit that can be made, or a commit that can be opened.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// What it is a way out of; said once above all that have it in common.
    pub under: String,
    /// What it does, or is.
    pub says: String,
    /// What that changes, in a few words for the list and in full.
    pub price: String,
    pub changes: Vec<String>,
    /// How the text would read.
    pub preview: Vec<DiffRow>,
    /// Where it leads, in words for its key, if it is no edit: nothing is changed by it.
    pub leads: Option<&'static str>,
}

/// Edits or commits to choose from.
#[derive(Debug, Clone)]
pub struct Offers {
    title: String,
    offers: Vec<Offer>,
    list: List,
    preview: Diff,
    /// What is offered are edits: each has a place that can be gone to, and the first ones a digit.
    are_edits: bool,
    /// The text is to be left as it is: only go to the place.
    away: bool,
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Make the edit, open the commit at this position.
    Take(usize),
    /// Go to the place of the edit at this position.
    Place(usize),
}

impl Chosen {
    pub fn at(self) -> usize {
        match self {
            Chosen::Take(at) | Chosen::Place(at) => at,
        }
    }
}

/// The key that goes to the place of an edit and makes none.
const AWAY: char = 'g';
/// So many have a digit of their own.
const DIGITS: usize = 9;

impl Offers {
    /// Commits to be opened.
    pub fn to_open(title: impl Into<String>, offers: Vec<Offer>) -> Self {
        Offers { are_edits: false, ..Offers::new(title, offers) }
    }

    /// Edits to be made.
    pub fn new(title: impl Into<String>, offers: Vec<Offer>) -> Self {
        let mut list = List::default();
        let mut headings: Vec<(usize, String)> = Vec::new();
        for (at, offer) in offers.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| offers.get(before));
            if !offer.under.is_empty() && before.is_none_or(|before| before.under != offer.under) {
                headings.push((at, offer.under.clone()));
            }
        }
        list.set_sections(offers.len(), headings);
        let (title, preview) = (title.into(), Diff::default());
        let mut offers = Offers { title, offers, list, preview, are_edits: true, away: false };
        offers.show_selected();
        offers
    }

    /// What was chosen, once the outcome is [`Outcome::Accepted`].
    pub fn chosen(&self) -> Option<Chosen> {
        let at = self.list.selected()?;
        Some(if self.away { Chosen::Place(at) } else { Chosen::Take(at) })
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        if let Event::Key(key) = event {
            let typed = key.typed().filter(|_| self.are_edits);
            let digit = typed.and_then(|c| c.to_digit(10)).and_then(|n| (n as usize).checked_sub(1));
            if let Some(at) = digit.filter(|at| *at < self.offers.len()) {
                self.list.select(at);
                return Some(Outcome::Accepted);
            }
            if typed == Some(AWAY) {
                self.away = true;
                return Some(Outcome::Accepted);
            }
            match find(&[Context::Popup], *key) {
                Some(Command::Back) => return Some(Outcome::Cancelled),
                Some(Command::Accept) => return Some(Outcome::Accepted),
                Some(Command::PageDown | Command::PageUp) => {
                    self.preview.handle(event);
                    return Some(Outcome::Taken);
                }
                _ => {}
            }
        }
        match self.list.handle_in(event, Context::Popup) {
            Some(Outcome::Opened) => Some(Outcome::Accepted),
            Some(Outcome::Moved) => {
                self.show_selected();
                Some(Outcome::Moved)
            }
            _ => Some(Outcome::Taken),
        }
    }

    fn show_selected(&mut self) {
        let preview = self.selected().map(|offer| offer.preview.clone()).unwrap_or_default();
        self.preview = Diff::new(preview);
    }

    fn selected(&self) -> Option<&Offer> {
        self.offers.get(self.list.selected()?)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = 100.min(area.width.saturating_sub(2));
        let room = usize::from(columns.saturating_sub(4));
        let mut about = Vec::new();
        if let Some(offer) = self.selected() {
            let changes = offer.changes.iter().map(|words| (Role::Text, words));
            for (role, words) in std::iter::once((Role::Title, &offer.says)).chain(changes) {
                about.extend(text::wrap_hanging(&theme.line(role, words.clone()), room));
            }
        }
        let listed = self.list.len() + self.list.headings();
        let most = usize::from(area.height.saturating_sub(2));
        let rows = (listed + about.len() + self.previewed() + 5).min(most);
        let rows = u16::try_from(rows).unwrap_or(u16::MAX);
        let inner = popup::open(area, columns, rows, &self.title, buf, theme);
        if inner.height < 3 {
            return;
        }
        // The list gets what the rest does not need, and never less than a third.
        let below = u16::try_from(about.len() + self.previewed()).unwrap_or(u16::MAX).saturating_add(2);
        let for_list = inner.height.saturating_sub(below).max(inner.height / 3).max(1);
        let for_list = for_list.min(u16::try_from(listed).unwrap_or(u16::MAX));
        let Offers { list, offers, are_edits, .. } = self;
        list.render(Rect { height: for_list, ..inner }, buf, theme, true, |at, columns| {
            let Some(offer) = offers.get(at) else { return Row::default() };
            let number = match (*are_edits, at < DIGITS) {
                (false, _) => String::new(),
                (true, true) => format!("{}  ", at + 1),
                (true, false) => "   ".to_owned(),
            };
            let beside = text::width(&number) + text::width(&offer.price) + 1;
            let says = text::clip_middle(&offer.says, usize::from(columns).saturating_sub(beside));
            let line = vec![theme.span(Role::Key, number), theme.span(Role::Text, says)];
            Row::new(Line::from(line)).right(theme.line(Role::Dim, offer.price.clone()))
        });
        let mut y = inner.y + for_list + 1;
        let last = inner.bottom() - 1;
        for line in about.iter().take(usize::from(last.saturating_sub(y))) {
            text::put_line(buf, (inner.x, y), inner.width, line);
            y += 1;
        }
        let preview = Rect { y, height: last.saturating_sub(y), ..inner };
        if !preview.is_empty() {
            self.preview.render(preview, buf, theme, false);
        }
        text::put_line(buf, (inner.x, last), inner.width, &self.keys(theme));
    }

    fn previewed(&self) -> usize {
        self.selected().map_or(0, |offer| offer.preview.len())
    }

    fn keys(&self, theme: &Theme) -> Line<'static> {
        if !self.are_edits {
            return popup::keys(theme, &[(Command::Accept, "open it on Review"), (Command::Back, "back")]);
        }
        let digits = match self.offers.len().min(DIGITS) {
            0 | 1 => "1".to_owned(),
            last => format!("1–{last}"),
        };
        let mut spans: Vec<Span<'static>> = vec![theme.span(Role::Key, digits), theme.span(Role::Dim, " or ")];
        let leads = self.selected().and_then(|offer| offer.leads);
        spans.extend(popup::keys(theme, &[(Command::Accept, leads.unwrap_or("make the edit"))]).spans);
        if leads.is_none() {
            spans.extend([theme.span(Role::Key, AWAY.to_string()), theme.span(Role::Dim, " only go there   ")]);
        }
        spans.extend(popup::keys(theme, &[(Command::Back, "back")]).spans);
        Line::from(spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::components::diff::{Change, DiffLine};
    use crate::tui::testing::{draw, keys, squeeze};

    fn offers() -> Offers {
        let line = |change, text: &str| {
            DiffRow::Line(DiffLine { change, old: None, new: None, parts: vec![(text.to_owned(), false)] })
        };
        let offer = |under: &str, says: &str, price: &str| Offer {
            under: under.into(),
            says: says.into(),
            price: price.into(),
            changes: vec![format!("{price}; changes 12 points")],
            preview: vec![line(Change::Removed, "severity: high"), line(Change::Added, says)],
            leads: None,
        };
        Offers::new(
            "Ways out",
            vec![
                offer("CB030: never decides", "without `late`", "no flip"),
                offer("CB030: never decides", "`late` ahead", "fixes 1"),
                offer("CB031: a gap", "a new clause", "fixes 2"),
            ],
        )
    }

    #[test]
    fn one_key_makes_an_edit_or_goes_there() {
        fn check(pressed: &str, outcome: Outcome, chosen: Chosen) {
            let mut offers = offers();
            let last = keys(pressed).iter().map(|event| offers.handle(event)).last().flatten();
            assert_eq!((last, offers.chosen()), (Some(outcome), Some(chosen)), "{pressed}");
        }
        check("enter", Outcome::Accepted, Chosen::Take(0));
        check("2", Outcome::Accepted, Chosen::Take(1));
        check("down down enter", Outcome::Accepted, Chosen::Take(2));
        check("down g", Outcome::Accepted, Chosen::Place(1));
        check("9", Outcome::Taken, Chosen::Take(0));
        check("esc", Outcome::Cancelled, Chosen::Take(0));
    }

    #[test]
    fn the_selected_one_is_told_in_full_with_its_text() {
        let mut offers = offers();
        offers.handle(&keys("down")[0]);
        insta::assert_snapshot!(draw(60, 16, |area, buf, theme| offers.render(area, buf, theme)), @"
        ╭─ Ways out ─────────────────────────────────────────────╮
        │ ── CB030: never decides ────────────────────────────── │
        │   1  without `late`                           no flip  │
        │ ▸ 2  `late` ahead                             fixes 1  │
        │ ── CB031: a gap ────────────────────────────────────── │
        │   3  a new clause                             fixes 2  │
        │                                                        │
        │ `late` ahead                                           │
        │ fixes 1; changes 12 points                             │
        │             - severity: high                           │
        │             + `late` ahead                             │
        │                                                        │
        │ 1–3 or ↵ make the edit   g only go there   Esc back    │
        ╰────────────────────────────────────────────────────────╯
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| offers().render(area, buf, theme));
    }
}
