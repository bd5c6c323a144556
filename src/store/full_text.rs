//! Documents that are found by their words: SQLite's full-text engine (FTS5), and the one door to SQLite.
//!
//! A document has some fields, each indexed by itself and asked for by itself. Kept is the index, not the texts. Documents
//! come in files; a file that has other content than before is replaced whole. Whatever changes does so in one transaction.
//!
//! Scores are those of BM25 as FTS5 has it (k1 = 1.2, b = 0.75, rarity ln((N − n + ½) / (n + ½))), divided by what a text
//! would score that says all that was asked for. What is asked is a text, never a query: its words are looked up one by one.

mod words;

use super::error::StoreError;
use super::hash::ContentHash;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Counted up whenever the tables, or what a word is, change: an index with another number is made anew.
const VERSION: i32 = 1;
/// So many of the most telling words of a text are looked up.
const MOST_WORDS: usize = 25;
/// And none beyond so many documents to score, so that what a question costs is bounded however many documents there are.
const MOST_SCORED: u32 = 5_000;
/// The words that tell most are looked up even where more documents hold them.
const LEAST_WORDS: usize = 3;
/// A word that so many documents hold is common.
const COMMON: u32 = 1_000;
/// How long another program's writing is waited for.
const PATIENCE: Duration = Duration::from_millis(200);

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// An index of documents. Where anything is wrong with one that is kept, another can be made in memory: it holds nothing that
/// could not be had anew.
#[derive(Debug)]
pub struct FullText {
    db: Connection,
    fields: &'static [&'static str],
    usual: Vec<Usual>,
    /// The documents that hold a common word, field by field: to count them takes longer than to search.
    common: RefCell<HashMap<(usize, String), u32>>,
}

/// A document that is to be indexed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// What it is known by. Several may share one.
    pub key: u64,
    /// A text for each field; empty where it has none.
    pub fields: Vec<&'a str>,
}

/// A file of documents, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub path: String,
    /// Of everything that its documents are made from.
    pub hash: ContentHash,
}

/// How long the text is taken to be that scores are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// As long as what is asked: the same text scores 1.
    AsAsked,
    /// As long as texts in this field usually are.
    Usual,
}

/// Of the documents that have a field: how many there are, and how many words they have in the mean.
#[derive(Debug, Clone, Copy)]
struct Usual {
    documents: f64,
    length: f64,
}

/// A word that is asked for.
struct Asked {
    word: String,
    /// How often it stands in the text.
    count: f64,
    /// How many documents hold it; of common words that tell little no more than [`COMMON`].
    documents: u32,
    /// What it adds to the score of the text that scores are compared with.
    score: f64,
}

