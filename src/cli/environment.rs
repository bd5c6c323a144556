//! What surrounds casebook, gathered once.

use super::arguments::{Color, Global};
use super::output::Failure;
use super::progress::Progress;
use crate::decide::LeftOut;
use crate::report::json_text;
use crate::report::paint::Paint;
use crate::tui::theme::{Depth, Themes};
use crate::vcs::Tools;
use crate::workspace::{Environment, PolicyRepo};
use etcetera::BaseStrategy;
use serde_json::Value;
use std::env;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Minutes of labeling after which a pause is suggested, unless said.
const PAUSE: u32 = 45;

/// The terminal, the folders and the wishes that the environment tells of.
#[derive(Debug)]
pub(super) struct Surroundings {
    in_is_terminal: bool,
    out_is_terminal: bool,
    err_is_terminal: bool,
    /// Whether colour is unwanted: `NO_COLOR`, or a terminal that knows none.
    colourless: bool,
    /// The folder that casebook was started in.
    here: Option<PathBuf>,
    state: PathBuf,
    temp: PathBuf,
    screen: Screen,
}

/// What the environment says of how the screen is to be.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    pub depth: Depth,
    /// `CASEBOOK_THEME`
    pub theme: Option<String>,
    /// `VISUAL` or `EDITOR`, with its arguments.
    pub editor: Option<String>,
    /// `CASEBOOK_PAUSE`: minutes of labeling after which a pause is suggested; 0 for never.
    pub pause: u32,
    /// The user's own themes lie here.
    folder: Option<PathBuf>,
}

impl Screen {
    /// The bundled themes and the user's own.
    pub fn themes(&self) -> Themes {
        self.folder.as_deref().map_or_else(Themes::bundled, Themes::with_folder)
    }
}

/// What a command works with.
#[derive(Debug)]
pub(super) struct Context {
    /// Where the policy is looked for.
    pub folder: PathBuf,
    pub environment: Environment,
    pub paint: Paint,
    /// Whether somebody sits at a terminal.
    pub interactive: bool,
    /// For scratch folders.
    pub temp: PathBuf,
    pub progress: Progress,
    pub screen: Screen,
}

impl Surroundings {
    pub fn gather() -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let temp = env::temp_dir();
        let base = etcetera::choose_base_strategy().ok();
        let state = base.as_ref().map(|base| base.state_dir().unwrap_or(base.data_dir()));
        let word = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let (no_color, colorterm, term) = (word("NO_COLOR"), word("COLORTERM"), word("TERM"));
        let screen = Screen {
            depth: Depth::from_environment(no_color.as_deref(), colorterm.as_deref(), term.as_deref()),
            theme: word("CASEBOOK_THEME"),
            editor: word("VISUAL").or_else(|| word("EDITOR")),
            pause: word("CASEBOOK_PAUSE").and_then(|minutes| minutes.parse().ok()).unwrap_or(PAUSE),
            folder: base.map(|base| base.config_dir().join("casebook").join("themes")),
        };
        Surroundings {
            in_is_terminal: stdin().is_terminal(),
            out_is_terminal: stdout().is_terminal(),
            err_is_terminal: stderr().is_terminal(),
            colourless: set("NO_COLOR").is_some() || set("TERM").is_some_and(|term| term == "dumb"),
            here: env::current_dir().ok(),
            state: state.unwrap_or_else(|| temp.clone()).join("casebook"),
            temp,
            screen,
        }
    }

    pub fn context(&self, global: &Global) -> Result<Context, Failure> {
        let folder = match (&global.repo, &self.here) {
            (Some(folder), _) => folder.clone(),
            (None, Some(here)) => here.clone(),
            (None, None) => {
                return Err(Failure::new(
                    "the folder that casebook was started in does not exist any more",
                    "Go to an existing folder, or name one with `--repo DIR`.",
                ));
            }
        };
        Ok(Context {
            folder,
            environment: Environment { tools: Tools::new(), state: self.state.clone(), now, random },
            paint: Paint { on: self.wants_colour(global.color, self.out_is_terminal) },
            interactive: self.in_is_terminal && self.out_is_terminal,
            temp: self.temp.clone(),
            progress: Progress::new(self.err_is_terminal),
            screen: self.screen.clone(),
        })
    }

    pub fn err_paint(&self, color: Color) -> Paint {
        Paint { on: self.wants_colour(color, self.err_is_terminal) }
    }

    pub fn out_is_painted(&self) -> bool {
        self.wants_colour(Color::Auto, self.out_is_terminal)
    }

    fn wants_colour(&self, color: Color, is_terminal: bool) -> bool {
        match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !self.colourless,
        }
    }
}

impl Context {
    /// The policy that the command is about.
    pub fn open(&self) -> Result<PolicyRepo, Failure> {
        Ok(PolicyRepo::open(&self.folder, &self.environment)?)
    }

    /// JSON as it is printed. Where something could not be read and was left out, the key `broken` says how much.
    pub fn json(&self, mut value: Value) -> String {
        let LeftOut { lines, files } = self.progress.take_left_out();
        if let (Value::Object(fields), 1..) = (&mut value, lines + files) {
            fields.insert("broken".into(), (lines + files).into());
        }
        json_text(&value)
    }

    /// A path as it was typed, seen from where casebook was started.
    pub fn read_file(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        std::fs::read(path).map_err(|source| {
            let help = "See that the file exists and that you may read it.";
            Failure::new(format!("`{}` cannot be read: {source}", path.display()), help)
        })
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn random() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}
