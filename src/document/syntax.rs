//! What can be wrong with the text itself, in words.

use super::parse::{ALIAS_BUDGET, DEPTH_LIMIT};
use super::tree::Span;
use crate::policy::place::Position;
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// Something wrong with the text of a YAML file, before anything is known of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do about it, one sentence.
    pub help: String,
    /// Where it was noticed.
    pub position: Position,
    /// Where it was noticed, in bytes; the start of `bytes` where not said.
    pub(super) noticed: Option<usize>,
    /// The bytes it concerns; where a part of the file could not be read, the bytes that were left out.
    pub bytes: Range<usize>,
}

impl SyntaxProblem {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>, bytes: Span) -> Self {
        let position = Position { line: 1, column: 1 };
        SyntaxProblem { message: message.into(), help: help.into(), position, noticed: None, bytes: bytes.range() }
    }

    pub(super) fn duplicate_key(name: &str, bytes: Span) -> Self {
        SyntaxProblem::new(
            format!("the key `{name}` stands twice in the same mapping"),
            "remove or rename one of the two; until then the first one counts",
            bytes,
        )
    }

    pub(super) fn many_duplicate_keys(name: &str, bytes: Span) -> Self {
        SyntaxProblem {
            message: format!("the key `{name}` stands twice in the same mapping, and so do others below"),
            ..SyntaxProblem::duplicate_key(name, bytes)
        }
    }

    pub(super) fn alias_dangling(name: &str, bytes: Span) -> Self {
        SyntaxProblem::new(
            format!("the alias `*{name}` refers to an anchor that does not stand above it"),
            format!("write `&{name}` before the value that is meant, further up in this file"),
            bytes,
        )
    }

    pub(super) fn alias_cycle(name: &str, bytes: Span) -> Self {
        SyntaxProblem::new(
            format!("the alias `*{name}` stands inside the very value it refers to"),
            "write the value out, or refer to another anchor",
            bytes,
        )
    }

    pub(super) fn alias_bomb(name: &str, bytes: Span, too_deep: bool) -> Self {
        let message = if too_deep {
            format!("with the alias `*{name}` written out, values are nested more than {DEPTH_LIMIT} deep")
        } else {
            format!("the aliases up to `*{name}` stand for more than {ALIAS_BUDGET} values in all")
        };
        SyntaxProblem::new(message, "write the value out instead of referring to it", bytes)
    }

    pub(super) fn too_deep(bytes: Span) -> Self {
        SyntaxProblem::new(
            format!("values are nested more than {DEPTH_LIMIT} deep"),
            "bring the values nearer to the top of the file",
            bytes,
        )
    }

    pub(super) fn several_documents(bytes: Span) -> Self {
        SyntaxProblem::new(
            "a second document starts here; only the first one in a file is read",
            "move it to a file of its own, or remove the `---` line",
            bytes,
        )
    }

    pub(super) fn too_large(len: usize, limit: usize) -> Self {
        SyntaxProblem::new(
            format!("the file has {} MB; files over {} MB are not read", len >> 20, limit >> 20),
            "split it into several files",
            Span::new(0, 0),
        )
    }

    pub(super) fn bad_utf8(bytes: Span) -> Self {
        SyntaxProblem::new(
            "the file is not text in UTF-8: these bytes stand for no character",
            "save the file as UTF-8 in your editor; until then it can be read but not edited",
            bytes,
        )
    }

    pub(super) fn given_up(at: Span) -> Self {
        SyntaxProblem::new(
            "too much of this file cannot be read; everything from here on is left out",
            "mend the problems above first",
            at,
        )
    }

    /// Whether the error came up while reading text in quotes.
    pub(super) fn is_about_quotes(error: &ScanError) -> bool {
        use ErrorKind as E;
        matches!(
            error.kind(),
            E::UnclosedQuotedScalar
                | E::InvalidQuotedScalarIndent
                | E::InvalidTrailingSingleQuotedScalar
                | E::InvalidTrailingDoubleQuotedScalar
                | E::DocumentIndicatorInQuotedScalar
                | E::UnknownQuotedScalarEscape
        )
    }

    /// The parser's error in our words.
    pub(super) fn from_parser(error: &ScanError, text: &str, at: usize) -> Self {
        let (message, help) = explain(error.kind());
        let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        SyntaxProblem::new(message, help, Span::new(at, end))
    }
}

