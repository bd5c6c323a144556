//! Rounds: what was opened, how they stand, what closing did.

use super::again::{Again, resampled};
use super::figure::{count, percent, proportion, proportion_json, thousands};
use super::paint::{Paint, own_words};
use super::table::{Cell, lines};
use crate::agreement::round::{ExitStanding, LabelerStanding, Matched, OfRound, RoundStanding};
use crate::policy::round::{Blindness, Closed, PlanRow, Round};
use crate::stats::{Bootstrap, Enough};
use serde_json::{Value, json};

/// A round of a gold set and how it stands.
#[derive(Debug, Clone)]
pub struct RoundReport<'a> {
    pub set: &'a str,
    pub round: &'a Round,
    pub plan: &'a [PlanRow],
    /// `None` while it is open.
    pub closed: Option<&'a Closed>,
    pub standing: &'a RoundStanding,
    /// Gives its figures again.
    pub again: Again<'a>,
}

impl RoundReport<'_> {
    /// `open`, `closed`
    pub fn state(&self) -> &'static str {
        if self.closed.is_none() { "open" } else { "closed" }
    }

    /// Cases, and probes that are mixed in.
    fn cases(&self) -> (usize, usize) {
        let probes = self.plan.iter().filter(|row| row.probe).count();
        (self.plan.len() - probes, probes)
    }

    fn cases_words(&self) -> String {
        let (cases, probes) = self.cases();
        let mut words = count(cases as u64, "case", "cases");
        if probes > 0 {
            words.push_str(&format!(" and {}", count(probes as u64, "probe", "probes")));
        }
        words
    }
}

/// What is to be known of a round: how far each labeler is, how they do, whether it is enough.
pub fn text(report: &RoundReport<'_>, paint: Paint) -> String {
    let RoundReport { round, standing, .. } = report;
    let mut out = format!(
        "{} ({}, {}, {}): {}\n",
        paint.bold(own_words(&round.name)),
        round.kind.word(),
        round.blindness.word(),
        report.state(),
        report.cases_words(),
    );
    let rows: Vec<Vec<Cell>> = standing.labelers.iter().map(|labeler| labeler_cells(labeler, paint)).collect();
    out.push_str(&lines(&rows, 2));
    if standing.labelers.iter().any(|labeler| !labeler.probes.is_empty()) {
        out.push_str(&matches("On probes, as ruled", standing, |labeler| &labeler.probes, paint));
    }
    if standing.labelers.iter().any(|labeler| !labeler.repeats.is_empty()) {
        out.push_str(&matches("On a second reading, as on the first", standing, |labeler| &labeler.repeats, paint));
    }
    if !standing.exits.is_empty() {
        out.push_str(&format!("{}\n", paint.dim(enough_words(standing))));
    }
    for exit in &standing.exits {
        out.push_str(&format!("  {} {}\n", mark(exit), own_words(&exit_words(exit))));
    }
    if report.closed.is_none() && round.blindness == Blindness::Sealed {
        out.push_str(&format!("{}\n", paint.dim("What was labeled stays sealed until the round is closed.")));
    }
    out + &again(report, paint)
}

/// What gives the figures again.
pub fn again(report: &RoundReport<'_>, paint: Paint) -> String {
    let Bootstrap { seed, replicates } = OfRound::BOOTSTRAP;
    let mut out = format!(
        "{}  {}; {}\n  {}\n",
        paint.bold("again"),
        own_words(&report.again.words()),
        resampled(seed, replicates),
        own_words(&report.again.command_line()),
    );
    if let Some(caveat) = report.again.caveat() {
        out.push_str(&format!("  {}\n", paint.dim(caveat)));
    }
    out
}

/// Above the exit criteria.
pub fn enough_words(standing: &RoundStanding) -> &'static str {
    if standing.at_close { "Whether it was enough, when it was closed" } else { "Whether it is enough" }
}

/// `✓` where a criterion is met, `✗` where it is not, `?` where nobody can tell.
pub fn mark(exit: &ExitStanding) -> &'static str {
    match exit.enough {
        Enough::Met => "✓",
        Enough::More(_) | Enough::TooLow => "✗",
        Enough::Unknown => "?",
    }
}

