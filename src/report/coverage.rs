//! How far gold cases show what a policy does, and what they leave unsaid.

use super::decisions::number;
use super::figure::{count, percent, thousands};
use super::paint::{Paint, markdown_words, own_words};
use super::replay::{VersionName, named};
use super::table::{Cell, lines};
use crate::analyze::coverage::{Goal, Lost, Wanted};
use crate::analyze::space::{CaseAt, TierCells, Unvisited, points_words, share};
use crate::decide::{GoldSet, Situation, form, plain, words};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Predicate, Subject};
use crate::policy::facet::ValueIx;
use crate::replay::coverage::Coverage;
use crate::stats::Proportion;
use serde_json::{Value, json};
use std::sync::Arc;

/// A policy and what cases show of it.
#[derive(Debug)]
pub struct CoverageReport<'a> {
    pub version: VersionName,
    pub policy: &'a Policy,
    pub sets: &'a [Arc<GoldSet>],
    pub coverage: &'a Coverage,
    /// How many of a kind are listed in text.
    pub limit: usize,
}

/// One line of what is missing: what it is, and more on it.
#[derive(Debug, Default)]
pub struct Line {
    pub head: String,
    pub more: String,
    /// What of it stands beside the head where one line is all the room there is.
    pub brief: String,
    /// The clause that it is about, or that decides there.
    pub clause: Option<ClauseIx>,
    /// A case that it is about.
    pub case: Option<CaseAt>,
    /// Where a case would mend it.
    pub point: Option<Situation>,
}

/// What is missing, under a heading.
#[derive(Debug)]
pub struct Missing {
    pub heading: &'static str,
    pub lines: Vec<Line>,
}

/// A figure by its name, in words, and what it means.
#[derive(Debug)]
pub struct Figure {
    pub name: String,
    pub words: String,
    pub about: &'static str,
}

const CLAUSES: &str = "How many clauses decide a labeled case. One that decides none could be lost, and no verdict on these cases would change.";
const TESTS: &str = "A test is one line of a clause's condition. It is shown to matter by two cases: one that the clause decides only \
     because of it, and one that fails only this test.";
const BOUNDARIES: &str = "Where a clause begins or ends within an order, such as severity high or more: whether there are cases right \
     below and right above.";
const REGIONS: &str =
    "A region is what one clause, or the default, decides of those categories of a tier that no clause tells apart.";
const CEILING: &str = "Cases that the facets do not tell apart get one verdict, whatever the clauses say. Where their labels differ, no \
     policy can agree with all of them: the ceiling is the most that any could reach.";

/// The figures, clause by clause, and what is missing.
pub fn text(report: &CoverageReport<'_>, paint: Paint) -> String {
    let name = own_words(&report.policy.manifest.name).into_owned();
    let mut out = format!("{}  {}\n", paint.bold(name), paint.dim(own_words(&named(&report.version))));
    out.push_str(&format!("{}\n\n", count(report.coverage.labeled.cases, "labeled case", "labeled cases")));
    let rows: Vec<Vec<Cell>> =
        figures(report).into_iter().map(|figure| vec![Cell::new(figure.name), Cell::new(figure.words)]).collect();
    out.push_str(&lines(&rows, 2));
    out.push_str(&format!("\n{}\n", paint.bold("clauses")));
    let mut rows =
        vec![["", "cases", "tests", "boundaries"].map(|name| Cell::new(name).painted(|t| paint.dim(t))).to_vec()];
    for clause in &report.coverage.exercise.clauses {
        let id = own_words(&report.policy.clause(clause.clause).id).into_owned();
        let cases = Cell::new(thousands(clause.decides)).right();
        let cases = if clause.decides == 0 { cases.painted(|text| paint.notable(text)) } else { cases };
        let of = |proportion: Proportion| Cell::new(bare(proportion)).right();
        let one = Some(clause.clause);
        rows.push(vec![Cell::new(id), cases, of(report.coverage.tests(one)), of(report.coverage.boundaries(one))]);
    }
    out.push_str(&lines(&rows, 2));
    for Missing { heading, lines } in missing(report) {
        if lines.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", paint.bold(heading)));
        for line in lines.iter().take(report.limit) {
            out.push_str(&format!("  {}\n", own_words(&line.head)));
            if !line.more.is_empty() {
                out.push_str(&format!("    {}\n", paint.dim(own_words(&line.more))));
            }
        }
        if lines.len() > report.limit {
            out.push_str(&format!("  … and {} more; `--limit` shows them\n", lines.len() - report.limit));
        }
    }
    out
}

