//! A sealed round from end to end: three labelers in clones of their own, one of whom cheats.

mod support;

use casebook::policy::record::{canonical, content_id};
use casebook::policy::round::{Commitment, commitment, from_hex};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};
use support::{Ended, Scratch};

const LABELERS: [&str; 3] = ["ana", "bo", "cy"];

struct Round {
    /// Where the round was opened, and where everything comes together.
    main: Scratch,
    clones: Vec<PathBuf>,
}

impl Round {
    /// A round that everybody labeled; all commitments are merged.
    fn labeled() -> Round {
        let main = Scratch::committed();
        let new =
            ["round", "new", "r1", "--set", "core", "--labelers", "ana,bo,cy", "--overlap", "3", "--blind", "sealed"];
        main.run(&new).expect(0);
        main.commit("Open a round");
        let clones: Vec<PathBuf> = LABELERS.iter().map(|who| main.home().join(who)).collect();
        let mut round = Round { main, clones };
        for (at, who) in LABELERS.iter().enumerate() {
            let dir = round.dir(at);
            round.main.git(&["clone", "-q", ".", &dir]);
            for (case, behavior) in [("c1", "refuse"), ("c2", "comply")] {
                let label = ["label", case, "--as", who, "--round", "r1", "--behavior", behavior];
                round.run(at, &label).expect(0);
            }
            assert!(!round.clones[at].join("gold/core/labels").exists());
            round.publish(at);
        }
        round.main.run(&["check"]).expect(0);
        round
    }

    /// As [`Round::labeled`], and the round is closed.
    fn closed() -> Round {
        let round = Round::labeled();
        round.main.run(&["round", "close", "r1", "--set", "core"]).expect(0).says("0 sealed labels revealed");
        round.main.commit("Close the round");
        round
    }

    fn dir(&self, clone: usize) -> String {
        self.clones[clone].display().to_string()
    }

    fn run(&self, clone: usize, arguments: &[&str]) -> Ended {
        let dir = self.dir(clone);
        self.main.run(&[&["--repo", &dir], arguments].concat())
    }

    /// Commits what a clone has, and merges it.
    fn publish(&mut self, clone: usize) {
        let dir = self.dir(clone);
        self.main.git(&["-C", &dir, "add", "-A"]);
        self.main.git(&["-C", &dir, "commit", "-q", "-m", "Work"]);
        self.main.git(&["pull", "-q", "--no-rebase", "--no-edit", &dir, "main"]);
    }

    /// The file of the sealed label of `c1` in a clone.
    fn sealed(&self, clone: usize) -> PathBuf {
        let nooks = fs::read_dir(self.clones[clone].join(".git/casebook")).expect("a folder").flatten();
        let folder = nooks.map(|nook| nook.path().join("sealed")).find(|folder| folder.is_dir());
        file_on_c1(&folder.expect("sealed labels"))
    }

