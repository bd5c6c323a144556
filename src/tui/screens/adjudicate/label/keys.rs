//! What each key of labeling does.

use super::asking::{self, About, Asking};
use super::fields::{Field, fields};
use super::form::Form;
use super::{AtHand, LabelPart, Shows};
use crate::policy::case::{FacetWord, Target as Of};
use crate::policy::facet::{FacetIx, FacetKind};
use crate::policy::label::{Abstention, Confidence, Gap, Label};
use crate::tui::command::{Command, Reason};
use crate::tui::components::message::Severity;
use crate::tui::model::{Model, Target};
use crate::tui::screens::adjudicate::dialog::Answer;
use crate::tui::text;
use crate::workspace::labeling::Desk;

/// Why a case that stays covered is not labeled: nobody has read it.
const UNSEEN: &str = "uncover the case first (`x`), or abstain (`a`)";

impl LabelPart {
    pub(super) fn can(&self, command: Command, model: &Model) -> Result<(), Reason> {
        if self.choosing {
            return match command {
                Command::Open if self.places.wish(None).is_some() => Ok(()),
                Command::Open => Err("there is nothing to label".into()),
                _ => Err("it does not belong to this part".into()),
            };
        }
        let Some(at) = &self.at else {
            return match command {
                Command::TakeBack if self.desk.as_ref().is_some_and(|desk| desk.undoable() > 0) => Ok(()),
                Command::ChooseSet | Command::Back => Ok(()),
                _ => Err("there is no case to label".into()),
            };
        };
        match command {
            Command::TakeBack if self.desk.as_ref().is_none_or(|desk| desk.undoable() == 0) => {
                Err("nothing was labeled in this sitting".into())
            }
            Command::Skip if self.desk.as_ref().is_none_or(|desk| desk.queue().left() < 2) => {
                Err("no other case waits".into())
            }
            Command::ComeBack if self.desk.as_ref().is_none_or(|desk| !desk.queue().can_come_back()) => {
                Err("no case was skipped".into())
            }
            Command::GiveLabel if !self.full && at.form.behavior.is_none() && at.form.harms.is_none() => {
                Err("nothing is filled in; a digit says what the case calls for".into())
            }
            Command::GiveLabel if at.is_covered() => Err(UNSEEN.into()),
            Command::Uncover if !self.hides() => Err("nothing is covered".into()),
            Command::Facets if model.workspace.policy().manifest.facets.is_empty() => {
                Err("the policy has no facets".into())
            }
            Command::Target if at.form.harms().is_empty() => Err("no harm is filled in".into()),
            Command::Others | Command::SeeVerdict | Command::SeePrecedents
                if self.desk.as_ref().is_none_or(|desk| !desk.may_see_others()) =>
            {
                Err("in this round everybody reads for themselves".into())
            }
            Command::FrequentHarm => Err("press one of the letters that are shown with a category".into()),
            Command::Behavior | Command::GiveLabel | Command::Harm | Command::NoHarm | Command::Facets => Ok(()),
            Command::Target | Command::Acceptable | Command::Observed | Command::Confidence => Ok(()),
            Command::Rationale | Command::NextValue | Command::PreviousValue | Command::ClearValue => Ok(()),
            Command::Abstain | Command::Gap | Command::TakeBack | Command::Skip | Command::Quick => Ok(()),
            Command::Others | Command::SeeVerdict | Command::SeePrecedents => Ok(()),
            Command::ComeBack | Command::ChooseSet | Command::Uncover | Command::Back => Ok(()),
            Command::NextPane | Command::PreviousPane => Ok(()),
            _ => Err("it does not belong to this part".into()),
        }
    }

