//! What settling has computed beside the screen: the court, the precedents of a case, what an edit touches, a batch.

use super::queue::CaseName;
use super::{AtHand, SettlePart};
use crate::decide::Watch;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::precedent::{Asked, Near, Outdated, text_of};
use crate::report::figure::count;
use crate::tui::beside::{Watched, finish};
use crate::tui::components::message::Severity;
use crate::tui::model::{Ask, Finish, Model, Nearest};
use crate::tui::screens::adjudicate::kept::{Slot, lock};
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::Drafts;
use crate::workspace::sets::Sets;
use crate::workspace::settling::{Batch, Bench, ByCase, Court, Marks, Reworded, of_rounds};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The set and the row of a case, and the decision that it was compared by.
type Compared = ((u16, u32), Option<Reading>);

/// What was asked for last, so that nothing is asked for twice.
#[derive(Default)]
pub struct Wanted {
    court: Option<(Arc<Policy>, Arc<Sets>, Arc<ByCase>)>,
    /// Who labels here: what they read without seeing what others say is left out.
    labeler: Option<String>,
    precedents: Option<(Arc<Court>, Compared)>,
    bench: bool,
    /// The case whose ruling is stale and what it rests on, as it was asked for last.
    pub reworded: Option<(CaseName, Vec<Outdated>)>,
    rewordings: Slot<(CaseName, Result<Vec<Reworded>, WorkspaceError>)>,
    /// The commit that is checked out, as the bench was told last.
    head: Option<String>,
    pub gap: Option<Gap>,
    /// What each ruling of this sitting put an end to, the last one last.
    forgotten: Vec<Forgotten>,
}

/// What brought a case back before it was ruled on.
struct Forgotten {
    case: CaseName,
    /// The edit that touched it, in words.
    word: Option<String>,
    gap: Option<Gap>,
}

/// A text that was opened because it leaves a case open.
pub struct Gap {
    /// The name of the clause or category.
    pub text: String,
    pub case: CaseName,
    /// The policy as it was then.
    pub before: Arc<Policy>,
    /// The policy that was last compared with it.
    pub seen: Arc<Policy>,
}

/// How many precedents are shown.
const SHOWN: usize = 8;
/// How often precedents that were found are kept: of the cases at hand, and by each decision that was thought of.
const KEPT: usize = 24;

impl SettlePart {
    /// Has the rulings read and the queue ranked, where the policy or the gold sets are others than before.
    pub(super) fn ask_for_court(&mut self, model: &mut Model) {
        let Some(sets) = model.sets.clone() else { return };
        let policy = model.workspace.policy().clone();
        self.look_for_touched(&policy, &sets, model);
        self.ask_for_bench(&policy, &sets, model);
        let edited = model.edited.clone();
        let labeler = model.labeling.as_ref().map(|labeling| labeling.who.clone());
        if labeler != self.jobs.labeler {
            self.jobs.labeler.clone_from(&labeler);
            (self.jobs.court, model.court) = (None, None);
        }
        if let Some((of_policy, of_sets, of_edited)) = &self.jobs.court
            && Arc::ptr_eq(of_policy, &policy)
            && Arc::ptr_eq(of_sets, &sets)
            && Arc::ptr_eq(of_edited, &edited)
        {
            return;
        }
        self.jobs.court = Some((policy.clone(), sets.clone(), edited.clone()));
        let (repo, files) = (model.workspace.repo().clone(), model.workspace.work_tree());
        model.work("court", "ranking the queue", move |job| {
            let who: Vec<String> = repo.labeler(None).into_iter().chain(labeler).collect();
            let marks = Marks { edited: (*edited).clone(), ..of_rounds(&files, &who) };
            let court = Court::open(&repo, &files, &policy, &sets, marks, &Watched::new(job));
            finish(court, |model, court| model.court = Some(Arc::new(court)))
        });
    }

    fn ask_for_bench(&mut self, policy: &Arc<Policy>, sets: &Sets, model: &mut Model) {
        if let Some(Ok(bench)) = &mut model.bench {
            bench.set_policy(policy);
            let head = model.log.first().map(|commit| commit.id.to_string());
            if head.is_some() && head != self.jobs.head {
                bench.set_commit(head.as_deref());
                self.jobs.head = head;
            }
        }
        if std::mem::replace(&mut self.jobs.bench, true) {
            return;
        }
        let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
        let (policy, drafts) = (policy.clone(), self.keeper.drafts.clone());
        let names: Vec<Arc<str>> =
            sets.sets.iter().filter(|set| !set.gold.is_empty()).map(|set| set.name().clone()).collect();
        model.work("bench", "", move |_| {
            drafts.get_or_init(|| Drafts::open(&repo, &environment));
            let bench = Bench::open(&repo, &environment, &policy, None, &names);
            let bench = bench.map_err(|error| format!("{error}. {}", error.help()));
            Box::new(move |model: &mut Model| model.bench = Some(bench)) as Finish
        });
    }

