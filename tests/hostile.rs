//! casebook on what people who mean harm, broken disks and slips of the hand put before it: a clear problem with a
//! place, an exit code that tells, nothing lost, no panic, no hang.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};
use support::{CASES, MANIFEST, SPEC, Scratch, TAXONOMY, nothing_is_forbidden};

// What steers terminals --------------------------------------------------------------------------------------------

/// Clears a screen, sets a title, rings, reorders, hides, and begins a sequence with one byte (C1).
const EVIL: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}b\u{2066}\u{200b}c\u{9b}31m\u{7f}\rd\u{feff}\u{e0041}";

/// Every command that prints words of the policy, in every format.
const PRINTING: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["status"],
    &["status", "--format", "json"],
    &["replay", "--verdicts", "--by", "category", "--by", "tag", "--by", "facet"],
    &["replay", "--verdicts", "--format", "json"],
    &["replay", "--format", "markdown"],
    &["replay", "--format", "junit"],
    &["replay", "--format", "github"],
    &["diff"],
    &["diff", "--format", "json"],
    &["diff", "--format", "markdown"],
    &["log"],
    &["log", "--format", "json"],
];

fn evil_policy() -> Scratch {
    let scratch = Scratch::policy();
    // JSON strings are YAML strings, whatever they hold.
    let quoted =
        serde_json::to_string(EVIL).expect("a string").replace('\u{7f}', "\\u007f").replace('\u{9b}', "\\u009b");
    let manifest = format!(
        "{MANIFEST}gates: {{over_refusal: {{max: 0.0}}, {quoted}: {{max: 1}}}}\n{quoted}: 1\ntaxonomies: [taxonomies/harms.yaml, {quoted}]\n"
    );
    scratch.write("casebook.yaml", manifest.replace("name: Scratch", &format!("name: {quoted}")));
    let taxonomy = format!(
        "{TAXONOMY}  - id: {quoted}\n    title: {quoted}\n    definition: {quoted}\n    aliases: [{quoted}]\n    severity: {{{quoted}: {quoted}}}\n"
    );
    scratch.write("taxonomies/harms.yaml", taxonomy);
    let clause = format!(
        "{SPEC}  - id: {quoted}\n    title: {quoted}\n    level: {quoted}\n    text: {quoted}\n    when: {{category: {quoted}, {quoted}: {quoted}, intent: {quoted}}}\n    then: {quoted}\n    examples: [{quoted}]\n"
    );
    scratch.write("specs/main.yaml", clause);
    let case = serde_json::json!({
        "id": EVIL, "text": EVIL, "tags": [EVIL], EVIL: EVIL,
        "gold": {"harms": [{"category": EVIL, "severity": EVIL}, {"category": "weapons", "severity": "high"}],
                 "facets": {EVIL: EVIL, "intent": EVIL}, "behavior": "comply", "acceptable": [EVIL], "unjudged": [EVIL]},
    });
    scratch.write("gold/core/cases.jsonl", format!("{CASES}{case}\n{case}\n{{\"id\": \"{EVIL}\"\n"));
    scratch.write(&format!("gold/{}/{}", file_name(), file_name()), EVIL);
    scratch.write(&format!("gold/core/cases/{}.jsonl", file_name()), format!("{case}\n"));
    scratch.write(&format!("specs/{}.yaml", file_name()), EVIL);
    scratch.write("gold/core/set.yaml", format!("purpose: {quoted}\nowner: {quoted}\n{quoted}: {quoted}\n"));
    scratch
}

/// What a file can be called: everything but `/` and NUL.
fn file_name() -> String {
    EVIL.replace('/', "")
}

#[test]
fn no_words_of_the_policy_steer_the_terminal() {
    let scratch = evil_policy();
    scratch.git(&["init", "-q"]);
    scratch.git(&["add", "casebook.yaml", "gold/core", "taxonomies", "specs"]);
    scratch.git(&[
        "commit",
        "-q",
        "-m",
        &format!("{EVIL}\n\n{EVIL}\n\nPolicy-Replay: {EVIL}"),
        "--author",
        "\u{1b}[31mE\u{202e} <e@e>",
    ]);
    // Git takes no control characters in the name of a branch, but all the others.
    scratch.git(&["checkout", "-q", "-b", "evil\u{202e}\u{200b}\u{9b}31m"]);
    scratch.write("specs/main.yaml", scratch.read("specs/main.yaml").replace("Do not help.", "Help."));
    scratch.write("gold/core/cases.jsonl", scratch.read("gold/core/cases.jsonl").replace("two", "zwei"));
    for arguments in PRINTING {
        let ended = scratch.run(arguments).harmless();
        assert!(!ended.out.is_empty(), "{arguments:?} says nothing");
    }
    scratch.run(&["explain", EVIL]).expect(0).harmless();
    scratch.run(&["explain", EVIL, "--format", "json"]).expect(0).harmless();
}