    pub(super) fn run_key(&mut self, command: Command, model: &mut Model) -> bool {
        let policy = model.workspace.policy().clone();
        match command {
            Command::Behavior => self.asking = Some(asking::behavior(&policy)),
            Command::GiveLabel => self.give(model),
            Command::Harm => self.asking = Some(asking::harm(&policy)),
            Command::NoHarm => self.change(model, |form| form.harms = Some(Vec::new())),
            Command::Facets => self.ask_facet(0, model),
            Command::Target => {
                let harm = self.harm_under_cursor();
                self.change(model, |form| {
                    if let Some(harm) = harm.and_then(|at| form.harm_mut(at)) {
                        harm.target = if harm.target == Of::Request { Of::Response } else { Of::Request };
                    }
                });
            }
            Command::Acceptable => self.asking = self.at.as_ref().map(|at| asking::acceptable(&policy, &at.form)),
            Command::Observed => self.asking = Some(asking::observed(&policy)),
            Command::Confidence => self.change(model, |form| form.confidence = step_confidence(form, true)),
            Command::Rationale => {
                self.asking = self.at.as_ref().map(|at| at.unsent.restore(asking::rationale(&at.form)))
            }
            Command::NextValue => self.step_value(true, model),
            Command::PreviousValue => self.step_value(false, model),
            Command::ClearValue => self.clear_value(model),
            Command::Abstain => self.asking = Some(asking::abstain()),
            Command::Gap => self.ask_gap(model),
            Command::TakeBack => self.take_back(model),
            Command::Open => {
                if let Some(wish) = self.places.wish(self.wish.who.as_deref()) {
                    self.sit_down(wish, model);
                }
            }
            Command::Skip | Command::ComeBack => {
                self.put_aside();
                let moves = |desk: &mut Desk| if command == Command::Skip { desk.skip() } else { desk.come_back() };
                if self.desk.as_mut().is_some_and(moves) {
                    self.bring_up(None, model);
                }
            }
            Command::Quick => {
                self.full = !self.full;
                self.fill_rows(model);
            }
            Command::Others | Command::SeeVerdict | Command::SeePrecedents => self.show_what_is_known(command),
            Command::Uncover => {
                if let Some(at) = &mut self.at {
                    at.uncovered = !at.uncovered;
                }
                self.view.stale = true;
            }
            Command::Back if self.on_guidance => self.on_guidance = false,
            Command::ChooseSet | Command::Back => self.stand_up(),
            Command::NextPane | Command::PreviousPane => self.on_guidance = !self.on_guidance,
            _ => return false,
        }
        true
    }

    /// Shows what others say, what the policy says or what was ruled before, or hides it again. That it was seen is kept.
    fn show_what_is_known(&mut self, command: Command) {
        let Some(at) = &mut self.at else { return };
        match command {
            Command::Others => {
                at.shows.others = !at.shows.others;
                at.saw.labels |= at.shows.others;
            }
            Command::SeeVerdict => {
                at.shows.verdict = !at.shows.verdict;
                at.saw.verdict |= at.shows.verdict;
            }
            _ => {
                at.shows.precedents = !at.shows.precedents;
                at.near = None;
            }
        }
        // Where the window is too narrow for both, it takes the place of the case.
        self.on_guidance = at.shows != Shows::default() && !self.view.is_guidance_beside;
        self.view.guidance.to_start();
        self.view.guidance_stale = true;
    }

    /// A digit is a behavior, a capital letter a category that is found often.
    pub(super) fn typed(&mut self, typed: char, model: &mut Model) {
        if self.at.is_none() {
            return;
        }
        if let Some(digit) = typed.to_digit(10) {
            let behaviors = &model.workspace.policy().manifest.behaviors;
            let found =
                behaviors.iter().nth((digit as usize).saturating_sub(1)).map(|(_, behavior)| behavior.id.clone());
            match found {
                Some(id) => self.choose_behavior(&id, model),
                None => model.say(Severity::Hint, format!("There are {} behaviors.", behaviors.len())),
            }
        } else if let Some(id) = self.frequent(typed) {
            self.add_harm(&id, model);
        }
    }

    fn frequent(&self, letter: char) -> Option<String> {
        let at = (letter as usize).checked_sub('A' as usize)?;
        self.desk.as_ref()?.frequent().get(at).map(|id| id.to_string())
    }

