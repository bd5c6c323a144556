//! What all screens look at and change: the open policy, what is known of it, and what is asked of the app.
//!
//! Screens change the workspace and ask; they never wait. Whatever takes time is asked for as [`Ask::Work`] and comes
//! back as a change of the model.

use super::command::Command;
use super::components::message::Severity;
use super::decided::Decided;
use super::grid::Gridded;
use super::jobs::{Job, Kind};
use super::measured::Measured;
use super::popup::Popup;
use super::quality::{AddedCase, Quality, Unadded};
use super::readings::Readings;
use super::rounds::{Refused, RoundNews, Rounds};
use super::rulings::Rulings;
use super::time::Reads;
use super::versions;
use crate::analyze::space::CellName;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::text_hash::name_of_category;
use crate::precedent::Near;
use crate::replay::breakdown::{Group, GroupFigures, breakdown};
use crate::replay::cause::How;
use crate::replay::run::Replay;
use crate::vcs::{Commit, Revision, Status};
use crate::workspace::compare::{Comparison, Side};
use crate::workspace::marks::Marks;
use crate::workspace::sets::Sets;
use crate::workspace::settling::{Bench, ByCase, Court};
use crate::workspace::{FileEdits, Workspace, WorkspaceError};
use std::sync::Arc;

/// The open policy and all that is known of it at the moment.
pub struct Model {
    pub workspace: Workspace,
    /// The gold sets of the working tree; `None` while they are being loaded.
    pub sets: Option<Arc<Sets>>,
    /// What the policy is compared with.
    pub base: Base,
    /// The policy with its unsaved edits against the base. The latest that is known: after a keystroke the one before
    /// stays until the new one is there; [`Model::is_fresh`] tells.
    pub replay: Option<Arc<Replay>>,
    /// The measures of a replay for parts of its cases, with the replay that they are of.
    pub parts: Option<(Arc<Replay>, Arc<Parts>)>,
    /// The edits behind the flip that was looked at last.
    pub cause: Option<FlipCause>,
    /// What `check` finds in the policy as it stands.
    pub problems: Arc<Vec<Problem>>,
    /// The git side: branch, changed files.
    pub status: Option<Arc<Status>>,
    /// The newest commits, newest first.
    pub log: Arc<Vec<Commit>>,
    /// Two other versions that were chosen to be compared; `None` for the working tree against the base.
    pub chosen: Option<Arc<Comparison>>,
    /// Text and structure of the versions that are looked at, once they were asked for.
    pub readings: Option<Arc<Readings>>,
    /// The decisions of the versions that are looked at, once they were asked for.
    pub decided: Option<Arc<Decided>>,
    /// The grid that was drawn last.
    pub grid: Option<Arc<Gridded>>,
    /// What was marked as meant and is not committed: lines of intent. Changed by [`Model::mark`].
    pub intents: Vec<String>,
    /// Where they are kept; `None` until it is open.
    pub marks: Option<Arc<Marks>>,
    /// A commit message that was written and not committed.
    pub message: Option<String>,
    /// Who sits down to label here, and where.
    pub labeling: Option<Labeling>,
    /// The rulings and the queue of the latest version that they were asked for.
    pub court: Option<Arc<Court>>,
    /// Who rules here; a reason in words where nobody can.
    pub bench: Option<Result<Bench, String>>,
    /// The rulings nearest to the cases that were asked about last, the latest last.
    pub nearest: Vec<Nearest>,
    /// The rulings of the policy as it stands, and what stands behind the text that is looked at.
    pub rulings: Rulings,
    /// What is said of cases beside their labels: what an edit that closed a gap touches.
    pub edited: Arc<ByCase>,
    /// How far labelers agree, as it was asked for last.
    pub measured: Option<Arc<Measured>>,
    /// How good the gold sets are, as far as it was asked for last.
    pub quality: Option<Arc<Quality>>,
    /// The suggested cases that were added since the program began, the latest last.
    pub added: Vec<AddedCase>,
    /// What was written for a suggested case and is on disk nowhere.
    pub unadded: Option<Unadded>,
    /// The work that somebody waited for and stopped last, until whoever began it takes note.
    pub stopped: Option<Kind>,
    /// Minutes of labeling after which a pause is suggested; 0 for never.
    pub pause: u32,
    /// The rounds of the gold sets, once they were asked for.
    pub rounds: Option<Arc<Rounds>>,
    /// What came of opening a round, until it was told.
    pub round_news: Option<RoundNews>,
    /// What would be drawn for the round that is being described, in words, until it was told.
    pub round_drawn: Option<Result<String, Refused>>,
    /// The report that was asked for last: of which round (set and name), and its text.
    pub round_report: Option<Arc<RoundText>>,
    asks: Vec<Ask>,
}

