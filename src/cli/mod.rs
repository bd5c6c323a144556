//! Arguments to workspace calls to reports. What surrounds casebook (folders, the clock, the terminal) is gathered here
//! and handed on; what a command has to say is printed here, in one place.

mod arguments;
mod command;
mod environment;
mod output;
mod progress;
mod reading;
mod screen;

use arguments::Arguments;
use clap::Parser;
use environment::Surroundings;
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs casebook with the arguments of this process.
///
/// Exit code 0 when all is well, 1 when something was found (a problem at error level, a gate that fails), 2 when the
/// command could not be carried out.
pub fn main() -> ExitCode {
    let surroundings = Surroundings::gather();
    ExitCode::from(run(std::env::args_os(), &surroundings))
}

fn run(arguments: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(told) => return output::tell(&told, surroundings),
    };
    let context = match surroundings.context(&arguments.global) {
        Ok(context) => context,
        Err(failure) => return output::fail(&failure, surroundings.err_paint(arguments.global.color)),
    };
    let done = match &arguments.command {
        Some(command) => command.run(&context),
        None => screen::open(&context, &context.folder),
    };
    context.progress.clear();
    let paint = surroundings.err_paint(arguments.global.color);
    output::note_left_out(context.progress.take_left_out(), paint);
    // Where a command cannot be carried out, that is what there is to know.
    for words in context.progress.take_warnings().iter().filter(|_| done.is_ok()) {
        output::warn(words, paint);
    }
    match done {
        Ok(Output { text, code }) => output::print(&text).map_or_else(|| code, output::not_printed),
        Err(failure) => output::fail(&failure, paint),
    }
}