fn explain(kind: &ErrorKind) -> (String, String) {
    use ErrorKind as E;
    let (message, help) = match kind {
        E::UnexpectedCharacter { character } if character.is_control() => {
            let message = format!("the character U+{:04X} cannot stand in a YAML file", u32::from(*character));
            return (message, "remove it, or write it as an escape in a quoted string: `\"\\0\"`".into());
        }
        E::UnexpectedCharacter { character } => {
            let message = format!("a value cannot start with `{character}`");
            return (message, "put the value in quotes".into());
        }
        E::RecursionLimitExceeded => {
            let SyntaxProblem { message, help, .. } = SyntaxProblem::too_deep(Span::default());
            return (message, help);
        }
        E::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("what was opened with `{open}` is closed with `{close}`");
            return (message, "close it with the bracket it was opened with".into());
        }
        E::UnclosedFlowCollection { open } => {
            return (format!("the `{open}` is never closed"), "add the closing bracket".into());
        }
        E::TabInIndentation | E::TabInBlockIndentation | E::TabNotAllowed | E::TabAtBlockScalarStart => {
            ("a tab stands where only spaces may", "indent with spaces")
        }
        E::TabInPlainScalar => ("a tab stands inside text without quotes", "put the text in quotes, or use spaces"),
        E::UnclosedQuotedScalar => ("the quoted text is never closed", "add the closing quote"),
        E::InvalidQuotedScalarIndent => (
            "quoted text runs on into a line that is not indented",
            "close the quote, or indent the lines that belong to it",
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            "something stands behind the closing quote",
            "escape quotes inside the text (`''` in single quotes, `\\\"` in double ones), or remove what follows",
        ),
        E::UnknownQuotedScalarEscape => (
            "a `\\` in double quotes starts an escape that does not exist",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        E::MappingValueNotAllowed | E::InvalidColonPlacement | E::FlowMappingValueAdjacentCollection => (
            "a `:` stands where no key can be",
            "put text that has a `:` in it in quotes, or check the indentation of this line",
        ),
        E::InvalidIndentation | E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry => (
            "this line does not fit the lines above it",
            "indent it like its neighbours; a key needs a `:` behind it, an item a `- ` before it",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey | E::MappingKeyNotAllowed => {
            ("a key is expected here, with a `:` behind it on the same line", "add the `:`, or indent the line")
        }
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection | E::InvalidBlockEntryWhitespace => {
            ("a `-` item cannot stand here", "put it on a line of its own, indented like its neighbours")
        }
        E::UnexpectedEofFlowSequence | E::ExpectedFlowSequenceSeparator => {
            ("in a `[` list, a `,` or the closing `]` is missing", "add it; put text with brackets or commas in quotes")
        }
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping | E::ExpectedFlowMappingSeparator => {
            ("between `{` or `[` and its end, a `,` or the closing bracket is missing", "add it")
        }
        E::InvalidBlockScalarHeader => (
            "behind `|` or `>` only an indentation digit, `+` or `-` and a comment may stand",
            "put the text on the next line, indented",
        ),
        E::InvalidBlockScalarIndent | E::ZeroBlockScalarIndent => {
            ("the lines of this text are not indented as its first line is", "indent all of them alike")
        }
        E::BomInsideDocument => ("a byte order mark stands inside the file", "remove it"),
        E::UndeclaredTagHandle => ("this tag is not known", "remove what starts with `!`, or put it in quotes"),
        E::CommentNotSeparated | E::CommentInterceptedScalar => {
            ("a comment stands where it cuts a value in two", "put a space before `#`, or the text in quotes")
        }
        _ => {
            return (
                format!("this is not valid YAML: {kind}"),
                "look at this line and the one above it: quotes, brackets and indentation".into(),
            );
        }
    };
    (message.into(), help.into())
}
