//! The rows of the tree: taxonomies, where there are several, and their categories.

use crate::policy::place::{Place, Route};
use crate::policy::problem::Level;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use crate::tui::components::list::Row;
use crate::tui::components::message::Severity;
use crate::tui::components::tree::Node;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::categories::CaseCounts;
use ratatui::text::{Line, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// What a row of the tree stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A taxonomy file; only where there are several.
    Taxonomy(Arc<str>),
    Category(CategoryIx),
}

/// The tree as it is shown, and what is known of each category.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub entries: Vec<Entry>,
    pub nodes: Vec<Node>,
    /// Per category: differs from the base, or is not in it.
    pub changed: Vec<bool>,
    /// Per category: the worst of its problems.
    pub problems: Vec<Option<Severity>>,
    any_changed: bool,
}

/// What selection and folding are kept by.
pub fn key_of(category: &str) -> String {
    format!("category {category}")
}

impl Rows {
    /// The rows that hold what is written in the filter, with those above them; all where nothing is.
    pub fn new(model: &Model, filter: &str) -> Rows {
        let version = model.workspace.version();
        let taxonomy = &version.policy.taxonomy;
        let kept = kept(taxonomy, filter);
        let several = version.taxonomies.len() > 1;
        let mut rows = Rows { changed: changed(model), problems: problems(model), ..Rows::default() };
        rows.any_changed = rows.changed.contains(&true);
        let mut add = |entry: Entry, key: String, depth: usize| {
            rows.entries.push(entry);
            rows.nodes.push(Node::new(key, depth));
        };
        let categories = |file: Option<&Arc<str>>, add: &mut dyn FnMut(Entry, String, usize)| {
            for root in taxonomy.roots().filter(|ix| file.is_none_or(|file| taxonomy.get(*ix).place.file == *file)) {
                for ix in taxonomy.subtree(root).map(CategoryIx).filter(|ix| kept[usize::from(ix.0)]) {
                    let category = taxonomy.get(ix);
                    let depth = usize::from(category.depth) + usize::from(several);
                    add(Entry::Category(ix), key_of(&category.id), depth);
                }
            }
        };
        if several {
            for file in &version.taxonomies {
                add(Entry::Taxonomy(file.clone()), format!("taxonomy {file}"), 0);
                categories(Some(file), &mut add);
            }
        } else {
            categories(None, &mut add);
        }
        rows
    }

    /// How a row is drawn in so many columns.
    pub fn row(&self, at: usize, columns: u16, model: &Model, counts: &CaseCounts, theme: &Theme) -> Row<'static> {
        let taxonomy = &model.workspace.policy().taxonomy;
        let ix = match self.entries.get(at) {
            Some(Entry::Category(ix)) if usize::from(ix.0) < taxonomy.len() => *ix,
            Some(Entry::Taxonomy(file)) => return Row::new(theme.line(Role::Label, taxonomy_name(model, file))),
            _ => return Row::default(),
        };
        let category = taxonomy.get(ix);
        let deprecated = category.deprecated.is_some();
        let role = if deprecated { Role::Dim } else { Role::Text };
        let mut left = vec![theme.span(role, category.id.to_string())];
        if deprecated {
            left.push(theme.span(Role::Dim, " (deprecated)"));
        } else if columns >= 34 && category.title != category.id {
            left.push(theme.span(Role::Dim, format!("  {}", category.title)));
        }
        let mut right: Vec<Span<'static>> = Vec::new();
        if let Some(severity) = self.problems.get(usize::from(ix.0)).copied().flatten() {
            right.push(theme.span(severity.role(), format!("{} ", severity.symbol())));
        }
        // A tier is worth its room only where it is another one than above.
        let tier = taxonomy.tier(ix);
        let above = category.parent.and_then(|parent| taxonomy.tier(parent));
        if let Some(tier) = tier.filter(|tier| columns >= 16 && Some(*tier) != above) {
            right.push(theme.span(Role::Dim, format!("t{tier} ")));
        }
        let cases = match counts.cases(ix) {
            0 => "·".to_owned(),
            n => n.to_string(),
        };
        right.push(theme.span(Role::Dim, format!("{cases:>3}")));
        if self.any_changed {
            let changed = self.changed.get(usize::from(ix.0)) == Some(&true);
            right.push(theme.span(Role::Changed, if changed { " ●" } else { "  " }));
        }
        Row::new(Line::from(left)).right(Line::from(right))
    }
}

