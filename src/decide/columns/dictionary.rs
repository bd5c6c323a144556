//! The dictionaries of one gold set, and how readings are put into them.

use super::lists::{Lists, ListsBuilder, Words, WordsBuilder};
use crate::policy::case::{FacetWord, Reading, Target};
use std::borrow::Cow;

/// Stands for a word that is not there, such as the severity of a harm that gives none.
pub(crate) const ABSENT: u32 = u32::MAX;
/// The only item of the unjudged list of a case that nobody read.
pub(crate) const EVERYTHING: u32 = u32::MAX;

/// A situation: harm list code, front code, back code, unjudged code.
pub(crate) type Codes = [u32; 4];

/// All that is distinct in a gold set. Codes count from 0 in each dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dictionaries {
    pub words: Words,
    /// Category word, severity word or [`ABSENT`], target (0 request, 1 response).
    pub harms: Lists,
    /// Harm codes in the order listed.
    pub harm_lists: Lists,
    /// Facet word, 1 for a list or 0 for a scalar, value words (those of a list sorted, each once).
    pub values: Lists,
    /// Facet words, sorted: which facets a case has.
    pub shapes: Lists,
    /// Shape code, then the value codes of the first half of the shape's facets, in its order.
    pub fronts: Lists,
    /// The value codes of the other half. Halves repeat where the whole does not: there are far fewer of them than cases,
    /// so that each is kept, and made into a set of clauses, once for many.
    pub backs: Lists,
    /// Category words, sorted, each once; or [`EVERYTHING`] alone.
    pub unjudged: Lists,
    pub situations: Vec<Codes>,
    /// Tag words, sorted, each once.
    pub tags: Lists,
    /// Behavior word or [`ABSENT`], observed word or [`ABSENT`], acceptable words.
    pub outcomes: Lists,
}

impl Dictionaries {
    /// The value codes of a situation, in the order of its shape.
    pub fn values_of(&self, &[_, front, back, _]: &Codes) -> impl Iterator<Item = u32> {
        let (front, back) = (self.fronts.get(front), self.backs.get(back));
        front.iter().skip(1).chain(back).copied()
    }

    pub fn memory(&self) -> usize {
        let lists = [
            &self.harms,
            &self.harm_lists,
            &self.values,
            &self.shapes,
            &self.fronts,
            &self.backs,
            &self.unjudged,
            &self.tags,
            &self.outcomes,
        ];
        self.words.memory() + size_of_val(&*self.situations) + lists.into_iter().map(Lists::memory).sum::<usize>()
    }
}

/// A reading whose words are borrowed from the text where they can be.
#[derive(Debug, Default)]
pub(crate) struct ReadingRef<'a> {
    pub harms: Vec<HarmRef<'a>>,
    pub unjudged: Vec<Cow<'a, str>>,
    /// A facet named twice has its last value.
    pub facets: Vec<(Cow<'a, str>, ValueRef<'a>)>,
    pub behavior: Option<Cow<'a, str>>,
    pub acceptable: Vec<Cow<'a, str>>,
    pub observed: Option<Cow<'a, str>>,
}

#[derive(Debug)]
pub(crate) struct HarmRef<'a> {
    pub category: Cow<'a, str>,
    pub severity: Option<Cow<'a, str>>,
    pub target: Target,
}

#[derive(Debug)]
pub(crate) enum ValueRef<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> From<&'a Reading> for ReadingRef<'a> {
    fn from(reading: &'a Reading) -> Self {
        let words = |words: &'a [String]| words.iter().map(|word| Cow::from(word.as_str())).collect::<Vec<_>>();
        let harms = reading.harms.iter().map(|harm| HarmRef {
            category: harm.category.as_str().into(),
            severity: harm.severity.as_deref().map(Cow::from),
            target: harm.target,
        });
        let facets = reading.facets.iter().map(|(name, value)| {
            let value = match value {
                FacetWord::One(word) => ValueRef::One(word.as_str().into()),
                FacetWord::Many(many) => ValueRef::Many(words(many)),
            };
            (name.as_str().into(), value)
        });
        ReadingRef {
            harms: harms.collect(),
            unjudged: words(&reading.unjudged),
            facets: facets.collect(),
            behavior: reading.behavior.as_deref().map(Cow::from),
            acceptable: words(&reading.acceptable),
            observed: reading.observed.as_deref().map(Cow::from),
        }
    }
}

