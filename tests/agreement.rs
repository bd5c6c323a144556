//! Agreement and consensus from the command line, held to the reference figures that `stats` is held to.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::Scratch;

/// The figures equal the reference within this.
const TOLERANCE: f64 = 1e-9;

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stats").join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// A repo whose labelers `w0`, `w1` and so on said what the fixture holds; `reading` makes a label of a category's position.
fn labeled(fixture: &Value, reading: impl Fn(usize) -> Value) -> Scratch {
    let scratch = Scratch::committed();
    let categories = list(&fixture["input"]["categories"]);
    let values: Vec<String> = (0..categories.len()).map(|at| format!("v{at}")).collect();
    let words = values.join(", ");
    let manifest = support::MANIFEST
        .replace("facets:\n", &format!("facets:\n  level: {{type: ordinal, values: [{words}]}}\n"))
        .replace("[low, high]", &format!("[{words}]"));
    scratch.write("casebook.yaml", manifest);
    scratch.write("specs/main.yaml", support::SPEC.replace("severity: high", "severity: v1").replace("[c1]", "[]"));
    let rows = list(&fixture["input"]["labels"]);
    let case = |unit: usize| format!("{}\n", json!({"id": format!("t{unit:03}"), "text": "?"}));
    scratch.write("gold/crowd/cases.jsonl", (0..rows.len()).map(case).collect::<String>());
    let raters = list(&rows[0]).len();
    for rater in 0..raters {
        let mut lines = String::new();
        for (unit, row) in rows.iter().enumerate() {
            let Some(at) = categories.iter().position(|category| *category == row[rater]) else { continue };
            let mut label = reading(at);
            label["case"] = format!("t{unit:03}").into();
            label["labeler"] = format!("w{rater}").into();
            lines.push_str(&format!("{label}\n"));
        }
        if !lines.is_empty() {
            scratch.write(&format!("gold/crowd/labels/w{rater}/01J00000000000000000000000.jsonl"), lines);
        }
    }
    scratch.commit("Labels");
    scratch
}

fn ask(scratch: &Scratch, arguments: &[&str]) -> Value {
    let words = [arguments, &["--set", "crowd", "--format", "json"]].concat();
    serde_json::from_str(&scratch.run(&words).expect(0).out).expect("JSON")
}

fn measure<'a>(found: &'a Value, name: &str, scope: &str) -> &'a Value {
    let same = |measure: &&Value| measure["name"] == name && measure["scope"] == scope;
    list(&found["measures"]).iter().find(same).unwrap_or_else(|| panic!("no {name} of {scope}"))
}

fn check(found: &Value, expected: &Value, what: &str) {
    let (found, expected) = (found.as_f64(), expected.as_f64());
    let near = found.zip(expected).is_some_and(|(found, expected)| (found - expected).abs() <= TOLERANCE);
    assert!(near, "{what}: {found:?}, not {expected:?}");
}

/// A measure with its interval against a coefficient of the fixture.
fn check_coefficient(found: &Value, expected: &Value) {
    let what = found["name"].as_str().unwrap();
    check(&found["value"], &expected["value"], what);
    check(&found["low"], &expected["ci95"][0], what);
    check(&found["high"], &expected["ci95"][1], what);
    assert_eq!(found["interval"], "t");
}

