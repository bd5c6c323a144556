use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::created;
use crate::workspace::create::{CreatedGit, create};
use crate::workspace::samples;
use std::path::PathBuf;

/// Start a policy of your own from a template that explains itself
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Init {
    /// The folder to make; nothing in it is overwritten
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What to start from; a name that does not exist lists what there is
    #[arg(long, value_name = "NAME", default_value = samples::TEMPLATE)]
    template: String,
}

const EXAMPLES: &str = "\
Examples:
  casebook init my-policy                         a small policy with comments that teach
  casebook init my-policy --template community    a whole one for a community platform";

impl Init {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let made = create(&self.folder, Some(&self.template), &context.environment.tools)?;
        let (commit, around, trouble) = match &made.git {
            CreatedGit::Committed(commit) => (Some(commit.id.short()), None, None),
            CreatedGit::Around(top) => (None, Some(top.display().to_string()), None),
            CreatedGit::Uncommitted(error) => (None, None, Some((error.to_string(), error.help()))),
        };
        let folder = self.folder.display().to_string();
        let report = created::CreatedReport {
            folder: &folder,
            template: made.template,
            files: &made.files,
            commit,
            around,
            trouble,
        };
        Ok(Output::fine(created::text(&report, context.paint)))
    }
}
