//! An evaluator that works on words alone: slow, and as close to the sentences of the design as can be.

use super::sample;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::Clause;
use crate::policy::condition::{Comparison, Condition, Operand, Predicate, Subject, Test};
use crate::policy::facet::FacetKind;
use crate::policy::manifest::HitPolicy;
use crate::policy::place::{Place, Route};
use std::collections::BTreeMap;

/// A policy over the sample's taxonomy and facets, as somebody would write it.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub hit_policy: HitPolicy,
    pub default: &'static str,
    pub clauses: Vec<WrittenClause>,
}

#[derive(Debug, Clone)]
pub(crate) struct WrittenClause {
    pub when: When,
    /// A word that is no behavior makes a clause that decides nothing.
    pub then: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) enum When {
    All(Vec<When>),
    Any(Vec<When>),
    Not(Box<When>),
    Test(&'static str, Ask),
}

#[derive(Debug, Clone)]
pub(crate) enum Ask {
    AnyOf(Vec<&'static str>),
    AllOf(Vec<&'static str>),
    NoneOf(Vec<&'static str>),
    Not(Box<Ask>),
}

/// A case as a file words it.
#[derive(Debug, Clone, Default)]
pub(crate) struct WrittenCase {
    /// `false` for a case without a gold label; the rest then says nothing.
    pub labeled: bool,
    pub harms: Vec<(&'static str, Option<&'static str>, &'static str)>,
    pub facets: BTreeMap<&'static str, Given>,
    pub unjudged: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) enum Given {
    One(&'static str),
    Many(Vec<&'static str>),
}

pub(crate) const BEHAVIORS: [&str; 4] = ["comply", "safe-complete", "refuse", "escalate"];
pub(crate) const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
pub(crate) const TARGETS: [&str; 2] = ["request", "response"];
/// Each category with its ancestors, itself first.
pub(crate) const CATEGORIES: [&[&str]; 5] =
    [&["weapons"], &["bio", "weapons"], &["guns", "weapons"], &["self-harm"], &["old"]];
pub(crate) const FACETS: [(&str, FacetKind, &[&str]); 4] = [
    ("intent", FacetKind::Enum, &["benign", "unclear", "malicious"]),
    ("minor", FacetKind::Bool, &["false", "true"]),
    ("autonomy", FacetKind::Ordinal, &["chat", "tool-use", "unattended"]),
    ("context", FacetKind::Set, &["fiction", "medical", "research"]),
];

/// What the reference says of a case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub behavior: &'static str,
    pub clause: Option<usize>,
    pub undetermined: bool,
    pub overlap: bool,
}

/// A subject's value in words.
#[derive(Debug, Clone)]
enum Value {
    Unknown,
    /// A category with its ancestors; none of them for a case without harms.
    Category(Vec<&'static str>),
    One(&'static str),
    Set(Vec<&'static str>),
}

type Situation = BTreeMap<&'static str, Value>;

pub(crate) fn decide(policy: &Written, case: &WrittenCase) -> Said {
    let nobody = WrittenCase::default();
    let case = if case.labeled { case } else { &WrittenCase { unjudged: all_categories(), ..nobody } };
    let facets = facet_values(case);
    let mut verdict: Option<(&'static str, Option<usize>)> = None;
    let mut overlap = false;
    let mut situations: Vec<Situation> =
        case.harms.iter().map(|harm| situation(&facets, category(harm.0), harm.1, Some(harm.2))).collect();
    if situations.is_empty() {
        situations.push(situation(&facets, Value::Category(vec![]), None, None));
    }
    for situation in &situations {
        let (behavior, clause, overlapping) = rule(policy, situation);
        overlap |= overlapping;
        if verdict.is_none_or(|verdict| rank(behavior) > rank(verdict.0)) {
            verdict = Some((behavior, clause));
        }
    }
    let (behavior, clause) = verdict.unwrap();
    let mut undetermined = false;
    for word in &case.unjudged {
        let Value::Category(node) = category(word) else { continue };
        for severity in SEVERITIES.iter().copied().map(Some).chain([None]) {
            for target in TARGETS {
                let situation = situation(&facets, Value::Category(node.clone()), severity, Some(target));
                undetermined |= rank(rule(policy, &situation).0) > rank(behavior);
            }
        }
    }
    Said { behavior, clause, undetermined, overlap }
}

fn rule(policy: &Written, situation: &Situation) -> (&'static str, Option<usize>, bool) {
    let deciding = policy.clauses.iter().enumerate().filter(|(_, clause)| BEHAVIORS.contains(&clause.then));
    let applying: Vec<(usize, &'static str)> = deciding
        .filter(|(_, clause)| holds(&clause.when, situation) == Some(true))
        .map(|(at, c)| (at, c.then))
        .collect();
    let Some(&first) = applying.first() else { return (policy.default, None, false) };
    let mut strictest = first;
    for &one in &applying {
        if rank(one.1) > rank(strictest.1) {
            strictest = one;
        }
    }
    let differ = applying.iter().any(|one| one.1 != first.1);
    match policy.hit_policy {
        HitPolicy::First => (first.1, Some(first.0), false),
        HitPolicy::MostRestrictive => (strictest.1, Some(strictest.0), false),
        HitPolicy::Unique => (strictest.1, Some(strictest.0), differ),
    }
}

/// `None` is neither true nor false.
fn holds(when: &When, situation: &Situation) -> Option<bool> {
    match when {
        When::All(parts) => all(parts.iter().map(|part| holds(part, situation)).collect()),
        When::Any(parts) => any(parts.iter().map(|part| holds(part, situation)).collect()),
        When::Not(inner) => holds(inner, situation).map(|held| !held),
        When::Test(subject, ask) => asked(subject, ask, &situation[subject]),
    }
}

fn asked(subject: &str, ask: &Ask, value: &Value) -> Option<bool> {
    let is_unknown = matches!(value, Value::Unknown);
    let each = |words: &[&'static str]| words.iter().map(|word| is(subject, word, value)).collect::<Vec<_>>();
    let any_of = |words: &[&'static str]| if is_unknown && words.is_empty() { None } else { any(each(words)) };
    match ask {
        Ask::AnyOf(words) => any_of(words),
        Ask::NoneOf(words) => any_of(words).map(|held| !held),
        Ask::AllOf(words) if is_unknown => any_of(words),
        Ask::AllOf(words) => all(each(&words.iter().copied().filter(|&word| word != "unknown").collect::<Vec<_>>())),
        Ask::Not(inner) => asked(subject, inner, value).map(|held| !held),
    }
}

fn is(subject: &str, word: &'static str, value: &Value) -> Option<bool> {
    if let Some((sign, bound)) = word.split_once(' ') {
        let Value::One(value) = value else { return None };
        let order = if subject == "severity" { &SEVERITIES[..] } else { FACETS[2].2 };
        let (value, bound) = (order.iter().position(|w| w == value)?, order.iter().position(|w| *w == bound)?);
        return Some(match sign {
            ">=" => value >= bound,
            ">" => value > bound,
            "<=" => value <= bound,
            _ => value < bound,
        });
    }
    match (word, value) {
        ("unknown", value) => Some(matches!(value, Value::Unknown)),
        _ if !known_words(subject).contains(&word) => None,
        (_, Value::Unknown) => None,
        ("none", Value::Category(path)) => Some(path.is_empty()),
        (word, Value::Category(path)) => Some(path.contains(&canonical(word))),
        (word, Value::One(value)) => Some(word == *value),
        (word, Value::Set(values)) => Some(values.contains(&word)),
    }
}

fn any(parts: Vec<Option<bool>>) -> Option<bool> {
    if parts.contains(&Some(true)) { Some(true) } else { (!parts.contains(&None)).then_some(false) }
}

fn all(parts: Vec<Option<bool>>) -> Option<bool> {
    if parts.contains(&Some(false)) { Some(false) } else { (!parts.contains(&None)).then_some(true) }
}

fn rank(behavior: &str) -> usize {
    BEHAVIORS.iter().position(|known| *known == behavior).unwrap()
}

fn canonical(word: &'static str) -> &'static str {
    if word == "arms" { "weapons" } else { word }
}

fn category(word: &'static str) -> Value {
    let path = CATEGORIES.iter().find(|path| path[0] == canonical(word));
    path.map_or(Value::Unknown, |path| Value::Category(path.to_vec()))
}

fn all_categories() -> Vec<&'static str> {
    CATEGORIES.iter().map(|path| path[0]).collect()
}

fn known_words(subject: &str) -> Vec<&'static str> {
    match subject {
        "category" => all_categories().into_iter().chain(["arms", "none"]).collect(),
        "severity" => SEVERITIES.to_vec(),
        "target" => TARGETS.to_vec(),
        facet => FACETS.iter().find(|f| f.0 == facet).map(|f| f.2.to_vec()).unwrap_or_default(),
    }
}

fn facet_values(case: &WrittenCase) -> Situation {
    let value = |(name, kind, known): (&'static str, FacetKind, &[&str])| {
        let words = match case.facets.get(name) {
            None => return (name, Value::Unknown),
            Some(Given::One(word)) => vec![*word],
            Some(Given::Many(words)) => words.clone(),
        };
        let value = match (kind, words.as_slice()) {
            (_, words) if words.iter().any(|word| !known.contains(word)) => Value::Unknown,
            (FacetKind::Set, words) => Value::Set(words.to_vec()),
            (_, [word]) => Value::One(word),
            _ => Value::Unknown,
        };
        (name, value)
    };
    FACETS.into_iter().map(value).collect()
}

fn situation(
    facets: &Situation,
    category: Value,
    severity: Option<&'static str>,
    target: Option<&'static str>,
) -> Situation {
    let mut situation = facets.clone();
    let severity = severity.filter(|word| SEVERITIES.contains(word));
    situation.insert("category", category);
    situation.insert("severity", severity.map_or(Value::Unknown, Value::One));
    situation.insert("target", target.map_or(Value::Unknown, Value::One));
    situation
}

impl WrittenCase {
    /// The case as a line of a gold set.
    pub fn line(&self, id: &str) -> String {
        use serde_json::json;
        let mut case = json!({"id": id, "text": "some text"});
        if self.labeled {
            let harm = |(category, severity, target): &(&str, Option<&str>, &str)| json!({"category": category, "severity": severity, "target": target});
            let given = |given: &Given| match given {
                Given::One("true") => json!(true),
                Given::One(word) => json!(word),
                Given::Many(words) => json!(words),
            };
            let harms: Vec<_> = self.harms.iter().map(harm).collect();
            let facets: BTreeMap<_, _> = self.facets.iter().map(|(name, value)| (*name, given(value))).collect();
            case["gold"] = json!({"harms": harms, "facets": facets, "unjudged": self.unjudged, "behavior": "refuse"});
        }
        case.to_string()
    }
}

impl Written {
    /// The policy as a reader would resolve it.
    pub fn resolve(&self) -> Policy {
        let mut policy = sample::policy();
        policy.manifest.hit_policy = self.hit_policy;
        policy.manifest.default = BehaviorIx(rank(self.default) as u8);
        policy.clauses =
            self.clauses.iter().enumerate().map(|(at, clause)| self::clause(&policy, at, clause)).collect();
        policy
    }
}

fn clause(policy: &Policy, at: usize, written: &WrittenClause) -> Clause {
    Clause {
        id: format!("clause-{at}").into(),
        title: "".into(),
        level: "".into(),
        text: "".into(),
        rationale: "".into(),
        guidance: "".into(),
        when: condition(policy, &written.when, &Route::root().then("clauses").then(at).then("when")),
        then: policy.manifest.behaviors.find(written.then),
        examples: vec![],
        spec: 0,
        place: Place::file("specs/test.yaml"),
    }
}

fn condition(policy: &Policy, when: &When, route: &Route) -> Condition {
    let parts = |parts: &[When], key: &str| {
        let route = route.then(key);
        parts.iter().enumerate().map(|(at, part)| condition(policy, part, &route.then(at))).collect()
    };
    match when {
        When::All(all) => Condition::All(parts(all, "all")),
        When::Any(any) => Condition::Any(parts(any, "any")),
        When::Not(inner) => Condition::Not(Box::new(condition(policy, inner, &route.then("not")))),
        When::Test(word, ask) => {
            let subject = match *word {
                "category" => Subject::Category,
                "severity" => Subject::Severity,
                "target" => Subject::Target,
                facet => Subject::Facet(policy.manifest.find_facet(facet).unwrap()),
            };
            Condition::Test(Test { subject, predicate: predicate(policy, subject, ask), route: route.then(*word) })
        }
    }
}

fn predicate(policy: &Policy, subject: Subject, ask: &Ask) -> Predicate {
    let operands = |words: &[&'static str]| words.iter().map(|word| operand(policy, subject, word)).collect();
    match ask {
        Ask::AnyOf(words) => Predicate::AnyOf(operands(words)),
        Ask::AllOf(words) => Predicate::AllOf(operands(words)),
        Ask::NoneOf(words) => Predicate::NoneOf(operands(words)),
        Ask::Not(inner) => Predicate::Not(Box::new(predicate(policy, subject, inner))),
    }
}

fn operand(policy: &Policy, subject: Subject, word: &str) -> Operand {
    let value = |word: &str| match subject {
        Subject::Category => None,
        Subject::Severity => policy.manifest.find_severity(word),
        Subject::Target => TARGETS.iter().position(|t| *t == word).map(|at| crate::policy::facet::ValueIx(at as u16)),
        Subject::Facet(facet) => policy.manifest.facet(facet).find(word),
    };
    if let Some((sign, bound)) = word.split_once(' ') {
        let comparison = Comparison::ALL.into_iter().find(|c| c.sign() == sign).unwrap();
        return Operand::Compare(comparison, value(bound).unwrap());
    }
    match (subject, word) {
        (_, "unknown") => Operand::Unknown,
        (Subject::Category, "none") => Operand::NoCategory,
        (Subject::Category, word) => policy.taxonomy.find(word).map_or(Operand::Unresolved, Operand::Category),
        (_, word) => value(word).map_or(Operand::Unresolved, Operand::Value),
    }
}