#[test]
fn many_labelers_with_missing_labels() {
    let fixture = fixture("06_many_raters_missing_ordinal");
    let scratch = labeled(&fixture, |at| json!({"facets": {"level": format!("v{at}")}}));
    let found = ask(&scratch, &["agreement", "--field", "level", "--seed", "7"]);
    let expected = &fixture["expected"]["many"];
    assert_eq!((&found["cases"], &found["labelers"], &found["labels"]), (&json!(60), &json!(8), &json!(218)));
    let all = |name: &str| measure(&found, name, "all");
    check(&all("percent")["value"], &expected["percent_agreement_mean_pairwise_per_unit"]["value"], "percent");
    for metric in ["nominal", "ordinal", "interval"] {
        let name = format!("alpha-{metric}");
        check(&all(&name)["value"], &expected["krippendorff_alpha"][metric]["value"], &name);
    }
    check_coefficient(all("fleiss-kappa"), &expected["irrCAC_identity"]["fleiss"]);
    check_coefficient(all("ac1"), &expected["irrCAC_identity"]["gwet"]);
    check_coefficient(all("ac2"), &expected["irrCAC_ordinal"]["gwet"]);
    check_coefficient(all("alpha-nominal"), &expected["irrCAC_identity"]["krippendorff"]);
    check_coefficient(all("alpha-interval"), &expected["irrCAC_quadratic"]["krippendorff"]);
    check_coefficient(all("cohen-kappa"), &expected["irrCAC_identity"]["conger"]);
    check_coefficient(all("cohen-kappa-linear"), &expected["irrCAC_linear"]["conger"]);
    check_coefficient(all("cohen-kappa-quadratic"), &expected["irrCAC_quadratic"]["conger"]);
    for measure in list(&found["measures"]).iter().filter(|measure| measure["scope"] == "all") {
        assert_eq!((&measure["n_used"], &measure["n_dropped"]), (&json!(57), &json!(3)), "{measure}");
        let why =
            [json!({"reason": "nobody labeled it", "n": 1}), json!({"reason": "only one labeler labeled it", "n": 2})];
        assert_eq!(list(&measure["why_dropped"]), why);
    }
    // The reference's resamples are others: its ends are near.
    let ordinal = all("alpha-ordinal");
    for (end, expected) in
        ["low", "high"].into_iter().zip(list(&fixture["expected"]["alpha_ordinal_bootstrap"]["value"]))
    {
        assert!((ordinal[end].as_f64().unwrap() - expected.as_f64().unwrap()).abs() < 0.03, "{ordinal}");
    }
    for (name, figures) in expected["per_category"]["value"].as_object().unwrap() {
        let scope = format!("category:v{name}");
        check(&measure(&found, "percent", &scope)["value"], &figures["specific_agreement"], &scope);
        check(&measure(&found, "alpha-nominal", &scope)["value"], &figures["alpha_one_vs_rest"], &scope);
    }
    for pair in list(&expected["pairwise_cohen"]["value"]) {
        let scope = format!("pair:w{},w{}", pair["a"], pair["b"]);
        check(&measure(&found, "cohen-kappa", &scope)["value"], &pair["kappa"], &scope);
        check(&measure(&found, "cohen-kappa-quadratic", &scope)["value"], &pair["kappa_quadratic"], &scope);
        assert_eq!(measure(&found, "percent", &scope)["n_used"], pair["n"]);
    }
    assert_eq!(ask(&scratch, &["agreement", "--field", "level", "--seed", "7"]), found);
    assert_ne!(ask(&scratch, &["agreement", "--field", "level", "--seed", "8"])["measures"], found["measures"]);
}

#[test]
fn severities_are_those_of_harms() {
    let fixture = fixture("03_two_raters_ordinal_severity");
    let scratch = labeled(
        &fixture,
        |at| json!({"harms": [{"category": "weapons", "severity": format!("v{at}")}], "behavior": "comply"}),
    );
    let found = ask(&scratch, &["agreement", "--field", "severity"]);
    let (two, many) = (&fixture["expected"]["two_rater"], &fixture["expected"]["many"]);
    for (name, key) in [
        ("cohen-kappa", "cohen_kappa"),
        ("cohen-kappa-linear", "cohen_kappa_linear"),
        ("cohen-kappa-quadratic", "cohen_kappa_quadratic"),
    ] {
        let pair = measure(&found, name, "pair:w0,w1");
        check(&pair["value"], &two[key]["value"], name);
        check(&pair["low"], &two[key]["ci95"][0], name);
        check(&pair["high"], &two[key]["ci95"][1], name);
        assert_eq!(pair["interval"], "normal");
    }
    check(&measure(&found, "alpha-ordinal", "all")["value"], &many["krippendorff_alpha"]["ordinal"]["value"], "alpha");
    check_coefficient(measure(&found, "ac1", "all"), &many["irrCAC_identity"]["gwet"]);
    check_coefficient(measure(&found, "ac2", "all"), &many["irrCAC_ordinal"]["gwet"]);
    let confused = &found["confusions"][0];
    assert_eq!(confused["matrix"], two["confusion"]);
    check(&confused["bowker"]["statistic"], &two["bowker_symmetry"]["value"], "Bowker");
    check(&confused["stuart_maxwell"]["statistic"], &two["stuart_maxwell"]["value"], "Stuart-Maxwell");
}

