//! Graders, runs, flips, measures, gates.
