//! Why a file could not be read or saved, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read or saved. `Display` says what and where; [`StoreError::help`] what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{}` cannot be opened as a policy folder: {source}", Shown(.folder))]
    NoFolder { folder: PathBuf, source: io::Error },
    #[error("`{}` is not a path within the policy folder: {why}", Shown(.path))]
    BadPath { path: String, why: &'static str },
    #[error("there is no file `{}`", Shown(.path))]
    Missing { path: String },
    #[error("`{}` is a link to a file that does not exist", Shown(.path))]
    DanglingLink { path: String },
    #[error("`{}` is a link that leaves the policy folder", Shown(.path))]
    LeavesRoot { path: String },
    #[error("`{}` is a link to a folder, which is not followed", Shown(.path))]
    LinkedFolder { path: String },
    #[error("`{}` is {what}, not a file", Shown(.path))]
    NotAFile { path: String, what: &'static str },
    #[error("`{}` is a file, not a folder", Shown(.path))]
    NotAFolder { path: String },
    #[error("`{}` holds {} MiB; a file of this kind may hold {} MiB", Shown(.path), .bytes >> 20, .limit >> 20)]
    TooLarge { path: String, bytes: u64, limit: u64 },
    #[error("`{}` holds more than {limit} files or folders; the rest was not looked at", Shown(.path))]
    TooMany { path: String, limit: usize },
    #[error("`{}` lies more than {limit} folders deep and was not looked at", Shown(.path))]
    TooDeep { path: String, limit: usize },
    #[error("`{}` changed on disk since it was read; nothing was saved", Shown(.path))]
    ChangedOnDisk { path: String },
    #[error("`{}` is marked read-only; nothing was saved", Shown(.path))]
    ReadOnly { path: String },
    #[error("`{}` stands twice in one save; nothing was saved", Shown(.path))]
    Twice { path: String },
    #[error("`{}` could not be {action}: {source}", Shown(.path))]
    Io { path: String, action: &'static str, source: io::Error },
    #[error("saving stopped half-way ({source}) and could not be undone: `{}` hold the new text", Shown(.saved.join("`, `")))]
    HalfSaved { saved: Vec<String>, source: io::Error },
    #[error("the recovery journal in `{}` cannot be used: {source}", Shown(.folder))]
    Journal { folder: PathBuf, source: io::Error },
    #[error("changes on disk cannot be watched: {reason}")]
    Watch { reason: String },
    /// `busy` says that another program is writing it, and that it may be asked again.
    #[error("the full-text index cannot be used: {reason}")]
    Index { reason: String, busy: bool },
}

impl StoreError {
    /// What a person can do about it, one sentence.
    pub fn help(&self) -> &'static str {
        match self {
            StoreError::NoFolder { .. } => "Name the folder that holds `casebook.yaml`, and see that you may read it.",
            StoreError::BadPath { .. } => {
                "Write paths relative to the folder of `casebook.yaml`, with `/` between folders and without `..`."
            }
            StoreError::Missing { .. } => "Create the file, or correct the path that names it.",
            StoreError::DanglingLink { .. } => "Correct the link, or put a real file in its place.",
            StoreError::LeavesRoot { .. } => "Put a copy of the file into the policy folder instead of a link.",
            StoreError::LinkedFolder { .. } => "Put the folder itself there instead of a link.",
            StoreError::NotAFile { .. } => "Put a regular file there, or correct the path that names it.",
            StoreError::NotAFolder { .. } => "Move the file out of the way, or save under another folder.",
            StoreError::TooLarge { .. } => "Split the file into several smaller ones.",
            StoreError::TooMany { .. } => {
                "Merge the small files into larger ones, or move what is not policy elsewhere."
            }
            StoreError::TooDeep { .. } => "Move the files up, nearer to `casebook.yaml`.",
            StoreError::ChangedOnDisk { .. } => {
                "Look at what changed, then load it, or say that your text replaces it."
            }
            StoreError::ReadOnly { .. } => "Make the file and its folder writable, then save again.",
            StoreError::Twice { .. } => "Save the file once, with its last text.",
            StoreError::Io { source, .. } => help_for(source),
            StoreError::HalfSaved { .. } => "Free the disk, then save again; your text is still open.",
            StoreError::Journal { .. } => "See that the folder is writable; until then a crash can lose unsaved edits.",
            StoreError::Watch { .. } => {
                "Reload by hand after changing files outside; saving still notices such changes."
            }
            StoreError::Index { .. } => "Delete `casebook/cache` in the git folder; it is made anew.",
        }
    }

    /// The repo-relative path of the file that it is about, where it is about one.
    pub fn path(&self) -> Option<&str> {
        match self {
            StoreError::BadPath { path, .. }
            | StoreError::Missing { path }
            | StoreError::DanglingLink { path }
            | StoreError::LeavesRoot { path }
            | StoreError::LinkedFolder { path }
            | StoreError::NotAFile { path, .. }
            | StoreError::NotAFolder { path }
            | StoreError::TooLarge { path, .. }
            | StoreError::TooMany { path, .. }
            | StoreError::TooDeep { path, .. }
            | StoreError::ChangedOnDisk { path }
            | StoreError::ReadOnly { path }
            | StoreError::Twice { path }
            | StoreError::Io { path, .. } => Some(path),
            StoreError::NoFolder { .. }
            | StoreError::HalfSaved { .. }
            | StoreError::Journal { .. }
            | StoreError::Watch { .. }
            | StoreError::Index { .. } => None,
        }
    }

    pub(super) fn index(reason: &dyn fmt::Display, busy: bool) -> Self {
        StoreError::Index { reason: reason.to_string(), busy }
    }

    pub(super) fn io(path: &str, action: &'static str, source: io::Error) -> Self {
        StoreError::Io { path: path.to_owned(), action, source }
    }
}

fn help_for(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "The disk is full: free some space, then save again; the file on disk is as it was."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "See that you may read and write the file and its folder, then try again."
        }
        _ => "See that the disk and the folder are in order, then try again.",
    }
}

/// A path as it may stand in a message: whatever could steer a terminal or reorder the text is spelt out.
struct Shown<T>(T);

impl fmt::Display for Shown<&String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(self.0.as_str()).fmt(f)
    }
}

impl fmt::Display for Shown<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(self.0.as_str()).fmt(f)
    }
}

impl fmt::Display for Shown<&PathBuf> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(Path::to_string_lossy(self.0).as_ref()).fmt(f)
    }
}

impl fmt::Display for Shown<&str> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            c if c.is_control() => write!(f, "{}", c.escape_unicode()),
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                write!(f, "{}", c.escape_unicode())
            }
            c => write!(f, "{c}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_carry_no_escape_sequences() {
        let error = StoreError::Missing { path: "a\u{1b}[31m\u{202e}b".into() };
        assert_eq!(error.to_string(), "there is no file `a\\u{1b}[31m\\u{202e}b`");
        assert_eq!(error.path(), Some("a\u{1b}[31m\u{202e}b"));
    }

    #[test]
    fn a_full_disk_is_named() {
        let error = StoreError::io("a.yaml", "saved", io::ErrorKind::StorageFull.into());
        assert!(error.help().contains("disk is full"), "{}", error.help());
    }
}
