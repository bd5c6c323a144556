use super::*;
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched, decide};
use crate::store::{Bytes, Reading};
use crate::workspace::files::{FileProblem, Files};
use proptest::prelude::*;
use std::collections::BTreeMap;

const MANIFEST: &str = "\
casebook: 1
name: Test
behaviors: [comply, refuse]
severities: [low, high]
default: comply
facets: {minor: {type: bool}}
specs: [specs/s.yaml]
taxonomies: [taxonomies/a.yaml, taxonomies/b.yaml]
";
const HARMS: &str = "\
taxonomy: harms
categories:
  # all weapons
  - id: weapons   # keep
    title: Weapons
    definition: >
      Help towards weapons
      of any kind.
    tier: 1
    aliases: [arms]
    children:
      # the worst
      - id: bio
        includes: [toxins, 'spores']
        deconflict:
          - {say: A threat, category: threats}
          - {say: A gun, category: guns}
      - id: guns
        severity: {low: parts, high: whole}
  - id: violence
    children:
      - id: threats
        deprecated: {replaced_by: [violence, bio], since: 2026-01-01}
      - id: gore
  - id: grown
    parent: violence
";
const OTHER: &str = "\
taxonomy: other
categories:
- id: fraud
  mappings: {nist: [a, b]}
";
const SPEC: &str = "\
spec: s
clauses:
  - id: c-bio
    when: {category: [bio, gore], severity: high}
    then: refuse
  - id: c-nested
    when:
      any:
        - category: {not: [guns, none]}
          minor: true
        - category: bio   # alone
    then: refuse
  - id: c-arms
    when: {category: arms, severity: high}
    then: refuse
  - id: c-violence
    when: {category: violence}
    then: refuse
