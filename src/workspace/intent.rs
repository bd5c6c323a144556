//! What authors said that they would change, read from the commits between two versions, and what of a change it covers.

use super::compare::Side;
use super::decisions::decisions;
use super::error::WorkspaceError;
use super::repo::PolicyRepo;
use crate::analyze::space::{Difference, MeantChange, Points, TooLarge, common_words, situations};
use crate::analyze::structure;
use crate::decide::{Unwatched, Watch};
use crate::document::read::intent;
use crate::policy::Policy;
use crate::policy::condition::Condition;
use crate::policy::intent::{IntendedFor, Intent};
use crate::replay::behind::still_answers;
use crate::replay::run::{Flip, Replay, SetReplay};
use crate::vcs::{Commit, Revision};
use std::sync::Arc;

/// The intents of a difference, the earliest first.
#[derive(Debug, Clone, Default)]
pub struct Intents {
    /// As they were written.
    pub lines: Vec<String>,
    /// Those about regions, in the common words of the versions.
    pub regions: Vec<MeantChange>,
    /// The line of each of these.
    pub region_lines: Vec<String>,
    /// Those about single cases.
    pub cases: Vec<Intent>,
    /// Lines that cannot be read, or name words that neither version knows, and why. They cover nothing.
    pub unread: Vec<(String, String)>,
}

impl Intents {
    /// Reads lines in the words of two versions.
    pub fn read(lines: &[String], base: &Policy, head: &Policy) -> Result<Intents, TooLarge> {
        let mut intents = Intents { lines: lines.to_vec(), ..Intents::default() };
        if lines.is_empty() {
            return Ok(intents);
        }
        let words = common_words(base, head)?;
        for line in lines {
            match read_one(line, &words) {
                Ok((Intent { from, to, .. }, Some(when))) => {
                    intents.regions.push(MeantChange { from, to, when });
                    intents.region_lines.push(line.clone());
                }
                Ok((of_case, None)) => intents.cases.push(of_case),
                Err(why) => intents.unread.push((line.clone(), why)),
            }
        }
        Ok(intents)
    }

    /// Whether anybody said anything.
    pub fn are_declared(&self) -> bool {
        !self.lines.is_empty()
    }
}

/// An intent and its condition; no condition of one about a case.
fn read_one(line: &str, words: &Policy) -> Result<(Intent, Option<Condition>), String> {
    let intent: Intent = line.parse().map_err(|error: crate::policy::intent::IntentError| error.to_string())?;
    let when = match &intent.place {
        IntendedFor::Everything => Some(Condition::always()),
        IntendedFor::Case { .. } => None,
        IntendedFor::Where(when) => {
            let (condition, problems) = intent::read(when, words);
            if let Some(problem) = problems.first() {
                return Err(problem.clone());
            }
            Some(condition)
        }
    };
    Ok((intent, when))
}

/// In place of a line: whatever changes.
const ALL: &str = "all";

impl PolicyRepo {
    /// The commits that the head has and the base has not, newest first; `None` where that cannot be told. A working tree
    /// stands on the last commit.
    pub fn commits_between(&self, base: &Revision, head: &Revision, watch: &dyn Watch) -> Option<Vec<Commit>> {
        let git = self.git()?;
        let last = git.head().ok()?.commit().cloned();
        let head = head.commit().or(last.as_ref())?;
        git.log_between(base.commit()?, head, &|| !watch.cancelled()).ok()
    }

