//! Agreement against reference figures: every figure of `tests/fixtures/stats/01` to `08` is checked, within the tolerance that
//! stands beside it. They were computed with krippendorff, scikit-learn, statsmodels, irrCAC and nltk.
//!
//! A key of a fixture that no check knows fails the test. Keys that say something about figures, and are none, are listed in
//! `ABOUT`.

use casebook::stats::agreement::{
    ByRater, Coefficient, Confusion, Distance, Histograms, Kappa, Sets, SideBySide, Table, Undefined, both,
    brennan_prediger, cohen, conger, fleiss, gwet, krippendorff, krippendorff_ordinal, percent, percent_of_pairs,
    specific, specific_by_label, unanimous,
};
use casebook::stats::{Alpha, Bootstrap, bowker, stuart_maxwell};
use serde_json::{Map, Value};
use std::path::Path;

/// Keys beside a figure that are not figures.
const ABOUT: &[&str] = &["source", "tol", "tol_note", "ci_note", "weights_note", "B", "seed"];

#[test]
fn two_raters_skewed() {
    check_labels("01_two_raters_skewed_binary");
}

#[test]
fn two_raters_with_classes_that_nobody_uses() {
    check_labels("02_two_raters_nominal_unused_category");
}

#[test]
fn two_raters_of_what_is_ordered() {
    check_labels("03_two_raters_ordinal_severity");
}

#[test]
fn many_raters() {
    check_labels("04_fleiss_worked_example");
}

#[test]
fn many_raters_with_missing_labels() {
    check_labels("05_krippendorff_2011_missing");
    check_labels("06_many_raters_missing_ordinal");
}

/// A fixture whose input is a table of labels. Its name says nothing: the keys say what is to be computed.
fn check_labels(name: &str) {
    let fixture = fixture(name);
    let input = fixture["input"].as_object().unwrap();
    let categories = list(&input["categories"]);
    let declared = table(categories, list(&input["labels"]));
    for (key, section) in fixture["expected"].as_object().unwrap() {
        let what = format!("{name}.{key}");
        match key.as_str() {
            "two_rater" => check_two(section, &between(&declared, 0, 1), &what),
            "many" | "many_declared_q6" => check_many(section, categories, &declared, &what),
            "many_observed_q5" => {
                let used = &categories[..5];
                check_many(section, used, &table(used, list(&input["labels"])), &what);
            }
            "alpha_ordinal_bootstrap" => check_bootstrap(section, &Histograms::of(&declared), &what),
            other => panic!("`{other}` is not tested"),
        }
    }
    for (key, value) in fixture.get("published").and_then(Value::as_object).into_iter().flatten() {
        let histograms = Histograms::of(&declared);
        let (found, digits) = match key.as_str() {
            "fleiss_kappa_3dp" => (fleiss(&histograms, &Distance::Nominal).unwrap().value, 5e-4),
            metric => (alpha(metric, &histograms, categories).unwrap(), 5e-4),
        };
        check(found, value, digits, &format!("{name}.published.{key}"));
    }
}

