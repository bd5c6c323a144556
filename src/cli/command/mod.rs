//! The commands: one file each, one line here.

mod agreement;
mod bisect;
mod blame;
mod check;
mod commit;
mod completions;
mod consensus;
mod coverage;
mod demo;
mod diff;
mod editorial;
mod explain;
mod gold;
mod history;
mod import;
mod init;
mod label;
mod log;
mod mutate;
mod precedents;
mod queue;
mod replay;
mod round;
mod rule;
mod status;
mod suggest;

use super::environment::Context;
use super::output::{Failure, Output};

macro_rules! commands {
    ($($name:ident: $arguments:ty;)*) => {
        /// In the order in which `--help` lists them.
        #[derive(Debug, clap::Subcommand)]
        pub(super) enum Command {
            $($name($arguments),)*
        }

        impl Command {
            pub fn run(&self, context: &Context) -> Result<Output, Failure> {
                match self {
                    $(Command::$name(arguments) => arguments.run(context),)*
                }
            }
        }
    };
}

commands! {
    Demo: demo::Demo;
    Init: init::Init;
    Check: check::Check;
    Replay: replay::Replay;
    Diff: diff::Diff;
    Explain: explain::Explain;
    Import: import::Import;
    Label: label::LabelCommand;
    Rule: rule::Rule;
    Round: round::RoundCommand;
    Queue: queue::Waiting;
    Precedents: precedents::Precedents;
    Coverage: coverage::Coverage;
    Mutate: mutate::Mutate;
    Suggest: suggest::SuggestCommand;
    Gold: gold::Gold;
    Editorial: editorial::Editorial;
    Bisect: bisect::Bisect;
    Blame: blame::Blame;
    History: history::History;
    Agreement: agreement::AgreementCommand;
    Consensus: consensus::ConsensusCommand;
    Commit: commit::Commit;
    Status: status::Status;
    Log: log::Log;
    Completions: completions::Completions;
}