/// A labeler who sat down: their name, the gold set, and the round if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labeling {
    pub who: String,
    pub set: Arc<str>,
    pub round: Option<Arc<str>>,
}

/// The edits behind one flip.
#[derive(Debug, Clone)]
pub struct FlipCause {
    pub replay: Arc<Replay>,
    /// Position of the set in the replay.
    pub set: usize,
    pub row: usize,
    pub how: How,
    /// In words, and where each stands.
    pub edits: Vec<(String, Option<Place>)>,
}

/// The report on a round: its set and name, and the text.
pub type RoundText = ((Arc<str>, Arc<str>), String);

/// The rulings nearest to one case.
#[derive(Debug, Clone)]
pub struct Nearest {
    /// Whose rulings they are.
    pub court: Arc<Court>,
    /// Position of the set in the court, and row.
    pub case: (u16, u32),
    /// What the case is decided to be, where that is what they are compared with; else it is what was said of it.
    pub decision: Option<Reading>,
    pub rulings: Arc<Vec<Near>>,
    /// For each ruling the reading that it is nearest to, by its position among the voices, where there are several.
    pub voices: Vec<Option<usize>>,
}

/// Measures by category, tier, facet value and tag.
pub type Parts = Vec<(Group, GroupFigures)>;

/// What the working tree is compared with.
#[derive(Debug, Clone, Default)]
pub enum Base {
    /// It is being loaded.
    #[default]
    Loading,
    /// There is nothing to compare with, in words why: "nothing is committed yet".
    None(String),
    Version(Arc<Side>),
}

impl Base {
    pub fn side(&self) -> Option<&Arc<Side>> {
        match self {
            Base::Version(side) => Some(side),
            _ => None,
        }
    }

    pub fn revision(&self) -> Option<&Revision> {
        self.side().map(|side| &side.revision)
    }
}

/// How a finished work changes the model.
pub type Finish = Box<dyn FnOnce(&mut Model) + Send>;

/// What a screen asks of the app.
pub enum Ask {
    /// Say something on the message line.
    Say(Severity, String),
    /// Put a dialog over the screen.
    Open(Popup),
    /// Show something, on whatever screen it belongs to.
    GoTo(Target),
    /// Run a command as if its key had been pressed.
    Run(Command),
    /// Load and compare again: a document changed.
    Changed,
    /// Read the gold sets, the base, the git status again.
    Reload,
    /// Look at what changed on disk: records were written there.
    Outside,
    /// Read the git status and the log again.
    Status,
    /// Compare with another version, by its name.
    Base(String),
    /// Do something beside the screen. Of each kind only the latest counts.
    Work { kind: Kind, title: String, work: Box<dyn FnOnce(&Job) -> Finish + Send> },
    /// Open a file in `$EDITOR`, at a place.
    Edit(Place),
    /// Put a text on the clipboard.
    Copy(String),
    /// Leave, without asking.
    Leave,
}

/// Something that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    Clause(String),
    Category(String),
    Case {
        set: String,
        case: String,
    },
    /// What is labeled, and by whom.
    Labeling(crate::workspace::labeling::Wish),
    /// A place in a document, in the raw text.
    Place(Place),
    /// What a commit changed, or the working tree where there is none, and how it is to be read.
    Version {
        commit: Option<String>,
        reads: Reads,
        /// The case that is looked at, by set and id.
        case: Option<(String, String)>,
    },
    /// A cell of the grid.
    Cell(CellName),
}

impl Target {
    /// The name of a clause's or category's text, by which records cite it.
    pub fn text_name(&self, policy: &Policy) -> Option<String> {
        match self {
            Target::Clause(id) => Some(id.clone()),
            Target::Category(id) => Some(name_of_category(policy, id)),
            _ => None,
        }
    }
}

impl Model {
    pub fn new(workspace: Workspace) -> Self {
        Model {
            workspace,
            sets: None,
            base: Base::Loading,
            replay: None,
            parts: None,
            cause: None,
            problems: Arc::default(),
            status: None,
            log: Arc::default(),
            chosen: None,
            readings: None,
            decided: None,
            grid: None,
            intents: Vec::new(),
            marks: None,
            message: None,
            labeling: None,
            court: None,
            bench: None,
            nearest: Vec::new(),
            rulings: Rulings::default(),
            edited: Arc::default(),
            measured: None,
            quality: None,
            added: Vec::new(),
            unadded: None,
            stopped: None,
            pause: 0,
            rounds: None,
            round_news: None,
            round_drawn: None,
            round_report: None,
            asks: Vec::new(),
        }
    }

