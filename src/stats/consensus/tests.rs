use super::*;
use crate::stats::agreement::Table;
use proptest::prelude::*;

const RATERS: usize = 4;
const CLASSES: usize = 3;

type Rows = Vec<[Option<u16>; RATERS]>;

fn rows() -> impl Strategy<Value = Rows> {
    let label = prop_oneof![1 => Just(None), 3 => (0..CLASSES as u16).prop_map(Some)];
    prop::collection::vec(prop::array::uniform4(label), 1..12)
}

fn labels(rows: &Rows) -> Vec<(usize, usize, usize)> {
    let of_row = |(unit, row): (usize, &[Option<u16>; RATERS])| {
        let class = |(rater, class): (usize, Option<u16>)| Some((unit, rater, usize::from(class?)));
        row.iter().copied().enumerate().filter_map(class).collect::<Vec<_>>()
    };
    rows.iter().enumerate().flat_map(of_row).collect()
}

/// Dawid and Skene's model in plain products, cell by cell, as their paper has it.
fn plainly(rows: &Rows, iterations: usize) -> Vec<[f64; CLASSES]> {
    let labels = labels(rows);
    let mut units = vec![[0.0; CLASSES]; rows.len()];
    for (unit, own) in units.iter_mut().enumerate() {
        let of_unit: Vec<usize> = labels.iter().filter(|label| label.0 == unit).map(|label| label.2).collect();
        of_unit.iter().for_each(|class| own[*class] += 1.0 / of_unit.len() as f64);
    }
    for _ in 0..iterations {
        let labeled: Vec<usize> = (0..rows.len()).filter(|unit| labels.iter().any(|label| label.0 == *unit)).collect();
        let prior = |class: usize| labeled.iter().map(|unit| units[*unit][class]).sum::<f64>() / labeled.len() as f64;
        let said = |rater: usize, class: usize, is: usize| {
            let of = labels.iter().filter(|label| label.1 == rater && label.2 == class);
            let (mut sum, mut ever) = (0.0f64, false);
            of.for_each(|label| {
                sum += units[label.0][is];
                ever = true;
            });
            if ever { sum.max(1e-10) } else { 0.0 }
        };
        let error = |rater: usize, class: usize, is: usize| {
            said(rater, class, is) / (0..CLASSES).map(|class| said(rater, class, is)).sum::<f64>()
        };
        let likely = |unit: usize, is: usize| {
            let of_unit = labels.iter().filter(|label| label.0 == unit);
            prior(is).max(1e-10) * of_unit.map(|label| error(label.1, label.2, is)).product::<f64>()
        };
        let mut next = vec![[0.0; CLASSES]; rows.len()];
        for &unit in &labeled {
            let all: Vec<f64> = (0..CLASSES).map(|is| likely(unit, is)).collect();
            (0..CLASSES).for_each(|is| next[unit][is] = all[is] / all.iter().sum::<f64>());
        }
        units = next;
    }
    units
}

