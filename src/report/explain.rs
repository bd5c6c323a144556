//! Why a case is decided as it is.

use super::figure::count;
use super::fixes::price_of;
use super::gold::why_words;
use super::paint::{Paint, own_words};
use super::replay::{VersionName, named};
use super::said::unsettled;
use super::table::{Cell, lines};
use crate::decide::Verdict;
use crate::decide::explain::{Explanation, NearMiss, Possible, Ruling};
use crate::decide::what_if::{Change, Hinges, Tried, WhatIf};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::case::{Case, FacetWord, Harm, Reading, Target};
use crate::policy::clause::ClauseIx;
use crate::policy::gold::{Gold, GoldSource, Said};
use crate::policy::manifest::Consensus;
use crate::policy::place::Place;
use crate::policy::visible::visible;
use crate::precedent::{CaseGold, GoldState};
use crate::replay::fixes::{Fix, told};
use crate::replay::standing::Standing;
use serde_json::{Value, json};

/// A case with its verdict.
#[derive(Debug)]
pub struct ExplainReport<'a> {
    pub version: VersionName,
    pub policy: &'a Policy,
    pub set: &'a str,
    pub case: &'a Case,
    /// Of the case's line.
    pub place: &'a Place,
    pub gold: &'a Gold,
    pub explanation: &'a Explanation,
    pub standing: Standing,
    /// What the labelers said.
    pub said: &'a Said,
    /// How the gold label itself stands.
    pub state: &'a CaseGold,
    /// Whether the text of a sensitive case is shown.
    pub uncover: bool,
    /// What the verdict hangs on.
    pub what_if: &'a Hinges,
    /// The edits that would right the case, where they were looked for.
    pub fixes: Option<&'a [Fix]>,
}

/// So many flips and fixes are told in text.
const MOST_TOLD: usize = 8;
/// So many of them are new clauses.
const MOST_NEW: usize = 3;

/// The case, its gold label, its verdict, and for every harm what decided and what would have.
pub fn text(report: &ExplainReport<'_>, paint: Paint) -> String {
    let ExplainReport { policy, case, gold, explanation, .. } = report;
    let title = own_words(&format!("{}/{}", report.set, case.id)).into_owned();
    let place = own_words(&report.place.to_string()).into_owned();
    let version = own_words(&named(&report.version)).into_owned();
    let mut out = format!("{}  {}\n\n", paint.bold(title), paint.dim(format!("{place}, at {version}")));
    let standing = match report.standing {
        Standing::Agrees => paint.better("agrees with the gold label"),
        Standing::OverRefusal | Standing::UnderRefusal | Standing::Otherwise => paint.worse(report.standing.word()),
        // Why there is nothing to stand to is said in the words of `casebook gold`.
        Standing::Unlabeled => paint.notable(report.state.state.word()),
        Standing::Undetermined => paint.notable(report.standing.word()),
    };
    out.push_str(&format!("verdict  {}  {standing}\n", own_words(&verdict_words(explanation.verdict, policy))));
    out.push_str(&format!(
        "gold     {}\n",
        own_words(&gold_words(gold, report.said, report.state.state, policy.manifest.consensus))
    ));
    if let Some(stale) = stale_words(gold, report.state) {
        out.push_str(&format!("         {}\n", paint.worse(own_words(&stale))));
    }
    if let Some(possible) = &explanation.undetermined {
        out.push_str(&format!("         {}\n", own_words(&possible_words(possible, policy))));
    }
    out.push_str(&format!("\n{}\n{}", paint.bold("case"), conversation(case, report.uncover, paint)));
    if let Some(reading) = &gold.reading {
        out.push_str(&format!("\n{}\n{}", paint.bold("as it was read"), reading_lines(reading)));
    }
    for ruling in &explanation.rulings {
        out.push_str(&ruling_text(ruling, policy, paint));
    }
    if gold.reading.is_some() {
        out.push_str(&format!("\n{}\n", paint.bold("what would flip it")));
        if let Some(words) = hinges_words(report.what_if) {
            out.push_str(&format!("  {}\n", paint.dim(words)));
        }
        let rows = report.what_if.smallest.iter().take(MOST_TOLD).map(|found| {
            let (changes, verdict) = what_if_words(found, policy);
            vec![own_words(&changes).into_owned().into(), own_words(&verdict).into_owned().into()]
        });
        out.push_str(&lines(&rows.collect::<Vec<_>>(), 2));
    }
    out.push_str(&report.fixes.map(|fixes| fixes_text(report, fixes, paint)).unwrap_or_default());
    out
}

