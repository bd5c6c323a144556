//! The form of a clause: a field for everything that its document holds.

use super::clauses::{ClauseKey, clause_at, id_of, in_base};
use crate::document::{Document, Node, Value};
use crate::policy::place::{Place, Route, Step};
use crate::policy::problem::Problem;
use crate::tui::components::form::Field;
use crate::tui::condition::change::is_empty;
use crate::tui::condition::rows::{self, Row, What};
use crate::tui::model::Model;
use crate::tui::raw::severity;
use crate::tui::rulings;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};
use std::collections::HashMap;

/// What a field stands for. Routes begin at the clause, so that they stay right when it is moved.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Id,
    /// A text on one line.
    Line(String),
    /// A text of several lines.
    Prose(String),
    Level,
    Then,
    Examples,
    /// A test of the condition, or a group of them.
    Test(Route),
    Group(Route),
    AddTest,
    /// A test that the base has: its key and value there.
    Gone(String, Value),
    /// What the form does not know how to edit.
    Raw(Route),
    /// A problem of the clause as a whole.
    Problem(Place),
    /// The labels and rulings that rest on the clause, or the rulings that shaped it.
    Behind,
}

impl Part {
    /// From the clause on: which value the field shows.
    pub fn route(&self) -> Route {
        let key = |key: &str| Route::root().then(key);
        match self {
            Part::Id => key("id"),
            Part::Line(name) | Part::Prose(name) => key(name),
            Part::Level => key("level"),
            Part::Then => key("then"),
            Part::Examples => key("examples"),
            Part::Test(route) | Part::Group(route) | Part::Raw(route) => route.clone(),
            Part::AddTest | Part::Gone(..) => key("when"),
            Part::Problem(_) | Part::Behind => Route::root(),
        }
    }

    /// Whether the field belongs to the condition.
    pub fn is_condition(&self) -> bool {
        matches!(self, Part::Test(_) | Part::Group(_) | Part::AddTest | Part::Gone(..))
    }
}

/// The keys of a clause in the order in which people write them.
pub const KEYS: [&str; 9] = ["id", "title", "level", "text", "rationale", "when", "then", "guidance", "examples"];

/// The name of the problem that a key is not known.
const UNKNOWN_KEY: &str = "unknown-key";

/// What follows `from` in a route that begins with it.
pub fn below(route: &Route, from: &Route) -> Route {
    Route(route.0.iter().skip(from.0.len()).cloned().collect())
}

/// `route` below `clause`.
pub fn within(clause: &Route, route: &Route) -> Route {
    Route(clause.0.iter().chain(&route.0).cloned().collect())
}

/// The fields of a clause, from top to bottom; nothing where it is gone.
pub fn fields(model: &Model, theme: &Theme, key: &ClauseKey) -> Vec<(Part, Field)> {
    let Some((document, route)) = key.find(&model.workspace) else { return Vec::new() };
    let Some(node) = document.node(&route) else { return Vec::new() };
    let base = in_base(model, id_of(node));
    let base_node = base.as_ref().and_then(|(_, clause, document)| document.node(&clause.place.route));
    let mut form = FormOfClause { model, theme, document: &document, route: &route, node, base_node, out: Vec::new() };
    if !node.is_mapping() {
        form.out.push((Part::Raw(Route::root()), form.raw_field("", "", node)));
    } else {
        form.texts(&["title", "level"]);
        form.condition(key);
        form.then();
        form.texts(&["text", "rationale", "guidance"]);
        form.examples();
        form.others();
        form.behind();
    }
    form.problems(&key.file);
    form.out
}

struct FormOfClause<'a> {
    model: &'a Model,
    theme: &'a Theme,
    document: &'a Document,
    route: &'a Route,
    node: &'a Node,
    /// The clause in the version that is compared with.
    base_node: Option<&'a Node>,
    out: Vec<(Part, Field)>,
}

