//! Every ruling there is, where it lies in the decision space, and whether it still stands.

use super::cites::{Outdated, Texts};
use super::point::Point;
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::gold;
use crate::policy::ruling::{Adjudication, Disposition};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What the text of a ruling is known by: see [`documents_of`].
pub type Key = u64;

/// How near the texts of some rulings are to what is asked, from 0 to 1, by their keys; those not named have nothing of it. It
/// is handed in by whoever keeps the texts.
pub type TextScores = FxHashMap<Key, f32>;

/// The text of a ruling, to be found by its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingText {
    pub key: Key,
    /// What was said in the case.
    pub case: String,
    pub holding: String,
}

/// A ruling of a [`Docket`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RulingIx(pub u32);

/// The rulings of some gold sets at one version of a policy, ready to be asked. Rulings that settle nothing
/// (`deferred`) or only take something back are not among them.
///
/// Making one reads every adjudication: a hundred thousand take some tenths of a second, so it belongs into a job. What
/// it answers takes milliseconds. It holds no texts; those are read from the gold sets when they are asked for.
#[derive(Debug, Clone)]
pub struct Docket {
    pub(super) policy: Arc<Policy>,
    pub(super) sets: Vec<Arc<GoldSet>>,
    /// Sorted by set and row; within a case in the order of the files.
    pub(super) entries: Vec<Entry>,
    /// Each once.
    pub(super) points: Vec<Point>,
    pub(super) point_codes: FxHashMap<Point, u32>,
    /// By point: the rulings at it.
    pub(super) ruled_at: Vec<Vec<RulingIx>>,
    /// What each ruling says of others.
    pub(super) relations: Vec<Relation>,
}

/// What is kept of a ruling.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub set: u16,
    pub row: u32,
    /// Among the adjudications of the case.
    nth: u16,
    pub key: Key,
    pub point: Option<u32>,
    /// What it calls for; `None` where it decides nothing.
    pub behavior: Option<Arc<str>>,
    pub acceptable: Vec<Arc<str>>,
    pub state: State,
    pub cites_something: bool,
    pub outdated: Vec<Outdated>,
    /// By the rulings of which cases.
    pub overruled_by: Vec<RulingIx>,
}

/// Where a ruling stands among those of its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It settles the case.
    Settles,
    /// Nothing replaced it, but another ruling on the case stands beside it and counts.
    Beside,
    /// Another ruling took its place, or it was taken back.
    Superseded,
}

/// What one ruling says of those on another case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub from: RulingIx,
    pub kind: RelationKind,
    /// The id of the case, as the ruling has it.
    pub case: String,
    /// The ruling that settles that case; `None` where there is no such case or no ruling on it.
    pub to: Option<RulingIx>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    Follows,
    Distinguishes,
    Overrules,
}

impl RelationKind {
    pub const ALL: [RelationKind; 3] = [RelationKind::Follows, RelationKind::Distinguishes, RelationKind::Overrules];

    pub fn word(self) -> &'static str {
        match self {
            RelationKind::Follows => "follows",
            RelationKind::Distinguishes => "distinguishes",
            RelationKind::Overrules => "overrules",
        }
    }
}

/// A ruling with all that people want to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Precedent {
    pub ix: RulingIx,
    pub set: Arc<str>,
    /// Of the case in its set.
    pub row: usize,
    pub ruling: Adjudication,
    pub stand: Stand,
}

/// Whether a ruling still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    pub state: State,
    /// The ids of the cases whose rulings overrule it.
    pub overruled_by: Vec<String>,
    /// The texts that it rests on and that have changed in substance.
    pub outdated: Vec<Outdated>,
    /// Whether it says which texts it rests on.
    pub is_pinned: bool,
}

impl Stand {
    /// Whether later rulings at the same point are bound by it.
    pub fn is_binding(&self) -> bool {
        self.state == State::Settles && self.overruled_by.is_empty() && self.outdated.is_empty()
    }
}

