//! Whether a record's words are the policy's.

use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::facet::FacetKind;
use crate::policy::label::{Confidence, Label};
use crate::policy::ruling::{Adjudication, Cause};
use crate::policy::suggest::nearest;
use crate::policy::taxonomy::UNKNOWN;
use crate::workspace::error::WorkspaceError;

/// Refuses a case whose text nobody wrote yet: there is nothing to read, and what is said of it would count all the same.
pub fn check_written(gold: &GoldSet, row: usize) -> Result<(), WorkspaceError> {
    if !gold.case(row).is_ok_and(|case| case.is_unwritten()) {
        return Ok(());
    }
    Err(WorkspaceError::BadRecord {
        message: format!("nobody wrote the text of the case `{}` yet", gold.id(row)),
        help: format!("Write it at {}, in place of `TO WRITE: …`; then label it.", gold.place(row)),
    })
}

/// Refuses a label that says nothing, or says something in words that the policy does not know.
pub fn check_label(policy: &Policy, label: &Label) -> Result<(), WorkspaceError> {
    let reading = &label.reading;
    let says = reading.behavior.is_some() || label.harms.is_some() || *reading != Reading::default();
    match (says, &label.abstain) {
        (true, Some(_)) => {
            return Err(refuse(
                "a label is either a reading or an abstention",
                "Give a reading, or the reason to abstain.",
            ));
        }
        (false, None) => {
            return Err(refuse(
                "the label says nothing",
                "Give a behavior, harms or facets, or abstain with a reason.",
            ));
        }
        (false, Some(abstain)) if abstain.reason.trim().is_empty() => {
            return Err(refuse("the abstention gives no reason", "Say why the case cannot be labeled."));
        }
        _ => {}
    }
    if let Some(Confidence::Other(word)) = &label.confidence {
        return Err(unknown("confidence", word, Confidence::WORDS.iter().copied()));
    }
    if let Some(gap) = &label.gap {
        if gap.note.trim().is_empty() {
            return Err(refuse("the guideline gap has no note", "Say what the guidance does not answer."));
        }
        if let Some(clause) = gap.clause.as_deref().filter(|id| policy.find_clause(id).is_none()) {
            return Err(unknown("clause", clause, policy.clauses.iter().map(|clause| &*clause.id)));
        }
        if let Some(category) = &gap.category {
            check_category(policy, category)?;
        }
    }
    check_reading(policy, reading)?;
    label.harms.iter().flatten().try_for_each(|harm| check_harm(policy, harm))
}

/// Refuses a ruling that does not hold together, or says something in words that the policy does not know. The cases
/// that it names are not looked for.
pub fn check_ruling(policy: &Policy, ruling: &Adjudication) -> Result<(), WorkspaceError> {
    let word = ruling.disposition.word();
    match &ruling.decision {
        None if ruling.disposition.decides() => {
            return Err(refuse(
                &format!("a ruling that is `{word}` needs a decision"),
                "Give the behavior that the case calls for, or rule `split` or `deferred`.",
            ));
        }
        Some(_) if !ruling.disposition.decides() => {
            return Err(refuse(
                &format!("a ruling that is `{word}` has no decision"),
                "Leave the decision out, or choose another disposition.",
            ));
        }
        Some(decision) if decision.behavior.is_none() => {
            return Err(refuse("the decision names no behavior", "Give the behavior that the case calls for."));
        }
        _ => {}
    }
    if let Some(Cause::Other(word)) = ruling.cause.iter().find(|cause| matches!(cause, Cause::Other(_))) {
        return Err(unknown("cause", word, Cause::WORDS.iter().copied()));
    }
    for behavior in ruling.distribution.keys() {
        check_behavior(policy, behavior)?;
    }
    if let Some(itself) = [&ruling.follows, &ruling.distinguishes, &ruling.overrules]
        .into_iter()
        .flatten()
        .find(|case| **case == ruling.case)
    {
        return Err(refuse(
            &format!("the ruling names its own case `{itself}` as a precedent"),
            "A new ruling on the same case replaces the old one by itself.",
        ));
    }
    match &ruling.decision {
        Some(decision) => {
            check_reading(policy, decision)?;
            decision.harms.iter().try_for_each(|harm| check_harm(policy, harm))
        }
        None => Ok(()),
    }
}

fn check_reading(policy: &Policy, reading: &Reading) -> Result<(), WorkspaceError> {
    let behaviors = reading.behavior.iter().chain(&reading.acceptable).chain(&reading.observed);
    behaviors.into_iter().try_for_each(|word| check_behavior(policy, word))?;
    reading.unjudged.iter().try_for_each(|word| check_category(policy, word))?;
    reading.facets.iter().try_for_each(|(name, word)| check_facet(policy, name, word))
}

