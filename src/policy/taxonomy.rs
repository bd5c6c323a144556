//! Harm taxonomies: trees of categories, kept as one forest in preorder.

use super::place::Place;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The word for "a case without harms" in conditions; no category may have it as its id.
pub const NO_CATEGORY: &str = "none";
/// The word for "not known" in conditions; no facet value, severity or category may be called so.
pub const UNKNOWN: &str = "unknown";

/// Position of a category in the forest's preorder: a node's descendants follow it directly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoryIx(pub u16);

/// The keys of a category in its file, in their usual order.
pub const CATEGORY_KEYS: [&str; 14] = [
    "id",
    "title",
    "definition",
    "includes",
    "excludes",
    "deconflict",
    "severity",
    "tier",
    "owner",
    "mappings",
    "aliases",
    "deprecated",
    "parent",
    "children",
];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    /// Stable for life; moving the node in the tree does not change it.
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub definition: Arc<str>,
    pub includes: Vec<Arc<str>>,
    pub excludes: Vec<Arc<str>>,
    pub deconflict: Vec<Deconflict>,
    /// Guidance per severity level, in the file's order.
    pub severity: Vec<(Arc<str>, Arc<str>)>,
    /// Risk tier, 1 the riskiest; inherited from the nearest ancestor that has one.
    pub tier: Option<u32>,
    pub owner: Arc<str>,
    /// Outside framework → its ids.
    pub mappings: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// Ids that labels may still carry.
    pub aliases: Vec<Arc<str>>,
    pub deprecated: Option<Deprecated>,
    pub parent: Option<CategoryIx>,
    /// 0 for a root.
    pub depth: u16,
    /// Name of the taxonomy it belongs to.
    pub taxonomy: Arc<str>,
    /// Where it stands: the whole mapping of the node.
    pub place: Place,
    /// One past its last descendant in preorder.
    pub end: CategoryIx,
}

/// "We label X as Y."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deconflict {
    pub say: Arc<str>,
    pub category: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deprecated {
    pub replaced_by: Vec<Arc<str>>,
    pub since: Option<Arc<str>>,
}

/// The aliases of a policy's categories, each with the id it stands for: labels that use either mean the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Aliases(BTreeMap<Arc<str>, Arc<str>>);

impl Aliases {
    /// The id that a word stands for: itself where it is no alias.
    pub fn id_of<'a>(&'a self, word: &'a str) -> &'a str {
        self.0.get(word).map_or(word, |id| id)
    }

    /// Alias and id, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(alias, id)| (&**alias, &**id))
    }
}

impl<A: Into<Arc<str>>, I: Into<Arc<str>>> FromIterator<(A, I)> for Aliases {
    fn from_iter<T: IntoIterator<Item = (A, I)>>(pairs: T) -> Self {
        Aliases(pairs.into_iter().map(|(alias, id)| (alias.into(), id.into())).collect())
    }
}

/// All categories of a policy.
#[derive(Debug, Clone, Default)]
pub struct Taxonomy {
    categories: Vec<Category>,
    by_name: FxHashMap<Arc<str>, CategoryIx>,
}

impl Taxonomy {
    /// More than this many categories do not fit; a reader reports and drops the rest.
    pub const MOST: usize = u16::MAX as usize - 1;

    /// Takes categories in preorder with `parent`, `depth` and `end` set. Where two answer to one name the first
    /// keeps it, and an id wins over an alias: the reader reports such pairs.
    pub fn new(categories: Vec<Category>) -> Self {
        let mut by_name = FxHashMap::default();
        let indexed = || categories.iter().enumerate().map(|(i, c)| (CategoryIx(i as u16), c));
        for (ix, category) in indexed() {
            by_name.entry(category.id.clone()).or_insert(ix);
        }
        for (ix, category) in indexed() {
            for alias in &category.aliases {
                by_name.entry(alias.clone()).or_insert(ix);
            }
        }
        Taxonomy { categories, by_name }
    }

    /// What stands for what: aliases that are no category's id.
    pub fn aliases(&self) -> Aliases {
        let named = |alias: &Arc<str>| self.find(alias).map(|ix| (alias.clone(), self.get(ix).id.clone()));
        let aliases = self.categories.iter().flat_map(|category| &category.aliases);
        aliases.filter_map(named).filter(|(alias, id)| alias != id).collect()
    }

    /// By id or alias.
    pub fn find(&self, name: &str) -> Option<CategoryIx> {
        self.by_name.get(name).copied()
    }

    pub fn get(&self, ix: CategoryIx) -> &Category {
        &self.categories[usize::from(ix.0)]
    }

    pub fn len(&self) -> usize {
        self.categories.len()
    }

    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// In preorder.
    pub fn iter(&self) -> impl Iterator<Item = (CategoryIx, &Category)> + Clone {
        self.categories.iter().enumerate().map(|(i, c)| (CategoryIx(i as u16), c))
    }

    /// The node and everything under it.
    pub fn subtree(&self, ix: CategoryIx) -> Range<u16> {
        ix.0..self.get(ix).end.0
    }

    /// Whether `inner` is `outer` or stands anywhere under it.
    pub fn is_within(&self, inner: CategoryIx, outer: CategoryIx) -> bool {
        self.subtree(outer).contains(&inner.0)
    }

    /// The direct children, in order.
    pub fn children(&self, ix: CategoryIx) -> impl Iterator<Item = CategoryIx> {
        let last = self.get(ix).end;
        let mut next = CategoryIx(ix.0 + 1);
        std::iter::from_fn(move || {
            let child = (next < last).then_some(next)?;
            next = self.get(child).end;
            Some(child)
        })
    }

    /// The nodes without a parent, in order.
    pub fn roots(&self) -> impl Iterator<Item = CategoryIx> {
        self.iter().filter(|(_, c)| c.parent.is_none()).map(|(ix, _)| ix)
    }

    /// From the node itself up to its root.
    pub fn ancestors(&self, ix: CategoryIx) -> impl Iterator<Item = CategoryIx> {
        std::iter::successors(Some(ix), |&ix| self.get(ix).parent)
    }

    /// What a severity means for the node: its own words, or those of its nearest ancestor that has some; with whose they are.
    pub fn severity_words(&self, ix: CategoryIx, level: &str) -> Option<(CategoryIx, &str)> {
        self.ancestors(ix).find_map(|ix| {
            let found =
                self.get(ix).severity.iter().find(|(known, words)| **known == *level && !words.trim().is_empty());
            found.map(|(_, words)| (ix, &**words))
        })
    }

    /// The node's own tier, or that of its nearest ancestor with one.
    pub fn tier(&self, ix: CategoryIx) -> Option<u32> {
        self.ancestors(ix).find_map(|ix| self.get(ix).tier)
    }
}
