//! What was ruled before, for every screen: the rulings of the policy as it stands, those behind a text, and one in full.

use super::beside::{Watched, finish};
use super::components::form::Field;
use super::components::picker::{Choice, Picker};
use super::conversation::{self, Cover};
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text;
use super::theme::{Role, Theme};
use crate::policy::Policy;
use crate::precedent::{Precedent, Records, RelationKind, Resting, Rests, RulingIx, Shaping, State};
use crate::report::figure::count;
use crate::vcs::Revision;
use crate::workspace::precedents::{Precedents, Shaped};
use crate::workspace::sets::Sets;
use ratatui::text::Line;
use std::sync::Arc;

/// The rulings as they were read last, and what was asked for.
#[derive(Default)]
pub struct Rulings {
    wanted: Option<(Arc<Policy>, Arc<Sets>)>,
    known: Option<Arc<Known>>,
    wanted_behind: Option<(Arc<Known>, String)>,
    behind: Option<Behind>,
}

/// The rulings of one version.
#[derive(Debug)]
pub struct Known {
    policy: Arc<Policy>,
    sets: Arc<Sets>,
    pub precedents: Precedents,
    resting: Arc<Resting>,
}

/// What stands behind one text.
struct Behind {
    text: String,
    rests: Rests,
    shaped: Arc<Shaped>,
    of: Arc<Known>,
}

impl Rulings {
    /// The rulings of the policy as it stands; `None` while they are being read.
    pub fn known<'a>(&'a self, model: &Model) -> Option<&'a Arc<Known>> {
        let known = self.known.as_ref()?;
        let sets = model.sets.as_ref()?;
        (Arc::ptr_eq(&known.policy, model.workspace.policy()) && Arc::ptr_eq(&known.sets, sets)).then_some(known)
    }

    /// What rests on a text and what shaped it, as far as it is known. During an edit that of a moment before.
    pub fn behind(&self, text: &str) -> Option<(Rests, &[Shaping])> {
        let behind = self.behind.as_ref().filter(|behind| behind.text == text)?;
        Some((behind.rests, &behind.shaped.rulings))
    }
}

/// Has the rulings of the policy as it stands read, where that was not asked for yet.
pub fn load(model: &mut Model) {
    let Some(sets) = model.sets.clone() else { return };
    let policy = model.workspace.policy().clone();
    if let Some((of_policy, of_sets)) = &model.rulings.wanted
        && Arc::ptr_eq(of_policy, &policy)
        && Arc::ptr_eq(of_sets, &sets)
    {
        return;
    }
    model.rulings.wanted = Some((policy.clone(), sets.clone()));
    // What rests on texts changes with the records, not with the policy.
    let counted = model.rulings.known.as_ref().filter(|known| Arc::ptr_eq(&known.sets, &sets));
    let counted = counted.map(|known| known.resting.clone());
    let (repo, files) = (model.workspace.repo().clone(), model.workspace.work_tree());
    model.work("rulings", "reading rulings", move |job| {
        let watch = Watched::new(job);
        let read = repo.precedents(&files, &policy, &sets, &watch).and_then(|precedents| {
            let resting = match counted {
                Some(resting) => resting,
                None => Arc::new(Resting::count(&sets.gold(), &watch)?),
            };
            Ok(Known { policy, sets, precedents, resting })
        });
        finish(read, |model, known| model.rulings.known = Some(Arc::new(known)))
    });
}

/// Has that looked for which stands behind a text, where it was not asked for yet.
pub fn look_behind(model: &mut Model, text: &str) {
    load(model);
    let Some(known) = model.rulings.known.clone() else { return };
    if let Some((of, name)) = &model.rulings.wanted_behind
        && Arc::ptr_eq(of, &known)
        && name == text
    {
        return;
    }
    model.rulings.wanted_behind = Some((known.clone(), text.to_owned()));
    let (repo, text) = (model.workspace.repo().clone(), text.to_owned());
    model.work("behind", "", move |job| {
        let shaped = repo.shaping(&Revision::Worktree, &known.precedents.docket, &text, &Watched::new(job));
        finish(shaped, move |model, shaped| {
            let rests = known.resting.on(&text, &known.precedents.texts);
            model.rulings.behind = Some(Behind { text, rests, shaped: Arc::new(shaped), of: known });
        })
    });
}