#[test]
fn no_words_of_an_argument_steer_the_terminal() {
    let scratch = Scratch::committed();
    for arguments in [
        &["explain", EVIL][..],
        &["replay", "--set", EVIL],
        &["replay", "--head", EVIL],
        &["diff", EVIL],
        &["log", EVIL],
        &["log", "--rev", EVIL],
        &["check", "--rev", EVIL],
        &["check", "--explain", EVIL],
        &["import", EVIL, "casebook.yaml", "--set", "x"],
        &["import", "jsonl", EVIL, "--set", "x"],
        &["--repo", EVIL, "check"],
        &["init", "new", "--template", EVIL],
        &[EVIL],
    ] {
        let ended = scratch.run(arguments).harmless();
        assert!(ended.code > 0 || arguments[0] == "log", "{arguments:?}: {ended:?}");
    }
}

#[test]
fn no_words_of_an_import_steer_the_terminal() {
    let scratch = Scratch::committed();
    let row = serde_json::json!({"text": EVIL, "behavior": EVIL, "category": EVIL, EVIL: EVIL});
    let name = format!("{}.jsonl", file_name());
    scratch.write(&name, format!("{row}\n{row}\n{{\"{EVIL}\n"));
    scratch
        .write("map.yaml", "text: text\nbehavior: behavior\nharms: {columns: {category: weapons}}\ntags: [category]\n");
    scratch.run(&["import", "jsonl", &name, "--set", "new", "--map", "map.yaml", "--dry-run"]).harmless();
    scratch.write("map.yaml", "text: text\n");
    for format in ["text", "json"] {
        scratch
            .run(&["import", "jsonl", &name, "--set", "new", "--map", "map.yaml", "--dry-run", "--format", format])
            .expect(1)
            .harmless();
    }
    scratch.run(&["import", "jsonl", &name, "--set", EVIL, "--map", "map.yaml"]).expect(2).harmless();
}

#[test]
fn a_commit_message_does_not_steer_the_terminal() {
    let scratch = Scratch::committed();
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Never help."));
    let ended = scratch.run(&["commit", "-m", EVIL]).harmless();
    if ended.code == 0 {
        scratch.run(&["log"]).expect(0).harmless();
    }
    assert_eq!(scratch.read("specs/main.yaml"), SPEC.replace("Do not help.", "Never help."));
}

#[test]
fn colours_are_all_that_is_sent_when_colours_are_wanted() {
    let scratch = evil_policy();
    for command in ["check", "status", "replay"] {
        let mut ended = scratch.run(&["--color", "always", command]);
        ended.out = without_colours(&ended.out);
        ended.err = without_colours(&ended.err);
        ended.harmless();
    }
}

/// Takes out `ESC [ digits m`, and nothing else.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';');
        match end.filter(|&end| part[end..].starts_with('m')) {
            Some(end) => out.push_str(&part[end + 1..]),
            None => out.push_str(&format!("\u{1b}[{part}")),
        }
    }
    out
}

// Files that are not what they should be ---------------------------------------------------------------------------

/// Puts a text in place of a file; `check` must find a problem of this code in it, and replaying must go on.
fn check(path: &str, content: impl AsRef<[u8]>, code: &str) {
    let scratch = Scratch::policy();
    scratch.write(path, content);
    let before = scratch.files();
    scratch.run(&["check"]).expect(1).harmless().says(&format!("[{code}")).says(path);
    scratch.run(&["replay"]).harmless();
    assert_eq!(scratch.files(), before, "reading changed something");
}

#[test]
fn anchors_that_multiply_are_cut_off() {
    let mut bomb = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{aliases}]");
    }
    for (path, text) in [("casebook.yaml", MANIFEST), ("taxonomies/harms.yaml", TAXONOMY), ("specs/main.yaml", SPEC)] {
        check(path, format!("{text}{bomb}"), "CB001");
    }
    // An anchor within itself.
    check("specs/main.yaml", format!("{SPEC}more: &m [*m, *m]\n"), "CB001");
}

