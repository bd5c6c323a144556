//! What a commit says of the rulings in it.

use crate::policy::ruling::Adjudication;
use crate::vcs::Trailer;
use std::collections::BTreeSet;

/// So many rulings are named; the rest is counted.
const MOST_NAMED: usize = 20;
/// So much of an id tells rulings apart for people.
const SHORT: usize = 8;

/// `Adjudicated-By: lee@example.org` for everybody who ruled, and `Ruling: core/bio-0007 (1f0c9a3b)` for every ruling, in
/// the order given, each once. What one of these rulings replaces is not named, nor what was taken back.
pub(super) fn trailers(rulings: &[(String, Adjudication)]) -> Vec<Trailer> {
    let who: BTreeSet<&str> = rulings.iter().map(|(_, ruling)| ruling.adjudicator.as_str()).collect();
    let mut trailers: Vec<Trailer> = who.into_iter().map(|who| Trailer::new("Adjudicated-By", who)).collect();
    let replaced: BTreeSet<&str> = rulings.iter().filter_map(|(_, ruling)| ruling.supersedes.as_deref()).collect();
    let mut seen = BTreeSet::new();
    let mut named = Vec::new();
    for (set, ruling) in rulings {
        let stands = ruling.withdrawn.is_none() && !replaced.contains(ruling.id.as_str());
        let name = format!("{set}/{} ({})", ruling.case, short(&ruling.id));
        if stands && seen.insert(name.clone()) {
            named.push(Trailer::new("Ruling", name));
        }
    }
    let more = named.len().saturating_sub(MOST_NAMED);
    named.truncate(MOST_NAMED);
    trailers.append(&mut named);
    if more > 0 {
        trailers.push(Trailer::new("Ruling", format!("and {more} more")));
    }
    trailers
}

fn short(id: &str) -> String {
    id.chars().take(SHORT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rulings: &[&str], expected: &[&str]) {
        let read = |json: &&str| ("core".to_owned(), serde_json::from_str(&format!("{{{json}}}")).unwrap());
        let rulings: Vec<(String, Adjudication)> = rulings.iter().map(read).collect();
        let shown: Vec<String> = trailers(&rulings).iter().map(|t| format!("{}: {}", t.key, t.value)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_stands_is_named() {
        check(
            &[
                r#""id":"0123456789abcdef","case":"a","adjudicator":"lee","disposition":"split""#,
                r#""id":"1","case":"b","adjudicator":"kim","disposition":"deferred""#,
                r#""id":"2","case":"b","adjudicator":"kim","disposition":"split","supersedes":"1""#,
                r#""id":"3","case":"c","adjudicator":"kim","disposition":"deferred","supersedes":"9","withdrawn":{}"#,
            ],
            &["Adjudicated-By: kim", "Adjudicated-By: lee", "Ruling: core/a (01234567)", "Ruling: core/b (2)"],
        );
        check(&[], &[]);
    }

    #[test]
    fn many_are_counted() {
        let rulings: Vec<String> = (0..25)
            .map(|n| format!(r#""id":"{n:02}","case":"c{n}","adjudicator":"lee","disposition":"split""#))
            .collect();
        let rulings: Vec<&str> = rulings.iter().map(String::as_str).collect();
        let read = |json: &&str| ("core".to_owned(), serde_json::from_str(&format!("{{{json}}}")).unwrap());
        let all = trailers(&rulings.iter().map(read).collect::<Vec<_>>());
        assert_eq!((all.len(), all.last().unwrap().value.as_str()), (22, "and 5 more"));
    }
}
