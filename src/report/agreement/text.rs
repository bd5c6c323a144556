//! For people at a terminal.

use super::{
    AgreementReport, MOST_SHOWN, PERIOD, STRICTER_NOTE, cases, figure_words, group_name, period, share, undefined,
};
use crate::agreement::figure::Name;
use crate::agreement::{Period, Scope, Split};
use crate::report::again::resampled;
use crate::report::figure::{count, thousands};
use crate::report::paint::{Paint, own_words};
use crate::report::replay::short;
use crate::report::table::{Cell, lines};

/// The figures by scope, where labelers differ, what the differing cases have in common, and what gives it all again.
pub fn text(report: &AgreementReport<'_>, paint: Paint) -> String {
    let agreement = report.agreement;
    let title = format!("{}: agreement on {}", agreement.set, report.field);
    let mut out = format!("{}  {}\n", paint.bold(own_words(&title)), own_words(&report.again.words()));
    let all = count(agreement.cases as u64, "case", "cases");
    out.push_str(&format!("{}\n", own_words(&format!("{all}, {}, {}", report.who(), report.labels()))));
    for scope in report.scopes(|s| matches!(s, Scope::All | Scope::Humans | Scope::Models | Scope::HumansModels)) {
        out.push_str(&group(report, scope, paint));
    }
    let answers = report.scopes(|scope| matches!(scope, Scope::Category(_) | Scope::Behavior(_)));
    let names = [Name::Percent, Name::AlphaNominal, Name::Ac1];
    out.push_str(&table(report, "each answer", "percent is specific agreement", &answers, &names, paint));
    let pairs = report.pairs();
    out.push_str(&table(report, "pairs", "lowest first", &pairs, report.of_two(), paint));
    if agreement.pairs_left_out > 0 {
        let n = thousands(agreement.pairs_left_out as u64);
        out.push_str(&format!("\n{n} pairs of labelers are too many to list: name some with --labelers.\n"));
    }
    let gold = report.scopes(|scope| matches!(scope, Scope::Gold(_)));
    out.push_str(&table(report, "against gold labels", "", &gold, report.of_two(), paint));
    let within = report.scopes(|scope| matches!(scope, Scope::Labeler(_)));
    out.push_str(&table(report, "within a labeler", "over cases read twice", &within, report.of_two(), paint));
    for (title, than_gold) in [("who is stricter", false), ("who is stricter than the gold labels", true)] {
        out.push_str(&shown(title, STRICTER_NOTE, &report.stricter(than_gold), MOST_SHOWN, paint));
    }
    out.push_str(&list("what is confused", &report.mixed(), paint));
    for (title, rows) in [false, true].into_iter().filter_map(|with_gold| report.matrix(with_gold)) {
        out.push_str(&shown("who says what", &own_words(&title), &rows, rows.len(), paint));
    }
    out.push_str(&splits(report, paint));
    out.push_str(&worst(report, paint));
    out.push_str(&drift("round by round", &agreement.drift.rounds, report, paint));
    out.push_str(&drift("from version to version", &agreement.drift.policies, report, paint));
    if let Some(words) = super::no_interval(report) {
        out.push_str(&format!("\n{}\n", paint.dim(words)));
    }
    let seed = resampled(report.seed, report.replicates);
    out.push_str(&format!("\n{}  {seed}\n  {}\n", paint.bold("again"), own_words(&report.again.command_line())));
    out
}

fn group(report: &AgreementReport<'_>, scope: &Scope, paint: Paint) -> String {
    let measures: Vec<_> = report.of_scope(scope).collect();
    let Some(first) = measures.first() else { return String::new() };
    let mut out = format!("\n{}  cases: {}\n", paint.bold(group_name(scope)), cases(&first.cases));
    if let Some(why) = undefined(&measures) {
        out.push_str(&format!("  {}\n", paint.notable(format!("no figure is defined: {why}"))));
        return out;
    }
    let row = |measure: &&crate::agreement::Measure| {
        let figure = match measure.figure {
            Ok(figure) => Cell::from(figure_words(figure)),
            Err(why) => Cell::from(format!("undefined: {why}")).painted(|words| paint.notable(words)),
        };
        vec![Cell::from(measure.name.word()), figure]
    };
    out.push_str(&lines(&measures.iter().map(row).collect::<Vec<_>>(), 2));
    out
}

