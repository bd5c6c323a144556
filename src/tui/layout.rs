//! The frame that every screen has, and how the room inside is shared out.

mod frame;
mod panes;

pub use frame::{Frame, Segment, Tab, footer, frame, status, tabs};
pub use panes::{Pane, Panes, Wanted, panes};
