//! How far labelers agree, where they do not, and why.

pub(super) mod json;
mod markdown;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

use super::again::Again;
use super::figure::thousands;
use crate::agreement::figure::{Figure, Name};
use crate::agreement::{Agreement, Confused, Field, Measure, Scale, Scope, Share, Split};
use crate::stats::{ChiSquare, Interval};

/// The agreement of labelers and what gives it again.
#[derive(Debug)]
pub struct AgreementReport<'a> {
    pub agreement: &'a Agreement,
    /// As it was asked for.
    pub field: &'a str,
    pub again: Again<'a>,
    pub seed: u64,
    pub replicates: u32,
}

/// Pairs, confusions and the like: so many are shown to people, the rest is counted.
const MOST_SHOWN: usize = 10;

impl AgreementReport<'_> {
    /// `4 labelers, of whom 1 is a model`
    fn who(&self) -> String {
        use crate::policy::manifest::LabelerKind;
        let labelers = &self.agreement.labelers;
        let models = labelers.iter().filter(|labeler| labeler.kind == LabelerKind::Model).count();
        let all = super::figure::count(labelers.len() as u64, "labeler", "labelers");
        match models {
            0 => all,
            1 => format!("{all}, of whom 1 is a model"),
            _ => format!("{all}, of whom {} are models", thousands(models as u64)),
        }
    }

    /// `402 labels; 12 cannot be compared: 9 abstained, 3 say nothing of it`
    fn labels(&self) -> String {
        let labels = super::figure::count(self.agreement.labels as u64, "label", "labels");
        let lost: usize = self.agreement.lost.iter().map(|(_, n)| n).sum();
        if lost == 0 {
            return labels;
        }
        let each = self.agreement.lost.iter().map(|(why, n)| format!("{} {}", thousands(*n as u64), why.words()));
        format!("{labels}; {} cannot be compared: {}", thousands(lost as u64), each.collect::<Vec<_>>().join(", "))
    }

    fn of_scope<'b>(&'b self, scope: &'b Scope) -> impl Iterator<Item = &'b Measure> {
        self.agreement.measures.iter().filter(move |measure| measure.scope == *scope)
    }

    /// The scopes of one kind, each once, in order.
    fn scopes(&self, of_kind: impl Fn(&Scope) -> bool) -> Vec<&Scope> {
        let mut scopes: Vec<&Scope> = Vec::new();
        for measure in self.agreement.measures.iter().filter(|measure| of_kind(&measure.scope)) {
            if scopes.last() != Some(&&measure.scope) {
                scopes.push(&measure.scope);
            }
        }
        scopes
    }

    /// The measures that a table of pairs has room for.
    fn of_two(&self) -> &'static [Name] {
        match self.agreement.scale {
            Scale::Nominal => &[Name::Percent, Name::CohenKappa, Name::Ac1],
            Scale::Ordinal => &[Name::Percent, Name::CohenKappa, Name::CohenKappaQuadratic, Name::Ac1],
            Scale::Sets => &[Name::Percent, Name::AlphaMasi],
        }
    }

    /// A table with one row a scope: its name, the measures, and the cases.
    fn table(&self, scopes: &[&Scope], names: &[Name], first: &str) -> Vec<Vec<String>> {
        let mut rows = vec![vec![first.to_owned()]];
        rows[0].extend(names.iter().map(|name| name.word().to_owned()));
        rows[0].push("cases".to_owned());
        for scope in scopes {
            let measures: Vec<&Measure> = self.of_scope(scope).collect();
            let mut row = vec![scope_name(scope)];
            for name in names {
                let found = measures.iter().find(|measure| measure.name == *name);
                row.push(found.map_or(String::new(), |measure| figure_cell(measure)));
            }
            row.push(measures.first().map_or(String::new(), |measure| cases(measure)));
            rows.push(row);
        }
        rows
    }

    /// The pairs with the lowest agreement first.
    fn pairs(&self) -> Vec<&Scope> {
        let name = *self.of_two().get(1).unwrap_or(&Name::Percent);
        let value = |scope: &&Scope| {
            let found = self.of_scope(scope).find(|measure| measure.name == name);
            found.and_then(|measure| measure.figure.ok()).map_or(f64::MAX, |figure| figure.value)
        };
        let mut pairs = self.scopes(|scope| matches!(scope, Scope::Pair(..)));
        let mut keyed: Vec<(f64, &Scope)> = pairs.drain(..).map(|scope| (value(&scope), scope)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        keyed.into_iter().map(|(_, scope)| scope).collect()
    }

    /// The pairs of whom one is surely the stricter one, the surest first, in words.
    fn stricter(&self) -> Vec<String> {
        let mut sure: Vec<(f64, String)> =
            self.agreement.confusions.iter().filter_map(|confused| self.stricter_words(confused)).collect();
        sure.sort_by(|a, b| a.0.total_cmp(&b.0));
        sure.into_iter().map(|(_, words)| words).collect()
    }

    fn stricter_words(&self, confused: &Confused) -> Option<(f64, String)> {
        let (a, b) = confused.higher?;
        let (bowker, stuart_maxwell) = (confused.bowker?, confused.stuart_maxwell?);
        if bowker.p.min(stuart_maxwell.p) >= 0.05 {
            return None;
        }
        let word = match self.agreement.field {
            Field::Behavior | Field::Observed => "stricter",
            Field::Severity => "graver",
            Field::Harms | Field::Facet(_) => "higher",
        };
        let [p, q] = [bowker, stuart_maxwell].map(|test| p_words(&test));
        let (n, a_name, b_name) = (confused.counts.total(), &confused.a, &confused.b);
        let words = format!(
            "{a_name} {word} than {b_name} on {} of {} cases, the other way round on {}; Bowker p {p}, Stuart-Maxwell p {q}",
            thousands(a),
            thousands(n),
            thousands(b),
        );
        Some((bowker.p, words))
    }

    /// `refuse or escalate: 31 of 80 pairs of labels that differ`
    fn mixed(&self) -> Vec<String> {
        let of = self.agreement.differing;
        let one = |mixed: &crate::agreement::Mixed| {
            let share = super::figure::percent(mixed.n as f64 / of as f64);
            format!(
                "{} or {}: {} of {} pairs of labels that differ, {share}",
                mixed.first,
                mixed.second,
                thousands(mixed.n),
                thousands(of)
            )
        };
        self.agreement.mixed.iter().map(one).collect()
    }
}

