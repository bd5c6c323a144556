//! Five clones of one policy label, adjudicate and relabel at once, and merge through plain git: without a conflict, with
//! nothing lost and nothing doubled, and to the same gold labels in every order of merging.

mod support;

use casebook::decide::Unwatched;
use casebook::policy::case::Reading;
use casebook::policy::gold::GoldSource;
use casebook::policy::label::{Abstention, Label};
use casebook::policy::ruling::{Adjudication, Disposition};
use casebook::vcs::{Revision, Tools};
use casebook::workspace::labeling::Sitting;
use casebook::workspace::{Environment, PolicyRepo};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use support::Scratch;

/// Who sits at which clone: Ana has two machines.
const CLONES: [&str; 5] = ["ana", "ana", "bo", "cy", "dee"];
const CASES: usize = 12;
const BEHAVIORS: [&str; 2] = ["comply", "refuse"];

static CLOCK: AtomicI64 = AtomicI64::new(1_790_000_000);
static CHANCE: AtomicU64 = AtomicU64::new(1);

/// Numbers that look random and are the same for the same seed (SplitMix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

struct Clones {
    scratch: Scratch,
    dirs: Vec<PathBuf>,
    environment: Environment,
}

impl Clones {
    /// Five clones of a policy with labels and a ruling in it already, each with work of its own in two commits.
    fn at_work(seed: u64) -> Clones {
        let scratch = Scratch::policy();
        let cases: Vec<String> = (0..CASES).map(|n| format!("{{\"id\":\"c{n}\",\"text\":\"{n}\"}}\n")).collect();
        scratch.write("gold/core/cases.jsonl", cases.concat());
        scratch.write("specs/main.yaml", support::SPEC.replace("    examples: [c1]\n", ""));
        let labelers = std::collections::BTreeSet::from(CLONES).into_iter().collect::<Vec<_>>();
        let labelers = labelers.iter().map(|who| format!("{who:?}")).collect::<Vec<_>>().join(", ");
        scratch.write("gold/core/rounds/r1/round.yaml", format!("labelers: [{labelers}]\nblindness: open\n"));
        let row = |n| format!("{{\"case\":\"c{n}\",\"labelers\":[{labelers}]}}\n");
        scratch.write("gold/core/rounds/r1/plan.jsonl", (0..CASES).map(row).collect::<String>());
        scratch.git(&["init", "-q"]);
        scratch.commit("Begin");
        let environment = Environment {
            tools: Tools::new().with_home(scratch.home()),
            state: scratch.home().join("state"),
            now: || CLOCK.fetch_add(1, Ordering::Relaxed) / 7,
            random: || {
                let mut bytes = [0; 32];
                bytes[..8].copy_from_slice(&CHANCE.fetch_add(1, Ordering::Relaxed).to_le_bytes());
                Ok(bytes)
            },
        };
        let mut clones = Clones { dirs: vec![scratch.dir().to_owned()], scratch, environment };
        let mut dice = Dice(seed);
        clones.work(0, &mut dice);
        clones.commit(0);
        for n in 0..CLONES.len() {
            let dir = clones.scratch.home().join(format!("clone{n}"));
            let (from, to) = (clones.dirs[0].display().to_string(), dir.display().to_string());
            clones.git(0, &["clone", "-q", &from, &to]);
            clones.dirs.push(dir);
        }
        clones.dirs.remove(0);
        for n in 0..CLONES.len() {
            for _ in 0..2 {
                clones.work(n, &mut dice);
                clones.commit(n);
            }
        }
        clones
    }

    /// Labels, abstains, repeats, labels anew, takes back, undoes and rules, as the dice have it.
    fn work(&self, clone: usize, dice: &mut Dice) {
        let (who, repo) = (CLONES[clone], self.repo(clone));
        let policy = repo.version(&Revision::Worktree).unwrap().policy;
        let mut labels = Sitting::<Label>::begin(&repo, &self.environment, &policy, who, "core", Some("r1")).unwrap();
        let mut rulings = Sitting::<Adjudication>::begin(&repo, &self.environment, &policy, who, "core", None).unwrap();
        for _ in 0..15 {
            let case = format!("c{}", dice.below(CASES));
            let behavior = (*dice.pick(&BEHAVIORS)).to_owned();
            let reading = Reading { behavior: Some(behavior), ..Reading::default() };
            match dice.below(10) {
                0 => {
                    let abstain = Some(Abstention { reason: "unclear".into() });
                    labels.record(Label { case, abstain, ..Label::default() }).unwrap();
                }
                1 => drop(labels.record(Label { case, reading, repeat: true, ..Label::default() }).unwrap()),
                2 => drop(labels.undo().unwrap()),
                3 => {
                    let Some(id) = labels.standing(&case).first().map(|label| label.id.clone()) else { continue };
                    labels.withdraw(&id, "wrong").unwrap();
                }
                4 | 5 => {
                    let disposition = *dice.pick(&[Disposition::Overridden, Disposition::Split, Disposition::Deferred]);
                    let decision = disposition.decides().then_some(reading);
                    rulings.rule(Adjudication { case, disposition, decision, ..Adjudication::default() }).unwrap();
                }
                _ => drop(labels.record(Label { case, harms: Some(Vec::new()), reading, ..Label::default() }).unwrap()),
            }
        }
    }

