use super::testing::{cases, gold, label, policy};
use super::*;
use crate::decide::Unwatched;

/// One line a measure: name, value, interval, cases used, and what was dropped.
fn shown(agreement: &Agreement, scope: &str) -> Vec<String> {
    let of_scope = agreement.measures.iter().filter(|measure| measure.scope.to_string() == scope);
    of_scope
        .map(|measure| {
            let figure = match &measure.figure {
                Ok(figure) => match figure.interval {
                    Some((interval, way)) => {
                        format!("{:.3} [{:.3} {:.3}] {}", figure.value, interval.low, interval.high, way.word())
                    }
                    None => format!("{:.3}", figure.value),
                },
                Err(why) => why.to_string(),
            };
            let dropped: Vec<String> = measure.cases.dropped.iter().map(|(why, n)| format!("; {n} {why}")).collect();
            format!("{} {figure}, n {}{}", measure.name.word(), measure.cases.used, dropped.concat())
        })
        .collect()
}

struct Asked {
    field: &'static str,
    filter: Filter<'static>,
}

const BEHAVIOR: Asked = Asked { field: "behavior", filter: Filter { labelers: None, round: None, policy: None } };

fn ask(asked: &Asked, gold: &GoldSet) -> Agreement {
    let policy = policy();
    let question = Question {
        gold,
        policy: &policy,
        field: Field::find(asked.field, &policy).expect("a field"),
        filter: asked.filter,
        bootstrap: Bootstrap { seed: 1, replicates: 200 },
    };
    measure(&question, &read_labels(gold, &Unwatched).unwrap(), &[], &Unwatched).unwrap()
}

fn check(asked: &Asked, n: usize, labels: &[String], scope: &str, expected: &[&str]) -> Agreement {
    let found = ask(asked, &gold(&cases(n), labels, &[]));
    assert_eq!(shown(&found, scope), expected, "{scope}");
    found
}

/// A label per letter: comply, safe-complete, refuse, escalate, abstained, or none for a dot.
fn said(labeler: &str, letters: &str) -> Vec<String> {
    let rest = |letter: char| {
        Some(match letter {
            'c' => r#""behavior":"comply""#,
            's' => r#""behavior":"safe-complete""#,
            'r' => r#""behavior":"refuse""#,
            'e' => r#""behavior":"escalate""#,
            'a' => r#""abstain":{"reason":"no context"}"#,
            'x' => r#""behavior":"sing""#,
            _ => return None,
        })
    };
    letters.chars().enumerate().filter_map(|(case, letter)| Some(label(case, labeler, rest(letter)?))).collect()
}

#[test]
fn two_labelers_have_one_pair_and_everything_else() {
    let labels = [said("ana", "ccrrserrc.a"), said("bo", "cccrserrxc.")].concat();
    let agreement = check(
        &BEHAVIOR,
        12,
        &labels,
        "pair:ana,bo",
        &[
            "percent 0.875 [0.529 0.978] wilson, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
            "cohen-kappa 0.818 [0.482 1.000] normal, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
            "cohen-kappa-linear 0.784 [0.390 1.000] normal, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
            "cohen-kappa-quadratic 0.778 [0.366 1.000] normal, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
            "ac1 0.838 [0.458 1.000] t, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
            "ac2 0.834 [0.447 1.000] t, n 8; 2 only one of the two sides labeled it; 1 a label uses a word that the policy does not have",
        ],
    );
    assert_eq!((agreement.cases, agreement.labels, agreement.labelers.len()), (12, 20, 2));
    assert_eq!(agreement.lost, [(Lost::Abstained, 1), (Lost::UnknownWord, 1)]);
    let all = shown(&agreement, "all");
    let names: Vec<&str> = all.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let expected = [
        "percent",
        "cohen-kappa",
        "cohen-kappa-linear",
        "cohen-kappa-quadratic",
        "fleiss-kappa",
        "alpha-nominal",
        "alpha-ordinal",
        "alpha-interval",
        "ac1",
        "ac2",
    ];
    assert_eq!(names, expected);
    let dropped = ", n 8; 1 nobody labeled it; 2 only one labeler labeled it; 1 a label uses a word that the policy does not have";
    assert!(all.iter().all(|line| line.ends_with(dropped)), "{all:#?}");
    let [confused] = &agreement.confusions[..] else { panic!("one pair") };
    assert_eq!((confused.higher, confused.counts.total()), (Some((1, 0)), 8));
    assert_eq!(agreement.mixed, [Mixed { first: "comply".into(), second: "refuse".into(), n: 1 }]);
}

