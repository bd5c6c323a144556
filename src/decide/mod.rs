//! Compiled clauses over a columnar gold set: verdicts and their traces.
//!
//! A [`GoldSet`] holds the settled reading of every case as codes into dictionaries of the words that were read,
//! so one gold set serves many versions of a policy. A [`Program`] is one version's clauses as bit tables over those
//! dictionaries; it gives the [`Verdicts`]. [`explain`](explain::explain) takes the plain path for one case and says why.

pub(crate) mod codec;
pub mod columns;
pub mod explain;
pub mod form;
pub mod plain;
pub mod possible;
pub mod program;
pub mod situation;
pub mod verdict;
pub mod watch;
pub mod what_if;
pub mod words;

pub use columns::{GoldSet, GoldSources, Lines, SharedBytes, SourceFile, read_lines};
pub use explain::{Explanation, explain, explain_unlabeled};
pub use program::{Program, decide};
pub use situation::Situation;
pub use verdict::{Verdict, Verdicts};
pub use watch::{Cancelled, LeftOut, Unwatched, Watch};

#[cfg(test)]
mod tests;
