//! Files: what may be read, atomic saves, the recovery journal, watching.
//!
//! This room knows paths and bytes. It knows nothing of what a file means, nothing of git and nothing of
//! screens; the folders that lie outside the work tree (journal, cache) are handed in. It is the only room
//! that writes files of a policy repo.

mod bytes;
mod cache;
mod error;
mod full_text;
mod gold;
mod hash;
mod journal;
mod lock;
mod path;
mod root;
mod save;
mod session;
mod watch;

pub use bytes::Bytes;
pub use cache::Cache;
pub use error::StoreError;
pub use full_text::{Document, FullText, Length, Source};
pub use gold::{GoldSet, RoundFiles, gold_sets, is_written_once};
pub use hash::ContentHash;
pub use journal::{Journal, Recovered};
pub use lock::Lock;
pub use path::RepoPath;
pub use root::{Listing, Reading, RepoRoot};
pub use save::{Expect, Save};
pub use session::SessionFile;
pub use watch::{Changes, Watcher};
