//! What is offered: a list, and of the selected one all there is to say, for an edit how the text would read.

use super::diff::{self, DiffRow};
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
    /// What there is to say beside, below the text.
    pub further: Vec<String>,
    /// Where it leads, in words for its key, if it is no edit: nothing is changed by it.
    pub leads: Option<&'static str>,
}

/// Edits or commits to choose from.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    title: String,
    offers: Vec<Offer>,
    list: List,
    /// What the prices mean, in one line; empty where they need no words.
    legend: &'static str,
    /// All that there is to say of the selected one, and the columns and the theme that it was made for; `None` where it is to be
    /// made anew.
    about: Prose,
    made_for: Option<(u16, String)>,
    /// The rows that it takes.
    rows: usize,
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
        Offers { title: title.into(), offers, list, are_edits: true, ..Offers::default() }
    }

    /// With the meaning of the prices, in one line.
    #[must_use]
    pub fn legend(self, legend: &'static str) -> Self {
        Offers { legend, ..self }
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
                    self.about.handle(event);
                    return Some(Outcome::Taken);
                }
                _ => {}
            }
        }
        if let (Event::Mouse(_), Some(outcome)) = (event, self.about.handle(event)) {
            return Some(outcome);
        }
        match self.list.handle_in(event, Context::Popup) {
            Some(Outcome::Opened) => Some(Outcome::Accepted),
            Some(Outcome::Moved) => {
                self.about.to_start();
                self.made_for = None;
                Some(Outcome::Moved)
            }
            _ => Some(Outcome::Taken),
        }
    }

    fn selected(&self) -> Option<&Offer> {
        self.offers.get(self.list.selected()?)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = 100.min(area.width.saturating_sub(2));
        self.tell(columns.saturating_sub(4), theme);
        let listed = u16::try_from(self.list.len() + self.list.headings()).unwrap_or(u16::MAX);
        let told = u16::try_from(self.rows).unwrap_or(u16::MAX);
        let legend = u16::from(!self.legend.is_empty());
        // The frame, a blank row above what is told and one below it, and the keys.
        let rows = listed.saturating_add(legend).saturating_add(told).saturating_add(5);
        let inner = popup::open(area, columns, rows.min(area.height.saturating_sub(2)), &self.title, buf, theme);
        if inner.height < 3 {
            return;
        }
        // The list gets what the rest does not need, and never less than a third.
        let below = told.saturating_add(legend + 2);
        let for_list = inner.height.saturating_sub(below).max(inner.height / 3).max(1).min(listed);
        self.render_list(Rect { height: for_list, ..inner }, buf, theme);
        let last = inner.bottom() - 1;
        let mut y = inner.y + for_list;
        if legend > 0 && y < last {
            text::put_line(buf, (inner.x, y), inner.width, &theme.line(Role::Dim, self.legend));
            y += 1;
        }
        y += 1;
        let about = Rect { y, height: last.saturating_sub(y), ..inner };
        if !about.is_empty() {
            self.about.render(about, buf, theme);
        }
        let has_more = self.rows > usize::from(about.height);
        text::put_line(buf, (inner.x, last), inner.width, &self.keys(has_more, theme));
    }

    fn render_list(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let Offers { list, offers, are_edits, .. } = self;
        let mut cut: Option<Vec<String>> = None;
        list.render(area, buf, theme, true, |at, columns| {
            let Some(offer) = offers.get(at) else { return Row::default() };
            let number = match (*are_edits, at < DIGITS) {
                (false, _) => String::new(),
                (true, true) => format!("{}  ", at + 1),
                (true, false) => "   ".to_owned(),
            };
            let columns = usize::from(columns);
            let beside = |price: &str| text::width(&number) + text::width(price) + usize::from(!price.is_empty());
            let fits = |price: &str| text::width(price) < columns / 2 + 1;
            let cut = cut.get_or_insert_with(|| {
                let room =
                    |offer: &Offer| columns.saturating_sub(beside(if fits(&offer.price) { &offer.price } else { "" }));
                let texts: Vec<(&str, usize)> = offers.iter().map(|offer| (&*offer.says, room(offer))).collect();
                text::clip_apart(&texts)
            });
            let says = cut.get(at).cloned().unwrap_or_default();
            let line = vec![theme.span(Role::Key, number), theme.span(Role::Text, says)];
            Row::new(Line::from(line)).right(theme.line(Role::Dim, offer.price.clone()))
        });
    }

    /// Puts together what there is to say of the selected one: what it does, at what price, how the text would read, and all
    /// else below. What it does takes few rows there, so that the text is in sight; what is cut is said at the end.
    fn tell(&mut self, columns: u16, theme: &Theme) {
        /// So many rows say what it does.
        const MOST: usize = 2;
        if self.made_for.as_ref().is_some_and(|(made, name)| (*made, name) == (columns, &theme.name)) {
            return;
        }
        self.made_for = Some((columns, theme.name.clone()));
        let mut lines = Vec::new();
        if let Some(offer) = self.selected() {
            // The last column is the bar's.
            let columns = columns.saturating_sub(1);
            let room = usize::from(columns);
            let wrapped = |role: Role, words: &str| text::wrap_hanging(&theme.line(role, words.to_owned()), room);
            let mut says = wrapped(Role::Title, &offer.says);
            let whole = (says.len() > MOST).then(|| std::mem::take(&mut says));
            if whole.is_some() {
                let rows = text::wrap(&offer.says, room);
                let split = rows.get(MOST - 1).map_or(0, |row| row.start);
                let (first, rest) = offer.says.split_at(split);
                says = wrapped(Role::Title, first.trim_end());
                says.push(theme.line(Role::Title, text::clip(rest, room)));
            }
            lines.extend(says);
            lines.extend(offer.changes.iter().flat_map(|words| wrapped(Role::Text, words)));
            lines.extend(diff::lines(&offer.preview, columns, theme));
            let further = offer.further.iter().flat_map(|words| wrapped(Role::Dim, words));
            let further: Vec<Line<'static>> = further.chain(whole.into_iter().flatten()).collect();
            if !further.is_empty() {
                lines.extend(std::iter::once(Line::default()).chain(further));
            }
        }
        self.rows = lines.len();
        self.about.set(lines);
    }

    /// `has_more`: not all that is told is in sight.
    fn keys(&self, has_more: bool, theme: &Theme) -> Line<'static> {
        let mut ends = vec![(Command::Back, "back")];
        if has_more {
            ends.insert(0, (Command::PageDown, "read on"));
        }
        if !self.are_edits {
            let opens = std::iter::once((Command::Accept, "open it on Review"));
            return popup::keys(theme, &opens.chain(ends).collect::<Vec<_>>());
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
        spans.extend(popup::keys(theme, &ends).spans);
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
            ..Offer::default()
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

    /// The rows of the list, in a dialog on a small screen.
    fn listed(offers: &mut Offers) -> Vec<String> {
        let seen = draw(80, 22, |area, buf, theme| offers.render(area, buf, theme));
        let rows = seen.lines().filter(|line| line.contains("  new") || line.contains("  a new"));
        rows.map(|line| line.trim_matches(['│', ' ', '▸', '▐']).to_owned()).collect()
    }

    #[test]
    fn rows_that_are_different_read_differently_and_keep_their_price() {
        let says = |what: &str| {
            format!(
                "a new clause ahead of `weapons-attack-planning`: category is weapons and {what} and minor is true, then refuse"
            )
        };
        let offer = |says: String| Offer { says, price: "▲12 ▼3 ◆4  <0.1 %".into(), ..Offer::default() };
        let what = ["severity is low", "severity is high", "context has fiction"];
        let mut offers = Offers::new("Ways out", what.into_iter().map(|what| offer(says(what))).collect());
        let rows = listed(&mut offers);
        assert_eq!(rows.len(), 3, "{rows:?}");
        for (row, what) in rows.iter().zip(what) {
            assert!(row.contains(&format!("…{what}")) && row.ends_with("▲12 ▼3 ◆4  <0.1 %"), "{rows:?}");
        }
    }

    #[test]
    fn all_that_there_is_to_say_can_be_read() {
        let further: Vec<String> = (1..40).map(|at| format!("{at} points: comply → refuse")).collect();
        let offer = |says: &str| Offer { further: further.clone(), says: says.into(), ..Offer::default() };
        let mut offers = Offers::new("Ways out", vec![offer("one"), offer("other")]).legend("what it means");
        let mut seen = |pressed: &str| {
            for event in keys(pressed) {
                offers.handle(&event);
            }
            draw(60, 16, |area, buf, theme| offers.render(area, buf, theme))
        };
        let first = seen("");
        assert!(first.contains("what it means") && first.contains("PgDn"), "{first}");
        assert!(first.contains(" 1 points") && !first.contains("39 points"), "{first}");
        assert!(!seen("pagedown").contains(" 1 points"), "one press is enough");
        assert!(seen("pagedown pagedown pagedown pagedown pagedown pagedown").contains("39 points"));
        assert!(seen("pageup pageup pageup pageup pageup pageup pageup").contains(" 1 points"));
        // Of another one it begins at the start.
        assert!(seen("pagedown down").contains(" 1 points"));
    }

    #[test]
    fn a_long_sentence_leaves_room_for_the_text() {
        let says = "a new clause at the end: ".to_owned() + &"category is weapons or ".repeat(40);
        let line =
            DiffLine { change: Change::Added, old: None, new: Some(7), parts: vec![("- id: weapons".into(), false)] };
        let changes = vec!["changes 12 points".to_owned()];
        let offer = Offer { says, changes, preview: vec![DiffRow::Line(line)], ..Offer::default() };
        let mut offers = Offers::new("Ways out", vec![offer]);
        let seen = draw(60, 16, |area, buf, theme| offers.render(area, buf, theme));
        let rows: Vec<&str> = seen.lines().collect();
        let at = |what: &str| rows.iter().position(|row| row.contains(what));
        let price = at("changes 12 points").expect(&seen);
        assert_eq!(at("+ - id: weapons"), Some(price + 1), "{seen}");
        assert!(rows[price - 1].contains('…') && rows[price - 2].contains("a new clause at the end"), "{seen}");
        // In full it is said below.
        assert!(rows[price + 3].contains("a new clause at the end"), "{seen}");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| offers().render(area, buf, theme));
    }
}
