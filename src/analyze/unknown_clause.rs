//! CB024: a label or ruling that cites a clause or category which does not exist.

use super::Subject;
use crate::decide::SourceFile;
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Of one file so many are named; the rest is counted.
const MOST_NAMED: usize = 20;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for set in subject.sets {
        let sources = set.sources();
        for file in sources.labels.iter().chain(&sources.adjudications) {
            lint_file(file, subject.policy, problems);
        }
    }
}

fn lint_file(file: &SourceFile, policy: &Policy, problems: &mut Vec<Problem>) {
    #[derive(Deserialize)]
    struct Citing {
        #[serde(default)]
        cites: BTreeMap<String, IgnoredAny>,
    }
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        // Most lines cite nothing, and need not be read for it.
        if memchr::memmem::find(line, b"\"cites\"").is_none() {
            continue;
        }
        let Ok(Citing { cites }) = serde_json::from_slice(line) else { continue };
        for id in cites.into_keys().filter(|id| policy.find_clause(id).is_none() && policy.taxonomy.find(id).is_none())
        {
            let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
            found.push((id, Place::line(file.path.clone(), line, 1, span.clone())));
        }
    }
    let more = found.len().saturating_sub(MOST_NAMED);
    for (at, (id, place)) in found.into_iter().take(MOST_NAMED).enumerate() {
        let rest =
            if more > 0 && at + 1 == MOST_NAMED { format!(" (and {more} more in this file)") } else { String::new() };
        problems.push(Problem::new(
            &codes::UNKNOWN_CLAUSE,
            place,
            format!("this cites `{id}`, but the policy has no clause or category of that id{rest}"),
            "If it was renamed, give it its old id back: ids are stable for life.",
        ));
    }
}
