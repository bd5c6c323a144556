//! Compiled, explained and worked out in words: the same verdict, always.

use super::random;
use super::reference::{self, Said, Written, WrittenCase};
use crate::decide::explain::verdict;
use crate::decide::{
    Explanation, GoldSet, GoldSources, SourceFile, Unwatched, Verdict, decide, explain, explain_unlabeled,
};
use crate::policy::Policy;
use crate::policy::gold::Gold;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn all_three_agree(policy in random::policy(10), cases in vec(random::case(), 1..12)) {
        check(&policy, &cases)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn many_clauses_need_many_words(policy in random::policy(150), cases in vec(random::case(), 1..6)) {
        check(&policy, &cases)?;
    }
}

fn check(written: &Written, cases: &[WrittenCase]) -> Result<(), TestCaseError> {
    let policy = written.resolve();
    let gold = read(cases);
    prop_assert_eq!(gold.problems(), &[]);
    let verdicts = decide(&policy, &gold);
    for (row, case) in cases.iter().enumerate() {
        let expected = reference::decide(written, case);
        prop_assert_eq!(&said(&policy, verdicts.get(row)), &expected, "compiled, case {:?}", case);
        let explanation = explained(&policy, &gold.gold(row));
        prop_assert_eq!(&said(&policy, explanation.verdict), &expected, "explained, case {:?}", case);
        check_trace(&policy, &explanation)?;
        if let Some(reading) = &gold.gold(row).reading {
            prop_assert_eq!(verdict(&policy, reading), explanation.verdict, "without the trace, case {:?}", case);
        }
    }
    Ok(())
}

/// What must be true of every trace.
fn check_trace(policy: &Policy, explanation: &Explanation) -> Result<(), TestCaseError> {
    let decisive = &explanation.rulings[explanation.decisive];
    let verdict = explanation.verdict;
    prop_assert_eq!((decisive.behavior, decisive.clause), (verdict.behavior, verdict.clause));
    prop_assert_eq!(explanation.undetermined.is_some(), verdict.undetermined);
    if let Some(possible) = &explanation.undetermined {
        prop_assert!(possible.behavior > verdict.behavior);
    }
    for ruling in &explanation.rulings {
        let deciding = policy.clauses.iter().filter(|clause| clause.then.is_some()).count();
        let told = ruling.misses.len() + ruling.also.len() + usize::from(ruling.clause.is_some());
        prop_assert_eq!(told, deciding, "every clause applies or misses");
        prop_assert!(ruling.misses.iter().all(|miss| miss.failing > 0));
        prop_assert!(ruling.misses.is_sorted_by_key(|miss| miss.failing));
    }
    Ok(())
}

fn explained(policy: &Policy, gold: &Gold) -> Explanation {
    gold.reading.as_ref().map_or_else(|| explain_unlabeled(policy), |reading| explain(policy, reading))
}

fn read(cases: &[WrittenCase]) -> GoldSet {
    let lines: Vec<String> = cases.iter().enumerate().map(|(at, case)| case.line(&format!("case-{at}"))).collect();
    let file = SourceFile::new("gold/test/cases.jsonl", lines.join("\n").into_bytes());
    let sources = GoldSources { set: "test".into(), cases: vec![file], ..GoldSources::default() };
    GoldSet::read(sources, &Unwatched).unwrap()
}

fn said(policy: &Policy, verdict: Verdict) -> Said {
    let behavior = &policy.manifest.behaviors.get(verdict.behavior).id;
    Said {
        behavior: reference::BEHAVIORS.into_iter().find(|known| *known == &**behavior).unwrap(),
        clause: verdict.clause.map(|clause| clause.0 as usize),
        undetermined: verdict.undetermined,
        overlap: verdict.overlap,
    }
}
