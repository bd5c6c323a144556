//! Writing a suggested case: the set it goes to, what it must be in plain words, and a field for its text.

use crate::decide::{Situation, words};
use crate::document::read::set::Split;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::report::explain::facet_words;
use crate::report::figure::count;
use crate::report::suggest::today;
use crate::tui::components::dialog::Prompt;
use crate::tui::components::message::Severity;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::Model;
use crate::tui::popup::Popup;
use crate::tui::quality::{self, Unadded};
use crate::tui::text;
use crate::workspace::sets::Sets;
use ratatui::text::Line;
use serde_json::Value;
use std::sync::Arc;

/// A case that is to be written.
#[derive(Clone)]
pub struct Brief {
    pub policy: Arc<Policy>,
    pub point: Situation,
    /// What it would show.
    pub shows: Vec<String>,
    /// Its row of a gold set, with a placeholder for each text.
    pub row: Value,
}

/// So much of what it would show is told beside the field.
const MOST_SHOWN: usize = 4;

/// Asks for the set where there are several, then for the text, and writes the case. Esc adds nothing anywhere.
pub fn begin(model: &mut Model, sets: &Sets, brief: Brief) {
    let names: Vec<String> = sets.sets.iter().map(|set| set.name().to_string()).collect();
    if let [only] = &names[..] {
        return ask_text(model, only.clone(), brief);
    }
    let choices = sets.sets.iter().map(|set| {
        let aside = if set.info.split == Split::Holdout { ", kept aside to measure with" } else { "" };
        let cases = count(set.gold.len() as u64, "case", "cases");
        Choice::new(text::shown(set.name()), format!("{cases}{aside}"))
    });
    let picker = Picker::one("Add the case to", choices.collect(), None);
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(set) = chosen.first().and_then(|&at| names.into_iter().nth(at)) {
            ask_text(model, set, brief);
        }
    }));
}

fn ask_text(model: &mut Model, set: String, brief: Brief) {
    let known = model.unadded.as_ref().filter(|unadded| unadded.point == brief.point).cloned();
    let written =
        known.unwrap_or_else(|| Unadded { point: brief.point.clone(), text: String::new(), response: String::new() });
    let (what, has_response) = match brief.row.get("response") {
        Some(_) => ("What the person says; the response comes next.", true),
        None => ("What the person says.", false),
    };
    let prompt = prompt(&set, what, &written.text, &brief);
    let (left, before) = (written.response.clone(), brief.point.clone());
    let popup = Popup::prompt(prompt, move |model, text| {
        let written = Unadded { text, ..written };
        if has_response { ask_response(model, set, brief, written) } else { add(model, set, brief, written) }
    });
    model.open(popup.when_left(move |model, text| keep(model, Unadded { point: before, text, response: left })));
}

fn ask_response(model: &mut Model, set: String, brief: Brief, written: Unadded) {
    let prompt = prompt(&set, "The response to it, which is what is judged.", &written.response, &brief);
    let left = written.clone();
    let popup = Popup::prompt(prompt, move |model, response| add(model, set, brief, Unadded { response, ..written }));
    model.open(popup.when_left(move |model, response| keep(model, Unadded { response, ..left })));
}

fn prompt(set: &str, what: &str, written: &str, brief: &Brief) -> Prompt {
    let about = format!("{what} Left empty, it is still to be written, and cannot be labeled before.");
    Prompt::lines(format!("A case for {}", text::shown(set)), written).about(about).body(body(brief))
}

/// What the case must be, and why it is wanted.
fn body(brief: &Brief) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut say = |words: String| lines.push(Line::from(text::shown(&words).into_owned()));
    for (name, words) in must_be(&brief.policy, &brief.point) {
        say(format!("{name:<12}{words}"));
    }
    say(format!("{:<12}{}", "policy", today(&brief.policy, &brief.point)));
    for (n, shows) in brief.shows.iter().take(MOST_SHOWN).enumerate() {
        say(format!("{:<12}{shows}", if n == 0 { "would show" } else { "" }));
    }
    if brief.shows.len() > MOST_SHOWN {
        say(format!("{:<12}and {} more", "", brief.shows.len() - MOST_SHOWN));
    }
    lines.push(Line::default());
    lines
}

/// Each thing that a case at a point must be: its name, and what.
fn must_be(policy: &Policy, point: &Situation) -> Vec<(String, String)> {
    let reading = words::reading(policy, point);
    let mut rows = Vec::new();
    for harm in &reading.harms {
        rows.push(("category".to_owned(), harm.category.clone()));
        rows.push(("severity".to_owned(), harm.severity.clone().unwrap_or_else(|| "not to be known".to_owned())));
        let target = match harm.target {
            Target::Request => "what the person asks for",
            Target::Response => "what the response does",
        };
        rows.push(("target".to_owned(), target.to_owned()));
    }
    if reading.harms.is_empty() {
        rows.push(("category".to_owned(), "none: nothing in it is harmful".to_owned()));
    }
    rows.extend(reading.facets.iter().map(|(facet, word)| (facet.clone(), facet_words(word))));
    rows
}

/// Puts what was written into the row and has it added.
fn add(model: &mut Model, set: String, brief: Brief, written: Unadded) {
    let mut row = brief.row;
    for (key, text) in [("text", &written.text), ("response", &written.response)] {
        if !text.trim().is_empty() {
            row[key] = text.trim_end().into();
        }
    }
    // Until it is on disk.
    model.unadded = Some(written);
    quality::add(model, set, row, brief.point);
}

/// Keeps what was written, for when somebody comes back to it.
fn keep(model: &mut Model, unadded: Unadded) {
    if unadded.text.trim().is_empty() && unadded.response.trim().is_empty() {
        return;
    }
    model.unadded = Some(unadded);
    model.say(Severity::Hint, "Nothing was added. What you wrote comes back when you add this case.");
}
