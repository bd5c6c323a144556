//! Every measure against the plainest way to compute it: label by label and pair by pair, from the definition.

use super::*;
use crate::stats::bootstrap::Bootstrap;
use crate::stats::interval::Alpha;
use proptest::prelude::*;

const RATERS: usize = 5;
const CLASSES: u16 = 4;

type Rows = Vec<[Option<u16>; RATERS]>;

fn rows() -> impl Strategy<Value = Rows> {
    let label = prop_oneof![1 => Just(None), 2 => (0..CLASSES).prop_map(Some)];
    prop::collection::vec(prop::array::uniform5(label), 0..9)
}

fn classes_of(row: &[Option<u16>]) -> Vec<u16> {
    row.iter().copied().flatten().collect()
}

/// All ordered pairs of different positions.
fn pairs(labels: &[u16]) -> Vec<(u16, u16)> {
    let all = (0..labels.len()).flat_map(|a| (0..labels.len()).map(move |b| (a, b)));
    all.filter(|(a, b)| a != b).map(|(a, b)| (labels[a], labels[b])).collect()
}

fn confusion_of(table: &Table, a: usize, b: usize) -> Confusion {
    Confusion::of_counted(table.classes(), both(&SideBySide::of(table).either(a, b)))
}

/// Krippendorff's alpha by pairs: 1 less the mean distance within units over that of any two labels.
fn alpha_by_pairs(rows: &Rows, distance: &dyn Fn(u16, u16) -> f64) -> Option<f64> {
    let units: Vec<Vec<u16>> = rows.iter().map(|row| classes_of(row)).filter(|labels| labels.len() >= 2).collect();
    let all: Vec<u16> = units.iter().flatten().copied().collect();
    let within: f64 = units
        .iter()
        .map(|unit| pairs(unit).iter().map(|(a, b)| distance(*a, *b)).sum::<f64>() / (unit.len() as f64 - 1.0))
        .sum::<f64>()
        / all.len() as f64;
    let any = pairs(&all).iter().map(|(a, b)| distance(*a, *b)).sum::<f64>();
    let any = any / (all.len() as f64 * (all.len() as f64 - 1.0));
    (any > 0.0).then(|| 1.0 - within / any)
}

/// (observed − expected) / (1 − expected), where both are agreements between two classes.
fn beyond(observed: Option<f64>, expected: f64) -> Option<f64> {
    observed.filter(|_| 1.0 - expected > 1e-12).map(|observed| (observed - expected) / (1.0 - expected))
}

fn observed(rows: &Rows, agreement: &dyn Fn(u16, u16) -> f64) -> Option<f64> {
    let units: Vec<f64> = rows
        .iter()
        .map(|row| pairs(&classes_of(row)))
        .filter(|pairs| !pairs.is_empty())
        .map(|pairs| pairs.iter().map(|(a, b)| agreement(*a, *b)).sum::<f64>() / pairs.len() as f64)
        .collect();
    (!units.is_empty()).then(|| units.iter().sum::<f64>() / units.len() as f64)
}

/// How often each class is given, averaged over the units.
fn shares(rows: &Rows) -> Vec<f64> {
    let units: Vec<Vec<u16>> = rows.iter().map(|row| classes_of(row)).filter(|labels| !labels.is_empty()).collect();
    let share = |class: u16| {
        let of = |unit: &Vec<u16>| unit.iter().filter(|c| **c == class).count() as f64 / unit.len() as f64;
        units.iter().map(of).sum::<f64>() / units.len() as f64
    };
    (0..CLASSES).map(share).collect()
}

fn same(found: Result<f64, Undefined>, expected: Option<f64>) {
    match (found, expected) {
        (Ok(found), Some(expected)) => assert!((found - expected).abs() < 1e-9, "{found}, not {expected}"),
        (Err(_), None) => {}
        other => panic!("{other:?}"),
    }
}

