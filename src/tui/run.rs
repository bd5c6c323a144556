//! The loop between the terminal and the app.

use super::app::{App, Look, TerminalAsk};
use super::inbox::{Inbox, Incoming};
use super::model::{Finish, Target};
use super::term::Terminal;
use crate::workspace::Workspace;
use signal_hook::consts::{SIGHUP, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::ffi::OsString;
use std::io;
use std::process::Command;
use std::thread;

/// Runs the screen on a policy until the person leaves. `editor` is the program that `$EDITOR` names, with its arguments.
/// `first` is what is shown first, where something was asked for.
pub fn run(workspace: Workspace, look: Look, editor: Option<Vec<OsString>>, first: Option<Target>) -> io::Result<()> {
    let inbox: Inbox<Finish> = Inbox::default();
    let signals = inbox.sender();
    if let Ok(mut told) = Signals::new([SIGTERM, SIGHUP, SIGWINCH]) {
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in told.forever() {
                let word = if signal == SIGWINCH { Incoming::Resized } else { Incoming::Gone };
                if signals.send(word).is_err() {
                    return;
                }
            }
        })?;
    }
    let mut terminal = Terminal::enter()?;
    let input = inbox.input()?;
    let mut app = App::new(workspace, look, &inbox);
    if let Some(target) = first {
        app.open(target);
    }
    loop {
        terminal.draw(|area, buf| app.render(area, buf))?;
        for incoming in inbox.next() {
            if matches!(incoming, Incoming::Resized) {
                terminal.resized();
            }
            app.update(incoming);
        }
        for ask in app.take_terminal_asks() {
            match ask {
                TerminalAsk::Copy(text) => terminal.copy(&text)?,
                TerminalAsk::Edit(place) => {
                    let path = app.model().workspace.repo().root().locate(&place.file);
                    match (&editor, path) {
                        (Some(editor), Ok(path)) => {
                            let ran = terminal.suspended(&input, || {
                                let mut words = editor.iter();
                                let mut command = Command::new(words.next().map_or("vi".into(), Clone::clone));
                                command.args(words).arg(&path).status()
                            })?;
                            if let Err(error) = ran {
                                app.complain(format!(
                                    "The editor could not be started: {error}. Set EDITOR to its name."
                                ));
                            }
                            app.edited_outside();
                        }
                        (None, _) => app.complain("Set the environment variable EDITOR to the name of your editor."),
                        (_, Err(error)) => app.complain(format!("{error}. {}", error.help())),
                    }
                }
            }
        }
        if app.is_leaving() {
            return Ok(());
        }
    }
}
