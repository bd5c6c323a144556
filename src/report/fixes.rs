//! Ways out of problems, and what each changes.

use super::decisions::number;
use super::figure::{count, percent};
use crate::analyze::space::{Changed, Difference, points_words, share};
use crate::decide::{form, words};
use crate::replay::flip::FlipKind;
use crate::replay::proven::{FlippedCase, Proven};
use serde_json::{Value, json};

/// What a fix does to the decisions, such as `changes no decision` or `changes 12 decisions: comply → refuse where …`.
pub fn decisions(proven: &Proven) -> String {
    let Ok(difference) = &proven.decisions else {
        return "too large to tell exactly what it changes".to_owned();
    };
    let Some(largest) = difference.regions.first() else { return "changes no decision: proven".to_owned() };
    let number = points_words(&difference.changed);
    let when = words::condition(&difference.space.words, &largest.when);
    let more = difference.regions.len() - 1;
    let more =
        if more == 0 { String::new() } else { format!("; {}", count(more as u64, "more region", "more regions")) };
    format!("changes {number}: {} → {} where {when}{more}", largest.from, largest.to)
}

/// What it does to the gold cases, such as `no gold case flips` or `gold: 2 fixed (core/a, core/b), 1 regressed (core/c)`.
pub fn gold(proven: &Proven) -> String {
    /// So many of a kind are named; the rest is counted.
    const MOST_NAMED: usize = 3;
    let named = |flips: &[&FlippedCase]| {
        let named: Vec<String> =
            flips.iter().take(MOST_NAMED).map(|flip| format!("{}/{}", flip.set, flip.case)).collect();
        let more = flips.len() - named.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!(" ({}{more})", named.join(", "))
    };
    let of = |kind: FlipKind| {
        let flips: Vec<&FlippedCase> = proven.flips_of(kind).collect();
        (!flips.is_empty()).then(|| format!("{} {}{}", flips.len(), kind.word(), named(&flips)))
    };
    let said: Vec<String> =
        [FlipKind::Fixed, FlipKind::Regressed, FlipKind::Changed].into_iter().filter_map(of).collect();
    if said.is_empty() { "no gold case flips".to_owned() } else { format!("gold: {}", said.join(", ")) }
}

/// How much changes, without where: `changes 12 points, 0.4 %, in 3 regions`. [`regions`] says the rest.
pub fn changes(proven: &Proven) -> String {
    match &proven.decisions {
        Ok(difference) if !difference.regions.is_empty() => {
            let part = percent(share(&difference.changed, &difference.points));
            let regions = count(difference.regions.len() as u64, "region", "regions");
            format!("changes {}, {part}, in {regions}", points_words(&difference.changed))
        }
        _ => decisions(proven),
    }
}

/// Every region whose behavior a fix changes, the largest first: `12 points: comply → refuse where …`.
pub fn regions(proven: &Proven) -> Vec<String> {
    let one = |difference: &Difference, region: &Changed| {
        let when = words::condition(&difference.space.words, &region.when);
        format!("{}: {} → {} where {when}", points_words(&region.points), region.from, region.to)
    };
    let all = proven.decisions.as_ref().map(|it| it.regions.iter().map(|region| one(it, region)).collect());
    all.unwrap_or_default()
}

/// What a fix does to the gold cases and how much of all points it changes, in a few signs: see [`price_of`].
pub fn price(proven: &Proven) -> String {
    let flips = |kind| proven.flips_of(kind).count() as u64;
    let part = proven.decisions.as_ref().ok().map(|difference| share(&difference.changed, &difference.points));
    price_of([FlipKind::Fixed, FlipKind::Regressed, FlipKind::Changed].map(flips), part)
}

/// `▲2 ▼1 ◆1  0.4 %`: gold cases that are fixed, broken and neither better nor worse, and the share of all points that changes.
/// [`PRICE_LEGEND`] says so.
pub fn price_of([fixed, broken, neither]: [u64; 3], share: Option<f64>) -> String {
    let neither = if neither > 0 { format!(" ◆{neither}") } else { String::new() };
    let share = share.map(|share| format!("  {}", percent(share))).unwrap_or_default();
    format!("▲{fixed} ▼{broken}{neither}{share}")
}

/// What the signs of [`price_of`] mean.
pub const PRICE_LEGEND: &str = "▲ fixed  ▼ broken  ◆ neither better nor worse  % of all points changed";

/// `{"edit", "kind", "equivalent", "changed", "regions": [{"when", "points", "from", "to"}], "gold": {"fixed", "regressed", "changed",
/// "cases": [{"set", "case", "kind"}]}}`; `equivalent`, `changed` and `regions` are `null` where the policy is too large to tell
/// exactly. Of the cases at most a hundred are named.
pub fn json(proven: &Proven) -> Value {
    const MOST_IN_JSON: usize = 100;
    let case = |flip: &FlippedCase| json!({"set": &*flip.set, "case": &*flip.case, "kind": flip.kind.word()});
    let difference = proven.decisions.as_ref().ok();
    let regions = |difference: &Difference| {
        let one = |region: &Changed| {
            json!({
                "when": form::when(&difference.space.words, &region.when),
                "points": number(&region.points),
                "from": &*region.from,
                "to": &*region.to,
            })
        };
        difference.regions.iter().map(one).collect::<Vec<_>>()
    };
    json!({
        "edit": proven.says,
        "kind": proven.edit.kind().word(),
        "equivalent": difference.map(Difference::is_equivalent),
        "changed": difference.map(|difference| number(&difference.changed)),
        "regions": difference.map(regions),
        "gold": {
            "fixed": proven.flips_of(FlipKind::Fixed).count(),
            "regressed": proven.flips_of(FlipKind::Regressed).count(),
            "changed": proven.flips_of(FlipKind::Changed).count(),
            "cases": proven.flips.iter().take(MOST_IN_JSON).map(case).collect::<Vec<_>>(),
        },
    })
}