fn check_behavior(policy: &Policy, word: &str) -> Result<(), WorkspaceError> {
    let behaviors = &policy.manifest.behaviors;
    match behaviors.find(word) {
        Some(_) => Ok(()),
        None => Err(unknown("behavior", word, behaviors.iter().map(|(_, behavior)| &*behavior.id))),
    }
}

fn check_category(policy: &Policy, word: &str) -> Result<(), WorkspaceError> {
    match policy.taxonomy.find(word) {
        Some(_) => Ok(()),
        None => Err(unknown("category", word, policy.taxonomy.iter().map(|(_, category)| &*category.id))),
    }
}

fn check_harm(policy: &Policy, harm: &Harm) -> Result<(), WorkspaceError> {
    check_category(policy, &harm.category)?;
    match &harm.severity {
        Some(word) if policy.manifest.find_severity(word).is_none() => {
            Err(unknown("severity", word, policy.manifest.severities.iter().map(|word| &**word)))
        }
        _ => Ok(()),
    }
}

fn check_facet(policy: &Policy, name: &str, word: &FacetWord) -> Result<(), WorkspaceError> {
    let facets = &policy.manifest.facets;
    let Some(ix) = policy.manifest.find_facet(name) else {
        return Err(unknown("facet", name, facets.iter().map(|facet| &*facet.id)));
    };
    let facet = policy.manifest.facet(ix);
    let words: &[String] = match word {
        FacetWord::Many(_) if facet.kind != FacetKind::Set => {
            return Err(refuse(&format!("the facet `{name}` takes one value"), "Give one of them."));
        }
        FacetWord::One(word) => std::slice::from_ref(word),
        FacetWord::Many(words) => words,
    };
    match words.iter().find(|word| facet.find(word).is_none()) {
        Some(word) if word == UNKNOWN => Err(refuse(
            &format!("`{UNKNOWN}` is no value of `{name}`: it is what a facet is that nobody judged"),
            "Leave the facet out.",
        )),
        Some(word) => Err(unknown(&format!("value of `{name}`"), word, facet.values.iter().map(|value| &**value))),
        None => Ok(()),
    }
}

/// Reads `category`, `category:severity` or `category:severity:target`; an empty severity is unknown.
pub fn harm(written: &str) -> Result<Harm, WorkspaceError> {
    let mut parts = written.split(':');
    let category = parts.next().unwrap_or_default().trim();
    let severity = parts.next().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
    let target = match parts.next().map(str::trim) {
        None | Some("") => Target::default(),
        Some(word) => Target::ALL
            .into_iter()
            .find(|target| target.word() == word)
            .ok_or_else(|| unknown("target", word, Target::ALL.map(Target::word)))?,
    };
    if category.is_empty() || parts.next().is_some() {
        return Err(refuse(
            &format!("`{written}` is no harm"),
            "Write `CATEGORY`, `CATEGORY:SEVERITY` or `CATEGORY:SEVERITY:TARGET`.",
        ));
    }
    Ok(Harm { category: category.to_owned(), severity, target })
}

/// Reads `facet=value`, for a bool `yes` and `no` as well; for a set `facet=one,two`, and `facet=` where there is nothing in it.
pub fn facet_word(policy: &Policy, written: &str) -> Result<(String, FacetWord), WorkspaceError> {
    let Some((name, value)) = written.split_once('=') else {
        return Err(refuse(&format!("`{written}` is no facet with its value"), "Write `FACET=VALUE`."));
    };
    let (name, value) = (name.trim(), value.trim());
    let word = match policy.manifest.find_facet(name).map(|ix| policy.manifest.facet(ix).kind) {
        Some(FacetKind::Set) => {
            let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
            FacetWord::Many(words.map(str::to_owned).collect())
        }
        // As the screen calls them.
        Some(FacetKind::Bool) if value.eq_ignore_ascii_case("yes") => FacetWord::One("true".to_owned()),
        Some(FacetKind::Bool) if value.eq_ignore_ascii_case("no") => FacetWord::One("false".to_owned()),
        _ => FacetWord::One(value.to_owned()),
    };
    Ok((name.to_owned(), word))
}

fn refuse(message: &str, help: &str) -> WorkspaceError {
    WorkspaceError::BadRecord { message: message.to_owned(), help: help.to_owned() }
}

fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> WorkspaceError {
    /// More than these are not listed.
    const MOST: usize = 12;
    let known: Vec<&str> = known.into_iter().collect();
    let help = match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if known.is_empty() => format!("The policy has no {}.", what.split(' ').next().unwrap_or(what)),
        None if known.len() <= MOST => format!("There are `{}`.", known.join("`, `")),
        None => "`casebook` shows them all on its screen.".to_owned(),
    };
    WorkspaceError::BadRecord { message: format!("there is no {what} `{word}`"), help }
}