fn check_two(section: &Value, confusion: &Confusion, what: &str) {
    let swapped: Vec<Vec<u64>> = confusion.rows().map(<[u64]>::to_vec).collect();
    for (key, expected) in section.as_object().unwrap() {
        let what = &format!("{what}.{key}");
        let kappa = |distance| check_kappa(cohen(confusion, &distance), expected, what);
        let one_class = |class: u16| one_against_rest(confusion, class);
        let histograms = of_pairs(confusion);
        match key.as_str() {
            "n_pairs" => assert_eq!(Some(confusion.total()), expected.as_u64()),
            "confusion" => {
                let rows: Vec<Vec<u64>> = serde_json::from_value(expected.clone()).unwrap();
                assert_eq!(swapped, rows);
            }
            "percent_agreement" => {
                check_figure(Ok(confusion.agreed() as f64 / confusion.total() as f64), expected, what);
                check_figure(percent(histograms.sample()), expected, what);
            }
            "cohen_kappa" => kappa(Distance::Nominal),
            "cohen_kappa_linear" => kappa(Distance::Linear),
            "cohen_kappa_quadratic" => kappa(Distance::Quadratic),
            "scott_pi" => check_value(fleiss(&histograms, &Distance::Nominal), expected, what),
            "brennan_prediger_S_declared_q" => {
                check_value(brennan_prediger(&histograms, &Distance::Nominal), expected, what);
            }
            "brennan_prediger_S_observed_q" => {
                let used = (0..confusion.classes() as u16)
                    .filter(|class| histograms.sample().kinds().any(|kind| kind.count(*class) > 0));
                let rows: Vec<Vec<u32>> = unit_counts(&histograms, &used.collect::<Vec<_>>());
                let narrowed = Histograms::from_counts(rows[0].len() as u16, &rows);
                check_value(brennan_prediger(&narrowed, &Distance::Nominal), expected, what);
            }
            "specific_agreement" => {
                let of = |class| specific(histograms.sample(), class);
                check_classes(expected, confusion.classes(), what, of);
            }
            "one_vs_rest_cohen_kappa" => {
                let of = |class| cohen(&one_class(class), &Distance::Nominal).map(|kappa| kappa.value);
                check_classes(expected, confusion.classes(), what, of);
            }
            "bowker_symmetry" => check_test(bowker(&swapped), expected, what),
            "stuart_maxwell" => check_test(stuart_maxwell(&swapped), expected, what),
            other => panic!("`{other}` is not tested"),
        }
    }
}

fn check_many(section: &Value, categories: &[Value], table: &Table, what: &str) {
    let histograms = Histograms::of(table);
    let sample = histograms.sample();
    for (key, expected) in section.as_object().unwrap() {
        let what = &format!("{what}.{key}");
        let counted = |found: usize| assert_eq!(Some(found as u64), expected.as_u64(), "{what}");
        match key.as_str() {
            "n_units" => counted(table.units()),
            "n_raters" => counted(table.raters()),
            "n_labels" => counted(table.labels()),
            "n_units_pairable" => counted(histograms.pairable()),
            "percent_agreement_mean_pairwise_per_unit" => check_figure(percent(sample), expected, what),
            "percent_agreement_pooled_pairs" => check_figure(percent_of_pairs(sample), expected, what),
            "unanimous_fraction" => check_figure(unanimous(sample), expected, what),
            "krippendorff_alpha" => {
                for (metric, expected) in expected.as_object().unwrap() {
                    check_figure(alpha(metric, &histograms, categories), expected, &format!("{what}.{metric}"));
                }
            }
            "irrCAC_identity" => check_weighted(expected, table, &Distance::Nominal, what),
            "irrCAC_linear" => check_weighted(expected, table, &Distance::Linear, what),
            "irrCAC_quadratic" => check_weighted(expected, table, &Distance::Quadratic, what),
            "irrCAC_ordinal" => check_weighted(expected, table, &Distance::Ordinal, what),
            "per_category" => check_categories(expected, categories, table, what),
            "fleiss_kappa" => check_value(fleiss(&histograms, &Distance::Nominal), expected, what),
            "randolph_kappa_declared_q" => {
                check_value(brennan_prediger(&histograms, &Distance::Nominal), expected, what);
            }
            "fleiss_kappa_per_category" => check_named_classes(expected, categories, what, |class| {
                Ok(fleiss(&histograms.one_against_rest(class), &Distance::Nominal)?.value)
            }),
            "pairwise_cohen" => check_pairs(expected, table, what),
            other => panic!("`{other}` is not tested"),
        }
    }
}

