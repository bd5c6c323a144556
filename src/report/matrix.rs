//! Cases by versions: the cases whose verdict ever changed, and at which commit it became what.

use super::figure::{count, thousands};
use super::history::day;
use super::paint::{Paint, markdown_words, own_words};
use super::time::{HistoryReport, RuledWords, StepWords};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What of it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// So many columns a line may have; `None` for as many as it takes.
    pub width: Option<usize>,
    /// So many rows; `None` for all.
    pub rows: Option<usize>,
}

impl Shown {
    pub const ALL: Shown = Shown { width: None, rows: None };
    /// What a small terminal has room for.
    pub const ON_A_SCREEN: Shown = Shown { width: Some(80), rows: Some(40) };
}

/// A row: the cases whose verdicts took the same way.
struct Row<'r> {
    /// Set and case.
    cases: Vec<(&'r str, &'r str)>,
    /// What they were before the first turn, then, by column, what they became there.
    was: &'r RuledWords,
    turns: Vec<(usize, &'r RuledWords)>,
}

/// The steps at which a verdict changed, the oldest first, and the rows by the name of their first case.
struct Matrix<'r> {
    columns: Vec<&'r StepWords<'r>>,
    rows: Vec<Row<'r>>,
    cases: usize,
}

impl<'r> Matrix<'r> {
    fn of(report: &'r HistoryReport<'_>) -> Self {
        let columns: Vec<&StepWords<'_>> = report.steps.iter().rev().filter(|step| !step.changed.is_empty()).collect();
        let mut by_case: BTreeMap<(&str, &str), Row<'_>> = BTreeMap::new();
        for (at, step) in columns.iter().enumerate() {
            for case in &step.changed {
                let name = (&*case.set, &*case.case);
                let row = by_case.entry(name);
                let row = row.or_insert_with(|| Row { cases: vec![name], was: &case.before, turns: Vec::new() });
                row.turns.push((at, &case.after));
            }
        }
        let cases = by_case.len();
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut known: BTreeMap<(String, Vec<(usize, String)>), usize> = BTreeMap::new();
        for row in by_case.into_values() {
            let way = (verdict(row.was), row.turns.iter().map(|(at, ruled)| (*at, verdict(ruled))).collect());
            let next = rows.len();
            match *known.entry(way).or_insert(next) {
                at if at < next => rows[at].cases.extend(row.cases),
                _ => rows.push(row),
            }
        }
        Matrix { columns, rows, cases }
    }

    /// By behavior its letter.
    fn letters(&self) -> Vec<(&'r str, char)> {
        let all = self.rows.iter().flat_map(|row| std::iter::once(row.was).chain(row.turns.iter().map(|(_, r)| *r)));
        let ids: BTreeSet<&str> = all.map(|ruled| &*ruled.behavior).collect();
        let letters = letters(ids.iter().copied());
        ids.into_iter().zip(letters).collect()
    }
}

/// A letter for each behavior, no two the same: of its own letters the first that is free, else a digit.
pub fn letters<'b>(behaviors: impl IntoIterator<Item = &'b str>) -> Vec<char> {
    let mut taken: Vec<char> = Vec::new();
    for id in behaviors {
        let own = id.chars().filter(|c| c.is_ascii_alphabetic()).flat_map(char::to_uppercase);
        let spare = ('0'..='9').chain('A'..='Z').chain('a'..='z');
        let letter = own.chain(spare).find(|letter| !taken.contains(letter)).unwrap_or('?');
        taken.push(letter);
    }
    taken
}

fn verdict(ruled: &RuledWords) -> String {
    format!("{}{}", ruled.behavior, if ruled.undetermined { "?" } else { "" })
}

impl Row<'_> {
    fn name(&self) -> String {
        let (set, case) = self.cases[0];
        match self.cases.len() {
            1 => format!("{set}/{case}"),
            n => format!("{set}/{case} +{}", thousands(n as u64 - 1)),
        }
    }
}

