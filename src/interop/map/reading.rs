//! A reading: harms, what was not judged, facets, and behaviors. The same for gold labels and for labelers'.

use super::field::{Field, Stop, Vocabulary, own_or_note};
use super::pick::{self, Pick, Row, shown};
use super::{no_other_keys, says_yes};
use crate::document::read::cursor::Cursor;
use crate::interop::draft::{DraftReading, excerpt};
use crate::interop::plan::{Outcome, RowError};
use crate::interop::tally::Tally;
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Target};
use crate::policy::codes;
use crate::policy::facet::FacetKind;
use crate::policy::taxonomy::NO_CATEGORY;

pub const KEYS: [&str; 6] = ["harms", "unjudged", "facets", "behavior", "acceptable", "observed"];

#[derive(Debug, Clone, Default)]
pub struct ReadingMap {
    /// `gold` or `labels`.
    name: String,
    harms: Vec<HarmSource>,
    unjudged: Vec<Words>,
    /// Facet id, whether it is a set, and its field.
    facets: Vec<(String, bool, Field)>,
    behavior: Option<Field>,
    acceptable: Vec<Words>,
    observed: Option<Field>,
}

/// Always the same, or from a column.
#[derive(Debug, Clone)]
enum Words {
    Always(String),
    From(Field),
}

#[derive(Debug, Clone)]
struct HarmSource {
    found: Found,
    severity: Option<Field>,
    target: TargetOf,
}

#[derive(Debug, Clone)]
enum Found {
    /// A column that names the categories.
    Named { field: Field, empty: WhenEmpty },
    /// A column a category.
    Columns {
        columns: Vec<(String, String)>,
        yes: Vec<String>,
        no: Vec<String>,
        at_least: Option<f64>,
        empty: WhenEmpty,
    },
}

#[derive(Debug, Clone)]
enum TargetOf {
    Always(Target),
    From(Box<Field>),
}

/// What an empty cell says of harms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhenEmpty {
    /// None was found.
    None,
    /// Nobody looked.
    Unjudged,
    Error,
}

/// `name` is `gold` or `labels`. The caller checks the keys.
pub fn read(cursor: &Cursor, name: &str, policy: &Policy) -> ReadingMap {
    let field = |key: &str, vocabulary| {
        let value = cursor.get(key)?;
        Field::one(&value, &format!("{name}.{key}"), policy, vocabulary, &[])
    };
    let words = |key: &str, vocabulary| {
        let Some(value) = cursor.get(key) else { return Vec::new() };
        if value.node().is_sequence() {
            let always = |item: &Cursor| own_or_note(item, &item.expect_text(key)?, vocabulary, policy);
            return value.items().iter().filter_map(always).map(Words::Always).collect();
        }
        let field = Field::many(&value, &format!("{name}.{key}"), policy, vocabulary, &[]);
        field.map(Words::From).into_iter().collect()
    };
    let harms = match cursor.get("harms") {
        Some(list) if list.node().is_sequence() => {
            list.items().iter().filter_map(|item| read_harms(item, name, policy)).collect()
        }
        Some(one) => read_harms(&one, name, policy).into_iter().collect(),
        None => Vec::new(),
    };
    let mut facets = Vec::new();
    if let Some(map) = cursor.get("facets") {
        map.expect_mapping("facets");
        for (id, value) in map.entries() {
            let Some(ix) = policy.manifest.find_facet(id) else {
                let known = policy.manifest.facets.iter().map(|f| &*f.id);
                let help = value.choose_from(id, "facet", known);
                value.note(&codes::UNKNOWN_FACET, format!("`{id}` is no facet of the policy"), help);
                continue;
            };
            let is_set = policy.manifest.facet(ix).kind == FacetKind::Set;
            let name = format!("{name}.facets.{id}");
            let read = if is_set { Field::many } else { Field::one };
            facets.extend(read(&value, &name, policy, Vocabulary::Facet(ix), &[]).map(|f| (id.to_owned(), is_set, f)));
        }
    }
    ReadingMap {
        harms,
        unjudged: words("unjudged", Vocabulary::Category),
        facets,
        behavior: field("behavior", Vocabulary::Behavior),
        acceptable: words("acceptable", Vocabulary::Behavior),
        observed: field("observed", Vocabulary::Behavior),
        name: name.into(),
    }
}

