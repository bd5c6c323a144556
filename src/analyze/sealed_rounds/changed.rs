//! CB133: files of commitments that are not as they were when the round was closed.

use super::evidence::Evidence;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::round::Sealed;
use std::collections::BTreeSet;

/// Lines that came later are told where they open a label: see `revealed`.
pub(super) fn lint(evidence: &Evidence<'_>, found: &mut Vec<Problem>) {
    let help = "Bring the file back with `git checkout COMMIT -- FILE`, and ask who changed it.";
    let mut told = BTreeSet::new();
    let kept =
        evidence.closings.iter().flat_map(|closed| closed.commitments.iter().map(move |sealed| (closed, sealed)));
    for (closed, sealed) in kept {
        let here = evidence.files.iter().find(|(name, _)| **name == *sealed.file);
        let (place, how) = match here {
            None => (Place::file(closed.file.clone()), "is gone"),
            Some((_, file)) => {
                if Sealed::of(sealed.file.clone(), (*file.bytes).as_ref(), sealed.lines).is_as(sealed) {
                    continue;
                }
                (Place::file(file.path.clone()), "was changed")
            }
        };
        if !told.insert(&sealed.file) {
            continue;
        }
        let message = format!(
            "`commitments/{}` {how}: it is not what it was when the sealed round `{}` was closed",
            sealed.file, evidence.round.name
        );
        found.push(Problem::new(&codes::CHANGED_COMMITMENTS, place, message, help));
    }
}
