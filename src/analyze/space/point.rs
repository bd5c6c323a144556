//! Single points: what a function says of one, and the plainest one of a set.

use super::diagram::{EMPTY, Node};
use super::layout::{Asks, Level, Space};
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};

impl Space {
    /// The answer of a function at a point, which is in the terms of the words. 0 where it is no point of the space: its
    /// category is a word that no version knows.
    pub fn at(&self, function: Node, point: &Situation) -> u32 {
        let mut node = function;
        while let Some(level) = self.diagrams.level(node) {
            let Some(value) = self.value_at(level, point) else { return 0 };
            node = self.diagrams.child(node, level, value);
        }
        node.as_answer().unwrap_or(0)
    }

    /// Whether a point is in a set.
    pub fn contains(&self, set: Node, point: &Situation) -> bool {
        self.at(set, point) != 0
    }

    fn value_at(&self, level: usize, point: &Situation) -> Option<usize> {
        let met = point.met(self.levels[level].subject);
        match &self.levels[level].asks {
            Asks::Class(classes) => classes.iter().position(|class| class.contains(&met)),
            Asks::Known => Some(usize::from(met != Met::Value(None))),
            Asks::Has(value) => Some(match met {
                Met::Value(Some(FacetValue::Set(bits))) => usize::from(bits >> value.0 & 1 == 1),
                _ => 0,
            }),
        }
    }

    /// The plainest point of a set: found in the request, the first category and the mildest severity that will do, and
    /// nothing known of a facet that need not be known. `None` where the set has no point.
    pub fn plainest(&self, set: Node) -> Option<Situation> {
        if set == EMPTY {
            return None;
        }
        let facets = vec![None; self.words.manifest.facets.len()];
        let mut point = Situation { category: Met::Category(None), severity: None, target: None, facets };
        let mut node = set;
        for level in 0..self.levels.len() {
            let value = self.preferred(level, node);
            node = self.diagrams.child(node, level, value);
            let Level { subject, asks, .. } = &self.levels[level];
            match (asks, *subject) {
                (Asks::Class(classes), subject) => {
                    let met = classes[value][0];
                    let one = match met {
                        Met::Value(Some(FacetValue::One(ix))) => Some(ix),
                        _ => None,
                    };
                    match subject {
                        Subject::Category => point.category = met,
                        Subject::Severity => point.severity = one,
                        Subject::Target => point.target = one,
                        Subject::Facet(ix) => point.facets[usize::from(ix.0)] = one.map(FacetValue::One),
                    }
                }
                (Asks::Known, Subject::Facet(ix)) if value == 1 => {
                    point.facets[usize::from(ix.0)] = Some(FacetValue::Set(0));
                }
                (Asks::Has(has), Subject::Facet(ix)) if value == 1 => {
                    if let Some(FacetValue::Set(bits)) = &mut point.facets[usize::from(ix.0)] {
                        *bits |= 1 << has.0;
                    }
                }
                _ => {}
            }
        }
        Some(point)
    }

    /// The value of a level that is taken where several lead into the set.
    fn preferred(&self, level: usize, set: Node) -> usize {
        let arity = self.diagrams.arity(level);
        let leads = |value: &usize| self.diagrams.child(set, level, *value) != EMPTY;
        // No harm at all, and no severity: these stand first, and are no plain example.
        let first = match self.levels[level].subject {
            Subject::Category | Subject::Severity => 1,
            Subject::Target | Subject::Facet(_) => 0,
        };
        (first..arity).chain(0..first).find(leads).unwrap_or(0)
    }

    /// The point as a reading in words: what a gold label would say.
    pub fn reading(&self, point: &Situation) -> Reading {
        let words = &self.words;
        let mut reading = Reading::default();
        if let Met::Category(Some(category)) = point.category {
            let severity = point.severity.map(|ix| words.manifest.severities[usize::from(ix.0)].to_string());
            let target = if point.target == Some(ValueIx(1)) { Target::Response } else { Target::Request };
            reading.harms.push(Harm { category: words.taxonomy.get(category).id.to_string(), severity, target });
        }
        for (facet, value) in words.manifest.facets.iter().zip(&point.facets) {
            let word = match value {
                None => continue,
                Some(FacetValue::One(ix)) => FacetWord::One(facet.value(*ix).to_string()),
                Some(FacetValue::Set(bits)) if facet.kind == FacetKind::Set => {
                    let chosen = facet.values.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                    FacetWord::Many(chosen.map(|(_, value)| value.to_string()).collect())
                }
                Some(FacetValue::Set(_)) => continue,
            };
            reading.facets.insert(facet.id.to_string(), word);
        }
        reading
    }

    /// The point in plain words: `weapons, severity high, in the response, intent benign`; what is not known is left out,
    /// but for the severity of a harm.
    pub fn point_words(&self, point: &Situation) -> String {
        let met = |subject: Subject| words::met(&self.words, subject, point.met(subject));
        let mut said = Vec::new();
        if point.category == Met::Category(None) {
            said.push("no harm".to_owned());
        } else {
            said.push(met(Subject::Category));
            said.push(format!("severity {}", met(Subject::Severity)));
            if point.target == Some(ValueIx(1)) {
                said.push("in the response".to_owned());
            }
        }
        for (at, facet) in self.words.manifest.facets.iter().enumerate() {
            if point.facets[at].is_some() {
                said.push(format!("{} {}", facet.id, met(Subject::Facet(FacetIx(at as u16)))));
            }
        }
        said.join(", ")
    }

    /// The points at which a dimension of one value has this one.
    pub fn where_is(&mut self, subject: Subject, met: Met) -> Node {
        let (level, wanted) = (self.levels_of(subject).start, self.value_of(subject, met));
        self.diagrams.values(level, |value| Some(value) == wanted)
    }

    /// The points that would be in a set if a dimension of one value had this one, whatever it has.
    pub fn at_value(&mut self, set: Node, subject: Subject, met: Met) -> Node {
        let level = self.levels_of(subject).start;
        match self.value_of(subject, met) {
            Some(value) => self.diagrams.restrict(set, level, value),
            None => EMPTY,
        }
    }

    /// How many values of a dimension the space holds as one with this one, itself included.
    pub fn alike(&self, subject: Subject, met: Met) -> usize {
        match &self.levels[self.levels_of(subject).start].asks {
            Asks::Class(classes) => classes.iter().find(|class| class.contains(&met)).map_or(1, Vec::len),
            _ => 1,
        }
    }
}
