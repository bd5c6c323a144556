//! What applies to a case: what a category means, and the clauses that could decide.

use crate::decide::possible::possible_from;
use crate::decide::situation::{Situation, facets};
use crate::decide::words as condition_words;
use crate::policy::Policy;
use crate::policy::case::{Harm, Reading};
use crate::policy::clause::ClauseIx;
use crate::policy::taxonomy::{Category, CategoryIx};
use crate::policy::visible::visible;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};

/// The clauses that could decide on one harm (`None`: on a case without harms) with what is known of it so far, in order
/// of authority. What was not said yet, such as a severity or a facet, could still be anything.
pub fn clauses(policy: &Policy, harm: Option<&Harm>, so_far: &Reading) -> Vec<ClauseIx> {
    let situation = Situation::of(policy, harm, facets(policy, so_far));
    let could = |clause: &crate::policy::clause::Clause| {
        clause.then.is_some() && possible_from(&clause.when, policy, &situation).unwrap_or(true)
    };
    let numbered = policy.clauses.iter().enumerate();
    numbered.filter(|(_, clause)| could(clause)).map(|(at, _)| ClauseIx(at as u32)).collect()
}

/// A category as a labeler needs it: what it means, what is in, what is out, how severe is how severe; and the same of
/// what it is a part of, since that holds for it too.
pub fn category(policy: &Policy, of: CategoryIx, theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Lines { theme, lines: Vec::new() };
    for ix in policy.taxonomy.ancestors(of) {
        let category = policy.taxonomy.get(ix);
        let mut heading = Vec::new();
        if !out.lines.is_empty() {
            out.lines.push(Line::default());
            heading.push(theme.span(Role::Dim, "part of "));
        }
        heading.push(theme.span(Role::Title, shown(&category.title)));
        if category.title != category.id {
            heading.push(theme.span(Role::Dim, format!("   {}", shown(&category.id))));
        }
        out.lines.push(Line::from(heading));
        out.category(category);
        // How severe is how severe is told once, with what holds for the category itself.
        if ix == of {
            out.severity(policy, ix);
        }
    }
    out.lines
}

/// The clauses, each with its behavior, its prose and its guidance.
pub fn clause_lines(policy: &Policy, clauses: &[ClauseIx], theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Lines { theme, lines: Vec::new() };
    let heading = match clauses.len() {
        0 => "NO CLAUSE COULD DECIDE".to_owned(),
        1 => "THE CLAUSE THAT COULD DECIDE".to_owned(),
        n => format!("{n} CLAUSES COULD DECIDE"),
    };
    out.lines.push(theme.line(Role::Title, heading));
    for ix in clauses {
        out.lines.push(Line::default());
        out.clause(policy, *ix);
    }
    let default = policy.manifest.behaviors.id(policy.manifest.default);
    out.lines.push(Line::default());
    out.prose(Role::Dim, &format!("Where no clause applies: {default}."));
    out.lines
}

/// One clause, whether it could decide or not.
pub fn clause(policy: &Policy, ix: ClauseIx, theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Lines { theme, lines: Vec::new() };
    out.clause(policy, ix);
    out.lines
}

/// Every category with what it is about, for whoever has not named one yet.
pub fn categories(policy: &Policy, theme: &Theme) -> Vec<Line<'static>> {
    let usable = policy.taxonomy.iter().filter(|(_, category)| category.deprecated.is_none());
    let mut lines = vec![theme.line(Role::Title, "CATEGORIES")];
    for (_, category) in usable {
        let about = category.definition.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = about.find(". ").map_or(about.len(), |at| at + 1);
        let spans: Vec<Span<'static>> = vec![
            theme.span(Role::Key, format!("{}{}", "  ".repeat(usize::from(category.depth)), shown(&category.id))),
            theme.span(Role::Dim, format!("  {}", shown(&about[..end]))),
        ];
        lines.push(Line::from(spans));
    }
    lines
}

/// What each behavior means, where the manifest says so.
pub fn behaviors(policy: &Policy, theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Lines { theme, lines: Vec::new() };
    let told = policy.manifest.behaviors.iter().filter(|(_, behavior)| !behavior.description.trim().is_empty());
    for (_, behavior) in told {
        if out.lines.is_empty() {
            out.lines.push(theme.line(Role::Title, "BEHAVIORS"));
        }
        let spans: Vec<Span<'static>> = vec![
            theme.span(Role::Key, format!("{}  ", shown(&behavior.id))),
            theme.span(Role::Text, shown(behavior.description.trim())),
        ];
        out.lines.push(Line::from(spans));
    }
    out.lines
}

struct Lines<'t> {
    theme: &'t Theme,
    lines: Vec<Line<'static>>,
}

