//! The end of an interval by trial: what a test does not reject.

/// The point furthest from `accepted`, on the way to `end`, that `accepts` still accepts; to the last digit.
///
/// `accepted` counts as accepted. Once a point is rejected, all points behind it must be.
pub(super) fn furthest(accepted: f64, end: f64, accepts: impl Fn(f64) -> bool) -> f64 {
    if accepts(end) {
        return end;
    }
    let (mut inside, mut outside) = (accepted, end);
    loop {
        let middle = inside + (outside - inside) / 2.0;
        if middle == inside || middle == outside || !middle.is_finite() {
            return inside;
        }
        // Near 0 the floats are dense: beyond this width halving on only spends time.
        if (outside - inside).abs() < 1e-17 {
            return inside;
        }
        if accepts(middle) { inside = middle } else { outside = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_last_accepted_point_in_either_direction() {
        assert!((furthest(0.0, 1.0, |x| x * x <= 0.5) - 0.5f64.sqrt()).abs() < 1e-15);
        assert!((furthest(0.0, -1.0, |x| x * x <= 0.5) + 0.5f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn all_accepted_reaches_the_end_and_none_stays() {
        assert_eq!(furthest(0.25, 1.0, |_| true), 1.0);
        assert_eq!(furthest(0.25, 1.0, |_| false), 0.25);
        assert_eq!(furthest(1.0, 1.0, |_| false), 1.0);
        assert!(furthest(0.0, 1.0, |_| false) < 1e-16);
    }
}
