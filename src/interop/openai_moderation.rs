//! `openai-moderation`: the evaluation set of Markov et al., "A Holistic Approach to Undesired Content Detection in the
//! Real World" (2023). JSON lines with a `prompt` and up to eight flags, each 0 or 1. A flag that is not there was not
//! judged. Severity and behavior have no counterpart upstream.

use super::ImportRequest;
use super::assemble::Assembler;
use super::draft::{Body, Content, Draft, DraftReading, DraftSource, excerpt};
use super::lines::{Line, lines};
use super::plan::{ImportError, ImportPlan, Outcome, RowError};
use super::registry::Format;
use super::tally::Tally;
use crate::policy::case::{Harm, Reading, Target};
use crate::policy::taxonomy::Taxonomy;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) static OPENAI_MODERATION: Format = Format {
    name: "openai-moderation",
    about: "OpenAI's moderation evaluation set: JSON lines with a prompt and eight flags",
    needs_map: false,
    takes_flagged: true,
    plan,
};

/// What a category's `mappings` call this framework, and the origin of the cases.
const FRAMEWORK: &str = "openai-moderation";

/// Upstream's short and long names; each subcategory after its parent.
const FLAGS: [(&str, &str); 8] = [
    ("S", "sexual"),
    ("S3", "sexual/minors"),
    ("H", "hate"),
    ("H2", "hate/threatening"),
    ("V", "violence"),
    ("V2", "violence/graphic"),
    ("HR", "harassment"),
    ("SH", "self-harm"),
];

/// No more unknown keys than this are named.
const MOST_STRANGERS: usize = 20;

fn plan(request: &ImportRequest) -> Result<ImportPlan, ImportError> {
    let categories = categories(&request.policy.taxonomy)?;
    let mut assembler = Assembler::new(request.held, request.set);
    let mut tally = Tally::default();
    let mut strangers = BTreeMap::new();
    for line in lines(request.bytes) {
        match line {
            Line::Blank { row } => assembler.skip(row, "empty", ""),
            Line::Broken(error) => {
                assembler.plan.rows += 1;
                assembler.error(error);
            }
            Line::Text { row, text } => {
                assembler.plan.rows += 1;
                if let Err(error) = read(row, text, &categories, request, &mut assembler, &mut tally, &mut strangers) {
                    assembler.error(error);
                }
            }
        }
    }
    let mut plan = assembler.finish();
    plan.distributions = tally.finish();
    plan.notes.extend(strangers.into_iter().map(|(key, rows)| {
        let rows = if rows == 1 { "1 row has".into() } else { format!("{rows} rows have") };
        format!("{rows} a key `{key}` that upstream does not know; it is not imported")
    }));
    Ok(plan)
}