fn read_harms(cursor: &Cursor, name: &str, policy: &Policy) -> Option<HarmSource> {
    let field_name = format!("{name}.harms");
    let severity = match cursor.get("severity") {
        Some(severity) => {
            Some(Field::one(&severity, &format!("{field_name}.severity"), policy, Vocabulary::Severity, &[])?)
        }
        None => None,
    };
    let target = match cursor.get("target") {
        None => TargetOf::Always(Target::Request),
        Some(target) => match target.node().text() {
            Some(word) => TargetOf::Always(own_target(&own_or_note(&target, word, Vocabulary::Target, policy)?)),
            None => TargetOf::From(Box::new(Field::one(
                &target,
                &format!("{field_name}.target"),
                policy,
                Vocabulary::Target,
                &[],
            )?)),
        },
    };
    let empty = |default| match cursor.get("empty").and_then(|word| Some((word.expect_text("empty")?, word))) {
        None => default,
        Some((word, cursor)) => match &*word {
            "none" => WhenEmpty::None,
            "unjudged" => WhenEmpty::Unjudged,
            "error" => WhenEmpty::Error,
            other => {
                let message = format!("an empty cell cannot mean `{other}`");
                cursor.note(&codes::UNKNOWN_VALUE, message, "Use one of `none`, `unjudged`, `error`.");
                default
            }
        },
    };
    let found = match cursor.get("columns") {
        None => {
            let more = ["severity", "target", "empty"];
            let field = Field::many(cursor, &field_name, policy, Vocabulary::Category, &more)?;
            Found::Named { field, empty: empty(WhenEmpty::None) }
        }
        Some(columns) => {
            no_other_keys(cursor, &["columns", "yes", "no", "at_least", "empty", "severity", "target"]);
            columns.expect_mapping("columns");
            let pairs = columns.entries().into_iter().filter_map(|(column, category)| {
                let category = own_or_note(&category, &category.expect_text(column)?, Vocabulary::Category, policy)?;
                Some((column.to_owned(), category))
            });
            let words = |key: &str| cursor.texts_of(key).iter().map(|word| word.trim().to_owned()).collect();
            let at_least = cursor.get("at_least").and_then(|limit| match limit.node().as_float() {
                Some(number) => Some(number),
                None => limit.wrong_type("at_least", "a number"),
            });
            Found::Columns {
                columns: pairs.collect(),
                yes: words("yes"),
                no: words("no"),
                at_least,
                empty: empty(WhenEmpty::Unjudged),
            }
        }
    };
    Some(HarmSource { found, severity, target })
}

fn own_target(word: &str) -> Target {
    if word == Target::Response.word() { Target::Response } else { Target::Request }
}

impl ReadingMap {
    pub fn apply(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Result<DraftReading, Stop> {
        let mut draft = DraftReading::default();
        for source in &self.harms {
            source.apply(row, &self.name, policy, tally, &mut draft)?;
        }
        let reading = &mut draft.reading;
        for words in &self.unjudged {
            reading.unjudged.extend(words.get(row, policy, tally)?.into_iter().filter(|c| c != NO_CATEGORY));
        }
        for (id, is_set, field) in &self.facets {
            let said = field.say(row, policy, tally)?;
            let word = match said.words.as_slice() {
                [] => continue,
                // A set of which a part is not known is not known.
                _ if said.unknown => continue,
                words if *is_set => FacetWord::Many(words.to_vec()),
                [word] => FacetWord::One(word.clone()),
                _ => {
                    let message = format!("the facet `{id}` can have one value, but gets several");
                    return Err(Stop::Error(field.error(row, message, "Map each value to one word.")));
                }
            };
            reading.facets.insert(id.clone(), word);
        }
        let word = |field: &Option<Field>, tally: &mut Tally| match field {
            Some(field) => field.word(row, policy, tally),
            None => Ok(None),
        };
        reading.behavior = word(&self.behavior, tally)?;
        for words in &self.acceptable {
            reading.acceptable.extend(words.get(row, policy, tally)?);
        }
        reading.acceptable.retain(|word| Some(word) != reading.behavior.as_ref());
        reading.observed = word(&self.observed, tally)?;

        let mut seen = rustc_hash::FxHashSet::default();
        reading.harms.retain(|harm| seen.insert(harm.clone()));
        let mut seen: Vec<String> = reading.harms.iter().map(|harm| harm.category.clone()).collect();
        seen.sort_unstable();
        let mut unjudged = std::mem::take(&mut reading.unjudged);
        let mut met = rustc_hash::FxHashSet::default();
        unjudged.retain(|category| seen.binary_search(category).is_err() && met.insert(category.clone()));
        reading.unjudged = unjudged;
        Ok(draft)
    }

    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        let mut add = |pick: &Pick| columns.extend(pick.columns().into_iter().map(str::to_owned));
        let mut named = Vec::new();
        for source in &self.harms {
            match &source.found {
                Found::Named { field, .. } => add(&field.pick),
                Found::Columns { columns, .. } => named.extend(columns.iter().map(|(column, _)| column.clone())),
            }
            source.severity.iter().for_each(|field| add(&field.pick));
            if let TargetOf::From(field) = &source.target {
                add(&field.pick);
            }
        }
        self.facets.iter().for_each(|(_, _, field)| add(&field.pick));
        self.behavior.iter().chain(&self.observed).for_each(|field| add(&field.pick));
        for words in self.unjudged.iter().chain(&self.acceptable) {
            if let Words::From(field) = words {
                add(&field.pick);
            }
        }
        columns.extend(named);
        columns
    }
}

