//! What is said of the gold sets, as rows: each with all there is to say, and where it leads.

use super::View;
use crate::decide::{Situation, words};
use crate::report::coverage::{self, CoverageReport, Figure, Missing, bare};
use crate::report::explain::reading_line;
use crate::report::figure::{count, proportion, thousands};
use crate::report::mutate::{self, MutationReport, escape_words};
use crate::report::replay::VersionName;
use crate::report::suggest::{SuggestReport, name, shows_words, today};
use crate::tui::model::Target;
use crate::tui::quality::{Quality, Suggested};
use crate::vcs::Revision;

/// One row.
#[derive(Debug, Clone, Default)]
pub struct QualityRow {
    pub left: String,
    pub right: String,
    /// Whether it is a figure, and nothing that is missing.
    pub is_figure: bool,
    /// What is said of it in full.
    pub about: Vec<String>,
    pub leads: Option<Target>,
    /// Where a case would mend it.
    pub point: Option<Situation>,
    /// What such a case must be, in a line.
    pub case_words: String,
    /// What such a case would show, most telling first, if not what stands at the left.
    pub shows: Vec<String>,
    /// Why no further case is to be added, where one is there.
    pub has_case: Option<&'static str>,
}

impl QualityRow {
    /// What a case that would mend it is for.
    pub fn why(&self) -> &str {
        self.shows.first().unwrap_or(&self.left)
    }
}

/// Rows, with the index of the first row under each heading.
pub type Rows = (Vec<QualityRow>, Vec<(usize, String)>);

/// What a view says, as far as it is known.
pub fn rows(view: View, quality: &Quality) -> Rows {
    let mut rows: Rows = Default::default();
    match view {
        View::Coverage => of_coverage(quality, &mut rows),
        View::Edits => of_edits(quality, &mut rows),
        View::Next => of_next(quality, &mut rows),
    }
    for row in &mut rows.0 {
        if let Some(point) = &row.point {
            row.case_words = reading_line(&words::reading(&quality.of.policy, point));
        }
    }
    rows
}

fn of_coverage(quality: &Quality, (rows, headings): &mut Rows) {
    let policy = &*quality.of.policy;
    let report = CoverageReport {
        version: VersionName::of(&Revision::Worktree),
        policy,
        sets: &quality.gold,
        coverage: &quality.coverage,
        limit: usize::MAX,
    };
    headings.push((0, format!("what {} show", count(quality.coverage.labeled.cases, "labeled case", "labeled cases"))));
    rows.extend(coverage::figures(&report).into_iter().map(|Figure { name, words, about }| QualityRow {
        left: format!("{name:<18}{words}"),
        is_figure: true,
        about: vec![about.to_owned()],
        ..QualityRow::default()
    }));
    let missing = coverage::missing(&report).into_iter().filter(|missing| !missing.lines.is_empty());
    for Missing { heading, lines } in missing {
        headings.push((rows.len(), format!("{heading}: {}", thousands(lines.len() as u64))));
        rows.extend(lines.into_iter().map(|line| {
            let case = line.case.as_ref().and_then(|case| {
                let set = quality.gold.get(case.set)?;
                Some(Target::Case { set: set.set().to_string(), case: set.id(case.row).into_owned() })
            });
            let clause = line.clause.map(|ix| Target::Clause(policy.clause(ix).id.to_string()));
            let more = Some(line.more).filter(|more| !more.is_empty());
            QualityRow {
                about: std::iter::once(line.head.clone()).chain(more).collect(),
                left: line.head,
                right: line.brief,
                leads: case.or(clause),
                point: line.point,
                ..QualityRow::default()
            }
        }));
    }
    headings.push((rows.len(), "clause by clause: cases, tests shown, boundaries held".to_owned()));
    rows.extend(quality.coverage.exercise.clauses.iter().map(|clause| {
        let (ix, id) = (clause.clause, policy.clause(clause.clause).id.to_string());
        let (tests, edges) = (bare(quality.coverage.tests(Some(ix))), bare(quality.coverage.boundaries(Some(ix))));
        let decides = count(clause.decides, "case", "cases");
        QualityRow {
            right: format!("{decides:>10}  {tests:>9}  {edges:>9}"),
            is_figure: true,
            about: vec![format!(
                "{id} decides {decides}. Of its tests {tests} are shown to matter, of its boundaries {edges} have cases on both sides."
            )],
            leads: Some(Target::Clause(id.clone())),
            left: id,
            ..QualityRow::default()
        }
    }));
}

