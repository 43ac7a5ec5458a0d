//! What is in folders, however deep. Links are never followed: a link is what it is, not where it leads.

use super::{Files, absolute, handles::Lane};
use crate::{Caller, ServiceError};
use futures::{StreamExt, future::join_all, stream};
use transport::{FileError, FileStat, Files as HostFiles, ListLimits};
use wire::files::{EntryKind, FilesCount, MOST_PATHS, PathsRequest, RemotePath};

/// So many files of a folder are looked at or worked on at once; the protocol's client bounds it further.
pub(super) const AT_ONCE: usize = 32;

/// So many folders are listed at once.
const LISTED_AT_ONCE: usize = 8;

/// So many entries of a folder are in memory at once.
pub(super) const LISTED: usize = 20_000;

/// Before somebody is asked, so much is counted.
const COUNTED: u64 = 100_000;

/// Before work begins, so much is counted: what there is more is worked on uncounted.
pub(super) const COUNTED_FOR_WORK: u64 = 1_000_000;

/// Deeper folders are left alone: no path is that long.
pub(super) const DEEPEST: usize = 512;

impl Files {
    /// How much these are, so that a person can be told before it goes. Counting ends at 100,000.
    ///
    /// # Errors
    /// `BadInput` for none or too many paths, what the host says.
    pub async fn count(&self, caller: &Caller, host: &str, request: &PathsRequest) -> Result<FilesCount, ServiceError> {
        refuse_number(&request.paths)?;
        let (_, files) = self.open(caller, host, Lane::Looking).await?;
        let paths = all_absolute(&files, &request.paths).await?;
        Ok(count(&files, &paths, COUNTED).await?)
    }
}

/// Refuses no paths and too many.
pub(super) fn refuse_number(paths: &[RemotePath]) -> Result<(), ServiceError> {
    if paths.is_empty() || paths.len() > MOST_PATHS {
        return Err(ServiceError::bad(format!("name 1 to {MOST_PATHS} files or folders at once")));
    }
    Ok(())
}

/// All of them from the root on.
pub(super) async fn all_absolute(files: &HostFiles, paths: &[RemotePath]) -> Result<Vec<RemotePath>, ServiceError> {
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        all.push(absolute(files, path).await?);
    }
    Ok(all)
}

/// What stands at each of these paths, in this order.
pub(super) async fn stats(files: &HostFiles, paths: &[RemotePath]) -> Vec<Result<FileStat, FileError>> {
    let stats = stream::iter(paths.iter().cloned()).map(|path| async move { files.lstat(&path).await });
    stats.buffered(AT_ONCE).collect().await
}

/// Counts, up to so many. A folder that cannot be read counts as itself.
pub(super) async fn count(files: &HostFiles, paths: &[RemotePath], most: u64) -> Result<FilesCount, FileError> {
    let mut count = FilesCount::default();
    let mut folders = Vec::new();
    for (path, stat) in paths.iter().zip(stats(files, paths).await) {
        if add(&mut count, &stat?) {
            folders.push((path.clone(), 0));
        }
    }
    while !folders.is_empty() {
        let next = folders.split_off(folders.len().saturating_sub(LISTED_AT_ONCE));
        let listings =
            join_all(next.iter().map(|(folder, _)| files.list(folder, ListLimits { entries: LISTED }))).await;
        for ((folder, depth), listing) in next.iter().zip(listings) {
            let listing = match listing {
                Ok(listing) => listing,
                Err(error) if error.is_lost() => return Err(error),
                Err(_) => continue,
            };
            count.cut |= listing.cut;
            for found in &listing.entries {
                if count.files + count.folders >= most {
                    count.cut = true;
                    return Ok(count);
                }
                if add(&mut count, &found.stat) && depth + 1 < DEEPEST {
                    folders.push((folder.join(&found.name), depth + 1));
                }
            }
        }
    }
    Ok(count)
}

/// Whether it is a folder.
fn add(count: &mut FilesCount, stat: &FileStat) -> bool {
    let is_folder = stat.kind == EntryKind::Directory;
    if is_folder {
        count.folders += 1;
    } else {
        count.files += 1;
        count.bytes += if stat.kind == EntryKind::File { stat.size } else { 0 };
    }
    is_folder
}
