//! What follows from the answers to the questions that settling asks.

use super::SettlePart;
use super::ask::{self, About};
use super::jobs::Gap;
use super::walk::Walk;
use crate::policy::ruling::Cause;
use crate::precedent::Conflict;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::screens::adjudicate::dialog::Answer;
use crate::workspace::settling::{Batch, Choice, Relation};

impl SettlePart {
    pub(super) fn answer(&mut self, about: About, answer: Answer, model: &mut Model) {
        if answer == Answer::Left && Self::is_batch_end(&about) {
            self.walk = None;
        }
        match (about, answer) {
            (About::Holding(then_rule), Answer::Written(words)) => {
                if let Some(at) = &mut self.at {
                    at.draft.holding = words.trim().to_owned();
                    if then_rule && !at.draft.holding.is_empty() {
                        self.rule(model);
                    }
                }
            }
            (About::PutOff, Answer::Written(words)) => {
                if let Some(at) = &mut self.at {
                    at.draft.choice = Some(Choice::Deferred);
                    at.draft.holding = words.trim().to_owned();
                    self.write_draft(model);
                }
            }
            (About::TakeOut, Answer::Written(words)) => {
                if let Some(at) = &mut self.at {
                    at.draft.choice = Some(Choice::Deferred);
                    at.draft.holding = words.trim().to_owned();
                    self.take_out(model);
                }
            }
            (About::Causes, Answer::Chosen(chosen)) => {
                if let Some(at) = &mut self.at {
                    let words = chosen.iter().filter_map(|at| Cause::WORDS.get(*at));
                    at.draft.causes = words.map(|word| Cause::from((*word).to_owned())).collect();
                }
            }
            (About::Disposition, Answer::Chosen(chosen)) => {
                if let (Some(at), Some(place)) = (&mut self.at, chosen.first()) {
                    at.draft.chosen_disposition = ask::deciding().nth(*place);
                }
            }
            (About::Relate(relation, cases), Answer::Chosen(chosen)) => {
                if let (Some(at), Some(case)) = (&mut self.at, chosen.first().and_then(|at| cases.get(*at))) {
                    at.draft.relate(relation, case);
                }
            }
            (About::Conflict(conflict), Answer::Letter(letter)) => self.meet(&conflict, letter, model),
            (About::Gap(targets), Answer::Chosen(chosen)) => {
                if let Some(target) = chosen.first().and_then(|at| targets.get(*at)) {
                    self.go_to_gap(target.clone(), model);
                }
            }
            (About::Reason(reasons), Answer::Chosen(chosen)) => {
                if let (Some(place), Some(court)) = (chosen.first(), self.court.clone()) {
                    self.queue.reason = place.checked_sub(1).and_then(|at| reasons.get(at).copied());
                    self.queue.fill(&court);
                    self.keep_draft();
                    self.on_list = true;
                }
            }
            (About::BatchBegin, Answer::Letter('l')) => self.begin_walk(model),
            (About::BatchEnd, Answer::Letter(letter)) => {
                if let Some(Walk { batch, wanting, seconds, .. }) = self.walk.take() {
                    let batch = Batch { seconds, ..batch.without(&wanting) };
                    match letter {
                        'a' => self.accept_batch(batch, model),
                        's' => self.accept_batch(batch.only_sample(), model),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// What is done about an earlier ruling that stands against this one.
    fn meet(&mut self, conflict: &Conflict, letter: char, model: &mut Model) {
        let Some(at) = &mut self.at else { return };
        let ruling = &conflict.precedent.ruling;
        let relation = match letter {
            'f' => Relation::Follows,
            'x' => Relation::Distinguishes,
            'o' => Relation::Overrules,
            'r' => {
                at.reverses = Some(ruling.id.clone());
                return self.rule(model);
            }
            'n' => {
                at.draft.follows.retain(|case| *case != ruling.case);
                return;
            }
            _ => return,
        };
        if at.draft.relation(&ruling.case) != Some(relation) {
            at.draft.relate(relation, &ruling.case);
        }
        if relation != Relation::Follows {
            return self.rule(model);
        }
        // To follow is to decide as it does; the rest of the reading stays.
        let Some(theirs) = &ruling.decision else { return };
        let mut decision = at.draft.decision(&at.findings).or_else(|| at.reading()).cloned().unwrap_or_default();
        decision.behavior.clone_from(&theirs.behavior);
        decision.acceptable.clone_from(&theirs.acceptable);
        self.give(decision);
        Self::say(model, "The decision is as in the ruling that it follows now. `R` gives it.");
    }

    /// Goes to edit the text that leaves the case open; the case waits meanwhile.
    fn go_to_gap(&mut self, target: Target, model: &mut Model) {
        self.note_gap();
        let text = match &target {
            Target::Clause(id) | Target::Category(id) => id.clone(),
            _ => return,
        };
        let Some(at) = &self.at else { return };
        let policy = model.workspace.policy();
        self.jobs.gap = Some(Gap { text, case: Self::name(at), before: policy.clone(), seen: policy.clone() });
        model.ask(Ask::GoTo(target));
    }
}