impl FullText {
    /// An index that is gone with this value. `fields` are names in lower-case letters.
    pub fn in_memory(fields: &'static [&'static str]) -> Result<FullText, StoreError> {
        Ok(FullText::over(Connection::open_in_memory()?, fields)?)
    }

    /// The index that is kept in this file, made anew where it is of another kind.
    pub fn open(path: &Path, fields: &'static [&'static str]) -> Result<FullText, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| StoreError::index(&source, false))?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(FullText::over(Connection::open_with_flags(path, flags)?, fields)?)
    }

    /// Throws the index in this file away.
    pub fn remove(path: &Path) {
        for ending in ["", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            let _ = fs::remove_file(name);
        }
    }

    fn over(db: Connection, fields: &'static [&'static str]) -> rusqlite::Result<FullText> {
        db.busy_timeout(PATIENCE)?;
        // Without spilling, readers are kept out for the moment of the commit alone, not while a large index is made.
        db.execute_batch("PRAGMA cache_spill = OFF; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
        let mut index = FullText { db, fields, usual: Vec::new(), common: RefCell::default() };
        if index.db.query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0))? != VERSION {
            index.make_tables()?;
        }
        let words = "CREATE VIRTUAL TABLE temp.asked USING fts5(words, content='', contentless_delete=1, TOKENIZE);
                     CREATE VIRTUAL TABLE temp.asked_terms USING fts5vocab(temp, asked, row);";
        index.db.execute_batch(&words.replace("TOKENIZE", TOKENIZE))?;
        index.usual = measure(&index.db, fields)?;
        Ok(index)
    }

    fn make_tables(&mut self) -> rusqlite::Result<()> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND (sql LIKE '%VIRTUAL%' OR name IN ('file', 'document'))";
        let old: Vec<String> = change.prepare(tables)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for name in old {
            change.execute_batch(&format!("DROP TABLE \"{}\"", name.replace('"', "\"\"")))?;
        }
        let lengths: String = self.fields.iter().map(|field| format!(", {field} INTEGER NOT NULL")).collect();
        change.execute_batch(&format!(
            "CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, hash BLOB NOT NULL);
             CREATE TABLE document (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, key INTEGER NOT NULL{lengths});
             CREATE INDEX document_file ON document (file);
             PRAGMA user_version = {VERSION};"
        ))?;
        for field in self.fields {
            change.execute_batch(&format!(
                "CREATE VIRTUAL TABLE in_{field} USING fts5(words, content='', contentless_delete=1, {TOKENIZE});
                 CREATE VIRTUAL TABLE terms_{field} USING fts5vocab(in_{field}, row);"
            ))?;
        }
        change.commit()
    }

    /// How many documents there are.
    pub fn count(&self) -> Result<usize, StoreError> {
        let count: u32 = self.db.query_row("SELECT count(*) FROM document", [], |row| row.get(0))?;
        Ok(count as usize)
    }

    /// The positions of the files that are not indexed, or not as they are now.
    pub fn missing(&self, sources: &[Source]) -> Result<Vec<usize>, StoreError> {
        let mut known = self.db.prepare("SELECT path, hash FROM file")?;
        let known = known.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 32]>(1)?)))?;
        let known: HashMap<String, [u8; 32]> = known.collect::<Result<_, _>>()?;
        let is_missing = |source: &Source| known.get(&source.path) != Some(source.hash.as_bytes());
        Ok((0..sources.len()).filter(|at| is_missing(&sources[*at])).collect())
    }

    /// Begins to change what is indexed. Fails at once where another program is about it.
    pub fn change(&mut self) -> Result<Change<'_>, StoreError> {
        let FullText { db, fields, usual, common } = self;
        common.get_mut().clear();
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Change { change, fields, usual, file: 0, next: 0 })
    }

    /// The keys of the documents that share a telling word with the text in this field, and how near each is to it, from 0 to 1.
    pub fn search(&self, field: usize, text: &str, length: Length) -> Result<Vec<(u64, f32)>, StoreError> {
        let Some(name) = self.fields.get(field) else { return Ok(Vec::new()) };
        let words = self.asked(field, text, length)?;
        // Words that no document holds are looked for in vain, but they are a part of what was said.
        let whole: f64 = words.iter().take(MOST_WORDS).map(|asked| asked.score).sum();
        let mut scored = 0;
        let known = words.iter().filter(|asked| asked.documents > 0).take(MOST_WORDS).enumerate();
        let looked_up: Vec<String> = known
            .filter(|(at, asked)| {
                let fits = *at < LEAST_WORDS || scored + asked.documents <= MOST_SCORED;
                scored += if fits { asked.documents } else { 0 };
                fits
            })
            .map(|(_, asked)| quoted(&asked.word))
            .collect();
        if looked_up.is_empty() || whole <= 0.0 {
            return Ok(Vec::new());
        }
        let mut found = self.db.prepare(&format!(
            "SELECT document.key, -bm25(in_{name}) FROM in_{name} JOIN document ON document.id = in_{name}.rowid
             WHERE in_{name} MATCH ?1"
        ))?;
        let found = found.query_map([looked_up.join(" OR ")], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), (row.get::<_, f64>(1)? / whole).clamp(0.0, 1.0) as f32))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The words of a text, those that tell most first.
    fn asked(&self, field: usize, text: &str, length: Length) -> rusqlite::Result<Vec<Asked>> {
        let (name, usual) = (self.fields[field], self.usual[field]);
        let (words, count) = words::apart(text);
        self.db.execute("DELETE FROM temp.asked", [])?;
        self.db.execute("INSERT INTO temp.asked (rowid, words) VALUES (1, ?1)", [words])?;
        let length = match length {
            Length::AsAsked => count as f64 / usual.length,
            Length::Usual => 1.0,
        };
        let score = |count: f64, documents: u32| {
            // A word that is nowhere tells no more than one that is in a single document: with few documents it would drown the rest.
            let holding = f64::from(documents.max(1));
            let rarity = ((usual.documents - holding + 0.5) / (holding + 0.5)).ln().max(1e-6);
            rarity * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length))
        };
        let mut terms = self.db.prepare("SELECT term, cnt FROM temp.asked_terms")?;
        // Counting goes through every document that holds a word. Only of rare words that is quick, and those are the ones that tell.
        let mut some = self.db.prepare(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM in_{name} WHERE in_{name} MATCH ?1 LIMIT {COMMON})"
        ))?;
        let mut common = self.common.borrow_mut();
        let mut asked: Vec<Asked> = Vec::new();
        for term in terms.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, f64>(1)?)))? {
            let (word, count) = term?;
            let documents = match common.get(&(field, word.clone())) {
                Some(_) => COMMON,
                None => some.query_row([quoted(&word)], |row| row.get(0))?,
            };
            asked.push(Asked { score: score(count, documents), word, count, documents });
        }
        let tells_more = |a: &Asked, b: &Asked| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word));
        asked.sort_by(tells_more);
        let mut all = self.db.prepare(&format!("SELECT doc FROM terms_{name} WHERE term = ?1"))?;
        for asked in asked.iter_mut().take(MOST_WORDS).filter(|asked| asked.documents >= COMMON) {
            asked.documents = match common.entry((field, asked.word.clone())) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => *unknown.insert(all.query_row([&asked.word], |row| row.get(0))?),
            };
            asked.score = score(asked.count, asked.documents);
        }
        asked.sort_by(tells_more);
        Ok(asked)
    }
}

