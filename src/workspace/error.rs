//! Why the workspace could not do what was asked.

use super::files::FileProblem;
use super::samples::SampleError;
use super::settling::Against;
use crate::decide::columns::CaseError;
use crate::policy::problem::Problem;
use crate::store::StoreError;
use crate::vcs::VcsError;

/// `Display` says what and where; [`WorkspaceError::help`] what to do.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(transparent)]
    Vcs(#[from] VcsError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Edit(#[from] crate::document::EditError),
    #[error("there is no git repository around this policy, so `{rev}` cannot be found")]
    NoHistory { rev: String },
    #[error("there is no gold set `{name}`")]
    NoSet { name: String, known: Vec<String> },
    #[error("the gold set `{set}` has a case `{id}` already; nothing was written")]
    CaseThere { id: String, set: String },
    #[error("`{file}` changed since the case was added; nothing was taken back")]
    NotAsWritten { file: String },
    #[error("the gold set `{name}` is gone: there are no cases in `gold/{name}` any more; nothing was written")]
    SetGone { name: String },
    /// A file of the policy cannot be read, so what a record rests on is not known.
    #[error("{}: {}; nothing was written", .problem.place, .problem.message)]
    PolicyUnread { problem: Box<Problem> },
    #[error("there is no case `{id}`")]
    NoCase { id: String, near: Option<String> },
    #[error("{trouble}")]
    NoGit { trouble: String, help: String },
    #[error("the edit brings {n} new {}", if *.n == 1 { "error" } else { "errors" })]
    NewErrors { n: usize },
    #[error("{} {}", if .gates.len() == 1 { "a gate fails:" } else { "gates fail:" }, .gates.join(", "))]
    GatesFail { gates: Vec<String> },
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Import(#[from] crate::interop::ImportError),
    #[error("`{name}` cannot be the name of a gold set")]
    BadSetName { name: String },
    #[error("{}", .problem.message)]
    File { problem: FileProblem },
    #[error("there is no sample or template `{name}`")]
    NoSample { name: String, known: Vec<&'static str> },
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("`{file}` is not open")]
    NotOpen { file: String },
    #[error("`{file}` exists already")]
    Exists { file: String },
    #[error("nobody is named as the one who labels or rules")]
    Nobody,
    #[error("`{name}` cannot be the name of a labeler")]
    BadLabeler { name: String },
    #[error("{message}")]
    BadRecord { message: String, help: String },
    /// `about` is one of what is asked of whoever opens a round: [`rounds::ASKED`](super::rounds::ASKED).
    #[error("{message}")]
    BadRound { about: &'static str, message: String, help: String },
    #[error("earlier rulings stand against {}", cases_of(.against))]
    Against { against: Vec<Against> },
    #[error("there is no record `{id}` that stands and could be taken back")]
    NoRecord { id: String },
    #[error("`{id}` does not stand on the case `{case}`, so nothing can take its place")]
    NotStanding { id: String, case: String },
    #[error("the round `{round}` is closed")]
    RoundClosed { round: String },
    #[error("the round `{round}` was closed{by} meanwhile; nothing was written")]
    ClosedMeanwhile { round: String, by: String },
    #[error("the round `{round}` does not ask `{who}` to read the case `{case}`")]
    NotAsked { case: String, round: String, who: String },
    #[error("`{who}` does not label in the round `{round}`")]
    NotInRound { who: String, round: String, labelers: Vec<String> },
    #[error("no name could be found for a new file: {source}")]
    Random { source: std::io::Error },
    #[error("there is no clause or category `{id}`")]
    NoText { id: String, near: Option<String> },
    #[error("`{id}` is not in the policy at {base}, so its text has no earlier wording")]
    NewText { id: String, base: String },
    #[error("the text of `{id}` is the same in substance as at {base}, so there is nothing to declare")]
    SameText { id: String, base: String },
    #[error("what is stale on `{id}` rests on a wording that no version up to HEAD has")]
    LostWording { id: String },
    #[error(transparent)]
    TooLarge(#[from] crate::analyze::space::TooLarge),
    #[error("{}", crate::analyze::space::TooLarge::versions())]
    VersionsTooLarge,
    #[error("`{name}` is nothing that labels answer")]
    NoField { name: String, near: Option<String>, known: Vec<String> },
    #[error("no label is of the round `{name}`")]
    NoRoundLabels { name: String, known: Vec<String> },
    #[error("there is no label by `{name}`")]
    NoLabeler { name: String, near: Option<String> },
    #[error("`{name}` takes several answers at once, and a consensus is of one")]
    ManyAnswers { name: String },
    #[error("the intent `{line}` cannot be read: {why}")]
    BadIntent { line: String, why: String },
    #[error("it was cancelled")]
    Cancelled,
}

impl From<crate::decide::Cancelled> for WorkspaceError {
    fn from(_: crate::decide::Cancelled) -> Self {
        WorkspaceError::Cancelled
    }
}

impl WorkspaceError {
    /// What a person can do about it.
    pub fn help(&self) -> String {
        match self {
            WorkspaceError::Vcs(error) => error.help(),
            WorkspaceError::Store(error) => error.help().to_owned(),
            WorkspaceError::Edit(_) => "Nothing was changed. The raw text can be edited by hand.".to_owned(),
            WorkspaceError::NoHistory { .. } => {
                "Run `git init` in the policy folder and commit, then versions can be compared.".to_owned()
            }
            WorkspaceError::NoSet { known, .. } if known.is_empty() => {
                "There is none yet: bring cases in with `casebook import`.".to_owned()
            }
            WorkspaceError::NoSet { known, .. } => format!("There are `{}`.", known.join("`, `")),
            WorkspaceError::CaseThere { .. } => "Look again at what is missing: the set changed meanwhile.".to_owned(),
            WorkspaceError::NotAsWritten { file } => format!("Take its line out of `{file}` yourself."),
            WorkspaceError::SetGone { name } => {
                format!("Restore `gold/{name}`, or label in another gold set. What is filled in on the screen is kept.")
            }
            WorkspaceError::PolicyUnread { problem } => format!(
                "A label or a ruling names the texts that it rests on, and those of this file cannot be read. Set the file right first: {}",
                problem.help
            ),
            WorkspaceError::NoGit { help, .. } => help.clone(),
            WorkspaceError::NewErrors { .. } => {
                "Set them right first (`casebook check` lists them), or allow them in this commit.".to_owned()
            }
            WorkspaceError::GatesFail { gates } if gates.iter().any(|gate| gate.starts_with("collateral")) => {
                "Declare what is meant with `--intent` (`casebook diff --decisions` shows what changes, and what of it nobody \
                 declared), or allow failing gates in this commit; it will say so."
                    .to_owned()
            }
            WorkspaceError::GatesFail { .. } => {
                "Look at the regressed cases, or allow failing gates in this commit; it will say so.".to_owned()
            }
            WorkspaceError::Case(_) => "Set the line right; `casebook check` says what is wrong with it.".to_owned(),
            // Says itself what to do.
            WorkspaceError::Import(_) => String::new(),
            WorkspaceError::BadSetName { .. } => {
                "It becomes the name of a folder: write it without `/`, and not beginning with a dot.".to_owned()
            }
            WorkspaceError::File { problem } => problem.help.clone(),
            WorkspaceError::NoSample { known, .. } => format!("There are `{}`.", known.join("`, `")),
            WorkspaceError::Sample(SampleError::Vcs(error)) => error.help(),
            WorkspaceError::Sample(SampleError::Broken { .. }) => {
                "That is a mistake in casebook: please report it.".to_owned()
            }
            WorkspaceError::NoCase { near: Some(near), .. } => format!("Did you mean `{near}`?"),
            WorkspaceError::NoCase { near: None, .. } => "Case ids stand in the files under `gold/`.".to_owned(),
            WorkspaceError::NotOpen { .. } => "Reload the policy and try again.".to_owned(),
            WorkspaceError::Exists { .. } => "Choose another name.".to_owned(),
            WorkspaceError::Nobody => {
                "Run `git config user.email you@example.org`, or name who it is with `--as`.".to_owned()
            }
            WorkspaceError::BadLabeler { .. } => "Give a name of 1 to 240 bytes.".to_owned(),
            WorkspaceError::BadRecord { help, .. } | WorkspaceError::BadRound { help, .. } => help.clone(),
            WorkspaceError::Against { .. } => {
                "Rule on each of these cases by itself, and say how it stands to the earlier rulings. Nothing was written."
                    .to_owned()
            }
            WorkspaceError::NoRecord { .. } | WorkspaceError::NotStanding { .. } => {
                "Only one's own label that nothing has replaced yet can be replaced or taken back; of rulings, any that stands."
                    .to_owned()
            }
            WorkspaceError::RoundClosed { .. } => {
                "Label without a round, or in a new one (`casebook round new`).".to_owned()
            }
            WorkspaceError::ClosedMeanwhile { .. } => {
                "Your label is kept in the form: open the case outside the round, or in a new one, to give it.".to_owned()
            }
            WorkspaceError::NotAsked { round, .. } => format!(
                "In the round it would count nowhere: label it without `--round`. `casebook label --next --round {round}` \
                 tells what waits there."
            ),
            WorkspaceError::NotInRound { labelers, .. } => {
                format!("Its labelers are `{}`; say who you are with `--as`.", labelers.join("`, `"))
            }
            WorkspaceError::Random { .. } => "Try again.".to_owned(),
            WorkspaceError::NoText { near: Some(near), .. } => format!("Did you mean `{near}`?"),
            WorkspaceError::NoText { near: None, .. } => {
                "Ids of clauses stand in the files under `specs/`, those of categories under `taxonomies/`.".to_owned()
            }
            WorkspaceError::NewText { .. } => "Name the version with the earlier wording with `--base REV`.".to_owned(),
            WorkspaceError::SameText { .. } => {
                "White space, rationale, guidance and examples never count. Where nothing rests on an earlier wording, name \
                 the version with it with `--base REV`."
                    .to_owned()
            }
            WorkspaceError::LostWording { .. } => {
                "Name a version on another branch with `--base REV`, or read the cases anew: `casebook gold --state stale`."
                    .to_owned()
            }
            WorkspaceError::VersionsTooLarge => crate::analyze::space::TooLarge::VERSIONS_HELP.to_owned(),
            WorkspaceError::TooLarge(_) => {
                "Compare the versions as structure and as outcomes; fewer facets in one condition make it smaller."
                    .to_owned()
            }
            WorkspaceError::NoField { near: Some(near), .. } | WorkspaceError::NoLabeler { near: Some(near), .. } => {
                format!("Did you mean `{near}`?")
            }
            WorkspaceError::NoField { known, .. } => format!("There are `{}`.", known.join("`, `")),
            WorkspaceError::NoLabeler { near: None, .. } => {
                "Labelers are called as the `labeler` of their labels says.".to_owned()
            }
            WorkspaceError::NoRoundLabels { known, .. } if known.is_empty() => {
                "The labels of this set name no round: leave `--round` out.".to_owned()
            }
            WorkspaceError::NoRoundLabels { known, .. } => format!("There are `{}`.", known.join("`, `")),
            WorkspaceError::ManyAnswers { .. } => {
                "Name `severity`, `behavior`, `observed`, or a facet that has one value.".to_owned()
            }
            WorkspaceError::BadIntent { .. } => {
                "Write it as `refuse → comply where category: weapons, severity: high`, with a condition as a spec has it, or as \
                 `refuse → comply in case SET/CASE`. `casebook diff --decisions --format json` shows each region's `intent`."
                    .to_owned()
            }
            WorkspaceError::Cancelled => "Nothing was changed.".to_owned(),
        }
    }
}

/// `those on core/a, core/b and 3 more cases`
fn cases_of(against: &[Against]) -> String {
    const MOST: usize = 5;
    let named: Vec<String> = against.iter().take(MOST).map(|one| format!("`{}/{}`", one.set, one.case)).collect();
    let more = against.len() - named.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    match against.len() {
        1 => format!("a ruling on {}", named.concat()),
        _ => format!("rulings on {}{rest}", named.join(", ")),
    }
}
