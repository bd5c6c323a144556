use super::*;
use crate::decide::explain;
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) mod random;

const MANIFEST: &str = "\
casebook: 1
name: test
behaviors: [comply, {id: safe-complete, description: Help as far as it is safe.}, refuse]
severities: [low, medium, high]
facets:
  intent: {type: enum, values: [benign, unclear, malicious]}
  minor: {type: bool}
  autonomy: {type: ordinal, values: [chat, tools]}
  context: {type: set, values: [fiction, medical, legal]}
specs: [a.yaml, b.yaml]
gates:
  under_refusal: {max: 0.02, tier: {1: 0.0}}
";

const HARMS: &str = "\
taxonomy: harms
categories:
  - id: weapons
    tier: 1
    definition: Making or getting what is built to hurt many people.
    children:
      - id: bio
        definition: Living agents and what they make, used to harm.
        includes: [growing agents, spreading agents]
      - id: guns
  - id: fraud
    aliases: [scams]
    mappings: {outside: [F1]}
  - id: self-harm
";

const FIRST: &str = "\
spec: first
clauses:
  - id: bio-uplift
    title: No uplift
    text: Do not help anybody make a living agent more dangerous than it is.
    when: {category: bio, severity: '>= medium', intent: {not: benign}}
    then: refuse
  - id: medical
    text: Doctors may ask what doctors ask.
    when: {context: {any: [medical], none: [fiction]}, category: self-harm}
    then: safe-complete
  - id: fiction
    when: {any: [{context: fiction}, {intent: benign}], not: {minor: true}}
    then: comply
  - id: minors
    when: {minor: true}
    then: refuse
";

const SECOND: &str = "\
spec: second
clauses:
  - id: scams
    when: {category: fraud}
    then: refuse
";

/// The four files of the test's policy.
#[derive(Clone)]
pub(crate) struct Texts([String; 4]);

pub(crate) fn texts() -> Texts {
    Texts([MANIFEST, HARMS, FIRST, SECOND].map(str::to_owned))
}

impl Texts {
    /// With the one place in the files that reads `from` reading `to` instead.
    pub(crate) fn edit(mut self, from: &str, to: &str) -> Self {
        let found: usize = self.0.iter().map(|text| text.matches(from).count()).sum();
        assert_eq!(found, 1, "`{from}` stands {found} times");
        self.0.iter_mut().for_each(|text| *text = text.replace(from, to));
        self
    }

    pub(crate) fn documents(&self) -> [Document; 4] {
        self.0.each_ref().map(|text| Document::parse(text.as_str()))
    }

    pub(crate) fn policy(&self) -> Policy {
        let documents = self.documents();
        let files: [Arc<str>; 4] = ["casebook.yaml", "harms.yaml", "a.yaml", "b.yaml"].map(Into::into);
        let source = |i: usize| Source { file: &files[i], document: &documents[i] };
        read::policy(source(0), &[source(1)], &[source(2), source(3)]).0
    }
}

/// What is said of each change, and whether any decides.
fn sentences(base: &Texts, head: &Texts) -> (Vec<String>, bool) {
    let changes = compare(&base.policy(), &head.policy());
    (changes.iter().map(Change::sentence).collect(), changes.iter().any(|change| change.decides))
}

/// `edits` of the test's policy, and what is said of them.
fn check(edits: &[(&str, &str)], expected: &[&str]) {
    let head = edits.iter().fold(texts(), |texts, (from, to)| texts.edit(from, to));
    assert_eq!(sentences(&texts(), &head).0, expected);
}

fn check_decides(from: &str, to: &str, expected: bool) {
    assert_eq!(sentences(&texts(), &texts().edit(from, to)).1, expected, "{from} → {to}");
}

