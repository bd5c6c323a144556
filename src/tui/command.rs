//! The one table of commands. The keymap, the footer's hints, the `?` help, the palette and the README's list
//! of keys are all read from it, so that a key is written down once.

mod show;
mod table;

pub use show::{HelpRow, Hint, hints, markdown, sections};
pub use table::{COMMANDS, Command};

use super::event::Key;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Where a key is pressed: a part of the screen that has keys of its own.
///
/// A place on the screen has a stack of them, innermost first: `[List, Replay, Global]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    Global,
    Taxonomy,
    Spec,
    Replay,
    /// How good the gold sets are, a part of Replay.
    Quality,
    Adjudicate,
    /// Labeling, a part of Adjudicate.
    Label,
    /// Settling what labelers disagree on, a part of Adjudicate.
    Settle,
    /// How far labelers agree, a part of Adjudicate.
    Agreement,
    /// The readings of a case side by side, where a number takes one.
    Readings,
    /// Rounds of labeling, a part of Adjudicate.
    Rounds,
    Review,
    /// The pane that shows what an edit does to the gold sets.
    Effect,
    List,
    Tree,
    Form,
    /// What is decided, as a grid.
    Grid,
    /// Prose or a diff that can only be read.
    Text,
    /// The text area.
    Editor,
    /// A one-line field.
    Input,
    /// A picker, a dialog, the finder, the help.
    Popup,
}

impl Context {
    pub const ALL: [Context; 21] = [
        Context::Global,
        Context::Taxonomy,
        Context::Spec,
        Context::Replay,
        Context::Quality,
        Context::Adjudicate,
        Context::Label,
        Context::Settle,
        Context::Agreement,
        Context::Readings,
        Context::Rounds,
        Context::Review,
        Context::Effect,
        Context::List,
        Context::Tree,
        Context::Form,
        Context::Grid,
        Context::Text,
        Context::Editor,
        Context::Input,
        Context::Popup,
    ];

    /// Where written characters go into a text, so that no command outside may be bound to them.
    pub fn takes_text(self) -> bool {
        matches!(self, Context::Editor | Context::Input | Context::Popup)
    }

    /// What the help calls it.
    pub fn title(self) -> &'static str {
        match self {
            Context::Global => "Everywhere",
            Context::Taxonomy => "Taxonomy",
            Context::Spec => "Spec",
            Context::Replay => "Replay",
            Context::Quality => "Quality of the gold sets",
            Context::Adjudicate => "Adjudicate",
            Context::Label => "Labeling",
            Context::Settle => "Settling",
            Context::Agreement => "Agreement",
            Context::Readings => "Readings side by side",
            Context::Rounds => "Rounds",
            Context::Review => "Review",
            Context::Effect => "Effect pane",
            Context::List => "Lists",
            Context::Tree => "Trees",
            Context::Form => "Forms",
            Context::Grid => "The grid",
            Context::Text => "Texts",
            Context::Editor => "Text area",
            Context::Input => "One-line fields",
            Context::Popup => "Dialogs",
        }
    }
}

/// What a command is about; the help is ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    Move,
    Edit,
    Versions,
    View,
    App,
}

impl Group {
    pub const ALL: [Group; 5] = [Group::Move, Group::Edit, Group::Versions, Group::View, Group::App];

    pub fn title(self) -> &'static str {
        match self {
            Group::Move => "Moving about",
            Group::Edit => "Editing",
            Group::Versions => "Replay and versions",
            Group::View => "What is shown",
            Group::App => "casebook",
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Entry {
    pub command: Command,
    /// What is typed after `:`.
    pub name: &'static str,
    pub title: &'static str,
    /// One sentence for the help and the palette.
    pub about: &'static str,
    pub group: Group,
    /// What the footer says beside the key; empty for commands that are never hinted at.
    pub hint: &'static str,
    /// Default keys, in the notation of [`Key`]; the first of a context is the one that is shown.
    pub keys: &'static [(Context, &'static str)],
}

impl Command {
    /// Whether components take it by themselves, so that it can run wherever its key is: moving, folding, answering.
    pub fn is_of_components(self) -> bool {
        matches!(
            self,
            Command::Down
                | Command::Up
                | Command::PageDown
                | Command::PageUp
                | Command::First
                | Command::Last
                | Command::Expand
                | Command::Collapse
                | Command::Toggle
                | Command::ExpandAll
                | Command::CollapseAll
                | Command::Left
                | Command::Right
                | Command::Facet
                | Command::Accept
                | Command::AcceptText
                | Command::Mark
                | Command::SearchText
        )
    }

    /// Whether it goes to a screen.
    pub fn is_screen(self) -> bool {
        matches!(
            self,
            Command::Taxonomy
                | Command::Spec
                | Command::Replay
                | Command::Adjudicate
                | Command::Review
                | Command::Manifest
        )
    }

    pub fn entry(self) -> &'static Entry {
        // The table is written by the macro that writes the enum, in the same order.
        &COMMANDS[self as usize]
    }

    pub fn named(name: &str) -> Option<Command> {
        COMMANDS.iter().find(|entry| entry.name == name).map(|entry| entry.command)
    }

    /// The keys that run the command in a context, in the table's order.
    pub fn keys(self, context: Context) -> impl Iterator<Item = Key> {
        self.entry().keys.iter().filter(move |(place, _)| *place == context).filter_map(|(_, key)| key.parse().ok())
    }

    /// The key shown for the command where these contexts hold, if it has one.
    pub fn key(self, contexts: &[Context]) -> Option<Key> {
        contexts.iter().flat_map(|context| self.keys(*context)).find(|key| find(contexts, *key) == Some(self))
    }
}

