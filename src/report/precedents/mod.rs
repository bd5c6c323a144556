//! Rulings as precedents: those nearest to a case, holdings that were searched for, what shaped a text, the graph.

pub mod graph;
pub mod nearest;
pub mod shaped;

use super::paint::{Paint, own_words};
use crate::precedent::{Citation, Conflict, Outdated, Precedent, State};
use serde_json::{Value, json};

/// `core/bio-0007  refuse, majority-upheld  lee@example.org 2026-10-10  binds`
pub(super) fn head(found: &Precedent, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let day = found.ruling.at.as_deref().and_then(|at| at.get(..10)).map(|day| format!(" {day}")).unwrap_or_default();
    let stand = stand_words(found);
    let stand = if found.stand.is_binding() { paint.better(stand) } else { paint.notable(own(&stand)) };
    format!(
        "{}  {}  {}  {stand}",
        paint.bold(own(&format!("{}/{}", found.set, found.ruling.case))),
        own(&found.ruling.says()),
        paint.dim(own(&format!("{}{day}", found.ruling.adjudicator))),
    )
}

/// The holding in quotation marks; empty where there is none.
pub(super) fn holding(found: &Precedent) -> String {
    let holding = found.ruling.holding.trim();
    if holding.is_empty() { String::new() } else { format!("\"{}\"", own_words(holding)) }
}

/// `binds`, or why it does not: `does not bind: overruled by bio-0009, bio-uplift was changed`.
pub(super) fn stand_words(found: &Precedent) -> String {
    let stand = &found.stand;
    let mut why = Vec::new();
    match stand.state {
        State::Settles => {}
        State::Beside => why.push("another ruling on the case counts".to_owned()),
        State::Superseded => why.push("superseded".to_owned()),
    }
    if !stand.overruled_by.is_empty() {
        why.push(format!("overruled by {}", stand.overruled_by.join(", ")));
    }
    why.extend(stand.outdated.iter().map(Outdated::words));
    if why.is_empty() { "binds".to_owned() } else { format!("does not bind: {}", why.join(", ")) }
}

/// What a ruling runs against, in a sentence: `core/bio-0003 (refuse, unanimous): …`.
pub fn conflict_words(conflict: &Conflict) -> String {
    let found = &conflict.precedent;
    format!("{}/{} ({}): {}", found.set, found.ruling.case, found.ruling.says(), conflict.kind.words())
}

/// A ruling with all that is known of it.
pub(super) fn precedent_json(found: &Precedent) -> Value {
    let Precedent { set, ruling, stand, .. } = found;
    let decision = ruling.decision.as_ref();
    json!({
        "set": &**set,
        "case": ruling.case,
        "id": ruling.id,
        "adjudicator": ruling.adjudicator,
        "at": ruling.at,
        "disposition": ruling.disposition.word(),
        "behavior": decision.and_then(|decision| decision.behavior.as_deref()),
        "acceptable": decision.map(|decision| &decision.acceptable[..]).unwrap_or_default(),
        "holding": ruling.holding,
        "follows": ruling.follows,
        "distinguishes": ruling.distinguishes,
        "overrules": ruling.overrules,
        "binds": stand.is_binding(),
        "state": match stand.state {
            State::Settles => "settles",
            State::Beside => "beside",
            State::Superseded => "superseded",
        },
        "overruled_by": stand.overruled_by,
        "outdated": stand.outdated.iter().map(outdated_json).collect::<Vec<_>>(),
        "pinned": stand.is_pinned,
    })
}

/// `{"text", "cited", "change"}`, the last `changed` or `gone`.
pub(super) fn outdated_json(outdated: &Outdated) -> Value {
    let change = if outdated.citation == Citation::Gone { "gone" } else { "changed" };
    json!({"text": outdated.text, "cited": outdated.cited, "change": change})
}
