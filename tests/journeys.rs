//! Whole journeys on the screen: the real program in a real pseudo-terminal, what is typed and what is seen.

#![cfg(unix)]

mod support;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use std::fs;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use support::{CASEBOOK, LEFT_OUT, SPEC, Scratch};

/// How long something may take to show. Far beyond what it takes: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const ALT_ENTER: &str = "\x1b\r";
const TAB: &str = "\t";
const UP: &str = "\x1b[A";
const END: &str = "\x1b[F";
const CTRL_P: &str = "\x10";
const CTRL_S: &str = "\x13";

/// A program in a terminal.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    /// How the terminal treated what is typed before the program came.
    modes_before: String,
    /// Kept, so that the modes can be asked for when the program is gone.
    _slave: Box<dyn SlavePty + Send>,
}

impl Terminal {
    /// casebook, opened on a policy at 100 columns and 30 rows.
    fn open(scratch: &Scratch) -> Terminal {
        Terminal::open_with(scratch, &[])
    }

    /// As [`Terminal::open`], with arguments.
    fn open_with(scratch: &Scratch, arguments: &[&str]) -> Terminal {
        let pair = native_pty_system().openpty(size(100, 30)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(CASEBOOK);
        command.cwd(scratch.dir());
        command.args(arguments);
        scratch.surroundings().iter().for_each(|(name, value)| command.env(name, value));
        LEFT_OUT.iter().for_each(|name| command.env_remove(name));
        command.env("TERM", "xterm-256color");
        let modes_before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keyboard = pair.master.take_writer().expect("a writer");
        let screen = Arc::new(Mutex::new(vt100::Parser::new(30, 100, 0)));
        let seen = screen.clone();
        thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                seen.lock().unwrap_or_else(PoisonError::into_inner).process(&buffer[..n]);
            }
        });
        Terminal { master: pair.master, keyboard, child, screen, modes_before, _slave: pair.slave }
    }

    fn see<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.lock().unwrap_or_else(PoisonError::into_inner).screen())
    }

    fn text(&self) -> String {
        self.see(vt100::Screen::contents)
    }

    /// Types, as fast as a machine does.
    fn send(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).expect("keys can be typed");
        self.keyboard.flush().expect("keys can be typed");
        self
    }

    /// Waits until all these words are on the screen.
    #[track_caller]
    fn wait(&mut self, words: &[&str]) -> &mut Self {
        self.wait_until(&format!("{words:?}"), |screen| {
            let text = screen.contents();
            words.iter().all(|words| text.contains(words))
        })
    }

    /// Waits until these words are on the screen no more.
    #[track_caller]
    fn wait_gone(&mut self, words: &str) -> &mut Self {
        self.wait_until(&format!("{words:?} to be gone"), |screen| !screen.contents().contains(words))
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        let began = Instant::now();
        while !self.see(&holds) {
            assert!(began.elapsed() < PATIENCE, "waited in vain for {what}; the screen is\n{}", self.text());
            thread::sleep(Duration::from_millis(5));
        }
        self
    }

    fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).screen_mut().set_size(rows, columns);
        self.master.resize(size(columns, rows)).expect("the terminal can be resized");
        self
    }

    /// The policy is open, its gold sets are replayed.
    #[track_caller]
    fn ready(&mut self) -> &mut Self {
        self.wait(&["1 Taxonomy", "2 Spec", "3 Replay", "gold "])
    }

    /// On the Spec screen of the small policy: makes the severity that `no-weapons` asks for `low`.
    #[track_caller]
    fn lower_severity(&mut self) -> &mut Self {
        self.send("2").wait(&["no-weapons", "severity   high"]);
        self.send(TAB).send("jjj").send(ENTER).wait(&["at least"]);
        self.send(ENTER).wait(&["severity is", "■ high"]);
        self.send(" ").wait(&["□ high"]).send(UP).send(" ").wait(&["■ low"]);
        self.send(ENTER).wait(&["severity   low", "1 unsaved", "regressed 1", "agree 1/2"])
    }

    /// Waits for the end; gives the exit code.
    #[track_caller]
    fn ended(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                return status.exit_code();
            }
            assert!(began.elapsed() < PATIENCE, "does not end; the screen is\n{}", self.text());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn modes(&self) -> String {
        modes(&*self.master)
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&mut self, name: &str) -> &mut Self {
        let id = self.child.process_id().expect("a process").to_string();
        let told = std::process::Command::new("kill").args(["-s", name, &id]).status();
        assert!(told.is_ok_and(|status| status.success()));
        self
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Raw or not, echo or not, and the like.
fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().expect("a terminal");
    format!("{:?} {:?} {:?}", modes.input_flags, modes.output_flags, modes.local_flags)
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Waits until the recovery journal of the policy holds a text.
fn wait_for_journal(scratch: &Scratch, text: &str) {
    let began = Instant::now();
    while !journals(scratch).iter().any(|content| content.contains(text)) {
        assert!(began.elapsed() < PATIENCE, "{text:?} is not in the recovery journal");
        thread::sleep(Duration::from_millis(10));
    }
}

fn journals(scratch: &Scratch) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![scratch.path(".git/casebook")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|end| end == "journal") {
                found.push(String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()).into_owned());
            }
        }
    }
    found
}

