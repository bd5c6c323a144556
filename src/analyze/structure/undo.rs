//! Takes changes back: the head as it would be without them.

use super::change::{Change, Subject};
use super::clauses::{find, groups, keys, said_alike};
use super::order::interleave;
use super::pairs::{Pairs, Twin};
use super::terms::{Terms, resolved};
use super::twins::Twins;
use crate::policy::Policy;
use crate::policy::behavior::{BehaviorIx, Behaviors};
use crate::policy::clause::Clause;
use crate::policy::condition::Condition;
use crate::policy::facet::{Facet, FacetKind};
use crate::policy::manifest::Manifest;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use rustc_hash::FxHashSet;

/// The head without one change. See [`Undo::without`].
pub fn undo(change: &Change, base: &Policy, head: &Policy) -> Option<Policy> {
    Undo::new(base, head).without(&[change])
}

/// Takes back changes between two versions, as [`compare`](super::compare) found them.
#[derive(Debug, Clone)]
pub struct Undo<'p> {
    base: &'p Policy,
    head: &'p Policy,
    twins: Twins,
}

impl<'p> Undo<'p> {
    pub fn new(base: &'p Policy, head: &'p Policy) -> Self {
        Undo { base, head, twins: Twins::of(base, head) }
    }

    /// The head without these changes: removed things stand again where they stood, added ones are gone, fields say what
    /// they said. Words that are known again are known in every condition that names them. Only what can change a
    /// verdict is taken back; prose is left as it is.
    ///
    /// `None` where none of the changes decides, or where without them there is no policy: a category would stand under
    /// itself, no behavior would be left.
    pub fn without(&self, changes: &[&Change]) -> Option<Policy> {
        let deciding = changes.iter().filter(|change| change.decides);
        let undone: FxHashSet<_> = deciding.map(|change| (&change.subject, change.aspect())).collect();
        if undone.is_empty() {
            return None;
        }
        Restoration { undo: self, undone }.policy()
    }
}

/// One restoration under way.
struct Restoration<'u, 'p> {
    undo: &'u Undo<'p>,
    undone: FxHashSet<(&'u Subject, &'u str)>,
}

impl Restoration<'_, '_> {
    fn policy(&self) -> Option<Policy> {
        let Undo { base, head, twins } = self.undo;
        let behaviors = self.list(&twins.behaviors, |twin| {
            let of = |policy: &Policy, at: usize| policy.manifest.behaviors.id(BehaviorIx(at as u8)).clone();
            Subject::Behavior(self.either(twin, of))
        });
        let severities = self.list(&twins.severities, |twin| {
            Subject::Severity(self.either(twin, |policy, at| policy.manifest.severities[at].clone()))
        });
        let facets = self.list(&twins.facets, |twin| self.facet_subject(twin));
        let (taxonomy, categories) =
            self.taxonomy(&self.list(&twins.categories, |twin| self.category_subject(twin)))?;
        let (specs, clauses) = self.clauses_in_order();

        let mut policy = Policy {
            manifest: self.manifest(&behaviors, &severities, &facets)?,
            taxonomy,
            clauses: Vec::new(),
            repeated: Vec::new(),
            specs: specs.iter().map(|twin| self.either(*twin, |policy, at| policy.specs[at].clone())).collect(),
            unread: None,
        };
        let terms = |from, side: fn(&Twin) -> Option<usize>| Terms {
            from,
            to: &policy,
            behaviors: positions(&behaviors, side),
            severities: positions(&severities, side),
            facets: positions(&facets, side),
            categories: positions(&categories, side),
        };
        let writer = ClauseWriter {
            restoration: self,
            across: twins.terms(base, head),
            from_base: terms(base, |twin| twin.base),
            from_head: terms(head, |twin| twin.head),
            same_words: self.undone.iter().all(|(subject, _)| matches!(subject, Subject::Clause(_) | Subject::Spec(_))),
        };
        let default = writer.default();
        let clauses =
            clauses.iter().filter_map(|&(twin, spec)| Some(Clause { spec, ..writer.clause(twin)? })).collect();
        policy.manifest.default = default;
        policy.clauses = clauses;
        Some(policy)
    }

    fn is_undone(&self, subject: &Subject, aspect: &str) -> bool {
        self.undone.contains(&(subject, aspect))
    }

