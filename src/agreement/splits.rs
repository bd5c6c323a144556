//! The cases on which labelers give different answers, the ones furthest apart first.

use super::blame::{Readings, Touched};
use super::field::Scale;
use super::panel::{Filter, Panel};
use super::stage::Stage;
use crate::decide::{Cancelled, GoldSet};
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::gold::heard;
use crate::policy::label::Label;
use crate::policy::taxonomy::CategoryIx;
use crate::policy::text_hash::Text;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A case on which labelers differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub case: String,
    /// Each answer with how many gave it, the most frequent first. A set is written as its members: `bio + fraud`.
    pub answers: Vec<(Arc<str>, u64)>,
    /// How far the answers of two labelers are apart on average, 0 to 1: steps on the list of choices where they have an order; what they
    /// do not have in common where they are sets (MASI); else whether they differ.
    pub apart: f64,
    /// What the case touches, as [`super::Blame`] has it.
    pub clauses: Vec<Arc<str>>,
    pub categories: Vec<Arc<str>>,
    /// All of these by the names that records cite them by: `category:ID` where a clause of the policy is called so too.
    pub touched: Vec<String>,
}

/// Every case with two answers or more that are not all the same.
pub fn splits(
    gold: &GoldSet,
    labels: &[Vec<Label>],
    filter: &Filter<'_>,
    panel: &Panel,
    policy: &Policy,
    stage: &Stage<'_>,
) -> Result<Vec<Split>, Cancelled> {
    let of_case = |readings: &mut Readings, row: usize| {
        stage.step(panel.cases())?;
        let mut counts: BTreeMap<u16, u64> = BTreeMap::new();
        panel.table.classes_of(row).iter().for_each(|class| *counts.entry(*class).or_default() += 1);
        if counts.len() < 2 {
            return Ok(None);
        }
        let mut answers: Vec<(Arc<str>, u64)> = counts.iter().map(|(class, n)| (name_of(panel, *class), *n)).collect();
        answers.sort_by_key(|(_, n)| Reverse(*n));
        let touched = Touched::by(&heard(&filter.of(&labels[row])), gold, row, policy, readings);
        let clauses = touched.clauses.iter().map(|at| Text::Clause(ClauseIx(*at)));
        let categories = touched.categories.iter().map(|at| Text::Category(CategoryIx(*at as u16)));
        Ok(Some(Split {
            case: gold.id(row).into_owned(),
            answers,
            apart: apart(panel, &counts),
            clauses: touched.clauses.iter().map(|at| policy.clauses[*at as usize].id.clone()).collect(),
            categories: touched
                .categories
                .iter()
                .map(|at| policy.taxonomy.get(CategoryIx(*at as u16)).id.clone())
                .collect(),
            touched: clauses.chain(categories).map(|text| text.name(policy)).collect(),
        }))
    };
    let each = (0..panel.cases()).into_par_iter().map_init(Readings::default, of_case);
    let mut splits: Vec<Split> = each.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    splits.sort_by(|a, b| b.apart.total_cmp(&a.apart));
    Ok(splits)
}

fn name_of(panel: &Panel, class: u16) -> Arc<str> {
    if panel.scale != Scale::Sets {
        return panel.choices[usize::from(class)].clone();
    }
    let members = panel.sets.members(class);
    if members.is_empty() {
        return "none".into();
    }
    members.iter().map(|member| &*panel.choices[usize::from(*member)]).collect::<Vec<_>>().join(" + ").into()
}

fn apart(panel: &Panel, counts: &BTreeMap<u16, u64>) -> f64 {
    let steps = panel.choices.len().saturating_sub(1).max(1) as f64;
    let distance = |one: u16, other: u16| match panel.scale {
        Scale::Ordinal => f64::from(other.abs_diff(one)) / steps,
        Scale::Sets => panel.sets.masi(one, other),
        Scale::Nominal => 1.0,
    };
    let counted: Vec<(u16, f64)> = counts.iter().map(|(class, n)| (*class, *n as f64)).collect();
    let mut sum = 0.0;
    for (at, (one, n)) in counted.iter().enumerate() {
        for (other, others) in &counted[at + 1..] {
            sum += distance(*one, *other) * n * others;
        }
    }
    let all: f64 = counted.iter().map(|(_, n)| n).sum();
    sum / (all * (all - 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{cases, gold, label, policy};
    use super::super::{Field, read_labels};
    use super::*;
    use crate::decide::Unwatched;

    fn check(field: &str, labels: &[String], expect: &[(&str, &str, f64)]) -> Vec<Split> {
        let (policy, gold) = (policy(), gold(&cases(3), labels, &[]));
        let field = Field::find(field, &policy).unwrap();
        let labels = read_labels(&gold, &Unwatched).unwrap();
        let filter = Filter::default();
        let panel = Panel::new(&gold, &labels, &filter, field, &policy);
        let found = splits(&gold, &labels, &filter, &panel, &policy, &Stage::new(&Unwatched, gold.len())).unwrap();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for (split, (case, answers, apart)) in found.iter().zip(expect) {
            let words: Vec<String> = split.answers.iter().map(|(word, n)| format!("{n} {word}")).collect();
            assert_eq!((&*split.case, words.join(", ").as_str()), (*case, *answers));
            assert!((split.apart - apart).abs() < 1e-12, "{split:?}");
        }
        found
    }

    #[test]
    fn what_is_further_apart_comes_first() {
        let says = |case, who: &str, what: &str| label(case, who, &format!(r#""behavior":"{what}""#));
        check(
            "behavior",
            &[
                says(0, "ana", "comply"),
                says(0, "bo", "safe-complete"),
                says(1, "ana", "comply"),
                says(1, "bo", "escalate"),
                says(1, "cy", "escalate"),
                says(2, "ana", "refuse"),
                says(2, "bo", "refuse"),
            ],
            &[("c1", "2 escalate, 1 comply", 2.0 / 3.0), ("c0", "1 comply, 1 safe-complete", 1.0 / 3.0)],
        );
    }

    #[test]
    fn sets_are_written_as_their_members_with_what_they_touch() {
        let finds = |who: &str, harms: &str| label(0, who, &format!(r#""harms":[{harms}]"#));
        let (bio, fraud) = (r#"{"category":"bio"}"#, r#"{"category":"fraud"}"#);
        let found = check(
            "harms",
            &[finds("ana", &format!("{bio},{fraud}")), finds("bo", "")],
            &[("c0", "1 bio + fraud, 1 none", 1.0)],
        );
        let categories: Vec<&str> = found[0].categories.iter().map(|id| &**id).collect();
        assert_eq!(categories, ["bio", "fraud"]);
    }

    #[test]
    fn a_category_that_is_called_as_a_clause_is_told_apart_from_it() {
        let finds = |who: &str, harms: &str| label(0, who, &format!(r#""harms":[{harms}]"#));
        let weapons = r#"{"category":"weapons","severity":"low"}"#;
        let found = check("harms", &[finds("ana", weapons), finds("bo", "")], &[("c0", "1 weapons, 1 none", 1.0)]);
        assert_eq!(found[0].touched, ["weapons", "category:weapons"]);
    }
}