#[test]
fn tests_of_a_condition() {
    check(&[(">= medium", ">= high")], &["clause `bio-uplift`: severity ≥ medium → ≥ high"]);
    check(&[(">= medium", "high")], &["clause `bio-uplift`: severity ≥ medium → is high"]);
    check(&[("{not: benign}", "malicious")], &["clause `bio-uplift`: intent is not benign → is malicious"]);
    check(&[(", intent: {not: benign}", "")], &["clause `bio-uplift`: no longer only where intent is not benign"]);
    check(
        &[("{minor: true}\n    then: r", "{minor: true, target: response}\n    then: r")],
        &["clause `minors`: now only where target is response"],
    );
    check(
        &[("any: [medical]", "any: [medical, legal]")],
        &[
            "clause `medical`: context has medical and has none of fiction → has any of medical, legal and has none of fiction",
        ],
    );
    check(
        &[("{context: fiction}, {intent: benign}", "{context: fiction}, {intent: unclear}")],
        &["clause `fiction`: context has fiction or intent is benign → context has fiction or intent is unclear"],
    );
    check(&[(", not: {minor: true}", "")], &["clause `fiction`: no longer only where not minor is true"]);
    check(&[("    when: {category: fraud}\n", "")], &["clause `scams`: no longer only where category is fraud"]);
}

#[test]
fn places_and_order_of_alternatives_are_no_change() {
    check(&[("taxonomy: harms", "# a comment\n\ntaxonomy: harms")], &[]);
    check(&[("{context: fiction}, {intent: benign}", "{intent: benign}, {context: fiction}")], &[]);
    check(&[("{category: fraud}", "{all: [{category: fraud}]}")], &[]);
    check(&[("{category: fraud}", "{category: [scams]}")], &[]);
}

#[test]
fn who_labels_and_how_labels_count() {
    check(&[("specs: [a", "consensus: one-coin\nspecs: [a")], &["manifest: consensus majority → one-coin"]);
    check(
        &[("specs: [a", "labelers: {j: {kind: model, name: Judge}, ana: {}}\nspecs: [a")],
        &["manifest: labelers +ana human, +j model Judge"],
    );
}

#[test]
fn fields_of_a_clause() {
    check(
        &[("when: {minor: true}\n    then: refuse", "when: {minor: true}\n    then: safe-complete")],
        &["clause `minors`: then refuse → safe-complete"],
    );
    check(&[("title: No uplift", "title: No help")], &["clause `bio-uplift`: title No uplift → No help"]);
    check(
        &[("more dangerous than it is", "more dangerous, or easier to get")],
        &["clause `bio-uplift`: text reworded"],
    );
    check(
        &[("- id: minors\n", "- id: minors\n    level: law\n    examples: [c1, c2]\n    rationale: Because.\n")],
        &[
            "clause `minors`: level added, law",
            "clause `minors`: rationale added, Because.",
            "clause `minors`: examples +c1, +c2",
        ],
    );
}

#[test]
fn clauses_come_and_go() {
    check(&[("  - id: minors\n    when: {minor: true}\n    then: refuse\n", "")], &["clause `minors` removed"]);
    check(&[("  - id: minors\n", "  - {id: new, then: comply}\n  - id: minors\n")], &["clause `new` added"]);
}

#[test]
fn clauses_are_renamed_by_what_they_say() {
    check(&[("id: bio-uplift", "id: no-bio")], &["clause `bio-uplift` renamed to `no-bio`"]);
    check(&[("id: minors", "id: children")], &["clause `minors` renamed to `children`"]);
    check(
        &[("id: bio-uplift", "id: no-bio"), (">= medium", ">= high")],
        &["clause `bio-uplift` renamed to `no-bio`", "clause `no-bio`: severity ≥ medium → ≥ high"],
    );
    check(
        &[("id: minors\n    when: {minor: true}", "id: other\n    when: {minor: false}")],
        &["clause `minors` removed", "clause `other` added"],
    );
}

