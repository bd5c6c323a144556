//! The parts that screens are composed of.
//!
//! Each is a state with `handle(&Event) -> Option<Outcome>` (none where the event was not for it) and
//! `render(area, buffer, theme)`. What was chosen or written is asked of the state afterwards.

pub mod bar;
pub mod dialog;
pub mod diff;
pub mod finder;
pub mod form;
pub mod header;
pub mod help;
pub mod input;
pub mod list;
pub mod message;
pub mod offers;
pub mod picker;
pub mod popup;
pub mod progress;
pub mod prose;
pub mod scroll;
pub mod table;
pub mod tree;

/// What came of an event that a component took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The event was for the component; nothing to act on.
    Taken,
    /// Something else is selected now.
    Moved,
    /// The selected thing was asked for: Enter, a second press of the mouse.
    Opened,
    /// What is written or marked has changed.
    Changed,
    /// A dialog is done, its answer stands.
    Accepted,
    /// A dialog was left without an answer.
    Cancelled,
}
