//! Workflow commands that GitHub shows beside a change.

use super::ReplayReport;
use super::text::{gate_name, gate_words};
use crate::replay::flip::FlipKind;
use crate::replay::gates::GateStatus;
use crate::report::problems::{github_data, github_property};

/// An error a gate that fails, a warning a regressed case beside its line, a notice with the sum.
pub fn github(report: &ReplayReport<'_>) -> String {
    let mut out = String::new();
    for gate in report.replay.gates.iter().filter(|gate| gate.status == GateStatus::Fail) {
        let (measured, over) = gate_words(gate);
        let title = github_property(&format!("gate {} fails", gate_name(gate)));
        out.push_str(&format!(
            "::error file=casebook.yaml,title={title}::{}\n",
            github_data(&format!("{measured} ({over})"))
        ));
    }
    for (set, flip) in report.replay.flips() {
        if flip.kind != FlipKind::Regressed {
            continue;
        }
        let Some(base) = report.replay.base.as_deref() else { continue };
        let words = super::FlipWords::of(set, flip, &report.replay.head, base);
        let place = set.gold.place(flip.row as usize);
        let position = place.position.map_or(String::new(), |position| format!(",line={}", position.line));
        let title = github_property(&format!("{}/{} regressed", words.set, words.case));
        let message = format!("{} → {}, {}", words.base.shown(), words.head.shown(), super::text::gold(&words));
        let file = github_property(&place.file);
        out.push_str(&format!("::warning file={file}{position},title={title}::{}\n", github_data(&message)));
    }
    if report.errors > 0 {
        let errors = crate::report::figure::count(report.errors, "error", "errors");
        out.push_str(&format!(
            "::error file=casebook.yaml::{errors} in the policy, so the figures may miss something\n"
        ));
    }
    let count = |kind| report.replay.count(kind);
    let agreement = crate::report::figure::proportion(report.replay.head_measures().agree);
    let flips = FlipKind::ALL.map(|kind| format!("{} {}", count(kind), kind.word())).join(", ");
    out.push_str(&format!(
        "::notice title=Policy replay::{}\n",
        github_data(&format!("agreement {agreement}; {flips}"))
    ));
    out
}
