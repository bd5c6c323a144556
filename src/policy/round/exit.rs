//! What a round must reach before it is enough.

use std::fmt;
use std::sync::Arc;

/// One thing that must be reached before the round is enough.
#[derive(Debug, Clone, PartialEq)]
pub struct Exit {
    /// `alpha-ordinal`, `percent` …
    pub measure: Arc<str>,
    /// `behavior`, `severity`, `harms`, `observed`, or a facet.
    pub field: Arc<str>,
    /// What the lower end of the measure's interval must reach.
    pub low: f64,
}

/// How a round stood to an exit criterion when it was closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    pub exit: Exit,
    /// What was measured; in words why there was no figure.
    pub value: Result<f64, Arc<str>>,
    /// Lower and upper end of its 95 % interval, where it had one.
    pub interval: Option<(f64, f64)>,
    /// Cases that it rested on.
    pub n: usize,
    pub met: bool,
}

impl Exit {
    /// Reads `alpha-ordinal severity >= 0.67`, or as one says it, `ordinal alpha of severity ≥ 0.67`; `None` where it is not
    /// written so, or the number is not from −1 to 1.
    pub fn parse(words: &str) -> Option<Exit> {
        let (what, low) = words.split_once(">=").or_else(|| words.split_once('≥'))?;
        let low: f64 = low.trim().parse().ok().filter(|low| (-1.0..=1.0).contains(low))?;
        let exit = |measure: String, field: &str| Exit { measure: measure.into(), field: field.into(), low };
        match what.split_whitespace().collect::<Vec<_>>()[..] {
            [measure, field] | [measure, "of", field] => Some(exit(measure.to_owned(), field)),
            [kind, measure, "of", field] => Some(exit(format!("{measure}-{kind}"), field)),
            _ => None,
        }
    }
}

/// As it is read.
impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} >= {}", self.measure, self.field, self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_criterion_is_read_as_it_is_written() {
        let check = |words: &str, expect: Option<&str>| {
            assert_eq!(Exit::parse(words).map(|exit| exit.to_string()).as_deref(), expect, "{words}");
        };
        check("alpha-ordinal severity >= 0.67", Some("alpha-ordinal severity >= 0.67"));
        check("  percent of behavior>=.9 ", Some("percent behavior >= 0.9"));
        check("ordinal alpha of severity ≥ 0.67", Some("alpha-ordinal severity >= 0.67"));
        for wrong in
            ["alpha-ordinal severity", "severity >= 0.6", "a b c >= 1", "a b >= 2", "a b >= NaN", "a b > 0.5", ""]
        {
            check(wrong, None);
        }
    }
}
