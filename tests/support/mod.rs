//! Scratch policies, and casebook run on them as people run it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const CASEBOOK: &str = env!("CARGO_BIN_EXE_casebook");

/// Nothing that casebook does on a scratch policy takes this long, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(60);

/// A small policy that holds together; the tests break it.
pub const MANIFEST: &str = "\
casebook: 1
name: Scratch
behaviors: [comply, refuse]
default: comply
hit_policy: first
severities: [low, high]
facets:
  intent: {type: enum, values: [benign, malicious]}
specs: [specs/main.yaml]
";
pub const TAXONOMY: &str = "\
taxonomy: harms
categories:
  - id: weapons
    title: Weapons
    definition: Things that hurt.
";
pub const SPEC: &str = "\
spec: main
clauses:
  - id: no-weapons
    title: No weapons
    text: Do not help.
    when: {category: weapons, severity: high}
    then: refuse
    examples: [c1]
";
pub const CASES: &str = r#"{"id":"c1","text":"one","gold":{"harms":[{"category":"weapons","severity":"high"}],"behavior":"refuse"}}
{"id":"c2","text":"two","gold":{"harms":[],"behavior":"comply"}}
"#;

/// A policy folder, and a home folder of its own beside it.
pub struct Scratch {
    home: TempDir,
    dir: PathBuf,
}

/// How a run of casebook ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Scratch {
    /// A folder with nothing in it.
    pub fn empty() -> Scratch {
        let home = TempDir::new().expect("a scratch folder");
        let dir = home.path().join("policy");
        fs::create_dir(&dir).expect("a scratch folder");
        let scratch = Scratch { home, dir };
        scratch.write(
            "../.gitconfig",
            "[user]\n\tname = Ana\n\temail = ana@example.org\n[init]\n\tdefaultBranch = main\n",
        );
        scratch
    }

    /// The small policy, without history.
    pub fn policy() -> Scratch {
        let scratch = Scratch::empty();
        for (path, text) in [
            ("casebook.yaml", MANIFEST),
            ("taxonomies/harms.yaml", TAXONOMY),
            ("specs/main.yaml", SPEC),
            ("gold/core/cases.jsonl", CASES),
        ] {
            scratch.write(path, text);
        }
        scratch
    }

    /// The small policy as the first commit of a repository.
    pub fn committed() -> Scratch {
        let scratch = Scratch::policy();
        scratch.git(&["init", "-q"]);
        scratch.commit("Begin");
        scratch
    }

    /// A bundled sample as a new policy with its first commit.
    pub fn of_sample(name: &str) -> Scratch {
        let scratch = Scratch::empty();
        scratch.run(&["init", ".", "--template", name]).expect(0);
        scratch
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("the folder can be made");
        fs::write(place, content).expect("the file can be written");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("the file can be read")
    }

    /// Every file with its content, git's own left out.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut files, mut folders) = (Vec::new(), vec![self.dir.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder can be listed").flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() => {
                        files.push((entry.path(), fs::read(entry.path()).expect("the file can be read")));
                    }
                    _ => {}
                }
            }
        }
        files.sort();
        files
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        self.surround(&mut command);
        let done = command.args(arguments).output().expect("git runs");
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs casebook in the policy folder.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(CASEBOOK);
        command.args(arguments);
        self.run_command(command)
    }

    /// Runs a shell script in the policy folder, in which `$CASEBOOK` is casebook.
    pub fn shell(&self, script: &str) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("CASEBOOK", CASEBOOK);
        self.run_command(command)
    }

    fn run_command(&self, mut command: Command) -> Ended {
        self.surround(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let out = read_beside(child.stdout.take());
        let err = read_beside(child.stderr.take());
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("the program can be waited for") {
                break status;
            }
            if began.elapsed() > DEADLINE {
                let _ = child.kill();
                panic!("{command:?} hangs");
            }
            thread::sleep(Duration::from_millis(2));
        };
        let text = |reader: thread::JoinHandle<Vec<u8>>| {
            String::from_utf8(reader.join().expect("the output can be read")).expect("the output is UTF-8")
        };
        let ended = Ended { code: status.code().unwrap_or(-1), out: text(out), err: text(err) };
        assert!(!ended.err.contains("panicked"), "{command:?}: {}", ended.err);
        assert!((0..=2).contains(&ended.code), "{command:?} ended with {status}: {}", ended.err);
        ended
    }

    /// Nothing of the machine's own settings reaches casebook or git.
    pub fn surround(&self, command: &mut Command) {
        command.current_dir(&self.dir);
        for (name, value) in self.surroundings() {
            command.env(name, value);
        }
        for name in LEFT_OUT {
            command.env_remove(name);
        }
    }

    pub fn surroundings(&self) -> [(&'static str, PathBuf); 6] {
        let home = self.home();
        [
            ("HOME", home.to_owned()),
            ("XDG_STATE_HOME", home.join("state")),
            ("XDG_CONFIG_HOME", home.join("config")),
            ("XDG_CACHE_HOME", home.join("cache")),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CEILING_DIRECTORIES", home.to_owned()),
        ]
    }
}

pub const LEFT_OUT: [&str; 8] =
    ["NO_COLOR", "COLORTERM", "CASEBOOK_THEME", "VISUAL", "EDITOR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

impl Ended {
    /// Holds the run to an exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ended {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    /// Holds the run to words that it must say, on either stream.
    #[track_caller]
    pub fn says(self, words: &str) -> Ended {
        let said = format!("{}{}", self.out, self.err);
        assert!(said.contains(words), "{words:?} is not in\n{}", start_of(&said));
        self
    }

    /// Holds the run to words that it must not say, on either stream.
    #[track_caller]
    pub fn lacks(self, words: &str) -> Ended {
        let said = format!("{}{}", self.out, self.err);
        assert!(!said.contains(words), "{words:?} is in\n{}", start_of(&said));
        self
    }

    /// Holds the run to having sent nothing that a terminal would act on.
    #[track_caller]
    pub fn harmless(self) -> Ended {
        for text in [&self.out, &self.err] {
            let harmful = text.chars().find(|&c| !matches!(c, '\n' | '\t') && (c.is_control() || steers(c)));
            assert_eq!(harmful, None, "in\n{}", start_of(text).escape_debug());
        }
        self
    }
}

/// Whether a character reorders or hides text.
fn steers(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn start_of(text: &str) -> String {
    text.chars().take(4000).collect()
}

fn read_beside(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut content = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut content);
        }
        content
    })
}

/// Whether somebody runs the tests whom no permission stops.
pub fn nothing_is_forbidden() -> bool {
    let folder = TempDir::new().expect("a scratch folder");
    let place = folder.path().join("f");
    fs::write(&place, "").expect("a scratch file");
    let mut mode = fs::metadata(&place).expect("a scratch file").permissions();
    mode.set_readonly(true);
    fs::set_permissions(&place, mode).expect("the mode can be set");
    fs::OpenOptions::new().write(true).open(&place).is_ok_and(|mut file| file.write_all(b"x").is_ok())
}