impl Lines<'_> {
    fn clause(&mut self, policy: &Policy, ix: ClauseIx) {
        let clause = policy.clause(ix);
        let then = clause.then.map(|then| shown(policy.manifest.behaviors.id(then))).unwrap_or_default();
        self.lines.push(Line::from(vec![
            self.theme.span(Role::Accent, shown(&clause.id)),
            self.theme.span(Role::Text, format!("  {then}")),
        ]));
        if !clause.title.is_empty() && clause.title != clause.id {
            self.prose(Role::Label, &clause.title);
        }
        self.prose(Role::Dim, &format!("when {}", condition_words::condition(policy, &clause.when)));
        self.prose(Role::Text, &clause.text);
        if !clause.guidance.trim().is_empty() {
            self.label("guidance");
            self.prose(Role::Text, &clause.guidance);
        }
    }

    fn category(&mut self, category: &Category) {
        self.prose(Role::Text, &category.definition);
        self.list("includes", "+", category.includes.iter().map(|words| words.to_string()));
        self.list("excludes", "−", category.excludes.iter().map(|words| words.to_string()));
        let apart = category.deconflict.iter().map(|apart| format!("{} → {}", apart.say, apart.category));
        self.list("told apart", "≠", apart);
    }

    /// What each severity means, and from which category above that is where the category does not say.
    fn severity(&mut self, policy: &Policy, ix: CategoryIx) {
        let levels = policy.manifest.severities.iter();
        let told: Vec<_> =
            levels.filter_map(|level| Some((level, policy.taxonomy.severity_words(ix, level)?))).collect();
        if !told.is_empty() {
            self.label("severity");
        }
        for (level, (of, words)) in told {
            let mut spans = vec![
                self.theme.span(Role::Key, format!("  {}  ", shown(level))),
                self.theme.span(Role::Text, shown(words)),
            ];
            if of != ix {
                let from = format!(" (from {})", shown(&policy.taxonomy.get(of).id));
                spans.push(self.theme.span(Role::Dim, from));
            }
            self.lines.push(Line::from(spans));
        }
    }

    fn label(&mut self, words: &str) {
        self.lines.push(self.theme.line(Role::Label, words.to_owned()));
    }

    /// Paragraphs; the line ends within one are spaces.
    fn prose(&mut self, role: Role, words: &str) {
        for paragraph in visible(words.trim()).split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            let joined = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            self.lines.push(self.theme.line(role, shown(&joined)));
        }
    }

    fn list(&mut self, label: &str, mark: &str, items: impl Iterator<Item = String>) {
        let mut first = true;
        for item in items {
            if std::mem::take(&mut first) {
                self.label(label);
            }
            let joined = item.split_whitespace().collect::<Vec<_>>().join(" ");
            self.lines.push(self.theme.line(Role::Text, format!("  {mark} {}", shown(&joined))));
        }
    }
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::case::FacetWord;
    use crate::tui::testing::assistant;

    /// A harm, facets parted by spaces (`intent=benign`), clauses that could decide then, and some that could not.
    fn check(harm: Option<(&str, Option<&str>)>, given: &str, holds: &[&str], lacks: &[&str]) {
        let policy = assistant();
        let harm = harm.map(|(category, severity)| Harm {
            category: category.into(),
            severity: severity.map(str::to_owned),
            target: Default::default(),
        });
        let mut reading = Reading::default();
        for (facet, word) in given.split_whitespace().filter_map(|given| given.split_once('=')) {
            reading.facets.insert(facet.into(), FacetWord::One(word.into()));
        }
        let found = clauses(&policy, harm.as_ref(), &reading);
        let ids: Vec<&str> = found.iter().map(|ix| &*policy.clause(*ix).id).collect();
        assert!(holds.iter().all(|id| ids.contains(id)) && !lacks.iter().any(|id| ids.contains(id)), "{ids:?}");
    }

    #[test]
    fn the_clauses_follow_what_is_known() {
        check(Some(("child-safety", None)), "", &["child-safety", "protective-education"], &["cbrn-uplift"]);
        check(Some(("child-safety", Some("low"))), "intent=benign", &["protective-education"], &["cbrn-dual-use"]);
        check(Some(("child-safety", Some("high"))), "", &["child-safety"], &["protective-education"]);
        check(Some(("child-safety", None)), "intent=malicious", &[], &["protective-education"]);
        check(None, "", &[], &["child-safety", "cbrn-uplift", "crisis-escalation"]);
    }

    #[test]
    fn a_category_tells_what_is_in_and_what_is_out() {
        let policy = assistant();
        let ix = policy.taxonomy.find("child-safety").unwrap();
        let lines: Vec<String> = category(&policy, ix, &Theme::default()).iter().map(Line::to_string).collect();
        let text = lines.join("\n");
        assert!(["child-safety", "includes", "excludes", "severity"].iter().all(|word| text.contains(word)), "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    }
}
