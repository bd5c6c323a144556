//! What the files of a sealed round say, gathered once for all lints.

use super::RoundFiles;
use crate::decide::{GoldSet, SourceFile};
use crate::policy::place::Place;
use crate::policy::record::canonical;
use crate::policy::round::{Closed, Commitment, Reveal, Round, commitment, from_hex};
use crate::policy::who::{folder_of, owner_of};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a label was committed to by: its owner, its case, the commitment.
pub(super) type Key = (String, String, String);

pub(super) struct Evidence<'a> {
    pub round: &'a Round,
    pub closings: &'a [Closed],
    /// Every commitment that was made, and whether it came after the round was closed.
    pub made: BTreeMap<Key, Made>,
    /// Files of commitments, by their path below `commitments/`, each with the place of its first line.
    pub files: Vec<(String, &'a SourceFile)>,
    pub labels: Vec<Revealed>,
    /// Reveals of labels that are not here, with their ids.
    pub stray: Vec<(Place, String)>,
}

pub(super) struct Made {
    pub place: Place,
    pub late: bool,
}

/// A label that says it is of the round.
pub(super) struct Revealed {
    pub place: Place,
    pub case: String,
    pub by: String,
    /// What its reveal makes of it; `None` where nothing was revealed of it.
    pub opens: Option<Key>,
    /// It takes another one back, or was taken back: it counts for nothing.
    pub void: bool,
}

impl Evidence<'_> {
    /// The commitments that a label on disk opens.
    pub fn opened(&self) -> BTreeSet<&Key> {
        self.labels.iter().filter_map(|label| label.opens.as_ref()).collect()
    }
}

/// Every sealed round with its labels. Labels are read once, whatever number of rounds there is.
pub(super) fn gather<'a>(set: &GoldSet, rounds: &[RoundFiles<'a>]) -> Vec<Evidence<'a>> {
    let names: BTreeSet<&str> = rounds.iter().map(|files| &*files.round.name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let all: Vec<Line> = set.sources().labels.par_iter().flat_map_iter(|file| lines_of(file, &names)).collect();
    rounds.iter().map(|files| of_round(files, &all)).collect()
}

fn of_round<'a>(files: &RoundFiles<'a>, all: &[Line]) -> Evidence<'a> {
    let below = format!("/rounds/{}/commitments/", files.round.name);
    let name =
        |file: &SourceFile| file.path.split_once(&below).map_or_else(|| file.path.to_string(), |(_, n)| n.into());
    let mut made = BTreeMap::new();
    for file in files.commitments {
        let name = name(file);
        let who = owner(file);
        let kept = kept_lines(files.closings, &name, &who);
        for (number, place, row) in rows::<Commitment>(file) {
            let late = number >= kept;
            let known = made.entry((who.clone(), row.case, row.commitment)).or_insert(Made { place, late });
            known.late &= late;
        }
    }
    let reveals: Vec<(usize, Place, Reveal)> = files.reveals.iter().flat_map(rows::<Reveal>).collect();
    let of_round = || all.iter().filter(|line| line.text("round") == &*files.round.name);
    let here: BTreeSet<&str> = of_round().map(|line| line.text("id")).collect();
    let stray = reveals.iter().filter(|(_, _, row)| !here.contains(&*row.id));
    let stray = stray.map(|(_, place, row)| (place.clone(), row.id.clone())).collect();
    let salts: BTreeMap<String, String> = reveals.into_iter().map(|(_, _, row)| (row.id, row.salt)).collect();
    let taken_back: BTreeSet<&str> =
        of_round().filter(|line| line.is_withdrawal()).map(|line| line.text("supersedes")).collect();
    let revealed = |line: &Line| {
        let salt = salts.get(line.text("id")).and_then(|salt| from_hex(salt));
        let folder = folder_of(line.text("labeler")).map_or_else(String::new, |folder| owner_of(&folder));
        let opens =
            |salt: [u8; 32]| (folder, line.text("case").to_owned(), commitment(&salt, &canonical(&line.fields)));
        Revealed {
            place: line.place.clone(),
            case: line.text("case").to_owned(),
            by: line.text("labeler").to_owned(),
            opens: salt.map(opens),
            void: line.is_withdrawal() || taken_back.contains(line.text("id")),
        }
    };
    Evidence {
        round: files.round,
        closings: files.closings,
        made,
        files: files.commitments.iter().map(|file| (name(file), file)).collect(),
        labels: of_round().map(revealed).collect(),
        stray,
    }
}

/// How many lines of a file of commitments were there when its round was closed. Where several people closed it without
/// knowing of each other, a line counts that one of them kept, as long as that is not only its own labeler.
fn kept_lines(closings: &[Closed], file: &str, labeler: &str) -> usize {
    let lines = |closed: &Closed| closed.commitments.iter().find(|sealed| *sealed.file == *file).map_or(0, |s| s.lines);
    let by_all = closings.iter().map(lines).min();
    let by_others = closings.iter().filter(|closed| *closed.by != *labeler).map(lines).max();
    by_all.map_or(usize::MAX, |by_all| by_all.max(by_others.unwrap_or_default()))
}

/// A label on disk.
struct Line {
    place: Place,
    fields: Map<String, Value>,
}

impl Line {
    fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn is_withdrawal(&self) -> bool {
        self.fields.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null())
    }
}

/// The labels of a file that say they are of one of these rounds.
fn lines_of(file: &SourceFile, rounds: &BTreeSet<&str>) -> Vec<Line> {
    /// Most labels are of other rounds, and are not read any further.
    #[derive(Deserialize)]
    struct OfRound<'l> {
        #[serde(borrow, default)]
        round: Option<Cow<'l, str>>,
    }
    let mut lines = Vec::new();
    each_line(file, |_, place, line| {
        let of_one = serde_json::from_slice::<OfRound<'_>>(line).ok().and_then(|line| line.round);
        if of_one.is_some_and(|round| rounds.contains(&*round))
            && let Ok(fields) = serde_json::from_slice(line)
        {
            lines.push(Line { place: place(), fields });
        }
    });
    lines
}

/// Every row of a file of commitments or reveals that can be read, with the number of its line, from 0.
fn rows<T: for<'de> Deserialize<'de>>(file: &SourceFile) -> Vec<(usize, Place, T)> {
    let mut rows = Vec::new();
    each_line(file, |number, place, line| {
        if let Ok(row) = serde_json::from_slice(line) {
            rows.push((number, place(), row));
        }
    });
    rows
}

fn each_line(file: &SourceFile, mut see: impl FnMut(usize, &dyn Fn() -> Place, &[u8])) {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        let of_file = u32::try_from(number + 1).unwrap_or(u32::MAX);
        see(number, &|| Place::line(file.path.clone(), of_file, 1, span.clone()), line);
    }
}

/// The owner of the folder that a file lies in.
pub(super) fn owner(file: &SourceFile) -> String {
    file.path.rsplit('/').nth(1).map(owner_of).unwrap_or_default()
}
