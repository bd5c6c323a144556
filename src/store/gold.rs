//! Which files make up a gold set.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of one gold set, each list in the order of the paths it was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoldSet {
    /// The name of its folder under `gold/`.
    pub name: Arc<str>,
    /// `set.yaml`, where there is one.
    pub manifest: Option<Arc<str>>,
    /// `cases.jsonl` and `cases/*.jsonl`.
    pub cases: Vec<Arc<str>>,
    /// `labels/**/*.jsonl`
    pub labels: Vec<Arc<str>>,
    /// `adjudications/**/*.jsonl`
    pub adjudications: Vec<Arc<str>>,
    /// `rounds/<round>/…`, by name.
    pub rounds: Vec<RoundFiles>,
    /// Files that are none of these; often a misspelt name.
    pub others: Vec<Arc<str>>,
}

/// The files of one round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundFiles {
    /// The name of its folder.
    pub name: Arc<str>,
    pub round: Option<Arc<str>>,
    pub plan: Option<Arc<str>>,
    /// `closed/**/*.yaml`, and `closed.yaml` of a casebook that wrote one file; whoever closed the round wrote one.
    pub closed: Vec<Arc<str>>,
    /// `commitments/**/*.jsonl`
    pub commitments: Vec<Arc<str>>,
    /// `reveals/**/*.jsonl`
    pub reveals: Vec<Arc<str>>,
}

impl RoundFiles {
    /// Takes a file of the round by its path below the round's folder; whether it is one that belongs there.
    fn take(&mut self, below: &str, path: &Arc<str>) -> bool {
        let place = match below {
            "round.yaml" => &mut self.round,
            "plan.jsonl" => &mut self.plan,
            _ => {
                let list = match below.split_once('/') {
                    None if below == "closed.yaml" => &mut self.closed,
                    Some(("closed", rest)) if rest.ends_with(".yaml") => &mut self.closed,
                    // A folder of that name: it is read as the file that it should be, and told of.
                    Some(("closed.yaml", _)) => {
                        let folder = format!("{}closed.yaml", path.strip_suffix(below).unwrap_or_default()).into();
                        if !self.closed.contains(&folder) {
                            self.closed.push(folder);
                        }
                        return true;
                    }
                    Some(("commitments", rest)) if rest.ends_with(".jsonl") => &mut self.commitments,
                    Some(("reveals", rest)) if rest.ends_with(".jsonl") => &mut self.reveals,
                    _ => return false,
                };
                list.push(Arc::clone(path));
                return true;
            }
        };
        *place = Some(Arc::clone(path));
        true
    }

    /// Every file there is.
    pub fn all(&self) -> impl Iterator<Item = &Arc<str>> {
        let files = [&self.round, &self.plan].into_iter().flatten();
        files.chain(&self.closed).chain(&self.commitments).chain(&self.reveals)
    }
}

impl GoldSet {
    /// Whether it is the set of this name and has cases.
    pub fn is_set(&self, name: &str) -> bool {
        *self.name == *name && !self.cases.is_empty()
    }

    /// The round of this name, added where there is none yet.
    fn round(&mut self, name: &str) -> &mut RoundFiles {
        let at = self.rounds.iter().position(|round| *round.name == *name).unwrap_or_else(|| {
            self.rounds.push(RoundFiles { name: name.into(), ..RoundFiles::default() });
            self.rounds.len() - 1
        });
        &mut self.rounds[at]
    }
}