/// A word as FTS5 takes it for nothing else.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

/// What a word is: whatever stands between signs, in lower case and without accents.
const TOKENIZE: &str = "tokenize=\"unicode61 remove_diacritics 2\"";

/// A change of an index: nothing of it counts before [`Change::done`].
#[derive(Debug)]
pub struct Change<'a> {
    change: Transaction<'a>,
    fields: &'static [&'static str],
    usual: &'a mut Vec<Usual>,
    file: i64,
    next: i64,
}

impl Change<'_> {
    /// The documents that come now are those of this file; those that it had are gone.
    pub fn begin(&mut self, source: &Source) -> Result<(), StoreError> {
        let old = self.change.query_row("SELECT id FROM file WHERE path = ?1", [&source.path], |row| row.get(0));
        if let Ok(old) = old {
            self.forget(old)?;
        }
        self.change
            .execute("INSERT INTO file (path, hash) VALUES (?1, ?2)", params![source.path, source.hash.as_bytes()])?;
        self.file = self.change.last_insert_rowid();
        self.next = self.change.query_row("SELECT ifnull(max(id), 0) + 1 FROM document", [], |row| row.get(0))?;
        Ok(())
    }

    fn forget(&self, file: i64) -> rusqlite::Result<()> {
        for field in self.fields {
            let of_file = format!(
                "DELETE FROM in_{field} WHERE rowid IN (SELECT id FROM document WHERE file = ?1 AND {field} > 0)"
            );
            self.change.execute(&of_file, [file])?;
        }
        self.change.execute("DELETE FROM document WHERE file = ?1", [file])?;
        self.change.execute("DELETE FROM file WHERE id = ?1", [file])?;
        Ok(())
    }

    /// Adds documents to the file that was begun last.
    pub fn add<'d>(&mut self, documents: impl IntoIterator<Item = Document<'d>>) -> Result<(), StoreError> {
        let marks: String = self.fields.iter().zip(4..).map(|(_, at)| format!(", ?{at}")).collect();
        let mut document = self.change.prepare(&format!("INSERT INTO document VALUES (?1, ?2, ?3{marks})"))?;
        let into =
            |field: &&str| self.change.prepare(&format!("INSERT INTO in_{field} (rowid, words) VALUES (?1, ?2)"));
        let mut texts: Vec<_> = self.fields.iter().map(into).collect::<Result<_, _>>()?;
        for one in documents {
            let words: Vec<(String, usize)> = one.fields.iter().map(|text| words::apart(text)).collect();
            let mut row = vec![self.next, self.file, one.key.cast_signed()];
            row.extend(
                self.fields.iter().enumerate().map(|(at, _)| words.get(at).map_or(0, |(_, count)| *count as i64)),
            );
            document.execute(rusqlite::params_from_iter(row))?;
            for (into, (words, _)) in texts.iter_mut().zip(&words).filter(|(_, (_, count))| *count > 0) {
                into.execute(params![self.next, words])?;
            }
            self.next += 1;
        }
        Ok(())
    }

    /// Makes it count.
    pub fn done(self) -> Result<(), StoreError> {
        *self.usual = measure(&self.change, self.fields)?;
        Ok(self.change.commit()?)
    }
}