/// The dictionaries while they are being filled.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    words: WordsBuilder,
    harms: ListsBuilder,
    harm_lists: ListsBuilder,
    values: ListsBuilder,
    shapes: ListsBuilder,
    fronts: ListsBuilder,
    backs: ListsBuilder,
    unjudged: ListsBuilder,
    situations: ListsBuilder,
    tags: ListsBuilder,
    outcomes: ListsBuilder,
    scratch: Vec<u32>,
    shape: Vec<u32>,
    facets: Vec<u32>,
}

/// From the codes of one builder to those of another that took it up.
pub(crate) struct Remap {
    pub situations: Vec<u32>,
    pub tags: Vec<u32>,
    pub outcomes: Vec<u32>,
}

impl Builder {
    /// Goes on from what was collected before: every code stays what it is. `None` where something stands in it twice.
    pub fn of(dictionaries: &Dictionaries) -> Option<Builder> {
        let mut builder = Builder::default();
        let Remap { situations, tags, outcomes } = builder.absorb(dictionaries);
        let stays = |codes: &[u32]| codes.iter().zip(0..).all(|(code, before)| *code == before);
        (stays(&situations) && stays(&tags) && stays(&outcomes)).then_some(builder)
    }

    /// The situation and outcome codes of a settled reading; `None` is a case that nobody read.
    pub fn reading(&mut self, reading: Option<&mut ReadingRef<'_>>) -> (u32, u32) {
        let Some(reading) = reading else { return self.unread() };
        let harms = self.harm_list(&reading.harms);
        let [front, back] = self.halves(&mut reading.facets);
        let unjudged = self.sorted_words(&mut reading.unjudged);
        let unjudged = self.unjudged.intern(&unjudged);
        let situation = self.situations.intern(&[harms, front, back, unjudged]);
        (situation, self.outcome(reading))
    }

