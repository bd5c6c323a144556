use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::codes;
use crate::policy::problem::Problem;
use crate::policy::suggest::nearest;
use crate::replay::proven::Proven;
use crate::report::{Format, json_text, problems};
use crate::vcs::Revision;
use crate::workspace::WorkspaceError;
use crate::workspace::check::errors;
use crate::workspace::fixes::fixes_of;

/// Load everything and say what is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Check {
    /// Print the manual page of a kind of problem, by its code or name
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// The version to check: a branch, a tag, a commit [default: the files on disk]
    #[arg(long, value_name = "REV", conflicts_with = "explain")]
    rev: Option<String>,
    /// Look at every commit for files of labels and rulings that were changed, cut or removed
    #[arg(long, conflicts_with_all = ["explain", "rev"])]
    history: bool,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Sarif, Format::Github];

const EXAMPLES: &str = "\
Examples:
  casebook check                          problems with place and way out
  casebook check --explain CB010          what a code means, why it matters, how to fix it
  casebook check --rev HEAD~3             as it was three commits ago
  casebook check --history                were labels and rulings ever changed after they were committed?
  casebook check --format github          annotations in a GitHub workflow
  casebook check --format sarif > c.sarif for code scanning services

Ends with exit code 1 where there is a problem at error level.";

impl Check {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        if let Some(code) = &self.explain {
            return manual(code);
        }
        let repo = context.open()?;
        let revision = repo.resolve(self.rev.as_deref().unwrap_or(Revision::WORKTREE))?;
        let checked = repo.check(&revision, &Default::default(), &context.progress)?;
        let mut found = checked.problems.clone();
        // They are all named below.
        context.progress.take_left_out();
        if self.history {
            found.extend(repo.rewritten_ever(&context.progress)?);
        }
        let fixes = match self.format {
            Format::Text | Format::Json => {
                let fixable: Vec<&Problem> = found.iter().collect();
                fixes_of(&checked.version, &checked.sets, &fixable, &context.progress).map_err(WorkspaceError::from)?
            }
            _ => Vec::new(),
        };
        let fixes: Vec<Vec<(&Proven, bool)>> =
            fixes.iter().map(|fixes| fixes.iter().map(|fix| (&*fix.proven, fix.again)).collect()).collect();
        let text = match self.format {
            Format::Json => json_text(&problems::json_with(&found, &fixes)),
            Format::Sarif => json_text(&problems::sarif(&found)),
            Format::Github => problems::github(&found),
            _ => problems::text_with(&found, &fixes, context.paint),
        };
        Ok(Output::with(text, errors(&found) == 0))
    }
}

fn manual(code: &str) -> Result<Output, Failure> {
    let known = codes::ALL.iter().find(|known| known.id.eq_ignore_ascii_case(code) || known.name == code);
    let Some(known) = known else {
        let names = codes::ALL.iter().flat_map(|known| [known.id, known.name]);
        let help = match nearest(code, names) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "`casebook check` shows the code of every problem that it finds.".to_owned(),
        };
        return Err(Failure::new(format!("there is no code `{code}`"), help));
    };
    Ok(Output::fine(format!("{}\n", known.manual.trim_end())))
}
