//! Files on their way, whatever the protocol.

use super::{FileError, FileStat, ftp, sftp};
use bytes::Bytes;

/// A file that is read from front to end, ahead of who takes it.
#[derive(Debug)]
pub struct FileReader(pub(super) ReadWay);

#[derive(Debug)]
pub(super) enum ReadWay {
    Sftp(Box<sftp::Reader>),
    Ftp(Box<ftp::Reader>),
}

/// A file that is written from front to end. It is whole only when [`FileWriter::finish`] said so.
#[derive(Debug)]
pub struct FileWriter(pub(super) WriteWay);

#[derive(Debug)]
pub(super) enum WriteWay {
    Sftp(sftp::Writer),
    Ftp(Box<ftp::Writer>),
}

/// A file that the host copies by itself, step by step. It is whole only when [`FileCopy::finish`] said so.
#[derive(Debug)]
pub struct FileCopy(pub(super) CopyWay);

#[derive(Debug)]
pub(super) enum CopyWay {
    Sftp(sftp::Copier),
}

impl FileReader {
    /// What the file was like when it was opened. A file that grows meanwhile is read up to its length then.
    pub fn stat(&self) -> &FileStat {
        match &self.0 {
            ReadWay::Sftp(reader) => reader.stat(),
            ReadWay::Ftp(reader) => reader.stat(),
        }
    }

    /// The next bytes, in order; `None` at the end. A future that is dropped loses nothing: the next call goes on.
    ///
    /// # Errors
    /// When the host fails to read or is lost; then it is over.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        match &mut self.0 {
            ReadWay::Sftp(reader) => reader.next().await,
            ReadWay::Ftp(reader) => reader.next().await,
        }
    }
}

impl FileWriter {
    /// Writes on. It returns when the bytes are on their way, not when they are there. A future that is dropped leaves it
    /// open how many of the bytes went: the writer is then good for nothing but being dropped.
    ///
    /// # Errors
    /// When the host could not write these or earlier bytes: [`FileError::DiskFull`], say; then it is over.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), FileError> {
        match &mut self.0 {
            WriteWay::Sftp(writer) => writer.write(bytes).await,
            WriteWay::Ftp(writer) => writer.write(bytes).await,
        }
    }

    /// Up to which offset the host has everything: from there it can be gone on after a break.
    pub fn confirmed(&self) -> u64 {
        match &self.0 {
            WriteWay::Sftp(writer) => writer.confirmed(),
            WriteWay::Ftp(writer) => writer.confirmed(),
        }
    }

    /// Waits until everything is on the host's disk, where the server knows how; else until the host has it.
    ///
    /// # Errors
    /// As [`FileWriter::write`].
    pub async fn sync(&mut self) -> Result<(), FileError> {
        match &mut self.0 {
            WriteWay::Sftp(writer) => writer.sync().await,
            WriteWay::Ftp(writer) => writer.sync().await,
        }
    }

    /// Waits until the host has everything, and closes the file.
    ///
    /// # Errors
    /// As [`FileWriter::write`].
    pub async fn finish(self) -> Result<(), FileError> {
        match self.0 {
            WriteWay::Sftp(writer) => writer.finish().await,
            WriteWay::Ftp(writer) => writer.finish().await,
        }
    }
}

impl FileCopy {
    /// How many bytes are copied.
    pub fn copied(&self) -> u64 {
        match &self.0 {
            CopyWay::Sftp(copier) => copier.copied(),
        }
    }

    /// Copies some more; says whether there is still more.
    ///
    /// # Errors
    /// When the host could not read or write: [`FileError::DiskFull`], say; then it is over.
    pub async fn step(&mut self) -> Result<bool, FileError> {
        match &mut self.0 {
            CopyWay::Sftp(copier) => copier.step().await,
        }
    }

    /// Copies what is left, and closes the copy.
    ///
    /// # Errors
    /// As [`FileCopy::step`].
    pub async fn finish(self) -> Result<(), FileError> {
        match self.0 {
            CopyWay::Sftp(copier) => copier.finish().await,
        }
    }
}
