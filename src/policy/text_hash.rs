//! The hash of what a clause or a category says, which labels and rulings keep of the texts that they rest on (`cites`).
//!
//! Equal hashes mean that the text is the same in substance. Counted is what decides and what instructs, and nothing else:
//!
//! * of a clause: its title, its text, its `when` and its `then`. Not its rationale, guidance, examples, level or place;
//! * of a category: definition, includes, excludes, the guidance per severity, and what is told apart from it
//!   (`deconflict`). Its title counts where there is no definition, since it is then all that defines it. Not its place in the
//!   tree, its tier, its owner, its mappings or its aliases.
//!
//! White space in prose counts as one space, so that wrapping lines anew is no change. A condition counts by its meaning:
//! the order of its tests and of the values in a list, doubled ones, a negation written inside or outside of a test, and
//! an alias in place of a category's id make no difference. A word that the policy does not know counts as `?`.
//!
//! A text goes by its id. Where a clause and a category share one, the id alone means the clause, and `category:ID` the category; so
//! a record can rest on both.
//!
//! The hash is the first 16 hexadecimal characters of the BLAKE3 hash of these fields as canonical JSON, in the form
//! that [`record`](super::record) describes. Fields that are empty are left out.

use super::Policy;
use super::case::Target;
use super::clause::{Clause, ClauseIx};
use super::condition::{Condition, Operand, Predicate, Subject, Test};
use super::record::content_id;
use super::taxonomy::{Category, CategoryIx, NO_CATEGORY, UNKNOWN};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many hexadecimal characters a hash has.
pub const LENGTH: usize = 16;

/// What stands before the id of a category that shares it with a clause.
const CATEGORY: &str = "category:";

/// A clause or a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Clause(ClauseIx),
    Category(CategoryIx),
}

impl Text {
    /// What a name stands for: a clause, else a category (by its id or an alias). `None` where the policy has neither.
    pub fn find(policy: &Policy, name: &str) -> Option<Text> {
        let (id, only_category) = named(name);
        let clause = if only_category { None } else { policy.find_clause(id).map(Text::Clause) };
        clause.or_else(|| policy.taxonomy.find(id).map(Text::Category))
    }

    /// The name by which records cite it.
    pub fn name(self, policy: &Policy) -> String {
        match self {
            Text::Clause(ix) => policy.clause(ix).id.to_string(),
            Text::Category(ix) => name_of_category(policy, &policy.taxonomy.get(ix).id),
        }
    }

    pub fn hash(self, policy: &Policy) -> String {
        match self {
            Text::Clause(ix) => of_clause(policy, policy.clause(ix)),
            Text::Category(ix) => of_category(policy.taxonomy.get(ix)),
        }
    }
}

/// The id in the name of a text, and whether the name means a category, whatever else is called so.
pub fn named(name: &str) -> (&str, bool) {
    name.strip_prefix(CATEGORY).map_or((name, false), |id| (id, true))
}

/// The name that means the category of this id, whatever else is called so.
pub fn category_named(id: &str) -> String {
    format!("{CATEGORY}{id}")
}

/// The name by which records cite the category of this id.
pub fn name_of_category(policy: &Policy, id: &str) -> String {
    if policy.find_clause(id).is_some() { category_named(id) } else { id.to_owned() }
}

/// The hash of the text of this name. `None` where the policy has no such clause or category.
pub fn text_hash(policy: &Policy, name: &str) -> Option<String> {
    Text::find(policy, name).map(|text| text.hash(policy))
}

/// Categories by their ids, with the ids that they are to be called by instead.
pub type Called = BTreeMap<String, String>;

/// The hash of a clause of this policy.
pub fn of_clause(policy: &Policy, clause: &Clause) -> String {
    of_clause_called(policy, clause, &Called::new())
}

/// The hash that a clause would have, were some categories called otherwise.
pub fn of_clause_called(policy: &Policy, clause: &Clause, called: &Called) -> String {
    let mut fields = Map::new();
    put_prose(&mut fields, "title", &clause.title);
    put_prose(&mut fields, "text", &clause.text);
    fields.insert("when".into(), Meaning { policy, called }.of(&clause.when));
    if let Some(then) = clause.then {
        fields.insert("then".into(), Value::from(&**policy.manifest.behaviors.id(then)));
    }
    hash(&fields)
}