#[test]
fn only_the_clause_that_moved_is_named() {
    let minors = "  - id: minors\n    when: {minor: true}\n    then: refuse\n";
    let to_top = texts().edit(minors, "").edit("  - id: bio-uplift\n", &format!("{minors}  - id: bio-uplift\n"));
    let said = ["clause `minors` reordered: 4th of 4, after `fiction` → 1st of 4"];
    assert_eq!(sentences(&texts(), &to_top).0, said);
    let elsewhere = texts().edit(minors, "").edit("  - id: scams\n", &format!("{minors}  - id: scams\n"));
    assert_eq!(sentences(&texts(), &elsewhere).0, ["clause `minors` moved: a.yaml → b.yaml"]);
}

#[test]
fn fields_of_a_category() {
    check(
        &[("[growing agents, spreading agents]", "[growing agents, storing agents]")],
        &["category `bio`: includes +storing agents, −spreading agents"],
    );
    check(&[("tier: 1\n", "tier: 2\n")], &["category `weapons`: tier 1 → 2"]);
    check(
        &[("{outside: [F1]}", "{outside: [F1, F2], eu: art-5}")],
        &["category `fraud`: mappings.outside F1 → F1, F2", "category `fraud`: mappings.eu added, art-5"],
    );
    check(&[("aliases: [scams]", "aliases: []")], &["category `fraud`: aliases −scams"]);
    check(
        &[(
            "- id: self-harm",
            "- id: self-harm\n    severity: {low: Thoughts.}\n    owner: care\n    deprecated: {replaced_by: fraud}\n    deconflict: [{say: Threats, category: weapons}]",
        )],
        &[
            "category `self-harm`: deconflict +Threats → weapons",
            "category `self-harm`: severity.low added, Thoughts.",
            "category `self-harm`: owner added, care",
            "category `self-harm`: deprecated added, deprecated, replaced by fraud",
        ],
    );
}

#[test]
fn categories_move_as_trees() {
    check(
        &[("- id: fraud\n", "- id: fraud\n    parent: weapons\n")],
        &["category `fraud` moved: the top of `harms` → under `weapons`"],
    );
    check(
        &[("  - id: weapons\n", "  - id: weapons\n    parent: fraud\n")],
        &["category `weapons` moved: the top of `harms` → under `fraud`"],
    );
    check(
        &[("      - id: guns\n", ""), ("      - id: bio\n", "      - id: guns\n      - id: bio\n")],
        &["category `guns` reordered: 2nd of 2, after `bio` → 1st of 2"],
    );
}

#[test]
fn categories_are_renamed_by_alias_or_by_what_they_say() {
    check(
        &[("- id: self-harm", "- id: suicide\n    aliases: [self-harm]")],
        &["category `self-harm` renamed to `suicide`"],
    );
    check(
        &[("id: bio\n", "id: biology\n"), ("category: bio,", "category: biology,")],
        &["category `bio` renamed to `biology`"],
    );
    check(
        &[("- id: self-harm", "- id: spam"), (", category: self-harm", ", category: spam")],
        &["category `self-harm` removed", "category `spam` added", "clause `medical`: category is self-harm → is spam"],
    );
}

#[test]
fn what_merely_follows_is_not_an_edit() {
    // The clauses still say `fraud`; that it is gone is the one change.
    check(
        &[("  - id: fraud\n    aliases: [scams]\n    mappings: {outside: [F1]}\n", "")],
        &["category `fraud` removed"],
    );
    check(&[("  context: {type: set, values: [fiction, medical, legal]}\n", "")], &["facet `context` removed"]);
    check(&[("values: [fiction, medical, legal]", "values: [fiction, legal]")], &["facet `context`: values −medical"]);
}

