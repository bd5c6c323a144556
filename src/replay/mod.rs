//! Graders, runs, flips, measures, gates.

pub mod behind;
pub mod breakdown;
pub mod cause;
pub mod filter;
pub mod flip;
pub mod gates;
pub mod measures;
pub mod proven;
pub mod run;
pub mod standing;
