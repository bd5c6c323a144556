//! Why a case needs a ruling, in sentences. They name no labeler and no verdict of the policy: who reads them is yet to rule.

use super::findings::{Differ, Findings};
use super::reason::Reason;
use std::collections::BTreeMap;

impl Findings {
    /// Each reason with what it rests on, the gravest first.
    pub fn why(&self) -> Vec<(Reason, String)> {
        self.reasons().iter().map(|reason| (reason, self.words(reason))).collect()
    }

    fn words(&self, reason: Reason) -> String {
        match reason {
            Reason::Appeal => format!("appealed in the round {}", self.appeal.as_deref().unwrap_or_default()),
            Reason::Fork => {
                let rulings = self.rulings.iter().map(|ruling| {
                    let behavior = ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
                    format!("{} by {}", behavior.unwrap_or(ruling.disposition.word()), ruling.adjudicator)
                });
                format!("rulings stand side by side: {}", rulings.collect::<Vec<_>>().join(", "))
            }
            Reason::Disagreement => self.disagreement(),
            Reason::AgainstLabels => self.against_words(),
            Reason::AgainstImport => {
                let Some((behavior, some)) = &self.against_import else { return String::new() };
                match (*some, self.labels.len()) {
                    (_, 1) => format!("one label, against the {behavior} that it was imported with"),
                    (some, of) if some == of => {
                        format!("all {of} labels are against the {behavior} that it was imported with")
                    }
                    (some, of) => format!("{some} of {of} labels against the {behavior} that it was imported with"),
                }
            }
            Reason::AgainstRulings => {
                let (some, cases) = &self.against_rulings;
                let cases: Vec<String> = cases.iter().map(|case| format!("`{case}`")).collect();
                let (who, verb) = readings(*some, self.voices.len(), "runs", "run");
                format!("{who} {verb} against the ruling on {}", listed(&cases))
            }
            Reason::StaleRuling => {
                let texts: Vec<String> = self.outdated.iter().map(|outdated| outdated.words()).collect();
                let overruled: Vec<String> = self.overruled_by.iter().map(|case| format!("`{case}`")).collect();
                match (texts.is_empty(), overruled.is_empty()) {
                    (true, _) => format!("its ruling was overruled by the one on {}", overruled.join(", ")),
                    (false, true) => format!("{} since it was ruled on", texts.join(", ")),
                    (false, false) => {
                        format!("{} since it was ruled on, and {} overrules it", texts.join(", "), overruled.join(", "))
                    }
                }
            }
            Reason::StaleLabels => {
                let (stale, texts) = &self.stale_labels;
                let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
                let read = match (stale, self.labels.len()) {
                    (_, 1) => "it was".to_owned(),
                    (1, of) => format!("1 of {of} labels was"),
                    (stale, of) if *stale == of => format!("all {of} labels were"),
                    (stale, of) => format!("{stale} of {of} labels were"),
                };
                format!("{} changed since {read} given", and(&texts))
            }
            Reason::Undetermined => match (self.undetermined(), self.voices.len()) {
                (_, 1) => "what nobody judged could change the verdict".to_owned(),
                (some, of) => format!("{some} of {of} readings leave the verdict open"),
            },
            Reason::Gap => {
                let gaps: Vec<String> = self
                    .gaps()
                    .map(|gap| match gap.clause.as_ref().or(gap.category.as_ref()) {
                        Some(id) => format!("at `{id}`: {}", gap.note),
                        None => gap.note.clone(),
                    })
                    .collect();
                format!("the guidance does not answer it: {}", gaps.join("; "))
            }
            Reason::Edited => format!("{} touches it", self.edited.as_deref().unwrap_or("an edit")),
            Reason::Abstained => {
                let reasons = counted(self.abstentions());
                let (some, of) = (self.abstentions().count(), self.labels.len());
                if some == of {
                    format!("nobody could label it: {reasons}")
                } else {
                    format!("{some} of {of} abstained: {reasons}")
                }
            }
            Reason::Deferred => match self.rulings.last() {
                Some(ruling) if !ruling.holding.is_empty() => {
                    format!("put off by {}: {}", ruling.adjudicator, ruling.holding)
                }
                Some(ruling) => format!("put off by {}", ruling.adjudicator),
                None => "put off".to_owned(),
            },
        }
    }

    fn disagreement(&self) -> String {
        match self.differ {
            Differ::InBehavior => {
                let mut counts: Vec<(&String, &u64)> = self.distribution.iter().collect();
                counts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
                let words: Vec<String> = counts.iter().map(|(behavior, count)| format!("{count} {behavior}")).collect();
                format!("labelers differ: {}", words.join(", "))
            }
            Differ::InHarms => "labelers agree on what to do and found different harms".to_owned(),
            _ => "labelers agree on what to do and read the facets differently".to_owned(),
        }
    }

    /// What the policy says is not told, and neither is how many call for something else: whoever reads this is yet to rule,
    /// and where two of four do, that number names the verdict.
    fn against_words(&self) -> String {
        let every = if self.voices.len() == 1 { "the" } else { "every" };
        format!("the policy does not do what {every} reading calls for")
    }
}

/// `the reading calls`, `1 of 3 readings calls`, `all 2 readings call`
fn readings(some: usize, of: usize, one: &'static str, several: &'static str) -> (String, &'static str) {
    match (some, of) {
        (_, 1) => ("the reading".to_owned(), one),
        (1, of) => (format!("1 of {of} readings"), one),
        (some, of) if some == of => (format!("all {of} readings"), several),
        (some, of) => (format!("{some} of {of} readings"), several),
    }
}

/// `missing-context`, or `missing-context (2), technical` where there are several.
fn counted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let shown =
        counts.iter().map(|(word, count)| if *count > 1 { format!("{word} ({count})") } else { (*word).to_owned() });
    shown.collect::<Vec<_>>().join(", ")
}

/// `a was`, `a and b were`
fn and(words: &[String]) -> String {
    format!("{} {}", listed(words), if words.len() == 1 { "was" } else { "were" })
}

/// `a`, `a and b`, `a, b and c`
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
