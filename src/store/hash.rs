//! The hash that says whether two contents are the same.

use std::fmt;
use std::str::FromStr;

/// The BLAKE3 hash of a content. Contents are compared by it, never by times.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

/// From here on hashing on several threads is worth their start.
const MANY: usize = 1 << 20;

impl ContentHash {
    pub fn of(content: &[u8]) -> Self {
        if content.len() < MANY {
            return ContentHash(blake3::hash(content).into());
        }
        ContentHash(blake3::Hasher::new().update_rayon(content).finalize().into())
    }

    /// The hash of several parts, each with its length, so that no two different lists of parts meet.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        ContentHash(hasher.finalize().into())
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        ContentHash(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a content hash is written as 64 hexadecimal digits")]
pub struct NotAHash;

impl FromStr for ContentHash {
    type Err = NotAHash;

    fn from_str(hex: &str) -> Result<Self, NotAHash> {
        blake3::Hash::from_hex(hex).map(|hash| ContentHash(hash.into())).map_err(|_| NotAHash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_back() {
        let hash = ContentHash::of(b"");
        assert_eq!(hash.hex(), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
        assert_eq!(hash.hex().parse(), Ok(hash));
        assert_eq!("af13".parse::<ContentHash>(), Err(NotAHash));
        assert_eq!("é".repeat(32).parse::<ContentHash>(), Err(NotAHash));
    }

    #[test]
    fn threads_do_not_change_the_hash() {
        let large = vec![7; MANY + 1];
        assert_eq!(ContentHash::of(&large).as_bytes(), blake3::hash(&large).as_bytes());
    }

    #[test]
    fn parts_do_not_run_together() {
        let hash = |parts: &[&str]| ContentHash::of_parts(parts.iter().map(|part| part.as_bytes()));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["ab"]), hash(&["ab", ""]));
    }
}
