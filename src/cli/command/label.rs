use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::cli::reading::ReadingOptions;
use crate::cli::screen;
use crate::policy::label::{Abstention, Confidence, Gap, Label};
use crate::report::labeling::NextReport;
use crate::report::record::{self, RecordReport};
use crate::report::{Format, gold, labeling};
use crate::tui::model::Target;
use crate::vcs::Revision;
use crate::workspace::labeling::{Desk, FoundCase, Sitting, Wish, check_label, check_written, elsewhere};
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::rounds::LoadedRound;
use crate::workspace::sets::{self, Sets};
use crate::workspace::version::PolicyVersion;

/// Label cases on the screen, or write down how you read one
///
/// Without a case, and where a terminal is attached, the screen opens on labeling: one case at a time, with what applies to
/// it beside it. Without a terminal, `--next` prints the case that waits, and the command that labels it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct LabelCommand {
    /// The id of the case; without one the screen opens on labeling
    case: Option<String>,
    /// Print the case that waits for you next, and the words that a label of it may use
    #[arg(long, conflicts_with_all = ["case", "behavior", "harm", "no_harm", "facet", "abstain", "gap", "withdraw", "supersedes"])]
    next: bool,
    /// Print the text of a sensitive case, too
    #[arg(long, requires = "next")]
    uncover: bool,
    /// The gold set of the case [default: the first that has it]
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    #[command(flatten)]
    reading: ReadingOptions,
    /// How sure you are: low, medium or high
    #[arg(long, value_name = "WORD")]
    confidence: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,
    /// Give no reading, for this reason
    #[arg(long, value_name = "REASON")]
    abstain: Option<String>,
    /// Something that the guidance does not answer
    #[arg(long, value_name = "NOTE")]
    gap: Option<String>,
    /// The clause or category that should answer it
    #[arg(long, value_name = "ID", requires = "gap")]
    gap_at: Option<String>,
    /// Whose label it is [default: git's user.email]
    #[arg(long = "as", value_name = "WHO")]
    labeler: Option<String>,
    /// The round that it belongs to
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,
    /// The label that it replaces [default: your last one of the case]
    #[arg(long, value_name = "ID")]
    supersedes: Option<String>,
    /// Take a label back, and give none; `--rationale` says why
    #[arg(long, value_name = "ID", conflicts_with_all = ["abstain", "behavior", "harm", "no_harm", "facet", "supersedes"])]
    withdraw: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook label --set core                 label on the screen, case after case
  casebook label --next --set core          print the case that waits, and how to label it
  casebook label bio-0007 --behavior refuse --harm bio-weapons:high --facet intent=unclear
  casebook label bio-0008 --behavior comply --no-harm --confidence high --rationale \"Textbook knowledge\"
  casebook label bio-0009 --abstain missing-context
  casebook label bio-0010 --behavior refuse --gap \"Are replicas weapons?\" --gap-at weapons
  casebook label bio-0007 --withdraw 1f0c9a3b7d5e4c2f8a6b0d1e2f3a4b5c --rationale \"The wrong case\"

In a round that asks you to read some cases twice, your second label of such a case is kept beside the first.
A label is added to a file of your own under gold/SET/labels/ and never edited. Otherwise a second label of a case replaces
the first. The words are checked against the policy before anything is written.";