/// What has to be said beside the changes: that there is none, or that no single one will do.
pub fn hinges_words(hinges: &Hinges) -> Option<String> {
    match (hinges.smallest.first().map(|found| found.changes.len()), hinges.tried) {
        (None, Tried::All) => Some("no change of severity or facets alone flips it".to_owned()),
        (None, Tried::UpTo(0)) => Some("no change of severity or facets that was tried flips it".to_owned()),
        (None, Tried::UpTo(1)) => {
            Some("no single change of severity or facets flips it; more at once were not tried".to_owned())
        }
        (None, Tried::UpTo(most)) => {
            Some(format!("no change of up to {most} of severity and facets flips it; more at once were not tried"))
        }
        (Some(1), _) => None,
        (Some(size), _) => Some(format!("no single change does; the smallest are of {size} at once")),
    }
}

/// `severity medium → low`, and `comply by default`.
pub fn what_if_words(found: &WhatIf, policy: &Policy) -> (String, String) {
    let change = |change: &Change| {
        let [from, to] = [change.from, change.to].map(|met| words::met(policy, change.subject, met));
        format!("{} {from} → {to}", words::subject(policy, change.subject))
    };
    let changes: Vec<String> = found.changes.iter().map(change).collect();
    let by = clause_id(found.clause, policy).map_or("by default".to_owned(), |clause| format!("by {clause}"));
    (changes.join(" and "), format!("{} {by}", policy.manifest.behaviors.id(found.behavior)))
}

fn fixes_text(report: &ExplainReport<'_>, fixes: &[Fix], paint: Paint) -> String {
    let mut out = format!("\n{}\n", paint.bold("single edits that would right it"));
    if fixes.is_empty() {
        let why = if report.standing == Standing::Agrees { "none is needed" } else { "there is none" };
        out.push_str(&format!("  {why}\n"));
    }
    let (told, more) = told(fixes, MOST_TOLD, MOST_NEW);
    for (n, fix) in told.into_iter().enumerate() {
        out.push_str(&format!("  {}  {}\n", n + 1, own_words(&fix.edit.sentence(report.policy))));
        out.push_str(&format!("     {}\n", paint.dim(fix_words(fix))));
        if let Some(words) = alike_words(fix, report.policy) {
            out.push_str(&format!("     {}\n", paint.dim(own_words(&words))));
        }
    }
    if more > 0 {
        out.push_str(&format!("  … and {more} more in `--format json`\n"));
    }
    out
}

/// What it does in a few signs: see [`price_of`].
pub fn fix_price(fix: &Fix) -> String {
    let share = fix.changes.as_ref().map(|(_, share)| *share);
    price_of([fix.effect.fixed, fix.effect.regressed, fix.effect.otherwise], share)
}

/// `fixes 2, breaks nothing; changes 960 points, 0.4 %`
pub fn fix_words(fix: &Fix) -> String {
    let broken = if fix.effect.regressed > 0 { fix.effect.regressed.to_string() } else { "nothing".to_owned() };
    let neither = match fix.effect.otherwise {
        0 => String::new(),
        flips => format!(", flips {flips} for neither better nor worse"),
    };
    let changes = fix.changes.as_ref().map(|(points, share)| {
        format!("; changes {}, {}", crate::analyze::space::points_words(points), super::figure::percent(*share))
    });
    format!("fixes {}, breaks {broken}{neither}{}", fix.effect.fixed, changes.unwrap_or_default())
}

/// `the same: clause …; clause … and 2 more`: other edits that decide everything alike.
pub fn alike_words(fix: &Fix, policy: &Policy) -> Option<String> {
    /// So many are told.
    const MOST: usize = 2;
    let told: Vec<String> = fix.alike.iter().take(MOST).map(|edit| edit.sentence(policy)).collect();
    let more = fix.alike.len() - told.len();
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!told.is_empty()).then(|| format!("the same: {}{more}", told.join("; ")))
}

fn what_if_json(found: &WhatIf, policy: &Policy) -> Value {
    let change = |change: &Change| {
        let [from, to] = [change.from, change.to].map(|met| words::met(policy, change.subject, met));
        json!({"subject": words::subject(policy, change.subject), "harm": change.harm, "from": from, "to": to})
    };
    json!({
        "changes": found.changes.iter().map(change).collect::<Vec<_>>(),
        "behavior": &**policy.manifest.behaviors.id(found.behavior),
        "clause": clause_id(found.clause, policy),
    })
}

