//! The full-text index of rulings, kept beside the columns so that it need not be made again.
//!
//! Of each gold set one index is kept, under a key of its cases. It says which files of adjudications it covers; since such
//! files are written once, what was indexed stays right while new files come. Those are indexed anew each time until
//! they are many, and then kept with the rest. Where a file that was covered has changed or is gone, or anything about
//! what was kept is wrong, everything is indexed anew.

use crate::decide::codec::{Reader, Writer};
use crate::decide::{Cancelled, GoldSet, SourceFile, Watch};
use crate::precedent::documents_of;
use crate::precedent::text::Segment;
use crate::store::{Cache, ContentHash};
use std::collections::HashSet;

/// What the cache calls it.
const CACHE_KIND: &str = "rulings";
/// Fewer rulings are indexed as quickly as their index is read.
const WORTH_KEEPING: usize = 2_000;
/// When a tenth of the rulings is new, the index is kept anew.
const SHARE_OF_NEW: usize = 10;

/// The segments of a gold set's rulings, from the cache as far as they are there.
pub(super) fn segments(gold: &GoldSet, cache: Option<&Cache>, watch: &dyn Watch) -> Result<Vec<Segment>, Cancelled> {
    let (_, rulings) = gold.records();
    let Some(cache) = cache.filter(|_| rulings >= WORTH_KEEPING) else {
        return Ok(vec![documents_of(gold, |_| true, watch)?]);
    };
    let hash = |file: &SourceFile| ContentHash::of((*file.bytes).as_ref());
    let key = ContentHash::of_parts(
        std::iter::once(gold.set().as_bytes().to_vec())
            .chain(gold.sources().cases.iter().map(|file| hash(file).as_bytes().to_vec()))
            .collect::<Vec<_>>()
            .iter()
            .map(Vec::as_slice),
    );
    let files: Vec<ContentHash> = gold.sources().adjudications.iter().map(hash).collect();
    let there: HashSet<ContentHash> = files.iter().copied().collect();
    let kept = cache.get(CACHE_KIND, key).and_then(|bytes| decode(&bytes));
    let (covered, old) = kept.filter(|(covered, _)| covered.is_subset(&there)).unwrap_or_default();
    let new = documents_of(gold, |file| files.get(file).is_some_and(|file| !covered.contains(file)), watch)?;
    if new.len() * SHARE_OF_NEW < old.len().max(1) {
        return Ok(vec![old, new]);
    }
    let all = Segment::merge(&[old, new]);
    cache.put(CACHE_KIND, key, &encode(&there, &all));
    Ok(vec![all])
}

fn encode(covered: &HashSet<ContentHash>, segment: &Segment) -> Vec<u8> {
    let mut out = Writer::default();
    let mut covered: Vec<&ContentHash> = covered.iter().collect();
    covered.sort_unstable();
    out.bytes(&covered.iter().flat_map(|hash| *hash.as_bytes()).collect::<Vec<u8>>());
    out.bytes(&segment.encode());
    out.0
}

fn decode(bytes: &[u8]) -> Option<(HashSet<ContentHash>, Segment)> {
    let mut from = Reader(bytes);
    let (covered, rest) = from.bytes()?.as_chunks::<32>();
    let segment = Segment::decode(from.bytes()?)?;
    let whole = rest.is_empty() && from.0.is_empty();
    whole.then(|| (covered.iter().map(|hash| ContentHash::from_bytes(*hash)).collect(), segment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{GoldSources, Unwatched};

    /// A set of `n` cases in one file, ruled on in files of these sizes.
    fn gold(n: usize, files: &[usize], first_holding: &str) -> GoldSet {
        let cases: String = (0..n).map(|at| format!("{{\"id\":\"c{at}\",\"text\":\"text {at}\"}}\n")).collect();
        let mut at = 0;
        let mut adjudications = Vec::new();
        for (file, size) in files.iter().enumerate() {
            let mut lines = String::new();
            for _ in 0..*size {
                let holding = if at == 0 { first_holding.to_owned() } else { format!("held {at}") };
                lines.push_str(&format!(
                    "{{\"id\":\"r{at}\",\"case\":\"c{at}\",\"adjudicator\":\"lee\",\"disposition\":\"unanimous\",\
                     \"decision\":{{\"behavior\":\"refuse\"}},\"holding\":\"{holding}\"}}\n"
                ));
                at += 1;
            }
            adjudications.push(SourceFile::new(format!("gold/s/adjudications/lee/{file}.jsonl"), lines.into_bytes()));
        }
        let cases = vec![SourceFile::new("gold/s/cases.jsonl", cases.into_bytes())];
        GoldSet::read(GoldSources { set: "s".into(), cases, adjudications, ..Default::default() }, &Unwatched).unwrap()
    }

    /// How many documents each segment has, and what is in all of them.
    fn check(cache: &Cache, gold: &GoldSet, expect: &[usize]) {
        let found = segments(gold, Some(cache), &Unwatched).unwrap();
        assert_eq!(found.iter().map(Segment::len).collect::<Vec<_>>(), expect);
        let sorted = |segment: &Segment| {
            let mut keys = segment.keys().to_vec();
            keys.sort_unstable();
            keys
        };
        let plain = documents_of(gold, |_| true, &Unwatched).unwrap();
        assert_eq!(sorted(&Segment::merge(&found)), sorted(&plain));
    }

    #[test]
    fn new_files_are_added_to_what_was_kept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 30);
        const N: usize = 3_000;
        check(&cache, &gold(N, &[2_000], "x"), &[2_000]);
        check(&cache, &gold(N, &[2_000, 100], "x"), &[2_000, 100]);
        // From a tenth on, all is kept together; then nothing is new.
        check(&cache, &gold(N, &[2_000, 100, 100], "x"), &[2_200]);
        check(&cache, &gold(N, &[2_000, 100, 100], "x"), &[2_200, 0]);
    }

    #[test]
    fn a_file_that_changed_makes_it_all_anew() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 30);
        check(&cache, &gold(2_500, &[2_000, 50], "x"), &[2_050]);
        check(&cache, &gold(2_500, &[2_000, 50], "y"), &[2_050]);
        check(&cache, &gold(2_500, &[2_000], "y"), &[2_000]);
    }

    #[test]
    fn damage_is_as_if_nothing_were_there() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 30);
        let set = gold(2_500, &[2_000], "x");
        check(&cache, &set, &[2_000]);
        let kept = std::fs::read_dir(dir.path().join(CACHE_KIND)).unwrap().next().unwrap().unwrap().path();
        let mut bytes = std::fs::read(&kept).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        std::fs::write(&kept, &bytes).unwrap();
        check(&cache, &set, &[2_000]);
        check(&cache, &set, &[2_000, 0]);
        assert_eq!(decode(b""), None);
        assert_eq!(decode(&bytes), None);
    }

    #[test]
    fn few_rulings_are_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 30);
        check(&cache, &gold(10, &[5, 5], "x"), &[10]);
        assert!(!dir.path().join(CACHE_KIND).exists());
    }
}
