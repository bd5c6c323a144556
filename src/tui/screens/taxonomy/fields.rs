//! The form of a category: a field for everything that its document holds, and where it is used.

use super::rows::{in_base, severity};
use crate::document::{Document, Node};
use crate::policy::place::Step;
use crate::policy::problem::Problem;
use crate::policy::taxonomy::{CATEGORY_KEYS, Category, CategoryIx, Taxonomy};
use crate::tui::components::form::Field as FormField;
use crate::tui::model::Model;
use crate::tui::rulings;
use crate::tui::theme::{Role, Theme};
use crate::workspace::categories::{
    CaseCounts, Count, Field, Reach, ReferenceKind, clauses_of, references_to, written,
};
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// What a field stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text, edited in its place.
    Text(Field),
    Deconflict(usize),
    AddDeconflict,
    AddMapping,
    Deprecated,
    /// What the form does not know how to edit.
    Other,
    Clause(Arc<str>),
    /// The cases of a set.
    Cases(Arc<str>),
    /// Another category.
    Category(Arc<str>),
    /// The labels and rulings that rest on the category, or the rulings that shaped it.
    Behind,
    /// Only to be read.
    Words,
}

/// The fields of a category, from top to bottom.
pub fn fields(model: &Model, theme: &Theme, ix: CategoryIx, counts: Option<&CaseCounts>) -> Vec<(Part, FormField)> {
    let taxonomy = &model.workspace.policy().taxonomy;
    if usize::from(ix.0) >= taxonomy.len() {
        return Vec::new();
    }
    let category = taxonomy.get(ix);
    let document = model.workspace.document(&category.place.file);
    let was = in_base(model, category).map(|(base, ix)| base.get(ix));
    let mut form = CategoryForm { model, theme, taxonomy, ix, category, document, was, out: Vec::new() };
    form.own();
    form.others();
    form.out.extend(rulings::behind_fields(model, &category.id).into_iter().map(|field| (Part::Behind, field)));
    form.problems();
    form.uses(counts);
    form.out
}

/// The id by which a field is known in the form; the key of the category it shows comes first.
fn id_of(part: &Part) -> String {
    match part {
        Part::Text(Field::Title) => "title".into(),
        Part::Text(Field::Definition) => "definition".into(),
        Part::Text(Field::Includes) => "includes".into(),
        Part::Text(Field::Excludes) => "excludes".into(),
        Part::Text(Field::Severity(level)) => format!("severity {level}"),
        Part::Text(Field::Tier) => "tier".into(),
        Part::Text(Field::Owner) => "owner".into(),
        Part::Text(Field::Mapping(framework)) => format!("mappings {framework}"),
        Part::Text(Field::Aliases) => "aliases".into(),
        Part::Deconflict(at) => format!("deconflict {at}"),
        Part::AddDeconflict => "deconflict +".into(),
        Part::AddMapping => "mappings +".into(),
        Part::Deprecated => "deprecated".into(),
        Part::Other | Part::Behind | Part::Words => String::new(),
        Part::Clause(id) => format!("used by clause {id}"),
        Part::Cases(set) => format!("used by cases {set}"),
        Part::Category(id) => format!("used by category {id}"),
    }
}

struct CategoryForm<'a> {
    model: &'a Model,
    theme: &'a Theme,
    taxonomy: &'a Taxonomy,
    ix: CategoryIx,
    category: &'a Category,
    document: Option<&'a Document>,
    /// The category in the version that is compared with.
    was: Option<&'a Category>,
    out: Vec<(Part, FormField)>,
}

