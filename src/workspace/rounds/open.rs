//! Opening a round: choosing its cases, giving them to labelers, writing both down.

use super::load::{LoadedRound, load};
use super::strangers::Stranger;
use super::wanted::{Wanted, refuse};
use crate::decide::Watch;
use crate::decide::columns::Standing;
use crate::policy::Policy;
use crate::policy::gold_state::GoldState;
use crate::policy::round::plan::{Candidate, assign, draw, probes_needed};
use crate::policy::round::{Exit, PlanRow, Round, chance};
use crate::policy::suggest::nearest;
use crate::replay::filter::Filter;
use crate::replay::run::{Replay, replay, riskiest_tier};
use crate::store::{Expect, Save, gold_sets};
use crate::vcs::Revision;
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::{Files, WorkTree};
use crate::workspace::repo::{Environment, PolicyRepo, Unsaved};
use crate::workspace::sets::{self, LoadedSet};
use crate::workspace::version::PolicyVersion;
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// A round that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedRound {
    pub round: Round,
    pub plan: Vec<PlanRow>,
    /// The folder, relative to the policy folder.
    pub folder: String,
    /// Those of its labelers whom nobody is known as.
    pub strangers: Vec<Stranger>,
}

impl PolicyRepo {
    /// Opens a round of a gold set. Refused where there is such a round.
    pub fn open_round(
        &self,
        environment: &Environment,
        wanted: &Wanted,
        watch: &dyn Watch,
    ) -> Result<OpenedRound, WorkspaceError> {
        wanted.check_name()?;
        let (mut round, plan) = self.plan_round(wanted, &[], watch)?;
        let (set, name) = (&wanted.set, &round.name);
        // Folders of two names that differ in upper and lower case only are one on some machines.
        let is_same = |known: &&LoadedRound| known.name().to_lowercase() == name.to_lowercase();
        if let Some(known) = self.rounds(set)?.iter().find(is_same) {
            let state = match &known.closed {
                Some(closed) => format!("closed {} by {}", closed.at, closed.by),
                None => format!("open since {} by {}", known.round.opened, known.round.by),
            };
            let message = format!("the gold set `{set}` has a round `{}` already ({state})", known.name());
            return Err(refuse("name", message, "Give it another name."));
        }
        round.opened = now(environment).into();
        round.policy = self.usual_base()?.and_then(|base| base.commit().map(|id| id.as_str().into()));
        let folder = format!("gold/{set}/rounds/{}", round.name);
        let lines: String =
            plan.iter().filter_map(|row| serde_json::to_string(row).ok()).map(|line| line + "\n").collect();
        let text = written(&round);
        let paths = [format!("{folder}/round.yaml"), format!("{folder}/plan.jsonl")];
        let save = |path: &'_ str, content: &'_ str| (path.to_owned(), content.to_owned());
        let files = [save(&paths[0], &text), save(&paths[1], &lines)];
        let saves: Vec<Save<'_>> = files
            .iter()
            .map(|(path, content)| Save { path, expect: Expect::Absent, content: Some(content.as_bytes()) })
            .collect();
        let tree = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let strangers = self.strangers(&round.labelers, &PolicyVersion::load(&tree).policy)?;
        self.root().save(&saves)?;
        Ok(OpenedRound { round, plan, folder, strangers })
    }

