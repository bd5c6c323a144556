//! Tables and maps, from bytes to plan.

use super::testing::{again, plan_of, policy};
use super::{Held, ImportError, ImportPlan, MapFile};
use crate::policy::Policy;
use crate::policy::facet::{Facet, FacetKind};
use proptest::prelude::*;
use serde_json::Value;

fn house() -> Policy {
    let mut policy = policy("violence=v\n  gore\nhate\nfraud\nself-harm=sh");
    let facet = |id: &str, kind, values: &[&str]| Facet {
        id: id.into(),
        kind,
        values: values.iter().map(|v| (*v).into()).collect(),
        description: "".into(),
    };
    policy.manifest.facets = vec![
        facet("intent", FacetKind::Enum, &["benign", "unclear", "malicious"]),
        facet("minor", FacetKind::Bool, &["false", "true"]),
        facet("context", FacetKind::Set, &["fiction", "medical", "legal"]),
    ];
    policy
}

fn try_import(format: &str, map: &str, bytes: &[u8], held: &Held) -> Result<ImportPlan, ImportError> {
    let map = MapFile { file: "map.yaml", bytes: map.as_bytes() };
    plan_of(format, bytes, &house(), held, |request| {
        request.map = Some(map);
    })
}

/// The plan, which importing again must empty.
fn import(format: &str, map: &str, bytes: &[u8]) -> ImportPlan {
    let plan = try_import(format, map, bytes, &Held::default()).unwrap_or_else(|error| panic!("{error}"));
    let held = again(&plan, Held::default());
    let second = try_import(format, map, bytes, &held).unwrap();
    assert!(second.is_empty(), "the second time there is nothing to add");
    assert_eq!((second.already, second.labels_already), (plan.cases.len(), plan.new_labels()));
    assert_eq!(second.row_errors, plan.row_errors);
    plan
}

fn csv(map: &str, text: &str) -> ImportPlan {
    import("csv", map, text.as_bytes())
}

/// Each case without its id and source.
fn cases(plan: &ImportPlan) -> Vec<String> {
    let shorten = |line: &str| {
        let mut case: Value = serde_json::from_str(line).unwrap();
        case.as_object_mut().unwrap().shift_remove("id");
        case.as_object_mut().unwrap().shift_remove("source");
        case.to_string()
    };
    plan.cases.iter().map(|case| shorten(&case.line)).collect()
}

fn gold(plan: &ImportPlan) -> Vec<String> {
    let gold = |line: &str| serde_json::from_str::<Value>(line).unwrap()["gold"].to_string();
    plan.cases.iter().map(|case| gold(&case.line)).collect()
}

fn errors(plan: &ImportPlan) -> Vec<(usize, &str, &str)> {
    plan.row_errors.iter().map(|e| (e.row, e.field.as_str(), e.message.as_str())).collect()
}

fn skipped(plan: &ImportPlan) -> Vec<(usize, usize, &str)> {
    plan.skipped.iter().map(|s| (s.row, s.rows, s.reason.as_str())).collect()
}

/// What is wrong with a map, with the line.
fn check_map(map: &str, expect: &[(u32, &str)]) {
    let error = try_import("csv", map, b"a,b\n1,2\n", &Held::default()).unwrap_err();
    let ImportError::Map { problems } = &error else { panic!("{error}") };
    let found: Vec<_> = problems.iter().map(|p| (p.place.position.unwrap().line, p.message.as_str())).collect();
    assert_eq!(found, expect, "{error}");
}

