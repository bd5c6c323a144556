//! The git side: snapshots at a revision, status, commit, history.