fn fix_json(fix: &Fix, policy: &Policy) -> Value {
    let place = fix.edit.place(policy);
    json!({
        "edit": fix.edit.sentence(policy),
        "kind": fix.edit.kind().word(),
        "file": &*place.file,
        "route": place.route.to_string(),
        "fixed": fix.effect.fixed,
        "regressed": fix.effect.regressed,
        "otherwise": fix.effect.otherwise,
        "points": fix.changes.as_ref().map(|(points, _)| super::decisions::number(points)),
        "share": fix.changes.as_ref().map(|(_, share)| *share),
        "same": fix.alike.iter().map(|edit| edit.sentence(policy)).collect::<Vec<_>>(),
    })
}

/// What was said, turn by turn; covered where the case is sensitive and nobody asked to uncover it.
pub(super) fn conversation(case: &Case, uncover: bool, paint: Paint) -> String {
    if case.sensitive && !uncover {
        return format!("  {}\n", paint.notable("sensitive: covered; `--uncover` shows it"));
    }
    let mut out = String::new();
    let mut turn = |who: &str, text: &str| {
        let mut who = own_words(who).into_owned();
        for line in visible(text).trim_end().split('\n') {
            out.push_str(format!("  {}  {line}", paint.dim(format!("{who:<9}"))).trim_end());
            out.push('\n');
            who.clear();
        }
    };
    for message in &case.messages {
        let who = match &message.name {
            Some(name) => format!("{} {name}", message.role),
            None => message.role.clone(),
        };
        if !message.content.is_empty() || message.tool_calls.is_empty() {
            turn(&who, &message.content);
        }
        for call in &message.tool_calls {
            turn(&format!("{who} calls"), &call.to_string());
        }
    }
    if let Some(text) = &case.text {
        turn("text", text);
    }
    if let Some(response) = &case.response {
        turn("response", response);
    }
    out
}

fn reading_lines(reading: &Reading) -> String {
    let mut rows = Vec::new();
    let mut row = |name: &str, words: String| {
        if !words.is_empty() {
            rows.push(vec![Cell::new(name), own_words(&words).into_owned().into()]);
        }
    };
    let harms: Vec<String> = reading.harms.iter().map(harm_words).collect();
    row("harms", if harms.is_empty() { "none".to_owned() } else { harms.join("; ") });
    let facets: Vec<String> =
        reading.facets.iter().map(|(name, word)| format!("{name} {}", facet_words(word))).collect();
    row("facets", facets.join(" · "));
    row("unjudged", reading.unjudged.join(", "));
    row("observed", reading.observed.clone().unwrap_or_default());
    lines(&rows, 2)
}

/// What a reading found, on one line: `bio · high; intent unclear · minor true`.
pub fn reading_line(reading: &Reading) -> String {
    let harms: Vec<String> = reading.harms.iter().map(harm_words).collect();
    let facets = reading.facets.iter().map(|(name, word)| format!("{name} {}", facet_words(word)));
    let facets: Vec<String> = facets.collect();
    let harms = if harms.is_empty() { "no harm".to_owned() } else { harms.join("; ") };
    if facets.is_empty() { harms } else { format!("{harms}; {}", facets.join(" · ")) }
}

/// A facet's value: `unclear`, or for a set `fiction, legal`.
pub fn facet_words(word: &FacetWord) -> String {
    match word {
        FacetWord::One(word) => word.clone(),
        FacetWord::Many(words) if words.is_empty() => "(nothing)".to_owned(),
        FacetWord::Many(words) => words.join(", "),
    }
}

/// `weapons · high`
pub(super) fn harm_words(harm: &Harm) -> String {
    let mut words = vec![harm.category.as_str(), harm.severity.as_deref().unwrap_or("severity unknown")];
    if harm.target == Target::Response {
        words.push("in the response");
    }
    words.join(" · ")
}