/// What is left out of a verdict in a cell.
const AS_BEFORE: &str = "·";
/// The names of cases take no more columns than these.
const MOST_NAME: usize = 30;

/// A row for the cases that took one way, a column for each commit that changed a verdict, and below what the commits are.
pub fn text(report: &HistoryReport<'_>, shown: Shown, paint: Paint) -> String {
    let mut matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        let commits = count(report.steps.len() as u64, "commit", "commits");
        return format!("no verdict changed in {commits}\n");
    }
    let letters = matrix.letters();
    let named = |row: &Row<'_>| clipped(&own_words(&row.name()), MOST_NAME);
    let name = matrix.rows.iter().map(|row| named(row).chars().count()).max().unwrap_or_default();
    let cell = matrix.columns.len().to_string().len().max(2) + 1;
    // The name, what it was at first, and the newest columns that fit.
    let fit = shown.width.map_or(usize::MAX, |width| (width.saturating_sub(name + 2 + 4) / cell).max(1));
    let first = matrix.columns.len().saturating_sub(fit);
    // What went back and forth where it can be seen stands on top.
    let seen = |row: &Row<'_>| row.turns.iter().filter(|(at, _)| *at >= first).count();
    matrix.rows.sort_by_key(|row| std::cmp::Reverse((seen(row), row.turns.len(), row.cases.len())));
    let rows = &matrix.rows[..shown.rows.unwrap_or(usize::MAX).min(matrix.rows.len())];
    let mut out = format!("{:name$}  {:>3}", "", "was");
    for at in first..matrix.columns.len() {
        out.push_str(&format!("{:>cell$}", at + 1));
    }
    out.push('\n');
    let letter = |ruled: &RuledWords| {
        let known = letters.iter().find(|(id, _)| *id == ruled.behavior).map_or('*', |(_, letter)| *letter);
        format!("{known}{}", if ruled.undetermined { "?" } else { "" })
    };
    for row in rows {
        let words = named(row);
        // What it was where the columns begin.
        let was = row.turns.iter().rev().find(|(at, _)| *at < first).map_or(row.was, |(_, ruled)| *ruled);
        out.push_str(&format!("{words:name$}  {:>3}", letter(was)));
        for column in first..matrix.columns.len() {
            let turn = row.turns.iter().find(|(at, _)| *at == column);
            out.push_str(&format!("{:>cell$}", turn.map_or(AS_BEFORE.to_owned(), |(_, ruled)| letter(ruled))));
        }
        out.push('\n');
    }
    let key: Vec<String> = letters.iter().map(|(id, letter)| format!("{letter} {}", own_words(id))).collect();
    let open = if rows.iter().any(Row::is_open) { ", ? undetermined" } else { "" };
    out.push_str(&format!("{}\n\n", paint.dim(format!("{}{open}, {AS_BEFORE} as before", key.join(", ")))));
    let digits = matrix.columns.len().to_string().len();
    for (at, step) in matrix.columns.iter().enumerate().skip(first) {
        let subject = own_words(&step.commit.subject).into_owned();
        let line = format!("{:>digits$}  {}  {}  {subject}", at + 1, step.commit.id.short(), day(step.commit.when));
        out.push_str(&shown.width.map_or_else(|| line.clone(), |width| clipped(&line, width)));
        out.push('\n');
    }
    out.push_str(&left_out(&matrix, rows.len(), first, paint));
    out
}

impl Row<'_> {
    fn is_open(&self) -> bool {
        self.was.undetermined || self.turns.iter().any(|(_, ruled)| ruled.undetermined)
    }
}

