//! What a policy does not know of the words that a gold set uses.

use super::dictionary::{ABSENT, EVERYTHING};
use super::trouble::thousands;
use super::{GoldSet, HarmWords};
use crate::decide::situation::facet_value;
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::problem::{Code, Problem};
use crate::policy::taxonomy::UNKNOWN;
use rustc_hash::FxHashMap;

/// So many places of one finding are named.
const PLACES_NAMED: usize = 3;

pub(super) fn check(gold: &GoldSet, policy: &Policy) -> Vec<Problem> {
    let mut findings = Findings::default();
    let situations: Vec<Vec<usize>> =
        (0..gold.situations() as u32).map(|code| check_situation(gold, policy, code, &mut findings)).collect();
    let outcomes: Vec<Vec<usize>> =
        (0..gold.outcomes() as u32).map(|code| check_outcome(gold, policy, code, &mut findings)).collect();
    if findings.all.is_empty() {
        return Vec::new();
    }
    for row in 0..gold.len() {
        let (situation, outcome) = (gold.situation(row) as usize, gold.outcome(row) as usize);
        for &finding in situations[situation].iter().chain(&outcomes[outcome]) {
            findings.all[finding].add(row);
        }
    }
    // A word may stand in the dictionaries and in no case, where a later label replaced the one that used it.
    let mut found: Vec<Finding> = findings.all.into_iter().filter(|finding| finding.count > 0).collect();
    found.sort_by_key(|finding| finding.first);
    found.into_iter().map(|finding| finding.problem(gold)).collect()
}

/// Everything that is wrong, each once.
#[derive(Default)]
struct Findings {
    all: Vec<Finding>,
    known: FxHashMap<(&'static str, String), usize>,
}

struct Finding {
    code: &'static Code,
    message: String,
    help: String,
    /// The first rows with it.
    rows: [usize; PLACES_NAMED],
    first: usize,
    count: usize,
}

impl Findings {
    fn note(&mut self, code: &'static Code, message: String, help: impl FnOnce() -> String) -> usize {
        let all = &mut self.all;
        *self.known.entry((code.id, message.clone())).or_insert_with(|| {
            all.push(Finding { code, message, help: help(), rows: [0; PLACES_NAMED], first: usize::MAX, count: 0 });
            all.len() - 1
        })
    }
}

impl Finding {
    fn add(&mut self, row: usize) {
        // One case may say the same twice.
        if self.count > 0 && self.rows[(self.count - 1).min(PLACES_NAMED - 1)] == row {
            return;
        }
        self.first = self.first.min(row);
        if let Some(place) = self.rows.get_mut(self.count) {
            *place = row;
        }
        self.count += 1;
    }

