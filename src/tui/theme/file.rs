//! Reading a theme file: a palette of named colours, and a style in words for each role.

use super::{Role, Theme};
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// No theme needs more; a larger file is something else.
const LARGEST: u64 = 256 * 1024;

/// A theme file that cannot be used: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("theme {name}.yaml{}: {what}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct ThemeProblem {
    pub name: String,
    /// From 1; none where the whole file is meant.
    pub line: Option<usize>,
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    styles: BTreeMap<String, String>,
}

/// Reads the theme `name` out of texts by name; those it inherits from are looked up among them.
pub(super) fn read(name: &str, texts: &[(String, String)]) -> Result<Theme, ThemeProblem> {
    let mut seen = Vec::new();
    read_inherited(name, texts, &mut seen)
}

/// The `*.yaml` files of a folder as pairs of name and text, in order of name, and those that could not be read.
pub(super) fn read_folder(folder: &Path) -> (Vec<(String, String)>, Vec<ThemeProblem>) {
    let mut texts = Vec::new();
    let mut problems = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return (texts, problems) };
    for path in entries.flatten().map(|entry| entry.path()) {
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let whole = |what: String| ThemeProblem { name: name.clone(), line: None, what };
        match std::fs::metadata(&path) {
            Ok(about) if about.is_file() && about.len() <= LARGEST => match std::fs::read_to_string(&path) {
                Ok(text) => texts.push((name, text)),
                Err(error) => problems.push(whole(format!("cannot be read: {error}"))),
            },
            Ok(_) => problems.push(whole("is not a file of at most 256 KB, so it is no theme".into())),
            Err(error) => problems.push(whole(format!("cannot be read: {error}"))),
        }
    }
    texts.sort();
    (texts, problems)
}

fn read_inherited(name: &str, texts: &[(String, String)], seen: &mut Vec<String>) -> Result<Theme, ThemeProblem> {
    let problem = |line, what| ThemeProblem { name: name.to_owned(), line, what };
    let Some((_, text)) = texts.iter().find(|(other, _)| other == name) else {
        return Err(problem(None, "there is no such theme".into()));
    };
    let file: File = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        problem(line, error.to_string())
    })?;
    seen.push(name.to_owned());
    let mut styles = match &file.inherits {
        None => vec![Style::default(); Role::ALL.len()],
        Some(parent) if seen.contains(parent) => {
            return Err(problem(line_of(text, "inherits"), format!("inherits from itself by way of `{parent}`")));
        }
        Some(parent) if !texts.iter().any(|(other, _)| other == parent) => {
            return Err(problem(line_of(text, "inherits"), format!("inherits from `{parent}`, which is not a theme")));
        }
        Some(parent) => read_inherited(parent, texts, seen)?.styles,
    };
    for (role, words) in &file.styles {
        let at = || line_of(text, role);
        let known = Role::ALL.iter().find(|(_, known)| known == role);
        let (role, _) = known.ok_or_else(|| {
            let all: Vec<&str> = Role::ALL.iter().map(|(_, name)| *name).collect();
            problem(at(), format!("`{role}` is not a role; the roles are {}", all.join(", ")))
        })?;
        let style = read_style(words, &file.palette).map_err(|what| problem(at(), what))?;
        if let Some(slot) = styles.get_mut(*role as usize) {
            *slot = style;
        }
    }
    Ok(Theme { name: name.to_owned(), title: file.title.unwrap_or_else(|| name.to_owned()), styles })
}

/// Reads `ink on night bold`: a colour, `on` and a colour, and any of bold, dim, italic, underline, reverse, crossed.
fn read_style(words: &str, palette: &BTreeMap<String, String>) -> Result<Style, String> {
    let mut style = Style::default();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        let modifier = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "crossed" => Modifier::CROSSED_OUT,
            "on" => {
                let word = words.next().ok_or("after `on` a colour must follow")?;
                style = style.bg(read_colour(word, palette)?);
                continue;
            }
            word => {
                style = style.fg(read_colour(word, palette)?);
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}

fn read_colour(word: &str, palette: &BTreeMap<String, String>) -> Result<Color, String> {
    let given = palette.get(word).map_or(word, String::as_str);
    if given == "default" {
        return Ok(Color::Reset);
    }
    given.parse().map_err(|_| {
        format!("`{word}` is not a colour; write `#rrggbb`, a number from 0 to 255, a name such as `cyan`, `default`, or a name from the palette")
    })
}

/// The line on which a key stands. Keys of a theme are plain words, so the text can be asked.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let starts = |line: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    let at = text.lines().enumerate().filter(|(_, line)| starts(line)).last();
    at.map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Theme, ThemeProblem> {
        read("t", &[("t".into(), text.into()), ("base".into(), "styles: {dim: blue}".into())])
    }

    #[test]
    fn styles_are_read_in_words() {
        fn check(words: &str, expect: Style) {
            let palette = BTreeMap::from([("ink".to_owned(), "#010203".to_owned())]);
            assert_eq!(read_style(words, &palette), Ok(expect), "{words}");
        }
        check("", Style::new());
        check("red", Style::new().fg(Color::Red));
        check("ink on 17 bold italic", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Indexed(17)).bold().italic());
        check("reverse", Style::new().reversed());
        check("default on default", Style::new().fg(Color::Reset).bg(Color::Reset));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        fn check(text: &str, line: Option<usize>, part: &str) {
            let problem = one(text).unwrap_err();
            assert_eq!(problem.line, line, "{problem}");
            assert!(problem.to_string().contains(part), "{problem}");
        }
        check("title: x\nstyles:\n  acent: red", Some(3), "`acent` is not a role");
        check("styles:\n  accent: bold on", Some(2), "after `on`");
        check("styles:\n  accent: \"#12\"", Some(2), "`#12` is not a colour");
        check("inherits: nowhere", Some(1), "`nowhere`, which is not a theme");
        check("title: x\ninherits: t", Some(2), "inherits from itself");
        check("title: [", Some(1), "");
        check("title: x\ncolour: red\n", Some(2), "colour");
    }

    #[test]
    fn what_is_not_said_is_inherited() {
        let theme = one("inherits: base\nstyles: {accent: red}").unwrap();
        assert_eq!(theme.style(Role::Dim).fg, Some(Color::Blue));
        assert_eq!(theme.style(Role::Accent).fg, Some(Color::Red));
    }
}
