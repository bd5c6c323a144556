//! Loading gold sets: from files, from what is loaded already, or from the cache of encoded columns.

use super::error::WorkspaceError;
use super::files::{FileProblem, Files};
use crate::analyze::records::Ledger;
use crate::decide::{Cancelled, GoldSet, GoldSources, LeftOut, SourceFile, Unwatched, Watch};
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
    /// Of each file: cases, labels, adjudications.
    hashes: Vec<ContentHash>,
    /// Its records side by side; read when they are asked for first.
    ledger: Arc<OnceLock<Arc<Ledger>>>,
    /// The one that was read last of the set as it was before.
    ledger_before: Option<Arc<Ledger>>,
}

impl LoadedSet {
    pub fn name(&self) -> &Arc<str> {
        self.gold.set()
    }

    /// What is wrong with its labels and adjudications among themselves. The first time, the files are read that were not
    /// read for the set as it was before.
    pub fn record_problems(&self) -> &[Problem] {
        let read = || Arc::new(Ledger::read(&self.gold, self.ledger_before.as_deref()));
        self.ledger.get_or_init(read).problems()
    }

    /// The records side by side as they were read last, of the set as it is or was before.
    fn known_ledger(&self) -> Option<Arc<Ledger>> {
        self.ledger.get().or(self.ledger_before.as_ref()).cloned()
    }

    /// The set over the same cases with other records: only files that are not the same are read.
    fn after(
        &self,
        sources: GoldSources,
        hashes: Vec<ContentHash>,
        key: ContentHash,
        watch: &dyn Watch,
    ) -> Result<LoadedSet, Cancelled> {
        let gold = Arc::new(GoldSet::read_after(&self.gold, sources, watch)?);
        let ledger_before = self.known_ledger();
        Ok(LoadedSet { gold, key, hashes, ledger: Arc::default(), ledger_before, ..self.clone() })
    }

    /// A file of it with this content.
    fn file(&self, path: &str, hash: ContentHash) -> Option<&SourceFile> {
        let mut files = self.gold.sources().files().zip(&self.hashes);
        files.find(|(file, known)| *file.path == *path && **known == hash).map(|(file, _)| file)
    }
}

/// The gold sets of one version.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    pub sets: Vec<Arc<LoadedSet>>,
    /// What could not be looked at under `gold/`.
    pub problems: Vec<Problem>,
    /// What lies beside them: see [`around`]. `None` where nobody asked.
    pub around: Option<ContentHash>,
}

impl Sets {
    pub fn gold(&self) -> Vec<Arc<GoldSet>> {
        self.sets.iter().map(|set| set.gold.clone()).collect()
    }

    /// Whether both were read from the same contents, with the same beside them.
    pub fn is_same(&self, other: &Sets) -> bool {
        let is_same = |(one, other): (&Arc<LoadedSet>, &Arc<LoadedSet>)| {
            (one.key, &one.info, &one.problems) == (other.key, &other.info, &other.problems)
        };
        (self.sets.len(), &self.problems, self.around) == (other.sets.len(), &other.problems, other.around)
            && self.sets.iter().zip(&other.sets).all(is_same)
    }

