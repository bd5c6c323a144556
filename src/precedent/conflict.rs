//! What a proposed ruling runs against.

use super::docket::{Docket, Precedent, RulingIx, State};
use super::point::Point;
use crate::decide::GoldSet;
use crate::policy::case::Reading;
use crate::policy::gold::heard;
use crate::policy::label::Label;
use crate::policy::ruling::{Adjudication, Disposition};

/// An earlier ruling that a proposed one runs against.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub kind: ConflictKind,
    pub precedent: Precedent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictKind {
    /// A ruling that binds, at the same point of the decision space, calls for something else.
    Contradicts,
    /// A ruling that stands but does not bind (a text that it rests on has changed; the case was left split) lies at the same point
    /// and calls for something else, or for nothing.
    RuledOtherwise,
    /// It follows a ruling that calls for something else.
    FollowsOtherwise,
    /// It follows a ruling that was overruled.
    FollowsOverruled,
    /// The ruling that stands on the same case calls for something else.
    Reverses,
}

impl ConflictKind {
    pub const ALL: [ConflictKind; 5] = [
        ConflictKind::Contradicts,
        ConflictKind::RuledOtherwise,
        ConflictKind::FollowsOtherwise,
        ConflictKind::FollowsOverruled,
        ConflictKind::Reverses,
    ];

    pub fn word(self) -> &'static str {
        match self {
            ConflictKind::Contradicts => "contradicts",
            ConflictKind::RuledOtherwise => "ruled-otherwise",
            ConflictKind::FollowsOtherwise => "follows-otherwise",
            ConflictKind::FollowsOverruled => "follows-overruled",
            ConflictKind::Reverses => "reverses",
        }
    }

    /// What is the matter, in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            ConflictKind::Contradicts => "a ruling that binds was given at the same point and calls for something else",
            ConflictKind::RuledOtherwise => "the same point was ruled on otherwise, though that ruling does not bind",
            ConflictKind::FollowsOtherwise => "it follows this ruling, and calls for something else",
            ConflictKind::FollowsOverruled => "it follows this ruling, which was overruled",
            ConflictKind::Reverses => "it takes the place of a ruling on this case that calls for something else",
        }
    }
}

/// What can be done about an earlier ruling, so that a new one no longer runs against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Decide as it does, and say so.
    Follow,
    /// Say that this case is a different one.
    Distinguish,
    /// Say that it no longer binds.
    Overrule,
    /// Do not name it as one that is followed.
    Unfollow,
    /// Say that it is the one to be replaced.
    Replace,
}

impl Way {
    pub fn word(self) -> &'static str {
        match self {
            Way::Follow => "follow",
            Way::Distinguish => "distinguish",
            Way::Overrule => "overrule",
            Way::Unfollow => "unfollow",
            Way::Replace => "replace",
        }
    }
}

impl Conflict {
    /// What the earlier ruling calls for; how it was disposed of where it calls for nothing.
    pub fn says(&self) -> &str {
        let ruling = &self.precedent.ruling;
        let behavior = ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
        behavior.unwrap_or(ruling.disposition.word())
    }

    /// The ways out.
    pub fn ways(&self) -> Vec<Way> {
        let decides = self.precedent.ruling.decision.is_some();
        match self.kind {
            ConflictKind::Reverses => vec![Way::Replace],
            ConflictKind::FollowsOtherwise => vec![Way::Follow, Way::Unfollow],
            ConflictKind::FollowsOverruled => vec![Way::Unfollow],
            ConflictKind::Contradicts | ConflictKind::RuledOtherwise if decides => {
                vec![Way::Follow, Way::Distinguish, Way::Overrule]
            }
            ConflictKind::Contradicts | ConflictKind::RuledOtherwise => vec![Way::Distinguish, Way::Overrule],
        }
    }
}

