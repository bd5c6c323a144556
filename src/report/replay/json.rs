//! The documented object.

use super::{FlipWords, ReplayReport, VersionName, Words};
use crate::policy::Policy;
use crate::replay::breakdown::{Group, GroupFigures};
use crate::replay::gates::GateResult;
use crate::replay::measures::Measures;
use crate::replay::run::{SetReplay, SideFigures};
use crate::report::difference::change_json;
use crate::report::figure::{paired_json, proportion_json};
use serde_json::{Map, Value, json};

/// `{"base", "head", "merge_base", "sets", "flips", "gates", "case_changes", "label_changes", "errors", "status"}`, with `"groups"` where measures are
/// broken down and `"verdicts"` where they are asked for. `base` is `null` where there is nothing to compare with, in
/// the whole and in each set. A flip whose causes were looked for has `"cause": {"how", "changes"}`: `how` is `each` where
/// taking back any one of the changes undoes the flip, `together` where only all of them do, `touching` where they touch
/// what decided and more is not known.
pub fn json(report: &ReplayReport<'_>) -> Value {
    let replay = report.replay;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("base", report.base.as_ref().map(version).into());
    put("head", version(&report.head));
    put("merge_base", report.parted.as_deref().into());
    put("sets", replay.sets.iter().map(|set| one_set(set, &replay.head, replay.base.as_deref())).collect());
    if !report.by.is_empty() {
        put("groups", report.groups().iter().map(|(group, figures)| one_group(group, figures)).collect());
    }
    put("flips", report.flips().map(|flip| one_flip(&flip)).collect());
    put("gates", replay.gates.iter().map(gate).collect());
    put("case_changes", report.case_changes.iter().map(case_change).collect());
    put("label_changes", report.label_changes.iter().map(label_change).collect());
    if report.verdicts {
        put("verdicts", replay.sets.iter().flat_map(|set| verdicts(set, &replay.head)).collect());
    }
    put("errors", report.errors.into());
    put("status", if report.passes() { "pass" } else { "fail" }.into());
    Value::Object(object)
}

fn case_change(change: &super::CaseChange) -> Value {
    json!({"set": &*change.set, "added": change.added, "removed": change.removed})
}

fn version(version: &VersionName) -> Value {
    json!({"rev": version.rev, "commit": version.commit})
}

fn one_set(set: &SetReplay, head: &Policy, base: Option<&Policy>) -> Value {
    let measures = &set.head.measures;
    json!({
        "name": &**set.gold.set(),
        "cases": measures.cases,
        "unlabeled": measures.unlabeled,
        "undetermined": measures.undetermined,
        "head": side(&set.head, head),
        "base": set.base.as_ref().zip(base).map(|(figures, policy)| side(figures, policy)),
        "mcnemar": set.discordant().map(paired_json),
    })
}

fn side(figures: &SideFigures, policy: &Policy) -> Value {
    let mut side = proportions(&figures.measures);
    let behaviors: Vec<&str> = policy.manifest.behaviors.iter().map(|(_, behavior)| &*behavior.id).collect();
    let matrix: Vec<&[u64]> = figures.confusion.rows().collect();
    side["confusion"] = json!({"behaviors": behaviors, "matrix": matrix});
    side
}

fn proportions(measures: &Measures) -> Value {
    json!({
        "agree": proportion_json(measures.agree),
        "over_refusal": proportion_json(measures.over_refusal),
        "under_refusal": proportion_json(measures.under_refusal),
    })
}

fn one_group(group: &Group, figures: &GroupFigures) -> Value {
    json!({
        "by": group.axis(),
        "name": group.name(),
        "cases": figures.head.cases,
        "unlabeled": figures.head.unlabeled,
        "undetermined": figures.head.undetermined,
        "head": proportions(&figures.head),
        "base": figures.base.as_ref().map(proportions),
        "fixed": figures.fixed,
        "regressed": figures.regressed,
        "changed": figures.changed,
    })
}

fn one_flip(flip: &FlipWords<'_>) -> Value {
    let words = |words: Words<'_>| json!({"behavior": words.behavior, "clause": words.clause});
    let mut object = json!({
        "set": flip.set,
        "case": flip.case,
        "kind": flip.kind.word(),
        "gold": flip.gold,
        "acceptable": flip.acceptable,
        "base": words(flip.base),
        "head": words(flip.head),
    });
    if let Some(meant) = flip.meant {
        object["meant"] = json!(meant);
    }
    if let Some(cause) = flip.cause {
        let changes: Vec<Value> = cause.changes.iter().map(|change| change_json(change)).collect();
        object["cause"] = json!({"how": cause.how.word(), "changes": changes});
    }
    object
}

/// A rate, or for `regressions` a number of cases; `null` where there was nothing to measure.
fn gate(gate: &GateResult) -> Value {
    let (n, of) = gate.counts;
    json!({
        "gate": gate.kind.word(),
        "tier": gate.tier,
        "status": gate.status.word(),
        "value": gate.value,
        "before": gate.before,
        "limit": gate.limit,
        "n": n,
        "of": of,
    })
}

fn label_change(change: &super::LabelChange) -> Value {
    json!({"set": change.set, "case": change.case, "base": change.base, "head": change.head})
}

fn verdicts<'a>(set: &'a SetReplay, policy: &'a Policy) -> impl Iterator<Item = Value> + 'a {
    set.head.verdicts.iter().enumerate().map(|(row, verdict)| {
        let words = Words::of(verdict, policy);
        json!({
            "set": &**set.gold.set(),
            "case": set.gold.id(row),
            "behavior": words.behavior,
            "clause": words.clause,
            "undetermined": words.undetermined,
        })
    })
}
