//! Ways out of problems, and what each changes.

use super::decisions::number;
use super::figure::count;
use crate::analyze::space::{Changed, Difference, Points, thousands};
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
    let one = difference.changed == Points::from(1_u32);
    let number = format!("{} {}", thousands(&difference.changed), if one { "point" } else { "points" });
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
    of_kinds(proven, |flips| {
        let named: Vec<String> =
            flips.iter().take(MOST_NAMED).map(|flip| format!("{}/{}", flip.set, flip.case)).collect();
        let more = flips.len() - named.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!(" ({}{more})", named.join(", "))
    })
}

/// The same without names: `gold: 2 fixed, 1 regressed`.
pub fn gold_counts(proven: &Proven) -> String {
    of_kinds(proven, |_| String::new())
}

fn of_kinds(proven: &Proven, named: impl Fn(&[&FlippedCase]) -> String) -> String {
    let of = |kind: FlipKind| {
        let flips: Vec<&FlippedCase> = proven.flips_of(kind).collect();
        (!flips.is_empty()).then(|| format!("{} {}{}", flips.len(), kind.word(), named(&flips)))
    };
    let said: Vec<String> =
        [FlipKind::Fixed, FlipKind::Regressed, FlipKind::Changed].into_iter().filter_map(of).collect();
    if said.is_empty() { "no gold case flips".to_owned() } else { format!("gold: {}", said.join(", ")) }
}

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