fn read(
    row: usize,
    text: &str,
    categories: &[String; 8],
    request: &ImportRequest,
    assembler: &mut Assembler,
    tally: &mut Tally,
    strangers: &mut BTreeMap<String, usize>,
) -> Result<(), RowError> {
    let mut fields: Map<String, Value> = super::lines::object(row, text)?;
    let prompt = match fields.remove("prompt") {
        Some(Value::String(prompt)) if !prompt.trim().is_empty() => prompt,
        found => {
            return Err(RowError {
                row,
                field: "prompt".into(),
                message: match found {
                    None => "the row has no `prompt`".into(),
                    Some(Value::String(_)) => "the `prompt` is empty".into(),
                    Some(_) => "the `prompt` is no text".into(),
                },
                help: "A case needs a text; mend the row or leave it out.".into(),
            });
        }
    };
    let body = Body { content: Content::Text(prompt), response: None };
    let id = assembler.claim(&body);
    let judgements = judgements(row, &fields)?;
    for key in fields.keys().filter(|key| !FLAGS.iter().any(|(flag, _)| flag == key)) {
        if strangers.len() < MOST_STRANGERS || strangers.contains_key(key) {
            *strangers.entry(excerpt(key)).or_insert(0) += 1;
        }
    }

    let mut reading = Reading::default();
    for ((category, found), (flag, _)) in categories.iter().zip(judgements).zip(FLAGS) {
        let field = format!("gold.harms ← {flag}");
        match found {
            Some(true) => tally.count(&field, "1", Outcome::Mapped, category),
            Some(false) => tally.count(&field, "0", Outcome::Mapped, "absent"),
            None => tally.count(&field, "", Outcome::Mapped, &format!("{category} unjudged")),
        }
    }
    // Several flags may stand for one category: found by one is found, and only what each judged is judged.
    let flags_of = |category: &String| {
        let of_category = categories.iter().zip(judgements).filter(move |(c, _)| **c == *category);
        of_category.map(|(_, found)| found).collect::<Vec<_>>()
    };
    for (i, category) in categories.iter().enumerate() {
        if categories.iter().position(|c| c == category) != Some(i) {
            continue;
        }
        let found = flags_of(category);
        if found.contains(&Some(true)) {
            reading.harms.push(Harm { category: category.clone(), severity: None, target: Target::Request });
        } else if found.contains(&None) {
            reading.unjudged.push(category.clone());
        }
    }
    let behavior = if judgements.contains(&Some(true)) {
        request.flagged
    } else if judgements.iter().all(Option::is_some) {
        request.unflagged
    } else {
        None
    };
    reading.behavior = behavior.map(str::to_owned);

    // Where nothing was judged, no list of harms is written: an empty one would say that none was found.
    let harms_judged = judgements.iter().any(Option::is_some);
    assembler.add(Draft {
        row,
        id,
        body: Some(body),
        source: DraftSource { origin: Some(FRAMEWORK.into()), reference: Some(row.to_string()), date: None },
        tags: Vec::new(),
        sensitive: false,
        gold: Some(DraftReading { harms_judged, reading }),
        labels: Vec::new(),
    });
    Ok(())
}

/// In the order of [`FLAGS`]; `None` where a flag was not judged.
fn judgements(row: usize, fields: &Map<String, Value>) -> Result<[Option<bool>; 8], RowError> {
    let mut judgements = [None; 8];
    for ((flag, _), judgement) in FLAGS.iter().zip(&mut judgements) {
        *judgement = match fields.get(*flag) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(found)) => Some(*found),
            Some(Value::Number(n)) if n.as_f64() == Some(0.0) => Some(false),
            Some(Value::Number(n)) if n.as_f64() == Some(1.0) => Some(true),
            Some(other) => {
                return Err(RowError {
                    row,
                    field: (*flag).into(),
                    message: format!("the flag `{flag}` is `{}`", excerpt(&other.to_string())),
                    help: "Write 1 where it was found, 0 where it was not, and leave the flag out where nobody judged."
                        .into(),
                });
            }
        };
    }
    Ok(judgements)
}