impl Docket {
    /// Reads every ruling of the sets.
    pub fn read(
        policy: &Arc<Policy>,
        sets: &[Arc<GoldSet>],
        texts: &Texts,
        watch: &dyn Watch,
    ) -> Result<Docket, Cancelled> {
        let mut docket = Docket {
            policy: policy.clone(),
            sets: sets.to_vec(),
            entries: Vec::new(),
            points: Vec::new(),
            point_codes: FxHashMap::default(),
            ruled_at: Vec::new(),
            relations: Vec::new(),
        };
        for (set, gold) in sets.iter().zip(0..=u16::MAX).map(|(gold, set)| (set, gold)) {
            let rows = gold.ruled_rows();
            let read: Vec<Vec<ReadRuling>> = rows
                .par_chunks(256)
                .map(|rows| {
                    if watch.cancelled() {
                        return Err(Cancelled);
                    }
                    watch.advance(rows.len() as u64);
                    Ok(rows.iter().flat_map(|&row| read_row(policy, gold, set, row, texts)).collect())
                })
                .collect::<Result<_, _>>()?;
            read.into_iter().flatten().for_each(|ruling| docket.take(ruling));
        }
        docket.relate();
        Ok(docket)
    }

    /// The docket once the records of one case are others: as if every ruling were read again, in milliseconds. `sets` are the
    /// same as before but for those records, `texts` what it was read with.
    pub fn after(&self, sets: &[Arc<GoldSet>], texts: &Texts, (set, row): (u16, usize)) -> Docket {
        let mut docket = Docket { sets: sets.to_vec(), ..self.clone() };
        let Some(gold) = sets.get(usize::from(set)) else { return docket };
        let before = docket.rulings_on(set, row);
        let (start, end) = before
            .fold(None, |span: Option<(u32, u32)>, RulingIx(ix)| Some((span.map_or(ix, |(start, _)| start), ix + 1)))
            .unwrap_or_else(|| {
                let start = docket.entries.partition_point(|entry| (entry.set, entry.row as usize) < (set, row)) as u32;
                (start, start)
            });
        let read = read_row(&docket.policy, gold, set, row, texts);
        let come = read.len() as u32;
        let stays = |RulingIx(ix): &mut RulingIx| {
            let is_other = !(start..end).contains(ix);
            if *ix >= end {
                *ix = *ix - (end - start) + come;
            }
            is_other
        };
        docket.ruled_at.iter_mut().for_each(|here| here.retain_mut(stays));
        docket.relations.retain_mut(|relation| stays(&mut relation.from));
        let later = docket.entries.split_off(end as usize);
        docket.entries.truncate(start as usize);
        read.into_iter().for_each(|ruling| docket.take(ruling));
        docket.entries.extend(later);
        for ix in start..start + come {
            if let Some(point) = docket.entries[ix as usize].point {
                docket.ruled_at[point as usize].sort_unstable();
            }
        }
        docket.relations.sort_by_key(|relation| relation.from);
        docket.entries.iter_mut().for_each(|entry| entry.overruled_by.clear());
        docket.relate();
        docket
    }

    fn take(&mut self, read: ReadRuling) {
        let ReadRuling { mut entry, point, relations } = read;
        let ix = RulingIx(self.entries.len() as u32);
        if let Some(point) = point {
            let code = *self.point_codes.entry(point).or_insert_with_key(|point| {
                self.points.push(point.clone());
                self.ruled_at.push(Vec::new());
                self.points.len() as u32 - 1
            });
            entry.point = Some(code);
            self.ruled_at[code as usize].push(ix);
        }
        let relation = |(kind, case)| Relation { from: ix, kind, case, to: None };
        self.relations.extend(relations.into_iter().map(relation));
        self.entries.push(entry);
    }

    /// Finds whose rulings are meant, and notes what is overruled.
    fn relate(&mut self) {
        let mut relations = std::mem::take(&mut self.relations);
        for relation in &mut relations {
            relation.to = self.meant(relation);
        }
        self.relations = relations;
        let follows: FxHashSet<(RulingIx, RulingIx)> = self.related(RelationKind::Follows).collect();
        let overrules: Vec<(RulingIx, RulingIx)> = self.related(RelationKind::Overrules).collect();
        for (from, to) in overrules {
            // A case that was ruled on anew, after the ruling that overruled it, stands again.
            if from != to && !follows.contains(&(to, from)) {
                self.entries[to.0 as usize].overruled_by.push(from);
            }
        }
    }

