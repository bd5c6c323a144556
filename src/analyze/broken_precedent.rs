//! CB125: a ruling that names a precedent which is none.

use super::Subject;
use crate::decide::{GoldSet, SourceFile};
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::ruling::Adjudication;

/// Of one file so many are told; the rest is counted.
const MOST_TOLD: usize = 20;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for set in subject.sets {
        for file in &set.sources().adjudications {
            lint_file(subject, set, file, problems);
        }
    }
}

fn lint_file(subject: &Subject<'_>, set: &GoldSet, file: &SourceFile, problems: &mut Vec<Problem>) {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        let Ok(ruling) = serde_json::from_slice::<Adjudication>(line) else { continue };
        let named =
            [("follows", &ruling.follows), ("distinguishes", &ruling.distinguishes), ("overrules", &ruling.overrules)];
        for (word, case) in named.into_iter().flat_map(|(word, cases)| cases.iter().map(move |case| (word, case))) {
            let why = if *case == ruling.case {
                "which is its own case"
            } else {
                match rulings_on(subject, set, case) {
                    None => "which is no case of any gold set",
                    Some(0) => "on which nothing was ruled",
                    Some(_) => continue,
                }
            };
            let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
            let place = Place::line(file.path.clone(), line, 1, span.clone());
            found.push((place, format!("the ruling on `{}` {word} `{case}`, {why}", ruling.case)));
        }
    }
    let more = found.len().saturating_sub(MOST_TOLD);
    for (at, (place, mut message)) in found.into_iter().take(MOST_TOLD).enumerate() {
        if more > 0 && at + 1 == MOST_TOLD {
            message.push_str(&format!(" (and {more} more like it in this file)"));
        }
        let help = "See whether the case or its ruling was lost; a new ruling on the same case can name another.";
        problems.push(Problem::new(&codes::BROKEN_PRECEDENT, place, message, help));
    }
}

/// How many rulings there are on a case, looked for in its own set first; `None` where there is no such case.
fn rulings_on(subject: &Subject<'_>, set: &GoldSet, case: &str) -> Option<usize> {
    let others = subject.sets.iter().map(|set| &**set);
    std::iter::once(set).chain(others).find_map(|set| Some(set.rulings(set.find(case)?)))
}
