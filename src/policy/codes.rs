//! Every kind of problem that casebook knows. One line a code; its manual page is the file of its name in
//! `docs/problems/`, and its example there is what its test runs on.

use super::problem::{Code, Level};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal $slug:literal $level:ident;)*) => {
        $($(#[doc = $doc])* pub static $name: Code = Code {
            id: $id,
            name: $slug,
            level: Level::$level,
            manual: include_str!(concat!("../../docs/problems/", $id, "-", $slug, ".md")),
        };)*

        /// In the order of their ids.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    YAML_SYNTAX = "CB001" "yaml-syntax" Error;
    UNREADABLE_FILE = "CB002" "unreadable-file" Error;
    WRONG_TYPE = "CB003" "wrong-type" Error;
    UNKNOWN_KEY = "CB004" "unknown-key" Hint;
    MISSING_KEY = "CB005" "missing-key" Error;
    FORMAT_VERSION = "CB006" "format-version" Error;
    UNLISTED_FILE = "CB007" "unlisted-file" Hint;
    UNKNOWN_CATEGORY = "CB010" "unknown-category" Error;
    UNKNOWN_FACET = "CB011" "unknown-facet" Error;
    UNKNOWN_VALUE = "CB012" "unknown-value" Error;
    UNKNOWN_BEHAVIOR = "CB013" "unknown-behavior" Error;
    IMPOSSIBLE_CONDITION = "CB015" "impossible-condition" Warning;
    DUPLICATE_ID = "CB016" "duplicate-id" Error;
    BAD_PARENT = "CB017" "bad-parent" Error;
    UNKNOWN_EXAMPLE = "CB018" "unknown-example" Warning;
    RESERVED_WORD = "CB019" "reserved-word" Error;
    BAD_COMPARISON = "CB020" "bad-comparison" Error;
    ALIAS_CLASH = "CB021" "alias-clash" Error;
    BAD_GATE = "CB022" "bad-gate" Error;
    TOO_MUCH = "CB023" "too-much" Error;
    UNKNOWN_CLAUSE = "CB024" "unknown-clause" Warning;
    DEPRECATED_CATEGORY = "CB025" "deprecated-category" Warning;
    EMPTY_POLICY = "CB026" "empty-policy" Warning;
    CLAUSE_WITHOUT_TEXT = "CB027" "clause-without-text" Hint;
    // What a policy decides, computed over its whole decision space.
    DEAD_CLAUSE = "CB030" "dead-clause" Warning;
    IDLE_CLAUSE = "CB031" "idle-clause" Hint;
    IDLE_TEST = "CB032" "idle-test" Hint;
    OVERLAP = "CB033" "overlap" Warning;
    GAP = "CB034" "gap" Hint;
    WIDE_EXCEPTION = "CB035" "wide-exception" Hint;
    UNTOLD_VALUES = "CB036" "untold-values" Hint;
    TOO_LARGE = "CB037" "too-large" Hint;
    DEAD_PART = "CB038" "dead-part" Warning;
    OUTRANKED = "CB039" "outranked" Warning;
    // What gold cases say of it.
    UNDECIDED_EXAMPLE = "CB040" "undecided-example" Warning;
    CONTRADICTING_LABELS = "CB041" "contradicting-labels" Warning;
    UNWRITTEN_CASE = "CB042" "unwritten-case" Warning;
    // Gold sets, found while reading them: `decide`.
    /// A line of a gold set is not whole JSON.
    BROKEN_LINE = "CB100" "broken-line" Error;
    /// A line of a gold set is not UTF-8.
    BROKEN_UTF8 = "CB101" "broken-utf8" Error;
    /// A value on a line of a gold set has the wrong type.
    WRONG_ROW_SHAPE = "CB102" "wrong-row-shape" Error;
    /// A case, or what a label names, has no id.
    CASE_WITHOUT_ID = "CB103" "case-without-id" Error;
    /// A case has neither `text` nor `messages`.
    CASE_WITHOUT_TEXT = "CB104" "case-without-text" Error;
    /// Two cases of one gold set have the same id.
    DUPLICATE_CASE = "CB105" "duplicate-case" Error;
    /// A label or an adjudication names no case of its set.
    ORPHAN_LABEL = "CB106" "orphan-label" Warning;
    /// A line of a gold set has a key that means nothing to casebook.
    UNKNOWN_ROW_KEY = "CB107" "unknown-row-key" Hint;
    /// A harm names a category that the taxonomy does not have.
    UNKNOWN_CASE_CATEGORY = "CB110" "unknown-case-category" Error;
    /// A harm names a deprecated category.
    DEPRECATED_CASE_CATEGORY = "CB111" "deprecated-case-category" Warning;
    /// A harm has a severity that the manifest does not name.
    UNKNOWN_CASE_SEVERITY = "CB112" "unknown-case-severity" Error;
    /// A case carries a facet that the manifest does not name.
    UNKNOWN_CASE_FACET = "CB113" "unknown-case-facet" Warning;
    /// A case carries a facet value that the manifest does not name.
    UNKNOWN_CASE_FACET_VALUE = "CB114" "unknown-case-facet-value" Error;
    /// A gold label names a behavior that the manifest does not name.
    UNKNOWN_CASE_BEHAVIOR = "CB115" "unknown-case-behavior" Error;
    /// A category left unjudged is not in the taxonomy.
    UNKNOWN_UNJUDGED_CATEGORY = "CB116" "unknown-unjudged-category" Warning;
    // Labels and adjudications among themselves: `decide`, `analyze::records`, the history.
    /// The last line of a file of records was cut short by a crash.
    TORN_LINE = "CB120" "torn-line" Warning;
    /// A record's id is not that of its content.
    EDITED_RECORD = "CB121" "edited-record" Error;
    /// A record has no id that its content gives it.
    UNNAMED_RECORD = "CB122" "unnamed-record" Hint;
    /// Two different records have one id.
    DUPLICATE_RECORD = "CB123" "duplicate-record" Error;
    /// A record supersedes what it cannot.
    BROKEN_REFERENCE = "CB124" "broken-reference" Error;
    /// A ruling names a precedent which is none.
    BROKEN_PRECEDENT = "CB125" "broken-precedent" Warning;
    /// Records stand side by side where one should.
    SIDE_BY_SIDE = "CB126" "side-by-side" Warning;
    /// A record stands in a folder that is not its owner's.
    WRONG_OWNER = "CB127" "wrong-owner" Warning;
    /// A committed file of records was changed, cut or removed.
    REWRITTEN_RECORDS = "CB128" "rewritten-records" Error;
    /// A label of a sealed round is not the one that was committed to.
    BROKEN_COMMITMENT = "CB130" "broken-commitment" Error;
    /// A label of a sealed round has no commitment.
    UNSEALED_LABEL = "CB131" "unsealed-label" Error;
    /// A commitment of a round that is closed was never opened.
    UNREVEALED_LABEL = "CB132" "unrevealed-label" Warning;
    /// Commitments are not those that were there when their round was closed.
    CHANGED_COMMITMENTS = "CB133" "changed-commitments" Error;
    /// Files of a round that do not fit together.
    ODD_ROUND = "CB134" "odd-round" Warning;
}

