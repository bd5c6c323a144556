//! How far labelers agree, where they do not, and why.

pub(super) mod json;
mod markdown;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

use super::again::Again;
use super::figure::thousands;
use crate::agreement::figure::{Figure, NO_INTERVAL, Name};
use crate::agreement::{Agreement, Cases, Confused, Measure, Period, Scale, Scope, Share, Split};
use crate::stats::agreement::Undefined;
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
        let each = self.agreement.lost.iter().map(|(why, n)| format!("{} {}", thousands(*n as u64), why.words_of(*n)));
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

    /// A table with one row a scope: its name, the measures, and the cases, unless these are the same for all.
    fn table(&self, scopes: &[&Scope], names: &[Name], first: &str) -> Vec<Vec<String>> {
        let mut rows = vec![vec![first.to_owned()]];
        rows[0].extend(names.iter().map(|name| name.word().to_owned()));
        let same = self.same_cases(scopes).is_some();
        if !same {
            rows[0].push("cases".to_owned());
        }
        for scope in scopes {
            let measures: Vec<&Measure> = self.of_scope(scope).collect();
            let mut row = vec![scope_name(scope)];
            for name in names {
                let found = measures.iter().find(|measure| measure.name == *name);
                row.push(found.map_or(String::new(), |measure| figure_cell(measure)));
            }
            if !same {
                row.push(measures.first().map_or(String::new(), |measure| cases(&measure.cases)));
            }
            rows.push(row);
        }
        rows
    }

    /// The cases that all of these rest on, where there are several scopes and they are the same for all.
    fn same_cases<'b>(&'b self, scopes: &[&'b Scope]) -> Option<&'b Cases> {
        let mut each = scopes.iter().filter_map(|scope| Some(&*self.of_scope(scope).next()?.cases));
        let first = each.next()?;
        (scopes.len() > 1 && each.all(|cases| cases == first)).then_some(first)
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

    /// Who gives the higher answer, labeler beside labeler or beside the gold labels: the surest first, under a row of titles. Empty where
    /// answers have no order.
    fn stricter(&self, than_gold: bool) -> Vec<Vec<String>> {
        let mut of: Vec<&Confused> = self.agreement.confusions.iter().collect();
        of.retain(|confused| confused.b.is_none() == than_gold && confused.higher.is_some());
        if of.is_empty() {
            return Vec::new();
        }
        let p = |confused: &&Confused| confused.stuart_maxwell.map_or(f64::INFINITY, |test| test.p);
        of.sort_by(|a, b| p(a).total_cmp(&p(b)));
        let titles = ["", self.agreement.field.higher_word(), "the reverse", "Bowker p", "Stuart-Maxwell p", "cases"];
        [titles.map(str::to_owned).to_vec()].into_iter().chain(of.into_iter().map(stricter_row)).collect()
    }

    /// What two labelers confuse, or one with the gold labels, where they are the only ones: a title, and a matrix under the words of the
    /// second.
    fn matrix(&self, with_gold: bool) -> Option<(String, Vec<Vec<String>>)> {
        let mut of_kind = self.agreement.confusions.iter().filter(|confused| confused.b.is_none() == with_gold);
        let (Some(only), None) = (of_kind.next(), of_kind.next()) else { return None };
        let title = format!("rows: {}; columns: {}", only.a, only.b.as_deref().unwrap_or(THE_GOLD_LABEL));
        let head = std::iter::once(String::new()).chain(only.choices.iter().map(ToString::to_string)).collect();
        let count = |n: &u64| if *n == 0 { "·".to_owned() } else { thousands(*n) };
        let row = |(choice, counts): (&std::sync::Arc<str>, &[u64])| {
            std::iter::once(choice.to_string()).chain(counts.iter().map(count)).collect()
        };
        let rows = only.choices.iter().zip(only.counts.rows()).map(row);
        Some((title, std::iter::once(head).chain(rows).collect()))
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

/// `ana than bo`, on how many cases, on how many it is the other way round, both tests, and the cases.
fn stricter_row(confused: &Confused) -> Vec<String> {
    let (one, other) = confused.higher.unwrap_or_default();
    let (a, b) = (&*confused.a, confused.b.as_deref().unwrap_or(THE_GOLD_LABEL));
    let (first, second) = if other > one { (b, a) } else { (a, b) };
    let p = |test: Option<ChiSquare>| test.map_or_else(|| "–".to_owned(), |test| p_words(&test));
    vec![
        format!("{first} than {second}"),
        thousands(one.max(other)),
        thousands(one.min(other)),
        p(confused.bowker),
        p(confused.stuart_maxwell),
        cases(&confused.cases),
    ]
}

/// What stands beside a labeler where there is no other one.
const THE_GOLD_LABEL: &str = "the gold label";

/// What is to be known of [`AgreementReport::stricter`].
const STRICTER_NOTE: &str = "surest first; with a p above 0.05 it may well be chance, – where nothing was confused";

/// The case, `2 escalate, 1 comply`, and what it touches.
fn split(split: &Split) -> [String; 3] {
    let answers: Vec<String> = split.answers.iter().map(|(answer, n)| format!("{n} {answer}")).collect();
    [split.case.clone(), answers.join(", "), split.touched.join(", ")]
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

/// The reason why there is no figure at all, where it is one for all.
fn undefined(measures: &[&Measure]) -> Option<Undefined> {
    let first = measures.first()?.figure.err()?;
    measures.iter().all(|measure| measure.figure.err() == Some(first)).then_some(first)
}

/// The titles of [`period`].
const PERIOD: [&str; 4] = ["", "labels", "cases labeled", "compared"];

/// A round or version: its name, its labels, the cases with one, and the cases that the figures rest on.
fn period(period: &Period) -> [String; 4] {
    let compared = period.measures.first().map_or(0, |measure| measure.cases.used);
    let [labels, cases, compared] = [period.labels, period.cases, compared].map(|n| thousands(n as u64));
    [period.name.clone(), labels, cases, compared]
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
        None => format!("{} [–]", three(figure.value)),
    }
}

/// What `[–]` behind a figure says; `None` where every figure has an interval.
fn no_interval(report: &AgreementReport<'_>) -> Option<String> {
    let has_none = |measure: &Measure| measure.figure.is_ok_and(|figure| figure.interval.is_none());
    report.agreement.measures.iter().any(has_none).then(|| format!("[–]: no interval, {NO_INTERVAL}"))
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

/// `118`, or `118; left out: 1 nobody labeled it, 2 a label abstained`
fn cases(cases: &Cases) -> String {
    let used = thousands(cases.used as u64);
    if cases.dropped.is_empty() {
        return used;
    }
    let each = cases.dropped.iter().map(|(why, n)| format!("{} {why}", thousands(*n as u64)));
    format!("{used}; left out: {}", each.collect::<Vec<_>>().join(", "))
}

fn p_words(test: &ChiSquare) -> String {
    if test.p < 0.001 { "< 0.001".to_owned() } else { format!("{:.3}", test.p) }
}