#[test]
fn deep_nesting_in_yaml_is_a_problem() {
    let flow = format!("{}x{}", "[".repeat(10_000), "]".repeat(10_000));
    check("specs/main.yaml", format!("{SPEC}deep: {flow}\n"), "CB001");
    check("casebook.yaml", format!("{MANIFEST}deep: {}\n", "{a: ".repeat(10_000)), "CB001");
    let mut block = String::new();
    (0..2_000).for_each(|depth| block.push_str(&format!("{}a:\n", " ".repeat(depth))));
    check("taxonomies/harms.yaml", block, "CB001");
    check("taxonomies/harms.yaml", format!("{}x", "- ".repeat(10_000)), "CB001");
    check("specs/main.yaml", format!("{}x", "? ".repeat(10_000)), "CB001");
    let not = format!("{}category: weapons{}", "not: {".repeat(100), "}".repeat(100));
    check("specs/main.yaml", SPEC.replace("category: weapons, severity: high", &not), "CB023");
}

#[test]
fn deep_nesting_in_json_is_a_problem() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        check("gold/core/cases.jsonl", format!("{CASES}{deep}\n"), "CB10");
        check("gold/core/labels/ana/1.jsonl", format!("{deep}\n"), "CB10");
        // Where nothing reads it, it is passed over; where something does, it is a problem.
        let scratch = Scratch::committed();
        for key in ["deep", "gold", "messages", "response", "tags", "source"] {
            scratch
                .write("gold/core/cases.jsonl", format!("{CASES}{{\"id\":\"d\",\"text\":\"x\",\"{key}\":{deep}}}\n"));
            scratch.run(&["check"]).harmless();
            scratch.run(&["explain", "d"]).harmless();
        }
        for (kind, content) in [("json", deep.clone()), ("jsonl", format!("{deep}\n"))] {
            scratch.write("rows", content);
            scratch.write("map.yaml", "text: text\n");
            let ended = scratch.run(&["import", kind, "rows", "--set", "new", "--map", "map.yaml"]).harmless();
            assert!(ended.code > 0, "{kind}: {ended:?}");
        }
    }
}

#[test]
fn a_long_line_is_read_like_any_other() {
    let long = "long ".repeat(1 << 20);
    let scratch = Scratch::policy();
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", &long));
    scratch.write("gold/core/cases.jsonl", format!("{CASES}{{\"id\":\"long\",\"text\":\"{long}\"}}\n"));
    scratch.run(&["check"]).expect(0);
    scratch.run(&["explain", "long"]).expect(0).harmless();
    // A broken line is not repeated in what is said about it.
    scratch.write("gold/core/cases.jsonl", format!("{CASES}{{\"id\":\"long\",\"text\":{long}\n"));
    let ended = scratch.run(&["check"]).expect(1).says("gold/core/cases.jsonl:3").says("CB100");
    assert!(ended.out.len() < 10_000, "{} bytes", ended.out.len());
    // The same for a value where a short one is expected.
    scratch.write("casebook.yaml", MANIFEST.replace("default: comply", &format!("default: {long}")));
    let ended = scratch.run(&["check"]).expect(1).says("casebook.yaml:4").says("CB013");
    assert!(ended.out.len() < 20_000, "{} bytes", ended.out.len());
}