#[test]
fn sets_of_categories() {
    let fixture = fixture("07_multilabel_sets");
    let scratch = Scratch::committed();
    let categories: Vec<&str> =
        list(&fixture["input"]["categories"]).iter().map(|category| category.as_str().unwrap()).collect();
    let nodes: String = categories.iter().map(|id| format!("  - id: {id}\n")).collect();
    scratch.write(
        "taxonomies/more.yaml",
        format!("taxonomy: more\ncategories:\n{}", nodes.replace("  - id: weapons\n", "")),
    );
    let rows = list(&fixture["input"]["labels"]);
    let case = |unit: usize| format!("{}\n", json!({"id": format!("t{unit}"), "text": "?"}));
    scratch.write("gold/crowd/cases.jsonl", (0..rows.len()).map(case).collect::<String>());
    let mut lines = String::new();
    for (unit, row) in rows.iter().enumerate() {
        for (rater, set) in list(row).iter().enumerate().filter(|(_, set)| !set.is_null()) {
            let harms: Vec<Value> = list(set).iter().map(|category| json!({"category": category})).collect();
            let label = json!({"case": format!("t{unit}"), "labeler": format!("w{rater}"), "harms": harms});
            lines.push_str(&format!("{label}\n"));
        }
    }
    scratch.write("gold/crowd/labels/w/01J00000000000000000000000.jsonl", lines);
    scratch.commit("Labels");
    let found = ask(&scratch, &["agreement", "--field", "harms"]);
    let expected = &fixture["expected"];
    check(&measure(&found, "alpha-masi", "all")["value"], &expected["alpha_masi"]["value"], "MASI");
    check(&measure(&found, "alpha-jaccard", "all")["value"], &expected["alpha_jaccard"]["value"], "Jaccard");
    for (name, figures) in expected["per_category_binary"]["value"].as_object().unwrap() {
        let scope = format!("category:{name}");
        check(&measure(&found, "percent", &scope)["value"], &figures["positive_specific_agreement"], &scope);
        check(&measure(&found, "alpha-nominal", &scope)["value"], &figures["alpha"], &scope);
        check(&measure(&found, "ac1", &scope)["value"], &figures["ac1"], &scope);
    }
}

#[test]
fn a_consensus_is_that_of_the_reference() {
    let fixture = fixture("09_consensus_dawid_skene");
    let scratch = labeled(&fixture, |at| json!({"facets": {"level": format!("v{at}")}}));
    let categories = list(&fixture["input"]["categories"]);
    let consensus = |method: &str| ask(&scratch, &["consensus", "--field", "level", "--method", method]);
    let votes = consensus("majority");
    let expected = &fixture["expected"]["majority_vote"];
    for case in list(&votes["each"]) {
        for (at, category) in categories.iter().enumerate() {
            let of_case = &expected["probas"][case["case"].as_str().unwrap()];
            check(&case["probabilities"][at], &of_case[category.as_str().unwrap()], "majority");
        }
    }
    let ties = list(&votes["each"]).iter().filter(|case| case["tied"] == true).count();
    assert_eq!(ties, list(&fixture["input"]["majority_tie_units"]).len());
    let coin = consensus("one-coin");
    let expected = &fixture["expected"]["one_coin_dawid_skene"];
    for labeler in list(&coin["labelers"]) {
        let name = labeler["labeler"].as_str().unwrap();
        check(&labeler["quality"], &expected["skills"][name], name);
    }
    let model = consensus("dawid-skene");
    assert_eq!(model["iterations"], fixture["expected"]["dawid_skene_default_tol"]["n_iterations_run"]);
    let open = |case: &&Value| case["answer"].is_null();
    assert_eq!(
        list(&model["each"]).iter().filter(open).count() as u64,
        40 - model["settled"].as_u64().unwrap(),
        "an answer is settled or open"
    );
    let uncertain: Vec<f64> = list(&model["each"]).iter().map(|case| case["uncertainty"].as_f64().unwrap()).collect();
    assert!(uncertain.is_sorted_by(|a, b| a >= b));
    scratch.run(&["consensus", "--set", "crowd", "--field", "level"]).expect(0).says("most uncertain cases").harmless();
    scratch.run(&["consensus", "--set", "crowd", "--field", "harms"]).expect(2).says("a consensus is of one");
}

