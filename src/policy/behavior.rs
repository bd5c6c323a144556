//! What the model should do: an ordered list, most permissive first.

use std::sync::Arc;

/// Position of a behavior in [`Behaviors`]: a larger one is more restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BehaviorIx(pub u8);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behavior {
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub description: Arc<str>,
}

/// The policy's behaviors, most permissive first. Never empty, never more than [`Behaviors::MOST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviors(Vec<Behavior>);

impl Behaviors {
    /// So that a set of behaviors fits a `u32`.
    pub const MOST: usize = 32;

    /// `None` where the list is empty or too long.
    pub fn new(behaviors: Vec<Behavior>) -> Option<Self> {
        (!behaviors.is_empty() && behaviors.len() <= Self::MOST).then_some(Behaviors(behaviors))
    }

    /// Behaviors known by their ids alone.
    pub fn named<'a>(ids: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let plain = |id: &str| Behavior { id: id.into(), title: id.into(), description: "".into() };
        Behaviors::new(ids.into_iter().map(plain).collect())
    }

    pub fn find(&self, id: &str) -> Option<BehaviorIx> {
        self.0.iter().position(|b| &*b.id == id).map(|i| BehaviorIx(i as u8))
    }

    pub fn get(&self, ix: BehaviorIx) -> &Behavior {
        &self.0[usize::from(ix.0)]
    }

    pub fn id(&self, ix: BehaviorIx) -> &Arc<str> {
        &self.get(ix).id
    }

    pub fn most_restrictive(&self) -> BehaviorIx {
        BehaviorIx((self.0.len() - 1) as u8)
    }

    #[allow(clippy::len_without_is_empty)] // it never is
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (BehaviorIx, &Behavior)> + Clone {
        self.0.iter().enumerate().map(|(i, b)| (BehaviorIx(i as u8), b))
    }
}

/// `comply`, `safe-complete`, `refuse`, `escalate`.
impl Default for Behaviors {
    fn default() -> Self {
        let plain = |id: &str| Behavior { id: id.into(), title: id.into(), description: "".into() };
        Behaviors(["comply", "safe-complete", "refuse", "escalate"].map(plain).into())
    }
}
