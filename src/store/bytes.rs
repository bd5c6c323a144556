//! A cheap shared handle to the content of a file.

use super::hash::ContentHash;
use memmap2::Mmap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::{Deref, Range};
use std::str::Utf8Error;
use std::sync::Arc;

/// The content of a file, or a part of it. Cloning and slicing copy no bytes.
///
/// Contents up to [`Bytes::COPIED`] are copied into memory, larger ones are mapped. A mapped file that
/// another program cuts short *in place* takes the process down with it as soon as the missing part is read
/// (the usual way to change a file, writing a new one and renaming it, does no harm: the map keeps the old
/// one). That is why everything of a size that people edit is copied, and why [`Bytes::is_whole`] is there to
/// ask before a long pass over a large one. What was typed is in the recovery journal in any case.
#[derive(Clone)]
pub struct Bytes {
    data: Arc<Data>,
    range: Range<usize>,
}

enum Data {
    Copied(Vec<u8>),
    Mapped { map: Mmap, file: File },
}

impl Bytes {
    /// Up to this size (32 MiB) contents are copied: all YAML, and every JSONL file that a person would edit.
    pub const COPIED: u64 = 32 << 20;

    /// The whole content of an open regular file.
    pub(super) fn read(file: File, len: u64) -> io::Result<Bytes> {
        if len > Bytes::COPIED {
            return Bytes::map(file);
        }
        let mut content = Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1);
        // The limit holds for a file that grows meanwhile, too.
        file.take(Bytes::COPIED).read_to_end(&mut content)?;
        Ok(content.into())
    }

    #[allow(
        unsafe_code,
        reason = "a map is the only way to hold a large file without copying it; what can go wrong is said at `Bytes`"
    )]
    pub(super) fn map(file: File) -> io::Result<Bytes> {
        // SAFETY: the map is read-only and private; see `Bytes` for files cut short by others.
        let map = unsafe { Mmap::map(&file) }?;
        let range = 0..map.len();
        Ok(Bytes { data: Arc::new(Data::Mapped { map, file }), range })
    }

    /// The part `range` of these bytes; `None` where it reaches beyond them.
    pub fn slice(&self, range: Range<usize>) -> Option<Bytes> {
        self.get(range.clone())?;
        let range = self.range.start + range.start..self.range.start + range.end;
        Some(Bytes { data: Arc::clone(&self.data), range })
    }

    /// The text, if it is UTF-8.
    pub fn as_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self)
    }

    pub fn hash(&self) -> ContentHash {
        ContentHash::of(self)
    }

    pub fn is_mapped(&self) -> bool {
        matches!(*self.data, Data::Mapped { .. })
    }

    /// Whether the file behind a map still has all its bytes; always true for copied contents.
    pub fn is_whole(&self) -> bool {
        match &*self.data {
            Data::Copied(_) => true,
            Data::Mapped { map, file } => file.metadata().is_ok_and(|now| now.len() >= map.len() as u64),
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let all: &[u8] = match &*self.data {
            Data::Copied(content) => content,
            Data::Mapped { map, .. } => map,
        };
        all.get(self.range.clone()).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(content: Vec<u8>) -> Self {
        let range = 0..content.len();
        Bytes { data: Arc::new(Data::Copied(content)), range }
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn slices_share_and_stay_within() {
        let all = Bytes::from("0123456789".to_owned());
        let part = all.slice(2..6).unwrap();
        assert_eq!(&*part, b"2345");
        assert_eq!(&*part.slice(1..2).unwrap(), b"3");
        assert_eq!(part.slice(1..9), None);
        #[allow(clippy::reversed_empty_ranges)]
        let reversed = all.slice(6..2);
        assert_eq!(reversed, None);
        assert_eq!(all.slice(10..10).unwrap().len(), 0);
    }

    #[test]
    fn large_files_are_mapped_and_know_when_they_were_cut() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"first").unwrap();
        file.set_len(Bytes::COPIED + 1).unwrap();
        let bytes = Bytes::read(file.try_clone().unwrap(), Bytes::COPIED + 1).unwrap();
        assert!(bytes.is_mapped() && bytes.is_whole());
        assert_eq!(bytes.get(..5), Some(&b"first"[..]));
        file.set_len(10).unwrap();
        assert!(!bytes.is_whole());
    }

    #[test]
    fn broken_utf8_is_told() {
        assert_eq!(Bytes::from(vec![b'a', 0xff]).as_str().unwrap_err().valid_up_to(), 1);
    }
}
