//! The form's rows: which there are, and how each reads.

use super::form::Form;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::{Harm, Target};
use crate::policy::facet::{FacetIx, FacetKind};
use crate::tui::command::{Command, Context};
use crate::tui::components::list::Row;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};

/// One row of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Behavior(BehaviorIx),
    /// A harm that was found, by its position.
    Harm(usize),
    /// Where another harm is added.
    Harms,
    Facet(FacetIx),
    Acceptable,
    Observed,
    Confidence,
    Rationale,
    Gap,
}

/// The rows in order: what is asked first stands first.
pub fn fields(policy: &Policy, form: &Form, full: bool) -> Vec<Field> {
    let behaviors = policy.manifest.behaviors.iter().map(|(ix, _)| Field::Behavior(ix));
    let harms = (0..form.harms().len()).map(Field::Harm).chain([Field::Harms]);
    let facets = (0..policy.manifest.facets.len()).map(|at| Field::Facet(FacetIx(at as u16)));
    let last = [Field::Acceptable, Field::Observed, Field::Confidence, Field::Rationale, Field::Gap];
    if full {
        harms.chain(facets).chain(behaviors).chain(last).collect()
    } else {
        behaviors.chain(harms).chain(facets).chain(last).collect()
    }
}

/// Columns of the longest name of a row, where facets have short ones.
const NAME: usize = 10;

/// How a row reads in so many columns.
pub fn row(field: Field, policy: &Policy, form: &Form, full: bool, columns: u16, theme: &Theme) -> Row<'static> {
    let longest = policy.manifest.facets.iter().map(|facet| text::width(&facet.id)).max().unwrap_or(0);
    let name_columns = longest.clamp(NAME, (usize::from(columns) / 3).max(NAME));
    let named = |key: Option<Command>, name: &str, value| named(key, name, name_columns, value, theme);
    let value = |words: String, said: bool| theme.span(if said { Role::Text } else { Role::Disabled }, shown(&words));
    let dash = |words: &str| value(if words.is_empty() { "–".into() } else { words.to_owned() }, !words.is_empty());
    let line = match field {
        Field::Behavior(ix) => return behavior(ix, policy, form, theme),
        Field::Harm(at) => match form.harm(at) {
            Some(harm) => {
                return Row::new(Line::from(vec![
                    theme.span(Role::Warning, "  ! "),
                    theme.span(Role::Text, shown(&harm.category)),
                ]))
                .right(harm_words(harm, theme));
            }
            None => Line::default(),
        },
        Field::Harms => {
            let words = match (&form.harms, full) {
                (None, false) => "not looked for",
                (None, true) => "none found",
                (Some(harms), _) if harms.is_empty() => "none found",
                (Some(_), _) => "add another",
            };
            named(Some(Command::Harm), "harms", value(words.into(), form.harms.as_ref().is_some_and(Vec::is_empty)))
        }
        Field::Facet(ix) => {
            let facet = policy.manifest.facet(ix);
            let values = form.facet_values(policy, ix);
            let said = form.facets.contains_key(&*facet.id);
            let words: Vec<&str> = match facet.kind {
                FacetKind::Bool => values.iter().map(|at| if *at == 1 { "yes" } else { "no" }).collect(),
                _ => values.iter().filter_map(|at| facet.values.get(*at)).map(|word| &**word).collect(),
            };
            let words = match (said, words.is_empty()) {
                (false, _) => "–".to_owned(),
                (true, true) => "none of them".to_owned(),
                (true, false) => words.join(" + "),
            };
            let key = if ix.0 == 0 { Some(Command::Facets) } else { None };
            named(key, &facet.id, value(words, said))
        }
        Field::Acceptable => named(Some(Command::Acceptable), "also fine", dash(&form.acceptable.join(", "))),
        Field::Observed => {
            named(Some(Command::Observed), "response", dash(form.observed.as_deref().unwrap_or_default()))
        }
        Field::Confidence => {
            let word = form.confidence.as_ref().map(|confidence| confidence.word()).unwrap_or_default();
            named(Some(Command::Confidence), "confidence", dash(word))
        }
        Field::Rationale => {
            let first = form.rationale.lines().next().unwrap_or_default();
            named(Some(Command::Rationale), "why", dash(first))
        }
        Field::Gap => {
            let words = form.gap.as_ref().map(|gap| {
                let place = gap.clause.as_deref().or(gap.category.as_deref());
                place.map_or_else(|| gap.note.clone(), |place| format!("{place}: {}", gap.note))
            });
            named(Some(Command::Gap), "gap", dash(&words.unwrap_or_default()))
        }
    };
    Row::new(line)
}

/// `3 refuse`, with what is chosen and what would be acceptable as well.
fn behavior(ix: BehaviorIx, policy: &Policy, form: &Form, theme: &Theme) -> Row<'static> {
    let behaviors = &policy.manifest.behaviors;
    let id = behaviors.id(ix);
    let chosen = form.behavior.as_deref() == Some(&**id);
    let also = form.acceptable.iter().any(|other| **other == **id);
    let digit = if ix.0 < 9 { (ix.0 + 1).to_string() } else { " ".to_owned() };
    let mark = if chosen {
        "●"
    } else if also {
        "○"
    } else {
        " "
    };
    let role = if chosen { Role::Accent } else { Role::Text };
    let line = Line::from(vec![
        theme.span(Role::Key, format!("{digit} ")),
        theme.span(scale(ix, behaviors.len()), "▌"),
        theme.span(role, format!("{mark} {}", shown(id))),
    ]);
    let right = if also { theme.line(Role::Dim, "also fine") } else { Line::default() };
    Row::new(line).right(right)
}

/// The colour of a behavior on the scale from permissive to restrictive. Its word always stands beside it.
fn scale(ix: BehaviorIx, count: usize) -> Role {
    match usize::from(ix.0) {
        0 => Role::Better,
        at if at + 1 == count => Role::Worse,
        at if 2 * at < count => Role::Changed,
        _ => Role::Warning,
    }
}

fn harm_words(harm: &Harm, theme: &Theme) -> Line<'static> {
    let severity = harm.severity.as_deref().unwrap_or("severity?");
    let role = if harm.severity.is_some() { Role::Text } else { Role::Disabled };
    let mut spans = vec![theme.span(role, shown(severity))];
    if harm.target == Target::Response {
        spans.push(theme.span(Role::Dim, " · response"));
    }
    Line::from(spans)
}

fn named(key: Option<Command>, name: &str, columns: usize, value: Span<'static>, theme: &Theme) -> Line<'static> {
    let key = key.and_then(|command| command.key(&[Context::Label])).map(|key| key.short());
    let name = text::clip(name, columns);
    let pad = (columns + 1).saturating_sub(text::width(&name));
    Line::from(vec![
        theme.span(Role::Key, format!("{:<2}", key.unwrap_or_default())),
        theme.span(Role::Label, format!("{name}{}", " ".repeat(pad))),
        value,
    ])
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}