fn labeler_cells(labeler: &LabelerStanding, paint: Paint) -> Vec<Cell> {
    let mut notes = Vec::new();
    if labeler.abstained > 0 {
        notes.push(format!("{} of them abstentions", thousands(labeler.abstained as u64)));
    }
    if labeler.repeated.1 > 0 {
        let (done, all) = labeler.repeated;
        notes.push(format!("{} of {} read twice", thousands(done as u64), thousands(all as u64)));
    }
    if let Some(seconds) = labeler.seconds {
        notes.push(format!("{seconds} s a case in the middle"));
    }
    vec![
        Cell::new(own_words(&labeler.labeler).into_owned()),
        Cell::new(format!("{} of {}", thousands(labeler.done as u64), thousands(labeler.asked as u64))).right(),
        Cell::new(notes.join(", ")).painted(|notes| paint.dim(notes)),
    ]
}

fn matches(
    title: &str,
    standing: &RoundStanding,
    of: impl Fn(&LabelerStanding) -> &Vec<Matched>,
    paint: Paint,
) -> String {
    let rows: Vec<Vec<Cell>> = standing
        .labelers
        .iter()
        .flat_map(|labeler| of(labeler).iter().map(move |matched| (labeler, matched)))
        .map(|(labeler, Matched { field, same })| {
            vec![Cell::new(own_words(&labeler.labeler).into_owned()), Cell::new(*field), Cell::new(proportion(*same))]
        })
        .collect();
    format!("{}\n{}", paint.dim(title), lines(&rows, 2))
}

/// `alpha-ordinal of severity: 0.61, at least 0.53 (on 40 cases), needs 0.67: not met, the figure itself is too low …`
pub fn exit_words(standing: &ExitStanding) -> String {
    let ExitStanding { exit, figure, used, enough } = standing;
    let found = match figure {
        Err(why) => format!("no figure, {why}"),
        Ok((value, _)) => {
            let low = standing.low().map_or_else(|| "no interval".to_owned(), |low| format!("at least {low:.2}"));
            format!("{value:.2}, {low} (on {})", count(*used as u64, "case", "cases"))
        }
    };
    let state = match enough {
        Enough::Met => "met".to_owned(),
        Enough::More(more) => format!("not met, about {} needed", count(*more, "more case", "more cases")),
        Enough::TooLow => "not met: the figure itself is too low, and more cases would not raise it".to_owned(),
        Enough::Unknown if figure.is_ok() => "too few cases to tell".to_owned(),
        Enough::Unknown => "nobody can tell yet".to_owned(),
    };
    format!("{} of {}: {found}; needs {:.2}: {state}", exit.measure, exit.field, exit.low)
}

/// `{"round","set","kind","open","blindness","cases","probes","labelers","exit","command","commit","changed","filter","seed","replicates"}`
pub fn json(report: &RoundReport<'_>) -> Value {
    let RoundReport { round, set, standing, closed, .. } = report;
    let (cases, probes) = report.cases();
    let mut object = json!({
        "round": &*round.name,
        "set": set,
        "kind": round.kind.word(),
        "purpose": &*round.purpose,
        "open": closed.is_none(),
        "opened": {"at": &*round.opened, "by": &*round.by, "policy": round.policy.as_deref()},
        "closed": closed.map(|closed| json!({"at": &*closed.at, "by": &*closed.by})),
        "blindness": round.blindness.word(),
        "cases": cases,
        "probes": probes,
        "labelers": standing.labelers.iter().map(labeler_json).collect::<Vec<_>>(),
        "exit": standing.exits.iter().map(exit_json).collect::<Vec<_>>(),
        "exit_at_close": standing.at_close,
        "seed": OfRound::BOOTSTRAP.seed,
        "replicates": OfRound::BOOTSTRAP.replicates,
    });
    report.again.put_into(&mut object);
    object
}

fn labeler_json(labeler: &LabelerStanding) -> Value {
    let matched = |of: &[Matched]| {
        let pair = |Matched { field, same }: &Matched| ((*field).to_owned(), proportion_json(*same));
        Value::Object(of.iter().map(pair).collect())
    };
    json!({
        "labeler": &*labeler.labeler,
        "asked": labeler.asked,
        "done": labeler.done,
        "abstained": labeler.abstained,
        "repeats": {"asked": labeler.repeated.1, "done": labeler.repeated.0, "same": matched(&labeler.repeats)},
        "probes": matched(&labeler.probes),
        "seconds": labeler.seconds,
    })
}

fn exit_json(exit: &ExitStanding) -> Value {
    let interval = exit.interval();
    let (state, more) = match exit.enough {
        Enough::Met => ("met", None),
        Enough::More(more) => ("more-cases", Some(more)),
        Enough::TooLow => ("too-low", None),
        Enough::Unknown => ("unknown", None),
    };
    json!({
        "measure": &*exit.exit.measure,
        "field": &*exit.exit.field,
        "needs": exit.exit.low,
        "value": exit.value(),
        "low": interval.map(|interval| interval.low),
        "high": interval.map(|interval| interval.high),
        "n_used": exit.used,
        "undefined": exit.figure.as_ref().err(),
        "state": state,
        "more": more,
    })
}

