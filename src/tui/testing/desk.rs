//! The whole app on a policy folder, with nobody at the terminal: files, keys, what is seen.

use super::{draw, keys, typed};
use crate::policy::record;
use crate::tui::app::{App, Look};
use crate::tui::event::Event;
use crate::tui::inbox::{Inbox, Incoming};
use crate::tui::model::Finish;
use crate::tui::theme::{Depth, Themes};
use crate::vcs::{self, MadeVersion, Moment, Person, Tools};
use crate::workspace::{Environment, Workspace};
use serde_json::{Map, Value};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct Desk {
    /// Holds the policy folder `p` and what the person has beside it.
    pub(crate) home: TempDir,
    pub(crate) app: App,
    pub(crate) inbox: Inbox<Finish>,
}

/// A version: its message, who made it, the changed files.
pub(crate) type Made<'a> = (&'a str, &'a str, &'a [(&'a str, String)]);

/// A home with a policy folder of these files, and no repository.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("p")).unwrap();
    files.iter().for_each(|(path, text)| put(&home, path, text));
    home
}

/// A home with an identity and a policy folder, with a repository of these versions, if any; a day lies between them.
pub(crate) fn repository(versions: &[Made<'_>]) -> TempDir {
    let home = folder(&[]);
    fs::write(home.path().join(".gitconfig"), "[user]\nname = Lee\nemail = lee@example.org\n").unwrap();
    let repo = vcs::init(&home.path().join("p"), &tools(&home)).unwrap();
    let made: Vec<MadeVersion> = (0..)
        .zip(versions)
        .map(|(n, (message, who, files))| MadeVersion {
            who: Person { name: (*who).into(), email: "who@example.org".into() },
            when: Moment { seconds: 1_790_000_000 + n * 86_400, offset: 0 },
            message: (*message).into(),
            changes: files.iter().map(|(path, text)| ((*path).into(), Some(text.clone().into_bytes()))).collect(),
        })
        .collect();
    if !made.is_empty() {
        repo.grow(&made).unwrap();
    }
    home
}

/// Writes a file of the policy folder.
pub(crate) fn put(home: &TempDir, path: &str, text: &str) {
    let place = home.path().join("p").join(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

/// The lines of records without their ids, as `"case":"a",…`, with the ids that their content gives them.
pub(crate) fn records(fields: impl IntoIterator<Item = String>) -> String {
    let line = |fields: String| {
        let parsed: Map<String, Value> = serde_json::from_str(&format!("{{{fields}}}")).unwrap();
        format!("{{\"id\":\"{}\",{fields}}}\n", record::content_id(&parsed))
    };
    fields.into_iter().map(line).collect()
}

fn tools(home: &TempDir) -> Tools {
    Tools::new().with_home(home.path())
}

impl Desk {
    pub(crate) fn open(home: TempDir) -> Desk {
        Desk::prepared(home, |_| {})
    }

    /// Opens after something was done to the workspace.
    pub(crate) fn prepared(home: TempDir, before: impl FnOnce(&mut Workspace)) -> Desk {
        let environment = Environment {
            tools: tools(&home),
            state: home.path().join("state"),
            now: || 1_790_300_000,
            random: || Ok([7; 32]),
        };
        let mut workspace = Workspace::open(&home.path().join("p"), environment).unwrap();
        before(&mut workspace);
        let inbox: Inbox<Finish> = Inbox::default();
        let look = Look { themes: Themes::bundled(), theme: "dark".into(), depth: Depth::True, pause: 0 };
        let app = App::new(workspace, look, &inbox);
        let mut desk = Desk { home, app, inbox };
        desk.settle();
        desk
    }

    /// The folders that stay when the app is gone, whatever became of it.
    pub(crate) fn killed(self) -> TempDir {
        drop(self.app);
        self.home
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.home.path().join("p").join(path)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.file(path)).unwrap()
    }

    /// Lets everything that is under way come to its end.
    pub(crate) fn settle(&mut self) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.app.is_busy() {
            assert!(Instant::now() < until, "the app never comes to rest");
            self.inbox.next().into_iter().for_each(|incoming| self.app.update(incoming));
        }
    }

    pub(crate) fn send(&mut self, events: Vec<Event>) -> &mut Self {
        for event in events {
            self.app.update(Incoming::Input(vec![event]));
            self.settle();
        }
        self
    }

    /// Keys in the notation of [`keys`].
    pub(crate) fn press(&mut self, notation: &str) -> &mut Self {
        self.send(keys(notation))
    }

    pub(crate) fn write(&mut self, words: &str) -> &mut Self {
        self.send(typed(words))
    }

    /// Runs a command by its name.
    pub(crate) fn line(&mut self, words: &str) -> &mut Self {
        self.press(":").write(words).press("enter")
    }

    pub(crate) fn whole(&mut self, columns: u16, rows: u16) -> String {
        draw(columns, rows, |area, buf, _| {
            self.app.render(area, buf);
        })
    }

    /// What lies below the app's own lines at the top.
    pub(crate) fn seen(&mut self, columns: u16, rows: u16) -> String {
        self.whole(columns, rows).lines().skip(3).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn shows(&mut self, words: &str) -> bool {
        let whole = self.whole(120, 44);
        // What is wrapped counts as well, in a pane on the right too.
        let right = whole.lines().map(|line| line.rsplit('│').next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
        let joined = |text: &str| {
            let plain = text.replace(['│', '╰', '╭', '─'], " ");
            plain.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        [&whole, &joined(&whole), &joined(&right)].iter().any(|seen| seen.contains(words))
    }

    #[track_caller]
    pub(crate) fn check(&mut self, holds: &[&str], lacks: &[&str]) -> &mut Self {
        for (words, wanted) in holds.iter().map(|words| (words, true)).chain(lacks.iter().map(|words| (words, false))) {
            let said = if wanted { "is missing from" } else { "stands in" };
            assert!(self.shows(words) == wanted, "{words:?} {said}\n{}", self.whole(120, 44));
        }
        self
    }

    #[track_caller]
    pub(crate) fn expect(&mut self, words: &str) -> &mut Self {
        self.check(&[words], &[])
    }

    /// Waits for what another thread finds.
    #[track_caller]
    pub(crate) fn until(&mut self, words: &str) -> &mut Self {
        let until = Instant::now() + Duration::from_secs(60);
        while !self.shows(words) {
            assert!(Instant::now() < until, "{words:?} never came\n{}", self.whole(120, 44));
            self.app.update(Incoming::Wake);
            std::thread::sleep(Duration::from_millis(2));
        }
        self
    }
}
