//! What labelers settle together, and how good each of them is.

use super::again::Again;
use super::figure::{count, percent, thousands};
use super::paint::{Paint, own_words};
use super::table::{Cell, lines};
use crate::agreement::consensus::{Consensus, Judged, Method, Settled, needed};
use crate::policy::manifest::Consensus as Counts;
use serde_json::{Value, json};

/// A consensus and what gives it again.
#[derive(Debug)]
pub struct ConsensusReport<'a> {
    pub consensus: &'a Consensus,
    /// What becomes a gold label where nobody ruled, by the manifest.
    pub counts: Counts,
    /// As it was asked for.
    pub field: &'a str,
    pub again: Again<'a>,
}

/// So many cases and labelers are shown to people, the rest is counted.
const MOST_SHOWN: usize = 10;

/// The labelers with their quality and confusions, and the cases about which most is open.
pub fn text(report: &ConsensusReport<'_>, paint: Paint) -> String {
    let consensus = report.consensus;
    let title = format!("{}: consensus on {}, {}", consensus.set, report.field, consensus.method.word());
    let mut out = format!("{}  {}\n", paint.bold(own_words(&title)), own_words(&report.again.words()));
    let labels = count(consensus.labels as u64, "label", "labels");
    let settled = format!(
        "{} of {} with labels settled; {} for an adjudicator (no answer above {})",
        thousands(consensus.settled() as u64),
        count(consensus.each.len() as u64, "case", "cases"),
        thousands((consensus.each.len() - consensus.settled()) as u64),
        percent(needed(consensus.method)),
    );
    let lost: Vec<String> =
        consensus.lost.iter().map(|(why, n)| format!("{} {}", thousands(*n as u64), why.words_of(*n))).collect();
    let lost = if lost.is_empty() { String::new() } else { format!("; not counted: {}", lost.join(", ")) };
    out.push_str(&format!("{settled}\n{labels}{lost}\n{}\n", counts(report)));
    if !consensus.labelers.is_empty() {
        out.push_str(&labelers(consensus, paint));
    }
    out.push_str(&uncertain(consensus, paint));
    out.push_str(&format!("\n{}\n  {}\n", paint.bold("again"), own_words(&report.again.command_line())));
    out
}

/// Whether this is what counts.
fn counts(report: &ConsensusReport<'_>) -> String {
    let (counts, method) = (report.counts.word(), report.consensus.method.word());
    match report.counts {
        Counts::None => {
            "`consensus: none` in casebook.yaml: none of this becomes a gold label, only rulings do".to_owned()
        }
        _ if counts == method => format!(
            "what is settled so counts as the gold label until somebody rules (`consensus: {counts}` in casebook.yaml)"
        ),
        _ => format!("for comparison only: by casebook.yaml, `consensus: {counts}` counts"),
    }
}

fn labelers(consensus: &Consensus, paint: Paint) -> String {
    let by = match consensus.method {
        Method::Majority => "how often each is with the majority, over the settled cases alone",
        Method::DawidSkene | Method::OneCoin => "how often each is right, as the model has it, over all their labels",
    };
    let mut out = format!("\n{}  {by}; best first\n", paint.bold("labelers"));
    let mut best: Vec<&Judged> = consensus.labelers.iter().collect();
    best.sort_by(|a, b| b.quality.unwrap_or(-1.0).total_cmp(&a.quality.unwrap_or(-1.0)));
    let row = |judged: &&Judged| {
        let quality = judged.quality.map_or("nothing to go by".to_owned(), |quality| match consensus.method {
            Method::Majority => {
                let cases = count(judged.judged_on as u64, "settled case", "settled cases");
                format!("{} of the {cases} they labeled", percent(quality))
            }
            Method::DawidSkene | Method::OneCoin => {
                format!("{} of {}", percent(quality), count(judged.judged_on as u64, "answer", "answers"))
            }
        });
        let weakest = weakest(judged, consensus).unwrap_or_default();
        let labels = count(judged.labeler.labels as u64, "label", "labels");
        [judged.labeler.id.to_string(), quality, labels, weakest]
            .map(|words| Cell::from(own_words(&words).into_owned()))
            .to_vec()
    };
    out.push_str(&lines(&best.iter().take(MOST_SHOWN).map(row).collect::<Vec<_>>(), 2));
    out.push_str(&more(best.len().saturating_sub(MOST_SHOWN)));
    for judged in best.iter().take(MOST_SHOWN.min(3)) {
        out.push_str(&confusion(judged, consensus, paint));
    }
    out
}