/// By id (`CB014`) or name (`dead-clause`), in any case.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(name) || code.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_stand_for_one_thing_each() {
        let ids: BTreeSet<_> = ALL.iter().map(|c| c.id).collect();
        let names: BTreeSet<_> = ALL.iter().map(|c| c.name).collect();
        assert_eq!((ids.len(), names.len()), (ALL.len(), ALL.len()));
        assert!(ALL.is_sorted_by_key(|c| c.id), "the table is in the order of the ids");
    }

    #[test]
    fn every_manual_page_says_what_it_must() {
        for code in ALL {
            assert!(code.manual.starts_with(&format!("# {} {}: ", code.id, code.name)), "{}", code.id);
            let level = format!("\nLevel: {}.\n", code.level.word());
            for part in [
                &*level,
                "\n## What it finds\n",
                "\n## Why it matters\n",
                "\n## Example\n",
                "\n## What to do\n",
                "\n## Is that safe?\n",
            ] {
                assert!(code.manual.contains(part), "{} lacks {part:?}", code.id);
            }
        }
    }

    #[test]
    fn a_code_is_found_by_id_or_name() {
        assert_eq!(find("cb010").map(|c| c.name), Some("unknown-category"));
        assert_eq!(find("Unknown-Category").map(|c| c.id), Some("CB010"));
        assert!(find("CB999").is_none());
    }
}
