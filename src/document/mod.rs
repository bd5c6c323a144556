//! Text as the truth: parse with places, lossless edits, undo history.
