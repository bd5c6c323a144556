//! Policy, keys, screen; on git repositories, with the whole app around.

use crate::replay::flip::FlipKind;
use crate::replay::gates::GateStatus;
use crate::tui::command::Command;
use crate::tui::event::{Event, Mouse, MouseKind};
use crate::tui::model::Base;
use crate::tui::testing::desk::{Desk, Made, put, repository};
use crate::tui::testing::{keys, squeeze};
use crate::workspace::Workspace;
use std::fs;
use tempfile::TempDir;

const MANIFEST: &str = "\
casebook: 1
name: Small policy
behaviors: [comply, safe-complete, refuse]
default: comply
severities: [low, medium, high]
specs: [specs/main.yaml]
gates:
  regressions: {max: 1}
";

const HARMS: &str = "\
taxonomy: harms
categories:
  - id: weapons
    title: Weapons
    children:
      - id: bio-weapons
        title: Biological weapons
  - id: cyber
    title: Cyber attacks
";

const SPEC: &str = "\
spec: main
clauses:
  - id: bio-uplift
    title: No uplift
    text: |
      Do not give steps that bring a reader closer to a biological agent.
    when:
      category: bio-weapons
      severity: \">= medium\"
    then: refuse
  - id: cyber-help
    title: Care with attacks on computers
    when: {category: cyber, severity: \">= high\"}
    then: safe-complete
";

fn case(id: &str, category: &str, severity: &str, behavior: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"text\":\"A question.\",\"gold\":{{\"harms\":[{{\"category\":\"{category}\",\
         \"severity\":\"{severity}\"}}],\"behavior\":\"{behavior}\"}}}}\n"
    )
}

fn cases() -> String {
    [
        case("bio-0001", "bio-weapons", "high", "refuse"),
        case("bio-0002", "bio-weapons", "medium", "refuse"),
        case("bio-0003", "bio-weapons", "medium", "comply"),
        case("cyb-0001", "cyber", "high", "safe-complete"),
        case("cyb-0002", "cyber", "low", "comply"),
    ]
    .concat()
}

fn stricter() -> String {
    SPEC.replace(">= medium", ">= high").replace("steps that bring a reader", "precise steps that bring anybody")
}

fn first() -> Vec<(&'static str, String)> {
    vec![
        ("casebook.yaml", MANIFEST.into()),
        ("taxonomies/harms.yaml", HARMS.into()),
        ("specs/main.yaml", SPEC.into()),
        ("gold/core/cases.jsonl", cases()),
    ]
}

/// Opens the screen.
fn open(home: TempDir, before: impl FnOnce(&mut Workspace)) -> Desk {
    let mut desk = Desk::prepared(home, before);
    desk.press(Command::Review.entry().keys[0].1);
    desk
}

/// One commit, and an edit of the spec that is not saved.
fn edited() -> Desk {
    open(repository(&[("Begin", "Ana", &first())]), |workspace| {
        workspace.set_text("raise", "specs/main.yaml", &stricter(), None).unwrap();
    })
}

#[test]
fn what_is_not_saved_yet_is_read_four_ways() {
    let mut desk = edited();
    for (reading, name) in [("", "structure"), ("o", "decisions"), ("o", "outcomes"), ("o", "text")] {
        desk.press(reading);
        for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), desk.seen(columns, rows));
        }
    }
}

#[test]
fn a_commit_is_compared_with_its_parent() {
    let second = [("specs/main.yaml", stricter()), ("gold/core/cases.jsonl", cases().replace("comply", "refuse"))];
    let mut desk = open(repository(&[("Begin", "Ana", &first()), ("Raise it", "Lee", &second)]), |_| {});
    desk.expect("HEAD…working tree no difference");
    desk.press("j enter");
    desk.expect("by Lee, 1 commit");
    insta::assert_snapshot!("commit_80x24", desk.seen(80, 24));
    desk.press("o o");
    insta::assert_snapshot!("commit_outcomes_120x40", desk.seen(120, 40));
    // The first version has nothing before it.
    desk.press("j enter o o");
    desk.expect("There is nothing to compare with");
    desk.press("esc");
    desk.expect("HEAD…working tree no difference");
}