    #[must_use]
    pub fn with_pause(mut self, minutes: u32) -> Self {
        self.pause = minutes;
        self
    }

    pub fn ask(&mut self, ask: Ask) {
        self.asks.push(ask);
    }

    pub fn say(&mut self, severity: Severity, words: impl Into<String>) {
        self.ask(Ask::Say(severity, words.into()));
    }

    pub fn open(&mut self, popup: Popup) {
        self.ask(Ask::Open(popup));
    }

    /// Starts work beside the screen; `kind` names it, and of each kind only the latest counts.
    pub fn work(&mut self, kind: Kind, title: impl Into<String>, work: impl FnOnce(&Job) -> Finish + Send + 'static) {
        self.ask(Ask::Work { kind, title: title.into(), work: Box::new(work) });
    }

    /// Puts an id on the clipboard, if there is one.
    pub fn asks_copy(&mut self, id: Option<String>) {
        if let Some(id) = id {
            self.ask(Ask::Copy(id));
        }
    }

    /// What was asked since the last time.
    pub fn take_asks(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }

    /// Makes edits as one step of undo. Where they are refused, says why; nothing was changed then.
    pub fn edit(&mut self, label: impl Into<String>, edits: &[FileEdits]) -> bool {
        let done = self.workspace.edit(label, edits);
        self.after(done)
    }

    /// Says why something was refused, or has the effect of a change computed.
    pub fn after(&mut self, done: Result<(), WorkspaceError>) -> bool {
        match done {
            Ok(()) => {
                self.ask(Ask::Changed);
                true
            }
            Err(error) => {
                self.say(Severity::Error, format!("{error}. {}", error.help()));
                false
            }
        }
    }

    /// Records were written to a file here: they count at once, without waiting until everything is looked at again.
    pub fn take_up(&mut self, file: &str) {
        let sets = self.sets.as_ref().and_then(|sets| sets.after(&self.workspace.work_tree(), file));
        if let Some(sets) = sets {
            self.sets = Some(Arc::new(sets));
            self.ask(Ask::Changed);
        }
        self.ask(Ask::Outside);
    }

    /// Changes what is marked as meant, keeps it for the next start, and has measured anew what rests on it.
    pub fn mark(&mut self, change: impl FnOnce(&mut Vec<String>)) {
        change(&mut self.intents);
        if let Some(marks) = self.marks.clone() {
            marks.set(&self.intents);
            self.work("marks", "", move |_| {
                marks.write();
                Box::new(|_: &mut Model| {}) as Finish
            });
        }
        if self.replay.as_ref().is_some_and(|replay| replay.asks_for_intent()) {
            self.ask(Ask::Changed);
        }
    }

    /// Takes over a replay, and has its measures by part computed.
    pub fn set_replay(&mut self, replay: Arc<Replay>) {
        self.replay = Some(replay.clone());
        self.break_down(replay);
    }

    /// Has the measures by part of a replay computed, beside the screen.
    pub fn break_down(&mut self, replay: Arc<Replay>) {
        self.work("parts", "", move |_| {
            let parts = Arc::new(breakdown(&replay));
            Box::new(move |model: &mut Model| model.parts = Some((replay, parts))) as Finish
        });
    }

    /// The replay that is looked at: of two chosen versions, or of the policy as it stands.
    pub fn shown_replay(&self) -> Option<&Arc<Replay>> {
        self.chosen.as_ref().map(|chosen| &chosen.replay).or(self.replay.as_ref())
    }

    /// What the two sides of the replay that is looked at are called; the policy as it stands is `now`.
    pub fn shown_versions(&self) -> (Option<String>, String) {
        match &self.chosen {
            Some(chosen) => {
                let base = chosen.base.as_ref().map(|base| versions::name(&base.revision));
                (base, versions::name(&chosen.head.revision))
            }
            None => (self.base.revision().map(versions::name), "now".to_owned()),
        }
    }

    /// Whether the replay is of the policy as it stands now.
    pub fn is_fresh(&self) -> bool {
        self.replay.as_ref().is_some_and(|replay| Arc::ptr_eq(&replay.head, self.workspace.policy()))
    }

    /// The problems of a file.
    pub fn problems_of<'a>(&'a self, file: &'a str) -> impl Iterator<Item = &'a Problem> {
        self.problems.iter().filter(move |problem| &*problem.place.file == file)
    }
}
