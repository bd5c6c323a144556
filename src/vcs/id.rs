//! Names of objects in git's store.

use std::fmt;
use std::sync::Arc;

/// The id of a commit or a file content: 40 lower-case hexadecimal digits, 64 in a SHA-256 repository.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(Arc<str>);

impl ObjectId {
    /// Takes a full id; `None` where the text is none.
    pub fn parse(hex: &str) -> Option<ObjectId> {
        let digits = hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        (digits && matches!(hex.len(), 40 | 64)).then(|| ObjectId(hex.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first nine digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..9).unwrap_or(&self.0)
    }

    pub(super) fn of_library(oid: git2::Oid) -> ObjectId {
        ObjectId(oid.to_string().into())
    }

    pub(super) fn to_library(&self) -> Result<git2::Oid, git2::Error> {
        git2::Oid::from_str(&self.0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_ids_are_ids() {
        let full = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(ObjectId::parse(full).unwrap().short(), "012345678");
        assert!(ObjectId::parse(&full[1..]).is_none());
        assert!(ObjectId::parse(&full.to_uppercase()).is_none());
        assert!(ObjectId::parse(&format!("-{}", &full[1..])).is_none());
    }
}
