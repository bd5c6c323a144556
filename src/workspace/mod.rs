//! One open policy repo: documents, model and versions, and the operations a person asks for.

pub mod compare;
pub mod error;
pub mod files;
pub mod repo;
pub mod sets;
pub mod version;
