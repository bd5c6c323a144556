//! What the labelers of a gold set settle together on one question, and how good each of them is.

use super::field::{Lost, Scale};
use super::panel::{Labeler, Panel};
use crate::decide::GoldSet;
use crate::decide::columns::CERTAIN;
use crate::policy::manifest;
use crate::stats::consensus::{Model, Posteriors, Settings, accuracy, dawid_skene, majority, one_coin};
use std::sync::Arc;

/// How labels are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Majority,
    DawidSkene,
    OneCoin,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::Majority, Method::DawidSkene, Method::OneCoin];

    pub fn word(self) -> &'static str {
        match self {
            Method::Majority => manifest::Consensus::Majority.word(),
            Method::DawidSkene => manifest::Consensus::DawidSkene.word(),
            Method::OneCoin => manifest::Consensus::OneCoin.word(),
        }
    }

    pub fn from_word(word: &str) -> Option<Method> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }

    /// The one that the manifest's consensus uses; majority where none counts.
    pub fn of(consensus: manifest::Consensus) -> Method {
        Method::from_word(consensus.word()).unwrap_or(Method::Majority)
    }
}

/// One labeler, judged by the consensus.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub labeler: Labeler,
    /// How often they are right, 0 to 1: by majority, over the cases that it settles; by a model, the mean over their labels of how
    /// likely what they said is. `None` without such labels.
    pub quality: Option<f64>,
    /// How many of their labels that rests on: by majority, those on cases that it settles; by a model, all.
    pub judged_on: usize,
    /// Rows: what a case is; columns: how often the labeler says what of it. `None` for a row that nothing is known of.
    pub confusion: Vec<Option<Vec<f64>>>,
}

/// One case that has labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub case: String,
    /// How many labels it has that can be compared.
    pub labels: usize,
    /// Position among the choices of the answer that the labelers settle on; `None` where it is for an adjudicator.
    pub answer: Option<u16>,
    /// The most likely answer, settled or not.
    pub best: u16,
    /// How likely that is.
    pub probability: f64,
    /// Another answer is as likely.
    pub tied: bool,
    /// How much is open: 0 where one answer is certain, 1 where all are as likely.
    pub uncertainty: f64,
    /// How likely each answer is.
    pub probabilities: Vec<f64>,
}

/// What is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus {
    pub set: Arc<str>,
    pub method: Method,
    pub choices: Vec<Arc<str>>,
    /// Cases of the set.
    pub cases: usize,
    pub labels: usize,
    /// Labels that cannot be compared.
    pub lost: Vec<(Lost, usize)>,
    pub labelers: Vec<Judged>,
    /// How often each answer is right, over the cases with labels.
    pub priors: Vec<f64>,
    /// The cases with labels, most uncertain first.
    pub each: Vec<Settled>,
    /// Rounds until the model gained no more; 0 for the majority.
    pub iterations: usize,
}

impl Consensus {
    /// How many cases are settled.
    pub fn settled(&self) -> usize {
        self.each.iter().filter(|case| case.answer.is_some()).count()
    }
}

/// An answer less likely than this is settled by no method: more than half of the labels, or what a model is certain of.
pub fn needed(method: Method) -> f64 {
    match method {
        Method::Majority => 0.5,
        Method::DawidSkene | Method::OneCoin => CERTAIN,
    }
}

