//! Work that somebody waits for: it is seen on top while it goes on, and Esc stops it.

use super::{CASES, HARMS, MANIFEST, SPEC};
use crate::tui::components::message::Severity;
use crate::tui::inbox::Incoming;
use crate::tui::jobs::Kind;
use crate::tui::model::{Finish, Model};
use crate::tui::testing::desk::{Desk, Made, repository};
use crate::tui::testing::keys;
use crate::tui::{fixes, time};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// Two versions of a policy with a case that is decided wrongly.
fn open() -> Desk {
    let first: Vec<(&str, String)> = [
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", SPEC),
        ("gold/core/cases.jsonl", CASES),
    ]
    .map(|(path, text)| (path, text.to_owned()))
    .into();
    let second = [("specs/s.yaml", SPEC.replace("then: refuse\n  - id", "then: comply\n  - id"))];
    let versions: [Made<'_>; 2] = [("Begin", "Ana", &first), ("Let weapons through", "Lee", &second)];
    Desk::open(repository(&versions))
}

/// Takes every thread that jobs run on, until what is given is dropped: what is asked for meanwhile has to wait.
fn hold_up(desk: &mut Desk) -> Vec<Sender<()>> {
    let mut held = Vec::new();
    for kind in ["journal-one", "journal-two", "journal-three"] {
        let (go, wait) = channel::<()>();
        let (begun, is_begun) = channel();
        desk.app.jobs.run(kind, "", move |_| {
            begun.send(()).unwrap_or_default();
            // The other end is dropped.
            wait.recv_timeout(PATIENCE).unwrap_or_default();
            Box::new(|_: &mut Model| {}) as Finish
        });
        is_begun.recv_timeout(PATIENCE).expect("a thread for each");
        held.push(go);
    }
    held
}

/// Presses keys without waiting for what they set off.
fn press(desk: &mut Desk, notation: &str) {
    desk.app.update(Incoming::Input(keys(notation)));
}

/// Long work of this kind, somewhere in the middle: it ends when it hears that it is stopped, or is told to. Gives what tells it
/// to, and what hears that it ended.
fn begin(desk: &mut Desk, kind: Kind, title: &str) -> (Sender<()>, std::sync::mpsc::Receiver<bool>) {
    let (go, told) = channel::<()>();
    let (ended, end) = channel();
    desk.app.model.work(kind, title, move |job| {
        job.progress(3, 10);
        while !job.is_cancelled() && told.recv_timeout(Duration::from_millis(1)).is_err() {}
        ended.send(job.is_cancelled()).unwrap_or_default();
        Box::new(|model: &mut Model| model.say(Severity::Hint, "It came to its end.")) as Finish
    });
    desk.app.answer_asks();
    // It says how far it is. The screen hears of other things as well, such as files that were written.
    while desk.app.jobs.running().iter().all(|job| job.done < 3) {
        desk.inbox.next().into_iter().for_each(|incoming| desk.app.update(incoming));
    }
    (go, end)
}

#[test]
fn what_is_waited_for_stands_on_top_with_how_far_it_is() {
    for kind in [fixes::KIND, time::KIND] {
        for columns in [80, 120, 200] {
            let mut desk = open();
            let (go, end) = begin(&mut desk, kind, "trying edits");
            let top = desk.whole(columns, 24).lines().take(2).collect::<Vec<_>>().join("\n");
            assert!(top.contains("trying edits · Esc stops") && top.contains("3 of 10"), "{top}");
            // The screen is there for anything else meanwhile.
            press(&mut desk, "2 j");
            desk.check(&["CLAUSES", "trying edits · Esc stops"], &[]);
            go.send(()).unwrap();
            assert_eq!(end.recv_timeout(PATIENCE), Ok(false));
            desk.settle();
            desk.check(&["It came to its end."], &["trying edits"]);
        }
    }
}

#[test]
fn esc_stops_it_and_what_it_found_is_thrown_away() {
    for kind in [fixes::KIND, time::KIND] {
        let mut desk = open();
        let (_go, end) = begin(&mut desk, kind, "reading the past");
        press(&mut desk, "esc");
        desk.check(&["Stopped: reading the past."], &["Esc stops"]);
        assert_eq!(end.recv_timeout(PATIENCE), Ok(true), "the work hears of it");
        assert!(!desk.app.is_busy());
        // Once more goes back as ever; nothing is left to stop.
        press(&mut desk, "esc");
        desk.check(&[], &["It came to its end.", "Stopped"]);
    }
}

/// Keys that reach the place, and the key that sets the work off there.
const PLACES: &[(&str, &str, &str)] = &[
    ("3 o", "F", "trying edits"),
    ("3 o enter", "F", "trying edits"),
    ("3 o", "T", "reading the past"),
    ("3 o enter", "T", "reading the past"),
    ("2", "T", "reading the past"),
    ("2 # j", "T", "reading the past"),
    ("5 j enter o o tab", "T", "reading the past"),
    ("5 j enter o #", "T", "reading the past"),
];

#[test]
fn esc_stops_it_wherever_it_was_asked_for_and_before_anything_is_closed() {
    for (way, key, title) in PLACES {
        let mut desk = open();
        desk.press(way);
        let before = desk.seen(120, 44);
        let held = hold_up(&mut desk);
        press(&mut desk, key);
        assert!(desk.shows(&format!("{title} · Esc stops")), "{way} {key}: {}", desk.whole(120, 44));
        press(&mut desk, "esc");
        desk.check(&[&format!("Stopped: {title}.")], &["Esc stops"]);
        drop(held);
        desk.settle();
        let after = desk.seen(120, 44);
        let body = |seen: &str| seen.lines().take(20).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(body(&before), body(&after), "{way} {key}");
        // Asked for again it comes to its end.
        desk.press(key).check(&["Esc back"], &[&format!("{title} · Esc stops")]);
    }
}

#[test]
fn asked_for_twice_it_runs_once() {
    let mut desk = open();
    desk.press("2");
    let held = hold_up(&mut desk);
    press(&mut desk, "T T");
    drop(held);
    desk.settle();
    desk.check(&["Which commits changed what no-weapons decides"], &[]);
    desk.press("esc").check(&[], &["Which commits changed"]);
}