/// The hash of a category.
pub fn of_category(category: &Category) -> String {
    of_category_called(category, &Called::new())
}

/// The hash that a category would have, were some of those that it points at called otherwise.
pub fn of_category_called(category: &Category, called: &Called) -> String {
    let mut fields = Map::new();
    put_prose(&mut fields, "definition", &category.definition);
    if fields.is_empty() {
        put_prose(&mut fields, "title", &category.title);
    }
    put_list(&mut fields, "includes", category.includes.iter().map(|text| Value::from(prose(text))));
    put_list(&mut fields, "excludes", category.excludes.iter().map(|text| Value::from(prose(text))));
    let call = |id: &str| called.get(id).map_or(id, String::as_str).to_owned();
    let say = |d: &super::taxonomy::Deconflict| json!({"say": prose(&d.say), "category": call(&d.category)});
    put_list(&mut fields, "deconflict", category.deconflict.iter().map(say));
    let guidance = category.severity.iter().map(|(level, text)| (level.to_string(), Value::from(prose(text))));
    let guidance: Map<String, Value> = guidance.collect();
    if !guidance.is_empty() {
        fields.insert("severity".into(), Value::from(guidance));
    }
    hash(&fields)
}

fn put_prose(fields: &mut Map<String, Value>, key: &str, text: &str) {
    let text = prose(text);
    if !text.is_empty() {
        fields.insert(key.into(), text.into());
    }
}

/// In any order: of a list of examples none comes first.
fn put_list(fields: &mut Map<String, Value>, key: &str, items: impl Iterator<Item = Value>) {
    let items = sorted(items.collect());
    if !items.is_empty() {
        fields.insert(key.into(), items.into());
    }
}

/// One space for any white space.
fn prose(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// None of the fields is called `id`, which would not count.
fn hash(fields: &Map<String, Value>) -> String {
    let mut hash = content_id(fields);
    hash.truncate(LENGTH);
    hash
}

/// Sorted by what is written, without doubles.
fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_cached_key(Value::to_string);
    items.dedup();
    items
}

/// Writes conditions so that those of one meaning are written alike, as far as told at the top.
struct Meaning<'p> {
    policy: &'p Policy,
    called: &'p Called,
}

impl Meaning<'_> {
    fn of(&self, condition: &Condition) -> Value {
        match condition {
            Condition::All(parts) => self.joined("all", parts),
            Condition::Any(parts) => self.joined("any", parts),
            Condition::Not(inner) => negated(self.of(inner)),
            Condition::Test(test) => self.test(test),
        }
    }

    /// `all` within `all` is one `all`, and so is `any` within `any`; one part alone is the whole.
    fn joined(&self, key: &str, parts: &[Condition]) -> Value {
        let mut flat = Vec::new();
        for part in parts.iter().map(|part| self.of(part)) {
            match &part {
                Value::Object(one) if one.contains_key(key) => {
                    flat.extend(one[key].as_array().into_iter().flatten().cloned());
                }
                _ => flat.push(part),
            }
        }
        let mut parts = sorted(flat);
        if parts.len() == 1 { parts.remove(0) } else { json!({ key: parts }) }
    }

    /// `{"test": [subject, form, values]}`, negated or not.
    fn test(&self, test: &Test) -> Value {
        let subject = match test.subject {
            Subject::Category => "category",
            Subject::Severity => "severity",
            Subject::Target => "target",
            Subject::Facet(ix) => &self.policy.manifest.facet(ix).id,
        };
        self.predicate(subject, &test.predicate, test.subject)
    }

    fn predicate(&self, name: &str, predicate: &Predicate, subject: Subject) -> Value {
        let listed = |form: &str, operands: &[Operand]| {
            let words = operands.iter().map(|operand| Value::from(self.word(*operand, subject))).collect();
            json!({ "test": [name, form, sorted(words)] })
        };
        match predicate {
            Predicate::AnyOf(operands) => listed("any", operands),
            Predicate::AllOf(operands) => listed("all", operands),
            Predicate::NoneOf(operands) => negated(listed("any", operands)),
            Predicate::Not(inner) => negated(self.predicate(name, inner, subject)),
        }
    }

    fn word(&self, operand: Operand, subject: Subject) -> String {
        let manifest = &self.policy.manifest;
        let value = |ix: super::facet::ValueIx| match subject {
            Subject::Severity => manifest.severities[usize::from(ix.0)].to_string(),
            Subject::Target => Target::ALL[usize::from(ix.0)].word().to_owned(),
            Subject::Facet(facet) => manifest.facet(facet).value(ix).to_string(),
            Subject::Category => "?".to_owned(),
        };
        match operand {
            Operand::Category(ix) => {
                let id = &*self.policy.taxonomy.get(ix).id;
                self.called.get(id).map_or(id, String::as_str).to_owned()
            }
            Operand::NoCategory => NO_CATEGORY.to_owned(),
            Operand::Value(ix) => value(ix),
            Operand::Compare(comparison, ix) => format!("{} {}", comparison.sign(), value(ix)),
            Operand::Unknown => UNKNOWN.to_owned(),
            Operand::Unresolved => "?".to_owned(),
        }
    }
}

