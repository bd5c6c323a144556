//! Which cases the list holds, and how each looks there.

use crate::policy::behavior::BehaviorIx;
use crate::replay::run::{Flip, Replay, accepted};
use crate::replay::standing::Standing;
use crate::tui::components::list::Row;
use crate::tui::effect;
use crate::tui::model::{Base, Model};
use crate::tui::theme::{Role, Theme};
use ratatui::text::Line;

/// Which cases the list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Flips,
    Wrong,
    Undetermined,
    All,
}

impl Which {
    pub fn next(self) -> Self {
        match self {
            Which::Flips => Which::Wrong,
            Which::Wrong => Which::Undetermined,
            Which::Undetermined => Which::All,
            Which::All => Which::Flips,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Which::Flips => "FLIPS",
            Which::Wrong => "DISAGREE WITH GOLD",
            Which::Undetermined => "UNDETERMINED",
            Which::All => "ALL CASES",
        }
    }

    /// What is said where a filter leaves none of those that there are.
    pub fn filtered_out(self, filter: &str, cases: usize) -> String {
        let cases = crate::report::figure::count(cases as u64, "case", "cases");
        let filter = crate::tui::text::shown(filter);
        format!(
            "The id of none of the {cases} in this list holds `{filter}`. Esc shows them again, `o` lists other cases."
        )
    }

    /// What is said where there is none.
    pub fn nothing(self, model: &Model) -> String {
        match (self, &model.base) {
            (Which::Flips, Base::None(why)) => format!("{why}: there is nothing to compare with. `o` lists cases."),
            (Which::Flips, _) => "No verdict differs from the base. `o` lists other cases.".to_owned(),
            (Which::Wrong, _) => "Every measured verdict agrees with its gold label.".to_owned(),
            (Which::Undetermined, _) => "No verdict is undetermined.".to_owned(),
            (Which::All, _) => "There are no cases yet: bring some in with `casebook import`.".to_owned(),
        }
    }
}

/// A case in the list.
#[derive(Debug, Clone, Copy)]
pub struct CaseRow {
    /// Position of the set in the replay.
    pub set: usize,
    pub row: usize,
    pub flip: Option<Flip>,
}

impl CaseRow {
    pub fn is_case_of(&self, other: &CaseRow) -> bool {
        (self.set, self.row) == (other.set, other.row)
    }
}

/// The cases that are wanted and whose id holds `filter`.
pub fn rows(replay: &Replay, which: Which, filter: &str) -> Vec<CaseRow> {
    let mut rows: Vec<CaseRow> = match which {
        Which::Flips => {
            let flip = |(set, flip): (usize, Flip)| CaseRow { set, row: flip.row as usize, flip: Some(flip) };
            effect::worst_first(replay).into_iter().map(flip).collect()
        }
        Which::All => of_standing(replay, |_| true),
        Which::Wrong => of_standing(replay, |standing| standing.is_measured() && standing != Standing::Agrees),
        Which::Undetermined => {
            let all = of_standing(replay, |_| true);
            let undetermined = |row: &CaseRow| replay.sets[row.set].head.verdicts.get(row.row).undetermined;
            all.into_iter().filter(undetermined).collect()
        }
    };
    if !filter.is_empty() {
        let wanted = filter.to_lowercase();
        rows.retain(|row| replay.sets[row.set].gold.id(row.row).to_lowercase().contains(&wanted));
    }
    rows
}

/// One case as a row; `None` where the replay has no such case.
pub fn row(replay: &Replay, set: usize, row: usize) -> Option<CaseRow> {
    let here = replay.sets.get(set).filter(|here| row < here.gold.len())?;
    Some(CaseRow { set, row, flip: here.flips.iter().find(|flip| flip.row as usize == row).copied() })
}

fn of_standing(replay: &Replay, wanted: impl Fn(Standing) -> bool) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    for (at, set) in replay.sets.iter().enumerate() {
        let outcomes: Vec<_> = (0..set.gold.outcomes() as u32).map(|o| accepted(&set.gold, o, &replay.head)).collect();
        let mut flips = set.flips.iter().peekable();
        for row in 0..set.gold.len() {
            let flip = flips.next_if(|flip| flip.row as usize == row).copied();
            let verdict = set.head.verdicts.get(row);
            let accepted = outcomes[set.gold.outcome(row) as usize];
            if wanted(Standing::of(verdict.behavior, verdict.undetermined, accepted)) {
                rows.push(CaseRow { set: at, row, flip });
            }
        }
    }
    rows
}

/// `▼ bio-0007   refuse → comply`, or `bio-0007   comply, gold refuse`.
pub fn draw<'a>(replay: &Replay, row: CaseRow, columns: usize, theme: &Theme) -> Row<'a> {
    if let Some(flip) = row.flip {
        return effect::flip_row(replay, row.set, flip, columns, theme);
    }
    let Some(set) = replay.sets.get(row.set) else { return Row::default() };
    let verdict = set.head.verdicts.get(row.row);
    let accepted = accepted(&set.gold, set.gold.outcome(row.row), &replay.head);
    let id = |ix: BehaviorIx| replay.head.manifest.behaviors.id(ix).to_string();
    let (sign, role, right) = match Standing::of(verdict.behavior, verdict.undetermined, accepted) {
        Standing::Agrees => (' ', Role::Text, id(verdict.behavior)),
        Standing::Undetermined => ('?', Role::Undetermined, id(verdict.behavior)),
        Standing::Unlabeled => ('·', Role::Dim, format!("{}, no gold", id(verdict.behavior))),
        _ => {
            let gold = accepted.behavior.map(id).unwrap_or_default();
            ('✗', Role::Worse, format!("{}, gold {gold}", id(verdict.behavior)))
        }
    };
    let case = set.gold.id(row.row).into_owned();
    let left = Line::from(vec![theme.span(role, format!(" {sign} ")), theme.span(Role::Text, case)]);
    Row::new(left).right(theme.line(Role::Dim, right))
}
