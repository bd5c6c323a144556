//! Reads harm taxonomies into one forest in preorder.

use super::cursor::{Cursor, Notes, Source};
use crate::policy::codes;
use crate::policy::manifest::Manifest;
use crate::policy::taxonomy::{
    CATEGORY_KEYS, Category, CategoryIx, Deconflict, Deprecated, NO_CATEGORY, Taxonomy, UNKNOWN,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Categories nested deeper than this are refused.
const DEEPEST: u16 = 64;

/// A category as it stands in its file, before it has its place in the forest.
struct Found<'d> {
    cursor: Cursor<'d>,
    category: Category,
    /// The parent by nesting.
    nested_in: Option<usize>,
    /// The parent by a `parent` key.
    named: Option<(Arc<str>, Cursor<'d>)>,
}

/// Reads all taxonomy files. A category stands under the one it is nested in, or under the one its `parent` names.
pub fn read(sources: &[Source<'_>], manifest: &Manifest, notes: &Notes) -> Taxonomy {
    let mut found = Vec::new();
    for source in sources {
        let Some(root) = Cursor::root(*source, notes) else { continue };
        if !root.expect_mapping("a taxonomy") {
            continue;
        }
        root.hint_at_unknown_keys(&["taxonomy", "title", "description", "version", "categories"]);
        let name = root.need("taxonomy", "the taxonomy's name").and_then(|n| n.expect_text("taxonomy"));
        let name = name.unwrap_or_else(|| source.file.clone());
        if let Some(categories) = root.need("categories", "the list of its categories") {
            collect(&categories.expect_items("categories"), None, 0, &name, &mut found);
        }
    }
    let taxonomy = arrange(found, notes);
    taxonomy.1.iter().for_each(|(cursor, ix)| check_references(cursor, *ix, &taxonomy.0, manifest));
    taxonomy.0
}

fn collect<'d>(
    items: &[Cursor<'d>],
    nested_in: Option<usize>,
    depth: u16,
    taxonomy: &Arc<str>,
    found: &mut Vec<Found<'d>>,
) {
    for item in items {
        if !item.expect_mapping("a category") {
            continue;
        }
        let Some(id) = item.need("id", "a short word that never changes").and_then(|id| id.expect_text("id")) else {
            continue;
        };
        if found.len() >= Taxonomy::MOST || depth > DEEPEST {
            item.note(
                &codes::TOO_MUCH,
                "there are more categories here than fit",
                "Remove some, or nest them less deeply.",
            );
            return;
        }
        if [NO_CATEGORY, UNKNOWN].contains(&&*id) {
            let message = format!("`{id}` has a meaning of its own and cannot be a category's id");
            item.note(&codes::RESERVED_WORD, message, "Choose another id.");
            continue;
        }
        item.hint_at_unknown_keys(&CATEGORY_KEYS);
        let named = item.get("parent").and_then(|p| Some((p.expect_text("parent")?, p)));
        let category = read_category(item, id, taxonomy);
        let this = found.len();
        found.push(Found { cursor: item.clone(), category, nested_in, named });
        if let Some(children) = item.get("children") {
            collect(&children.expect_items("children"), Some(this), depth + 1, taxonomy, found);
        }
    }
}

fn read_category(item: &Cursor<'_>, id: Arc<str>, taxonomy: &Arc<str>) -> Category {
    let deconflict = item.get("deconflict").map(|list| list.expect_items("deconflict")).unwrap_or_default();
    let tier = item.get("tier").and_then(|tier| {
        let number = tier.node().as_int().and_then(|n| u32::try_from(n).ok());
        number.or_else(|| tier.wrong_type("tier", "a whole number, 1 for the riskiest"))
    });
    Category {
        title: item.get("title").and_then(|t| t.expect_text("title")).unwrap_or_else(|| id.clone()),
        id,
        definition: item.text_of("definition"),
        includes: item.texts_of("includes"),
        excludes: item.texts_of("excludes"),
        deconflict: deconflict
            .iter()
            .filter(|entry| entry.expect_mapping("deconflict"))
            .map(|entry| Deconflict { say: entry.text_of("say"), category: entry.text_of("category") })
            .collect(),
        severity: pairs(item, "severity", |value| value.expect_text("severity")),
        tier,
        owner: item.text_of("owner"),
        mappings: pairs(item, "mappings", |value| match value.node().text() {
            Some(text) => Some(vec![text.into()]),
            None => Some(value.expect_items("mappings").iter().filter_map(|v| v.expect_text("mappings")).collect()),
        }),
        aliases: item.texts_of("aliases"),
        deprecated: item.get("deprecated").and_then(|deprecated| {
            if deprecated.node().as_bool() == Some(false) {
                return None;
            }
            let replaced_by = deprecated.texts_of("replaced_by");
            let since = deprecated.get("since").and_then(|since| since.expect_text("since"));
            Some(Deprecated { replaced_by, since })
        }),
        parent: None,
        depth: 0,
        taxonomy: taxonomy.clone(),
        place: item.place(),
        end: CategoryIx(0),
    }
}

fn pairs<T>(item: &Cursor<'_>, key: &str, read: impl Fn(&Cursor<'_>) -> Option<T>) -> Vec<(Arc<str>, T)> {
    let Some(map) = item.get(key) else { return Vec::new() };
    map.expect_mapping(key);
    map.entries().iter().filter_map(|(name, value)| Some(((*name).into(), read(value)?))).collect()
}

/// Puts every category in its place in preorder. Of two with one id the first stays; a category whose parent cannot be
/// found, or that would stand under itself, becomes a root.
fn arrange<'d>(found: Vec<Found<'d>>, notes: &Notes) -> (Taxonomy, Vec<(Cursor<'d>, CategoryIx)>) {
    let mut by_id: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    let mut first = vec![true; found.len()];
    for (i, one) in found.iter().enumerate() {
        if let Some(&other) = by_id.get(&one.category.id) {
            first[i] = false;
            let message =
                format!("category `{}` stands twice; the first is at {}", one.category.id, found[other].category.place);
            one.cursor.note(&codes::DUPLICATE_ID, message, "Give one of them another id, or remove it.");
        } else {
            by_id.insert(one.category.id.clone(), i);
        }
    }
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(found.len());
    for one in &found {
        let parent = match &one.named {
            None => one.nested_in,
            Some((name, cursor)) => {
                let known = by_id.get(name).copied();
                if known.is_none() {
                    let help = cursor.choose_from(name, "category", by_id.keys().map(|id| &**id));
                    cursor.note(
                        &codes::UNKNOWN_CATEGORY,
                        format!("parent `{name}` is no category of this policy"),
                        help,
                    );
                } else if one.nested_in.is_some() && one.nested_in != known {
                    let message =
                        format!("`{}` stands under one category and names another as its parent", one.category.id);
                    cursor.note(&codes::BAD_PARENT, message, "Remove `parent`, or move the category.");
                }
                one.nested_in.or(known)
            }
        };
        // The children of a category that stands twice belong to the one that counts.
        parents.push(parent.map(|p| by_id.get(&found[p].category.id).copied().unwrap_or(p)));
    }
    break_cycles(&found, &mut parents);

    let mut children: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    let mut roots = Vec::new();
    for i in (0..found.len()).filter(|&i| first[i]) {
        match parents[i] {
            Some(parent) => children[parent].push(i),
            None => roots.push(i),
        }
    }
    let mut categories: Vec<Category> = Vec::new();
    let mut places = Vec::new();
    // Preorder without recursion: what is to be entered or closed, nearest last.
    enum Step {
        Enter(usize, Option<CategoryIx>, u16),
        Close(CategoryIx),
    }
    let mut todo: Vec<Step> = roots.into_iter().rev().map(|i| Step::Enter(i, None, 0)).collect();
    while let Some(step) = todo.pop() {
        match step {
            Step::Enter(i, parent, depth) => {
                let ix = CategoryIx(categories.len() as u16);
                categories.push(Category { parent, depth, ..found[i].category.clone() });
                places.push((found[i].cursor.clone(), ix));
                todo.push(Step::Close(ix));
                todo.extend(children[i].iter().rev().map(|&child| Step::Enter(child, Some(ix), depth + 1)));
            }
            Step::Close(ix) => categories[usize::from(ix.0)].end = CategoryIx(categories.len() as u16),
        }
    }
    note_alias_clashes(&categories, notes);
    (Taxonomy::new(categories), places)
}

fn break_cycles(found: &[Found<'_>], parents: &mut [Option<usize>]) {
    // 0 not seen, 1 on the way up from the current start, 2 known to end at a root.
    let mut state = vec![0_u8; parents.len()];
    for start in 0..parents.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(i) = at.filter(|&i| state[i] == 0) {
            state[i] = 1;
            path.push(i);
            at = parents[i];
        }
        if let Some(i) = at.filter(|&i| state[i] == 1) {
            let message = format!("`{}` stands under itself", found[i].category.id);
            let at = found[i].named.as_ref().map_or(&found[i].cursor, |(_, cursor)| cursor);
            at.note(&codes::BAD_PARENT, message, "Follow the `parent` keys from here and break the circle.");
            parents[i] = None;
        }
        path.into_iter().for_each(|i| state[i] = 2);
    }
}

fn note_alias_clashes(categories: &[Category], notes: &Notes) {
    let mut owner: FxHashMap<&str, &Category> = categories.iter().map(|c| (&*c.id, c)).collect();
    for category in categories {
        for alias in &category.aliases {
            match owner.insert(alias, category) {
                Some(other) if other.id != category.id => {
                    notes.push(crate::policy::problem::Problem::new(
                        &codes::ALIAS_CLASH,
                        category.place.clone(),
                        format!("`{alias}` is an alias of `{}`, but `{}` answers to it already", category.id, other.id),
                        "Remove the alias from one of them.",
                    ));
                    owner.insert(alias, other);
                }
                _ => {}
            }
        }
    }
}

/// Notes words of a category that name other things: severities, categories it points at.
fn check_references(cursor: &Cursor<'_>, ix: CategoryIx, taxonomy: &Taxonomy, manifest: &Manifest) {
    let known = |name: &str, at: Cursor<'_>| {
        if taxonomy.find(name).is_none() {
            let help = at.choose_from(name, "category", taxonomy.iter().map(|(_, c)| &*c.id));
            at.note(&codes::UNKNOWN_CATEGORY, format!("`{name}` is no category of this policy"), help);
        }
    };
    for (level, guide) in cursor.get("severity").map(|s| s.entries()).unwrap_or_default() {
        if manifest.find_severity(level).is_none() {
            let help = guide.choose_from(level, "severity", manifest.severities.iter().map(|s| &**s));
            guide.note(&codes::UNKNOWN_VALUE, format!("`{level}` is no severity of this policy"), help);
        }
    }
    for entry in cursor.get("deconflict").map(|d| d.items()).unwrap_or_default() {
        if let Some(category) = entry.get("category")
            && let Some(name) = category.node().text()
        {
            known(name, category.clone());
        }
    }
    let replaced_by = cursor.get("deprecated").and_then(|d| d.get("replaced_by"));
    for replacement in replaced_by.iter().flat_map(|r| if r.node().is_sequence() { r.items() } else { vec![r.clone()] })
    {
        let Some(name) = replacement.node().text() else { continue };
        known(name, replacement.clone());
        if taxonomy.find(name) == Some(ix) {
            let message = format!("`{name}` is said to be replaced by itself");
            replacement.note(&codes::BAD_PARENT, message, "Name the category that takes its place.");
        }
    }
}
