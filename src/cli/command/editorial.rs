use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::editorial::{self, EarlierAt, EditorialReport};

/// Declare that an edit changed the words of a clause or category and not its substance
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Editorial {
    /// The id of the clause or category; with `--withdraw`, of the declaration
    id: String,
    /// Why nothing changed in substance
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The version with the earlier wording [default: the last commit; where that asks the same already, the newest version with
    /// an earlier wording that labels or rulings rest on]
    #[arg(long, value_name = "REV", conflicts_with = "withdraw")]
    base: Option<String>,
    /// Declare it although the clause decides cases otherwise now
    #[arg(long, conflicts_with = "withdraw")]
    anyway: bool,
    /// Say what it would carry over, and write nothing
    #[arg(long, conflicts_with = "withdraw")]
    dry_run: bool,
    /// Take a declaration back
    #[arg(long)]
    withdraw: bool,
    /// Who declares it [default: git's user.email]
    #[arg(long = "as", value_name = "WHO")]
    by: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook editorial bio-uplift --reason \"Split a long sentence in two\"
  casebook editorial bio-uplift --base v2.0 --reason \"Plain words since 2.0, same rule\"
  casebook editorial bio-uplift --dry-run --reason \"-\"
  casebook editorial 1f0c9a3b7d5e4c2f8a6b0d1e2f3a4b5c --withdraw --reason \"It did change the rule\"

Labels and rulings that rest on the earlier wording then stand as before. The declaration is added to a file of yours under
editorial/ and never edited. Where the clause decides cases otherwise now, it is refused with exit code 1.";

impl Editorial {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let environment = &context.environment;
        if self.withdraw {
            let by = repo.labeler(self.by.as_deref())?;
            let done = repo.withdraw_editorial(&self.id, &by, &self.reason, environment)?;
            let text = match self.format {
                Format::Json => context.json(serde_json::json!({
                    "withdrawn": self.id, "id": done.record.id, "file": &*done.file
                })),
                _ => format!("taken back: {} for {}\n  {}\n", self.id, done.record.text, done.file),
            };
            return Ok(Output::fine(text));
        }
        let planned = repo.plan_editorial(&self.id, self.base.as_deref(), &context.progress)?;
        let decided_otherwise: Vec<String> =
            planned.decided_otherwise.iter().map(|(set, case)| format!("{set}/{case}")).collect();
        let refused = !decided_otherwise.is_empty() && !self.anyway;
        let written = if self.dry_run || refused {
            None
        } else {
            let by = repo.labeler(self.by.as_deref())?;
            Some(repo.declare_editorial(&planned, &by, &self.reason, environment)?)
        };
        let earlier: Vec<EarlierAt<'_>> = planned
            .earlier
            .iter()
            .map(|one| EarlierAt {
                base: one.base.name(),
                subject: &one.subject,
                labels: one.records.labels,
                rulings: one.records.rulings,
            })
            .collect();
        let report = EditorialReport {
            text: &planned.text,
            base: planned.base.name(),
            from: &planned.from,
            to: &planned.to,
            labels: planned.carried.labels,
            rulings: planned.carried.rulings,
            decided_otherwise: &decided_otherwise,
            earlier: &earlier,
            written: written.as_ref().map(|done| (done.record.id.as_str(), &*done.file)),
        };
        let text = match self.format {
            Format::Json => context.json(editorial::json(&report)),
            _ => editorial::text(&report, context.paint),
        };
        Ok(Output::with(text, !refused))
    }
}