/// How much there is, and what of it is not shown.
fn left_out(matrix: &Matrix<'_>, rows: usize, first: usize, paint: Paint) -> String {
    let cases = count(matrix.cases as u64, "case", "cases");
    let commits = count(matrix.columns.len() as u64, "commit", "commits");
    let mut out = paint.dim(format!("{cases} changed their verdict at {commits}"));
    let hidden: usize = matrix.rows[rows..].iter().map(|row| row.cases.len()).sum();
    let mut missing = Vec::new();
    if hidden > 0 {
        missing.push(count(hidden as u64, "case", "cases"));
    }
    if first > 0 {
        missing.push(count(first as u64, "earlier commit", "earlier commits"));
    }
    if !missing.is_empty() {
        out.push_str(&format!("\nleft out here: {} (`--all` shows them)", missing.join(" and ")));
    }
    out.push('\n');
    out
}

fn clipped(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The same as a table, with the behaviors in words and every case by its name.
pub fn markdown(report: &HistoryReport<'_>) -> String {
    let matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        return "No verdict changed.\n".to_owned();
    }
    let ids: Vec<&str> = matrix.columns.iter().map(|step| step.commit.id.short()).collect();
    let mut out = format!("| case | was | {} |\n", ids.join(" | "));
    out.push_str(&format!("| --- | --- |{}\n", " --- |".repeat(ids.len())));
    for row in &matrix.rows {
        let names: Vec<String> = row.cases.iter().map(|(set, case)| format!("{set}/{case}")).collect();
        let cell = |column: usize| {
            let turn = row.turns.iter().find(|(at, _)| *at == column);
            turn.map_or(String::new(), |(_, ruled)| markdown_words(&verdict(ruled)).to_string())
        };
        let cells: Vec<String> = (0..ids.len()).map(cell).collect();
        let name = markdown_words(&names.join(", ")).to_string();
        out.push_str(&format!("| {name} | {} | {} |\n", markdown_words(&verdict(row.was)), cells.join(" | ")));
    }
    out.push('\n');
    for step in &matrix.columns {
        let subject = markdown_words(&step.commit.subject);
        out.push_str(&format!("* {} {} {subject}\n", step.commit.id.short(), day(step.commit.when)));
    }
    out
}

