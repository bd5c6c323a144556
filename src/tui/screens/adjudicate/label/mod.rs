//! Labeling: one case at a time, with what applies to it beside it.

use crate::tui::command::{Command, Context, Reason};
use crate::tui::event::Event;
use crate::tui::model::{Model, Target};
use crate::tui::screens::Screen;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

#[derive(Default)]
pub struct LabelPart {}

impl Screen for LabelPart {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Label]
    }

    fn refresh(&mut self, _: &Model) {}

    fn handle(&mut self, _: &Event, _: &mut Model) -> bool {
        false
    }

    fn run(&mut self, _: Command, _: &mut Model) -> bool {
        false
    }

    fn available(&self, _: Command, _: &Model) -> Result<(), Reason> {
        Err("it does not belong to this part".into())
    }

    fn show(&mut self, _: &Target, _: &mut Model) -> bool {
        false
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        None
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let cases = model.sets.as_ref().map_or(0, |sets| sets.cases());
        let row = text::row(area, 0);
        text::put_line(buf, (row.x, row.y), row.width, &theme.line(Role::Dim, format!("{cases} cases")));
        None
    }
}
