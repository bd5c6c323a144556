//! What is unanimous and can be settled together, and what of it is to be looked at first.

use super::figure::{count, thousands};
use super::paint::{Paint, own_words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A batch of unanimous cases.
#[derive(Debug)]
pub struct BatchReport<'a> {
    pub cases: usize,
    /// How many cases call for which behavior, by the category of their first harm; `none` where they have none.
    pub groups: &'a BTreeMap<(String, String), usize>,
    /// What the sample was drawn with; it follows from the cases.
    pub seed: String,
    /// Set and case of those to look at first, in the order drawn.
    pub sample: Vec<(&'a str, String)>,
}

/// The groups, the sample, and what to do with them.
pub fn text(report: &BatchReport<'_>, paint: Paint) -> String {
    if report.cases == 0 {
        return "No case is unanimous and as the policy has it.\n".to_owned();
    }
    let mut groups: Vec<_> = report.groups.iter().collect();
    groups.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let all = count(report.cases as u64, "case", "cases");
    let mut out = format!("On {} everybody agrees, and so does the policy\n", paint.bold(all));
    for ((category, behavior), cases) in groups {
        let (behavior, category) = (own_words(behavior), own_words(category));
        out.push_str(&format!("  {:>6}  {behavior}  {}\n", thousands(*cases as u64), paint.dim(category)));
    }
    let sample = count(report.sample.len() as u64, "case", "cases");
    out.push_str(&format!("\nLook at {sample} first (drawn with the seed {})\n", report.seed));
    for (set, case) in &report.sample {
        out.push_str(&format!("  {}\n", own_words(&format!("{set}/{case}"))));
    }
    out.push_str(&format!(
        "\n`casebook rule --unanimous {}` then rules on all of them; `--except CASE` leaves one out.\n",
        report.seed
    ));
    out
}

/// `{"cases", "groups": [{"category", "behavior", "cases"}], "seed", "sample": [{"set", "case"}]}`
pub fn json(report: &BatchReport<'_>) -> Value {
    let groups = report.groups.iter();
    let groups =
        groups.map(|((category, behavior), cases)| json!({"category": category, "behavior": behavior, "cases": cases}));
    let sample = report.sample.iter().map(|(set, case)| json!({"set": set, "case": case}));
    json!({
        "cases": report.cases,
        "groups": groups.collect::<Vec<_>>(),
        "seed": report.seed,
        "sample": sample.collect::<Vec<_>>(),
    })
}

/// The rulings that were given together.
#[derive(Debug)]
pub struct GivenReport<'a> {
    pub by: &'a str,
    /// How many cases were unanimous, and how many of them were drawn to be looked at.
    pub cases: usize,
    pub sample: usize,
    /// How many rulings were written, and where: relative to the policy folder, one file a gold set.
    pub written: usize,
    pub files: &'a [Arc<str>],
}

/// One line, and one a file.
pub fn given_text(report: &GivenReport<'_>, paint: Paint) -> String {
    let rulings = paint.bold(count(report.written as u64, "ruling", "rulings"));
    let mut out = format!("gave {rulings}, unanimous, by {}\n", own_words(report.by));
    report.files.iter().for_each(|file| out.push_str(&format!("  {}\n", own_words(file))));
    out
}

/// `{"by", "cases", "sample", "written", "files"}`
pub fn given_json(report: &GivenReport<'_>) -> Value {
    json!({
        "by": report.by,
        "cases": report.cases,
        "sample": report.sample,
        "written": report.written,
        "files": report.files.iter().map(|file| &**file).collect::<Vec<&str>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_says_what_to_look_at() {
        let groups = BTreeMap::from([
            (("none".to_owned(), "comply".to_owned()), 3),
            (("weapons".to_owned(), "refuse\u{1b}".to_owned()), 1_200),
        ]);
        let sample = vec![("core", "w-7".to_owned()), ("core", "w-1".to_owned())];
        let report = BatchReport { cases: 1_203, groups: &groups, seed: "1f".into(), sample };
        insta::assert_snapshot!(text(&report, Paint::PLAIN), @r"
        On 1,203 cases everybody agrees, and so does the policy
           1,200  refuse␛  weapons
               3  comply  none

        Look at 2 cases first (drawn with the seed 1f)
          core/w-7
          core/w-1

        `casebook rule --unanimous 1f` then rules on all of them; `--except CASE` leaves one out.
        ");
        assert_eq!(json(&report)["sample"][1], json!({"set": "core", "case": "w-1"}));
        let none = BatchReport { cases: 0, groups: &BTreeMap::new(), seed: String::new(), sample: vec![] };
        assert_eq!(text(&none, Paint::PLAIN), "No case is unanimous and as the policy has it.\n");
    }
}