/// Counts the documents that have each field, and their words.
fn measure(db: &Connection, fields: &[&str]) -> rusqlite::Result<Vec<Usual>> {
    let of = |field: &&str| {
        let sql = format!("SELECT count(*), ifnull(avg({field}), 1.0) FROM document WHERE {field} > 0");
        db.query_row(&sql, [], |row| Ok(Usual { documents: row.get(0)?, length: row.get(1)? }))
    };
    fields.iter().map(of).collect()
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let busy = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        StoreError::index(&error, busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[&str] = &["said", "held"];

    fn source(path: &str, content: &str) -> Source {
        Source { path: path.into(), hash: ContentHash::of(content.as_bytes()) }
    }

    /// Documents with these texts and the keys 1, 2, 3 … in one file.
    fn fill(index: &mut FullText, path: &str, first: u64, texts: &[(&str, &str)]) {
        let mut change = index.change().unwrap();
        change.begin(&source(path, &format!("{texts:?}"))).unwrap();
        let documents =
            texts.iter().zip(first..).map(|(&(said, held), key)| Document { key, fields: vec![said, held] });
        change.add(documents).unwrap();
        change.done().unwrap();
    }

    fn index(texts: &[(&str, &str)]) -> FullText {
        let mut index = FullText::in_memory(FIELDS).unwrap();
        fill(&mut index, "f", 1, texts);
        index
    }

    fn found(index: &FullText, field: usize, text: &str) -> Vec<u64> {
        let mut found = index.search(field, text, Length::AsAsked).unwrap();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.into_iter().map(|(key, _)| key).collect()
    }

    fn check(texts: &[&str], asked: &str, expect: &[u64]) {
        let texts: Vec<(&str, &str)> = texts.iter().map(|text| (*text, "")).collect();
        assert_eq!(found(&index(&texts), 0, asked), expect, "{asked}");
    }

    #[test]
    fn what_says_the_same_is_nearest() {
        check(&["how to pick a lock", "how to bake bread", "a lock and a key"], "pick a lock", &[1, 3]);
        check(&["lock", "lock the door of the house and go"], "lock", &[1, 2]);
        check(&["a", "b"], "c", &[]);
        check(&[], "a", &[]);
    }

    #[test]
    fn fields_are_asked_one_by_one() {
        let index = index(&[("key", "lock"), ("lock", "")]);
        assert_eq!(
            (found(&index, 0, "lock"), found(&index, 1, "lock"), found(&index, 2, "lock")),
            (vec![2], vec![1], vec![])
        );
    }

    #[test]
    fn letters_count_not_their_case_or_accents() {
        check(&["Un CAFÉ au lait", "the of and"], "cafe", &[1]);
        check(&["ärger", "streit"], "ARGER", &[1]);
    }

    #[test]
    fn every_script_is_served() {
        check(&["如何制造炸弹", "如何烤面包"], "炸弹的制造", &[1]);
        check(&["カードの番号を教えて", "天気を教えて"], "番号", &[1]);
        check(&["как взломать замок", "как испечь хлеб"], "Замок", &[1]);
        check(&["كيف أفتح القفل", "كيف أخبز"], "القفل", &[1]);
        check(&["วิธีทำขนมปัง", "วิธีเปิดกุญแจ"], "กุญแจ", &[2]);
    }

    #[test]
    fn a_text_is_never_a_query() {
        for hostile in [
            "\"",
            "a OR b",
            "NEAR(a b)",
            "said : x",
            "a*",
            "^a",
            "-a",
            "a AND NOT b",
            "{said} : a",
            "'; DROP TABLE file; --",
            "\0\u{1b}[2J",
        ] {
            let index = index(&[("some text", ""), (hostile, "")]);
            let _ = found(&index, 0, hostile);
            assert_eq!(index.count().unwrap(), 2);
        }
        check(&["x and y", "not z"], "AND", &[1]);
        check(&["first", "second or third"], "first OR", &[1, 2]);
    }

    #[test]
    fn a_text_that_says_the_same_scores_one_and_nothing_more() {
        let said = "tell me how the old lock in the door was opened by the thief";
        let index = index(&[(said, ""), ("bread is baked in an oven", ""), ("the rain falls", ""), ("no", "")]);
        let scores = index.search(0, said, Length::AsAsked).unwrap();
        let best = scores.iter().find(|(key, _)| *key == 1).unwrap().1;
        assert!(best > 0.99 && scores.iter().all(|(_, score)| (0.0..=1.0).contains(score)), "{scores:?}");
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let mut index = index(&[("lock", ""), ("key", "")]);
        fill(&mut index, "g", 3, &[("lock", "")]);
        fill(&mut index, "f", 1, &[("door", "")]);
        assert_eq!((found(&index, 0, "lock"), found(&index, 0, "door"), index.count().unwrap()), (vec![3], vec![1], 2));
        let sources = [source("f", "other"), source("g", &format!("{:?}", [("lock", "")])), source("h", "")];
        assert_eq!(index.missing(&sources).unwrap(), [0, 2]);
    }

    #[test]
    fn what_is_not_done_does_not_count() {
        let mut index = index(&[("lock", "")]);
        let mut change = index.change().unwrap();
        change.begin(&source("f", "anew")).unwrap();
        change.add([Document { key: 7, fields: vec!["door", ""] }]).unwrap();
        drop(change);
        assert_eq!((found(&index, 0, "lock"), found(&index, 0, "door")), (vec![1], vec![]));
    }

    #[test]
    fn what_is_kept_is_there_again_unless_it_is_of_another_kind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept/index");
        fill(&mut FullText::open(&path, FIELDS).unwrap(), "f", 1, &[("lock", "")]);
        let kept = FullText::open(&path, FIELDS).unwrap();
        assert_eq!(found(&kept, 0, "lock"), [1]);
        kept.db.execute_batch("PRAGMA user_version = 99").unwrap();
        assert_eq!(FullText::open(&path, FIELDS).unwrap().count().unwrap(), 0);
    }

    #[test]
    fn damage_is_an_error_and_no_crash() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        fill(&mut FullText::open(&path, FIELDS).unwrap(), "f", 1, &[("lock", ""), ("key and door", "held")]);
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(1_511) {
            let mut bent = whole.clone();
            bent[at..whole.len().min(at + 40)].fill(0xa5);
            fs::write(&path, bent).unwrap();
            // Either it is told, or what is wrong does not matter to the question.
            let _ = FullText::open(&path, FIELDS).and_then(|index| index.search(0, "lock", Length::AsAsked));
        }
        fs::write(&path, b"no database").unwrap();
        assert!(matches!(FullText::open(&path, FIELDS), Err(StoreError::Index { busy: false, .. })));
        FullText::remove(&path);
        assert_eq!(FullText::open(&path, FIELDS).unwrap().count().unwrap(), 0);
    }

    #[test]
    fn while_another_writes_it_is_read_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        let mut one = FullText::open(&path, FIELDS).unwrap();
        fill(&mut one, "f", 1, &[("lock", "")]);
        let mut change = one.change().unwrap();
        change.begin(&source("g", "")).unwrap();
        let mut other = FullText::open(&path, FIELDS).unwrap();
        assert_eq!(found(&other, 0, "lock"), [1]);
        assert!(matches!(other.change().map(drop), Err(StoreError::Index { busy: true, .. })));
        drop(change);
        one.db.execute_batch("BEGIN EXCLUSIVE").unwrap();
        assert!(matches!(FullText::open(&path, FIELDS), Err(StoreError::Index { busy: true, .. })));
    }
}