/// The confusion that the labeler makes most often: `says comply for 31.0 % of refuse`.
fn weakest(judged: &Judged, consensus: &Consensus) -> Option<String> {
    let rows = judged.confusion.iter().enumerate().filter_map(|(is, row)| Some((is, row.as_ref()?)));
    let wrong = rows.flat_map(|(is, row)| row.iter().enumerate().map(move |(said, share)| (is, said, *share)));
    let worst = wrong.filter(|(is, said, share)| is != said && *share > 0.01).max_by(|a, b| a.2.total_cmp(&b.2))?;
    let (is, said, share) = worst;
    Some(format!("says {} for {} of {}", consensus.choices[said], percent(share), consensus.choices[is]))
}

/// Rows: what cases are; columns: what the labeler says.
fn confusion(judged: &Judged, consensus: &Consensus, paint: Paint) -> String {
    let known = || judged.confusion.iter().enumerate().filter_map(|(is, row)| Some((is, row.as_ref()?)));
    if known().next().is_none() {
        return String::new();
    }
    let head = std::iter::once(Cell::new("")).chain(consensus.choices.iter().map(|choice| name(choice).right()));
    let mut rows = vec![head.collect::<Vec<_>>()];
    for (is, row) in known() {
        let shares =
            row.iter().map(|share| Cell::from(if *share < 5e-4 { "·".to_owned() } else { percent(*share) }).right());
        rows.push(std::iter::once(name(&consensus.choices[is])).chain(shares).collect());
    }
    let id = own_words(&judged.labeler.id).into_owned();
    format!("\n{}  what cases are, and what the labeler says\n{}", paint.bold(id), lines(&rows, 2))
}

/// A model leaves a trace of doubt in every case: from here on it is sure.
const SURE: f64 = 0.999;

fn uncertain(consensus: &Consensus, paint: Paint) -> String {
    let uncertain: Vec<&Settled> = consensus.each.iter().filter(|case| case.probability < SURE).collect();
    if uncertain.is_empty() {
        return String::new();
    }
    let of = match consensus.method {
        Method::Majority => "on which labelers differ".to_owned(),
        Method::DawidSkene | Method::OneCoin => format!("of which the model is less than {} sure", percent(SURE)),
    };
    let open = uncertain.iter().filter(|case| case.answer.is_none()).count();
    let mut out = format!(
        "\n{}  {} {of}, {} of them for an adjudicator\n",
        paint.bold("most uncertain cases"),
        count(uncertain.len() as u64, "case", "cases"),
        thousands(open as u64),
    );
    let rows: Vec<_> = uncertain.iter().take(MOST_SHOWN).map(|case| case_row(case, consensus)).collect();
    out.push_str(&lines(&rows, 2));
    out.push_str(&more(uncertain.len().saturating_sub(MOST_SHOWN)));
    out
}

fn case_row(case: &Settled, consensus: &Consensus) -> Vec<Cell> {
    let choice = |at: u16| consensus.choices[usize::from(at)].to_string();
    let verdict = match (case.answer, case.tied) {
        (Some(answer), _) => format!("{} {}", choice(answer), percent(case.probability)),
        (None, true) => "tied".to_owned(),
        (None, false) => format!("open; {} {}", choice(case.best), percent(case.probability)),
    };
    let labels = count(case.labels as u64, "label", "labels");
    [case.case.clone(), verdict, labels].map(|words| Cell::from(own_words(&words).into_owned())).to_vec()
}

fn name(word: &str) -> Cell {
    Cell::from(own_words(word).into_owned())
}

fn more(n: usize) -> String {
    if n == 0 {
        String::new()
    } else {
        format!("  … and {} more (--format json has them all)\n", thousands(n as u64))
    }
}