/// The coefficients of irrCAC under one distance.
fn check_weighted(section: &Value, table: &Table, distance: &Distance<'_>, what: &str) {
    let histograms = Histograms::of(table);
    for (name, expected) in section.as_object().unwrap() {
        let found = match name.as_str() {
            "gwet" => gwet(&histograms, distance),
            "fleiss" => fleiss(&histograms, distance),
            "krippendorff" => krippendorff(&histograms, distance),
            "conger" => conger(table, distance),
            "bp" => brennan_prediger(&histograms, distance),
            other => panic!("`{other}` is not tested"),
        };
        let found = found.unwrap_or_else(|why| panic!("{what}.{name}: {why}"));
        let interval = found.interval(Alpha::FIVE_PERCENT).expect("an interval");
        let tolerance = number(&expected["tol"]);
        for (key, expected) in expected.as_object().unwrap() {
            let what = &format!("{what}.{name}.{key}");
            match key.as_str() {
                "value" => check(found.value, expected, tolerance, what),
                "pa" => check(found.observed, expected, tolerance, what),
                "pe" => check(found.chance, expected, tolerance, what),
                "se" => check(found.error.expect("an error"), expected, tolerance, what),
                "ci95" => check_ends(interval.low, interval.high, expected, tolerance, what),
                // For this one coefficient irrCAC gives the chance on one side alone, for all others that on both.
                "p" if name == "bp" => check(found.p().expect("a p") / 2.0, expected, tolerance, what),
                "p" => check(found.p().expect("a p"), expected, tolerance, what),
                about => assert!(ABOUT.contains(&about), "`{about}` is not tested"),
            }
        }
    }
}

fn check_categories(section: &Value, categories: &[Value], table: &Table, what: &str) {
    let histograms = Histograms::of(table);
    let tolerance = number(&section["tol"]);
    let figures = section["value"].as_object().unwrap();
    assert_eq!(figures.len(), categories.len());
    for (name, figures) in figures {
        let class = class_named(categories, name);
        for (key, expected) in figures.as_object().unwrap() {
            let what = &format!("{what}.{name}.{key}");
            let found = match key.as_str() {
                "labels" => {
                    Ok((0..table.units()).flat_map(|unit| table.classes_of(unit)).filter(|c| **c == class).count()
                        as f64)
                }
                "specific_agreement" => specific(histograms.sample(), class),
                "specific_agreement_unit_weighted" => specific_by_label(histograms.sample(), class),
                "alpha_one_vs_rest" => {
                    krippendorff(&histograms.one_against_rest(class), &Distance::Nominal).map(|alpha| alpha.value)
                }
                other => panic!("`{other}` is not tested"),
            };
            check_or_null(found, expected, tolerance, what);
        }
    }
}

fn check_pairs(section: &Value, table: &Table, what: &str) {
    let tolerance = number(&section["tol"]);
    let side_by_side = SideBySide::of(table);
    let of_pair = |a, b| {
        let confusion = Confusion::of_counted(table.classes(), both(&side_by_side.either(a, b)));
        Ok::<_, ()>((confusion.total() > 0).then_some(((a, b), confusion)))
    };
    let found = side_by_side.every_pair(of_pair).unwrap();
    let expected = list(&section["value"]);
    assert_eq!(found.len(), expected.iter().filter(|pair| pair["n"] != 0).count(), "{what}");
    for pair in expected {
        let (a, b) = (pair["a"].as_u64().unwrap() as usize, pair["b"].as_u64().unwrap() as usize);
        let confusion = between(table, a, b);
        assert!(found.iter().all(|(who, found)| *who != (a, b) || *found == confusion), "{what}: {a}, {b}");
        for (key, expected) in pair.as_object().unwrap() {
            let what = &format!("{what}: {key} of {a}, {b}");
            let kappa = |distance| cohen(&confusion, &distance).map(|kappa| kappa.value);
            match key.as_str() {
                "a" | "b" => {}
                "n" => assert_eq!(Some(confusion.total()), expected.as_u64(), "{what}"),
                "agree" => assert_eq!(Some(confusion.agreed()), expected.as_u64(), "{what}"),
                "kappa" => check_or_null(kappa(Distance::Nominal), expected, tolerance, what),
                "kappa_quadratic" => check_or_null(kappa(Distance::Quadratic), expected, tolerance, what),
                other => panic!("`{other}` is not tested"),
            }
        }
    }
}