/// What rests on a text, and what shaped it, as fields of its form; nothing where there is none of it, or where it is not known
/// yet.
pub fn behind_fields(model: &Model, text: &str) -> Vec<Field> {
    let Some((rests, shaping)) = model.rulings.behind(text) else { return Vec::new() };
    let records = |records: Records| {
        let labels = (records.labels > 0).then(|| count(records.labels as u64, "label", "labels"));
        let rulings = (records.rulings > 0).then(|| count(records.rulings as u64, "ruling", "rulings"));
        [labels, rulings].into_iter().flatten().collect::<Vec<_>>().join(" and ")
    };
    let mut fields = Vec::new();
    if rests.all != Records::default() {
        let word = if rests.all.labels + rests.all.rulings == 1 { "rests" } else { "rest" };
        let value = format!("{} {word} on this text", records(rests.all));
        let mut field = Field::inline("rests", "Basis of", value);
        if rests.stale != Records::default() {
            field.marker = Some(format!("{} stale since an edit", records(rests.stale)));
        }
        fields.push(field);
    }
    if !shaping.is_empty() {
        let mut cases: Vec<&str> = shaping.iter().map(|one| one.precedent.ruling.case.as_str()).collect();
        cases.dedup();
        let words = format!("{}: {}", count(shaping.len() as u64, "ruling", "rulings"), text::shown(&cases.join("  ")));
        fields.push(Field::inline("shaped", "Shaped by", words));
    }
    fields
}

/// Lists the rulings that shaped a text, to be opened.
pub fn list_shaping(model: &mut Model, text: &str, theme: &Theme) {
    let Some(behind) = model.rulings.behind.as_ref().filter(|behind| behind.text == text) else { return };
    let choice = |shaping: &Shaping| {
        let reasons = shaping.reasons;
        let why = [
            (reasons.cites, "rests on it"),
            (reasons.decides, "decided by it"),
            (reasons.committed, "came with a change of it"),
        ];
        let why: Vec<&str> = why.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect();
        let ruling = &shaping.precedent.ruling;
        let about = format!("{}  {}  ({})", calls_for(&shaping.precedent), quoted(&ruling.holding), why.join(", "));
        Choice::new(text::shown(&ruling.case), text::shown(&about))
    };
    let shaped = behind.shaped.clone();
    let picker = Picker::one(format!("Rulings that shaped {text}"), shaped.rulings.iter().map(choice).collect(), None);
    let (known, theme) = (behind.of.clone(), theme.clone());
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(shaping) = chosen.first().and_then(|at| shaped.rulings.get(*at)) {
            open(model, &known, shaping.precedent.ix, &theme);
        }
    }));
}

/// Shows a ruling in full; from there on to its case and to the rulings that it is joined to.
pub fn open(model: &mut Model, known: &Arc<Known>, ix: RulingIx, theme: &Theme) {
    let Some(precedent) = known.precedents.docket.precedent(ix) else {
        return model.say(super::components::message::Severity::Warning, "That ruling cannot be read any more.");
    };
    let related = related(known, ix);
    let lines = in_full(known, &precedent, &related, theme);
    let title = format!("Ruling on {}", text::shown(&precedent.ruling.case));
    let (known, theme) = (known.clone(), theme.clone());
    let set = precedent.set.to_string();
    let case = precedent.ruling.case;
    let words = if related.is_empty() { "its case" } else { "its case and the rulings it is joined to" };
    model.open(Popup::text(title, lines).onward(words, move |model, ()| {
        let target = Target::Case { set, case: case.clone() };
        if related.is_empty() {
            return model.ask(Ask::GoTo(target));
        }
        let mut choices = vec![Choice::new(text::shown(&case), "the case itself")];
        choices.extend(related.iter().map(|one| {
            let about =
                format!("{}  {}  {}", one.words, calls_for(&one.precedent), quoted(&one.precedent.ruling.holding));
            Choice::new(text::shown(&one.precedent.ruling.case), text::shown(&about))
        }));
        let picker = Picker::one("Go on to", choices, None);
        model.open(Popup::pick(picker, move |model, chosen| match chosen.first() {
            Some(0) | None => model.ask(Ask::GoTo(target)),
            Some(at) => {
                if let Some(one) = related.get(at - 1) {
                    open(model, &known, one.precedent.ix, &theme);
                }
            }
        }));
    }));
}

/// A ruling that another one is joined to, and how.
struct Related {
    words: &'static str,
    precedent: Precedent,
}

