//! Draws the pictures of the README from the real screens: `cargo run --example pictures`.
//!
//! A sample policy is built in a scratch folder, the app runs on it without a terminal, keys are pressed as a person
//! would press them, and what stands on the screen then is written to `docs/pictures` as SVG. The same code gives the
//! same pictures, so run it after changing a screen and look at what changed.

#![allow(clippy::print_stdout)]

use casebook::tui::app::{App, Look};
use casebook::tui::event::{Code, Event, Key};
use casebook::tui::inbox::{Inbox, Incoming};
use casebook::tui::model::Finish;
use casebook::tui::theme::{Depth, Themes};
use casebook::vcs::Tools;
use casebook::workspace::{Environment, Workspace, samples};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

const COLUMNS: u16 = 120;
const ROWS: u16 = 36;
/// A day of the week after the sample's last version.
const NOW: i64 = 1_795_348_800;

/// What is pressed, one after the other on the same screen, and the picture that is taken then.
const PICTURES: &[(&str, &str)] = &[
    // Find a clause, go to its test on `confirmed`, and take `unknown` out of what it lists.
    ("spec", "2 ctrl-p \"unattended-c\" wait enter tab j j j j enter enter down down space enter"),
    // Open the flip that the edit causes.
    ("replay", "3 enter"),
    // An older version, what it decides otherwise, and its first region opened.
    ("decisions", "5 j j j j enter wait o wait tab enter wait"),
    // What came of it.
    ("review", "o wait"),
    // A case that the policy is wrong on, and what would right it.
    ("fixes", "esc esc esc wait 3 o g enter F wait"),
    // What the policy decides, as a table.
    ("grid", "esc esc 2 # wait j j j right right right right right wait"),
    // A case that labelers read differently.
    ("settle", "# 4 o wait enter wait"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    let environment = Environment {
        tools: Tools::new().with_home(scratch.path()),
        state: scratch.path().join("state"),
        now: || NOW,
        random: || Ok([7; 32]),
    };
    let folder = scratch.path().join("policy");
    samples::find(samples::DEMO)?.build(&folder, &environment.tools)?;
    let mut stage = Stage::open(&folder, environment)?;
    for (name, keys) in PICTURES {
        stage.press(keys)?;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(format!("{name}.svg"));
        std::fs::write(&path, svg(&stage.draw()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// The app without a terminal.
struct Stage {
    app: App,
    inbox: Inbox<Finish>,
}

impl Stage {
    fn open(folder: &Path, environment: Environment) -> Result<Self, Box<dyn Error>> {
        let workspace = Workspace::open(folder, environment)?;
        let inbox = Inbox::default();
        let look = Look { themes: Themes::bundled(), theme: "dark".to_owned(), depth: Depth::True, pause: 0 };
        let mut stage = Stage { app: App::new(workspace, look, &inbox), inbox };
        stage.settle();
        Ok(stage)
    }

    /// Presses keys in the notation of the key list; a word in quotation marks is typed, `wait` waits for jobs.
    fn press(&mut self, keys: &str) -> Result<(), Box<dyn Error>> {
        for word in keys.split_whitespace() {
            match word.strip_prefix('"').and_then(|word| word.strip_suffix('"')) {
                Some(text) => text.chars().for_each(|c| self.send(Key::plain(Code::Char(c)))),
                None if word == "wait" => self.settle(),
                None => self.send(word.parse().map_err(|_| format!("`{word}` is no key"))?),
            }
        }
        self.settle();
        Ok(())
    }

    fn send(&mut self, key: Key) {
        self.app.update(Incoming::Input(vec![Event::Key(key)]));
        // Components learn from drawing how much of them is seen.
        self.draw();
    }

    /// Waits until no job has reported for a while.
    fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 40 {
            self.inbox.waker()();
            let all = self.inbox.next();
            quiet = if all.iter().all(|incoming| matches!(incoming, Incoming::Wake)) { quiet + 1 } else { 0 };
            all.into_iter().for_each(|incoming| self.app.update(incoming));
            self.draw();
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    fn draw(&mut self) -> Buffer {
        let area = Rect::new(0, 0, COLUMNS, ROWS);
        let mut buf = Buffer::empty(area);
        self.app.render(area, &mut buf);
        buf
    }
}

/// Size of a character cell in the picture.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 10.0;

/// The screen as rectangles and texts. Each run of cells of one style is one text of fixed length, so that columns
/// stand in line whatever font is found.
fn svg(buf: &Buffer) -> String {
    let ground = paint(&buf[(0, 0)]).1;
    let (columns, rows) = (f32::from(buf.area.width), f32::from(buf.area.height));
    let (width, height) = (columns * WIDTH + 2.0 * MARGIN, rows * HEIGHT + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{ground}\"/>\n"
    );
    for y in 0..buf.area.height {
        let top = MARGIN + f32::from(y) * HEIGHT;
        let mut texts = String::new();
        for run in runs(buf, y) {
            let left = MARGIN + f32::from(run.column) * WIDTH;
            let length = f32::from(run.columns) * WIDTH;
            let (ink, behind) = paint(run.cell);
            if behind != ground {
                out.push_str(&rect([left, top, length, HEIGHT], &behind));
            }
            if let Some([x, y, width, height]) = shape(&run.text) {
                let width = if width == 1.0 { length } else { width * WIDTH };
                texts.push_str(&rect([left + x * WIDTH, top + y * HEIGHT, width, height * HEIGHT], &ink));
            } else if !run.text.trim().is_empty() {
                texts.push_str(&written(run.text.trim_end(), [left, top + HEIGHT * 0.74], &ink, emphasis(run.cell)));
            }
        }
        out.push_str(&texts);
    }
    out.push_str("</svg>\n");
    out
}

/// Left, top, width, height.
fn rect([x, y, width, height]: [f32; 4], colour: &str) -> String {
    format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>\n")
}

/// A text of the length that its cells have, whatever the font.
fn written(text: &str, [x, y]: [f32; 2], ink: &str, emphasis: String) -> String {
    let length = text.width() as f32 * WIDTH;
    let length = format!("textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"");
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" {length} fill=\"{ink}\"{emphasis}>{}</text>\n", escape(text))
}

/// Lines and blocks that are drawn, not written, so that they meet: left, top, width and height in parts of a cell.
fn shape(text: &str) -> Option<[f32; 4]> {
    match text.chars().next()? {
        '│' => Some([0.46, 0.0, 0.12, 1.0]),
        '─' => Some([0.0, 0.47, 1.0, 0.06]),
        '▎' => Some([0.0, 0.0, 0.25, 1.0]),
        '▐' => Some([0.5, 0.0, 0.5, 1.0]),
        '█' => Some([0.0, 0.0, 1.0, 1.0]),
        _ => None,
    }
}

/// Neighbouring cells of one style that are written, or drawn, in one go.
struct Run<'a> {
    column: u16,
    columns: u16,
    cell: &'a Cell,
    text: String,
}

fn runs(buf: &Buffer, y: u16) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut x = 0;
    while x < buf.area.width {
        let cell = &buf[(x, y)];
        let symbol = cell.symbol();
        let columns = u16::try_from(symbol.width()).unwrap_or(1).max(1);
        // Single blanks stay within a text; wider gaps part it, so that columns stand in line in any font.
        let gap = symbol == " " && (x + 1 == buf.area.width || buf[(x + 1, y)].symbol() == " ");
        match runs.last_mut() {
            Some(run) if run.cell.style() == cell.style() && goes_on(&run.text, symbol, gap) => {
                run.columns += columns;
                run.text.push_str(symbol);
            }
            _ => runs.push(Run { column: x, columns, cell, text: symbol.to_owned() }),
        }
        x += columns;
    }
    runs
}

fn goes_on(text: &str, symbol: &str, gap: bool) -> bool {
    match (shape(text), shape(symbol)) {
        (None, None) if text.starts_with(' ') => symbol == " ",
        (None, None) => !gap,
        // Only what spans its cell can be drawn further.
        (Some([_, _, width, _]), Some(_)) => width == 1.0 && text.ends_with(symbol),
        _ => false,
    }
}

/// Ink and ground of a cell.
fn paint(cell: &Cell) -> (String, String) {
    let colour = |colour: Color, otherwise: &str| match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => otherwise.to_owned(),
    };
    let (ink, ground) = (colour(cell.fg, "#d8dee9"), colour(cell.bg, "#15181e"));
    if cell.modifier.contains(Modifier::REVERSED) { (ground, ink) } else { (ink, ground) }
}

fn emphasis(cell: &Cell) -> String {
    let mut out = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.7\""),
    ] {
        if cell.modifier.contains(modifier) {
            out.push_str(attribute);
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