/// Why a command cannot run now, as the end of the sentence "Not now: …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub Cow<'static, str>);

impl<T: Into<Cow<'static, str>>> From<T> for Reason {
    fn from(words: T) -> Self {
        Reason(words.into())
    }
}

/// Asks the app whether a command can run now.
pub type Available<'a> = &'a dyn Fn(Command) -> Result<(), Reason>;

/// The command that a key runs where these contexts hold, innermost first.
pub fn find(contexts: &[Context], key: Key) -> Option<Command> {
    static KEYMAP: LazyLock<HashMap<(Context, Key), Command>> = LazyLock::new(|| {
        let bound = COMMANDS.iter().flat_map(|entry| {
            entry.keys.iter().filter_map(|(context, key)| Some(((*context, key.parse().ok()?), entry.command)))
        });
        bound.collect()
    });
    let mut in_text = false;
    for context in contexts {
        if !(in_text && key.typed().is_some())
            && let Some(command) = KEYMAP.get(&(*context, key))
        {
            return Some(*command);
        }
        in_text |= context.takes_text();
    }
    None
}

/// Splits what was typed after `:` into a command and the rest: `theme light`.
pub fn parse_line(line: &str) -> Option<(Command, &str)> {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Some((Command::named(name)?, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_key_of_the_table_is_a_key() {
        for entry in COMMANDS {
            for (_, key) in entry.keys {
                key.parse::<Key>().unwrap_or_else(|error| panic!("{}: {error}", entry.name));
            }
        }
    }

    #[test]
    fn names_are_unique_and_entries_stand_where_their_command_says() {
        let names: HashSet<&str> = COMMANDS.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        for entry in COMMANDS {
            assert_eq!(entry.command.entry().name, entry.name);
            assert!(entry.about.ends_with('.'), "{}: the sentence ends with a full stop", entry.name);
        }
    }

    #[test]
    fn no_context_has_two_commands_on_one_key() {
        for context in Context::ALL {
            clash(&[context]);
        }
    }

    /// Within a stack of contexts an inner command may not hide an outer one either.
    #[test]
    fn no_pane_hides_a_command_of_its_screen() {
        use Context::*;
        for screen in [Taxonomy, Spec, Replay, Adjudicate, Review] {
            for pane in [List, Tree, Form, Text, Effect, Grid] {
                clash(&[pane, screen, Global]);
            }
            clash(&[List, Effect, screen, Global]);
        }
    }

    /// Labeling and settling take keys that mean something elsewhere, so that a choice is one key: there a digit is an
    /// answer and no screen. Whatever they hide must have another key in the same place, but for what `:` and the finder
    /// are enough for; and the ways that lead out are never hidden.
    #[test]
    fn what_a_part_hides_is_reached_by_other_keys() {
        use Context::*;
        let by_name = |command: Command| command.is_screen() || command == Command::Theme;
        let ways_out = ["[", "]", ":", "ctrl-p", "?", "q", "o", "ctrl-z", "esc"];
        // The panes that each part has.
        let settle = [None, Some(List), Some(Text), Some(Form)];
        let panes = [(Label, &[None, Some(Text)][..]), (Settle, &settle), (Readings, &settle), (Rounds, &settle)];
        for (part, panes) in panes {
            for pane in panes.iter().copied() {
                let contexts: Vec<Context> = [part].into_iter().chain(pane).chain([Adjudicate, Global]).collect();
                for entry in COMMANDS {
                    let bound = contexts.iter().any(|context| entry.command.keys(*context).next().is_some());
                    assert!(
                        !bound || by_name(entry.command) || entry.command.key(&contexts).is_some(),
                        "no key is left for {:?} in {contexts:?}",
                        entry.command
                    );
                }
                for key in ways_out {
                    let key: Key = key.parse().unwrap();
                    assert_eq!(find(&contexts, key), find(&[Adjudicate, Global], key), "{key} in {contexts:?}");
                }
            }
        }
    }

    fn clash(contexts: &[Context]) {
        let mut seen: HashMap<Key, Command> = HashMap::new();
        for context in contexts {
            for entry in COMMANDS {
                for key in entry.command.keys(*context) {
                    let before = seen.insert(key, entry.command);
                    assert!(
                        before.is_none_or(|other| other == entry.command),
                        "{key} is both {before:?} and {:?} in {contexts:?}",
                        entry.command
                    );
                }
            }
        }
    }

    #[test]
    fn keys_find_commands_by_context() {
        fn check(contexts: &[Context], key: &str, expect: Option<Command>) {
            assert_eq!(find(contexts, key.parse().unwrap()), expect, "{contexts:?} {key}");
        }
        use Context::*;
        check(&[List, Spec, Global], "j", Some(Command::Down));
        check(&[List, Spec, Global], "q", Some(Command::Quit));
        check(&[Editor, Spec, Global], "q", None);
        check(&[Editor, Spec, Global], "ctrl-s", Some(Command::Save));
        check(&[Popup, Global], "?", None);
        check(&[Global], "ctrl-p", Some(Command::Find));
    }

    #[test]
    fn lines_are_read_as_commands() {
        assert_eq!(parse_line(" theme  light "), Some((Command::Theme, "light")));
        assert_eq!(parse_line("quit"), Some((Command::Quit, "")));
        assert_eq!(parse_line("nonsense"), None);
        assert_eq!(parse_line(""), None);
    }
}