proptest! {
    #[test]
    fn the_model_is_the_plain_one(rows in rows(), iterations in 1..6u32) {
        let table = Table::from_rows(CLASSES as u16, &rows);
        let model = dawid_skene(&table, &[], Settings { iterations, tolerance: None });
        for (unit, expected) in plainly(&rows, iterations as usize).iter().enumerate() {
            match model.posteriors.unit(unit) {
                Some(found) => for (found, expected) in found.iter().zip(expected) {
                    prop_assert!((found - expected).abs() < 1e-8, "{found}, not {expected}");
                },
                None => prop_assert_eq!(expected, &[0.0; CLASSES]),
            }
        }
    }

    #[test]
    fn whatever_the_labels_probabilities_sum_to_one(rows in rows(), known in prop::collection::vec(prop::option::of(0..CLASSES as u16), 0..4)) {
        let table = Table::from_rows(CLASSES as u16, &rows);
        let settings = Settings::default();
        for model in [dawid_skene(&table, &known, settings), one_coin(&table, settings)] {
            for (unit, row) in rows.iter().enumerate() {
                let labeled = row.iter().any(Option::is_some);
                prop_assert_eq!(model.posteriors.unit(unit).is_some(), labeled);
                let Some(own) = model.posteriors.unit(unit) else { continue };
                prop_assert!((own.iter().sum::<f64>() - 1.0).abs() < 1e-9 && own.iter().all(|p| (0.0..=1.0).contains(p)));
                prop_assert!(model.posteriors.uncertainty(unit).is_some_and(|u| (0.0..=1.0).contains(&u)));
            }
            for (rater, quality) in model.quality.iter().enumerate() {
                let labeled = rows.iter().any(|row| row[rater].is_some());
                prop_assert!(quality.is_some() == labeled && quality.is_none_or(|quality| (-1e-9..=1.0 + 1e-9).contains(&quality)));
            }
            prop_assert!(model.bounds.iter().all(|bound| !bound.is_nan()) || table.labels() == 0);
        }
        let model = vec![1.0 / CLASSES as f64; rows.len() * CLASSES];
        if let Some(found) = crowdlab(&table, &model) {
            prop_assert!(found.quality.iter().flatten().all(|quality| quality.is_finite()) && found.model_weight > 0.0);
        }
    }
}

#[test]
fn what_is_known_stays_so_and_teaches() {
    // Nobody but the first rater is ever right.
    let rows: Vec<[Option<u16>; 3]> =
        (0..20).map(|unit| [Some(unit % 2), Some(1 - unit % 2), Some(1 - unit % 2)]).collect();
    let table = Table::from_rows(2, &rows);
    let right = |known: &[Option<u16>]| {
        let model = dawid_skene(&table, known, Settings::default());
        (model.posteriors.best(19).unwrap().class, model.quality[0].unwrap().round())
    };
    assert_eq!(right(&[]), (0, 0.0));
    let known: Vec<Option<u16>> = (0..12).map(|unit| Some(unit % 2)).collect();
    assert_eq!(right(&known), (1, 1.0));
}

#[test]
fn a_tie_is_told() {
    let table = Table::from_rows(3, &[[Some(2), Some(1)], [Some(2), Some(2)], [None, None]]);
    let votes = majority(&table);
    assert_eq!(votes.best(0), Some(Best { class: 1, probability: 0.5, tied: true }));
    assert_eq!(votes.best(1), Some(Best { class: 2, probability: 1.0, tied: false }));
    assert_eq!((votes.best(2), votes.unit(2), votes.best(9)), (None, None, None));
    assert_eq!(votes.uncertainty(1), Some(0.0));
    assert!((votes.uncertainty(0).unwrap() - 2f64.ln() / 3f64.ln()).abs() < 1e-12);
    assert_eq!(accuracy(&table, &[Some(1), None, None]), [Some(0.0), Some(1.0)]);
}

#[test]
fn the_figures_are_the_same_on_any_number_of_cores() {
    let rows: Rows =
        (0..9000u32).map(|unit| [0, 1, 2, 3].map(|rater| Some((unit * (rater + 7) / 5 % 3) as u16))).collect();
    let table = Table::from_rows(3, &rows);
    let settings = Settings { iterations: 5, tolerance: None };
    let here = dawid_skene(&table, &[], settings);
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one_core.install(|| dawid_skene(&table, &[], settings)), here);
}

#[test]
fn empty_tables_are_no_trouble() {
    for classes in [0, 1, 3] {
        let mut table = Table::new(2, classes);
        table.push([]);
        let model = dawid_skene(&table, &[], Settings::default());
        assert_eq!((model.posteriors.best(0), model.quality), (None, vec![None, None]));
        assert_eq!(one_coin(&table, Settings::default()).posteriors.best(0), None);
        assert_eq!(majority(&table).best(0), None);
        assert_eq!(crowdlab(&table, &vec![0.3; usize::from(classes)]), None);
    }
}
