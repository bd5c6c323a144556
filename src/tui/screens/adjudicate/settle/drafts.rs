//! Rulings that were begun and not given: each is kept by its case, and on disk as well.

use super::SettlePart;
use super::ask::About;
use super::at_hand::AtHand;
use super::queue::CaseName;
use crate::report::figure::count;
use crate::tui::model::Model;
use crate::tui::screens::adjudicate::dialog::Question;
use crate::workspace::settling::{Choice, Draft, Findings};
use serde::{Deserialize, Serialize};

/// A draft with the case that it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    set: String,
    case: String,
    draft: Draft,
    /// The id of the label whose reading it takes; empty for what the case was imported with.
    label: Option<String>,
    /// The ids of the rulings that stood then.
    over: Vec<String>,
}

impl Kept {
    pub fn of(at: &AtHand) -> Kept {
        let voice = match at.draft.choice {
            Some(Choice::Voice(voice)) => at.findings.voices.get(voice),
            _ => None,
        };
        let id = |label: Option<usize>| label.map(|label| at.findings.labels[label].id.clone()).unwrap_or_default();
        Kept {
            set: at.set.to_string(),
            case: at.id.clone(),
            draft: at.draft.clone(),
            label: voice.map(|voice| id(voice.label)),
            over: rulings(&at.findings),
        }
    }

    fn name(&self) -> CaseName {
        (self.set.as_str().into(), self.case.clone())
    }

    /// The draft, unless the case was ruled on meanwhile. What was taken by its place is looked for anew: labels come and go.
    pub fn draft(self, findings: &Findings) -> Option<Draft> {
        let mut draft = self.draft;
        if let Some(Choice::Voice(_)) = draft.choice {
            let id = |label: Option<usize>| label.map_or("", |label| findings.labels[label].id.as_str());
            let at = findings.voices.iter().position(|voice| self.label.as_deref() == Some(id(voice.label)));
            draft.choice = at.map(Choice::Voice);
        }
        (self.over == rulings(findings)).then_some(draft)
    }
}

fn rulings(findings: &Findings) -> Vec<String> {
    findings.rulings.iter().map(|ruling| ruling.id.clone()).collect()
}

impl SettlePart {
    /// What was begun on the case at hand, unless it is as it was when the case was opened.
    fn begun(&self) -> Option<Kept> {
        let at = self.at.as_ref().filter(|at| at.ruled.is_none() && self.walk.is_none())?;
        let mut kept = Kept::of(at);
        // What is being written is not in the draft yet.
        if let Some(form) = &self.form {
            kept.draft.choice = Some(Choice::Given(Box::new(form.reading.clone())));
        }
        let asking = self.asking.as_ref().filter(|asking| matches!(asking.about, About::Holding(_)));
        if let Some(written) = asking.and_then(Question::written) {
            kept.draft.holding = written;
        }
        (kept.draft != at.fresh_draft()).then_some(kept)
    }

    /// Puts the case at hand away; what was begun on it is kept.
    pub(super) fn keep_draft(&mut self) {
        let begun = self.begun();
        if let (Some(at), Some(kept)) = (self.at.take(), begun) {
            self.drafts.insert(Self::name(&at), kept);
        }
    }

    /// What was begun on this case.
    pub(super) fn restore(&mut self, at: &mut AtHand) {
        if let Some(draft) = self.drafts.remove(&Self::name(at)).and_then(|kept| kept.draft(&at.findings)) {
            at.draft = draft;
        }
    }

    /// Has what was begun kept on disk, and takes up what was left there by a program that ended.
    pub(super) fn keep_on_disk(&mut self, model: &mut Model) {
        let Some(Ok(bench)) = &model.bench else { return };
        let key = format!("rulings/{}", bench.who());
        if !self.took_up {
            self.took_up = true;
            let left = self.keeper.left(&key).and_then(|text| serde_json::from_str::<Vec<Kept>>(&text).ok());
            self.kept = left.unwrap_or_default();
            self.drafts.extend(self.kept.iter().map(|kept| (kept.name(), kept.clone())));
            if !self.kept.is_empty() {
                let begun = count(self.kept.len() as u64, "half-made ruling", "half-made rulings");
                let cases: Vec<String> = self.kept.iter().map(|kept| format!("`{}`", kept.case)).collect();
                Self::say(model, format!("Kept {begun}, with the case: {}.", cases.join(", ")));
            }
            // The case may have been opened before.
            if let Some(mut at) = self.at.take() {
                if at.draft == at.fresh_draft() {
                    self.restore(&mut at);
                }
                self.at = Some(at);
            }
        }
        let now: Vec<Kept> = self.drafts.values().cloned().chain(self.begun()).collect();
        if now != self.kept {
            let text = if now.is_empty() { None } else { serde_json::to_string(&now).ok() };
            self.keeper.keep(&key, text, "journal-rulings", model);
            self.kept = now;
        }
    }
}
