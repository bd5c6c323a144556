//! The screens, one file or folder each. A screen keeps what is selected and scrolled to; all else is in the model.

pub mod adjudicate;
pub mod manifest;
pub mod replay;
pub mod review;
pub mod spec;
pub mod taxonomy;

use super::command::{Command, Context, Reason};
use super::event::Event;
use super::layout::Tab;
use super::model::{Model, Target};
use super::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Every screen, in the order of the tabs. A new one is a line here.
pub fn all() -> Vec<(Tab, Box<dyn Screen>)> {
    vec![
        (Tab::new("Taxonomy", Command::Taxonomy), Box::<taxonomy::TaxonomyScreen>::default()),
        (Tab::new("Spec", Command::Spec), Box::<spec::SpecScreen>::default()),
        (Tab::new("Replay", Command::Replay), Box::<replay::ReplayScreen>::default()),
        (Tab::new("Adjudicate", Command::Adjudicate), Box::<adjudicate::AdjudicateScreen>::default()),
        (Tab::new("Review", Command::Review), Box::<review::ReviewScreen>::default()),
        (Tab::aside("Manifest", Command::Manifest), Box::<manifest::ManifestScreen>::default()),
    ]
}

/// A screen of the app.
pub trait Screen {
    /// Where keys go now, innermost first: `[Form, Spec]`. `Global` is added by the app.
    fn contexts(&self) -> Vec<Context>;

    /// The commands that a dialog of the screen's own takes, while one stands over it: it takes every key.
    fn dialog(&self) -> Option<&'static [Command]> {
        None
    }

    /// The model changed: lists are filled anew, the selection stays on what was selected.
    fn refresh(&mut self, model: &Model);

    /// An event that belongs to a component of the screen (moving, typing, the mouse). Whether it was taken.
    fn handle(&mut self, event: &Event, model: &mut Model) -> bool;

    /// A command of the table that is not the app's own. Whether it was taken; the app has asked `available` before.
    fn run(&mut self, command: Command, model: &mut Model) -> bool;

    /// Whether a command of this screen can run now, or why not.
    fn available(&self, command: Command, model: &Model) -> Result<(), Reason>;

    /// Shows a thing, where it belongs to this screen. Whether it does.
    fn show(&mut self, target: &Target, model: &mut Model) -> bool;

    /// What is selected, for commands such as copying its id.
    fn selected(&self, model: &Model) -> Option<Target>;

    /// Puts what is typed and not yet in the documents there: before a command runs that saves, commits or undoes.
    fn flush(&mut self, _model: &mut Model) {}

    /// Called for the screen that is shown, after everything that came in: the place to ask for what it lacks.
    fn tend(&mut self, _model: &mut Model) {}

    /// Draws the screen; gives the place of the cursor where something is being typed.
    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position>;
}
