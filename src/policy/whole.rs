//! The hash of all that a policy says: two versions that have the same decide the same and instruct the same.
//!
//! Counted is, of every clause and category, what [`text_hash`](super::text_hash) counts of it; and besides, of categories what they
//! stand under, of clauses their order where the first that applies decides, of the manifest behaviors, severities, facets, the hit
//! policy and the default. Not the cases, the labels, the gates, or in which file something stands.

use super::Policy;
use super::manifest::HitPolicy;
use super::record::content_id;
use super::text_hash::{of_category, of_clause};
use serde_json::{Value, json};

/// 32 hexadecimal characters.
pub fn whole_hash(policy: &Policy) -> String {
    let manifest = &policy.manifest;
    let prose = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sorted = |mut of: Vec<[Value; 3]>| {
        of.sort_by_cached_key(|fields| fields[0].to_string());
        of
    };
    let mut clauses: Vec<[Value; 3]> = policy
        .clauses
        .iter()
        .map(|clause| [json!(&*clause.id), of_clause(policy, clause).into(), Value::Null])
        .collect();
    // The earliest of clauses that are as restrictive is the one that is named, but the behavior is the same.
    if manifest.hit_policy != HitPolicy::First {
        clauses = sorted(clauses);
    }
    let categories = policy.taxonomy.iter().map(|(_, category)| {
        let parent = category.parent.map(|parent| policy.taxonomy.get(parent).id.to_string());
        [json!(&*category.id), of_category(category).into(), parent.into()]
    });
    let behaviors = manifest.behaviors.iter().map(|(_, of)| json!([&*of.id, prose(&of.title), prose(&of.description)]));
    let facets = manifest.facets.iter().map(|facet| {
        let values: Vec<&str> = facet.values.iter().map(|value| &**value).collect();
        [json!(&*facet.id), json!([facet.kind.word(), values]), prose(&facet.description).into()]
    });
    let all = json!({
        "clauses": clauses,
        "categories": sorted(categories.collect()),
        "behaviors": behaviors.collect::<Vec<_>>(),
        "default": &**manifest.behaviors.id(manifest.default),
        "hit_policy": manifest.hit_policy.word(),
        "severities": manifest.severities.iter().map(|severity| &**severity).collect::<Vec<_>>(),
        "facets": sorted(facets.collect()),
    });
    all.as_object().map(content_id).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::clause::Clause;
    use crate::policy::condition::Condition;
    use crate::policy::place::Place;
    use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};

    fn clause(id: &str) -> Clause {
        Clause {
            id: id.into(),
            title: "".into(),
            level: "".into(),
            text: "Do not.".into(),
            rationale: "".into(),
            guidance: "".into(),
            when: Condition::always(),
            then: None,
            examples: Vec::new(),
            spec: 0,
            place: Place::default(),
        }
    }

    fn taxonomy(second_is_under_first: bool) -> Taxonomy {
        let category = |id: &str, end| Category {
            id: id.into(),
            title: id.into(),
            taxonomy: "harms".into(),
            end: CategoryIx(end),
            ..Category::default()
        };
        let mut categories = vec![category("arms", 1), category("fraud", 2)];
        if second_is_under_first {
            categories[0].end = CategoryIx(2);
            (categories[1].parent, categories[1].depth) = (Some(CategoryIx(0)), 1);
        }
        Taxonomy::new(categories)
    }

    fn base() -> Policy {
        Policy { clauses: vec![clause("a"), clause("b")], taxonomy: taxonomy(false), ..Policy::default() }
    }

    /// Whether a change is a new version.
    fn check(change: impl FnOnce(&mut Policy), is_new: bool) {
        let mut policy = base();
        change(&mut policy);
        assert_eq!(whole_hash(&policy) != whole_hash(&base()), is_new);
    }

    #[test]
    fn what_decides_or_instructs_counts_and_the_rest_does_not() {
        check(|policy| policy.clauses[0].text = "Do\n  not.".into(), false);
        check(|policy| policy.clauses[0].rationale = "Because.".into(), false);
        check(|policy| policy.manifest.name = "Other".into(), false);
        check(|policy| policy.clauses[0].text = "Never.".into(), true);
        check(|policy| policy.clauses[0].id = "c".into(), true);
        check(|policy| _ = policy.clauses.pop(), true);
        check(|policy| policy.taxonomy = taxonomy(true), true);
        check(|policy| policy.manifest.severities = ["low".into()].into(), true);
        check(|policy| policy.manifest.hit_policy = HitPolicy::Unique, true);
    }

    #[test]
    fn the_order_of_clauses_counts_where_the_first_decides() {
        check(|policy| policy.clauses.swap(0, 1), true);
        let restrictive = |swapped: bool| {
            let mut policy = base();
            policy.manifest.hit_policy = HitPolicy::MostRestrictive;
            if swapped {
                policy.clauses.swap(0, 1);
            }
            whole_hash(&policy)
        };
        assert_eq!(restrictive(false), restrictive(true));
    }
}
