//! What labelers said of a case, where that settles nothing.

use super::figure::count;
use crate::policy::gold::Said;

/// `2 labelers differ (1 for comply, 1 for refuse), nothing is settled`
pub fn unsettled(said: &Said) -> String {
    let labelers = count(said.heard as u64, "labeler", "labelers");
    let votes = said.votes.iter().map(|(behavior, n)| format!("{n} for {behavior}")).collect::<Vec<_>>().join(", ");
    match (said.heard, said.votes.len()) {
        (0, _) if said.abstained > 0 => {
            format!("{} abstained, nobody else has read the case", count(said.abstained as u64, "labeler", "labelers"))
        }
        (0, _) => "nobody has read the case".to_owned(),
        (_, 0) => format!("{labelers} read the case and said nothing of what it calls for"),
        (_, 1) => format!("{labelers} read the case ({votes}), nothing is settled"),
        _ => format!("{labelers} differ ({votes}), nothing is settled"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_read_the_case() {
        let check = |heard, abstained, votes: &[(&str, u64)], expect: &str| {
            let votes = votes.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect();
            assert_eq!(unsettled(&Said { heard, abstained, votes }), expect);
        };
        check(0, 0, &[], "nobody has read the case");
        check(0, 1, &[], "1 labeler abstained, nobody else has read the case");
        check(1, 0, &[], "1 labeler read the case and said nothing of what it calls for");
        check(2, 0, &[("refuse", 1)], "2 labelers read the case (1 for refuse), nothing is settled");
        check(
            2,
            1,
            &[("comply", 1), ("refuse", 1)],
            "2 labelers differ (1 for comply, 1 for refuse), nothing is settled",
        );
    }
}
