//! The git side: snapshots at a revision, status, commit, history.
//!
//! The only room that knows libgit2. It reads through the library and commits through the `git` program, so that
//! the user's hooks, signing and trailers count; where the library cannot open a repository the program reads, and
//! where no program is installed the library commits, unless that would pass over a hook or a signature. Nothing
//! here knows what a file means. Messages, paths and names from a repository are kept as data.

mod ancestry;
mod commit;
mod discover;
mod error;
mod grow;
mod id;
mod identity;
mod log;
mod message;
mod plain;
mod repo;
mod revision;
mod snapshot;
mod status;
mod tools;

#[cfg(test)]
mod testing;

pub use ancestry::Links;
pub use commit::Committed;
pub use discover::{Found, Git, discover, repo_around};
pub use error::VcsError;
pub use grow::{Changes, MadeVersion};
pub use id::ObjectId;
pub use log::{Commit, History, Moment, Person};
pub use message::Trailer;
pub use plain::init;
pub use repo::{Repo, UnderWay};
pub use revision::Revision;
pub use snapshot::{Entry, Snapshot, Store};
pub use status::{Change, FileStatus, Head, Status, Upstream};
pub use tools::Tools;
