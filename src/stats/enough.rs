//! Whether a figure is certain enough, and about how much more it takes.

/// How a figure with its interval stands to the least that it must reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    /// The lower end reaches it.
    Met,
    /// The figure itself reaches it, its lower end does not: about so many more units would do.
    More(u64),
    /// The figure itself is too low: more units make it more certain, not higher.
    TooLow,
    /// Without an interval nobody can tell.
    Unknown,
}

/// The figure `value`, found on `n` units, with the lower end `low` of its interval, and the least `bar` for that end.
///
/// The width of an interval shrinks about with the root of the number of units (the standard error of a mean of n independent
/// units is proportional to 1/√n), so that for the part below the figure to be no wider than `value − bar` it takes
/// n · ((value − low) / (value − bar))² units: a rule of thumb, which takes the new units to be like those there are.
pub fn enough(value: f64, low: Option<f64>, n: u64, bar: f64) -> Enough {
    let Some(low) = low.filter(|low| low.is_finite()) else {
        return if value < bar { Enough::TooLow } else { Enough::Unknown };
    };
    if low >= bar {
        return Enough::Met;
    }
    let room = value - bar;
    // A room of nothing, or one that would take more units than anybody can count.
    if room <= 1e-9 || !value.is_finite() {
        return Enough::TooLow;
    }
    let needed = (n as f64 * ((value - low) / room).powi(2) - 1e-9).ceil();
    Enough::More(((needed as u64).saturating_sub(n)).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Alpha, Proportion};

    #[test]
    fn the_root_of_n_says_how_many_more() {
        let check = |value, low, n, bar, expect| assert_eq!(enough(value, low, n, bar), expect, "{value} {low:?} {n}");
        check(0.8, Some(0.7), 50, 0.67, Enough::Met);
        check(0.8, Some(0.67), 50, 0.67, Enough::Met);
        // Half as wide takes four times as many.
        check(0.75, Some(0.55), 50, 0.65, Enough::More(150));
        check(0.75, Some(0.649), 10, 0.65, Enough::More(1));
        check(0.6, Some(0.5), 50, 0.67, Enough::TooLow);
        check(0.67, Some(0.5), 50, 0.67, Enough::TooLow);
        check(0.9, None, 3, 0.67, Enough::Unknown);
        check(0.2, None, 3, 0.67, Enough::TooLow);
        check(f64::NAN, Some(0.0), 3, 0.67, Enough::TooLow);
    }

    #[test]
    fn with_so_many_more_a_proportion_is_about_certain_enough() {
        for (hits, of, bar) in [(45, 50, 0.85), (80, 100, 0.75), (190, 200, 0.93)] {
            let low =
                |hits: u64, of: u64| Proportion { hits, of }.wilson(Alpha::default()).map(|interval| interval.low);
            let rate = hits as f64 / of as f64;
            let Enough::More(more) = enough(rate, low(hits, of), of, bar) else { panic!("{hits} of {of}") };
            let of = of + more;
            let reached = low((rate * of as f64).round() as u64, of).unwrap();
            assert!((reached - bar).abs() < 0.02, "{reached} for {bar}");
        }
    }
}
