//! Measures, pairs of labelers, what the splits hang on, the split cases and the drift, as rows.

use super::grid::{GridRow, Leads};
use crate::agreement::figure::{NO_INTERVAL, Name, Way};
use crate::agreement::{Agreement, Cases, Confused, Field, Measure, Period, Scale, Scope, Share, Split};
use crate::report::figure::{count, percent, proportion, thousands};
use crate::stats::{ChiSquare, Interval};
use crate::tui::components::bar::bar;
use crate::tui::measured::Measured;
use crate::tui::model::Target;
use crate::tui::text;
use crate::tui::theme::Role;
use std::collections::HashMap;

/// Rows, and the first row and the words of each heading.
pub type Rows = (Vec<GridRow>, Vec<(usize, String)>);

/// Titles of the columns.
pub const MEASURES: [&str; 6] = ["measure", "value", "95 % interval", "0                 1", "cases", "left out"];
pub const CAUSES: [&str; 4] = ["clause or category", "of the splits", "", "of the rest"];
pub const SPLITS: [&str; 4] = ["case", "labels", "apart", "touches"];
pub const DRIFT: [&str; 6] =
    ["round or version", "value", "95 % interval", "0                 1", "compared", "labels"];

/// How wide a picture of a value is.
const BAR: usize = 19;
/// The least that Krippendorff holds good enough for tentative conclusions, and what is good.
const TENTATIVE: f64 = 0.667;
const GOOD: f64 = 0.8;
/// No cell of words is wider; the whole stands below the rows.
const WIDEST: usize = 40;

/// Everything but the pairs, under headings by what is compared.
pub fn measures(measured: &Measured) -> Rows {
    let agreement = &measured.agreement;
    type Holds = fn(&Scope) -> bool;
    let parts: [(&str, Holds); 7] = [
        ("all labelers", |scope| *scope == Scope::All),
        ("people among themselves", |scope| *scope == Scope::Humans),
        ("models among themselves", |scope| *scope == Scope::Models),
        ("people against models", |scope| *scope == Scope::HumansModels),
        ("answer by answer", |scope| matches!(scope, Scope::Category(_) | Scope::Behavior(_))),
        ("each labeler against gold", |scope| matches!(scope, Scope::Gold(_))),
        ("each labeler against themselves", |scope| matches!(scope, Scope::Labeler(_))),
    ];
    let confusions = confusions(agreement);
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    for (words, holds) in parts {
        let of_part: Vec<&Measure> = agreement.measures.iter().filter(|measure| holds(&measure.scope)).collect();
        if of_part.is_empty() {
            continue;
        }
        headings.push((rows.len(), words.to_owned()));
        rows.extend(of_part.into_iter().map(|of| measure(of, &confusions)));
    }
    (rows, headings)
}

/// The row of [`measures`] that is to be looked at first.
pub fn headline(measured: &Measured) -> usize {
    let name = Name::headline(measured.agreement.scale);
    let all = measured.agreement.measures.iter().filter(|measure| measure.scope == Scope::All);
    all.map(|measure| measure.name).position(|other| other == name).unwrap_or(0)
}

fn measure(measure: &Measure, confusions: &Confusions<'_>) -> GridRow {
    let name = measure.name.word();
    let (words, leads) = match &measure.scope {
        Scope::Category(id) => (format!("{id}  {name}"), Some(Leads::To(Target::Category(id.to_string())))),
        Scope::Gold(who) => (format!("{who}  {name}"), confusions.get(&(&**who, None)).map(|at| Leads::Confusion(*at))),
        Scope::Behavior(id) | Scope::Labeler(id) => (format!("{id}  {name}"), None),
        _ => (name.to_owned(), None),
    };
    let cases = &measure.cases;
    let mut cells = vec![(Role::Text, words)];
    cells.extend(value(measure));
    cells.push((Role::Dim, thousands(cases.used as u64)));
    cells.push((Role::Dim, if cases.dropped() > 0 { thousands(cases.dropped() as u64) } else { "–".to_owned() }));
    GridRow { cells, about: about(measure), leads }
}

/// The place of each confusion: a labeler and another one, or `None` for the gold labels.
type Confusions<'a> = HashMap<(&'a str, Option<&'a str>), usize>;

