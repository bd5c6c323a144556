//! Rows to drafts, as a map says. The same for every table.

use super::ImportRequest;
use super::assemble::Assembler;
use super::draft::{Body, Draft, DraftLabel, DraftReading, DraftSource, excerpt};
use super::map::field::Stop;
use super::map::pick::{self, Row, shown};
use super::map::{Map, Sensitive};
use super::plan::{ImportError, ImportPlan, RowError};
use super::tally::Tally;
use super::totals::Totals;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use rustc_hash::FxHashMap;
use serde_json::Value;

type Fields = serde_json::Map<String, Value>;

/// Takes the rows of a table one by one.
pub(super) struct Rows<'a> {
    request: &'a ImportRequest<'a>,
    map: &'a Map,
    pub assembler: Assembler<'a>,
    tally: Tally,
    /// Columns of the map that no row had so far.
    unmet: Vec<&'a (String, Place)>,
    items: Vec<Item>,
    by_key: FxHashMap<String, usize>,
}

/// What makes a case of a row, its labels aside.
#[derive(Debug, Clone, PartialEq)]
struct CasePart {
    body: Option<Body>,
    source: DraftSource,
    tags: Vec<String>,
    sensitive: bool,
    gold: Option<DraftReading>,
}

/// One case over several rows.
struct Item {
    key: String,
    row: usize,
    /// The first row that shows the case, and what it says.
    case: Option<(usize, CasePart)>,
    /// Why no row so far shows it.
    missing: Option<RowError>,
    id: Option<String>,
    labels: Vec<DraftLabel>,
}

impl<'a> Rows<'a> {
    pub fn new(request: &'a ImportRequest<'a>, map: &'a Map) -> Self {
        let prefix = map.prefix.as_deref().unwrap_or(request.set);
        Rows {
            request,
            map,
            assembler: Assembler::new(request.held, prefix),
            tally: Tally::default(),
            unmet: map.columns.iter().collect(),
            items: Vec::new(),
            by_key: FxHashMap::default(),
        }
    }