#[test]
fn every_report_says_what_gives_it_again() {
    let scratch =
        labeled(&fixture("05_krippendorff_2011_missing"), |at| json!({"facets": {"level": format!("v{at}")}}));
    let found = ask(&scratch, &["agreement", "--field", "level", "--labelers", "w0,w1", "--seed", "3"]);
    let commit = scratch.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let command = format!("casebook agreement --set crowd --field level --seed 3 --labelers w0,w1 --rev {commit}");
    assert_eq!((&found["command"], &found["commit"]), (&json!(command), &json!(commit)));
    assert_eq!((&found["filter"]["labelers"], &found["labelers"]), (&json!(["w0", "w1"]), &json!(2)));
    // Run as it says, later, over other files: the same.
    scratch.write(
        "gold/crowd/labels/w0/01J00000000000000000000001.jsonl",
        "{\"case\":\"t000\",\"labeler\":\"w0\",\"facets\":{\"level\":\"v4\"}}\n",
    );
    let changed = ask(&scratch, &["agreement", "--field", "level", "--labelers", "w0,w1", "--seed", "3"]);
    assert_ne!(changed["measures"], found["measures"]);
    assert_eq!(changed["changed"], true);
    assert!(!changed["command"].as_str().unwrap().contains("--rev"));
    let again: Vec<&str> = command.split(' ').skip(1).chain(["--format", "json"]).collect();
    let again: Value = serde_json::from_str(&scratch.run(&again).expect(0).out).unwrap();
    assert_eq!(again["measures"], found["measures"]);
    for format in ["text", "markdown"] {
        let shown =
            scratch.run(&["agreement", "--set", "crowd", "--field", "level", "--rev", "HEAD", "--format", format]);
        let shown = shown.expect(0).harmless();
        let command = format!("casebook agreement --set crowd --field level --seed 0 --rev {commit}");
        assert!(shown.out.contains(&command) && shown.out.contains("alpha-ordinal"), "{}", shown.out);
    }
}

#[test]
fn what_cannot_be_asked_is_said() {
    let scratch =
        labeled(&fixture("05_krippendorff_2011_missing"), |at| json!({"facets": {"level": format!("v{at}")}}));
    let refused = |arguments: &[&str], words: &str| {
        let all = [&["agreement", "--set", "crowd"], arguments].concat();
        drop(scratch.run(&all).expect(2).says(words).harmless());
    };
    refused(&["--field", "levle"], "Did you mean `level`?");
    refused(&["--field", "\u{1b}[2J"], "There are `harms`");
    refused(&["--field", "level", "--round", "r1"], "name no round");
    refused(&["--field", "level", "--labelers", "w0,w9"], "there is no label by `w9`");
    scratch.run(&["agreement", "--set", "nowhere", "--field", "level"]).expect(2).says("There are `core`, `crowd`");
}

#[test]
fn committing_labels_makes_no_version_and_a_new_text_does() {
    let scratch =
        labeled(&fixture("05_krippendorff_2011_missing"), |at| json!({"facets": {"level": format!("v{at}")}}));
    let head = || scratch.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let label = |session: u32, case: &str| {
        for who in ["w0", "w1"] {
            let policy = head();
            let file = format!("gold/crowd/labels/{who}/01J000000000000000000001{session:02}.jsonl");
            let line = json!({"case": case, "labeler": who, "policy": policy, "round": "r", "facets": {"level": "v1"}});
            scratch.write(&file, format!("{line}\n"));
        }
        scratch.git(&["add", "."]);
        scratch.git(&["commit", "-qm", "labels"]);
    };
    let versions = || {
        let found = ask(&scratch, &["agreement", "--field", "level", "--round", "r"]);
        let of = |period: &Value| (period["name"].as_str().unwrap().to_owned(), period["cases"].as_u64().unwrap());
        list(&found["drift"]["policies"]).iter().map(of).collect::<Vec<_>>()
    };
    let first = head();
    label(1, "t000");
    label(2, "t001");
    assert_eq!(versions(), []);
    let manifest = scratch.read("casebook.yaml").replace("v1", "v1, v1b");
    scratch.write("casebook.yaml", &manifest);
    scratch.git(&["commit", "-qam", "another value"]);
    let second = head();
    label(3, "t002");
    assert_eq!(versions(), [(first, 2), (second, 1)]);
}