/// The same as tables.
pub fn markdown(report: &CoverageReport<'_>) -> String {
    let cases = count(report.coverage.labeled.cases, "labeled case", "labeled cases");
    let mut out = format!("## What {cases} show of the policy\n\n| | |\n| --- | --- |\n");
    for Figure { name, words, .. } in figures(report) {
        out.push_str(&format!("| {name} | {} |\n", markdown_words(&words)));
    }
    out.push_str("\n| clause | cases | tests | boundaries |\n| --- | ---: | ---: | ---: |\n");
    for clause in &report.coverage.exercise.clauses {
        let one = Some(clause.clause);
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            markdown_words(&report.policy.clause(clause.clause).id),
            thousands(clause.decides),
            bare(report.coverage.tests(one)),
            bare(report.coverage.boundaries(one)),
        ));
    }
    for Missing { heading, lines } in missing(report) {
        if lines.is_empty() {
            continue;
        }
        out.push_str(&format!("\n**{heading}**\n\n"));
        for line in lines.iter().take(report.limit) {
            let more = if line.more.is_empty() { String::new() } else { format!(": {}", line.more) };
            out.push_str(&format!("- {}\n", markdown_words(&format!("{}{more}", line.head))));
        }
        if lines.len() > report.limit {
            out.push_str(&format!("- … and {} more\n", lines.len() - report.limit));
        }
    }
    out
}

/// `12 of 15`; a dash of nothing.
pub fn bare(proportion: Proportion) -> String {
    match proportion.of {
        0 => "–".to_owned(),
        of => format!("{} of {}", thousands(proportion.hits), thousands(of)),
    }
}

/// Everything is counted, nothing is sampled: so no intervals.
pub fn figures(report: &CoverageReport<'_>) -> Vec<Figure> {
    let coverage = report.coverage;
    let rate = |proportion: Proportion| match proportion.rate() {
        Some(rate) => format!("{}, {}", bare(proportion), percent(rate)),
        None => "none".to_owned(),
    };
    let figure = |name: &str, words: String, about: &'static str| Figure { name: name.to_owned(), words, about };
    let held = match coverage.boundaries(None) {
        Proportion { of: 0, .. } => "no clause begins or ends within an order".to_owned(),
        held => format!("{} have cases on both sides", rate(held)),
    };
    let mut figures = vec![
        figure("clauses", format!("{} decide a case", rate(coverage.clauses())), CLAUSES),
        figure("tests", format!("{} are shown to matter by a pair of cases", rate(coverage.tests(None))), TESTS),
        figure("boundaries", held, BOUNDARIES),
    ];
    match &coverage.space {
        Ok(space) => {
            let cells = &space.cells;
            let visited = Proportion::new(cells.visited, cells.cells);
            let share = percent(share(&cells.visited_points, &cells.points));
            let words = format!("{} have a case; they hold {share} of all points", rate(visited));
            figures.push(figure("regions", words, REGIONS));
            // The riskiest first; categories without a tier last.
            let (without, tiers): (Vec<_>, Vec<_>) = cells.by_tier.iter().partition(|(tier, _)| tier.is_none());
            for (tier, TierCells { cells, visited }) in tiers.into_iter().chain(without) {
                let name = tier.map_or("  without a tier".to_owned(), |tier| format!("  tier {tier}"));
                figures.push(Figure { name, words: rate(Proportion::new(*visited, *cells)), about: REGIONS });
            }
        }
        Err(error) => figures.push(figure("regions", error.to_string(), REGIONS)),
    }
    let ceiling = &coverage.ceiling;
    let reach = if ceiling.exact { "the best clauses over these facets" } else { "no clauses over these facets" };
    let verb = if ceiling.exact { "agree with" } else { "agree with more than" };
    let most = match ceiling.of {
        0 => "no labeled case yet".to_owned(),
        of => format!("{reach} {verb} {} of {} cases", thousands(ceiling.most), thousands(of)),
    };
    figures.push(figure("ceiling", most, CEILING));
    figures
}

/// What no case shows, of each kind the gravest first.
pub fn missing(report: &CoverageReport<'_>) -> Vec<Missing> {
    let (policy, coverage) = (report.policy, report.coverage);
    let idle = coverage.exercise.idle().map(|clause| Line {
        head: policy.clause(clause.clause).id.to_string(),
        more: plain::condition(policy, &policy.clause(clause.clause).when),
        clause: Some(clause.clause),
        ..Line::default()
    });
    let mut all = vec![
        Missing {
            heading: "labels that contradict each other; only a further facet could tell these cases apart",
            lines: coverage.ceiling.lost.iter().map(|lost| lost_line(report, lost)).collect(),
        },
        Missing { heading: "clauses that no case exercises", lines: idle.collect() },
    ];
    if let Ok(space) = &coverage.space {
        let regions = space.cells.unvisited.iter().map(|region| region_line(report, region));
        all.push(Missing { heading: "regions without a case", lines: regions.collect() });
        let wanted = |sides: bool| {
            let of_kind = |wanted: &&Wanted| matches!(wanted.goal, Goal::At(..)) == sides && wanted.room.is_some();
            space.wanted.iter().filter(of_kind).map(|wanted| wanted_line(report, wanted)).collect()
        };
        all.push(Missing { heading: "tests without a pair of cases that shows they matter", lines: wanted(false) });
        all.push(Missing { heading: "boundaries without a case on one side", lines: wanted(true) });
        let never = space.wanted.iter().filter(|wanted| wanted.room.is_none());
        let never = never.map(|wanted| Line {
            head: goal_words(policy, wanted),
            clause: Some(wanted.clause),
            ..Line::default()
        });
        all.push(Missing {
            heading: "what no case could show: other tests or clauses already settle it",
            lines: never.collect(),
        });
    }
    all
}

