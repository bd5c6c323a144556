//! Giving a ruling, key by key.

use super::ask::{self, About};
use super::{SettlePart, Walk};
use crate::policy::case::Reading;
use crate::policy::ruling::{Adjudication, Cause, Disposition};
use crate::tui::command::Command;
use crate::tui::components::message::Severity;
use crate::tui::model::{Ask, Model};
use crate::tui::screens::adjudicate::dialog::Question;
use crate::tui::screens::adjudicate::reading::ReadingForm;
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::cites_of_all;
use crate::workspace::settling::{Choice, Lacks, Relation};

/// Which reading a number key takes.
pub fn digit(command: Command) -> Option<usize> {
    const TAKES: [Command; 9] = [
        Command::Take1,
        Command::Take2,
        Command::Take3,
        Command::Take4,
        Command::Take5,
        Command::Take6,
        Command::Take7,
        Command::Take8,
        Command::Take9,
    ];
    TAKES.iter().position(|take| *take == command)
}

impl SettlePart {
    /// The commands on the case at hand, and on the queue as a whole.
    pub(super) fn run_on_case(&mut self, command: Command, model: &mut Model) -> bool {
        if let Some(place) = digit(command) {
            if let Some(at) = &mut self.at {
                let voice = at.said.get(place).and_then(|said| said.voice);
                at.draft.choice = voice.map(Choice::Voice);
                at.draft.chosen_disposition = None;
            }
            return true;
        }
        match command {
            Command::Rule => self.rule(model),
            Command::GiveReading => self.begin_reading(model),
            Command::Holding => self.ask_holding(false),
            Command::Cause => self.asking = self.at.as_ref().map(|at| ask::causes(&at.draft.causes)),
            Command::Disposition => {
                self.asking = self.at.as_ref().map(|at| ask::disposition(at.draft.disposition(&at.findings)));
            }
            Command::Follow => self.ask_relation(Relation::Follows, model),
            Command::Distinguish => self.ask_relation(Relation::Distinguishes, model),
            Command::Overrule => self.ask_relation(Relation::Overrules, model),
            Command::NoGold => {
                if let Some(at) = &mut self.at {
                    at.draft.choice = Some(Choice::Split);
                }
            }
            Command::PutOff if self.walk.is_some() => self.ask(ask::take_out()),
            Command::PutOff => self.ask(ask::put_off()),
            Command::Skip => self.skip(model),
            Command::SeeVerdict => {
                if let Some(at) = &mut self.at {
                    at.draft.saw.verdict = true;
                }
            }
            Command::CloseGap => {
                if let (Some(at), Some(court)) = (&self.at, &self.court) {
                    self.asking = Some(ask::gap(at, court));
                }
            }
            Command::UndoRuling => self.undo(model),
            Command::Unanimous => {
                if let Some(court) = &self.court {
                    self.asking = Some(ask::batch(&court.batch, &self.theme));
                }
            }
            Command::ByReason => {
                self.asking = self.court.as_ref().map(|court| ask::reason(court, self.queue.reason));
            }
            Command::Uncover => {
                if let Some(at) = &mut self.at {
                    at.uncovered = !at.uncovered;
                }
            }
            Command::ExternalEditor => {
                if let (Some(at), Some(court)) = (&self.at, &self.court) {
                    model.ask(Ask::Edit(court.sets[usize::from(at.key.0)].place(at.key.1 as usize)));
                }
            }
            Command::Open => self.open_selected(model),
            _ => return false,
        }
        true
    }

    fn begin_reading(&mut self, model: &Model) {
        let Some(at) = &self.at else { return };
        let start = at.draft.decision(&at.findings).or_else(|| at.reading()).cloned().unwrap_or_default();
        self.form = Some(ReadingForm::new(model.workspace.policy(), start, at.case.response.is_some()));
    }

    /// Takes over a reading that was filled in: one that somebody gave is theirs.
    pub(super) fn give(&mut self, reading: Reading) {
        let Some(at) = &mut self.at else { return };
        let same = at.findings.voices.iter().position(|voice| voice.reading == reading);
        at.draft.choice = Some(same.map_or_else(|| Choice::Given(Box::new(reading)), Choice::Voice));
        at.draft.chosen_disposition = None;
    }

    pub(super) fn ask_holding(&mut self, then_rule: bool) {
        if let Some(at) = &self.at {
            self.ask(ask::holding(&at.draft.holding, then_rule));
        }
    }

    /// Asks in a prompt, which holds what was written in it when it was left.
    fn ask(&mut self, prompt: Question<About>) {
        let unsent = self.at.as_ref().and_then(|at| self.unsent.get(&Self::name(at)));
        self.asking = Some(match unsent {
            Some(unsent) => unsent.restore(prompt),
            None => prompt,
        });
    }

    fn ask_relation(&mut self, relation: Relation, model: &mut Model) {
        let near = self.near(model).cloned().unwrap_or_default();
        let (Some(at), Some(court)) = (&self.at, &self.court) else { return };
        self.asking = ask::relate(relation, at, &near, court);
        if self.asking.is_none() {
            Self::say(model, "There is no ruling on another case yet.");
        }
    }

    /// Gives the ruling, asks for what it lacks, or goes on where it is given already.
    pub(super) fn rule(&mut self, model: &mut Model) {
        if self.walk.is_some() {
            return self.looked(true, model);
        }
        let Some(at) = &self.at else { return };
        if at.is_open() {
            return self.open_selected(model);
        }
        match at.draft.lacks(&at.findings) {
            Some(Lacks::Choice) => {
                Self::say(model, "Nothing is decided yet: take a reading by its number, or give another.")
            }
            Some(Lacks::Behavior) => self.begin_reading(model),
            Some(Lacks::Holding) => self.ask_holding(true),
            None => drop(self.write_draft(model)),
        }
    }

