//! Loading gold sets: from files, from what is loaded already, or from the cache of encoded columns.

use super::error::WorkspaceError;
use super::files::{FileProblem, Files};
use crate::analyze::records;
use crate::decide::{GoldSet, GoldSources, SourceFile, Watch};
use crate::document::Document;
use crate::document::read::cursor::Source;
use crate::document::read::set::{self, SetInfo};
use crate::policy::codes;
use crate::policy::gold::Settling;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::store::{self, Bytes, Cache, ContentHash, Reading};
use std::sync::{Arc, OnceLock};

/// A gold set with what its `set.yaml` says.
#[derive(Debug, Clone)]
pub struct LoadedSet {
    pub info: SetInfo,
    pub gold: Arc<GoldSet>,
    /// Of `set.yaml` and of files that could not be read; those of the cases are in [`GoldSet::problems`].
    pub problems: Vec<Problem>,
    /// Of all its files of lines: equal for equal contents.
    key: ContentHash,
    /// What is wrong with its records among themselves; looked for when it is asked for first.
    record_problems: Arc<OnceLock<Vec<Problem>>>,
}

impl LoadedSet {
    pub fn name(&self) -> &Arc<str> {
        self.gold.set()
    }

    /// What is wrong with its labels and adjudications among themselves. Every one is read, once.
    pub fn record_problems(&self) -> &[Problem] {
        self.record_problems.get_or_init(|| records::lint(&self.gold))
    }
}

/// The gold sets of one version.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    pub sets: Vec<Arc<LoadedSet>>,
    /// What could not be looked at under `gold/`.
    pub problems: Vec<Problem>,
}

impl Sets {
    pub fn gold(&self) -> Vec<Arc<GoldSet>> {
        self.sets.iter().map(|set| set.gold.clone()).collect()
    }

    /// How many cases there are in all sets.
    pub fn cases(&self) -> usize {
        self.sets.iter().map(|set| set.gold.len()).sum()
    }

    /// The case with this id: its set, and its row there. The first set that has it counts.
    pub fn find(&self, id: &str) -> Option<(&Arc<LoadedSet>, usize)> {
        self.sets.iter().find_map(|set| Some((set, set.gold.find(id)?)))
    }
}

/// Below this a set is read as quickly as its columns (4 MiB).
const WORTH_CACHING: usize = 4 << 20;
/// What the cache calls encoded columns; the encoding itself knows its version.
const CACHE_KIND: &str = "columns";

/// Loads the gold sets of a version, or only the `wanted` ones. A set whose content is among `known` is taken from there.
/// `settling` is that of the policy that the labels are read with.
pub fn load(
    files: &dyn Files,
    wanted: Option<&[String]>,
    known: &[Arc<LoadedSet>],
    settling: &Settling,
    cache: Option<&Cache>,
    watch: &dyn Watch,
) -> Result<Sets, WorkspaceError> {
    let (paths, problems) = files.list("gold");
    let mut found = store::gold_sets(&paths);
    if let Some(wanted) = wanted {
        let names: Vec<String> = found.iter().map(|set| set.name.to_string()).collect();
        if let Some(missing) = wanted.iter().find(|name| !names.contains(name)) {
            return Err(WorkspaceError::NoSet { name: missing.clone(), known: names });
        }
        found.retain(|set| wanted.iter().any(|name| **name == *set.name));
    }
    let sets = found.iter().map(|set| load_set(files, set, known, settling, cache, watch)).collect::<Result<_, _>>()?;
    Ok(Sets { sets, problems: problems.into_iter().map(|problem| unreadable(problem, None)).collect() })
}