#[test]
fn labels_that_are_all_the_same_leave_alpha_undefined() {
    let labels = [said("ana", "cccc"), said("bo", "cccc")].concat();
    let same = "every label is the same, so agreement cannot be told from chance";
    let found = ask(&BEHAVIOR, &gold(&cases(4), &labels, &[]));
    let all = shown(&found, "all");
    assert_eq!(all[0], "percent 1.000 [0.510 1.000] wilson, n 4");
    for line in &all[1..8] {
        assert!(line.ends_with(&format!("{same}, n 4")), "{line}");
    }
    assert_eq!(all[8], "ac1 1.000, n 4");
    let specific = shown(&found, "behavior:refuse");
    assert_eq!(specific[0], "percent nobody gave this answer on a case with two labels, n 4");
}

#[test]
fn abstentions_and_lone_labels_are_counted_apart() {
    let labels = [said("ana", "caaa."), said("bo", "ca.r."), said("cy", "c....")].concat();
    let agreement = check(
        &Asked { field: "behavior", ..BEHAVIOR },
        5,
        &labels,
        "pair:ana,bo",
        &[
            "percent 1.000 [0.207 1.000] wilson, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
            "cohen-kappa every label is the same, so agreement cannot be told from chance, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
            "cohen-kappa-linear every label is the same, so agreement cannot be told from chance, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
            "cohen-kappa-quadratic every label is the same, so agreement cannot be told from chance, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
            "ac1 1.000, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
            "ac2 1.000, n 1; 1 only one of the two sides labeled it; 2 a label abstained",
        ],
    );
    let all = &shown(&agreement, "all")[0];
    assert_eq!(all, "percent 1.000, n 1; 1 nobody labeled it; 1 only one labeler labeled it; 2 a label abstained");
}

#[test]
fn people_and_models_are_compared_apart() {
    let labels =
        [said("ana", "ccrrcr"), said("bo", "ccrrcr"), said("judge", "rrccrr"), said("guard", "rrccr.")].concat();
    let found = ask(&BEHAVIOR, &gold(&cases(6), &labels, &[]));
    let percent = |scope: &str| shown(&found, scope)[0].split(' ').take(2).collect::<Vec<_>>().join(" ");
    assert_eq!(["humans", "models", "humans-models"].map(percent), ["percent 1.000", "percent 1.000", "percent 0.167"]);
    let across = &shown(&found, "humans-models");
    assert!(across[1].starts_with("cohen-kappa -0.6") && across[1].ends_with("n 6"), "{across:#?}");
    assert!(shown(&found, "models")[0].ends_with("n 5; 1 only one labeler labeled it"));
    let people_alone = [said("ana", "cc"), said("bo", "cr")].concat();
    assert!(shown(&ask(&BEHAVIOR, &gold(&cases(2), &people_alone, &[])), "humans").is_empty());
}

