//! CB042: drafts of cases that carry a label although nobody wrote their text.

use super::Subject;
use crate::decide::GoldSet;
use crate::policy::case::TO_WRITE;
use crate::policy::codes;
use crate::policy::gold::standing;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for gold in subject.sets {
        for row in 0..gold.len() {
            // Reading each case of a large set would take long; drafts are few.
            if memchr::memmem::find(gold.line(row), TO_WRITE.as_bytes()).is_none() {
                continue;
            }
            let Some(case) = gold.case(row).ok().filter(|case| case.is_unwritten()) else { continue };
            let Some(says) = label_words(gold, row) else { continue };
            problems.push(Problem::new(
                &codes::UNWRITTEN_CASE,
                gold.place(row),
                format!("nobody wrote the text of the draft `{}`, but {says}", case.id),
                "Write its text in place of `TO WRITE: …` and have it labeled on that, or take the label back.",
            ));
        }
    }
}

/// What a label says of a case, if there is one.
fn label_words(gold: &GoldSet, row: usize) -> Option<String> {
    let (labels, rulings) = (gold.labels_of(row), gold.adjudications_of(row));
    let labels = standing(&labels.iter().collect::<Vec<_>>()).len();
    if !standing(&rulings.iter().collect::<Vec<_>>()).is_empty() {
        return Some("it was ruled on".to_owned());
    }
    if labels > 0 {
        return Some(if labels == 1 { "it has a label".to_owned() } else { format!("it has {labels} labels") });
    }
    let behavior = gold.imported(row)?.behavior?;
    Some(format!("it calls for `{behavior}`"))
}
