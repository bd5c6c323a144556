//! What a rename of categories makes of the texts that name them: another wording that asks the same.
//!
//! A category that goes by another id, keeps the old one as an alias and keeps its definition was renamed and nothing else. The clauses that
//! test it, and the categories that point at it, then have another hash, though nobody is asked anything else. Where two
//! categories became one, the text of the one that is left rules on more than before: that is no rename.

use crate::policy::Policy;
use crate::policy::editorial::Editorial;
use crate::policy::text_hash::{
    Called, name_of_category, of_category, of_category_called, of_clause, of_clause_called,
};

/// Declarations, without author and id, that the texts which name renamed categories ask the same at `head` as at `base`.
pub fn renamed(base: &Policy, head: &Policy) -> Vec<Editorial> {
    let called = renames(base, head);
    if called.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> = called.iter().map(|(now, was)| format!("`{was}` was renamed to `{now}`")).collect();
    let reason = words.join(", ");
    let declare = |text: &str, from: String, to: String, as_before: String| {
        (from != to && from == as_before).then(|| Editorial {
            text: text.to_owned(),
            from,
            to,
            reason: reason.clone(),
            ..Editorial::default()
        })
    };
    let clauses = head.clauses.iter().filter_map(|now| {
        let was = base.clause(base.find_clause(&now.id)?);
        declare(&now.id, of_clause(base, was), of_clause(head, now), of_clause_called(head, now, &called))
    });
    let categories = head.taxonomy.iter().filter_map(|(_, now)| {
        let was = called.get(&*now.id).map_or(&*now.id, String::as_str);
        let was = base.taxonomy.get(base.taxonomy.find(was)?);
        declare(&name_of_category(head, &now.id), of_category(was), of_category(now), of_category_called(now, &called))
    });
    clauses.chain(categories).collect()
}

/// The new ids of the categories that were renamed, with those that they had.
fn renames(base: &Policy, head: &Policy) -> Called {
    let new = head.taxonomy.iter().filter(|(_, now)| base.taxonomy.find(&now.id).is_none());
    let pairs = new.filter_map(|(_, now)| {
        let by_id =
            |name: &&std::sync::Arc<str>| base.taxonomy.find(name).is_some_and(|ix| base.taxonomy.get(ix).id == **name);
        let mut were = now.aliases.iter().filter(by_id);
        let was = were.next().filter(|_| were.next().is_none())?;
        Some((now.id.to_string(), was.to_string()))
    });
    let called: Called = pairs.collect();
    let keeps = |(now, was): &(&String, &String)| {
        let (Some(now), Some(was)) = (head.taxonomy.find(now), base.taxonomy.find(was)) else { return false };
        of_category_called(head.taxonomy.get(now), &called) == of_category(base.taxonomy.get(was))
    };
    called.iter().filter(keeps).map(|(now, was)| (now.clone(), was.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SPEC, TAXONOMY, policy, policy_of};
    use super::*;

    fn check(taxonomy: &str, spec: &str, expect: &[&str]) {
        let found = renamed(&policy(), &policy_of(taxonomy, spec));
        assert_eq!(found.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), expect);
        for one in found {
            assert!(one.from != one.to && one.reason == "`weapons` was renamed to `arms`", "{one:?}");
        }
    }

    #[test]
    fn what_names_a_renamed_category_asks_the_same() {
        let renamed = TAXONOMY.replace("id: weapons", "id: arms").replace("[old-arms]", "[old-arms, weapons]");
        let spec = SPEC.replace("category: weapons", "category: arms");
        check(&renamed, &spec, &["no-arms"]);
        check(&renamed, SPEC, &["no-arms"]);
        check(&renamed, &spec.replace("Never.", "Hardly ever."), &[]);
        check(&renamed.replace("What hurts.", "What hurts or may."), &spec, &[]);
        check(TAXONOMY, SPEC, &[]);
    }

    #[test]
    fn two_that_become_one_were_not_renamed() {
        let gone = TAXONOMY.replace("\n  - id: scams", "");
        let merged = gone.replace("[old-arms]", "[old-arms, scams]");
        check(&merged, &SPEC.replace("category: scams", "category: weapons"), &[]);
        let new = gone.replace("id: weapons", "id: arms").replace("[old-arms]", "[old-arms, weapons, scams]");
        check(
            &new,
            &SPEC.replace("category: scams", "category: arms").replace("category: weapons", "category: arms"),
            &[],
        );
    }
}
