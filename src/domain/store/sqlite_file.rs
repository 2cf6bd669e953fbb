//! The SQLite file while the server runs: created private, and watched by device and inode.
//!
//! SQLite keeps its files open. If somebody deletes or replaces one, it goes on writing into a file that has no name any more, and says
//! nothing. So the path is compared with the file that was opened, by device and inode. An inode cannot come back by chance: the file is
//! held open, so the system does not give its inode to another.
//!
//! If the same file is moved back, all goes on. If another file is in its place, only a restart is safe: the open connections belong to
//! the old file, and a new connection would mix the new file with the old write-ahead log. None is opened meanwhile.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::storage_fault::Fault;

/// Room that a disk must have before writing resumes: one request of usual size, its index and its events.
const ROOM: usize = 1 << 20;

/// The files of an open database.
pub struct SqliteFile {
    /// As it was configured: a link in it may be changed, too.
    path: PathBuf,
    files: Vec<(PathBuf, Identity)>,
}

/// The identity of a file, whatever its name.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|file| Self { device: file.dev(), inode: file.ino() })
    }
}

/// Creates the file if it is missing, readable and writable for its owner only. SQLite gives -wal and -shm the same mode.
///
/// Never opens a file that exists: closing it again would release the locks that another connection of this process holds on it.
pub fn create_private(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl SqliteFile {
    /// The files of a database that a connection has opened and read.
    pub fn opened(path: &Path) -> io::Result<Self> {
        // SQLite puts the neighbours next to the file that a link leads to.
        let target = fs::canonicalize(path)?;
        let mut files = vec![(path.to_owned(), Identity::of(path)?)];
        for ending in ["-wal", "-shm"] {
            let neighbour = neighbour(&target, ending);
            if let Ok(identity) = Identity::of(&neighbour) {
                files.push((neighbour, identity));
            }
        }
        Ok(Self { path: path.to_owned(), files })
    }

    /// Errors unless every file is the one that was opened.
    pub fn in_place(&self) -> Result<(), Fault> {
        for (path, opened) in &self.files {
            match Identity::of(path) {
                Ok(identity) if identity == *opened => {}
                Ok(_) => return Err(Fault::Replaced),
                Err(_) => return Err(Fault::Missing),
            }
        }
        Ok(())
    }

    /// Sets the old log aside if another database file is in place: SQLite would apply it to that one at the next start.
    ///
    /// Only for the end, when no connection is open any more.
    pub fn set_log_aside(&self) {
        let [(path, database), neighbours @ ..] = &self.files[..] else { return };
        if Identity::of(path).is_ok_and(|found| found != *database) {
            for (path, opened) in neighbours {
                if Identity::of(path).is_ok_and(|found| found == *opened) {
                    let moved = fs::rename(path, neighbour(path, ".replaced"));
                    tracing::warn!(?path, ?moved, "the log of the replaced database is set aside");
                }
            }
        }
    }

    /// Errors unless there is room next to the file. One row may still find room where a request does not.
    pub fn has_room(&self) -> Result<(), Fault> {
        let path = neighbour(&self.path, "-room");
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(&vec![1; ROOM]).and_then(|()| file.sync_all()));
        let removed = fs::remove_file(&path);
        written.and(removed).or_else(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Err(Fault::DiskFull),
            io::ErrorKind::ReadOnlyFilesystem => Err(Fault::ReadOnly),
            io::ErrorKind::NotFound => Err(Fault::Missing),
            // The folder may belong to somebody else. Only an attempt by SQLite itself can decide.
            io::ErrorKind::PermissionDenied => Ok(()),
            _ => Err(Fault::InputOutput),
        })
    }
}

fn neighbour(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