/// The id of each flag's category, in the order of [`FLAGS`].
fn categories(taxonomy: &Taxonomy) -> Result<[String; 8], ImportError> {
    let mut found: [String; 8] = Default::default();
    let mut missing = Vec::new();
    for ((flag, long), id) in FLAGS.iter().zip(&mut found) {
        match category(taxonomy, flag, long)? {
            Some(category) => *id = category,
            None => missing.push(match long.split_once('/') {
                Some((parent, _)) => format!("`{long}` with the alias `{flag}`, under `{parent}`"),
                None => format!("`{long}` with the alias `{flag}`"),
            }),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let flags = if missing.len() == 1 { "a flag has" } else { "some flags have" };
    Err(ImportError::Categories {
        message: format!("{flags} no category in the policy's taxonomy"),
        help: format!("Add a category {}, or give an existing one that alias.", missing.join("; ")),
    })
}

/// By the flag itself, else by a category's mapping, else by the long name.
fn category(taxonomy: &Taxonomy, flag: &str, long: &str) -> Result<Option<String>, ImportError> {
    if let Some(ix) = taxonomy.find(flag) {
        return Ok(Some(taxonomy.get(ix).id.to_string()));
    }
    let names = |mapped: &str| mapped == flag || mapped == long;
    let mapped = taxonomy.iter().map(|(_, category)| category).filter(|category| {
        category.mappings.iter().any(|(framework, ids)| &**framework == FRAMEWORK && ids.iter().any(|id| names(id)))
    });
    let mapped: Vec<&str> = mapped.map(|category| &*category.id).collect();
    match mapped.as_slice() {
        [] => Ok(taxonomy.find(long).map(|ix| taxonomy.get(ix).id.to_string())),
        [id] => Ok(Some((*id).to_owned())),
        several => Err(ImportError::Categories {
            message: format!("the flag `{flag}` is mapped to several categories: `{}`", several.join("`, `")),
            help: format!("Give the one that it means the alias `{flag}`."),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{again, plan_of, policy};
    use super::*;
    use crate::interop::Held;

    const EIGHT: &str = "sexual=S
  minors=S3
hate
  hatethreat=H2
violence=V
  gore @openai-moderation:violence/graphic
harassment=HR
self-harm";

    fn import(text: &str) -> ImportPlan {
        import_into(text, &Held::default(), (Some("refuse"), Some("comply")))
    }

    fn import_into(text: &str, held: &Held, (flagged, unflagged): (Option<&str>, Option<&str>)) -> ImportPlan {
        plan_of("openai-moderation", text.as_bytes(), &policy(EIGHT), held, |request| {
            request.flagged = flagged;
            request.unflagged = unflagged;
        })
        .unwrap()
    }

    fn check(row: &str, gold: &str) {
        let plan = import(row);
        assert_eq!(plan.row_errors, []);
        let case: Value = serde_json::from_str(&plan.cases[0].line).unwrap();
        assert_eq!(case["gold"].to_string(), gold);
    }

    #[test]
    fn a_case_is_written_in_the_order_of_the_format() {
        let plan = import(r#"{"prompt":"hi","S":0,"S3":0,"H":0,"H2":0,"V":0,"V2":0,"HR":0,"SH":0}"#);
        let case = &plan.cases[0];
        let expect = format!(
            r#"{{"id":"{}","text":"hi","source":{{"origin":"openai-moderation","ref":"1"}},"gold":{{"harms":[],"behavior":"comply"}}}}"#,
            case.id
        );
        assert_eq!(case.line, expect);
        assert!(case.id.starts_with("set-") && case.id.len() == 16, "{}", case.id);
    }

    #[test]
    fn flags_find_their_category_and_a_missing_one_is_not_judged() {
        check(
            r#"{"prompt":"x","S":1,"S3":1,"SH":0,"V2":1}"#,
            r#"{"harms":[{"category":"sexual","target":"request"},{"category":"minors","target":"request"},{"category":"gore","target":"request"}],"unjudged":["hate","hatethreat","violence","harassment"],"behavior":"refuse"}"#,
        );
        check(
            r#"{"prompt":"x","H":0}"#,
            r#"{"harms":[],"unjudged":["sexual","minors","hatethreat","violence","gore","harassment","self-harm"]}"#,
        );
        check(
            r#"{"prompt":"x","S":null}"#,
            r#"{"unjudged":["sexual","minors","hate","hatethreat","violence","gore","harassment","self-harm"]}"#,
        );
    }

    #[test]
    fn no_behavior_is_made_up() {
        let plan = import_into(r#"{"prompt":"x","S":1}"#, &Held::default(), (None, None));
        assert!(!plan.cases[0].line.contains("behavior"));
    }

    #[test]
    fn the_flag_itself_comes_before_a_mapping_and_a_mapping_before_the_long_name() {
        let found = |tree: &str| category(&policy(tree).taxonomy, "S", "sexual").map_err(|e| e.to_string());
        assert_eq!(found("sexual\na @openai-moderation:S\nb=S"), Ok(Some("b".into())));
        assert_eq!(found("sexual\na @openai-moderation:sexual"), Ok(Some("a".into())));
        assert_eq!(found("sexual\na @other:sexual"), Ok(Some("sexual".into())));
        assert_eq!(found("a"), Ok(None));
        assert!(found("a @openai-moderation:S\nb @openai-moderation:sexual").unwrap_err().contains("`a`, `b`"));
    }

    #[test]
    fn flags_without_a_category_are_named_before_anything_is_planned() {
        let policy = policy("sexual\nhate\nviolence\nharassment\nself-harm=SH");
        let error = plan_of("openai-moderation", b"{", &policy, &Held::default(), |_| ()).unwrap_err().to_string();
        assert!(error.contains("`sexual/minors` with the alias `S3`, under `sexual`; `hate/threatening`"), "{error}");
        assert!(!error.contains("alias `SH`"), "{error}");
    }

    #[test]
    fn two_flags_of_one_category_are_one_harm() {
        let policy = policy("a=S,S3\nb=H,H2\nc=V,V2\nd=HR,SH");
        let text = r#"{"prompt":"x","S":1,"S3":1,"H":0,"H2":0,"V":0,"HR":0,"SH":1}"#;
        let plan = plan_of("openai-moderation", text.as_bytes(), &policy, &Held::default(), |_| ()).unwrap();
        let case: Value = serde_json::from_str(&plan.cases[0].line).unwrap();
        assert_eq!(
            case["gold"].to_string(),
            r#"{"harms":[{"category":"a","target":"request"},{"category":"d","target":"request"}],"unjudged":["c"]}"#
        );
    }

    #[test]
    fn a_broken_row_stops_nothing_else() {
        let plan = import(
            "{\n{\"prompt\":\"a\"}\n\n{\"prompt\":7}\n{\"prompt\":\"b\",\"S\":2}\n{\"S\":1}\n{\"prompt\":\"c\",\"Q\":1}",
        );
        let errors: Vec<_> = plan.row_errors.iter().map(|e| (e.row, e.message.as_str())).collect();
        assert_eq!(
            errors[1..],
            [(4, "the `prompt` is no text"), (5, "the flag `S` is `2`"), (6, "the row has no `prompt`")]
        );
        assert_eq!(errors[0].0, 1);
        assert_eq!(plan.cases.iter().map(|c| c.row).collect::<Vec<_>>(), [2, 7]);
        assert_eq!(plan.skipped.iter().map(|s| (s.row, s.reason.as_str())).collect::<Vec<_>>(), [(3, "empty")]);
        assert_eq!(plan.notes, ["1 row has a key `Q` that upstream does not know; it is not imported"]);
        assert_eq!(plan.rows, 6);
    }

    #[test]
    fn rows_with_the_same_text_are_listed_not_merged() {
        let plan = import(
            "{\"prompt\":\"a\",\"S\":0}\n{\"prompt\":\"a\",\"S\":0}\n{\"prompt\":\"b\",\"S\":1}\n{\"prompt\":\"b\",\"S\":0}",
        );
        let ids: Vec<&str> = plan.cases.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids[1], format!("{}-2", ids[0]));
        assert_eq!(plan.duplicates.iter().map(|d| d.rows.clone()).collect::<Vec<_>>(), [[1, 2]]);
        assert_eq!(plan.contradictions.iter().map(|d| d.rows.clone()).collect::<Vec<_>>(), [[3, 4]]);
        assert!(plan.contradictions[0].readings[0].starts_with("harms sexual; unjudged minors"));
    }

    #[test]
    fn importing_twice_adds_nothing() {
        let text = "{\"prompt\":\"a\",\"S\":0}\n{\"prompt\":\"a\",\"S\":1}\n{\"prompt\":\"b\",\"S\":1}";
        let held = again(&import(text), Held::default());
        let second = import_into(text, &held, (Some("refuse"), Some("comply")));
        assert!(second.is_empty() && second.already == 3, "{second:?}");
        // A row further up moves the others, and is the only one that is new.
        let third = import_into(&format!("{{\"prompt\":\"new\"}}\n{text}"), &held, (Some("refuse"), Some("comply")));
        assert_eq!((third.cases.len(), third.already, third.row_errors.len()), (1, 3, 0));
        // Another reading of a case that is there is an error, never written over it.
        let changed = import_into("{\"prompt\":\"b\",\"S\":0}", &held, (None, None));
        assert!(changed.is_empty() && changed.row_errors[0].message.contains("its content differs"));
    }
}
