//! The rulings nearest to a case, and the holdings that say certain words.
//!
//! Two nearnesses from 0 to 1 are joined: by point of the decision space ([`point`](super::point)), which counts two
//! thirds, and by text, which counts one third and is handed in ([`TextScores`]). The point decides what the clauses say, so it
//! counts more; the text tells apart what the point does not. Where the case was not read yet, the text counts alone.
//! Offered is what is near enough by either: a nearness by point of ½ (three things differ), or by text of ¼; where the
//! text counts alone, of 1/10.

use super::docket::{Docket, Precedent, RulingIx, State, TextScores};
use super::point::{Compared, Measure, Point};
use crate::policy::case::Reading;

/// The case that precedents are looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// How the case is read; `None` where nobody has read it yet.
    pub reading: Option<&'a Reading>,
    /// The case itself, by set and id: rulings on it are no precedents for it.
    pub case: Option<(&'a str, &'a str)>,
    /// Whether rulings that others took the place of are offered too.
    pub superseded: bool,
}

/// A ruling near to a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    pub precedent: Precedent,
    /// From 0 to 1.
    pub nearness: f32,
    /// `None` where the case was not read, or where nothing is known of how the other was.
    pub by_point: Option<f32>,
    pub by_text: f32,
    /// What is the same in the two readings, and what is not.
    pub compared: Option<Compared>,
}

/// A ruling whose holding says what was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub precedent: Precedent,
    /// From 0 to 1: 1 where the holding is as good as the words themselves.
    pub score: f32,
}

const LEAST_BY_POINT: f32 = 0.5;
const LEAST_BY_TEXT: f32 = 0.25;
const LEAST_BY_TEXT_ALONE: f32 = 0.1;

impl Docket {
    /// The rulings nearest to a case, nearest first, at most `limit`. Of equals, those that bind come first. `by_text` says how
    /// near each is in what was said.
    pub fn nearest(&self, asked: &Asked<'_>, by_text: &TextScores, limit: usize) -> Vec<Near> {
        let measure = asked.reading.map(|reading| Measure::new(&self.policy, Point::of(&self.policy, reading)));
        let of_points: Option<Vec<f32>> =
            measure.as_ref().map(|measure| self.points.iter().map(|point| measure.nearness(point)).collect());
        let by_text = |key| by_text.get(&key).copied().unwrap_or(0.0);
        let itself = asked.case.and_then(|(set, case)| {
            let set = self.set_at(set)?;
            Some((set, self.sets[usize::from(set)].find(case)?))
        });
        let mut near: Vec<(f32, bool, RulingIx)> = Vec::new();
        for (ix, entry) in self.indexed() {
            if itself == Some((entry.set, entry.row as usize))
                || (entry.state == State::Superseded && !asked.superseded)
            {
                continue;
            }
            let text = by_text(entry.key);
            let point = of_points.as_ref().map(|of| entry.point.map_or(0.0, |code| of[code as usize]));
            let least = if point.is_some() { LEAST_BY_TEXT } else { LEAST_BY_TEXT_ALONE };
            if text >= least || point.is_some_and(|point| point >= LEAST_BY_POINT) {
                near.push((joined(point, text), self.is_binding(ix), ix));
            }
        }
        nearest_first(&mut near, limit);
        let tell = |(nearness, _, ix): (f32, bool, RulingIx)| {
            let point = self.entry(ix).point.map(|code| &self.points[code as usize]);
            let both = measure.as_ref().zip(point);
            Some(Near {
                precedent: self.precedent(ix)?,
                nearness,
                by_point: both.map(|(measure, point)| measure.nearness(point)),
                by_text: by_text(self.entry(ix).key),
                compared: both.map(|(measure, point)| measure.compare(point)),
            })
        };
        near.into_iter().filter_map(tell).collect()
    }

