//! For people at a terminal.

use super::{FlipWords, MERGE_BASE, ReplayReport, named, parted, versions};
use crate::policy::Policy;
use crate::policy::manifest::GateKind;
use crate::replay::breakdown::{Group, GroupFigures};
use crate::replay::cause::How;
use crate::replay::flip::FlipKind;
use crate::replay::gates::{GateResult, GateStatus};
use crate::replay::measures::{Confusion, Measures};
use crate::replay::run::{Replay, SetReplay};
use crate::report::figure::{self, count, percent, thousands};
use crate::report::paint::{Paint, own_words};
use crate::report::table::{Cell, lines};

/// Measures of every set, flips, gates, and the outcome in one line.
pub fn text(report: &ReplayReport<'_>, paint: Paint) -> String {
    let replay = report.replay;
    let name = own_words(&replay.head.manifest.name).into_owned();
    let mut out = format!("{}  {}\n", paint.bold(name), own_words(&versions(report)));
    if let Some(words) = parted(report, MERGE_BASE) {
        out.push_str(&format!("{}\n", paint.notable(own_words(&words))));
    }
    for set in &replay.sets {
        out.push('\n');
        out.push_str(&one_set(set, &replay.head, paint));
    }
    if replay.sets.len() > 1 {
        out.push_str(&format!("\n{}\n", paint.bold("all sets together")));
        out.push_str(&measures(&replay.head_measures(), replay.base_measures().as_ref(), paint));
        out.push_str(&change(replay.discordant(), paint));
    }
    if replay.sets.is_empty() {
        out.push_str("\nThere is no gold set to replay: bring cases in with `casebook import`.\n");
    }
    let groups = report.groups();
    if !groups.is_empty() {
        out.push_str(&format!("\n{}\n{}", paint.bold("parts"), parts(&groups, paint)));
    }
    if report.verdicts {
        out.push_str(&verdicts(replay, paint));
    }
    out.push_str(&flips(report, paint));
    out.push_str(&case_changes(report, paint));
    out.push_str(&label_changes(report, paint));
    if !replay.gates.is_empty() {
        out.push_str(&format!("\n{}\n{}", paint.bold("gates"), gates(replay, paint)));
    }
    out.push('\n');
    out.push_str(&outcome(report, paint));
    out
}

fn one_set(set: &SetReplay, policy: &Policy, paint: Paint) -> String {
    let figures = &set.head.measures;
    let mut about = vec![count(figures.cases, "case", "cases")];
    for (n, word) in [(figures.unlabeled, "without a gold label"), (figures.undetermined, "undetermined")] {
        if n > 0 {
            about.push(format!("{} {word}", thousands(n)));
        }
    }
    let name = paint.bold(own_words(set.gold.set()));
    let mut out = format!("{name}  {}\n", about.join(", "));
    out.push_str(&measures(figures, set.base.as_ref().map(|base| &base.measures), paint));
    out.push_str(&change(set.discordant(), paint));
    if figures.agree.of > 0 {
        out.push_str(&confusion(&set.head.confusion, policy, paint));
    }
    out
}

/// Three lines: agreement, over-refusal, under-refusal, each with what it was before.
pub fn measures(head: &Measures, base: Option<&Measures>, paint: Paint) -> String {
    let row = |name: &str, pick: fn(&Measures) -> crate::stats::Proportion| {
        let mut row = vec![Cell::new(name), figure::proportion(pick(head)).into()];
        if let Some(base) = base.filter(|base| pick(base) != pick(head)) {
            row.push(Cell::new(format!("before {}", figure::proportion(pick(base)))).painted(|text| paint.dim(text)));
        }
        row
    };
    let rows = [
        row("agreement", |measures| measures.agree),
        row("over-refusal", |measures| measures.over_refusal),
        row("under-refusal", |measures| measures.under_refusal),
    ];
    lines(&rows, 2)
}

fn change(change: Option<crate::stats::Discordant>, _paint: Paint) -> String {
    change.map_or(String::new(), |change| format!("  change         {}\n", figure::paired(change)))
}

/// Rows are what the gold label calls for, columns what was decided.
fn confusion(confusion: &Confusion, policy: &Policy, paint: Paint) -> String {
    let ids: Vec<String> =
        policy.manifest.behaviors.iter().map(|(_, behavior)| own_words(&behavior.id).into_owned()).collect();
    let corner = Cell::new("gold ↓  verdict →").painted(|text| paint.dim(text));
    let head = std::iter::once(corner).chain(ids.iter().map(|id| Cell::new(id.as_str()).right())).collect();
    let mut rows = vec![head];
    for (gold, row) in confusion.rows().enumerate() {
        let cell = |(verdict, n): (usize, &u64)| {
            let cell = Cell::new(if *n == 0 { "·".to_owned() } else { thousands(*n) }).right();
            if verdict == gold || *n == 0 { cell.painted(|text| paint.dim(text)) } else { cell }
        };
        let name = Cell::new(ids.get(gold).cloned().unwrap_or_default());
        rows.push(std::iter::once(name).chain(row.iter().enumerate().map(cell)).collect());
    }
    format!("\n{}", lines(&rows, 2))
}