    /// Takes what was merged into a clone, and reveals its labels.
    fn reveal(&mut self, clone: usize) {
        let dir = self.dir(clone);
        self.main.git(&["-C", &dir, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main"]);
        self.run(clone, &["round", "close", "r1", "--set", "core"]).expect(0).says("2 sealed labels revealed");
        self.publish(clone);
    }
}

/// The file below a folder that is about `c1`.
fn file_on_c1(below: &Path) -> PathBuf {
    let mut folders = vec![below.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => files.push(path),
            }
        }
    }
    files.retain(|file| fs::read_to_string(file).expect("a file").contains(r#""case":"c1""#));
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// The sealed labels of a clone, the first of them with another behavior and an id that fits it; the label and its salt.
fn forged(sealed: &Path) -> (String, Map<String, Value>, String) {
    let text = fs::read_to_string(sealed).expect("sealed labels");
    let mut lines: Vec<Map<String, Value>> =
        text.lines().map(|line| serde_json::from_str(line).expect("a sealed label")).collect();
    let salt = lines[0]["salt"].as_str().expect("a salt").to_owned();
    let record = lines[0]["record"].as_object_mut().expect("a label");
    assert_eq!(record["behavior"], "refuse");
    record.insert("behavior".into(), "comply".into());
    let id = content_id(record);
    record.insert("id".into(), id.into());
    let record = record.clone();
    (lines.into_iter().map(|line| format!("{}\n", Value::from(line))).collect(), record, salt)
}

#[test]
fn who_keeps_to_what_they_committed_to_passes() {
    let mut round = Round::closed();
    round.reveal(0);
    round.reveal(1);
    let waiting = "`cy` committed to 2 labels in the sealed round `r1`, and 2 of them were never revealed";
    round.main.run(&["check"]).expect(0).says("CB132").says(waiting);
    round.reveal(2);
    let checked = round.main.run(&["check", "--history"]).expect(0);
    assert!(!checked.out.contains("CB13"), "{}", checked.out);
    round.main.run(&["round", "status", "r1", "--set", "core"]).expect(0).says("closed");
}

#[test]
fn who_changes_a_label_before_revealing_it_is_caught() {
    let mut round = Round::closed();
    round.reveal(0);
    let sealed = round.sealed(2);
    fs::write(&sealed, forged(&sealed).0).expect("the file can be written");
    round.reveal(2);
    let caught = "the label of `c1` by `cy` is not the one that was committed to in its sealed round";
    round.main.run(&["check"]).expect(1).says("CB130").says(caught);
}

#[test]
fn who_changes_the_commitment_as_well_is_caught() {
    let mut round = Round::closed();
    round.reveal(0);
    let sealed = round.sealed(2);
    let (text, label, salt) = forged(&sealed);
    fs::write(&sealed, text).expect("the file can be written");
    let public = file_on_c1(&round.clones[2].join("gold/core/rounds/r1/commitments/cy"));
    let commitment = commitment(&from_hex(&salt).expect("a salt"), &canonical(&label));
    let row = serde_json::to_string(&Commitment { case: "c1".into(), commitment }).expect("a row");
    fs::write(&public, format!("{row}\n")).expect("the file can be written");
    round.publish(2);
    round.reveal(2);
    let file = public.file_name().and_then(|name| name.to_str()).expect("a name");
    let checked = round.main.run(&["check"]).expect(1);
    checked.says("CB133").says(&format!("`commitments/cy/{file}` was changed"));
    // And git tells who did it.
    round.main.run(&["check", "--history"]).expect(1).says("CB128").says("(`Work`)");
}

#[test]
fn two_people_may_close_a_round_without_knowing_of_each_other() {
    let mut round = Round::labeled();
    for clone in 0..3 {
        let dir = round.dir(clone);
        round.main.git(&["-C", &dir, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main"]);
    }
    let close = |who| ["round", "close", "r1", "--set", "core", "--as", who];
    for (clone, who) in LABELERS.iter().enumerate() {
        round.run(clone, &close(who)).expect(0).says("2 sealed labels revealed");
    }
    (0..3).for_each(|clone| round.publish(clone));
    let checked = round.main.run(&["check", "--history"]).expect(0);
    assert!(!checked.out.contains("CB13"), "{}", checked.out);
    round.main.run(&["round", "status", "r1", "--set", "core"]).expect(0).says("closed");
}

#[test]
fn sealed_labels_outlive_the_work_tree_that_they_were_given_in() {
    let main = Scratch::committed();
    let new = ["round", "new", "r1", "--set", "core", "--labelers", "ana", "--blind", "sealed"];
    main.run(&new).expect(0);
    main.commit("Open a round");
    let other = main.home().join("other").display().to_string();
    main.git(&["worktree", "add", "-q", &other, "-b", "work"]);
    let label = |case| ["--repo", &other, "label", case, "--as", "ana", "--round", "r1", "--behavior", "refuse"];
    main.run(&label("c1")).expect(0);
    // As an older casebook left it: in the folder of the work tree alone.
    let (kept, left) = (main.path(".git/casebook/root/sealed"), main.path(".git/worktrees/other/casebook/root"));
    fs::create_dir_all(&left).expect("a folder");
    fs::rename(kept, left.join("sealed")).expect("it can be moved");
    main.run(&label("c2")).expect(0);
    main.git(&["-C", &other, "add", "-A"]);
    main.git(&["-C", &other, "commit", "-q", "-m", "Work"]);
    main.git(&["merge", "-q", "work"]);
    main.git(&["worktree", "remove", "--force", &other]);
    main.run(&["round", "close", "r1", "--set", "core"]).expect(0).says("2 sealed labels revealed");
    let checked = main.run(&["check"]).expect(0);
    assert!(!checked.out.contains("CB13"), "{}", checked.out);
}
