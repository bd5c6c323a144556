//! Finding anything by a few letters, among a million things, without holding up the screen.

mod search;

pub use search::Search;

use super::list::{List, Row};
use super::{Outcome, input::Input, popup};
use crate::tui::command::{Command, Context, find};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use nucleo::pattern::{CaseMatching, Normalization};
use nucleo::{Config, Injector, Nucleo, Utf32String};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use search::Searching;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Something that can be found, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// `clause`, `category`, `case`, `command`.
    pub kind: &'static str,
    pub label: String,
    pub about: String,
    pub value: T,
}

/// Takes in what can be found, from any thread, while the finder is open already.
pub struct Feed<T>(Injector<Found<T>>);

impl<T> Feed<T> {
    pub fn push(&self, found: Found<T>) {
        self.0.push(found, |found, columns| {
            if let Some(column) = columns.first_mut() {
                *column = Utf32String::from(format!("{} {}", found.label, found.about));
            }
        });
    }
}

impl<T> Clone for Feed<T> {
    fn clone(&self) -> Self {
        Feed(self.0.clone())
    }
}

/// Milliseconds that Enter waits for the matches of what was typed before it.
const PATIENCE: u64 = 300;

/// The dialog. What is fed first stands first among equals, so feed what is likely first.
pub struct Finder<T: Send + Sync + 'static> {
    matcher: Nucleo<Found<T>>,
    /// Set while a wake-up is on its way, so that a million matches are one of them.
    waking: Arc<AtomicBool>,
    notify: Arc<dyn Fn() + Send + Sync>,
    searching: Option<Searching<T>>,
    /// What says what is typed, best first: it stands above what holds its letters.
    saying: Vec<Found<T>>,
    /// Positions among the matches of what stands above already.
    twice: Vec<usize>,
    input: Input,
    list: List,
    running: bool,
    title: &'static str,
}