    /// The ruling that a relation means. A ruling that names its own case means the one that it took the place of.
    fn meant(&self, relation: &Relation) -> Option<RulingIx> {
        let Entry { set, row, .. } = *self.entry(relation.from);
        let row = row as usize;
        if self.sets[usize::from(set)].find(&relation.case) != Some(row) {
            return self.settling(&relation.case, set);
        }
        let earlier = self.precedent(relation.from)?.ruling.supersedes?;
        self.rulings_on(set, row).find(|ix| self.precedent(*ix).is_some_and(|found| found.ruling.id == earlier))
    }

    /// What the rulings that stand say of others.
    fn related(&self, kind: RelationKind) -> impl Iterator<Item = (RulingIx, RulingIx)> + '_ {
        let counts =
            move |relation: &&Relation| relation.kind == kind && self.entry(relation.from).state != State::Superseded;
        self.relations.iter().filter(counts).filter_map(|relation| Some((relation.from, relation.to?)))
    }

    /// The ruling that settles the case with this id: in the set at this position first, then in any.
    pub(super) fn settling(&self, case: &str, set: u16) -> Option<RulingIx> {
        let others = (0..self.sets.len() as u16).filter(|other| *other != set);
        std::iter::once(set).chain(others).find_map(|set| {
            let row = self.sets[usize::from(set)].find(case)?;
            self.rulings_on(set, row).find(|ix| self.entry(*ix).state == State::Settles)
        })
    }

    /// The rulings on one case, in the order of the files.
    pub(super) fn rulings_on(&self, set: u16, row: usize) -> impl Iterator<Item = RulingIx> + use<> {
        let at = |entry: &Entry| (entry.set, entry.row as usize);
        let start = self.entries.partition_point(|entry| at(entry) < (set, row));
        let end = self.entries.partition_point(|entry| at(entry) <= (set, row));
        (start..end).map(|ix| RulingIx(ix as u32))
    }

    pub(super) fn entry(&self, ix: RulingIx) -> &Entry {
        &self.entries[ix.0 as usize]
    }

    pub(super) fn indexed(&self) -> impl Iterator<Item = (RulingIx, &Entry)> {
        self.entries.iter().zip(0..).map(|(entry, ix)| (RulingIx(ix), entry))
    }

    /// The position of a set.
    pub(super) fn set_at(&self, name: &str) -> Option<u16> {
        self.sets.iter().position(|gold| **gold.set() == *name).and_then(|at| u16::try_from(at).ok())
    }

    pub(super) fn is_binding(&self, ix: RulingIx) -> bool {
        let entry = self.entry(ix);
        entry.state == State::Settles && entry.overruled_by.is_empty() && entry.outdated.is_empty()
    }

    /// Set and row of the cases whose rulings the rulings on one case overrule.
    pub fn overruled_from(&self, set: u16, row: usize) -> Vec<(u16, u32)> {
        let of_case = self.related(RelationKind::Overrules).filter(|(from, _)| {
            let from = self.entry(*from);
            (from.set, from.row as usize) == (set, row)
        });
        of_case.map(|(_, to)| (self.entry(to).set, self.entry(to).row)).collect()
    }

    /// The gold set of the case that was ruled on.
    pub fn gold_of(&self, ix: RulingIx) -> &Arc<GoldSet> {
        &self.sets[usize::from(self.entry(ix).set)]
    }

    /// What the text of a ruling is known by.
    pub fn key_of(&self, ix: RulingIx) -> Key {
        self.entry(ix).key
    }

    /// The id of the case that was ruled on.
    pub fn case_of(&self, ix: RulingIx) -> String {
        let entry = self.entry(ix);
        self.sets[usize::from(entry.set)].id(entry.row as usize).into_owned()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every ruling, by set, case and file.
    pub fn all(&self) -> impl Iterator<Item = RulingIx> + use<> {
        (0..self.entries.len() as u32).map(RulingIx)
    }

    /// The rulings on a case of a set, in the order of the files.
    pub fn on_case(&self, set: &str, case: &str) -> Vec<RulingIx> {
        let Some(at) = self.set_at(set) else { return Vec::new() };
        let row = self.sets[usize::from(at)].find(case);
        row.map(|row| self.rulings_on(at, row).collect()).unwrap_or_default()
    }

    /// The rulings with this id, whole or its first characters (eight at least).
    pub fn with_id(&self, id: &str) -> Vec<RulingIx> {
        let long_enough = id.len() >= 8;
        let named = |ix: &RulingIx| {
            self.precedent(*ix)
                .is_some_and(|found| found.ruling.id == id || long_enough && found.ruling.id.starts_with(id))
        };
        self.all().filter(named).collect()
    }

    /// A ruling with everything about it; `None` where its line cannot be read any more, because the file changed.
    pub fn precedent(&self, ix: RulingIx) -> Option<Precedent> {
        let entry = self.entry(ix);
        let gold = &self.sets[usize::from(entry.set)];
        let ruling = gold.adjudications_of(entry.row as usize).into_iter().nth(usize::from(entry.nth))?;
        let mut overruled_by: Vec<String> = entry.overruled_by.iter().map(|ix| self.case_of(*ix)).collect();
        overruled_by.dedup();
        let stand = Stand {
            state: entry.state,
            overruled_by,
            outdated: entry.outdated.clone(),
            is_pinned: entry.cites_something,
        };
        Some(Precedent { ix, set: gold.set().clone(), row: entry.row as usize, ruling, stand })
    }
}

