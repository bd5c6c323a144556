//! How good the gold sets are for the policy as it stands: found beside the screen, a step at a time, and kept until it is asked
//! for anew.

use super::beside::{Watched, finish};
use super::components::message::Severity;
use super::jobs::Kind;
use super::model::{Ask, Model};
use crate::analyze::edit::Menu;
use crate::analyze::space::CaseAt;
use crate::decide::{Cancelled, GoldSet, Situation, Watch};
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::visible::visible_line;
use crate::replay::coverage::Coverage;
use crate::replay::mutate::Mutation;
use crate::replay::suggest::{Suggestion, suggest, unsettled};
use crate::report::suggest::{free_id, stub};
use crate::workspace::sets::Sets;
use crate::workspace::{AddedCases, WorkspaceError};
use std::sync::Arc;

/// What is looked for; each step needs those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What the cases show.
    #[default]
    Coverage,
    /// Which edits they notice.
    Mutation,
    /// Which cases would show the rest.
    Suggestions,
}

/// Of what it was found.
#[derive(Clone)]
pub struct Asked {
    pub policy: Arc<Policy>,
    pub sets: Arc<Sets>,
}

/// What was found, up to some step.
#[derive(Clone)]
pub struct Quality {
    pub of: Asked,
    /// In the order in which cases name them.
    pub gold: Arc<Vec<Arc<GoldSet>>>,
    pub coverage: Arc<Coverage>,
    pub mutation: Option<Arc<Mutation>>,
    pub suggestions: Option<Arc<Suggested>>,
}

/// The cases to write next, and those that are there and wait for somebody to settle them.
pub struct Suggested {
    pub cases: Vec<Suggestion>,
    pub unsettled: Vec<CaseAt>,
}

/// A suggested case that was added here.
#[derive(Clone)]
pub struct AddedCase {
    pub id: String,
    /// Where it lies.
    pub point: Situation,
    pub cases: AddedCases,
}

/// What was written for a suggested case that was not added.
#[derive(Clone)]
pub struct Unadded {
    pub point: Situation,
    pub text: String,
    pub response: String,
}

/// So many cases are suggested.
const MOST: usize = 30;

/// Names the work beside the screen.
pub const KIND: Kind = "quality";

impl Step {
    fn title(self) -> &'static str {
        match self {
            Step::Coverage => "what the cases show",
            Step::Mutation => "trying edits",
            Step::Suggestions => "looking for cases",
        }
    }
}

impl Asked {
    /// The policy and the cases as they stand; `None` while the cases are being loaded.
    pub fn now(model: &Model) -> Option<Asked> {
        Some(Asked { policy: model.workspace.policy().clone(), sets: model.sets.clone()? })
    }

    pub fn is_same(&self, other: &Asked) -> bool {
        let same_sets = || Arc::ptr_eq(&self.sets, &other.sets) || self.sets.is_same(&other.sets);
        Arc::ptr_eq(&self.policy, &other.policy) && same_sets()
    }
}

impl Quality {
    pub fn has(&self, step: Step) -> bool {
        match step {
            Step::Coverage => true,
            Step::Mutation => self.mutation.is_some(),
            Step::Suggestions => self.suggestions.is_some(),
        }
    }

    /// What is not known yet, up to a step.
    fn go_on(of: Asked, known: Option<Quality>, step: Step, watch: &dyn Watch) -> Result<Quality, Cancelled> {
        let policy = of.policy.clone();
        let mut found = match known {
            Some(known) => known,
            None => {
                let gold = Arc::new(of.sets.gold());
                let coverage = Arc::new(Coverage::of(&policy, &gold, watch)?);
                Quality { of, gold, coverage, mutation: None, suggestions: None }
            }
        };
        if step >= Step::Mutation && found.mutation.is_none() {
            let mutation = Mutation::test(&policy, &found.gold, Menu::SLIPS, None, watch)?;
            found.mutation = Some(Arc::new(mutation));
        }
        if step >= Step::Suggestions
            && found.suggestions.is_none()
            && let Some(mutation) = &found.mutation
        {
            let cases = suggest(&policy, mutation, &found.coverage, MOST, watch)?;
            found.suggestions = Some(Arc::new(Suggested { cases, unsettled: unsettled(&found.gold) }));
        }
        Ok(found)
    }
}

/// Has it looked for beside the screen; what is known of the same policy and cases is kept.
pub fn ask(model: &mut Model, of: Asked, step: Step) {
    let known = model.quality.as_ref().filter(|known| known.of.is_same(&of)).map(|known| (**known).clone());
    model.work(KIND, step.title(), move |job| {
        let found = Quality::go_on(of, known, step, &Watched::new(job));
        finish(found.map_err(WorkspaceError::from), |model, found| model.quality = Some(Arc::new(found)))
    });
}