fn check_kappa(found: Result<Kappa, Undefined>, section: &Value, what: &str) {
    let found = found.unwrap_or_else(|why| panic!("{what}: {why}"));
    let tolerance = number(&section["tol"]);
    let interval = found.interval(Alpha::FIVE_PERCENT).expect("an interval");
    for (key, expected) in section.as_object().unwrap() {
        let what = &format!("{what}.{key}");
        match key.as_str() {
            "value" => check(found.value, expected, tolerance, what),
            "var" => check(found.variance, expected, tolerance, what),
            "var0" => check(found.null_variance, expected, tolerance, what),
            "std" => check(found.variance.sqrt(), expected, tolerance, what),
            "ci95" => check_ends(interval.low, interval.high, expected, tolerance, what),
            "z0" => check(found.z().expect("a z"), expected, tolerance, what),
            "p_two_sided" => check(found.p().expect("a p"), expected, tolerance, what),
            about => assert!(ABOUT.contains(&about), "`{about}` is not tested"),
        }
    }
}

/// The reference's draws are its own, so the ends are near, not equal; the same holds for the spread of the draws.
fn check_bootstrap(section: &Value, histograms: &Histograms, what: &str) {
    let replicates = section["B"].as_u64().unwrap() as u32;
    let bootstrap = Bootstrap { seed: section["seed"].as_u64().unwrap(), replicates };
    let interval = |alpha| bootstrap.interval(histograms, alpha, krippendorff_ordinal).expect("an interval");
    let found = interval(Alpha::FIVE_PERCENT);
    // The middle 68.27 % of a normal distribution are within one standard deviation.
    let spread = interval(Alpha::new(0.3173).unwrap()).width() / 2.0;
    for (key, expected) in section.as_object().unwrap() {
        match key.as_str() {
            "value" => check_ends(found.low, found.high, expected, number(&section["tol"]), what),
            "sd" => check(spread, expected, number(&section["tol"]), what),
            about => assert!(ABOUT.contains(&about), "`{about}` is not tested"),
        }
    }
}

#[test]
fn labels_that_are_sets() {
    let fixture = fixture("07_multilabel_sets");
    for row in list(&fixture["distances"]) {
        let (a, b) = (members(&row["a"]), members(&row["b"]));
        let mut sets = Sets::default();
        let code = |word: &&str| u16::from(word.as_bytes()[0]);
        let (first, second) = (sets.code(a.iter().map(code)).unwrap(), sets.code(b.iter().map(code)).unwrap());
        check(sets.masi(first, second), &row["masi"], 1e-12, &format!("MASI of {a:?}, {b:?}"));
        check(sets.jaccard(first, second), &row["jaccard"], 1e-12, &format!("Jaccard of {a:?}, {b:?}"));
        assert_eq!(sets.masi(first, second), sets.masi(second, first));
    }

    let categories = members(&fixture["input"]["categories"]);
    let class = |word: &str| categories.iter().position(|c| *c == word).unwrap() as u16;
    let mut sets = Sets::default();
    let rows: Vec<Vec<Option<u16>>> = list(&fixture["input"]["labels"])
        .iter()
        .map(|row| {
            let code = |label: &Value| {
                (!label.is_null()).then(|| sets.code(members(label).into_iter().map(class)).expect("few sets"))
            };
            list(row).iter().map(code).collect()
        })
        .collect();
    let histograms = Histograms::of(&Table::from_rows(sets.len() as u16, &rows));
    let alpha = |distance: &(dyn Fn(u16, u16) -> f64 + Sync)| {
        krippendorff(&histograms, &Distance::By(distance)).map(|alpha| alpha.value)
    };
    let before_thirds = |a: u16, b: u16| {
        let likeness = match sets.masi(a, b) {
            0.0 => return 0.0,
            1.0 => return 1.0,
            _ => 1.0 - sets.jaccard(a, b),
        };
        let third = ((1.0 - sets.masi(a, b)) / likeness * 3.0).round();
        1.0 - likeness * if third == 2.0 { 0.67 } else { 0.33 }
    };
    for (key, expected) in fixture["expected"].as_object().unwrap() {
        match key.as_str() {
            "alpha_masi" => check_figure(alpha(&|a, b| sets.masi(a, b)), expected, key),
            "alpha_jaccard" => check_figure(alpha(&|a, b| sets.jaccard(a, b)), expected, key),
            "alpha_exact_set" => {
                let nominal = krippendorff(&histograms, &Distance::Nominal).map(|alpha| alpha.value);
                check_figure(nominal, expected, key);
            }
            "alpha_masi_legacy_0.67_0.33" => check_figure(alpha(&before_thirds), expected, key),
            "has_empty_sets" => assert!((0..sets.len() as u16).any(|code| sets.members(code).is_empty())),
            "per_category_binary" => {
                let tolerance = number(&expected["tol"]);
                for (name, figures) in expected["value"].as_object().unwrap() {
                    let has =
                        |code: &Option<u16>| code.map(|code| u16::from(sets.members(code).contains(&class(name))));
                    let rows: Vec<Vec<Option<u16>>> = rows.iter().map(|row| row.iter().map(has).collect()).collect();
                    let histograms = Histograms::of(&Table::from_rows(2, &rows));
                    for (key, expected) in figures.as_object().unwrap() {
                        let found = match key.as_str() {
                            "alpha" => krippendorff(&histograms, &Distance::Nominal).map(|alpha| alpha.value),
                            "positive_specific_agreement" => specific(histograms.sample(), 1),
                            "negative_specific_agreement" => specific(histograms.sample(), 0),
                            "ac1" => gwet(&histograms, &Distance::Nominal).map(|ac1| ac1.value),
                            other => panic!("`{other}` is not tested"),
                        };
                        check_or_null(found, expected, tolerance, &format!("{key} of {name}"));
                    }
                }
            }
            other => panic!("`{other}` is not tested"),
        }
    }
}

