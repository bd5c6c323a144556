//! A hundred thousand cases queued: from the key that labels one to the next one drawn.
//!
//! The key goes through the whole app, as from a terminal: the label is written and on disk, the next case is read, the
//! screen is drawn. Beside it the same keys without a label, which is what drawing alone takes, and sitting down.

#![allow(clippy::print_stdout)]

mod common;

use casebook::policy::Policy;
use casebook::tui::app::{App, Look};
use casebook::tui::event::{Event, Key};
use casebook::tui::inbox::{Inbox, Incoming};
use casebook::tui::model::{Finish, Target};
use casebook::tui::theme::{Depth, Themes};
use casebook::vcs::Tools;
use casebook::workspace::labeling::{Desk, Wish};
use casebook::workspace::sets::LoadedSet;
use casebook::workspace::{Environment, PolicyRepo, Workspace, sets};
use common::Spread;
use divan::Bencher;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const CASES: usize = 100_000;
const WINDOW: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

thread_local! {
    static SCREEN: RefCell<Screen> = RefCell::new(Screen::open());
}

fn main() {
    divan::main();
    SCREEN.with_borrow_mut(|screen| println!("{}", screen.row(4)));
}

/// The key that labels, until the next case is drawn.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn label_and_draw_the_next_case(bencher: Bencher) {
    SCREEN.with_borrow_mut(|screen| bencher.bench_local(|| screen.press("1")));
}

/// A key that moves the cursor, until it is drawn.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn move_the_cursor_and_draw(bencher: Bencher) {
    SCREEN.with_borrow_mut(|screen| bencher.bench_local(|| screen.press("j")));
}

/// Beside the screen, once a sitting: earlier labels read, the cases put in order.
#[divan::bench(sample_count = 20)]
fn sit_down(bencher: Bencher) {
    let held = Folder::make();
    let environment = held.environment();
    let (repo, policy) = (PolicyRepo::open(&held.policy(), &environment).expect("a policy"), held.read_policy());
    let files = repo.files(&casebook::vcs::Revision::Worktree, &Default::default()).expect("files");
    let unwatched = casebook::decide::Unwatched;
    let sets = sets::load(&*files, None, &[], &policy.settling(), None, &unwatched).expect("nobody stops it");
    let wish = Wish { who: Some("ana@example.org".into()), ..Wish::default() };
    bencher.bench_local(|| Desk::open(&repo, &environment, &policy, &sets, &wish).expect("a desk"));
}

/// Beside the screen, after each label with as many given before it: the set fresh again, its records looked through.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn after_a_label_set_fresh_again(bencher: Bencher) {
    let held = Folder::make();
    for (at, labels) in labels().chunks(CASES / 50).enumerate() {
        write(&held.policy().join(format!("gold/big/labels/bo/{at:03}.jsonl")), labels.concat().into_bytes());
    }
    let repo = PolicyRepo::open(&held.policy(), &held.environment()).expect("a policy");
    let settling = held.read_policy().settling();
    let load = |known: &[Arc<LoadedSet>]| {
        let files = repo.files(&casebook::vcs::Revision::Worktree, &Default::default()).expect("files");
        let sets = sets::load(&*files, None, known, &settling, None, &casebook::decide::Unwatched).expect("sets").sets;
        divan::black_box(sets.iter().map(|set| set.record_problems().len()).sum::<usize>());
        sets
    };
    let (mut known, mut given) = (load(&[]), String::new());
    let mut cases = 0..CASES;
    bencher.bench_local(|| {
        given.push_str(&label("ana", cases.next().unwrap_or_default(), "sitting"));
        write(&held.policy().join("gold/big/labels/ana/1.jsonl"), given.clone().into_bytes());
        known = load(&known);
    });
}

/// A label of every case by `bo`.
fn labels() -> Vec<String> {
    (0..CASES).map(|case| label("bo", case, "before")).collect()
}

fn label(by: &str, case: usize, round: &str) -> String {
    let label = format!(
        "\"case\":\"case-{case:07}\",\"labeler\":\"{by}\",\"round\":\"{round}\",\"behavior\":\"refuse\",\"harms\":[]}}"
    );
    let fields = serde_json::from_str(&format!("{{{label}")).expect("an object");
    format!("{{\"id\":\"{}\",{label}\n", casebook::policy::record::content_id(&fields))
}

/// A policy repo with the assistant's sample policy and one big gold set.
struct Folder(tempfile::TempDir);

impl Folder {
    fn make() -> Self {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
        for file in ["casebook.yaml", "taxonomies/harms.yaml", "specs/assistant.yaml"] {
            write(&folder.policy().join(file), fs::read(sample.join(file)).expect("the sample is there"));
        }
        write(&folder.policy().join("gold/big/cases.jsonl"), common::cases(CASES, Spread::Skewed));
        folder
    }

    fn policy(&self) -> std::path::PathBuf {
        self.0.path().join("policy")
    }

    fn read_policy(&self) -> Arc<Policy> {
        Workspace::open(&self.policy(), self.environment()).expect("it opens").policy().clone()
    }

    fn environment(&self) -> Environment {
        Environment {
            tools: Tools::new().with_home(self.0.path()),
            state: self.0.path().join("state"),
            now: || 1_790_000_000,
            random: || Ok([7; 32]),
        }
    }
}

fn write(path: &Path, bytes: Vec<u8>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, bytes).expect("written");
}

/// The app in a window, sat down to label.
struct Screen {
    app: App,
    inbox: Inbox<Finish>,
    buffer: Buffer,
    _folder: Folder,
}

impl Screen {
    fn open() -> Self {
        let folder = Folder::make();
        let workspace = Workspace::open(&folder.policy(), folder.environment()).expect("it opens");
        let inbox = Inbox::default();
        let look = Look { themes: Themes::bundled(), theme: "dark".into(), depth: Depth::True, pause: 0 };
        let mut app = App::new(workspace, look, &inbox);
        app.open(Target::Labeling(Wish { who: Some("ana@example.org".into()), ..Wish::default() }));
        let mut screen = Screen { app, inbox, buffer: Buffer::empty(WINDOW), _folder: folder };
        while !screen.row(4).contains(" of 100") {
            screen.inbox.next().into_iter().for_each(|incoming| screen.app.update(incoming));
            screen.draw();
        }
        screen
    }

    fn press(&mut self, key: &str) {
        let key: Key = key.parse().expect("a key");
        self.app.update(Incoming::Input(vec![Event::Key(key)]));
        self.draw();
    }

    fn draw(&mut self) {
        self.buffer.reset();
        self.app.render(WINDOW, &mut self.buffer);
    }

    fn row(&self, y: u16) -> String {
        (0..WINDOW.width).map(|x| self.buffer[(x, y)].symbol()).collect()
    }
}
