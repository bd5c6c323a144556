//! Counts what the values of each mapped field became.

use super::plan::{Count, Distribution, Outcome};
use rustc_hash::FxHashMap;

/// Values of a field beyond this many are counted together.
const MOST_VALUES: usize = 1000;

#[derive(Default)]
pub(super) struct Tally {
    by_name: FxHashMap<String, usize>,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    by_value: FxHashMap<(String, Outcome, String), usize>,
    others: usize,
}

impl Tally {
    /// One more `value` of `field` that became `to`.
    pub fn count(&mut self, field: &str, value: &str, outcome: Outcome, to: &str) {
        let ix = match self.by_name.get(field) {
            Some(&ix) => ix,
            None => {
                self.fields.push(Field { name: field.into(), by_value: FxHashMap::default(), others: 0 });
                self.by_name.insert(field.into(), self.fields.len() - 1);
                self.fields.len() - 1
            }
        };
        let Some(field) = self.fields.get_mut(ix) else { return };
        let key = (super::draft::excerpt(value), outcome, to.to_owned());
        if field.by_value.len() >= MOST_VALUES && !field.by_value.contains_key(&key) {
            field.others += 1;
        } else {
            *field.by_value.entry(key).or_insert(0) += 1;
        }
    }

    /// In the order in which the fields were first met.
    pub fn finish(self) -> Vec<Distribution> {
        let distribution = |field: Field| {
            let count = |((value, outcome, to), n)| Count { value, outcome, to, n };
            let mut counts: Vec<Count> = field.by_value.into_iter().map(count).collect();
            counts.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)).then_with(|| a.to.cmp(&b.to)));
            Distribution { field: field.name, counts, others: field.others }
        };
        self.fields.into_iter().map(distribution).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_value_stands_first() {
        let mut tally = Tally::default();
        for value in ["b", "a", "b", "c"] {
            tally.count("f", value, if value == "c" { Outcome::Unknown } else { Outcome::Mapped }, value);
        }
        let [field] = &tally.finish()[..] else { panic!("one field") };
        let shown: Vec<_> = field.counts.iter().map(|c| format!("{}:{}", c.value, c.n)).collect();
        assert_eq!(shown, ["b:2", "a:1", "c:1"]);
        assert_eq!(field.unmapped().map(|c| c.value.as_str()).collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn values_without_end_are_counted_together() {
        let mut tally = Tally::default();
        (0..MOST_VALUES + 7).for_each(|i| tally.count("f", &i.to_string(), Outcome::Mapped, ""));
        let [field] = &tally.finish()[..] else { panic!("one field") };
        assert_eq!((field.counts.len(), field.others), (MOST_VALUES, 7));
    }
}
