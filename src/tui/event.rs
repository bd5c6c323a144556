//! What reaches the screen from outside: keys, pastes, the mouse. No word of the terminal library.

use std::fmt;
use std::str::FromStr;

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Key(Key),
    /// A text that came in one piece.
    Paste(String),
    Mouse(Mouse),
    FocusGained,
    FocusLost,
}

impl From<Key> for Event {
    fn from(key: Key) -> Self {
        Event::Key(key)
    }
}

/// A key with what was held down beside it.
///
/// Always in one form: a letter typed with shift is the capital, and a letter with Ctrl is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    /// Only for keys that are no character.
    pub shift: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

impl Key {
    /// Brings the key into its one form.
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            Code::Char(c) if ctrl => {
                let small = c.to_lowercase().next().unwrap_or(c);
                Key { code: Code::Char(small), ctrl, alt, shift: false }
            }
            Code::Char(c) if shift => {
                let capital = c.to_uppercase().next().unwrap_or(c);
                Key { code: Code::Char(capital), ctrl, alt, shift: false }
            }
            code => Key { code, ctrl, alt, shift: shift && !matches!(code, Code::Char(_)) },
        }
    }

    pub fn plain(code: Code) -> Self {
        Key::new(code, false, false, false)
    }

    /// The character that the key writes into a text, if it writes one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The form for the footer, where room is short: `^P`, `↵`, `J`.
    pub fn short(self) -> String {
        let long = self.to_string();
        match long.strip_prefix("Ctrl-") {
            Some(rest) => format!("^{rest}"),
            None => long,
        }
    }
}

const NAMES: [(&str, Code, &str); 17] = [
    ("enter", Code::Enter, "↵"),
    ("esc", Code::Esc, "Esc"),
    ("tab", Code::Tab, "Tab"),
    ("backspace", Code::Backspace, "⌫"),
    ("delete", Code::Delete, "Del"),
    ("insert", Code::Insert, "Ins"),
    ("up", Code::Up, "↑"),
    ("down", Code::Down, "↓"),
    ("left", Code::Left, "←"),
    ("right", Code::Right, "→"),
    ("home", Code::Home, "Home"),
    ("end", Code::End, "End"),
    ("pageup", Code::PageUp, "PgUp"),
    ("pagedown", Code::PageDown, "PgDn"),
    ("space", Code::Char(' '), "Space"),
    ("plus", Code::Char('+'), "+"),
    ("minus", Code::Char('-'), "-"),
];

/// `Ctrl-P`, `↵`, `J`, `Shift-Tab`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((_, _, shown)) = NAMES.iter().find(|(_, code, _)| *code == self.code) {
            return f.write_str(shown);
        }
        match self.code {
            Code::F(n) => write!(f, "F{n}"),
            Code::Char(c) if self.ctrl => write!(f, "{}", c.to_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// A word that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a key; write for example `ctrl-p`, `enter`, `J` or `f1`")]
pub struct UnknownKey(pub String);

/// Reads `ctrl-p`, `shift-tab`, `enter`, `J`, `f1`, `?`; names in any case, single characters as they are.
impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(word: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(word.to_owned());
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = word;
        while let Some((held, after)) =
            rest.split_once('-').filter(|(held, after)| !held.is_empty() && !after.is_empty())
        {
            match held.to_ascii_lowercase().as_str() {
                "ctrl" => ctrl = true,
                "alt" => alt = true,
                "shift" => shift = true,
                _ => return Err(unknown()),
            }
            rest = after;
        }
        let small = rest.to_ascii_lowercase();
        let named = NAMES.iter().find(|(name, _, _)| *name == small).map(|(_, code, _)| *code);
        let function =
            small.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n)).map(Code::F);
        let mut chars = rest.chars();
        let single = chars.next().filter(|_| chars.next().is_none()).map(Code::Char);
        let code = named.or(single).or(function).ok_or_else(unknown)?;
        Ok(Key::new(code, ctrl, alt, shift))
    }
}

/// What the mouse did, and in which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    pub kind: MouseKind,
    pub column: u16,
    pub row: u16,
}

