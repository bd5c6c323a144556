//! Opening the policy on the screen.

use super::environment::Context;
use super::output::{Failure, Output};
use std::path::Path;

/// Opens the policy in a folder, where somebody sits at a terminal.
pub(super) fn open(context: &Context, _folder: &Path) -> Result<Output, Failure> {
    if !context.interactive {
        let help =
            "Use a command instead, such as `casebook check` or `casebook replay`; `casebook --help` lists them.";
        return Err(Failure::new("the screen needs a terminal, and none is attached", help));
    }
    Err(Failure::new(
        "the screen is not part of this build of casebook",
        "Every job can be done with a command; `casebook --help` lists them.",
    ))
}