fn histograms(rows: &Rows) -> Histograms {
    Histograms::of(&Table::from_rows(CLASSES, rows))
}

fn all_distances(check: impl Fn(&Distance<'_>, &dyn Fn(u16, u16) -> f64)) {
    for distance in [Distance::Nominal, Distance::Linear, Distance::Quadratic, Distance::Ordinal] {
        check(&distance, &|a, b| distance.between(a, b) / distance.largest(usize::from(CLASSES)));
    }
}

proptest! {
    #[test]
    fn alpha_is_that_of_all_pairs(rows in rows()) {
        let histograms = histograms(&rows);
        all_distances(|distance, between| {
            same(krippendorff(&histograms, distance).map(|alpha| alpha.value), alpha_by_pairs(&rows, between));
        });
    }

    #[test]
    fn ordinal_alpha_counts_the_labels_in_between(rows in rows()) {
        let units: Vec<Vec<u16>> = rows.iter().map(|row| classes_of(row)).filter(|labels| labels.len() >= 2).collect();
        let all: Vec<u16> = units.into_iter().flatten().collect();
        let count = |class: u16| all.iter().filter(|c| **c == class).count() as f64;
        let between = |a: u16, b: u16| {
            let (low, high) = (a.min(b), a.max(b));
            ((low..=high).map(count).sum::<f64>() - (count(low) + count(high)) / 2.0).powi(2)
        };
        same(krippendorff_ordinal(histograms(&rows).sample()), alpha_by_pairs(&rows, &|a, b| if a == b { 0.0 } else { between(a, b) }));
    }

    #[test]
    fn alpha_of_sets_is_that_of_all_pairs(rows in prop::collection::vec(prop::array::uniform5(prop::option::of(0..16u16)), 0..9)) {
        // The bits of a number are a set's members.
        let members = |bits: u16| (0..4).filter(move |member| bits >> member & 1 == 1);
        let mut sets = Sets::default();
        let coded: Rows = rows.iter().map(|row| row.map(|bits| bits.and_then(|bits| sets.code(members(bits))))).collect();
        let table = Table::from_rows(sets.len() as u16, &coded);
        let jaccard = |a: u16, b: u16| if a | b == 0 { 0.0 } else { 1.0 - f64::from((a & b).count_ones()) / f64::from((a | b).count_ones()) };
        let masi = |a: u16, b: u16| {
            let factor = if a == b { 1.0 } else if a & b == a || a & b == b { 2.0 / 3.0 } else if a & b != 0 { 1.0 / 3.0 } else { 0.0 };
            1.0 - (1.0 - jaccard(a, b)) * factor
        };
        let found = |distance: &(dyn Fn(u16, u16) -> f64 + Sync)| krippendorff(&Histograms::of(&table), &Distance::By(distance)).map(|alpha| alpha.value);
        same(found(&|a, b| sets.jaccard(a, b)), alpha_by_pairs(&rows, &jaccard));
        same(found(&|a, b| sets.masi(a, b)), alpha_by_pairs(&rows, &masi));
    }

    #[test]
    fn coefficients_are_those_of_their_definitions(rows in rows()) {
        let (histograms, shares) = (histograms(&rows), shares(&rows));
        let classes = f64::from(CLASSES);
        all_distances(|distance, between| {
            let agreement = |a: u16, b: u16| 1.0 - between(a, b);
            let observed = observed(&rows, &agreement);
            let all = || (0..CLASSES).flat_map(|a| (0..CLASSES).map(move |b| (a, b)));
            let share = |class: u16| shares[usize::from(class)];
            let chance: f64 = all().map(|(a, b)| agreement(a, b) * share(a) * share(b)).sum();
            same(fleiss(&histograms, distance).map(|kappa| kappa.value), beyond(observed, chance));
            let total: f64 = all().map(|(a, b)| agreement(a, b)).sum();
            let chance = total * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (classes * (classes - 1.0));
            same(gwet(&histograms, distance).map(|ac| ac.value), beyond(observed, chance));
            same(brennan_prediger(&histograms, distance).map(|s| s.value), beyond(observed, total / (classes * classes)));
        });
    }

    #[test]
    fn kappas_of_two_raters_are_one(pairs in prop::collection::vec((0..CLASSES, 0..CLASSES), 1..30)) {
        let rows: Vec<[Option<u16>; 2]> = pairs.iter().map(|(a, b)| [Some(*a), Some(*b)]).collect();
        let table = Table::from_rows(CLASSES, &rows);
        let confusion = Confusion::of(usize::from(CLASSES), pairs.iter().copied());
        let n = pairs.len() as f64;
        all_distances(|distance, between| {
            let observed: f64 = pairs.iter().map(|(a, b)| between(*a, *b)).sum::<f64>() / n;
            let chance: f64 = pairs.iter().flat_map(|(a, _)| pairs.iter().map(|(_, b)| between(*a, *b))).sum::<f64>() / (n * n);
            let expected = (chance > 1e-12).then(|| 1.0 - observed / chance);
            same(cohen(&confusion, distance).map(|kappa| kappa.value), expected);
            same(conger(&table, distance).map(|kappa| kappa.value), expected);
            let bootstrap = Bootstrap { seed: 1, replicates: 10 };
            let across = across(&table, |rater| rater == 0, distance, bootstrap, Alpha::default()).unwrap();
            same(across.kappa, expected);
            assert!((across.percent - (1.0 - observed)).abs() < 1e-12 && across.units == pairs.len());
        });
        prop_assert_eq!(&confusion_of(&table, 0, 1), &confusion);
        let (higher, lower) = confusion.higher();
        prop_assert_eq!(higher + lower + confusion.agreed(), confusion.total());
        prop_assert_eq!(higher, pairs.iter().filter(|(a, b)| a > b).count() as u64);
    }

    #[test]
    fn conger_takes_the_chance_of_every_two_raters(rows in prop::collection::vec(prop::array::uniform5((0..CLASSES).prop_map(Some)), 1..9)) {
        let table = Table::from_rows(CLASSES, &rows);
        all_distances(|distance, between| {
            let column = |rater: usize| rows.iter().map(move |row: &[Option<u16>; RATERS]| row[rater].unwrap());
            let chance = |a: usize, b: usize| {
                let all: Vec<f64> = column(a).flat_map(|x| column(b).map(move |y| (x, y))).map(|(x, y)| between(x, y)).collect();
                all.iter().sum::<f64>() / all.len() as f64
            };
            let raters: Vec<(usize, usize)> = (0..RATERS).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
            let expected = raters.iter().map(|(a, b)| chance(*a, *b)).sum::<f64>() / raters.len() as f64;
            let observed = observed(&rows, &|a, b| 1.0 - between(a, b));
            same(conger(&table, distance).map(|kappa| kappa.value), beyond(observed, 1.0 - expected));
        });
    }

    #[test]
    fn plain_agreement_is_that_of_all_pairs(rows in rows()) {
        let histograms = histograms(&rows);
        let sample = histograms.sample();
        same(percent(sample), observed(&rows, &|a, b| f64::from(u8::from(a == b))));
        let all: Vec<(u16, u16)> = rows.iter().flat_map(|row| pairs(&classes_of(row))).collect();
        let share = |hits: usize, of: usize| (of > 0).then(|| hits as f64 / of as f64);
        same(percent_of_pairs(sample), share(all.iter().filter(|(a, b)| a == b).count(), all.len()));
        for class in 0..CLASSES {
            let of: Vec<_> = all.iter().filter(|(a, _)| *a == class).collect();
            same(specific(sample, class), share(of.iter().filter(|(_, b)| *b == class).count(), of.len()));
        }
        let paired: Vec<Vec<u16>> = rows.iter().map(|row| classes_of(row)).filter(|labels| labels.len() >= 2).collect();
        let alike = paired.iter().filter(|labels| labels.iter().all(|class| *class == labels[0])).count();
        same(unanimous(sample), share(alike, paired.len()));
    }

    #[test]
    fn whatever_the_labels_no_figure_is_nan(rows in rows()) {
        let table = Table::from_rows(CLASSES, &rows);
        let histograms = Histograms::of(&table);
        all_distances(|distance, _| {
            for found in [fleiss(&histograms, distance), gwet(&histograms, distance), krippendorff(&histograms, distance), conger(&table, distance)] {
                let Ok(found) = found else { continue };
                assert!(found.value.is_finite() && found.value < 1.0 + 1e-12 && found.error.is_none_or(|error| error > 0.0), "{found:?}");
                assert!(found.interval(Alpha::default()).is_none_or(|i| i.low.is_finite() && i.contains(found.value)), "{found:?}");
                assert!(found.p().is_none_or(|p| (0.0..=1.0).contains(&p)), "{found:?}");
            }
            for (a, b) in (0..RATERS).flat_map(|a| (a + 1..RATERS).map(move |b| (a, b))) {
                let confusion = confusion_of(&table, a, b);
                let Ok(kappa) = cohen(&confusion, distance) else { continue };
                assert!((-1.0 - 1e-12..1.0 + 1e-12).contains(&kappa.value) && kappa.variance.is_finite(), "{kappa:?}");
                assert!(kappa.interval(Alpha::default()).is_none_or(|i| i.low <= i.high), "{kappa:?}");
                assert!(kappa.p().is_none_or(|p| (0.0..=1.0).contains(&p)), "{kappa:?}");
            }
        });
    }

    #[test]
    fn who_labeled_does_not_matter_to_what_looks_at_counts(rows in rows(), order in Just([3usize, 0, 4, 2, 1])) {
        let turned: Rows = rows.iter().map(|row| order.map(|rater| row[rater])).collect();
        let (one, other) = (histograms(&rows), histograms(&turned));
        prop_assert_eq!(krippendorff(&one, &Distance::Nominal), krippendorff(&other, &Distance::Nominal));
        let table = |rows: &Rows| conger(&Table::from_rows(CLASSES, rows), &Distance::Linear).map(|kappa| kappa.value);
        same(table(&rows), table(&turned).ok());
    }
}

#[test]
fn an_empty_table_has_no_figures() {
    for classes in [0, 1, 3] {
        let table = Table::new(2, classes);
        let histograms = Histograms::of(&table);
        assert_eq!(krippendorff(&histograms, &Distance::Nominal), Err(Undefined::NoPair));
        assert_eq!(krippendorff_ordinal(histograms.sample()), Err(Undefined::NoPair));
        assert_eq!(gwet(&histograms, &Distance::Linear), Err(Undefined::NoPair));
        assert_eq!(conger(&table, &Distance::Nominal), Err(Undefined::NoPair));
        assert_eq!(cohen(&Confusion::new(table.classes()), &Distance::Nominal), Err(Undefined::NoPair));
        assert_eq!(percent(histograms.sample()), Err(Undefined::NoPair));
        assert_eq!(confusion_of(&table, 0, 1).total(), 0);
    }
}

#[test]
fn two_groups_that_agree_within_may_differ_from_each_other() {
    let rows: Vec<[Option<u16>; 4]> =
        (0..8).map(|unit| [Some(unit % 2), Some(unit % 2), Some(1 - unit % 2), None]).collect();
    let table = Table::from_rows(2, &rows);
    let found = across(&table, |rater| rater < 2, &Distance::Nominal, Bootstrap::default(), Alpha::default()).unwrap();
    assert_eq!((found.percent, found.kappa, found.units), (0.0, Ok(-1.0), 8));
    let nobody = across(&table, |rater| rater == 3, &Distance::Nominal, Bootstrap::default(), Alpha::default());
    assert_eq!(nobody, Err(Undefined::NoPair));
}
