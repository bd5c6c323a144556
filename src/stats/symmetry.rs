//! A square table of counts against its transpose: do two readings into several classes differ, and do they use
//! the classes equally often?

use super::interval::ChiSquare;

/// Bowker's test of symmetry: is each confusion as frequent as its reverse? With two classes it is McNemar's chi-square.
///
/// Pairs of classes that were never confused say nothing and count no degree of freedom. `None` for a table that is not
/// square or without any confusion. Bowker 1948, J. Am. Stat. Assoc. 43:572.
pub fn bowker<R: AsRef<[u64]>>(table: &[R]) -> Option<ChiSquare> {
    let table = square(table)?;
    let (mut statistic, mut df) = (0.0, 0);
    for (row, counts) in table.iter().enumerate() {
        for (column, count) in counts.iter().enumerate().skip(row + 1) {
            let reverse = table[column][row];
            if count + reverse > 0.0 {
                statistic += (count - reverse).powi(2) / (count + reverse);
                df += 1;
            }
        }
    }
    ChiSquare::of(statistic, df)
}

/// The Stuart-Maxwell test of marginal homogeneity: do both readings use each class equally often?
///
/// Degrees of freedom are the classes less the groups of classes that were never confused across: such groups cannot
/// differ from each other. `None` for a table that is not square or without any confusion.
/// Stuart 1955, Biometrika 42:412; Maxwell 1970, Br. J. Psychiatry 116:651.
pub fn stuart_maxwell<R: AsRef<[u64]>>(table: &[R]) -> Option<ChiSquare> {
    let table = square(table)?;
    let free = free_classes(&table);
    let confusions = |a: usize, b: usize| table[a][b] + table[b][a];
    let excess = |class: usize| (0..table.len()).map(|other| table[class][other] - table[other][class]).sum::<f64>();
    let covariance = |a: usize, b: usize| match a == b {
        true => (0..table.len()).filter(|other| *other != a).map(|other| confusions(a, other)).sum(),
        false => -confusions(a, b),
    };
    let system = free
        .iter()
        .map(|row| free.iter().map(|column| covariance(*row, *column)).chain([excess(*row)]).collect())
        .collect();
    ChiSquare::of(inverse_square(system), u32::try_from(free.len()).ok()?)
}

/// The table in floats, if it is square.
fn square<R: AsRef<[u64]>>(table: &[R]) -> Option<Vec<Vec<f64>>> {
    table
        .iter()
        .map(|row| row.as_ref())
        .map(|row| (row.len() == table.len()).then(|| row.iter().map(|count| *count as f64).collect()))
        .collect()
}

/// All classes but one of each group that confusions connect.
fn free_classes(table: &[Vec<f64>]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..table.len()).collect();
    for a in 0..table.len() {
        for b in 0..a {
            let (from, to) = (group[a], group[b]);
            if from != to && table[a][b] + table[b][a] > 0.0 {
                group.iter_mut().filter(|member| **member == from).for_each(|member| *member = to);
            }
        }
    }
    // A group's name is one of its members: that one is bound by the others.
    (0..table.len()).filter(|class| group[*class] != *class).collect()
}

/// dᵀ S⁻¹ d for rows of S, each followed by its entry of d.
///
/// S is symmetric and weakly diagonally dominant with a positive determinant, so elimination needs no pivoting.
fn inverse_square(mut system: Vec<Vec<f64>>) -> f64 {
    let size = system.len();
    let mut sum = 0.0;
    for step in 0..size {
        let (above, below) = system.split_at_mut(step + 1);
        let pivot = &above[step];
        sum += pivot[size] * pivot[size] / pivot[step];
        for row in below {
            let factor = row[step] / pivot[step];
            for column in step..=size {
                row[column] -= factor * pivot[column];
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Discordant;
    use proptest::prelude::*;

    const FOUR: [[u64; 4]; 4] = [[120, 6, 3, 1], [4, 80, 9, 2], [1, 12, 150, 5], [0, 3, 7, 60]];

    fn check(found: Option<ChiSquare>, statistic: f64, df: u32, p: f64) {
        assert!(
            found.is_some_and(|test| (test.statistic - statistic).abs() < 1e-6
                && test.df == df
                && (test.p - p).abs() < 1e-6),
            "{found:?}"
        );
    }

    #[test]
    fn agrees_with_statsmodels() {
        check(bowker(&FOUR), 3.361905, 6, 0.762243);
        check(stuart_maxwell(&FOUR), 2.105412, 3, 0.550819);
    }

    #[test]
    fn nothing_to_compare_gives_no_test() {
        for table in [vec![], vec![vec![3]], vec![vec![1, 2]], vec![vec![1, 0], vec![0, 5]], vec![vec![1, 2], vec![3]]]
        {
            assert_eq!(bowker(&table), None, "{table:?}");
            assert_eq!(stuart_maxwell(&table), None, "{table:?}");
        }
    }

    #[test]
    fn classes_never_confused_count_for_nothing() {
        let apart = [[9, 5, 0, 0, 0], [2, 9, 0, 0, 0], [0, 0, 9, 0, 0], [0, 0, 0, 9, 1], [0, 0, 0, 8, 9]];
        let expected = 9.0 / 7.0 + 49.0 / 9.0;
        for found in [bowker(&apart), stuart_maxwell(&apart)] {
            assert!(found.is_some_and(|test| test.df == 2 && (test.statistic - expected).abs() < 1e-12), "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn with_two_classes_both_are_mcnemars(table in any::<[[u16; 2]; 2]>()) {
            let table = table.map(|row| row.map(u64::from));
            let mcnemar = Discordant::new(table[0][1], table[1][0]).chi_square();
            for found in [bowker(&table), stuart_maxwell(&table)] {
                match (found, mcnemar) {
                    (Some(found), Some(mcnemar)) => {
                        prop_assert!((found.statistic - mcnemar.statistic).abs() <= 1e-12 * mcnemar.statistic && found.df == 1);
                    }
                    (found, mcnemar) => prop_assert_eq!(found, mcnemar),
                }
            }
        }

        #[test]
        fn the_order_of_classes_and_readings_does_not_matter(table in prop::array::uniform4(prop::array::uniform4(0..30u64))) {
            let order = [2, 0, 3, 1];
            let turned: Vec<Vec<u64>> = order.iter().map(|row| order.iter().map(|column| table[*column][*row]).collect()).collect();
            for (found, turned) in [(bowker(&table), bowker(&turned)), (stuart_maxwell(&table), stuart_maxwell(&turned))] {
                prop_assert_eq!(found.map(|test| test.df), turned.map(|test| test.df));
                if let (Some(found), Some(turned)) = (found, turned) {
                    prop_assert!((found.statistic - turned.statistic).abs() < 1e-8 && found.p > 0.0 && found.p <= 1.0);
                }
            }
        }
    }
}