/// A ruling as it is read, before it has its place.
struct ReadRuling {
    entry: Entry,
    point: Option<Point>,
    relations: Vec<(RelationKind, String)>,
}

/// The rulings on one case.
fn read_row(policy: &Policy, gold: &GoldSet, set: u16, row: usize, texts: &Texts) -> Vec<ReadRuling> {
    let rulings = gold.adjudications_of(row);
    let all: Vec<&Adjudication> = rulings.iter().collect();
    let standing = gold::standing(&all);
    let settling = gold::ruling(&all);
    let is = |one: &Adjudication, other: &&Adjudication| std::ptr::eq(one, *other);
    let mut seen = FxHashSet::default();
    let mut read = Vec::new();
    for (nth, ruling) in rulings.iter().enumerate() {
        let twice = !ruling.id.is_empty() && !seen.insert(&ruling.id);
        if twice || ruling.disposition == Disposition::Deferred || ruling.withdrawn.is_some() {
            continue;
        }
        let state = match settling {
            Some(settling) if is(ruling, &settling) => State::Settles,
            _ if standing.iter().any(|one| is(ruling, one)) => State::Beside,
            _ => State::Superseded,
        };
        // What was not settled lies where the case came in.
        let reading = ruling.decision.clone().or_else(|| gold.case(row).ok()?.gold);
        let decided = ruling.decision.as_ref();
        let relations = [
            (RelationKind::Follows, &ruling.follows),
            (RelationKind::Distinguishes, &ruling.distinguishes),
            (RelationKind::Overrules, &ruling.overrules),
        ];
        let entry = Entry {
            set,
            row: row as u32,
            nth: u16::try_from(nth).unwrap_or(u16::MAX),
            key: key_of(ruling),
            point: None,
            behavior: decided.and_then(|decision| decision.behavior.as_deref()).map(Into::into),
            acceptable: decided.into_iter().flat_map(|d| &d.acceptable).map(|word| word.as_str().into()).collect(),
            state,
            cites_something: !ruling.cites.is_empty(),
            outdated: texts.outdated(&ruling.cites),
            overruled_by: Vec::new(),
        };
        read.push(ReadRuling {
            entry,
            point: reading.map(|reading| Point::of(policy, &reading)),
            relations: relations
                .into_iter()
                .flat_map(|(kind, cases)| cases.iter().map(move |case| (kind, case.clone())))
                .collect(),
        });
    }
    read
}

