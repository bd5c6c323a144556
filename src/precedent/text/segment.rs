//! An inverted index over some documents: for every word, the documents that hold it.

use super::words::{self, Word};
use crate::decide::codec::{Reader, Writer};
use crate::decide::{Cancelled, Watch};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// What a document is known by; see [`Segment::keys`].
pub type Key = u64;

/// The parts of a document that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The text of a case.
    Case,
    /// The holding of a ruling.
    Holding,
}

/// A document that is to be indexed.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub key: Key,
    pub case: String,
    pub holding: String,
}

/// Documents that were indexed together, numbered from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Of each document.
    pub(super) keys: Vec<Key>,
    /// How many words each document has, by [`Part`].
    pub(super) lengths: Vec<[u32; 2]>,
    /// Every word, sorted.
    words: Vec<Word>,
    /// For each word, one past the last of its postings.
    ends: Vec<u32>,
    /// The documents of each word, ascending.
    documents: Vec<u32>,
    /// How often each of them holds it, by [`Part`]; 255 stands for more.
    counts: Vec<[u8; 2]>,
}

/// Where a word stands: its documents, and how often in each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Postings<'a> {
    pub documents: &'a [u32],
    pub counts: &'a [[u8; 2]],
}

/// Counted up whenever the form or the meaning of what is encoded changes.
const VERSION: u32 = 1;
/// So many documents are read at a time.
const AT_ONCE: usize = 512;

type Posting = (Word, u32, [u8; 2]);

impl Segment {
    /// Indexes documents, each of which `read` gives; those that cannot be had are left out.
    pub fn build<T: Sync>(
        items: &[T],
        read: impl Fn(&T) -> Option<Document> + Sync,
        watch: &dyn Watch,
    ) -> Result<Segment, Cancelled> {
        let chunks: Vec<Segment> = items
            .par_chunks(AT_ONCE)
            .map(|items| {
                if watch.cancelled() {
                    return Err(Cancelled);
                }
                let mut chunk = Builder::default();
                items.iter().filter_map(&read).for_each(|document| chunk.add(&document));
                watch.advance(items.len() as u64);
                Ok(chunk.finish())
            })
            .collect::<Result<_, _>>()?;
        Ok(Segment::merge(&chunks))
    }

    /// The documents of several segments in one, in order.
    pub fn merge(segments: &[Segment]) -> Segment {
        let mut postings: Vec<Posting> = Vec::with_capacity(segments.iter().map(|one| one.documents.len()).sum());
        let mut whole = Segment::default();
        for segment in segments {
            let first = whole.keys.len() as u32;
            whole.keys.extend(&segment.keys);
            whole.lengths.extend(&segment.lengths);
            for (at, &word) in segment.words.iter().enumerate() {
                let Postings { documents, counts } = segment.postings_at(at);
                postings
                    .extend(documents.iter().zip(counts).map(|(&document, &count)| (word, first + document, count)));
            }
        }
        postings.par_sort_unstable_by_key(|&(word, document, _)| (word, document));
        whole.take(postings);
        whole
    }

    /// What each document is known by, in order.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn postings(&self, word: Word) -> Postings<'_> {
        match self.words.binary_search(&word) {
            Ok(at) => self.postings_at(at),
            Err(_) => Postings { documents: &[], counts: &[] },
        }
    }

    fn postings_at(&self, at: usize) -> Postings<'_> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let range = start..self.ends[at] as usize;
        Postings { documents: &self.documents[range.clone()], counts: &self.counts[range] }
    }

    /// Takes sorted postings in.
    fn take(&mut self, postings: Vec<Posting>) {
        for (word, document, count) in postings {
            if self.words.last() != Some(&word) {
                self.words.push(word);
                self.ends.push(self.documents.len() as u32);
            }
            self.documents.push(document);
            self.counts.push(count);
            if let Some(end) = self.ends.last_mut() {
                *end = self.documents.len() as u32;
            }
        }
    }

    /// As bytes, for keeping.
    pub fn encode(&self) -> Vec<u8> {
        let mut out =
            Writer(Vec::with_capacity(self.documents.len() * 6 + self.words.len() * 12 + self.keys.len() * 16 + 64));
        out.u32(VERSION);
        out.u64s(self.keys.iter().copied());
        out.u32s(self.lengths.as_flattened());
        out.u64s(self.words.iter().copied());
        out.u32s(&self.ends);
        out.u32s(&self.documents);
        out.bytes(self.counts.as_flattened());
        out.0
    }

    /// What [`Segment::encode`] wrote; `None` where the bytes are of another build or do not fit together.
    pub fn decode(bytes: &[u8]) -> Option<Segment> {
        let mut from = Reader(bytes);
        (from.u32()? == VERSION).then_some(())?;
        let keys = from.u64s()?;
        let lengths = from.u32s()?.as_chunks::<2>().0.to_vec();
        let (words, ends, documents) = (from.u64s()?, from.u32s()?, from.u32s()?);
        let counts = from.bytes()?.as_chunks::<2>().0.to_vec();
        let segment = Segment { keys, lengths, words, ends, documents, counts };
        (from.0.is_empty() && segment.fits()).then_some(segment)
    }

    fn fits(&self) -> bool {
        let Segment { keys, lengths, words, ends, documents, counts } = self;
        keys.len() == lengths.len()
            && words.len() == ends.len()
            && documents.len() == counts.len()
            && words.is_sorted_by(|a, b| a < b)
            && ends.is_sorted()
            && ends.last().map_or(0, |&last| last as usize) == documents.len()
            && documents.iter().copied().max().is_none_or(|most| (most as usize) < keys.len())
    }
}

