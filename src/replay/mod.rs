//! Graders, runs, flips, measures, gates; and how good the gold sets are that all this rests on.

pub mod behind;
pub mod breakdown;
pub mod cause;
pub mod coverage;
pub mod filter;
pub mod fixes;
pub mod flip;
pub mod gates;
pub mod measures;
pub mod mutate;
pub mod proven;
pub mod run;
pub mod standing;
pub mod suggest;
pub mod trial;