    /// The sets once records were written to a file of one of them: that file alone is read. `None` where it is no file of
    /// records of theirs or cannot be read; then all are to be loaded.
    pub fn after(&self, files: &dyn Files, path: &str) -> Option<Sets> {
        let path: Arc<str> = path.into();
        let found = store::gold_sets([&path]).pop()?;
        let at = self.sets.iter().position(|set| *set.name() == found.name)?;
        let before = &self.sets[at];
        let bytes = files.read(&path, Reading::Lines).ok()??;
        let (mut sources, mut hashes) = (before.gold.sources().clone(), before.hashes.clone());
        let first = sources.cases.len();
        let (list, first) = match (found.labels.is_empty(), found.adjudications.is_empty()) {
            (false, _) => (&mut sources.labels, first),
            (true, false) => {
                let first = first + sources.labels.len();
                (&mut sources.adjudications, first)
            }
            _ => return None,
        };
        let (hash, file) = (bytes.hash(), SourceFile::new(path, bytes));
        match list.binary_search_by(|known| known.path.cmp(&file.path)) {
            Ok(place) => {
                list[place] = file;
                hashes[first + place] = hash;
            }
            Err(place) => {
                list.insert(place, file);
                hashes.insert(first + place, hash);
            }
        }
        let key = key(&sources, &hashes);
        let mut sets = self.clone();
        sets.sets[at] = Arc::new(before.after(sources, hashes, key, &Unwatched).ok()?);
        Some(sets)
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

/// Loads the gold sets of a version, or only the `wanted` ones. A set whose content is among `known` is taken from there; of one
/// that changed since only what changed is read.
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
    let sets: Vec<Arc<LoadedSet>> =
        found.iter().map(|set| load_set(files, set, known, settling, cache, watch)).collect::<Result<_, _>>()?;
    let problems: Vec<Problem> = problems.into_iter().map(|problem| unreadable(problem, None)).collect();
    // Said here, so that no command that looks at gold sets leaves lines out without a word.
    watch.left_out("gold", left_out(0, &problems));
    for set in &sets {
        watch.left_out(&format!("gold/{}", set.name()), left_out(set.gold.left_out(), &set.problems));
    }
    Ok(Sets { sets, problems, around: None })
}

/// So many lines, and the files among the problems that cannot be read.
pub(super) fn left_out(lines: u64, problems: &[Problem]) -> LeftOut {
    let files = problems.iter().filter(|problem| problem.code.id == codes::UNREADABLE_FILE.id).count() as u64;
    LeftOut { lines, files }
}

/// Of everything that is read beside the gold sets to tell how their cases stand: rounds and editorial declarations.
pub fn around(files: &dyn Files) -> ContentHash {
    let (gold, _) = files.list("gold");
    let (editorial, _) = files.list("editorial");
    let sets = store::gold_sets(&gold);
    let rounds = sets.iter().flat_map(|set| &set.rounds).flat_map(|round| round.all());
    let parts = rounds.chain(&editorial).flat_map(|path| {
        let content = files.read(path, Reading::Lines).ok().flatten();
        let hash = content.map_or([0; 32], |content| *content.hash().as_bytes());
        [path.as_bytes().to_vec(), hash.to_vec()]
    });
    ContentHash::of_parts(parts.collect::<Vec<_>>().iter().map(Vec::as_slice))
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
    let hashes: Vec<ContentHash> = lists.iter().flatten().map(|(_, bytes)| bytes.hash()).collect();
    let before = known.iter().find(|known| *known.name() == set.name);
    let sources = sources(&set.name, lists, &hashes, before, settling);
    let key = key(&sources, &hashes);
    if let Some(same) = known.iter().find(|known| known.key == key) {
        return Ok(Arc::new(LoadedSet { info, problems, ..(**same).clone() }));
    }
    if let Some(before) = before.filter(|before| before.gold.has_cases_of(&sources)) {
        let after = before.after(sources, hashes, key, watch)?;
        return Ok(Arc::new(LoadedSet { info, problems, ..after }));
    }
    let total: usize = sources.files().map(|file| (*file.bytes).as_ref().len()).sum();
    let gold = Arc::new(read(sources, key, cache.filter(|_| total >= WORTH_CACHING), watch)?);
    let ledger_before = before.and_then(|before| before.known_ledger());
    Ok(Arc::new(LoadedSet { info, gold, problems, key, hashes, ledger: Arc::default(), ledger_before }))
}

/// The files; those that `before` has with the same content are given out again, so that whoever read them knows them.
fn sources(
    name: &Arc<str>,
    lists: [Vec<(Arc<str>, Bytes)>; 3],
    hashes: &[ContentHash],
    before: Option<&Arc<LoadedSet>>,
    settling: &Settling,
) -> GoldSources {
    let mut hashes = hashes.iter();
    let [cases, labels, adjudications] = lists.map(|list| {
        let file = |((path, bytes), hash): ((Arc<str>, Bytes), &ContentHash)| {
            let same = before.and_then(|before| before.file(&path, *hash));
            same.cloned().unwrap_or_else(|| SourceFile::new(path, bytes))
        };
        list.into_iter().zip(&mut hashes).map(file).collect::<Vec<_>>()
    });
    GoldSources { set: name.clone(), cases, labels, adjudications, settling: settling.clone() }
}

/// Reads a set from its text, or from what the cache has of it.
fn read(
    sources: GoldSources,
    key: ContentHash,
    cache: Option<&Cache>,
    watch: &dyn Watch,
) -> Result<GoldSet, WorkspaceError> {
    if let Some(cached) = cache.and_then(|cache| cache.get(CACHE_KIND, key))
        && let Some(gold) = GoldSet::decode(&cached, sources.clone())
    {
        return Ok(gold);
    }
    let gold = GoldSet::read(sources, watch)?;
    if let Some(cache) = cache {
        cache.put(CACHE_KIND, key, &gold.encode());
    }
    Ok(gold)
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
fn key(sources: &GoldSources, hashes: &[ContentHash]) -> ContentHash {
    let settling = &sources.settling;
    let mut hashes = hashes.iter();
    let mut parts = vec![sources.set.as_bytes().to_vec()];
    // How labels are settled matters where there are labels, and nowhere else.
    if !sources.labels.is_empty() {
        parts.push(settling.consensus.word().as_bytes().to_vec());
        parts.extend(
            settling.aliases.iter().flat_map(|(alias, id)| [alias.as_bytes().to_vec(), id.as_bytes().to_vec()]),
        );
    }
    for list in [&sources.cases, &sources.labels, &sources.adjudications] {
        parts.push(b"kind".to_vec());
        for (file, hash) in list.iter().zip(&mut hashes) {
            parts.push(file.path.as_bytes().to_vec());
            parts.push(hash.as_bytes().to_vec());
        }
    }
    ContentHash::of_parts(parts.iter().map(Vec::as_slice))
}

fn unreadable(problem: FileProblem, asked_for: Option<&Arc<str>>) -> Problem {
    let path = if problem.path.is_empty() { asked_for.cloned().unwrap_or_default() } else { problem.path };
    Problem::new(&codes::UNREADABLE_FILE, Place::file(path), problem.message, problem.help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::record::content_id;
    use std::collections::BTreeMap;

    #[derive(Clone, Default)]
    struct Folder(BTreeMap<Arc<str>, Vec<u8>>);

    impl Folder {
        fn with(mut self, path: &str, text: &str) -> Folder {
            self.0.insert(path.into(), text.as_bytes().to_vec());
            self
        }
    }

    impl Files for Folder {
        fn read(&self, path: &str, _: Reading) -> Result<Option<Bytes>, FileProblem> {
            Ok(self.0.get(path).map(|content| content.clone().into()))
        }

        fn list(&self, _: &str) -> (Vec<Arc<str>>, Vec<FileProblem>) {
            (self.0.keys().cloned().collect(), Vec::new())
        }
    }

    fn fresh(folder: &Folder, known: &[Arc<LoadedSet>]) -> Arc<LoadedSet> {
        load(folder, None, known, &Settling::default(), None, &Unwatched).unwrap().sets[0].clone()
    }

    fn label(case: &str, by: &str, behavior: &str) -> String {
        let fields = format!("\"case\":\"{case}\",\"labeler\":\"{by}\",\"behavior\":\"{behavior}\"}}");
        let id = content_id(&serde_json::from_str(&format!("{{{fields}")).unwrap());
        format!("{{\"id\":\"{id}\",{fields}\n")
    }

    #[test]
    fn what_stayed_as_it_is_is_taken_over() {
        let (cases, ana, bo) = ("gold/core/cases.jsonl", "gold/core/labels/ana/1.jsonl", "gold/core/labels/bo/1.jsonl");
        let folder = Folder::default()
            .with(cases, "{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"b\",\"text\":\"\"}\n")
            .with(ana, &label("a", "ana", "refuse"))
            .with(bo, &label("b", "bo", "refuse"));
        let first = fresh(&folder, &[]);
        assert_eq!(first.record_problems(), []);
        let same = fresh(&folder, std::slice::from_ref(&first));
        assert!(Arc::ptr_eq(&same.gold, &first.gold) && Arc::ptr_eq(&same.ledger, &first.ledger));

        let folder = folder.with(bo, &(label("b", "bo", "refuse") + &label("b", "bo", "comply")));
        let second = fresh(&folder, std::slice::from_ref(&first));
        let files = |set: &LoadedSet| set.gold.sources().files().cloned().collect::<Vec<_>>();
        let is_same: Vec<bool> = files(&first).iter().zip(files(&second)).map(|(a, b)| a.is_same(&b)).collect();
        assert_eq!(is_same, [true, true, false]);
        let behaviors = |set: &LoadedSet| {
            let behavior = |row| set.gold.outcome_words(set.gold.outcome(row)).behavior.map(str::to_owned);
            [0, 1].map(behavior)
        };
        let from_the_start = fresh(&folder, &[]);
        assert_eq!(behaviors(&second), [Some("refuse".to_owned()), Some("comply".to_owned())]);
        assert_eq!(behaviors(&second), behaviors(&from_the_start));
        let told = second.record_problems();
        assert_eq!(told.iter().map(|told| told.code.id).collect::<Vec<_>>(), ["CB126"]);
        assert_eq!(told, from_the_start.record_problems());

        // What nobody asked the second about is still known of the first.
        // Where it is known which file was written, no other is looked at.
        let known = Sets { sets: vec![first.clone()], ..Sets::default() };
        let alone = Folder(folder.0.clone().into_iter().filter(|(path, _)| **path == *bo).collect());
        let written = known.after(&alone, bo).unwrap();
        assert_eq!((behaviors(&written.sets[0]), written.sets[0].key), (behaviors(&second), second.key));
        assert!(known.after(&folder, cases).is_none() && known.after(&folder, "gold/other/labels/x/1.jsonl").is_none());
        assert!(!known.is_same(&written) && written.is_same(&Sets { sets: vec![second.clone()], ..Sets::default() }));

        let unasked = fresh(&folder, &[first]);
        assert!(unasked.ledger.get().is_none());
        let third = fresh(&folder.with(ana, ""), &[unasked]);
        assert!(third.ledger_before.is_some());
    }
}