/// By case: `[{"set", "case", "was", "turns": [{"commit", "behavior", "undetermined"}]}]`, the oldest turn first.
pub(super) fn json(report: &HistoryReport<'_>) -> Value {
    let matrix = Matrix::of(report);
    let mut cases = Vec::with_capacity(matrix.cases);
    for row in &matrix.rows {
        let turn = |(at, ruled): &(usize, &RuledWords)| {
            let commit = matrix.columns[*at].commit.id.as_str();
            json!({"commit": commit, "behavior": ruled.behavior, "undetermined": ruled.undetermined})
        };
        let turns: Vec<Value> = row.turns.iter().map(turn).collect();
        let was = json!({"behavior": row.was.behavior, "undetermined": row.was.undetermined});
        let case = |(set, case): &(&str, &str)| json!({"set": set, "case": case, "was": was, "turns": turns});
        cases.extend(row.cases.iter().map(case));
    }
    cases.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::flip::FlipKind;
    use crate::report::time::CaseWords;
    use crate::stats::Proportion;
    use crate::vcs::{Commit, Moment, ObjectId, Person};

    fn ruled(behavior: &str) -> RuledWords {
        let undetermined = behavior.ends_with('?');
        RuledWords { behavior: behavior.trim_end_matches('?').to_owned(), clause: None, undetermined }
    }

    fn commit(at: usize) -> Commit {
        Commit {
            id: ObjectId::parse(&format!("{at:040x}")).unwrap(),
            parents: Vec::new(),
            author: Person { name: "Ana".into(), email: String::new() },
            when: Moment { seconds: 0, offset: 0 },
            subject: format!("Edit {at}"),
            body: String::new(),
            trailers: Vec::new(),
        }
    }

    /// The report of steps, the oldest first, each with what it did to which cases: `case before after`.
    fn with_report<T>(steps: &[&[&str]], of: impl Fn(&HistoryReport<'_>) -> T) -> T {
        let commits: Vec<Commit> = (0..steps.len()).map(commit).collect();
        let step = |changed: &&[&str]| {
            let case = |words: &&str| {
                let words: Vec<&str> = words.split(' ').collect();
                CaseWords {
                    set: "core".into(),
                    case: words[0].into(),
                    kind: FlipKind::Changed,
                    before: ruled(words[1]),
                    after: ruled(words[2]),
                }
            };
            changed.iter().map(case).collect::<Vec<_>>()
        };
        let mut all: Vec<StepWords<'_>> = commits
            .iter()
            .zip(steps)
            .map(|(one, changed)| StepWords {
                commit: one,
                is_edit: true,
                is_first: false,
                is_broken: false,
                agree: Proportion::default(),
                changed: step(changed),
            })
            .collect();
        all.reverse();
        of(&HistoryReport { steps: all, policies: steps.len(), only: None, limit: 10 })
    }

    const SOME: &[&[&str]] = &[
        &["a comply refuse", "b comply refuse", "c refuse comply?"],
        &[],
        &["a refuse review", "b refuse review"],
        &["c comply? comply", "d comply refuse"],
    ];

    #[test]
    fn cases_that_took_one_way_share_a_row() {
        let text = with_report(SOME, |report| text(report, Shown::ON_A_SCREEN, Paint::PLAIN));
        let lines = [
            "           was  1  2  3",
            "core/a +1    C  R  E  ·",
            "core/c       R C?  ·  C",
            "core/d       C  ·  ·  R",
            "C comply, R refuse, E review, ? undetermined, · as before",
            "",
            "1  000000000  1970-01-01  Edit 0",
            "2  000000000  1970-01-01  Edit 2",
            "3  000000000  1970-01-01  Edit 3",
            "4 cases changed their verdict at 3 commits",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn what_does_not_fit_is_left_out_with_a_word() {
        let text = with_report(SOME, |report| text(report, Shown { width: Some(21), rows: Some(2) }, Paint::PLAIN));
        let lines = [
            "           was  2  3",
            "core/a +1    R  E  ·",
            "core/c      C?  ·  C",
            "C comply, R refuse, E review, ? undetermined, · as before",
            "",
            "2  000000000  1970-0…",
            "3  000000000  1970-0…",
            "4 cases changed their verdict at 3 commits",
            "left out here: 1 case and 1 earlier commit (`--all` shows them)",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn a_table_names_every_case() {
        let table = with_report(SOME, markdown);
        assert!(table.contains("| core/a, core/b | comply | refuse | review |  |\n"), "{table}");
        assert!(table.contains("| core/d | comply |  |  | refuse |\n"), "{table}");
    }

    #[test]
    fn nothing_is_left_out_of_the_data() {
        let data = with_report(SOME, json);
        let turns: usize = data.as_array().unwrap().iter().map(|case| case["turns"].as_array().unwrap().len()).sum();
        assert_eq!((data.as_array().unwrap().len(), turns), (4, SOME.iter().map(|step| step.len()).sum()));
    }

    #[test]
    fn a_thousand_commits_and_ten_thousand_cases_stay_within_a_screen() {
        let names: Vec<Vec<String>> = (0..1_000)
            .map(|at| (0..10).map(|case| format!("case-{:05} comply refuse", at * 10 + case)).collect())
            .collect();
        let steps: Vec<Vec<&str>> = names.iter().map(|step| step.iter().map(String::as_str).collect()).collect();
        let steps: Vec<&[&str]> = steps.iter().map(Vec::as_slice).collect();
        let text = with_report(&steps, |report| text(report, Shown::ON_A_SCREEN, Paint::PLAIN));
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.lines().count() < 80);
        assert!(text.ends_with("(`--all` shows them)\n"), "{text}");
        // What is shown of the cases changed at what is shown of the commits.
        assert!(text.lines().nth(1).is_some_and(|line| line.contains('R')), "{text}");
    }
}
