//! What the report says, part by part.

use super::CalibrationReport;
use super::block::{Block, Column, Said, Table};
use crate::agreement::Measure;
use crate::agreement::figure::Name;
use crate::agreement::round::{LabelerStanding, Matched};
use crate::policy::label::Label;
use crate::policy::media;
use crate::policy::round::{Blindness, Round};
use crate::policy::split::Split;
use crate::policy::turns::turns;
use crate::report::again::resampled;
use crate::report::agreement::share;
use crate::report::explain::{facet_words, harm_words};
use crate::report::figure::{count, percent, proportion, thousands};
use crate::report::replay::{named, short};
use crate::report::round::{enough_words, exit_words};
use crate::stats::Bootstrap;
use std::collections::{BTreeMap, BTreeSet};

/// `Calibration round 2026-11-a of core`
pub(super) fn title(report: &CalibrationReport<'_>) -> String {
    let kind = report.found.round.kind.word();
    let kind = format!("{}{} round", kind[..1].to_uppercase(), &kind[1..]);
    format!("{kind} {} of {}", report.found.round.name, report.found.set)
}

pub(super) fn blocks(report: &CalibrationReport<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    asked(report, &mut blocks);
    labeled(report, &mut blocks);
    agreement(report, &mut blocks);
    texts(report, &mut blocks);
    worst(report, &mut blocks);
    decided(report, &mut blocks);
    changed(report, &mut blocks);
    blocks
}

fn asked(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    let round = &report.found.round;
    blocks.push(Block::Heading("What was asked".into()));
    let mut facts = Vec::new();
    let mut fact = |name, words: String| {
        if !words.is_empty() {
            facts.push((name, words));
        }
    };
    fact("policy", report.policy.to_owned());
    fact("purpose", round.purpose.to_string());
    fact("opened", by_at(&round.opened, &round.by));
    let open = || "not yet: figures may still change".to_owned();
    fact("closed", report.found.closed.as_ref().map_or_else(open, |closed| by_at(&closed.at, &closed.by)));
    fact("cases", sample_words(round, report.found.plan.len()));
    let readers = match round.overlap {
        0 | 1 => "one labeler".to_owned(),
        n if n >= round.labelers.len() => format!("all {n} labelers"),
        n => format!("{n} of {} labelers", round.labelers.len()),
    };
    fact("each case", format!("read by {readers}"));
    let share = |share: f64| if share > 0.0 { percent(share) } else { String::new() };
    fact("read twice", share(round.repeats));
    fact("probes", share(round.probes));
    fact("labelers saw", blind_words(round.blindness).to_owned());
    fact("texts of", round.policy.as_deref().map(|commit| format!("commit {}", short(commit))).unwrap_or_default());
    blocks.push(Block::Facts(facts));
}

/// `2026-11-21 by lee`
fn by_at(at: &str, by: &str) -> String {
    let day = at.get(..10).unwrap_or(at);
    match (day.is_empty(), by.is_empty()) {
        (false, false) => format!("{day} by {by}"),
        (false, true) => day.to_owned(),
        (true, false) => format!("by {by}"),
        (true, true) => String::new(),
    }
}

fn sample_words(round: &Round, cases: usize) -> String {
    let sample = &round.sample;
    let mut words = thousands(cases as u64);
    if let (Some(size), Some(of)) = (sample.size, sample.of) {
        words.push_str(&format!(", {} drawn of {}", thousands(size as u64), thousands(of as u64)));
        if !sample.by.is_empty() {
            words.push_str(&format!(" by {}", sample.by.join(" and ")));
        }
        words.push_str(&format!(", seed {}", round.seed));
    }
    if !sample.filter.is_empty() {
        words.push_str(&format!(", that meet `{}`", sample.filter));
    }
    words
}

fn blind_words(blindness: Blindness) -> &'static str {
    match blindness {
        Blindness::Open => "each other's labels",
        Blindness::Hidden => "no labels but their own",
        Blindness::Sealed => "no labels but their own, which were sealed until the round was closed",
    }
}