";
const CASES: &str = "\
{\"id\":\"1\",\"text\":\"x\",\"gold\":{\"harms\":[{\"category\":\"bio\",\"severity\":\"high\"}],\"behavior\":\"refuse\"}}
{\"id\":\"2\",\"text\":\"x\",\"gold\":{\"harms\":[{\"category\":\"arms\",\"severity\":\"low\"},{\"category\":\"guns\",\"severity\":\"high\"}]}}
{\"id\":\"3\",\"text\":\"x\",\"gold\":{\"harms\":[{\"category\":\"threats\"}],\"facets\":{\"minor\":true}}}
{\"id\":\"4\",\"text\":\"x\",\"gold\":{\"harms\":[]}}
{\"id\":\"5\",\"text\":\"x\",\"gold\":{\"harms\":[{\"category\":\"grown\",\"severity\":\"high\"}],\"unjudged\":[\"bio\"]}}
";

/// The files of a policy in memory.
#[derive(Clone, Default)]
struct Memory(BTreeMap<Arc<str>, String>);

impl Files for Memory {
    fn read(&self, path: &str, _: Reading) -> Result<Option<Bytes>, FileProblem> {
        Ok(self.0.get(path).map(|text| text.clone().into_bytes().into()))
    }

    fn list(&self, folder: &str) -> (Vec<Arc<str>>, Vec<FileProblem>) {
        (self.0.keys().filter(|path| path.starts_with(folder)).cloned().collect(), Vec::new())
    }
}

impl Memory {
    fn small() -> Memory {
        let files = [
            ("casebook.yaml", MANIFEST),
            ("taxonomies/a.yaml", HARMS),
            ("taxonomies/b.yaml", OTHER),
            ("specs/s.yaml", SPEC),
        ];
        Memory(files.into_iter().map(|(path, text)| (path.into(), text.to_owned())).collect())
    }

    /// The bundled sample.
    fn sample() -> Memory {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
        let mut files = BTreeMap::new();
        for folder in ["", "specs", "taxonomies"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "yaml") {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                    files.insert(name.into(), std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        Memory(files)
    }

    fn version(&self) -> PolicyVersion {
        PolicyVersion::load(self)
    }

    /// Makes an operation as the workspace does.
    fn after(&self, operation: &Operation) -> Memory {
        let mut out = self.clone();
        for FileEdits { file, edits } in &operation.edits {
            let (document, _) = Document::parse(self.0[file].as_str()).edit_all(edits).unwrap();
            out.0.insert(file.clone(), document.text().to_owned());
        }
        out
    }
}

fn gold(cases: &str) -> GoldSet {
    let cases = vec![SourceFile::new("gold/core/cases.jsonl", cases.as_bytes().to_vec())];
    let sources = GoldSources { set: "core".into(), cases, ..GoldSources::default() };
    GoldSet::read(sources, &Unwatched).unwrap()
}

fn sample_gold() -> GoldSet {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant/gold/core/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    gold(&files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect::<String>())
}

/// Behavior and clause of every case.
fn verdicts(version: &PolicyVersion, gold: &GoldSet) -> Vec<(String, Option<Arc<str>>, bool)> {
    let policy = &version.policy;
    decide(policy, gold)
        .iter()
        .map(|verdict| {
            let behavior = policy.manifest.behaviors.get(verdict.behavior).id.to_string();
            (behavior, verdict.clause.map(|ix| policy.clause(ix).id.clone()), verdict.undetermined)
        })
        .collect()
}

fn problems(version: &PolicyVersion) -> Vec<String> {
    version.problems.iter().map(|problem| problem.message.clone()).collect()
}

/// Makes an operation on the small policy; gives the lines that went (`-`) and came (`+`), by file.
fn check(operate: impl Fn(&PolicyVersion) -> Result<Operation, CategoryError>, expect: &str) -> String {
    let before = Memory::small();
    let operation = operate(&before.version()).unwrap();
    let after = before.after(&operation);
    let mut seen = String::new();
    for (file, text) in &before.0 {
        let diff = similar_lines(text, &after.0[file]);
        if !diff.is_empty() {
            seen.push_str(&format!("{file}\n{diff}"));
        }
    }
    assert_eq!(seen.trim_end(), expect.trim_end(), "\n{seen}");
    operation.said
}

fn similar_lines(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    // The longest common subsequence, plainly.
    let mut table = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i][j] = if a[i] == b[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, String::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || table[i + 1][j] >= table[i][j + 1]) {
            out.push_str(&format!("-{}\n", a[i]));
            i += 1;
        } else {
            out.push_str(&format!("+{}\n", b[j]));
            j += 1;
        }
    }
    out
}

fn refused(operate: impl Fn(&PolicyVersion) -> Result<Operation, CategoryError>, words: &str) {
    let error = operate(&Memory::small().version()).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn the_small_policy_is_sound() {
    assert_eq!(problems(&Memory::small().version()), Vec::<String>::new());
}

#[test]
fn a_rename_reaches_every_use_and_keeps_the_old_id() {
    let said = check(
        |version| rename(version, "bio", "bio-weapons"),
        "\
specs/s.yaml
-    when: {category: [bio, gore], severity: high}
+    when: {category: [bio-weapons, gore], severity: high}
-        - category: bio   # alone
+        - category: bio-weapons   # alone
taxonomies/a.yaml
-      - id: bio
+      - id: bio-weapons
+        aliases: [bio]
-        deprecated: {replaced_by: [violence, bio], since: 2026-01-01}
+        deprecated: {replaced_by: [violence, bio-weapons], since: 2026-01-01}
",
    );
    assert_eq!(
        said,
        "`bio` is `bio-weapons` now, 2 clauses and 1 other category follow. `bio` stays as an alias, so labels that \
         say it go on working."
    );
}

#[test]
fn a_rename_to_an_own_alias_swaps_the_two() {
    check(
        |version| rename(version, "weapons", "arms"),
        "\
taxonomies/a.yaml
-  - id: weapons   # keep
+  - id: arms   # keep
-    aliases: [arms]
+    aliases: [weapons]
",
    );
    check(
        |version| rename(version, "violence", "force"),
        "\
specs/s.yaml
-    when: {category: violence}
+    when: {category: force}
taxonomies/a.yaml
-  - id: violence
+  - id: force
+    aliases: [violence]
-        deprecated: {replaced_by: [violence, bio], since: 2026-01-01}
+        deprecated: {replaced_by: [force, bio], since: 2026-01-01}
-    parent: violence
+    parent: force
",
    );
}

#[test]
fn ids_that_cannot_be_are_refused() {
    refused(|version| rename(version, "bio", "guns"), "`guns` is taken: the category `guns`");
    refused(|version| rename(version, "bio", "arms"), "the category `weapons` answers to it");
    refused(|version| rename(version, "bio", "none"), "meaning of its own");
    refused(|version| rename(version, "bio", "a b"), "letters, digits");
    refused(|version| rename(version, "bio", "a\u{202e}b"), "letters, digits");
    refused(|version| rename(version, "bio", ""), "empty");
    refused(|version| rename(version, "nobody", "x"), "there is no category `nobody`");
}

#[test]
fn fields_are_set_added_and_removed() {
    let field = |id: &'static str, field: Field, text: &'static str| {
        move |version: &PolicyVersion| set(version, id, &field, text)
    };
    check(field("bio", Field::Title, "Biology"), "taxonomies/a.yaml\n+        title: Biology\n");
    check(
        field("weapons", Field::Definition, "Help towards arms."),
        "taxonomies/a.yaml\n-      Help towards weapons\n-      of any kind.\n+      Help towards arms.\n",
    );
    check(
        field("bio", Field::Includes, "toxins\nspores\n\nseeds"),
        "taxonomies/a.yaml\n-        includes: [toxins, 'spores']\n+        includes: [toxins, 'spores', seeds]\n",
    );
    check(field("bio", Field::Includes, ""), "taxonomies/a.yaml\n-        includes: [toxins, 'spores']\n");
    check(
        field("guns", Field::Severity("high".into()), ""),
        "taxonomies/a.yaml\n-        severity: {low: parts, high: whole}\n+        severity: {low: parts}\n",
    );
    check(
        field("bio", Field::Severity("high".into()), "spread"),
        "taxonomies/a.yaml\n+        severity: {high: spread}\n",
    );
    check(field("bio", Field::Tier, "2"), "taxonomies/a.yaml\n+        tier: 2\n");
    check(
        field("fraud", Field::Mapping("eu".into()), "x, z"),
        "taxonomies/b.yaml\n-  mappings: {nist: [a, b]}\n+  mappings: {nist: [a, b], eu: [x, z]}\n",
    );
    check(field("fraud", Field::Mapping("nist".into()), " "), "taxonomies/b.yaml\n-  mappings: {nist: [a, b]}\n");
    check(
        field("weapons", Field::Aliases, "arms, old arms"),
        "taxonomies/a.yaml\n-    aliases: [arms]\n+    aliases: [arms, old arms]\n",
    );
    check(field("weapons", Field::Title, "Weapons"), "");
    refused(field("weapons", Field::Tier, "high"), "whole number");
    refused(field("weapons", Field::Aliases, "bio"), "taken");
}

#[test]
fn deconflicts_and_deprecation() {
    check(
        |version| set_deconflict(version, "bio", Some(1), "A rifle", "guns"),
        "taxonomies/a.yaml\n-          - {say: A gun, category: guns}\n+          - {say: A rifle, category: guns}\n",
    );
    check(
        |version| remove_deconflict(version, "bio", 0),
        "taxonomies/a.yaml\n-          - {say: A threat, category: threats}\n",
    );
    check(
        |version| deprecate(version, "gore", &["violence".into()], "2026-02-03"),
        "taxonomies/a.yaml\n+        deprecated: {replaced_by: [violence], since: \"2026-02-03\"}\n",
    );
    check(
        |version| reinstate(version, "threats"),
        "taxonomies/a.yaml\n-        deprecated: {replaced_by: [violence, bio], since: 2026-01-01}\n",
    );
    refused(|version| set_deconflict(version, "bio", None, "x", "bio"), "itself");
    refused(|version| deprecate(version, "bio", &["bio".into()], "2026-02-03"), "its own place");
}

#[test]
fn categories_are_added_where_asked() {
    check(
        |version| add(version, Beside::After("bio"), "chem", "Chemistry"),
        "taxonomies/a.yaml\n+      - id: chem\n+        title: Chemistry\n",
    );
    check(
        |version| add(version, Beside::Under("gore"), "blood", ""),
        "taxonomies/a.yaml\n+        children:\n+          - id: blood\n",
    );
    check(
        |version| add(version, Beside::After("grown"), "next", ""),
        "taxonomies/a.yaml\n+  - id: next\n+    parent: violence\n",
    );
    check(
        |version| add(version, Beside::Last(&"taxonomies/b.yaml".into()), "scam", ""),
        "taxonomies/b.yaml\n+- id: scam\n",
    );
    refused(|version| add(version, Beside::After("bio"), "guns", ""), "taken");
    assert_eq!(
        first_taxonomy("harms", "weapons", "Weapons").unwrap(),
        "taxonomy: harms\ncategories:\n  - id: weapons\n    title: Weapons\n"
    );
}

#[test]
fn a_copy_keeps_the_words_and_leaves_ids_and_children() {
    check(
        |version| duplicate(version, "weapons", "tools"),
        "\
taxonomies/a.yaml
+  - id: tools   # keep
+    title: Weapons
+    definition: >
+      Help towards weapons
+      of any kind.
+    tier: 1
",
    );
    check(
        |version| duplicate(version, "fraud", "scam"),
        "taxonomies/b.yaml\n+- id: scam\n+  mappings: {nist: [a, b]}\n",
    );
}

#[test]
fn siblings_change_places() {
    check(
        |version| move_among_siblings(version, "guns", false),
        "\
taxonomies/a.yaml
+      - id: guns
+        severity: {low: parts, high: whole}
-      - id: guns
-        severity: {low: parts, high: whole}
",
    );
    refused(|version| move_among_siblings(version, "bio", false), "first one");
    refused(|version| move_among_siblings(version, "fraud", true), "last one");
    refused(|version| move_among_siblings(version, "grown", false), "another list");
}

#[test]
fn categories_move_across_the_tree() {
    let said = check(
        |version| move_under(version, "bio", Some("gore")),
        "\
taxonomies/a.yaml
-      # the worst
-      - id: bio
-        includes: [toxins, 'spores']
-        deconflict:
-          - {say: A threat, category: threats}
-          - {say: A gun, category: guns}
+        children:
+          # the worst
+          - id: bio
+            includes: [toxins, 'spores']
+            deconflict:
+              - {say: A threat, category: threats}
+              - {say: A gun, category: guns}
",
    );
    assert_eq!(
        said,
        "`bio` stands under `gore` now. No longer reached through the tree by `c-arms`. Reached through the tree by \
         `c-bio` and `c-violence` now."
    );
    check(
        |version| move_under(version, "grown", Some("weapons")),
        "taxonomies/a.yaml\n-    parent: violence\n+    parent: weapons\n",
    );
    check(|version| move_under(version, "grown", None), "taxonomies/a.yaml\n-    parent: violence\n");
    check(|version| move_under(version, "gore", None), "taxonomies/a.yaml\n-      - id: gore\n+  - id: gore\n");
    refused(|version| move_under(version, "weapons", Some("bio")), "under itself");
    refused(|version| move_under(version, "weapons", Some("weapons")), "under itself");
    refused(|version| move_under(version, "bio", Some("weapons")), "stands there already");
}

#[test]
fn categories_move_to_another_file_as_they_are_written() {
    check(
        |version| move_under(version, "bio", Some("fraud")),
        "\
taxonomies/a.yaml
-      # the worst
-      - id: bio
-        includes: [toxins, 'spores']
-        deconflict:
-          - {say: A threat, category: threats}
-          - {say: A gun, category: guns}
taxonomies/b.yaml
+  children:
+  - id: bio
+    includes: [toxins, 'spores']
+    deconflict:
+      - {say: A threat, category: threats}
+      - {say: A gun, category: guns}
",
    );
    let mut tied = Memory::small();
    let text = HARMS.replace("includes: [toxins", "includes: &list [toxins");
    tied.0.insert("taxonomies/a.yaml".into(), text);
    let error = move_under(&tied.version(), "bio", Some("fraud")).unwrap_err().to_string();
    assert!(error.contains("anchors"), "{error}");
}

#[test]
fn what_rests_on_a_category_is_named() {
    let rests = rests_on(&Memory::small().version(), "weapons").unwrap();
    assert_eq!(rests.categories.iter().map(|id| &**id).collect::<Vec<_>>(), ["weapons", "bio", "guns"]);
    assert_eq!(rests.clauses.iter().map(|id| &**id).collect::<Vec<_>>(), ["c-bio", "c-nested", "c-arms"]);
    assert_eq!(rests.orphaned.iter().map(|id| &**id).collect::<Vec<_>>(), ["c-nested", "c-arms"]);
    assert_eq!(rests.references, [("threats".into(), ReferenceKind::ReplacedBy)]);
    assert!(rests_on(&Memory::small().version(), "fraud").unwrap().is_empty());
}

#[test]
fn deleting_takes_a_category_out_of_the_lists_that_name_it() {
    let said = check(
        |version| delete(version, "guns"),
        "\
specs/s.yaml
-        - category: {not: [guns, none]}
+        - category: {not: [none]}
taxonomies/a.yaml
-          - {say: A gun, category: guns}
-      - id: guns
-        severity: {low: parts, high: whole}
",
    );
    assert_eq!(said, "`guns` deleted.");
    let said = check(
        |version| delete(version, "violence"),
        "\
specs/s.yaml
-    when: {category: [bio, gore], severity: high}
+    when: {category: [bio], severity: high}
taxonomies/a.yaml
-          - {say: A threat, category: threats}
-  - id: violence
-    children:
-      - id: threats
-        deprecated: {replaced_by: [violence, bio], since: 2026-01-01}
-      - id: gore
-  - id: grown
-    parent: violence
",
    );
    assert_eq!(
        said,
        "`violence` and 3 categories below it deleted. `c-violence` tests nothing else: change its condition."
    );
}

#[test]
fn merging_carries_clauses_and_labels_along() {
    let before = Memory::small();
    let operation = merge(&before.version(), "threats", "gore").unwrap();
    let after = before.after(&operation).version();
    assert_eq!(problems(&after), Vec::<String>::new());
    let gore = after.policy.taxonomy.find("threats").unwrap();
    assert_eq!(&*after.policy.taxonomy.get(gore).id, "gore");
    assert_eq!(verdicts(&before.version(), &gold(CASES)), verdicts(&after, &gold(CASES)));
    refused(|version| merge(version, "violence", "bio"), "below it");
    refused(|version| merge(version, "bio", "gore"), "in one list");
    refused(|version| merge(version, "bio", "bio"), "itself");
}

#[test]
fn cases_are_counted_through_aliases_and_the_tree() {
    let version = Memory::small().version();
    let gold = Arc::new(gold(CASES));
    let counts = CaseCounts::new(&[Arc::new(Tally::of(&gold))], &version.policy);
    let check = |id: &str, cases: u32, itself: u32, severities: [u32; 2], no_severity: u32| {
        let ix = version.policy.taxonomy.find(id).unwrap();
        assert_eq!(counts.cases(ix), cases, "{id}");
        let count = counts.of(ix).next().map(|(_, count)| count.clone());
        let expect = Count { cases, itself, severities: severities.to_vec(), no_severity };
        assert_eq!(count.unwrap_or(Count { severities: vec![0; 2], ..Count::default() }), expect, "{id}");
        assert_eq!(CaseCounts::rows(&gold, &version.policy, ix, 9).len(), cases as usize);
    };
    check("weapons", 2, 1, [0, 2], 0);
    check("bio", 1, 1, [0, 1], 0);
    check("violence", 2, 0, [0, 1], 1);
    check("threats", 1, 1, [0, 0], 1);
    check("fraud", 0, 0, [0, 0], 0);
}

/// A category of the policy, chosen by a number.
fn nth(version: &PolicyVersion, n: usize) -> Arc<str> {
    let taxonomy = &version.policy.taxonomy;
    taxonomy.get(CategoryIx((n % taxonomy.len()) as u16)).id.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn renames_and_moves_among_siblings_decide_nothing_differently(
        steps in prop::collection::vec((0_usize..200, any::<bool>(), any::<bool>()), 1..4),
        sample in any::<bool>(),
    ) {
        let (mut files, gold) = if sample { (Memory::sample(), sample_gold()) } else { (Memory::small(), gold(CASES)) };
        let first = files.version();
        for (n, (which, rename_it, down)) in steps.into_iter().enumerate() {
            let version = files.version();
            let id = nth(&version, which);
            let operation = match rename_it {
                true => rename(&version, &id, &format!("renamed-{n}")),
                false => move_among_siblings(&version, &id, down),
            };
            match operation {
                Ok(operation) => files = files.after(&operation),
                Err(error) => prop_assert!(matches!(error, CategoryError::Unmoved { .. }), "{error}"),
            }
        }
        let last = files.version();
        prop_assert_eq!(problems(&first), problems(&last));
        prop_assert_eq!(verdicts(&first, &gold), verdicts(&last, &gold));
    }

    #[test]
    fn no_operation_leaves_new_problems_but_those_it_names(which in 0_usize..200, other in 0_usize..200, what in 0..6) {
        let before = Memory::sample();
        let version = before.version();
        let (id, other) = (nth(&version, which), nth(&version, other));
        let mut named = 0;
        let operation = match what {
            0 => move_under(&version, &id, Some(&other)),
            1 => move_under(&version, &id, None),
            2 => duplicate(&version, &id, "a-copy"),
            3 => add(&version, Beside::Under(&id), "a-child", "A child"),
            4 => merge(&version, &id, &other),
            _ => {
                named = rests_on(&version, &id).unwrap().orphaned.len();
                delete(&version, &id)
            }
        };
        match operation {
            Ok(operation) => {
                let after = before.after(&operation).version();
                let new = problems(&after).into_iter().filter(|problem| !problems(&version).contains(problem)).count();
                prop_assert!(if named == 0 { new == 0 } else { new >= 1 }, "{what} {id} {other}: {:?}", problems(&after));
            }
            Err(error) => prop_assert!(
                matches!(error, CategoryError::Unmoved { .. } | CategoryError::UnderItself { .. }),
                "{what} {id} {other}: {error}"
            ),
        }
    }
}
