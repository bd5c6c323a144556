//! Two versions read side by side: as text, as structure, and as outcomes.

use super::compare::{Comparison, Side};
use super::error::WorkspaceError;
use super::files::Files;
use super::repo::{PolicyRepo, Unsaved};
use super::version::{MANIFEST, PolicyVersion};
use crate::analyze::structure::{self, Change};
use crate::analyze::text;
use crate::policy::place::Place;
use crate::replay::cause::{Cause, Causes};
use crate::store::{Bytes, Reading};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How the text of one file differs between two versions.
#[derive(Debug, Clone, PartialEq)]
pub struct FileDifference {
    /// Relative to the policy folder.
    pub path: Arc<str>,
    pub fate: Fate,
    /// Without hunks for files of records (JSONL), which are compared record by record, in any order.
    pub text: text::Difference,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Added,
    Removed,
    Changed,
}

impl Fate {
    pub fn word(self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Changed => "changed",
        }
    }
}

/// So many unchanged lines are kept around each change.
const CONTEXT: usize = 3;

impl PolicyRepo {
    /// How the files of a comparison's two versions differ, in the order of their paths. Without a base all is added.
    pub fn text_difference(
        &self,
        comparison: &Comparison,
        unsaved: &Unsaved,
    ) -> Result<Vec<FileDifference>, WorkspaceError> {
        self.text_difference_of(&comparison.head, comparison.base.as_ref(), unsaved)
    }

    /// As [`PolicyRepo::text_difference`], of versions that need not have been replayed.
    pub fn text_difference_of(
        &self,
        head: &Side,
        base: Option<&Side>,
        unsaved: &Unsaved,
    ) -> Result<Vec<FileDifference>, WorkspaceError> {
        let sides = [Some(head), base];
        let head = self.files(&head.revision, unsaved)?;
        let base = base.map(|base| self.files(&base.revision, &Unsaved::new())).transpose()?;
        let mut paths = BTreeSet::from([Arc::from(MANIFEST), Arc::from("exceptions.yaml")]);
        for side in sides.into_iter().flatten() {
            paths.extend(side.version.documents.keys().cloned());
        }
        for files in [Some(&head), base.as_ref()].into_iter().flatten() {
            for folder in ["gold", "specs", "taxonomies", "recordings"] {
                paths.extend(files.list(folder).0);
            }
        }
        let base = base.as_deref();
        Ok(paths.into_iter().filter_map(|path| file_difference(path, base, &*head)).collect())
    }
}

/// What was added, removed, renamed, moved, reordered and edited between a comparison's two versions. Without a base
/// there is nothing to compare.
pub fn structure_difference(comparison: &Comparison) -> Vec<Change> {
    comparison.base.as_ref().map(|base| structure_difference_of(base, &comparison.head)).unwrap_or_default()
}

/// As [`structure_difference`], of versions that need not have been replayed.
pub fn structure_difference_of(base: &Side, head: &Side) -> Vec<Change> {
    let mut changes = structure::compare(&base.version.policy, &head.version.policy);
    for change in &mut changes {
        locate(&base.version, &mut change.base);
        locate(&head.version, &mut change.head);
    }
    changes
}

/// Of a field the line it stands on, not that of what it belongs to.
fn locate(version: &PolicyVersion, place: &mut Option<Place>) {
    if let Some(place) = place
        && let Some(document) = version.documents.get(&place.file)
        && document.node(&place.route).is_some()
    {
        *place = document.place(&place.file, &place.route);
    }
}

/// The edits behind the flips of a comparison, in the order of [`Replay::flips`](crate::replay::run::Replay::flips), as
/// positions in `changes`, which are those of [`structure_difference`]. Beyond the first [`MOST_CAUSES`] flips none are
/// looked for.
pub fn causes(comparison: &Comparison, changes: &[Change]) -> Vec<Cause> {
    let Some(base) = &comparison.base else { return Vec::new() };
    let mut causes = Causes::new(&base.version.policy, &comparison.head.version.policy, changes);
    let flips = comparison.replay.flips().into_iter().take(MOST_CAUSES);
    flips.map(|(set, flip)| causes.of(&set.gold.gold(flip.row as usize).reading.unwrap_or_default())).collect()
}

/// Nobody reads the causes of more flips than these.
pub const MOST_CAUSES: usize = 1000;

/// `None` where the file is the same in both. What cannot be read counts as absent: loading says why.
fn file_difference(path: Arc<str>, base: Option<&dyn Files>, head: &dyn Files) -> Option<FileDifference> {
    let is_document = path.ends_with(".yaml") || path.ends_with(".yml");
    let reading = if is_document { Reading::Document } else { Reading::Lines };
    let read = |files: &dyn Files| files.read(&path, reading).ok().flatten();
    let (before, after) = (base.and_then(read), read(head));
    let fate = match (&before, &after) {
        (None, None) => return None,
        (Some(before), Some(after)) if before == after => return None,
        (None, _) => Fate::Added,
        (_, None) => Fate::Removed,
        _ => Fate::Changed,
    };
    if !is_document {
        let (removed, added) = records(before.as_ref(), after.as_ref());
        let text = text::Difference { removed, added, ..Default::default() };
        return Some(FileDifference { path, fate, text });
    }
    let lossy = |bytes: &Option<Bytes>| {
        bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    };
    let text = text::lines(&lossy(&before), &lossy(&after), CONTEXT, None);
    Some(FileDifference { path, fate, text })
}

/// How many records only one side has.
fn records(before: Option<&Bytes>, after: Option<&Bytes>) -> (usize, usize) {
    let lines = |bytes: Option<&Bytes>| -> Vec<Vec<u8>> {
        let lines = bytes.iter().flat_map(|bytes| bytes.split(|byte| *byte == b'\n')).map(<[u8]>::trim_ascii);
        lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
    };
    let (before, after) = (lines(before), lines(after));
    let mut balance: HashMap<&[u8], i64> = HashMap::new();
    after.iter().for_each(|line| *balance.entry(line).or_default() += 1);
    before.iter().for_each(|line| *balance.entry(line).or_default() -= 1);
    let total = |sign: i64| balance.values().map(|n| (n * sign).max(0) as usize).sum();
    (total(-1), total(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_compared_in_any_order() {
        let bytes = |text: &str| Bytes::from(text.to_owned());
        let check = |before: &str, after: &str, expect| {
            assert_eq!(records(Some(&bytes(before)), Some(&bytes(after))), expect);
        };
        check("a\nb\n", "b\r\na", (0, 0));
        check("a\nb\n", "b\nc\nc\n", (1, 2));
        assert_eq!(records(None, Some(&bytes("a\n\na\n"))), (0, 2));
    }
}
