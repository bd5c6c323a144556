//! CB130, CB131: labels of a sealed round that are not what was committed to.

use crate::decide::{GoldSet, SourceFile};
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::record::canonical;
use crate::policy::round::{Blindness, Commitment, Reveal, Round, commitment, from_hex};
use crate::policy::who::{folder_of, owner_of};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A round with its commitments and reveals.
pub struct SealedRound<'a> {
    pub round: &'a Round,
    pub is_open: bool,
    pub commitments: &'a [SourceFile],
    pub reveals: &'a [SourceFile],
}

/// So many labels of one round are told; the rest is counted.
const MOST_TOLD: usize = 20;

/// Holds every label of a sealed round against its commitment, and counts the commitments that nobody opened.
pub fn lint(set: &GoldSet, rounds: &[SealedRound<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for sealed in rounds.iter().filter(|sealed| sealed.round.blindness == Blindness::Sealed) {
        lint_round(set, sealed, &mut problems);
    }
    problems
}

fn lint_round(set: &GoldSet, sealed: &SealedRound<'_>, problems: &mut Vec<Problem>) {
    let mut made: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (owner, row) in rows::<Commitment>(sealed.commitments) {
        made.insert((owner, row.case, row.commitment));
    }
    let salts: BTreeMap<String, String> = rows::<Reveal>(sealed.reveals).map(|(_, row)| (row.id, row.salt)).collect();
    let mut found = Vec::new();
    for (place, fields) in labels_of(set, &sealed.round.name) {
        let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
        let salt = salts.get(text("id")).and_then(|salt| from_hex(salt));
        let (code, why) = match salt {
            _ if sealed.is_open => (&codes::UNSEALED_LABEL, "is here although the round is sealed and open"),
            None => (&codes::UNSEALED_LABEL, "was never committed to in its sealed round"),
            Some(salt) => {
                let owner = folder_of(text("labeler")).map_or_else(String::new, |folder| owner_of(&folder));
                let opened = (owner, text("case").to_owned(), commitment(&salt, &canonical(&fields)));
                if made.contains(&opened) {
                    continue;
                }
                (&codes::BROKEN_COMMITMENT, "is not the one that was committed to in its sealed round")
            }
        };
        found.push((code, place, format!("the label of `{}` by `{}` {why}", text("case"), text("labeler"))));
    }
    let more = found.len().saturating_sub(MOST_TOLD);
    for (at, (code, place, mut message)) in found.into_iter().take(MOST_TOLD).enumerate() {
        if more > 0 && at + 1 == MOST_TOLD {
            message.push_str(&format!(" (and {more} more like it in this round)"));
        }
        let help = "Ask its labeler; what they meant at the time stands in git's history, if anywhere.";
        problems.push(Problem::new(code, place, message, help));
    }
}

/// The labels of a round with their lines.
fn labels_of(set: &GoldSet, round: &str) -> Vec<(Place, Map<String, Value>)> {
    let mut labels = Vec::new();
    for file in &set.sources().labels {
        let bytes: &[u8] = (*file.bytes).as_ref();
        let mut start = 0;
        for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let span = start..start + line.len();
            start = span.end + 1;
            let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(line) else { continue };
            if fields.get("round").and_then(Value::as_str) == Some(round) {
                let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
                labels.push((Place::line(file.path.clone(), line, 1, span), fields));
            }
        }
    }
    labels
}

/// Every row of some files, each with the owner of the folder that its file lies in.
fn rows<T: for<'de> Deserialize<'de>>(files: &[SourceFile]) -> impl Iterator<Item = (String, T)> {
    files.iter().flat_map(|file| {
        let owner = file.path.rsplit('/').nth(1).map(owner_of).unwrap_or_default();
        let bytes: &[u8] = (*file.bytes).as_ref();
        let rows = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        rows.map(move |row| (owner.clone(), row))
    })
}