#[test]
fn every_screen_of_a_sample_is_a_key_away() {
    let scratch = Scratch::of_sample("assistant");
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().wait(&["CATEGORIES", "weapons"]);
    terminal.send("2").wait(&["CLAUSES", "regressed 0"]);
    terminal.send("3").wait(&["agree"]).wait_gone("CLAUSES");
    // Where cases are labeled, numbers are answers: one leaves it by the brackets.
    terminal.send("]").wait(&["[ label ]"]).send("[").wait(&["agree"]).wait_gone("[ label ]");
    terminal.send("1").wait(&["CATEGORIES"]);
    terminal.send("?").wait(&["Keys of this place"]).send(ESC).wait_gone("Keys of this place");
    // Anything is a few letters away.
    terminal.send(CTRL_P).wait(&["Find ·"]).send("crisisescal").wait(&["crisis-escalation"]);
    terminal.send(ENTER).wait(&["CLAUSES", "▸ crisis-escalation"]);
    // A terminal that hardly is one, and back.
    terminal.resize(20, 5);
    for key in ["1", "2", "3", "2", "j", TAB, "k"] {
        terminal.send(key);
    }
    terminal.resize(100, 30).send("1").wait(&["CATEGORIES", "1 Taxonomy", "2 Spec"]);
    terminal.send("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn labels_survive_a_kill() {
    let scratch = Scratch::committed();
    let lines: Vec<String> = (1..=6).map(|n| format!("{{\"id\":\"n{n}\",\"text\":\"case number {n}\"}}\n")).collect();
    scratch.write("gold/fresh/cases.jsonl", lines.concat());
    let written = || -> usize {
        let folder = scratch.path("gold/fresh/labels/ana@example.org");
        let files = scratch.files();
        let labels = files.iter().filter(|(path, _)| path.starts_with(&folder));
        labels.map(|(_, content)| content.iter().filter(|byte| **byte == b'\n').count()).sum()
    };
    let label = ["label", "--set", "fresh"];
    let mut terminal = Terminal::open_with(&scratch, &label);
    terminal.wait(&["[ label ]", "1 of 6", "1 ▌  comply"]);
    terminal.send("1").wait(&["2 of 6"]).send("2").wait(&["3 of 6"]).send("1").wait(&["4 of 6"]);
    terminal.send("u").wait(&["3 of 6", "Took the label"]);
    terminal.send("A").wait(&["How severe"]).send("2").wait(&["! weapons"]);
    wait_for_journal(&scratch, "weapons");
    terminal.kill();
    assert_eq!(written(), 4, "three labels, and one taken back");
    let mut terminal = Terminal::open_with(&scratch, &label);
    terminal.wait(&["3 of 6", "! weapons", "Took up the half-filled form"]);
    terminal.send("2").wait(&["4 of 6"]).send("q");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(written(), 5);
}

#[test]
fn what_is_typed_while_the_window_is_resized_is_not_lost() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready();
    for round in 0..100 {
        let (key, words) = if round % 2 == 0 { ("2", "CLAUSES") } else { ("1", "CATEGORIES") };
        terminal.resize(20, 5).send(TAB).resize(132, 50).resize(80 + round, 24).send(key).wait(&[words]);
    }
    // All at once, for a program that was busy; what is typed is more than is read in one go.
    terminal.signal("STOP").resize(100, 30).send(&"j".repeat(3000)).send("2").signal("CONT").wait(&["CLAUSES"]);
    terminal.signal("STOP").send("1").resize(90, 30).signal("CONT").wait(&["CATEGORIES"]);
    terminal.wait_until("a frame of 90 columns", |screen| screen.contents().contains(&"─".repeat(90)));
}

#[test]
fn a_window_that_was_small_for_a_moment_is_whole_again() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    // Until nothing is under way that would be told in the corner.
    terminal.ready().wait(&["agree 2/2"]).wait_gone("…");
    let before = terminal.text();
    for _ in 0..20 {
        terminal.resize(20, 5).resize(100, 30).wait_until("the same again", |screen| screen.contents() == before);
    }
    // After a key that is none, too: half a sequence keeps nobody from looking at the window.
    terminal.send("\x1b[99x").resize(80, 24).wait(&["1 Taxonomy", "CATEGORIES"]);
    terminal.wait_until("a frame of 80 columns", |screen| screen.contents().contains(&"─".repeat(80)));
    terminal.send("2").wait(&["CLAUSES"]);
}

