//! CB134: files of a round that do not fit together; and lines of theirs that cannot be read.

use crate::decide::SourceFile;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::round::{Commitment, PlanRow, Reveal, Round, from_hex};
use crate::policy::who::owner_of;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many problems of one file and kind are told.
const MOST_TOLD: usize = 20;

/// What does not fit the round: cases that are planned twice, second readings by somebody who is not to read the case,
/// labelers of no such round; and lines of commitments and reveals that cannot be read.
pub fn lint(
    round: &Round,
    plan: &[(Place, PlanRow)],
    commitments: &[SourceFile],
    reveals: &[SourceFile],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, row) in plan {
        if !seen.insert(&*row.case) {
            odd(place, format!("the round `{}` plans the case `{}` twice", round.name, row.case), &mut problems);
        }
        let strangers = row.labelers.iter().filter(|who| !round.labelers.iter().any(|known| **known == **who));
        let strangers: Vec<&String> = strangers.collect();
        if let Some(who) = strangers.first() {
            let message = format!("`{who}` is to read `{}`, but is no labeler of the round `{}`", row.case, round.name);
            odd(place, message, &mut problems);
        }
        if let Some(who) = row.repeats.iter().find(|who| !row.labelers.contains(who)) {
            let message = format!("`{who}` is to read `{}` a second time, but not a first time", row.case);
            odd(place, message, &mut problems);
        }
    }
    for file in commitments {
        let who = file.path.rsplit('/').nth(1).map(owner_of).unwrap_or_default();
        if !round.labelers.iter().any(|labeler| **labeler == *who) {
            let message = format!("`{who}` committed to labels, but is no labeler of the round `{}`", round.name);
            odd(&Place::line(file.path.clone(), 1, 1, 0..0), message, &mut problems);
        }
        lines(file, "commitments", |row: &Commitment| from_hex(&row.commitment).is_some(), &mut problems);
    }
    for file in reveals {
        lines(file, "reveals", |row: &Reveal| from_hex(&row.salt).is_some(), &mut problems);
    }
    problems.truncate(MOST_TOLD * 5);
    problems
}

/// Cases of a plan that the gold set does not have, at most so many as are told.
pub fn unknown_cases<'a>(
    round: &Arc<str>,
    rows: impl Iterator<Item = (&'a Place, &'a PlanRow)>,
    known: impl Fn(&str) -> bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, row) in rows.filter(|(_, row)| !known(&row.case)).take(MOST_TOLD) {
        let message = format!("the round `{round}` plans the case `{}`, which the gold set does not have", row.case);
        odd(place, message, &mut problems);
    }
    problems
}

fn odd(place: &Place, message: String, problems: &mut Vec<Problem>) {
    let help = "Look at who changed the file with `git log -p`; files of a round are written once.";
    problems.push(Problem::new(&codes::ODD_ROUND, place.clone(), message, help));
}

/// Tells of lines that are no rows. What a crash cut short at the end of a file was never meant.
fn lines<T: DeserializeOwned>(
    file: &SourceFile,
    what: &str,
    is_whole: impl Fn(&T) -> bool,
    problems: &mut Vec<Problem>,
) {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut start = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.trim_ascii_end().len();
        start += line.len();
        if line.trim_ascii().is_empty() || !line.ends_with(b"\n") {
            continue;
        }
        let why = match serde_json::from_slice::<T>(line) {
            Ok(row) if is_whole(&row) => continue,
            Ok(_) => "it should hold 64 hexadecimal characters".to_owned(),
            Err(error) => error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        };
        let place = Place::line(file.path.clone(), u32::try_from(number + 1).unwrap_or(u32::MAX), 1, span);
        let message = format!("this line of the round's {what} is left out: {why}");
        problems.push(Problem::new(&codes::BROKEN_LINE, place, message, "Restore the file from git's history."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plan: &[&str], commitments: &str, reveals: &str, expected: &[&str]) {
        let round = Round { name: "r".into(), labelers: vec!["ana".into()], ..Round::default() };
        let row = |(at, line): (usize, &&str)| {
            (Place::line("plan.jsonl", at as u32 + 1, 1, 0..0), serde_json::from_str(line).unwrap())
        };
        let plan: Vec<(Place, PlanRow)> = plan.iter().enumerate().map(row).collect();
        let file = |name: &str, text: &str| vec![SourceFile::new(name, text.as_bytes().to_vec())];
        let found =
            lint(&round, &plan, &file("commitments/bo/1.jsonl", commitments), &file("reveals/ana/1.jsonl", reveals));
        let said: Vec<String> = found.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let own = "commitments/bo/1.jsonl:1:1: `bo` committed to labels, but is no labeler of the round `r`";
        check(
            &[
                r#"{"case":"a","labelers":["ana"]}"#,
                r#"{"case":"a","labelers":["ana"],"repeats":["cy"]}"#,
                r#"{"case":"b","labelers":["eve"]}"#,
            ],
            "",
            "",
            &[
                "plan.jsonl:2:1: the round `r` plans the case `a` twice",
                "plan.jsonl:2:1: `cy` is to read `a` a second time, but not a first time",
                "plan.jsonl:3:1: `eve` is to read `b`, but is no labeler of the round `r`",
                own,
            ],
        );
        check(
            &[],
            "{broken\n\n{\"case\":\"a\",\"commitment\":\"xx\"}\n{\"case",
            "{\"id\":\"1\"}\n",
            &[
                own,
                "commitments/bo/1.jsonl:1:1: this line of the round's commitments is left out: key must be a string",
                "commitments/bo/1.jsonl:3:1: this line of the round's commitments is left out: it should hold 64 hexadecimal characters",
                "reveals/ana/1.jsonl:1:1: this line of the round's reveals is left out: missing field `salt`",
            ],
        );
    }
}
