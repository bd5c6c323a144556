//! Figures in words: never bare, always with their n and their uncertainty.

use crate::stats::{Alpha, Discordant, Proportion};
use serde_json::{Value, json};

/// `146 of 150, 97.3 % [93.3–99.0]`, or that there is nothing to measure.
pub fn proportion(proportion: Proportion) -> String {
    let Some(rate) = proportion.rate() else { return "nothing to measure".to_owned() };
    let counts = format!("{} of {}", thousands(proportion.hits), thousands(proportion.of));
    match proportion.wilson(Alpha::default()) {
        Some(interval) => {
            format!("{counts}, {} [{}–{}]", percent(rate), bare_percent(interval.low), bare_percent(interval.high))
        }
        None => format!("{counts}, {}", percent(rate)),
    }
}

/// `97.3 %`
pub fn percent(rate: f64) -> String {
    format!("{} %", bare_percent(rate))
}

fn bare_percent(rate: f64) -> String {
    let rounded = format!("{:.1}", rate * 100.0);
    // What is not quite all or quite nothing is not rounded to it.
    match rounded.as_str() {
        "100.0" if rate < 1.0 => ">99.9".to_owned(),
        "0.0" if rate > 0.0 => "<0.1".to_owned(),
        "100.0" => "100".to_owned(),
        "0.0" => "0".to_owned(),
        _ => rounded,
    }
}

/// `{"n", "of", "rate", "low", "high"}`, the last three `null` where there is nothing to measure. The interval is
/// Wilson's, at 95 %.
pub fn proportion_json(proportion: Proportion) -> Value {
    let interval = proportion.wilson(Alpha::default());
    json!({
        "n": proportion.hits,
        "of": proportion.of,
        "rate": proportion.rate(),
        "low": interval.map(|i| i.low),
        "high": interval.map(|i| i.high),
    })
}

/// What the paired change says, and where it says too little: `3 fixed, 1 regressed, p = 0.625 (McNemar, exact): …`.
pub fn paired(change: Discordant) -> String {
    let (fixed, regressed) = (change.first_only, change.second_only);
    if fixed + regressed == 0 {
        return "no case went from right to wrong or from wrong to right".to_owned();
    }
    let p = change.exact_p();
    let mut words = format!(
        "{} fixed, {} regressed, p {} (McNemar, exact)",
        thousands(fixed),
        thousands(regressed),
        if p < 0.001 { "< 0.001".to_owned() } else { format!("= {p:.3}") },
    );
    let alpha = Alpha::default();
    if p >= alpha.value() {
        let (most, word) = if regressed >= fixed { (regressed, "regressed") } else { (fixed, "fixed") };
        let needed = change.needed_for_significance(alpha);
        words.push_str(&format!(
            ": too few to say; {} of {} {word}, {} of {} needed for p < {}",
            thousands(most),
            thousands(fixed + regressed),
            thousands(needed),
            thousands(needed + fixed.min(regressed)),
            alpha.value(),
        ));
    }
    words
}

/// `{"fixed", "regressed", "p"}`
pub fn paired_json(change: Discordant) -> Value {
    json!({"fixed": change.first_only, "regressed": change.second_only, "p": change.exact_p()})
}

/// `1,595`
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 case`, `3 cases`
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_come_with_their_n_and_interval() {
        assert_eq!(proportion(Proportion { hits: 0, of: 0 }), "nothing to measure");
        assert_eq!(proportion(Proportion { hits: 188, of: 200 }), "188 of 200, 94.0 % [89.8–96.5]");
        assert_eq!(proportion(Proportion { hits: 1500, of: 1500 }), "1,500 of 1,500, 100 % [99.7–100]");
        assert_eq!(percent(0.9999), ">99.9 %");
        assert_eq!(percent(0.0001), "<0.1 %");
    }

    #[test]
    fn too_few_to_say_is_said() {
        assert_eq!(paired(Discordant::new(0, 0)), "no case went from right to wrong or from wrong to right");
        assert_eq!(
            paired(Discordant::new(0, 5)),
            "0 fixed, 5 regressed, p = 0.063 (McNemar, exact): too few to say; 5 of 5 regressed, 6 of 6 needed for p < 0.05"
        );
        assert_eq!(paired(Discordant::new(30, 1)), "30 fixed, 1 regressed, p < 0.001 (McNemar, exact)");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(
            (thousands(7), thousands(1595), thousands(1234567)),
            ("7".into(), "1,595".into(), "1,234,567".into())
        );
        assert_eq!((count(1, "case", "cases"), count(0, "case", "cases")), ("1 case".into(), "0 cases".into()));
    }
}