#[test]
fn an_edit_is_counted_taken_back_and_survives_a_kill() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().lower_severity();
    wait_for_journal(&scratch, "severity: low");
    terminal.send("u").wait(&["severity   high", "gold 2/2"]).wait_gone("unsaved");
    terminal.send("U").wait(&["severity   low", "1 unsaved"]);
    // What is typed after the first write is kept as well.
    terminal.send("r").wait(&["- id: no-weapons"]).send(END).send(" # typed later").wait(&["# typed later"]);
    wait_for_journal(&scratch, "# typed later");
    terminal.kill();
    assert_eq!(scratch.read("specs/main.yaml"), SPEC);

    let mut terminal = Terminal::open(&scratch);
    terminal.wait(&["Unsaved edits were found", "specs/main.yaml", "take them up"]).send("t");
    terminal.ready().wait(&["1 unsaved"]).send("2").wait(&["severity   low", "regressed 1"]);
    terminal.send(CTRL_S).wait_gone("unsaved");
    assert!(scratch.read("specs/main.yaml").contains("severity: low"));
    assert!(scratch.read("specs/main.yaml").contains("# typed later"));
    terminal.send("q");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(journals(&scratch), Vec::<String>::new(), "something is left to be offered");
}

#[test]
fn what_was_taken_back_leaves_nothing_to_be_offered() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().lower_severity();
    wait_for_journal(&scratch, "severity: low");
    terminal.send("u").wait_gone("unsaved").send("q");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(journals(&scratch), Vec::<String>::new());
}

#[test]
fn changes_from_outside_are_taken_over_but_never_over_edits() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().send("2").wait(&["No weapons"]);
    scratch.write("specs/main.yaml", SPEC.replace("No weapons", "Theirs now"));
    terminal.wait(&["Theirs now"]).send("1").wait(&["CATEGORIES"]);
    terminal.lower_severity();
    let theirs = SPEC.replace("No weapons", "Theirs again");
    scratch.write("specs/main.yaml", &theirs);
    terminal.wait(&["Changed on disk", "keep my edits"]).send("k").wait_gone("keep my edits");
    terminal.wait(&["severity   low", "Theirs now"]);
    // Saving asks, and until somebody answers nothing is overwritten.
    terminal.send(CTRL_S).wait(&["Changed on disk", "overwrite it with mine"]).send(ESC);
    terminal.wait_gone("overwrite it with mine");
    assert_eq!(scratch.read("specs/main.yaml"), theirs);
    terminal.send(CTRL_S).wait(&["overwrite it with mine"]).send("o").wait_gone("unsaved");
    let mine = scratch.read("specs/main.yaml");
    assert!(mine.contains("Theirs now") && mine.contains("severity: low"), "{mine}");
}

#[test]
fn leaving_asks_where_something_is_unsaved() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().lower_severity();
    terminal.send("q").wait(&["Leave casebook", "specs/main.yaml"]).send(ESC).wait_gone("Leave casebook");
    terminal.send("q").wait(&["save and leave"]).send("s");
    assert_eq!(terminal.ended(), 0);
    assert!(scratch.read("specs/main.yaml").contains("severity: low"));
}

#[test]
fn a_commit_message_is_kept_until_it_is_committed() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().lower_severity();
    terminal.send("c").wait(&["Commit to main"]).send(", because").wait(&[", because"]).send(ESC);
    terminal.wait(&["Your message is kept"]).wait_gone("Commit to main");
    assert_eq!(scratch.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
    terminal.send("c").wait(&["Commit to main", ", because"]).send(" of w1").wait(&[", because of w1"]);
    terminal.send(ALT_ENTER).wait(&["Committed"]);
    assert!(scratch.git(&["log", "-1", "--format=%B"]).contains(", because of w1"));
    // What was committed is not offered again.
    terminal.send("u").wait(&["1 unsaved"]).send("c").wait(&["Commit to main"]);
    assert!(!terminal.text().contains(", because"), "{}", terminal.text());
}

