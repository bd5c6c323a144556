//! The text of a gold set, and where its lines are.

use crate::policy::gold::Settling;
use crate::policy::place::Place;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The bytes of a file, wherever they are kept: in memory, or mapped from disk.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// One file of a gold set.
#[derive(Clone)]
pub struct SourceFile {
    /// Relative to the policy repo's folder, with `/` between its parts.
    pub path: Arc<str>,
    pub bytes: SharedBytes,
}

/// The files of one gold set. Each list in the order that its cases, labels or adjudications count in.
#[derive(Debug, Clone, Default)]
pub struct GoldSources {
    /// The set's name.
    pub set: Arc<str>,
    pub cases: Vec<SourceFile>,
    pub labels: Vec<SourceFile>,
    pub adjudications: Vec<SourceFile>,
    /// How labels become gold labels.
    pub settling: Settling,
}

impl GoldSources {
    /// Every file: those with cases, then labels, then adjudications.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.cases.iter().chain(&self.labels).chain(&self.adjudications)
    }
}

impl SourceFile {
    pub fn new(path: impl Into<Arc<str>>, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        SourceFile { path: path.into(), bytes: Arc::new(bytes) }
    }

    /// Whether both are one file at one time: the same bytes of the same place, without comparing them. Whoever loads files
    /// compares contents, and gives those that are as before out again.
    pub fn is_same(&self, other: &SourceFile) -> bool {
        self.path == other.path && Arc::ptr_eq(&self.bytes, &other.bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.bytes().len())
    }
}

/// Where some lines of a file start, so that any line's number is found without counting from the top.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineIndex(pub Vec<LineMark>);

/// So many lines end before this byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineMark {
    pub at: u64,
    pub lines: u32,
}

impl LineIndex {
    /// The place of a range of the file's bytes.
    pub fn place(&self, file: &SourceFile, bytes: Range<usize>) -> Place {
        let text = file.bytes();
        let at = bytes.start.min(text.len());
        let before = self.0.partition_point(|mark| mark.at <= at as u64);
        let mark = before.checked_sub(1).map_or(LineMark { at: 0, lines: 0 }, |before| self.0[before]);
        let since = &text[(mark.at as usize).min(at)..at];
        let line = mark.lines as usize + memchr::memchr_iter(b'\n', since).count() + 1;
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
        let start = if start == 0 && text.starts_with(BOM) { BOM.len().min(at) } else { start };
        let column = String::from_utf8_lossy(&text[start..at]).chars().count() + 1;
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::line(file.path.clone(), small(line), small(column), bytes)
    }
}

/// What some editors put at the start of a text.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Cuts a file into ranges of about `size` bytes that end where lines end.
pub(crate) fn chunks(bytes: &[u8], size: usize) -> Vec<Range<usize>> {
    let mut start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let mut chunks = Vec::new();
    while start < bytes.len() {
        let least = (start + size.max(1)).min(bytes.len());
        let end = memchr::memchr(b'\n', &bytes[least..]).map_or(bytes.len(), |newline| least + newline + 1);
        chunks.push(start..end);
        start = end;
    }
    chunks
}

/// Calls `line` with each line of the range that is not blank, its first byte's position in the file, and the bytes as
/// text where they are UTF-8. Gives the number of line ends in the range.
pub(crate) fn each_line<'a>(
    bytes: &'a [u8],
    range: Range<usize>,
    mut line: impl FnMut(usize, Result<&'a str, std::str::Utf8Error>),
) -> u32 {
    let chunk = &bytes[range.clone()];
    // Checking a whole chunk at once is many times faster than line by line.
    let whole = std::str::from_utf8(chunk);
    let mut lines = 0;
    let mut start = 0;
    while start < chunk.len() {
        let newline = memchr::memchr(b'\n', &chunk[start..]);
        let end = newline.map_or(chunk.len(), |newline| start + newline);
        lines += u32::from(newline.is_some());
        let one = &chunk[start..end];
        if !one.trim_ascii().is_empty() {
            let text = match whole {
                Ok(text) => Ok(&text[start..end]),
                Err(_) => std::str::from_utf8(one),
            };
            line(range.start + start, text);
        }
        start = end + 1;
    }
    lines
}