/// What a taxonomy file calls itself.
pub fn taxonomy_name(model: &Model, file: &Arc<str>) -> String {
    let document = model.workspace.document(file);
    let name = document.and_then(|document| document.root()?.get("taxonomy")?.text().map(str::to_owned));
    text::clip(&name.unwrap_or_else(|| file.to_string()), 60)
}

/// The category that a place belongs to: the innermost one around it.
pub fn category_at(model: &Model, place: &Place) -> Option<CategoryIx> {
    let taxonomy = &model.workspace.policy().taxonomy;
    let around = taxonomy
        .iter()
        .filter(|(_, category)| category.place.file == place.file && place.route.starts_with(&category.place.route));
    around.max_by_key(|(_, category)| category.place.route.0.len()).map(|(ix, _)| ix)
}

/// The same category in the version that is compared with.
pub fn in_base<'m>(model: &'m Model, category: &Category) -> Option<(&'m Taxonomy, CategoryIx)> {
    let base = &model.base.side()?.version.policy.taxonomy;
    let names = std::iter::once(&category.id).chain(&category.aliases);
    let found = names.into_iter().find_map(|name| base.find(name).filter(|ix| base.get(*ix).id == *name))?;
    Some((base, found))
}

fn kept(taxonomy: &Taxonomy, filter: &str) -> Vec<bool> {
    let filter = filter.trim().to_lowercase();
    if filter.is_empty() {
        return vec![true; taxonomy.len()];
    }
    let mut kept = vec![false; taxonomy.len()];
    for (ix, category) in taxonomy.iter() {
        let words = [&category.id, &category.title].into_iter().chain(&category.aliases);
        if words.into_iter().any(|word| word.to_lowercase().contains(&filter)) {
            taxonomy.ancestors(ix).for_each(|ix| kept[usize::from(ix.0)] = true);
        }
    }
    kept
}

fn changed(model: &Model) -> Vec<bool> {
    let taxonomy = &model.workspace.policy().taxonomy;
    if model.base.side().is_none() {
        return vec![false; taxonomy.len()];
    }
    let differs = |category: &Category| {
        let Some((base, ix)) = in_base(model, category) else { return true };
        let was = base.get(ix);
        let parent = |of: &Taxonomy, one: &Category| one.parent.map(|ix| of.get(ix).id.clone());
        was.id != category.id
            || was.title != category.title
            || was.definition != category.definition
            || was.includes != category.includes
            || was.excludes != category.excludes
            || was.deconflict != category.deconflict
            || was.severity != category.severity
            || was.tier != category.tier
            || was.owner != category.owner
            || was.mappings != category.mappings
            || was.aliases != category.aliases
            || was.deprecated != category.deprecated
            || parent(base, was) != parent(taxonomy, category)
    };
    taxonomy.iter().map(|(_, category)| differs(category)).collect()
}

fn problems(model: &Model) -> Vec<Option<Severity>> {
    let taxonomy = &model.workspace.policy().taxonomy;
    let mut worst: Vec<Option<Level>> = vec![None; taxonomy.len()];
    let mut places: HashMap<(&str, &Route), CategoryIx> = HashMap::new();
    for (ix, category) in taxonomy.iter() {
        places.insert((&category.place.file, &category.place.route), ix);
    }
    for problem in model.problems.iter() {
        let mut route = problem.place.route.clone();
        let found = loop {
            if let Some(ix) = places.get(&(&*problem.place.file, &route)) {
                break Some(*ix);
            }
            if route.0.pop().is_none() {
                break None;
            }
        };
        if let Some(level) = found.and_then(|ix| worst.get_mut(usize::from(ix.0))) {
            *level = (*level).max(Some(problem.level()));
        }
    }
    worst.into_iter().map(|level| level.map(severity)).collect()
}

/// How a problem of this level is shown.
pub fn severity(level: Level) -> Severity {
    match level {
        Level::Hint => Severity::Hint,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}