    /// A table with a header must have every column that the map names.
    pub fn check_header(&self, header: &[String]) -> Result<(), ImportError> {
        let missing = self.map.columns.iter().filter(|(column, _)| !header.contains(column));
        let problems: Vec<Problem> = missing
            .map(|(column, place)| {
                let shown: Vec<String> = header.iter().take(12).map(|name| format!("`{name}`")).collect();
                let help = match header {
                    [one] if one.contains(['\t', ';', '|']) => {
                        "The header is one column: say under `read` what the `delimiter` is.".to_owned()
                    }
                    _ => format!(
                        "Its columns are {}. For a word that is always the same write `{{const: …}}`.",
                        shown.join(", ")
                    ),
                };
                let message = format!("`{}` has no column `{column}`", self.request.file);
                Problem::new(&codes::UNKNOWN_VALUE, place.clone(), message, help)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(ImportError::Map { problems }) }
    }

    pub fn error(&mut self, error: RowError) {
        self.assembler.plan.rows += 1;
        self.assembler.error(error);
    }

    pub fn add(&mut self, at: usize, fields: &Fields) {
        self.assembler.plan.rows += 1;
        self.unmet.retain(|(column, _)| pick::at_path(fields, column).is_none());
        let map = self.map;
        let row = Row { at, fields, each: None, empty: &map.read.empty };
        if let Some(only) = &map.only
            && only.holds(row).is_none()
        {
            return self.assembler.skip(at, "left out by `only`", &shown(&only.pick.get(row)));
        }
        let done = match map.group {
            Some(_) => self.add_to_item(row),
            None => self.add_case(row),
        };
        match done {
            Ok(()) => {}
            Err(Stop::Error(error)) => self.assembler.error(error),
            Err(Stop::Skip(reason)) => self.assembler.skip(at, reason, ""),
        }
    }

    /// Takes a row that stands at the end of a table and reads like one of totals. It is left out, and told, where
    /// nothing but its numbers could make a case of it: it says nothing of a case, or what it says cannot be read.
    pub fn add_totals(&mut self, at: usize, totals: Totals, fields: &Fields) {
        let row = Row { at, fields, each: None, empty: &self.map.read.empty };
        let blank: Fields = fields.keys().map(|column| (column.clone(), Value::from(""))).collect();
        let (said, unsaid) = (self.judgements(row), self.judgements(Row { fields: &blank, ..row }));
        let judges = self.map.gold.is_some() || !self.map.labels.is_empty();
        let is_none = (judges || totals.counts) && (said == unsaid || said.iter().any(Result::is_err));
        let text = fields.values().map(shown).find(|cell| !cell.trim().is_empty()).unwrap_or_default();
        if is_none {
            return self.assembler.skip(at, "a row of totals", &text);
        }
        self.assembler.plan.notes.push(format!(
            "row {at} begins with `{}` and came in as a case; if it sums the table up, leave it out with `only`",
            excerpt(text.trim())
        ));
        self.add(at, fields);
    }

    /// What a row says of a case: its gold label, and those of labelers.
    fn judgements(&self, row: Row) -> Vec<Result<(DraftReading, Option<String>), ()>> {
        let (map, policy) = (self.map, self.request.policy);
        let mut uncounted = Tally::default();
        let gold = map.gold.iter().map(|gold| gold.apply(row, policy, &mut uncounted));
        let mut said: Vec<_> = gold.map(|read| read.map(|reading| (reading, None)).map_err(drop)).collect();
        for labels in &map.labels {
            let read = labels.apply(row, policy, &mut uncounted);
            said.extend(read.into_iter().map(|label| label.map(|l| (l.reading, Some(l.labeler))).map_err(drop)));
        }
        said
    }

    pub fn finish(mut self) -> ImportPlan {
        for item in std::mem::take(&mut self.items) {
            self.finish_item(item);
        }
        let mut plan = self.assembler.finish();
        plan.distributions = self.tally.finish();
        if plan.rows == 0 {
            plan.notes.push("the file has no rows".into());
        } else {
            let unmet = self.unmet.iter();
            plan.notes.extend(unmet.map(|(column, place)| format!("no row has `{column}`, which {place} names")));
        }
        plan
    }

    fn add_case(&mut self, row: Row) -> Result<(), Stop> {
        let body = self.body(row)?;
        if let (None, Some(conversation)) = (&body, &self.map.conversation) {
            return Err(Stop::Error(conversation.missing(row)));
        }
        let given = self.given_id(row)?;
        let id = match (given, &body) {
            (Some(id), _) => id,
            (None, Some(body)) => self.assembler.claim(body),
            (None, None) => return Err(Stop::Error(no_id(row))),
        };
        let mut case = case_part(self.map, self.request, row, body, &mut self.tally)?;
        if self.map.id.is_none() && case.source.reference.is_none() {
            case.source.reference = Some(row.at.to_string());
        }
        let labels = self.labels(row);
        self.assembler.add(draft(row.at, id, case, labels));
        Ok(())
    }

    fn add_to_item(&mut self, row: Row) -> Result<(), Stop> {
        let Some(group) = &self.map.group else { return Ok(()) };
        let key = shown(&group.get(row)).trim().to_owned();
        if key.is_empty() {
            return Err(Stop::Error(RowError {
                row: row.at,
                field: group.describe(),
                message: format!("the row does not say in `{}` which case it belongs to", group.describe()),
                help: "Fill it in, or leave the row out.".into(),
            }));
        }
        let body = self.body(row)?;
        let given = self.given_id(row)?;
        let ix = match self.by_key.get(&key) {
            Some(&ix) => ix,
            None => {
                let item =
                    Item { key: key.clone(), row: row.at, case: None, missing: None, id: None, labels: Vec::new() };
                self.items.push(item);
                self.by_key.insert(key, self.items.len() - 1);
                self.items.len() - 1
            }
        };
        if self.items.get(ix).is_some_and(|item| item.case.is_some()) {
            self.compare(ix, row, body)?;
        } else if let (None, Some(conversation)) = (&body, &self.map.conversation) {
            if let Some(item) = self.items.get_mut(ix) {
                item.missing.get_or_insert_with(|| conversation.missing(row));
            }
        } else {
            let case = case_part(self.map, self.request, row, body, &mut self.tally)?;
            if let Some(item) = self.items.get_mut(ix) {
                item.case = Some((row.at, case));
            }
        }
        let labels = self.labels(row);
        if let Some(item) = self.items.get_mut(ix) {
            item.labels.extend(labels);
            item.id = item.id.take().or(given);
        }
        Ok(())
    }

    /// A further row of a case must not say otherwise of it; it is not counted again.
    fn compare(&self, ix: usize, row: Row, body: Option<Body>) -> Result<(), Stop> {
        let said = case_part(self.map, self.request, row, body, &mut Tally::default())?;
        let Some((first, case)) = self.items.get(ix).and_then(|item| item.case.as_ref()) else { return Ok(()) };
        let other_text = said.body.is_some() && said.body != case.body;
        let says_more = said.gold.as_ref().is_some_and(|gold| !gold.says_nothing());
        if !other_text && (!says_more || said.gold == case.gold) {
            return Ok(());
        }
        let what = if other_text { "text" } else { "gold label" };
        Err(Stop::Error(RowError {
            row: row.at,
            field: self.map.group.as_ref().map(pick::Pick::describe).unwrap_or_default(),
            message: format!("the row belongs to one case with row {first}, but its {what} differs"),
            help: "Mend one of the two, or group by a column that tells them apart.".into(),
        }))
    }

    fn finish_item(&mut self, item: Item) {
        let id = item.id.unwrap_or_else(|| format!("{}-{}", self.request.set, item.key));
        match (item.case, item.missing) {
            (Some((row, case)), _) => self.assembler.add(draft(row, id, case, item.labels)),
            (None, Some(missing)) => self.assembler.error(missing),
            (None, None) => self.assembler.error(RowError {
                row: item.row,
                field: String::new(),
                message: format!("no row shows the case `{}`", item.key),
                help: "Mend the rows that are in error.".into(),
            }),
        }
    }

    fn body(&self, row: Row) -> Result<Option<Body>, Stop> {
        match &self.map.conversation {
            Some(conversation) => conversation.body(row).map_err(Stop::Error),
            None => Ok(None),
        }
    }

    /// `None` where ids are derived; an empty cell of an id column is an error.
    fn given_id(&self, row: Row) -> Result<Option<String>, Stop> {
        let Some(pick) = &self.map.id else {
            let grouped = self.map.group.as_ref().zip(self.map.prefix.as_ref());
            return Ok(grouped.map(|(group, prefix)| format!("{prefix}-{}", shown(&group.get(row)).trim())));
        };
        let value = pick.get(row);
        let word = shown(&value);
        match (&*value, word.trim()) {
            (Value::Array(_) | Value::Object(_), _) | (_, "") => Err(Stop::Error(no_id(row))),
            (_, id) => Ok(Some(match &self.map.prefix {
                Some(prefix) => format!("{prefix}-{id}"),
                None => id.to_owned(),
            })),
        }
    }

    fn labels(&mut self, row: Row) -> Vec<DraftLabel> {
        let mut labels = Vec::new();
        for map in &self.map.labels {
            for label in map.apply(row, self.request.policy, &mut self.tally) {
                match label {
                    Ok(label) => labels.push(label),
                    Err(Stop::Error(error)) => self.assembler.error(error),
                    Err(Stop::Skip(reason)) => self.assembler.skip(row.at, format!("a label: {reason}"), ""),
                }
            }
        }
        labels
    }
}

fn case_part(
    map: &Map,
    request: &ImportRequest,
    row: Row,
    body: Option<Body>,
    tally: &mut Tally,
) -> Result<CasePart, Stop> {
    let policy = request.policy;
    let word = |pick: &Option<pick::Pick>| {
        let word = pick.as_ref().map(|pick| shown(&pick.get(row)).trim().to_owned());
        word.filter(|word| !word.is_empty())
    };
    let source = DraftSource { origin: word(&map.origin), reference: word(&map.reference), date: word(&map.date) };
    let mut tags = Vec::new();
    for tag in &map.tags {
        for word in tag.say(row, policy, tally)?.words {
            if !tags.contains(&word) {
                tags.push(word);
            }
        }
    }
    let sensitive = match &map.sensitive {
        Sensitive::Always(always) => *always,
        // Where it is not known, a case is better covered than shown.
        Sensitive::By(field) => {
            let said = field.say(row, policy, tally)?;
            said.unknown || said.words.iter().any(|word| word == "true")
        }
    };
    let gold = match &map.gold {
        Some(reading) => Some(reading.apply(row, policy, tally)?),
        None => None,
    };
    Ok(CasePart { body, source, tags, sensitive, gold })
}

fn draft(row: usize, id: String, case: CasePart, labels: Vec<DraftLabel>) -> Draft {
    let CasePart { body, source, tags, sensitive, gold } = case;
    Draft { row, id, body, source, tags, sensitive, gold, labels }
}

fn no_id(row: Row) -> RowError {
    RowError {
        row: row.at,
        field: "id".into(),
        message: "the row has no id".into(),
        help: "Fill it in, or leave `id` out of the map so that ids are derived from the text.".into(),
    }
}
