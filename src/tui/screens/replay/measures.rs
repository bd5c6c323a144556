//! The measures of a replay in words and tables.

use crate::replay::breakdown::{Group, GroupFigures};
use crate::replay::gates::GateStatus;
use crate::replay::measures::{Confusion, RATES, Rate};
use crate::replay::run::{Replay, SetReplay};
use crate::report::figure;
use crate::report::replay::{gate_name, gate_words};
use crate::stats::Proportion;
use crate::tui::model::{Base, Model};
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};

/// Everything that the replay measured.
pub fn lines(replay: &Replay, model: &Model, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for set in &replay.sets {
        of_set(set, replay, theme, columns, &mut lines);
    }
    if replay.sets.is_empty() {
        lines.push(Line::from("There are no gold sets yet: bring cases in with `casebook import`."));
        return lines;
    }
    if let Some(change) = replay.discordant() {
        lines.push(title(theme, "CHANGE AGAINST THE BASE"));
        lines.push(Line::from(figure::paired(change)));
        lines.push(Line::default());
    } else if let Base::None(why) = &model.base {
        lines.push(theme.line(Role::Dim, format!("{why}: nothing to compare with.")));
        lines.push(Line::default());
    }
    if !replay.gates.is_empty() {
        lines.push(title(theme, "GATES"));
        for gate in &replay.gates {
            let (role, word) = match gate.status {
                GateStatus::Pass => (Role::Better, "pass   "),
                GateStatus::Fail => (Role::Worse, "FAIL   "),
                GateStatus::NoData => (Role::Dim, "no data"),
            };
            let (value, counts) = gate_words(gate);
            lines.push(Line::from(vec![
                theme.span(role, word),
                theme.span(Role::Text, format!("  {:<26}", gate_name(gate))),
                theme.span(Role::Dim, format!("{value}   {counts}")),
            ]));
        }
        lines.push(Line::default());
    }
    let parts =
        model.parts.as_ref().filter(|(of, _)| std::ptr::eq(&raw const **of, replay)).map(|(_, parts)| parts.clone());
    let Some(groups) = parts else {
        lines.push(theme.line(Role::Dim, "measuring by category, tier, facet and tag …"));
        return lines;
    };
    let name = name_columns(columns);
    for (axis, words) in [("category", "BY CATEGORY"), ("tier", "BY TIER"), ("facet", "BY FACET"), ("tag", "BY TAG")] {
        let of_axis = |(group, figures): &&(Group, GroupFigures)| group.axis() == axis && figures.head.cases > 0;
        let rows: Vec<_> = groups.iter().filter(of_axis).collect();
        if rows.is_empty() {
            continue;
        }
        lines.push(title(theme, words));
        lines.push(theme.line(
            Role::Dim,
            format!("{:<name$}{:>7}{:>11}{:>9}{:>9}  {}", "", "cases", "agree", "over", "under", "flips"),
        ));
        for (group, figures) in rows {
            lines.push(of_group(group, figures, name, theme));
        }
        lines.push(Line::default());
    }
    lines
}

fn title(theme: &Theme, words: &str) -> Line<'static> {
    theme.line(Role::Title, words.to_owned())
}

fn of_set(set: &SetReplay, replay: &Replay, theme: &Theme, columns: usize, lines: &mut Vec<Line<'static>>) {
    let head = &set.head.measures;
    let mut words = format!("{} cases", figure::thousands(head.cases));
    if head.unlabeled > 0 {
        words.push_str(&format!(", {} without a gold label", figure::thousands(head.unlabeled)));
    }
    if head.undetermined > 0 {
        words.push_str(&format!(", {} undetermined", figure::thousands(head.undetermined)));
    }
    lines.push(Line::from(vec![
        theme.span(Role::Title, format!("{}  ", set.gold.set().to_uppercase())),
        theme.span(Role::Dim, words),
    ]));
    let base = set.base.as_ref().map(|side| &side.measures);
    for Rate { name, pick, .. } in RATES {
        let mut spans: Vec<Span<'static>> = vec![
            theme.span(Role::Label, format!("  {name:<15}")),
            theme.span(Role::Text, figure::proportion(pick(head))),
        ];
        if let Some(before) = base.map(pick).filter(|before| *before != pick(head)) {
            spans.push(theme.span(Role::Dim, format!("   was {} of {}", before.hits, before.of)));
        }
        lines.push(Line::from(spans));
    }
    lines.push(Line::default());
    confusion(&set.head.confusion, replay, theme, columns, lines);
    lines.push(Line::default());
}

fn confusion(confusion: &Confusion, replay: &Replay, theme: &Theme, columns: usize, lines: &mut Vec<Line<'static>>) {
    let behaviors = &replay.head.manifest.behaviors;
    // All columns are alike, and as wide as there is room for.
    let cell = (columns.saturating_sub(18) / behaviors.len()).clamp(5, 15);
    let ids: Vec<String> =
        behaviors.iter().map(|(_, behavior)| crate::tui::text::clip(&behavior.id, cell - 1)).collect();
    let heading: String = ids.iter().map(|id| format!("{id:>cell$}")).collect();
    lines.push(theme.line(Role::Dim, format!("  {:<15}{heading}", "gold ↓ verdict")));
    for (at, (row, (_, behavior))) in confusion.rows().zip(behaviors.iter()).enumerate() {
        let id = crate::tui::text::clip(&behavior.id, 14);
        let mut spans = vec![theme.span(Role::Label, format!("  {id:<15}"))];
        for (column, &count) in row.iter().enumerate() {
            let role = match (count, column == at) {
                (0, _) => Role::Dim,
                (_, true) => Role::Better,
                _ => Role::Worse,
            };
            let shown = if count == 0 { "·".to_owned() } else { figure::thousands(count) };
            spans.push(theme.span(role, format!("{shown:>cell$}")));
        }
        lines.push(Line::from(spans));
    }
}

/// How wide the names of groups may be, so that their figures fit beside them.
fn name_columns(columns: usize) -> usize {
    columns.saturating_sub(46).clamp(12, 34)
}

fn of_group(group: &Group, figures: &GroupFigures, columns: usize, theme: &Theme) -> Line<'static> {
    let short = |proportion: Proportion| match proportion.of {
        0 => "–".to_owned(),
        _ => format!("{}/{}", proportion.hits, proportion.of),
    };
    let name = crate::tui::text::clip(&crate::policy::visible::visible_line(&group.name()), columns - 1);
    let pad = columns.saturating_sub(crate::tui::text::width(&name));
    let mut spans = vec![
        theme.span(Role::Text, format!("{name}{}", " ".repeat(pad))),
        theme.span(Role::Dim, format!("{:>7}", figure::thousands(figures.head.cases))),
        theme.span(Role::Text, format!("{:>11}", short(figures.head.agree))),
        theme.span(Role::Text, format!("{:>9}", short(figures.head.over_refusal))),
        theme.span(Role::Text, format!("{:>9}", short(figures.head.under_refusal))),
    ];
    for (count, sign, role) in [
        (figures.regressed, '▼', Role::Worse),
        (figures.fixed, '▲', Role::Better),
        (figures.changed, '◆', Role::Changed),
    ] {
        if count > 0 {
            spans.push(theme.span(role, format!("  {sign}{count}")));
        }
    }
    Line::from(spans)
}