fn ruling_text(ruling: &Ruling, policy: &Policy, paint: Paint) -> String {
    let subject = ruling.harm.as_ref().map_or("no harm".to_owned(), harm_words);
    let behavior = policy.manifest.behaviors.id(ruling.behavior);
    let mut out = format!("\n{}  {}\n", paint.bold(own_words(&subject)), own_words(behavior));
    match ruling.clause {
        Some(ix) => {
            out.push_str(&format!("  by {}\n", clause_line(policy, ix, paint)));
            let when = words::condition(policy, &policy.clause(ix).when);
            out.push_str(&format!("     {} {}\n", paint.dim("when"), own_words(&when)));
        }
        None => out.push_str("  by default: no clause applies\n"),
    }
    for &ix in &ruling.also {
        let then = policy.clause(ix).then.map(|then| format!(" ({})", policy.manifest.behaviors.id(then)));
        let then = own_words(then.as_deref().unwrap_or_default()).into_owned();
        out.push_str(&format!("  also applies: {}{then}\n", clause_line(policy, ix, paint)));
    }
    // That a clause is about another harm is no surprise.
    let near: Vec<&NearMiss> = ruling.misses.iter().filter(|miss| miss.is_near()).collect();
    if !near.is_empty() {
        out.push_str("  would have applied but for one test:\n");
        let row = |miss: &&NearMiss| {
            let clause = policy.clause(miss.clause);
            let then = clause.then.map_or(String::new(), |then| policy.manifest.behaviors.id(then).to_string());
            let own = |text: &str| own_words(text).into_owned();
            vec![
                Cell::new(own(&clause.id)),
                Cell::new(own(&then)),
                Cell::new(own(&format!("{}, but {} is {}", miss.test, miss.subject, miss.met))),
                Cell::new(own(&miss.place.to_string())).painted(|text| paint.dim(text)),
            ]
        };
        let shown: Vec<Vec<Cell>> = near.iter().take(MOST_MISSES).map(row).collect();
        out.push_str(&lines(&shown, 4));
    }
    let rest = ruling.misses.len() - near.len().min(MOST_MISSES);
    if rest > 0 {
        let words = count(rest as u64, "other clause does not apply", "other clauses do not apply");
        out.push_str(&format!("  {}\n", paint.dim(words)));
    }
    out
}

/// Nearer ones come first; beyond these they are counted.
const MOST_MISSES: usize = 8;

fn clause_line(policy: &Policy, ix: ClauseIx, paint: Paint) -> String {
    let clause = policy.clause(ix);
    let own = |text: &str| own_words(text).into_owned();
    let place = paint.dim(own(&clause.place.to_string()));
    if clause.title == clause.id {
        format!("{}  {place}", own(&clause.id))
    } else {
        format!("{}, \"{}\"  {place}", own(&clause.id), own(&clause.title))
    }
}

fn verdict_words(verdict: Verdict, policy: &Policy) -> String {
    let behavior = policy.manifest.behaviors.id(verdict.behavior);
    let clause = verdict.clause.map_or("by default".to_owned(), |ix| format!("by {}", policy.clause(ix).id));
    let unsure = if verdict.undetermined { ", undetermined" } else { "" };
    let overlap = if verdict.overlap { ", clauses of different behaviors apply at once" } else { "" };
    format!("{behavior} {clause}{unsure}{overlap}")
}

fn possible_words(possible: &Possible, policy: &Policy) -> String {
    let category = &policy.taxonomy.get(possible.category).id;
    let severity = match possible.severity {
        Some(ix) => policy.manifest.severities.get(usize::from(ix.0)).map_or("", |severity| severity),
        None => "unknown",
    };
    let behavior = policy.manifest.behaviors.id(possible.behavior);
    format!(
        "nobody judged `{category}`: found at severity {severity} in the {}, it would be {behavior}",
        possible.target.word()
    )
}

/// That a gold label is stale, since when, and what helps.
fn stale_words(gold: &Gold, state: &CaseGold) -> Option<String> {
    if state.state != GoldState::Stale {
        return None;
    }
    let since = why_words(&state.why);
    Some(match &gold.source {
        GoldSource::Adjudicated { .. } | GoldSource::Split { .. } => format!(
            "stale: since it was ruled so, {since}; the ruling stands until somebody rules anew, whatever is labeled (`casebook queue`)"
        ),
        _ => format!("stale: since it was labeled so, {since}; new labels or a ruling settle it"),
    })
}