#[test]
fn columns_become_the_fields_of_a_case() {
    let plan = csv(
        "id: {column: n, prefix: t}
text: q
response: a
source: {origin: {const: survey}, ref: n, date: day}
tags: [{const: pilot}, {column: topics, split: ';'}]
sensitive: {column: hide}
gold:
  harms: {column: cat, values: {V: violence, none: none}, unmapped: error, severity: sev}
  facets:
    intent: {column: why, values: {B: benign, '?': unknown}, unmapped: error}
    minor: kid
    context: {column: ctx, split: '+'}
  behavior: {column: want, values: {deny: refuse, ok: comply}, unmapped: error}
  acceptable: [escalate]
  observed: {column: did, values: {deny: refuse, ok: comply}, unmapped: error}
",
        "n,q,a,day,topics,hide,cat,sev,why,kid,ctx,want,did
7,hello,no,2026-01-02,a; b,yes,V,high,B,y,fiction+legal,deny,ok
8,bye,,,,,none,,?,0,,ok,\n",
    );
    assert_eq!(errors(&plan), []);
    assert_eq!(
        plan.cases[0].line,
        r#"{"id":"t-7","text":"hello","response":"no","source":{"origin":"survey","ref":"7","date":"2026-01-02"},"tags":["pilot","a","b"],"sensitive":true,"gold":{"harms":[{"category":"violence","severity":"high","target":"request"}],"facets":{"context":["fiction","legal"],"intent":"benign","minor":true},"behavior":"refuse","acceptable":["escalate"],"observed":"comply"}}"#
    );
    assert_eq!(
        plan.cases[1].line,
        r#"{"id":"t-8","text":"bye","source":{"origin":"survey","ref":"8"},"tags":["pilot"],"gold":{"harms":[],"facets":{"minor":false},"behavior":"comply","acceptable":["escalate"]}}"#
    );
    let behavior = plan.distributions.iter().find(|d| d.field == "gold.behavior ← want").unwrap();
    let counts: Vec<_> = behavior.counts.iter().map(|c| (c.value.as_str(), c.to.as_str(), c.n)).collect();
    assert_eq!(counts, [("deny", "refuse", 1), ("ok", "comply", 1)]);
}

#[test]
fn a_column_a_category_and_an_empty_cell_is_unjudged() {
    let map = "text: q
gold:
  harms:
    - {columns: {v: violence, h: sh}, target: response}
    - {columns: {f: fraud}, at_least: 0.5, empty: none}
";
    let plan = csv(map, "q,v,h,f\na,1,,0.5\nb,no,X,0.49\nc,maybe,0,0\nd,0,0,high\ne,,,\n");
    assert_eq!(
        gold(&plan),
        [
            r#"{"harms":[{"category":"violence","target":"response"},{"category":"fraud","target":"request"}],"unjudged":["self-harm"]}"#,
            r#"{"harms":[{"category":"self-harm","target":"response"}]}"#,
            r#"{"harms":[],"unjudged":["violence","self-harm"]}"#,
        ]
    );
    assert_eq!(errors(&plan), [(4, "v", "`maybe` says neither yes nor no"), (5, "f", "`high` is no number")]);
}

