//! Files: what may be read, atomic saves, the recovery journal, watching.
//!
//! This room knows paths and bytes. It knows nothing of what a file means, nothing of git and nothing of
//! screens; the folders that lie outside the work tree (journal, cache) are handed in. It is the only room
//! that writes files of a policy repo.

mod bytes;
mod error;
mod gold;
mod hash;
mod path;
mod root;

pub use bytes::Bytes;
pub use error::StoreError;
pub use gold::{GoldSet, gold_sets};
pub use hash::ContentHash;
pub use path::RepoPath;
pub use root::{Listing, Reading, RepoRoot};