    /// What would be drawn from the gold set as it lies on the disk, and who would read it: the same every time. The round
    /// says how many cases there were to draw from. Its name does not matter. `known` sets are not read again where they
    /// are the same.
    pub fn plan_round(
        &self,
        wanted: &Wanted,
        known: &[Arc<LoadedSet>],
        watch: &dyn Watch,
    ) -> Result<(Round, Vec<PlanRow>), WorkspaceError> {
        let tree = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let version = PolicyVersion::load(&tree);
        let policy = &version.policy;
        wanted.check(policy)?;
        let mut round = wanted.round.clone();
        let only = [wanted.set.clone()];
        let loaded = sets::load(&tree, Some(&only), known, &policy.settling(), self.cache(), watch)?;
        let filter = Filter::parse(&round.sample.filter, policy)
            .map_err(|error| refuse("filter", error.to_string(), &error.help))?;
        let base = match wanted.base.as_deref() {
            Some(rev) => Some(self.resolve(rev).map_err(|error| refuse("base", error.to_string(), &error.help()))?),
            None if filter.needs_base() => self.usual_base()?,
            None => None,
        };
        let base = base.map(|base: Revision| self.version(&base)).transpose()?;
        let replayed = replay(&loaded.gold(), policy, base.as_ref().map(|base| &base.policy), watch)?;
        let gold = &replayed.sets[0].gold;
        let states = match filter.needs_states() {
            true => vec![self.states_of(&wanted.set, &tree, policy, &[&loaded.sets, known].concat(), watch)?],
            false => Vec::new(),
        };
        let mut rows = filter.rows(&replayed, &states).remove(0);
        if !wanted.cases.is_empty() {
            let find = |id: &String| gold.find(id).ok_or_else(|| crate::workspace::labeling::no_case(id, &loaded));
            let named = wanted.cases.iter().map(find).collect::<Result<BTreeSet<_>, _>>()?;
            rows.retain(|row| named.contains(row));
        }
        if rows.is_empty() {
            let (about, help) = match (round.sample.filter.is_empty(), wanted.cases.is_empty()) {
                (true, true) => ("set", "Bring cases in with `casebook import`."),
                (true, false) => ("case", "Name cases of the gold set."),
                (false, true) => ("filter", "Choose more with other words, or name cases."),
                (false, false) => ("filter", "None of the cases that are named meets these words."),
            };
            return Err(refuse(about, "no case is chosen", help));
        }
        let candidates = rows
            .iter()
            .map(|&row| Ok(Candidate { case: gold.id(row).into_owned(), stratum: stratum(&replayed, &round, row)? }))
            .collect::<Result<Vec<_>, WorkspaceError>>()?;
        round.sample.of = Some(candidates.len());
        let drawn = draw(&candidates, round.sample.size, round.seed);
        let taken: HashSet<&str> = drawn.iter().map(|drawn| &*drawn.case).collect();
        let mut settled: Vec<(u64, String)> = (0..gold.len())
            .filter(|&row| gold.standing(row) == Standing::Adjudicated)
            .map(|row| gold.id(row).into_owned())
            .filter(|id| !taken.contains(&**id))
            .map(|id| (chance(round.seed, &["probe", &id]), id))
            .collect();
        settled.sort_unstable();
        settled.truncate(probes_needed(&round, drawn.len()));
        let probes: Vec<String> = settled.into_iter().map(|(_, id)| id).collect();
        let plan = assign(&round, &drawn, &probes);
        Ok((round, plan))
    }

    /// How the gold labels of a set stand, by row. What overrules its rulings may lie in any set, so all are read.
    fn states_of(
        &self,
        set: &str,
        files: &WorkTree,
        policy: &Arc<Policy>,
        known: &[Arc<LoadedSet>],
        watch: &dyn Watch,
    ) -> Result<Vec<GoldState>, WorkspaceError> {
        let sets = sets::load(files, None, known, &policy.settling(), self.cache(), watch)?;
        let precedents = self.precedents(files, policy, &sets, watch)?;
        let at = sets.sets.iter().position(|loaded| **loaded.name() == *set);
        let states = at.map(|at| precedents.docket.gold_states(at, &precedents.texts, watch)).transpose()?;
        Ok(states.unwrap_or_default().into_iter().map(|one| one.state).collect())
    }

    /// The rounds of a gold set, by name, as they are on disk.
    pub fn rounds(&self, set: &str) -> Result<Vec<LoadedRound>, WorkspaceError> {
        rounds_of(&WorkTree { root: self.root().clone(), unsaved: Unsaved::new() }, set)
    }

    /// One round of a gold set, as it is on disk.
    pub fn round(&self, set: &str, name: &str) -> Result<LoadedRound, WorkspaceError> {
        find_round(&WorkTree { root: self.root().clone(), unsaved: Unsaved::new() }, set, name)
    }
}

/// The rounds of a gold set at a version, by name.
fn rounds_of(files: &dyn Files, set: &str) -> Result<Vec<LoadedRound>, WorkspaceError> {
    let (paths, _) = files.list("gold");
    let found = gold_sets(&paths);
    let known = found.iter().map(|set| set.name.to_string()).collect();
    let found = found.into_iter().find(|known| *known.name == *set);
    let found = found.ok_or_else(|| WorkspaceError::NoSet { name: set.to_owned(), known })?;
    Ok(found.rounds.iter().map(|round| load(files, round)).collect())
}