/// Counts the words of some documents.
#[derive(Default)]
struct Builder {
    segment: Segment,
    postings: Vec<Posting>,
    counts: FxHashMap<Word, [u32; 2]>,
}

impl Builder {
    fn add(&mut self, document: &Document) {
        let mut lengths = [0; 2];
        for (part, text) in [(Part::Case, &document.case), (Part::Holding, &document.holding)] {
            words::each(text, |word| {
                self.counts.entry(word).or_default()[part as usize] += 1;
                lengths[part as usize] += 1;
            });
        }
        let at = self.segment.keys.len() as u32;
        let small = |count: u32| u8::try_from(count).unwrap_or(u8::MAX);
        self.postings.extend(self.counts.drain().map(|(word, counts)| (word, at, counts.map(small))));
        self.segment.keys.push(document.key);
        self.segment.lengths.push(lengths);
    }

    fn finish(mut self) -> Segment {
        self.postings.sort_unstable_by_key(|&(word, document, _)| (word, document));
        self.segment.take(self.postings);
        self.segment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Unwatched;
    use proptest::prelude::*;

    fn document(key: Key, case: &str, holding: &str) -> Document {
        Document { key, case: case.into(), holding: holding.into() }
    }

    fn build(documents: &[Document]) -> Segment {
        Segment::build(documents, |document| Some(document.clone()), &Unwatched).unwrap()
    }

    fn word(text: &str) -> Word {
        let mut found = None;
        words::each(text, |word| found = Some(word));
        found.unwrap()
    }

    #[test]
    fn words_are_counted_by_part() {
        let segment = build(&[document(7, "a b a", "b"), document(8, "c", "A")]);
        let Postings { documents, counts } = segment.postings(word("a"));
        assert_eq!((documents, counts), (&[0, 1][..], &[[2, 0], [0, 1]][..]));
        assert_eq!(segment.postings(word("z")).documents, [0; 0]);
        assert_eq!((segment.keys(), &segment.lengths[..]), (&[7, 8][..], &[[3, 1], [1, 1]][..]));
    }

    #[test]
    fn any_damage_is_told() {
        let segment = build(&[document(1, "a b", "c"), document(2, "b", "")]);
        let bytes = segment.encode();
        assert_eq!(Segment::decode(&bytes), Some(segment));
        for length in 0..bytes.len() {
            assert_eq!(Segment::decode(&bytes[..length]), None, "cut at {length}");
        }
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] = bent[at].wrapping_add(97);
            // What still fits together may be wrong, but can be asked for any word without a crash.
            if let Some(bent) = Segment::decode(&bent) {
                ["a", "b", "c"].iter().for_each(|text| drop(bent.postings(word(text)).documents.to_vec()));
            }
        }
    }

    proptest! {
        #[test]
        fn merging_is_building_together(texts in proptest::collection::vec(("[a-d ]{0,12}", "[a-d ]{0,6}"), 0..12), cut in 0usize..12) {
            let documents: Vec<Document> =
                texts.iter().zip(0..).map(|((case, holding), key)| document(key, case, holding)).collect();
            let (before, after) = documents.split_at(cut.min(documents.len()));
            prop_assert_eq!(Segment::merge(&[build(before), build(after)]), build(&documents));
        }
    }
}
