//! The same cases read more than twice, yes or no.

use super::interval::ChiSquare;

/// Cochran's Q: do the readings say yes equally often? `cases` holds one row a case, one column a reading; df is readings − 1.
///
/// `None` for fewer than two readings, rows of different length, or when every case was read alike throughout.
/// Cochran 1950, Biometrika 37:256.
pub fn cochran_q<R: AsRef<[bool]>>(cases: &[R]) -> Option<ChiSquare> {
    let readings = cases.first()?.as_ref().len();
    let mut by_reading = vec![0u64; readings];
    let mut spread = 0.0;
    for case in cases {
        let case = case.as_ref();
        if case.len() != readings {
            return None;
        }
        let yes = case.iter().filter(|yes| **yes).count();
        spread += yes as f64 * (readings - yes) as f64;
        for (total, yes) in by_reading.iter_mut().zip(case) {
            *total += u64::from(*yes);
        }
    }
    if readings < 2 || spread == 0.0 {
        return None;
    }
    let mean = by_reading.iter().sum::<u64>() as f64 / readings as f64;
    let between: f64 = by_reading.iter().map(|total| (*total as f64 - mean).powi(2)).sum();
    let statistic = (readings - 1) as f64 * readings as f64 * between / spread;
    ChiSquare::of(statistic, u32::try_from(readings - 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Discordant;
    use proptest::prelude::*;

    #[test]
    fn nothing_to_compare_gives_no_test() {
        assert_eq!(cochran_q::<[bool; 2]>(&[]), None);
        assert_eq!(cochran_q::<[bool; 0]>(&[[], []]), None);
        assert_eq!(cochran_q(&[[true], [false]]), None);
        assert_eq!(cochran_q(&[[true, true], [false, false]]), None);
        assert_eq!(cochran_q(&[vec![true, false], vec![true]]), None);
    }

    proptest! {
        #[test]
        fn with_two_readings_it_is_mcnemars_chi_square(cases in prop::collection::vec(any::<[bool; 2]>(), 1..60)) {
            let count = |wanted: [bool; 2]| cases.iter().filter(|case| **case == wanted).count() as u64;
            let discordant = Discordant::new(count([true, false]), count([false, true]));
            match (cochran_q(&cases), discordant.chi_square()) {
                (Some(q), Some(mcnemar)) => prop_assert!((q.statistic - mcnemar.statistic).abs() < 1e-10 && q.df == 1),
                (q, mcnemar) => prop_assert_eq!(q, mcnemar),
            }
        }

        #[test]
        fn the_order_of_readings_does_not_matter(cases in prop::collection::vec(any::<[bool; 4]>(), 1..40)) {
            let turned: Vec<_> = cases.iter().map(|[a, b, c, d]| [*d, *a, *c, *b]).collect();
            let (found, turned) = (cochran_q(&cases), cochran_q(&turned));
            prop_assert_eq!(found.is_some(), turned.is_some());
            if let (Some(found), Some(turned)) = (found, turned) {
                prop_assert!((found.p - turned.p).abs() < 1e-12 && found.p > 0.0 && found.p <= 1.0);
            }
        }
    }
}
