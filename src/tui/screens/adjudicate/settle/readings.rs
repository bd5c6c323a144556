//! What was said of a case, letter by letter.

use super::at_hand::{AtHand, Said};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::label::Label;
use crate::policy::ruling::Adjudication;
use crate::tui::explained::{facet_words, harm_words};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::Voice;
use ratatui::text::{Line, Span};

/// Everything that was said; what fits into so many columns stands on one line.
pub fn readings(at: &AtHand, policy: &Policy, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let hidden = if at.is_open() { "" } else { "  names hidden until the ruling" };
    let title = Line::from(vec![theme.span(Role::Title, "READINGS"), theme.span(Role::Dim, hidden.to_owned())]);
    let mut out = Readings { at, policy, columns, theme, lines: vec![title] };
    if at.said.is_empty() {
        out.lines.push(theme.line(Role::Dim, "Nobody has read this case yet. `e` gives a reading."));
    }
    for (place, said) in at.said.iter().enumerate() {
        out.one(place, *said);
    }
    at.findings.rulings.iter().for_each(|ruling| earlier(ruling, theme, &mut out.lines));
    out.lines
}

struct Readings<'a> {
    at: &'a AtHand,
    policy: &'a Policy,
    columns: usize,
    theme: &'a Theme,
    lines: Vec<Line<'static>>,
}

impl Readings<'_> {
    fn one(&mut self, place: usize, said: Said) {
        let at = self.at;
        let label = said.label.map(|label| &at.findings.labels[label]);
        let voice = said.voice.map(|voice| &at.findings.voices[voice]);
        let found = self.first(place, label, voice);
        match label {
            None => self.below(Role::Dim, "as it was imported"),
            Some(label) if at.is_open() => self.below(Role::Label, &label.labeler),
            Some(_) => {}
        }
        if let Some(Voice { reading, .. }) = voice {
            self.below(Role::Text, &found);
            let mut words = vec![facet_words(reading)];
            let sure = label.and_then(|label| label.confidence.as_ref());
            words.extend(sure.map(|sure| format!("{} confidence", sure.word())));
            words.extend(reading.observed.as_ref().map(|observed| format!("the response did: {observed}")));
            words
                .extend((!reading.unjudged.is_empty()).then(|| format!("not judged: {}", reading.unjudged.join(", "))));
            words.retain(|words| !words.is_empty());
            self.below(Role::Dim, &words.join(" · "));
        }
        if let Some(rationale) = label.and_then(|label| label.rationale.as_ref()) {
            self.below(Role::Text, &format!("“{rationale}”"));
        }
        if let Some(gap) = label.and_then(|label| label.gap.as_ref()) {
            let place = gap.clause.as_ref().or(gap.category.as_ref()).map(|id| format!(" at {id}")).unwrap_or_default();
            self.below(Role::Warning, &format!("! gap in the guidance{place}: {}", gap.note));
        }
        if let Some(voice) = voice.filter(|_| at.shows_verdict()) {
            self.verdict(voice);
        }
    }

    /// The key, the letter, and what is called for; gives what was found, where it does not fit beside it.
    fn first(&mut self, place: usize, label: Option<&Label>, voice: Option<&Voice>) -> String {
        let theme = self.theme;
        let taken = self.at.taken() == Some(place);
        let key = if voice.is_some() { (place + 1).to_string() } else { " ".to_owned() };
        let mut line = Line::from(vec![
            theme.span(Role::Accent, if taken { "● " } else { "  " }),
            theme.span(Role::Key, format!("{key} ")),
            theme.span(if taken { Role::Accent } else { Role::Title }, format!("{}  ", AtHand::letter(place))),
        ]);
        let mut found = String::new();
        match voice.map(|voice| &voice.reading) {
            Some(reading) => {
                let behavior = reading.behavior.as_deref().unwrap_or("no behavior");
                line.push_span(theme.span(if taken { Role::Accent } else { Role::Text }, shown(behavior)));
                if !reading.acceptable.is_empty() {
                    line.push_span(theme.span(Role::Dim, shown(&format!(" (or {})", reading.acceptable.join(", ")))));
                }
                found = harms(reading, label.is_some_and(|label| label.harms.is_none()));
            }
            None => {
                let reason = label.and_then(|label| label.abstain.as_ref()).map(|abstain| abstain.reason.as_str());
                let words = format!("abstains: {}", reason.unwrap_or("no reason"));
                line.push_span(theme.span(Role::Undetermined, shown(&words)));
            }
        }
        if !found.is_empty() && text::line_width(&line) + 3 + text::width(&found) <= self.columns {
            line.push_span(theme.span(Role::Text, format!("   {}", shown(&std::mem::take(&mut found)))));
        }
        self.lines.push(line);
        found
    }

    fn verdict(&mut self, voice: &Voice) {
        let says = self.policy.manifest.behaviors.id(voice.verdict.behavior);
        let clause = voice.verdict.clause.map_or("no clause applies", |ix| &self.policy.clause(ix).id);
        let (role, words) = match (voice.verdict.undetermined, voice.accepts) {
            (true, _) => {
                let words = format!("? read so, the policy says {says}, but a category nobody judged could change it");
                (Role::Undetermined, words)
            }
            (false, true) if voice.reading.behavior.as_deref() == Some(says) => {
                (Role::Better, format!("= read so, the policy says {says} too ({clause})"))
            }
            (false, true) => (Role::Better, format!("= read so, the policy says {says}, which is accepted ({clause})")),
            (false, false) => (Role::Worse, format!("≠ read so, the policy says {says} ({clause})")),
        };
        self.below(role, &words);
    }

    /// A line set in below the first.
    fn below(&mut self, role: Role, words: &str) {
        if !words.is_empty() {
            self.lines.push(Line::from(vec![Span::raw("       "), self.theme.span(role, shown(words))]));
        }
    }
}

/// A ruling that stands on the case already.
fn earlier(ruling: &Adjudication, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    let behavior = ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
    let words = match behavior {
        Some(behavior) => format!("{behavior} · {}", ruling.disposition.word()),
        None => ruling.disposition.word().to_owned(),
    };
    let at = ruling.at.as_deref().and_then(|at| at.get(..10)).map(|at| format!(", {at}")).unwrap_or_default();
    lines.push(Line::from(vec![
        theme.span(Role::Label, "  ruled  "),
        theme.span(Role::Text, shown(&words)),
        theme.span(Role::Dim, shown(&format!("   by {}{at}", ruling.adjudicator))),
    ]));
    if !ruling.holding.is_empty() {
        lines.push(Line::from(vec![
            Span::raw("       "),
            theme.span(Role::Text, shown(&format!("“{}”", ruling.holding))),
        ]));
    }
}

/// What a reading found, in words.
pub fn harms(reading: &Reading, not_asked: bool) -> String {
    match reading.harms.is_empty() {
        true if not_asked => "harms not asked".to_owned(),
        true => "no harm".to_owned(),
        false => reading.harms.iter().map(harm_words).collect::<Vec<_>>().join("; "),
    }
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}
