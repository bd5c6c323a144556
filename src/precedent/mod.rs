//! What was ruled before, and what those rulings rest on.

pub mod point;
pub mod text;

#[cfg(test)]
mod testing;