impl FormOfClause<'_> {
    fn texts(&mut self, keys: &[&str]) {
        for key in keys {
            let (label, prose) = match *key {
                "title" => ("Title", false),
                "level" => ("Level", false),
                "text" => ("Text", true),
                "rationale" => ("Why", true),
                _ => ("Guidance", true),
            };
            let node = self.node.get(key).filter(|node| !node.is_null());
            if let Some(node) = node.filter(|node| node.text().is_none()) {
                let field = self.raw_field(key, label, node);
                self.out.push((Part::Raw(Route::root().then(*key)), field));
                continue;
            }
            let text = node.and_then(Node::text).unwrap_or_default();
            let mut field = match prose {
                true if !text.trim().is_empty() => Field::block(*key, label, &flowing(text)),
                _ if text.trim().is_empty() => Field { value: Vec::new(), ..Field::inline(*key, label, "") },
                _ => Field::inline(*key, label, text.to_owned()),
            };
            let was = self.base_node.map(|base| base.get(key).and_then(Node::text).unwrap_or_default());
            field.marker = was.filter(|was| *was != text).map(|was| self.was(was, prose));
            let part = match (*key, prose) {
                ("level", _) => Part::Level,
                (key, true) => Part::Prose(key.to_owned()),
                (key, false) => Part::Line(key.to_owned()),
            };
            self.out.push((part, field));
        }
    }

    fn was(&self, was: &str, prose: bool) -> String {
        match (was.trim().is_empty(), prose) {
            (true, _) => "new".to_owned(),
            (false, true) => "changed".to_owned(),
            (false, false) => format!("was {was}"),
        }
    }

    fn condition(&mut self, key: &ClauseKey) {
        let when = self.route.then("when");
        let policy = self.model.workspace.policy();
        let condition = clause_at(policy, &key.file, self.route).map(|clause| &clause.when);
        let rows = rows::rows(policy, self.document, &when, condition);
        let base = in_base(self.model, id_of(self.node)).map(|(policy, clause, document)| {
            let when = clause.place.route.then("when");
            let rows = rows::rows(policy, document, &when, Some(&clause.when));
            let by_key: HashMap<String, Row> =
                rows.into_iter().map(|row| (row.key(&clause.place.route), row)).collect();
            (by_key, document, clause.place.route.clone())
        });
        let mut label = "When";
        let mut new_group: Option<Route> = None;
        for row in &rows {
            let part = match row.what {
                What::Test(_) => Part::Test(below(&row.route, self.route)),
                What::Group(_) => Part::Group(below(&row.route, self.route)),
                What::Broken | What::More(_) => Part::Raw(below(&row.route, self.route)),
            };
            let key = row.key(self.route);
            let id = if let What::More(_) = row.what { "when …".to_owned() } else { key.clone() };
            let mut field = Field::inline(id, label, self.row_value(row)).name(name(row));
            label = "";
            let in_new_group = new_group.as_ref().is_some_and(|group| row.route.starts_with(group));
            if let (Some((base, ..)), What::Test(_) | What::Group(_), false) = (&base, &row.what, in_new_group) {
                field.marker = match base.get(&key) {
                    None => {
                        new_group = Some(row.route.clone());
                        Some("new".to_owned())
                    }
                    Some(was) if was.words != row.words => Some(format!("was {}", was.words)),
                    Some(_) => None,
                };
            }
            self.out.push((part, field));
        }
        if let Some((base, document, clause)) = base {
            self.gone(&rows, base, document, &clause, &mut label);
        }
        let words = match self.node.get("when") {
            None => "always   + add a test",
            Some(when) if is_empty(when) => "nothing yet   + add a test",
            Some(_) => "+ add a test",
        };
        let add = Line::from(self.theme.span(Role::Dim, words));
        self.out.push((Part::AddTest, Field::inline("when +", label, add)));
    }

    /// The tests right under `when` that the base has and this version does not.
    fn gone(
        &mut self,
        rows: &[Row],
        base: HashMap<String, Row>,
        document: &Document,
        clause: &Route,
        label: &mut &'static str,
    ) {
        let mut gone: Vec<Row> = base
            .into_iter()
            .filter(|(key, row)| row.depth == 0 && !rows.iter().any(|row| row.key(self.route) == *key))
            .map(|(_, row)| row)
            .collect();
        gone.sort_by(|a, b| a.route.cmp(&b.route));
        for row in gone {
            let (Some((_, Step::Key(key))), Some(node)) = (row.route.split_last(), document.node(&row.route)) else {
                continue;
            };
            let value = Line::from(self.theme.span(Role::Dim, "—"));
            let field = Field::inline(format!("gone {}", row.key(clause)), std::mem::take(label), value)
                .name(key.to_string())
                .marker(format!("was {}", row.words));
            self.out.push((Part::Gone(key.to_string(), Value::of(node)), field));
        }
    }

    fn row_value(&self, row: &Row) -> Line<'static> {
        match &row.what {
            What::Group(_) => Line::from(self.theme.span(Role::Dim, row.words.clone())),
            What::Broken | What::More(_) => Line::from(self.theme.span(Role::Dim, row.words.clone())),
            What::Test(_) => {
                // How many categories a word takes in stands back behind the word itself.
                let mut line = Line::default();
                let mut rest = row.words.as_str();
                while let Some(start) = rest.find(" (+") {
                    let end = rest[start..].find(')').map_or(rest.len(), |end| start + end + 1);
                    line.push_span(Span::raw(rest[..start].to_owned()));
                    line.push_span(self.theme.span(Role::Dim, rest[start..end].to_owned()));
                    rest = &rest[end..];
                }
                line.push_span(Span::raw(rest.to_owned()));
                line
            }
        }
    }

    fn then(&mut self) {
        let node = self.node.get("then").filter(|node| !node.is_null());
        if let Some(node) = node.filter(|node| node.text().is_none()) {
            let field = self.raw_field("then", "Then", node);
            self.out.push((Part::Then, field));
            return;
        }
        let text = node.and_then(Node::text).unwrap_or_default();
        let value = match text {
            "" => Vec::new(),
            text => vec![Line::from(text.to_owned())],
        };
        let mut field = Field { value, ..Field::inline("then", "Then", "") };
        let was = self.base_node.map(|base| base.get("then").and_then(Node::text).unwrap_or_default());
        field.marker = was.filter(|was| *was != text).map(|was| self.was(was, false));
        self.out.push((Part::Then, field));
    }

    fn examples(&mut self) {
        let node = self.node.get("examples").filter(|node| !node.is_null());
        let ids = node.map(texts).unwrap_or_default();
        if let Some(node) = node.filter(|node| ids.is_none() || node.is_mapping()) {
            let field = self.raw_field("examples", "Examples", node);
            self.out.push((Part::Raw(Route::root().then("examples")), field));
            return;
        }
        let ids = ids.unwrap_or_default();
        let value = if ids.is_empty() { Vec::new() } else { vec![Line::from(ids.join("  "))] };
        let mut field = Field { value, ..Field::inline("examples", "Examples", "") };
        let was = self.base_node.map(|base| base.get("examples").and_then(texts).unwrap_or_default());
        field.marker = was.filter(|was| *was != ids).map(|was| self.was(&was.join("  "), false));
        self.out.push((Part::Examples, field));
    }

    /// The keys that a clause usually does not have. Texts can be edited here, all else in the raw text.
    fn others(&mut self) {
        for entry in self.node.entries() {
            let Some(key) = entry.name() else {
                let field = self.raw_field("?", "?", &entry.value);
                self.out.push((Part::Raw(Route::root()), field));
                continue;
            };
            if KEYS.contains(&key) {
                continue;
            }
            let field = self.raw_field(key, key, &entry.value);
            let part = match entry.value.as_str() {
                Some(text) if text.contains('\n') => Part::Prose(key.to_owned()),
                Some(_) => Part::Line(key.to_owned()),
                None => Part::Raw(Route::root().then(key)),
            };
            let mut field = match (&part, entry.value.as_str()) {
                (Part::Prose(_), Some(text)) => Field::block(key, key, &flowing(text)),
                _ => field,
            };
            for line in &mut field.value {
                *line = std::mem::take(line).style(self.theme.style(Role::Dim));
            }
            self.out.push((part, field));
        }
    }

    /// What rests on the clause, and what shaped it; nothing where there is none of it, or where it is not known yet.
    fn behind(&mut self) {
        let fields = rulings::behind_fields(self.model, id_of(self.node));
        self.out.extend(fields.into_iter().map(|field| (Part::Behind, field)));
    }

    fn raw_field(&self, id: &str, label: &str, node: &Node) -> Field {
        let words = node.text().map_or_else(|| rows::source(self.document, node), str::to_owned);
        Field::inline(id, label, Line::from(self.theme.span(Role::Dim, words)))
    }

    /// Puts each problem at the field that it is about: the one whose value it stands in.
    fn problems(&mut self, file: &str) {
        let of_clause = |problem: &&Problem| problem.place.route.starts_with(self.route);
        let mut problems: Vec<&Problem> = self.model.problems_of(file).filter(of_clause).collect();
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.level()));
        let mut whole = Vec::new();
        for problem in problems {
            let route = below(&problem.place.route, self.route);
            let holds = |(_, (part, _)): &(usize, &(Part, Field))| {
                let own = part.route();
                !own.is_root() && route.starts_with(&own)
            };
            let fitting = self.out.iter().enumerate().filter(holds);
            // Of those that fit, the innermost; of the same, the first.
            let best = fitting.max_by_key(|(at, (part, _))| (part.route().0.len(), std::cmp::Reverse(*at)));
            let words = format!("{}. {}", problem.message.trim_end_matches('.'), problem.help);
            match best.map(|(at, _)| at) {
                // Notes of one's own are no trouble: that nothing reads them is said in two words.
                Some(at) if problem.code.name == UNKNOWN_KEY && !problem.help.starts_with("Did you mean") => {
                    self.out[at].1.marker.get_or_insert_with(|| "not read by casebook".to_owned());
                }
                Some(at) => match &mut self.out[at].1.problem {
                    Some((_, before)) => *before = format!("{before} {words}"),
                    none => *none = Some((severity(problem.level()), words)),
                },
                None => {
                    let id = format!("problem {} {}", problem.code.id, whole.len());
                    let severity = severity(problem.level());
                    let mark = self.theme.span(severity.role(), format!("{} ", severity.symbol()));
                    let words = self.theme.span(severity.role(), words);
                    let field = Field::inline(id, "Problem", Line::from(vec![mark, words]));
                    whole.push((Part::Problem(problem.place.clone()), field));
                }
            }
        }
        self.out.splice(0..0, whole);
    }
}

