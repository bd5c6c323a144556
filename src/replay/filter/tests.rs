use super::Filter;
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::policy::gold_state::GoldState;
use crate::replay::run::{Replay, replay};
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
facets:
  intent: {type: enum, values: [benign, malicious]}
  context: {type: set, values: [fiction, medical]}
specs: [s.yaml]
";
const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, tier: 1, aliases: [arms], children: [{id: bio}]}\n  - {id: fraud, tier: 2}\n";
const SPEC: &str = "spec: s\nclauses:\n  - {id: w, when: {category: weapons}, then: refuse}\n";
const CASES: &str = r#"{"id":"a-1","text":"","tags":["x y"],"sensitive":true,"gold":{"harms":[{"category":"bio","severity":"high"}],"facets":{"intent":"benign"},"behavior":"refuse"}}
{"id":"a-2","text":"","gold":{"harms":[{"category":"arms"},{"category":"fraud","severity":"low"}],"facets":{"context":["fiction"]},"behavior":"comply"}}
{"id":"b-1","text":"","gold":{"behavior":"refuse","unjudged":["weapons"]}}
{"id":"b-2","text":""}
"#;
const LABELS: &str = r#"{"case":"b-2","labeler":"ana","behavior":"comply"}
{"case":"b-2","labeler":"bo","behavior":"refuse"}
{"case":"a-1","labeler":"bo","behavior":"refuse"}
"#;
const RULINGS: &str = r#"{"case":"b-1","adjudicator":"lee","disposition":"overridden","decision":{"behavior":"refuse","unjudged":["weapons"]}}
"#;

fn policy(spec: &str) -> Arc<Policy> {
    let documents = [MANIFEST, HARMS, spec].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2)]);
    assert_eq!(problems, []);
    Arc::new(policy)
}

fn replayed() -> Replay {
    let sources = GoldSources {
        set: "core".into(),
        cases: vec![SourceFile::new("c", CASES)],
        labels: vec![SourceFile::new("l", LABELS)],
        adjudications: vec![SourceFile::new("r", RULINGS)],
        ..GoldSources::default()
    };
    let gold = Arc::new(GoldSet::read(sources, &Unwatched).unwrap());
    let base = policy("spec: s\nclauses:\n  - {id: w, when: {category: fraud}, then: refuse}\n");
    replay(&[gold], &policy(SPEC), Some(&base), &Unwatched).unwrap()
}

#[test]
fn words_choose_cases() {
    let replay = replayed();
    let check = |filter: &str, expected: &str| {
        let states = [[GoldState::Valid, GoldState::Unpinned, GoldState::Stale, GoldState::Disputed].to_vec()];
        let rows = Filter::parse(filter, &replay.head).unwrap().rows(&replay, &states).remove(0);
        let ids: Vec<String> = rows.into_iter().map(|row| replay.sets[0].gold.id(row).into_owned()).collect();
        assert_eq!(ids.join(" "), expected, "{filter}");
    };
    check("", "a-1 a-2 b-1 b-2");
    check("set:core,other", "a-1 a-2 b-1 b-2");
    check("-set:core", "");
    check("id:a-*,b-2", "a-1 a-2 b-2");
    check("tag:\"x y\"", "a-1");
    check("category:weapons", "a-1 a-2");
    check("category:arms -category:fraud", "a-1");
    check("category:none", "b-1");
    check("no-harm", "b-1");
    check("severity:unknown", "a-2");
    check("severity:high,low", "a-1 a-2");
    check("tier:2", "");
    check("tier:1,2", "a-1 a-2");
    check("behavior:refuse", "a-1 b-1");
    check("verdict:refuse", "a-1 a-2");
    check("intent=benign", "a-1");
    check("intent=unknown", "a-2 b-1 b-2");
    check("context=fiction,medical", "a-2");
    check("unlabeled", "b-2");
    check("imported", "a-2");
    check("consensus", "a-1");
    check("adjudicated", "b-1");
    check("sensitive", "a-1");
    check("disputed", "b-2");
    check("stale", "b-1");
    check("valid", "a-1");
    check("-unpinned -disputed", "a-1 b-1");
    check("labels:1", "a-1");
    check("labels>0", "a-1 b-2");
    check("labels<2", "a-1 a-2 b-1");
    check("undetermined", "b-1 b-2");
    check("agrees", "a-1");
    check("wrong", "a-2");
    check("over-refusal", "a-2");
    check("under-refusal", "");
    check("flips", "a-1 b-1");
    check("flips:changed", "b-1");
    check("flips:fixed", "a-1");
    check("flips:regressed", "");
}

#[test]
fn only_who_asks_how_labels_stand_needs_to_be_told() {
    let replay = replayed();
    let check = |filter: &str, needs: bool, unknown: usize| {
        let filter = Filter::parse(filter, &replay.head).unwrap();
        assert_eq!((filter.needs_states(), filter.rows(&replay, &[])[0].len()), (needs, unknown));
    };
    check("unlabeled", false, 1);
    check("stale", true, 0);
    check("tag:x -valid", true, 0);
    check("-stale", true, 4);
}

#[test]
fn what_cannot_be_read_is_said() {
    let policy = policy(SPEC);
    let check = |filter: &str, expected: &str| {
        let error = Filter::parse(filter, &policy).unwrap_err();
        assert_eq!(format!("{} | {}", error.why, error.help), expected, "{filter}");
    };
    check("disputd", "it is no word of the filter | Did you mean `disputed`?");
    check("categry:weapons", "`categry` takes no values | Did you mean `category:`?");
    check("category:wepons", "there is no category `wepons` | Did you mean `weapons`?");
    check("category:", "no value follows | Write the value behind the colon, without a blank.");
    check("intent:benign", "`intent` takes no values | For a facet write `intent=`.");
    check("intnt=benign", "there is no facet `intnt` | Did you mean `intent=`?");
    check("intent=", "no value follows | Write the value behind it, without a blank.");
    check("intent=bening", "there is no value of `intent` `bening` | Did you mean `benign`?");
    check("behavior:refuze", "there is no behavior `refuze` | Did you mean `refuse`?");
    check("tier:one", "a tier is a number | Write `tier:1`.");
    check("tier<2", "only `labels` is compared | Write `labels<2` or `labels>3`.");
    check("labels<", "a number of labelers is missing | Write `labels:0`, `labels<2` or `labels>3`.");
    check("flips:better", "there is no kind of flip `better` | There are `regressed`, `fixed`, `changed`.");
    check("tag:\"x", "a `\"` is not closed | Close the quotation.");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z:=<>,\\-\" *é0-9]{0,30}|\\PC{0,20}") {
        let _ = Filter::parse(&text, &policy(SPEC));
    }
}
