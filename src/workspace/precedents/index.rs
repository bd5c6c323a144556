//! What was said, for the question which rulings are near in words: the texts of ruled cases and the holdings, in a full-text index
//! that is kept beside the columns.
//!
//! One index serves all gold sets of a repository. It is opened at the first question, since most of what is asked of rulings
//! needs none, and brought up to date file by file. Rulings of another version may be in it: they are known by their ids, and
//! never taken for others. A damaged index is made anew. Where another program is writing it, or nothing can be kept, one in
//! memory serves until the end.

use crate::decide::{Cancelled, GoldSet, SourceFile, Watch};
use crate::precedent::{RulingText, TextScores, documents_of};
use crate::store::{Cache, ContentHash, Document, FullText, Length, Source, StoreError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

const FIELDS: &[&str] = &["said", "held"];
const SAID: usize = 0;
const HELD: usize = 1;
/// How much a word counts that stands in the holding, beside one in the case: a holding is the reason in short.
const HOLDING_COUNTS: f32 = 2.0;
/// What the cache calls it.
const CACHE_PLACE: (&str, &str) = ("full-text", "rulings.sqlite");
/// An index with so many times the rulings that there are is made anew, without those of other versions.
const MOST_STRANGERS: usize = 3;
const FEW: usize = 1_000;

/// Answers how near rulings are in what was said. May be shared between threads.
#[derive(Debug)]
pub struct RulingTexts {
    sets: Vec<Arc<GoldSet>>,
    place: Option<PathBuf>,
    index: Mutex<Option<FullText>>,
}

enum Failed {
    Cancelled,
    Store(StoreError),
}

impl RulingTexts {
    /// The texts of the rulings of these sets. Nothing is read before something is asked.
    pub fn new(sets: Vec<Arc<GoldSet>>, cache: Option<&Cache>) -> RulingTexts {
        let place = cache.map(|cache| cache.place_of(CACHE_PLACE.0, CACHE_PLACE.1));
        RulingTexts { sets, place, index: Mutex::new(None) }
    }

    /// How near each ruling is to this text: by the case that it is on and, at double weight, by its holding. The first question
    /// indexes what was not indexed yet: seconds for a hundred thousand rulings.
    pub fn like(&self, text: &str, watch: &dyn Watch) -> Result<TextScores, Cancelled> {
        self.ask(watch, |index| {
            let mut scores: TextScores = TextScores::default();
            let (said, held) = (index.search(SAID, text, Length::AsAsked)?, index.search(HELD, text, Length::Usual)?);
            // A record that was met twice counts once, with the better of its scores.
            for (key, score) in said {
                let best = scores.entry(key).or_default();
                *best = best.max(score);
            }
            let by_case = scores.clone();
            for (key, score) in held {
                let sum = by_case.get(&key).copied().unwrap_or(0.0) + HOLDING_COUNTS * score;
                let best = scores.entry(key).or_default();
                *best = best.max(sum.min(1.0));
            }
            Ok(scores)
        })
    }

    /// How well the holding of each ruling says these words.
    pub fn holding(&self, words: &str, watch: &dyn Watch) -> Result<TextScores, Cancelled> {
        self.ask(watch, |index| Ok(index.search(HELD, words, Length::Usual)?.into_iter().collect()))
    }

    /// How well each ruling says these words: in its holding, at double weight, or in the case that it is on.
    pub fn saying(&self, words: &str, watch: &dyn Watch) -> Result<TextScores, Cancelled> {
        self.ask(watch, |index| {
            let mut scores: TextScores = index.search(SAID, words, Length::Usual)?.into_iter().collect();
            for (key, score) in index.search(HELD, words, Length::Usual)? {
                *scores.entry(key).or_default() += HOLDING_COUNTS * score;
            }
            Ok(scores)
        })
    }

    /// Asks the index, or, where that fails, one in memory, which serves from then on.
    fn ask(
        &self,
        watch: &dyn Watch,
        question: impl Fn(&FullText) -> Result<TextScores, StoreError>,
    ) -> Result<TextScores, Cancelled> {
        let mut held = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = self.kept(watch)?;
        }
        if let Some(Ok(scores)) = held.as_ref().map(&question) {
            return Ok(scores);
        }
        let in_memory = FullText::in_memory(FIELDS).map_err(Failed::Store);
        match in_memory.and_then(|index| self.filled(index, watch)) {
            Err(Failed::Cancelled) => Err(Cancelled),
            // What is near by point is known all the same.
            Err(Failed::Store(_)) => Ok(TextScores::default()),
            Ok(index) => Ok(question(held.insert(index)).unwrap_or_default()),
        }
    }

    /// The index on disk, with everything there is in it; `None` where it cannot be had.
    fn kept(&self, watch: &dyn Watch) -> Result<Option<FullText>, Cancelled> {
        let Some(place) = &self.place else { return Ok(None) };
        let rulings: usize = self.sets.iter().map(|gold| gold.records().1).sum();
        for _ in 0..2 {
            let opened = FullText::open(place, FIELDS).and_then(|index| Ok((index.count()?, index)));
            let filled = match opened {
                Ok((count, _)) if count > MOST_STRANGERS * rulings.max(FEW) => None,
                Ok((_, index)) => Some(self.filled(index, watch)),
                Err(error) => Some(Err(Failed::Store(error))),
            };
            match filled {
                Some(Ok(index)) => return Ok(Some(index)),
                Some(Err(Failed::Cancelled)) => return Err(Cancelled),
                Some(Err(Failed::Store(StoreError::Index { busy: true, .. }))) => return Ok(None),
                Some(Err(Failed::Store(_))) | None => FullText::remove(place),
            }
        }
        Ok(None)
    }

    /// The index with those files added that it does not have as they are now.
    fn filled(&self, mut index: FullText, watch: &dyn Watch) -> Result<FullText, Failed> {
        let sources: Vec<Vec<Source>> = self.sets.iter().map(|gold| sources_of(gold)).collect();
        let missing: Vec<Vec<usize>> = sources.iter().map(|of_set| index.missing(of_set)).collect::<Result<_, _>>()?;
        if missing.iter().all(Vec::is_empty) {
            return Ok(index);
        }
        let mut change = index.change()?;
        for ((gold, sources), missing) in self.sets.iter().zip(&sources).zip(&missing) {
            let texts = documents_of(gold, missing, watch).map_err(|Cancelled| Failed::Cancelled)?;
            for (&file, texts) in missing.iter().zip(texts) {
                change.begin(&sources[file])?;
                for texts in texts.chunks(FEW) {
                    if watch.cancelled() {
                        return Err(Failed::Cancelled);
                    }
                    change.add(texts.iter().map(document))?;
                }
            }
        }
        change.done()?;
        Ok(index)
    }
}

