use super::replay::report;
use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::decide::Watch;
use crate::report::{Format, history, problems, replay, staled};
use crate::workspace::WorkspaceError;
use crate::workspace::commit::{Allow, CommitPlan};

/// Check, replay, and commit the files of the policy that changed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Commit {
    /// What changed and why
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// What the edit is meant to change, such as `refuse → comply where category: bio, severity: medium`; `all` for all that it does.
    /// May be given several times
    #[arg(long, value_name = "INTENT")]
    intent: Vec<String>,
    /// Commit although a gate fails; the commit says so
    #[arg(long)]
    allow_failing_gates: bool,
    /// Commit although the edit brings new errors
    #[arg(long)]
    allow_errors: bool,
    /// Say what would be committed, and commit nothing
    #[arg(long)]
    dry_run: bool,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook commit -m \"Refuse dual-use detail at medium severity\"
  casebook commit -m \"Try a stricter line\" --dry-run
  casebook commit -m \"Accept two regressions\" --allow-failing-gates
  casebook commit -m \"Allow medical detail\" --intent \"refuse → safe-complete where category: dosage, context: medical\"

Commits casebook.yaml, the files that it names, and gold/, taxonomies/, specs/ and recordings/; whatever else changed
stays as it is. Your hooks, your signature and your identity count. The commit carries what the replay found
(`Policy-Replay: 3 fixed, 1 regressed of 1595`), what was meant (`Policy-Intent: …`) and who ruled (`Adjudicated-By: …`).

Refused with exit code 1 where the edit brings new errors or a gate fails. Errors that the last commit has as well do
not stand in the way, nor do gates that fail there by as much or more, measured by the gold labels as they are now: labels and
rulings can always be committed.";

impl Commit {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let plan = repo.plan_commit(&[], &self.intent, &context.progress)?;
        for line in &plan.idle {
            context.progress.warn(format!("nothing changes as this intent says, so it is left out: {line}"));
        }
        let allow = Allow { failing_gates: self.allow_failing_gates, errors: self.allow_errors };
        match plan.refusal(allow) {
            None => {}
            Some(refusal @ (WorkspaceError::NewErrors { .. } | WorkspaceError::GatesFail { .. })) => {
                return Ok(self.refused(&plan, &refusal, context));
            }
            Some(other) => return Err(other.into()),
        }
        if self.dry_run {
            return Ok(Output::fine(self.would(&plan, context)));
        }
        let done = repo.commit(&plan, &self.message, allow, &context.environment)?;
        Ok(Output::fine(match self.format {
            Format::Json => context.json(history::committed_json(&done, &plan.files, &plan.trailers, &plan.staled)),
            _ => history::committed(&done, &plan.files, &plan.trailers, context.paint) + &becomes_stale(&plan, context),
        }))
    }

    fn refused(&self, plan: &CommitPlan, refusal: &WorkspaceError, context: &Context) -> Output {
        if self.format == Format::Json {
            let value = serde_json::json!({
                "commit": null,
                "refused": refusal.to_string(),
                "problems": problems::json(&plan.new_errors)["problems"],
                "replay": replay::json(&report(&plan.comparison)),
            });
            return Output::with(context.json(value), false);
        }
        let paint = context.paint;
        let mut text = match refusal {
            WorkspaceError::NewErrors { .. } => problems::text(&plan.new_errors, paint),
            _ => replay::text(&report(&plan.comparison), paint),
        };
        let words = crate::policy::visible::visible(&refusal.to_string()).into_owned();
        text.push_str(&format!("\n{} {words}\n", paint.worse("not committed:")));
        let option = match refusal {
            WorkspaceError::NewErrors { .. } => "--allow-errors",
            _ => "--allow-failing-gates",
        };
        text.push_str(&format!("  {} {} ({option})\n", paint.dim("help"), refusal.help()));
        Output::with(text, false)
    }

    fn would(&self, plan: &CommitPlan, context: &Context) -> String {
        if self.format == Format::Json {
            let files: Vec<&str> = plan.files.iter().map(|file| &*file.path).collect();
            let trailers: Vec<_> =
                plan.trailers.iter().map(|t| serde_json::json!({"key": t.key, "value": t.value})).collect();
            return context.json(serde_json::json!({
                "commit": null, "files": files, "trailers": trailers, "becomes_stale": staled::json(&plan.staled)
            }));
        }
        let mut text =
            format!("would commit (a dry run commits nothing)\n{}\n", history::files(&plan.files, context.paint));
        for trailer in &plan.trailers {
            let line = format!("{}: {}", trailer.key, trailer.value);
            text.push_str(&format!("  {}\n", crate::report::paint::own_words(&line)));
        }
        text + &becomes_stale(plan, context)
    }
}

/// What the commit makes stale, as a line; nothing where it makes nothing so.
fn becomes_stale(plan: &CommitPlan, context: &Context) -> String {
    staled::words(&plan.staled).map_or_else(String::new, |words| format!("{}\n", context.paint.notable(words)))
}