/// A draft of a case at a point, with an id that no case has.
pub fn draft(policy: &Policy, point: &Situation, sets: &Sets, why: &str) -> serde_json::Value {
    stub(policy, point, &free_id(policy, point, &sets.gold(), &[]), why)
}

/// Writes a case to a gold set, beside the screen.
pub fn add(model: &mut Model, set: String, row: serde_json::Value, point: Situation) {
    let repo = model.workspace.repo().clone();
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    let is_unwritten = serde_json::from_value::<Case>(row.clone()).is_ok_and(|case| case.is_unwritten());
    model.work("add-case", "adding a case", move |_| {
        finish(repo.add_cases(&set, &[row]), move |model, cases| {
            let next = if is_unwritten {
                "Its text is to be written there, in place of `TO WRITE: …`; then label it."
            } else {
                "Label it next."
            };
            let words = format!("Added `{id}` to {}; `u` takes it back. {next}", cases.file);
            model.say(Severity::Hint, visible_line(&words).into_owned());
            model.unadded = None;
            model.added.push(AddedCase { id, point, cases });
            model.ask(Ask::Outside);
        })
    });
}

/// Takes the case that was added last out of its file again, beside the screen; refused where somebody labeled it meanwhile.
pub fn take_back(model: &mut Model) {
    let Some(added) = model.added.last().cloned() else { return };
    let found = model.sets.as_ref().and_then(|sets| {
        let set = sets.sets.iter().find(|set| **set.name() == *added.cases.set)?;
        Some((set, set.gold.find(&added.id)?))
    });
    if found.is_some_and(|(set, row)| !set.gold.labels_of(row).is_empty() || set.gold.rulings(row) > 0) {
        let words = format!("`{}` stays: somebody labeled it meanwhile.", added.id);
        model.say(Severity::Warning, visible_line(&words).into_owned());
        return;
    }
    let repo = model.workspace.repo().clone();
    model.work("add-case", "taking a case back", move |_| {
        finish(repo.take_back_cases(&added.cases), move |model, ()| {
            let words = format!("Took `{}` out of {} again.", added.id, added.cases.file);
            model.say(Severity::Hint, visible_line(&words).into_owned());
            model.added.pop();
            model.ask(Ask::Outside);
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Unwatched;
    use crate::tui::testing::assistant;
    use crate::workspace::sets::Sets;
    use std::sync::Mutex;

    /// Each part by how many steps it told of beforehand, and how many it did.
    #[derive(Default)]
    struct Parts(Mutex<Vec<(u64, u64)>>);

    impl Watch for Parts {
        fn expect(&self, steps: u64) {
            self.0.lock().unwrap().push((steps, 0));
        }

        fn advance(&self, amount: u64) {
            // What is done before the first part is reading and deciding.
            if let Some(part) = self.0.lock().unwrap().last_mut() {
                part.1 += amount;
            }
        }
    }

    /// Stops the work at the first part of more than so many steps.
    struct StopAt(Mutex<bool>, u64);

    impl Watch for StopAt {
        fn expect(&self, steps: u64) {
            *self.0.lock().unwrap() |= steps > self.1;
        }

        fn cancelled(&self) -> bool {
            *self.0.lock().unwrap()
        }
    }

    fn asked() -> Asked {
        Asked { policy: assistant(), sets: Arc::new(Sets::default()) }
    }

    #[test]
    fn each_part_says_how_much_there_is_to_do_and_does_it() {
        let parts = Parts::default();
        let found = Quality::go_on(asked(), None, Step::Suggestions, &parts).unwrap();
        let told = parts.0.into_inner().unwrap();
        let mutants = found.mutation.unwrap().mutants.len() as u64;
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.contains(&(mutants, mutants)), "{told:?}");
        assert!(told.iter().all(|(steps, done)| steps == done && *steps > 0), "{told:?}");
        assert_eq!(found.suggestions.unwrap().cases.len(), MOST);
    }

    #[test]
    fn what_is_known_is_not_looked_for_again() {
        let first = Quality::go_on(asked(), None, Step::Mutation, &Unwatched).unwrap();
        let on = Quality::go_on(first.of.clone(), Some(first.clone()), Step::Suggestions, &Unwatched).unwrap();
        assert!(Arc::ptr_eq(&first.coverage, &on.coverage));
        assert!(first.mutation.zip(on.mutation).is_some_and(|(a, b)| Arc::ptr_eq(&a, &b)));
    }

    #[test]
    fn it_stops_in_the_midst_of_any_part() {
        for most in [0, 10, 100, 300] {
            let watch = StopAt(Mutex::new(false), most);
            let found = Quality::go_on(asked(), None, Step::Suggestions, &watch);
            assert!(matches!(found, Err(Cancelled)), "{most}");
        }
    }
}
