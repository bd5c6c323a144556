//! The questions that settling asks.

use super::at_hand::AtHand;
use crate::policy::ruling::{Cause, Disposition};
use crate::precedent::{Conflict, Near, Way};
use crate::report::figure::{count, thousands};
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::input::Input;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::Target;
use crate::tui::screens::adjudicate::dialog::Question;
use crate::tui::screens::adjudicate::{guidance, texts};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::{Batch, Court, Reason, Relation};
use ratatui::text::Line;

/// What a question is about.
pub enum About {
    /// Whether the ruling is to be given once the holding is written.
    Holding(bool),
    Causes,
    Disposition,
    /// The ids of the cases in the order of the choices.
    Relate(Relation, Vec<String>),
    Conflict(Box<Conflict>),
    /// Why the case is put off.
    PutOff,
    /// What is wrong with a case of a batch's sample.
    TakeOut,
    /// The texts in the order of the choices.
    Gap(Vec<Target>),
    /// The reasons in the order of the choices; the first choice is every case.
    Reason(Vec<Reason>),
    BatchBegin,
    BatchEnd,
}

type Asked = Question<About>;

pub fn holding(written: &str, then_rule: bool) -> Asked {
    let input = Input::new(written).placeholder("why, in a sentence that others can follow");
    let about = "The reason of the ruling. Later rulings on cases like this one will be held against it.";
    Question::prompt(About::Holding(then_rule), Prompt::line("Holding", input).about(about))
}

pub fn put_off() -> Asked {
    let input = Input::default().placeholder("what is missing");
    let prompt = Prompt::line("Put off", input).about("Why the case cannot be ruled on now; may be left empty.");
    Question::prompt(About::PutOff, prompt)
}

pub fn take_out() -> Asked {
    let input = Input::default().placeholder("what is wrong with it");
    let prompt = Prompt::line("Take out of the batch", input)
        .about("The case is put off, for this reason, and waits for a ruling of its own; may be left empty.");
    Question::prompt(About::TakeOut, prompt)
}

pub fn causes(chosen: &[Cause]) -> Asked {
    let about = |word: &str| match word {
        "labeler-error" => "somebody overlooked something or slipped",
        "guideline-gap" => "the guidance does not answer the case",
        "guideline-conflict" => "two parts of the guidance pull apart",
        "ambiguous-case" => "the case can fairly be read in several ways",
        "missing-context" => "what would decide it is not in the case",
        "taxonomy-overlap" => "two categories lay claim to it",
        _ => "something went wrong on the way",
    };
    let choices = Cause::WORDS.iter().map(|word| Choice::new(*word, about(word))).collect();
    let marked = Cause::WORDS.iter().enumerate().filter(|(_, word)| chosen.iter().any(|cause| cause.word() == **word));
    let marked: Vec<usize> = marked.map(|(at, _)| at).collect();
    Question::pick(About::Causes, Picker::many("Why people read it differently", choices, marked))
}

/// The dispositions that a decision can have.
pub fn deciding() -> impl Iterator<Item = Disposition> {
    Disposition::ALL.into_iter().filter(|disposition| disposition.decides())
}

pub fn disposition(current: Option<Disposition>) -> Asked {
    let about = |disposition| match disposition {
        Disposition::Unanimous => "everybody said so",
        Disposition::MajorityUpheld => "no other reading has more people behind it",
        Disposition::MinorityUpheld => "another reading has more people behind it",
        _ => "nobody gave this reading",
    };
    let choices = deciding().map(|disposition| Choice::new(disposition.word(), about(disposition))).collect();
    let at = deciding().position(|disposition| Some(disposition) == current);
    Question::pick(About::Disposition, Picker::one("How it stands to the labels", choices, at))
}

/// How many rulings beside the nearest ones are offered.
const MOST_OFFERED: usize = 2_000;

/// The nearest rulings first, then all others, to be found by their letters. `None` where there is none.
pub fn relate(relation: Relation, at: &AtHand, near: &[Near], court: &Court) -> Option<Asked> {
    let mut cases: Vec<String> = Vec::new();
    let mut choices: Vec<Choice> = Vec::new();
    let docket = &court.precedents.docket;
    let others = docket.all().take(MOST_OFFERED).filter_map(|ix| docket.precedent(ix));
    let offered = near.iter().map(|near| near.precedent.clone()).chain(others);
    for precedent in offered {
        let ruling = &precedent.ruling;
        if ruling.case == at.id || cases.contains(&ruling.case) {
            continue;
        }
        let behavior = ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
        let behavior = behavior.unwrap_or(ruling.disposition.word());
        let named = at.draft.relation(&ruling.case).map(|r| format!("({}) ", r.word())).unwrap_or_default();
        let about = format!("{named}{behavior}  {}", ruling.holding);
        choices.push(Choice::new(text::shown(&ruling.case), text::shown(&about)));
        cases.push(ruling.case.clone());
    }
    let title = match relation {
        Relation::Follows => "Follows the ruling on",
        Relation::Distinguishes => "Is told apart from the ruling on",
        Relation::Overrules => "Overrules the ruling on",
    };
    (!cases.is_empty()).then(|| Question::pick(About::Relate(relation, cases), Picker::one(title, choices, None)))
}