/// Prose as it is read: the lines of a paragraph that was broken at some width run on. Lists, verses and what is set in
/// keep their lines.
fn flowing(text: &str) -> String {
    /// A line shorter than this was ended on purpose.
    const BROKEN: usize = 60;
    let mut out = String::new();
    let mut before = "";
    for line in text.trim_end().lines() {
        let is_plain = |line: &str| line.chars().next().is_some_and(|c| c.is_alphabetic() || "`\"'(“‘".contains(c));
        let runs_on = before.chars().count() >= BROKEN && is_plain(line);
        if !out.is_empty() {
            out.push(if runs_on { ' ' } else { '\n' });
        }
        out.push_str(line);
        before = line;
    }
    out
}

fn name(row: &Row) -> String {
    let key = match &row.what {
        What::Test(key) => key.as_str(),
        What::Group(group) => group.key(),
        What::Broken | What::More(_) => "",
    };
    match row.depth {
        0 => key.to_owned(),
        depth => format!("{}{}{key}", "  ".repeat((depth - 1).min(8)), if row.begins { "· " } else { "  " }),
    }
}

fn texts(node: &Node) -> Option<Vec<String>> {
    let text = |node: &Node| node.text().map(str::to_owned);
    if node.is_sequence() { node.items().map(text).collect() } else { Some(vec![text(node)?]) }
}
