//! One open policy repo: documents, model and versions, and the operations a person asks for.

pub mod files;
pub mod version;
