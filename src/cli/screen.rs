//! Opening the policy on the screen.

use super::environment::Context;
use super::output::{Failure, Output};
use crate::tui::app::Look;
use crate::tui::model::Target;
use crate::tui::run;
use crate::tui::theme::Depth;
use crate::workspace::Workspace;
use std::ffi::OsString;
use std::path::Path;

/// Opens the policy in a folder, where somebody sits at a terminal.
pub(super) fn open(context: &Context, folder: &Path) -> Result<Output, Failure> {
    open_at(context, folder, None)
}

/// As [`open`], with something shown first.
pub(super) fn open_at(context: &Context, folder: &Path, first: Option<Target>) -> Result<Output, Failure> {
    if !context.interactive {
        let help =
            "Use a command instead, such as `casebook check` or `casebook replay`; `casebook --help` lists them.";
        return Err(Failure::new("the screen needs a terminal, and none is attached", help));
    }
    let workspace = Workspace::open(folder, context.environment.clone())?;
    let screen = &context.screen;
    // Where there are no colours, the theme that needs none.
    let usual = if screen.depth == Depth::None { "no-colour" } else { "dark" };
    let look = Look {
        themes: screen.themes(),
        theme: screen.theme.clone().unwrap_or_else(|| usual.to_owned()),
        depth: screen.depth,
        pause: screen.pause,
    };
    let editor = screen.editor.as_deref().map(words);
    run::run(workspace, look, editor, first).map_err(|error| {
        Failure::new(format!("the terminal cannot be used: {error}"), "Try another terminal, or use a command instead.")
    })?;
    Ok(Output { text: String::new(), code: 0 })
}

/// A program with its arguments, as in `code --wait`.
fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}
