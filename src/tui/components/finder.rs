//! Finding anything by a few letters, among a million things, without holding up the screen.

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
        let notify = Arc::new(move || {
            if !flag.swap(true, Ordering::AcqRel) {
                wake();
            }
        });
        Finder {
            matcher: Nucleo::new(Config::DEFAULT, notify, Some(threads.max(1)), 1),
            waking,
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
        let len = usize::try_from(self.matcher.snapshot().matched_item_count()).unwrap_or(usize::MAX);
        if status.changed && self.list.len() != len {
            self.list.set(len);
        }
        status.changed
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
            self.tick();
            return Some(Outcome::Changed);
        }
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = area.width.saturating_sub(8).clamp(area.width.min(20), 100);
        let rows = area.height.saturating_sub(2).min(24).max(area.height.min(5));
        let snapshot = self.matcher.snapshot();
        let (fitting, all) = (snapshot.matched_item_count(), snapshot.item_count());
        let title = format!("{} · {fitting} of {all}{}", self.title, if self.running { " …" } else { "" });
        let inner = popup::open(area, columns, rows, &title, buf, theme);
        self.input.render(inner, buf, theme, true);
        let rest = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
        let Finder { matcher, list, .. } = self;
        let snapshot = matcher.snapshot();
        list.render(rest, buf, theme, true, |at, columns| {
            let Some(item) = u32::try_from(at).ok().and_then(|at| snapshot.get_matched_item(at)) else {
                return Row::default();
            };
            let Found { kind, label, about, .. } = item.data;
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
        let item = self.matcher.snapshot().get_matched_item(u32::try_from(at).ok()?)?;
        Some(item.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze, typed};
    use std::sync::mpsc;
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
