//! Rulings that were not written, since earlier ones stand against them, and the ways out.

use super::paint::{Paint, own_words};
use super::precedents::conflict_words;
use crate::precedent::{Conflict, Way};
use serde_json::{Value, json};

/// A ruling that was not written.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    pub set: &'a str,
    pub case: &'a str,
    pub conflicts: &'a [Conflict],
}

/// What stands against each, and what to say with `casebook rule` so that it no longer does.
pub fn text(refused: &[Refused<'_>], paint: Paint) -> String {
    let mut out = String::new();
    for Refused { set, case, conflicts } in refused {
        let name = own_words(&format!("{set}/{case}")).into_owned();
        out.push_str(&format!("{} is not ruled on: earlier rulings stand against it\n", paint.bold(name)));
        for conflict in *conflicts {
            out.push_str(&format!("  {}\n", own_words(&conflict_words(conflict))));
            let holding = &conflict.precedent.ruling.holding;
            if !holding.trim().is_empty() {
                out.push_str(&format!("    {}\n", paint.dim(own_words(&format!("“{holding}”")))));
            }
            for way in conflict.ways() {
                let (options, words) = way_out(way, conflict);
                out.push_str(&format!("    {}  {}\n", own_words(&options.join(" ")), paint.dim(words)));
            }
        }
    }
    out.push_str("Nothing was written.\n");
    out
}

/// `[{"set", "case", "conflicts": [{"kind", "set", "case", "id", "says", "holding", "ways": [{"way", "options"}]}]}]`
pub fn json(refused: &[Refused<'_>]) -> Value {
    let conflict = |conflict: &Conflict| {
        let precedent = &conflict.precedent;
        let ways =
            conflict.ways().into_iter().map(|way| json!({"way": way.word(), "options": way_out(way, conflict).0}));
        json!({
            "kind": conflict.kind.word(),
            "set": &*precedent.set,
            "case": precedent.ruling.case,
            "id": precedent.ruling.id,
            "says": precedent.ruling.says(),
            "holding": precedent.ruling.holding,
            "ways": ways.collect::<Vec<_>>(),
        })
    };
    let one = |refused: &Refused<'_>| {
        let conflicts: Vec<Value> = refused.conflicts.iter().map(conflict).collect();
        json!({"set": refused.set, "case": refused.case, "conflicts": conflicts})
    };
    refused.iter().map(one).collect()
}

/// The options of `casebook rule` that take this way, and what it means. Nothing is to be added where one is to be left out.
fn way_out(way: Way, conflict: &Conflict) -> (Vec<String>, &'static str) {
    let ruling = &conflict.precedent.ruling;
    let options = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match way {
        Way::Follow => {
            (options(&["--behavior", conflict.says(), "--follows", &ruling.case]), "decide as it does, and follow it")
        }
        Way::Distinguish => (options(&["--distinguishes", &ruling.case]), "this case is a different one"),
        Way::Overrule => (options(&["--overrules", &ruling.case]), "it no longer binds"),
        Way::Unfollow => (Vec::new(), "or leave `--follows` of it out"),
        Way::Replace => (options(&["--supersedes", &ruling.id]), "it is to be replaced"),
    }
}
