//! What all measures share: one sshd, one key, and a folder in memory that the remote user may write to.

use crate::{Result, openssh::OpenSsh};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use testkit::{
    keygen::{KeySpec, TestKey, make_key},
    sshd::{Sshd, USER},
};
use tokio::runtime::Runtime;

/// The measures' surroundings.
pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) sshd: Sshd,
    pub(crate) key: TestKey,
    pub(crate) openssh: OpenSsh,
    folder: TempDir,
}

impl World {
    /// Starts everything.
    pub(crate) fn build() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let sshd = runtime.block_on(Sshd::start());
        let key = make_key(KeySpec::default());
        sshd.authorize(&key.public);
        let file = sshd.dir().join("bench_key");
        fs::write(&file, &key.private)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let openssh = OpenSsh { key: file, port: sshd.port() };
        // In memory: a disk would be the measure.
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in("/dev/shm")?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let world = Self { runtime, sshd, key, openssh, folder };
        for name in ["here", "there"] {
            world.fresh(name)?;
        }
        Ok(world)
    }

    /// A path on this side.
    pub(crate) fn here(&self, name: &str) -> PathBuf {
        self.folder.path().join("here").join(name)
    }

    /// A path on the host's side.
    pub(crate) fn there(&self, name: &str) -> PathBuf {
        self.folder.path().join("there").join(name)
    }

    /// An empty folder in place of what was there.
    pub(crate) fn fresh(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir(&path)?;
        give(&path)?;
        Ok(path)
    }
}

/// Makes the remote user its owner.
pub(crate) fn give(path: &Path) -> Result<()> {
    let id = |flag| -> Result<u32> {
        let output = Command::new("id").args([flag, USER]).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    };
    Ok(chown(path, Some(id("-u")?), Some(id("-g")?))?)
}
