//! The compiled program, the plain path and an obviously right evaluator held together.

pub(crate) mod sample;

mod smoke {
    use super::sample;
    use crate::decide::*;
    #[test]
    fn a_case_is_read_and_decided() {
        let policy = sample::policy();
        let file = SourceFile::new("cases.jsonl", br#"{"id":"a","text":"x","gold":{"behavior":"refuse"}}"#.to_vec());
        let sources = GoldSources { set: "s".into(), cases: vec![file], labels: vec![], adjudications: vec![] };
        let gold = GoldSet::read(sources.clone(), &Unwatched).unwrap();
        assert_eq!((gold.len(), gold.id(0).as_ref(), gold.find("a")), (1, "a", Some(0)));
        assert!(!decide(&policy, &gold).get(0).undetermined);
        assert_eq!(GoldSet::decode(&gold.encode(), sources).unwrap().find("a"), Some(0));
    }
}