/// The text of a case as one: what was said, what was called, what was answered.
pub fn text_of(case: &Case) -> String {
    let mut text = String::new();
    let mut add = |part: &str| {
        if !part.is_empty() {
            text.push_str(part);
            text.push('\n');
        }
    };
    for message in &case.messages {
        add(&message.content);
        message.tool_calls.iter().for_each(|call| add(&call.to_string()));
    }
    add(case.text.as_deref().unwrap_or_default());
    add(case.response.as_deref().unwrap_or_default());
    text
}

/// The texts of the rulings in some files of a set, file by file. The files are named by their positions among
/// [`GoldSources::adjudications`](crate::decide::GoldSources::adjudications). What cannot be read any more is left out.
pub fn documents_of(gold: &GoldSet, files: &[usize], watch: &dyn Watch) -> Result<Vec<Vec<RulingText>>, Cancelled> {
    let slots: FxHashMap<usize, usize> = files.iter().enumerate().map(|(slot, file)| (*file, slot)).collect();
    let places: Vec<(usize, usize, usize)> = (gold.adjudication_places().enumerate())
        .filter_map(|(at, (row, file))| Some((*slots.get(&file)?, at, row)))
        .collect();
    let read = |&(slot, at, row): &(usize, usize, usize)| {
        let ruling = gold.adjudication(at)?;
        let case = gold.case(row).ok()?;
        Some((slot, RulingText { key: key_of(&ruling), case: text_of(&case), holding: ruling.holding }))
    };
    let chunks: Vec<Vec<(usize, RulingText)>> = places
        .par_chunks(512)
        .map(|places| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            watch.advance(places.len() as u64);
            Ok(places.iter().filter_map(read).collect())
        })
        .collect::<Result<_, _>>()?;
    let mut texts: Vec<Vec<RulingText>> = files.iter().map(|_| Vec::new()).collect();
    chunks.into_iter().flatten().for_each(|(slot, text)| texts[slot].push(text));
    Ok(texts)
}

