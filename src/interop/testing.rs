//! What the tests of this room share.

use super::{Held, ImportError, ImportPlan, ImportRequest};
use crate::policy::Policy;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};

/// A policy with the default manifest and a taxonomy written one category a line, children indented by two spaces:
/// `id=alias,alias @framework:name`.
pub(super) fn policy(tree: &str) -> Policy {
    let mut categories: Vec<Category> = Vec::new();
    for line in tree.lines() {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (head, mapping) = line.trim().split_once(" @").unwrap_or((line.trim(), ""));
        let (id, aliases) = head.split_once('=').unwrap_or((head, ""));
        let parent = categories.iter().rposition(|c| usize::from(c.depth) < depth).map(|i| CategoryIx(i as u16));
        categories.push(Category {
            id: id.into(),
            title: id.into(),
            mappings: mapping.split_once(':').map(|(f, name)| (f.into(), vec![name.into()])).into_iter().collect(),
            aliases: aliases.split(',').filter(|a| !a.is_empty()).map(Into::into).collect(),
            parent: parent.filter(|_| depth > 0),
            depth: depth as u16,
            taxonomy: "harms".into(),
            place: Default::default(),
            end: CategoryIx(0),
            ..Category::default()
        });
    }
    for i in 0..categories.len() {
        let depth = categories[i].depth;
        let end = categories[i + 1..].iter().position(|c| c.depth <= depth).map_or(categories.len(), |n| i + 1 + n);
        categories[i].end = CategoryIx(end as u16);
    }
    Policy { taxonomy: Taxonomy::new(categories), ..Policy::default() }
}

/// The plan of importing `bytes` into the set `set`.
pub(super) fn plan_of<'a>(
    format: &str,
    bytes: &'a [u8],
    policy: &'a Policy,
    held: &'a Held,
    change: impl FnOnce(&mut ImportRequest<'a>),
) -> Result<ImportPlan, ImportError> {
    let mut request =
        ImportRequest { file: "f", bytes, set: "set", policy, held, map: None, flagged: None, unflagged: None };
    change(&mut request);
    super::plan(format, &request)
}

/// What the set holds once the plan has been carried out.
pub(super) fn again(plan: &ImportPlan, mut held: Held) -> Held {
    plan.cases.iter().for_each(|case| held.add_case(&case.line));
    plan.labels.iter().flat_map(|file| &file.lines).for_each(|line| held.add_label(line));
    held
}