fn confusions(agreement: &Agreement) -> Confusions<'_> {
    agreement.confusions.iter().map(|confused| (&*confused.a, confused.b.as_deref())).zip(0..).collect()
}

/// Value, interval and a picture of both.
fn value(measure: &Measure) -> [(Role, String); 3] {
    match &measure.figure {
        Ok(figure) => {
            let ends = figure.interval.map(|(ends, _)| ends);
            [
                (Role::Accent, decimals(figure.value)),
                (Role::Text, interval(measure)),
                (Role::Dim, picture(figure.value, ends)),
            ]
        }
        Err(_) => {
            [(Role::Undetermined, "undefined".to_owned()), (Role::Dim, String::new()), (Role::Dim, " ".repeat(BAR))]
        }
    }
}

fn interval(measure: &Measure) -> String {
    let found = measure.figure.as_ref().ok().and_then(|figure| figure.interval);
    found.map_or_else(|| "–".to_owned(), |(ends, _)| format!("{} to {}", decimals(ends.low), decimals(ends.high)))
}

/// From 0 to 1, the interval as a bar and the value on it: `·····━━━●━━········`. What lies below 0 stands at 0.
fn picture(value: f64, ends: Option<Interval>) -> String {
    let at = |part: f64| (part.clamp(0.0, 1.0) * (BAR - 1) as f64).round() as usize;
    let range = ends.map_or(at(value)..=at(value), |ends| at(ends.low)..=at(ends.high));
    let cell = |column: usize| match column {
        _ if column == at(value) => '●',
        _ if range.contains(&column) => '━',
        _ => '·',
    };
    (0..BAR).map(cell).collect()
}

/// `0.61`; what is not quite perfect is not rounded to it.
pub fn decimals(value: f64) -> String {
    let rounded = format!("{value:.2}");
    match rounded.as_str() {
        "1.00" if value < 1.0 => ">0.99".to_owned(),
        "-0.00" => "0.00".to_owned(),
        _ => rounded,
    }
}

/// Why there is no figure, why cases were left out, and where the interval comes from.
fn about(measure: &Measure) -> String {
    let mut parts = Vec::new();
    match &measure.figure {
        Err(why) => parts.push(format!("undefined: {why}")),
        Ok(figure) => match figure.interval {
            Some((ends, way)) => {
                parts.extend(trust(measure, ends));
                parts.push(format!("interval: {}", way.words()));
            }
            None => parts.push(format!("no interval: {NO_INTERVAL}")),
        },
    }
    if measure.cases.dropped() > 0 {
        parts.push(left_out(&measure.cases));
    }
    parts.join(" · ")
}

/// `left out: 2 nobody labeled it, 1 a label abstained`
pub fn left_out(cases: &Cases) -> String {
    let why: Vec<String> = cases.dropped.iter().map(|(why, n)| format!("{} {why}", thousands(*n as u64))).collect();
    format!("left out: {}", why.join(", "))
}

/// What the lower end of alpha means, where alpha is of several labelers.
fn trust(measure: &Measure, ends: Interval) -> Option<String> {
    let alpha = matches!(measure.name, Name::AlphaNominal | Name::AlphaOrdinal | Name::AlphaInterval | Name::AlphaMasi);
    if !alpha || !matches!(measure.scope, Scope::All | Scope::Humans | Scope::Models) {
        return None;
    }
    let words = match ends.low {
        low if low >= GOOD => "good: even the lower end is at least 0.8",
        low if low >= TENTATIVE => "enough for tentative conclusions: the lower end is at least 0.667",
        _ if ends.high < TENTATIVE => "too little to rely on: even the upper end is below 0.667",
        _ => "not shown to be enough: the lower end is below 0.667",
    };
    Some(words.to_owned())
}

/// The titles of [`pairs`].
pub fn pair_titles(measured: &Measured) -> [&'static str; 6] {
    let name = pair_measure(measured.agreement.scale).word();
    ["pair", name, "95 % interval", "cases", measured.agreement.field.higher_word(), "p"]
}