fn labeled(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("Who labeled".into()));
    let labelers = &report.found.standing.labelers;
    if labelers.is_empty() {
        blocks.push(Block::Paragraph("Nobody was asked.".into()));
        return;
    }
    let row = |labeler: &LabelerStanding| {
        let of = |done: usize, all: usize| format!("{} of {}", thousands(done as u64), thousands(all as u64));
        let (twice, to_repeat) = labeler.repeated;
        vec![
            labeler.labeler.to_string(),
            of(labeler.done, labeler.asked),
            thousands(labeler.abstained as u64),
            if to_repeat > 0 { of(twice, to_repeat) } else { "–".to_owned() },
            labeler.seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds} s")),
        ]
    };
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::left("labeler"),
            Column::right("read"),
            Column::right("abstained"),
            Column::right("read twice"),
            Column::right("a case took"),
        ],
        rows: labelers.iter().map(row).collect(),
    }));
    matches("On probes they say what was ruled", labelers, |labeler| &labeler.probes, blocks);
    matches("On a second reading they say what they said first", labelers, |labeler| &labeler.repeats, blocks);
}

/// How often a labeler's answers were the same as others, question by question; nothing where nobody's were compared.
fn matches(
    title: &str,
    labelers: &[LabelerStanding],
    of: impl Fn(&LabelerStanding) -> &Vec<Matched>,
    blocks: &mut Vec<Block>,
) {
    let row = |labeler: &LabelerStanding, Matched { field, same }: &Matched| {
        vec![labeler.labeler.to_string(), (*field).to_owned(), proportion(*same)]
    };
    let rows: Vec<Vec<String>> =
        labelers.iter().flat_map(|labeler| of(labeler).iter().map(move |matched| row(labeler, matched))).collect();
    if !rows.is_empty() {
        blocks.push(Block::Subheading(title.into()));
        blocks
            .push(Block::Table(Table { columns: ["labeler", "question", "the same"].map(Column::left).into(), rows }));
    }
}

fn agreement(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("How far they agree".into()));
    let rows: Vec<Vec<String>> = report
        .found
        .figures
        .iter()
        .flat_map(|(field, measures)| told(measures).map(move |measure| figure_row(field, measure)))
        .collect();
    if rows.is_empty() {
        blocks.push(Block::Paragraph("Nothing was measured.".into()));
    } else {
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::left("question"),
                Column::left("measure"),
                Column::right("value"),
                Column::right("95 % interval"),
                Column::right("cases used"),
                Column::left("left out"),
            ],
            rows,
        }));
    }
    if !report.found.standing.exits.is_empty() {
        blocks.push(Block::Subheading(enough_words(&report.found.standing).into()));
        blocks.push(Block::Items(report.found.standing.exits.iter().map(exit_words).collect()));
    }
    let (again, Bootstrap { seed, replicates }) = (&report.again, report.bootstrap);
    let measured = format!("What was measured: {}; {}.", again.words(), resampled(seed, replicates));
    let caveat = again.caveat().map(|words| format!(" {words}")).unwrap_or_default();
    blocks.push(Block::Paragraph(format!("{measured}{caveat} The same figures again:")));
    blocks.push(Block::Command(again.command_line()));
}

/// Of all measures those that say most in a report: how often they agree, and two that take chance out.
fn told(measures: &[Measure]) -> impl Iterator<Item = &Measure> {
    let has = |name: Name| measures.iter().any(|measure| measure.name == name);
    let alpha = if has(Name::AlphaOrdinal) { Name::AlphaOrdinal } else { Name::AlphaNominal };
    let gwet = if has(Name::Ac2) { Name::Ac2 } else { Name::Ac1 };
    let wanted = [Name::Percent, alpha, gwet, Name::AlphaMasi];
    measures.iter().filter(move |measure| wanted.contains(&measure.name))
}

fn figure_row(field: &str, measure: &Measure) -> Vec<String> {
    let value = match &measure.figure {
        Ok(figure) => format!("{:.2}", figure.value),
        Err(why) => format!("undefined: {why}"),
    };
    let interval = measure.figure.as_ref().ok().and_then(|figure| figure.interval);
    let interval = interval.map(|(interval, _)| format!("{:.2} to {:.2}", interval.low, interval.high));
    let dropped = measure.cases.dropped.iter().map(|(why, n)| format!("{}: {why}", thousands(*n as u64)));
    vec![
        field.to_owned(),
        measure.name.word().to_owned(),
        value,
        interval.unwrap_or_default(),
        thousands(measure.cases.used as u64),
        dropped.collect::<Vec<_>>().join("; "),
    ]
}