fn members(value: &Value) -> Vec<&str> {
    list(value).iter().map(|word| word.as_str().unwrap()).collect()
}

/// Where the packages disagree (NaN, 1, an exception), what is recommended holds: the reason in words, and no figure.
#[test]
fn what_is_degenerate_is_told_so() {
    let fixture = fixture("08_degenerate_cases");
    for (name, case) in fixture["cases"].as_object().unwrap() {
        let categories = list(&case["categories"]);
        let table = table(categories, list(&case["labels"]));
        let histograms = Histograms::of(&table);
        let kappa = cohen(&between(&table, 0, 1), &Distance::Nominal);
        let alpha = krippendorff(&histograms, &Distance::Nominal);
        let ordinal = krippendorff_ordinal(histograms.sample());
        let (fleiss, ac1) = (fleiss(&histograms, &Distance::Nominal), gwet(&histograms, &Distance::Nominal));
        let percent = percent(histograms.sample());
        let conger = conger(&table, &Distance::Nominal);
        let undefined = |why: Undefined| {
            assert_eq!(kappa.map(|_| ()), Err(why), "{name}");
            assert_eq!(fleiss.map(|_| ()), Err(why), "{name}");
            assert_eq!(conger.map(|_| ()), Err(why), "{name}");
        };
        let no_alpha = |why: Undefined| {
            assert_eq!(alpha.map(|_| ()), Err(why), "{name}");
            assert_eq!(ordinal, Err(why), "{name}");
        };
        match name.as_str() {
            "all_same_category" => {
                undefined(Undefined::NoVariation);
                no_alpha(Undefined::NoVariation);
                assert_eq!((percent, ac1.unwrap().value), (Ok(1.0), 1.0));
                assert_eq!(ac1.unwrap().interval(Alpha::FIVE_PERCENT), None);
                continue;
            }
            "no_overlap" => {
                undefined(Undefined::NoPair);
                no_alpha(Undefined::NoPair);
                assert_eq!((percent, ac1.map(|_| ())), (Err(Undefined::NoPair), Err(Undefined::NoPair)));
                continue;
            }
            "single_category_scheme" => {
                undefined(Undefined::OneClass);
                no_alpha(Undefined::NoVariation);
                assert_eq!((percent, ac1.map(|_| ())), (Ok(1.0), Err(Undefined::OneClass)));
                continue;
            }
            "single_unit" => {
                assert_eq!(kappa.unwrap().interval(Alpha::FIVE_PERCENT), None);
                for found in [fleiss, alpha, ac1] {
                    assert_eq!(found.unwrap().interval(Alpha::FIVE_PERCENT), None);
                }
            }
            "perfect_two_categories" | "one_rater_constant" | "total_disagreement" => {}
            other => panic!("`{other}` is not tested"),
        }
        for (package, expected) in case["packages"].as_object().unwrap() {
            let found = match package.as_str() {
                "sklearn_cohen" | "sklearn_cohen_labels" => kappa.unwrap().value,
                "krippendorff_nominal" | "nltk_alpha" => alpha.unwrap().value,
                "statsmodels_fleiss" => fleiss.unwrap().value,
                // It fails on a single unit, where the figure itself is plain: two labels, no agreement, chance at a half.
                "irrCAC_gwet" if expected.is_string() => {
                    assert_eq!((name.as_str(), ac1.unwrap().value), ("single_unit", -1.0));
                    continue;
                }
                "irrCAC_gwet" => ac1.unwrap().value,
                other => panic!("`{other}` is not tested"),
            };
            check(found, expected, 1e-9, &format!("{name}.{package}"));
        }
    }
}

