//! CB130, CB131: labels of a sealed round that are not what was committed to; CB134: reveals of no label.

use super::evidence::Evidence;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(evidence: &Evidence<'_>, found: &mut Vec<Problem>) {
    for label in evidence.labels.iter().filter(|label| !label.void) {
        let is_open = evidence.closings.is_empty();
        let (code, why) = match &label.opens {
            _ if is_open => (&codes::UNSEALED_LABEL, "is here although the round is sealed and open"),
            None => (&codes::UNSEALED_LABEL, "was never committed to in its sealed round"),
            Some(opens) => match evidence.made.get(opens) {
                None => (&codes::BROKEN_COMMITMENT, "is not the one that was committed to in its sealed round"),
                Some(made) if made.late => {
                    (&codes::CHANGED_COMMITMENTS, "was committed to only after its sealed round was closed")
                }
                Some(_) => continue,
            },
        };
        let message = format!("the label of `{}` by `{}` {why}", label.case, label.by);
        let help = "Ask its labeler; what they meant at the time stands in git's history, if anywhere.";
        found.push(Problem::new(code, label.place.clone(), message, help));
    }
    for (place, id) in &evidence.stray {
        let message = format!("the label `{id}` is revealed here, but is not in the gold set");
        let help = "Look at who changed the file with `git log -p`; files of a round are written once.";
        found.push(Problem::new(&codes::ODD_ROUND, place.clone(), message, help));
    }
}