impl<T: Send + Sync + 'static> Finder<T> {
    /// `wake` is called on another thread when there is something new to show; answer it with [`Finder::tick`].
    pub fn new(threads: usize, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let waking = Arc::new(AtomicBool::new(false));
        let flag = waking.clone();
        let notify: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
            if !flag.swap(true, Ordering::AcqRel) {
                wake();
            }
        });
        Finder {
            matcher: Nucleo::new(Config::DEFAULT, notify.clone(), Some(threads.max(1)), 1),
            waking,
            notify,
            searching: None,
            saying: Vec::new(),
            twice: Vec::new(),
            input: Input::default().placeholder("clause, category, case or command"),
            list: List::new(0),
            running: false,
            title: "Find",
        }
    }

    /// Another title, and another hint of what can be typed.
    #[must_use]
    pub fn about(mut self, title: &'static str, placeholder: &str) -> Self {
        self.title = title;
        self.input = Input::default().placeholder(placeholder);
        self
    }

    /// Searches in this way as well.
    #[must_use]
    pub fn searching(mut self, search: Arc<Search<T>>) -> Self {
        self.searching = Some(Searching::new(search));
        self
    }

    pub fn feed(&self) -> Feed<T> {
        Feed(self.matcher.injector())
    }

    /// Takes over what the threads have found since; says whether there is something new to show.
    pub fn tick(&mut self) -> bool {
        self.take_over(0)
    }

    /// Takes over what is found within so many milliseconds.
    fn take_over(&mut self, patience: u64) -> bool {
        self.waking.store(false, Ordering::Release);
        let status = self.matcher.tick(patience);
        self.running = status.running;
        let said = self.take_over_search();
        if status.changed || said {
            self.twice = self.twice();
        }
        let len = self.len();
        if self.list.len() != len {
            self.list.set(len);
        }
        status.changed || said
    }

    /// Takes over what says what is typed, unless something else is typed by now.
    fn take_over_search(&mut self) -> bool {
        let Some(searching) = &self.searching else { return false };
        let Some(found) = searching.found(&self.input.text()) else { return false };
        // Who has gone down the list already stays on what the cursor stands on.
        let down = self.list.selected().filter(|at| *at > 0);
        let mark = |found: &Found<T>| (found.label.clone(), found.about.clone());
        let on = down.and_then(|at| Some((at, mark(self.at(at)?))));
        self.saying = found;
        self.twice = self.twice();
        self.list.set(self.len());
        if let Some((at, on)) = on {
            let rows = 0..=at + self.saying.len();
            let here = rows.into_iter().find(|row| self.at(*row).is_some_and(|found| mark(found) == on));
            self.list.select(here.unwrap_or(0));
        }
        true
    }

    /// Which of the first matches stand above already. What stands far below is seen by nobody.
    fn twice(&self) -> Vec<usize> {
        const LOOKED_AT: u32 = 2_000;
        if self.saying.is_empty() {
            return Vec::new();
        }
        let snapshot = self.matcher.snapshot();
        let above: HashSet<(&str, &str)> = self.saying.iter().map(|found| (&*found.label, &*found.about)).collect();
        let first = snapshot.matched_items(..snapshot.matched_item_count().min(LOOKED_AT)).enumerate();
        first.filter(|(_, item)| above.contains(&(&*item.data.label, &*item.data.about))).map(|(at, _)| at).collect()
    }

    /// How many rows there are.
    fn len(&self) -> usize {
        let matched = usize::try_from(self.matcher.snapshot().matched_item_count()).unwrap_or(usize::MAX);
        (self.saying.len() + matched).saturating_sub(self.twice.len())
    }

    /// What the cursor stands on.
    pub fn chosen(&self) -> Option<&Found<T>> {
        self.at(self.list.selected()?)
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let command = match event {
            Event::Key(key) => find(&[Context::Popup], *key),
            _ => None,
        };
        match command {
            Some(Command::Back) => return Some(Outcome::Cancelled),
            Some(Command::Accept) => {
                // Who types a name and Enter in one go means what fits that name, not what stood there before.
                if self.running {
                    self.take_over(PATIENCE);
                }
                return Some(if self.chosen().is_some() { Outcome::Accepted } else { Outcome::Taken });
            }
            _ => {}
        }
        if let Some(outcome) = self.list.handle_in(event, Context::Popup) {
            return Some(if outcome == Outcome::Opened { Outcome::Accepted } else { outcome });
        }
        let before = self.input.text();
        if self.input.handle(event) == Some(Outcome::Changed) {
            let text = self.input.text();
            let longer = text.starts_with(&before);
            self.matcher.pattern.reparse(0, &text, CaseMatching::Smart, Normalization::Smart, longer);
            self.list.select(0);
            self.saying.clear();
            self.twice.clear();
            if let Some(searching) = self.searching.as_ref().filter(|_| !text.trim().is_empty()) {
                searching.ask(&text, &self.notify);
            }
            self.tick();
            return Some(Outcome::Changed);
        }
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = area.width.saturating_sub(8).clamp(area.width.min(20), 100);
        let rows = area.height.saturating_sub(2).min(24).max(area.height.min(5));
        let (fitting, all) = (self.len(), self.matcher.snapshot().item_count());
        let title = format!("{} · {fitting} of {all}{}", self.title, if self.running { " …" } else { "" });
        let inner = popup::open(area, columns, rows, &title, buf, theme);
        self.input.render(inner, buf, theme, true);
        let rest = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
        let Finder { matcher, list, saying, twice, .. } = self;
        list.render(rest, buf, theme, true, |at, columns| {
            let Some(Found { kind, label, about, .. }) = found_at(matcher, saying, twice, at) else {
                return Row::default();
            };
            let label_columns = usize::from(columns) / 3;
            let pad = label_columns.saturating_sub(text::width(label));
            let line = Line::from(vec![
                theme.span(Role::Dim, format!("{kind:<9} ")),
                Span::raw(label.clone()),
                theme.span(Role::Dim, format!("{}  {about}", " ".repeat(pad))),
            ]);
            Row::new(line)
        });
    }

    fn at(&self, at: usize) -> Option<&Found<T>> {
        found_at(&self.matcher, &self.saying, &self.twice, at)
    }
}

/// What stands in a row: first what says what is typed, then what holds its letters.
fn found_at<'f, T: Send + Sync + 'static>(
    matcher: &'f Nucleo<Found<T>>,
    saying: &'f [Found<T>],
    twice: &[usize],
    row: usize,
) -> Option<&'f Found<T>> {
    let Some(mut at) = row.checked_sub(saying.len()) else { return saying.get(row) };
    for passed in twice {
        at += usize::from(*passed <= at);
    }
    Some(matcher.snapshot().get_matched_item(u32::try_from(at).ok()?)?.data)
}