    /// The lines that an author declares of the files on disk against the last commit, checked; `all` is every region that
    /// changes.
    pub fn declared(&self, lines: &[String], watch: &dyn Watch) -> Result<Vec<String>, WorkspaceError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let head = self.version(&Revision::Worktree)?;
        let base = self.usual_base()?.map(|base| self.version(&base)).transpose()?.unwrap_or_default();
        let (base, head) = (&base.policy, &head.policy);
        let own: Vec<String> = lines.iter().filter(|line| line.trim() != ALL).cloned().collect();
        let intents = Intents::read(&own, base, head)?;
        if let Some((line, why)) = intents.unread.into_iter().next() {
            return Err(WorkspaceError::BadIntent { line, why });
        }
        let mut declared: Vec<String> = Vec::new();
        for line in &own {
            let Ok(intent) = line.parse::<Intent>() else { continue };
            let is_known = |id: &&Arc<str>| [base, head].iter().any(|one| one.manifest.behaviors.find(id).is_some());
            if let Some(id) = intent.from.iter().chain(&intent.to).find(|id| !is_known(id)) {
                return Err(WorkspaceError::BadIntent {
                    line: line.clone(),
                    why: format!("`{id}` is no behavior of this policy"),
                });
            }
            declared.push(intent.to_string());
        }
        if own.len() < lines.len() {
            let decided = decisions(base, head, &[], &[], &declared, watch)?;
            let regions = &decided.difference.regions;
            let rest = (0..regions.len()).filter(|&at| regions[at].is_collateral());
            declared.extend(rest.filter_map(|at| decided.intent(at)).map(|intent| intent.to_string()));
        }
        Ok(declared)
    }

    /// What the commits between two versions declare, and after it what is declared beside them.
    pub fn intent_lines(&self, base: &Side, head: &Side, more: &[String], watch: &dyn Watch) -> Vec<String> {
        let commits = self.commits_between(&base.revision, &head.revision, watch).unwrap_or_default();
        lines_of(&commits).into_iter().chain(more.iter().cloned()).collect()
    }
}

/// The intents in these commits, which are the newest first; the earliest first.
pub fn lines_of(commits: &[Commit]) -> Vec<String> {
    let trailers = commits.iter().rev().flat_map(|commit| &commit.trailers);
    let intents = trailers.filter(|trailer| trailer.key.eq_ignore_ascii_case(Intent::TRAILER));
    intents.map(|trailer| trailer.value.clone()).collect()
}

/// Whether an intent about a case names this flip.
fn names_flip(intent: &Intent, (set, flip): &(&SetReplay, Flip), [base, head]: [&Policy; 2]) -> bool {
    let [before, after] =
        [(base, flip.base), (head, flip.head)].map(|(policy, verdict)| policy.manifest.behaviors.id(verdict.behavior));
    let id = set.gold.id(flip.row as usize);
    matches!(&intent.place, IntendedFor::Case { set: of, case } if **of == **set.gold.set() && **case == *id)
        && intent.from.as_ref().is_none_or(|from| from == before)
        && intent.to.as_ref().is_none_or(|to| to == after)
}

/// The lines of what was meant to change and did not: no point changes so, or the case does not flip so.
pub fn idle(difference: &Difference, intents: &Intents, replay: &Replay) -> Vec<String> {
    let regions = difference.idle.iter().filter_map(|&at| intents.region_lines.get(at).cloned());
    let flips = replay.flips();
    let names = |intent: &&Intent| match &replay.base {
        Some(base) => flips.iter().any(|flip| names_flip(intent, flip, [base, &replay.head])),
        None => false,
    };
    regions.chain(intents.cases.iter().filter(|intent| !names(intent)).map(Intent::to_string)).collect()
}

/// Whether each flip was meant, in the order of [`Replay::flips`]: its case is named, or nothing that is decided otherwise about
/// it is collateral.
pub fn meant_flips(difference: &Difference, intents: &Intents, replay: &Replay) -> Vec<bool> {
    let Some(base) = &replay.base else { return Vec::new() };
    let is_meant = |flip: (&SetReplay, Flip)| {
        let named = intents.cases.iter().any(|intent| names_flip(intent, &flip, [base, &replay.head]));
        let (set, flip) = flip;
        let points = situations(&difference.space, &set.gold, set.gold.situation(flip.row as usize));
        let mut regions = points.iter().filter_map(|point| difference.region_at(point)).peekable();
        named || regions.peek().is_some() && regions.all(|region| !difference.regions[region].is_collateral())
    };
    replay.flips().into_iter().map(is_meant).collect()
}

