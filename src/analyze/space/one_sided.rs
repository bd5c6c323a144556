//! Words of a condition over two versions that only one of them knows.

use crate::policy::Policy;
use crate::policy::condition::{Condition, Operand, Predicate, Subject};
use crate::policy::facet::{FacetIx, ValueIx};

/// A sentence for each word of a condition that only one of the versions knows: `` `bio-agents` is a category that only the new
/// version knows``. The condition is in the words of both, see [`common_words`](super::common_words).
pub fn one_sided(words: &Policy, base: &Policy, head: &Policy, when: &Condition) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for test in when.tests() {
        if let Subject::Facet(ix) = test.subject {
            let id = &words.manifest.facet(ix).id;
            said.extend(only_one("a facet", id, [base, head].map(|policy| policy.manifest.find_facet(id).is_some())));
        }
        for operand in operands(&test.predicate) {
            let word = match (test.subject, *operand) {
                (Subject::Category, Operand::Category(ix)) => {
                    let id = &words.taxonomy.get(ix).id;
                    let found = [base, head].map(|policy| policy.taxonomy.find(id).map(|ix| policy.taxonomy.get(ix)));
                    let meant = found.iter().flatten().find(|known| known.id != *id);
                    let what = meant.map_or("a category".to_owned(), |known| format!("another name of `{}`", known.id));
                    only_one(&what, id, found.map(|known| known.is_some()))
                }
                (Subject::Severity, Operand::Value(ix) | Operand::Compare(_, ix)) => {
                    let word = words.manifest.severities.get(usize::from(ix.0));
                    let known =
                        |word| [base, head].map(|policy: &Policy| policy.manifest.find_severity(word).is_some());
                    word.and_then(|word| only_one("a severity", word, known(word)))
                }
                (Subject::Facet(facet), Operand::Value(ix) | Operand::Compare(_, ix)) => {
                    value(words, [base, head], facet, ix)
                }
                _ => None,
            };
            said.extend(word);
        }
    }
    let mut once: Vec<String> = Vec::new();
    for sentence in said {
        if !once.contains(&sentence) {
            once.push(sentence);
        }
    }
    once
}

/// Of a facet that both versions have.
fn value(words: &Policy, versions: [&Policy; 2], facet: FacetIx, ix: ValueIx) -> Option<String> {
    let facet = words.manifest.facet(facet);
    let word = facet.values.get(usize::from(ix.0))?;
    let [base, head] = versions
        .map(|policy| policy.manifest.find_facet(&facet.id).map(|ix| policy.manifest.facet(ix).find(word).is_some()));
    only_one("a value", &format!("{} {word}", facet.id), [base?, head?])
}

fn only_one(what: &str, word: &str, [base, head]: [bool; 2]) -> Option<String> {
    let version = match (base, head) {
        (true, false) => "old",
        (false, true) => "new",
        _ => return None,
    };
    Some(format!("`{word}` is {what} that only the {version} version knows"))
}

fn operands(predicate: &Predicate) -> &[Operand] {
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => operands,
        Predicate::Not(inner) => self::operands(inner),
    }
}

#[cfg(test)]
mod tests {
    use crate::analyze::space::Difference;
    use crate::analyze::structure::tests::texts;

    /// What is said of the words of all regions after edits of the test's policy.
    fn check(edits: &[(&str, &str)], expected: &[&str]) {
        let head = edits.iter().fold(texts(), |texts, (from, to)| texts.edit(from, to)).policy();
        let base = texts().policy();
        let difference = Difference::of(&base, &head).unwrap();
        let regions = difference.regions.iter();
        let mut said: Vec<String> =
            regions.flat_map(|region| super::one_sided(&difference.space.words, &base, &head, &region.when)).collect();
        said.sort_unstable_by_key(|words| (words.contains("new version"), words.clone()));
        said.dedup();
        assert_eq!(said, expected);
    }

    #[test]
    fn words_of_one_version_are_said_to_be_so() {
        check(&[(">= medium", ">= high")], &[]);
        check(
            &[("- id: bio\n", "- id: bio-agents\n"), ("{category: bio,", "{category: bio-agents,")],
            &[
                "`bio` is a category that only the old version knows",
                "`bio-agents` is a category that only the new version knows",
            ],
        );
        check(
            &[
                ("- id: bio\n", "- id: bio-agents\n        aliases: [bio]\n"),
                ("{category: bio,", "{category: bio-agents,"),
            ],
            &["`bio-agents` is a category that only the new version knows"],
        );
        check(
            &[("    aliases: [scams]\n", "")],
            &["`scams` is another name of `fraud` that only the old version knows"],
        );
    }
}
