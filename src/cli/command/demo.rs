use super::diff;
use super::replay::report;
use crate::cli::environment::Context;
use crate::cli::output::{self, Failure, Output};
use crate::cli::screen;
use crate::policy::visible::{visible, visible_line};
use crate::report::difference;
use crate::report::{history, problems, replay};
use crate::vcs::Repo;
use crate::workspace::Workspace;
use crate::workspace::check::check;
use crate::workspace::commit::Allow;
use crate::workspace::compare::Request;
use crate::workspace::difference::structure_difference;
use crate::workspace::samples::{self, Sample};
use std::fmt::Write;

/// Try casebook on a sample policy, in a scratch folder
///
/// Makes a policy repo with history out of a bundled sample and opens it on the screen. Where no terminal is attached it
/// walks the main job instead: it edits a clause, replays, shows what flips and what differs, and commits.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Demo {
    /// The sample; a name that does not exist lists what there is
    #[arg(value_name = "NAME", default_value = samples::DEMO)]
    sample: String,
}

const EXAMPLES: &str = "\
Examples:
  casebook demo                 a general assistant, on the screen
  casebook demo community       moderation of a community platform
  casebook demo agents | cat    agents that act with tools, step by step as text";

impl Demo {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let sample = samples::find(&self.sample)?;
        let repo = sample.build_scratch(&context.temp, &context.environment.tools)?;
        if context.interactive {
            return screen::open(context, repo.folder());
        }
        let mut told = String::new();
        match walk(sample, &repo, context, &mut told) {
            Ok(()) => Ok(Output::fine(told)),
            Err(failure) => {
                // What was done until then is worth knowing; that printing fails as well is not.
                let _ = output::print(&told);
                Err(failure)
            }
        }
    }
}

/// The main job, each step told as it is done.
fn walk(sample: Sample, repo: &Repo, context: &Context, told: &mut String) -> Result<(), Failure> {
    let paint = context.paint;
    let mut number = 0;
    let mut step = |told: &mut String, title: &str| {
        number += 1;
        let blank = if number == 1 { "" } else { "\n" };
        let _ = writeln!(told, "{blank}{}", paint.bold(format!("{number}. {title}")));
    };
    let versions = sample.versions()?.len();
    let folder = visible_line(&repo.folder().display().to_string()).into_owned();
    step(told, &format!("A scratch policy repo: {}", sample.title()));
    let _ = writeln!(told, "{folder}\n{versions} versions are in its history (`casebook log`).");

    let mut workspace = Workspace::open(repo.folder(), context.environment.clone())?;
    let before = workspace.repo().compare(&Request::default(), &[], &context.progress)?;
    step(told, "casebook check");
    told.push_str(&problems::text(&check(&before.head.version, &before.sets), paint));

    let edit = sample.demo()?;
    step(told, &format!("Edit `{}` of the clause `{}`", edit.field, edit.clause));
    let _ = writeln!(told, "{}", visible(&edit.say));
    edit.make(&mut workspace)?;
    workspace.save(None)?;

    let comparison = workspace.repo().compare(&Request::default(), &[], &context.progress)?;
    step(told, "casebook replay");
    told.push_str(&replay::text(&report(&comparison), paint));

    step(told, "casebook diff --structure --text");
    let files = workspace.repo().text_difference(&comparison, &Default::default())?;
    let structure = structure_difference(&comparison);
    told.push_str(&difference::text(&diff::build(&comparison, Some(&files), Some(&structure), false), paint));

    let plan = workspace.repo().plan_commit(&comparison.sets.sets, &[], &context.progress)?;
    let failing = plan.broken_gates().count();
    let (option, why) = match failing {
        0 => ("", String::new()),
        1 => (" --allow-failing-gates", "A gate fails. Without the option the commit would be refused.\n".to_owned()),
        n => (" --allow-failing-gates", format!("{n} gates fail. Without the option the commit would be refused.\n")),
    };
    let subject = edit.message.lines().next().unwrap_or_default();
    step(told, &format!("casebook commit -m \"{}\"{option}", visible_line(subject)));
    told.push_str(&why);
    let allow = Allow { failing_gates: true, errors: true };
    let done = workspace.repo().commit(&plan, &edit.message, allow, workspace.environment())?;
    told.push_str(&history::committed(&done, &plan.files, &plan.trailers, paint));

    step(told, "Go on");
    let _ = writeln!(told, "The commit is {}.", done.id);
    let _ = writeln!(told, "The scratch repo stays in {folder} until you remove it:");
    let _ = writeln!(told, "  cd {folder} && casebook");
    Ok(())
}