/// One of Krippendorff's alphas by the name of its metric.
fn alpha(metric: &str, histograms: &Histograms, categories: &[Value]) -> Result<f64, Undefined> {
    let value = |class: u16| number(&categories[usize::from(class)]);
    let ratio = |a: u16, b: u16| ((value(a) - value(b)) / (value(a) + value(b))).powi(2);
    let by = |distance: &Distance<'_>| krippendorff(histograms, distance).map(|alpha: Coefficient| alpha.value);
    match metric {
        "nominal" => by(&Distance::Nominal),
        "ordinal" => krippendorff_ordinal(histograms.sample()),
        "interval" => {
            let values: Vec<f64> = categories.iter().map(number).collect();
            let (steps, squared) = (by(&Distance::Quadratic), by(&Distance::Squared(&values)));
            assert!((steps? - squared?).abs() < 1e-12);
            squared
        }
        "ratio" => by(&Distance::By(&ratio)),
        other => panic!("`{other}` is not tested"),
    }
}

fn check_classes(section: &Value, classes: usize, what: &str, of: impl Fn(u16) -> Result<f64, Undefined>) {
    let figures = section["value"].as_object().unwrap();
    assert_eq!(figures.len(), classes, "{what}");
    // Named by their value, in order.
    for (class, (name, expected)) in (0u16..).zip(figures) {
        check_or_null(of(class), expected, number(&section["tol"]), &format!("{what} of {name}"));
    }
}

fn check_named_classes(section: &Value, categories: &[Value], what: &str, of: impl Fn(u16) -> Result<f64, Undefined>) {
    for (name, expected) in section["value"].as_object().unwrap() {
        let class = class_named(categories, name);
        check_or_null(of(class), expected, number(&section["tol"]), &format!("{what} of {name}"));
    }
}

fn class_named(categories: &[Value], name: &str) -> u16 {
    let mut named = categories.iter().map(Value::to_string);
    named.position(|category| category == name).expect("a category") as u16
}

fn check_test(found: Option<casebook::stats::ChiSquare>, section: &Value, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what}: no test"));
    let tolerance = number(&section["tol"]);
    for (key, expected) in section.as_object().unwrap() {
        match key.as_str() {
            "value" => check(found.statistic, expected, tolerance, what),
            // statsmodels counts pairs of classes that were never confused, and classes that nobody used, as degrees of freedom.
            // casebook does not, since they say nothing, and has another p then: the reference's is what its own count gives.
            "pvalue" if section["df"] != found.df => {
                check(chi_square_tail(found.statistic, number(&section["df"])), expected, tolerance, what);
                assert!(found.p < number(expected), "{what}: {found:?}");
            }
            "pvalue" => check(found.p, expected, tolerance, what),
            "df" => assert!(u64::from(found.df) <= expected.as_u64().unwrap(), "{what}: {found:?}"),
            about => assert!(ABOUT.contains(&about), "`{about}` is not tested"),
        }
    }
}

