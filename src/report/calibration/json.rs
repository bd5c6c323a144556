//! For scripts.

use super::CalibrationReport;
use crate::agreement::Measure;
use crate::agreement::round::Found;
use crate::policy::split::Split;
use crate::policy::turns::turns;
use crate::report::agreement::json::share;
use crate::report::round::{self, RoundReport};
use serde_json::{Value, json};

pub(super) fn value(report: &CalibrationReport<'_>) -> Value {
    let Found { set, round, plan, closed, standing, .. } = report.found;
    let (closed, again) = (closed.as_ref(), report.again.clone());
    let mut value = round::json(&RoundReport { set, round, plan, closed, standing, again });
    let more = json!({
        "policy": report.policy,
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "figures": report.found.figures.iter().map(|(field, of)| {
            json!({"field": field, "measures": of.iter().map(measure).collect::<Vec<_>>()})
        }).collect::<Vec<_>>(),
        "compared": report.found.compared,
        "texts": {
            "split": report.found.texts.splits,
            "agreed": report.found.texts.agreed,
            "clauses": report.found.texts.clauses.iter().map(share).collect::<Vec<_>>(),
            "categories": report.found.texts.categories.iter().map(share).collect::<Vec<_>>(),
        },
        "splits": report.found.splits.iter().take(report.told).map(|split| of_split(split, report.uncover)).collect::<Vec<_>>(),
        "split_cases": report.found.splits.len(),
        "ruled": report.found.splits.iter().filter(|split| split.ruling.is_some()).count(),
        "changes": report.changes.ok().map(|of| of.iter().map(ToString::to_string).collect::<Vec<_>>()),
        "changes_unknown": report.changes.err(),
    });
    if let (Value::Object(fields), Value::Object(more)) = (&mut value, more) {
        fields.extend(more);
    }
    value
}

fn measure(measure: &Measure) -> Value {
    let figure = measure.figure.as_ref().ok();
    let interval = figure.and_then(|figure| figure.interval).map(|(interval, _)| interval);
    json!({
        "name": measure.name.word(),
        "value": figure.map(|figure| figure.value),
        "low": interval.map(|interval| interval.low),
        "high": interval.map(|interval| interval.high),
        "n_used": measure.cases.used,
        "n_dropped": measure.cases.dropped(),
        "undefined": measure.figure.as_ref().err().map(ToString::to_string),
    })
}

/// What is sensitive is told only where it is to be uncovered.
fn of_split(split: &Split, uncover: bool) -> Value {
    let covered = split.case.sensitive && !uncover;
    let said = (!covered).then(|| {
        let turns = turns(&split.case);
        turns.iter().map(|turn| json!({"who": turn.who, "text": turn.text})).collect::<Vec<_>>()
    });
    json!({
        "case": split.case.id,
        "covered": covered,
        "said": said,
        "distribution": split.distribution,
        "labels": split.labels,
        "ruling": split.ruling,
    })
}
