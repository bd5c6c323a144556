//! Ways out are held to what they promise, by the difference of the policy before and after.

use crate::analyze::edit::{Act, Kind};
use crate::analyze::fix::{fixes, is_fixable};
use crate::analyze::space::Difference;
use crate::analyze::structure::tests::random;
use crate::analyze::{Subject, lint};
use crate::policy::problem::Problem;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is taken out because it changes nothing changes nothing; a clause that is added for a gap decides what the default
    /// did; and of every fixable problem the edits can be made.
    #[test]
    fn fixes_do_what_they_are_for(policy in random::policy()) {
        let problems = lint(&Subject::new(&policy, &[]));
        let problems: Vec<&Problem> = problems.iter().filter(|problem| is_fixable(problem.code)).collect();
        let found = fixes(&policy, &[], &problems).unwrap();
        for (problem, edits) in problems.iter().zip(&found) {
            for edit in edits {
                let after = edit.apply(&policy);
                let difference = Difference::of(&policy, &after).unwrap();
                let drops = matches!(
                    edit.act,
                    Act::DropClause | Act::DropTest(_) | Act::DropAlternative(_) | Act::SetTest(_, _, Kind::Tighten)
                );
                let says = edit.sentence(&policy);
                if drops && matches!(problem.code.id, "CB030" | "CB031" | "CB032" | "CB038") {
                    prop_assert!(difference.is_equivalent(), "{} for {}", says, problem);
                }
                if problem.code.id == "CB038" && matches!(edit.act, Act::AddTest(_)) {
                    prop_assert!(difference.is_equivalent(), "{} for {}", says, problem);
                }
                if problem.code.id == "CB034" {
                    prop_assert!(difference.regions.iter().all(|region| region.before.is_none()), "{} for {}", says, problem);
                    prop_assert!(!difference.is_equivalent(), "{} for {}", says, problem);
                }
                if matches!(problem.code.id, "CB033" | "CB039") {
                    // The pair is apart, and what a clause took from others it no longer takes, or not from all of them.
                    let left = lint(&Subject::new(&after, &[]));
                    let is_left = left.iter().any(|one| {
                        (one.code, &one.place, &one.also) == (problem.code, &problem.place, &problem.also)
                            && (one.code.id == "CB033" || one.message == problem.message)
                    });
                    prop_assert!(!is_left, "{} for {}", says, problem);
                }
                if matches!(edit.act, Act::Move(_)) {
                    prop_assert!(after.clauses.len() == policy.clauses.len());
                }
            }
        }
    }
}
