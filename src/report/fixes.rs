//! Ways out of problems, and what each changes.

use super::decisions::number;
use super::figure::count;
use crate::analyze::space::{Changed, Difference, Points, thousands};
use crate::decide::{form, words};
use crate::replay::proven::Proven;
use serde_json::{Value, json};

/// What a fix does to the decisions, such as `changes no decision` or `changes 12 decisions: comply → refuse where …`.
pub fn decisions(proven: &Proven) -> String {
    /// A condition longer than this is not read in passing.
    const LONGEST: usize = 160;
    let Ok(difference) = &proven.decisions else {
        return "too large to tell exactly what it changes".to_owned();
    };
    let Some(largest) = difference.regions.first() else { return "changes no decision: proven".to_owned() };
    let one = difference.changed == Points::from(1_u32);
    let number = format!("{} {}", thousands(&difference.changed), if one { "point" } else { "points" });
    let when = words::condition(&difference.space.words, &largest.when);
    let when = if when.chars().count() > LONGEST { String::new() } else { format!(" where {when}") };
    let more = difference.regions.len() - 1;
    let more =
        if more == 0 { String::new() } else { format!("; {}", count(more as u64, "more region", "more regions")) };
    format!("changes {number}: {} → {}{when}{more}", largest.from, largest.to)
}

/// What it does to the gold cases, such as `no gold case flips` or `gold: 2 fixed, 1 regressed`.
pub fn gold(proven: &Proven) -> String {
    let counts = [(proven.fixed, "fixed"), (proven.regressed, "regressed"), (proven.changed, "changed")];
    let said: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if said.is_empty() { "no gold case flips".to_owned() } else { format!("gold: {}", said.join(", ")) }
}

/// `{"edit", "kind", "equivalent", "changed", "regions": [{"when", "points", "from", "to"}], "gold": {"fixed", "regressed", "changed"}}`;
/// `equivalent`, `changed` and `regions` are `null` where the policy is too large to tell exactly.
pub fn json(proven: &Proven) -> Value {
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
        "gold": {"fixed": proven.fixed, "regressed": proven.regressed, "changed": proven.changed},
    })
}
