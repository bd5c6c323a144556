//! Small steps over the text between two tokens, where the parser's events say nothing.

/// What may be stepped over between two tokens, beside blanks, line breaks and comments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Blank,
    /// Anchors and tags too.
    Properties,
    /// Commas too.
    Commas,
}

/// Steps over what `gap` allows, from `at`, and gives where something else starts.
pub(super) fn skip_gap(text: &str, mut at: usize, gap: Gap) -> usize {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(text, at),
            b',' if gap == Gap::Commas => at += 1,
            b'&' | b'!' if gap == Gap::Properties => {
                while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace()) {
                    at += 1;
                }
            }
            _ => break,
        }
    }
    at
}

/// Where the line of `at` starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..at]).map_or(0, |i| i + 1)
}

/// Where the line of `at` ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i)
}

/// Where the next line starts: behind the line break, or at the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    end + line_break_len(text, end)
}

/// The end of the line that ends right before the line start `at`.
pub(super) fn before_line_break(text: &str, at: usize) -> usize {
    match text.as_bytes()[..at] {
        [.., b'\r', b'\n'] => at - 2,
        [.., b'\n' | b'\r'] => at - 1,
        _ => at,
    }
}

/// How many bytes the line break at `at` has; 0 where there is none.
pub(super) fn line_break_len(text: &str, at: usize) -> usize {
    match text.as_bytes()[at..] {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    }
}

/// How many blanks the line starting at `line` begins with.
pub(super) fn indent_at(text: &str, line: usize) -> usize {
    text.as_bytes()[line..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The column of `at` in bytes, from 0; a byte order mark takes none.
pub(super) fn column(text: &str, at: usize) -> usize {
    let line = line_start(text, at);
    let mark = if line == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    (at - line).saturating_sub(mark)
}

/// Whether nothing but blanks stands before `at` on its line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim_start_matches('\u{feff}').bytes().all(|b| matches!(b, b' ' | b'\t'))
}

/// The first line of a block scalar: `|2-  # why`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockHeader {
    pub folded: bool,
    /// The indentation indicator, 1 to 9.
    pub indent: Option<u8>,
    /// `-` or `+`.
    pub chomping: Option<u8>,
    /// The bytes of `|`, indicator and chomping together.
    pub len: usize,
}

impl BlockHeader {
    pub(super) fn keeps(&self) -> bool {
        self.chomping == Some(b'+')
    }
}

/// Reads the header of the block scalar at `at`.
pub(super) fn block_header(text: &str, at: usize) -> Option<BlockHeader> {
    let bytes = text.as_bytes().get(at..)?;
    let folded = match bytes.first()? {
        b'|' => false,
        b'>' => true,
        _ => return None,
    };
    let mut header = BlockHeader { folded, indent: None, chomping: None, len: 1 };
    while let Some(byte) = bytes.get(header.len) {
        match byte {
            b'1'..=b'9' if header.indent.is_none() => header.indent = Some(byte - b'0'),
            b'+' | b'-' if header.chomping.is_none() => header.chomping = Some(*byte),
            _ => break,
        }
        header.len += 1;
    }
    Some(header)
}