/// Weighs the answers of a panel. `None` where answers are sets: a consensus is of one.
pub fn consensus(gold: &GoldSet, panel: &Panel, method: Method) -> Option<Consensus> {
    if panel.scale == Scale::Sets {
        return None;
    }
    let model = match method {
        Method::Majority => None,
        Method::DawidSkene => Some(dawid_skene(&panel.table, &[], Settings::default())),
        Method::OneCoin => Some(one_coin(&panel.table, Settings::default())),
    };
    let posteriors = model.as_ref().map_or_else(|| majority(&panel.table), |model| model.posteriors.clone());
    let settled: Vec<Option<u16>> = (0..panel.cases()).map(|case| settle(&posteriors, case, method)).collect();
    let quality = match &model {
        Some(model) => model.quality.clone(),
        None => accuracy(&panel.table, &settled),
    };
    let confusions = match &model {
        Some(model) => confusions_of_model(panel, model),
        None => confusions_of_votes(panel, &settled),
    };
    let mut judged_on = vec![0; panel.labelers.len()];
    for case in (0..panel.cases()).filter(|case| model.is_some() || settled[*case].is_some()) {
        panel.table.unit(case).for_each(|(labeler, _)| judged_on[labeler as usize] += 1);
    }
    let judged = panel.labelers.iter().zip(quality).zip(confusions).zip(judged_on).map(
        |(((labeler, quality), confusion), judged_on)| Judged {
            labeler: labeler.clone(),
            quality,
            judged_on,
            confusion,
        },
    );
    let each = |case: usize| {
        let best = posteriors.best(case)?;
        Some(Settled {
            case: gold.id(case).into_owned(),
            labels: panel.table.classes_of(case).len(),
            answer: settled[case],
            best: best.class,
            probability: best.probability,
            tied: best.tied,
            uncertainty: posteriors.uncertainty(case)?,
            probabilities: posteriors.unit(case)?.to_vec(),
        })
    };
    let mut each: Vec<Settled> = (0..panel.cases()).filter_map(each).collect();
    let mut priors = vec![0.0; panel.choices.len()];
    for case in &each {
        priors.iter_mut().zip(&case.probabilities).for_each(|(sum, own)| *sum += own / each.len() as f64);
    }
    each.sort_by(|a, b| b.uncertainty.total_cmp(&a.uncertainty));
    Some(Consensus {
        set: gold.set().clone(),
        method,
        choices: panel.choices.clone(),
        cases: panel.cases(),
        labels: panel.labels(),
        lost: panel.lost(),
        labelers: judged.collect(),
        priors,
        each,
        iterations: model.map_or(0, |model| model.bounds.len()),
    })
}

fn settle(posteriors: &Posteriors, case: usize, method: Method) -> Option<u16> {
    let enough = |probability: f64| match method {
        Method::Majority => probability > needed(method),
        _ => probability >= needed(method),
    };
    posteriors.best(case).filter(|best| !best.tied && enough(best.probability)).map(|best| best.class)
}

fn confusions_of_model(panel: &Panel, model: &Model) -> Vec<Vec<Option<Vec<f64>>>> {
    let classes = panel.choices.len();
    let row = |labeler: usize, is: usize| {
        let chances: Vec<f64> = (0..classes).map(|said| model.error(labeler, said, is)).collect();
        // A labeler without labels, or an answer that no case has: the model says nothing.
        let known = panel.labelers[labeler].labels > 0 && model.priors.get(is).is_some_and(|prior| *prior > 1e-9);
        (known && chances.iter().any(|chance| *chance > 0.0)).then_some(chances)
    };
    (0..panel.labelers.len()).map(|labeler| (0..classes).map(|is| row(labeler, is)).collect()).collect()
}