impl CategoryForm<'_> {
    fn own(&mut self) {
        self.line("Title", Field::Title);
        self.prose("Definition", Field::Definition);
        self.prose("Includes", Field::Includes);
        self.prose("Excludes", Field::Excludes);
        self.deconflict();
        let mut label = "Severity";
        let policy = self.model.workspace.policy();
        // Levels that the manifest no longer has stay in sight as long as there is guidance for them.
        let gone = self.category.severity.iter().map(|(level, _)| level);
        let gone = gone.filter(|level| !policy.manifest.severities.contains(level));
        for level in policy.manifest.severities.iter().chain(gone).cloned().collect::<Vec<_>>() {
            self.named(label, &level.clone(), Field::Severity(level));
            label = "";
        }
        self.tier();
        self.line("Owner", Field::Owner);
        let mut label = "Mappings";
        for (framework, _) in &self.category.mappings {
            self.named(label, framework, Field::Mapping(framework.clone()));
            label = "";
        }
        self.dim(Part::AddMapping, label, "+ add a framework");
        self.line("Aliases", Field::Aliases);
        self.deprecated();
    }

    fn line(&mut self, label: &str, field: Field) {
        let text = written(self.category, &field);
        let value = if text.is_empty() { Vec::new() } else { vec![Line::from(text)] };
        let field_of = |id: String| FormField { value, ..FormField::inline(id, label, "") };
        self.text(field, field_of);
    }

    fn named(&mut self, label: &str, name: &str, field: Field) {
        let text = written(self.category, &field);
        let value: Vec<Line<'static>> = text.lines().map(|line| Line::from(line.to_owned())).collect();
        let name = name.to_owned();
        self.text(field, |id| FormField { value, ..FormField::inline(id, label, "").name(name) });
    }

    fn prose(&mut self, label: &str, field: Field) {
        let text = written(self.category, &field);
        let mut lines: Vec<Line<'static>> = text.lines().map(|line| Line::from(line.to_owned())).collect();
        if matches!(field, Field::Includes | Field::Excludes) {
            let bullet = || self.theme.span(Role::Dim, "· ");
            lines = text.lines().map(|line| Line::from(vec![bullet(), Span::raw(line.to_owned())])).collect();
        }
        self.text(field, |id| FormField { value: lines, ..FormField::block(id, label, "") });
    }

    /// Adds a field that is edited as a text, with what it was at the base and what is wrong with it.
    fn text(&mut self, field: Field, make: impl FnOnce(String) -> FormField) {
        let (now, was) = (written(self.category, &field), self.was.map(|was| written(was, &field)));
        let short = matches!(field, Field::Title | Field::Tier | Field::Owner | Field::Aliases | Field::Mapping(_));
        let part = Part::Text(field);
        let mut made = make(id_of(&part));
        made.marker = was.filter(|was| *was != now).map(|was| match was.as_str() {
            "" => "new".to_owned(),
            was if short => format!("was {was}"),
            _ => "changed".to_owned(),
        });
        self.add(part, made);
    }

    fn dim(&mut self, part: Part, label: &str, words: impl Into<String>) {
        let field = FormField::inline(id_of(&part), label, self.theme.line(Role::Dim, words.into()));
        self.add(part, field);
    }

    fn deconflict(&mut self) {
        let mut label = "Deconflict";
        for (at, one) in self.category.deconflict.iter().enumerate() {
            let value = Line::from(vec![
                Span::raw(one.say.to_string()),
                self.theme.span(Role::Dim, "  → "),
                self.theme.span(Role::Accent, one.category.to_string()),
            ]);
            let part = Part::Deconflict(at);
            let mut field = FormField::inline(id_of(&part), label, value);
            if let Some(was) = self.was {
                field.marker = match was.deconflict.contains(one) {
                    true => None,
                    false if was.deconflict.iter().any(|old| old.say == one.say) => Some("changed".to_owned()),
                    false => Some("new".to_owned()),
                };
            }
            self.add(part, field);
            label = "";
        }
        self.dim(Part::AddDeconflict, label, "+ say what is labeled elsewhere");
    }

    fn tier(&mut self) {
        let own = self.category.tier.is_some();
        let above = self.taxonomy.ancestors(self.ix).skip(1).find(|ix| self.taxonomy.get(*ix).tier.is_some());
        match above.map(|ix| self.taxonomy.get(ix)).filter(|_| !own) {
            Some(above) => {
                let tier = above.tier.map(|tier| tier.to_string()).unwrap_or_default();
                let words = format!("{tier}  inherited from {}", above.id);
                let line = self.theme.line(Role::Dim, words);
                self.text(Field::Tier, |id| FormField::inline(id, "Tier", line));
            }
            None => self.line("Tier", Field::Tier),
        }
    }

    fn deprecated(&mut self) {
        let words = |category: &Category| {
            category.deprecated.as_ref().map(|deprecated| {
                let since = deprecated.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
                match &deprecated.replaced_by[..] {
                    [] => format!("yes{since}"),
                    names => format!("yes{since}, use {}", names.join(", ")),
                }
            })
        };
        let now = words(self.category);
        let line = match &now {
            Some(words) => self.theme.line(Role::Warning, words.clone()),
            None => self.theme.line(Role::Dim, "no"),
        };
        let mut field = FormField::inline(id_of(&Part::Deprecated), "Deprecated", line);
        let was = self.was.map(words).filter(|was| *was != now);
        field.marker = was.map(|was| was.map_or("new".to_owned(), |was| format!("was {was}")));
        self.add(Part::Deprecated, field);
    }

    /// Keys that mean nothing to casebook: kept, and shown.
    fn others(&mut self) {
        let node = self.document.and_then(|document| document.node(&self.category.place.route));
        let others = node.map(Node::entries).unwrap_or_default().iter().filter_map(|entry| {
            let name = entry.name()?;
            let text = self.document?.text().get(entry.value.span().range())?;
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!CATEGORY_KEYS.contains(&name)).then(|| (name.to_owned(), crate::tui::text::clip(&words, 60)))
        });
        for (name, words) in others.collect::<Vec<_>>() {
            let line = self.theme.line(Role::Dim, words);
            let field = FormField::inline(format!("other {name}"), name, line);
            self.add(Part::Other, field);
        }
    }

    /// Adds a field with the problem of its key, if it has one.
    fn add(&mut self, part: Part, mut field: FormField) {
        let mut words = field.id.splitn(2, ' ');
        let (key, rest) = (words.next().unwrap_or_default(), words.next());
        let here = self.problems_below(key);
        let about = here.into_iter().find(|problem| {
            let step = problem.place.route.0.get(self.category.place.route.0.len() + 1);
            match (step, rest) {
                (Some(Step::Key(inner)), Some(rest)) => **inner == *rest,
                (Some(Step::Item(at)), Some(rest)) => at.to_string() == rest,
                (None, Some(_)) => rest == Some("+"),
                (_, None) => true,
            }
        });
        field.problem = about.map(|problem| (severity(problem.level()), words_of(problem)));
        self.out.push((part, field));
    }

    /// The problems within one key of the category.
    fn problems_below(&self, key: &str) -> Vec<&Problem> {
        let place = &self.category.place;
        let below = |problem: &&Problem| {
            problem.place.route.starts_with(&place.route)
                && matches!(problem.place.route.0.get(place.route.0.len()), Some(Step::Key(at)) if **at == *key)
        };
        self.model.problems_of(&place.file).filter(below).collect()
    }

    /// Problems of the category as a whole, and of keys that have no field.
    fn problems(&mut self) {
        let place = self.category.place.clone();
        let whole = |problem: &&Problem| {
            let key = problem.place.route.0.get(place.route.0.len());
            problem.place.route.starts_with(&place.route)
                && match key {
                    None => true,
                    Some(Step::Key(key)) => matches!(&**key, "id" | "parent"),
                    Some(Step::Item(_)) => true,
                }
        };
        let found: Vec<_> = self.model.problems_of(&place.file).filter(whole).cloned().collect();
        for problem in found {
            let details = problem.details.iter().map(|detail| format!("· {detail}"));
            let lines = details.chain([problem.help.clone()]).map(|line| self.theme.line(Role::Dim, line)).collect();
            let field = FormField::inline(format!("problem {}", problem.code), "Problem", "");
            let field = FormField { value: lines, block: !problem.details.is_empty(), ..field };
            self.out.push((Part::Words, field.problem(severity(problem.level()), problem.message.clone())));
        }
    }

    fn uses(&mut self, counts: Option<&CaseCounts>) {
        let version = self.model.workspace.version();
        let clauses = clauses_of(version, self.ix);
        let references = references_to(version, self.ix);
        let cases = counts.map(|counts| counts.cases(self.ix));
        let summary = [
            counted(clauses.len(), "clause"),
            cases.map_or("counting gold cases …".to_owned(), |n| counted(n as usize, "gold case")),
            counted(references.len(), "reference"),
        ];
        let line = self.theme.line(Role::Dim, summary.join(" · "));
        let field = FormField { value: vec![line], ..FormField::block("used", "Where used", "") };
        self.out.push((Part::Words, field));
        for one in clauses {
            let Some(clause) = version.policy.clauses.get(one.clause.0 as usize) else { continue };
            let then = clause
                .then
                .map_or("decides nothing".to_owned(), |then| version.policy.manifest.behaviors.id(then).to_string());
            let reach = match one.reach {
                Reach::Named => "tests it".to_owned(),
                Reach::Above(ix) => format!("through {}", self.taxonomy.get(ix).id),
                Reach::Below(ix) => format!("only {} below", self.taxonomy.get(ix).id),
            };
            let about = vec![Span::raw(format!("  {then}  ")), self.theme.span(Role::Dim, reach)];
            self.link(Part::Clause(clause.id.clone()), "clause", &clause.id, about);
        }
        let sets: Vec<(Arc<str>, Count)> = counts
            .map(|counts| counts.of(self.ix).map(|(gold, count)| (gold.set().clone(), count.clone())).collect())
            .unwrap_or_default();
        for (set, count) in sets {
            let about = self.cases(&count);
            self.link(Part::Cases(set.clone()), "cases", &set, about);
        }
        for reference in references {
            let from = self.taxonomy.get(reference.from);
            let how = match reference.kind {
                ReferenceKind::Deconflict => "  says what is labeled here instead",
                ReferenceKind::ReplacedBy => "  is replaced by it",
                ReferenceKind::Parent => "  stands under it by its `parent`",
            };
            let about = vec![self.theme.span(Role::Dim, how)];
            self.link(Part::Category(from.id.clone()), "named", &from.id, about);
        }
    }

    fn link(&mut self, part: Part, kind: &str, name: &str, about: Vec<Span<'static>>) {
        let mut spans =
            vec![self.theme.span(Role::Dim, format!("{kind:<8}")), self.theme.span(Role::Accent, name.to_owned())];
        spans.extend(about);
        let field = FormField { value: vec![Line::from(spans)], ..FormField::block(id_of(&part), "", "") };
        self.out.push((part, field));
    }

    /// `  12  3 carry it itself · low 2 · high 10`
    fn cases(&self, count: &Count) -> Vec<Span<'static>> {
        let mut words = Vec::new();
        if count.itself < count.cases {
            words.push(match count.itself {
                0 => "all below it".to_owned(),
                n => format!("{n} carry it itself"),
            });
        }
        let levels = self.model.workspace.policy().manifest.severities.iter().zip(&count.severities);
        words.extend(levels.filter(|(_, n)| **n > 0).map(|(level, n)| format!("{level} {n}")));
        if count.no_severity > 0 {
            words.push(format!("no severity {}", count.no_severity));
        }
        vec![Span::raw(format!("  {}", count.cases)), self.theme.span(Role::Dim, format!("  {}", words.join(" · ")))]
    }
}

fn words_of(problem: &Problem) -> String {
    format!("{}. {}", problem.message.trim_end_matches('.'), problem.help)
}

/// `no clause`, `1 clause`, `3 clauses`.
pub fn counted(n: usize, one: &str) -> String {
    match n {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}
