//! The compiled program, the plain path and an obviously right evaluator held together.

mod agreement;
mod check;
mod explaining;
mod gold;
mod possible;
mod random;
mod reading;
mod reference;
mod renewing;
pub(crate) mod sample;