impl Docket {
    /// What a ruling on a case of `set` would run against: gravest first, then by set and case. A ruling that says it
    /// distinguishes or overrules an earlier one does not run against it, and neither does one that says which ruling on its case it
    /// supersedes: that is known to be reversed. A split runs against what decides, at the point at
    /// which its case came in, or which all its labelers give it; what is put off runs against nothing.
    pub fn conflicts(&self, set: &str, proposed: &Adjudication) -> Vec<Conflict> {
        let Some(set) = self.set_at(set) else { return Vec::new() };
        let gold = &self.sets[usize::from(set)];
        let itself = gold.find(&proposed.case);
        let at = match (proposed.disposition, &proposed.decision) {
            (Disposition::Split, _) => itself.and_then(|row| self.left_open(gold, row)),
            (Disposition::Deferred, _) | (_, None) => return Vec::new(),
            (_, decision) => decision.clone(),
        };
        let decision = proposed.decision.clone().unwrap_or_default();
        let named =
            |cases: &[String]| -> Vec<RulingIx> { cases.iter().filter_map(|case| self.settling(case, set)).collect() };
        let [follows, distinguishes, overrules] =
            [&proposed.follows, &proposed.distinguishes, &proposed.overrules].map(|cases| named(cases));
        let mut found: Vec<(ConflictKind, RulingIx)> = Vec::new();
        for &ix in at.as_ref().map_or(&[][..], |at| self.at_point(at)) {
            let entry = self.entry(ix);
            let spoken_of = distinguishes.contains(&ix) || overrules.contains(&ix);
            let same_case = itself == Some(entry.row as usize) && entry.set == set;
            if spoken_of || same_case || entry.state != State::Settles || !entry.overruled_by.is_empty() {
                continue;
            }
            if !self.agrees(ix, decision.behavior.as_deref(), &decision.acceptable) {
                let binds = self.is_binding(ix) && entry.behavior.is_some();
                found.push((if binds { ConflictKind::Contradicts } else { ConflictKind::RuledOtherwise }, ix));
            }
        }
        for ix in follows {
            if !self.entry(ix).overruled_by.is_empty() {
                found.push((ConflictKind::FollowsOverruled, ix));
            } else if self.entry(ix).behavior.is_some()
                && !self.agrees(ix, decision.behavior.as_deref(), &decision.acceptable)
            {
                found.push((ConflictKind::FollowsOtherwise, ix));
            }
        }
        let of_case: Vec<RulingIx> = itself.map(|row| self.rulings_on(set, row).collect()).unwrap_or_default();
        let is_named = |id: &String| of_case.iter().any(|ix| self.precedent(*ix).is_some_and(|p| p.ruling.id == *id));
        // Whoever names one of them replaces all.
        let known = proposed.supersedes.as_ref().is_some_and(is_named);
        for ix in of_case.into_iter().filter(|_| !known) {
            let stands = self.entry(ix).state != State::Superseded && self.entry(ix).behavior.is_some();
            if stands && !self.agrees(ix, decision.behavior.as_deref(), &decision.acceptable) {
                found.push((ConflictKind::Reverses, ix));
            }
        }
        found.sort_unstable();
        found.dedup();
        let tell = |(kind, ix)| Some(Conflict { kind, precedent: self.precedent(ix)? });
        found.into_iter().filter_map(tell).collect()
    }

    /// The cases of rulings that bind, that were given at the point of a reading and that do not accept the behavior it calls for.
    pub fn against(&self, set: &str, case: &str, reading: &Reading) -> Vec<String> {
        if self.is_empty() || reading.behavior.is_none() {
            return Vec::new();
        }
        let stands_against = |ix: &RulingIx| {
            let entry = self.entry(*ix);
            let same_case = **self.sets[usize::from(entry.set)].set() == *set && self.case_of(*ix) == case;
            let agrees = self.agrees(*ix, reading.behavior.as_deref(), &reading.acceptable);
            !same_case && self.is_binding(*ix) && entry.behavior.is_some() && !agrees
        };
        self.at_point(reading).iter().filter(|ix| stands_against(ix)).map(|ix| self.case_of(*ix)).collect()
    }

    /// The reading that a case came in with; else what all labelers read it as.
    fn left_open(&self, gold: &GoldSet, row: usize) -> Option<Reading> {
        if let Some(reading) = gold.imported(row) {
            return Some(reading);
        }
        let labels = gold.labels_of(row);
        let heard = heard(&labels.iter().collect::<Vec<_>>());
        let mut readings = heard.into_iter().filter_map(Label::whole_reading);
        let first = readings.next()?;
        let point = Point::of(&self.policy, &first);
        readings.all(|other| Point::of(&self.policy, &other) == point).then_some(first)
    }

    /// The rulings given at the point of a reading.
    fn at_point(&self, reading: &Reading) -> &[RulingIx] {
        let point = Point::of(&self.policy, reading);
        let here = self.point_codes.get(&point).filter(|_| point.is_known());
        here.map_or(&[], |&code| &self.ruled_at[code as usize])
    }

