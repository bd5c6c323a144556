//! For a comment on a change that is up for review.

use super::text::{gate_name, gate_words, gold};
use super::{MERGE_BASE, ReplayReport, Words, parted, versions};
use crate::replay::flip::FlipKind;
use crate::replay::gates::GateStatus;
use crate::replay::measures::Measures;
use crate::report::figure::{self, count, thousands};
use crate::report::paint::markdown_words;

/// A heading with the outcome, gates, measures and flips as tables.
pub fn markdown(report: &ReplayReport<'_>) -> String {
    let replay = report.replay;
    let sign = if report.passes() { "✅ passes" } else { "❌ fails" };
    let mut out = format!("## Policy replay {sign}\n\n");
    let name = &replay.head.manifest.name;
    out.push_str(&format!("**{}** · {}\n", markdown_words(name), markdown_words(&versions(report))));
    if let Some(words) = parted(report, MERGE_BASE) {
        out.push_str(&format!("\n{}\n", markdown_words(&words)));
    }
    if report.errors > 0 {
        let errors = count(report.errors, "error", "errors");
        out.push_str(&format!(
            "\n**{errors} in the policy**, so the figures may miss something: see `casebook check`.\n"
        ));
    }
    if !replay.gates.is_empty() {
        out.push_str("\n| gate | | measured | cases |\n| --- | --- | --- | --- |\n");
        for gate in &replay.gates {
            let sign = match gate.status {
                GateStatus::Pass => "✅ pass",
                GateStatus::Fail => "❌ fail",
                GateStatus::NoData => "no data",
            };
            let (measured, over) = gate_words(gate);
            let [name, measured, over] = [gate_name(gate), measured, over].map(|text| markdown_words(&text));
            out.push_str(&format!("| {name} | {sign} | {measured} | {over} |\n"));
        }
    }
    out.push_str("\n| set | cases | agreement | over-refusal | under-refusal | fixed | regressed | changed |\n");
    out.push_str("| --- | ---: | --- | --- | --- | ---: | ---: | ---: |\n");
    let mut row = |name: &str, measures: &Measures, flips: [usize; 3]| {
        let mut cells = vec![markdown_words(name), cases(measures)];
        for proportion in [measures.agree, measures.over_refusal, measures.under_refusal] {
            cells.push(markdown_words(&figure::proportion(proportion)));
        }
        cells.extend(flips.map(|n| if replay.base.is_some() { thousands(n as u64) } else { "–".to_owned() }));
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    let kinds = [FlipKind::Fixed, FlipKind::Regressed, FlipKind::Changed];
    for set in &replay.sets {
        row(set.gold.set(), &set.head.measures, kinds.map(|kind| set.count(kind)));
    }
    if replay.sets.len() > 1 {
        row("all", &replay.head_measures(), kinds.map(|kind| replay.count(kind)));
    }
    if let Some(change) = replay.discordant() {
        out.push_str(&format!("\n{}\n", markdown_words(&figure::paired(change))));
    }
    out.push_str(&groups(report));
    out.push_str(&flips(report));
    for change in &report.case_changes {
        let removed = count(change.removed as u64, "case", "cases");
        let added = thousands(change.added as u64);
        out.push_str(&format!("\n{}: {removed} removed, {added} added.\n", markdown_words(&change.set)));
    }
    out.push_str(&label_changes(report));
    out
}

fn cases(measures: &Measures) -> String {
    let mut words = thousands(measures.cases);
    for (n, word) in [(measures.unlabeled, "unlabeled"), (measures.undetermined, "undetermined")] {
        if n > 0 {
            words.push_str(&format!(", {} {word}", thousands(n)));
        }
    }
    words
}

fn groups(report: &ReplayReport<'_>) -> String {
    let groups = report.groups();
    if groups.is_empty() {
        return String::new();
    }
    let mut out = "\n| by | part | cases | agreement | over-refusal | under-refusal | fixed | regressed |\n\
                   | --- | --- | ---: | --- | --- | --- | ---: | ---: |\n"
        .to_owned();
    for (group, figures) in groups {
        let mut cells = vec![group.axis().to_owned(), markdown_words(&group.name()), cases(&figures.head)];
        for proportion in [figures.head.agree, figures.head.over_refusal, figures.head.under_refusal] {
            cells.push(markdown_words(&figure::proportion(proportion)));
        }
        cells.extend([figures.fixed, figures.regressed].map(thousands));
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// A comment has room for so many; the rest is counted.
const MOST_FLIPS: usize = 100;

fn flips(report: &ReplayReport<'_>) -> String {
    if report.base.is_none() {
        return String::new();
    }
    let total = report.replay.sets.iter().map(|set| set.flips.len()).sum::<usize>();
    if total == 0 {
        return "\nNo flips: every case is decided as before.\n".to_owned();
    }
    let mut out = "\n| flip | case | gold | before | after |\n| --- | --- | --- | --- | --- |\n".to_owned();
    let shown = |words: Words<'_>| markdown_words(&words.shown());
    for flip in report.flips().take(MOST_FLIPS) {
        let gold = gold(&flip);
        out.push_str(&format!(
            "| {} {} | {} | {} | {} | {} |\n",
            flip.kind.sign(),
            flip.kind.word(),
            markdown_words(&format!("{}/{}", flip.set, flip.case)),
            markdown_words(gold.strip_prefix("gold ").unwrap_or(&gold)),
            shown(flip.base),
            shown(flip.head),
        ));
    }
    if total > MOST_FLIPS {
        out.push_str(&format!("\n… and {} more.\n", thousands((total - MOST_FLIPS) as u64)));
    }
    out
}

fn label_changes(report: &ReplayReport<'_>) -> String {
    if report.label_changes.is_empty() {
        return String::new();
    }
    let used = if report.labels_of_base { report.base.as_ref() } else { Some(&report.head) };
    let used = used.map(|version| markdown_words(&super::named(version))).unwrap_or_default();
    let n = count(report.label_changes.len() as u64, "gold label differs", "gold labels differ");
    let mut out = format!("\n{n} between the versions; both sides are measured by those of {used}.\n\n");
    out.push_str("| case | before | after |\n| --- | --- | --- |\n");
    let word = |label: &Option<String>| markdown_words(label.as_deref().unwrap_or("no gold label"));
    for change in report.label_changes.iter().take(MOST_FLIPS) {
        let case = markdown_words(&format!("{}/{}", change.set, change.case));
        out.push_str(&format!("| {case} | {} | {} |\n", word(&change.base), word(&change.head)));
    }
    if report.label_changes.len() > MOST_FLIPS {
        out.push_str(&format!("\n… and {} more.\n", thousands((report.label_changes.len() - MOST_FLIPS) as u64)));
    }
    out
}
