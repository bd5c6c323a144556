//! Holds the code to `ARCHITECTURE.md`: which room may use which, and what only one room may touch.
//!
//! The sources are scanned as text, without comments, literals and tests. Rooms are the folders of `src`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may use. `ARCHITECTURE.md` shows the same table.
const ROOMS: &[(&str, &[&str])] = &[
    ("policy", &[]),
    ("stats", &[]),
    ("store", &[]),
    ("vcs", &[]),
    ("document", &["policy"]),
    ("decide", &["policy", "stats"]),
    ("agreement", &["decide", "policy", "stats"]),
    ("precedent", &["decide", "policy"]),
    ("interop", &["document", "policy"]),
    ("analyze", &["decide", "policy"]),
    ("replay", &["analyze", "decide", "policy", "stats"]),
    ("report", &["agreement", "analyze", "decide", "interop", "policy", "precedent", "replay", "stats", "vcs"]),
    (
        "workspace",
        &[
            "agreement",
            "analyze",
            "decide",
            "document",
            "interop",
            "policy",
            "precedent",
            "replay",
            "stats",
            "store",
            "vcs",
        ],
    ),
    (
        "tui",
        &[
            "agreement",
            "analyze",
            "decide",
            "document",
            "policy",
            "precedent",
            "replay",
            "report",
            "stats",
            "store",
            "vcs",
            "workspace",
        ],
    ),
    (
        "cli",
        &[
            "agreement",
            "analyze",
            "decide",
            "document",
            "interop",
            "policy",
            "precedent",
            "replay",
            "report",
            "stats",
            "store",
            "tui",
            "vcs",
            "workspace",
        ],
    ),
];

/// Something that only some places may name.
struct Only {
    what: &'static str,
    /// Pieces of code, matched by whole names: `fs::write` does not match `fs::write_all`.
    names: &'static [&'static str],
    /// Files and folders below `src` that may name it.
    within: &'static [&'static str],
    /// Single files that may as well, each with its reason.
    exceptions: &'static [(&'static str, &'static str)],
}