    /// Has the rulings looked for that are nearest to the case at hand, and those of the next one, so that they are there when
    /// it comes.
    pub(super) fn look_for_precedents(&mut self, model: &mut Model) {
        let (Some(at), Some(court)) = (&self.at, self.court.clone()) else { return };
        let decision = at.draft.decision(&at.findings);
        if let Some((of_court, (key, decided))) = &self.jobs.precedents
            && Arc::ptr_eq(of_court, &court)
            && *key == at.key
            && decided.as_ref() == decision
        {
            return;
        }
        self.jobs.precedents = Some((court.clone(), (at.key, decision.cloned())));
        let next = if at.is_open() { self.queue.selected() } else { self.queue.next() };
        let next = next.map(|item| ((item.set, item.row), None));
        let known = |(key, decision): &((u16, u32), Option<Reading>)| {
            let same = |n: &&Nearest| n.case == *key && n.decision == *decision && Arc::ptr_eq(&n.court, &court);
            model.nearest.iter().any(|near| same(&near))
        };
        let keys: Vec<((u16, u32), Option<Reading>)> =
            [Some((at.key, decision.cloned())), next].into_iter().flatten().filter(|asked| !known(asked)).collect();
        if keys.is_empty() {
            return;
        }
        model.work("precedents", "", move |job| {
            let found: Vec<Nearest> = keys
                .iter()
                .take_while(|_| !job.is_cancelled())
                .filter_map(|(key, decision)| nearest(&court, *key, decision.as_ref(), &Watched::new(job)))
                .collect();
            Box::new(move |model: &mut Model| {
                model.nearest.extend(found);
                let surplus = model.nearest.len().saturating_sub(KEPT);
                model.nearest.drain(..surplus);
            }) as Finish
        });
    }

