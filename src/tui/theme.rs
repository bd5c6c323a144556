//! What the parts of the screen look like: roles, and the files that give each role its style.

mod colour;
mod file;

pub use colour::Depth;
pub use file::ThemeProblem;

use include_dir::{Dir, include_dir};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::path::Path;
use std::sync::LazyLock;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

macro_rules! roles {
    ($($(#[$about:meta])* $role:ident $name:literal)*) => {
        /// What a part of the screen means; a theme says how that looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[$about])* $role),* }

        impl Role {
            /// Every role, with the name it has in a theme file.
            pub const ALL: &[(Role, &str)] = &[$((Role::$role, $name)),*];
        }
    };
}

roles! {
    /// The ground everything stands on.
    Text "text"
    /// What is secondary.
    Dim "dim"
    /// Where the focus is.
    Accent "accent"
    Better "better"
    Worse "worse"
    Changed "changed"
    Undetermined "undetermined"
    Border "border"
    BorderFocus "border-focus"
    /// The selected row where the focus is.
    Selection "selection"
    /// The selected row elsewhere.
    SelectionIdle "selection-idle"
    Title "title"
    /// The name of a field or a column.
    Label "label"
    /// A key in the footer and in the help.
    Key "key"
    /// What cannot be done now.
    Disabled "disabled"
    Error "error"
    Warning "warning"
    Hint "hint"
    Add "add"
    Remove "remove"
    AddWord "add-word"
    RemoveWord "remove-word"
    /// What a search or a filter found.
    Found "found"
    Cursor "cursor"
    /// The ground of popups.
    Popup "popup"
    CodeKey "code-key"
    CodeString "code-string"
    CodeNumber "code-number"
    CodeComment "code-comment"
    CodeMark "code-mark"
    LineNumber "line-number"
}

/// A style for every role.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// The name by which it is chosen: the file's name without its ending.
    pub name: String,
    /// What it is called on the screen.
    pub title: String,
    styles: Vec<Style>,
}

impl Theme {
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    pub fn span<'a>(&self, role: Role, text: impl Into<std::borrow::Cow<'a, str>>) -> Span<'a> {
        Span::styled(text, self.style(role))
    }

    pub fn line<'a>(&self, role: Role, text: impl Into<std::borrow::Cow<'a, str>>) -> Line<'a> {
        Line::from(self.span(role, text))
    }

    /// The same theme in the colours that the terminal can show.
    #[must_use]
    pub fn at(&self, depth: Depth) -> Theme {
        let styles = self.styles.iter().map(|style| colour::reduce(*style, depth)).collect();
        Theme { styles, ..self.clone() }
    }
}

/// The dark theme.
impl Default for Theme {
    fn default() -> Self {
        static DARK: LazyLock<Theme> = LazyLock::new(|| {
            let plain = || Theme { name: "plain".into(), title: "Plain".into(), styles: Vec::new() };
            Themes::bundled().get("dark").cloned().unwrap_or_else(plain)
        });
        DARK.clone()
    }
}

/// The themes there are, and what was wrong with the files of those there are not.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    themes: Vec<Theme>,
    problems: Vec<ThemeProblem>,
}

impl Themes {
    /// The themes that come with casebook.
    pub fn bundled() -> Self {
        Themes::from_texts(&bundled_texts())
    }

    /// The bundled themes and the `*.yaml` files of a folder; one of the same name takes the bundled one's place.
    ///
    /// A folder that is not there holds no themes. A file that cannot be used is left out and told of in [`Themes::problems`].
    pub fn with_folder(folder: &Path) -> Self {
        let mut texts = bundled_texts();
        let (own, mut problems) = file::read_folder(folder);
        for (name, text) in own {
            texts.retain(|(other, _)| *other != name);
            texts.push((name, text));
        }
        let mut themes = Themes::from_texts(&texts);
        problems.append(&mut themes.problems);
        Themes { problems, ..themes }
    }

    pub fn get(&self, name: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.name == name)
    }

    pub fn all(&self) -> &[Theme] {
        &self.themes
    }

    /// The theme after the one of this name, around the end.
    pub fn after(&self, name: &str) -> Option<&Theme> {
        let at = self.themes.iter().position(|theme| theme.name == name).map_or(0, |at| at + 1);
        self.themes.get(at).or_else(|| self.themes.first())
    }

    pub fn problems(&self) -> &[ThemeProblem] {
        &self.problems
    }

    /// Reads themes from pairs of name and text.
    fn from_texts(texts: &[(String, String)]) -> Self {
        let mut out = Themes::default();
        for (name, _) in texts {
            match file::read(name, texts) {
                Ok(theme) => out.themes.push(theme),
                Err(problem) => out.problems.push(problem),
            }
        }
        out
    }
}

/// Dark and light first, as they are chosen most.
fn bundled_texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = BUNDLED
        .files()
        .filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?;
            Some((name.to_owned(), file.contents_utf8()?.to_owned()))
        })
        .collect();
    let order = ["dark", "light", "high-contrast", "colour-blind", "no-colour"];
    texts.sort_by_key(|(name, _)| (order.iter().position(|n| n == name).unwrap_or(order.len()), name.clone()));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Modifier};

    #[test]
    fn the_bundled_themes_are_sound_and_complete() {
        let themes = Themes::bundled();
        assert_eq!(themes.problems(), []);
        let names: Vec<&str> = themes.all().iter().map(|theme| theme.name.as_str()).collect();
        assert_eq!(names, ["dark", "light", "high-contrast", "colour-blind", "no-colour"]);
        for theme in themes.all() {
            for (role, name) in Role::ALL {
                let plain = theme.style(*role) == theme.style(Role::Text);
                let may_be_plain = matches!(
                    role,
                    Role::Text | Role::Popup | Role::Label | Role::CodeString | Role::CodeNumber | Role::Hint
                ) || theme.name == "no-colour";
                assert!(!plain || may_be_plain, "{}: {name} looks like plain text", theme.name);
            }
        }
    }

    #[test]
    fn without_colour_no_role_has_a_colour_and_selection_still_shows() {
        let themes = Themes::bundled();
        let theme = themes.get("no-colour").unwrap();
        for (role, name) in Role::ALL {
            let style = theme.style(*role);
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert_eq!(colour, Color::Reset, "{name}");
            }
        }
        assert!(theme.style(Role::Selection).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn themes_go_around() {
        let themes = Themes::bundled();
        assert_eq!(themes.after("dark").unwrap().name, "light");
        assert_eq!(themes.after("no-colour").unwrap().name, "dark");
        assert_eq!(themes.after("gone").unwrap().name, "dark");
    }

    #[test]
    fn a_folder_adds_and_replaces_and_its_errors_are_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.yaml"), "title: Mine\ninherits: light\nstyles:\n  accent: red bold\n")
            .unwrap();
        std::fs::write(folder.path().join("bad.yaml"), "title: Bad\nstyles:\n  accent: redd\n").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "not a theme").unwrap();
        let themes = Themes::with_folder(folder.path());
        let mine = themes.get("mine").unwrap();
        assert_eq!(mine.style(Role::Accent).fg, Some(Color::Red));
        assert_eq!(mine.style(Role::Dim), themes.get("light").unwrap().style(Role::Dim));
        assert_eq!(themes.problems().len(), 1);
        let said = themes.problems()[0].to_string();
        assert!(said.contains("bad.yaml:3") && said.contains("`redd`"), "{said}");
        assert!(Themes::with_folder(&folder.path().join("none")).problems().is_empty());
    }
}