/// The chance of a larger statistic, by Simpson's rule over the density.
fn chi_square_tail(statistic: f64, df: f64) -> f64 {
    let half = df / 2.0;
    // Γ of a whole or half number.
    let gamma = (0..).map(|step| half - 1.0 - f64::from(step)).take_while(|factor| *factor > 0.0).product::<f64>()
        * if half.fract() == 0.0 { 1.0 } else { std::f64::consts::PI.sqrt() };
    let density = |x: f64| (x / 2.0).powf(half - 1.0) * (-x / 2.0).exp() / 2.0 / gamma;
    let (steps, width) = (200_000, 200.0 / 200_000.0);
    let at = |step: u32| density(statistic + f64::from(step) * width);
    let inner: f64 = (1..steps).map(|step| at(step) * if step % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (at(0) + inner + at(steps)) * width / 3.0
}

fn between(table: &Table, a: usize, b: usize) -> Confusion {
    Confusion::of(table.classes(), ByRater::of(table).both(a, b))
}

/// Two raters' units, each with its two labels.
fn of_pairs(confusion: &Confusion) -> Histograms {
    let cells = (0u16..).zip(confusion.rows()).flat_map(|(a, row)| (0u16..).zip(row).map(move |(b, n)| (a, b, *n)));
    Histograms::of_pairs(confusion.classes() as u16, cells.map(|(a, b, count)| ((a, b), count as u32)))
}

fn unit_counts(histograms: &Histograms, classes: &[u16]) -> Vec<Vec<u32>> {
    let kinds: Vec<Vec<u32>> =
        histograms.sample().kinds().map(|kind| classes.iter().map(|class| kind.count(*class)).collect()).collect();
    histograms.kind_of().iter().map(|kind| kinds[*kind as usize].clone()).collect()
}

fn one_against_rest(confusion: &Confusion, class: u16) -> Confusion {
    let cells = (0u16..).zip(confusion.rows()).flat_map(|(a, row)| (0u16..).zip(row).map(move |(b, n)| (a, b, *n)));
    let joined = cells.map(|(a, b, count)| ((u16::from(a == class), u16::from(b == class)), count as u32));
    Confusion::of_counted(2, joined)
}

fn table(categories: &[Value], labels: &[Value]) -> Table {
    let class = |label: &Value| categories.iter().position(|category| category == label).map(|class| class as u16);
    let rows: Vec<Vec<Option<u16>>> = labels.iter().map(|row| list(row).iter().map(class).collect()).collect();
    Table::from_rows(categories.len() as u16, &rows)
}

/// A coefficient against `{"value", "tol"}`.
fn check_value(found: Result<Coefficient, Undefined>, section: &Value, what: &str) {
    check_figure(found.map(|found| found.value), section, what);
}

fn check_figure(found: Result<f64, Undefined>, section: &Value, what: &str) {
    for key in section.as_object().unwrap().keys() {
        assert!(key == "value" || ABOUT.contains(&key.as_str()), "{what}: `{key}` is not tested");
    }
    check_or_null(found, &section["value"], number(&section["tol"]), what);
}

/// `null` stands for what is undefined.
fn check_or_null(found: Result<f64, Undefined>, expected: &Value, tolerance: f64, what: &str) {
    match found {
        Err(why) => assert!(expected.is_null(), "{what}: {why}, not {expected}"),
        Ok(found) => check(found, expected, tolerance, what),
    }
}

fn check(found: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: {found}, not {expected}"));
    assert!((found - expected).abs() <= tolerance, "{what}: {found}, not {expected}");
}

fn check_ends(low: f64, high: f64, expected: &Value, tolerance: f64, what: &str) {
    let [expected_low, expected_high] = list(expected) else { panic!("{what}: not two ends") };
    check(low, expected_low, tolerance, what);
    check(high, expected_high, tolerance, what);
}

fn fixture(name: &str) -> Map<String, Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stats").join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