impl Mouse {
    pub fn is_in(self, area: ratatui::layout::Rect) -> bool {
        area.contains((self.column, self.row).into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    Drag,
    Release,
    /// Any other button went down.
    Other,
    ScrollUp,
    ScrollDown,
}

/// Joins what was typed faster than anyone types into one paste: a terminal without bracketed paste sends a
/// pasted text as keys, all at once.
///
/// For a burst of events that arrived together. Where a text field has the focus, runs of at least four written characters
/// are joined, so that fast typing stays typing. Elsewhere a pasted text would be taken for commands: there a run of sixteen
/// is joined, where so many different keys are in it as no one presses who moves about. Every other event stays as and where
/// it was. So does Enter or Tab at the end of one line: over a slow connection a word and its Enter arrive together as well.
pub fn join_typed(burst: Vec<Event>, into_text: bool) -> Vec<Event> {
    let flush = |run: &mut Vec<Event>, out: &mut Vec<Event>| {
        let is_paste = if into_text { run.len() >= 4 } else { run.len() >= 16 && are_many(run, 6) };
        if is_paste { join(run, out) } else { out.append(run) }
    };
    let mut out = Vec::with_capacity(burst.len());
    let mut run: Vec<Event> = Vec::new();
    for event in burst {
        if written(&event).is_some() {
            run.push(event);
        } else {
            flush(&mut run, &mut out);
            out.push(event);
        }
    }
    flush(&mut run, &mut out);
    out
}

/// Whether there are at least so many different events in a run.
fn are_many(run: &[Event], least: usize) -> bool {
    let mut known: Vec<&Event> = Vec::with_capacity(least);
    run.iter().any(|event| {
        if !known.contains(&event) {
            known.push(event);
        }
        known.len() >= least
    })
}

fn join(run: &mut Vec<Event>, out: &mut Vec<Event>) {
    let mut text: String = run.iter().filter_map(written).collect();
    let ends_a_line = |event: &Event| [Code::Enter, Code::Tab].iter().any(|code| *event == Key::plain(*code).into());
    let last = run.pop().filter(ends_a_line).filter(|_| text.find(['\n', '\t']) == Some(text.len() - 1));
    if last.is_some() {
        text.pop();
    }
    out.push(Event::Paste(text));
    out.extend(last);
    run.clear();
}

fn written(event: &Event) -> Option<char> {
    match event {
        Event::Key(key) if *key == Key::plain(Code::Enter) => Some('\n'),
        Event::Key(key) if *key == Key::plain(Code::Tab) => Some('\t'),
        // A line feed that was pasted arrives as Ctrl-J where the terminal does not change it to a return.
        Event::Key(key) if *key == Key::new(Code::Char('j'), true, false, false) => Some('\n'),
        Event::Key(key) => key.typed(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        fn check(word: &str, shown: &str, short: &str) {
            let key: Key = word.parse().unwrap();
            assert_eq!((key.to_string().as_str(), key.short().as_str()), (shown, short), "{word}");
        }
        check("ctrl-p", "Ctrl-P", "^P");
        check("Ctrl-P", "Ctrl-P", "^P");
        check("enter", "↵", "↵");
        check("J", "J", "J");
        check("shift-j", "J", "J");
        check("j", "j", "j");
        check("shift-tab", "Shift-Tab", "Shift-Tab");
        check("ctrl-alt-left", "Ctrl-Alt-←", "^Alt-←");
        check("F5", "F5", "F5");
        check("f", "f", "f");
        check("-", "-", "-");
        check("ctrl--", "Ctrl--", "^-");
        check("space", "Space", "Space");
        check("?", "?", "?");
        check("é", "é", "é");
    }

    #[test]
    fn words_that_are_no_keys_are_refused() {
        for word in ["", "hyper-x", "enterr", "f99", "ctrl-", "ab"] {
            assert!(word.parse::<Key>().is_err(), "{word:?}");
        }
    }

    #[test]
    fn bursts_become_pastes_and_typing_stays_typing() {
        fn check(keys: &str, expect: &str) {
            let burst: Vec<Event> = keys.split(' ').map(|k| Event::Key(k.parse().unwrap())).collect();
            let shown: Vec<String> = join_typed(burst, true)
                .iter()
                .map(|event| match event {
                    Event::Key(key) => key.to_string(),
                    other => format!("{other:?}"),
                })
                .collect();
            assert_eq!(shown.join(" "), expect);
        }
        check("a b", "a b");
        check("a b enter c", "Paste(\"ab\\nc\")");
        check("a b ctrl-j c", "Paste(\"ab\\nc\")");
        check("a b c d up e", "Paste(\"abcd\") ↑ e");
        check("a b c d enter", "Paste(\"abcd\") ↵");
        check("a b c d ctrl-j", "Paste(\"abcd\\n\")");
        check("a b c d tab", "Paste(\"abcd\") Tab");
        check("a b c enter d enter", "Paste(\"abc\\nd\\n\")");
    }

    #[test]
    fn where_no_text_is_taken_only_a_long_burst_is_a_paste() {
        fn check(keys: &str, pastes: bool) {
            let burst: Vec<Event> = keys.chars().map(|c| Event::Key(Key::plain(Code::Char(c)))).collect();
            let joined = join_typed(burst.clone(), false);
            assert_eq!(joined, if pastes { vec![Event::Paste(keys.into())] } else { burst }, "{keys}");
        }
        check("1123jjkk", false);
        check("jjjjjjjjjjjjjjjjjjjjjjjj2kk", false);
        check("A text of a case.", true);
    }
}