/// 64 bits of the hash of its id, or of what it says where it has none.
fn key_of(ruling: &Adjudication) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(ruling.id.as_bytes());
    if ruling.id.is_empty() {
        for part in [&ruling.case, &ruling.adjudicator, &ruling.holding] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    let mut first = [0; 8];
    hasher.finalize_xof().fill(&mut first);
    Key::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{docket, docket_at, policy};
    use super::*;
    use crate::policy::editorial::Editorials;
    use crate::policy::text_hash::text_hash;

    /// Of every ruling: its case, how it stands, whether it binds.
    fn check(ruled: &[(&str, &str, &str)], expect: &[&str]) -> Docket {
        let docket = docket(ruled);
        let told = |ix: RulingIx| {
            let Precedent { ruling, stand, .. } = docket.precedent(ix).unwrap();
            assert_eq!(stand.is_binding(), docket.is_binding(ix));
            let by = stand.overruled_by.join(",");
            let binds = if stand.is_binding() { " binds" } else { "" };
            format!("{} {:?}{binds} {by}", ruling.case, stand.state).trim_end().to_owned()
        };
        let told: Vec<String> = docket.all().map(told).collect();
        assert_eq!(told, expect);
        docket
    }

    #[test]
    fn the_ruling_that_settles_a_case_binds() {
        check(
            &[
                ("a", "bio", r#""behavior":"refuse""#),
                ("a", "bio", r#""behavior":"comply"|"id":"2","supersedes":"id-a""#),
                ("a", "bio", r#""behavior":"escalate"|"id":"3","supersedes":"id-a""#),
                ("b", "bio", r#"|"disposition":"deferred""#),
            ],
            &["a Superseded", "a Beside", "a Settles binds"],
        );
    }

    #[test]
    fn what_is_taken_back_stands_no_more() {
        let back = r#"|"id":"2","supersedes":"id-a","disposition":"deferred","withdrawn":{"reason":"too early"}"#;
        check(&[("a", "bio", r#""behavior":"refuse""#), ("a", "", back)], &["a Superseded"]);
    }

    #[test]
    fn overruling_counts_until_the_case_is_ruled_on_anew() {
        let old = ("a", "bio", r#""behavior":"comply""#);
        let new = ("b", "bio", r#""behavior":"refuse"|"overrules":["a","no-such"]"#);
        check(&[old, new], &["a Settles b", "b Settles binds"]);
        let anew = ("a", "bio", r#""behavior":"refuse"|"id":"2","supersedes":"id-a","follows":["b"]"#);
        check(&[old, anew, new], &["a Superseded", "a Settles binds", "b Settles binds"]);
        let itself = ("a", "bio", r#""behavior":"comply"|"overrules":["a"]"#);
        check(&[itself], &["a Settles binds"]);
        let earlier = ("a", "bio", r#""behavior":"refuse"|"id":"2","supersedes":"id-a","overrules":["a"]"#);
        check(&[old, earlier], &["a Superseded a", "a Settles binds"]);
    }

    #[test]
    fn a_record_met_twice_counts_once() {
        let ruled = ("a", "bio", r#""behavior":"comply""#);
        check(&[ruled, ruled], &["a Settles binds"]);
    }

    #[test]
    fn what_rests_on_a_changed_text_does_not_bind() {
        let hash = text_hash(&policy(), "no-arms").unwrap();
        let cites = |hash: &str| format!(r#""behavior":"refuse"|"cites":{{"no-arms":"{hash}"}}"#);
        let docket = docket_at(&policy(), &[("a", "bio", &cites(&hash)), ("b", "bio", &cites("other"))]);
        let stand = |at| docket.precedent(RulingIx(at)).unwrap().stand;
        assert!(stand(0).is_binding() && stand(0).is_pinned);
        assert!(!stand(1).is_binding() && stand(1).is_pinned && stand(1).outdated.len() == 1);
    }

    /// Everything that a docket says.
    fn said(docket: &Docket) -> Vec<String> {
        let told = |ix: RulingIx| {
            let at = docket.entry(ix).point.map(|point| &docket.points[point as usize]);
            let alike = docket.entry(ix).point.map(|point| &docket.ruled_at[point as usize]);
            let relations: Vec<&Relation> = docket.relations.iter().filter(|relation| relation.from == ix).collect();
            format!("{:?} {at:?} {alike:?} {relations:?}", docket.precedent(ix).unwrap())
        };
        docket.all().map(told).collect()
    }

    #[test]
    fn the_records_of_one_case_are_read_again_alone() {
        let first = |case: &'static str, words: &'static str| (case, words, r#""behavior":"refuse""#);
        let overrules = r#""behavior":"comply"|"overrules":["a"],"follows":["c"]"#;
        let anew = ("b", "scams", r#""behavior":"refuse"|"id":"2","supersedes":"id-b","overrules":["c"]"#);
        let back = ("b", "", r#"|"id":"3","supersedes":"id-b","disposition":"deferred","withdrawn":{"reason":"?"}"#);
        let (a, b, c) =
            (first("a", "bio"), ("b", "bio", overrules), ("c", "scams", r#""behavior":"comply"|"follows":["b"]"#));
        // The case stays in the set where nothing counts of what was said of it.
        let none = ("b", "bio", r#"|"disposition":"deferred""#);
        let versions: [&[(&str, &str, &str)]; 4] = [&[a, none, c], &[a, b, c], &[a, b, anew, c], &[a, b, back, c]];
        for from in versions {
            for to in versions {
                let (before, afresh) = (docket(from), docket(to));
                let row = afresh.sets[0].find("b").unwrap();
                let texts = Texts::new(&policy(), &Editorials::default());
                let after = before.after(&afresh.sets, &texts, (0, row));
                assert_eq!(said(&after), said(&afresh), "from {from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn rulings_are_found_by_case_and_by_id() {
        let docket = check(&[("a", "bio", r#""behavior":"refuse"|"id":"0123456789ab""#)], &["a Settles binds"]);
        assert_eq!(docket.on_case("core", "a"), [RulingIx(0)]);
        assert_eq!(docket.on_case("core", "n"), []);
        assert_eq!(docket.on_case("other", "a"), []);
        assert_eq!(docket.with_id("01234567"), [RulingIx(0)]);
        assert_eq!(docket.with_id("0123"), []);
    }
}