/// Before a ruling is given that runs against an earlier one.
pub fn conflict(conflict: Conflict, theme: &Theme) -> Asked {
    let ruling = &conflict.precedent.ruling;
    let behavior = text::shown(conflict.says()).into_owned();
    let case = text::shown(&ruling.case).into_owned();
    let mut first = conflict.kind.words().to_owned();
    if let Some(capital) = first.get_mut(..1) {
        capital.make_ascii_uppercase();
    }
    let mut body = vec![
        theme.line(Role::Warning, format!("{first}.")),
        Line::default(),
        Line::from(vec![theme.span(Role::Accent, case.clone()), theme.span(Role::Text, format!("  {behavior}"))]),
    ];
    if !ruling.holding.is_empty() {
        body.push(theme.line(Role::Text, format!("“{}”", text::shown(&ruling.holding))));
    }
    let mut confirm = Confirm::new("An earlier ruling stands against this", body);
    for way in conflict.ways() {
        confirm = match way {
            Way::Follow => confirm.option('f', format!("follow it: decide {behavior} as well")),
            Way::Distinguish => confirm.option('x', "distinguish it: this case is a different one"),
            Way::Overrule => confirm.option('o', "overrule it: it no longer binds"),
            Way::Unfollow => confirm.option('n', "do not follow it"),
            Way::Replace => confirm.option('r', "go on: it is replaced"),
        };
    }
    let confirm = confirm.option('b', "go back and think again");
    Question::confirm(About::Conflict(Box::new(conflict)), confirm)
}

/// The texts that could be meant by a gap: those that were flagged, those that could decide, then all others.
pub fn gap(at: &AtHand, court: &Court) -> Asked {
    let policy = &court.policy;
    let clause = |id: &str| Target::Clause(id.to_owned());
    let category = |id: &str| Target::Category(id.to_owned());
    let mut first: Vec<Target> = Vec::new();
    for gap in at.findings.gaps() {
        first.extend(gap.clause.as_deref().map(clause));
        first.extend(
            gap.category
                .iter()
                .filter_map(|id| policy.taxonomy.find(id))
                .map(|ix| category(&policy.taxonomy.get(ix).id)),
        );
    }
    // Which clause decides is not told: the ruling is yet to be given.
    for reading in at.findings.voices.iter().map(|voice| &voice.reading) {
        let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
        let could = harms.flat_map(|harm| guidance::clauses(policy, harm, reading));
        first.extend(could.map(|ix| clause(&policy.clause(ix).id)));
        let known = reading.harms.iter().filter_map(|harm| policy.taxonomy.find(&harm.category));
        first.extend(known.map(|ix| category(&policy.taxonomy.get(ix).id)));
    }
    let targets = texts::all(policy, first);
    let choices = targets.iter().map(|target| texts::choice(policy, target)).collect();
    Question::pick(About::Gap(targets), Picker::one("Which text leaves the case open", choices, None))
}

pub fn reason(court: &Court, current: Option<Reason>) -> Asked {
    let counts: Vec<(Reason, usize)> = court.queue.counts().into_iter().collect();
    let mut choices = vec![Choice::new("every case", thousands(court.queue.items.len() as u64))];
    choices.extend(counts.iter().map(|(reason, cases)| Choice::new(reason.title(), thousands(*cases as u64))));
    let at = current.and_then(|current| counts.iter().position(|(reason, _)| *reason == current)).map(|at| at + 1);
    let reasons = counts.into_iter().map(|(reason, _)| reason).collect();
    Question::pick(About::Reason(reasons), Picker::one("Cases that wait because", choices, at))
}

/// How many groups a batch is told in.
const MOST_GROUPS: usize = 8;

/// What the unanimous cases amount to, before any of them is looked at.
pub fn batch(batch: &Batch, theme: &Theme) -> Asked {
    let mut groups: Vec<(&(String, String), &usize)> = batch.groups.iter().collect();
    groups.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let all = count(batch.cases.len() as u64, "case", "cases");
    let mut body =
        vec![theme.line(Role::Text, format!("On {all} everybody agrees, and so does the policy:")), Line::default()];
    for ((category, behavior), cases) in groups.iter().take(MOST_GROUPS) {
        body.push(Line::from(vec![
            theme.span(Role::Accent, format!("{:>7}  ", thousands(**cases as u64))),
            theme.span(Role::Text, format!("{:<16}", text::clip(behavior, 15))),
            theme.span(Role::Dim, text::shown(category).into_owned()),
        ]));
    }
    if groups.len() > MOST_GROUPS {
        let rest: usize = groups[MOST_GROUPS..].iter().map(|(_, cases)| **cases).sum();
        body.push(
            theme.line(
                Role::Dim,
                format!("{:>7}  in {} other groups", thousands(rest as u64), groups.len() - MOST_GROUPS),
            ),
        );
    }
    let sample = count(batch.sample.len() as u64, "case is", "cases are");
    body.push(Line::default());
    body.push(theme.line(Role::Dim, format!("{sample} drawn to be looked at first (seed {}).", batch.seed_words())));
    let confirm =
        Confirm::new("Settle what is unanimous", body).option('l', "look at the sample").option('b', "not now");
    Question::confirm(About::BatchBegin, confirm)
}

/// After the sample was looked at.
pub fn batch_end(batch: &Batch, wanting: usize, theme: &Theme) -> Asked {
    let looked = count(batch.sample.len() as u64, "case was", "cases were");
    let mut body = vec![theme.line(Role::Text, format!("{looked} looked at, {wanting} taken out."))];
    if wanting > 0 {
        let words = "Where some are found wanting, others may be: think of going through them one by one.";
        body.push(theme.line(Role::Warning, words));
    }
    let left = count((batch.cases.len() - wanting) as u64, "ruling", "rulings");
    let mut confirm = Confirm::new("Settle what is unanimous", body)
        .option('a', format!("give {left}, `unanimous`, in one file a gold set"));
    let seen = batch.sample.len() - wanting;
    if seen > 0 && batch.sample.len() < batch.cases.len() {
        confirm = confirm.option('s', format!("only those that were looked at: {seen}"));
    }
    let confirm = confirm.option('b', "give none");
    Question::confirm(About::BatchEnd, confirm)
}