/// Measures the gates of a replay that are about collateral, if there are any.
///
/// Versions that are too large to be compared exactly still say the same where no edit between them decides anything; and
/// where every case that flips is named, none does that nobody declared.
pub fn measure_collateral(replay: &mut Replay, lines: &[String]) {
    let Some(base) = replay.base.clone() else { return };
    let head = replay.head.clone();
    let intents = Intents::read(lines, &base, &head);
    let measured =
        intents.as_ref().map_err(|error| *error).and_then(|intents| Ok((intents, told(&base, &head, intents, lines)?)));
    let (points, flips) = match measured {
        Ok((intents, difference)) => {
            let flips = meant_flips(&difference, intents, replay);
            let collateral = flips.iter().filter(|meant| !**meant).count() as u64;
            let number = |points: &Points| u64::try_from(points).unwrap_or(u64::MAX);
            let points = (number(&difference.collateral()), number(&difference.changed));
            (Some(points), Some((collateral, flips.len() as u64)))
        }
        Err(TooLarge) => {
            let decides = structure::compare(&base, &head).iter().any(|change| change.decides);
            let flips = replay.flips();
            let named = |flip: &(&SetReplay, Flip)| {
                let cases = intents.iter().flat_map(|intents| &intents.cases);
                cases.into_iter().any(|intent| names_flip(intent, flip, [&base, &head]))
            };
            ((!decides).then_some((0, 0)), flips.iter().all(named).then_some((0, flips.len() as u64)))
        }
    };
    replay.measure_collateral(points, flips);
}

/// The difference, with what no case can feel noted in it. What is behind a region is asked only where that can matter.
fn told(base: &Policy, head: &Policy, intents: &Intents, lines: &[String]) -> Result<Difference, TooLarge> {
    let difference = Difference::with_intent(base, head, &intents.regions)?;
    if difference.collateral() == Points::ZERO {
        return Ok(difference);
    }
    let changes = structure::compare(base, head);
    if !changes.iter().any(|change| still_answers(change, head)) {
        return Ok(difference);
    }
    // As `casebook diff` tells it, so that both say the same.
    decisions(base, head, &[], &changes, lines, &Unwatched).map_or(Ok(difference), |decided| Ok(decided.difference))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;
    use crate::decide::form;
    use serde_json::json;

    #[test]
    fn conditions_are_written_and_read_again() {
        let policy = texts().policy();
        let check = |when: serde_json::Value, expect: &str| {
            assert_eq!(intent::write(&when), expect);
            let (condition, problems) = intent::read(expect, &policy);
            assert_eq!((problems, form::when(&policy, &condition)), (vec![], when));
        };
        check(json!({"category": "bio", "severity": ">= high"}), "category: bio, severity: \">= high\"");
        check(json!({"intent": ["benign", "unknown"]}), "intent: [benign, unknown]");
        check(json!({"minor": true, "not": {"category": "guns"}}), "minor: true, not: {category: guns}");
        assert_eq!(intent::read("category: cider", &policy).1.len(), 1);
        assert!(!intent::read("category: [bio", &policy).1.is_empty());
    }

    #[test]
    fn what_no_case_can_feel_is_no_collateral() {
        let check = |edits: &[(&str, &str)], felt: bool| {
            let head = edits.iter().fold(texts(), |texts, (from, to)| texts.edit(from, to)).policy();
            let difference = told(&texts().policy(), &head, &Intents::default(), &[]).unwrap();
            assert!(difference.changed > Points::ZERO, "{edits:?}");
            assert_eq!(difference.collateral() > Points::ZERO, felt, "{edits:?}");
        };
        let follows = ("{category: bio,", "{category: bio-agents,");
        let alias = ("- id: bio\n", "- id: bio-agents\n        aliases: [bio]\n");
        check(&[alias, follows], false);
        // Cases with the old name are decided otherwise.
        check(&[("- id: bio\n", "- id: bio-agents\n"), follows], true);
        // So are some where more than the name changed.
        check(&[alias, follows, (">= medium", ">= high")], true);
    }

    #[test]
    fn lines_that_cannot_be_read_cover_nothing_and_are_told() {
        let policy = texts().policy();
        let lines = ["refuse → comply where category: cider", "comply → refuse", "any → refuse in case core/a"];
        let intents = Intents::read(&lines.map(str::to_owned), &policy, &policy).unwrap();
        assert_eq!((intents.regions.len(), intents.cases.len(), intents.unread.len()), (1, 1, 1));
        assert!(intents.unread[0].1.contains("cider"), "{:?}", intents.unread);
    }
}