#[test]
fn rubbish_is_pasted_as_text_and_steers_nothing() {
    let scratch = Scratch::committed();
    let mut terminal = Terminal::open(&scratch);
    terminal.ready();
    // Onto a screen that takes no text: no key of it is obeyed.
    let rubbish = "q:d\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m\r\n\u{1b}[31m".repeat(100 * 1024 / 30);
    terminal.send("\u{1b}[200~").send(&rubbish).send("\u{1b}[201~");
    terminal.send("2").wait(&["CLAUSES", "no-weapons"]);
    // Into the finder, and into the raw text.
    terminal.send(CTRL_P).wait(&["Find ·"]).send("\u{1b}[200~").send(&rubbish).send("\u{1b}[201~");
    terminal.wait(&["0 of"]).send(ESC).wait_gone("Find ·");
    terminal.send("r").wait(&["id: no-weapons"]).send("\u{1b}[200~").send(&rubbish).send("\u{1b}[201~");
    terminal.wait(&["1 unsaved"]);
    terminal.send(ESC).wait_gone("back to the form").send("q").wait(&["discard the edits"]).send("d");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(scratch.read("specs/main.yaml"), SPEC);
}

#[test]
fn the_terminal_is_given_back_on_every_way_out() {
    let scratch = Scratch::committed();
    for way in ["q", "TERM", "HUP"] {
        let mut terminal = Terminal::open(&scratch);
        terminal.ready().lower_severity();
        assert!(terminal.see(|screen| screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor()));
        assert_ne!(terminal.modes(), terminal.modes_before);
        if way == "q" {
            terminal.send("q").wait(&["discard the edits"]).send("d");
        } else {
            terminal.signal(way);
        }
        assert_eq!(terminal.ended(), 0, "{way}");
        terminal.wait_until("the screen that was there before", |screen| {
            !screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor()
        });
        let mouse = terminal.see(vt100::Screen::mouse_protocol_mode);
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "{way}");
        assert_eq!(terminal.modes(), terminal.modes_before, "{way}");
        assert_eq!(scratch.read("specs/main.yaml"), SPEC, "{way}");
        if way != "q" {
            // What was not saved is offered the next time.
            let mut terminal = Terminal::open(&scratch);
            terminal.wait(&["Unsaved edits were found"]).send("d").ready().send("q");
            assert_eq!(terminal.ended(), 0);
        }
    }
}

#[test]
fn cases_are_settled_one_is_taken_back_and_the_commit_says_who_ruled() {
    let scratch = Scratch::committed();
    let more = (3..=5).map(|n| format!("{{\"id\":\"c{n}\",\"text\":\"case {n}\"}}\n")).collect::<String>();
    scratch.write("gold/core/cases.jsonl", scratch.read("gold/core/cases.jsonl") + &more);
    for case in ["c3", "c4", "c5"] {
        for (who, behavior) in [("bo", "comply"), ("cy", "refuse"), ("di", "refuse")] {
            let harm = if behavior == "refuse" { "weapons:high" } else { "weapons:low" };
            scratch.run(&["label", case, "--as", who, "--behavior", behavior, "--harm", harm]).expect(0);
        }
    }
    scratch.commit("Label");
    let mut terminal = Terminal::open(&scratch);
    terminal.ready().send("4").wait(&["[ label ]"]).send("o").wait(&["QUEUE 3", "labelers differ: 2 refuse, 1 comply"]);
    terminal.send(ENTER).wait(&["READINGS", "1 of 3", "names hidden"]);
    for n in 1..=3 {
        // The first reading, whoever gave it; its holding; then the ruling.
        terminal.send("1").wait(&["decides       A"]).send("R").wait(&["The reason of the ruling."]);
        terminal.send(&format!("Reason {n}.")).wait(&[&format!("Reason {n}.")]).send(ENTER);
        // A ruling that goes against an earlier one at the same point is asked about.
        terminal.wait_until("a ruling", |screen| {
            let text = screen.contents();
            text.contains("RULED") || text.contains("An earlier ruling stands")
        });
        if terminal.text().contains("An earlier ruling stands") {
            terminal.send("o");
        }
        terminal.wait(&["RULED"]);
        if n < 3 {
            terminal.send("R").wait(&["names hidden"]);
        }
    }
    terminal.send("u").wait(&["Took the ruling on", "names hidden"]);
    terminal
        .send("c")
        .wait(&["Commit", "adjudications/ana@example.org"])
        .send("\u{1b}\r")
        .wait(&["Committed"])
        .send("q");
    assert_eq!(terminal.ended(), 0);
    let message = scratch.git(&["log", "-1", "--format=%B"]);
    assert!(message.contains("Adjudicated-By: ana@example.org"), "{message}");
    let rulings = message.lines().filter(|line| line.starts_with("Ruling: core/c")).count();
    assert_eq!(rulings, 2, "two of three stand:\n{message}");
    let waiting = scratch.run(&["queue", "--format", "json"]).expect(0);
    let waiting: serde_json::Value = serde_json::from_str(&waiting.out).expect("JSON");
    assert_eq!(
        (&waiting["waiting"], &waiting["queue"][0]["reasons"][0]["reason"]),
        (&1.into(), &"disagreement".into())
    );
}
