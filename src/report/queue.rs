//! The cases that need a ruling, ranked, with the reasons.

use super::figure::{count, thousands};
use super::paint::{Paint, own_words};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A queue, or what was asked for of it.
#[derive(Debug)]
pub struct QueueReport<'a> {
    /// The cases that are listed, the one that matters most first.
    pub cases: Vec<QueuedCase<'a>>,
    /// How many cases need a ruling, listed or not.
    pub waiting: usize,
    /// How many cases are unanimous and agree with the policy: one ruling each can be given for all of them together.
    pub unanimous: usize,
    /// How many cases wait for which reason: its word and what it is.
    pub counts: Vec<(&'static str, &'static str, usize)>,
    /// How many cases are left out since whoever asks reads them in an open round in which nobody sees what others say.
    pub hidden: usize,
}

/// A case that needs a ruling.
#[derive(Debug)]
pub struct QueuedCase<'a> {
    pub set: &'a str,
    pub case: String,
    pub score: f32,
    pub tier: Option<u32>,
    /// How open the labels leave the behavior, 0 to 1.
    pub uncertainty: f32,
    /// The word of each reason, and a sentence.
    pub why: Vec<(&'static str, String)>,
    /// How many labelers read it, abstentions included.
    pub labels: usize,
    /// How many of them call for which behavior.
    pub distribution: BTreeMap<String, u64>,
}

/// A paragraph a case, and the sums.
pub fn text(report: &QueueReport<'_>, paint: Paint) -> String {
    let mut out = String::new();
    for (rank, case) in report.cases.iter().enumerate() {
        let name = paint.bold(own_words(&format!("{}/{}", case.set, case.case)));
        let tier = case.tier.map(|tier| format!("  tier {tier}")).unwrap_or_default();
        out.push_str(&format!("{:>4}  {name}{tier}{}\n", rank + 1, paint.dim(format!("  {:.1}", case.score))));
        for (_, words) in &case.why {
            out.push_str(&format!("      {}\n", own_words(words)));
        }
    }
    let waiting = count(report.waiting as u64, "case needs a ruling", "cases need a ruling");
    let listed = report.cases.len();
    let listed =
        if listed == report.waiting { String::new() } else { format!(", {} listed", thousands(listed as u64)) };
    let gap = if out.is_empty() { "" } else { "\n" };
    out.push_str(&format!("{gap}{}{listed}\n", paint.notable(waiting)));
    for (_, title, cases) in &report.counts {
        out.push_str(&format!("  {:>6}  {title}\n", thousands(*cases as u64)));
    }
    if report.hidden > 0 {
        let hidden = count(report.hidden as u64, "case is", "cases are");
        out.push_str(&format!("{hidden} left out: you read them yourself in a round that hides what others say\n"));
    }
    if report.unanimous > 0 {
        let unanimous = count(report.unanimous as u64, "more is", "more are");
        out.push_str(&format!("{unanimous} unanimous and as the policy has it: `casebook queue --unanimous`\n"));
    }
    out
}

/// `{"waiting", "hidden", "unanimous", "reasons": {REASON: cases}, "queue": [{"rank", "set", "case", "score", "tier", "uncertainty",
/// "labels", "distribution", "reasons": [{"reason", "words"}]}]}`
pub fn json(report: &QueueReport<'_>) -> Value {
    let counts: Map<String, Value> =
        report.counts.iter().map(|(word, _, cases)| ((*word).to_owned(), Value::from(*cases))).collect();
    let queue = report.cases.iter().enumerate().map(|(rank, case)| {
        json!({
            "rank": rank + 1,
            "set": case.set,
            "case": case.case,
            "score": rounded(case.score),
            "tier": case.tier,
            "uncertainty": rounded(case.uncertainty),
            "labels": case.labels,
            "distribution": case.distribution,
            "reasons": case.why.iter().map(|(reason, words)| json!({"reason": reason, "words": words})).collect::<Vec<_>>(),
        })
    });
    json!({
        "waiting": report.waiting,
        "hidden": report.hidden,
        "unanimous": report.unanimous,
        "reasons": counts,
        "queue": queue.collect::<Vec<_>>(),
    })
}

/// To four digits behind the point.
fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> QueueReport<'static> {
        QueueReport {
            cases: vec![QueuedCase {
                set: "core",
                case: "bio-\u{1b}7".into(),
                score: 9.25,
                tier: Some(1),
                uncertainty: 0.5,
                why: vec![("disagreement", "labelers differ: 1 comply, 1 refuse".into()), ("gap", "toys?".into())],
                labels: 3,
                distribution: [("comply".to_owned(), 1), ("refuse".to_owned(), 1)].into(),
            }],
            waiting: 1_204,
            unanimous: 31,
            counts: vec![("disagreement", "labelers differ", 1_200), ("gap", "a gap was flagged", 4)],
            hidden: 0,
        }
    }

    #[test]
    fn the_queue_says_why() {
        insta::assert_snapshot!(text(&report(), Paint::PLAIN), @r"
           1  core/bio-␛7  tier 1  9.2
              labelers differ: 1 comply, 1 refuse
              toys?

        1,204 cases need a ruling, 1 listed
           1,200  labelers differ
               4  a gap was flagged
        31 more are unanimous and as the policy has it: `casebook queue --unanimous`
        ");
    }

    #[test]
    fn its_json_is_whole() {
        let json = json(&report());
        assert_eq!(json["queue"][0]["reasons"][1], serde_json::json!({"reason": "gap", "words": "toys?"}));
        assert_eq!((&json["queue"][0]["score"], &json["reasons"]["gap"]), (&serde_json::json!(9.25), &4.into()));
    }
}
