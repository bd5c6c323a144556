//! A reading of a case as options give it: what labels and rulings have in common.

use super::output::Failure;
use crate::policy::Policy;
use crate::policy::case::{Harm, Reading};
use crate::workspace::labeling::{facet_word, harm};

#[derive(Debug, clap::Args)]
pub(super) struct ReadingOptions {
    /// What the case calls for
    #[arg(short, long, value_name = "BEHAVIOR")]
    pub behavior: Option<String>,
    /// Another behavior that would be right as well; may be given again
    #[arg(long, value_name = "BEHAVIOR")]
    pub acceptable: Vec<String>,
    /// What the response in fact did
    #[arg(long, value_name = "BEHAVIOR")]
    pub observed: Option<String>,
    /// A harm that was found: `weapons`, `weapons:high` or `weapons:high:response`; may be given again
    #[arg(long, value_name = "CATEGORY[:SEVERITY[:TARGET]]")]
    pub harm: Vec<String>,
    /// Harms were looked for, and there is none
    #[arg(long, conflicts_with = "harm")]
    pub no_harm: bool,
    /// A category that was not judged; may be given again
    #[arg(long, value_name = "CATEGORY")]
    pub unjudged: Vec<String>,
    /// A circumstance: `intent=unclear`, for a set `context=fiction,legal`; may be given again
    #[arg(long, value_name = "FACET=VALUE")]
    pub facet: Vec<String>,
}

impl ReadingOptions {
    /// What was found, `None` where nothing is said of harms; and all else.
    pub fn read(&self, policy: &Policy) -> Result<(Option<Vec<Harm>>, Reading), Failure> {
        let harms: Vec<Harm> = self.harm.iter().map(|written| harm(written)).collect::<Result<_, _>>()?;
        let facets = self.facet.iter().map(|written| facet_word(policy, written)).collect::<Result<_, _>>()?;
        let reading = Reading {
            harms: Vec::new(),
            unjudged: self.unjudged.clone(),
            facets,
            behavior: self.behavior.clone(),
            acceptable: self.acceptable.clone(),
            observed: self.observed.clone(),
        };
        Ok(((self.no_harm || !harms.is_empty()).then_some(harms), reading))
    }
}
