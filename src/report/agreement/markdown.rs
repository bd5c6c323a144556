//! For a report or a comment.

use super::{
    AgreementReport, MOST_SHOWN, PERIOD, STRICTER_NOTE, cases, figure_words, group_name, period, share, undefined,
};
use crate::agreement::figure::Name;
use crate::agreement::{Measure, Period, Scope};
use crate::report::figure::{count, thousands};
use crate::report::paint::markdown_words;

/// What the text says, with tables.
pub fn markdown(report: &AgreementReport<'_>) -> String {
    let agreement = report.agreement;
    let words = markdown_words;
    let mut out = format!("## {}: agreement on {}\n\n", words(&agreement.set), words(report.field));
    let all = count(agreement.cases as u64, "case", "cases");
    out.push_str(&format!(
        "{}. {}.\n",
        words(&format!("{all}, {}, {}", report.who(), report.labels())),
        words(&report.again.words())
    ));
    for scope in report.scopes(|s| matches!(s, Scope::All | Scope::Humans | Scope::Models | Scope::HumansModels)) {
        out.push_str(&group(report, scope));
    }
    let answers = report.scopes(|scope| matches!(scope, Scope::Category(_) | Scope::Behavior(_)));
    let names = [Name::Percent, Name::AlphaNominal, Name::Ac1];
    out.push_str(&table(report, "Each answer (percent is specific agreement)", &answers, answers.len(), &names));
    let pairs = report.pairs();
    out.push_str(&table(report, "Pairs, lowest first", &pairs, MOST_SHOWN, report.of_two()));
    let gold = report.scopes(|scope| matches!(scope, Scope::Gold(_)));
    out.push_str(&table(report, "Against gold labels", &gold, MOST_SHOWN, report.of_two()));
    let within = report.scopes(|scope| matches!(scope, Scope::Labeler(_)));
    out.push_str(&table(report, "Within a labeler, over cases read twice", &within, MOST_SHOWN, report.of_two()));
    for (title, than_gold) in [("Who is stricter", false), ("Who is stricter than the gold labels", true)] {
        out.push_str(&shown(title, &format!("{STRICTER_NOTE}."), &report.stricter(than_gold), MOST_SHOWN));
    }
    out.push_str(&list("What is confused", &report.mixed()));
    for (title, rows) in [false, true].into_iter().filter_map(|with_gold| report.matrix(with_gold)) {
        out.push_str(&shown("Who says what", &format!("{title}."), &rows, rows.len()));
    }
    out.push_str(&splits(report));
    out.push_str(&worst(report));
    out.push_str(&drift("Round by round", &agreement.drift.rounds, report));
    out.push_str(&drift("From version to version", &agreement.drift.policies, report));
    let resamples = thousands(report.replicates.into());
    if let Some(words) = super::no_interval(report) {
        out.push_str(&format!("\n{words}\n"));
    }
    out.push_str(&format!("\nAgain (seed {}, {resamples} resamples):\n\n", report.seed));
    // An indented block: nothing in it means anything to Markdown.
    out.push_str(&format!("    {}\n", crate::report::paint::own_words(&report.again.command_line())));
    out
}

fn group(report: &AgreementReport<'_>, scope: &Scope) -> String {
    let measures: Vec<&Measure> = report.of_scope(scope).collect();
    let Some(first) = measures.first() else { return String::new() };
    let mut title = group_name(scope).to_owned();
    title[..1].make_ascii_uppercase();
    let of = markdown_words(&cases(&first.cases));
    let head = format!("\n### {title}\n\nCases: {of}.\n\n");
    if let Some(why) = undefined(&measures) {
        return format!("{head}No figure is defined: {why}.\n");
    }
    let mut out = format!("{head}| measure | figure |\n| --- | --- |\n");
    for measure in measures {
        let figure = measure.figure.map_or_else(|why| format!("undefined: {why}"), figure_words);
        out.push_str(&format!("| {} | {} |\n", measure.name.word(), markdown_words(&figure)));
    }
    out
}

fn table(report: &AgreementReport<'_>, title: &str, scopes: &[&Scope], most: usize, names: &[Name]) -> String {
    if scopes.is_empty() {
        return String::new();
    }
    let same = report.same_cases(scopes).map_or(String::new(), |same| format!("Cases: {}.", cases(same)));
    shown(title, &same, &report.table(scopes, names, ""), most)
}

/// A row of titles and rows below it, as many as are shown.
fn shown(title: &str, note: &str, rows: &[Vec<String>], most: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let note = if note.is_empty() { String::new() } else { format!("{}\n\n", markdown_words(note)) };
    let shown = rows.len().min(most + 1);
    format!("\n### {title}\n\n{note}{}{}", grid(&rows[..shown]), more(rows.len() - shown))
}

/// The first row is the head.
fn grid(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(|cell| markdown_words(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        out.push_str(&line(row));
        if at == 0 {
            out.push_str(&format!("|{}\n", " --- |".repeat(row.len())));
        }
    }
    out
}

fn list(title: &str, sentences: &[String]) -> String {
    if sentences.is_empty() {
        return String::new();
    }
    let mut out = format!("\n### {title}\n\n");
    for sentence in sentences.iter().take(MOST_SHOWN) {
        out.push_str(&format!("- {}\n", markdown_words(sentence)));
    }
    out + &more(sentences.len().saturating_sub(MOST_SHOWN))
}

fn splits(report: &AgreementReport<'_>) -> String {
    let blame = &report.agreement.blame;
    if blame.splits == 0 {
        return String::new();
    }
    let (split, agreed) = (thousands(blame.splits), thousands(blame.agreed));
    let mut out = format!("\n### What the splits touch\n\n{split} cases split, {agreed} agreed.\n");
    for (what, shares) in [("clause", &blame.clauses), ("category", &blame.categories)] {
        if !shares.is_empty() {
            let mut rows = vec![vec![what.to_owned(), "in the splits".to_owned(), "in the others".to_owned()]];
            rows.extend(shares.iter().take(MOST_SHOWN).map(|one| share(one).to_vec()));
            out.push_str(&format!("\n{}{}", grid(&rows), more(shares.len().saturating_sub(MOST_SHOWN))));
        }
    }
    out
}

fn worst(report: &AgreementReport<'_>) -> String {
    let splits = &report.agreement.splits;
    if splits.is_empty() {
        return String::new();
    }
    let mut rows = vec![["case", "labels", "touches"].map(str::to_owned).to_vec()];
    rows.extend(splits.iter().take(MOST_SHOWN).map(|one| super::split(one).to_vec()));
    let more = more(splits.len().saturating_sub(MOST_SHOWN));
    format!("\n### Worst splits, furthest apart first\n\n{}{more}", grid(&rows))
}

fn drift(title: &str, periods: &[Period], report: &AgreementReport<'_>) -> String {
    if periods.is_empty() {
        return String::new();
    }
    let names = [Name::Percent, Name::headline(report.agreement.scale)];
    let titles = PERIOD.into_iter().chain(names.map(Name::word)).map(str::to_owned);
    let mut rows: Vec<Vec<String>> = vec![titles.collect()];
    for one in periods {
        let figures = names.map(|name| {
            let found = one.measures.iter().find(|measure| measure.name == name);
            found.map_or(String::new(), super::figure_cell)
        });
        rows.push(period(one).into_iter().chain(figures).collect());
    }
    format!("\n### {title}\n\n{}", grid(&rows))
}

fn more(n: usize) -> String {
    if n == 0 { String::new() } else { format!("\n… and {} more.\n", thousands(n as u64)) }
}