#[test]
fn any_two_versions_are_compared() {
    let second = [("specs/main.yaml", stricter())];
    let third = [("taxonomies/harms.yaml", HARMS.replace("Cyber attacks", "Attacks on computers"))];
    let versions: [Made<'_>; 3] = [("Begin", "Ana", &first()), ("Raise it", "Lee", &second), ("Rename", "Ana", &third)];
    let mut desk = open(repository(&versions), |_| {});
    desk.line("base HEAD~2");
    desk.expect("HEAD~2…working tree 1 clause edited · 1 category edited by Ana and Lee, 2 commits");
    desk.line("head HEAD~1");
    desk.expect("HEAD~2…HEAD~1 1 clause edited by Lee, 1 commit");
    desk.line("base HEAD");
    desk.expect("HEAD…HEAD~1");
    desk.line("head nonsense");
    desk.expect("`nonsense` is not a revision");
    // `H` offers what there is.
    desk.press("H");
    desk.expect("the files as you work on them");
    desk.write("worktree");
    desk.press("enter");
    desk.expect("HEAD~2…working tree");
}

#[test]
fn hostile_messages_are_shown_and_never_sent() {
    let message = "Widen\u{1b}[31m it \u{202e}now\n\nBe\u{1b}]0;x\u{7}cause.\n\nPolicy-Replay: 1\u{1b}[2J fixed";
    let second = [("specs/main.yaml", stricter())];
    let mut desk = open(repository(&[("Begin", "Ana", &first()), (message, "L\u{1b}ee", &second)]), |_| {});
    for pressed in ["", "j enter", "enter"] {
        desk.press(pressed);
        let seen = desk.seen(120, 40);
        assert!(!seen.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{seen}");
        assert!(seen.contains("Widen␛[31m"), "{seen}");
    }
    desk.expect("Be␛]0;x␇cause.");
}

#[test]
fn readings_are_chosen_with_the_mouse() {
    let mut desk = edited();
    let seen = desk.seen(120, 40);
    let (row, line) = seen.lines().enumerate().find(|(_, line)| line.contains("outcomes")).unwrap();
    let column = line[..line.find("outcomes").unwrap()].chars().count();
    let mouse = Mouse { kind: MouseKind::Press, column: column as u16, row: row as u16 + 3 };
    desk.send(vec![Event::Mouse(mouse)]);
    desk.expect("agreement");
}

#[test]
fn files_and_changes_lead_to_their_places() {
    let mut desk = edited();
    // The file on the left leads to its text.
    desk.press("j enter");
    desk.expect("[ text 1 ]");
    desk.expect("── specs/main.yaml ──");
    // A change of a clause leads to the clause, a flip to the case.
    desk.press("o enter");
    desk.expect("bio-uplift");
    assert!(!desk.shows("VERSIONS"), "still on the same screen");
    let review = Command::Review.entry().keys[0].1;
    desk.press(review);
    desk.press("o o enter");
    assert!(!desk.shows("VERSIONS"));
    desk.expect("bio-0002");
}

#[test]
fn regions_open_to_what_is_behind_and_within_them() {
    let mut desk = edited();
    desk.press("tab o");
    desk.expect("1 region");
    desk.press("enter");
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        insta::assert_snapshot!(format!("region_{columns}x{rows}"), desk.seen(columns, rows));
    }
    // A case leads to the case, a clause to the clause, an edit to its place.
    let review = Command::Review.entry().keys[0].1;
    for (walk, expect) in [("G enter", "bio-0003"), ("G k k enter", "No uplift"), ("g j j enter", "No uplift")] {
        desk.press(walk);
        assert!(!desk.shows("VERSIONS"), "{walk}");
        desk.expect(expect);
        desk.press(review);
    }
    // Where it is leads to all that is said of it.
    desk.press("g j enter");
    desk.expect("The region");
    desk.expect("clause  bio-uplift → default");
    desk.press("esc");
    // What is folded again shows its region only.
    desk.press("g enter");
    assert!(!desk.shows("core/bio-0003"));
}

#[test]
fn what_is_marked_as_meant_is_told_from_the_rest_and_committed() {
    let looser = stricter().replace("severity: \">= high\"}", "severity: \">= medium\"}");
    let mut desk = open(repository(&[("Begin", "Ana", &first())]), |workspace| {
        workspace.set_text("raise", "specs/main.yaml", &looser, None).unwrap();
    });
    desk.press("o m");
    desk.expect("first: what is marked is in the other pane");
    desk.press("tab");
    desk.expect("in 2 regions");
    desk.press("m");
    desk.expect("collateral: nobody declared it, 2 points in 1 region");
    desk.expect("meant, 2 points in 1 region");
    for (columns, rows) in [(80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("meant_{columns}x{rows}"), desk.seen(columns, rows));
    }
    // A flip in what is meant is meant as well, and need not be marked by itself.
    desk.press("o");
    desk.expect("bio-uplift → (default) meant");
    desk.press("g m");
    assert_eq!(desk.app.model().intents.len(), 1);
    desk.press("c");
    desk.press("ctrl-s");
    let log = desk.app.model().log.clone();
    let intents: Vec<&str> =
        log[0].trailers.iter().filter(|t| t.key == "Policy-Intent").map(|t| t.value.as_str()).collect();
    assert_eq!(intents.len(), 1);
    assert!(intents[0].contains(" → ") && intents[0].contains(" where category: "), "{intents:?}");
    assert_eq!(desk.app.model().intents, [] as [String; 0]);
    // What a commit declared is told from the rest wherever it is looked at.
    desk.press("esc j enter o o o");
    desk.expect("meant, 2 points in 1 region");
}

#[test]
fn what_is_marked_and_not_committed_is_there_again_after_a_restart() {
    let repo = repository(&[("Begin", "Ana", &first())]);
    put(&repo, "specs/main.yaml", &stricter());
    let mut desk = open(repo, |_| {});
    desk.press("tab o m");
    assert_eq!(desk.app.model().intents.len(), 1);
    let marked = desk.app.model().intents.clone();
    let mut desk = open(desk.killed(), |_| {});
    assert_eq!(desk.app.model().intents, marked);
    desk.press("tab o");
    desk.expect("meant, 2 points in 1 region");
    // Taken back, it does not come again.
    desk.press("j m");
    let desk = open(desk.killed(), |_| {});
    assert_eq!(desk.app.model().intents, [] as [String; 0]);
}

#[test]
fn a_mark_that_nothing_changes_as_any_more_is_told_and_not_committed() {
    let repo = repository(&[("Begin", "Ana", &first())]);
    put(&repo, "specs/main.yaml", &stricter());
    let mut desk = open(repo, |_| {});
    desk.press("tab o m");
    let marked = desk.app.model().intents.clone();
    assert_eq!(marked.len(), 1);
    desk.check(&["meant, 2 points in 1 region"], &["nothing changes so any more"]);
    // The edit becomes another one: from refuse to safe-complete, not to comply.
    put(&desk.home, "specs/main.yaml", &SPEC.replace("then: refuse", "then: safe-complete"));
    desk.press("f5");
    desk.expect(&format!("marked, but nothing changes so any more, and a commit leaves it out: {}", marked[0]));
    desk.expect("collateral: nobody declared it");
    // What is marked beside it is committed alone.
    // On a heading, the mark is for all below it.
    desk.press("m c c");
    let (from_to, place) = marked[0].split_once(" where ").unwrap();
    desk.expect(&format!("nothing changes so, and it is left out: {from_to} where"));
    desk.expect(place);
    desk.press("ctrl-s");
    let log = desk.app.model().log.clone();
    let intents: Vec<&str> =
        log[0].trailers.iter().filter(|t| t.key == "Policy-Intent").map(|t| t.value.as_str()).collect();
    assert!(matches!(intents[..], [one] if one.starts_with("refuse → safe-complete where ")), "{intents:?}");
    assert_eq!(desk.app.model().intents, [] as [String; 0]);
}

#[test]
fn a_mark_stays_while_its_edit_is_taken_back_and_made_again() {
    let mut desk = edited();
    desk.press("tab o m u");
    desk.check(&["both versions decide all", "nothing changes so any more"], &[]);
    desk.press("U");
    desk.check(&["meant, 2 points in 1 region"], &["nothing changes so any more"]);
}

#[test]
fn both_versions_stand_side_by_side_in_a_grid() {
    let mut desk = edited();
    desk.press("#");
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        insta::assert_snapshot!(format!("grid_{columns}x{rows}"), desk.seen(columns, rows));
    }
    // It begins at what changed, which is folded: unfolded, weapons alone did not change, its child did, and is selected.
    desk.expect("weapons and below, severity medium");
    desk.expect("changed 2 points: comply 50.0 % → 100 %, refuse 50.0 % → 0 %");
    desk.press("space");
    desk.expect("bio-weapons, severity medium");
    // The only one there is: on and back lead to it from anywhere.
    desk.press("home .").expect("bio-weapons, severity medium");
    desk.press("end ,").expect("bio-weapons, severity medium");
    desk.expect("before refuse");
    desk.expect("after comply");
    desk.expect("core/bio-0002, core/bio-0003");
    insta::assert_snapshot!("grid_cell_120x40", desk.seen(120, 40));
    // A cell opens to its clause and its cases.
    desk.press("enter");
    desk.expect("clause bio-uplift");
    desk.press("enter");
    assert!(!desk.shows("VERSIONS"));
    let review = Command::Review.entry().keys[0].1;
    desk.press(review);
    desk.press("esc");
    desk.expect("2 of 25 points changed");
}

