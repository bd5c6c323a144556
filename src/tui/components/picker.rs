//! Choosing one or several out of what there is, by a few letters.

use super::list::{List, Row};
use super::prose::Prose;
use super::{Outcome, input::Input, popup};
use crate::tui::command::{Command, Context, find};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use nucleo::pattern::{CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::collections::BTreeSet;

/// Something that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    /// A few words of what it is.
    pub about: String,
    /// How far it is set in, where choices form a tree.
    pub depth: usize,
    /// All there is to say of it, to be read below the choices while the cursor is on it.
    pub whole: Vec<String>,
}

impl Choice {
    pub fn new(label: impl Into<String>, about: impl Into<String>) -> Self {
        Choice { label: label.into(), about: about.into(), ..Choice::default() }
    }

    #[must_use]
    pub fn whole(mut self, whole: Vec<String>) -> Self {
        self.whole = whole;
        self
    }

    #[must_use]
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }
}

/// Choices, those that hold the letters written so far, and which are chosen. Indexes are those of the choices as given.
#[derive(Debug, Clone)]
pub struct Picker {
    title: String,
    choices: Vec<Choice>,
    /// None where one is to be chosen.
    marked: Option<BTreeSet<usize>>,
    input: Input,
    /// The choices in sight, the best first.
    fitting: Vec<usize>,
    list: List,
    /// Columns of the widest label and of the widest description.
    widest: (usize, usize),
    /// Where there is more to say of choices than fits their lines.
    reader: Option<Reader>,
}

/// All there is to say of the choice under the cursor.
#[derive(Debug, Clone, Default)]
struct Reader {
    prose: Prose,
    /// The choice that it is about.
    about: Option<usize>,
    /// Rows that the longest of all takes in so many columns.
    most: (u16, usize),
}

impl Reader {
    fn read(&mut self, at: Option<usize>, choices: &[Choice]) {
        if self.about != at {
            self.about = at;
            let lines = at.and_then(|at| choices.get(at)).into_iter().flat_map(|choice| &choice.whole);
            self.prose.set(lines.map(|line| Line::from(line.clone())).collect());
            self.prose.to_start();
        }
    }

    /// Rows that the longest takes.
    fn most(&mut self, choices: &[Choice], columns: u16) -> usize {
        if self.most.0 != columns {
            let rows = |choice: &Choice| -> usize {
                let room = usize::from(columns.saturating_sub(1));
                choice.whole.iter().map(|line| text::wrap_hanging(&Line::from(line.as_str()), room).len()).sum()
            };
            self.most = (columns, choices.iter().map(rows).max().unwrap_or(0));
        }
        self.most.1
    }
}

impl Picker {
    /// To choose one; the cursor starts on `current`.
    pub fn one(title: impl Into<String>, choices: Vec<Choice>, current: Option<usize>) -> Self {
        Picker::new(title.into(), choices, None, current)
    }

    /// To choose any number; those in `marked` are chosen already.
    pub fn many(title: impl Into<String>, choices: Vec<Choice>, marked: impl IntoIterator<Item = usize>) -> Self {
        let marked: BTreeSet<usize> = marked.into_iter().filter(|at| *at < choices.len()).collect();
        let first = marked.first().copied();
        Picker::new(title.into(), choices, Some(marked), first)
    }

    fn new(title: String, choices: Vec<Choice>, marked: Option<BTreeSet<usize>>, current: Option<usize>) -> Self {
        let mut list = List::new(choices.len());
        list.select(current.unwrap_or(0));
        let fitting = (0..choices.len()).collect();
        let widest = |columns: fn(&Choice) -> usize| choices.iter().map(columns).max().unwrap_or(0);
        let widest = (
            widest(|choice| text::width(&choice.label) + 2 * choice.depth),
            widest(|choice| text::width(&choice.about)),
        );
        let input = Input::default().placeholder("type to narrow down");
        let reader = choices.iter().any(|choice| !choice.whole.is_empty()).then(Reader::default);
        Picker { title, choices, marked, input, fitting, list, widest, reader }
    }

    /// What was chosen, ascending. Of several: those marked, and nothing where none is.
    pub fn chosen(&self) -> Vec<usize> {
        match &self.marked {
            Some(marked) => marked.iter().copied().collect(),
            None => self.under_cursor().into_iter().collect(),
        }
    }