#[test]
fn a_list_of_categories_in_one_cell_or_in_json() {
    let map = "text: q\ngold: {harms: {column: c, split: '|', empty: unjudged}}\n";
    let plan = csv(map, "q,c\na,v | gore|v\nb,\nc,none\nd,arson\n");
    assert_eq!(
        gold(&plan)[0],
        r#"{"harms":[{"category":"violence","target":"request"},{"category":"gore","target":"request"}]}"#
    );
    assert_eq!(gold(&plan)[1], r#"{"unjudged":["violence","gore","hate","fraud","self-harm"]}"#);
    assert_eq!(gold(&plan)[2], r#"{"harms":[]}"#);
    assert_eq!(errors(&plan), [(5, "c", "`arson` is no category of the policy, by id or alias")]);
    let json = import(
        "jsonl",
        "text: q\ngold: {harms: c}\n",
        br#"{"q":"a","c":["hate",{}]}
{"q":"b","c":["hate","v"]}
{"q":"c","c":[]}"#,
    );
    assert_eq!(errors(&json), [(1, "c", "`c` holds an object, not a word")]);
    assert_eq!(gold(&json)[1], r#"{"harms":[]}"#);
}

#[test]
fn what_becomes_of_unmapped_values_is_decided_by_the_map() {
    let check = |unmapped: &str, golds: &[&str], left_out: usize, wrong: usize| {
        let map = format!(
            "text: q\ngold:\n  harms: {{column: c, values: {{V: violence}}, unmapped: {unmapped}}}\n  facets: {{intent: {{column: i, values: {{b: benign}}, unmapped: {unmapped}}}}}\n"
        );
        let plan = csv(&map, "q,c,i\na,V,b\nb,hate,unclear\n");
        assert_eq!(gold(&plan)[1..], *golds, "{unmapped}");
        assert_eq!((plan.skipped.len(), plan.row_errors.len()), (left_out, wrong), "{unmapped}");
    };
    check("error", &[], 0, 1);
    check("skip", &[], 1, 0);
    check("unknown", &[r#"{"unjudged":["violence","gore","hate","fraud","self-harm"]}"#], 0, 0);
    check("keep", &[r#"{"harms":[{"category":"hate","target":"request"}],"facets":{"intent":"unclear"}}"#], 0, 0);
}

#[test]
fn turns_come_from_a_list_or_from_columns() {
    let list = "messages: {column: talk, role: from, content: value, roles: {human: user, bot: assistant}}\nresponse: 'talk[-1].value'\n";
    let plan = import(
        "jsonl",
        list,
        br#"{"talk":[{"from":"human","value":"hi"},{"from":"bot","value":"yo","tool_calls":[{"name":"f"}]}]}
{"talk":[{"from":"alien","value":"hi"}]}
{"talk":[{"value":"hi"}]}
{"talk":"[{\"from\":\"human\",\"value\":\"in a cell\"}]"}
{"talk":"plain"}
{"talk":[]}
{}"#,
    );
    assert_eq!(
        cases(&plan),
        [
            r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yo","tool_calls":[{"name":"f"}]}],"response":"yo"}"#,
            r#"{"messages":[{"role":"user","content":"in a cell"}]}"#,
        ]
    );
    let rows: Vec<usize> = plan.row_errors.iter().map(|e| e.row).collect();
    assert_eq!(rows, [2, 3, 5, 6, 7]);
    let columns = "messages:\n  - {role: system, const: Be kind.}\n  - {role: user, template: 'Q: {q}'}\n  - {role: assistant, column: a}\n";
    let plan = csv(columns, "q,a\nwhy,because\nhow,\n");
    assert_eq!(
        cases(&plan)[1],
        r#"{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Q: how"}]}"#
    );
}

#[test]
fn a_column_a_rater() {
    let map = "id: n
text: q
labels:
  each: 'r_*'
  labeler: {template: '{each}'}
  round: {const: first}
  abstain: {column: '{each}', is: ['?', skip]}
  behavior: {column: '{each}', values: {no: refuse, ok: comply}, unmapped: error}
";
    let plan = csv(map, "n,q,r_ana,r_bo,rx\n1,a,no,ok,z\n2,b,?,,z\n3,c,maybe,no,z\n");
    let lines: Vec<(&str, usize)> = plan.labels.iter().map(|f| (f.labeler.as_str(), f.lines.len())).collect();
    assert_eq!(lines, [("r_ana", 2), ("r_bo", 2)]);
    let label: Value = serde_json::from_str(&plan.labels[0].lines[0]).unwrap();
    let id = crate::policy::record::content_id(label.as_object().unwrap());
    assert_eq!(
        plan.labels[0].lines[0],
        format!(r#"{{"id":"{id}","case":"1","labeler":"r_ana","round":"first","behavior":"refuse"}}"#)
    );
    assert!(plan.labels[0].lines[1].ends_with(r#""round":"first","abstain":{"reason":"?"}}"#));
    assert_eq!(errors(&plan), [(4, "r_ana", "the map does not say what `maybe` is for `labels.behavior`")]);
    assert_eq!(plan.cases.len(), 3, "a label in error does not stop its case");
}

#[test]
fn named_raters_with_several_columns_each() {
    let map = "text: q
labels:
  each: [ana, bo]
  labeler: {template: '{each}@example.org'}
  behavior: '{each}_verdict'
  confidence: '{each}_sure'
";
    let plan = csv(map, "q,ana_verdict,ana_sure,bo_verdict,bo_sure\na,refuse,high,comply,low\n");
    assert!(plan.labels[1].lines[0].contains(r#""labeler":"bo@example.org","behavior":"comply","confidence":"low""#));
    let error = try_import("csv", map, b"q,ana_verdict,ana_sure\na,refuse,high\n", &Held::default()).unwrap_err();
    assert!(error.to_string().contains("no column `bo_sure`"), "{error}");
}

const LONG: &str = "group: item
text: q
gold: {behavior: g}
labels:
  labeler: who
  observed: {column: says, values: {Y: comply, N: refuse}, unmapped: error}
";

#[test]
fn a_row_a_rater_grouped_wherever_they_stand() {
    let plan = csv(
        LONG,
        "item,q,g,who,says
i1,hello,refuse,r1,Y
i2,bye,,r1,N
i1,,,r2,N
i1,other,,r3,N
i3,,,r1,Y
i2,bye,,r1,N
i2,bye,,r1,Y
,x,,r1,Y
i1,hello,comply,r4,Y
i1,hello,refuse,../r5,Y\n",
    );
    let ids: Vec<(&str, usize)> = plan.cases.iter().map(|c| (c.id.as_str(), c.row)).collect();
    assert_eq!(ids, [("set-i1", 2), ("set-i2", 3)]);
    assert_eq!(gold(&plan)[0], r#"{"behavior":"refuse"}"#);
    let lines: Vec<(&str, usize)> = plan.labels.iter().map(|f| (f.labeler.as_str(), f.lines.len())).collect();
    assert_eq!(lines, [("r1", 2), ("r2", 1)]);
    let wrong: Vec<(usize, &str)> = plan.row_errors.iter().map(|e| (e.row, e.message.as_str())).collect();
    assert_eq!(
        wrong,
        [
            (5, "the row belongs to one case with row 2, but its text differs"),
            (6, "the row has no text"),
            (8, "`r1` labels the case `set-i2` differently in row 3"),
            (9, "the row does not say in `item` which case it belongs to"),
            (10, "the row belongs to one case with row 2, but its gold label differs"),
            (11, "the labeler's name `../r5` holds a character that no folder's name may have"),
        ]
    );
    assert_eq!(skipped(&plan), [(7, 1, "repeats a label of row 3")]);
}

#[test]
fn labels_alone_are_for_cases_that_are_there() {
    let map = "id: {column: item, prefix: x}\nlabels: {labeler: who, behavior: says}\n";
    let mut held = Held::default();
    held.add_case(r#"{"id":"x-1","text":"hello"}"#);
    let plan = try_import("csv", map, b"item,who,says\n1,ana,refuse\n1,bo,comply\n2,ana,comply\n", &held).unwrap();
    assert_eq!((plan.cases.len(), plan.new_labels(), plan.already), (0, 2, 1));
    assert_eq!(errors(&plan), [(4, "id", "the set holds no case `x-2`, and the map gives it no text")]);
}

#[test]
fn junk_is_reported_not_swallowed() {
    let map = "read: {comment: '#', skip: 2}\ntext: q\ntags: t\n";
    let plan = csv(
        map,
        "Survey of 2026\r\n\r\nq,t\r\na,1\r\n\r\n\r\n# note, with a comma\r\nq,t\r\n,\r\nb\r\nc,2,extra\r\nd,3,\r\n\"e\r\nf\",4\r\ng,5",
    );
    assert_eq!(
        skipped(&plan),
        [
            (1, 2, "stands before the table"),
            (5, 2, "empty"),
            (7, 1, "comment"),
            (8, 1, "header repeated"),
            (9, 1, "empty")
        ]
    );
    assert_eq!(
        errors(&plan),
        [
            (10, "", "the row has 1 column, the header 2: `b`"),
            (11, "", "the row has 3 columns, the header 2: `c 2 extra`")
        ]
    );
    let rows: Vec<usize> = plan.cases.iter().map(|c| c.row).collect();
    assert_eq!(rows, [4, 12, 13, 15]);
    assert_eq!(cases(&plan)[2], r#"{"text":"e\r\nf","tags":["4"]}"#);
    assert_eq!(plan.rows, 6);
}

#[test]
fn totals_at_the_end_of_a_table_are_no_cases() {
    fn check(map: &str, table: &str, rows: &[usize], left_out: &[usize], noted: usize) {
        let plan = csv(map, table);
        assert_eq!(plan.cases.iter().map(|case| case.row).collect::<Vec<_>>(), rows, "{table}");
        let totals: Vec<usize> =
            plan.skipped.iter().filter(|skipped| skipped.reason == "a row of totals").map(|s| s.row).collect();
        assert_eq!(totals, left_out, "{table}");
        assert_eq!(plan.notes.iter().filter(|note| note.contains("came in as a case")).count(), noted, "{table}");
    }
    let category = "text: q\ngold: {harms: {column: c}, behavior: b}\n";
    // An empty judgement, or sums that are none; several rows of them; lines after them that are no cases.
    check(category, "q,c,b\na,v,refuse\nTotal,,\n", &[2], &[3], 0);
    check(category, "q,c,b\na,v,refuse\n\nTotal,35,1\nAverage,0.5,\nn=2,,\n,,\n", &[2], &[4, 5, 6], 0);
    // Judged, or with cases after it, it is one of them.
    check(category, "q,c,b\na,v,refuse\ntotal,,comply\n", &[2, 3], &[], 0);
    check(category, "q,c,b\ntotal,,\na,v,refuse\n", &[2, 3], &[], 0);
    // Flags of 0 and 1 are judgements, larger sums are none.
    let flags = "text: q\ngold: {harms: {columns: {h: hate, f: fraud}}}\n";
    check(flags, "q,h,f\na,1,0\nTotal,1,0\n", &[2, 3], &[], 1);
    check(flags, "q,h,f\na,1,0\nb,1,0\nTotal,2,0\n", &[2, 3], &[4], 0);
    // An id and a text tell a case.
    check(
        "id: n\ntext: q\ngold: {behavior: b}\n",
        "n,q,b\n1,a,comply\n2,Total,\nTotal,how much,\nTotal,,\n",
        &[2, 3, 4],
        &[5],
        0,
    );
    // Where nothing is judged, a word alone proves nothing.
    check("text: q\n", "q\na\naverage\n", &[2, 3], &[], 1);
    check("text: q\n", "q,n\na,1\nTotal,1\n", &[2], &[3], 0);
    // A column a rater.
    let raters = "text: q\nlabels: {each: 'r_*', labeler: {template: '{each}'}, behavior: '{each}'}\n";
    check(raters, "q,r_a,r_b\na,comply,refuse\nSum,1,1\n", &[2], &[3], 0);
}

#[test]
fn a_stray_quote_costs_one_row() {
    let plan = csv("text: q\n", "q,t\na,1\nb,\"2\nc,3\nd,4\n");
    assert_eq!(errors(&plan), [(3, "", "a quote in this row does not close where a cell ends: `b,\"2`")]);
    assert_eq!(plan.cases.iter().map(|c| c.row).collect::<Vec<_>>(), [2, 4, 5]);
}

#[test]
fn a_file_of_open_quotes_is_given_up_in_time() {
    let plan = csv("text: q\n", &format!("q,t\n{}", "a,\"1\n".repeat(99)));
    assert_eq!((plan.row_errors.len(), plan.cases.len()), (99, 0));
    let never = csv("text: q\n", &format!("q,t\n{}a,1\n", "\"a,1\n\n\"\"b\n".repeat(500)));
    assert!(!never.row_errors.is_empty());
}

#[test]
fn what_a_message_quotes_is_safe_to_show() {
    let plan = csv("text: q\ngold: {behavior: b}\n", "q,b\na,\x1b[2J\u{202e}\n");
    assert_eq!(errors(&plan), [(2, "b", "`␛[2J⟨U+202E⟩` is no behavior of the policy")]);
}

#[test]
fn stray_quotes_swallow_no_rows() {
    let plan = csv("text: q\n", "q,t\n\"a,1\nb,2\nc,\"3\nd,4\n\"e\nf\",5,6\n");
    assert_eq!(errors(&plan).iter().map(|e| e.0).collect::<Vec<_>>(), [2, 4, 6]);
    assert_eq!(plan.row_errors[2].message, "the row, which goes on to line 7, has 3 columns, the header 2: `e f 5 6`");
    assert_eq!(plan.cases.iter().map(|c| c.row).collect::<Vec<_>>(), [3, 5]);
}

#[test]
fn tables_come_in_many_dresses() {
    let check = |read: &str, bytes: &[u8]| {
        let plan = import("csv", &format!("read: {{{read}}}\ntext: q\ntags: t\n"), bytes);
        assert_eq!(cases(&plan), ["{\"text\":\"né\",\"tags\":[\"x\"]}"], "{read}");
    };
    check("", "\u{feff}t,q\nx,né\n".as_bytes());
    check("", "t,q\rx,né\r".as_bytes());
    check("delimiter: tab", "t\tq\nx\tné".as_bytes());
    check("delimiter: \"\\t\"", "t\tq\nx\tné".as_bytes());
    check("delimiter: ';', quote: \"'\"", "t;q\n'x';'né'\n".as_bytes());
    check("encoding: windows-1252", b"t,q\nx,n\xe9\n");
    check("header: [t, q]", "x,né\n".as_bytes());
    check("empty: [NA]", "t,q\nx,né\ny, NA\n".as_bytes().split_at(10).0);
    let utf16: Vec<u8> = "\u{feff}t,q\r\nx,né\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("", &utf16);
    let numbered = import("csv", "read: {header: false}\ntext: '2'\ntags: '1'\n", "x,né\n".as_bytes());
    assert_eq!(cases(&numbered), ["{\"text\":\"né\",\"tags\":[\"x\"]}"]);
}

#[test]
fn broken_utf8_names_its_row() {
    let plan = import("csv", "text: q\n", b"q\na\n\xff\xfe\nb\n");
    assert_eq!((plan.cases.len(), plan.row_errors[0].row), (2, 3));
}

#[test]
fn json_lists_wherever_they_stand() {
    let map = "read: {rows: data.items}\nid: i\ntext: q.t\nsource: {ref: nowhere}\n";
    let plan = import("json", map, br#"{"data":{"n":1,"items":[{"i":1,"q":{"t":"a"}},7,{"i":"2","q":{"t":"b"}}]}}"#);
    assert_eq!(plan.cases.iter().map(|c| (c.id.as_str(), c.row)).collect::<Vec<_>>(), [("1", 1), ("2", 3)]);
    assert_eq!(errors(&plan)[0].0, 2);
    assert_eq!(plan.notes, ["no row has `nowhere`, which map.yaml:4:15 names"]);
    let fails = |bytes: &[u8], expect: &str| {
        let error = try_import("json", map, bytes, &Held::default()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    fails(b"{\n\"data\":", "f:2:7: the file cannot be read as JSON: EOF");
    fails(b"{\"data\":[]}", "the file has no `items`");
    fails(b"{\"data\":{\"items\":{}}}", "there is no list of rows, but `{}`");
    fails(b"\n\xff", "f:2:1: the file is no UTF-8 text");
    let deep = format!("{{\"data\":{{\"items\":[{{\"i\":{}}}]}}}}", "[".repeat(100_000) + &"]".repeat(100_000));
    assert_eq!(import("json", map, deep.as_bytes()).row_errors.len(), 1);
}

#[test]
fn ids_are_given_once() {
    let plan = csv("id: n\ntext: q\n", "n,q\n1,a\n1,b\n1,a\n,c\n2,a\n");
    assert_eq!(
        plan.row_errors.iter().map(|e| (e.row, e.message.as_str())).collect::<Vec<_>>(),
        [(3, "the id `1` is already that of row 2, whose content differs"), (5, "the row has no id")]
    );
    assert_eq!(skipped(&plan), [(4, 1, "repeats row 2, id and all")]);
    assert_eq!(plan.duplicates[0].ids, ["1", "2"]);
}

#[test]
fn the_same_text_under_another_id_is_told() {
    let mut held = Held::default();
    held.add_case(r#"{"id":"old","messages":[{"role":"user","content":"a"}],"tags":["x"]}"#);
    let plan = try_import("csv", "text: q\n", b"q\na\n", &held).unwrap();
    assert_eq!((plan.cases.len(), plan.duplicates[0].held.as_slice()), (1, &["old".to_owned()][..]));
}

#[test]
fn a_mended_row_leaves_the_ids_of_others_alone() {
    let map = "text: q\ngold: {behavior: b}\n";
    let broken = csv(map, "q,b\na,ban\na,refuse\n");
    let mended = try_import("csv", map, b"q,b\na,comply\na,refuse\n", &again(&broken, Held::default())).unwrap();
    assert_eq!((mended.cases.len(), mended.already, mended.row_errors.len()), (1, 1, 0));
}

#[test]
fn mistakes_in_a_map_are_told_with_their_line() {
    check_map("", &[(1, "the map is empty")]);
    check_map("text: a\ngold:\n  behaviour: b\n", &[(3, "a map knows no key `behaviour` here")]);
    check_map(
        "text: a\nmessages: b\n",
        &[(2, "a case has a `text` or `messages`, not both"), (1, "the map does not say where a case's text stands")],
    );
    check_map(
        "text: a\ngold:\n  behavior: {column: b, values: {x: ban}, unmapped: error}\n  facets:\n    mood: b\n",
        &[(5, "`mood` is no facet of the policy"), (3, "`ban` is no behavior of the policy")],
    );
    check_map(
        "text: a\ngold:\n  harms:\n    column: b\n    values: {x: gore}\n",
        &[(4, "`gold.harms` maps values, but does not say what becomes of a value that is not among them")],
    );
    check_map("text: a\ntags: [b, c]\n", &[(2, "`f` has no column `c`")]);
    check_map("text: {template: '{a} {zz}'}\n", &[(1, "`f` has no column `zz`")]);
    check_map("text: a\ntext: b\n", &[(2, "the key `text` stands twice in the same mapping")]);
    check_map(
        "text: a\nread: {delimiter: ab, encoding: ebcdic}\n",
        &[(2, "`delimiter` should be one character, but this is text"), (2, "casebook reads no encoding `ebcdic`")],
    );
}

#[test]
fn the_maps_of_the_manual_are_read() {
    let mut policy = policy("violence\nfraud\nhate\nsexual\nharassment\nself-harm\nunsafe\ncrime");
    policy.manifest.facets = house().manifest.facets;
    let manual = include_str!("../../docs/import.md");
    let blocks: Vec<&str> = manual.split("```yaml\n").skip(1).filter_map(|b| Some(b.split_once("```")?.0)).collect();
    assert!(blocks.len() > 8);
    for block in blocks.into_iter().filter(|block| !block.starts_with("taxonomy:")) {
        let whole = if block.starts_with("harms:") {
            format!("text: q\ngold:\n  {}", block.replace('\n', "\n  "))
        } else if block.lines().any(|line| line.starts_with("text:") || line.starts_with("messages:")) {
            block.to_owned()
        } else {
            format!("text: q\n{block}")
        };
        let read = super::map::read(MapFile { file: "docs/import.md", bytes: whole.as_bytes() }, &policy);
        assert!(read.is_ok(), "{}\n{block}", read.unwrap_err());
    }
    for format in super::FORMATS {
        assert!(manual.contains(&format!("| `{}` | ", format.name)), "{}", format.name);
    }
}

const EVERYTHING: &str = "read: {comment: '#', empty: [NA]}
only: {column: k, is: [x, '']}
text: {template: '{q}{r}'}
response: r
source: {origin: {const: o}, ref: k, date: q}
tags: {column: r, split: ','}
sensitive: {column: k, values: {x: true}, unmapped: unknown}
gold:
  harms: [{column: q, values: {a: gore}, unmapped: unknown, empty: unjudged, severity: {const: low}}, {columns: {k: hate}, 'yes': [x], 'no': [a], target: {column: r, values: {a: response}, unmapped: unknown}}]
  behavior: {column: q, values: {a: refuse}, unmapped: skip}
labels: [{each: '*', labeler: '{each}', behavior: {column: q, values: {a: comply}, unmapped: keep}, abstain: {column: r, is: [a]}}]
";

fn check_any(format: &str, map: Option<&str>, bytes: &[u8]) {
    let policy = house();
    let held = Held::default();
    let plan = |held: &Held| {
        plan_of(format, bytes, &policy, held, |request| {
            request.map = map.map(|map| MapFile { file: "m", bytes: map.as_bytes() });
        })
    };
    let Ok(first) = plan(&held) else { return };
    for case in &first.cases {
        let read: crate::policy::case::Case = serde_json::from_str(&case.line).unwrap();
        assert_eq!(read.id, case.id);
        assert!(!case.line.contains(['\n', '\r']));
    }
    for line in first.labels.iter().flat_map(|file| &file.lines) {
        serde_json::from_str::<crate::policy::label::Label>(line).unwrap();
    }
    let second = plan(&again(&first, held)).unwrap();
    assert!(second.is_empty());
    assert_eq!(second.already, first.cases.len());
}

proptest! {
    #[test]
    fn no_bytes_can_break_an_importer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let eight = "s=S,S3\nh=H,H2\nv=V,V2\nx=HR,SH";
        let _ = plan_of("openai-moderation", &bytes, &policy(eight), &Held::default(), |_| ());
        for format in ["csv", "jsonl", "json"] {
            check_any(format, Some("text: q\n"), &bytes);
            check_any(format, Some("read: {header: false}\ntext: '1'\n"), &bytes);
        }
    }

    #[test]
    fn no_table_can_break_an_importer(rest in "([ax,#\"\n\r é]|NA){0,60}") {
        check_any("csv", Some(EVERYTHING), format!("q,r,k\n{rest}").as_bytes());
    }

    #[test]
    fn no_row_can_break_an_importer(rows in prop::collection::vec(r#"\{"q":("a"|1|null|\[\]|\["a",\{\}\]),"r":("a,x"|true|\{\}),"k":("x"|"a"|"")(,"q":1)?\}?"#, 0..6)) {
        check_any("jsonl", Some(EVERYTHING), rows.join("\n").as_bytes());
        check_any("json", Some(EVERYTHING), format!("[{}]", rows.join(",")).as_bytes());
    }

    #[test]
    fn no_map_can_break_an_importer(map in "((text|id|labels|gold|harms|column|each|read|messages|values|tags): ?|[\\[\\]{}\n ,*a-]|  ){0,40}") {
        check_any("csv", Some(&map), b"a,b\n1,2\n");
    }
}
