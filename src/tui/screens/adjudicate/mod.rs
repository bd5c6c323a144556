//! The Adjudicate screen: from labels to rulings. One row names its parts, and the part that is shown does the rest.

mod agreement;
mod dialog;
mod guidance;
mod label;
mod precedents;
mod reading;
mod rounds;
mod settle;
mod texts;

use super::Screen;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::event::{Event, MouseKind};
use crate::tui::model::{Model, Target};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// One part of the screen: what the switch calls it, and a screen of its own below the switch.
struct Part {
    word: &'static str,
    screen: Box<dyn Screen>,
}

/// Every part, in the order of the switch. A new one is a line here.
fn parts() -> Vec<Part> {
    vec![
        Part { word: "label", screen: Box::<label::LabelPart>::default() },
        Part { word: "settle", screen: Box::<settle::SettlePart>::default() },
        Part { word: "agreement", screen: Box::<agreement::AgreementPart>::default() },
        Part { word: "rounds", screen: Box::<rounds::RoundsPart>::default() },
    ]
}

pub struct AdjudicateScreen {
    parts: Vec<Part>,
    current: usize,
    /// Where the last frame put the parts' names.
    tabs: Vec<(Rect, usize)>,
}

impl Default for AdjudicateScreen {
    fn default() -> Self {
        AdjudicateScreen { parts: parts(), current: 0, tabs: Vec::new() }
    }
}

impl AdjudicateScreen {
    fn part(&self) -> &dyn Screen {
        &*self.parts[self.current].screen
    }

    fn part_mut(&mut self) -> &mut dyn Screen {
        &mut *self.parts[self.current].screen
    }

    fn go_to(&mut self, part: usize, model: &mut Model) {
        self.part_mut().flush(model);
        self.current = part % self.parts.len();
    }

    fn draw_switch(&mut self, row: Rect, buf: &mut Buffer, theme: &Theme) {
        self.tabs.clear();
        let mut x = row.x + 1.min(row.width);
        for (at, part) in self.parts.iter().enumerate() {
            let here = at == self.current;
            let (role, open, close) = if here { (Role::Accent, "[ ", " ]") } else { (Role::Dim, "  ", "  ") };
            let line = theme.line(role, format!("{open}{}{close}", part.word));
            let used = text::put_line(buf, (x, row.y), row.right().saturating_sub(x), &line);
            self.tabs.push((Rect { x, width: used, ..row }, at));
            x = x.saturating_add(used).min(row.right());
        }
    }
}

impl Screen for AdjudicateScreen {
    fn contexts(&self) -> Vec<Context> {
        let mut contexts = self.part().contexts();
        contexts.push(Context::Adjudicate);
        contexts
    }

    fn dialog(&self) -> Option<&'static [Command]> {
        self.part().dialog()
    }

    fn refresh(&mut self, model: &Model) {
        for part in &mut self.parts {
            part.screen.refresh(model);
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
            && let Some((_, part)) = self.tabs.iter().find(|(place, _)| mouse.is_in(*place))
        {
            self.go_to(*part, model);
            return true;
        }
        self.part_mut().handle(event, model)
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match command {
            Command::NextPart => self.go_to(self.current + 1, model),
            command => return self.part_mut().run(command, model),
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        match command {
            Command::NextPart if self.parts.len() < 2 => Err("this screen has one part".into()),
            Command::NextPart => Ok(()),
            command => self.part().available(command, model),
        }
    }

    /// The part that is shown comes first, then the ones before it: from agreement a case goes to settling.
    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        let count = self.parts.len();
        for at in (0..count).map(|n| (self.current + count - n) % count).collect::<Vec<_>>() {
            if self.parts[at].screen.show(target, model) {
                self.go_to(at, model);
                return true;
            }
        }
        false
    }

    fn selected(&self, model: &Model) -> Option<Target> {
        self.part().selected(model)
    }

    fn flush(&mut self, model: &mut Model) {
        self.part_mut().flush(model);
    }

    fn tend(&mut self, model: &mut Model) {
        self.part_mut().tend(model);
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        self.draw_switch(text::row(area, 0), buf, theme);
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        self.part_mut().render(body, buf, model, theme)
    }
}