fn load_set(
    files: &dyn Files,
    set: &store::GoldSet,
    known: &[Arc<LoadedSet>],
    settling: &Settling,
    cache: Option<&Cache>,
    watch: &dyn Watch,
) -> Result<Arc<LoadedSet>, WorkspaceError> {
    let mut problems = Vec::new();
    let info = set.manifest.as_ref().and_then(|path| read_info(files, path, &mut problems)).unwrap_or_default();
    for other in &set.others {
        problems.push(Problem::new(
            &codes::UNLISTED_FILE,
            Place::file(other.clone()),
            format!("`{other}` is no file of a gold set, so nothing reads it"),
            "Cases stand in `cases.jsonl` or `cases/*.jsonl`, labels under `labels/`, rulings under `adjudications/`.",
        ));
    }
    let mut open = |paths: &[Arc<str>]| {
        let mut opened = Vec::new();
        for path in paths {
            match files.read(path, Reading::Lines) {
                Ok(Some(bytes)) => opened.push((path.clone(), bytes)),
                Ok(None) => {}
                Err(problem) => problems.push(unreadable(problem, Some(path))),
            }
        }
        opened
    };
    let lists = [open(&set.cases), open(&set.labels), open(&set.adjudications)];
    let key = key(&set.name, &lists, settling);
    if let Some(same) = known.iter().find(|known| known.key == key) {
        let (gold, record_problems) = (same.gold.clone(), same.record_problems.clone());
        return Ok(Arc::new(LoadedSet { info, gold, problems, key, record_problems }));
    }
    let total: usize = lists.iter().flatten().map(|(_, bytes)| bytes.len()).sum();
    let cache = cache.filter(|_| total >= WORTH_CACHING);
    let sources = || {
        let [cases, labels, adjudications] = lists.each_ref().map(|list| {
            list.iter().map(|(path, bytes)| SourceFile::new(path.clone(), bytes.clone())).collect::<Vec<_>>()
        });
        GoldSources { set: set.name.clone(), cases, labels, adjudications, settling: settling.clone() }
    };
    let cached = cache.and_then(|cache| GoldSet::decode(&cache.get(CACHE_KIND, key)?, sources()));
    let gold = match cached {
        Some(gold) => gold,
        None => {
            let gold = GoldSet::read(sources(), watch)?;
            if let Some(cache) = cache {
                cache.put(CACHE_KIND, key, &gold.encode());
            }
            gold
        }
    };
    Ok(Arc::new(LoadedSet { info, gold: Arc::new(gold), problems, key, record_problems: Arc::default() }))
}

fn read_info(files: &dyn Files, path: &Arc<str>, problems: &mut Vec<Problem>) -> Option<SetInfo> {
    let document: Document = match files.document(path) {
        Ok(document) => document?,
        Err(problem) => {
            problems.push(unreadable(problem, Some(path)));
            return None;
        }
    };
    let (info, found) = set::set(Source { file: path, document: &document });
    problems.extend(found);
    Some(info)
}

/// Of the name, and of each file's kind, path and content.
fn key(name: &str, lists: &[Vec<(Arc<str>, Bytes)>; 3], settling: &Settling) -> ContentHash {
    let mut parts = vec![name.as_bytes().to_vec()];
    // How labels are settled matters where there are labels, and nowhere else.
    if !lists[1].is_empty() {
        parts.push(settling.consensus.word().as_bytes().to_vec());
        parts.extend(
            settling.aliases.iter().flat_map(|(alias, id)| [alias.as_bytes().to_vec(), id.as_bytes().to_vec()]),
        );
    }
    for list in lists {
        parts.push(b"kind".to_vec());
        for (path, bytes) in list {
            parts.push(path.as_bytes().to_vec());
            parts.push(bytes.hash().as_bytes().to_vec());
        }
    }
    ContentHash::of_parts(parts.iter().map(Vec::as_slice))
}

fn unreadable(problem: FileProblem, asked_for: Option<&Arc<str>>) -> Problem {
    let path = if problem.path.is_empty() { asked_for.cloned().unwrap_or_default() } else { problem.path };
    Problem::new(&codes::UNREADABLE_FILE, Place::file(path), problem.message, problem.help)
}
