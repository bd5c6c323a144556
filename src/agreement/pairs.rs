//! Every two labelers beside each other.

use super::confused::Confused;
use super::figure;
use super::panel::{Panel, lost};
use super::scopes::{Cases, Measure, Scope, Why, measures};
use super::stage::Stage;
use crate::decide::Cancelled;
use crate::stats::agreement::{SideBySide, Together, both};
use std::sync::Arc;

/// More pairs than these nobody reads.
pub const MOST_PAIRS: usize = 20_000;

/// How many pairs there are of so many labelers.
pub fn possible(labelers: usize) -> usize {
    labelers * labelers.saturating_sub(1) / 2
}

/// The measures and the confusions of every two labelers who labeled a case in common. Where there would be more than [`MOST_PAIRS`],
/// none.
pub fn pairs(panel: &Panel, stage: &Stage<'_>) -> Result<(Vec<Measure>, Vec<Confused>), Cancelled> {
    let all = possible(panel.labelers.len());
    if all > MOST_PAIRS {
        return Ok(Default::default());
    }
    let (by_answer, by_status) = (SideBySide::of(&panel.table), SideBySide::of(&panel.status));
    let choices: Arc<[Arc<str>]> = panel.choices.clone().into();
    let found = by_answer.every_pair(|a, b| {
        stage.step(all)?;
        let status = by_status.either(a, b);
        if both(&status).next().is_none() {
            return Ok(None);
        }
        let [one, other] = [a, b].map(|labeler| panel.labelers[labeler].id.clone());
        let cases = Arc::new(cases(&status));
        let answers: Vec<((u16, u16), u32)> = both(&by_answer.either(a, b)).collect();
        let figures = figure::of_pairs(panel.scale, panel.classes(), &answers, &panel.sets);
        let confused = Confused::of((one.clone(), Some(other.clone())), panel.scale, &choices, &answers, &cases);
        Ok(Some((measures(&Scope::Pair(one, other), figures, cases), confused)))
    })?;
    let (each, confusions): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Ok((each.into_iter().flatten().collect(), confusions.into_iter().flatten().collect()))
}

fn cases(status: &[Together]) -> Cases {
    let why = |sides: &(Option<u16>, Option<u16>)| match *sides {
        (Some(a), Some(b)) => lost(a).or(lost(b)).map(Why::Lost),
        _ => Some(Why::OneSide),
    };
    Cases::sum(status.iter().map(|(sides, n)| (why(sides), *n as usize)))
}