    /// Has the wordings looked up of the texts that a stale ruling rests on, and takes them over.
    pub(super) fn look_for_wordings(&mut self, model: &mut Model) {
        let found = lock(&self.jobs.rewordings).take();
        let (Some(at), Some(court)) = (&mut self.at, &self.court) else { return };
        let name = (at.set.clone(), at.id.clone());
        match found {
            Some((of, Ok(found))) if of == name => {
                at.reworded = Some(found);
                self.view.stale = true;
            }
            Some((of, Err(error))) if of == name => model.say(Severity::Error, format!("{error}. {}", error.help())),
            _ => {}
        }
        if at.stale_ruling().is_none() {
            self.jobs.reworded = None;
            return;
        }
        let asked = Some((name.clone(), at.findings.outdated.clone()));
        if self.jobs.reworded == asked || at.is_open() {
            return;
        }
        self.jobs.reworded = asked;
        at.reworded = None;
        let (repo, policy, outdated) =
            (model.workspace.repo().clone(), court.policy.clone(), at.findings.outdated.clone());
        let slot = self.jobs.rewordings.clone();
        model.work("reworded", "looking for earlier wordings", move |job| {
            *lock(&slot) = Some((name, repo.reworded(&policy, &outdated, &Watched::new(job))));
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Somebody went to edit a text because it does not answer a case: what has been edited in it since touches some cases, and
    /// those wait again. Looked for anew as often as the policy is another one, until the case is ruled on.
    fn look_for_touched(&mut self, policy: &Arc<Policy>, sets: &Arc<Sets>, model: &mut Model) {
        let Some(court) = model.court.clone() else { return };
        let Some(gap) = self.jobs.gap.as_mut().filter(|gap| !Arc::ptr_eq(&gap.seen, policy)) else { return };
        gap.seen = policy.clone();
        let (text, before) = (gap.text.clone(), gap.before.clone());
        let (repo, policy, sets) = (model.workspace.repo().clone(), policy.clone(), sets.clone());
        model.work("touched", "looking for what the edit touches", move |job| {
            let editorials = &court.precedents.editorials;
            let touched = repo.touched_by_edits_of(&text, &before, &policy, &sets, editorials, &Watched::new(job));
            finish(touched, move |model, touched| {
                let words = format!("the edit of `{text}`");
                let (is_edited, touched) = (touched.is_some(), touched.unwrap_or_default());
                let named = touched.iter().filter_map(|one| {
                    let set = sets.sets.iter().find(|set| **set.name() == *one.set)?;
                    Some(((one.set.clone(), set.gold.id(one.row).into_owned()), words.clone()))
                });
                let mut edited: ByCase = (*model.edited).clone();
                edited.retain(|_, of| *of != words);
                edited.extend(named);
                model.edited = Arc::new(edited);
                if !is_edited {
                    return;
                }
                let words = match touched.len() as u64 {
                    0 => format!("The edit of `{text}` touches no case."),
                    n => format!("The edit of `{text}` touches {}: back in the queue.", count(n, "case", "cases")),
                };
                model.say(Severity::Hint, words);
            })
        });
    }

    /// A ruling on a case was written to a file, or taken back in it: from now on it counts, for the next case already.
    pub(super) fn take_up(&mut self, file: &str, case: &CaseName, model: &mut Model) {
        model.take_up(file);
        let (Some(court), Some(sets)) = (&self.court, &model.sets) else { return };
        let repo = model.workspace.repo();
        let Some(court) = court.after(repo, sets, &model.edited, (&case.0, &case.1)) else { return };
        let court = Arc::new(court);
        model.court = Some(court.clone());
        self.queue.renew(&court);
        self.renew_case(&court);
        self.court = Some(court);
        self.look_for_precedents(model);
    }

    /// A case was ruled on: no edit brings it back any more, until the ruling is taken back.
    pub(super) fn forget_edit(&mut self, case: &CaseName, model: &mut Model) {
        let is_marked = model.edited.contains_key(case);
        let word = if is_marked { Arc::make_mut(&mut model.edited).remove(case) } else { None };
        let gap = self.jobs.gap.take_if(|gap| gap.case == *case);
        self.jobs.forgotten.push(Forgotten { case: case.clone(), word, gap });
    }

    /// The last ruling on a case was taken back: the edit that touched it brings it back again.
    pub(super) fn remember_edit(&mut self, case: &CaseName, model: &mut Model) {
        let at = self.jobs.forgotten.iter().rposition(|forgotten| forgotten.case == *case);
        let Some(Forgotten { case, word, gap }) = at.map(|at| self.jobs.forgotten.remove(at)) else { return };
        if let Some(word) = word {
            // Another edit may have touched it meanwhile.
            Arc::make_mut(&mut model.edited).entry(case).or_insert(word);
        }
        if self.jobs.gap.is_none() {
            self.jobs.gap = gap;
        }
    }

    /// Gives one ruling each to the cases of a batch.
    pub(super) fn accept_batch(&self, batch: Batch, model: &mut Model) {
        let who = match &model.bench {
            Some(Ok(bench)) => bench.who().clone(),
            Some(Err(why)) => return model.say(Severity::Error, why.clone()),
            None => return,
        };
        let Some(court) = self.court.clone() else { return };
        let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
        model.work("batch", "giving rulings", move |job| {
            let ground = court.ground();
            let given = batch.accept(&repo, &environment, &court.policy, &who, &ground, &Watched::new(job));
            finish(given, |model, (files, written)| {
                let rulings = count(written as u64, "ruling", "rulings");
                let files = count(files.len() as u64, "file", "files");
                model.say(Severity::Hint, format!("Gave {rulings}, `unanimous`, in {files} of yours."));
                model.ask(Ask::Outside);
            })
        });
    }

    /// The case at hand as the new court has it; what was begun on it goes on.
    pub(super) fn renew_case(&mut self, court: &Arc<Court>) {
        let Some(at) = &mut self.at else { return };
        let Some(key) = court.find(&at.set, &at.id) else { return };
        if court.hidden_in(key.0, key.1).is_some() {
            self.at = None;
            return;
        }
        at.key = key;
        if at.is_open() {
            return;
        }
        // Labels may have come in: what was taken by its place is another one then.
        if let Some(findings) = court.findings(key.0, key.1)
            && findings.voices.len() == at.findings.voices.len()
        {
            at.findings = findings;
        }
    }
}

/// The rulings nearest to a case as it is decided; before, as near as each is to any reading of it.
fn nearest(court: &Arc<Court>, case: (u16, u32), decision: Option<&Reading>, watch: &dyn Watch) -> Option<Nearest> {
    let at = AtHand::open(court, case, None, "").ok()?;
    let voices = at.findings.voices.iter().map(|voice| Some(&voice.reading));
    let readings: Vec<Option<&Reading>> = match decision {
        None if at.findings.voices.is_empty() => vec![None],
        None => voices.collect(),
        decision => vec![decision],
    };
    let mut found: Vec<(Near, usize)> = Vec::new();
    let mut asked: Vec<Option<&Reading>> = Vec::new();
    for (voice, reading) in readings.into_iter().enumerate() {
        let alike = |other: &Option<&Reading>| match (other, reading) {
            (Some(one), Some(other)) => {
                one.harms == other.harms && one.facets == other.facets && one.unjudged == other.unjudged
            }
            _ => false,
        };
        if asked.iter().any(alike) {
            continue;
        }
        asked.push(reading);
        let asked = Asked { reading, case: Some((&at.set, &at.id)), superseded: false };
        let near = court.precedents.nearest(&asked, &text_of(&at.case), SHOWN, watch).ok()?;
        found.extend(near.into_iter().map(|near| (near, voice)));
    }
    let several = asked.len() > 1;
    found.sort_by(|(one, _), (other, _)| other.nearness.total_cmp(&one.nearness));
    let mut known = BTreeSet::new();
    found.retain(|(near, _)| known.insert(near.precedent.ix));
    found.truncate(SHOWN);
    let (rulings, voices) = found.into_iter().map(|(near, voice)| (near, several.then_some(voice))).unzip();
    Some(Nearest { court: court.clone(), case, decision: decision.cloned(), rulings: Arc::new(rulings), voices })
}
