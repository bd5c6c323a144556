//! Labels that are sets, such as the categories of harm found in a case: each different set is a class, and sets that overlap are
//! near.

use rustc_hash::FxHashMap;

/// The different sets that were given, each with the code of its class in a [`Table`](super::Table).
#[derive(Debug, Clone, Default)]
pub struct Sets {
    /// Where each set's members begin, and the end of the last.
    ends: Vec<u32>,
    /// Of each set, sorted.
    members: Vec<u16>,
    codes: FxHashMap<Box<[u16]>, u16>,
}

impl Sets {
    /// More different sets than these are too many to hold against each other.
    pub const MOST: usize = 20_000;

    /// The code of a set of members, in any order; `None` where it is new and there are [`Sets::MOST`] already.
    pub fn code(&mut self, members: impl IntoIterator<Item = u16>) -> Option<u16> {
        let mut set: Vec<u16> = members.into_iter().collect();
        set.sort_unstable();
        set.dedup();
        if let Some(&code) = self.codes.get(&*set) {
            return Some(code);
        }
        let code = u16::try_from(self.len()).ok().filter(|code| usize::from(*code) < Self::MOST)?;
        self.members.extend_from_slice(&set);
        self.ends.push(self.members.len() as u32);
        self.codes.insert(set.into(), code);
        Some(code)
    }

    /// How many different sets there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The members of a set, sorted.
    pub fn members(&self, code: u16) -> &[u16] {
        let code = usize::from(code);
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.members[start..self.ends[code] as usize]
    }

    /// 1 less the share of the members in common among all members of both. Two empty sets are the same.
    pub fn jaccard(&self, a: u16, b: u16) -> f64 {
        let (common, all) = self.overlap(a, b);
        if all == 0 { 0.0 } else { 1.0 - f64::from(common) / f64::from(all) }
    }

    /// As [`Sets::jaccard`], with the likeness taken at two thirds where one set holds the other and at one third where they merely
    /// overlap.
    ///
    /// Passonneau 2006, "Measuring agreement on set-valued items (MASI)", LREC.
    pub fn masi(&self, a: u16, b: u16) -> f64 {
        let (common, all) = self.overlap(a, b);
        let (few, many) = {
            let (a, b) = (self.members(a).len() as u32, self.members(b).len() as u32);
            (a.min(b), a.max(b))
        };
        if common == many {
            return 0.0; // the same
        }
        let monotone = match common {
            0 => return 1.0,
            common if common == few => 2.0 / 3.0,
            _ => 1.0 / 3.0,
        };
        1.0 - f64::from(common) / f64::from(all) * monotone
    }

    /// Members in common, and members of either.
    fn overlap(&self, a: u16, b: u16) -> (u32, u32) {
        let (a, b) = (self.members(a), self.members(b));
        let (mut at, mut common) = (0, 0);
        for member in a {
            while b.get(at).is_some_and(|other| other < member) {
                at += 1;
            }
            common += u32::from(b.get(at) == Some(member));
        }
        (common, (a.len() + b.len()) as u32 - common)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_in_any_order() {
        let mut sets = Sets::default();
        let codes = [vec![3, 1], vec![], vec![1, 3, 3], vec![1]].map(|set| sets.code(set).unwrap());
        assert_eq!((codes, sets.len()), ([0, 1, 0, 2], 3));
        assert_eq!((sets.members(0), sets.members(1), sets.members(2)), (&[1, 3][..], &[][..], &[1][..]));
    }

    #[test]
    fn there_is_an_end_to_different_sets() {
        let mut sets = Sets::default();
        assert!((0..Sets::MOST as u16).all(|member| sets.code([member]) == Some(member)));
        assert_eq!((sets.code([0, 1]), sets.code([7])), (None, Some(7)));
    }
}