#[test]
fn the_policy_at_hand_stands_in_a_grid_on_spec() {
    let mut desk = edited();
    desk.press(Command::Spec.entry().keys[0].1);
    desk.press("#");
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        insta::assert_snapshot!(format!("spec_grid_{columns}x{rows}"), desk.seen(columns, rows));
    }
    desk.press("* G right right right");
    desk.expect("cyber, severity unknown");
    desk.press("left enter");
    desk.expect("clause cyber-help");
    // The clauses are not edited while they are hidden.
    desk.press("esc d esc");
    desk.expect("CLAUSES");
}

#[test]
fn versions_that_decide_alike_are_said_to() {
    let reworded = SPEC.replace("steps that bring", "precise steps that bring");
    let mut desk = open(
        repository(&[("Begin", "Ana", &first()), ("Say it better", "Lee", &[("specs/main.yaml", reworded)])]),
        |_| {},
    );
    desk.press("j enter o");
    desk.expect("both versions decide all");
    desk.expect("points alike: proven, none left out");
}

#[test]
fn a_commit_is_made_with_what_the_replay_found() {
    let mut desk = edited();
    desk.press("c");
    insta::assert_snapshot!("commit_prompt_80x24", desk.seen(80, 24));
    desk.expect("Saved first: specs/main.yaml");
    desk.write(" again");
    desk.press("ctrl-s");
    let (status, log) = (desk.app.model().status.clone().unwrap(), desk.app.model().log.clone());
    assert_eq!((log.len(), status.files.len()), (2, 0), "{:?}", desk.seen(120, 40));
    assert_eq!(log[0].subject, "Change severity and text of bio-uplift again");
    assert_eq!(log[0].trailers[0].value, "1 fixed, 1 regressed of 5");
    let replay = desk.app.model().replay.clone().unwrap();
    assert_eq!(FlipKind::ALL.map(|kind| replay.count(kind)), [0, 0, 0]);
    desk.expect(&format!("Committed {} on main", log[0].id.short()));
    desk.press("esc");
    desk.expect("HEAD…working tree no difference");
}