    fn choose_behavior(&mut self, id: &str, model: &mut Model) {
        if self.at.as_ref().is_some_and(AtHand::is_covered) {
            return model.say(Severity::Hint, format!("Not now: {UNSEEN}."));
        }
        self.change(model, |form| form.set_behavior(id));
        if !self.full {
            self.give(model);
        }
    }

    fn add_harm(&mut self, category: &str, model: &mut Model) {
        let mut added = 0;
        self.change(model, |form| added = form.add_harm(category));
        self.select(Field::Harm(added));
        self.asking = self.at.as_ref().and_then(|at| asking::severity(model.workspace.policy(), &at.form, added));
    }

    /// Makes a change to the form, and shows it.
    pub(super) fn change(&mut self, model: &Model, change: impl FnOnce(&mut Form)) {
        if let Some(at) = &mut self.at {
            change(&mut at.form);
            self.fill_rows(model);
        }
    }

    pub(super) fn fill_rows(&mut self, model: &Model) {
        let selected = self.field();
        self.fields = match &self.at {
            Some(at) => fields(model.workspace.policy(), &at.form, self.full),
            None => Vec::new(),
        };
        self.list.set(self.fields.len());
        if let Some(field) = selected {
            self.select(field);
        }
        self.view.guidance_stale = true;
    }

    /// The row of the form under the cursor.
    pub(super) fn field(&self) -> Option<Field> {
        self.fields.get(self.list.selected()?).copied()
    }

    fn select(&mut self, field: Field) {
        if let Some(at) = self.fields.iter().position(|other| *other == field) {
            self.list.select(at);
        }
    }

    /// The harm under the cursor, else the last one.
    pub(super) fn harm_under_cursor(&self) -> Option<usize> {
        match self.field() {
            Some(Field::Harm(at)) => Some(at),
            _ => self.at.as_ref()?.form.harms().len().checked_sub(1),
        }
    }

    // Answers ---------------------------------------------------------------------------------------------------

    pub(super) fn answered(&mut self, about: About, answer: &Answer, model: &mut Model) {
        let policy = model.workspace.policy().clone();
        let chosen = asking::chosen(answer).unwrap_or_default();
        let first = chosen.first().copied();
        let behavior =
            |at: usize| policy.manifest.behaviors.iter().nth(at).map(|(_, behavior)| behavior.id.to_string());
        let written = if let Answer::Written(text) = answer { text.trim().to_owned() } else { String::new() };
        match about {
            About::Behavior => {
                if let Some(id) = first.and_then(behavior) {
                    self.choose_behavior(&id, model);
                }
            }
            About::Harm(ids) => {
                if let Some(ix) = first.and_then(|at| ids.get(at)) {
                    self.add_harm(&policy.taxonomy.get(*ix).id, model);
                }
            }
            About::Severity(at) => {
                let severity = first.and_then(|at| policy.manifest.severities.get(at)).map(|word| word.to_string());
                self.change(model, |form| {
                    if let Some(harm) = form.harm_mut(at) {
                        harm.severity = severity;
                    }
                });
            }
            About::Facet(ix, on) => {
                let facet = policy.manifest.facet(ix);
                let word = asking::facet_word(&policy, ix, &chosen);
                self.change(model, |form| set_facet(form, &facet.id, word));
                if on {
                    self.ask_facet(usize::from(ix.0) + 1, model);
                }
            }
            About::Acceptable => {
                let ids: Vec<String> = chosen.into_iter().filter_map(behavior).collect();
                self.change(model, |form| {
                    let own = form.behavior.clone();
                    form.acceptable = ids.into_iter().filter(|id| Some(id) != own.as_ref()).collect();
                });
            }
            About::Observed => {
                let observed = first.and_then(behavior);
                self.change(model, |form| form.observed = observed);
            }
            About::Rationale => self.change(model, |form| form.rationale = written),
            About::GapAt(targets, note) => {
                if let Some(target) = first.and_then(|at| targets.get(at)) {
                    let (clause, category) = match target {
                        Some(Target::Clause(id)) => (Some(id.clone()), None),
                        Some(Target::Category(id)) => (None, Some(id.clone())),
                        _ => (None, None),
                    };
                    self.ask(asking::gap(Gap { clause, category, note }));
                }
            }
            About::Gap(place) => {
                let gap = (!written.is_empty()).then_some(Gap { note: written, ..place });
                self.change(model, |form| form.gap = gap);
            }
            About::Abstain => match first.map(|at| asking::REASONS.get(at)) {
                Some(Some(reason)) => self.abstain(reason, model),
                Some(None) => self.ask(asking::abstain_words()),
                None => {}
            },
            About::AbstainWords if written.is_empty() => {
                model.say(Severity::Hint, "Say why the case cannot be labeled; nothing was recorded.");
            }
            About::AbstainWords => self.abstain(&written, model),
        }
        self.view.guidance_stale = true;
    }

