//! Small pictures of numbers, and numbers as they are written.

/// A part of a whole as a row of blocks: `▰▰▰▱▱`. Nothing is shown empty or full that is not quite.
pub fn meter(part: f64, columns: usize) -> String {
    let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
    let mut full = (part * columns as f64).round() as usize;
    if part > 0.0 {
        full = full.max(1);
    }
    if part < 1.0 {
        full = full.min(columns.saturating_sub(1));
    }
    let full = full.min(columns);
    "▰".repeat(full) + &"▱".repeat(columns - full)
}

/// A value as a bar of at most `columns` columns, in eighths of a column.
pub fn bar(part: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (part * columns as f64 * 8.0).round() as usize;
    let eighths = if part > 0.0 { eighths.max(1) } else { 0 };
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// A series as a line of blocks, the lowest value at the bottom and the highest at the top; the last values, where there
/// are more than columns. A gap where a value is missing.
pub fn sparkline(values: &[Option<f64>], columns: usize) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values = &values[values.len().saturating_sub(columns)..];
    let known = || values.iter().flatten().copied().filter(|value| value.is_finite());
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let level = |value: f64| {
        // A series that never changes runs through the middle.
        let part = if high > low { (value - low) / (high - low) } else { 0.5 };
        LEVELS[((part * 7.0).round() as usize).min(7)]
    };
    values.iter().map(|value| value.filter(|value| value.is_finite()).map_or(' ', level)).collect()
}

/// A whole number with its digits in groups of three: `345 600`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_drawn_honestly() {
        fn check(part: f64, expect: &str) {
            assert_eq!(meter(part, 5), expect, "{part}");
        }
        check(0.0, "▱▱▱▱▱");
        check(0.001, "▰▱▱▱▱");
        check(0.6, "▰▰▰▱▱");
        check(0.999, "▰▰▰▰▱");
        check(1.0, "▰▰▰▰▰");
        check(f64::NAN, "▱▱▱▱▱");
        check(7.0, "▰▰▰▰▰");
        assert_eq!(meter(0.5, 0), "");
    }

    #[test]
    fn bars_and_series_are_drawn() {
        assert_eq!(bar(0.5, 5), "██▌");
        assert_eq!(bar(0.001, 5), "▏");
        assert_eq!(bar(1.0, 2), "██");
        assert_eq!(sparkline(&[Some(0.0), None, Some(0.5), Some(1.0)], 9), "▁ ▅█");
        assert_eq!(sparkline(&[Some(1.0), Some(2.0), Some(2.0)], 2), "▅▅");
        assert_eq!(sparkline(&[], 5), "");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([count(0), count(999), count(1_440), count(1_234_567)], ["0", "999", "1 440", "1 234 567"]);
    }
}
