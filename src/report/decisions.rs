//! What two versions decide otherwise: every region whose behavior changed, and no other.

use super::difference::change_json;
use super::figure::{count, percent};
use super::paint::{Paint, markdown_words, own_words};
use super::renamed::{self as names, in_name_too};
use crate::analyze::space::{Changed, Difference, Of, Points, Side, one_sided, points_words, share, thousands};
use crate::analyze::structure::Change;
use crate::decide::{form, plain};
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Condition;
use crate::policy::problem::Problem;
use crate::replay::cause::How;
use serde_json::{Map, Value, json};

/// The decisions of two versions, compared.
#[derive(Debug)]
pub struct DecisionsReport<'a> {
    pub base: &'a Policy,
    pub head: &'a Policy,
    pub difference: &'a Difference,
    /// As many as there are regions, in their order.
    pub regions: Vec<RegionWords<'a>>,
    /// What authors declared, the earliest first, as it was written.
    pub intents: &'a [String],
    /// Lines of it that cannot be read, and why.
    pub unread: &'a [(String, String)],
}

/// What lies behind and within one region.
#[derive(Debug)]
pub struct RegionWords<'a> {
    pub how: How,
    /// The renamings that alone are behind it: only a name changed there. None where there is more to it.
    pub renamed: Vec<&'a Change>,
    /// As an author declares that it is meant.
    pub intent: String,
    /// Each with the number of points at which the base's behavior is back without it.
    pub edits: Vec<(&'a Change, &'a Points)>,
    /// Set and case.
    pub cases: Vec<(String, String)>,
}

/// The default, where a clause is named.
const DEFAULT: &str = "default";

/// What everything is counted in.
pub const POINT: &str = "a point is one combination of category, severity, target and facets";

/// So many cases of a region are named in text; the rest is counted.
const MOST_CASES: usize = 8;

/// A condition of more letters than these nobody reads in a line.
const MOST_IN_FULL: usize = 600;

/// A line that counts, and each region: from what to what, where, by whom, and the cases within.
pub fn text(report: &DecisionsReport<'_>, paint: Paint) -> String {
    let mut out = format!("  {}\n", in_name_too(report, summary(report.difference, report.base, report.head)));
    out.push_str(&declared(report, paint));
    let mut told = None;
    for (region, more) in report.told() {
        if !report.intents.is_empty() && told != Some(region.meant) {
            told = Some(region.meant);
            out.push_str(&format!("\n  {}\n", paint.bold(apart(report.difference, region.meant))));
        }
        let head = format!("{} → {}", region.from, region.to);
        let size = size(region, report.difference);
        out.push_str(&format!("\n  {}  {}\n", paint.bold(own_words(&head)), paint.dim(size)));
        let mut line = |name: &str, words: &str| {
            out.push_str(&format!("    {}  {}\n", paint.dim(format!("{name:<7}")), own_words(words)));
        };
        line("where", &place(report.difference, report.base, report.head, region));
        for word in one_sided(&report.difference.space.words, report.base, report.head, &region.when) {
            line("", &word);
        }
        if let Some(words) = in_full(report.difference, region) {
            let letters = words.chars().count();
            let too_long = || format!("{letters} letters long: `--format json` has it, as `when`");
            line("in full", &if letters > MOST_IN_FULL { too_long() } else { words });
        }
        line("clause", &deciders(report.base, report.head, region));
        for (at, (edit, points)) in more.edits.iter().enumerate() {
            line(if at == 0 { edit_word(more.how) } else { "" }, &edit_words(edit, points, region));
        }
        line("cases", &cases(more));
    }
    out.push_str(&names::text(report, paint));
    out.push_str(&format!("\n  {}\n", paint.dim(POINT)));
    out
}

impl<'a> DecisionsReport<'a> {
    /// The regions in which more than a name changed.
    fn told(&self) -> impl Iterator<Item = (&'a Changed, &RegionWords<'a>)> {
        let regions = self.difference.regions.iter().zip(&self.regions);
        regions.filter(|(_, more)| more.renamed.is_empty())
    }
}

/// A file of one of the versions that cannot be read: of what it says nothing is known, and nothing is proven.
fn unread<'p>(base: &'p Policy, head: &'p Policy) -> Option<(&'static str, &'p Problem)> {
    let of = |version, policy: &'p Policy| policy.unread.as_ref().map(|problem| (version, problem));
    of("older", base).or_else(|| of("newer", head))
}

/// `1,440 of 345,600 points changed, 0.4 %, in 2 regions`; or that nothing did, proven.
pub fn summary(difference: &Difference, base: &Policy, head: &Policy) -> String {
    let points = thousands(&difference.points);
    let partly = unread(base, head).map(|(version, problem)| {
        format!(
            "nothing is proven, because `{}` of the {version} version cannot be read. Of the rest, ",
            problem.place.file
        )
    });
    let partly = partly.unwrap_or_default();
    if difference.is_equivalent() {
        if !partly.is_empty() {
            return format!("{partly}all {points} points are decided alike");
        }
        return format!("both versions decide all {points} points alike: proven, none left out");
    }
    let share = percent(share(&difference.changed, &difference.points));
    let regions = count(difference.regions.len() as u64, "region", "regions");
    format!("{partly}{} of {points} points changed, {share}, in {regions}", thousands(&difference.changed))
}

