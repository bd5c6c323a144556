//! The appeals that are open: the cases in the plans of appeal rounds that are not closed.

use super::ground::ByCase;
use crate::document::Node;
use crate::policy::place::Route;
use crate::store::Reading;
use crate::workspace::files::Files;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A row of a plan, as far as it matters here.
#[derive(Deserialize)]
struct Planned {
    case: String,
}

/// Reads the open appeal rounds of every gold set. What cannot be read is passed over: `check` tells of it.
pub fn appeals(files: &dyn Files) -> ByCase {
    let (paths, _) = files.list("gold");
    // `gold/SET/rounds/ROUND/FILE`
    let in_round = |path: &Arc<str>| {
        let parts: Vec<&str> = path.split('/').collect();
        let ["gold", set, "rounds", round, file] = parts[..] else { return None };
        Some(((Arc::<str>::from(set), round.to_owned()), file.to_owned()))
    };
    let found: BTreeSet<_> = paths.iter().filter_map(in_round).collect();
    let rounds: BTreeSet<_> = found.iter().map(|(round, _)| round).collect();
    let mut appeals = ByCase::new();
    for round in rounds {
        let has = |file: &str| found.contains(&(round.clone(), file.to_owned()));
        let (set, name) = round;
        let at = |file: &str| Arc::<str>::from(format!("gold/{set}/rounds/{name}/{file}"));
        let is_appeal = || {
            let document = files.document(&at("round.yaml")).ok().flatten()?;
            let kind = document.node(&Route::root().then("kind")).and_then(Node::text)?;
            (kind == "appeal").then_some(())
        };
        if has("closed.yaml") || !has("round.yaml") || is_appeal().is_none() {
            continue;
        }
        let Ok(Some(plan)) = files.read(&at("plan.jsonl"), Reading::Lines) else { continue };
        let planned = plan.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Planned>(line).ok());
        appeals.extend(planned.map(|planned| ((set.clone(), planned.case), name.clone())));
    }
    appeals
}