/// The documented object.
pub fn json(report: &ConsensusReport<'_>) -> Value {
    let consensus = report.consensus;
    let judged = consensus.labelers.iter().map(|judged| {
        json!({
            "labeler": &*judged.labeler.id,
            "kind": judged.labeler.kind.word(),
            "labels": judged.labeler.labels,
            "quality": judged.quality,
            "judged_on": judged.judged_on,
            "confusion": judged.confusion,
        })
    });
    let lost = consensus.lost.iter().map(|(lost, n)| json!({"reason": lost.words(), "n": n}));
    let choice = |at: u16| &*consensus.choices[usize::from(at)];
    let each = consensus.each.iter().map(|case| {
        json!({
            "case": case.case,
            "labels": case.labels,
            "answer": case.answer.map(choice),
            "best": choice(case.best),
            "probability": case.probability,
            "tied": case.tied,
            "uncertainty": case.uncertainty,
            "probabilities": case.probabilities,
        })
    });
    let mut object = json!({
        "set": &*consensus.set,
        "field": report.field,
        "method": consensus.method.word(),
        "counts": report.counts.word(),
        "answers": consensus.choices.iter().map(|choice| &**choice).collect::<Vec<_>>(),
        "cases": consensus.cases,
        "labels": consensus.labels,
        "labels_dropped": lost.collect::<Vec<_>>(),
        "settled": consensus.settled(),
        "needed": needed(consensus.method),
        "priors": consensus.priors,
        "iterations": consensus.iterations,
        "labelers": judged.collect::<Vec<_>>(),
        "each": each.collect::<Vec<_>>(),
    });
    report.again.put_into(&mut object);
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::testing::{cases, gold, label, policy};
    use crate::agreement::{Field, Filter, Panel, consensus, read_labels};
    use crate::decide::Unwatched;

    /// Three labelers say the same of twelve cases; on one Cy differs, on one everybody, and Di labels nothing that is settled.
    fn check(method: Method) -> String {
        let mut labels = Vec::new();
        let mut say = |case: usize, who: &str, what: &str| {
            labels.push(label(case, who, &format!(r#""behavior":"{what}""#)));
        };
        for (case, word) in (0..12).map(|case| (case, if case < 6 { "refuse" } else { "comply" })) {
            ["ana", "bo", "cy"].into_iter().for_each(|who| say(case, who, word));
        }
        ["ana", "bo"].into_iter().for_each(|who| say(12, who, "comply"));
        say(12, "cy", "refuse");
        say(13, "ana", "comply");
        say(13, "di", "refuse");
        let (gold, policy) = (gold(&cases(15), &labels, &[]), policy());
        let field = Field::find("behavior", &policy).unwrap();
        let labels = read_labels(&gold, &Unwatched).unwrap();
        let panel = Panel::new(&gold, &labels, &Filter::default(), field, &policy);
        let consensus = consensus(&gold, &panel, method).unwrap();
        let again = Again {
            command: "consensus",
            about: None,
            options: Vec::new(),
            round: None,
            labelers: None,
            commit: None,
            changed: false,
        };
        let report = ConsensusReport { consensus: &consensus, counts: Counts::Majority, field: "behavior", again };
        let text = text(&report, Paint::PLAIN);
        let kept = |line: &&str| {
            ["labelers", "  ana", "  cy", "  di", "most", "  c1", "  …"].iter().any(|at| line.starts_with(at))
        };
        text.lines().filter(kept).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_majority_judges_on_what_it_settles_and_says_so() {
        insta::assert_snapshot!(check(Method::Majority), @"
        labelers  how often each is with the majority, over the settled cases alone; best first
          ana  100 % of the 13 settled cases they labeled   14 labels
          cy   92.3 % of the 13 settled cases they labeled  13 labels  says refuse for 14.3 % of comply
          di   nothing to go by                             1 label
        most uncertain cases  2 cases on which labelers differ, 1 of them for an adjudicator
          c13  tied           2 labels
          c12  comply 66.7 %  3 labels
        ");
    }

    #[test]
    fn a_model_judges_on_all_answers_and_is_in_doubt_about_few() {
        insta::assert_snapshot!(check(Method::DawidSkene), @"
        labelers  how often each is right, as the model has it, over all their labels; best first
          ana  >99.9 % of 14 answers  14 labels
          cy   92.3 % of 13 answers   13 labels  says refuse for 14.3 % of comply
          di   <0.1 % of 1 answer     1 label    says refuse for 100 % of comply
        ");
    }
}