/// `960 points, 0.3 %`
pub fn size(region: &Changed, difference: &Difference) -> String {
    format!("{}, {}", points_words(&region.points), percent(share(&region.points, &difference.points)))
}

/// Where it is, as plainly as it can be said: as a condition, or by what one of the clauses decides.
pub fn place(difference: &Difference, base: &Policy, head: &Policy, region: &Changed) -> String {
    let (told, of) = told(difference, base, head, region);
    match (told, of) {
        (None, of) => of,
        (Some(told), of) if of.is_empty() => told,
        (Some(told), of) => format!("{of}: {told}"),
    }
}

/// The same for a row that may be cut at its end: first what tells it from the rest.
pub fn place_in_a_row(difference: &Difference, base: &Policy, head: &Policy, region: &Changed) -> String {
    let (told, of) = told(difference, base, head, region);
    match (told, of) {
        (None, of) => of,
        (Some(told), of) if of.is_empty() => told,
        (Some(told), of) => format!("{told}, {of}"),
    }
}

/// What tells it from the rest, if not all of it is meant, and of what; nothing where it is told by itself.
fn told(difference: &Difference, base: &Policy, head: &Policy, region: &Changed) -> (Option<String>, String) {
    let words = &difference.space.words;
    let Some(Of { side, when }) = &region.of else {
        return (Some(plain::condition(words, &region.when)), String::new());
    };
    let (decider, decides, applies) = match side {
        Side::Before => (clause(base, region.before), "decided", "applied"),
        Side::After => (clause(head, region.after), "decides now", "applies now"),
    };
    let all = *when == Condition::always();
    let of = match decider {
        Some(id) if all => format!("all that `{id}` {decides}"),
        Some(id) => format!("of what `{id}` {decides}"),
        None if all => format!("wherever no clause {applies}"),
        None => format!("where no clause {applies}"),
    };
    ((!all).then(|| plain::condition(words, when)), of)
}

/// The condition alone, whoever decides, of a region whose [place] is told otherwise; `None` of any other.
pub fn in_full(difference: &Difference, region: &Changed) -> Option<String> {
    region.of.as_ref().map(|_| plain::condition(&difference.space.words, &region.when))
}

/// The clauses that decided before and after: `bio-uplift → default`.
pub fn deciders(base: &Policy, head: &Policy, region: &Changed) -> String {
    let [before, after] = [(base, region.before), (head, region.after)]
        .map(|(policy, decider)| clause(policy, decider).unwrap_or_else(|| DEFAULT.to_owned()));
    if before == after { before } else { format!("{before} → {after}") }
}

fn clause(policy: &Policy, decider: Option<ClauseIx>) -> Option<String> {
    decider.map(|ix| policy.clause(ix).id.to_string())
}

/// What stands before the edits behind a region.
pub fn edit_word(how: How) -> &'static str {
    match how {
        How::Each => "edit",
        How::Together | How::Parts => "edits",
        How::Touching => "perhaps",
    }
}

/// What was declared and cannot be read; nothing where all can.
fn declared(report: &DecisionsReport<'_>, paint: Paint) -> String {
    let line = |(line, why): &(String, String)| {
        format!("  {} {}: {}\n", paint.worse("no intent:"), own_words(line), own_words(why))
    };
    report.unread.iter().map(line).collect()
}

/// `meant: 960 points in 2 regions`. What no case can feel is neither.
pub fn apart(difference: &Difference, meant: bool) -> String {
    let regions = difference.regions.iter().filter(|region| region.meant == meant && !region.unfelt);
    let (n, points) = regions.fold((0_u64, Points::ZERO), |(n, points), region| (n + 1, points + &region.points));
    let word = if meant { "meant" } else { "collateral: nobody declared it" };
    format!("{word}, {} in {}", points_words(&points), count(n, "region", "regions"))
}

/// What was edited and where; of an edit that did only a part, how much.
pub fn edit_words(edit: &Change, points: &Points, region: &Changed) -> String {
    let place = edit.place().map(|place| format!("  ({place})")).unwrap_or_default();
    let part = if *points != Points::ZERO && *points < region.points {
        format!(", {} of these points", thousands(points))
    } else {
        String::new()
    };
    format!("{}{part}{place}", edit.sentence())
}