/// Every two labelers by the measure that suits the field, the least agreement first, then every labeler and the gold labels; or only
/// those with one of them.
pub fn pairs(measured: &Measured, only: Option<&str>) -> Rows {
    let agreement = &measured.agreement;
    let confusions = confusions(agreement);
    let (mut of_two, mut with_gold): (Vec<(f64, GridRow)>, Vec<_>) = (Vec::new(), Vec::new());
    let name = pair_measure(agreement.scale);
    for measure in agreement.measures.iter().filter(|measure| measure.name == name) {
        let (a, b) = match &measure.scope {
            Scope::Pair(a, b) => (&**a, Some(&**b)),
            Scope::Gold(who) => (&**who, None),
            _ => continue,
        };
        if only.is_some_and(|only| only != a && b != Some(only)) {
            continue;
        }
        let confused = confusions.get(&(a, b)).copied();
        let [value, interval, _] = value(measure);
        let both = confused.map(|at| &agreement.confusions[at]);
        let (stricter, p) = both.map(stricter).unwrap_or_default();
        let cells = vec![
            (Role::Text, format!("{a} · {}", b.unwrap_or(GOLD))),
            value,
            interval,
            (Role::Dim, thousands(measure.cases.used as u64)),
            (Role::Text, stricter),
            (Role::Dim, p),
        ];
        let order = measure.figure.as_ref().map_or(f64::INFINITY, |figure| figure.value);
        let sides = both.and_then(|both| sides(both, agreement.field.higher_word()));
        // The names have not always room in their column.
        let names = format!("`{a}` and `{}`", b.unwrap_or(GOLD));
        let about = [names].into_iter().chain(sides).chain([about(measure)]).collect::<Vec<_>>().join(" · ");
        let row = GridRow { cells, about, leads: confused.map(Leads::Confusion) };
        if b.is_some() { of_two.push((order, row)) } else { with_gold.push((order, row)) }
    }
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    for (words, mut part) in [("labelers, the least agreement first", of_two), ("against the gold labels", with_gold)] {
        if !part.is_empty() {
            headings.push((rows.len(), words.to_owned()));
            part.sort_by(|a, b| a.0.total_cmp(&b.0));
            rows.extend(part.into_iter().map(|(_, row)| row));
        }
    }
    (rows, headings)
}

/// What the gold labels are called beside a labeler.
pub const GOLD: &str = "gold";

fn measured_pairs(measured: &Measured) -> impl Iterator<Item = (&str, &str, &Measure)> {
    let name = pair_measure(measured.agreement.scale);
    measured.agreement.measures.iter().filter(move |measure| measure.name == name).filter_map(|measure| match &measure
        .scope
    {
        Scope::Pair(a, b) => Some((&**a, &**b, measure)),
        _ => None,
    })
}

/// Every labeler beside every other, with how each stands to all others together.
pub fn grid(measured: &Measured) -> (Vec<String>, Rows) {
    let agreement = &measured.agreement;
    let number: HashMap<&str, usize> = agreement.labelers.iter().map(|labeler| &*labeler.id).zip(0..).collect();
    let all = agreement.labelers.len();
    let mut values: Vec<Vec<Option<&Measure>>> = vec![vec![None; all]; all];
    for (a, b, measure) in measured_pairs(measured) {
        let (Some(&a), Some(&b)) = (number.get(a), number.get(b)) else { continue };
        values[a][b] = Some(measure);
        values[b][a] = Some(measure);
    }
    let mut sides = vec![(0, 0); all];
    for confused in &agreement.confusions {
        let (Some((higher_a, higher_b)), Some(&a), Some(&b)) =
            (confused.higher, number.get(&*confused.a), confused.b.as_deref().and_then(|b| number.get(b)))
        else {
            continue;
        };
        sides[a] = (sides[a].0 + higher_a, sides[a].1 + higher_b);
        sides[b] = (sides[b].0 + higher_b, sides[b].1 + higher_a);
    }
    let ordered = agreement.scale == Scale::Ordinal;
    let word = agreement.field.higher_word();
    let mut titles = vec!["labeler".to_owned(), "mean".to_owned()];
    if ordered {
        titles.extend([word.to_owned(), "the reverse".to_owned()]);
    }
    titles.extend((1..=all).map(|at| at.to_string()));
    let row = |at: usize| {
        let who = &agreement.labelers[at].id;
        let known: Vec<f64> =
            values[at].iter().flatten().filter_map(|measure| Some(measure.figure.as_ref().ok()?.value)).collect();
        let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        let (more, less) = sides[at];
        let mut cells = vec![
            (Role::Text, format!("{} {who}", at + 1)),
            (Role::Accent, mean.map_or_else(|| "–".to_owned(), decimals)),
        ];
        if ordered {
            cells.extend([more, less].map(|n| (Role::Text, thousands(n))));
        }
        cells.extend(values[at].iter().enumerate().map(|(other, measure)| match measure {
            Some(measure) => pair_cell(measure),
            None if other == at => (Role::Dim, "·".to_owned()),
            None => (Role::Dim, "–".to_owned()),
        }));
        let sides = match ordered {
            true => format!(" · {word} than another on {}, the reverse on {}", thousands(more), thousands(less)),
            false => String::new(),
        };
        let pairs = count(known.len() as u64, "other labeler", "other labelers");
        let about = format!("`{who}` beside {pairs}: {}{sides}", pair_measure(agreement.scale).word());
        GridRow { cells, about, leads: Some(Leads::Pairs(who.clone())) }
    };
    (titles, ((0..all).map(row).collect(), Vec::new()))
}

