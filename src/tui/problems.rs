//! A problem among others to choose from.

use super::components::picker::Choice;
use crate::policy::problem::Problem;
use crate::policy::visible::visible_line;
use crate::report::decisions::POINT;

/// A line with what matters, and below it all that there is to say.
pub fn choice(label: String, problem: &Problem) -> Choice {
    let details = problem.details.iter().map(|detail| format!("  · {detail}"));
    let whole = std::iter::once(format!("{}.", problem.message.trim_end_matches('.')));
    // What is counted in points says what these are, where there is room to read.
    let counts = std::iter::once(&problem.message).chain(&problem.details).any(|line| line.contains(" points"));
    let point = counts.then(|| format!("({POINT})"));
    let whole = whole.chain(details).chain([problem.help.clone()]).chain(point).filter(|line| !line.is_empty());
    let about = format!("{} · {}", problem.message, problem.help);
    Choice::new(label, about).whole(whole.map(|line| visible_line(&line).into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::codes;
    use crate::policy::place::Place;

    #[test]
    fn what_is_counted_in_points_says_what_they_are() {
        let check = |message: &str, details: &[&str], expect: &[&str]| {
            let problem = Problem::new(&codes::GAP, Place::file("a.yaml"), message, "Mend it.");
            let problem = problem.with_details(details.iter().map(|line| (*line).to_owned()).collect());
            assert_eq!(choice("a".to_owned(), &problem).whole, expect);
        };
        let point = "(a point is one combination of category, severity, target and facets)";
        check("One gap", &[], &["One gap.", "Mend it."]);
        check("At 2 points", &[], &["At 2 points.", "Mend it.", point]);
        check("One gap", &["3 points"], &["One gap.", "  · 3 points", "Mend it.", point]);
    }
}
