//! What a policy asks of whoever labels: what its behaviors and categories mean, and what its clauses say. The screen shows
//! it as what applies to a case; this is for those who label without the screen.

use super::paint::{Paint, own_words};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::clause::Clause;
use crate::policy::taxonomy::{Category, CategoryIx};
use serde_json::{Map, Value, json};

/// The categories that a label may name.
pub fn usable(policy: &Policy) -> impl Iterator<Item = (CategoryIx, &Category)> {
    policy.taxonomy.iter().filter(|(_, category)| category.deprecated.is_none())
}

/// Behaviors with a description, categories, clauses in order of authority, and what holds where none applies.
pub fn text(policy: &Policy, paint: Paint) -> String {
    let mut out = Lines { out: String::new(), paint };
    let told = policy.manifest.behaviors.iter().filter(|(_, behavior)| !behavior.description.trim().is_empty());
    for (at, (_, behavior)) in told.enumerate() {
        if at == 0 {
            out.heading("what the behaviors mean");
        }
        out.entry(&behavior.id, "");
        out.prose("", &behavior.description);
    }
    for (at, (ix, category)) in usable(policy).enumerate() {
        if at == 0 {
            out.heading("what the categories mean");
        }
        out.entry(&category.id, title_of(&category.title, &category.id));
        if let Some(parent) = category.parent {
            out.prose("part of ", &policy.taxonomy.get(parent).id);
        }
        out.prose("", &category.definition);
        category.includes.iter().for_each(|words| out.prose("in: ", words));
        category.excludes.iter().for_each(|words| out.prose("not in: ", words));
        category
            .deconflict
            .iter()
            .for_each(|apart| out.prose("rather ", &format!("{}: {}", apart.category, apart.say)));
        severities(policy, ix).for_each(|(level, words)| out.prose(&format!("{level}: "), words));
    }
    for (at, clause) in policy.clauses.iter().enumerate() {
        if at == 0 {
            out.heading("what the clauses say");
        }
        out.entry(&clause.id, title_of(&clause.title, &clause.id));
        out.prose("", &format!("{} when {}", then(policy, clause).unwrap_or("nothing"), when(policy, clause)));
        out.prose("", &clause.text);
        out.prose("guidance: ", &clause.guidance);
    }
    out.entry("where no clause applies", default(policy));
    out.out
}

/// `{"behaviors", "categories", "clauses", "default"}`, each entry with its id and its words.
pub fn json(policy: &Policy) -> Value {
    let behavior = |behavior: &crate::policy::behavior::Behavior| json!({"id": behavior.id, "title": behavior.title, "description": behavior.description});
    let category = |(ix, category): (CategoryIx, &Category)| {
        let apart = category.deconflict.iter().map(|apart| json!({"say": apart.say, "category": apart.category}));
        let severity: Map<String, Value> =
            severities(policy, ix).map(|(level, words)| (level.to_owned(), words.into())).collect();
        json!({
            "id": category.id,
            "parent": category.parent.map(|parent| &policy.taxonomy.get(parent).id),
            "title": category.title,
            "definition": category.definition,
            "includes": category.includes,
            "excludes": category.excludes,
            "deconflict": apart.collect::<Vec<_>>(),
            "severity": severity,
        })
    };
    let clause = |clause: &Clause| {
        json!({
            "id": clause.id,
            "title": clause.title,
            "level": clause.level,
            "when": when(policy, clause),
            "then": then(policy, clause),
            "text": clause.text,
            "guidance": clause.guidance,
        })
    };
    json!({
        "behaviors": policy.manifest.behaviors.iter().map(|(_, one)| behavior(one)).collect::<Vec<_>>(),
        "categories": usable(policy).map(category).collect::<Vec<_>>(),
        "clauses": policy.clauses.iter().map(clause).collect::<Vec<_>>(),
        "default": default(policy),
    })
}

/// What each severity means of a category, its own words or those of what it is a part of.
fn severities(policy: &Policy, ix: CategoryIx) -> impl Iterator<Item = (&str, &str)> {
    let levels = policy.manifest.severities.iter();
    levels.filter_map(move |level| Some((&**level, policy.taxonomy.severity_words(ix, level)?.1)))
}

fn when(policy: &Policy, clause: &Clause) -> String {
    words::condition(policy, &clause.when)
}

fn then<'p>(policy: &'p Policy, clause: &Clause) -> Option<&'p str> {
    clause.then.map(|then| &**policy.manifest.behaviors.id(then))
}

fn default(policy: &Policy) -> &str {
    policy.manifest.behaviors.id(policy.manifest.default)
}

/// A title that says more than the id.
fn title_of<'p>(title: &'p str, id: &str) -> &'p str {
    if title == id { "" } else { title }
}

struct Lines {
    out: String,
    paint: Paint,
}

impl Lines {
    fn heading(&mut self, words: &str) {
        self.out.push_str(&format!("\n{}\n", self.paint.dim(words)));
    }

    fn entry(&mut self, id: &str, title: &str) {
        let id = self.paint.bold(own_words(id).into_owned());
        self.out.push_str(format!("  {id}  {}", own_words(title)).trim_end());
        self.out.push('\n');
    }

    /// Paragraphs, each on a line of its own.
    fn prose(&mut self, before: &str, words: &str) {
        for paragraph in words.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            let joined = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            self.out.push_str(&format!("    {}\n", own_words(&format!("{before}{joined}"))));
        }
    }
}