fn parts(groups: &[(Group, GroupFigures)], paint: Paint) -> String {
    let titles = ["", "", "cases", "agreement", "over-refusal", "under-refusal", "fixed", "regressed", "changed"];
    let mut rows = vec![titles.iter().map(|title| Cell::new(*title).painted(|text| paint.dim(text))).collect()];
    for (group, figures) in groups {
        let mut row = vec![
            Cell::new(group.axis()).painted(|text| paint.dim(text)),
            own_words(&group.name()).into_owned().into(),
            Cell::new(thousands(figures.head.cases)).right(),
        ];
        for proportion in [figures.head.agree, figures.head.over_refusal, figures.head.under_refusal] {
            row.push(if proportion.of == 0 { "–".into() } else { figure::proportion(proportion).into() });
        }
        for n in [figures.fixed, figures.regressed, figures.changed] {
            row.push(Cell::new(if n == 0 { String::new() } else { thousands(n) }).right());
        }
        rows.push(row);
    }
    lines(&rows, 2)
}

fn verdicts(replay: &Replay, paint: Paint) -> String {
    let mut rows = Vec::new();
    for set in &replay.sets {
        for (row, verdict) in set.head.verdicts.iter().enumerate() {
            let words = super::Words::of(verdict, &replay.head).shown();
            rows.push(vec![case(set.gold.set(), &set.gold.id(row)).into(), own_words(&words).into_owned().into()]);
        }
    }
    format!("\n{}\n{}", paint.bold("verdicts"), lines(&rows, 2))
}