    fn problem(self, gold: &GoldSet) -> Problem {
        let named = &self.rows[..self.count.min(PLACES_NAMED)];
        let cases: Vec<String> = named.iter().map(|&row| format!("`{}`", gold.id(row))).collect();
        let rest = self.count - named.len();
        let cases = match (cases.as_slice(), rest) {
            ([one], 0) => format!("in the case {one}"),
            (several, 0) => format!("in the cases {}", several.join(", ")),
            (several, rest) => format!("in the cases {} and {} more", several.join(", "), thousands(rest as u64)),
        };
        Problem::new(self.code, gold.place(self.first), format!("{} ({cases})", self.message), self.help)
    }
}

fn check_situation(gold: &GoldSet, policy: &Policy, code: u32, findings: &mut Findings) -> Vec<usize> {
    let mut found = Vec::new();
    for harm in gold.harms(code) {
        check_harm(policy, harm, findings, &mut found);
    }
    let dictionaries = gold.dictionaries();
    let situation = dictionaries.situations[code as usize];
    for value in dictionaries.values_of(&situation) {
        check_value(gold, policy, dictionaries.values.get(value), findings, &mut found);
    }
    let unjudged = dictionaries.unjudged.get(situation[3]);
    for word in unjudged.iter().filter(|&&word| word != EVERYTHING).map(|&word| gold.word(word)) {
        if policy.taxonomy.find(word).is_none() {
            let message = format!("the category `{word}`, left unjudged, is not in the taxonomy");
            found.push(findings.note(&codes::UNKNOWN_UNJUDGED_CATEGORY, message, || {
                format!("Make `{word}` an alias of the category that took its place, or restore it.")
            }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn check_harm(policy: &Policy, harm: HarmWords<'_>, findings: &mut Findings, found: &mut Vec<usize>) {
    let word = harm.category;
    match policy.taxonomy.find(word).map(|ix| policy.taxonomy.get(ix)) {
        None => {
            let message = format!("the category `{word}` is not in the taxonomy");
            found.push(findings.note(&codes::UNKNOWN_CASE_CATEGORY, message, || {
                format!("Make `{word}` an alias of the category that took its place, or restore it.")
            }));
        }
        Some(category) => {
            if let Some(deprecated) = &category.deprecated {
                let instead: Vec<String> = deprecated.replaced_by.iter().map(|id| format!("`{id}`")).collect();
                let message = format!("the category `{word}` is deprecated");
                found.push(findings.note(&codes::DEPRECATED_CASE_CATEGORY, message, || match instead.len() {
                    0 => "Adjudicate these cases with a category that is not deprecated.".into(),
                    1 => format!("Make `{word}` an alias of {}, which replaces it.", instead[0]),
                    _ => format!("Adjudicate these cases: each belongs to one of {}.", instead.join(", ")),
                }));
            }
        }
    }
    let is_strange = |&word: &&str| word != UNKNOWN && policy.manifest.find_severity(word).is_none();
    if let Some(word) = harm.severity.filter(is_strange) {
        let message = format!("the severity `{word}` is not among those of the manifest");
        let known = listed(&policy.manifest.severities);
        found.push(findings.note(&codes::UNKNOWN_CASE_SEVERITY, message, || format!("Use one of {known}, or add it.")));
    }
}

fn check_value(gold: &GoldSet, policy: &Policy, value: &[u32], findings: &mut Findings, found: &mut Vec<usize>) {
    let name = gold.word(value[0]);
    let words: Vec<&str> = value[2..].iter().map(|&word| gold.word(word)).collect();
    let Some(ix) = policy.manifest.find_facet(name) else {
        let message = format!("the facet `{name}` is not among those of the manifest");
        found.push(findings.note(&codes::UNKNOWN_CASE_FACET, message, || {
            format!("Add `{name}` to the manifest's facets, or correct its name.")
        }));
        return;
    };
    let facet = policy.manifest.facet(ix);
    if words == [UNKNOWN] || facet_value(facet, words.iter().copied()).is_some() {
        return;
    }
    let known = listed(&facet.values);
    let strange: Vec<&str> = words.iter().copied().filter(|word| facet.find(word).is_none()).collect();
    for word in &strange {
        let message = format!("the facet `{name}` has no value `{word}`");
        found.push(
            findings.note(&codes::UNKNOWN_CASE_FACET_VALUE, message, || format!("Use one of {known}, or add it.")),
        );
    }
    if strange.is_empty() {
        let message = format!("the facet `{name}` takes one value, and is given {}", words.len());
        found.push(findings.note(&codes::UNKNOWN_CASE_FACET_VALUE, message, || {
            format!("Give one of {known}, or make the facet a `set`.")
        }));
    }
}

fn check_outcome(gold: &GoldSet, policy: &Policy, code: u32, findings: &mut Findings) -> Vec<usize> {
    let mut found = Vec::new();
    for &word in gold.dictionaries().outcomes.get(code).iter().filter(|&&word| word != ABSENT) {
        let word = gold.word(word);
        if policy.manifest.behaviors.find(word).is_none() {
            let message = format!("the behavior `{word}` is not among those of the manifest");
            found.push(findings.note(&codes::UNKNOWN_CASE_BEHAVIOR, message, || {
                let known: Vec<_> = policy.manifest.behaviors.iter().map(|(_, behavior)| behavior.id.clone()).collect();
                format!("Use one of {}, or add it.", listed(&known))
            }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn listed(words: &[std::sync::Arc<str>]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
