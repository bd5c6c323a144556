use crate::cli::arguments::Arguments;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use clap::CommandFactory;
use clap_complete::Shell;

/// Print a script that teaches a shell to complete casebook's commands
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Completions {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  casebook completions bash > ~/.local/share/bash-completion/completions/casebook
  casebook completions zsh > ~/.zfunc/_casebook
  casebook completions fish > ~/.config/fish/completions/casebook.fish";

impl Completions {
    pub fn run(&self, _context: &Context) -> Result<Output, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "casebook", &mut script);
        Ok(Output::fine(String::from_utf8_lossy(&script)))
    }
}
