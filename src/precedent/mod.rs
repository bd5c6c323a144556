//! What was ruled before, and what those rulings rest on.

pub mod text;