    /// The code of a set of tags.
    pub fn tags(&mut self, tags: &mut [Cow<'_, str>]) -> u32 {
        let list = self.sorted_words(tags);
        self.tags.intern(&list)
    }

    /// Takes up everything that another builder has met.
    pub fn absorb(&mut self, other: &Dictionaries) -> Remap {
        let words: Vec<u32> = other.words.iter().map(|word| self.words.intern(word)).collect();
        let word = |code: u32| if code == ABSENT { ABSENT } else { words[code as usize] };
        let scratch = &mut self.scratch;
        let mut take = |from: &Lists, into: &mut ListsBuilder, recode: &dyn Fn(usize, u32) -> u32| -> Vec<u32> {
            let code = |list: &[u32]| {
                scratch.clear();
                scratch.extend(list.iter().enumerate().map(|(at, &item)| recode(at, item)));
                into.intern(scratch)
            };
            from.iter().map(code).collect()
        };
        let harms = take(&other.harms, &mut self.harms, &|at, item| if at == 2 { item } else { word(item) });
        let harm_lists = take(&other.harm_lists, &mut self.harm_lists, &|_, item| harms[item as usize]);
        let values = take(&other.values, &mut self.values, &|at, item| if at == 1 { item } else { word(item) });
        let shapes = take(&other.shapes, &mut self.shapes, &|_, item| word(item));
        let fronts = take(&other.fronts, &mut self.fronts, &|at, item| {
            if at == 0 { shapes[item as usize] } else { values[item as usize] }
        });
        let backs = take(&other.backs, &mut self.backs, &|_, item| values[item as usize]);
        let unjudged = take(&other.unjudged, &mut self.unjudged, &|_, item| word(item));
        let situation = |&[harms, front, back, judged]: &Codes| {
            let facets = [fronts[front as usize], backs[back as usize]];
            self.situations.intern(&[harm_lists[harms as usize], facets[0], facets[1], unjudged[judged as usize]])
        };
        let situations = other.situations.iter().map(situation).collect();
        let tags = take(&other.tags, &mut self.tags, &|_, item| word(item));
        let outcomes = take(&other.outcomes, &mut self.outcomes, &|_, item| word(item));
        Remap { situations, tags, outcomes }
    }

    /// What was collected.
    pub fn finish(self) -> Dictionaries {
        Dictionaries {
            words: self.words.words,
            harms: self.harms.lists,
            harm_lists: self.harm_lists.lists,
            values: self.values.lists,
            shapes: self.shapes.lists,
            fronts: self.fronts.lists,
            backs: self.backs.lists,
            unjudged: self.unjudged.lists,
            situations: self.situations.lists.items.as_chunks().0.to_vec(),
            tags: self.tags.lists,
            outcomes: self.outcomes.lists,
        }
    }

    fn unread(&mut self) -> (u32, u32) {
        let harms = self.harm_list(&[]);
        let [front, back] = self.halves(&mut []);
        let unjudged = self.unjudged.intern(&[EVERYTHING]);
        let situation = self.situations.intern(&[harms, front, back, unjudged]);
        (situation, self.outcomes.intern(&[ABSENT, ABSENT]))
    }

    fn harm_list(&mut self, harms: &[HarmRef<'_>]) -> u32 {
        self.scratch.clear();
        for harm in harms {
            let category = self.words.intern(&harm.category);
            let severity = harm.severity.as_ref().map_or(ABSENT, |word| self.words.intern(word));
            let target = u32::from(harm.target == Target::Response);
            self.scratch.push(self.harms.intern(&[category, severity, target]));
        }
        self.harm_lists.intern(&self.scratch)
    }

    /// The codes of the two halves of the facets.
    fn halves(&mut self, facets: &mut [(Cow<'_, str>, ValueRef<'_>)]) -> [u32; 2] {
        // A stable sort, so that of two values of one facet the last stays last.
        if !facets.is_sorted_by(|(a, _), (b, _)| a < b) {
            facets.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        self.shape.clear();
        self.facets.clear();
        self.facets.push(0);
        for at in 0..facets.len() {
            if facets.get(at + 1).is_some_and(|next| next.0 == facets[at].0) {
                continue;
            }
            let (name, value) = &mut facets[at];
            let name = self.words.intern(name);
            self.shape.push(name);
            self.scratch.clear();
            match value {
                ValueRef::One(word) => self.scratch.extend([name, 0, self.words.intern(word)]),
                ValueRef::Many(words) => {
                    let words = self.sorted_words(words);
                    self.scratch.extend([name, 1]);
                    self.scratch.extend(words);
                }
            }
            self.facets.push(self.values.intern(&self.scratch));
        }
        self.facets[0] = self.shapes.intern(&self.shape);
        let (front, back) = self.facets.split_at(1 + self.shape.len().div_ceil(2));
        [self.fronts.intern(front), self.backs.intern(back)]
    }

    fn outcome(&mut self, reading: &ReadingRef<'_>) -> u32 {
        self.scratch.clear();
        for word in [&reading.behavior, &reading.observed] {
            self.scratch.push(word.as_ref().map_or(ABSENT, |word| self.words.intern(word)));
        }
        for word in &reading.acceptable {
            self.scratch.push(self.words.intern(word));
        }
        self.outcomes.intern(&self.scratch)
    }

    /// Word codes in the order of the words, each once.
    fn sorted_words(&mut self, words: &mut [Cow<'_, str>]) -> Vec<u32> {
        words.sort_unstable();
        let mut codes: Vec<u32> = words.iter().map(|word| self.words.intern(word)).collect();
        codes.dedup();
        codes
    }
}
