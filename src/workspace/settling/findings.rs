//! What there is to find about one case before it is ruled on.

use super::ground::{Ground, word_on};
use super::reason::{Reason, Reasons};
use crate::decide::explain::verdict;
use crate::decide::{GoldSet, Verdict};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::{FacetWord, Reading, Target};
use crate::policy::gold::{distribution, heard, latest, ruling, standing};
use crate::policy::label::{Gap, Label};
use crate::policy::ruling::{Adjudication, Disposition};
use crate::policy::taxonomy::Aliases;
use crate::precedent::{Outdated, State};
use std::collections::{BTreeMap, BTreeSet};

/// One case as an adjudicator finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// What each labeler says now, abstentions included and second readings left out, by the labelers' names.
    pub labels: Vec<Label>,
    /// What can be taken for the decision.
    pub voices: Vec<Voice>,
    /// What the case was imported with, where nobody was heard.
    pub imported: Option<Reading>,
    /// The rulings that stand, in the order of the files.
    pub rulings: Vec<Adjudication>,
    /// Whether one of them settles the case.
    pub settled: bool,
    /// How many labelers call for which behavior.
    pub distribution: BTreeMap<String, u64>,
    pub differ: Differ,
    /// Which category words mean the same.
    pub aliases: Aliases,
    /// The riskiest tier of the categories in any reading; 1 is the riskiest.
    pub tier: Option<u32>,
    /// The round that an appeal against the case is open in.
    pub appeal: Option<String>,
    /// The edit that touches the case, in words.
    pub edited: Option<String>,
    /// What the ruling that settles the case rests on and was changed.
    pub outdated: Vec<Outdated>,
    /// The cases whose rulings overrule the one that settles this case.
    pub overruled_by: Vec<String>,
    /// How many of the labels rest on texts that were changed, and on which.
    pub stale_labels: (usize, BTreeSet<String>),
    /// The behavior that the case was imported with, where labelers call for what that label does not accept, and how many do.
    pub against_import: Option<(String, usize)>,
    /// How many of the labelers' readings run against rulings on other cases that bind, and the cases of those.
    pub against_rulings: (usize, BTreeSet<String>),
}

/// One reading of the case, and what the policy makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Position among [`Findings::labels`]; `None` for the reading that the case was imported with.
    pub label: Option<usize>,
    pub reading: Reading,
    pub verdict: Verdict,
    /// Whether the reading accepts the verdict. An undetermined one is neither accepted nor not.
    pub accepts: bool,
}

/// In what the labelers differ; the gravest that holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Differ {
    #[default]
    InNothing,
    InFacets,
    InHarms,
    InBehavior,
}

impl Findings {
    /// Looks at the case of a row.
    ///
    /// # Panics
    /// Where the set has no such row.
    pub fn of(ground: &Ground<'_>, gold: &GoldSet, row: usize) -> Findings {
        let (labels, rulings) = (gold.labels_of(row), gold.adjudications_of(row));
        let all: Vec<&Adjudication> = rulings.iter().collect();
        let settling = ruling(&all);
        let outdated = settling.map(|ruling| ground.precedents.texts.outdated(&ruling.cites)).unwrap_or_default();
        let labels = only(labels, latest);
        let policy = ground.policy;
        let mut voices: Vec<Voice> = Vec::with_capacity(labels.len());
        for (at, label) in labels.iter().enumerate() {
            if let Some(reading) = label.whole_reading() {
                // Who reads a case alike is told alike: most labels need no verdict of their own.
                let alike = voices.iter().find(|voice| voice.is_read_as(&reading)).map(|voice| voice.verdict);
                let verdict = alike.unwrap_or_else(|| verdict(policy, &reading));
                voices.push(Voice::new(policy, Some(at), reading, verdict));
            }
        }
        // A ruling has the last word whatever was imported.
        let imported = if settling.is_none() || voices.is_empty() { gold.imported(row) } else { None };
        let against_import =
            imported.as_ref().filter(|_| settling.is_none()).and_then(|imported| against_import(imported, &labels));
        let imported = imported.filter(|_| voices.is_empty());
        if settling.is_none()
            && let Some(imported) = imported.clone()
        {
            let verdict = verdict(policy, &imported);
            voices.push(Voice::new(policy, None, imported, verdict));
        }
        let mut stale_labels = (0, BTreeSet::new());
        for label in labels.iter().filter(|label| label.abstain.is_none()) {
            let outdated = ground.precedents.texts.outdated(&label.cites);
            stale_labels.0 += usize::from(!outdated.is_empty());
            stale_labels.1.extend(outdated.into_iter().map(|outdated| outdated.text));
        }
        let said: Vec<&Label> = labels.iter().filter(|label| label.abstain.is_none()).collect();
        let tier = |category: &str| policy.taxonomy.tier(policy.taxonomy.find(category)?);
        let decided = settling.and_then(|ruling| ruling.decision.as_ref());
        let readings = voices.iter().map(|voice| &voice.reading).chain(decided);
        Findings {
            distribution: distribution(&said),
            differ: differ(&said, &gold.sources().settling.aliases),
            aliases: gold.sources().settling.aliases.clone(),
            tier: readings.flat_map(|reading| &reading.harms).filter_map(|harm| tier(&harm.category)).min(),
            appeal: word_on(&ground.marks.appeals, gold.set(), &gold.id(row)).map(str::to_owned),
            edited: word_on(&ground.marks.edited, gold.set(), &gold.id(row)).map(str::to_owned),
            settled: settling.is_some(),
            overruled_by: settling.map(|_| overruled_by(ground, gold, row)).unwrap_or_default(),
            outdated,
            stale_labels,
            against_import,
            against_rulings: if settling.is_none() {
                against_rulings(ground, gold, row, &voices)
            } else {
                (0, BTreeSet::new())
            },
            rulings: only(rulings, standing),
            labels,
            voices,
            imported,
        }
    }