/// One line a round.
pub fn list_text(reports: &[RoundReport<'_>], paint: Paint) -> String {
    let row = |report: &RoundReport<'_>| {
        let (done, asked) = report.standing.progress();
        let share = if asked > 0 { percent(done as f64 / asked as f64) } else { String::new() };
        let exits = &report.standing.exits;
        let met = exits.iter().filter(|exit| exit.enough == Enough::Met).count();
        let enough = if exits.is_empty() { String::new() } else { format!("{met} of {} criteria met", exits.len()) };
        vec![
            Cell::new(own_words(&report.round.name).into_owned()).painted(|name| paint.bold(name)),
            Cell::new(report.round.kind.word()),
            Cell::new(report.state()),
            Cell::new(report.cases_words()),
            Cell::new(format!("{} of {} read", thousands(done as u64), thousands(asked as u64))).right(),
            Cell::new(share).right(),
            Cell::new(enough),
        ]
    };
    lines(&reports.iter().map(row).collect::<Vec<_>>(), 0)
}

/// `{"set","rounds":[…]}`, each as [`json`] gives it.
pub fn list_json(set: &str, reports: &[RoundReport<'_>]) -> Value {
    json!({"set": set, "rounds": reports.iter().map(json).collect::<Vec<_>>()})
}

/// What opening did.
pub fn opened_text(set: &str, round: &Round, plan: &[PlanRow], folder: &str, notes: &[String], paint: Paint) -> String {
    let mut out = format!(
        "opened the round {} of {}: {}\n  {}\n",
        paint.bold(own_words(&round.name)),
        own_words(set),
        drawn_words(round, plan),
        own_words(folder),
    );
    for labeler in &round.labelers {
        let reads = plan.iter().filter(|row| row.labelers.iter().any(|who| **who == **labeler));
        let twice = reads.clone().filter(|row| row.repeats.iter().any(|who| **who == **labeler)).count();
        let twice = if twice > 0 { format!(", {twice} of them twice") } else { String::new() };
        out.push_str(&format!(
            "  {} reads {}{twice}\n",
            own_words(labeler),
            count(reads.count() as u64, "case", "cases")
        ));
    }
    for note in notes {
        out.push_str(&format!("  {} {}\n", paint.notable("warning:"), own_words(note)));
    }
    out
}

/// `50 of 312 cases and 3 probes, 106 labels`: what is drawn, and how many labels are asked for, second readings among them.
pub fn drawn_words(round: &Round, plan: &[PlanRow]) -> String {
    let probes = plan.iter().filter(|row| row.probe).count();
    let (cases, of) = (plan.len() - probes, round.sample.of.unwrap_or(plan.len() - probes));
    let mut words = count(of as u64, "case", "cases");
    if cases < of {
        words = format!("{} of {words}", thousands(cases as u64));
    }
    if probes > 0 {
        words.push_str(&format!(" and {}", count(probes as u64, "probe", "probes")));
    }
    format!("{words}, {}", count(labels_of(plan) as u64, "label", "labels"))
}

/// How many labels a plan asks for, second readings among them.
fn labels_of(plan: &[PlanRow]) -> usize {
    plan.iter().map(|row| row.labelers.len() + row.repeats.len()).sum()
}

/// `{"round","set","folder","cases","probes","labels","of","seed","labelers","exit","notes"}`
pub fn opened_json(set: &str, round: &Round, plan: &[PlanRow], folder: &str, notes: &[String]) -> Value {
    let probes = plan.iter().filter(|row| row.probe).count();
    json!({
        "round": &*round.name,
        "set": set,
        "folder": folder,
        "cases": plan.len() - probes,
        "probes": probes,
        "labels": labels_of(plan),
        "of": round.sample.of,
        "seed": round.seed,
        "labelers": round.labelers.iter().map(|labeler| &**labeler).collect::<Vec<_>>(),
        "exit": round.exit.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "notes": notes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::round::Exit;
    use crate::stats::{Interval, Proportion};

    fn exit(enough: Enough, figure: Result<(f64, Option<f64>), &str>) -> ExitStanding {
        let figure = figure.map_err(str::to_owned);
        let figure = figure.map(|(value, low)| (value, low.map(|low| Interval { low, high: value + 0.1 })));
        let exit = Exit { measure: "alpha-ordinal".into(), field: "severity".into(), low: 0.67 };
        ExitStanding { exit, figure, used: 40, enough }
    }

    #[test]
    fn a_criterion_says_what_was_found_and_what_it_takes() {
        let check = |standing: ExitStanding, expect: &str| {
            assert_eq!(exit_words(&standing), format!("alpha-ordinal of severity: {expect}"));
        };
        check(exit(Enough::Met, Ok((0.8, Some(0.7)))), "0.80, at least 0.70 (on 40 cases); needs 0.67: met");
        check(
            exit(Enough::More(1200), Ok((0.7, Some(0.5)))),
            "0.70, at least 0.50 (on 40 cases); needs 0.67: not met, about 1,200 more cases needed",
        );
        check(
            exit(Enough::TooLow, Ok((0.6, Some(0.5)))),
            "0.60, at least 0.50 (on 40 cases); needs 0.67: not met: the figure itself is too low, and more cases would not raise it",
        );
        check(
            exit(Enough::Unknown, Ok((0.9, None))),
            "0.90, no interval (on 40 cases); needs 0.67: too few cases to tell",
        );
        check(
            exit(Enough::Unknown, Err("nobody labeled")),
            "no figure, nobody labeled; needs 0.67: nobody can tell yet",
        );
    }

    #[test]
    fn what_is_drawn_is_counted() {
        let check = |of: usize, probes: usize, expect: &str| {
            let mut round = Round::default();
            round.sample.of = Some(of);
            let row =
                |at| PlanRow { labelers: vec!["ana".into(), "bo".into()], probe: at < probes, ..PlanRow::default() };
            let mut plan: Vec<PlanRow> = (0..4).map(row).collect();
            plan[3].repeats.push("ana".into());
            assert_eq!(drawn_words(&round, &plan), expect);
        };
        check(4, 0, "4 cases, 9 labels");
        check(1200, 1, "3 of 1,200 cases and 1 probe, 9 labels");
    }

    #[test]
    fn a_round_says_how_far_everybody_is() {
        let labeler = |name: &str, probes| LabelerStanding {
            labeler: name.into(),
            asked: 44,
            done: 40,
            abstained: 1,
            repeated: (3, 4),
            seconds: Some(21),
            probes,
            repeats: vec![Matched { field: "behavior", same: Proportion { hits: 3, of: 3 } }],
        };
        let probes = vec![Matched { field: "severity", same: Proportion { hits: 1, of: 2 } }];
        let standing = RoundStanding {
            labelers: vec![labeler("ana", probes), labeler("b\u{1b}o", Vec::new())],
            exits: vec![exit(Enough::Met, Ok((0.8, Some(0.7))))],
            at_close: false,
        };
        let round = Round { name: "r1".into(), blindness: Blindness::Sealed, ..Round::default() };
        let plan = [PlanRow::default(), PlanRow { probe: true, ..PlanRow::default() }];
        let again = Again::of_round("core", "r1", Some("fedcba9876543210"), true);
        let report = RoundReport { set: "core", round: &round, plan: &plan, closed: None, standing: &standing, again };
        insta::assert_snapshot!(text(&report, Paint::PLAIN), @r"
        r1 (production, sealed, open): 1 case and 1 probe
          ana  40 of 44  1 of them abstentions, 3 of 4 read twice, 21 s a case in the middle
          b␛o  40 of 44  1 of them abstentions, 3 of 4 read twice, 21 s a case in the middle
        On probes, as ruled
          ana  severity  1 of 2, 50.0 % [9.5–90.5]
        On a second reading, as on the first
          ana  behavior  3 of 3, 100 % [43.9–100]
          b␛o  behavior  3 of 3, 100 % [43.9–100]
        Whether it is enough
          ✓ alpha-ordinal of severity: 0.80, at least 0.70 (on 40 cases); needs 0.67: met
        What was labeled stays sealed until the round is closed.
        again  the files on disk, which differ from fedcba987, labels of the round r1; seed 0, 1,000 resamples
          casebook round report r1 --set core
          Uncommitted files are in it: the command gives the same only while they stay as they are.
        ");
        insta::assert_snapshot!(list_text(std::slice::from_ref(&report), Paint::PLAIN), @"r1  production  open  1 case and 1 probe  80 of 88 read  90.9 %  1 of 1 criteria met");
        let value = json(&report);
        assert_eq!(value["labelers"][0]["probes"]["severity"]["of"], 2);
        assert_eq!((&value["exit"][0]["state"], &value["exit"][0]["low"]), (&"met".into(), &0.7.into()));
    }
}