/// What the score rests on.
const EDITS: &str = "Every small edit of every clause is tried on all labeled cases: a clause or a test left out, a threshold moved, \
     another behavior, another order. A case notices an edit where it is right, refused too much, refused too little, wrong in another way or \
     undetermined, and was not so before. An edit that none notices could be made by a slip of the pen: agreement, over- and under-refusal \
     and the gates on these and on regressions would stay. A case that was wrong may still get another verdict that is as wrong. The \
     interval (Wilson, 95 %) takes the edits for a sample of the slips that people make.";

fn of_edits(quality: &Quality, (rows, headings): &mut Rows) {
    let Some(mutation) = &quality.mutation else { return };
    let policy = &*quality.of.policy;
    let report = MutationReport { version: VersionName::of(&Revision::Worktree), policy, mutation, limit: usize::MAX };
    headings.push((0, "how many edits somebody would notice".to_owned()));
    rows.push(QualityRow {
        left: mutate::summary(&report),
        is_figure: true,
        about: vec![mutate::summary(&report), EDITS.to_owned()],
        ..QualityRow::default()
    });
    let survivors = mutation.survivors();
    headings.push((rows.len(), format!("edits that no case notices: {}", thousands(survivors.len() as u64))));
    rows.extend(survivors.into_iter().map(|mutant| {
        let sentence = mutant.edit.sentence(policy);
        let escape = mutant.escape();
        QualityRow {
            right: escape.and_then(|escape| escape.tier).map(|tier| format!("tier {tier}")).unwrap_or_default(),
            about: vec![sentence.clone(), escape_words(mutant, policy)],
            left: sentence,
            leads: Some(Target::Clause(policy.clause(mutant.edit.clause).id.to_string())),
            point: escape.map(|escape| escape.point.clone()),
            ..QualityRow::default()
        }
    }));
    headings.push((rows.len(), "clause by clause: edits noticed".to_owned()));
    rows.extend(mutate::clauses(&report).into_iter().map(|(ix, id)| {
        let score = mutation.score_of_clause(ix);
        let words = if score.of == 0 { "no edit changes a decision".to_owned() } else { proportion(score) };
        let same = mutation.equivalent(Some(ix)) as u64;
        let more = if same > 0 {
            format!("; {} more no decision", count(same, "edit changes", "edits change"))
        } else {
            String::new()
        };
        QualityRow {
            about: vec![format!("{id}: edits noticed: {words}{more}.")],
            leads: Some(Target::Clause(id.clone())),
            left: id,
            right: words,
            is_figure: true,
            ..QualityRow::default()
        }
    }));
}

fn of_next(quality: &Quality, (rows, headings): &mut Rows) {
    let (Some(mutation), Some(suggested)) = (&quality.mutation, &quality.suggestions) else { return };
    let Suggested { cases, unsettled } = &**suggested;
    let policy = &*quality.of.policy;
    let report = SuggestReport {
        policy,
        sets: &quality.gold,
        survivors: &mutation.survivors(),
        coverage: &quality.coverage,
        suggestions: cases,
        unsettled,
        limit: usize::MAX,
    };
    if !cases.is_empty() {
        headings.push((0, format!("cases to write, the most telling first: {}", cases.len())));
    }
    rows.extend(cases.iter().map(|case| {
        let reading = reading_line(&words::reading(policy, &case.point));
        let tier = case.tier.map(|tier| format!("tier {tier} · ")).unwrap_or_default();
        let things = count(case.shows.len() as u64, "thing", "things");
        let shows: Vec<String> = case.shows.iter().map(|shows| shows_words(&report, *shows)).collect();
        let today = format!("{}. A case there would show {things}:", today(policy, &case.point));
        let about = [reading.clone(), today].into_iter().chain(shows.iter().map(|shows| format!("  {shows}")));
        QualityRow {
            about: about.collect(),
            left: reading,
            right: format!("{tier}shows {things}"),
            shows,
            point: Some(case.point.clone()),
            ..QualityRow::default()
        }
    }));
    let lost = quality.coverage.ceiling.lost.iter().flat_map(|lost| lost.cases.iter());
    let waiting: Vec<_> = unsettled
        .iter()
        .map(|case| (case, "its labelers do not agree"))
        .chain(lost.map(|case| (case, "others that differ in nothing a clause can ask are labeled otherwise")))
        .collect();
    if !waiting.is_empty() {
        headings.push((rows.len(), format!("cases to label or rule on: {}", waiting.len())));
    }
    rows.extend(waiting.into_iter().filter_map(|(case, why)| {
        let set = quality.gold.get(case.set)?;
        let name = name(&report, case);
        Some(QualityRow {
            about: vec![format!("{name}: {why}")],
            left: name,
            right: why.to_owned(),
            leads: Some(Target::Case { set: set.set().to_string(), case: set.id(case.row).into_owned() }),
            ..QualityRow::default()
        })
    }));
}
