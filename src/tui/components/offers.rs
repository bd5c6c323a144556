//! What is offered: a list, and of the selected one all there is to say, for an edit how the text would read.

use super::diff::{Diff, DiffRow};
use super::list::{List, Row};
use super::prose::Prose;
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
    /// What is said of the selected one; whether there was no room for all of it.
    about: Prose,
    is_cut: bool,
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
        let (title, about, preview) = (title.into(), Prose::default(), Diff::default());
        let mut offers = Offers { title, offers, list, about, is_cut: false, preview, are_edits: true, away: false };
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
                    if self.is_cut {
                        self.about.handle(event);
                    } else {
                        self.preview.handle(event);
                    }
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
        self.about.to_start();
    }

    fn selected(&self) -> Option<&Offer> {
        self.offers.get(self.list.selected()?)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = 100.min(area.width.saturating_sub(2));
        let mut about = Vec::new();
        if let Some(offer) = self.selected() {
            let changes = offer.changes.iter().map(|words| (Role::Text, words));
            let all = std::iter::once((Role::Title, &offer.says)).chain(changes);
            about.extend(all.map(|(role, words)| theme.line(role, words.clone())));
        }
        self.about.set(about);
        let about = self.about.rows(columns.saturating_sub(4));
        let listed = self.list.len() + self.list.headings();
        let most = usize::from(area.height.saturating_sub(2));
        let rows = (listed + about + self.previewed() + 5).min(most);
        let rows = u16::try_from(rows).unwrap_or(u16::MAX);
        let inner = popup::open(area, columns, rows, &self.title, buf, theme);
        if inner.height < 3 {
            return;
        }
        // The list gets what the rest does not need, and never less than a third.
        let below = u16::try_from(about + self.previewed()).unwrap_or(u16::MAX).saturating_add(2);
        let for_list = inner.height.saturating_sub(below).max(inner.height / 3).max(1);
        let for_list = for_list.min(u16::try_from(listed).unwrap_or(u16::MAX));
        let Offers { list, offers, are_edits, .. } = self;
        let are_edits = *are_edits;
        list.render(Rect { height: for_list, ..inner }, buf, theme, true, |at, columns| {
            let Some(offer) = offers.get(at) else { return Row::default() };
            let number = match (are_edits, at < DIGITS) {
                (false, _) => String::new(),
                (true, true) => format!("{}  ", at + 1),
                (true, false) => "   ".to_owned(),
            };
            let columns = usize::from(columns).saturating_sub(text::width(&number) + 1);
            let (says, price) = if are_edits {
                let says = text::clip_middle(&offer.says, columns.saturating_sub(text::width(&offer.price)));
                (says, offer.price.clone())
            } else {
                // Which commit it is and of what day stands first, and is read whatever the price is.
                let price = text::clip(&offer.price, columns.saturating_sub(text::width(&offer.says)).max(columns / 2));
                (text::clip(&offer.says, columns.saturating_sub(text::width(&price))), price)
            };
            let line = vec![theme.span(Role::Key, number), theme.span(Role::Text, says)];
            Row::new(Line::from(line)).right(theme.line(Role::Dim, price))
        });
        let y = inner.y + for_list + 1;
        let last = inner.bottom() - 1;
        let room = last.saturating_sub(y);
        let said = u16::try_from(about).unwrap_or(u16::MAX).min(room);
        self.is_cut = about > usize::from(said);
        // The bar of what is read stands in the margin.
        let place =
            Rect { y, height: said, width: (inner.width + 1).min(buf.area.right().saturating_sub(inner.x)), ..inner };
        if !place.is_empty() {
            self.about.render(place, buf, theme);
        }
        let y = y + said;
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
            let more = self.is_cut.then_some((Command::PageDown, "more"));
            let keys = [(Command::Accept, "open it on Review")].into_iter().chain(more);
            return popup::keys(theme, &keys.chain([(Command::Back, "back")]).collect::<Vec<_>>());
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
        if self.is_cut {
            spans.extend(popup::keys(theme, &[(Command::PageDown, "more")]).spans);
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
    fn what_there_is_no_room_for_is_scrolled_to() {
        let mut offers = offers();
        offers.offers[0].changes = (1..=30).map(|n| format!("region {n}")).collect();
        let shown = |offers: &mut Offers| draw(80, 16, |area, buf, theme| offers.render(area, buf, theme));
        let before = shown(&mut offers);
        assert!(
            before.contains("region 1 ") && !before.contains("region 30") && before.contains("PgDn more"),
            "{before}"
        );
        for event in keys("pagedown pagedown pagedown pagedown pagedown pagedown pagedown pagedown") {
            offers.handle(&event);
            shown(&mut offers);
        }
        assert!(shown(&mut offers).contains("region 30"));
        // The next one is read from its start.
        offers.handle(&keys("down")[0]);
        assert!(shown(&mut offers).contains("fixes 1; changes 12 points"));
    }

    #[test]
    fn the_day_of_a_commit_is_seen_beside_a_long_price() {
        let says = "7194b5e  2026-09-21  A subject that takes more room than there is".to_owned();
        let price = "2 points more, 200 fewer, 3,000 decided otherwise".to_owned();
        let mut offers = Offers::to_open("Past", vec![Offer { says, price, ..Offer::default() }]);
        let shown = draw(60, 10, |area, buf, theme| offers.render(area, buf, theme));
        assert!(shown.contains("▸ 7194b5e  2026-09-21  A"), "{shown}");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| offers().render(area, buf, theme));
    }
}
