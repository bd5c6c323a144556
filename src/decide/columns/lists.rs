//! Dictionaries: everything distinct in a gold set is kept once, as a word or as a list of codes.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Distinct lists of codes, numbered in the order of their first use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    /// Where each list ends in `items`.
    pub ends: Vec<u32>,
    pub items: Vec<u32>,
}

impl Lists {
    #[inline]
    pub fn get(&self, code: u32) -> &[u32] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.items[start..self.ends[code] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len() as u32).map(|code| self.get(code))
    }

    pub fn memory(&self) -> usize {
        (self.ends.len() + self.items.len()) * size_of::<u32>()
    }

    fn push(&mut self, list: &[u32]) -> u32 {
        self.items.extend_from_slice(list);
        self.ends.push(self.items.len() as u32);
        (self.ends.len() - 1) as u32
    }
}

/// Distinct words, numbered in the order of their first use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Where each word ends in `text`.
    pub ends: Vec<u32>,
    pub text: String,
}

impl Words {
    #[inline]
    pub fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.text[start..self.ends[code] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.get(code))
    }

    pub fn memory(&self) -> usize {
        self.ends.len() * size_of::<u32>() + self.text.len()
    }

    fn push(&mut self, word: &str) -> u32 {
        // Ends are kept in 32 bits: what is beyond 4 GiB of distinct words is taken for a word that no policy knows.
        let room = self.text.len() + word.len() <= u32::MAX as usize;
        self.text.push_str(if room { word } else { "" });
        self.ends.push(self.text.len() as u32);
        (self.ends.len() - 1) as u32
    }
}

/// Lists while they are being collected.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListsBuilder {
    pub lists: Lists,
    table: HashTable<Entry>,
}

/// A code with its hash, so that a growing table need not compute it again.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u32,
    code: u32,
}

impl Entry {
    fn spread(&self) -> u64 {
        spread(self.hash)
    }
}

/// The table takes its buckets from the low bits of a hash, and its tags from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl ListsBuilder {
    /// The code of the list, a new one where it was not met before.
    pub fn intern(&mut self, list: &[u32]) -> u32 {
        let ListsBuilder { lists, table } = self;
        let hash = hash_list(list);
        if let Some(found) = table.find(spread(hash), |entry| entry.hash == hash && lists.get(entry.code) == list) {
            return found.code;
        }
        let code = lists.push(list);
        table.insert_unique(spread(hash), Entry { hash, code }, Entry::spread);
        code
    }
}

/// Words while they are being collected.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordsBuilder {
    pub words: Words,
    table: HashTable<Entry>,
}

impl WordsBuilder {
    /// The code of the word, a new one where it was not met before.
    pub fn intern(&mut self, word: &str) -> u32 {
        let WordsBuilder { words, table } = self;
        let hash = hash_word(word);
        if let Some(found) = table.find(spread(hash), |entry| entry.hash == hash && words.get(entry.code) == word) {
            return found.code;
        }
        let code = words.push(word);
        table.insert_unique(spread(hash), Entry { hash, code }, Entry::spread);
        code
    }
}

/// The hash that words and case ids are looked up by; those few that share one are compared.
#[inline]
pub(crate) fn hash_word(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    fold(hasher.finish())
}

#[inline]
fn hash_list(list: &[u32]) -> u32 {
    let mut hasher = FxHasher::default();
    list.iter().for_each(|&item| hasher.write_u32(item));
    hasher.write_usize(list.len());
    fold(hasher.finish())
}

fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}