    /// Whether a ruling accepts this behavior, or is accepted by what is proposed; or whether neither decides.
    fn agrees(&self, ix: RulingIx, behavior: Option<&str>, acceptable: &[String]) -> bool {
        let entry = self.entry(ix);
        if behavior.is_none() && entry.behavior.is_none() {
            return true;
        }
        let theirs = || entry.behavior.iter().chain(&entry.acceptable).map(|word| &**word);
        let ours = || behavior.into_iter().chain(acceptable.iter().map(String::as_str));
        theirs().any(|their| Some(their) == behavior) || ours().any(|our| entry.behavior.as_deref() == Some(our))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{docket, ruling};
    use super::*;
    use ConflictKind::*;

    /// Three cases ruled on; `o` lies where `b` does, which overrules it.
    const RULED: &[(&str, &str, &str)] = &[
        ("a", "bio high intent=unclear", r#""behavior":"refuse","acceptable":["escalate"]"#),
        ("b", "scams low", r#""behavior":"safe-complete"|"overrules":["o"]"#),
        ("o", "scams low", r#""behavior":"comply""#),
    ];

    fn check(case: &str, reading: &str, rest: &str, expect: &[(ConflictKind, &str)]) {
        let docket = docket(RULED);
        let proposed = ruling("new", case, reading, rest);
        let found = docket.conflicts("core", &proposed);
        let found: Vec<(ConflictKind, &str)> =
            found.iter().map(|conflict| (conflict.kind, conflict.precedent.ruling.case.as_str())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn the_same_point_is_to_be_ruled_alike() {
        check("n", "bio high intent=unclear", r#""behavior":"comply""#, &[(Contradicts, "a")]);
        check("n", "bio high intent=unclear", r#""behavior":"refuse""#, &[]);
        check("n", "bio high intent=unclear", r#""behavior":"escalate""#, &[]);
        check("n", "bio high intent=unclear", r#""behavior":"comply","acceptable":["refuse"]"#, &[]);
        check("n", "bio low intent=unclear", r#""behavior":"comply""#, &[]);
        check("n", "gone", r#""behavior":"comply""#, &[]);
    }

    #[test]
    fn what_is_told_apart_or_overruled_is_no_conflict() {
        check("n", "bio high intent=unclear", r#""behavior":"comply"|"distinguishes":["a"]"#, &[]);
        check("n", "bio high intent=unclear", r#""behavior":"comply"|"overrules":["a"]"#, &[]);
        check("n", "scams low", r#""behavior":"safe-complete""#, &[]);
    }

    #[test]
    fn who_follows_rules_alike_and_follows_what_stands() {
        check("n", "weapons", r#""behavior":"comply"|"follows":["a"]"#, &[(FollowsOtherwise, "a")]);
        check("n", "weapons", r#""behavior":"comply"|"follows":["o"]"#, &[(FollowsOverruled, "o")]);
        check("n", "weapons", r#""behavior":"escalate"|"follows":["a","no-such"]"#, &[]);
    }

    #[test]
    fn a_ruling_may_reverse_another_on_its_case() {
        check("a", "bio high intent=unclear", r#""behavior":"comply""#, &[(Reverses, "a")]);
        check("a", "bio high intent=unclear", r#""behavior":"escalate""#, &[]);
    }

    #[test]
    fn who_names_what_is_replaced_knows_that_it_is_reversed() {
        let docket = docket(RULED);
        let mut proposed = ruling("new", "a", "bio high intent=unclear", r#""behavior":"comply""#);
        let found = docket.conflicts("core", &proposed);
        assert_eq!((found[0].says(), found[0].ways()), ("refuse", vec![Way::Replace]));
        proposed.supersedes = Some("another".into());
        assert_eq!(docket.conflicts("core", &proposed).len(), 1);
        proposed.supersedes = Some(found[0].precedent.ruling.id.clone());
        assert_eq!(docket.conflicts("core", &proposed), []);
    }

    #[test]
    fn a_split_runs_against_what_decides_where_its_case_came_in() {
        let conflicts = |case: &str| {
            let mut proposed = ruling("new", case, "bio high", r#""behavior":"comply""#);
            (proposed.decision, proposed.disposition) = (None, Disposition::Split);
            let docket = docket(RULED);
            docket.conflicts("core", &proposed).iter().map(|found| found.kind).collect::<Vec<_>>()
        };
        assert_eq!(conflicts("a"), [Reverses]);
        assert_eq!(conflicts("n"), []);
    }

    #[test]
    fn a_reading_runs_against_what_binds_at_its_point() {
        let docket = docket(RULED);
        let against = |case: &str, reading: &str, behavior: &str| {
            let proposed = ruling("new", case, reading, &format!(r#""behavior":"{behavior}""#));
            docket.against("core", case, &proposed.decision.unwrap())
        };
        assert_eq!(against("n", "bio high intent=unclear", "comply"), ["a"]);
        assert_eq!(against("a", "bio high intent=unclear", "comply"), [""; 0]);
        assert_eq!(against("n", "bio high intent=unclear", "escalate"), [""; 0]);
        assert_eq!(against("n", "bio low intent=unclear", "comply"), [""; 0]);
    }

    #[test]
    fn what_rests_on_a_changed_text_is_told_but_does_not_bind() {
        let stale = [("a", "bio high", r#""behavior":"refuse"|"cites":{"no-arms":"another"}"#)];
        let proposed = ruling("new", "n", "bio high", r#""behavior":"comply""#);
        let kinds: Vec<ConflictKind> = docket(&stale).conflicts("core", &proposed).iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [RuledOtherwise]);
    }
}