impl Words {
    fn get(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Result<Vec<String>, Stop> {
        match self {
            Words::Always(word) => Ok(vec![word.clone()]),
            Words::From(field) => Ok(field.say(row, policy, tally)?.words),
        }
    }
}

impl HarmSource {
    fn apply(
        &self,
        row: Row,
        name: &str,
        policy: &Policy,
        tally: &mut Tally,
        draft: &mut DraftReading,
    ) -> Result<(), Stop> {
        match &self.found {
            Found::Named { field, empty } => {
                let said = field.say(row, policy, tally)?;
                if said.words.is_empty() && !said.unknown {
                    match empty {
                        WhenEmpty::None => draft.harms_judged = true,
                        WhenEmpty::Unjudged => draft.reading.unjudged.extend(every_category(policy)),
                        WhenEmpty::Error => return Err(Stop::Error(empty_cell(row, &field.pick.describe()))),
                    }
                    return Ok(());
                }
                if said.unknown {
                    // Something was found that the policy has no word for: of no category it was said that it is absent.
                    draft.reading.unjudged.extend(every_category(policy));
                }
                draft.harms_judged |= !said.words.is_empty();
                for category in said.words.into_iter().filter(|word| word != NO_CATEGORY) {
                    self.push(row, category, policy, tally, draft)?;
                }
            }
            Found::Columns { columns, yes, no, at_least, empty } => {
                for (column, category) in columns {
                    let row = Row { each: Some(row.each.unwrap_or(column)), ..row };
                    let value = pick::find(row, column).map(shown).unwrap_or_default();
                    let word = value.trim();
                    let field = format!("{name}.harms ← {column}");
                    if word.is_empty() || row.empty.iter().any(|e| e == word) {
                        match empty {
                            WhenEmpty::None => {
                                tally.count(&field, "", Outcome::Empty, "absent");
                                draft.harms_judged = true;
                            }
                            WhenEmpty::Unjudged => {
                                tally.count(&field, "", Outcome::Empty, &format!("{category} unjudged"));
                                draft.reading.unjudged.push(category.clone());
                            }
                            WhenEmpty::Error => return Err(Stop::Error(empty_cell(row, column))),
                        }
                        continue;
                    }
                    let found = match at_least {
                        Some(limit) => word.parse::<f64>().ok().filter(|n| !n.is_nan()).map(|n| n >= *limit),
                        None => says_yes(word, yes, no),
                    };
                    let Some(found) = found else {
                        tally.count(&field, word, Outcome::Error, "");
                        return Err(Stop::Error(RowError {
                            row: row.at,
                            field: column.clone(),
                            message: match at_least {
                                Some(_) => format!("`{}` is no number", excerpt(word)),
                                None => format!("`{}` says neither yes nor no", excerpt(word)),
                            },
                            help: "Add it to `yes` or `no` of that field, or mend the cell.".into(),
                        }));
                    };
                    tally.count(&field, word, Outcome::Mapped, if found { category } else { "absent" });
                    draft.harms_judged = true;
                    if found {
                        self.push(row, category.clone(), policy, tally, draft)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn push(
        &self,
        row: Row,
        category: String,
        policy: &Policy,
        tally: &mut Tally,
        draft: &mut DraftReading,
    ) -> Result<(), Stop> {
        let severity = match &self.severity {
            Some(field) => field.word(row, policy, tally)?,
            None => None,
        };
        let target = match &self.target {
            TargetOf::Always(target) => *target,
            TargetOf::From(field) => field.word(row, policy, tally)?.map_or(Target::Request, |word| own_target(&word)),
        };
        draft.reading.harms.push(Harm { category, severity, target });
        Ok(())
    }
}

fn empty_cell(row: Row, column: &str) -> RowError {
    RowError {
        row: row.at,
        field: column.into(),
        message: format!("`{column}` is empty"),
        help: "Fill it in, or say with `empty: none` or `empty: unjudged` what that means.".into(),
    }
}

/// Those in use, in the order of the taxonomy.
fn every_category(policy: &Policy) -> impl Iterator<Item = String> {
    policy.taxonomy.iter().filter(|(_, c)| c.deprecated.is_none()).map(|(_, c)| c.id.to_string())
}