/// The flips by kind, or that there is none; nothing where there is no base.
pub fn flips(report: &ReplayReport<'_>, paint: Paint) -> String {
    if report.base.is_none() {
        return String::new();
    }
    let flips: Vec<FlipWords<'_>> = report.flips().collect();
    if flips.is_empty() {
        return "\nno flips: every case is decided as before\n".to_owned();
    }
    let mut out = String::new();
    for kind in FlipKind::ALL {
        let of_kind: Vec<_> = flips.iter().filter(|flip| flip.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let title = format!("{} {} {}", kind.sign(), thousands(of_kind.len() as u64), kind.word());
        out.push_str(&format!("\n{}\n", paint.flip(kind, title)));
        let rows: Vec<Vec<Cell>> = of_kind.iter().map(|flip| flip_row(flip, paint)).collect();
        for (row, flip) in lines(&rows, 2).lines().zip(of_kind) {
            out.push_str(&format!("{row}\n{}", cause(flip, paint)));
        }
    }
    out
}

fn flip_row(flip: &FlipWords<'_>, paint: Paint) -> Vec<Cell> {
    let own = |text: &str| Cell::new(own_words(text).into_owned());
    vec![
        Cell::new(case(flip.set, &flip.case)),
        own(&gold(flip)).painted(|text| paint.dim(text)),
        own(&flip.base.shown()),
        Cell::new("→"),
        own(&flip.head.shown()),
        Cell::new(match flip.meant {
            Some(true) => "meant",
            Some(false) => "collateral",
            None => "",
        }),
    ]
}

/// One line an edit behind the flip.
fn cause(flip: &FlipWords<'_>, paint: Paint) -> String {
    let Some(cause) = flip.cause else { return String::new() };
    let how = match (cause.how, cause.changes.len()) {
        (_, 0) => return format!("    {}\n", paint.dim("by no single edit that was found")),
        (How::Each, 1) => "by",
        (How::Each, _) => "by each of",
        (How::Together, _) => "by, together",
        (How::Parts, _) => "by, in parts",
        (How::Touching, _) => "touched by",
    };
    let mut out = String::new();
    for (at, change) in cause.changes.iter().enumerate() {
        let how = if at == 0 { how } else { "and" };
        let place = change.place().map(|place| format!("  {place}")).unwrap_or_default();
        let sentence = own_words(&change.sentence()).into_owned();
        out.push_str(&format!("    {} {sentence}{}\n", paint.dim(how), paint.dim(own_words(&place))));
    }
    out
}

/// `gold refuse or escalate`
pub(super) fn gold(flip: &FlipWords<'_>) -> String {
    match flip.gold {
        None => "no gold label".to_owned(),
        Some(first) => {
            let others = flip.acceptable.iter().filter(|other| **other != first);
            let all: Vec<&str> = std::iter::once(first).chain(others.copied()).collect();
            format!("gold {}", all.join(" or "))
        }
    }
}

fn case(set: &str, id: &str) -> String {
    own_words(&format!("{set}/{id}")).into_owned()
}

/// One line a limit: whether it holds, what was measured, and over how many cases.
pub fn gates(replay: &Replay, paint: Paint) -> String {
    let rows: Vec<Vec<Cell>> = replay.gates.iter().map(|gate| gate_row(gate, paint)).collect();
    lines(&rows, 2)
}

fn gate_row(gate: &GateResult, paint: Paint) -> Vec<Cell> {
    let status = match gate.status {
        GateStatus::Pass => Cell::new("pass").painted(|text| paint.better(text)),
        GateStatus::Fail => Cell::new("FAIL").painted(|text| paint.worse(text)),
        GateStatus::NoData => Cell::new("no data").painted(|text| paint.notable(text)),
    };
    let (measured, over) = gate_words(gate);
    vec![status, gate_name(gate).into(), measured.into(), Cell::new(over).painted(|text| paint.dim(text))]
}

/// `under_refusal, tier 1`
pub fn gate_name(gate: &GateResult) -> String {
    match gate.tier {
        Some(tier) => format!("{}, tier {tier}", gate.kind.word()),
        None => gate.kind.word().to_owned(),
    }
}

/// What was measured against the limit, and over which cases.
pub fn gate_words(gate: &GateResult) -> (String, String) {
    let number = |value: f64| match gate.kind {
        GateKind::Regressions | GateKind::Collateral | GateKind::CollateralFlips => thousands(value as u64),
        GateKind::UnderRefusal | GateKind::OverRefusal => percent(value),
    };
    let (n, of) = gate.counts;
    match gate.value {
        Some(value) => {
            let sign = if value > gate.limit { ">" } else { "≤" };
            let before = gate.before.filter(|_| gate.status == GateStatus::Fail);
            let before = before.map(|before| format!(", {} before", number(before))).unwrap_or_default();
            (
                format!("{} {sign} {}", number(value), number(gate.limit)),
                format!("{} of {}{before}", thousands(n), thousands(of)),
            )
        }
        None => {
            let why = match gate.kind {
                _ if gate.status == GateStatus::Fail => {
                    "cannot be known: the two versions are too large to be compared exactly"
                }
                GateKind::Regressions => "nothing to compare with",
                GateKind::Collateral | GateKind::CollateralFlips => "nothing is declared as meant",
                GateKind::UnderRefusal | GateKind::OverRefusal => "no case where it is possible",
            };
            (format!("limit {}", number(gate.limit)), why.to_owned())
        }
    }
}

/// The sets that gained or lost cases; nothing where there is none.
pub fn case_changes(report: &ReplayReport<'_>, paint: Paint) -> String {
    let mut out = String::new();
    for change in &report.case_changes {
        let words = format!(
            "{}: {} removed, {} added",
            own_words(&change.set),
            count(change.removed as u64, "case", "cases"),
            thousands(change.added as u64),
        );
        out.push_str(&format!("\n{}\n", paint.notable(words)));
    }
    out
}

/// The cases whose gold label differs; nothing where there is none.
pub fn label_changes(report: &ReplayReport<'_>, paint: Paint) -> String {
    if report.label_changes.is_empty() {
        return String::new();
    }
    let used = if report.labels_of_base { report.base.as_ref() } else { Some(&report.head) };
    let used = used.map(|version| own_words(&named(version)).into_owned()).unwrap_or_default();
    let title = count(report.label_changes.len() as u64, "gold label differs", "gold labels differ");
    let word = |label: &Option<String>| own_words(label.as_deref().unwrap_or("no gold label")).into_owned();
    let row = |change: &super::LabelChange| {
        vec![
            case(&change.set, &change.case).into(),
            word(&change.base).into(),
            Cell::new("→"),
            Cell::new(word(&change.head)),
        ]
    };
    let rows: Vec<Vec<Cell>> = report.label_changes.iter().map(row).collect();
    format!("\n{}\n  both sides are measured by those of {used}\n{}", paint.bold(title), lines(&rows, 2))
}

fn outcome(report: &ReplayReport<'_>, paint: Paint) -> String {
    let failed = report.replay.gates.iter().filter(|gate| gate.status == GateStatus::Fail).count() as u64;
    let mut words = Vec::new();
    if failed > 0 {
        words.push(count(failed, "gate fails", "gates fail"));
    }
    if report.errors > 0 {
        let errors = count(report.errors, "error", "errors");
        words.push(format!("{errors} in the policy, so the figures may miss something: see `casebook check`"));
    }
    if !words.is_empty() {
        return format!("{}\n", paint.worse(words.join("; ")));
    }
    let passed = report.replay.gates.iter().filter(|gate| gate.status == GateStatus::Pass).count() as u64;
    let nothing = report.replay.gates.len() as u64 - passed;
    if report.replay.gates.is_empty() {
        return "the manifest sets no gates\n".to_owned();
    }
    let unmeasured =
        if nothing > 0 { format!(", {} had nothing to measure", thousands(nothing)) } else { String::new() };
    format!("{}\n", paint.better(format!("{}{unmeasured}", count(passed, "gate passes", "gates pass"))))
}
