//! Reads `gold/<set>/rounds/<round>/round.yaml` and `closed.yaml`.

use super::cursor::{Cursor, Notes, Source};
use crate::policy::codes;
use crate::policy::problem::Problem;
use crate::policy::round::{Blindness, Closed, Exit, Reached, Round, RoundKind, Sample, Sealed};
use std::sync::Arc;

/// Reads what a round is; `name` is that of its folder. What is missing or wrong becomes a problem, and has its usual
/// value.
pub fn round(source: Source<'_>, name: &str) -> (Round, Vec<Problem>) {
    let notes = Notes::default();
    let round = Round { name: name.into(), overlap: 1, ..Round::default() };
    let round = match Cursor::root(source, &notes).filter(|root| root.expect_mapping("a round")) {
        Some(root) => read(&root, round),
        None => round,
    };
    (round, notes.into_problems())
}

fn read(root: &Cursor<'_>, round: Round) -> Round {
    root.hint_at_unknown_keys(&[
        "round",
        "kind",
        "purpose",
        "opened",
        "by",
        "policy",
        "labelers",
        "overlap",
        "repeats",
        "probes",
        "blindness",
        "seed",
        "sample",
        "exit",
    ]);
    root.need("labelers", "with the list of those who label");
    Round {
        kind: word(root, "kind", RoundKind::WORDS, RoundKind::from_word).unwrap_or_default(),
        purpose: root.text_of("purpose"),
        opened: root.text_of("opened"),
        by: root.text_of("by"),
        policy: Some(root.text_of("policy")).filter(|commit| !commit.is_empty()),
        labelers: root.texts_of("labelers"),
        overlap: number(root, "overlap", 0.0..=1e6).map_or(1, |n| n as usize),
        repeats: number(root, "repeats", 0.0..=1.0).unwrap_or_default(),
        probes: number(root, "probes", 0.0..=1.0).unwrap_or_default(),
        blindness: word(root, "blindness", Blindness::WORDS, Blindness::from_word).unwrap_or_default(),
        seed: root.text_of("seed").parse().unwrap_or_default(),
        sample: root.get("sample").filter(|sample| sample.expect_mapping("sample")).map(sample).unwrap_or_default(),
        exit: exit(root),
        ..round
    }
}

fn sample(cursor: Cursor<'_>) -> Sample {
    cursor.hint_at_unknown_keys(&["filter", "size", "by", "of"]);
    let count = |key: &str| number(&cursor, key, 0.0..=1e9).map(|n| n as usize);
    Sample { filter: cursor.text_of("filter"), size: count("size"), by: cursor.texts_of("by"), of: count("of") }
}

fn exit(root: &Cursor<'_>) -> Vec<Exit> {
    let Some(list) = root.get("exit") else { return Vec::new() };
    let mut exits = Vec::new();
    for item in list.expect_items("exit") {
        if !item.expect_mapping("an exit criterion") {
            continue;
        }
        item.hint_at_unknown_keys(&["measure", "field", "low"]);
        let (measure, field) = (item.text_of("measure"), item.text_of("field"));
        match number(&item, "low", -1.0..=1.0) {
            Some(low) if !measure.is_empty() && !field.is_empty() => exits.push(Exit { measure, field, low }),
            _ => item.note(
                &codes::MISSING_KEY,
                "an exit criterion names a measure, a field and the lowest value",
                "Write `{measure: alpha-ordinal, field: severity, low: 0.67}`.",
            ),
        }
    }
    exits
}

/// Reads what a round was when it was closed.
pub fn closed(source: Source<'_>) -> (Closed, Vec<Problem>) {
    let notes = Notes::default();
    let root = Cursor::root(source, &notes).filter(|root| root.expect_mapping("a closed round"));
    let closed = root.map(|root| {
        root.hint_at_unknown_keys(&["closed", "by", "policy", "readings", "exit", "commitments"]);
        let entries = root.get("commitments").map(|files| files.entries()).unwrap_or_default();
        let sealed = |(file, said): (&str, Cursor<'_>)| {
            // Once only the number of lines stood here.
            let hash = said.get("blake3").and_then(|hash| hash.expect_text("blake3"));
            let lines = said.get("lines").unwrap_or(said).expect_text(file)?.parse().ok()?;
            Some(Sealed { file: file.into(), lines, hash })
        };
        Closed {
            file: source.file.clone(),
            at: root.text_of("closed"),
            by: root.text_of("by"),
            exit: root.get("exit").map(|exit| exit.expect_items("exit").iter().filter_map(reached).collect()),
            commitments: entries.into_iter().filter_map(sealed).collect(),
        }
    });
    (closed.unwrap_or_default(), notes.into_problems())
}

/// What was kept of one exit criterion.
fn reached(item: &Cursor<'_>) -> Option<Reached> {
    if !item.expect_mapping("an exit criterion") {
        return None;
    }
    item.hint_at_unknown_keys(&["measure", "field", "low", "value", "interval", "n", "undefined", "met"]);
    let figure = |key| number(item, key, -1.0..=1.0);
    let exit = Exit { measure: item.text_of("measure"), field: item.text_of("field"), low: figure("low")? };
    let ends = item.texts_of("interval");
    let interval = match &ends[..] {
        [low, high] => low.parse().ok().zip(high.parse().ok()),
        _ => None,
    };
    if interval.is_none() && !ends.is_empty() {
        item.note(&codes::WRONG_TYPE, "`interval` should be two numbers", "Write `[0.61, 0.81]`.");
    }
    Some(Reached {
        exit,
        value: figure("value").ok_or_else(|| item.text_of("undefined")),
        interval,
        n: number(item, "n", 0.0..=1e9).map_or(0, |n| n as usize),
        met: &*item.text_of("met") == "true",
    })
}

