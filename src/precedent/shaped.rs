//! The rulings that shaped a clause or a category.

use super::docket::{Docket, Precedent, RulingIx, State};
use super::point::{Point, Value};
use crate::decide::Situation;
use crate::decide::explain::rule;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Met;
use crate::policy::facet::FacetValue;
use crate::policy::text_hash::Text;
use rayon::prelude::*;

/// Why a ruling is told of a text. Several may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reasons {
    /// It rests on the text.
    pub cites: bool,
    /// The clause rules on one of the harms that were found; of a category: such a harm was found.
    pub decides: bool,
    /// The commit that it came with changed the text.
    pub committed: bool,
}

/// A ruling that shaped a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Shaping {
    pub precedent: Precedent,
    pub reasons: Reasons,
}

impl Docket {
    /// The rulings that shaped the clause or category of this name, by set and case: those that cite it, those on cases
    /// that it decides, and those whose ids begin as one of `committed`, which came with the commits that changed it. Superseded
    /// ones are left out, unless they are among these.
    pub fn shaping(&self, text: &str, committed: &[String]) -> Vec<Shaping> {
        let policy = &self.policy;
        let meant = Text::find(policy, text);
        let name = meant.map(|text| text.name(policy));
        let at_point: Vec<bool> = self
            .points
            .par_iter()
            .map(|point| match meant {
                Some(Text::Clause(clause)) => self.decides(clause, point),
                Some(Text::Category(category)) => point.harms.iter().any(|harm| harm.category == Some(category)),
                None => false,
            })
            .collect();
        let told = |at: usize| {
            let ix = RulingIx(at as u32);
            let entry = self.entry(ix);
            let decides = entry.point.is_some_and(|code| at_point[code as usize]);
            if !decides && !entry.cites_something && committed.is_empty() {
                return None;
            }
            let precedent = self.precedent(ix)?;
            let cited = |id: &str| precedent.ruling.cites.contains_key(id);
            let reasons = Reasons {
                cites: cited(text) || name.as_deref().is_some_and(cited),
                decides,
                committed: committed.iter().any(|start| precedent.ruling.id.starts_with(start)),
            };
            let stands = entry.state != State::Superseded;
            let counts = reasons.committed || (stands && (reasons.cites || reasons.decides));
            counts.then_some(Shaping { precedent, reasons })
        };
        (0..self.entries.len()).into_par_iter().filter_map(told).collect()
    }

    /// Whether the clause rules on one of the harms of a point.
    fn decides(&self, clause: ClauseIx, point: &Point) -> bool {
        let value = |value: Value| match value {
            Value::One(ix) => FacetValue::One(ix),
            Value::Set(bits) => FacetValue::Set(bits),
        };
        let facets: Vec<Option<FacetValue>> = point.facets.iter().map(|facet| facet.map(value)).collect();
        let none = Situation { category: Met::Category(None), severity: None, target: None, facets: facets.clone() };
        let of_harms = point.harms.iter().map(|harm| Situation {
            category: harm.category.map_or(Met::Value(None), |ix| Met::Category(Some(ix))),
            severity: harm.severity,
            target: Some(harm.target),
            facets: facets.clone(),
        });
        let mut situations: Vec<Situation> = of_harms.collect();
        if situations.is_empty() {
            situations.push(none);
        }
        situations.iter().any(|situation| rule(&self.policy, situation).clause == Some(clause))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::docket;
    use super::*;

    fn check(text: &str, committed: &[&str], expect: &[&str]) {
        let docket = docket(&[
            ("a", "bio high intent=unclear", r#""behavior":"refuse""#),
            ("b", "bio high intent=benign", r#""behavior":"comply"|"cites":{"no-arms":"h","bio":"h"}"#),
            ("c", "scams", r#""behavior":"safe-complete""#),
            ("c", "scams", r#""behavior":"comply"|"id":"later","supersedes":"id-c""#),
        ]);
        let committed: Vec<String> = committed.iter().map(|id| (*id).to_owned()).collect();
        let told = |one: &Shaping| {
            let Reasons { cites, decides, committed } = one.reasons;
            let words = [(cites, "cites"), (decides, "decides"), (committed, "committed")];
            let words: Vec<&str> = words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect();
            format!("{} {}", one.precedent.ruling.id, words.join(" "))
        };
        assert_eq!(docket.shaping(text, &committed).iter().map(told).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_clause_is_shaped_by_what_cites_it_and_by_what_it_decides() {
        check("no-arms", &[], &["id-a decides", "id-b cites"]);
        check("bio", &[], &["id-a decides", "id-b cites decides"]);
        check("scams", &[], &["later decides"]);
        check("no-such", &[], &[]);
    }

    #[test]
    fn what_came_with_its_commits_is_told_even_where_it_was_replaced() {
        check("no-such", &["id-c"], &["id-c committed"]);
    }
}