/// What a ruling says of others, and what others say of it.
fn related(known: &Known, ix: RulingIx) -> Vec<Related> {
    let graph = known.precedents.docket.graph(Some(&[ix]));
    let Some(here) = graph.nodes.iter().position(|node| node.ix == ix) else { return Vec::new() };
    let mut related = Vec::new();
    for edge in &graph.edges {
        let Some(to) = edge.to else { continue };
        let (words, other) = match edge.kind {
            RelationKind::Follows if edge.from == here => ("follows", to),
            RelationKind::Distinguishes if edge.from == here => ("distinguishes", to),
            RelationKind::Overrules if edge.from == here => ("overrules", to),
            _ if to != here => continue,
            RelationKind::Follows => ("followed by", edge.from),
            RelationKind::Distinguishes => ("told apart by", edge.from),
            RelationKind::Overrules => ("overruled by", edge.from),
        };
        if other != here {
            related.push(Related { words, precedent: graph.nodes[other].clone() });
        }
    }
    related
}

fn in_full(known: &Known, precedent: &Precedent, related: &[Related], theme: &Theme) -> Vec<Line<'static>> {
    let ruling = &precedent.ruling;
    let mut lines = Vec::new();
    let mut row = |label: &str, role: Role, words: String| {
        if !words.is_empty() {
            let label = theme.span(Role::Label, format!("{label:<14}"));
            lines.push(Line::from(vec![label, theme.span(role, text::shown(&words).into_owned())]));
        }
    };
    row("calls for", Role::Accent, calls_for(precedent).to_owned());
    row("holding", Role::Text, ruling.holding.clone());
    let (role, words) = stands(precedent);
    row("stands", role, words);
    row("disposition", Role::Text, ruling.disposition.word().to_owned());
    let at = ruling.at.as_deref().and_then(|at| at.get(..10)).map(|day| format!(", {day}")).unwrap_or_default();
    row("given by", Role::Text, format!("{}{at}", ruling.adjudicator));
    row("rests on", Role::Text, ruling.cites.keys().cloned().collect::<Vec<_>>().join(", "));
    for one in related {
        let other = &one.precedent;
        row(
            one.words,
            Role::Text,
            format!("{}  {}  {}", other.ruling.case, calls_for(other), quoted(&other.ruling.holding)),
        );
    }
    lines.push(Line::default());
    let gold = known.precedents.docket.gold_of(precedent.ix);
    match gold.case(precedent.row) {
        Ok(case) if case.sensitive => {
            lines.extend(conversation::origin(&case, theme));
            let words = "The case is marked sensitive and stays covered here. On its own screen it can be uncovered.";
            lines.push(theme.line(Role::Dim, words));
        }
        Ok(case) => {
            lines.extend(conversation::origin(&case, theme));
            if conversation::has_media(&case) {
                let words =
                    "Pictures, sound and film stay covered here. On the case's own screen they can be uncovered.";
                lines.push(theme.line(Role::Dim, words));
            }
            lines.extend(conversation::turns(&case, Cover::Media, theme));
        }
        Err(error) => lines.push(theme.line(Role::Warning, text::shown(&error.to_string()).into_owned())),
    }
    lines
}

/// The behavior that a ruling calls for, or what became of the case.
pub fn calls_for(precedent: &Precedent) -> &str {
    let behavior = precedent.ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
    behavior.unwrap_or(precedent.ruling.disposition.word())
}

/// Whether a ruling binds, and if not why.
fn stands(precedent: &Precedent) -> (Role, String) {
    let stand = &precedent.stand;
    if stand.is_binding() {
        return (Role::Better, "it binds".to_owned());
    }
    let words = match (stand.overruled_by.is_empty(), stand.state) {
        (false, _) => format!("overruled by {}", stand.overruled_by.join(", ")),
        (true, State::Superseded) => "another ruling took its place".to_owned(),
        (true, State::Beside) => "another ruling on the case stands beside it and counts".to_owned(),
        (true, State::Settles) => {
            let outdated: Vec<String> = stand.outdated.iter().map(|outdated| outdated.words()).collect();
            format!("stale: {}", outdated.join(", "))
        }
    };
    (Role::Warning, words)
}

/// A holding in quotation marks; nothing where there is none.
pub fn quoted(holding: &str) -> String {
    if holding.is_empty() { String::new() } else { format!("“{holding}”") }
}
