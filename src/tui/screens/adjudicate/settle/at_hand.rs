//! The case that is being settled: what was said of it, in an order that gives nobody away, and the ruling so far.

use crate::policy::case::Case;
use crate::policy::record::Saw;
use crate::policy::ruling::Adjudication;
use crate::workspace::settling::{Choice, Court, Draft, Findings, Item};
use std::sync::Arc;

/// One case, opened.
pub struct AtHand {
    /// Position of the set in the court, and row.
    pub key: (u16, u32),
    pub set: Arc<str>,
    pub id: String,
    /// Its place in the queue, unless it was opened from elsewhere.
    pub item: Option<Item>,
    pub case: Case,
    pub findings: Findings,
    /// What was said, in the order in which it is shown.
    pub said: Vec<Said>,
    pub draft: Draft,
    pub uncovered: bool,
    /// The ruling, once it was given: names and verdict are shown from then on.
    pub ruled: Option<Adjudication>,
    /// The ruling that stands on the case, where the adjudicator knows that this one reverses it.
    pub reverses: Option<String>,
    /// When it was opened, in seconds since 1970.
    pub since: i64,
}

/// Something that was said of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Position among the labels of the findings; `None` for the reading that the case was imported with.
    pub label: Option<usize>,
    /// Position among the voices; `None` for an abstention.
    pub voice: Option<usize>,
}

impl AtHand {
    /// Opens a case; a text says why it cannot be read. `who` rules: the order of what was said depends on it and on nothing
    /// that would tell who said what.
    pub fn open(court: &Court, key: (u16, u32), item: Option<Item>, who: &str) -> Result<AtHand, String> {
        let gold = court.sets.get(usize::from(key.0)).ok_or("the gold set is gone")?;
        let row = key.1 as usize;
        let findings = court.findings(key.0, key.1).ok_or("the case is gone")?;
        let case = gold.case(row).map_err(|error| error.to_string())?;
        let voice = |label| findings.voices.iter().position(|voice| voice.label == label);
        let imported = voice(None).map(|voice| Said { label: None, voice: Some(voice) });
        let mut said: Vec<Said> = imported.into_iter().collect();
        said.extend((0..findings.labels.len()).map(|at| Said { label: Some(at), voice: voice(Some(at)) }));
        let place = |said: &Said| {
            let id = said.label.map_or("", |at| findings.labels[at].id.as_str());
            let mut hasher = blake3::Hasher::new();
            for part in [who, gold.set(), &case.id, id] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
            *hasher.finalize().as_bytes()
        };
        said.sort_by_cached_key(place);
        let (set, id) = (gold.set().clone(), case.id.clone());
        let draft = fresh_draft(&findings);
        Ok(AtHand {
            key,
            set,
            id,
            item,
            case,
            findings,
            said,
            draft,
            uncovered: false,
            ruled: None,
            reverses: None,
            since: 0,
        })
    }

    /// The draft as it is when the case is opened.
    pub fn fresh_draft(&self) -> Draft {
        fresh_draft(&self.findings)
    }

    /// `A`, `B`, … of what stands at a place.
    pub fn letter(at: usize) -> char {
        u8::try_from(at).ok().filter(|at| *at < 26).map_or('?', |at| char::from(b'A' + at))
    }

    /// The place of what the draft takes up.
    pub fn taken(&self) -> Option<usize> {
        let Some(Choice::Voice(voice)) = self.draft.choice else { return None };
        self.said.iter().position(|said| said.voice == Some(voice))
    }

    /// Whether who said what, and what the policy says, may be seen.
    pub fn is_open(&self) -> bool {
        self.ruled.is_some()
    }

    pub fn shows_verdict(&self) -> bool {
        self.is_open() || self.draft.saw.verdict
    }

    pub fn is_covered(&self) -> bool {
        self.case.sensitive && !self.uncovered
    }

    /// The reading by which precedents are looked for: what is to be decided, else what most say.
    pub fn reading(&self) -> Option<&crate::policy::case::Reading> {
        let most = || {
            let behind = |voice: &&crate::workspace::settling::Voice| {
                let behavior = voice.reading.behavior.as_deref().unwrap_or_default();
                self.findings.distribution.get(behavior).copied().unwrap_or_default()
            };
            self.findings.voices.iter().max_by_key(behind).map(|voice| &voice.reading)
        };
        self.draft.decision(&self.findings).or_else(most)
    }
}

fn fresh_draft(findings: &Findings) -> Draft {
    Draft { saw: Saw { labels: !findings.labels.is_empty(), ..Saw::default() }, ..Draft::default() }
}