fn lost_line(report: &CoverageReport<'_>, lost: &Lost) -> Line {
    let alike = &report.coverage.labeled.groups[lost.group];
    let label = |(accepts, cases): &(u32, Vec<CaseAt>)| {
        format!("{} for {}", behaviors(report.policy, *accepts).join(" or "), cases_words(report, cases))
    };
    let labels: Vec<String> = alike.labels.iter().map(label).collect();
    let best = report.policy.manifest.behaviors.id(lost.best);
    let case = lost.cases.first().cloned();
    Line { head: labels.join("; "), more: format!("{best} is right for most of them"), case, ..Line::default() }
}

fn region_line(report: &CoverageReport<'_>, region: &Unvisited) -> Line {
    let policy = report.policy;
    let tier = region.tier.map(|tier| format!("tier {tier}, ")).unwrap_or_default();
    let size = points_words(&region.points);
    let words = report.coverage.space.as_ref().map(|space| &space.cells.space.words).unwrap_or(policy);
    Line {
        head: region_words(words, &region.when),
        more: format!("{tier}{size}: {}", decider(policy, region.decider)),
        brief: format!("{tier}{size}"),
        clause: region.decider,
        point: Some(region.example.clone()),
        ..Line::default()
    }
}

/// The condition in plain words, with no more categories in a row than one reads; JSON has them all.
pub fn region_words(words: &Policy, when: &Condition) -> String {
    /// So many are named, and one more is no reason to leave any out.
    const MOST: usize = 5;
    let mut said = plain::condition(words, when);
    for test in when.tests().into_iter().filter(|test| test.subject == Subject::Category) {
        let mut few = test.clone();
        let left_out = shorten(&mut few.predicate, MOST);
        if left_out > 1 {
            let shorter = format!("{}, and {left_out} more categories", plain::test(words, &few));
            said = said.replacen(&plain::test(words, test), &shorter, 1);
        }
    }
    said
}

/// Keeps the first operands; how many were left out.
fn shorten(predicate: &mut Predicate, most: usize) -> usize {
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => {
            let left_out = operands.len().saturating_sub(most);
            operands.truncate(most);
            left_out
        }
        Predicate::Not(inner) => shorten(inner, most),
    }
}

/// `bio-uplift decides refuse`
fn decider(policy: &Policy, clause: Option<ClauseIx>) -> String {
    let behavior = |ix: BehaviorIx| policy.manifest.behaviors.id(ix);
    match clause.map(|ix| policy.clause(ix)) {
        Some(clause) => {
            format!("{} decides {}", clause.id, behavior(clause.then.unwrap_or(policy.manifest.default)))
        }
        None => format!("{} by default", behavior(policy.manifest.default)),
    }
}

fn wanted_line(report: &CoverageReport<'_>, wanted: &Wanted) -> Line {
    let space = report.coverage.space.as_ref().map(|space| &space.cells.space);
    let example = wanted
        .room
        .as_ref()
        .zip(space.ok())
        .map(|(room, space)| format!("e.g. {}", super::explain::reading_line(&space.reading(&room.plainest))));
    Line {
        head: goal_words(report.policy, wanted),
        more: example.unwrap_or_default(),
        clause: Some(wanted.clause),
        point: wanted.room.as_ref().map(|room| room.plainest.clone()),
        ..Line::default()
    }
}

/// ``bio-uplift: a case that it decides only because of its test severity medium or more``
pub fn goal_words(policy: &Policy, wanted: &Wanted) -> String {
    let clause = policy.clause(wanted.clause);
    let tests = clause.when.tests();
    let test = tests.get(wanted.goal.test()).map(|test| plain::test(policy, test)).unwrap_or_default();
    let subject = tests.get(wanted.goal.test()).map(|test| test.subject);
    let id = &clause.id;
    match wanted.goal {
        Goal::With(_) => format!("{id}: a case that it decides only because of its test {test}"),
        Goal::Without(_) => format!("{id}: a case that fails only its test {test}"),
        Goal::At(_, value) => {
            let subject = subject.unwrap_or(Subject::Severity);
            format!("{id}: a case right at the boundary of its test {test}: {}", value_words(policy, subject, value))
        }
    }
}

