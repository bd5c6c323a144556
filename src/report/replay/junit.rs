//! JUnit XML, for services that show test results: one suite a gold set, one test a case.

use super::{ReplayReport, Words};
use crate::policy::taxonomy::NO_CATEGORY;
use crate::replay::run::{SetReplay, SideView};
use crate::replay::standing::Standing;
use crate::report::paint::xml_words;

/// A case whose verdict its gold label does not accept fails; one that cannot be measured is skipped; each gate is a
/// test of a suite of its own.
pub fn junit(report: &ReplayReport<'_>) -> String {
    let replay = report.replay;
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    for set in &replay.sets {
        let (suite, ran, failed) = one_set(set, report);
        suites.push_str(&suite);
        tests += ran;
        failures += failed;
    }
    let (suite, ran, failed) = gates(report);
    suites.push_str(&suite);
    tests += ran;
    failures += failed;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"casebook\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n"
    )
}

fn one_set(set: &SetReplay, report: &ReplayReport<'_>) -> (String, usize, usize) {
    let policy = &report.replay.head;
    let view = SideView::new(&set.gold, policy, &set.head.verdicts);
    let mut cases = String::new();
    let (mut failures, mut skipped) = (0, 0);
    for row in 0..set.gold.len() {
        let situation = set.gold.situation(row);
        let (verdict, accepted) = view.at(situation, set.gold.outcome(row));
        let standing = Standing::of(verdict.behavior, verdict.undetermined, accepted);
        let category = set.gold.harms(situation).next().map_or(NO_CATEGORY, |harm| harm.category);
        let place = set.gold.place(row);
        cases.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
            xml_words(category),
            xml_words(&set.gold.id(row)),
            xml_words(&place.file),
            place.position.map_or(1, |position| position.line),
        ));
        match standing {
            Standing::Agrees => cases.push_str("/>\n"),
            Standing::Unlabeled | Standing::Undetermined => {
                skipped += 1;
                cases.push_str(&format!("><skipped message=\"{}\"/></testcase>\n", standing.word()));
            }
            Standing::OverRefusal | Standing::UnderRefusal | Standing::Otherwise => {
                failures += 1;
                let expected = set.gold.outcome_words(set.gold.outcome(row)).behavior.unwrap_or_default();
                let message = format!("expected {expected}, got {}", Words::of(verdict, policy).shown());
                cases.push_str(&format!(
                    "><failure type=\"{}\" message=\"{}\"/></testcase>\n",
                    standing.word(),
                    xml_words(&message)
                ));
            }
        }
    }
    let suite = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n{cases}  \
         </testsuite>\n",
        xml_words(&format!("gold/{}", set.gold.set())),
        set.gold.len(),
    );
    (suite, set.gold.len(), failures)
}

fn gates(report: &ReplayReport<'_>) -> (String, usize, usize) {
    use crate::replay::gates::GateStatus;
    let gates = &report.replay.gates;
    if gates.is_empty() {
        return (String::new(), 0, 0);
    }
    let of = |status| gates.iter().filter(|gate| gate.status == status).count();
    let (failures, skipped) = (of(GateStatus::Fail), of(GateStatus::NoData));
    let mut cases = String::new();
    for gate in gates {
        let (measured, over) = super::text::gate_words(gate);
        cases.push_str(&format!("    <testcase classname=\"gates\" name=\"{}\"", super::text::gate_name(gate)));
        let message = xml_words(&format!("{measured} ({over})"));
        match gate.status {
            GateStatus::Pass => cases.push_str("/>\n"),
            GateStatus::Fail => {
                cases.push_str(&format!("><failure type=\"gate\" message=\"{message}\"/></testcase>\n"));
            }
            GateStatus::NoData => cases.push_str(&format!("><skipped message=\"{message}\"/></testcase>\n")),
        }
    }
    let suite = format!(
        "  <testsuite name=\"gates\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n{cases}  \
         </testsuite>\n",
        gates.len(),
    );
    (suite, gates.len(), failures)
}
