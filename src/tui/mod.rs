//! The screen: app, screens, components, keymap, theme, jobs, terminal.
//!
//! Components hold the state of what a person sees and touches: `handle` takes an event and says what came
//! of it, `render` draws. They know nothing of policies. Only [`term`] knows the terminal library.

pub mod command;
pub mod components;
pub mod editor;
pub mod event;
pub mod inbox;
pub mod jobs;
pub mod layout;
pub mod model;
pub mod popup;
pub mod screens;
pub mod term;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod theme;

pub use command::{Command, Context};
pub use components::Outcome;
pub use event::{Code, Event, Key, Mouse, MouseKind};
pub use theme::{Role, Theme};
