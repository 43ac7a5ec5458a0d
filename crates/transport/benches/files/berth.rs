//! Our side: a link for bulk, the host's files on it, and nothing in between but reading and writing local files.

use crate::{Result, world::World};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::ffi::OsStrExt,
    path::Path,
    time::Duration,
};
use testkit::sshd::{ADDRESS, USER};
use transport::{Endpoint, Files, HostTrust, ListLimits, Login, Wish, WriteMode, dial_for};
use wire::{
    files::{RemoteName, RemotePath},
    vault::Secret,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// What is read of a local file at a time: what comes of a browser is smaller.
const PIECE: usize = 256 * 1024;

/// How many files are under way at a time.
const AT_ONCE: usize = 64;

/// A new link, and the files on it.
pub(crate) async fn files(world: &World) -> Result<Files> {
    files_at(world, world.sshd.port()).await
}

/// The same on another way to the host.
pub(crate) async fn files_at(world: &World, port: u16) -> Result<Files> {
    let endpoint = Endpoint { address: ADDRESS.to_owned(), port };
    let key = Some(Secret::new(world.key.private.as_str()));
    let login = Login { username: USER.to_owned(), private_key: key, ..Login::default() };
    let link =
        dial_for(Wish::Bulk, &endpoint, &login, &HostTrust::of_keys(&world.sshd.host_keys()), None, PATIENCE).await?;
    Ok(link.files().await?)
}

/// One file from there to here.
pub(crate) async fn down(files: &Files, from: &RemotePath, to: &Path) -> Result<()> {
    let mut reader = files.open_read(from, 0).await?;
    let mut file = File::create(to)?;
    while let Some(bytes) = reader.next().await? {
        file.write_all(&bytes)?;
    }
    Ok(())
}

/// One file from here to there.
pub(crate) async fn up(files: &Files, from: &Path, to: &RemotePath) -> Result<()> {
    let mut file = File::open(from)?;
    let length = file.metadata()?.len();
    let mut writer = files.open_write(to, WriteMode::Truncate).await?;
    let mut left = usize::try_from(length)?;
    while left > 0 {
        let mut piece = vec![0; left.min(PIECE)];
        file.read_exact(&mut piece)?;
        left -= piece.len();
        writer.write(Bytes::from(piece)).await?;
    }
    Ok(writer.finish().await?)
}

/// All files of a folder, from there to here.
pub(crate) async fn folder_down(files: &Files, from: &RemotePath, to: &Path) -> Result<()> {
    let listing = files.list(from, ListLimits { entries: 1_000_000 }).await?;
    stream::iter(listing.entries)
        .map(|found| async move {
            let name = std::ffi::OsStr::from_bytes(found.name.as_bytes());
            down(files, &from.join(&found.name), &to.join(name)).await
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// All files of a folder, from here to there.
pub(crate) async fn folder_up(files: &Files, from: &Path, to: &RemotePath) -> Result<()> {
    let names: Vec<_> = fs::read_dir(from)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    stream::iter(names)
        .map(|name| async move {
            let remote = to.join(&RemoteName::from_bytes(name.as_bytes())?);
            up(files, &from.join(&name), &remote).await
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The path as the host sees it.
pub(crate) fn remote(path: &Path) -> Result<RemotePath> {
    Ok(RemotePath::from_bytes(path.as_os_str().as_bytes())?)
}
