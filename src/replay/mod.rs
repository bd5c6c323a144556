//! Graders, runs, flips, measures, gates.

pub mod flip;
pub mod gates;
pub mod measures;
pub mod standing;