#[test]
fn the_first_commit_begins_the_policy() {
    let home = repository(&[]);
    first().iter().for_each(|(path, text)| put(&home, path, text));
    let mut desk = open(home, |_| {});
    desk.expect("nothing is committed yet");
    desk.press("c");
    desk.expect("First commit, to main");
    desk.expect("Begin Small policy");
    desk.press("alt-enter");
    assert_eq!(desk.app.model().log[0].subject, "Begin Small policy");
    assert!(matches!(desk.app.model().base, Base::Version(_)));
}

#[test]
fn failing_gates_are_asked_about_and_told_in_the_commit() {
    let looser = SPEC.replace("then: refuse", "then: comply");
    let mut desk = open(repository(&[("Begin", "Ana", &first())]), |_| {});
    put(&desk.home, "specs/main.yaml", &looser);
    desk.press("f5 c");
    desk.expect("gate regressions fails: 2 > 1");
    // Enter alone is the harmless answer.
    desk.press("enter c c");
    desk.expect("Policy-Gates: failing: regressions");
    desk.press("ctrl-s");
    assert!(desk.app.model().log[0].trailers.iter().any(|trailer| trailer.key == "Policy-Gates"));
}

#[test]
fn new_errors_stand_in_the_way() {
    let mut desk = open(repository(&[("Begin", "Ana", &first())]), |workspace| {
        workspace.set_text("x", "specs/main.yaml", &SPEC.replace("category: cyber", "category: cider"), None).unwrap();
    });
    desk.press("c");
    desk.expect("Not committed: 1 new error");
    desk.expect("`cider`");
    desk.press("esc");
    assert_eq!(desk.app.model().log.len(), 1);
}

