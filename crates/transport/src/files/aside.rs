//! Replacing where the host cannot do it in one step: what is there is set aside and not removed before its name is taken.
//! Whoever gives up in between leaves nothing aside: the steps are gone on with. Only a host that is lost between them keeps
//! the old file under the name that it was given.

use crate::FileError;
use wire::files::{RemoteName, RemotePath};

/// Where what stands at this path is set aside: beside it, under a name that nobody has.
///
/// # Errors
/// When the path names no file.
pub(super) fn aside(path: &RemotePath) -> Result<RemotePath, FileError> {
    let nowhere = || FileError::BadName { path: path.clone() };
    let number = getrandom::u64().map_err(|_| FileError::Refused {
        path: path.clone(),
        why: "this server has no random numbers for a name beside it".to_owned(),
    })?;
    let name = RemoteName::from_bytes(format!(".berth-aside-{number:016x}")).map_err(|_| nowhere())?;
    path.parent().map(|parent| parent.join(&name)).ok_or_else(nowhere)
}

/// Does the steps in a task of their own, for whoever waits as long as they like to.
///
/// # Errors
/// What the steps say; `Lost` when the process stops in between.
pub(super) async fn to_its_end(
    steps: impl Future<Output = Result<(), FileError>> + Send + 'static,
) -> Result<(), FileError> {
    let gone = |_| Err(FileError::Lost { why: "the server stopped while the file was renamed".to_owned() });
    tokio::spawn(steps).await.unwrap_or_else(gone)
}
