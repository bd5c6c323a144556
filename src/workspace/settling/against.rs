//! No ruling is written while earlier ones stand against it.

use crate::policy::Policy;
use crate::policy::ruling::Adjudication;
use crate::precedent::{Conflict, Docket};
use crate::workspace::error::WorkspaceError;
use crate::workspace::labeling::{Sitting, Written, check_ruling};

/// A ruling that is not written, and what stands against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    pub set: String,
    pub case: String,
    pub conflicts: Vec<Conflict>,
}

/// Writes a ruling down, unless it does not hold together or earlier rulings stand against it that it does not speak of. The
/// one way in which a single ruling gets written, whoever asks.
pub fn rule(
    sitting: &mut Sitting<Adjudication>,
    policy: &Policy,
    docket: &Docket,
    set: &str,
    ruling: Adjudication,
) -> Result<Written<Adjudication>, WorkspaceError> {
    check_ruling(policy, &ruling)?;
    refuse(against(docket, set, std::slice::from_ref(&ruling)))?;
    sitting.rule(ruling)
}

/// What stands against rulings on cases of a set.
pub(super) fn against(docket: &Docket, set: &str, rulings: &[Adjudication]) -> Vec<Against> {
    let of_one = |ruling: &Adjudication| {
        let conflicts = docket.conflicts(set, ruling);
        (!conflicts.is_empty()).then(|| Against { set: set.to_owned(), case: ruling.case.clone(), conflicts })
    };
    rulings.iter().filter_map(of_one).collect()
}

pub(super) fn refuse(against: Vec<Against>) -> Result<(), WorkspaceError> {
    if against.is_empty() { Ok(()) } else { Err(WorkspaceError::Against { against }) }
}
