//! Words of the cases that a policy does not know.

use super::reading::{read, sources};
use super::sample;

fn check(gold: &[&str], problems: &[&str]) {
    let lines: Vec<String> = gold
        .iter()
        .enumerate()
        .map(|(at, gold)| format!("{{\"id\":\"{at}\",\"text\":\"\",\"gold\":{gold}}}"))
        .collect();
    let gold = read(sources(&[lines.join("\n").as_bytes()]));
    assert_eq!(gold.problems(), &[]);
    let told: Vec<_> =
        gold.check(&sample::policy()).iter().map(|p| format!("{} {} {}", p.place, p.code, p.message)).collect();
    assert_eq!(told, problems);
}

#[test]
fn known_words_pass() {
    check(
        &[
            r#"{"harms":[{"category":"arms","severity":"high"},{"category":"bio"},{"category":"bio","severity":"unknown"}],"unjudged":["guns"]}"#,
            r#"{"facets":{"intent":"unknown","minor":true,"context":["fiction"]},"behavior":"refuse","acceptable":["comply"]}"#,
            r#"{"facets":{"context":"fiction","autonomy":["chat"]}}"#,
        ],
        &[],
    );
}

#[test]
fn strange_words_are_told_once_with_their_cases() {
    let nuke = r#"{"harms":[{"category":"nuke"},{"category":"nuke","severity":"high"}]}"#;
    check(
        &[r#"{"harms":[{"category":"bio","severity":"mild"}]}"#],
        &["cases/0.jsonl:1:1 CB112 the severity `mild` is not among those of the manifest (in the case `0`)"],
    );
    check(
        &["{}", nuke, nuke, nuke, nuke, nuke],
        &["cases/0.jsonl:2:1 CB110 the category `nuke` is not in the taxonomy (in the cases `1`, `2`, `3` and 2 more)"],
    );
    check(
        &[r#"{"harms":[{"category":"old"}]}"#, r#"{"unjudged":["nuke"]}"#],
        &[
            "cases/0.jsonl:1:1 CB111 the category `old` is deprecated (in the case `0`)",
            "cases/0.jsonl:2:1 CB116 the category `nuke`, left unjudged, is not in the taxonomy (in the case `1`)",
        ],
    );
}

#[test]
fn facets_and_behaviors() {
    check(
        &[r#"{"facets":{"intend":"benign","minor":"maybe"}}"#, r#"{"facets":{"intent":["benign","unclear"]}}"#],
        &[
            "cases/0.jsonl:1:1 CB113 the facet `intend` is not among those of the manifest (in the case `0`)",
            "cases/0.jsonl:1:1 CB114 the facet `minor` has no value `maybe` (in the case `0`)",
            "cases/0.jsonl:2:1 CB114 the facet `intent` takes one value, and is given 2 (in the case `1`)",
        ],
    );
    check(
        &[r#"{"behavior":"decline"}"#, r#"{"behavior":"refuse","acceptable":["decline"],"observed":"ponder"}"#],
        &[
            "cases/0.jsonl:1:1 CB115 the behavior `decline` is not among those of the manifest (in the cases `0`, `1`)",
            "cases/0.jsonl:2:1 CB115 the behavior `ponder` is not among those of the manifest (in the case `1`)",
        ],
    );
}

#[test]
fn the_way_out_is_said() {
    let gold = read(sources(&[br#"{"id":"a","text":"","gold":{"harms":[{"category":"bio","severity":"mild"}]}}"#]));
    assert_eq!(gold.check(&sample::policy())[0].help, "Use one of `low`, `medium`, `high`, `critical`, or add it.");
}