    /// Asks in a prompt, which holds what was written in it when it was left.
    fn ask(&mut self, prompt: Asking) {
        self.asking = self.at.as_ref().map(|at| at.unsent.restore(prompt));
    }

    /// Asks for the next facet from a position on, those that were said already among them.
    fn ask_facet(&mut self, from: usize, model: &Model) {
        let policy = model.workspace.policy();
        let Some(at) = self.at.as_ref().filter(|_| from < policy.manifest.facets.len()) else { return };
        let ix = FacetIx(from as u16);
        self.asking = Some(asking::facet(policy, &at.form, ix, true));
        self.select(Field::Facet(ix));
    }

    fn ask_gap(&mut self, model: &Model) {
        let Some(at) = &self.at else { return };
        let policy = model.workspace.policy();
        let clauses = self.applying(policy).unwrap_or_default();
        let mut first: Vec<Target> =
            clauses.into_iter().map(|ix| Target::Clause(policy.clause(ix).id.to_string())).collect();
        let categories = self.category(policy).into_iter().flat_map(|ix| policy.taxonomy.ancestors(ix));
        first.extend(categories.map(|ix| Target::Category(policy.taxonomy.get(ix).id.to_string())));
        self.asking = Some(asking::gap_at(policy, first, at.form.gap.as_ref()));
    }

    /// Changes the row under the cursor to its next value, or opens what it takes.
    pub(super) fn step_value(&mut self, on: bool, model: &mut Model) {
        let policy = model.workspace.policy().clone();
        match self.field() {
            Some(Field::Behavior(ix)) => {
                let id = policy.manifest.behaviors.id(ix).clone();
                self.change(model, |form| form.set_behavior(&id));
            }
            Some(Field::Harm(at)) => {
                let severities = &policy.manifest.severities;
                self.change(model, |form| {
                    let Some(harm) = form.harm_mut(at) else { return };
                    let now =
                        harm.severity.as_deref().and_then(|word| severities.iter().position(|known| **known == *word));
                    harm.severity = step(now, severities.len(), on).map(|at| severities[at].to_string());
                });
            }
            Some(Field::Facet(ix)) if policy.manifest.facet(ix).kind == FacetKind::Set => {
                self.asking = self.at.as_ref().map(|at| asking::facet(&policy, &at.form, ix, false));
            }
            Some(Field::Facet(ix)) => {
                let facet = policy.manifest.facet(ix);
                self.change(model, |form| {
                    let now = form.facet_values(&policy, ix).first().copied();
                    let next = step(now, facet.values.len(), on);
                    let word = next.and_then(|at| asking::facet_word(&policy, ix, &[at]));
                    set_facet(form, &facet.id, word);
                });
            }
            Some(Field::Confidence) => self.change(model, |form| form.confidence = step_confidence(form, on)),
            Some(Field::Harms) => drop(self.run_key(Command::Harm, model)),
            Some(Field::Acceptable) => drop(self.run_key(Command::Acceptable, model)),
            Some(Field::Observed) => drop(self.run_key(Command::Observed, model)),
            Some(Field::Rationale) => drop(self.run_key(Command::Rationale, model)),
            Some(Field::Gap) => self.ask_gap(model),
            None => {}
        }
    }