    /// Of the readings that name a behavior: those whose labeler does not accept what the policy says of them, and all.
    pub fn against(&self) -> (usize, usize) {
        let determined = || self.named().filter(|voice| !voice.verdict.undetermined);
        (determined().filter(|voice| !voice.accepts).count(), determined().count())
    }

    /// How many readings leave the verdict open.
    pub fn undetermined(&self) -> usize {
        self.voices.iter().filter(|voice| voice.verdict.undetermined).count()
    }

    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.labels.iter().filter_map(|label| label.gap.as_ref())
    }

    /// Why who abstained did.
    pub fn abstentions(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().filter_map(|label| label.abstain.as_ref()).map(|abstain| abstain.reason.as_str())
    }

    /// Rulings that stand and say something.
    fn ruled(&self) -> impl Iterator<Item = &Adjudication> {
        self.rulings.iter().filter(|ruling| ruling.disposition != Disposition::Deferred)
    }

    fn named(&self) -> impl Iterator<Item = &Voice> {
        self.voices.iter().filter(|voice| voice.reading.behavior.is_some())
    }

    /// Why the case needs a ruling; none where it needs none.
    ///
    /// A case that a ruling settles needs another one only where that ruling is in question itself.
    pub fn reasons(&self) -> Reasons {
        Reason::ALL.iter().copied().filter(|reason| self.holds(*reason)).collect()
    }

    fn holds(&self, reason: Reason) -> bool {
        let open = !self.settled;
        match reason {
            Reason::Appeal => self.appeal.is_some(),
            Reason::Edited => self.edited.is_some(),
            Reason::Fork => self.ruled().count() > 1,
            Reason::StaleRuling => !self.outdated.is_empty() || !self.overruled_by.is_empty(),
            Reason::Disagreement => open && self.differ > Differ::InNothing,
            Reason::AgainstLabels => open && self.against().0 > 0,
            Reason::AgainstImport => open && self.against_import.is_some(),
            Reason::AgainstRulings => self.against_rulings.0 > 0,
            Reason::StaleLabels => open && self.stale_labels.0 > 0,
            Reason::Undetermined => open && self.undetermined() > 0,
            Reason::Gap => open && self.gaps().next().is_some(),
            Reason::Abstained => open && self.abstentions().next().is_some(),
            Reason::Deferred => open && !self.rulings.is_empty(),
        }
    }

    /// Whether two labelers or more say the same in everything, the policy agrees, and nothing else is in question: then one
    /// ruling can be given for many such cases together.
    pub fn is_unanimous(&self) -> bool {
        let heard = self.voices.iter().filter(|voice| voice.label.is_some()).count();
        let agrees = self.against() == (0, heard);
        heard > 1 && agrees && !self.settled && self.reasons().is_empty()
    }

    /// How far apart the behaviors are that were called for, on the policy's list of them: 0 for one, 1 for both ends.
    pub fn spread(&self, policy: &Policy) -> f32 {
        let found = || self.distribution.keys().filter_map(|word| policy.manifest.behaviors.find(word));
        let ends: Option<(BehaviorIx, BehaviorIx)> = found().min().zip(found().max());
        let last = policy.manifest.behaviors.len().saturating_sub(1).max(1);
        ends.map_or(0.0, |(low, high)| f32::from(high.0 - low.0) / last as f32)
    }
}

