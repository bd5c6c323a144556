//! What a person most likely meant.

/// The candidate that a person most likely meant, if one is near enough to be offered.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this the likeness of two words is chance.
    const NEAR: f32 = 0.6;
    /// Nobody mistypes what is longer than this; comparing megabytes would take minutes.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let likeness = |candidate: &str| similar::TextDiff::from_chars(word, candidate).ratio();
    let scored = candidates
        .into_iter()
        .take(5000)
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (likeness(candidate), candidate));
    scored.filter(|(score, _)| *score >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_offered() {
        let words = ["bio-uplift", "fraud", "self-harm"];
        assert_eq!(nearest("bio-uplfit", words), Some("bio-uplift"));
        assert_eq!(nearest("zebra", words), None);
        assert_eq!(nearest("", words), None);
        let long = "long ".repeat(1 << 20);
        assert_eq!(nearest(&long, words), None);
        assert_eq!(nearest("long", [&*long, "lung"]), Some("lung"));
    }
}
