//! Small changes: a folder, a name, rights, a link.

use super::{Files, absolute, audited, entry_at, handles::Lane};
use crate::{Caller, ServiceError};
use transport::FileError;
use wire::files::{Entry, LinkRequest, ModeRequest, RemotePath, RenameRequest};

impl Files {
    /// Makes a folder.
    ///
    /// # Errors
    /// `Exists` when the name is taken, what dialling says, what the host says.
    pub async fn make_folder(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<Entry, ServiceError> {
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, path).await?;
        files.make_dir(&path).await?;
        self.0.audit.note(caller, "file.folder", audited(&host, &path), "made").await;
        entry_at(&files, &path).await
    }

    /// Renames or moves on one host.
    ///
    /// # Errors
    /// `Exists` when the name is taken and it is not said that what has it goes; `BadInput` for a folder that would move
    /// into itself; what the host says.
    pub async fn rename(&self, caller: &Caller, host: &str, request: &RenameRequest) -> Result<Entry, ServiceError> {
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let (from, to) = (absolute(&files, &request.from).await?, absolute(&files, &request.to).await?);
        if from != to && to.is_within(&from) {
            return Err(ServiceError::bad("a folder cannot be moved into itself; choose another folder"));
        }
        // Where renaming replaces unasked (old servers), the answer is the same.
        if !request.replace && from != to && is_there(&files, &to).await? {
            return Err(FileError::Exists { path: to }.into());
        }
        files.rename(&from, &to, request.replace).await?;
        self.0.audit.note(caller, "file.rename", audited(&host, &from), &format!("now {to}")).await;
        entry_at(&files, &to).await
    }

    /// Changes rights.
    ///
    /// # Errors
    /// `BadInput` for a number that is no rights, what the host says.
    pub async fn set_mode(&self, caller: &Caller, host: &str, request: &ModeRequest) -> Result<Entry, ServiceError> {
        if request.mode > 0o7777 {
            return Err(ServiceError::bad("rights are a number up to 4095 (octal 7777)"));
        }
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, &request.path).await?;
        files.chmod(&path, request.mode).await?;
        self.0.audit.note(caller, "file.mode", audited(&host, &path), &format!("now {:o}", request.mode)).await;
        entry_at(&files, &path).await
    }

    /// Makes a symbolic link.
    ///
    /// # Errors
    /// `Exists` when the name is taken, what the host says.
    pub async fn make_link(&self, caller: &Caller, host: &str, request: &LinkRequest) -> Result<Entry, ServiceError> {
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, &request.path).await?;
        if is_there(&files, &path).await? {
            return Err(FileError::Exists { path }.into());
        }
        files.make_link(&request.target, &path).await?;
        self.0.audit.note(caller, "file.link", audited(&host, &path), &format!("to {}", request.target)).await;
        entry_at(&files, &path).await
    }
}

/// Whether anything stands at this path, be it a link that leads nowhere.
pub(super) async fn is_there(files: &transport::Files, path: &RemotePath) -> Result<bool, ServiceError> {
    match files.lstat(path).await {
        Ok(_) => Ok(true),
        Err(FileError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
