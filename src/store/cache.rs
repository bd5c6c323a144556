//! Results that can be computed anew, kept so that they need not be.

use super::bytes::Bytes;
use super::hash::ContentHash;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder of results by kind and by the hash of all that they were computed from.
///
/// Whatever is wrong with the cache is a miss, never an error: each result is kept with its own hash, and one that
/// does not fit is thrown away. That guards against accidents, not against somebody who can write to the folder.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

const MAGIC: [u8; 8] = *b"CBCACHE1";
/// Magic, hash, and zeros up to a length that keeps what follows aligned for numbers of any size.
const HEADER: usize = 64;

impl Cache {
    /// A cache in a folder outside the work tree that keeps to `limit` bytes. Nothing is made until the first result.
    pub fn new(folder: &Path, limit: u64) -> Cache {
        Cache { folder: folder.to_owned(), limit }
    }

    /// The result of this kind for this key. `kind` is a short name of lower-case letters, digits and `-`; change it
    /// when the form of the result changes.
    pub fn get(&self, kind: &str, key: ContentHash) -> Option<Bytes> {
        let place = self.place(kind, key)?;
        let whole = read(&place).ok()?;
        let content = (whole.get(..8) == Some(&MAGIC)).then(|| whole.slice(HEADER..whole.len())).flatten();
        let content = content.filter(|content| whole.get(8..40) == Some(content.hash().as_bytes()));
        if content.is_none() {
            let _ = fs::remove_file(place);
        }
        content
    }

    /// Keeps a result, and drops the oldest ones where there are too many. Says whether it was kept.
    pub fn put(&self, kind: &str, key: ContentHash, content: &[u8]) -> bool {
        let Some(place) = self.place(kind, key) else { return false };
        if (content.len() + HEADER) as u64 > self.limit || write(&place, content).is_err() {
            return false;
        }
        self.trim();
        place.exists()
    }

    /// Where a result is kept that is a file of its own and looks after itself. It may be dropped like any other.
    pub fn place_of(&self, kind: &str, name: &str) -> PathBuf {
        self.folder.join(kind).join(name)
    }

    fn place(&self, kind: &str, key: ContentHash) -> Option<PathBuf> {
        let plain = kind.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        (plain && !kind.is_empty()).then(|| self.folder.join(kind).join(key.hex()))
    }

    fn trim(&self) {
        let mut kept = self.contents();
        let mut total: u64 = kept.iter().map(|(_, _, length)| length).sum();
        if total <= self.limit {
            return;
        }
        kept.sort();
        for (_, path, length) in kept {
            if total <= self.limit / 4 * 3 {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total = total.saturating_sub(length);
            }
        }
    }

    /// Every file with its age and length.
    fn contents(&self) -> Vec<(SystemTime, PathBuf, u64)> {
        let list = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        list(&self.folder)
            .flat_map(|kind| list(&kind.path()))
            .filter_map(|entry| {
                let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((found.modified().ok()?, entry.path(), found.len()))
            })
            .collect()
    }
}

fn read(place: &Path) -> io::Result<Bytes> {
    let found = fs::symlink_metadata(place)?;
    if !found.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Bytes::read(File::open(place)?, found.len())
}

fn write(place: &Path, content: &[u8]) -> io::Result<()> {
    let folder = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut temp = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    let mut header = [0; HEADER];
    let hash = ContentHash::of(content);
    let parts = MAGIC.iter().chain(hash.as_bytes());
    header.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
    temp.write_all(&header)?;
    temp.write_all(content)?;
    temp.persist(place).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> ContentHash {
        ContentHash::of(name.as_bytes())
    }

    #[test]
    fn what_was_put_is_got_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(&dir.path().join("cache"), 1 << 20);
        assert_eq!(cache.get("columns-1", key("a")), None);
        assert!(cache.put("columns-1", key("a"), b"result"));
        assert_eq!(cache.get("columns-1", key("a")).as_deref(), Some(&b"result"[..]));
        assert_eq!(cache.get("columns-2", key("a")), None);
        assert_eq!(cache.get("columns-1", key("b")), None);
        assert!(cache.put("columns-1", key("empty"), b""));
        assert_eq!(cache.get("columns-1", key("empty")).as_deref(), Some(&b""[..]));
        for bad in ["", "../x", "A", "a/b"] {
            assert!(!cache.put(bad, key("a"), b"result"), "{bad}");
        }
    }

    #[test]
    fn any_damage_is_a_miss() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1 << 20);
        cache.put("k", key("a"), b"result");
        let place = cache.place("k", key("a")).unwrap();
        let whole = fs::read(&place).unwrap();
        for at in (0..40).chain(HEADER..whole.len()) {
            let mut bent = whole.clone();
            bent[at] ^= 1;
            fs::write(&place, bent).unwrap();
            assert_eq!(cache.get("k", key("a")), None, "bent at {at}");
            assert!(!place.exists());
        }
        for length in 0..whole.len() {
            fs::write(&place, &whole[..length]).unwrap();
            assert_eq!(cache.get("k", key("a")), None, "cut at {length}");
        }
        fs::create_dir(&place).unwrap();
        assert_eq!(cache.get("k", key("a")), None);
        assert!(!cache.put("k", key("a"), b"result"));
    }

    #[test]
    fn the_oldest_make_room() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 1000);
        for n in 0..20_u64 {
            assert!(cache.put("k", key(&n.to_string()), &[0; 136]));
            let file = File::options().write(true).open(cache.place("k", key(&n.to_string())).unwrap()).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(n)).unwrap();
        }
        let kept: Vec<u64> = (0..20).filter(|n| cache.get("k", key(&n.to_string())).is_some()).collect();
        assert_eq!(kept.last(), Some(&19));
        assert!((3..=5).contains(&kept.len()) && kept.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{kept:?}");
        assert!(!cache.put("k", key("huge"), &[0; 1000]));
    }
}