pub(super) fn cases(region: &RegionWords<'_>) -> String {
    if region.cases.is_empty() {
        return "no gold case lies here".to_owned();
    }
    let named: Vec<String> = region.cases.iter().take(MOST_CASES).map(|(set, case)| format!("{set}/{case}")).collect();
    let more = region.cases.len() - named.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

/// A table of the regions.
pub fn markdown(report: &DecisionsReport<'_>) -> String {
    let mut out =
        format!("{}.\n", markdown_words(&in_name_too(report, summary(report.difference, report.base, report.head))));
    if report.difference.is_equivalent() {
        return out;
    }
    out.push_str(&names::markdown(report));
    if report.told().next().is_none() {
        return out;
    }
    out.push_str(
        "\n| from → to | where | points | clause | edit | gold cases | intent |\n| --- | --- | ---: | --- | --- | --- | --- |\n",
    );
    for (region, more) in report.told() {
        let edits: Vec<String> = more.edits.iter().map(|(edit, points)| edit_words(edit, points, region)).collect();
        let cells = [
            format!("{} → {}", region.from, region.to),
            place(report.difference, report.base, report.head, region),
            size(region, report.difference),
            deciders(report.base, report.head, region),
            edits.join("; "),
            cases(more),
            match (report.intents.is_empty(), region.meant) {
                (true, _) => String::new(),
                (false, true) => "meant".to_owned(),
                (false, false) => "collateral".to_owned(),
            },
        ];
        let cells: Vec<String> = cells.iter().map(|cell| markdown_words(cell)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// `{"points", "changed", "equivalent", "regions": [{"when", "of_before", "of_after", "points", "share", "from", "to", "clause_before",
/// "clause_after", "how", "edits", "cases"}]}`.
pub fn json(report: &DecisionsReport<'_>) -> Map<String, Value> {
    let difference = report.difference;
    let region = |(region, more): (&Changed, &RegionWords<'_>)| {
        json!({
            "when": form::when(&difference.space.words, &region.when),
            "of_before": of(difference, region, Side::Before),
            "of_after": of(difference, region, Side::After),
            "points": number(&region.points),
            "share": share(&region.points, &difference.points),
            "from": &*region.from,
            "to": &*region.to,
            "clause_before": clause(report.base, region.before),
            "clause_after": clause(report.head, region.after),
            "only_name": !more.renamed.is_empty(),
            "unfelt": region.unfelt,
            "meant": region.meant,
            "intent": &more.intent,
            "how": more.how.word(),
            "edits": more.edits.iter().map(edit_json).collect::<Vec<_>>(),
            "cases": more.cases.iter().map(|(set, case)| json!({"set": set, "case": case})).collect::<Vec<_>>(),
        })
    };
    let regions: Vec<Value> = difference.regions.iter().zip(&report.regions).map(region).collect();
    let mut object = Map::new();
    object.insert("points".to_owned(), number(&difference.points));
    object.insert("changed".to_owned(), number(&difference.changed));
    object.insert(
        "equivalent".to_owned(),
        match unread(report.base, report.head) {
            Some(_) => Value::Null,
            None => difference.is_equivalent().into(),
        },
    );
    object.insert("collateral".to_owned(), number(&difference.collateral()));
    object.insert("renamed".to_owned(), names::json(report));
    object.insert("intents".to_owned(), json!(report.intents));
    object.insert("regions".to_owned(), Value::Array(regions));
    object
}

/// What tells the region from the rest of what the clause of that side decides, where it is said so.
fn of(difference: &Difference, region: &Changed, side: Side) -> Option<Value> {
    let of = region.of.as_ref().filter(|of| of.side == side)?;
    Some(form::when(&difference.space.words, &of.when))
}

/// A change of structure, and `points`: at how many of the region's points it is responsible.
fn edit_json((edit, points): &(&Change, &Points)) -> Value {
    let mut edit = change_json(edit);
    if let Value::Object(fields) = &mut edit {
        fields.insert("points".to_owned(), number(points));
    }
    edit
}

/// A number of points: exact. What is too large for the numbers of common readers of JSON stands as its digits in a string.
pub fn number(points: &Points) -> Value {
    u64::try_from(points).map_or_else(|_| json!(points.to_string()), |points| json!(points))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;

    /// Regions after an edit of the test's policy: with each that is told by a clause's decisions, its condition.
    #[test]
    fn what_is_told_by_a_clause_is_said_in_full_too() {
        let (base, head) = (texts().policy(), texts().edit(">= medium", ">= high").policy());
        let difference = Difference::plainly(&base, &head, &[]).unwrap();
        let words = |_: &Changed| RegionWords {
            how: How::Each,
            renamed: vec![],
            intent: String::new(),
            edits: vec![],
            cases: vec![],
        };
        let regions = difference.regions.iter().map(words).collect();
        let report =
            DecisionsReport { base: &base, head: &head, difference: &difference, regions, intents: &[], unread: &[] };
        let text = text(&report, Paint::PLAIN);
        let told: Vec<String> = difference.regions.iter().filter_map(|region| in_full(&difference, region)).collect();
        assert!(!told.is_empty());
        for condition in &told {
            assert!(text.contains(&format!("    in full  {condition}\n")), "{text}");
        }
        assert_eq!(text.matches("in full").count(), told.len());
    }

    #[test]
    fn numbers_are_exact_however_long() {
        let big = Points::from(u64::MAX) + 1_u32;
        assert_eq!(thousands(&big), "18,446,744,073,709,551,616");
        assert_eq!(number(&big), json!("18446744073709551616"));
        assert_eq!((number(&Points::from(7_u32)), thousands(&Points::from(123_u32))), (json!(7), "123".to_owned()));
    }
}