    /// The rulings whose holdings say certain words, best first, at most `limit`. `scores` says how well each says them.
    pub fn saying(&self, scores: &TextScores, superseded: bool, limit: usize) -> Vec<Found> {
        let mut found: Vec<(f32, bool, RulingIx)> = Vec::new();
        for (ix, entry) in self.indexed() {
            let score = scores.get(&entry.key).copied().filter(|score| *score > 0.0);
            if let Some(score) = score.filter(|_| superseded || entry.state != State::Superseded) {
                found.push((score, self.is_binding(ix), ix));
            }
        }
        nearest_first(&mut found, limit);
        let tell = |(score, _, ix): (f32, bool, RulingIx)| Some(Found { precedent: self.precedent(ix)?, score });
        found.into_iter().filter_map(tell).collect()
    }
}

/// The rule at the top.
fn joined(point: Option<f32>, text: f32) -> f32 {
    point.map_or(text, |point| (2.0 * point + text) / 3.0)
}

/// Sorts the best `limit` to the front and drops the rest.
fn nearest_first(found: &mut Vec<(f32, bool, RulingIx)>, limit: usize) {
    let order = |a: &(f32, bool, RulingIx), b: &(f32, bool, RulingIx)| {
        b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2))
    };
    if found.len() > limit && limit > 0 {
        found.select_nth_unstable_by(limit - 1, order);
    }
    found.truncate(limit);
    found.sort_unstable_by(order);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{docket, reading, scores};
    use super::*;

    const RULED: &[(&str, &str, &str)] = &[
        ("same", "bio high intent=unclear", r#""behavior":"refuse"|"holding":"a recipe is a recipe""#),
        ("near", "bio high intent=benign", r#""behavior":"refuse"|"holding":"history is no recipe""#),
        ("far", "scams low", r#""behavior":"safe-complete"|"holding":"warn them""#),
        ("old", "bio high intent=unclear", r#""behavior":"comply"|"holding":"once held otherwise","supersedes":"x""#),
    ];

    fn check(asked: &str, text: &str, expect: &[&str]) -> Vec<Near> {
        let docket = docket(RULED);
        let reading = reading(asked);
        let asked = Asked { reading: (!asked.is_empty()).then_some(&reading), ..Asked::default() };
        let near = docket.nearest(&asked, &scores(&docket, text), 3);
        let cases: Vec<&str> = near.iter().map(|near| near.precedent.ruling.case.as_str()).collect();
        assert_eq!(cases, expect);
        assert!(near.is_sorted_by(|a, b| a.nearness >= b.nearness));
        near
    }

    #[test]
    fn the_point_counts_more_than_the_text() {
        let near = check("bio high intent=unclear", "warn nobody at all", &["same", "old", "near"]);
        assert_eq!(near[0].by_point, Some(1.0));
        let words = near[2].compared.as_ref().unwrap().words();
        assert_eq!(words, "same category and severity; differs in intent (unclear, there benign)");
        let near = check("bio high intent=unclear", "old", &["old", "same", "near"]);
        assert!(near[0].by_text > near[1].by_text);
    }

    #[test]
    fn without_a_reading_the_text_counts_alone() {
        let near = check("", "a recipe", &["same", "near"]);
        assert_eq!((near[0].by_point, near[0].nearness), (None, near[0].by_text));
        check("", "nothing of the kind", &[]);
    }

    #[test]
    fn what_is_far_in_every_way_is_not_offered() {
        check("weapons low/response autonomy=unattended intent=malicious context=legal", "", &[]);
    }

    #[test]
    fn a_case_is_no_precedent_for_itself() {
        let docket = docket(RULED);
        let reading = reading("bio high intent=unclear");
        let asked = Asked { reading: Some(&reading), case: Some(("core", "same")), ..Asked::default() };
        let near = |limit| docket.nearest(&asked, &TextScores::default(), limit);
        assert_eq!(near(1)[0].precedent.ruling.case, "old");
        assert_eq!(near(0), []);
    }

    #[test]
    fn holdings_that_say_the_words_come_in_order() {
        let docket = docket(RULED);
        let cases = |superseded, limit| -> Vec<String> {
            let found = docket.saying(&scores(&docket, "no recipe held"), superseded, limit);
            found.into_iter().map(|found| found.precedent.ruling.case).collect()
        };
        assert_eq!(cases(false, 9), ["near", "same", "old"]);
        assert_eq!(cases(false, 1), ["near"]);
    }
}
