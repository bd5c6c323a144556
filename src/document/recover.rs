//! Reading on past what is broken: the piece around an error is blanked out, and the rest is read.

use super::parse::{Pass, Stop, pass};
use super::scan;
use super::syntax::SyntaxProblem;
use super::tree::Span;
use std::borrow::Cow;

/// A whole text, read as far as it can be.
pub(super) struct Recovered {
    pub pass: Pass,
    /// What had to be left out, in the order of the text.
    pub masked: Vec<Span>,
}

/// How many bytes may be read again and again in search of a way past the errors of one file.
const BYTES_TO_SPEND: usize = 24 << 20;
/// How often at most, however small the file is.
const MOST_PASSES: usize = 120;
/// How often at least, however large the file is.
const LEAST_PASSES: usize = 6;
/// How many levels up from an error a piece is looked for.
const LEVELS: usize = 6;

/// Reads `text`, leaving out the list items and mapping entries that cannot be read.
pub(super) fn read(text: &str) -> Recovered {
    let mut passes_left = (BYTES_TO_SPEND / text.len().max(1)).clamp(LEAST_PASSES, MOST_PASSES);
    let mut masked: Vec<Span> = Vec::new();
    let mut problems: Vec<SyntaxProblem> = Vec::new();
    let mut current: Cow<str> = Cow::Borrowed(text);
    let mut now = pass(&current);
    while let Some(stop) = now.stop.take() {
        match way_past(&current, &stop, &mut passes_left) {
            Some((piece, blanked, next)) => {
                problems.push(SyntaxProblem { bytes: piece.range(), ..at(stop.problem, stop.at) });
                masked.push(piece);
                current = Cow::Owned(blanked);
                now = next;
            }
            None => {
                // What came before the error is kept; what comes after it is lost.
                let rest = Span::new(stop.after.min(stop.at), text.len());
                problems.push(at(stop.problem, stop.at));
                problems.push(SyntaxProblem::given_up(rest));
                masked.push(rest);
                break;
            }
        }
    }
    now.problems.extend(problems);
    masked.sort_by_key(|span| span.start);
    Recovered { pass: now, masked }
}

/// Marks where a problem was noticed, whatever bytes it ends up covering.
fn at(mut problem: SyntaxProblem, at: usize) -> SyntaxProblem {
    problem.noticed = problem.noticed.or(Some(at));
    problem
}

/// The smallest piece around an error that, left out, lets the parser read on the farthest.
fn way_past(text: &str, stop: &Stop, passes_left: &mut usize) -> Option<(Span, String, Pass)> {
    let suspects = suspects(text, stop);
    let mut tried: Vec<Span> = Vec::new();
    for level in 0..LEVELS {
        let mut best: Option<(usize, Span, String, Pass)> = None;
        for &suspect in &suspects {
            let Some(piece) = piece_around(text, suspect, level) else { continue };
            if tried.contains(&piece) {
                continue;
            }
            if *passes_left == 0 {
                return None;
            }
            *passes_left -= 1;
            tried.push(piece);
            let blanked = blank(text, piece);
            let next = pass(&blanked);
            let reach = next.stop.as_ref().map_or(usize::MAX, |s| s.at);
            let farther = reach > stop.at.max(piece.end.saturating_sub(1)) || reach == usize::MAX;
            let better = best.as_ref().is_none_or(|(far, span, ..)| {
                reach > *far || reach == *far && piece.range().len() < span.range().len()
            });
            if farther && better {
                best = Some((reach, piece, blanked, next));
            }
        }
        if let Some((_, piece, blanked, next)) = best {
            return Some((piece, blanked, next));
        }
    }
    None
}

/// Where the cause of an error may lie: where it was noticed, behind what was last read well (text whose quote was
/// never closed is noticed far below), where an open bracket stands, on the next line (which spoils the text that it
/// seems to continue).
fn suspects(text: &str, stop: &Stop) -> Vec<usize> {
    let mut suspects = vec![stop.at.min(text.len())];
    suspects.extend(stop.open_flow);
    suspects.push(scan::skip_gap(text, stop.after, scan::Gap::Blank).min(text.len()));
    suspects.push(stop.after.saturating_sub(1));
    suspects.push(scan::next_line(text, stop.at.min(text.len())));
    suspects
}

/// The lines of the entry or item around `at`; with `level`, of that many entries or items further out.
fn piece_around(text: &str, at: usize, level: usize) -> Option<Span> {
    let at = (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i))?;
    let mut line = scan::line_start(text, at);
    while is_blank(text, line) {
        if line == 0 {
            return None;
        }
        line = scan::line_start(text, scan::before_line_break(text, line));
    }
    for _ in 0..level {
        line = line_above(text, line, scan::indent_at(text, line))?;
    }
    let indent = scan::indent_at(text, line);
    let takes_items = !is_item(text, line + indent);
    let mut end = scan::line_end(text, line);
    let mut next = scan::next_line(text, line);
    while next < text.len() {
        let deeper = scan::indent_at(text, next) > indent;
        let item_of_it = takes_items && scan::indent_at(text, next) == indent && is_item(text, next + indent);
        if !is_blank(text, next) {
            if !(deeper || item_of_it) || is_marker(text, next) {
                break;
            }
            end = scan::line_end(text, next);
        }
        next = scan::next_line(text, next);
    }
    // The indentation goes too: it may be what is wrong.
    Some(Span::new(line, end))
}

/// The nearest line above with less indentation.
fn line_above(text: &str, mut line: usize, indent: usize) -> Option<usize> {
    while line > 0 {
        line = scan::line_start(text, scan::before_line_break(text, line));
        let fits = scan::indent_at(text, line) < indent || indent == 0;
        if fits && !is_blank(text, line) {
            return Some(line);
        }
    }
    None
}

fn is_blank(text: &str, line: usize) -> bool {
    let rest = &text.as_bytes()[line + scan::indent_at(text, line)..];
    matches!(rest.first(), None | Some(b'\n' | b'\r' | b'#'))
}

fn is_item(text: &str, at: usize) -> bool {
    matches!(text.as_bytes()[at..], [b'-', b' ' | b'\t' | b'\n' | b'\r', ..] | [b'-'])
}

/// `---` or `...` at the start of a line.
fn is_marker(text: &str, line: usize) -> bool {
    text[line..].starts_with("---") || text[line..].starts_with("...")
}

/// The text with a piece of it turned to blanks, byte for byte, line breaks kept.
fn blank(text: &str, piece: Span) -> String {
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..piece.start]);
    out.extend(text[piece.range()].bytes().map(|b| if matches!(b, b'\n' | b'\r') { b as char } else { ' ' }));
    out.push_str(&text[piece.end..]);
    out
}
