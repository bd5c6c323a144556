//! The case that a labeler reads next, for those who label without the screen.

use super::explain::conversation;
use super::figure::thousands;
use super::guidance::{self, usable};
use super::paint::{Paint, own_words};
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::facet::FacetKind;
use serde_json::{Value, json};

/// Where the labeler stands, and what comes next. Nothing in it tells what others or the case's own label say.
#[derive(Debug)]
pub struct NextReport<'a> {
    pub policy: &'a Policy,
    pub set: &'a str,
    pub round: Option<&'a str>,
    pub who: &'a str,
    pub done: usize,
    pub total: usize,
    /// `None` where nothing waits.
    pub case: Option<&'a Case>,
    /// Whether the text of a sensitive case is shown.
    pub uncover: bool,
}

/// The case, the words that a label may use, and the command that gives it.
pub fn text(report: &NextReport<'_>, paint: Paint) -> String {
    let NextReport { policy, set, who, done, total, .. } = report;
    let round = report.round.map(|round| format!(", round {round}")).unwrap_or_default();
    let place = own_words(&format!("in {set}{round}, as {who}")).into_owned();
    let figure = |n: usize| thousands(n as u64);
    let Some(case) = report.case else {
        return format!("nothing is left to label {place}: {} of {} are done\n", figure(*done), figure(*total));
    };
    let mut out = format!(
        "{}  {}\n\n",
        paint.bold(own_words(&case.id).into_owned()),
        paint.dim(format!("{} of {} {place}", figure(done + 1), figure(*total))),
    );
    out.push_str(&conversation(case, report.uncover, paint));
    out.push('\n');
    let mut row = |name: &str, words: String| {
        if !words.is_empty() {
            out.push_str(&format!("{}  {}\n", paint.dim(format!("{name:<10}")), own_words(&words)));
        }
    };
    row("behaviors", policy.manifest.behaviors.iter().map(|(_, b)| b.id.to_string()).collect::<Vec<_>>().join(", "));
    row("harms", usable(policy).map(|(_, category)| &*category.id).collect::<Vec<_>>().join(", "));
    row("severities", policy.manifest.severities.join(", "));
    for facet in &policy.manifest.facets {
        row("facet", format!("{}: {}", facet.id, facet.values.join(", ")));
    }
    out.push_str(&guidance::text(policy, paint));
    out.push_str(&format!(
        "\nto label it  {}\n             with --harm HARM:SEVERITY or --no-harm, --facet FACET=VALUE; `casebook label --help` tells the rest\n",
        own_words(&command(report, case, " --behavior BEHAVIOR")),
    ));
    out
}

/// `{"set", "round", "labeler", "done", "total", "case", "covered", "behaviors", "categories", "severities", "facets", "guidance", "command"}`;
/// `case`, `guidance` and `command` are null where nothing waits, and a covered case has only its id.
pub fn json(report: &NextReport<'_>) -> Value {
    let NextReport { policy, .. } = report;
    let covered = report.case.is_some_and(|case| case.sensitive && !report.uncover);
    let facets: Vec<Value> = policy
        .manifest
        .facets
        .iter()
        .map(|facet| json!({"id": facet.id, "several": facet.kind == FacetKind::Set, "values": facet.values}))
        .collect();
    json!({
        "set": report.set,
        "round": report.round,
        "labeler": report.who,
        "done": report.done,
        "total": report.total,
        "case": report.case.map(|case| case_json(case, covered)),
        "covered": covered,
        "behaviors": policy.manifest.behaviors.iter().map(|(_, behavior)| &behavior.id).collect::<Vec<_>>(),
        "categories": usable(policy).map(|(_, category)| &category.id).collect::<Vec<_>>(),
        "severities": policy.manifest.severities,
        "facets": facets,
        "guidance": report.case.map(|_| guidance::json(policy)),
        "command": report.case.map(|case| command(report, case, "")),
    })
}

fn case_json(case: &Case, covered: bool) -> Value {
    if covered {
        return json!({"id": case.id});
    }
    let message = |message: &crate::policy::case::Message| {
        json!({
            "role": message.role,
            "content": message.content,
            "tool_calls": message.tool_calls,
            "name": message.name,
        })
    };
    json!({
        "id": case.id,
        "text": case.text,
        "messages": case.messages.iter().map(message).collect::<Vec<_>>(),
        "response": case.response,
    })
}

/// How a label of the case is given, as it is typed in a shell, with these options. An id that looks like an option stands behind `--`
/// at the end.
fn command(report: &NextReport<'_>, case: &Case, options: &str) -> String {
    let mut words = vec![("--set", report.set)];
    words.extend(report.round.map(|round| ("--round", round)));
    words.push(("--as", report.who));
    // A value that looks like an option is written in one word with its own.
    let word = |(option, value): (&str, &str)| match value.starts_with('-') {
        true => format!(" {option}={}", quoted(value)),
        false => format!(" {option} {}", quoted(value)),
    };
    let words: String = words.into_iter().map(word).collect();
    match case.id.starts_with('-') {
        true => format!("casebook label{words}{options} -- {}", quoted(&case.id)),
        false => format!("casebook label {}{words}{options}", quoted(&case.id)),
    }
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./@:+,".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_through_a_shell() {
        for (word, expect) in
            [("a-1", "a-1"), ("", "''"), ("a b", "'a b'"), ("it's $1", r"'it'\''s $1'"), ("-x", "'-x'")]
        {
            assert_eq!(quoted(word), expect);
        }
    }
}