impl Voice {
    fn new(policy: &Policy, label: Option<usize>, reading: Reading, verdict: Verdict) -> Voice {
        let says = &policy.manifest.behaviors.id(verdict.behavior);
        let accepts = reading.behavior.iter().chain(&reading.acceptable).any(|word| **word == ***says);
        Voice { label, reading, verdict, accepts }
    }

    /// Whether the policy is asked the same by both readings.
    fn is_read_as(&self, other: &Reading) -> bool {
        let Reading { harms, unjudged, facets, .. } = &self.reading;
        *harms == other.harms && *unjudged == other.unjudged && *facets == other.facets
    }
}

/// Some of the records, as `which` picks them.
fn only<T>(all: Vec<T>, which: impl for<'a> Fn(&[&'a T]) -> Vec<&'a T>) -> Vec<T> {
    let refs: Vec<&T> = all.iter().collect();
    let picked = which(&refs);
    let places: Vec<usize> =
        picked.iter().filter_map(|one| refs.iter().position(|other| std::ptr::eq(*one, *other))).collect();
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| all[place].take()).collect()
}

fn against_import(imported: &Reading, labels: &[Label]) -> Option<(String, usize)> {
    let behavior = imported.behavior.as_ref()?;
    let accepts = |word: &String| word == behavior || imported.acceptable.contains(word);
    let called_for =
        labels.iter().filter(|label| label.abstain.is_none()).filter_map(|label| label.reading.behavior.as_ref());
    let against = called_for.filter(|word| !accepts(word)).count();
    (against > 0).then(|| (behavior.clone(), against))
}

fn against_rulings(ground: &Ground<'_>, gold: &GoldSet, row: usize, voices: &[Voice]) -> (usize, BTreeSet<String>) {
    let docket = &ground.precedents.docket;
    let (mut some, mut cases) = (0, BTreeSet::new());
    if docket.is_empty() {
        return (some, cases);
    }
    let id = gold.id(row);
    for voice in voices.iter().filter(|voice| voice.label.is_some()) {
        let against = docket.against(gold.set(), &id, &voice.reading);
        some += usize::from(!against.is_empty());
        cases.extend(against);
    }
    (some, cases)
}

fn overruled_by(ground: &Ground<'_>, gold: &GoldSet, row: usize) -> Vec<String> {
    let docket = &ground.precedents.docket;
    let rulings = docket.on_case(gold.set(), &gold.id(row)).into_iter().filter_map(|ix| docket.precedent(ix));
    rulings.filter(|found| found.stand.state == State::Settles).flat_map(|found| found.stand.overruled_by).collect()
}

/// Who was not asked about harms, or leaves a facet out, differs from nobody in it.
fn differ(labels: &[&Label], aliases: &Aliases) -> Differ {
    let heard = heard(labels);
    let behaviors: BTreeSet<&str> = heard.iter().filter_map(|label| label.reading.behavior.as_deref()).collect();
    if behaviors.len() > 1 {
        return Differ::InBehavior;
    }
    type Found<'a> = BTreeSet<(&'a str, Option<&'a str>, Target)>;
    let harms: BTreeSet<Found<'_>> = heard
        .iter()
        .filter_map(|label| label.harms.as_ref())
        .map(|harms| harms.iter().map(|h| (aliases.id_of(&h.category), h.severity.as_deref(), h.target)).collect())
        .collect();
    if harms.len() > 1 {
        return Differ::InHarms;
    }
    let mut values: BTreeMap<&str, BTreeSet<BTreeSet<&str>>> = BTreeMap::new();
    for (facet, word) in heard.iter().flat_map(|label| &label.reading.facets) {
        let words = match word {
            FacetWord::One(word) => std::slice::from_ref(word),
            FacetWord::Many(words) => words,
        };
        values.entry(facet).or_default().insert(words.iter().map(String::as_str).collect());
    }
    if values.values().any(|values| values.len() > 1) { Differ::InFacets } else { Differ::InNothing }
}