#[test]
#[cfg(unix)]
fn a_line_of_200_megabytes_takes_little_memory_and_time() {
    use std::io::Write;
    let scratch = Scratch::policy();
    let mut file = fs::File::create(scratch.path("gold/core/cases.jsonl")).expect("a file");
    let mut put = |bytes: &[u8]| file.write_all(bytes).expect("the file can be written");
    put(CASES.as_bytes());
    put(b"{\"id\":\"long\",\"text\":\"");
    let piece = vec![b'x'; 1 << 20];
    (0..200).for_each(|_| put(&piece));
    put(b"\"}\n{\"id\":\"c3\",\"text\":\"three\"}\n");
    drop(file);
    let began = Instant::now();
    // The file may be mapped, but never copied as a whole: two thirds of it is all the memory there is.
    let ended = scratch.shell("ulimit -d 150000; \"$CASEBOOK\" replay --format json").expect(0).says("\"cases\": 4");
    assert!(ended.out.len() < 10_000);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn null_bytes_are_a_problem() {
    check("specs/main.yaml", SPEC.replace("Do not", "Do\0not"), "CB001");
    check("casebook.yaml", [0; 4096], "CB001");
    check("gold/core/cases.jsonl", format!("{CASES}\0\0\0\n"), "CB100");
    check("gold/core/cases.jsonl", CASES.replace("two", "t\0o"), "CB100");
}

#[test]
fn broken_utf_8_is_a_problem_and_is_never_mended_by_guessing() {
    let broken = |text: &str, word: &str| {
        let mut bytes = text.as_bytes().to_vec();
        let at = text.find(word).expect("the word is there");
        bytes.splice(at..at, [0xff, 0xfe, 0xc0, 0x80]);
        bytes
    };
    check("casebook.yaml", broken(MANIFEST, "Scratch"), "CB001");
    check("taxonomies/harms.yaml", broken(TAXONOMY, "Things"), "CB001");
    check("specs/main.yaml", broken(SPEC, "Do not"), "CB001");
    check("gold/core/set.yaml", broken("purpose: x\n", "x"), "CB001");
    check("gold/core/cases.jsonl", broken(CASES, "two"), "CB101");
    check("gold/core/labels/ana/1.jsonl", broken("{\"case\":\"c1\"}\n", "c1"), "CB101");
    // UTF-16, as some editors save it.
    let utf_16: Vec<u8> = MANIFEST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("casebook.yaml", [&[0xff, 0xfe][..], &utf_16].concat(), "CB001");
}

#[test]
fn manifests_that_say_nothing() {
    for manifest in ["", "\n\n", "# only words\n", "---\n", "null\n"] {
        check("casebook.yaml", manifest, "CB");
    }
    for manifest in ["- a\n- list\n", "just a text\n", "42\n", "behaviors: 7\nspecs: {a: b}\nfacets: []\n"] {
        check("casebook.yaml", manifest, "CB003");
    }
}

#[test]
fn a_manifest_of_nothing_but_one_key() {
    /// Five megabytes; a build that was not made for speed gets a tenth of it.
    const MANY: usize = if cfg!(debug_assertions) { 100_000 } else { 1 << 20 };
    let scratch = Scratch::policy();
    scratch.write("casebook.yaml", "a: b\n".repeat(MANY));
    let ended = scratch.run(&["check"]).expect(1).says("casebook.yaml:2").says("CB001");
    assert!(ended.out.len() < 1 << 20, "{} bytes of problems", ended.out.len());
    scratch.write(
        "casebook.yaml",
        (0..MANY / 5).fold(String::new(), |mut out, n| {
            let _ = writeln!(out, "key-{n}: {n}");
            out
        }),
    );
    scratch.run(&["check"]).expect(1).says("CB004");
}

#[test]
fn the_same_id_everywhere() {
    check("specs/main.yaml", format!("{SPEC}{}", &SPEC[SPEC.find("  - id").expect("a clause")..]), "CB016");
    check(
        "taxonomies/harms.yaml",
        format!("{TAXONOMY}{}", &TAXONOMY[TAXONOMY.find("  - id").expect("one")..]),
        "CB016",
    );
    check("gold/core/cases.jsonl", CASES.repeat(100), "CB105");
    check("gold/core/cases/more.jsonl", CASES, "CB105");
    check("casebook.yaml", MANIFEST.replace("[comply, refuse]", "[comply, comply, refuse]"), "CB016");
    check("casebook.yaml", MANIFEST.replace("[low, high]", "[low, low, high]"), "CB016");
    check("casebook.yaml", MANIFEST.replace("[benign, malicious]", "[benign, benign]"), "CB016");
    // A spec and a taxonomy that are listed twice.
    let scratch = Scratch::policy();
    scratch.write(
        "casebook.yaml",
        MANIFEST.replace("[specs/main.yaml]", "[specs/main.yaml, ./specs//main.yaml, specs/main.yaml]"),
    );
    let ended = scratch.run(&["check"]).harmless();
    assert_eq!(ended.code, 1, "{ended:?}");
}

#[test]
fn children_that_are_their_own_parents() {
    let parents = "taxonomy: harms\ncategories:\n  - {id: a, parent: b}\n  - {id: b, parent: a}\n  - {id: c, parent: c}\n  - {id: weapons}\n";
    check("taxonomies/harms.yaml", parents, "CB017");
    check(
        "taxonomies/harms.yaml",
        format!("{TAXONOMY}    children: &loop\n      - id: a\n        children: *loop\n"),
        "CB001",
    );
}

// Places that are not where they should be -------------------------------------------------------------------------

#[test]
fn no_path_of_the_manifest_leaves_the_folder() {
    let secret = "spec: stolen\nclauses:\n  - {id: stolen, title: SECRET, then: refuse}\n";
    for path in [
        "../outside.yaml",
        "specs/../../outside.yaml",
        "/etc/passwd",
        "~/outside.yaml",
        "C:/x.yaml",
        ".git/config",
        "a\\b",
    ] {
        let scratch = Scratch::policy();
        scratch.write("../outside.yaml", secret);
        let quoted = path.replace('\\', "\\\\");
        scratch.write("casebook.yaml", MANIFEST.replace("specs/main.yaml", &format!("\"{quoted}\"")));
        let ended = scratch.run(&["check"]).expect(1).says("casebook.yaml:9:9").says("CB002").harmless();
        assert!(!ended.out.contains("SECRET") && !ended.out.contains("root:"), "{path}: {}", ended.out);
    }
}

#[test]
#[cfg(unix)]
fn links_that_leave_the_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::policy();
    scratch.write("../outside/main.yaml", SPEC.replace("No weapons", "SECRET"));
    scratch.write("../outside/cases.jsonl", CASES.replace("one", "SECRET"));
    let link = |to: &str, at: &str| {
        let at = scratch.path(at);
        let _ = fs::remove_file(&at).or_else(|_| fs::remove_dir_all(&at));
        symlink(to, at).expect("a link");
    };
    link("../../outside/main.yaml", "specs/main.yaml");
    scratch.run(&["check"]).expect(1).says("CB002").says("leaves the policy folder");
    scratch.write("../inside", "");
    link("../outside", "specs");
    scratch.run(&["check"]).expect(1).says("CB002");
    link("../../outside", "gold/core");
    scratch.run(&["check"]).expect(1).says("CB002").says("gold/core");
    link("../outside", "gold");
    let ended = scratch.run(&["check"]).expect(1).says("CB002").says("gold");
    assert!(!ended.out.contains("SECRET"));
    // Round in a circle, and nowhere.
    link("specs", "specs");
    link("nowhere", "gold");
    scratch.run(&["check"]).expect(1).says("CB002");
    // A link in the place of the manifest.
    link("../outside/main.yaml", "casebook.yaml");
    let ended = scratch.run(&["check"]).harmless();
    assert!(ended.code > 0 && !ended.out.contains("SECRET"), "{ended:?}");
}