fn table(
    report: &AgreementReport<'_>,
    title: &str,
    note: &str,
    scopes: &[&Scope],
    names: &[Name],
    paint: Paint,
) -> String {
    if scopes.is_empty() {
        return String::new();
    }
    let same = report.same_cases(scopes).map(|same| format!("cases: {}", cases(same)));
    let note = [note.to_owned()].into_iter().chain(same).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    let most = if title == "each answer" { scopes.len() } else { MOST_SHOWN };
    shown(title, &note, &report.table(scopes, names, ""), most, paint)
}

/// A row of titles and rows below it, as many as are shown.
fn shown(title: &str, note: &str, rows: &[Vec<String>], most: usize, paint: Paint) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let note = if note.is_empty() { String::new() } else { format!("  {}", paint.dim(note)) };
    let cells = |row: &Vec<String>| row.iter().map(|cell| Cell::from(own_words(cell).into_owned())).collect();
    let mut out = format!("\n{}{note}\n", paint.bold(title));
    out.push_str(&lines(&rows.iter().take(most + 1).map(cells).collect::<Vec<_>>(), 2));
    out.push_str(&more((rows.len() - 1).saturating_sub(most)));
    out
}

fn list(title: &str, sentences: &[String], paint: Paint) -> String {
    if sentences.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", paint.bold(title));
    for sentence in sentences.iter().take(MOST_SHOWN) {
        out.push_str(&format!("  {}\n", own_words(sentence)));
    }
    out.push_str(&more(sentences.len().saturating_sub(MOST_SHOWN)));
    out
}

fn splits(report: &AgreementReport<'_>, paint: Paint) -> String {
    let blame = &report.agreement.blame;
    if blame.splits == 0 {
        return String::new();
    }
    let heads = format!("{} split, {} agreed", thousands(blame.splits), thousands(blame.agreed));
    let mut out = format!("\n{}  {heads}\n", paint.bold("what the splits touch"));
    for (what, shares) in [("clause", &blame.clauses), ("category", &blame.categories)] {
        if shares.is_empty() {
            continue;
        }
        let mut rows = vec![vec![Cell::from(what), Cell::from("in the splits"), Cell::from("in the others")]];
        let row = |one| share(one).map(|words| Cell::from(own_words(&words).into_owned())).into_iter().collect();
        rows.extend(shares.iter().take(MOST_SHOWN).map(row));
        out.push_str(&lines(&rows, 2));
        out.push_str(&more(shares.len().saturating_sub(MOST_SHOWN)));
    }
    out
}

fn worst(report: &AgreementReport<'_>, paint: Paint) -> String {
    let splits = &report.agreement.splits;
    if splits.is_empty() {
        return String::new();
    }
    let row = |split: &Split| super::split(split).map(|words| Cell::from(own_words(&words).into_owned())).into();
    let rows: Vec<_> = splits.iter().take(MOST_SHOWN).map(row).collect();
    let mut out =
        format!("\n{}  {}\n", paint.bold("worst splits"), paint.dim("furthest apart first, with what they touch"));
    out.push_str(&lines(&rows, 2));
    out.push_str(&more(splits.len().saturating_sub(MOST_SHOWN)));
    out
}

fn drift(title: &str, periods: &[Period], report: &AgreementReport<'_>, paint: Paint) -> String {
    if periods.is_empty() {
        return String::new();
    }
    let names = [Name::Percent, Name::headline(report.agreement.scale)];
    let titles = PERIOD.into_iter().chain(names.map(Name::word)).map(Cell::from);
    let mut rows: Vec<Vec<Cell>> = vec![titles.collect()];
    for one in periods {
        let [name, counts @ ..] = period(one);
        let is_commit = name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let name = if is_commit { short(&name) } else { &name };
        let counts = counts.map(|count| Cell::from(count).right());
        let figures = names.map(|name| {
            let found = one.measures.iter().find(|measure| measure.name == name);
            Cell::from(found.map_or(String::new(), super::figure_cell))
        });
        rows.push([Cell::from(own_words(name).into_owned())].into_iter().chain(counts).chain(figures).collect());
    }
    format!("\n{}\n{}", paint.bold(title), lines(&rows, 2))
}

fn more(n: usize) -> String {
    if n == 0 {
        String::new()
    } else {
        format!("  … and {} more (--format json has them all)\n", thousands(n as u64))
    }
}
