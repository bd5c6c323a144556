//! Orders: what really moved, and where what was away belongs.

use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// The fewest items that must have moved: all but a longest rising run of `old_positions`, which are the items' old
/// positions in their new order. Gives indices into it, ascending.
pub fn moved(old_positions: &[usize]) -> Vec<usize> {
    // Patience sorting: `tops[n]` ends the rising run of length n + 1 that ends lowest; `before` links each to the
    // one it follows.
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(old_positions.len());
    for (i, &old) in old_positions.iter().enumerate() {
        let length = tops.partition_point(|&top| old_positions[top] < old);
        before.push(length.checked_sub(1).map(|shorter| tops[shorter]));
        match tops.get_mut(length) {
            Some(top) => *top = i,
            None => tops.push(i),
        }
    }
    let mut stayed = vec![false; old_positions.len()];
    let mut at = tops.last().copied();
    while let Some(i) = at {
        stayed[i] = true;
        at = before[i];
    }
    (0..old_positions.len()).filter(|&i| !stayed[i]).collect()
}

/// The fewest things that must have moved among those that stayed in their group. Takes each thing's group, its position
/// in the base and in the head; gives positions in the head.
pub fn reordered(stayed: impl IntoIterator<Item = (usize, usize, usize)>) -> FxHashSet<usize> {
    let mut groups: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
    for (group, base, head) in stayed {
        groups.entry(group).or_default().push((head, base));
    }
    let mut reordered = FxHashSet::default();
    for things in groups.values_mut() {
        things.sort_unstable();
        let old: Vec<usize> = things.iter().map(|(_, base)| *base).collect();
        reordered.extend(moved(&old).into_iter().map(|at| things[at].0));
    }
    reordered
}

/// Puts items back among those that stay: each directly after what stood before it in `order`, the order that they
/// came from. The items of `order` that are marked are put back; of the others, those that stay are the landmarks.
pub fn interleave<T: Copy + Eq + Hash>(stay: Vec<T>, order: impl IntoIterator<Item = (T, bool)>) -> Vec<T> {
    let landmarks: FxHashSet<T> = stay.iter().copied().collect();
    let mut first = Vec::new();
    let mut after: FxHashMap<T, Vec<T>> = FxHashMap::default();
    let mut landmark = None;
    for (item, put_back) in order {
        match (put_back, landmark) {
            (true, Some(landmark)) => after.entry(landmark).or_default().push(item),
            (true, None) => first.push(item),
            (false, _) if landmarks.contains(&item) => landmark = Some(item),
            (false, _) => {}
        }
    }
    let mut all = first;
    for item in stay {
        all.push(item);
        all.extend(after.remove(&item).into_iter().flatten());
    }
    all
}

/// `1st`, `2nd`, `11th`: for positions, counted from 0.
pub fn ordinal(position: usize) -> String {
    let number = position + 1;
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// A position among others: ``2nd of 9, after `x` ``.
pub fn position(ids: &[&str], id: &str) -> String {
    let at = ids.iter().position(|other| *other == id).unwrap_or_default();
    let place = format!("{} of {}", ordinal(at), ids.len());
    match at.checked_sub(1).and_then(|before| ids.get(before)) {
        Some(before) => format!("{place}, after `{before}`"),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_moved_is_named() {
        assert_eq!(moved(&[]), [0; 0]);
        assert_eq!(moved(&[0, 1, 2]), [0; 0]);
        assert_eq!(moved(&[3, 0, 1, 2]), [0]);
        assert_eq!(moved(&[1, 2, 3, 0]), [3]);
        assert_eq!(moved(&[1, 0]).len(), 1);
        assert_eq!(moved(&[2, 1, 0]).len(), 2);
    }

    #[test]
    fn positions_are_worded() {
        let said: Vec<_> = [0, 1, 2, 3, 10, 11, 12, 20, 110].into_iter().map(ordinal).collect();
        assert_eq!(said.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 111th");
        assert_eq!(position(&["a", "b"], "a"), "1st of 2");
        assert_eq!(position(&["a", "b"], "b"), "2nd of 2, after `a`");
    }

    proptest! {
        #[test]
        fn putting_what_moved_back_restores_the_order(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
            let away: Vec<usize> = moved(&order).into_iter().map(|i| order[i]).collect();
            let stay: Vec<usize> = order.iter().copied().filter(|item| !away.contains(item)).collect();
            prop_assert!(stay.is_sorted());
            let back = interleave(stay, (0..12).map(|item| (item, away.contains(&item))));
            prop_assert_eq!(back, (0..12).collect::<Vec<_>>());
        }
    }
}