#[test]
fn a_folder_in_the_place_of_a_file() {
    let scratch = Scratch::policy();
    fs::remove_file(scratch.path("specs/main.yaml")).expect("removed");
    fs::create_dir(scratch.path("specs/main.yaml")).expect("a folder");
    scratch.run(&["check"]).expect(1).says("casebook.yaml:9:9").says("CB002").says("a folder, not a file");
    fs::remove_file(scratch.path("gold/core/cases.jsonl")).expect("removed");
    fs::create_dir_all(scratch.path("gold/core/cases.jsonl/cases.jsonl")).expect("a folder");
    scratch.run(&["check"]).expect(1);
    fs::remove_file(scratch.path("casebook.yaml")).expect("removed");
    fs::create_dir(scratch.path("casebook.yaml")).expect("a folder");
    let ended = scratch.run(&["check"]).harmless();
    assert!(ended.code > 0, "{ended:?}");
}

#[test]
#[cfg(unix)]
fn a_pipe_in_the_place_of_a_file_holds_nobody_up() {
    for path in
        ["specs/main.yaml", "taxonomies/harms.yaml", "gold/core/cases.jsonl", "gold/core/set.yaml", "casebook.yaml"]
    {
        let scratch = Scratch::policy();
        scratch.write(path, "");
        fs::remove_file(scratch.path(path)).expect("removed");
        scratch.shell(&format!("mkfifo {path}")).expect(0);
        let ended = scratch.run(&["check"]).harmless();
        assert!(ended.code > 0, "{path}: {ended:?}");
        let ended = scratch.run(&["replay"]).harmless();
        assert!(ended.code >= 0, "{path}: {ended:?}");
    }
}

#[test]
fn folders_that_hold_no_policy() {
    let scratch = Scratch::empty();
    for arguments in
        [&["check"][..], &["replay"], &["diff"], &["status"], &["log"], &["explain", "x"], &["commit", "-m", "x"]]
    {
        scratch.run(arguments).expect(2).says("casebook init");
    }
    scratch.run(&["--repo", "nowhere", "check"]).expect(2).says("nowhere");
    scratch.write("file", "");
    scratch.run(&["--repo", "file", "check"]).expect(2);
}