    /// Something of the head's side where it stands there, else of the base's.
    fn either<T>(&self, twin: Twin, of: impl Fn(&Policy, usize) -> T) -> T {
        match (twin.base, twin.head) {
            (_, Some(head)) => of(self.undo.head, head),
            (base, None) => of(self.undo.base, base.unwrap_or_default()),
        }
    }

    fn facet_subject(&self, twin: Twin) -> Subject {
        Subject::Facet(self.either(twin, |policy, at| policy.manifest.facets[at].id.clone()))
    }

    fn category_subject(&self, twin: Twin) -> Subject {
        Subject::Category(self.either(twin, |policy, at| category(policy, at).id.clone()))
    }

    fn clause_subject(&self, twin: Twin) -> Subject {
        Subject::Clause(self.either(twin, |policy, at| policy.clauses[at].id.clone()))
    }

    /// What a list holds without the changes, in order.
    fn list(&self, pairs: &Pairs, subject: impl Fn(Twin) -> Subject) -> Vec<Twin> {
        let stays = |twin: &Twin| match twin.base {
            Some(_) => !self.is_undone(&subject(*twin), "order"),
            None => !self.is_undone(&subject(*twin), "presence"),
        };
        let put_back = |twin: Twin| match twin.head {
            Some(_) => self.is_undone(&subject(twin), "order"),
            None => self.is_undone(&subject(twin), "presence"),
        };
        let stay = pairs.of_all_heads().filter(stays).collect();
        interleave(stay, pairs.of_all_bases().map(|twin| (twin, put_back(twin))))
    }

    fn manifest(&self, behaviors: &[Twin], severities: &[Twin], facets: &[Twin]) -> Option<Manifest> {
        let Undo { base, head, .. } = self.undo;
        let behavior = |twin: &Twin| {
            let of = |policy: &Policy, at: usize| policy.manifest.behaviors.get(BehaviorIx(at as u8)).clone();
            let mut behavior = self.either(*twin, of);
            if let Some(b) = twin.base
                && self.is_undone(&Subject::Behavior(behavior.id.clone()), "name")
            {
                behavior.id = of(base, b).id;
            }
            behavior
        };
        let severity = |twin: &Twin| {
            let head_says = self.either(*twin, |policy, at| policy.manifest.severities[at].clone());
            match twin.base {
                Some(b) if self.is_undone(&Subject::Severity(head_says.clone()), "name") => {
                    base.manifest.severities[b].clone()
                }
                _ => head_says,
            }
        };
        let hit_policy = self.is_undone(&Subject::Manifest, "hit_policy");
        Some(Manifest {
            behaviors: Behaviors::new(behaviors.iter().map(behavior).collect())?,
            default: BehaviorIx(0),
            hit_policy: if hit_policy { base.manifest.hit_policy } else { head.manifest.hit_policy },
            severities: severities.iter().map(severity).collect(),
            facets: facets.iter().map(|twin| self.facet(*twin)).collect::<Option<_>>()?,
            ..head.manifest.clone()
        })
    }

    fn facet(&self, twin: Twin) -> Option<Facet> {
        let subject = self.facet_subject(twin);
        let mut facet = self.either(twin, |policy, at| policy.manifest.facets[at].clone());
        if let Some(old) = twin.base.map(|b| &self.undo.base.manifest.facets[b]) {
            if self.is_undone(&subject, "name") {
                facet.id = old.id.clone();
            }
            if self.is_undone(&subject, "type") {
                facet.kind = old.kind;
            }
            if self.is_undone(&subject, "values") {
                facet.values = old.values.clone();
            }
        }
        if facet.kind == FacetKind::Bool {
            facet.values = vec!["false".into(), "true".into()];
        }
        let fits = facet.kind != FacetKind::Set || facet.values.len() <= Facet::MOST_SET_VALUES;
        fits.then_some(facet)
    }

