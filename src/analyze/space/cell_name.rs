//! The name of a cell of the grid, in words that hold across versions.

use super::grid::{Across, Column, Grid, Row};
use crate::policy::Policy;
use crate::policy::facet::{FacetIx, ValueIx};
use std::fmt;

/// A cell by the ids of what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CellName {
    /// The category, and whether all below it is meant as well; `None` is the case without harms.
    pub category: Option<(String, bool)>,
    /// `None` where it is unknown.
    pub severity: Option<String>,
    /// The facet that stands across, and what it is.
    pub facet: Option<(String, FacetIs)>,
}

/// What a facet is in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FacetIs {
    Unknown,
    Nothing,
    Value(String),
}

impl Grid {
    pub fn name(&self, row: Row, column: Column) -> CellName {
        let words = self.words();
        let category = match row {
            Row::NoHarm => None,
            Row::One(ix) => Some((words.taxonomy.get(ix).id.to_string(), false)),
            Row::Tree(ix) => Some((words.taxonomy.get(ix).id.to_string(), true)),
        };
        let severity = column.severity.map(|ix| words.manifest.severities[usize::from(ix.0)].to_string());
        let facet = match column.value {
            Across::Any => None,
            Across::Unknown(ix) => Some((ix, FacetIs::Unknown)),
            Across::Nothing(ix) => Some((ix, FacetIs::Nothing)),
            Across::Value(ix, value) => Some((ix, FacetIs::Value(words.manifest.facet(ix).value(value).to_string()))),
        };
        let facet = facet.map(|(ix, is)| (words.manifest.facet(ix).id.to_string(), is));
        CellName { category, severity, facet }
    }

    /// The cell of that name; `None` where a word of it is not among those of the grid.
    pub fn find(&self, name: &CellName) -> Option<(Row, Column)> {
        let words: &Policy = self.words();
        let row = match &name.category {
            None => Row::NoHarm,
            Some((id, below)) => {
                let ix = words.taxonomy.find(id)?;
                if *below { Row::Tree(ix) } else { Row::One(ix) }
            }
        };
        let severity = match &name.severity {
            None => None,
            Some(word) => {
                let at = words.manifest.severities.iter().position(|severity| **severity == **word)?;
                Some(ValueIx(at as u16))
            }
        };
        let facet = name.facet.as_ref().map(|(id, is)| {
            let at = words.manifest.facets.iter().position(|facet| *facet.id == **id)?;
            Some((FacetIx(at as u16), is))
        });
        let value = match facet {
            None => Across::Any,
            Some(None) => return None,
            Some(Some((ix, FacetIs::Unknown))) => Across::Unknown(ix),
            Some(Some((ix, FacetIs::Nothing))) => Across::Nothing(ix),
            Some(Some((ix, FacetIs::Value(word)))) => {
                let count = words.manifest.facet(ix).values.len() as u16;
                let value = (0..count).map(ValueIx).find(|&at| **words.manifest.facet(ix).value(at) == **word)?;
                Across::Value(ix, value)
            }
        };
        Some((row, Column { severity, value }))
    }
}

/// `bio-weapons and below, severity high, intent unclear`
impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.category {
            None => f.write_str("no harm")?,
            Some((id, false)) => f.write_str(id)?,
            Some((id, true)) => write!(f, "{id} and below")?,
        }
        write!(f, ", severity {}", self.severity.as_deref().unwrap_or("unknown"))?;
        match &self.facet {
            None => Ok(()),
            Some((id, FacetIs::Unknown)) => write!(f, ", {id} ?"),
            Some((id, FacetIs::Nothing)) => write!(f, ", {id} nothing"),
            Some((id, FacetIs::Value(word))) => write!(f, ", {id} {word}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;

    #[test]
    fn every_cell_is_found_by_its_name() {
        let policy = texts().policy();
        let grid = Grid::of(None, &policy).unwrap();
        let facets = (0..policy.manifest.facets.len() as u16).map(|ix| Some(FacetIx(ix))).chain([None]);
        for facet in facets {
            for column in grid.columns(facet) {
                let rows = policy.taxonomy.iter().flat_map(|(ix, _)| [Row::One(ix), Row::Tree(ix)]);
                for row in rows.chain([Row::NoHarm]) {
                    assert_eq!(grid.find(&grid.name(row, column)), Some((row, column)));
                }
            }
        }
    }

    #[test]
    fn what_the_words_do_not_know_is_no_cell() {
        let policy = texts().policy();
        let grid = Grid::of(None, &policy).unwrap();
        let known = grid.name(Row::NoHarm, grid.columns(None)[0]);
        let strange = [
            CellName { category: Some(("cider".into(), true)), ..known.clone() },
            CellName { severity: Some("cider".into()), ..known.clone() },
            CellName { facet: Some(("cider".into(), FacetIs::Unknown)), ..known },
        ];
        assert!(strange.iter().all(|name| grid.find(name).is_none()));
    }
}