const ONLY: &[Only] = &[
    Only { what: "libgit2", names: &["git2"], within: &["vcs"], exceptions: &[] },
    Only { what: "SQLite", names: &["rusqlite"], within: &["store/full_text.rs"], exceptions: &[] },
    Only {
        what: "the terminal library",
        names: &["crossterm", "CrosstermBackend"],
        within: &["tui/term.rs"],
        exceptions: &[],
    },
    Only {
        what: "the text area's crate",
        names: &["tui_textarea"],
        within: &["tui/editor.rs", "tui/editor"],
        exceptions: &[],
    },
    Only {
        what: "writing files",
        names: &[
            "fs::write",
            "fs::rename",
            "fs::copy",
            "fs::hard_link",
            "fs::create_dir",
            "fs::create_dir_all",
            "fs::remove_file",
            "fs::remove_dir",
            "fs::remove_dir_all",
            "fs::set_permissions",
            "File::create",
            "File::create_new",
            "File::options",
            "OpenOptions",
            "tempfile",
        ],
        within: &["store"],
        exceptions: &[
            ("workspace/create.rs", "makes the folder in which a new policy repo begins; the store needs one"),
            ("workspace/samples.rs", "makes the scratch folder of a demonstration, outside any policy repo"),
        ],
    },
    Only {
        what: "printing",
        names: &["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout()", "stderr()"],
        within: &["cli"],
        exceptions: &[("tui/term.rs", "the terminal is drawn on through standard output")],
    },
    Only {
        what: "the environment",
        names: &[
            "std::env",
            "env::var",
            "env::var_os",
            "env::args",
            "env::args_os",
            "env::current_dir",
            "env::temp_dir",
        ],
        within: &["cli"],
        exceptions: &[],
    },
    Only {
        what: "the clock",
        names: &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"],
        within: &["cli"],
        exceptions: &[("store/watch.rs", "waits until a burst of changes is over")],
    },
    Only {
        what: "other programs",
        names: &["Command::new"],
        within: &["vcs/tools.rs"],
        exceptions: &[("tui/run.rs", "starts the editor that $EDITOR names")],
    },
    Only {
        what: "threads of one's own",
        names: &["thread::spawn", "thread::Builder", "thread::scope"],
        within: &["tui", "cli"],
        exceptions: &[
            ("store/watch.rs", "waits for changes that the system reports"),
            ("vcs/tools.rs", "reads both outputs of the git program at once"),
        ],
    },
];

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let Some((room, _)) = file.split_once('/') else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("src/{file}: `{room}` is no room; add it to ROOMS and to ARCHITECTURE.md"));
            continue;
        };
        for used in rooms_used(&file, &code) {
            if used != room && !allowed.contains(&used.as_str()) {
                wrong.push(format!("src/{file}: `{room}` must not use `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_have_an_order() {
    for (at, (room, uses)) in ROOMS.iter().enumerate() {
        for used in *uses {
            assert!(ROOMS[..at].iter().any(|(below, _)| below == used), "`{used}` does not stand before `{room}`");
        }
    }
}

#[test]
fn only_some_places_touch_the_world() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let words = words(&code);
        for only in ONLY {
            let excepted = only.exceptions.iter().any(|(path, _)| *path == file);
            let at_home = only.within.iter().any(|place| is_within(&file, place));
            if !excepted && !at_home {
                let named = only.names.iter().filter(|name| names(&words, name));
                wrong.extend(named.map(|name| format!("src/{file}: {} (`{name}`) belongs elsewhere", only.what)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_exception_outlives_its_reason() {
    let sources = sources();
    for only in ONLY {
        for (file, reason) in only.exceptions {
            let code = sources.get(*file).unwrap_or_else(|| panic!("src/{file} does not exist"));
            let words = words(code);
            let used = only.names.iter().any(|name| names(&words, name));
            assert!(used, "src/{file} needs no exception for {} any more ({reason})", only.what);
        }
    }
}

#[test]
fn architecture_md_shows_the_same_table() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (room, uses) in ROOMS {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{room}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{room}`"));
        let shown = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        let expected: Vec<String> = uses.iter().map(|used| format!("`{used}`")).collect();
        let expected = if expected.is_empty() { "nothing".to_owned() } else { expected.join(" ") };
        assert_eq!(shown, expected, "in ARCHITECTURE.md, the row of `{room}`");
    }
}

#[test]
fn uses_of_rooms_are_found_however_they_are_written() {
    fn check(file: &str, code: &str, expected: &[&str]) {
        let found: Vec<String> = rooms_used(file, &bare(code)).into_iter().collect();
        assert_eq!(found, expected, "{code}");
    }
    check("policy/mod.rs", "use crate::workspace::Workspace;", &["workspace"]);
    check("policy/mod.rs", "use crate::{vcs, tui::{app, cli}, decide::GoldSet as G};", &["decide", "tui", "vcs"]);
    check("policy/mod.rs", "pub use crate :: store;\nfn f(x: &crate::vcs::Repo) {}", &["store", "vcs"]);
    check("policy/mod.rs", "use casebook::tui;", &["tui"]);
    check("policy/place.rs", "use super::super::tui::app;", &["tui"]);
    check("policy/place.rs", "use super::{super::vcs, case};", &["vcs"]);
    check("policy/place.rs", "use super::case;", &[]);
    check("policy/mod.rs", "use super::cli;", &["cli"]);
    check("policy/mod.rs", "pub(crate) fn tui() {}\nlet x = my_crate::tui::y;", &[]);
    check(
        "policy/mod.rs",
        "// crate::tui\n/* crate::cli */ let s = \"crate::vcs\"; let r = r#\"crate::\"store\"#;",
        &[],
    );
    check("policy/mod.rs", "fn a<'a>(x: &'a str) -> char { '\"' } use crate::tui;", &["tui"]);
    check("policy/mod.rs", "#[cfg(test)]\nmod tests { use crate::tui; fn f() { } }\nuse crate::vcs;", &["vcs"]);
    check("policy/mod.rs", "#[cfg(test)]\nuse crate::tui;\nuse crate::vcs;", &["vcs"]);
    check("policy/mod.rs", "#[cfg(not(test))]\nuse crate::tui;", &["tui"]);
}

#[test]
fn names_are_found_as_whole_paths() {
    let found = |code: &str, name: &str| names(&words(&bare(code)), name);
    assert!(found("std::fs::write(path, text)?;", "fs::write"));
    assert!(found("use git2::Repository;", "git2"));
    assert!(found("println!(\"x\");", "println!"));
    assert!(found("io::stdout().flush()", "stdout()"));
    assert!(!found("command.stdout(Stdio::piped())", "stdout()"));
    assert!(found("let t = SystemTime :: now();", "SystemTime::now"));
    assert!(!found("fs::write_all(x)", "fs::write"));
    assert!(!found("my_fs::write(x)", "fs::write"));
    assert!(!found("// git2 would do", "git2"));
    assert!(!found("let s = \"git2\";", "git2"));
    assert!(!found("#[cfg(test)]\nmod tests { fn f() { fs::write(\"{\", b'}'); } }", "fs::write"));
}

#[test]
fn files_that_are_only_tests_are_known() {
    let code = bare_keeping_tests("#[cfg(test)]\npub(crate) mod testing;\nmod real;\n#[cfg(test)]\nmod tests;");
    assert_eq!(test_modules(&code), ["testing", "tests"]);
}

/// Every source file below `src`, by its path there, as bare code.
fn sources() -> BTreeMap<String, String> {
    let src = root().join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    let mut tests: Vec<String> = Vec::new();
    let mut sources = BTreeMap::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        let folder = match file.rsplit_once('/') {
            Some((folder, "mod.rs")) => folder.to_owned(),
            _ => file.trim_end_matches(".rs").to_owned(),
        };
        tests.extend(test_modules(&bare_keeping_tests(&text)).iter().map(|name| format!("{folder}/{name}")));
        sources.insert(file, bare(&text));
    }
    assert!(sources.len() > 100, "only {} files were found", sources.len());
    sources.retain(|file, _| !tests.iter().any(|test| is_within(file, test) || is_within(file, &format!("{test}.rs"))));
    sources
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn is_within(file: &str, place: &str) -> bool {
    file == place || file.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
}

/// The rooms that a file's code names by a path: from the crate's root, or up to it by `super`.
fn rooms_used(file: &str, code: &str) -> BTreeSet<String> {
    let modules = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let words = words(code);
    let mut found = BTreeSet::new();
    for at in 0..words.len() {
        let is_root = matches!(words[at], "crate" | "casebook") && words.get(at + 1) == Some(&"::");
        let starts_path = at == 0 || words[at - 1] != "::";
        if is_root && starts_path {
            heads(&words[at + 2..], 0, &mut found);
        } else if words[at] == "super" && starts_path {
            heads(&words[at..], modules, &mut found);
        }
    }
    found
}

/// The first names of a path or of a group of paths, `up` steps of `super` further.
fn heads(words: &[&str], up: usize, found: &mut BTreeSet<String>) {
    match words {
        ["super", "::", rest @ ..] if up > 0 => heads(rest, up - 1, found),
        ["{", rest @ ..] => {
            let mut depth = 0;
            let mut starts = true;
            for (at, word) in rest.iter().enumerate() {
                if starts && depth == 0 {
                    heads(&rest[at..], up, found);
                }
                starts = false;
                match *word {
                    "{" => depth += 1,
                    "}" if depth == 0 => return,
                    "}" => depth -= 1,
                    "," if depth == 0 => starts = true,
                    _ => {}
                }
            }
        }
        [name, ..] if up == 0 && ROOMS.iter().any(|(room, _)| room == name) => {
            found.insert((*name).to_owned());
        }
        _ => {}
    }
}

/// Whether a piece of code such as `fs::write` stands among the words.
fn names(words: &[&str], piece: &str) -> bool {
    let piece = self::words(piece);
    words.windows(piece.len()).any(|window| window == piece)
}

/// Names, `::` and other signs, one by one.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_name(first) {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

const TEST: &str = "#[cfg(test)]";

/// The code without comments, literals and whatever is compiled for tests alone.
fn bare(text: &str) -> String {
    let mut code = bare_keeping_tests(text);
    while let Some(start) = code.find(TEST) {
        let end = start + TEST.len() + item_length(&code[start + TEST.len()..]);
        code.replace_range(start..end, "");
    }
    code
}

/// The modules in files of their own that are compiled for tests alone.
fn test_modules(code: &str) -> Vec<&str> {
    let items = code.split(TEST).skip(1).map(|rest| words(&rest[..item_length(rest)]));
    items
        .filter_map(|words| match words[..] {
            [.., "mod", name, ";"] => Some(name),
            _ => None,
        })
        .collect()
}

/// How long the item is at the start of the code: to its `;`, or to the brace that closes it.
fn item_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The code without comments, and with nothing in its literals.
fn bare_keeping_tests(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after_name = out.ends_with(is_name);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest).filter(|_| !after_name) {
            length
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_char(rest) {
            quoted(rest, '\'')
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.push(' ');
        rest = &rest[length..];
    }
    out
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"` at the start of the text.
fn raw_string(text: &str) -> Option<usize> {
    let start = text.strip_prefix("br").or(text.strip_prefix('r'))?;
    let hashes = start.len() - start.trim_start_matches('#').len();
    let body = start[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close).map_or(body.len(), |at| at + close.len());
    Some(text.len() - body.len() + end)
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a quotation mark begins a character, not a lifetime.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => true,
        (_, next) => next == Some('\''),
    }
}