    /// The forest, and what its nodes are, in preorder; `None` where there are too many, or one stands under itself.
    fn taxonomy(&self, list: &[Twin]) -> Option<(Taxonomy, Vec<Twin>)> {
        if list.len() > Taxonomy::MOST {
            return None;
        }
        let of_base = positions(list, |twin| twin.base);
        let of_head = positions(list, |twin| twin.head);
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); list.len()];
        let mut roots = Vec::new();
        for (at, twin) in list.iter().enumerate() {
            let parent = match (twin.base, twin.head) {
                (Some(b), Some(_)) if self.is_undone(&self.category_subject(*twin), "home") => {
                    nearest_parent(&self.undo.base.taxonomy, b, &of_base)
                }
                (_, Some(h)) => nearest_parent(&self.undo.head.taxonomy, h, &of_head),
                (Some(b), None) => nearest_parent(&self.undo.base.taxonomy, b, &of_base),
                (None, None) => None,
            };
            match parent {
                Some(parent) => children[parent].push(at),
                None => roots.push(at),
            }
        }
        enum Step {
            Enter(usize, Option<CategoryIx>, u16),
            Close(CategoryIx),
        }
        let mut categories: Vec<Category> = Vec::with_capacity(list.len());
        let mut planted = Vec::with_capacity(list.len());
        let mut todo: Vec<Step> = roots.into_iter().rev().map(|at| Step::Enter(at, None, 0)).collect();
        while let Some(step) = todo.pop() {
            match step {
                Step::Enter(at, parent, depth) => {
                    let ix = CategoryIx(categories.len() as u16);
                    categories.push(Category { parent, depth, ..self.category(list[at]) });
                    planted.push(list[at]);
                    todo.push(Step::Close(ix));
                    todo.extend(children[at].iter().rev().map(|&child| Step::Enter(child, Some(ix), depth + 1)));
                }
                Step::Close(ix) => categories[usize::from(ix.0)].end = CategoryIx(categories.len() as u16),
            }
        }
        // What stands under itself hangs on no root.
        (categories.len() == list.len()).then(|| (Taxonomy::new(categories), planted))
    }

    fn category(&self, twin: Twin) -> Category {
        let subject = self.category_subject(twin);
        let mut restored = self.either(twin, |policy, at| category(policy, at).clone());
        if let Some(old) = twin.base.map(|b| category(self.undo.base, b)) {
            if self.is_undone(&subject, "name") {
                restored.id = old.id.clone();
            }
            if self.is_undone(&subject, "aliases") {
                restored.aliases = old.aliases.clone();
            }
        }
        restored
    }

    /// The specs, and the clauses in order of authority, each with the position of its spec.
    fn clauses_in_order(&self) -> (Vec<Twin>, Vec<(Twin, u16)>) {
        let Undo { base, head, twins } = self.undo;
        let subject = |twin: Twin| self.clause_subject(twin);
        let returns = |b: usize| {
            let twin = twins.clauses.of_base(b);
            match twin.head {
                None => self.is_undone(&subject(twin), "presence"),
                Some(_) => self.is_undone(&subject(twin), "home"),
            }
        };
        let mut in_base = vec![Vec::new(); base.specs.len()];
        for (b, clause) in base.clauses.iter().enumerate() {
            if let Some(spec) = in_base.get_mut(usize::from(clause.spec)) {
                spec.push(b);
            }
        }
        let mut in_head = vec![Vec::new(); head.specs.len()];
        for (h, clause) in head.clauses.iter().enumerate() {
            if let Some(spec) = in_head.get_mut(usize::from(clause.spec)) {
                spec.push(h);
            }
        }
        let spec_subject = |twin| Subject::Spec(self.either(twin, |policy, at| policy.specs[at].id.clone()));
        let reordered = |twin: Twin| twin.base.is_some() && self.is_undone(&spec_subject(twin), "order");
        let needed = |b: usize| in_base[b].iter().any(|&clause| returns(clause));
        let stay = twins.specs.of_all_heads().filter(|twin| !reordered(*twin)).collect();
        let order = twins.specs.of_all_bases().map(|twin| {
            let put_back = match twin.head {
                Some(_) => reordered(twin),
                None => twin.base.is_some_and(needed),
            };
            (twin, put_back)
        });
        let specs = interleave(stay, order);

        let mut clauses = Vec::new();
        for (spec, at) in specs.iter().zip(0..) {
            let stays = |twin: &Twin| match twin.base {
                Some(_) => !["home", "order"].iter().any(|aspect| self.is_undone(&subject(*twin), aspect)),
                None => !self.is_undone(&subject(*twin), "presence"),
            };
            let heads = spec.head.map(|spec| in_head[spec].as_slice()).unwrap_or_default();
            let stay = heads.iter().map(|&h| twins.clauses.of_head(h)).filter(stays).collect();
            let bases = spec.base.map(|spec| in_base[spec].as_slice()).unwrap_or_default();
            let order = bases.iter().map(|&b| {
                let twin = twins.clauses.of_base(b);
                (twin, returns(b) || twin.head.is_some() && self.is_undone(&subject(twin), "order"))
            });
            clauses.extend(interleave(stay, order).into_iter().map(|twin| (twin, at)));
        }
        (specs, clauses)
    }
}

