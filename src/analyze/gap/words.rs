//! What falls to the default, in words.

use super::{Gap, What};
use crate::analyze::space::{Exact, Points, points_words, thousands};
use crate::analyze::{first_of, listed};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::taxonomy::CategoryIx;

/// A condition longer than this says less than the example does.
const LONGEST: usize = 200;

/// The message and the help of a problem; `root` is the top category that all gaps are under, if they are under one.
pub(super) fn told(exact: &mut Exact<'_>, root: Option<CategoryIx>, gaps: &[Gap]) -> (String, String) {
    const HELP: &str = "Add a clause or widen one; if the default is meant, say so in a clause.";
    let policy = exact.policy();
    let default = policy.manifest.behaviors.id(policy.manifest.default);
    if let [gap] = gaps {
        let example = exact.space.point_words(&gap.plainest);
        let region = Some(gap).filter(|gap| gap.hole.what != What::All).and_then(|gap| region(exact, gap));
        let mostly = region.map_or(String::new(), |region| format!(" Mostly where {region}."));
        return (alone(policy, gap), format!("The plainest: {example}.{mostly} {HELP}"));
    }
    let total = points_words(&gaps.iter().map(|gap| &gap.points).sum());
    let under = root.map_or(String::new(), |root| format!("under `{}` ", policy.taxonomy.get(root).id));
    let kinds: Vec<String> = gaps
        .chunk_by(|one, other| super::of_one_kind(one.hole.what, other.hole.what))
        .map(|alike| {
            let mut names: Vec<String> = Vec::new();
            for gap in alike {
                let name = match root {
                    Some(_) => named(policy, gap),
                    None => format!("`{}`", policy.taxonomy.get(gap.root).id),
                };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            kind(alike[0].hole.what, &first_of(&names), root.is_none())
        })
        .collect();
    (format!("{under}no clause rules on {total}, which fall to `{default}`: {}", kinds.join("; ")), HELP.to_owned())
}

/// What speaks against leaving these open.
fn kind(what: What, named: &str, are_tops: bool) -> String {
    let under = if are_tops { "under" } else { "in" };
    match what {
        What::All if are_tops => format!("some categories as a whole, under {named}"),
        What::All => format!("all of {named}"),
        What::Graver => format!("graver harm than what is ruled on more strictly, {under} {named}"),
        What::Gravest(_) => {
            format!("harm of the highest severity, which elsewhere is ruled on more strictly, {under} {named}")
        }
        What::Lax => format!("some harm {under} {named}, to which nothing stricter is done anywhere"),
        What::Other => format!("some harm {under} {named}"),
        What::Mildest => format!("only harm of the mildest severity or of unknown severity {under} {named}"),
    }
}

/// The sentence where there is nothing else to tell of.
fn alone(policy: &Policy, gap: &Gap) -> String {
    let default = policy.manifest.behaviors.id(policy.manifest.default);
    let (name, size) = (named(policy, gap), points_words(&gap.points));
    let at = match gap.points == gap.against {
        true => size.clone(),
        false => format!("{} of the {size} that no clause rules on", thousands(&gap.against)),
    };
    match gap.hole.what {
        What::All => format!("no clause rules on {name}: all of its {size} fall to `{default}`"),
        What::Graver => {
            format!("in {name} graver harm falls to `{default}` where milder harm is ruled on more strictly, at {at}")
        }
        What::Gravest(stricter) => format!(
            "in {name} harm of the highest severity falls to `{default}`, at {at}; elsewhere it is `{}`",
            policy.manifest.behaviors.id(stricter)
        ),
        What::Lax => format!(
            "in {name} no clause rules on {size}, which fall to `{default}`; nothing stricter is done there anywhere"
        ),
        What::Other | What::Mildest => format!("in {name} no clause rules on {size}, which fall to `{default}`"),
    }
}

/// The largest region of what speaks against a gap, where it can be said in few words.
fn region(exact: &mut Exact<'_>, gap: &Gap) -> Option<String> {
    let set = gap.set(exact);
    let (region, _) = exact.space.largest(set)?;
    Some(words::condition(&exact.space.words, &region.when)).filter(|region| region.chars().count() <= LONGEST)
}

/// Each gap in a line: what it is about, how large it is, what speaks against it and the plainest example of that. Those
/// that are open alike and equally large share one.
pub(super) fn one_by_one(exact: &mut Exact<'_>, gaps: &[Gap]) -> Vec<String> {
    let policy = exact.policy();
    let mut groups: Vec<Vec<&Gap>> = Vec::new();
    for gap in gaps {
        let alike = |group: &Vec<&Gap>| group[0].hole == gap.hole && group[0].points == gap.points;
        match groups.iter_mut().find(|group| alike(group)) {
            Some(group) => group.push(gap),
            None => groups.push(vec![gap]),
        }
    }
    let mut line = |group: &Vec<&Gap>| {
        let (gap, each) = (group[0], if group.len() > 1 { " each" } else { "" });
        let size = |of: &Points| format!("{}{each}", points_words(of));
        let open = size(&gap.points);
        let against = if gap.against == gap.points {
            "all of them".to_owned()
        } else {
            format!("{} of them", thousands(&gap.against))
        };
        let (says, of_these) = match gap.hole.what {
            What::All => (format!("no clause rules on any of {open}"), ""),
            What::Graver => {
                let mostly = region(exact, gap).map_or(String::new(), |region| format!(", mostly where {region}"));
                (format!("{open}, {against} graver than what is ruled on more strictly{mostly}"), " of these")
            }
            What::Gravest(stricter) => {
                let stricter = policy.manifest.behaviors.id(stricter);
                (format!("{open}, {against} of the highest severity, which elsewhere is `{stricter}`"), " of these")
            }
            What::Lax => (format!("{open}, and nothing stricter is done there anywhere"), ""),
            What::Other => (open, ""),
            What::Mildest => (format!("{open}, none graver than the mildest severity"), ""),
        };
        let names: Vec<String> = group.iter().map(|gap| named(policy, gap)).collect();
        format!("{}: {says}; the plainest{of_these}: {}", listed(&names), exact.space.point_words(&gap.plainest))
    };
    groups.iter().map(&mut line).collect()
}

/// The line that counts what is told of in no other: under the most permissive default, and only where something else is told.
pub(super) fn mild(policy: &Policy, gaps: &[Gap]) -> String {
    let mut tops: Vec<String> = gaps.iter().map(|gap| format!("`{}`", policy.taxonomy.get(gap.root).id)).collect();
    tops.dedup();
    let total = thousands(&gaps.iter().map(|gap| &gap.points).sum());
    format!("and {total} more of the mildest severity or of unknown severity, under {}", listed(&tops))
}

/// `` `weapons` and below, but for `bio` ``
fn named(policy: &Policy, gap: &Gap) -> String {
    let first = gap.categories[0];
    let id = |ix: &CategoryIx| format!("`{}`", policy.taxonomy.get(*ix).id);
    let others: Vec<String> = others(policy, gap).iter().map(id).collect();
    let id = id(&first);
    match (gap.categories.len(), others.is_empty()) {
        (1, true) => id,
        (1, false) => format!("{id} itself"),
        (_, true) => format!("{id} and below"),
        (_, false) => format!("{id} and below but for {}", first_of(&others)),
    }
}

/// The topmost categories below a gap that are not in it. Deprecated ones are nowhere.
pub(super) fn others(policy: &Policy, gap: &Gap) -> Vec<CategoryIx> {
    let taxonomy = &policy.taxonomy;
    let mut found: Vec<CategoryIx> = Vec::new();
    for ix in taxonomy.subtree(gap.categories[0]).map(CategoryIx) {
        let category = taxonomy.get(ix);
        let is_living = category.deprecated.is_none() && taxonomy.find(&category.id) == Some(ix);
        let is_below = found.last().is_some_and(|last| taxonomy.is_within(ix, *last));
        if is_living && !is_below && gap.categories.binary_search(&ix).is_err() {
            found.push(ix);
        }
    }
    found
}