/// So many clauses and categories are named.
const MOST_TEXTS: usize = 8;

/// A clause that stands in many of the splits and few of the other cases is the one to look at first.
fn texts(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    let texts = &report.found.texts;
    if texts.splits == 0 {
        return;
    }
    blocks.push(Block::Heading("Which texts they part over".into()));
    blocks.push(Block::Paragraph(format!(
        "How often a text is cited, or decides a reading, in the {} with different behaviors and in the {} with the same:",
        count(texts.splits, "case", "cases"),
        thousands(texts.agreed)
    )));
    for (what, shares) in [("clause", &texts.clauses), ("category", &texts.categories)] {
        if !shares.is_empty() {
            blocks.push(Block::Table(Table {
                columns: vec![Column::left(what), Column::right("in the splits"), Column::right("in the others")],
                rows: shares.iter().take(MOST_TEXTS).map(|one| share(one).to_vec()).collect(),
            }));
        }
        if let Some(more) = shares.len().checked_sub(MOST_TEXTS).filter(|more| *more > 0) {
            blocks.push(Block::Paragraph(format!("and {} more", thousands(more as u64))));
        }
    }
}

fn worst(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("Where they part most".into()));
    let compared = count(report.found.compared as u64, "case", "cases");
    if report.found.splits.is_empty() {
        let words = match report.found.compared {
            0 => "No case was read by two labelers, so there is nothing to compare.".to_owned(),
            _ => format!("Nowhere: on {compared} that two labelers or more read, all say the same."),
        };
        return blocks.push(Block::Paragraph(words));
    }
    let told = report.told.min(report.found.splits.len());
    let mut words = format!("They differ on {} of {compared}", thousands(report.found.splits.len() as u64));
    if told < report.found.splits.len() {
        words.push_str(&format!("; the {} on which they are furthest apart:", thousands(told as u64)));
    } else {
        words.push(':');
    }
    blocks.push(Block::Paragraph(words));
    for split in &report.found.splits[..told] {
        one_split(split, report.uncover, blocks);
    }
}

fn one_split(split: &Split, uncover: bool, blocks: &mut Vec<Block>) {
    blocks.push(Block::Subheading(format!("{}: {}", split.case.id, apart_words(split))));
    if split.case.sensitive && !uncover {
        blocks.push(Block::Paragraph("This case is marked sensitive and stays covered; `--uncover` shows it.".into()));
    } else {
        let said = turns(&split.case).into_iter().map(|turn| Said {
            kind: turn.kind,
            who: turn.who.into_owned(),
            text: if uncover { turn.text.into_owned() } else { media::covered(&turn.text).into_owned() },
        });
        blocks.push(Block::Turns(said.collect()));
    }
    blocks.push(Block::Table(readings(&split.labels)));
    if let Some(ruling) = &split.ruling {
        let holding = if ruling.holding.is_empty() { String::new() } else { format!(": “{}”", ruling.holding) };
        blocks.push(Block::Paragraph(format!("Ruled {} by {}{holding}", ruling.says(), ruling.adjudicator)));
    }
}

/// `2 refuse, 1 comply`, or what else they differ in.
fn apart_words(split: &Split) -> String {
    if split.distribution.len() > 1 {
        let mut counts: Vec<(&String, &u64)> = split.distribution.iter().collect();
        counts.sort_by(|a, b| b.1.cmp(a.1));
        return counts.into_iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", ");
    }
    let what = if split.apart.harms > 0.0 { "different harms" } else { "facets read differently" };
    match split.distribution.keys().next() {
        Some(behavior) => format!("all say {behavior}, {what}"),
        None => what.to_owned(),
    }
}

/// Equal readings of many labelers stand in one row.
fn readings(labels: &[Label]) -> Table {
    let mut rows: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for label in labels {
        let words = reading(label);
        match rows.iter_mut().find(|(known, _)| *known == words) {
            Some((_, who)) => who.push(&label.labeler),
            None => rows.push((words, vec![&label.labeler])),
        }
    }
    let row = |(mut words, who): (Vec<String>, Vec<&str>)| {
        words.insert(0, who_words(&who));
        words
    };
    Table {
        columns: ["labeler", "calls for", "found", "because"].map(Column::left).into(),
        rows: rows.into_iter().map(row).collect(),
    }
}