fn gold_words(gold: &Gold, said: &Said, state: GoldState, method: Consensus) -> String {
    let calls_for = |reading: &Reading| match &reading.behavior {
        Some(behavior) => {
            let others = reading.acceptable.iter().filter(|other| *other != behavior);
            std::iter::once(behavior).chain(others).map(String::as_str).collect::<Vec<_>>().join(" or ")
        }
        None => "no behavior".to_owned(),
    };
    let label = gold.reading.as_ref().map_or("no gold label".to_owned(), calls_for);
    match &gold.source {
        GoldSource::None => format!("no gold label: {}", unsettled(said)),
        GoldSource::Imported if state == GoldState::Disputed => {
            format!("{label}, as imported; disputed: {}", unsettled(said))
        }
        GoldSource::Imported => format!("{label}, as imported"),
        GoldSource::Consensus { labelers } => {
            format!("{label}, by consensus ({}) of {}", method.word(), count(*labelers as u64, "labeler", "labelers"))
        }
        GoldSource::Adjudicated { by, at, holding } => {
            let at = at.as_deref().and_then(|at| at.get(..10)).map_or(String::new(), |day| format!(", {day}"));
            let holding = if holding.is_empty() { String::new() } else { format!(": \"{holding}\"") };
            format!("{label}, adjudicated by {by}{at}{holding}")
        }
        GoldSource::Split { by } => format!("no gold label: a legitimate disagreement, says {by}"),
    }
}

/// `{"version", "set", "case", "file", "line", "verdict", "standing", "gold", "rulings", "decisive", "possible", "what_if", "fixes"}`;
/// `decisive` counts rulings from 0, and `possible` is what an unjudged category could lead to, or `null`.
pub fn json(report: &ExplainReport<'_>) -> Value {
    let ExplainReport { policy, explanation, gold, .. } = report;
    let verdict = explanation.verdict;
    let source = match &gold.source {
        GoldSource::None => json!({"kind": "none"}),
        GoldSource::Imported => json!({"kind": "imported"}),
        GoldSource::Consensus { labelers } => json!({"kind": "consensus", "labelers": labelers}),
        GoldSource::Adjudicated { by, at, holding } => {
            json!({"kind": "adjudicated", "by": by, "at": at, "holding": holding})
        }
        GoldSource::Split { by } => json!({"kind": "split", "by": by}),
    };
    let possible = explanation.undetermined.as_ref().map(|possible| {
        json!({
            "category": &*policy.taxonomy.get(possible.category).id,
            "severity": possible.severity.and_then(|ix| policy.manifest.severities.get(usize::from(ix.0))).map(|s| &**s),
            "target": possible.target.word(),
            "behavior": &**policy.manifest.behaviors.id(possible.behavior),
            "clause": clause_id(possible.clause, policy),
        })
    });
    json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "set": report.set,
        "case": report.case.id,
        "file": &*report.place.file,
        "line": report.place.position.map(|position| position.line),
        "verdict": {
            "behavior": &**policy.manifest.behaviors.id(verdict.behavior),
            "clause": clause_id(verdict.clause, policy),
            "undetermined": verdict.undetermined,
            "overlap": verdict.overlap,
        },
        "standing": report.standing.word(),
        "gold": {
            "source": source,
            "label": gold.reading,
            "state": report.state.state.word(),
            "why": report.state.why.iter().map(|why| why_words(std::slice::from_ref(why))).collect::<Vec<_>>(),
            "labelers": {"heard": report.said.heard, "abstained": report.said.abstained, "votes": report.said.votes},
        },
        "rulings": explanation.rulings.iter().map(|ruling| ruling_json(ruling, policy)).collect::<Vec<_>>(),
        "decisive": explanation.decisive,
        "possible": possible,
        "what_if_tried_all": report.what_if.tried == Tried::All || !report.what_if.smallest.is_empty(),
        "what_if": report.what_if.smallest.iter().map(|found| what_if_json(found, policy)).collect::<Vec<_>>(),
        "fixes": report.fixes.map(|fixes| fixes.iter().map(|fix| fix_json(fix, policy)).collect::<Vec<_>>()),
    })
}

fn ruling_json(ruling: &Ruling, policy: &Policy) -> Value {
    let miss = |miss: &NearMiss| {
        json!({
            "clause": &*policy.clause(miss.clause).id,
            "failing": miss.failing,
            "test": miss.test,
            "subject": miss.subject,
            "met": miss.met,
            "file": &*miss.place.file,
            "line": miss.place.position.map(|position| position.line),
            "route": miss.place.route.to_string(),
        })
    };
    json!({
        "harm": ruling.harm,
        "behavior": &**policy.manifest.behaviors.id(ruling.behavior),
        "clause": clause_id(ruling.clause, policy),
        "also": ruling.also.iter().map(|&ix| &*policy.clause(ix).id).collect::<Vec<_>>(),
        "misses": ruling.misses.iter().map(miss).collect::<Vec<_>>(),
    })
}

fn clause_id(clause: Option<ClauseIx>, policy: &Policy) -> Option<&str> {
    clause.map(|ix| &*policy.clause(ix).id)
}