/// There is no round of this name.
pub(in crate::workspace) fn no_round(set: &str, name: &str, known: &[String]) -> WorkspaceError {
    let near = nearest(name, known.iter().map(String::as_str));
    WorkspaceError::BadRecord {
        message: format!("there is no round `{name}` in `{set}`"),
        help: match (near, known.is_empty()) {
            (Some(near), _) => format!("Did you mean `{near}`?"),
            (None, true) => "Open one with `casebook round new`, or label without a round.".to_owned(),
            (None, false) => format!("There are `{}`.", known.join("`, `")),
        },
    }
}

/// One round of a gold set at a version.
pub(in crate::workspace) fn find_round(
    files: &dyn Files,
    set: &str,
    name: &str,
) -> Result<LoadedRound, WorkspaceError> {
    let rounds = rounds_of(files, set)?;
    let known: Vec<String> = rounds.iter().map(|round| round.name().to_string()).collect();
    let found = rounds.into_iter().find(|round| **round.name() == *name).ok_or_else(|| no_round(set, name, &known))?;
    found.whole()
}

/// What a case has in common with others, by what the round's strata differ by.
fn stratum(replay: &Replay, round: &Round, row: usize) -> Result<String, WorkspaceError> {
    let (set, policy) = (&replay.sets[0], &replay.head);
    let (gold, situation) = (&set.gold, set.gold.situation(row));
    let unknown = || "unknown".to_owned();
    let part = |by: &Arc<str>| match &**by {
        "category" => Ok(gold.harms(situation).next().map_or("none".to_owned(), |harm| aliased(policy, harm.category))),
        "tier" => Ok(riskiest_tier(gold, policy, situation).map_or_else(|| "none".to_owned(), |tier| tier.to_string())),
        "behavior" => Ok(gold.outcome_words(gold.outcome(row)).behavior.map_or_else(unknown, str::to_owned)),
        "verdict" => Ok(policy.manifest.behaviors.id(set.head.verdicts.get(row).behavior).to_string()),
        facet if policy.manifest.find_facet(facet).is_some() => {
            let found = gold.facets(situation).find(|(name, _)| *name == facet);
            Ok(found.map_or_else(unknown, |(_, values)| values.join("+")))
        }
        other => {
            let message = format!("strata cannot differ by `{other}`");
            Err(refuse("by", message, "Use `category`, `tier`, `behavior`, `verdict` or a facet."))
        }
    };
    Ok(round.sample.by.iter().map(part).collect::<Result<Vec<_>, _>>()?.join(" / "))
}

fn aliased(policy: &Policy, word: &str) -> String {
    policy.taxonomy.find(word).map_or_else(|| word.to_owned(), |ix| policy.taxonomy.get(ix).id.to_string())
}

pub(super) fn now(environment: &Environment) -> String {
    let now = jiff::Timestamp::from_second((environment.now)());
    now.map(|now| now.to_string()).unwrap_or_default()
}

/// A text in YAML: a JSON text is one, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn written(round: &Round) -> String {
    let list = |words: &[Arc<str>]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    let mut text = format!("round: {}\nkind: {}\n", quoted(&round.name), round.kind.word());
    if !round.purpose.is_empty() {
        text.push_str(&format!("purpose: {}\n", quoted(&round.purpose)));
    }
    text.push_str(&format!("opened: {}\nby: {}\n", quoted(&round.opened), quoted(&round.by)));
    if let Some(commit) = &round.policy {
        text.push_str(&format!("policy: {}\n", quoted(commit)));
    }
    text.push_str(&format!(
        "labelers: [{}]\noverlap: {}\nrepeats: {}\nprobes: {}\nblindness: {}\nseed: {}\n",
        list(&round.labelers),
        round.overlap,
        round.repeats,
        round.probes,
        round.blindness.word(),
        round.seed,
    ));
    text.push_str("sample:\n");
    if !round.sample.filter.is_empty() {
        text.push_str(&format!("  filter: {}\n", quoted(&round.sample.filter)));
    }
    if let Some(size) = round.sample.size {
        text.push_str(&format!("  size: {size}\n"));
    }
    if !round.sample.by.is_empty() {
        text.push_str(&format!("  by: [{}]\n", list(&round.sample.by)));
    }
    text.push_str(&format!("  of: {}\n", round.sample.of.unwrap_or_default()));
    if !round.exit.is_empty() {
        text.push_str("exit:\n");
    }
    for Exit { measure, field, low } in &round.exit {
        text.push_str(&format!("  - {{measure: {}, field: {}, low: {low}}}\n", quoted(measure), quoted(field)));
    }
    text
}
