//! How the gold labels of a set stand: valid, stale, split, disputed, missing.

use super::cites::{Outdated, Texts};
use super::docket::Docket;
use crate::decide::columns::Standing;
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::gold::heard;
use crate::policy::gold_state::GoldState;
use crate::policy::label::Label;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The gold label of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseGold {
    pub row: usize,
    pub state: GoldState,
    pub why: Vec<Why>,
}

/// Why a gold label is stale or disputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A record that counts rests on a text that has changed.
    Outdated { record: String, by: String, outdated: Outdated },
    /// The ruling was overruled by those on these cases.
    Overruled { by: Vec<String> },
    /// How many labelers call for what.
    Tie { votes: BTreeMap<String, usize> },
}

impl Docket {
    /// How every gold label of one of its sets stands, by row. The set is named by its position among those that the docket
    /// was read from.
    pub fn gold_states(&self, set: usize, texts: &Texts, watch: &dyn Watch) -> Result<Vec<CaseGold>, Cancelled> {
        let Some(gold) = self.sets.get(set) else { return Ok(Vec::new()) };
        let any_cites = labels_cite(gold);
        let rows: Vec<usize> = (0..gold.len()).collect();
        let chunks: Vec<Vec<CaseGold>> = rows
            .par_chunks(4096)
            .map(|rows| {
                if watch.cancelled() {
                    return Err(Cancelled);
                }
                watch.advance(rows.len() as u64);
                Ok(rows.iter().map(|&row| self.gold_state(set as u16, gold, row, texts, any_cites)).collect())
            })
            .collect::<Result<_, _>>()?;
        Ok(chunks.into_iter().flatten().collect())
    }

    /// How the gold label of one case stands.
    pub fn gold_state_of(&self, set: usize, row: usize, texts: &Texts) -> Option<CaseGold> {
        let gold = self.sets.get(set).filter(|gold| row < gold.len())?;
        Some(self.gold_state(set as u16, gold, row, texts, labels_cite(gold)))
    }

    fn gold_state(&self, set: u16, gold: &GoldSet, row: usize, texts: &Texts, any_cites: bool) -> CaseGold {
        let (state, why) = match gold.standing(row) {
            Standing::Adjudicated | Standing::Split => self.ruled(set, gold, row),
            Standing::Consensus if any_cites => by_labels(gold, row, texts),
            Standing::Consensus => (GoldState::Unpinned, Vec::new()),
            Standing::Imported => disputed(gold, row).unwrap_or((GoldState::Unpinned, Vec::new())),
            Standing::Unread => disputed(gold, row).unwrap_or((GoldState::Unlabeled, Vec::new())),
        };
        // What calls for no behavior of the policy is no gold label, whoever gave it.
        let behavior = || gold.outcome_words(gold.outcome(row)).behavior;
        let calls_for_one = || behavior().is_some_and(|word| self.policy.manifest.behaviors.find(word).is_some());
        let state = match state {
            GoldState::Unpinned | GoldState::Valid if !calls_for_one() => GoldState::Unlabeled,
            state => state,
        };
        CaseGold { row, state, why }
    }

    fn ruled(&self, set: u16, gold: &GoldSet, row: usize) -> (GoldState, Vec<Why>) {
        let settles = |ix: &super::docket::RulingIx| self.entry(*ix).state == super::docket::State::Settles;
        let Some(ix) = self.rulings_on(set, row).find(settles) else { return (GoldState::Unpinned, Vec::new()) };
        let entry = self.entry(ix);
        let mut why = Vec::new();
        if !entry.outdated.is_empty()
            && let Some(found) = self.precedent(ix)
        {
            why.extend(entry.outdated.iter().map(|outdated| Why::Outdated {
                record: found.ruling.id.clone(),
                by: found.ruling.adjudicator.clone(),
                outdated: outdated.clone(),
            }));
        }
        if !entry.overruled_by.is_empty() {
            why.push(Why::Overruled { by: entry.overruled_by.iter().map(|ix| self.case_of(*ix)).collect() });
        }
        let state = match gold.standing(row) {
            _ if !why.is_empty() => GoldState::Stale,
            Standing::Split => GoldState::Split,
            _ if entry.cites_something => GoldState::Valid,
            _ => GoldState::Unpinned,
        };
        (state, why)
    }
}

/// Whether any label of a set cites anything: most sets of old do not, and need not be read again.
pub(super) fn labels_cite(gold: &GoldSet) -> bool {
    gold.sources().labels.iter().any(|file| memchr::memmem::find(file.bytes(), b"\"cites\"").is_some())
}

fn by_labels(gold: &GoldSet, row: usize, texts: &Texts) -> (GoldState, Vec<Why>) {
    let labels = gold.labels_of(row);
    let mut pinned = false;
    let mut why = Vec::new();
    for label in heard(&labels.iter().collect::<Vec<_>>()) {
        pinned |= !label.cites.is_empty();
        why.extend(texts.outdated(&label.cites).into_iter().map(|outdated| Why::Outdated {
            record: label.id.clone(),
            by: label.labeler.clone(),
            outdated,
        }));
    }
    let state = match (why.is_empty(), pinned) {
        (false, _) => GoldState::Stale,
        (true, true) => GoldState::Valid,
        (true, false) => GoldState::Unpinned,
    };
    (state, why)
}

