//! The table's faces: the footer's hints, the sections of the help, the list of keys for the README.

use super::{Available, COMMANDS, Command, Context, Entry, Group, Reason};
use crate::tui::event::Key;

/// A key and what it does, for the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `J/K`
    pub keys: String,
    pub words: &'static str,
    /// What a click on it runs.
    pub command: Command,
}

/// The keys that work where these contexts hold and that can run now, in the table's order.
pub fn hints(contexts: &[Context], available: Available<'_>) -> Vec<Hint> {
    let mut out: Vec<Hint> = Vec::new();
    for entry in COMMANDS.iter().filter(|entry| !entry.hint.is_empty()) {
        let Some(key) = entry.command.key(contexts) else { continue };
        // The numbers beside the screens' names tell how to get there, where they are not taken for something else.
        let of_screens = matches!(entry.command, Command::NextScreen | Command::PreviousScreen);
        if of_screens && Command::Taxonomy.key(contexts).is_some() {
            continue;
        }
        if available(entry.command).is_err() {
            continue;
        }
        match out.last_mut() {
            Some(last) if last.words == entry.hint => last.keys = format!("{}/{}", last.keys, key.short()),
            _ => out.push(Hint { keys: key.short(), words: entry.hint, command: entry.command }),
        }
    }
    out
}

/// One row of the help or of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpRow {
    pub command: Command,
    /// Every key that runs it here; empty where it has none here.
    pub keys: Vec<Key>,
    /// Why it cannot run now.
    pub reason: Option<Reason>,
}

impl HelpRow {
    pub fn entry(&self) -> &'static Entry {
        self.command.entry()
    }
}

/// What can be done where these contexts hold, by group. Commands without a key here are left out unless `all`.
pub fn sections(contexts: &[Context], available: Available<'_>, all: bool) -> Vec<(Group, Vec<HelpRow>)> {
    let rows = |group: Group| -> Vec<HelpRow> {
        let of_group = COMMANDS.iter().filter(|entry| entry.group == group);
        of_group
            .map(|entry| HelpRow {
                command: entry.command,
                keys: keys_here(entry.command, contexts),
                reason: available(entry.command).err(),
            })
            .filter(|row| all || !row.keys.is_empty())
            .collect()
    };
    Group::ALL.into_iter().map(|group| (group, rows(group))).filter(|(_, rows)| !rows.is_empty()).collect()
}

/// The list of keys for the README: a table for each context.
pub fn markdown() -> String {
    let mut out = String::new();
    for context in Context::ALL {
        let bound: Vec<&Entry> = COMMANDS.iter().filter(|entry| entry.command.keys(context).next().is_some()).collect();
        if bound.is_empty() {
            continue;
        }
        out += &format!("### {}\n\n| key | command | does |\n| --- | --- | --- |\n", context.title());
        for entry in bound {
            let keys: Vec<String> = entry.command.keys(context).map(|key| format!("`{key}`")).collect();
            out += &format!("| {} | `{}` | {} |\n", keys.join(" "), entry.name, entry.about);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn keys_here(command: Command, contexts: &[Context]) -> Vec<Key> {
    let bound = contexts.iter().flat_map(|context| command.keys(*context));
    let mut keys: Vec<Key> = bound.filter(|key| super::find(contexts, *key) == Some(command)).collect();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything(_: Command) -> Result<(), Reason> {
        Ok(())
    }

    #[test]
    fn the_footer_shows_what_works_here_and_now() {
        fn check(contexts: &[Context], available: Available<'_>, expect: &str) {
            let shown: Vec<String> =
                hints(contexts, available).iter().map(|hint| format!("{} {}", hint.keys, hint.words)).collect();
            assert_eq!(shown.join("  "), expect);
        }
        use Context::*;
        check(
            &[Form, Spec, Global],
            &everything,
            "↵ edit field  n new  d delete  J/K reorder  F fixes  # grid  Tab pane  r raw  v effect  u undo  \
             c commit  ^S save  p problems  Esc back  ^P find  ? keys",
        );
        check(
            &[Text, Global],
            &|command| if command == Command::Help { Ok(()) } else { Err("later".into()) },
            "? keys",
        );
        check(&[Popup], &everything, "↵/Alt-↵ ok  Space mark  Esc back");
    }

    #[test]
    fn the_help_gives_reasons() {
        let sections = sections(
            &[Context::List, Context::Global],
            &|command| if command == Command::Undo { Err("nothing was changed yet".into()) } else { Ok(()) },
            false,
        );
        let rows: Vec<&HelpRow> = sections.iter().flat_map(|(_, rows)| rows).collect();
        let undo = rows.iter().find(|row| row.command == Command::Undo).unwrap();
        assert_eq!(undo.reason, Some("nothing was changed yet".into()));
        assert_eq!(undo.keys.len(), 2);
        assert!(!rows.iter().any(|row| row.command == Command::MoveTo));
    }

    #[test]
    fn the_readme_list_names_every_command_that_has_a_key() {
        let text = markdown();
        for entry in COMMANDS.iter().filter(|entry| !entry.keys.is_empty()) {
            assert!(text.contains(&format!("| `{}` |", entry.name)), "{}", entry.name);
        }
        assert!(text.contains("| `Ctrl-P` | `find` |"));
    }
}