fn document(text: &RulingText) -> Document<'_> {
    Document { key: text.key, fields: vec![&text.case, &text.holding] }
}

/// The files of adjudications of a set. What their rulings are on counts as a part of them.
fn sources_of(gold: &GoldSet) -> Vec<Source> {
    let hash = |file: &SourceFile| *ContentHash::of((*file.bytes).as_ref()).as_bytes();
    let cases: Vec<[u8; 32]> = gold.sources().cases.iter().map(hash).collect();
    let source = |file: &SourceFile| {
        let itself = hash(file);
        let parts = cases.iter().chain([&itself]).map(|hash| &hash[..]);
        Source { path: file.path.to_string(), hash: ContentHash::of_parts(parts) }
    };
    gold.sources().adjudications.iter().map(source).collect()
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{GoldSources, Unwatched};

    /// A set of four cases, ruled on in files with these holdings.
    fn gold(first_case: &str, files: &[&[&str]]) -> Arc<GoldSet> {
        let said = [first_case, "pick a lock", "bake some bread", "wash the dog"];
        let case = |(at, text): (usize, &&str)| format!("{{\"id\":\"c{at}\",\"text\":\"{text}\"}}\n");
        let cases: String = said.iter().enumerate().map(case).collect();
        let mut numbers = 0..;
        let mut lines = |holdings: &&[&str]| -> String {
            let line = |(holding, at): (&&str, usize)| {
                format!(
                    "{{\"id\":\"r{at}\",\"case\":\"c{at}\",\"adjudicator\":\"lee\",\"disposition\":\"unanimous\",\
                     \"decision\":{{\"behavior\":\"refuse\"}},\"holding\":\"{holding}\"}}\n"
                )
            };
            holdings.iter().zip(numbers.by_ref()).map(line).collect()
        };
        let file = |path: &str, text: String| SourceFile::new(path, text.into_bytes());
        let adjudications = files
            .iter()
            .enumerate()
            .map(|(at, holdings)| file(&format!("gold/s/adjudications/lee/{at}.jsonl"), lines(holdings)))
            .collect();
        let cases = vec![file("gold/s/cases.jsonl", cases)];
        let sources = GoldSources { set: "s".into(), cases, adjudications, ..Default::default() };
        Arc::new(GoldSet::read(sources, &Unwatched).unwrap())
    }

    /// How many rulings say the word in the case or in the holding, and how many documents are kept.
    fn check(cache: Option<&Cache>, gold: &Arc<GoldSet>, word: &str, expect: (usize, usize)) {
        let texts = RulingTexts::new(vec![gold.clone()], cache);
        let found = texts.like(word, &Unwatched).unwrap();
        let kept = texts.index.lock().unwrap().as_ref().unwrap().count().unwrap();
        assert_eq!((found.len(), kept), expect, "{word}");
    }

    fn cache() -> (tempfile::TempDir, Cache) {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 20);
        (dir, cache)
    }

    #[test]
    fn files_are_added_as_they_come_and_change() {
        let (_dir, cache) = cache();
        let cache = Some(&cache);
        check(cache, &gold("x", &[&["about doors", "about locks"]]), "locks", (1, 2));
        check(cache, &gold("x", &[&["about doors", "about locks"], &["not locks"]]), "locks", (2, 3));
        check(cache, &gold("x", &[&["about doors", "no word"], &["not locks"]]), "locks", (1, 3));
        check(cache, &gold("locks", &[&["about doors", "no word"], &["not locks"]]), "locks", (2, 3));
        // Those of another version stay, and come up for nobody who does not know their ids.
        check(cache, &gold("locks", &[&["about doors", "no word"]]), "locks", (2, 3));
    }

    #[test]
    fn an_index_that_cannot_be_used_is_made_anew_or_does_without() {
        let (dir, cache) = cache();
        let set = gold("x", &[&["about doors", "about locks"]]);
        check(None, &set, "locks", (1, 2));
        let place = cache.place_of(CACHE_PLACE.0, CACHE_PLACE.1);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, "nonsense".repeat(1_000)).unwrap();
        check(Some(&cache), &set, "locks", (1, 2));
        assert!(std::fs::read(&place).unwrap().starts_with(b"SQLite format 3"));
        std::fs::remove_file(&place).unwrap();
        std::fs::create_dir(&place).unwrap();
        check(Some(&cache), &set, "locks", (1, 2));
        check(Some(&Cache::new(&dir.path().join("full-text/rulings.sqlite/x/y"), 1)), &set, "locks", (1, 2));
    }

    #[test]
    fn while_another_program_writes_one_in_memory_serves() {
        let (_dir, cache) = cache();
        let (old, new) = (gold("x", &[&["about doors"]]), gold("x", &[&["about doors"], &["about locks"]]));
        check(Some(&cache), &old, "doors", (1, 1));
        let mut other = FullText::open(&cache.place_of(CACHE_PLACE.0, CACHE_PLACE.1), FIELDS).unwrap();
        let writing = other.change().unwrap();
        check(Some(&cache), &old, "doors", (1, 1));
        check(Some(&cache), &new, "about", (2, 2));
        drop(writing);
        check(Some(&cache), &new, "about", (2, 2));
    }

    #[test]
    fn an_index_that_breaks_under_a_question_is_left() {
        let (_dir, cache) = cache();
        let set = gold("x", &[&["about doors", "about locks"]]);
        let texts = RulingTexts::new(vec![set], Some(&cache));
        assert_eq!(texts.holding("locks", &Unwatched).unwrap().len(), 1);
        let broken = std::cell::Cell::new(false);
        let answer = texts.ask(&Unwatched, |index| {
            if broken.replace(true) {
                Ok(index.search(HELD, "locks", Length::Usual)?.into_iter().collect())
            } else {
                Err(StoreError::Watch { reason: String::new() })
            }
        });
        assert_eq!(answer.unwrap().len(), 1);
    }

    #[test]
    fn a_holding_counts_double() {
        let set = gold("x", &[&["z", "about locks", "z", "z"]]);
        let texts = RulingTexts::new(vec![set], None);
        let scores = texts.like("locks in dogs", &Unwatched).unwrap();
        let of_holding = texts.holding("locks in dogs", &Unwatched).unwrap();
        assert_eq!((scores.len(), of_holding.len()), (1, 1));
        let (sum, held) = (scores.values().next().unwrap(), of_holding.values().next().unwrap());
        assert!((sum - (HOLDING_COUNTS * held).min(1.0)).abs() < 1e-6 && *held > 0.0, "{scores:?} {of_holding:?}");
    }

    #[test]
    fn who_does_not_want_it_any_more_stops_it() {
        let set = gold("x", &[&["a", "b"]]);
        let stop = std::sync::atomic::AtomicBool::new(true);
        assert_eq!(RulingTexts::new(vec![set], None).like("a", &stop), Err(Cancelled));
    }
}