    /// The commands that it takes, for the footer.
    pub fn takes(&self) -> &'static [Command] {
        match self.marked {
            Some(_) => &[Command::Accept, Command::Mark, Command::Back],
            None => &[Command::Accept, Command::Back],
        }
    }

    /// The letters written so far: the name of a new thing, where one may be made up.
    pub fn written(&self) -> String {
        self.input.text()
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let command = match event {
            Event::Key(key) => find(&[Context::Popup], *key),
            _ => None,
        };
        match (command, &mut self.marked) {
            (Some(Command::Back), _) => return Some(Outcome::Cancelled),
            (Some(Command::Accept), None) => {
                return Some(if self.under_cursor().is_some() { Outcome::Accepted } else { Outcome::Taken });
            }
            (Some(Command::Accept | Command::AcceptText), _) => return Some(Outcome::Accepted),
            (Some(Command::Mark), Some(marked)) => {
                let under = self.list.selected().and_then(|at| self.fitting.get(at).copied());
                let Some(at) = under else { return Some(Outcome::Taken) };
                if !marked.remove(&at) {
                    marked.insert(at);
                }
                return Some(Outcome::Changed);
            }
            (Some(Command::PageDown | Command::PageUp), _) if let Some(reader) = &mut self.reader => {
                reader.prose.handle(event);
                return Some(Outcome::Taken);
            }
            _ => {}
        }
        if let (Event::Mouse(_), Some(reader)) = (event, &mut self.reader)
            && reader.prose.handle(event).is_some()
        {
            return Some(Outcome::Taken);
        }
        if let Some(outcome) = self.list.handle_in(event, Context::Popup) {
            return Some(match (outcome, &self.marked) {
                (Outcome::Opened, None) => Outcome::Accepted,
                (Outcome::Opened, Some(_)) => Outcome::Taken,
                (outcome, _) => outcome,
            });
        }
        if self.input.handle(event) == Some(Outcome::Changed) {
            self.narrow();
        }
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let (labels, abouts) = self.widest;
        let widest = if self.reader.is_some() { 120 } else { 90 };
        let columns = u16::try_from(labels + abouts + 14).unwrap_or(u16::MAX).clamp(40, widest).min(area.width);
        let several = self.marked.is_some();
        // Below the choices a rule, what is to be read, and the keys.
        let whole = self.reader.as_mut().map_or(0, |reader| reader.most(&self.choices, columns.saturating_sub(4)) + 2);
        let needed = self.choices.len() + whole + if several { 5 } else { 4 };
        let needed = u16::try_from(needed).unwrap_or(u16::MAX);
        let rows = needed.min(area.height.saturating_sub(2)).max(6);
        let title = match &self.marked {
            Some(marked) => format!("{} · {} chosen", self.title, marked.len()),
            None => self.title.clone(),
        };
        let inner = popup::open(area, columns, rows, &title, buf, theme);
        self.input.render(inner, buf, theme, true);
        let mut rest = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
        // That Space marks is not seen from the boxes; where there is hardly room for the choices they come first.
        if several && rest.height > 2 {
            rest.height -= 1;
            let keys = [(Command::Mark, "mark"), (Command::Accept, "take the marked"), (Command::Back, "back")];
            text::put_line(buf, (rest.x, rest.bottom()), rest.width, &popup::keys(theme, &keys));
        }
        self.render_reader(&mut rest, buf, theme);
        if self.fitting.is_empty() {
            text::put(
                buf,
                (rest.x, rest.y),
                if rest.is_empty() { 0 } else { rest.width },
                "nothing fits: letters filter, ↑ ↓ move",
                theme.style(Role::Dim),
            );
            return;
        }
        let narrowed = !self.input.is_empty();
        let label_columns = labels.min(usize::from(inner.width) / 2);
        let Picker { list, choices, fitting, marked, .. } = self;
        list.render(rest, buf, theme, true, |at, _| {
            let Some((at, choice)) = fitting.get(at).and_then(|at| Some((*at, choices.get(*at)?))) else {
                return Row::default();
            };
            let mut line = Line::default();
            if let Some(marked) = marked {
                let (role, mark) = if marked.contains(&at) { (Role::Accent, "■ ") } else { (Role::Dim, "□ ") };
                line.push_span(theme.span(role, mark));
            }
            let label = format!("{}{}", "  ".repeat(if narrowed { 0 } else { choice.depth.min(10) }), choice.label);
            let pad = label_columns.saturating_sub(text::width(&label));
            line.push_span(Span::raw(label));
            line.push_span(theme.span(Role::Dim, format!("{}  {}", " ".repeat(pad), choice.about)));
            Row::new(line)
        });
    }

    /// Takes what it needs from the end of the room for the choices, which keep at least half of it if they need that.
    fn render_reader(&mut self, rest: &mut Rect, buf: &mut Buffer, theme: &Theme) {
        /// With fewer rows than these there is room for the choices only.
        const LEAST: u16 = 7;
        let at = self.under_cursor();
        let Some(reader) = self.reader.as_mut().filter(|_| rest.height >= LEAST) else { return };
        reader.read(at, &self.choices);
        let choices = u16::try_from(self.choices.len()).unwrap_or(u16::MAX).clamp(1, rest.height.saturating_sub(2) / 2);
        let rule = Rect { y: rest.y + choices, height: 1, ..*rest };
        text::rule(buf, rule, "─", theme.style(Role::Border));
        let keys = rest.bottom() - 1;
        let whole = Rect { y: rule.bottom(), height: keys.saturating_sub(rule.bottom()), ..*rest };
        reader.prose.render(whole, buf, theme);
        let mut named = vec![(Command::Accept, "open"), (Command::Back, "back")];
        if reader.prose.rows(whole.width) > usize::from(whole.height) {
            named.insert(1, (Command::PageDown, "read on"));
        }
        let mut named = popup::keys(theme, &named);
        named.push_span(theme.span(Role::Key, "a–z"));
        named.push_span(theme.span(Role::Dim, " filter   "));
        named.push_span(theme.span(Role::Key, "↑ ↓"));
        named.push_span(theme.span(Role::Dim, " move"));
        text::put_line(buf, (rest.x, keys), rest.width, &named);
        rest.height = choices;
    }

    fn under_cursor(&self) -> Option<usize> {
        self.fitting.get(self.list.selected()?).copied()
    }

    fn narrow(&mut self) {
        let pattern = Pattern::parse(&self.input.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut chars = Vec::new();
        // A match in the label counts for more than one in its description.
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, choice) in self.choices.iter().enumerate() {
            let label =
                pattern.score(Utf32Str::new(&choice.label, &mut chars), &mut matcher).map(|score| 2 * score + 1);
            let score = label.or_else(|| pattern.score(Utf32Str::new(&choice.about, &mut chars), &mut matcher));
            scored.extend(score.map(|score| (score, at)));
        }
        scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        if self.input.is_empty() {
            scored.sort_by_key(|(_, at)| *at);
        }
        self.fitting = scored.into_iter().map(|(_, at)| at).collect();
        self.list = List::new(self.fitting.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze};

    fn behaviors() -> Vec<Choice> {
        vec![
            Choice::new("comply", "answer in full"),
            Choice::new("safe-complete", "answer what is safe"),
            Choice::new("refuse", "say no, with the reason"),
            Choice::new("escalate", "hand over to a person").depth(1),
        ]
    }

    #[test]
    fn one_is_chosen_by_its_letters() {
        fn check(pressed: &str, outcome: Outcome, chosen: &[usize]) {
            let mut picker = Picker::one("Then", behaviors(), Some(2));
            let last = keys(pressed).iter().map(|event| picker.handle(event)).last().flatten();
            assert_eq!((last, picker.chosen().as_slice()), (Some(outcome), chosen), "{pressed}");
        }
        check("enter", Outcome::Accepted, &[2]);
        check("down enter", Outcome::Accepted, &[3]);
        check("s f enter", Outcome::Accepted, &[1]);
        check("p e r s o n enter", Outcome::Accepted, &[3]);
        check("z z enter", Outcome::Taken, &[]);
        check("z backspace enter", Outcome::Accepted, &[0]);
        check("esc", Outcome::Cancelled, &[2]);
    }

    #[test]
    fn several_are_marked() {
        let mut picker = Picker::many("Behaviors", behaviors(), [1]);
        for event in keys("down space r e f") {
            picker.handle(&event);
        }
        insta::assert_snapshot!(draw(50, 8, |area, buf, theme| picker.render(area, buf, theme)), @r"
        ╭─ Behaviors · 2 chosen ─────────────────────────╮
        │ ref                                            │
        │ ▸ ■ refuse         say no, with the reason     │
        │                                                │
        │ Space mark   ↵ take the marked   Esc back      │
        ╰────────────────────────────────────────────────╯
        ");
        assert_eq!(picker.chosen(), [1, 2]);
        picker.handle(&keys("space")[0]);
        assert_eq!(picker.chosen(), [1]);
        assert_eq!(picker.handle(&keys("enter")[0]), Some(Outcome::Accepted));
    }

    #[test]
    fn the_one_under_the_cursor_is_read_as_a_whole() {
        let long = "Nine words that do not fit one line here at all.";
        let whole = |n: usize| (0..n).map(|at| format!("{at} {long}")).collect();
        let choices = vec![
            Choice::new("CB034 a.yaml:1", long).whole(whole(6)),
            Choice::new("CB035 b.yaml:2", long).whole(vec!["Short.".into()]),
        ];
        let mut picker = Picker::one("Problems", choices, None);
        let mut shown = |pressed: &str| {
            for event in keys(pressed) {
                picker.handle(&event);
            }
            draw(60, 13, |area, buf, theme| picker.render(area, buf, theme))
        };
        insta::assert_snapshot!(shown(""), @"
        ╭─ Problems ───────────────────────────────────────────────╮
        │ type to narrow down                                      │
        │ ▸ CB034 a.yaml:1  Nine words that do not fit one line …  │
        │   CB035 b.yaml:2  Nine words that do not fit one line …  │
        │ ──────────────────────────────────────────────────────── │
        │ 0 Nine words that do not fit one line here at all.     ▐ │
        │ 1 Nine words that do not fit one line here at all.     ▐ │
        │ 2 Nine words that do not fit one line here at all.       │
        │ 3 Nine words that do not fit one line here at all.       │
        │ ↵ open   PgDn read on   Esc back   a–z filter   ↑ ↓ move │
        ╰──────────────────────────────────────────────────────────╯
        ");
        insta::assert_snapshot!(shown("pagedown"), @"
        ╭─ Problems ───────────────────────────────────────────────╮
        │ type to narrow down                                      │
        │ ▸ CB034 a.yaml:1  Nine words that do not fit one line …  │
        │   CB035 b.yaml:2  Nine words that do not fit one line …  │
        │ ──────────────────────────────────────────────────────── │
        │ 2 Nine words that do not fit one line here at all.       │
        │ 3 Nine words that do not fit one line here at all.       │
        │ 4 Nine words that do not fit one line here at all.     ▐ │
        │ 5 Nine words that do not fit one line here at all.     ▐ │
        │ ↵ open   PgDn read on   Esc back   a–z filter   ↑ ↓ move │
        ╰──────────────────────────────────────────────────────────╯
        ");
        insta::assert_snapshot!(shown("down"), @"
        ╭─ Problems ───────────────────────────────────────────────╮
        │ type to narrow down                                      │
        │   CB034 a.yaml:1  Nine words that do not fit one line …  │
        │ ▸ CB035 b.yaml:2  Nine words that do not fit one line …  │
        │ ──────────────────────────────────────────────────────── │
        │ Short.                                                   │
        │                                                          │
        │                                                          │
        │                                                          │
        │ ↵ open   Esc back   a–z filter   ↑ ↓ move                │
        ╰──────────────────────────────────────────────────────────╯
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| Picker::many("日本語", behaviors(), [0, 9]).render(area, buf, theme));
        squeeze(|area, buf, theme| Picker::one("none", Vec::new(), None).render(area, buf, theme));
        squeeze(|area, buf, theme| {
            let choices = vec![Choice::new("日本語", "a").whole(vec!["日本語 and more".into(); 9])];
            Picker::one("whole", choices, None).render(area, buf, theme);
        });
    }
}
