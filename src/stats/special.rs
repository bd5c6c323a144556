//! The special functions under the intervals and tests, to about 1e-13.
//!
//! Gamma functions of large arguments nearly cancel in what is needed here, so they are never formed: Stirling's error
//! term and the deviance stand in their place (Loader 2000, "Fast and accurate computation of binomial probabilities").

use std::f64::consts::{PI, TAU};

/// Terms after which a series or fraction is given up as good enough: they need about the square root of the largest
/// argument, so this covers ten thousand million trials.
const MOST_TERMS: u32 = 200_000;

/// Stands for a denominator of 0 in Lentz's method.
const TINY: f64 = 1e-300;

/// The probability of `hits` among `of` trials at chance `rate`. Whole numbers are not needed.
pub(super) fn binomial(hits: f64, of: f64, rate: f64) -> f64 {
    binomial_term(hits, of - hits, rate, 1.0 - rate)
}

/// I_x(a, b), the regularised incomplete beta function, and 1 − I_x(a, b), each without cancellation.
///
/// `a` and `b` above 0, `x` in [0, 1]. The continued fraction of DiDonato and Morris 1992, ACM Trans. Math. Softw. 18:360,
/// section 4, by the modified Lentz method (Lentz 1976, Appl. Opt. 15:668; Thompson and Barnett 1986, J. Comput. Phys.
/// 64:490), on the side of the mean where it converges fast.
pub(super) fn beta_tails(a: f64, b: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let y = 1.0 - x;
    if x <= (a + 1.0) / (a + b + 2.0) {
        let lower = beta_lower(a, b, x, y).clamp(0.0, 1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = beta_lower(b, a, y, x).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// The `x` with I_x(a, b) = `p`. `a` and `b` above 0, `p` in (0, 1).
///
/// Newton's steps, kept within a bracket that is halved wherever a step would leave it or gains too little.
pub(super) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let rest = 1.0 - p;
    if beta_tails(a, b, 0.5).0 >= p {
        lower_half_quantile(a, b, p, rest)
    } else {
        1.0 - lower_half_quantile(b, a, rest, p)
    }
}

/// The chance that a chi-square variable with `df` degrees of freedom exceeds `x`.
///
/// Q(df/2, x/2), the regularised upper incomplete gamma function: its series (DLMF 8.7.1) left of the mean, its continued
/// fraction (DLMF 8.9.2, modified Lentz method) right of it.
pub(super) fn chi_square_survival(x: f64, df: u32) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let (a, x) = (f64::from(df) / 2.0, x / 2.0);
    // x^a e^−x / Γ(a+1)
    let front = (-stirling_error(a) - deviance(a, x)).exp() / (TAU * a).sqrt();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for n in 1..MOST_TERMS {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        1.0 - front * sum
    } else {
        let fraction = lentz(x + 1.0 - a, |n| (n * (a - n), x + 2.0 * n + 1.0 - a));
        a * front / fraction
    }
}

/// The chance that a standard normal variable lies at least as far from 0 as `z`, on either side.
pub(super) fn normal_tails(z: f64) -> f64 {
    chi_square_survival(z * z, 1)
}

/// The chance that a Student variable lies at least as far from 0 as `t`, on either side. `df` above 0.
pub(super) fn student_tails(t: f64, df: f64) -> f64 {
    let square = t * t;
    beta_tails(0.5, df / 2.0, square / (df + square)).1
}

/// The `t` above 0 that a Student variable exceeds with chance `p`. `p` in (0, ½), `df` above 0.
pub(super) fn student_quantile(p: f64, df: f64) -> f64 {
    let share = beta_quantile(0.5, df / 2.0, 1.0 - 2.0 * p);
    (df * share / (1.0 - share)).sqrt()
}

/// The `z` that a standard normal variable exceeds with chance `p`. `p` in (0, 1).
///
/// Wichura 1988, Algorithm AS 241 (PPND16), Appl. Stat. 37:477.
pub(super) fn normal_upper_quantile(p: f64) -> f64 {
    let q = 0.5 - p;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &TAIL) };
    z.copysign(q)
}

/// I_x(a, b) for `x` left of the mean, `y` being 1 − `x`: front factor over continued fraction.
fn beta_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let front = a * b / (a + b) * binomial_term(a, b, x, y);
    if front == 0.0 {
        return 0.0;
    }
    // (a + 1) − (a + b)x, small where `x` is near the mean, free of cancellation where `x` or `y` is small
    let before_mean = a * y - b * x + 1.0;
    let fraction = lentz(a * before_mean / (a + 1.0), |n| {
        let last = a + 2.0 * n - 1.0;
        let over = (a + n - 1.0) / last * ((a + b + n - 1.0) / last) * n * (b - n) * x * x;
        let under = n + n * (b - n) * x / last + (a + n) * (before_mean + n * (1.0 + y)) / (last + 2.0);
        (over, under)
    });
    front / fraction
}

