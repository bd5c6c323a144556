//! An edit with 100,000 cases open: from the accepted field to the flips.
//!
//! What the screen does on its own thread (the lossless edit, the policy read anew) and what the job does (both versions
//! decided, measured, compared), beside reading the edited YAML file alone with the common YAML reader.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::{GoldSet, Unwatched};
use casebook::document::{Document, Edit, Value};
use casebook::policy::place::Route;
use casebook::replay::run::replay;
use casebook::workspace::files::WorkTree;
use casebook::workspace::repo::Unsaved;
use casebook::workspace::version::PolicyVersion;
use common::Spread;
use divan::{Bencher, black_box};
use std::path::Path;
use std::sync::{Arc, LazyLock};

const CASES: usize = 100_000;
const SPEC: &str = "specs/assistant.yaml";

/// The assistant sample as it is bundled.
static TREE: LazyLock<WorkTree> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
    WorkTree { root: casebook::store::RepoRoot::open(&folder).expect("the sample is there"), unsaved: Unsaved::new() }
});
static VERSION: LazyLock<PolicyVersion> = LazyLock::new(|| PolicyVersion::load(&*TREE));
static GOLD: LazyLock<Vec<Arc<GoldSet>>> = LazyLock::new(|| {
    let sources = common::sources(common::cases(CASES, Spread::Skewed));
    vec![Arc::new(GoldSet::read(sources, &Unwatched).expect("nobody stops it"))]
});

fn main() {
    println!("{CASES} cases, {} clauses in the file that is edited", VERSION.policy.clauses.len());
    divan::main();
}

fn edited() -> Document {
    let at = Route::from_iter(["clauses"]).then(0).then("then");
    let edit = Edit::SetScalar { at, value: Value::from("comply") };
    VERSION.documents[SPEC].edit(&edit).expect("a plain edit").0
}

/// On the screen's thread: the text edited and proven, the policy read from it.
#[divan::bench]
fn edit_and_read_the_policy(bencher: Bencher) {
    LazyLock::force(&VERSION);
    bencher.bench_local(|| {
        let mut unsaved: Unsaved = VERSION.documents.iter().map(|(file, d)| (file.clone(), Some(d.clone()))).collect();
        unsaved.insert(SPEC.into(), Some(edited()));
        PolicyVersion::load(&WorkTree { root: TREE.root.clone(), unsaved })
    });
}

/// In the job: two versions over all cases, measures and flips.
#[divan::bench(sample_count = 20)]
fn replay_both_versions(bencher: Bencher) {
    let (head, base) = (Arc::new(common::policy(40)), Arc::new(less_one_clause()));
    LazyLock::force(&GOLD);
    bencher.bench_local(|| replay(&GOLD, &head, Some(&base), &Unwatched).expect("nobody stops it"));
}

/// For comparison: the same file read once by the common YAML reader, without places, model or proof.
#[divan::bench]
fn read_the_file_with_serde_yaml(bencher: Bencher) {
    let text = VERSION.documents[SPEC].text();
    bencher.bench_local(|| serde_yaml::from_str::<serde_yaml::Value>(black_box(text)).expect("it is YAML"));
}

fn less_one_clause() -> casebook::policy::Policy {
    let mut policy = common::policy(40);
    policy.clauses.remove(3);
    policy
}