    /// Gives the ruling; asks where an earlier one stands against it. Whether it is on disk.
    pub(super) fn write_draft(&mut self, model: &mut Model) -> bool {
        let near = self.near(model).cloned();
        let now = (model.workspace.environment().now)();
        let (Some(at), Some(court)) = (&mut self.at, &self.court) else { return false };
        let mut ruling = Adjudication { supersedes: at.reverses.clone(), ..at.draft.ruling(&at.id, &at.findings) };
        let bench = match &mut model.bench {
            Some(Ok(bench)) => bench,
            Some(Err(why)) => {
                let why = why.clone();
                model.say(Severity::Error, why);
                return false;
            }
            None => {
                Self::say(model, "What was ruled before is still being read; a moment.");
                return false;
            }
        };
        // What settles a case is stamped with the texts of its decision; a split rests on those of all readings.
        if ruling.disposition == Disposition::Split {
            ruling.cites = cites_of_all(&court.policy, at.findings.voices.iter().map(|voice| &voice.reading));
        }
        if let (Some(saw), Some(near)) = (&mut ruling.saw, near) {
            saw.precedents =
                near.iter().map(|near| near.precedent.ruling.id.clone()).filter(|id| !id.is_empty()).collect();
        }
        ruling.seconds = u64::try_from(now - at.since).ok();
        match bench.rule(&court.precedents.docket, &at.set, ruling) {
            Ok(written) => {
                let name = Self::name(at);
                let behavior = written.record.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
                let words: Vec<&str> = behavior.into_iter().chain([written.record.disposition.word()]).collect();
                let words = format!("{}: {}. It is written down.", at.id, words.join(", "));
                self.queue.finish(court, name.clone(), written.record.id.clone());
                let decides = written.record.disposition.decides();
                at.ruled = Some(written.record);
                if at.draft.choice != Some(Choice::Deferred) {
                    self.seen.insert(name.clone());
                }
                self.forget_edit(&name, model);
                Self::say(model, words);
                model.ask(Ask::Outside);
                // What was only put off reveals nothing: the next case comes.
                let put_off = self.at.as_ref().is_some_and(|at| at.draft.choice == Some(Choice::Deferred));
                if !decides && put_off && self.walk.is_none() {
                    self.open_selected(model);
                }
                true
            }
            Err(WorkspaceError::Against { against }) => {
                let first = against.into_iter().flat_map(|one| one.conflicts).next();
                self.asking = first.map(|conflict| ask::conflict(conflict, &self.theme));
                false
            }
            Err(error) => {
                model.say(Severity::Error, format!("{error}. {}", error.help()));
                false
            }
        }
    }

    fn skip(&mut self, model: &mut Model) {
        let Some(at) = &self.at else { return };
        if !at.is_open()
            && at.item.is_some()
            && let Some(court) = &self.court
        {
            self.queue.skip(court, Self::name(at));
        }
        self.open_selected(model);
    }

    fn undo(&mut self, model: &mut Model) {
        let Some(Ok(bench)) = &mut model.bench else { return };
        match bench.undo() {
            Ok(Some((set, undone))) => {
                let name = (set, undone.taken_back.case.clone());
                let Some(court) = self.court.clone() else { return };
                self.queue.reopen(&court, &name);
                let again = if undone.again.is_some() { "; the ruling before stands again" } else { "" };
                Self::say(model, format!("Took the ruling on {} back{again}.", name.1));
                match &mut self.at {
                    Some(at) if Self::name(at) == name => {
                        (at.ruled, at.reverses) = (None, None);
                        at.draft.saw.verdict = true;
                    }
                    _ => {
                        if let Some(key) = court.find(&name.0, &name.1) {
                            let item = self.queue.selected().filter(|item| (item.set, item.row) == key);
                            self.open(key, item, model);
                        }
                    }
                }
                model.ask(Ask::Outside);
            }
            Ok(None) => {}
            Err(error) => model.say(Severity::Error, format!("{error}. {}", error.help())),
        }
    }

    /// Begins with the sample of a batch.
    pub(super) fn begin_walk(&mut self, model: &mut Model) {
        let Some(court) = &self.court else { return };
        self.walk = Some(Walk::new(court.batch.clone()));
        self.walk_on(model);
    }

    fn looked(&mut self, fine: bool, model: &mut Model) {
        let now = (model.workspace.environment().now)();
        let since = self.at.as_ref().map_or(now, |at| at.since);
        if let Some(walk) = &mut self.walk {
            walk.looked(fine, u64::try_from(now - since).unwrap_or_default());
        }
        self.walk_on(model);
    }

    /// A case of the sample is found wanting: that is written down at once, as a ruling that is put off.
    pub(super) fn take_out(&mut self, model: &mut Model) {
        if self.write_draft(model) {
            self.looked(false, model);
        }
    }

    fn walk_on(&mut self, model: &mut Model) {
        let Some(walk) = &self.walk else { return };
        match walk.current() {
            Some(key) => self.open(key, None, model),
            None => {
                self.at = None;
                self.asking = Some(ask::batch_end(&walk.batch, walk.wanting.len(), &self.theme));
            }
        }
    }

    /// Notes that the guidance has a gap.
    pub(super) fn note_gap(&mut self) {
        if let Some(at) = &mut self.at
            && !at.is_open()
            && !at.draft.causes.contains(&Cause::GuidelineGap)
        {
            at.draft.causes.push(Cause::GuidelineGap);
        }
    }

    pub(super) fn is_batch_end(about: &About) -> bool {
        matches!(about, About::BatchEnd)
    }
}
