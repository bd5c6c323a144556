//! What an edit makes stale, in a line.

use super::figure::count;
use crate::policy::visible::visible_line;
use crate::precedent::Staled;
use serde_json::{Value, json};

/// ``3 rulings and 5 labels become stale: `casebook gold --state stale`, or `casebook editorial no-weapons` ``; `None` where nothing does.
/// Fit for a terminal.
pub fn words(staled: &Staled) -> Option<String> {
    if staled.is_empty() {
        return None;
    }
    let (rulings, labels) = (staled.records.rulings, staled.records.labels);
    let some = |n: usize, one, several| (n > 0).then(|| count(n as u64, one, several));
    let records = [some(rulings, "ruling", "rulings"), some(labels, "label", "labels")];
    let records = records.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let verb = if rulings + labels == 1 { "becomes" } else { "become" };
    let declare = match staled.changed.iter().collect::<Vec<_>>()[..] {
        [] => String::new(),
        [text] => format!(", or `casebook editorial {}`", visible_line(text)),
        [first, ref others @ ..] => {
            let others = count(others.len() as u64, "other text", "other texts");
            format!(", or `casebook editorial {}` and {others}", visible_line(first))
        }
    };
    Some(format!("{records} {verb} stale: `casebook gold --state stale`{declare}"))
}

/// `{"labels", "rulings", "texts"}`, the texts as records name them.
pub fn json(staled: &Staled) -> Value {
    let texts: Vec<&String> = staled.changed.union(&staled.gone).collect();
    json!({"labels": staled.records.labels, "rulings": staled.records.rulings, "texts": texts})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precedent::Records;

    #[test]
    fn what_becomes_stale_is_said_with_the_ways_on() {
        let check = |labels, rulings, changed: &str, expect: Option<&str>| {
            let changed = changed.split_whitespace().map(str::to_owned).collect();
            let staled = Staled { records: Records { labels, rulings }, changed, ..Staled::default() };
            assert_eq!(words(&staled).as_deref(), expect);
        };
        check(0, 0, "", None);
        let gone = "1 label becomes stale: `casebook gold --state stale`";
        check(1, 0, "", Some(gone));
        let one = "3 rulings and 5 labels become stale: `casebook gold --state stale`, or `casebook editorial a`";
        check(5, 3, "a", Some(one));
        let several =
            "2 rulings become stale: `casebook gold --state stale`, or `casebook editorial a` and 2 other texts";
        check(0, 2, "a b c", Some(several));
    }
}
