//! A text that is read, changed and saved. The original stays until the new text is whole on the host's disk, and a text
//! that somebody else changed meanwhile is not lost: saving over it is refused.

use super::{Files, absolute, audited, entry_at, handles::Lane, part::own_part_of};
use crate::{Caller, ServiceError};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use transport::{FileError, FileStat, Files as HostFiles, WriteMode};
use wire::files::{
    EntryKind, FileChanged, FileVersion, LARGEST_TEXT, RemotePath, TextDraft, TextFile, TextSaved, size_formatted,
};

/// A text goes out in pieces of so many bytes.
const PIECE: usize = 256 * 1024;

impl Files {
    /// Reads a text.
    ///
    /// # Errors
    /// `TooLarge` above [`LARGEST_TEXT`], `BadInput` when it is no text, what the host says.
    pub async fn text(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<TextFile, ServiceError> {
        let (_, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, path).await?;
        let (stat, content) = read(&files, &path).await?;
        let version = version(&stat, &content);
        let text = String::from_utf8(content).ok().filter(|text| !text.contains('\0'));
        let text =
            text.ok_or_else(|| ServiceError::bad("this is no text in UTF-8; look at its bytes, or download it"))?;
        Ok(TextFile { entry: entry_at(&files, &path).await?, text, version })
    }

    /// Saves a text: what a link leads to, when the path is a link's. Rights stay; the owner stays where that is who is
    /// signed in on the host.
    ///
    /// # Errors
    /// `FileChanged` when the file is another one than the one that was read, what the host says. The file is then what it was.
    pub async fn save_text(&self, caller: &Caller, host: &str, draft: TextDraft) -> Result<TextSaved, ServiceError> {
        if draft.text.len() as u64 > LARGEST_TEXT {
            return Err(too_large());
        }
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let asked = absolute(&files, &draft.path).await?;
        let path = match files.lstat(&asked).await {
            Ok(stat) if stat.kind == EntryKind::Link => files.real_path(&asked).await?,
            _ => asked.clone(),
        };
        // From the comparison to the new name: of two that save at once the second finds the first's text.
        let _saving = self.0.uploads.begin(&host, &path, caller.account()).await;
        let before = match files.stat(&path).await {
            Ok(stat) if stat.kind == EntryKind::Directory => return Err(FileError::IsDirectory { path }.into()),
            Ok(stat) if stat.kind == EntryKind::Other => return Err(no_text()),
            Ok(stat) => Some(stat),
            Err(FileError::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(expected) = &draft.version {
            refuse_changed(&files, &path, expected, before.as_ref()).await?;
        }
        let part = own_part_of(&path)?;
        let content = Bytes::from(draft.text);
        let print = hex(&content);
        if let Err(error) = replace(&files, &path, &part, content, before.as_ref().and_then(|stat| stat.mode)).await {
            // What is half there must not stay; that it cannot be removed changes nothing about the answer.
            let _ = files.remove_file(&part).await;
            return Err(error.told_of(&part, &path).into());
        }
        self.0.audit.note(caller, "file.edit", audited(&host, &path), "saved").await;
        let stat = files.stat(&path).await?;
        let version = FileVersion { modified: stat.modified, size: stat.size, sha256: print };
        Ok(TextSaved { entry: entry_at(&files, &asked).await?, version })
    }
}

fn too_large() -> ServiceError {
    let most = size_formatted(LARGEST_TEXT);
    ServiceError::TooLarge(format!("texts up to {most} are edited here; download this one and edit it there"))
}

fn no_text() -> ServiceError {
    ServiceError::bad("this is a device, a pipe or a socket; it has no text")
}

fn hex(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content))
}

fn version(stat: &FileStat, content: &[u8]) -> FileVersion {
    FileVersion { modified: stat.modified, size: content.len() as u64, sha256: hex(content) }
}

async fn read(files: &HostFiles, path: &RemotePath) -> Result<(FileStat, Vec<u8>), ServiceError> {
    let mut reader = files.open_read(path, 0).await?;
    let stat = reader.stat().clone();
    if stat.kind == EntryKind::Other {
        return Err(no_text());
    }
    if stat.size > LARGEST_TEXT {
        return Err(too_large());
    }
    let mut content = Vec::new();
    while let Some(bytes) = reader.next().await? {
        if (content.len() + bytes.len()) as u64 > LARGEST_TEXT {
            return Err(too_large());
        }
        content.extend_from_slice(&bytes);
    }
    Ok((stat, content))
}

/// Times are whole seconds on most hosts, so that the content itself is compared when time and length agree.
async fn refuse_changed(
    files: &HostFiles,
    path: &RemotePath,
    expected: &FileVersion,
    found: Option<&FileStat>,
) -> Result<(), ServiceError> {
    let is_alike = match found {
        Some(found) if found.size == expected.size && found.modified == expected.modified => {
            hex(&read(files, path).await?.1) == expected.sha256
        }
        _ => false,
    };
    if is_alike {
        return Ok(());
    }
    Err(ServiceError::FileChanged(Box::new(FileChanged {
        expected_modified: expected.modified,
        found_modified: found.and_then(|found| found.modified),
        expected_size: expected.size,
        found_size: found.map(|found| found.size),
    })))
}

/// Writes beside it, then takes its place. The rights come before the content: what was secret stays so.
async fn replace(
    files: &HostFiles,
    path: &RemotePath,
    part: &RemotePath,
    content: Bytes,
    mode: Option<u32>,
) -> Result<(), FileError> {
    let mut writer = files.open_write(part, WriteMode::New).await?;
    if let Some(mode) = mode.filter(|_| files.abilities().chmod) {
        files.chmod(part, mode).await?;
    }
    let mut rest = content;
    while !rest.is_empty() {
        writer.write(rest.split_to(rest.len().min(PIECE))).await?;
    }
    writer.sync().await?;
    writer.finish().await?;
    files.rename(part, path, true).await
}