impl LabelCommand {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let case = match &self.case {
            Some(case) => case,
            None if self.next => return self.print_next(context),
            None => return self.on_screen(context),
        };
        let repo = context.open()?;
        let who = repo.labeler(self.labeler.as_deref())?;
        let found = repo.find_case(case, self.set.as_deref(), &Revision::Worktree, &context.progress)?;
        let (policy, set) = (&found.version.policy, found.set.name());
        let begin = || Sitting::<Label>::begin(&repo, &context.environment, policy, &who, set, self.round.as_deref());
        let written = match &self.withdraw {
            Some(id) => begin()?.withdraw(id, self.rationale.as_deref().unwrap_or("withdrawn"))?,
            None => {
                let mut label = self.label(case, policy)?;
                check_label(policy, &label)?;
                check_written(&found.set.gold, found.row)?;
                let mut sitting = begin()?;
                label.repeat = sitting.is_repeat(case, self.supersedes.as_deref());
                sitting.record(label)?
            }
        };
        let says = match &written.record {
            Label { withdrawn: Some(_), .. } => "withdrawn",
            Label { abstain: Some(_), .. } => "abstention",
            label => label.reading.behavior.as_deref().unwrap_or("no behavior"),
        };
        let notes = self.notes(&repo, &found, &written.record, context)?;
        let report = RecordReport {
            what: "label",
            id: &written.record.id,
            set,
            case: &written.record.case,
            by: &who,
            says,
            file: &written.file,
            replaced: &written.replaced,
            notes: &notes,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(record::json(&report)),
            _ => record::text(&report, context.paint),
        }))
    }

    /// What is to be known of a label that was written: what it leaves out, a round that it is not of, a ruling that it does not
    /// change.
    fn notes(
        &self,
        repo: &PolicyRepo,
        found: &FoundCase,
        label: &Label,
        context: &Context,
    ) -> Result<Vec<String>, Failure> {
        let mut notes = Vec::new();
        let is_reading = label.abstain.is_none() && label.withdrawn.is_none();
        if is_reading && label.reading.behavior.is_none() {
            notes.push(
                "no behavior is given: the label counts where harms and facets are compared, and gives no vote for what \
                 the case calls for; `--behavior` in a new label, which replaces this one, gives it"
                    .to_owned(),
            );
        }
        if is_reading && label.round.is_none() {
            notes.extend(asked_in(repo, &found.sets, found.set.name(), label)?);
        }
        if found.set.gold.rulings(found.row) > 0 {
            let files = repo.files(&Revision::Worktree, &Unsaved::new())?;
            let at = (&**found.set.name(), found.row);
            let state = repo.gold_state(&*files, &found.version.policy, &found.sets, at, &context.progress)?;
            notes.extend(gold::stale_ruling(&state));
        }
        Ok(notes)
    }

    /// Opens labeling, where somebody sits at a terminal.
    fn on_screen(&self, context: &Context) -> Result<Output, Failure> {
        if !context.interactive {
            let help = "`casebook label --next` prints the case that waits and how to label it; \
                        `casebook label CASE --behavior BEHAVIOR` labels one. In a terminal, the screen opens.";
            return Err(Failure::new("no case is named, and there is no terminal to label on", help));
        }
        screen::open_at(context, &context.folder, Some(Target::Labeling(self.wish())))
    }

    /// Prints what waits first.
    fn print_next(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let files = repo.files(&Revision::Worktree, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        let wanted = self.set.clone().map(|set| vec![set]);
        let settling = version.policy.settling();
        let sets = sets::load(&*files, wanted.as_deref(), &[], &settling, repo.cache(), &context.progress)?;
        let desk = Desk::open(&repo, &context.environment, &version.policy, &sets, &self.wish())?;
        let case = desk.queue().current().map(|item| desk.case(item)).transpose();
        let case = case.map_err(|why| Failure::new(why, "`casebook check` says more about the gold set."))?;
        let report = NextReport {
            policy: &version.policy,
            set: desk.set().name(),
            round: desk.round().map(|round| &**round),
            who: desk.who(),
            done: desk.queue().done(),
            total: desk.queue().total(),
            case: case.as_ref(),
            uncover: self.uncover,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(labeling::json(&report)),
            _ => labeling::text(&report, context.paint),
        }))
    }

    fn wish(&self) -> Wish {
        Wish { set: self.set.clone(), round: self.round.clone(), free: false, who: self.labeler.clone() }
    }

    fn label(&self, case: &str, policy: &crate::policy::Policy) -> Result<Label, Failure> {
        let (harms, reading) = self.reading.read(policy)?;
        let gap = self.gap.as_ref().map(|note| {
            // A clause and a category may share an id; the clause is what should say more.
            let at = |known: bool| self.gap_at.clone().filter(|_| known);
            let is_category = self
                .gap_at
                .as_ref()
                .is_some_and(|id| policy.find_clause(id).is_none() && policy.taxonomy.find(id).is_some());
            Gap { clause: at(!is_category), category: at(is_category), note: note.clone() }
        });
        Ok(Label {
            case: case.to_owned(),
            harms,
            reading,
            abstain: self.abstain.clone().map(|reason| Abstention { reason }),
            gap,
            confidence: self.confidence.clone().map(Confidence::from),
            rationale: self.rationale.clone(),
            supersedes: self.supersedes.clone(),
            ..Label::default()
        })
    }
}

/// The open rounds that ask for the case of a label that is of none, or that may mean its labeler by another name.
fn asked_in(repo: &PolicyRepo, sets: &Sets, set: &str, label: &Label) -> Result<Vec<String>, Failure> {
    let who = &label.labeler;
    let asks = |round: &LoadedRound| {
        let mut rows = round.plan.iter().filter(|row| row.case == label.case);
        round.is_open() && rows.any(|row| row.labelers.iter().any(|labeler| **labeler == **who))
    };
    let rounds = repo.rounds(set)?;
    let asked = rounds.iter().filter(|round| asks(round)).map(|round| {
        let name = round.name();
        format!("the round `{name}` asks you for this case, and this label is not of it; `--round {name}` labels in it")
    });
    let elsewhere = elsewhere(repo, sets, who)?;
    let elsewhere = elsewhere.iter().filter(|round| *round.set == *set && round.me(who).is_some());
    Ok(asked.chain(elsewhere.map(|round| round.words(who))).collect())
}
