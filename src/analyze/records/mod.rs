//! What is wrong with the labels and adjudications of one gold set among themselves, whatever the policy says.
//!
//! A lint is a function in a file of its own, one line in [`FILE_LINTS`] or [`SET_LINTS`], and what every lint needs
//! ([`codes`](crate::policy::codes), a manual page). Every record is read; whoever asks again hands in the [`Ledger`] of
//! before, and only files that changed are read again.

mod broken_reference;
mod duplicate_record;
mod edited_record;
mod ledger;
mod side_by_side;
mod tell;
mod unnamed_record;
mod wrong_owner;

pub use ledger::Ledger;

use ledger::FileEntries;
use tell::Findings;

/// What a file says by itself, whatever stands in others.
static FILE_LINTS: &[fn(&FileEntries, &mut Findings)] = &[edited_record::lint, unnamed_record::lint, wrong_owner::lint];

/// What only all files together say.
static SET_LINTS: &[fn(&Ledger, &mut Findings)] = &[duplicate_record::lint, broken_reference::lint, side_by_side::lint];

#[cfg(test)]
mod tests;