/// So many names stand in a cell; more are counted.
const MOST_NAMES: usize = 4;

fn who_words(who: &[&str]) -> String {
    if who.len() <= MOST_NAMES {
        return who.join(", ");
    }
    let shown = who[..MOST_NAMES - 1].join(", ");
    format!("{shown} and {} more", who.len() + 1 - MOST_NAMES)
}

fn reading(label: &Label) -> Vec<String> {
    if let Some(abstention) = &label.abstain {
        return vec!["abstains".into(), String::new(), abstention.reason.clone()];
    }
    let mut found = Vec::new();
    match &label.harms {
        None => {}
        Some(harms) if harms.is_empty() => found.push("no harm".to_owned()),
        Some(harms) => found.extend(harms.iter().map(harm_words)),
    }
    found.extend(label.reading.facets.iter().map(|(name, word)| format!("{name} {}", facet_words(word))));
    let mut calls_for = label.reading.behavior.clone().unwrap_or_else(|| "–".to_owned());
    if !label.reading.acceptable.is_empty() {
        calls_for.push_str(&format!(" (or {})", label.reading.acceptable.join(", ")));
    }
    let mut because = label.rationale.clone().unwrap_or_default();
    if let Some(gap) = &label.gap {
        let gap = format!("gap: {}", gap.note);
        because = if because.is_empty() { gap } else { format!("{because}; {gap}") };
    }
    vec![calls_for, found.join("; "), because]
}

fn decided(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("What was decided".into()));
    let ruled: Vec<&Split> = report.found.splits.iter().filter(|split| split.ruling.is_some()).collect();
    let open = report.found.splits.len() - ruled.len();
    if !ruled.is_empty() {
        let row = |split: &&Split| {
            let ruling = split.ruling.as_ref()?;
            let causes: Vec<&str> = ruling.cause.iter().map(|cause| cause.word()).collect();
            Some(vec![
                split.case.id.clone(),
                ruling.says(),
                causes.join(", "),
                ruling.holding.clone(),
                ruling.adjudicator.clone(),
            ])
        };
        blocks.push(Block::Table(Table {
            columns: ["case", "ruling", "why they differed", "holding", "by"].map(Column::left).into(),
            rows: ruled.iter().filter_map(row).collect(),
        }));
    }
    let words = match (ruled.len(), open) {
        (0, 0) => "There was nothing to decide.".to_owned(),
        (_, 0) => "Every case on which they differ is ruled on.".to_owned(),
        (_, open) => {
            let cases = count(open as u64, "case on which they differ waits", "cases on which they differ wait");
            format!("{cases} for a ruling.")
        }
    };
    blocks.push(Block::Paragraph(words));
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for split in &ruled {
        let of_ruling: BTreeSet<&str> = split.ruling.iter().flat_map(|r| &r.cause).map(|cause| cause.word()).collect();
        of_ruling.into_iter().for_each(|cause| *causes.entry(cause).or_default() += 1);
    }
    if !causes.is_empty() {
        let mut causes: Vec<(&str, usize)> = causes.into_iter().collect();
        causes.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let words: Vec<String> = causes.into_iter().map(|(cause, n)| format!("{cause} {n}")).collect();
        blocks.push(Block::Paragraph(format!("Causes: {}.", words.join(", "))));
    }
}

fn changed(report: &CalibrationReport<'_>, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("What changed in the policy since".into()));
    let changes = match &report.changes {
        Ok(changes) => changes,
        Err(why) => return blocks.push(Block::Paragraph(format!("Not known: {why}."))),
    };
    let since = report.found.round.policy.as_deref().map(short).unwrap_or_default();
    if changes.is_empty() {
        let words = format!("Nothing: {} says what {since} said when the round was opened.", named(&report.version));
        return blocks.push(Block::Paragraph(words));
    }
    let words = format!(
        "{} from {since}, when the round was opened, to {}:",
        count(changes.len() as u64, "change", "changes"),
        named(&report.version)
    );
    blocks.push(Block::Paragraph(words));
    blocks.push(Block::Items(changes.iter().map(|change| change.sentence()).collect()));
}