fn pair_cell(measure: &Measure) -> (Role, String) {
    match &measure.figure {
        Ok(figure) if figure.value >= GOOD => (Role::Better, decimals(figure.value)),
        Ok(figure) if figure.value < TENTATIVE => (Role::Worse, decimals(figure.value)),
        Ok(figure) => (Role::Text, decimals(figure.value)),
        Err(_) => (Role::Undetermined, "?".to_owned()),
    }
}

/// What two labelers are compared by.
pub fn pair_measure(scale: Scale) -> Name {
    match scale {
        Scale::Nominal => Name::CohenKappa,
        Scale::Ordinal => Name::CohenKappaLinear,
        Scale::Sets => Name::AlphaMasi,
    }
}

/// Who gives the higher answer more often, and how likely that comes about by chance (Stuart and Maxwell).
pub fn stricter(confused: &Confused) -> (String, String) {
    let words = match confused.higher {
        Some((a, b)) if a > b => format!("{} {a}:{b}", confused.a),
        Some((a, b)) if b > a => format!("{} {b}:{a}", confused.b.as_deref().unwrap_or(GOLD)),
        Some((0, 0)) | None => "–".to_owned(),
        Some((a, b)) => format!("neither {a}:{b}"),
    };
    (words, confused.stuart_maxwell.map_or_else(|| "–".to_owned(), |test| p_words(test.p)))
}

/// `ana is stricter on 7, the reverse on 1 (Stuart-Maxwell p 0.041, Bowker p 0.072)`; `None` where answers have no order.
fn sides(confused: &Confused, word: &str) -> Option<String> {
    let (one, other) = confused.higher?;
    let (who, more, less) = match confused.b.as_deref() {
        b if other > one => (b.unwrap_or(THE_GOLD_LABEL), other, one),
        _ => (&*confused.a, one, other),
    };
    let p = |test: Option<ChiSquare>| test.map_or_else(|| "–".to_owned(), |test| p_words(test.p));
    let tests = format!("Stuart-Maxwell p {}, Bowker p {}", p(confused.stuart_maxwell), p(confused.bowker));
    Some(match more {
        0 => "both say the same throughout".to_owned(),
        _ => format!("{who} is {word} on {}, the reverse on {} ({tests})", thousands(more), thousands(less)),
    })
}

/// As [`GOLD`], in a sentence.
const THE_GOLD_LABEL: &str = "the gold label";