    fn clear_value(&mut self, model: &Model) {
        let Some(field) = self.field() else { return };
        let policy = model.workspace.policy().clone();
        self.change(model, |form| match field {
            Field::Behavior(_) => form.behavior = None,
            Field::Harm(at) => form.remove_harm(at),
            Field::Harms => form.harms = None,
            Field::Facet(ix) => set_facet(form, &policy.manifest.facet(ix).id, None),
            Field::Acceptable => form.acceptable.clear(),
            Field::Observed => form.observed = None,
            Field::Confidence => form.confidence = None,
            Field::Rationale => form.rationale.clear(),
            Field::Gap => form.gap = None,
        });
    }

    // Labels ----------------------------------------------------------------------------------------------------

    fn give(&mut self, model: &mut Model) {
        let Some(at) = &self.at else { return };
        if self.full && at.form.behavior.is_none() {
            return model.say(Severity::Hint, "Say what the case calls for first, by its digit; or abstain with `a`.");
        }
        let label = at.form.label(self.full);
        self.write(label, model);
    }

    fn abstain(&mut self, reason: &str, model: &mut Model) {
        let gap = self.at.as_ref().and_then(|at| at.form.gap.clone());
        let abstain = Some(Abstention { reason: reason.to_owned() });
        self.write(Label { abstain, gap, ..Label::default() }, model);
    }

    fn write(&mut self, mut label: Label, model: &mut Model) {
        let now = (model.workspace.environment().now)();
        let (Some(at), Some(desk)) = (&self.at, &mut self.desk) else { return };
        label.saw = Some(at.saw.clone());
        label.seconds = self.pace.seconds(now);
        match desk.give(label) {
            Ok(Some(written)) => {
                let said = written.record.reading.behavior.as_deref();
                let said = said.unwrap_or(if written.record.abstain.is_some() { "abstained" } else { "labeled" });
                let case = text::shown(&written.record.case);
                self.last = Some(format!("{case}: {}", text::shown(said)));
                self.pace.labeled(now);
                if let Some(minutes) = self.pace.reminder(model.pause) {
                    let words = "A short pause keeps judgement even; nothing is lost meanwhile.";
                    model.say(Severity::Hint, format!("You have been labeling for {minutes} minutes. {words}"));
                }
                let case = written.record.case;
                self.bring_up(None, model);
                self.look_for_stale_ruling(&case, model);
            }
            Ok(None) => {}
            Err(error) => model.say(Severity::Error, format!("{error}. {}", error.help())),
        }
    }

    fn take_back(&mut self, model: &mut Model) {
        let Some(desk) = &mut self.desk else { return };
        match desk.undo() {
            Ok(Some(undone)) => {
                let words = format!("Took the label of `{}` back.", undone.taken_back.case);
                self.last = None;
                let saw = undone.taken_back.saw.clone().unwrap_or_default();
                self.put_aside();
                self.bring_up(Some((Form::of(&undone.taken_back), saw)), model);
                model.say(Severity::Hint, words);
            }
            Ok(None) => {}
            Err(error) => model.say(Severity::Error, format!("{error}. {}", error.help())),
        }
    }
}

fn set_facet(form: &mut Form, facet: &str, word: Option<FacetWord>) {
    match word {
        Some(word) => form.facets.insert(facet.to_owned(), word),
        None => form.facets.remove(facet),
    };
}

/// The next position or the one before; after the last one comes none.
fn step(now: Option<usize>, count: usize, on: bool) -> Option<usize> {
    match (now, on) {
        (None, true) => Some(0).filter(|_| count > 0),
        (None, false) => count.checked_sub(1),
        (Some(at), true) => Some(at + 1).filter(|next| *next < count),
        (Some(at), false) => at.checked_sub(1),
    }
}

fn step_confidence(form: &Form, on: bool) -> Option<Confidence> {
    let now = form.confidence.as_ref().and_then(|now| Confidence::WORDS.iter().position(|word| *word == now.word()));
    step(now, Confidence::WORDS.len(), on).map(|at| Confidence::from(Confidence::WORDS[at].to_owned()))
}