/// A negation twice is none.
fn negated(value: Value) -> Value {
    match value {
        Value::Object(mut one) if one.contains_key("not") => one.remove("not").unwrap_or_default(),
        value => json!({ "not": value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::clause::Clause;
    use crate::policy::condition::Comparison;
    use crate::policy::facet::{Facet, FacetIx, FacetKind, ValueIx};
    use crate::policy::place::{Place, Route};
    use crate::policy::taxonomy::{CategoryIx, Taxonomy};

    fn category(definition: &str) -> Category {
        Category {
            id: "arms".into(),
            title: "Arms".into(),
            definition: definition.into(),
            includes: vec!["a b".into(), "c".into()],
            aliases: vec!["weapons".into()],
            taxonomy: "harms".into(),
            end: CategoryIx(1),
            ..Category::default()
        }
    }

    fn policy(when: Condition) -> Policy {
        let mut policy = Policy { taxonomy: Taxonomy::new(vec![category("What hurts.")]), ..Policy::default() };
        let values = ["benign", "unclear", "malicious"].map(Into::into).into();
        policy.manifest.facets =
            vec![Facet { id: "intent".into(), kind: FacetKind::Enum, values, description: "".into() }];
        policy.clauses = vec![Clause {
            id: "rule".into(),
            title: "A rule".into(),
            level: "".into(),
            text: "Do not.\nNot ever.".into(),
            rationale: "".into(),
            guidance: "".into(),
            when,
            then: policy.manifest.behaviors.find("refuse"),
            examples: Vec::new(),
            spec: 0,
            place: Place::default(),
        }];
        policy
    }

    fn test(subject: Subject, predicate: Predicate) -> Condition {
        Condition::Test(Test { subject, predicate, route: Route::root() })
    }

    fn of(when: Condition) -> String {
        text_hash(&policy(when), "rule").unwrap()
    }

    fn values(list: &[u16]) -> Vec<Operand> {
        list.iter().map(|&ix| Operand::Value(ValueIx(ix))).collect()
    }

    const INTENT: Subject = Subject::Facet(FacetIx(0));

    #[test]
    fn the_form_is_fixed() {
        let severe = Operand::Compare(Comparison::AtLeast, ValueIx(1));
        let severe = test(Subject::Severity, Predicate::AnyOf(vec![severe]));
        let arms = test(Subject::Category, Predicate::AnyOf(vec![Operand::Category(CategoryIx(0))]));
        let text = r#"{"text":"Do not. Not ever.","then":"refuse","title":"A rule","when":{"all":[{"test":["category","any",["arms"]]},{"test":["severity","any",[">= medium"]]}]}}"#;
        let expected = blake3::hash(text.as_bytes()).to_hex();
        assert_eq!(of(Condition::All(vec![severe, arms])), expected[..LENGTH]);
        let text = r#"{"definition":"What hurts.","includes":["a b","c"]}"#;
        assert_eq!(of_category(&category("What\n hurts.")), blake3::hash(text.as_bytes()).to_hex()[..LENGTH]);
    }

    #[test]
    fn a_condition_counts_by_its_meaning() {
        let any = |list: &[u16]| test(INTENT, Predicate::AnyOf(values(list)));
        let all = Condition::All;
        let not = |condition| Condition::Not(Box::new(condition));
        let target = || test(Subject::Target, Predicate::AnyOf(values(&[1])));
        let same = [
            (all(vec![any(&[0, 1]), target()]), all(vec![target(), any(&[1, 0, 1])])),
            (all(vec![all(vec![any(&[0])]), target()]), all(vec![target(), any(&[0]), target()])),
            (not(any(&[0])), test(INTENT, Predicate::Not(Box::new(Predicate::AnyOf(values(&[0])))))),
            (not(any(&[0])), test(INTENT, Predicate::NoneOf(values(&[0])))),
            (not(not(any(&[2]))), any(&[2])),
        ];
        for (one, other) in same {
            assert_eq!(of(one.clone()), of(other.clone()), "{one:?} {other:?}");
        }
        let different = [
            (any(&[0]), any(&[1])),
            (any(&[0]), not(any(&[0]))),
            (any(&[0, 1]), test(INTENT, Predicate::AllOf(values(&[0, 1])))),
            (all(vec![any(&[0]), target()]), Condition::Any(vec![any(&[0]), target()])),
            (all(vec![]), Condition::Any(vec![])),
            (any(&[0]), test(INTENT, Predicate::AnyOf(vec![Operand::Unresolved]))),
        ];
        for (one, other) in different {
            assert_ne!(of(one.clone()), of(other.clone()), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_instructs_counts_and_the_rest_does_not() {
        let base = policy(Condition::always());
        let hash = |change: &dyn Fn(&mut Clause)| {
            let mut policy = base.clone();
            change(&mut policy.clauses[0]);
            of_clause(&policy, &policy.clauses[0])
        };
        let before = hash(&|_| {});
        assert_eq!(before, hash(&|clause| clause.text = "Do  not.\n\n Not ever. ".into()));
        assert_eq!(before, hash(&|clause| clause.rationale = "Because.".into()));
        assert_eq!(before, hash(&|clause| clause.guidance = "Say no.".into()));
        assert_ne!(before, hash(&|clause| clause.text = "Do not. Never.".into()));
        assert_ne!(before, hash(&|clause| clause.title = "A law".into()));
        assert_ne!(before, hash(&|clause| clause.then = None));

        let before = of_category(&category("x"));
        let with = |change: &dyn Fn(&mut Category)| {
            let mut category = category("x");
            change(&mut category);
            of_category(&category)
        };
        assert_eq!(before, with(&|c| c.title = "Weapons".into()));
        assert_eq!(before, with(&|c| c.tier = Some(1)));
        assert_eq!(before, with(&|c| c.includes.reverse()));
        assert_ne!(before, with(&|c| c.excludes = c.includes.clone()));
        assert_ne!(before, with(&|c| c.severity = vec![("high".into(), "y".into())]));
        let nameless = |title: &str| with(&|c| (c.definition, c.title) = ("".into(), title.into()));
        assert_ne!(nameless("Weapons"), nameless("Arms"));
    }

    #[test]
    fn texts_are_found_by_id_and_by_alias() {
        let policy = policy(Condition::always());
        assert_eq!(text_hash(&policy, "weapons"), text_hash(&policy, "arms"));
        assert_eq!(text_hash(&policy, "no-such"), None);
        assert_eq!(text_hash(&policy, "arms").unwrap().len(), LENGTH);
    }

    #[test]
    fn a_clause_and_a_category_of_one_id_are_told_apart() {
        let mut policy = policy(Condition::always());
        let category = policy.taxonomy.find("arms").unwrap();
        assert_eq!(Text::Category(category).name(&policy), "arms");
        policy.clauses[0].id = "arms".into();
        assert_eq!(Text::Category(category).name(&policy), "category:arms");
        assert_eq!(Text::find(&policy, "arms"), Some(Text::Clause(ClauseIx(0))));
        assert_eq!(Text::find(&policy, "category:weapons"), Some(Text::Category(category)));
        assert_ne!(text_hash(&policy, "arms"), text_hash(&policy, "category:arms"));
    }
}