fn value_words(policy: &Policy, subject: Subject, value: ValueIx) -> String {
    use crate::policy::condition::Met;
    use crate::policy::facet::FacetValue;
    let met = Met::Value(Some(FacetValue::One(value)));
    format!("{} {}", words::subject(policy, subject), words::met(policy, subject, met))
}

fn behaviors(policy: &Policy, accepts: u32) -> Vec<String> {
    let accepted = policy.manifest.behaviors.iter().filter(|(ix, _)| accepts >> ix.0 & 1 == 1);
    accepted.map(|(_, behavior)| behavior.id.to_string()).collect()
}

fn case_name(report: &CoverageReport<'_>, case: &CaseAt) -> (String, String) {
    let set = &report.sets[case.set];
    (set.set().to_string(), set.id(case.row).into_owned())
}

/// `core/a, core/b and 4 more`
fn cases_words(report: &CoverageReport<'_>, cases: &[CaseAt]) -> String {
    /// So many are named.
    const MOST: usize = 6;
    let named = cases.iter().take(MOST).map(|case| case_name(report, case));
    let named: Vec<String> = named.map(|(set, case)| format!("{set}/{case}")).collect();
    let more = cases.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// See docs/json.md.
pub fn json(report: &CoverageReport<'_>) -> Value {
    let (policy, coverage) = (report.policy, report.coverage);
    let of = |proportion: Proportion| json!({"n": proportion.hits, "of": proportion.of, "rate": proportion.rate()});
    let cases = |cases: &[CaseAt]| -> Vec<Value> {
        let named = cases.iter().map(|case| case_name(report, case));
        named.map(|(set, case)| json!({"set": set, "case": case})).collect()
    };
    let lost = coverage.ceiling.lost.iter().map(|lost| {
        let labels = &coverage.labeled.groups[lost.group].labels;
        let labels =
            labels.iter().map(|(accepts, of)| json!({"accepts": behaviors(policy, *accepts), "cases": cases(of)}));
        json!({"best": &**policy.manifest.behaviors.id(lost.best), "labels": labels.collect::<Vec<_>>()})
    });
    let clauses = coverage.exercise.clauses.iter().map(|clause| {
        json!({
            "clause": &*policy.clause(clause.clause).id,
            "cases": clause.decides,
            "tests": of(coverage.tests(Some(clause.clause))),
            "boundaries": of(coverage.boundaries(Some(clause.clause))),
        })
    });
    let mut object = json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "cases": coverage.labeled.cases,
        "clauses_exercised": of(coverage.clauses()),
        "tests_shown": of(coverage.tests(None)),
        "boundaries_held": of(coverage.boundaries(None)),
        "ceiling": {"n": coverage.ceiling.most, "of": coverage.ceiling.of, "exact": coverage.ceiling.exact, "lost": lost.collect::<Vec<_>>()},
        "clauses": clauses.collect::<Vec<_>>(),
    });
    let Ok(space) = &coverage.space else {
        object["regions"] = Value::Null;
        object["wanted"] = Value::Null;
        return object;
    };
    let id = |clause: Option<ClauseIx>| clause.map(|ix| &*policy.clause(ix).id);
    let regions = space.cells.unvisited.iter().map(|region| {
        json!({
            "when": form::when(&space.cells.space.words, &region.when),
            "tier": region.tier,
            "points": number(&region.points),
            "clause": id(region.decider),
            "example": space.cells.space.reading(&region.example),
        })
    });
    let tiers = space
        .cells
        .by_tier
        .iter()
        .map(|(tier, cells)| json!({"tier": tier, "cells": of(Proportion::new(cells.visited, cells.cells))}));
    object["regions"] = json!({
        "cells": of(Proportion::new(space.cells.visited, space.cells.cells)),
        "points": number(&space.cells.points),
        "visited_points": number(&space.cells.visited_points),
        "tiers": tiers.collect::<Vec<_>>(),
        "without_case": regions.collect::<Vec<_>>(),
    });
    let wanted = space.wanted.iter().map(|wanted| {
        let clause = policy.clause(wanted.clause);
        let test = clause.when.tests().get(wanted.goal.test()).map(|test| test.route.to_string());
        let example = wanted.room.as_ref().map(|room| space.cells.space.reading(&room.plainest));
        let goal = match wanted.goal {
            Goal::With(_) => "decides-with",
            Goal::Without(_) => "would-decide-without",
            Goal::At(..) => "boundary",
        };
        json!({"clause": &*clause.id, "goal": goal, "test": test, "words": goal_words(policy, wanted), "possible": wanted.room.is_some(), "example": example})
    });
    object["wanted"] = wanted.collect::<Vec<_>>().into();
    object
}