fn confusions_of_votes(panel: &Panel, settled: &[Option<u16>]) -> Vec<Vec<Option<Vec<f64>>>> {
    let classes = panel.choices.len();
    let mut counts = vec![vec![vec![0.0; classes]; classes]; panel.labelers.len()];
    for (case, settled) in settled.iter().enumerate() {
        let Some(is) = settled else { continue };
        for (labeler, said) in panel.table.unit(case) {
            counts[labeler as usize][usize::from(*is)][usize::from(said)] += 1.0;
        }
    }
    let row = |counts: Vec<f64>| {
        let total: f64 = counts.iter().sum();
        (total > 0.0).then(|| counts.into_iter().map(|count| count / total).collect())
    };
    counts.into_iter().map(|rows| rows.into_iter().map(row).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::testing::{cases, gold, label, policy};
    use crate::agreement::{Field, Filter, read_labels};
    use crate::decide::Unwatched;

    /// Ana and Bo say the same, and Cy the opposite; on the last two cases Bo is with Cy.
    fn three() -> GoldSet {
        let word = |yes: bool| if yes { r#""behavior":"refuse""# } else { r#""behavior":"comply""# };
        let of_case = |case: usize| {
            let yes = case.is_multiple_of(2);
            let said = [yes, if case < 12 { yes } else { !yes }, !yes];
            ["ana", "bo", "cy"].into_iter().zip(said).map(move |(who, said)| label(case, who, word(said)))
        };
        let mut labels: Vec<String> = (0..14).flat_map(of_case).collect();
        labels.push(label(14, "ana", r#""behavior":"comply""#));
        labels.push(label(14, "bo", r#""behavior":"refuse""#));
        labels.push(label(15, "ana", r#""abstain":{"reason":"r"}"#));
        gold(&cases(17), &labels, &[])
    }

    fn settled(method: Method, field: &str) -> Option<Consensus> {
        let (gold, policy) = (three(), policy());
        let field = Field::find(field, &policy).unwrap();
        let panel = Panel::new(&gold, &read_labels(&gold, &Unwatched).unwrap(), &Filter::default(), field, &policy);
        consensus(&gold, &panel, method)
    }

    #[test]
    fn votes_and_models_settle_what_they_are_sure_of() {
        let answers = |method: Method| {
            let found = settled(method, "behavior").unwrap();
            let of = |case: &str| {
                let settled = found.each.iter().find(|settled| settled.case == case).unwrap();
                settled.answer.map(|answer| found.choices[usize::from(answer)].to_string()).unwrap_or_default()
            };
            assert_eq!((found.cases, found.labels, found.each.len()), (17, 45, 15));
            assert_eq!(found.lost, [(Lost::Abstained, 1)]);
            (of("c0"), of("c12"), of("c14"), found)
        };
        let (plain, turned, tie, votes) = answers(Method::Majority);
        assert_eq!((&*plain, &*turned, &*tie), ("refuse", "comply", ""));
        assert_eq!((votes.settled(), votes.each[0].case.as_str(), votes.each[0].tied), (14, "c14", true));
        assert_eq!(votes.labelers[2].quality, Some(2.0 / 14.0));
        // The tie is settled by no majority, and so judges nobody.
        let judged_on = |found: &Consensus| found.labelers.iter().map(|judged| judged.judged_on).collect::<Vec<_>>();
        assert_eq!(judged_on(&votes), [14, 14, 14]);
        assert_eq!(votes.labelers[0].confusion[2], Some(vec![1.0 / 7.0, 0.0, 6.0 / 7.0, 0.0]));
        assert_eq!(votes.labelers[0].confusion[1], None);
        for method in [Method::DawidSkene, Method::OneCoin] {
            let (plain, turned, tie, model) = answers(method);
            assert_eq!((&*plain, &*turned, &*tie), ("refuse", "refuse", "comply"), "{method:?}");
            assert_eq!(judged_on(&model), [15, 15, 14]);
            let quality: Vec<f64> = model.labelers.iter().map(|judged| judged.quality.unwrap()).collect();
            assert!(quality[0] > 0.99 && quality[1] > 0.7 && quality[2] < 0.01, "{quality:?}");
            let row = model.labelers[2].confusion[0].as_ref().unwrap();
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-6 && row[0] < 0.01, "{row:?}");
            assert!((model.priors.iter().sum::<f64>() - 1.0).abs() < 1e-9 && model.iterations > 0);
        }
    }

    #[test]
    fn a_consensus_is_of_one_answer() {
        assert_eq!(settled(Method::Majority, "harms"), None);
        assert_eq!(settled(Method::DawidSkene, "intent").unwrap().each.len(), 0);
    }

    #[test]
    fn methods_are_called_as_in_the_manifest() {
        for method in Method::ALL {
            assert_eq!(Method::of(manifest::Consensus::from_word(method.word()).unwrap()), method);
        }
        assert_eq!(Method::of(manifest::Consensus::None), Method::Majority);
    }
}