#[test]
fn fields_of_the_manifest() {
    check(
        &[("name: test", "name: test\ndefault: refuse\nhit_policy: unique")],
        &["manifest: default comply → refuse", "manifest: hit policy first → unique"],
    );
    check(
        &[("[low, medium, high]", "[low, high, extreme]")],
        &["severity `medium` removed", "severity `extreme` added"],
    );
    check(
        &[("[low, medium, high]", "[low, middling, high]"), (">= medium", ">= middling")],
        &["severity `medium` renamed to `middling`"],
    );
    check(
        &[
            ("safe.}, refuse]", "safe.}, decline]"),
            ("{not: benign}}\n    then: refuse", "{not: benign}}\n    then: decline"),
            ("{minor: true}\n    then: refuse", "{minor: true}\n    then: decline"),
            ("{category: fraud}\n    then: refuse", "{category: fraud}\n    then: decline"),
        ],
        &["behavior `refuse` renamed to `decline`"],
    );
    check(
        &[("[low, medium, high]", "[medium, high, low]")],
        &["severity `low` reordered: 1st of 3 → 3rd of 3, after `high`"],
    );
    check(
        &[("Help as far as it is safe.}, refuse]", "Help safely.}, refuse, escalate]")],
        &[
            "behavior `safe-complete`: description Help as far as it is safe. → Help safely.",
            "behavior `escalate` added",
        ],
    );
    check(
        &[(
            "intent: {type: enum, values: [benign, unclear, malicious]}",
            "intent: {type: ordinal, values: [benign, unclear, malicious]}",
        )],
        &["facet `intent`: type enum → ordinal"],
    );
    check(
        &[("{max: 0.02, tier: {1: 0.0}}", "{max: 0.05, tier: {2: 0.1}}\n  regressions: {max: 0}")],
        &[
            "gate `under_refusal`: max 0.02 → 0.05",
            "gate `under_refusal`: tier.1 removed, was 0",
            "gate `under_refusal`: tier.2 added, 0.1",
            "gate `regressions` added",
        ],
    );
    check(
        &[("spec: second", "spec: other\ntitle: Two")],
        &["spec `second` renamed to `other`", "spec `other`: title added, Two"],
    );
}

#[test]
fn a_facet_is_renamed_with_its_values() {
    let head = texts().edit("autonomy:", "freedom:");
    assert_eq!(sentences(&texts(), &head).0, ["facet `autonomy` renamed to `freedom`"]);
    check(
        &[
            ("  minor: {type: bool}", "  child: {type: bool}"),
            ("not: {minor: true}", "not: {child: true}"),
            ("when: {minor: true}", "when: {child: true}"),
        ],
        &["facet `minor` renamed to `child`"],
    );
}

#[test]
fn what_decides() {
    check_decides(">= medium", ">= high", true);
    check_decides("title: No uplift", "title: No help", false);
    check_decides("id: bio-uplift", "id: no-bio", false);
    check_decides("tier: 1\n", "tier: 2\n", false);
    check_decides("max: 0.02", "max: 0.03", false);
    check_decides("aliases: [scams]", "aliases: [cons]", true);
    check_decides("name: test", "name: test\nhit_policy: most-restrictive", true);
}

#[test]
fn changes_point_at_fields() {
    let head = texts().edit(">= medium", ">= high").edit("{max: 0.02,", "{max: 0.03,");
    let places: Vec<String> = compare(&texts().policy(), &head.policy())
        .iter()
        .flat_map(|change| [&change.base, &change.head])
        .flatten()
        .map(|place| format!("{place} {}", place.route))
        .collect();
    assert_eq!(
        places,
        [
            "casebook.yaml gates.under_refusal.max",
            "casebook.yaml gates.under_refusal.max",
            "a.yaml:3:5 clauses[0].when.severity",
            "a.yaml:3:5 clauses[0].when.severity",
        ]
    );
}

