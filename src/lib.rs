//! casebook: write the policies that AI models follow, test them, and settle what is right.
//!
//! Data flows one way: text → model → decision → comparison → view. `ARCHITECTURE.md` names the rooms
//! and the arrows that must never be; `tests/architecture.rs` holds the code to them.

pub mod agreement;
pub mod analyze;
pub mod cli;
pub mod decide;
pub mod document;
pub mod interop;
pub mod policy;
pub mod precedent;
pub mod replay;
pub mod report;
pub mod stats;
pub mod store;
pub mod tui;
pub mod vcs;
pub mod workspace;
