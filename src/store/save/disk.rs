//! Temporary files, second names and new folders: what a save needs of the disk.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{NamedTempFile, TempPath};

/// A step on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    MakeFolder,
    MakeTemp,
    Write,
    Sync,
    KeepOld,
    Replace,
}

pub(super) type Before<'a> = &'a dyn Fn(Step) -> io::Result<()>;

const BEGIN: &str = ".casebook-";
const END: &str = ".tmp";

/// Whether a file of this name is one that a save leaves for a moment.
pub(in crate::store) fn is_temporary(name: &str) -> bool {
    name.starts_with(BEGIN) && name.ends_with(END)
}

pub(super) fn write_temp(
    folder: &Path,
    old: Option<&Metadata>,
    content: &[u8],
    before: Before<'_>,
) -> io::Result<TempPath> {
    before(Step::MakeTemp)?;
    let mut temp = new_file(folder)?;
    before(Step::Write)?;
    temp.write_all(content)?;
    if let Some(old) = old {
        keep_owner(temp.as_file(), old);
        temp.as_file().set_permissions(old.permissions())?;
    }
    before(Step::Sync)?;
    temp.as_file().sync_all()?;
    Ok(temp.into_temp_path())
}

fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(BEGIN).suffix(END);
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(new) = file.metadata() else { return };
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) && fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _old: &Metadata) {}

/// Where the temporary files of a save to `folder` go: to the place that is meant for them where that is on the same disk, and
/// where files made in it would not differ from those made in the folder; else to the folder.
pub(super) fn rough_folder(rough: Option<&Path>, folder: &Path) -> PathBuf {
    let usable = |rough: &&Path| {
        let _ = fs::create_dir_all(rough);
        let looked_at = fs::symlink_metadata(rough).and_then(|there| Ok((there, fs::metadata(folder)?)));
        looked_at.is_ok_and(|(there, here)| there.is_dir() && is_alike(&there, &here))
    };
    rough.filter(usable).unwrap_or(folder).to_owned()
}

#[cfg(unix)]
fn is_alike(there: &Metadata, here: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    /// Files made in such a folder belong to its group.
    const SET_GROUP: u32 = 0o2000;
    there.dev() == here.dev() && (there.mode() | here.mode()) & SET_GROUP == 0
}

/// What is on the same disk cannot be told, but a rename tells.
#[cfg(not(unix))]
fn is_alike(_there: &Metadata, _here: &Metadata) -> bool {
    true
}

/// Gives a temporary file its place. Where another disk turns out to lie between, a copy beside the place does it.
pub(super) fn put_in_place(temp: TempPath, place: &Path, folder: &Path, over: bool) -> io::Result<()> {
    let put = |temp: TempPath| if over { temp.persist(place) } else { temp.persist_noclobber(place) };
    let Err(failed) = put(temp) else { return Ok(()) };
    if failed.error.kind() != io::ErrorKind::CrossesDevices {
        return Err(failed.error);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(BEGIN).suffix(END);
    let near = builder.make_in(folder, |near| fs::copy(&failed.path, near).map(drop))?.into_temp_path();
    File::options().write(true).open(&near)?.sync_all()?;
    put(near).map_err(|failed| failed.error)
}

pub(super) fn second_name(place: &Path, folder: &Path, before: Before<'_>) -> io::Result<TempPath> {
    before(Step::KeepOld)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(BEGIN).suffix(END);
    let linked = builder.make_in(folder, |kept| fs::hard_link(place, kept));
    let kept = match linked {
        Ok(kept) => kept,
        // Some file systems have no second names.
        Err(_) => builder.make_in(folder, |kept| fs::copy(place, kept).map(drop))?,
    };
    Ok(kept.into_temp_path())
}

/// Removes what a save that was killed left in a folder. `fresh` tells the time on that disk.
pub(super) fn sweep(folder: &Path, fresh: &Path) {
    const OLD: Duration = Duration::from_secs(3600);
    let modified = |path: &Path| fs::metadata(path).and_then(|found| found.modified());
    let (Ok(now), Ok(entries)) = (modified(fresh), fs::read_dir(folder)) else { return };
    for entry in entries.flatten().take(10_000) {
        let left = entry.file_name().to_str().is_some_and(is_temporary)
            && modified(&entry.path()).is_ok_and(|then| now.duration_since(then).is_ok_and(|age| age > OLD));
        if left {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Folders made for a save; removed again when it fails.
#[derive(Default)]
pub(super) struct Made {
    folders: Vec<PathBuf>,
}

impl Made {
    /// The save went well: the folders stay.
    pub(super) fn keep(&mut self) {
        self.folders.clear();
    }

    pub(super) fn make_all(&mut self, folder: &Path, before: Before<'_>) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make_all(above, before)?;
        }
        before(Step::MakeFolder)?;
        fs::create_dir(folder)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.folders.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
