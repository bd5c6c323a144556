//! Whether the texts that a record rests on still say what they said.

use crate::policy::Policy;
use crate::policy::editorial::Editorials;
use crate::policy::taxonomy::Aliases;
use crate::policy::text_hash::{category_named, named, of_category, of_clause};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// How a text stands to what a record cites of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Citation {
    /// It says the same.
    Current,
    /// It was worded anew; somebody declared that nothing changed in substance.
    CarriedOver,
    /// It says something else.
    Changed,
    /// The policy has no such clause or category any more.
    Gone,
}

/// A text that a record rests on and that does not stand any more as it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The id of the clause or category, as the record has it.
    pub text: String,
    /// The hash that the record has.
    pub cited: String,
    /// [`Citation::Changed`] or [`Citation::Gone`].
    pub citation: Citation,
}

/// The texts of one version of a policy, ready to be compared with what records cite.
#[derive(Debug, Clone)]
pub struct Texts {
    aliases: Aliases,
    /// By name. A clause and a category may share an id: what records said of it before they told the two apart means either.
    known: FxHashMap<String, TextHashes>,
    /// Ids of clauses.
    clauses: FxHashSet<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TextHashes {
    now: FxHashSet<String>,
    /// Wordings that were declared to ask the same.
    same: FxHashSet<String>,
}

impl Texts {
    pub fn new(policy: &Policy, editorials: &Editorials) -> Texts {
        let mut known: FxHashMap<String, TextHashes> = FxHashMap::default();
        let mut add = |names: &[&str], hash: String| {
            for name in names {
                let hashes = known.entry((*name).to_owned()).or_default();
                for declared in names {
                    hashes.same.extend(editorials.same_as(declared, &hash).into_iter().map(str::to_owned));
                }
                hashes.now.insert(hash.clone());
            }
        };
        for clause in &policy.clauses {
            add(&[&clause.id], of_clause(policy, clause));
        }
        for (_, category) in policy.taxonomy.iter() {
            add(&[&category.id, &category_named(&category.id)], of_category(category));
        }
        let clauses = policy.clauses.iter().map(|clause| clause.id.to_string()).collect();
        Texts { aliases: policy.taxonomy.aliases(), known, clauses }
    }

    /// Whether every text is there under the same name and asks the same.
    pub fn ask_as(&self, other: &Texts) -> bool {
        self.aliases == other.aliases && self.known == other.known
    }

    /// The name of a text at this version, by a name that it has or had.
    fn name_now(&self, name: &str) -> String {
        let (id, only_category) = named(name);
        if !only_category && self.known.contains_key(id) {
            return id.to_owned();
        }
        let id = self.aliases.id_of(id);
        if only_category && self.clauses.contains(id) { category_named(id) } else { id.to_owned() }
    }

    /// How the text of this name stands to the hash that was cited.
    pub fn citation(&self, name: &str, cited: &str) -> Citation {
        match self.known.get(name).or_else(|| self.known.get(&self.name_now(name))) {
            None => Citation::Gone,
            Some(hashes) if hashes.now.contains(cited) => Citation::Current,
            Some(hashes) if hashes.same.contains(cited) => Citation::CarriedOver,
            Some(_) => Citation::Changed,
        }
    }

    /// Whether a record that cites `name` means the clause or category that goes by the name `text` at this version.
    pub fn is_name_of(&self, name: &str, text: &str) -> bool {
        name == text || self.name_now(name) == text
    }

    /// What a record rests on and stands no more as it did. Empty for a record that cites nothing.
    pub fn outdated(&self, cites: &BTreeMap<String, String>) -> Vec<Outdated> {
        let one = |(text, cited): (&String, &String)| {
            let citation = self.citation(text, cited);
            let outdated = || Outdated { text: text.clone(), cited: cited.clone(), citation };
            matches!(citation, Citation::Changed | Citation::Gone).then(outdated)
        };
        cites.iter().filter_map(one).collect()
    }
}

impl Outdated {
    /// `clause or category was changed`, in a few words.
    pub fn words(&self) -> String {
        let text = match named(&self.text) {
            (id, true) => format!("the category `{id}`"),
            (id, false) => format!("`{id}`"),
        };
        match self.citation {
            Citation::Gone => format!("{text} is gone"),
            _ => format!("{text} was changed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SPEC, policy, policy_with};
    use super::*;
    use crate::policy::editorial::Editorial;
    use crate::policy::text_hash::text_hash;

    #[test]
    fn a_text_is_current_carried_over_changed_or_gone() {
        let (old, new) = (policy(), policy_with(&SPEC.replace("Never.", "Not ever.").replace("Warn.", "Warn them.")));
        let hash = |policy: &Policy, id: &str| text_hash(policy, id).unwrap();
        let declared = Editorial {
            text: "no-arms".into(),
            from: hash(&old, "no-arms"),
            to: hash(&new, "no-arms"),
            by: "ana".into(),
            ..Editorial::default()
        };
        let texts = Texts::new(&new, &Editorials::new(&[declared], &new.taxonomy.aliases()));
        let check = |id: &str, hash: &str, expect| assert_eq!(texts.citation(id, hash), expect, "{id}");
        check("no-arms", &hash(&new, "no-arms"), Citation::Current);
        check("no-arms", &hash(&old, "no-arms"), Citation::CarriedOver);
        // A clause and a category are called `scams`: of a name that tells them not apart either text will do.
        check("scams", &hash(&old, "scams"), Citation::Changed);
        check("scams", &hash(&old, "category:scams"), Citation::Current);
        check("category:scams", &hash(&old, "category:scams"), Citation::Current);
        check("category:scams", &hash(&new, "scams"), Citation::Changed);
        check("category:old-arms", &hash(&old, "weapons"), Citation::Current);
        let names = [
            ("scams", "scams"),
            ("category:scams", "category:scams"),
            ("category:weapons", "weapons"),
            ("old-arms", "weapons"),
        ];
        names.iter().for_each(|(name, text)| assert!(texts.is_name_of(name, text), "{name}"));
        assert!(!texts.is_name_of("category:scams", "scams") && !texts.is_name_of("scams", "category:scams"));
        check("old-arms", &hash(&old, "weapons"), Citation::Current);
        check("no-such", "h", Citation::Gone);
        let cites = BTreeMap::from([("no-arms".into(), "h".into()), ("weapons".into(), hash(&old, "weapons"))]);
        let outdated = texts.outdated(&cites);
        assert_eq!(outdated.iter().map(Outdated::words).collect::<Vec<_>>(), ["`no-arms` was changed"]);
        assert_eq!(texts.outdated(&BTreeMap::new()), []);
    }
}
