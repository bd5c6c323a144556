//! One open policy repo: documents, model and versions, and the operations a person asks for.

mod add_cases;
pub mod agreement;
pub mod categories;
pub mod check;
pub mod commit;
pub mod compare;
pub mod create;
pub mod decisions;
pub mod difference;
pub mod editorial;
pub mod error;
pub mod explain;
pub mod files;
pub mod fixes;
pub mod import;
pub mod intent;
pub mod labeling;
pub mod marks;
pub mod opened;
pub mod policy_edit;
pub mod precedents;
pub mod repo;
pub mod rounds;
pub mod samples;
pub mod sets;
pub mod settling;
mod staled;
pub mod timeline;
pub mod version;
mod worded;
#[allow(clippy::module_inception)]
mod workspace;
mod written_once;

pub use add_cases::AddedCases;
pub use error::WorkspaceError;
pub use repo::{Environment, PolicyRepo};
pub use workspace::{Draft, Drafting, FileEdits, Journaling, LeftBehind, Outside, Workspace};
