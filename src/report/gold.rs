//! How the gold labels stand: counts by set, and the cases that wait for somebody.

use super::figure::{count, thousands};
use super::paint::{Paint, markdown_words, own_words};
use super::precedents::outdated_json;
use super::replay::VersionName;
use super::table::{Cell, lines};
use crate::precedent::{CaseGold, GoldState, Why};
use serde_json::{Map, Value, json};

/// The gold labels of a version.
#[derive(Debug)]
pub struct GoldReport<'a> {
    pub version: VersionName,
    pub sets: Vec<SetGold<'a>>,
}

/// One gold set.
#[derive(Debug)]
pub struct SetGold<'a> {
    pub name: &'a str,
    /// How many cases are in each state, in the order of [`GoldState::ALL`].
    pub counts: [usize; GoldState::ALL.len()],
    /// The cases that are listed, in the order of their states, then of the files.
    pub cases: Vec<ListedCase<'a>>,
}

/// A case that is listed.
#[derive(Debug)]
pub struct ListedCase<'a> {
    pub case: String,
    pub state: GoldState,
    pub why: &'a [Why],
}

/// A table of counts, then the cases that are listed, each with the reason.
pub fn text(report: &GoldReport<'_>, paint: Paint) -> String {
    let mut head = vec![Cell::new("set"), Cell::new("cases").right()];
    head.extend(GoldState::ALL.map(|state| Cell::new(state.word()).right()));
    let mut rows = vec![head.into_iter().map(|cell| cell.painted(|text| paint.dim(text))).collect::<Vec<Cell>>()];
    for set in &report.sets {
        let mut row = vec![Cell::new(own_words(set.name).into_owned()), Cell::new(thousands(total(set))).right()];
        row.extend(set.counts.iter().map(|n| Cell::new(thousands(*n as u64)).right()));
        rows.push(row);
    }
    let mut out = lines(&rows, 0);
    for set in &report.sets {
        for case in &set.cases {
            let name = own_words(&format!("{}/{}", set.name, case.case)).into_owned();
            let why = why_words(case.why);
            let why = if why.is_empty() { String::new() } else { format!(": {}", own_words(&why)) };
            out.push_str(&format!("{}  {name}{why}\n", state_words(case.state, paint)));
        }
    }
    let open = report.sets.iter().map(|set| set.counts[..2].iter().sum::<usize>()).sum::<usize>() as u64;
    if open > 0 {
        let open = count(open, "gold label is stale or disputed", "gold labels are stale or disputed");
        let all = "`casebook queue` lists all that needs a ruling, for other reasons too";
        out.push_str(&format!("\n{}; {all}\n", paint.notable(open)));
    }
    if report.sets.iter().any(|set| set.counts[0] > 0) {
        out.push_str("a stale ruling stands until somebody rules anew: new labels do not take its place\n");
    }
    out
}

fn state_words(state: GoldState, paint: Paint) -> String {
    let word = format!("{:<9}", state.word());
    match state {
        GoldState::Stale | GoldState::Disputed => paint.worse(word),
        GoldState::Split | GoldState::Unlabeled | GoldState::Unpinned => paint.notable(word),
        GoldState::Valid => paint.better(word),
    }
}

fn total(set: &SetGold<'_>) -> u64 {
    set.counts.iter().sum::<usize>() as u64
}

/// That the ruling on a case is stale: what was said beside it does not change that.
pub fn stale_ruling(state: &CaseGold) -> Option<String> {
    let since = why_words(&state.why);
    let is_stale = state.state == GoldState::Stale;
    is_stale.then(|| format!("the ruling on it is stale, since {since}; it waits in the queue"))
}

/// The texts, each once however many records rest on it.
pub(super) fn why_words(why: &[Why]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    for one in why {
        match one {
            Why::Outdated { outdated, .. } => add(outdated.words()),
            Why::Overruled { by } => add(format!("its ruling was overruled by {}", by.join(", "))),
            Why::Tie { votes } => {
                let votes: Vec<String> = votes.iter().map(|(behavior, n)| format!("{n} for {behavior}")).collect();
                add(votes.join(", "));
            }
        }
    }
    words.join(", ")
}

/// The same as tables.
pub fn markdown(report: &GoldReport<'_>) -> String {
    let mut out = format!("## Gold labels\n\n| set | cases | {} |\n", GoldState::ALL.map(GoldState::word).join(" | "));
    out.push_str(&format!("| --- | ---: |{}\n", " ---: |".repeat(GoldState::ALL.len())));
    for set in &report.sets {
        let counts = set.counts.map(|n| thousands(n as u64)).join(" | ");
        out.push_str(&format!("| {} | {} | {counts} |\n", markdown_words(set.name), thousands(total(set))));
    }
    if report.sets.iter().any(|set| !set.cases.is_empty()) {
        out.push_str("\n| case | | why |\n| --- | --- | --- |\n");
    }
    for set in &report.sets {
        for case in &set.cases {
            let name = markdown_words(&format!("{}/{}", set.name, case.case));
            out.push_str(&format!("| {name} | {} | {} |\n", case.state.word(), markdown_words(&why_words(case.why))));
        }
    }
    out
}

/// `{"version", "sets": [{"name", "cases", "stale", "disputed", "split", "unlabeled", "unpinned", "valid"}],
/// "cases": [{"set", "case", "state", "outdated": [{"record", "by", "text", "cited", "change"}], "overruled_by", "votes"}]}`
pub fn json(report: &GoldReport<'_>) -> Value {
    let set = |set: &SetGold<'_>| {
        let mut value = Map::new();
        value.insert("name".into(), set.name.into());
        value.insert("cases".into(), total(set).into());
        for (state, n) in GoldState::ALL.into_iter().zip(set.counts) {
            value.insert(state.word().into(), n.into());
        }
        Value::from(value)
    };
    let case = |set: &SetGold<'_>, case: &ListedCase<'_>| {
        let (mut outdated, mut overruled_by, mut votes) = (Vec::new(), Vec::new(), Value::Null);
        for why in case.why {
            match why {
                Why::Outdated { record, by, outdated: text } => {
                    let mut value = outdated_json(text);
                    value["record"] = record.as_str().into();
                    value["by"] = by.as_str().into();
                    outdated.push(value);
                }
                Why::Overruled { by } => overruled_by.extend(by.iter().cloned()),
                Why::Tie { votes: counted } => votes = json!(counted),
            }
        }
        json!({
            "set": set.name,
            "case": case.case,
            "state": case.state.word(),
            "outdated": outdated,
            "overruled_by": overruled_by,
            "votes": votes,
        })
    };
    json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "sets": report.sets.iter().map(set).collect::<Vec<_>>(),
        "cases": report.sets.iter().flat_map(|of| of.cases.iter().map(move |one| case(of, one))).collect::<Vec<_>>(),
    })
}
