//! Findings on many lines, told within bounds.

use crate::policy::place::Place;
use crate::policy::problem::{Code, Problem};

/// Of one kind in one file so many are told; the rest is counted.
const MOST_TOLD: usize = 20;

/// What one lint found, in the order of the files.
#[derive(Default)]
pub(super) struct Findings(Vec<Problem>);

impl Findings {
    pub fn add(&mut self, code: &'static Code, place: &Place, message: String, help: &str) {
        self.0.push(Problem::new(code, place.clone(), message, help));
    }

    /// Adds the findings to the problems; of too many in one file the last that is told counts the rest.
    pub fn finish(self, problems: &mut Vec<Problem>) {
        for of_file in self.0.chunk_by(|a, b| a.place.file == b.place.file) {
            let more = of_file.len().saturating_sub(MOST_TOLD);
            problems.extend(of_file.iter().take(MOST_TOLD).cloned());
            if let Some(last) = problems.last_mut().filter(|_| more > 0) {
                last.message.push_str(&format!(" (and {more} more like it in this file)"));
            }
        }
    }
}