    fn repo(&self, clone: usize) -> PolicyRepo {
        PolicyRepo::open(&self.dirs[clone], &self.environment).unwrap()
    }

    fn git(&self, clone: usize, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        self.scratch.surround(&mut command);
        let done = command.current_dir(&self.dirs[clone]).args(arguments).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    fn commit(&self, clone: usize) {
        self.git(clone, &["add", "-A"]);
        self.git(clone, &["commit", "-q", "-m", "Work"]);
    }

    /// Every clone pulls from random others until all have everything.
    fn merge(&self, dice: &mut Dice) {
        let mut known: Vec<BTreeSet<usize>> = (0..CLONES.len()).map(|n| BTreeSet::from([n])).collect();
        while known.iter().any(|of| of.len() < CLONES.len()) {
            let (to, from) = (dice.below(CLONES.len()), dice.below(CLONES.len()));
            if to == from || known[from].is_subset(&known[to]) {
                continue;
            }
            let from_dir = self.dirs[from].display().to_string();
            self.git(to, &["pull", "-q", "--no-rebase", "--no-edit", &from_dir, "main"]);
            let theirs = known[from].clone();
            known[to].extend(theirs);
        }
    }

    /// Every line of every file of records, with its file.
    fn lines(&self, clone: usize) -> BTreeMap<(String, usize), String> {
        let mut lines = BTreeMap::new();
        for path in self.git(clone, &["ls-files", "gold/core/labels", "gold/core/adjudications"]).lines() {
            let text = std::fs::read_to_string(self.dirs[clone].join(path)).unwrap();
            lines.extend(text.lines().enumerate().map(|(n, line)| ((path.to_owned(), n), line.to_owned())));
        }
        lines
    }

    /// What every case is measured against.
    fn gold(&self, clone: usize) -> Vec<String> {
        let checked = self.repo(clone).check(&Revision::Worktree, &Default::default(), &Unwatched).unwrap();
        let gold = &checked.sets.sets[0].gold;
        (0..gold.len()).map(|row| format!("{} {:?}", gold.id(row), gold.gold(row))).collect()
    }

    /// The codes of all problems.
    fn problems(&self, clone: usize) -> BTreeSet<&'static str> {
        let repo = self.repo(clone);
        let mut problems = repo.check(&Revision::Worktree, &Default::default(), &Unwatched).unwrap().problems;
        problems.extend(repo.rewritten_ever(&Unwatched).unwrap());
        // What decisions say of the small policy is not of the records.
        problems.iter().map(|problem| problem.code.id).filter(|id| !id.starts_with("CB03")).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

#[test]
fn five_clones_merge_in_any_order() {
    for seed in [1, 2] {
        let mut clones = Clones::at_work(seed);
        let mut written: BTreeMap<(String, usize), String> = BTreeMap::new();
        for n in 0..CLONES.len() {
            for (place, line) in clones.lines(n) {
                // Only what all had from the start is in two clones.
                assert!(written.insert(place.clone(), line.clone()).is_none_or(|known| known == line), "{place:?}");
            }
        }
        let before = clones.dirs.clone();
        let mut golds: BTreeSet<Vec<String>> = BTreeSet::new();
        for order in 0..2 {
            clones.dirs = before.iter().map(|dir| dir.with_extension(format!("order{order}"))).collect();
            before.iter().zip(&clones.dirs).for_each(|(from, to)| copy(from, to));
            clones.merge(&mut Dice(seed * 1000 + order));
            for n in 0..CLONES.len() {
                assert_eq!(clones.lines(n), written, "seed {seed}, order {order}, clone {n}");
                golds.insert(clones.gold(n));
            }
            // Two machines of one labeler, and several adjudicators, are bound to contradict each other; that is told, and
            // it is all there is to tell.
            assert_eq!(clones.problems(0), BTreeSet::from(["CB126"]), "seed {seed}, order {order}");
        }
        assert_eq!(golds.len(), 1, "seed {seed}");
        let gold = golds.first().unwrap();
        for word in ["Adjudicated", "Split", "Consensus"] {
            assert!(gold.iter().any(|gold| gold.contains(word)), "{word} is nowhere in {gold:#?}");
        }

        // One more ruling on each case settles what stands side by side, for everybody.
        let repo = clones.repo(3);
        let policy = repo.version(&Revision::Worktree).unwrap().policy;
        let mut rulings =
            Sitting::<Adjudication>::begin(&repo, &clones.environment, &policy, "lee", "core", None).unwrap();
        for n in 0..CASES {
            let decision = Some(Reading { behavior: Some("comply".into()), ..Reading::default() });
            let disposition = Disposition::Overridden;
            rulings
                .rule(Adjudication { case: format!("c{n}"), decision, disposition, ..Adjudication::default() })
                .unwrap();
        }
        clones.commit(3);
        clones.merge(&mut Dice(seed));
        for n in 0..CLONES.len() {
            let checked = clones.repo(n).check(&Revision::Worktree, &Default::default(), &Unwatched).unwrap();
            let gold = &checked.sets.sets[0].gold;
            let by_lee =
                |row: usize| matches!(gold.gold(row).source, GoldSource::Adjudicated { by, .. } if by == "lee");
            assert!((0..gold.len()).all(by_lee));
            let rulings = checked.problems.iter().filter(|problem| problem.message.contains("rulings"));
            assert_eq!(rulings.count(), 0);
        }
    }
}
