//! Every labeler beside the gold labels that do not come from labelers.

use super::confused::Confused;
use super::field::{Answer, Lost, Scale};
use super::figure;
use super::panel::{Panel, lost};
use super::scopes::{Cases, Measure, Scope, Why, measures};
use super::stage::Stage;
use crate::decide::Cancelled;
use crate::stats::agreement::ByRater;
use std::sync::Arc;

/// The measures and the confusions of every labeler with the gold labels; none where there is no such gold label.
pub fn against_gold(panel: &Panel, stage: &Stage<'_>) -> Result<(Vec<Measure>, Vec<Confused>), Cancelled> {
    if panel.gold.iter().all(|gold| matches!(gold, Err(Lost::NoGold | Lost::OwnConsensus))) {
        return Ok(Default::default());
    }
    let (by_status, by_answer) = (ByRater::of(&panel.status), ByRater::of(&panel.table));
    // Gold labels may be sets, or a lowest severity, that no labeler gave.
    let mut sets = panel.sets.clone();
    let gold: Vec<Result<u16, Lost>> = panel
        .gold
        .iter()
        .map(|answer| match answer {
            Ok(Answer::One(choice)) => Ok(*choice),
            Ok(Answer::Set { members, unjudged }) if unjudged.is_empty() => {
                sets.code(members.iter().copied()).ok_or(Lost::TooManySets)
            }
            Ok(Answer::Set { .. }) => Err(Lost::Unjudged),
            Err(lost) => Err(*lost),
        })
        .collect();
    let below = if panel.scale == Scale::Sets { 0 } else { panel.below.len() };
    let (mut found, mut confusions) = (Vec::new(), Vec::new());
    for (labeler, who) in panel.labelers.iter().enumerate() {
        stage.go_on()?;
        let answers = by_answer.labels(labeler).iter();
        let mut both: Vec<((u16, u16), u32)> =
            answers.filter_map(|(case, class)| Some(((class + below as u16, gold[*case as usize].ok()?), 1))).collect();
        // The lowest levels are there if one of the two took them.
        let unused = if both.iter().all(|((_, gold), _)| usize::from(*gold) >= below) { below } else { 0 };
        both.iter_mut().for_each(|((own, gold), _)| (*own, *gold) = (*own - unused as u16, *gold - unused as u16));
        let choices: Arc<[Arc<str>]> = panel.below[unused..].iter().chain(&panel.choices).cloned().collect();
        let classes = if panel.scale == Scale::Sets { sets.len() } else { choices.len() } as u16;
        let figures = figure::of_pairs(panel.scale, classes, &both, &sets);
        let why = |(case, status): &(u32, u16)| lost(*status).or(gold[*case as usize].err()).map(Why::Lost);
        let cases = Arc::new(Cases::count(by_status.labels(labeler).iter().map(why)));
        confusions.extend(Confused::of((who.id.clone(), None), panel.scale, &choices, &both, &cases));
        found.extend(measures(&Scope::Gold(who.id.clone()), figures, cases));
    }
    Ok((found, confusions))
}