/// The `x` with I_x(a, b) = `p`, known not to lie beyond ½. `rest` is 1 − `p`: the smaller of the two is the one compared.
fn lower_half_quantile(a: f64, b: f64, p: f64, rest: f64) -> f64 {
    let (mut low, mut high) = (0.0, 0.5);
    let mut x = (a / (a + b)).clamp(0.0, 0.5);
    let mut last_step = f64::INFINITY;
    // Halving alone is through all floats of [0, ½] after some 1100 steps.
    for _ in 0..1200 {
        let (below, above) = beta_tails(a, b, x);
        let error = if p <= rest { below - p } else { rest - above };
        if error == 0.0 {
            return x;
        }
        if error < 0.0 {
            low = x
        } else {
            high = x
        }
        let slope = a * b / (a + b) * binomial_term(a, b, x, 1.0 - x) / (x * (1.0 - x));
        let newton = x - error / slope;
        let next = if newton > low && newton < high && (newton - x).abs() < last_step / 2.0 {
            newton
        } else {
            low + (high - low) / 2.0
        };
        last_step = (next - x).abs();
        x = next;
        if last_step <= x * f64::EPSILON || high - low <= high * f64::EPSILON {
            break;
        }
    }
    x
}

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)), where `term(n)` gives aₙ and bₙ from n = 1.
fn lentz(first: f64, term: impl Fn(f64) -> (f64, f64)) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut value = away_from_zero(first);
    let (mut c, mut d) = (value, 0.0);
    for n in 1..MOST_TERMS {
        let (over, under) = term(f64::from(n));
        d = 1.0 / away_from_zero(under + over * d);
        c = away_from_zero(under + over / c);
        value *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// Γ(a+b+1) / (Γ(a+1) Γ(b+1)) · x^a y^b for `y` = 1 − `x`: a binomial probability, if `a` and `b` are whole.
fn binomial_term(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if a == 0.0 {
        return y.powf(b);
    }
    if b == 0.0 {
        return x.powf(a);
    }
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    (errors - deviance(a, n * x) - deviance(b, n * y)).exp() * (n / (2.0 * PI * a * b)).sqrt()
}

/// ln Γ(z+1) − [(z + ½) ln z − z + ½ ln 2π], for `z` above 0: Stirling's series, reached from below by its recurrence.
fn stirling_error(z: f64) -> f64 {
    let (mut z, mut below) = (z, 0.0);
    while z < 16.0 {
        below += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let square = z * z;
    let series = [-691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    below + series.iter().fold(0.0, |sum, factor| sum / square + factor) / z
}

/// x ln(x/m) + m − x, without cancellation where `x` is near `m`. Loader 2000, section 3.
fn deviance(x: f64, m: f64) -> f64 {
    let apart = x - m;
    if apart.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - apart;
    }
    let v = apart / (x + m);
    let mut sum = apart * v;
    let mut power = 2.0 * x * v;
    for odd in (3..1000).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// A ratio of two polynomials, coefficients from the highest power down.
fn ratio(r: f64, [over, under]: &[[f64; 8]; 2]) -> f64 {
    let value = |factors: &[f64; 8]| factors.iter().fold(0.0, |sum, factor| sum * r + factor);
    value(over) / value(under)
}

const CENTRE: [[f64; 8]; 2] = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_545,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

const MIDDLE: [[f64; 8]; 2] = [
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

const TAIL: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Relative, against figures computed to sixty digits.
    fn check(found: f64, expected: f64, what: &str) {
        assert!((found - expected).abs() <= 1e-13 * expected.abs(), "{what}: {found:e}, not {expected:e}");
    }

    #[test]
    fn both_tails_of_the_beta_distribution() {
        for (a, b, x, below, above) in [
            (0.5, 0.5, 0.1, 0.20483276469913346, 0.7951672353008665),
            (0.5, 10.5, 3.0517578125e-05, 0.01995788652873288, 0.9800421134712671),
            (1.0, 1.0, 0.3, 0.3, 0.7),
            (3.0, 998.0, 0.0009765625, 0.07595140364207041, 0.9240485963579296),
            (82.0, 182.0, 0.3125, 0.5331392380417604, 0.46686076195823953),
            (491.0, 10.0, 0.96875, 0.04938316413177839, 0.9506168358682217),
            (0.5, 0.5, 0.9990234375, 0.9801023926741228, 0.019897607325877215),
            (1500.0, 96.0, 0.9375, 0.33694544906376206, 0.6630545509362379),
            (5001.0, 5001.0, 0.4921875, 0.05906010798939527, 0.9409398920106047),
            (30.0, 2.0, 0.5, 1.4901161193847656e-8, 0.9999999850988388),
            (100000.0, 3.0, 0.99993896484375, 0.05749609137290319, 0.9425039086270968),
        ] {
            let found = beta_tails(a, b, x);
            check(found.0, below, &format!("I_{x}({a}, {b})"));
            check(found.1, above, &format!("1 - I_{x}({a}, {b})"));
        }
    }

    #[test]
    fn chi_square_beyond() {
        for (x, df, expected) in [
            (0.001, 1, 0.9747728793699604),
            (3.841458820694124, 1, 0.05000000000000006),
            (4.5, 1, 0.033894853524689273),
            (40.0, 1, 2.539628589470865e-10),
            (1000.0, 1, 1.7958327848007262e-219),
            (11.057142857142857, 3, 0.01142086158700907),
            (0.5, 4, 0.9735009788392561),
            (3.361905, 6, 0.7622426701377181),
            (150.0, 100, 0.0009039320423540091),
            (90.0, 100, 0.7531979655998298),
            (5.0, 2, 0.0820849986238988),
        ] {
            check(chi_square_survival(x, df), expected, &format!("{x} at {df}"));
        }
        assert_eq!(chi_square_survival(0.0, 3), 1.0);
    }

    #[test]
    fn student_quantiles_and_tails() {
        for (p, df, expected) in [
            (0.025, 1.0, 12.706204736174705),
            (0.025, 2.0, 4.302652729749464),
            (0.025, 9.0, 2.2621571627982055),
            (0.005, 30.0, 2.7499956535672253),
            (0.025, 349.0, 1.9667845565748404),
            (0.025, 1e6, 1.959966356814107),
            (0.25, 5.0, 0.7266868438004226),
        ] {
            let found = student_quantile(p, df);
            assert!((found - expected).abs() < 1e-10 * expected, "{p} at {df}: {found}, not {expected}");
            assert!((student_tails(-found, df) - 2.0 * p).abs() < 1e-12);
        }
        assert_eq!(student_tails(0.0, 3.0), 1.0);
    }

    #[test]
    fn normal_quantiles() {
        for (p, expected) in [
            (0.5, 0.0),
            (0.4, 0.2533471031357997),
            (0.1, 1.2815515655446004),
            (0.075, 1.439531470938456),
            (0.025, 1.9599639845400542),
            (0.005, 2.575829303548901),
            (1e-6, 4.753424308822899),
            (1e-12, 7.034483825301132),
            (1e-50, 14.933337534788489),
            (1e-300, 37.0470962993612),
            (0.0124, 2.2445038731653933),
        ] {
            let found = normal_upper_quantile(p);
            assert!((found - expected).abs() <= 4e-16 * expected.abs().max(1.0), "{p:e}: {found}, not {expected}");
        }
    }

    #[test]
    fn binomial_probabilities() {
        check(binomial(3.0, 6.0, 0.5), 0.3125, "3 of 6");
        check(binomial(0.0, 5.0, 0.5), 0.03125, "0 of 5");
        check(binomial(5.0, 5.0, 0.5), 0.03125, "5 of 5");
        check(binomial(2.0, 4.0, 0.25), 0.2109375, "2 of 4");
        check((0..=40).map(|hits| binomial(f64::from(hits), 40.0, 0.3)).sum(), 1.0, "all of 40");
    }

    #[test]
    fn the_ends_of_the_beta_distribution() {
        assert_eq!(beta_tails(2.0, 3.0, 0.0), (0.0, 1.0));
        assert_eq!(beta_tails(2.0, 3.0, 1.0), (1.0, 0.0));
    }

    #[test]
    fn quantiles_with_a_closed_form() {
        for p in [1e-300, 1e-12, 0.025, 0.5, 0.975, 1.0 - 1e-12] {
            check(beta_quantile(1.0, 1.0, p), p, "uniform");
            check(beta_quantile(1.0, 20.0, p), -((-p).ln_1p() / 20.0).exp_m1(), "smallest of 20");
            check(beta_quantile(20.0, 1.0, p), p.powf(0.05), "largest of 20");
        }
    }

    proptest! {
        #[test]
        fn the_quantile_undoes_the_distribution(a in 0.5..500.0, b in 0.5..500.0, p in 1e-6..0.999999) {
            let (below, _) = beta_tails(a, b, beta_quantile(a, b, p));
            // Near 1 a float may be too coarse to hit p better than this.
            prop_assert!((below - p).abs() < 1e-7 * (1.0 - p).max(1e-6) + 1e-11, "{below} {p}");
        }

        #[test]
        fn the_distribution_mirrors_and_grows(a in 0.5..2000.0, b in 0.5..2000.0, x in 0.0..1.0, further in 0.0..1.0) {
            let (found, mirrored) = (beta_tails(a, b, x), beta_tails(b, a, 1.0 - x));
            prop_assert!((found.0 - mirrored.1).abs() < 1e-10 && (found.0 + found.1 - 1.0).abs() < 1e-15);
            prop_assert!(found.0 <= beta_tails(a, b, x + (1.0 - x) * further).0 + 1e-12);
        }
    }
}