/// Where labelers call for different things and no majority for one: that, and who says what.
fn disputed(gold: &GoldSet, row: usize) -> Option<(GoldState, Vec<Why>)> {
    let labels: Vec<Label> = gold.labels_of(row);
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    for label in heard(&labels.iter().collect::<Vec<_>>()) {
        if let Some(behavior) = &label.reading.behavior {
            *votes.entry(behavior.clone()).or_default() += 1;
        }
    }
    let of: usize = votes.values().sum();
    let tie = votes.len() > 1 && votes.values().all(|count| count * 2 <= of);
    tie.then(|| (GoldState::Disputed, vec![Why::Tie { votes }]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{docket_of, gold, policy};
    use super::*;
    use crate::decide::Unwatched;
    use crate::policy::editorial::Editorials;
    use crate::policy::text_hash::text_hash;

    fn check(imported: &str, labels: &[&str], rulings: &[&str], expect: &str) {
        let policy = policy();
        let hash = text_hash(&policy, "weapons").unwrap();
        let case = format!(r#"{{"id":"c","text":"x"{imported}}}"#);
        let lines = |who: &str, list: &[&str]| -> Vec<String> {
            let line = |(at, rest): (usize, &&str)| {
                let rest = rest.replace("NOW", &hash);
                format!(r#"{{"id":"{who}{at}","case":"c","{who}":"{who}{at}",{rest}}}"#)
            };
            list.iter().enumerate().map(line).collect()
        };
        let (labels, rulings) = (lines("labeler", labels), lines("adjudicator", rulings));
        let refs = |lines: &'_ [String]| lines.join("\n");
        let gold = gold(&[&case], &[&refs(&labels)], &[&refs(&rulings)]);
        let texts = Texts::new(&policy, &Editorials::default());
        let docket = docket_of(&policy, &gold, &texts);
        let states = docket.gold_states(0, &texts, &Unwatched).unwrap();
        let [CaseGold { row: 0, state, why }] = &states[..] else { panic!("{states:?}") };
        let why: Vec<String> = why
            .iter()
            .map(|why| match why {
                Why::Outdated { by, outdated, .. } => format!(" {by} {}", outdated.words()),
                Why::Overruled { by } => format!(" overruled by {}", by.join(" ")),
                Why::Tie { votes } => format!(" {votes:?}"),
            })
            .collect();
        assert_eq!(format!("{}{}", state.word(), why.concat()), expect);
    }

    const IMPORTED: &str = r#","gold":{"behavior":"refuse"}"#;
    const YES: &str = r#""behavior":"comply""#;
    const NO: &str = r#""behavior":"refuse""#;

    #[test]
    fn what_cites_nothing_is_unpinned() {
        check("", &[], &[], "unlabeled");
        check(IMPORTED, &[], &[], "unpinned");
        check(IMPORTED, &[YES, YES], &[], "unpinned");
        check("", &[], &[r#""disposition":"unanimous","decision":{"behavior":"refuse"}"#], "unpinned");
        check("", &[r#""abstain":{"reason":"?"}"#], &[], "unlabeled");
    }

    #[test]
    fn a_tie_waits_for_a_ruling() {
        check(IMPORTED, &[YES, NO], &[], r#"disputed {"comply": 1, "refuse": 1}"#);
        check("", &[YES, NO, NO], &[], "unpinned");
        // Harms alone say nothing of what the case calls for.
        check(r#","gold":{"harms":[{"category":"weapons"}]}"#, &[], &[], "unlabeled");
        check(r#","gold":{"behavior":"ponder"}"#, &[], &[], "unlabeled");
        check(IMPORTED, &[YES, NO], &[r#""disposition":"split""#], "split");
        check(IMPORTED, &[YES, NO], &[r#""disposition":"deferred""#], r#"disputed {"comply": 1, "refuse": 1}"#);
    }

    #[test]
    fn a_gold_label_is_as_good_as_the_texts_it_rests_on() {
        let cites = |hash: &str| format!(r#""behavior":"comply","cites":{{"weapons":"{hash}"}}"#);
        check("", &[&cites("NOW"), YES], &[], "valid");
        check("", &[&cites("NOW"), &cites("old")], &[], "stale labeler1 `weapons` was changed");
        check("", &[r#""behavior":"comply","cites":{"gone":"h"}"#], &[], "stale labeler0 `gone` is gone");
        let ruling = |hash: &str, rest: &str| format!(r#""disposition":"{rest}","cites":{{"weapons":"{hash}"}}"#);
        let decides = r#"unanimous","decision":{"behavior":"refuse"},"holding":""#;
        check("", &[&cites("old")], &[&ruling("NOW", decides)], "valid");
        check("", &[], &[&ruling("old", decides)], "stale adjudicator0 `weapons` was changed");
        check("", &[], &[&ruling("old", "split")], "stale adjudicator0 `weapons` was changed");
    }
}
