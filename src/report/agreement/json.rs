//! The documented object.

use super::AgreementReport;
use crate::agreement::figure::NO_INTERVAL;
use crate::agreement::{Cases, Confused, Measure, Period, Share, Split};
use crate::report::figure::proportion_json;
use crate::stats::ChiSquare;
use serde_json::{Value, json};

/// `{"set", "field", "cases", "labelers", "labels", "measures"}` and more, as docs/json.md says.
pub fn json(report: &AgreementReport<'_>) -> Value {
    let agreement = report.agreement;
    let who = agreement
        .labelers
        .iter()
        .map(|labeler| json!({"labeler": &*labeler.id, "kind": labeler.kind.word(), "labels": labeler.labels}));
    let lost = agreement.lost.iter().map(|(lost, n)| json!({"reason": lost.words(), "n": n}));
    let mixed = agreement
        .mixed
        .iter()
        .map(|mixed| json!({"answers": [&*mixed.first, &*mixed.second], "n": mixed.n, "of": agreement.differing}));
    let mut object = json!({
        "set": &*agreement.set,
        "field": report.field,
        "scale": agreement.scale.word(),
        "answers": agreement.choices.iter().map(|choice| &**choice).collect::<Vec<_>>(),
        "cases": agreement.cases,
        "labelers": agreement.labelers.len(),
        "labels": agreement.labels,
        "labels_dropped": lost.collect::<Vec<_>>(),
        "who": who.collect::<Vec<_>>(),
        "measures": agreement.measures.iter().map(measure).collect::<Vec<_>>(),
        "pairs_left_out": agreement.pairs_left_out,
        "confusions": agreement.confusions.iter().map(confused).collect::<Vec<_>>(),
        "mixed": mixed.collect::<Vec<_>>(),
        "splits": {
            "split": agreement.blame.splits,
            "agreed": agreement.blame.agreed,
            "clauses": agreement.blame.clauses.iter().map(share).collect::<Vec<_>>(),
            "categories": agreement.blame.categories.iter().map(share).collect::<Vec<_>>(),
            "cases": agreement.splits.iter().map(split).collect::<Vec<_>>(),
        },
        "drift": {
            "rounds": agreement.drift.rounds.iter().map(period).collect::<Vec<_>>(),
            "policies": agreement.drift.policies.iter().map(period).collect::<Vec<_>>(),
        },
        "seed": report.seed,
        "replicates": report.replicates,
    });
    report.again.put_into(&mut object);
    object
}

pub(super) fn measure(measure: &Measure) -> Value {
    let figure = measure.figure.ok();
    let interval = figure.and_then(|figure| figure.interval);
    json!({
        "name": measure.name.word(),
        "scope": measure.scope.to_string(),
        "value": figure.map(|figure| figure.value),
        "low": interval.map(|(interval, _)| interval.low),
        "high": interval.map(|(interval, _)| interval.high),
        "interval": interval.map(|(_, way)| way.word()),
        "no_interval": figure.filter(|figure| figure.interval.is_none()).map(|_| NO_INTERVAL),
        "n_used": measure.cases.used,
        "n_dropped": measure.cases.dropped(),
        "why_dropped": why_dropped(&measure.cases),
        "undefined": measure.figure.err().map(|why| why.to_string()),
    })
}

fn why_dropped(cases: &Cases) -> Vec<Value> {
    cases.dropped.iter().map(|(why, n)| json!({"reason": why.to_string(), "n": n})).collect()
}

fn confused(confused: &Confused) -> Value {
    let test = |test: Option<ChiSquare>| test.map(|t| json!({"statistic": t.statistic, "df": t.df, "p": t.p}));
    json!({
        "scope": confused.scope().to_string(),
        "a": &*confused.a,
        "b": confused.b.as_deref(),
        "n_used": confused.cases.used,
        "n_dropped": confused.cases.dropped(),
        "why_dropped": why_dropped(&confused.cases),
        "answers": confused.choices.iter().map(|choice| &**choice).collect::<Vec<_>>(),
        "matrix": confused.counts.rows().collect::<Vec<_>>(),
        "a_higher": confused.higher.map(|(a, _)| a),
        "b_higher": confused.higher.map(|(_, b)| b),
        "bowker": test(confused.bowker),
        "stuart_maxwell": test(confused.stuart_maxwell),
    })
}

pub(in crate::report) fn share(share: &Share) -> Value {
    json!({
        "id": &*share.id,
        "splits": proportion_json(share.of_splits),
        "agreed": proportion_json(share.of_agreed),
    })
}

fn split(split: &Split) -> Value {
    let answers = split.answers.iter().map(|(answer, n)| json!({"answer": &**answer, "n": n}));
    let ids = |ids: &[std::sync::Arc<str>]| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
    json!({
        "case": split.case,
        "answers": answers.collect::<Vec<_>>(),
        "apart": split.apart,
        "clauses": ids(&split.clauses),
        "categories": ids(&split.categories),
    })
}

fn period(period: &Period) -> Value {
    json!({
        "name": period.name,
        "cases": period.cases,
        "labels": period.labels,
        "measures": period.measures.iter().map(measure).collect::<Vec<_>>(),
    })
}