#[test]
fn undoing_one_change_leaves_the_others() {
    let head = texts()
        .edit(">= medium", ">= high")
        .edit("when: {minor: true}\n    then: refuse", "when: {minor: true}\n    then: comply")
        .edit("- id: fraud\n", "- id: fraud\n    parent: weapons\n")
        .edit("      - id: guns\n", "")
        .edit("name: test", "name: test\ndefault: refuse");
    let (base, head) = (texts().policy(), head.policy());
    let changes = compare(&base, &head);
    for change in &changes {
        let undone = undo(change, &base, &head).unwrap();
        let left: Vec<String> = compare(&base, &undone).iter().map(Change::sentence).collect();
        let others: Vec<String> = changes.iter().filter(|other| *other != change).map(Change::sentence).collect();
        assert_eq!(left, others);
    }
    assert_eq!(changes.len(), 5);
}

#[test]
fn what_is_known_again_is_known_wherever_it_is_named() {
    let head = texts().edit("  - id: fraud\n    aliases: [scams]\n    mappings: {outside: [F1]}\n", "").policy();
    let base = texts().policy();
    let [removed] = &compare(&base, &head)[..] else { panic!() };
    assert_eq!(compare(&base, &undo(removed, &base, &head).unwrap()), []);
}

#[test]
fn what_cannot_be_undone_alone_is_not() {
    let base = texts().edit("  - id: self-harm", "  - id: self-harm\n    parent: fraud").policy();
    let head = texts().edit("- id: fraud\n", "- id: fraud\n    parent: self-harm\n").policy();
    let changes = compare(&base, &head);
    let moved = changes.iter().find(|change| change.subject == Subject::Category("fraud".into())).unwrap();
    let other = changes.iter().find(|change| change.subject == Subject::Category("self-harm".into())).unwrap();
    assert!(undo(moved, &base, &head).is_some());
    assert_eq!(undo(other, &base, &head).map(|_| ()), None);
    assert_eq!(compare(&base, &Undo::new(&base, &head).without(&[moved, other]).unwrap()), []);
    let prose = compare(&texts().policy(), &texts().edit("No uplift", "Nothing").policy());
    assert!(undo(&prose[0], &base, &head).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_policy_does_not_differ_from_itself(policy in random::policy()) {
        prop_assert_eq!(compare(&policy, &policy), []);
    }

    #[test]
    fn what_is_said_to_differ_differs(base in random::policy(), head in random::policy()) {
        let mut seen = BTreeSet::new();
        for change in compare(&base, &head) {
            let sentence = change.sentence();
            let (old, new) = match &change.kind {
                ChangeKind::Added => ("", "added"),
                ChangeKind::Removed => ("removed", ""),
                ChangeKind::Renamed { from, to } => (&**from, &**to),
                ChangeKind::Moved { from, to } | ChangeKind::Reordered { from, to } => (from.as_str(), to.as_str()),
                ChangeKind::Edited { before, after, .. } => (before.as_str(), after.as_str()),
            };
            prop_assert!(old != new, "{sentence}");
            prop_assert_eq!(change.base.is_none(), change.kind == ChangeKind::Added);
            prop_assert_eq!(change.head.is_none(), change.kind == ChangeKind::Removed);
            prop_assert!(seen.insert((change.subject.clone(), change.aspect().to_owned())), "{sentence} is said twice");
        }
    }

    #[test]
    fn undoing_everything_that_decides_restores_every_verdict(
        (base, head) in (random::policy(), random::policy()),
        readings in proptest::collection::vec(random::reading(), 8),
    ) {
        let changes = compare(&base, &head);
        let restored = Undo::new(&base, &head).without(&changes.iter().collect::<Vec<_>>());
        let restored = restored.unwrap_or(head);
        let left: Vec<String> =
            compare(&base, &restored).iter().filter(|change| change.decides).map(Change::sentence).collect();
        prop_assert_eq!(left, [""; 0]);
        let behavior = |policy: &Policy, reading| {
            policy.manifest.behaviors.id(explain(policy, reading).verdict.behavior).clone()
        };
        for reading in &readings {
            prop_assert_eq!(behavior(&base, reading), behavior(&restored, reading), "{:?}", reading);
        }
    }
}