/// Writes the clauses of the restored policy, in its terms.
struct ClauseWriter<'r, 'u, 'p> {
    restoration: &'r Restoration<'u, 'p>,
    /// From base to head.
    across: Terms<'p>,
    from_base: Terms<'r>,
    from_head: Terms<'r>,
    /// Whether the restored policy's words are the head's.
    same_words: bool,
}

impl ClauseWriter<'_, '_, '_> {
    fn default(&self) -> BehaviorIx {
        let Undo { base, head, .. } = self.restoration.undo;
        let (old, new) = (base.manifest.default, head.manifest.default);
        let was = self.from_base.behavior(old);
        let now = self.from_head.behavior(new);
        let unchanged = self.across.behavior(old) == Some(new);
        let restored = if self.restoration.is_undone(&Subject::Manifest, "default") {
            was
        } else {
            now.or(was.filter(|_| unchanged))
        };
        restored.unwrap_or(BehaviorIx(0))
    }

    /// `None` only of a twin that stands in neither version.
    fn clause(&self, twin: Twin) -> Option<Clause> {
        let Undo { base, head, .. } = self.restoration.undo;
        match (twin.base.map(|b| &base.clauses[b]), twin.head.map(|h| &head.clauses[h])) {
            (Some(old), Some(new)) => Some(self.merged(old, new, &self.restoration.clause_subject(twin))),
            (Some(only), None) => Some(restated(only, &self.from_base)),
            (None, Some(only)) if self.same_words => Some(only.clone()),
            (None, Some(only)) => Some(restated(only, &self.from_head)),
            (None, None) => None,
        }
    }

    fn merged(&self, old: &Clause, new: &Clause, subject: &Subject) -> Clause {
        let is_undone = |aspect: &str| self.restoration.is_undone(subject, aspect);
        let touched = || self.restoration.undone.iter().any(|(one, _)| *one == subject);
        if self.same_words && !touched() {
            return new.clone();
        }
        let olds = groups(&old.when, self.across.from, Some(&self.across));
        let news = groups(&new.when, self.across.to, None);
        let mut parts = Vec::new();
        for key in keys(&olds, &news) {
            let (was, now) = (find(&olds, key), find(&news, key));
            let say = |parts: &[&Condition], terms: &Terms<'_>| -> Vec<Condition> {
                parts.iter().map(|part| terms.condition(part)).collect()
            };
            let (was_said, now_said) = (say(was, &self.from_base), say(now, &self.from_head));
            let known = |parts: &[Condition]| parts.iter().map(resolved).sum::<usize>();
            // Where both say the same, whichever still names what it meant.
            let take_old = is_undone(&format!("when.{key}"))
                || said_alike(was, now, &self.across) && known(&was_said) > known(&now_said);
            parts.extend(if take_old { was_said } else { now_said });
        }
        let was = old.then.and_then(|ix| self.from_base.behavior(ix));
        let now = new.then.and_then(|ix| self.from_head.behavior(ix));
        let unchanged = old.then.and_then(|ix| self.across.behavior(ix)) == new.then;
        let then = if is_undone("then") { was } else { now.or(was.filter(|_| unchanged)) };
        let when = if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) };
        Clause { when, then, ..new.clone() }
    }
}

fn restated(clause: &Clause, terms: &Terms<'_>) -> Clause {
    let then = clause.then.and_then(|ix| terms.behavior(ix));
    Clause { when: terms.condition(&clause.when), then, ..clause.clone() }
}

fn category(policy: &Policy, at: usize) -> &Category {
    policy.taxonomy.get(CategoryIx(at as u16))
}

/// The nearest ancestor that is kept, by its position among what is kept.
fn nearest_parent(taxonomy: &Taxonomy, at: usize, kept: &[Option<usize>]) -> Option<usize> {
    taxonomy.ancestors(CategoryIx(at as u16)).skip(1).find_map(|ix| kept.get(usize::from(ix.0)).copied().flatten())
}

/// For each position on one side, the position in the list.
fn positions(list: &[Twin], side: impl Fn(&Twin) -> Option<usize>) -> Vec<Option<usize>> {
    let mut positions = Vec::new();
    for (at, twin) in list.iter().enumerate() {
        if let Some(old) = side(twin) {
            if positions.len() <= old {
                positions.resize(old + 1, None);
            }
            positions[old] = Some(at);
        }
    }
    positions
}