#[cfg(unix)]
#[test]
fn what_a_hook_says_is_shown_in_full_and_the_message_kept() {
    use std::os::unix::fs::PermissionsExt;
    let mut desk = edited();
    let hook = desk.file(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = "#!/bin/sh\necho 'first line'\nprintf 'not \\033[31mnow\\n'\nexit 1\n";
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    desk.press("c");
    desk.write("!");
    desk.press("ctrl-s");
    desk.expect("first line");
    desk.expect("not ␛[31mnow");
    assert_eq!(desk.app.model().log.len(), 1);
    fs::write(&hook, "#!/bin/sh\necho well done\n").unwrap();
    desk.press("esc c");
    desk.expect("bio-uplift!");
    desk.press("ctrl-s");
    desk.expect("well done");
    assert_eq!(desk.app.model().log.len(), 2);
}

#[test]
fn what_prevents_a_commit_is_said_with_the_way_out() {
    let check = |prepare: &dyn Fn(&TempDir), expect: &str| {
        let home = repository(&[("Begin", "Ana", &first())]);
        prepare(&home);
        let mut desk = open(home, |workspace| {
            workspace.set_text("raise", "specs/main.yaml", &stricter(), None).unwrap();
        });
        desk.press("c");
        desk.send(keys("ctrl-s").into_iter().filter(|_| expect.contains("user.name")).collect());
        desk.expect(expect);
    };
    check(&|home| fs::remove_dir_all(home.path().join("p/.git")).unwrap(), "git init");
    check(
        &|home| fs::write(home.path().join("p/.git/MERGE_HEAD"), format!("{}\n", "0".repeat(40))).unwrap(),
        "git merge --abort",
    );
    check(
        &|home| fs::write(home.path().join(".gitconfig"), "[user]\nuseConfigOnly = true\n").unwrap(),
        "git config --global user.name",
    );
    let mut desk = open(repository(&[("Begin", "Ana", &first())]), |_| {});
    desk.press("c");
    desk.expect("nothing differs from the last commit");
}

#[test]
fn files_that_change_meanwhile_are_looked_at_again() {
    let mut desk = edited();
    desk.press("c");
    put(&desk.home, "specs/main.yaml", &stricter().replace("then: refuse", "then: safe-complete"));
    desk.press("ctrl-s");
    desk.expect("The files changed meanwhile");
    assert_eq!(desk.app.model().log.len(), 1);
}

#[test]
fn no_size_is_too_small() {
    let mut desk = edited();
    for pressed in ["", "#", "#", "o", "o", "o", "tab", "c"] {
        desk.press(pressed);
        squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
    }
}

/// Three commits: the clause is narrowed, its words are polished, another clause takes some of it away.
fn aged() -> TempDir {
    let second = [("specs/main.yaml", stricter())];
    let third = [("specs/main.yaml", stricter().replace("title: No uplift", "title: No uplift at all"))];
    let ahead =
        "clauses:\n  - id: research\n    when: {category: bio-weapons, severity: high}\n    then: safe-complete\n";
    let fourth = [("specs/main.yaml", third[0].1.replace("clauses:\n", ahead))];
    let versions: [Made<'_>; 4] = [
        ("Begin", "Ana", &first()),
        ("Raise it", "Lee", &second),
        ("Polish", "Ana", &third),
        ("Put research ahead", "Kim", &fourth),
    ];
    repository(&versions)
}

#[test]
fn the_past_of_a_case_is_read_from_where_it_is_selected() {
    let mut desk = Desk::open(aged());
    desk.line("replay").press("o o o j");
    desk.check(&["bio-0002"], &[]);
    desk.press("T");
    for (columns, rows) in [(80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("time_of_case_{columns}x{rows}"), desk.whole(columns, rows));
    }
    // A commit opens against what it follows on.
    desk.press("enter");
    desk.expect("by Lee, 1 commit");
    desk.expect("regressed");
    // From the flip on Review as well.
    desk.press("T");
    desk.expect("core/bio-0002 over time: comply by default");
    desk.press("esc esc esc");
    desk.expect("HEAD…working tree no difference");
}

#[test]
fn a_step_opens_at_the_case_that_it_is_about() {
    let mut desk = Desk::open(aged());
    desk.line("replay").press("o o o j j");
    desk.check(&["bio-0003"], &[]);
    desk.press("T");
    desk.expect("core/bio-0003 over time");
    desk.press("enter");
    desk.expect("by Lee, 1 commit");
    desk.expect("fixed");
    // Another case flips as well, and stands first.
    desk.press("T");
    desk.expect("core/bio-0003 over time");
}

#[test]
fn an_edit_that_is_not_committed_is_part_of_the_past() {
    let mut desk = Desk::prepared(aged(), |workspace| {
        let text = SPEC.replace(">= medium", ">= low");
        workspace.set_text("widen", "specs/main.yaml", &text, None).unwrap();
    });
    desk.line("replay").press("o o o j T");
    desk.check(&["core/bio-0002 over time: refuse by bio-uplift", "edits that are not committed"], &[]);
    desk.press("enter");
    desk.expect("HEAD…working tree");
    desk.expect("fixed");
}

#[test]
fn the_past_of_a_clause_is_what_it_decided() {
    let mut desk = Desk::open(aged());
    desk.line("spec").press("j");
    desk.check(&["bio-uplift"], &[]);
    desk.press("T");
    for (columns, rows) in [(80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("time_of_clause_{columns}x{rows}"), desk.whole(columns, rows));
    }
    desk.check(&["Put research ahead", "Raise it", "Begin"], &["Polish"]);
    desk.press("enter");
    desk.expect("by Kim, 1 commit");
    desk.expect("refuse → safe-complete");
}

#[test]
fn a_cell_of_the_grid_has_a_past() {
    let mut desk = Desk::open(aged());
    desk.line("spec").press("# *");
    desk.press("j l l enter");
    desk.check(&["bio-weapons, severity high", "over time"], &[]);
    desk.press("pagedown enter");
    desk.check(&["Which commits changed bio-weapons, severity high", "Put research ahead"], &["Raise it"]);
    desk.press("esc T");
    desk.check(&["refuse → safe-complete at 2 points of the cell", "clause `research` added"], &[]);
    desk.press("enter");
    desk.expect("by Kim, 1 commit");
}

#[test]
fn what_nobody_declared_is_measured_while_edits_are_made() {
    let manifest = MANIFEST.replace("regressions: {max: 1}", "collateral_flips: {max: 0}");
    let mut files = first();
    files[0].1 = manifest;
    let looser = stricter().replace("severity: \">= high\"}", "severity: \">= medium\"}");
    let mut desk = open(repository(&[("Begin", "Ana", &files)]), |workspace| {
        workspace.set_text("raise", "specs/main.yaml", &looser, None).unwrap();
    });
    let status = |desk: &Desk| desk.app.model().replay.as_ref().unwrap().gates[0].clone();
    assert_eq!(status(&desk).value, None);
    desk.press("tab o m");
    let held = status(&desk);
    assert!(held.value.is_some() && held.counts.1 > 0, "{held:?}");
    // The mark is taken back where it was made.
    desk.press("m");
    assert_eq!(status(&desk).value, None);
    // What is left over comes first: marked as well, nothing is collateral.
    desk.press("m g m");
    assert_eq!((status(&desk).value, status(&desk).status), (Some(0.0), GateStatus::Pass));
}
