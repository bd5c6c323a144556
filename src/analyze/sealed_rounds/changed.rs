//! CB133: files of commitments that are not as they were when the round was closed.

use super::evidence::Evidence;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::round::Sealed;

/// Lines that came later are told where they open a label: see `revealed`.
pub(super) fn lint(evidence: &Evidence<'_>, found: &mut Vec<Problem>) {
    let Some(closed) = evidence.closed else { return };
    let help = "Bring the file back with `git checkout COMMIT -- FILE`, and ask who changed it.";
    for sealed in &closed.commitments {
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
        let message = format!(
            "`commitments/{}` {how}: it is not what it was when the sealed round `{}` was closed",
            sealed.file, evidence.round.name
        );
        found.push(Problem::new(&codes::CHANGED_COMMITMENTS, place, message, help));
    }
}