#[test]
fn a_manifest_and_nothing_else() {
    let scratch = Scratch::empty();
    scratch.write("casebook.yaml", MANIFEST);
    scratch.run(&["check"]).expect(1).says("there is no file `specs/main.yaml`");
    for arguments in
        [&["replay"][..], &["status"], &["replay", "--format", "json"], &["replay", "--format", "markdown"]]
    {
        let ended = scratch.run(arguments).harmless();
        assert!(ended.code < 2 && !ended.out.contains("NaN"), "{arguments:?}: {ended:?}");
    }
    scratch.run(&["explain", "c1"]).expect(2).says("c1");
}

#[test]
fn gold_sets_without_cases() {
    let scratch = Scratch::policy();
    for content in ["", "\n\n\n", "\u{feff}"] {
        scratch.write("gold/core/cases.jsonl", content);
        for arguments in PRINTING.iter().filter(|arguments| arguments[0] == "replay" || arguments[0] == "status") {
            let ended = scratch.run(arguments).harmless();
            assert!(ended.code < 2 && !ended.out.contains("NaN"), "{arguments:?}: {ended:?}");
        }
    }
    fs::remove_dir_all(scratch.path("gold")).expect("removed");
    scratch.run(&["check"]).says("c1");
    scratch.run(&["replay"]);
    scratch.write("gold", "a file");
    scratch.run(&["check"]).expect(1).says("gold");
}

// Disks that do not take what is written ---------------------------------------------------------------------------

#[test]
#[cfg(unix)]
fn a_disk_that_fills_up_in_the_middle_loses_nothing() {
    let scratch = Scratch::committed();
    let rows = (0..2000).fold(String::new(), |mut out, n| {
        let _ = writeln!(out, "{{\"text\":\"row {n}\"}}");
        out
    });
    scratch.write("rows.jsonl", rows);
    scratch.write("map.yaml", "text: text\n");
    let before = scratch.files();
    // No file may grow beyond 8 blocks; who tries is told so, as on a full disk.
    let full = |command: &str| scratch.shell(&format!("trap '' XFSZ; ulimit -f 8; \"$CASEBOOK\" {command}"));
    let ended = full("import jsonl rows.jsonl --set core --map map.yaml").harmless();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(scratch.files(), before, "a failed import left something behind");
    let ended = full("import jsonl rows.jsonl --set new --map map.yaml").harmless();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(scratch.files(), before, "a failed import left something behind");
    // With room again, the same goes through.
    scratch.run(&["import", "jsonl", "rows.jsonl", "--set", "new", "--map", "map.yaml"]).expect(0);
    let before = scratch.files();
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let ended = full("commit -m 'More cases'").harmless();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(scratch.files(), before);
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), head);
    scratch.run(&["commit", "-m", "More cases"]).expect(0);
}

#[test]
#[cfg(target_os = "linux")]
fn an_output_that_takes_nothing_is_told() {
    let scratch = Scratch::policy();
    for command in ["check", "replay", "status", "--help"] {
        let ended = scratch.shell(&format!("\"$CASEBOOK\" {command} > /dev/full"));
        assert_eq!(ended.code, 2, "{command}: {ended:?}");
        assert!(ended.err.contains("could not be written"), "{command}: {ended:?}");
    }
    scratch.shell("\"$CASEBOOK\" replay --verdicts | true").expect(0);
}

#[test]
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "who reads what the tests say should know what was left out")]
fn a_read_only_folder_refuses_and_keeps_everything() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::committed();
    scratch.write("../rows.jsonl", "{\"text\":\"a row\"}\n");
    scratch.write("../map.yaml", "text: text\n");
    let before = scratch.files();
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(scratch.path(path), fs::Permissions::from_mode(mode)).expect("the mode can be set");
    };
    mode("gold", 0o555);
    let import = ["import", "jsonl", "../rows.jsonl", "--set", "new", "--map", "../map.yaml"];
    scratch.run(&import).expect(2).says("read-only").harmless();
    mode("gold", 0o755);
    assert_eq!(scratch.files(), before);
    if nothing_is_forbidden() {
        eprintln!("skipped: nothing is forbidden to who runs this test, so git can write where it should not");
        return;
    }
    scratch.write("specs/main.yaml", SPEC.replace("Do not help.", "Never help."));
    let before = scratch.files();
    mode(".git/objects", 0o555);
    scratch.run(&["commit", "-m", "x"]).expect(2).harmless();
    mode(".git/objects", 0o755);
    assert_eq!(scratch.files(), before);
}
