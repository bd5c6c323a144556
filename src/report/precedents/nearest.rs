//! The rulings nearest to a case, and those whose holdings say certain words.

use super::{head, holding, precedent_json};
use crate::policy::gold::Said;
use crate::precedent::{Compared, Found, Near, Precedent};
use crate::report::figure::count;
use crate::report::paint::{Paint, markdown_words, own_words};
use crate::report::replay::VersionName;
use crate::report::said::unsettled;
use serde_json::{Value, json};

/// What was found for a case.
#[derive(Debug)]
pub struct NearestReport<'a> {
    pub version: VersionName,
    pub set: &'a str,
    pub case: &'a str,
    /// Whether the case has a gold label.
    pub is_settled: bool,
    /// How many readings were compared: where none is settled, those of the labelers; where there are none, the text counts alone.
    pub readings: usize,
    /// What the labelers said.
    pub said: &'a Said,
    /// The rulings on the case itself.
    pub on_case: &'a [Precedent],
    /// Nearest first.
    pub nearest: &'a [Near],
}

/// The rulings on the case itself, then the nearest ones, each with its holding and what tells the cases apart.
pub fn text(report: &NearestReport<'_>, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(own_words(&format!("{}/{}", report.set, report.case))));
    if !report.is_settled {
        let compared = match report.readings {
            0 => "only its text was compared".to_owned(),
            n => format!("compared by {} and its text", count(n as u64, "labeler's reading", "labelers' readings")),
        };
        out.push_str(&format!("{}\n", paint.notable(own_words(&format!("{}; {compared}", unsettled(report.said))))));
    }
    if !report.on_case.is_empty() {
        out.push_str(&format!("\n{}\n", paint.bold("ruled on this case")));
        for ruling in report.on_case {
            out.push_str(&format!("  {}\n", head(ruling, paint)));
            out.push_str(&line(&holding(ruling)));
        }
    }
    out.push_str(&format!("\n{}\n", paint.bold("nearest rulings")));
    for near in report.nearest {
        out.push_str(&format!("  {:.2}  {}\n", near.nearness, head(&near.precedent, paint)));
        out.push_str(&line(&holding(&near.precedent)));
        out.push_str(&line(&paint.dim(own_words(&how_near(near)))));
    }
    if report.nearest.is_empty() {
        out.push_str("  none is near, by the point of the decision space or by text\n");
    }
    out
}

fn line(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("        {text}\n") }
}

/// `same category and severity; differs in intent (…); text 0.31`
fn how_near(near: &Near) -> String {
    let text = format!("text {:.2}", near.by_text);
    near.compared.as_ref().map_or(text.clone(), |compared| format!("{}; {text}", compared.words()))
}

/// A table of the nearest rulings.
pub fn markdown(report: &NearestReport<'_>) -> String {
    let mut out = format!("## Precedents for {}\n\n", markdown_words(&format!("{}/{}", report.set, report.case)));
    out.push_str("| nearness | ruling | stands | holding | compared |\n| ---: | --- | --- | --- | --- |\n");
    for near in report.nearest {
        out.push_str(&format!(
            "| {:.2} {} | {} |\n",
            near.nearness,
            row(&near.precedent),
            markdown_words(&how_near(near))
        ));
    }
    out
}

fn row(found: &Precedent) -> String {
    let name = format!("{}/{}", found.set, found.ruling.case);
    let says = found.ruling.says();
    let cells = [format!("{name}: {says}"), super::stand_words(found), found.ruling.holding.clone()];
    cells.map(|cell| format!("| {} ", markdown_words(&cell))).concat().trim_end().to_owned()
}

/// `{"version", "set", "case", "read", "on_case": [ruling], "nearest": [ruling with "nearness", "by_point", "by_text",
/// "same", "differs"]}`
pub fn json(report: &NearestReport<'_>) -> Value {
    let near = |near: &Near| {
        let mut value = precedent_json(&near.precedent);
        let Compared { same, differs } = near.compared.clone().unwrap_or_default();
        let differs = differs.iter().map(|d| json!({"what": d.what, "here": d.here, "there": d.there}));
        value["nearness"] = rounded(near.nearness);
        value["by_point"] = near.by_point.map_or(Value::Null, rounded);
        value["by_text"] = rounded(near.by_text);
        value["same"] = same.into();
        value["differs"] = differs.collect();
        value
    };
    json!({
        "version": {"rev": report.version.rev, "commit": report.version.commit},
        "set": report.set,
        "case": report.case,
        "read": report.is_settled,
        "readings": report.readings,
        "on_case": report.on_case.iter().map(precedent_json).collect::<Vec<_>>(),
        "nearest": report.nearest.iter().map(near).collect::<Vec<_>>(),
    })
}

/// Four digits are more than anybody can tell apart.
fn rounded(nearness: f32) -> Value {
    json!((f64::from(nearness) * 1e4).round() / 1e4)
}

/// The holdings that were found, best first.
pub fn search_text(words: &str, found: &[Found], paint: Paint) -> String {
    if found.is_empty() {
        return format!("no holding says {}\n", own_words(&format!("`{words}`")));
    }
    let mut out = String::new();
    for one in found {
        out.push_str(&format!("{:.2}  {}\n", one.score, head(&one.precedent, paint)));
        out.push_str(&format!("      {}\n", holding(&one.precedent)));
    }
    out
}

/// A table of the holdings that were found.
pub fn search_markdown(words: &str, found: &[Found]) -> String {
    let mut out = format!("## Holdings on {}\n\n", markdown_words(words));
    out.push_str("| score | ruling | stands | holding |\n| ---: | --- | --- | --- |\n");
    for one in found {
        out.push_str(&format!("| {:.2} {} |\n", one.score, row(&one.precedent)));
    }
    out
}

/// `{"version", "words", "found": [ruling with "score"]}`
pub fn search_json(version: &VersionName, words: &str, found: &[Found]) -> Value {
    let one = |one: &Found| {
        let mut value = precedent_json(&one.precedent);
        value["score"] = rounded(one.score);
        value
    };
    json!({
        "version": {"rev": version.rev, "commit": version.commit},
        "words": words,
        "found": found.iter().map(one).collect::<Vec<_>>(),
    })
}