fn word<T>(
    root: &Cursor<'_>,
    key: &str,
    words: &'static [&'static str],
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let value = root.get(key)?;
    let text: Arc<str> = value.expect_text(key)?;
    let found = read(&text);
    if found.is_none() {
        let help = value.choose_from(&text, key, words.iter().copied());
        value.note(&codes::UNKNOWN_VALUE, format!("`{text}` is no {key} of a round"), help);
    }
    found
}

fn number(cursor: &Cursor<'_>, key: &str, within: std::ops::RangeInclusive<f64>) -> Option<f64> {
    let value = cursor.get(key)?;
    let text = value.expect_text(key)?;
    match text.parse::<f64>() {
        Ok(number) if within.contains(&number) => Some(number),
        _ => {
            let message =
                format!("`{key}` should be a number from {} to {}, but is `{text}`", within.start(), within.end());
            value.note(&codes::WRONG_TYPE, message, "Write a number within these bounds.");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn read(text: &str) -> (Round, Vec<String>) {
        let (document, file) = (Document::parse(text), "gold/core/rounds/r/round.yaml".into());
        let (round, problems) = round(Source { file: &file, document: &document }, "r");
        (round, problems.iter().map(|p| format!("{} {}: {}", p.code.id, p.place.route, p.message)).collect())
    }

    #[test]
    fn a_round_is_read_whole() {
        let (round, problems) = read(
            "kind: calibration\nopened: 2026-11-21T05:00:00Z\nby: lee\npolicy: abc\nlabelers: [ana, bo]\noverlap: 2\nrepeats: 0.1\nprobes: 0.05\nblindness: sealed\nseed: 18446744073709551615\nsample: {filter: 'tag:x', size: 20, by: [category], of: 80}\nexit: [{measure: alpha-ordinal, field: severity, low: 0.67}]\n",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!((round.kind, round.blindness, round.seed), (RoundKind::Calibration, Blindness::Sealed, u64::MAX));
        assert_eq!((round.overlap, round.repeats, round.sample.size, round.sample.of), (2, 0.1, Some(20), Some(80)));
        assert_eq!(round.exit, [Exit { measure: "alpha-ordinal".into(), field: "severity".into(), low: 0.67 }]);
    }

    #[test]
    fn what_is_wrong_with_a_round_is_told() {
        let (round, problems) = read("kind: calibrtion\nrepeats: 2\nexit: [{measure: percent}, 3]\nsampel: {}\n");
        assert_eq!((round.kind, round.repeats, round.overlap), (RoundKind::Production, 0.0, 1));
        assert_eq!(
            problems,
            [
                "CB004 sampel: `sampel` is no key that casebook knows here",
                "CB005 : `labelers` is missing",
                "CB012 kind: `calibrtion` is no kind of a round",
                "CB003 repeats: `repeats` should be a number from 0 to 1, but is `2`",
                "CB005 exit[0]: an exit criterion names a measure, a field and the lowest value",
                "CB003 exit[1]: `an exit criterion` should be a mapping of keys to values, but this is a number",
            ]
        );
    }

    #[test]
    fn a_closed_round_keeps_what_was_sealed() {
        let document = Document::parse(
            "closed: 2026-11-21T05:00:00Z\nby: lee\ncommitments: {'ana/01J.jsonl': 3, bo/x.jsonl: y, cy/z.jsonl: {lines: 2, blake3: 0a}}\n",
        );
        let (closed, problems) = closed(Source { file: &"closed.yaml".into(), document: &document });
        assert_eq!(problems, []);
        assert_eq!(closed.exit, None);
        assert_eq!(
            (&*closed.by, &closed.commitments[..]),
            (
                "lee",
                &[
                    Sealed { file: "ana/01J.jsonl".into(), lines: 3, hash: None },
                    Sealed { file: "cy/z.jsonl".into(), lines: 2, hash: Some("0a".into()) },
                ][..]
            )
        );
    }

    #[test]
    fn a_closed_round_keeps_how_it_stood_to_its_criteria() {
        let document = Document::parse(
            "closed: x\nexit:\n  - {measure: alpha-ordinal, field: severity, low: 0.67, value: 0.72, interval: [0.61, 0.81], n: 40, met: false}\n  - {measure: percent, field: harms, low: 0.5, undefined: \"nobody labeled\", n: 0, met: false}\n  - {measure: percent, low: 9, interval: 3}\n",
        );
        let (closed, problems) = closed(Source { file: &"closed.yaml".into(), document: &document });
        let exit = closed.exit.unwrap();
        assert_eq!(exit.len(), 2);
        assert_eq!(
            (&exit[0].value, exit[0].interval, exit[0].n, exit[0].met),
            (&Ok(0.72), Some((0.61, 0.81)), 40, false)
        );
        assert_eq!((&exit[1].value, exit[1].interval), (&Err("nobody labeled".into()), None));
        let told: Vec<String> = problems.iter().map(|problem| problem.place.route.to_string()).collect();
        assert_eq!(told, ["exit[2].low"]);
    }
}
