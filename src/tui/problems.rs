//! A problem among others to choose from.

use super::components::picker::Choice;
use crate::policy::problem::Problem;
use crate::policy::visible::visible_line;

/// A line with what matters, and below it all that there is to say.
pub fn choice(label: String, problem: &Problem) -> Choice {
    let details = problem.details.iter().map(|detail| format!("  · {detail}"));
    let whole = std::iter::once(format!("{}.", problem.message.trim_end_matches('.')));
    let whole = whole.chain(details).chain([problem.help.clone()]).filter(|line| !line.is_empty());
    let about = format!("{} · {}", problem.message, problem.help);
    Choice::new(label, about).whole(whole.map(|line| visible_line(&line).into_owned()).collect())
}
