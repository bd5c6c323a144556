//! What became of the texts that a ruling rests on: their wording then, from the history, and now.

use crate::decide::{Watch, words};
use crate::policy::Policy;
use crate::policy::text_hash::Text;
use crate::precedent::Outdated;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use crate::workspace::timeline::WordedAt;

/// A text that a ruling rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// The name by which the ruling cites it.
    pub text: String,
    /// What counts of it, line by line, as the ruling found it; `None` where the history does not have that wording.
    pub before: Option<String>,
    /// The same as it is now; `None` where the policy has no such text any more.
    pub now: Option<String>,
}

impl PolicyRepo {
    /// The wordings of texts that are outdated, then and now. Those of then are known by their hashes alone and are looked for in the
    /// versions up to HEAD, the newest first: for a job.
    pub fn reworded(
        &self,
        policy: &Policy,
        outdated: &[Outdated],
        watch: &dyn Watch,
    ) -> Result<Vec<Reworded>, WorkspaceError> {
        let now = |text: &str| Text::find(policy, text).map(|text| wording(policy, text));
        let wanted: Vec<(&str, &str)> = outdated.iter().map(|one| (&*one.text, &*one.cited)).collect();
        let before = self.worded_at(&wanted, watch)?;
        let reworded = |(one, before): (&Outdated, Option<WordedAt>)| Reworded {
            text: one.text.clone(),
            before: before.map(|then| wording(&then.policy, then.text)),
            now: now(&one.text),
        };
        Ok(outdated.iter().zip(before).map(reworded).collect())
    }
}

/// What counts of a text, one thing a line.
fn wording(policy: &Policy, text: Text) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |name: &str, words: &str| {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        lines.extend((!words.is_empty()).then(|| format!("{name}{words}")));
    };
    match text {
        Text::Clause(ix) => {
            let clause = policy.clause(ix);
            add("title", &clause.title);
            add("", &clause.text);
            add("when", &words::condition(policy, &clause.when));
            add("then", clause.then.map_or("", |then| policy.manifest.behaviors.id(then)));
        }
        Text::Category(ix) => {
            let category = policy.taxonomy.get(ix);
            if category.definition.is_empty() {
                add("title", &category.title);
            }
            add("", &category.definition);
            category.includes.iter().for_each(|words| add("includes", words));
            category.excludes.iter().for_each(|words| add("excludes", words));
            category.severity.iter().for_each(|(level, words)| add(level, words));
            category.deconflict.iter().for_each(|told| add(&format!("not {}", told.category), &told.say));
        }
    }
    lines.join("\n") + "\n"
}