#[test]
fn a_labeler_is_held_against_gold_that_labelers_did_not_make() {
    let mut all = cases(5);
    for (case, behavior) in [(0, "comply"), (1, "refuse"), (2, "refuse")] {
        all[case].push_str(&format!(r#","gold":{{"behavior":"{behavior}"}}"#));
    }
    // On case 0 both agree, so theirs is the consensus; case 1 is a tie, case 2 is ruled on, case 3 has no gold label.
    let labels = [said("ana", "crcrr"), said("bo", "ccc..")].concat();
    let ruling =
        r#""id":"1","case":"c2","adjudicator":"lee","disposition":"overridden","decision":{"behavior":"refuse"}"#;
    let found = ask(&BEHAVIOR, &gold(&all, &labels, &[ruling.to_owned()]));
    assert_eq!(
        shown(&found, "pair:ana,gold")[0],
        "percent 0.500 [0.095 0.905] wilson, n 2; 3 the gold label is the labelers' own consensus"
    );
    assert_eq!(
        shown(&found, "pair:bo,gold")[0],
        "percent 0.000 [0.000 0.658] wilson, n 2; 1 the gold label is the labelers' own consensus"
    );
    // Ana was milder once, Bo twice; each is beside the other and beside the gold labels.
    let sides = |confused: &Confused| {
        let own = Some(Why::Lost(Lost::OwnConsensus));
        let dropped = confused.cases.dropped.iter().map(|(why, n)| (Some(*why) == own, *n)).collect::<Vec<_>>();
        (confused.scope().to_string(), confused.higher.unwrap(), confused.cases.used, dropped)
    };
    assert_eq!(
        found.confusions.iter().map(sides).collect::<Vec<_>>(),
        [
            ("pair:ana,bo".to_owned(), (1, 0), 3, vec![(false, 2)]),
            ("pair:ana,gold".to_owned(), (0, 1), 2, vec![(true, 3)]),
            ("pair:bo,gold".to_owned(), (0, 2), 2, vec![(true, 1)]),
        ]
    );
    let bo = &found.confusions[2];
    assert_eq!(bo.counts.rows().map(<[u64]>::to_vec).collect::<Vec<_>>()[0], [0, 0, 2, 0]);
    // Both gave an answer twice that the gold label never has: χ² is (0 − 2)² / 2, on one degree of freedom.
    for test in [bo.bowker, bo.stuart_maxwell] {
        let test = test.unwrap();
        assert_eq!((test.statistic, test.df), (2.0, 1));
    }
}

#[test]
fn it_can_be_stopped_in_every_stage() {
    use crate::decide::Watch;
    use std::sync::atomic::{AtomicU64, Ordering};
    struct After(u64, AtomicU64);
    impl Watch for After {
        fn advance(&self, amount: u64) {
            self.1.fetch_add(amount, Ordering::Relaxed);
        }
        fn cancelled(&self) -> bool {
            self.1.load(Ordering::Relaxed) >= self.0
        }
    }
    let (policy, mut labels) = (policy(), Vec::new());
    for (who, said_by) in [("ana", "crrsccrcrr"), ("bo", "ccrscrrcrr"), ("cy", "crrrccrcsr"), ("judge", "rrrsccrcrr")] {
        for (at, label) in said(who, said_by).into_iter().enumerate() {
            labels.push(format!(r#"{label},"round":"r{}""#, at % 4));
        }
    }
    let gold = gold(&cases(10), &labels, &[]);
    let labels = read_labels(&gold, &Unwatched).unwrap();
    let question = Question {
        gold: &gold,
        policy: &policy,
        field: Field::Behavior,
        filter: Filter::default(),
        bootstrap: Bootstrap { seed: 1, replicates: 10 },
    };
    let all = (STAGES - 1) * 10;
    let told = |after: u64| {
        let watch = After(after, AtomicU64::new(0));
        let stopped = measure(&question, &labels, &[], &watch).is_err();
        (stopped, watch.1.into_inner())
    };
    assert_eq!(told(u64::MAX), (false, all));
    // Each stage tells as much as there are cases, and the pairs and the splits stop between two of theirs.
    for after in 1..all {
        let (stopped, done) = told(after);
        assert!(stopped && done >= after && done < after + 11, "{after}: {done}");
    }
}

#[test]
fn a_labeler_is_compared_with_themselves_over_repeats_alone() {
    let mut labels = [said("ana", "ccrr"), said("bo", "cccc")].concat();
    for (case, behavior) in [(0, "comply"), (1, "refuse"), (2, "refuse")] {
        labels.push(label(case, "ana", &format!(r#""repeat":true,"behavior":"{behavior}""#)));
    }
    labels.push(label(3, "ana", r#""repeat":true,"abstain":{"reason":"tired"}"#));
    let found = check(
        &BEHAVIOR,
        4,
        &labels,
        "labeler:ana",
        &[
            "percent 0.667 [0.208 0.939] wilson, n 3; 1 a label abstained",
            "cohen-kappa 0.400 [-0.368 1.000] normal, n 3; 1 a label abstained",
            "cohen-kappa-linear 0.400 [-0.368 1.000] normal, n 3; 1 a label abstained",
            "cohen-kappa-quadratic 0.400 [-0.368 1.000] normal, n 3; 1 a label abstained",
            "ac1 0.600 [-1.000 1.000] t, n 3; 1 a label abstained",
            "ac2 0.692 [-0.632 1.000] t, n 3; 1 a label abstained",
        ],
    );
    assert_eq!((found.labels, shown(&found, "labeler:bo").len()), (8, 0));
    assert!(shown(&found, "pair:ana,bo")[0].ends_with("n 4"));
}

#[test]
fn categories_are_compared_as_sets_and_one_by_one() {
    let harms = |labeler: &str, of_cases: &[&[&str]]| {
        let line = |(case, found): (usize, &&[&str])| {
            let list: Vec<String> = found.iter().map(|word| format!(r#"{{"category":"{word}"}}"#)).collect();
            label(case, labeler, &format!(r#""harms":[{}]"#, list.join(",")))
        };
        of_cases.iter().enumerate().map(line).collect::<Vec<_>>()
    };
    let mut labels = harms("ana", &[&["bio"], &["weapons", "fraud"], &[], &["fraud"]]);
    labels.extend(harms("bo", &[&["bio"], &["arms"], &[], &["bio"]]));
    labels.push(label(4, "ana", r#""harms":[],"unjudged":["bio"]"#));
    labels.push(label(4, "bo", r#""harms":[]"#));
    let agreement = check(
        &Asked { field: "harms", ..BEHAVIOR },
        5,
        &labels,
        "all",
        &[
            "percent 0.500 [0.150 0.850] wilson, n 4; 1 a label leaves a category unjudged",
            "alpha-masi 0.500 [-0.513 1.000] t, n 4; 1 a label leaves a category unjudged",
            "alpha-jaccard 0.543 [-0.477 1.000] t, n 4; 1 a label leaves a category unjudged",
        ],
    );
    assert_eq!(shown(&agreement, "category:weapons")[0], "percent 1.000, n 5");
    assert!(shown(&agreement, "category:bio")[0].starts_with("percent 0.667"));
    assert!(shown(&agreement, "category:bio")[0].ends_with("n 4; 1 a label leaves a category unjudged"));
    assert!(agreement.confusions.is_empty());
}

#[test]
fn no_harm_is_a_severity_only_where_somebody_found_none() {
    let severe = |labeler: &str, case: usize, severity: &str| {
        label(case, labeler, &format!(r#""harms":[{{"category":"bio","severity":"{severity}"}}]"#))
    };
    let mut labels = vec![
        severe("ana", 0, "low"),
        severe("bo", 0, "high"),
        severe("ana", 1, "critical"),
        severe("bo", 1, "critical"),
    ];
    let asked = Asked { field: "severity", ..BEHAVIOR };
    let choices = |labels: &[String]| ask(&asked, &gold(&cases(3), labels, &[])).choices.len();
    assert_eq!(choices(&labels), 4);
    labels.push(label(2, "ana", r#""harms":[]"#));
    assert_eq!(choices(&labels), 5);
    // The gold label may find none where no labeler did.
    labels.pop();
    let mut all = cases(2);
    all[0].push_str(r#","gold":{"behavior":"comply"}"#);
    let found = ask(&asked, &gold(&all, &labels, &[]));
    assert_eq!(found.choices.len(), 4);
    assert_eq!(shown(&found, "pair:ana,gold")[0], "percent 0.000 [0.000 0.793] wilson, n 1; 1 no gold label");
}

#[test]
fn a_round_is_seen_as_it_was() {
    let in_round = |labels: Vec<String>, round: &str| {
        labels
            .into_iter()
            .map(|label| format!(r#"{label},"round":"{round}","policy":"{round}{round}""#))
            .collect::<Vec<_>>()
    };
    let mut labels = in_round([said("ana", "ccrr"), said("bo", "crrr")].concat(), "r1");
    // In the second round Bo changes one label, which replaces the first.
    labels.push(
        r#""id":"new","case":"c1","labeler":"bo","behavior":"comply","supersedes":"bo-1","round":"r2""#.to_owned(),
    );
    labels.extend(in_round(said("ana", ".c.."), "r2").into_iter().map(|label| label.replace("ana-", "ana2-")));
    let percent = |filter: Filter<'static>| {
        let found = ask(&Asked { field: "behavior", filter }, &gold(&cases(4), &labels, &[]));
        shown(&found, "all")[0].split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(percent(Filter::default()), "1.000");
    assert_eq!(percent(Filter { round: Some("r1"), ..Filter::default() }), "0.750");
    assert_eq!(percent(Filter { round: Some("r2"), ..Filter::default() }), "1.000");
    let found = ask(&BEHAVIOR, &gold(&cases(4), &labels, &[]));
    let periods = |periods: &[Period]| {
        periods.iter().map(|p| format!("{} {} {}", p.name, p.cases, p.labels)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(periods(&found.drift.rounds), "r1 4 8, r2 1 2");
    assert_eq!(periods(&found.drift.policies), "r1r1 4 8, r2r2 1 1");
}

#[test]
fn labels_taken_back_count_for_nothing_in_any_round() {
    let mut labels = [said("ana", "cr"), said("bo", "rr")].concat();
    labels.push(r#""id":"back","case":"c0","labeler":"bo","withdrawn":{"reason":"r"},"supersedes":"bo-0""#.to_owned());
    let found = ask(&BEHAVIOR, &gold(&cases(2), &labels, &[]));
    assert_eq!(
        (found.labels, shown(&found, "all")[0].as_str()),
        (3, "percent 1.000 [0.207 1.000] wilson, n 1; 1 only one labeler labeled it")
    );
}

#[test]
fn splits_are_laid_at_the_door_of_clauses_and_categories() {
    let harm = |labeler: &str, case: usize, behavior: &str, rest: &str| {
        let harms = r#""harms":[{"category":"bio","severity":"high"}]"#;
        label(case, labeler, &format!(r#""behavior":"{behavior}",{harms}{rest}"#))
    };
    let labels = [
        harm("ana", 0, "refuse", ""),
        harm("bo", 0, "comply", r#","cites":{"benign":"h","fraud":"h"}"#),
        harm("ana", 1, "refuse", ""),
        harm("bo", 1, "refuse", ""),
        // Nobody was asked for harms here: those of the gold label are taken.
        label(2, "ana", r#""behavior":"refuse""#),
        label(2, "bo", r#""behavior":"comply""#),
    ];
    let mut all = cases(3);
    all[2].push_str(r#","gold":{"behavior":"refuse","harms":[{"category":"weapons"}]}"#);
    let found = ask(&BEHAVIOR, &gold(&all, &labels, &[]));
    let shares = |shares: &[Share]| {
        let of = |share: &Share| format!("{} {}/{}", share.id, share.of_splits.hits, share.of_agreed.hits);
        shares.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!((found.blame.splits, found.blame.agreed), (2, 1));
    assert_eq!(shares(&found.blame.clauses), ["benign 1/0", "weapons 1/0", "no-bio 1/1"]);
    assert_eq!(shares(&found.blame.categories), ["fraud 1/0", "bio 1/1"]);
}

#[test]
fn too_many_pairs_are_left_out_and_that_is_said() {
    let labels: Vec<String> = (0..210).map(|n| label(0, &format!("l{n}"), r#""behavior":"comply""#)).collect();
    let found = ask(&BEHAVIOR, &gold(&cases(1), &labels, &[]));
    assert_eq!(found.pairs_left_out, 210 * 209 / 2);
    assert!(found.confusions.is_empty() && !found.measures.iter().any(|m| matches!(m.scope, Scope::Pair(..))));
}

#[test]
fn a_set_without_labels_has_no_figures() {
    for field in ["harms", "severity", "behavior", "observed", "intent", "minor", "context"] {
        let found = ask(&Asked { field, ..BEHAVIOR }, &gold(&cases(2), &[], &[]));
        assert!(
            found.measures.iter().all(|measure| measure.figure.is_err() && measure.cases.dropped() == 2),
            "{field}"
        );
        assert_eq!((found.labels, found.blame.splits, found.drift), (0, 0, Drift::default()));
    }
}