pub fn p_words(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// What the differing cases have in common, beside the others.
pub fn causes(measured: &Measured) -> Rows {
    let blame = &measured.agreement.blame;
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    let mut part = |words: &str, shares: &[Share], target: fn(String) -> Target| {
        if shares.is_empty() {
            return;
        }
        headings.push((rows.len(), words.to_owned()));
        rows.extend(shares.iter().map(|share| cause(share, target)));
    };
    part("clauses", &blame.clauses, Target::Clause);
    part("categories", &blame.categories, Target::Category);
    (rows, headings)
}

fn cause(share: &Share, target: fn(String) -> Target) -> GridRow {
    let of = |proportion: crate::stats::Proportion| match proportion.rate() {
        Some(rate) => format!("{} of {}, {}", thousands(proportion.hits), thousands(proportion.of), percent(rate)),
        None => "–".to_owned(),
    };
    let (splits, rest) = (share.of_splits.rate().unwrap_or_default(), share.of_agreed.rate().unwrap_or_default());
    // What splits touch no more often than the other cases do explains nothing.
    let role = if splits > rest { Role::Worse } else { Role::Dim };
    let words = if share.title.is_empty() { share.id.to_string() } else { format!("{}  {}", share.id, share.title) };
    GridRow {
        cells: vec![
            (Role::Text, words),
            (Role::Text, of(share.of_splits)),
            (role, format!("{:<BAR$}", bar(splits, BAR))),
            (Role::Dim, of(share.of_agreed)),
        ],
        about: format!(
            "`{}` is in {} split cases, and in {} cases on which all agree · {}",
            share.id,
            proportion(share.of_splits),
            proportion(share.of_agreed),
            Way::Wilson.words(),
        ),
        leads: Some(Leads::To(target(share.id.to_string()))),
    }
}

/// The split cases, the furthest apart first.
pub fn splits(measured: &Measured) -> Rows {
    let row = |split: &Split| {
        let answers: Vec<String> = split.answers.iter().map(|(word, n)| format!("{n} {word}")).collect();
        let touched = &split.touched;
        let touches = if touched.is_empty() { "no clause, no category".to_owned() } else { touched.join(", ") };
        let target = Target::Case { set: measured.of.set.to_string(), case: split.case.clone() };
        GridRow {
            about: format!("{}: {} · touches {touches}", split.case, answers.join(", ")),
            cells: vec![
                (Role::Text, split.case.clone()),
                (Role::Text, text::clip(&answers.join(", "), WIDEST)),
                (Role::Dim, decimals(split.apart)),
                (Role::Dim, text::clip(&touched.join(", "), WIDEST)),
            ],
            leads: Some(Leads::To(target)),
        }
    };
    (measured.agreement.splits.iter().map(row).collect(), Vec::new())
}

/// Round by round, and version by version.
pub fn drift(measured: &Measured) -> Rows {
    let agreement = &measured.agreement;
    let headline = Name::headline(agreement.scale);
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    let parts =
        [("rounds", &agreement.drift.rounds), ("versions of the policy, oldest first", &agreement.drift.policies)];
    for (words, periods) in parts {
        if !periods.is_empty() {
            headings.push((rows.len(), format!("{words}: {}", headline.word())));
            rows.extend(periods.iter().map(|period| of_period(period, headline)));
        }
    }
    (rows, headings)
}

fn of_period(period: &Period, headline: Name) -> GridRow {
    let name = period.name.clone();
    // A commit is known by its first digits.
    let hex = name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let shown = if hex { name[..9].to_owned() } else { name };
    let mut cells = vec![(Role::Text, shown)];
    let found = period.measures.iter().find(|measure| measure.name == headline);
    match found {
        Some(measure) => cells.extend(value(measure)),
        None => cells.extend([(Role::Dim, "–".to_owned()), (Role::Dim, String::new()), (Role::Dim, String::new())]),
    }
    cells.push((Role::Dim, found.map_or_else(|| "–".to_owned(), |measure| thousands(measure.cases.used as u64))));
    cells.push((Role::Dim, thousands(period.labels as u64)));
    let labeled = count(period.cases as u64, "case has a label", "cases have labels");
    let about = found.map_or(labeled.clone(), |measure| format!("{labeled} · {}", about(measure)));
    GridRow { cells, about, leads: None }
}

/// What was looked at: `31 of 40 cases split · 3 labelers · 118 labels, 2 of them abstained`.
pub fn looked_at(measured: &Measured) -> String {
    let agreement = &measured.agreement;
    let lost: Vec<String> =
        agreement.lost.iter().map(|(lost, n)| format!("{} {}", thousands(*n as u64), lost.words_of(*n))).collect();
    let lost = if lost.is_empty() { String::new() } else { format!(" (not compared: {})", lost.join(", ")) };
    let field = match agreement.field {
        Field::Severity => "severity of the gravest harm",
        _ => measured.of.field.as_str(),
    };
    format!(
        "{field} · {} · {} · {}{lost}",
        count(agreement.labelers.len() as u64, "labeler", "labelers"),
        count(agreement.labels as u64, "label", "labels"),
        count(agreement.cases as u64, "case", "cases"),
    )
}