/// The case, `2 escalate, 1 comply`, and what it touches.
fn split(split: &Split) -> [String; 3] {
    let answers: Vec<String> = split.answers.iter().map(|(answer, n)| format!("{n} {answer}")).collect();
    let touched: Vec<&str> = split.clauses.iter().chain(&split.categories).map(|id| &**id).collect();
    [split.case.clone(), answers.join(", "), touched.join(", ")]
}

/// `31 of 100, 31.0 % [22.8–40.6]` of the splits, and of the cases on which all agree.
pub(in crate::report) fn share(share: &Share) -> [String; 3] {
    let name = if share.title.is_empty() { share.id.to_string() } else { format!("{} ({})", share.id, share.title) };
    [name, super::figure::proportion(share.of_splits), super::figure::proportion(share.of_agreed)]
}

fn scope_name(scope: &Scope) -> String {
    match scope {
        Scope::Pair(a, b) => format!("{a}, {b}"),
        Scope::Gold(name) | Scope::Category(name) | Scope::Behavior(name) | Scope::Labeler(name) => name.to_string(),
        other => other.to_string(),
    }
}

/// What a group is called in a heading.
fn group_name(scope: &Scope) -> &'static str {
    match scope {
        Scope::Humans => "people among themselves",
        Scope::Models => "models among themselves",
        Scope::HumansModels => "people against models",
        _ => "all labelers",
    }
}

fn figure_cell(measure: &Measure) -> String {
    measure.figure.map_or_else(|_| "undefined".to_owned(), figure_words)
}

/// `0.812 [0.770–0.851]`
fn figure_words(figure: Figure) -> String {
    match figure.interval {
        Some((Interval { low, high }, _)) => format!("{} [{}–{}]", three(figure.value), three(low), three(high)),
        None => three(figure.value),
    }
}

fn three(value: f64) -> String {
    let rounded = format!("{value:.3}");
    // What is not quite 1 is not rounded to it, and there is no negative nothing.
    match rounded.as_str() {
        "1.000" if value < 1.0 - 1e-12 => "0.999".to_owned(),
        "-0.000" => "0.000".to_owned(),
        _ => rounded.replace('-', "−"),
    }
}

/// `118`, or `118; 2 left out`
fn cases(measure: &Measure) -> String {
    let used = thousands(measure.cases.used as u64);
    match measure.cases.dropped() {
        0 => used,
        dropped => format!("{used}; {} left out", thousands(dropped as u64)),
    }
}

/// `1 nobody labeled it, 2 a label abstained`; empty where no case is left out.
fn why_dropped(measure: &Measure) -> String {
    let each = measure.cases.dropped.iter().map(|(why, n)| format!("{} {why}", thousands(*n as u64)));
    each.collect::<Vec<_>>().join(", ")
}

fn p_words(test: &ChiSquare) -> String {
    if test.p < 0.001 { "< 0.001".to_owned() } else { format!("= {:.3}", test.p) }
}
