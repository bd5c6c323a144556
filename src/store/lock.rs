//! One process at a time.

use super::error::StoreError;
use super::root::RepoRoot;
use std::fs::OpenOptions;
use std::io;

/// Held until it is dropped, or its process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    _file: std::fs::File,
}

impl RepoRoot {
    /// Waits until no other process, and no other holder in this one, has the lock of this folder, and takes it. Where
    /// the file system knows no locks there is none.
    pub fn lock(&self) -> Result<Lock, StoreError> {
        const NAME: &str = ".lock";
        let failed = |source| StoreError::io(NAME, "locked", source);
        let place = self.dir().join(NAME);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(place).map_err(failed)?;
        match file.lock() {
            Err(source) if source.kind() != io::ErrorKind::Unsupported => Err(failed(source)),
            _ => Ok(Lock { _file: file }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn one_waits_for_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let root = RepoRoot::open(dir.path()).unwrap();
        let held = root.lock().unwrap();
        let (told, hears) = mpsc::channel();
        let other = {
            let root = root.clone();
            thread::spawn(move || {
                let _held = root.lock().unwrap();
                told.send("second").unwrap();
            })
        };
        assert!(hears.recv_timeout(std::time::Duration::from_millis(50)).is_err());
        drop(held);
        assert_eq!(hears.recv().unwrap(), "second");
        other.join().unwrap();
    }
}
