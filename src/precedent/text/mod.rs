//! Nearness by text: BM25 over the texts of ruled cases and the holdings of their rulings.
//!
//! A document is a ruling. Its two parts count together as BM25F has it (Robertson and Zaragoza, "The Probabilistic
//! Relevance Framework: BM25 and Beyond", 2009, section 3.6): each part's word counts are evened out by the part's length
//! and weighted, then summed, then saturated. The rarity of a word is ln(1 + (N − n + ½) / (n + ½)), as in Lucene, which is
//! never negative. `docs/decisions/0009-full-text.md` says why this is not left to an engine.

mod segment;
mod words;

pub use segment::{Document, Key, Part, Segment};

use rustc_hash::FxHashMap;
use words::Word;

/// How soon more of the same word stops counting.
const K1: f32 = 1.2;
/// How much a part's length counts.
const B: f32 = 0.75;
/// A query asks for its weightiest words only; the rest would cost much and tell little.
const MOST_WORDS: usize = 32;

/// Segments as one index. Documents are numbered through, segment by segment.
#[derive(Debug, Default)]
pub struct TextIndex {
    segments: Vec<Segment>,
    /// What a word's count in a part is multiplied by, per document: `1 / (1 − b + b · length / mean length)`.
    evened: Vec<[f32; 2]>,
    /// Of each part.
    mean_length: [f32; 2],
}

/// What is looked for: words with their weights.
#[derive(Debug, Clone, Default)]
pub struct Query {
    words: Vec<(Word, f32)>,
    /// How much each part of a document counts.
    weights: [f32; 2],
    /// What a document would score that says exactly what the query says.
    itself: f32,
}

/// A word of a query.
struct AskedWord {
    word: Word,
    rarity: f32,
    is_known: bool,
    /// What it adds to the score of what says the same as the query.
    score: f32,
}

impl TextIndex {
    pub fn new(segments: Vec<Segment>) -> Self {
        let lengths = || segments.iter().flat_map(|segment| &segment.lengths);
        let mean = |part: usize| {
            // A part that a document does not have says nothing of how long such parts are.
            let (count, total) = lengths()
                .map(|of| of[part])
                .filter(|length| *length > 0)
                .fold((0_u64, 0_u64), |sum, length| (sum.0 + 1, sum.1 + u64::from(length)));
            if count == 0 { 1.0 } else { total as f32 / count as f32 }
        };
        let mean_length = [mean(0), mean(1)];
        let evened = lengths().map(|of| [0, 1].map(|part| evened(of[part], mean_length[part]))).collect();
        TextIndex { evened, mean_length, segments }
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.evened.len()
    }

    pub fn is_empty(&self) -> bool {
        self.evened.is_empty()
    }

    /// What each document is known by, in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.segments.iter().flat_map(|segment| segment.keys().iter().copied())
    }

    /// Looks for what is like this text, in cases and, at double weight, in holdings: a holding is the reason in short.
    pub fn like(&self, text: &str) -> Query {
        self.query(text, [1.0, 2.0], Part::Case)
    }

    /// Looks for words in holdings alone.
    pub fn in_holdings(&self, words: &str) -> Query {
        self.query(words, [0.0, 1.0], Part::Holding)
    }

    /// `of` is the part that the text would be, were it a document.
    fn query(&self, text: &str, weights: [f32; 2], of: Part) -> Query {
        let mut counts: FxHashMap<Word, u32> = FxHashMap::default();
        let mut length = 0;
        words::each(text, |word| {
            *counts.entry(word).or_default() += 1;
            length += 1;
        });
        let evened = evened(length, self.mean_length[of as usize]) * weights[of as usize];
        let mut words: Vec<AskedWord> = counts
            .into_iter()
            .map(|(word, count)| {
                let (rarity, is_known) = self.rarity(word);
                AskedWord { word, rarity, is_known, score: rarity * saturated(count as f32 * evened) }
            })
            .collect();
        // Of equals any will do, but always the same.
        words.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.word.cmp(&b.word)));
        // Words that no document holds are asked for in vain, but they are a part of what was said.
        let itself = words.iter().take(MOST_WORDS).map(|asked| asked.score).sum();
        let known = words.iter().filter(|asked| asked.is_known).take(MOST_WORDS);
        Query { words: known.map(|asked| (asked.word, asked.rarity)).collect(), weights, itself }
    }

    /// And whether any document holds the word.
    fn rarity(&self, word: Word) -> (f32, bool) {
        let holding: usize = self.segments.iter().map(|segment| segment.postings(word).documents.len()).sum();
        let (all, holding) = (self.len() as f32, holding as f32);
        ((1.0 + (all - holding + 0.5) / (holding + 0.5)).ln(), holding > 0.0)
    }

    /// How near each document is to the query, from 0 (none of its words) to 1 (as near as what says exactly the same).
    pub fn nearness(&self, query: &Query) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        if query.itself <= 0.0 {
            return scores;
        }
        let mut first = 0;
        for segment in &self.segments {
            let end = first + segment.len();
            let (scores, evened) = (&mut scores[first..end], &self.evened[first..end]);
            for &(word, rarity) in &query.words {
                let postings = segment.postings(word);
                for (&document, count) in postings.documents.iter().zip(postings.counts) {
                    let evened = evened[document as usize];
                    let frequency = query.weights[0] * f32::from(count[0]) * evened[0]
                        + query.weights[1] * f32::from(count[1]) * evened[1];
                    scores[document as usize] += rarity * saturated(frequency);
                }
            }
            first = end;
        }
        scores.iter_mut().for_each(|score| *score = (*score / query.itself).min(1.0));
        scores
    }
}