#[cfg(test)]
mod tests {
    use super::search::lock;
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze, typed};
    use std::sync::{Mutex, mpsc};
    use std::thread;
    use std::time::Duration;

    fn finder(items: usize) -> (Finder<usize>, mpsc::Receiver<()>) {
        let (sender, receiver) = mpsc::channel();
        let finder = Finder::new(1, move || sender.send(()).unwrap_or_default());
        let feed = finder.feed();
        for value in 0..items {
            let (kind, label) =
                if value % 2 == 0 { ("clause", format!("bio-{value}")) } else { ("case", format!("edu-{value}")) };
            feed.push(Found { kind, label, about: "about it".into(), value });
        }
        (finder, receiver)
    }

    fn settle(finder: &mut Finder<usize>, woken: &mpsc::Receiver<()>) {
        finder.tick();
        for _ in 0..1000 {
            if !finder.running {
                break;
            }
            woken.recv_timeout(Duration::from_millis(20)).unwrap_or_default();
            finder.tick();
        }
    }

    #[test]
    fn enter_right_after_typing_takes_what_was_typed() {
        let (mut finder, _woken) = finder(20_000);
        let mut last = None;
        for event in typed("edu19999").into_iter().chain(keys("enter")) {
            last = finder.handle(&event);
        }
        assert_eq!(last, Some(Outcome::Accepted));
        assert_eq!(finder.chosen().map(|found| found.label.as_str()), Some("edu-19999"));
    }

    #[test]
    fn what_holds_the_letters_is_found() {
        let (mut finder, woken) = finder(40);
        settle(&mut finder, &woken);
        for event in typed("edu7") {
            finder.handle(&event);
        }
        settle(&mut finder, &woken);
        assert_eq!(finder.chosen().map(|found| found.label.as_str()), Some("edu-7"));
        assert_eq!(finder.handle(&keys("enter")[0]), Some(Outcome::Accepted));
        insta::assert_snapshot!(draw(60, 6, |area, buf, theme| finder.render(area, buf, theme)), @r"
        ╭─ Find · 4 of 40 ─────────────────────────────────╮
        │ edu7                                             │
        │ ▸ case      edu-7           about it           ▐ │
        │   case      edu-17          about it             │
        ╰──────────────────────────────────────────────────╯
        ");
    }

    #[test]
    fn who_has_gone_down_the_list_stays_there() {
        let (finder, woken) = finder(40);
        let (open, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let search = move |_: &str| {
            lock(&gate).recv().unwrap();
            vec![Found { kind: "said", label: "other".into(), about: "in words".into(), value: 99 }]
        };
        let mut finder = finder.searching(Arc::new(search));
        settle(&mut finder, &woken);
        finder.handle(&typed("7")[0]);
        settle(&mut finder, &woken);
        finder.handle(&keys("down")[0]);
        let on = finder.chosen().unwrap().value;
        open.send(()).unwrap();
        for _ in 0..1000 {
            if !finder.saying.is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(2));
            finder.tick();
        }
        assert_eq!((finder.chosen().unwrap().value, finder.at(0).unwrap().value), (on, 99));
    }

    #[test]
    fn what_says_it_stands_above_what_holds_the_letters_and_once() {
        let (finder, woken) = finder(40);
        let search = |words: &str| {
            let found = |value: usize, label: &str, about: &str| Found {
                kind: "said",
                label: label.into(),
                about: about.into(),
                value,
            };
            if words == "edu7" {
                vec![found(99, "other", "in words"), found(17, "edu-17", "about it")]
            } else {
                Vec::new()
            }
        };
        let mut finder = finder.searching(Arc::new(search));
        for event in typed("edu7") {
            finder.handle(&event);
        }
        for _ in 0..1000 {
            settle(&mut finder, &woken);
            if !finder.saying.is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        insta::assert_snapshot!(draw(60, 8, |area, buf, theme| finder.render(area, buf, theme)), @r"
        ╭─ Find · 5 of 40 ─────────────────────────────────╮
        │ edu7                                             │
        │ ▸ said      other           in words           ▐ │
        │   said      edu-17          about it             │
        │   case      edu-7           about it             │
        ╰──────────────────────────────────────────────────╯
        ");
        assert_eq!(finder.chosen().map(|found| found.value), Some(99));
        assert_eq!(
            (0..6).map(|at| finder.at(at).map(|found| found.value)).collect::<Vec<_>>()[1..3],
            [Some(17), Some(7)]
        );
        finder.handle(&keys("backspace")[0]);
        settle(&mut finder, &woken);
        assert!(finder.saying.is_empty() && finder.chosen().is_some_and(|found| found.kind == "case"));
    }

    #[test]
    fn the_latest_query_wins() {
        let (mut finder, woken) = finder(20_000);
        for event in typed("bio").iter().chain(&keys("ctrl-u")).chain(&typed("edu-19999")) {
            finder.handle(event);
        }
        settle(&mut finder, &woken);
        assert_eq!(finder.chosen().map(|found| found.value), Some(19_999));
    }

    #[test]
    fn a_flood_of_news_is_one_wake_up() {
        let (_finder, woken) = finder(5_000);
        assert!(woken.try_iter().count() <= 1);
    }

    #[test]
    fn no_size_is_too_small() {
        let (mut finder, woken) = finder(30);
        settle(&mut finder, &woken);
        squeeze(|area, buf, theme| finder.render(area, buf, theme));
    }
}