/// Sorts paths relative to the policy folder into gold sets by name; paths outside `gold/` are passed over.
/// The paths may come from the disk or from a revision.
pub fn gold_sets<'a>(paths: impl IntoIterator<Item = &'a Arc<str>>) -> Vec<GoldSet> {
    let mut sets: BTreeMap<&str, GoldSet> = BTreeMap::new();
    for path in paths {
        let mut parts = path.split('/');
        let (Some("gold"), Some(name), Some(first)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let below = parts.count();
        let set = sets.entry(name).or_insert_with(|| GoldSet { name: name.into(), ..GoldSet::default() });
        let of_lines = path.ends_with(".jsonl");
        let in_round = path.splitn(5, '/').skip(3).collect::<Vec<_>>();
        let list = match (first, below) {
            ("set.yaml", 0) => {
                set.manifest = Some(Arc::clone(path));
                continue;
            }
            ("rounds", 2..) if set.round(in_round[0]).take(in_round[1], path) => continue,
            ("cases.jsonl", 0) => &mut set.cases,
            ("cases", 1) if of_lines => &mut set.cases,
            ("labels", 1..) if of_lines => &mut set.labels,
            ("adjudications", 1..) if of_lines => &mut set.adjudications,
            _ => &mut set.others,
        };
        list.push(Arc::clone(path));
    }
    sets.into_values().collect()
}

/// Whether a path relative to the policy folder is that of a file which is written once: what was in it stays, and at
/// most lines are added at its end.
pub fn is_written_once(path: &str) -> bool {
    let mut parts = path.split('/');
    let in_set = parts.next() == Some("gold") && parts.next().is_some();
    let part = parts.next();
    let below = parts.count();
    let of_records = matches!(part, Some("labels" | "adjudications")) && below > 0 && path.ends_with(".jsonl");
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    let of_rounds = part == Some("rounds") && below > 1 && ends(&[".jsonl", "/round.yaml", "/closed.yaml"]);
    let of_closing = part == Some("rounds") && path.split('/').nth(4) == Some("closed") && path.ends_with(".yaml");
    in_set && (of_records || of_rounds || of_closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_said_is_written_once() {
        for path in [
            "gold/a/labels/x/1.jsonl",
            "gold/a/labels/1.jsonl",
            "gold/a/rounds/r/plan.jsonl",
            "gold/a/rounds/r/round.yaml",
            "gold/a/rounds/r/closed.yaml",
            "gold/a/rounds/r/closed/ana/1.yaml",
        ] {
            assert!(is_written_once(path), "{path}");
        }
        for path in [
            "gold/a/cases.jsonl",
            "gold/a/labels/notes.txt",
            "gold/a/rounds/r/notes.txt",
            "x/a/labels/x/1.jsonl",
            "gold/labels/1.jsonl",
        ] {
            assert!(!is_written_once(path), "{path}");
        }
    }

    #[test]
    fn files_find_their_sets() {
        let paths: Vec<Arc<str>> = [
            "casebook.yaml",
            "gold/README.md",
            "gold/z/cases/b.jsonl",
            "gold/core/adjudications/lee/1.jsonl",
            "gold/core/cases.jsonl",
            "gold/core/cases/deep/x.jsonl",
            "gold/core/labels/ana/1.jsonl",
            "gold/core/labels/notes.txt",
            "gold/core/rounds/r1/closed.yaml",
            "gold/core/rounds/r1/closed/ana/1.yaml",
            "gold/core/rounds/r1/commitments/ana/1.jsonl",
            "gold/core/rounds/r1/notes.txt",
            "gold/core/rounds/r1/plan.jsonl",
            "gold/core/rounds/r1/reveals/ana/1.jsonl",
            "gold/core/rounds/r1/round.yaml",
            "gold/core/rounds/stray.yaml",
            "gold/core/set.yaml",
        ]
        .map(Arc::from)
        .into();
        let sets = gold_sets(&paths);
        let list = |files: &[Arc<str>]| files.join(" ");
        let [core, z] = &sets[..] else { panic!("{sets:?}") };
        assert_eq!((&*core.name, core.manifest.as_deref()), ("core", Some("gold/core/set.yaml")));
        assert_eq!(list(&core.cases), "gold/core/cases.jsonl");
        assert_eq!(list(&core.labels), "gold/core/labels/ana/1.jsonl");
        assert_eq!(list(&core.adjudications), "gold/core/adjudications/lee/1.jsonl");
        assert_eq!(
            list(&core.others),
            "gold/core/cases/deep/x.jsonl gold/core/labels/notes.txt gold/core/rounds/r1/notes.txt gold/core/rounds/stray.yaml"
        );
        let [round] = &core.rounds[..] else { panic!("{:?}", core.rounds) };
        assert_eq!(
            (&*round.name, round.all().count(), list(&round.commitments).as_str()),
            ("r1", 6, "gold/core/rounds/r1/commitments/ana/1.jsonl")
        );
        assert_eq!((&*z.name, list(&z.cases).as_str(), &z.manifest), ("z", "gold/z/cases/b.jsonl", &None));
    }
}