fn evened(length: u32, mean: f32) -> f32 {
    1.0 / (1.0 - B + B * length as f32 / mean)
}

/// 0 for 0, and never more than 1, however often.
fn saturated(frequency: f32) -> f32 {
    frequency / (K1 + frequency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Unwatched;
    use proptest::prelude::*;

    fn segment(documents: &[(&str, &str)]) -> Segment {
        let build =
            |(case, holding): &(&str, &str)| Document { key: 0, case: (*case).into(), holding: (*holding).into() };
        Segment::build(documents, |document| Some(build(document)), &Unwatched).unwrap()
    }

    fn check(documents: &[(&str, &str)], query: impl Fn(&TextIndex) -> Query, expect: &[usize]) -> Vec<f32> {
        let index = TextIndex::new(vec![segment(documents)]);
        let scores = index.nearness(&query(&index));
        let mut order: Vec<usize> = (0..scores.len()).filter(|&at| scores[at] > 0.0).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        assert_eq!(order, expect, "{scores:?}");
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
        scores
    }

    #[test]
    fn the_same_text_is_nearest() {
        let texts = [("how to pick a lock", ""), ("how to pick a wine", ""), ("the weather is fine", "")];
        let scores = check(&texts, |index| index.like("how to pick a lock"), &[0, 1]);
        assert!((scores[0] - 1.0).abs() < 1e-5, "{scores:?}");
    }

    #[test]
    fn rare_words_count_more_than_common_ones() {
        let texts = [("the the the", ""), ("the lock", ""), ("the wine", ""), ("the door", "")];
        check(&texts, |index| index.like("the lock"), &[1, 0, 2, 3]);
    }

    #[test]
    fn holdings_are_searched_alone_or_counted_with_the_case() {
        let texts = [("a scene on a roof", "nothing"), ("something else", "a roof is treated as acute")];
        check(&texts, |index| index.in_holdings("roof"), &[1]);
        check(&texts, |index| index.like("roof"), &[1, 0]);
        check(&texts, |index| index.like("xyzzy"), &[]);
        check(&[], |index| index.like("roof"), &[]);
    }

    #[test]
    fn a_short_text_that_holds_a_word_is_nearer_than_a_long_one() {
        let long = format!("lock {}", "and so on ".repeat(40));
        check(&[(&long, ""), ("a lock", "")], |index| index.like("lock"), &[1, 0]);
    }

    /// Plainly after the formulas, document by document.
    fn plainly(documents: &[(String, String)], query: &str) -> Vec<f32> {
        let split = |text: &str| text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let parts: Vec<[Vec<String>; 2]> =
            documents.iter().map(|(case, holding)| [split(case), split(holding)]).collect();
        let mean = |part: usize| {
            let lengths: Vec<f32> = parts.iter().map(|d| d[part].len() as f32).filter(|l| *l > 0.0).collect();
            if lengths.is_empty() { 1.0 } else { lengths.iter().sum::<f32>() / lengths.len() as f32 }
        };
        let count = |words: &[String], word: &str| words.iter().filter(|w| *w == word).count() as f32;
        let even = |words: &[String], part: usize| 1.0 / (0.25 + 0.75 * words.len() as f32 / mean(part));
        let asked = split(query);
        let mut words = asked.clone();
        words.sort();
        words.dedup();
        let all = parts.len() as f32;
        let rarity = |word: &str| {
            let n = parts.iter().filter(|d| d.iter().any(|part| count(part, word) > 0.0)).count() as f32;
            (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
        };
        let part = |f: f32| f / (1.2 + f);
        let itself: f32 = words.iter().map(|word| rarity(word) * part(count(&asked, word) * even(&asked, 0))).sum();
        let score = |d: &[Vec<String>; 2]| -> f32 {
            let f = |word: &str| count(&d[0], word) * even(&d[0], 0) + 2.0 * count(&d[1], word) * even(&d[1], 1);
            words.iter().map(|word| rarity(word) * part(f(word))).sum()
        };
        parts.iter().map(|d| if itself > 0.0 { (score(d) / itself).min(1.0) } else { 0.0 }).collect()
    }

    proptest! {
        #[test]
        fn scores_are_those_of_the_formula(
            texts in proptest::collection::vec(("[a-f ]{0,16}", "[a-f ]{0,8}"), 0..10),
            query in "[a-g ]{0,12}",
            cut in 0usize..10,
        ) {
            let shown: Vec<(&str, &str)> = texts.iter().map(|(case, holding)| (&**case, &**holding)).collect();
            let (before, after) = shown.split_at(cut.min(shown.len()));
            let index = TextIndex::new(vec![segment(before), segment(after)]);
            let scores = index.nearness(&index.like(&query));
            for (score, expect) in scores.iter().zip(plainly(&texts, &query)) {
                prop_assert!((score - expect).abs() < 1e-4, "{scores:?}");
            }
        }
    }
}
