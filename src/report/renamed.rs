//! What differs between two versions in a name only: told apart from what is decided otherwise.

use super::decisions::{DecisionsReport, RegionWords, number};
use super::figure::count;
use super::paint::{Paint, markdown_words, own_words};
use crate::analyze::space::{Changed, Points, points_words, thousands};
use crate::analyze::structure::{Change, ChangeKind, Subject};
use crate::policy::Policy;
use serde_json::{Value, json};

/// What was renamed, and the regions in which that alone shows.
struct Renamed<'r, 'a> {
    changes: Vec<&'a Change>,
    regions: Vec<(&'a Changed, &'r RegionWords<'a>)>,
}

fn all<'r, 'a>(report: &'r DecisionsReport<'a>) -> Vec<Renamed<'r, 'a>> {
    let mut all: Vec<Renamed<'r, 'a>> = Vec::new();
    for (region, more) in report.difference.regions.iter().zip(&report.regions).filter(|(_, m)| !m.renamed.is_empty()) {
        match all.iter_mut().find(|known| known.changes == more.renamed) {
            Some(known) => known.regions.push((region, more)),
            None => all.push(Renamed { changes: more.renamed.clone(), regions: vec![(region, more)] }),
        }
    }
    all
}

/// The line that counts, and how much of it is in name only.
pub(super) fn in_name_too(report: &DecisionsReport<'_>, summary: String) -> String {
    let named: Points = all(report).iter().map(Renamed::points).sum();
    match named == Points::ZERO {
        true => summary,
        false if named == report.difference.changed => format!("{summary}: all only in name"),
        false => format!("{summary}, {} of them only in name", thousands(&named)),
    }
}

impl Renamed<'_, '_> {
    fn points(&self) -> Points {
        self.regions.iter().map(|(region, _)| &region.points).sum()
    }

    fn cases(&self) -> usize {
        self.regions.iter().map(|(_, more)| more.cases.len()).sum()
    }

    /// ``behavior `refuse` is called `decline` now: 894 points, only the name, 4 gold cases``
    fn sentence(&self, head: &Policy) -> String {
        let names: Vec<String> = self.changes.iter().map(|change| renaming(change, head)).collect();
        let points = points_words(&self.points());
        let what = if self.is_of_behaviors() { "only the name" } else { "decided otherwise because of the name alone" };
        format!("{}: {points}, {what}, {}", names.join("; "), cases_words(self.cases()))
    }

    /// Whether the decisions themselves are called otherwise, and nothing else.
    fn is_of_behaviors(&self) -> bool {
        self.changes.iter().all(|change| matches!(change.subject, Subject::Behavior(_)))
    }

    /// From what to what, each once, with its points and gold cases.
    fn ways(&self) -> Vec<String> {
        let mut ways: Vec<(&str, &str, Points, usize)> = Vec::new();
        for (region, more) in &self.regions {
            match ways.iter_mut().find(|(from, to, ..)| (*from, *to) == (&*region.from, &*region.to)) {
                Some((.., points, cases)) => {
                    *points += &region.points;
                    *cases += more.cases.len();
                }
                None => ways.push((&region.from, &region.to, region.points.clone(), more.cases.len())),
            }
        }
        let way = |(from, to, points, cases): (&str, &str, Points, usize)| {
            format!("{from} → {to}  {}, {}", points_words(&points), cases_words(cases))
        };
        ways.into_iter().map(way).collect()
    }
}

fn cases_words(cases: usize) -> String {
    if cases == 0 { "no gold case".to_owned() } else { count(cases as u64, "gold case", "gold cases") }
}

/// What is called otherwise now, and what becomes of the name that it had.
pub fn renaming(change: &Change, head: &Policy) -> String {
    let ChangeKind::Renamed { from, to } = &change.kind else { return change.sentence() };
    let what = change.subject.what();
    let said = format!("{what} `{from}` is called `{to}` now");
    match change.subject {
        Subject::Category(_) if head.taxonomy.find(from).is_some() => {
            format!("{said}, and still answers to `{from}`, so cases under the old name are decided as before")
        }
        Subject::Category(_) | Subject::Facet(_) | Subject::Severity(_) => {
            format!("{said}, and cases that still say `{from}` name a {what} that the new version does not know")
        }
        _ => said,
    }
}

/// A line a renaming, and where that is not all there is to it, what is decided of words that one version does not know.
pub(super) fn text(report: &DecisionsReport<'_>, paint: Paint) -> String {
    let mut out = String::new();
    for (at, renamed) in all(report).iter().enumerate() {
        if at == 0 {
            out.push_str(&format!("\n  {}\n", paint.bold("only in name")));
        }
        out.push_str(&format!("    {}\n", own_words(&renamed.sentence(report.head))));
        if !renamed.is_of_behaviors() {
            for way in renamed.ways() {
                out.push_str(&format!("      {}\n", paint.dim(own_words(&way))));
            }
        }
    }
    out
}

pub(super) fn markdown(report: &DecisionsReport<'_>) -> String {
    let line = |renamed: &Renamed<'_, '_>| format!("\n* {}", markdown_words(&renamed.sentence(report.head)));
    let lines: Vec<String> = all(report).iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!("{}\n", lines.concat()) }
}

/// `[{"names": [{"subject", "from", "to"}], "points"}]`
pub(super) fn json(report: &DecisionsReport<'_>) -> Value {
    let name = |change: &&Change| match &change.kind {
        ChangeKind::Renamed { from, to } => json!({"subject": change.subject.what(), "from": &**from, "to": &**to}),
        _ => Value::Null,
    };
    let one = |renamed: &Renamed<'_, '_>| json!({"names": renamed.changes.iter().map(name).collect::<Vec<_>>(), "points": number(&renamed.points())});
    all(report).iter().map(one).collect::<Vec<_>>().into()
}
