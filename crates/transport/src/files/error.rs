//! What can go wrong with files on a host. Each text says what happened and what to do.

use crate::{DialError, ShownCertificate};
use thiserror::Error;
use wire::files::RemotePath;

/// No usual file system takes longer names, in bytes. A host may all the same: only what it refused is told so.
const LONGEST_NAME: usize = 255;

/// Why something with files failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// There is nothing at this path.
    #[error("{path} is not there. It may have been moved or deleted; look at its folder again.")]
    NotFound {
        /// What was looked for.
        path: RemotePath,
    },
    /// A link stands there, and nothing at its end.
    #[error("the link {path} leads nowhere, or in a circle. Make what it leads to, or make the link anew.")]
    LeadsNowhere {
        /// Which link.
        path: RemotePath,
    },
    /// The host's rights forbid it.
    #[error("the host does not allow this user to do that with {path}. Change its rights, or sign in as another user.")]
    Denied {
        /// With what.
        path: RemotePath,
    },
    /// Something is there already.
    #[error("{path} is there already. Choose another name, or replace it.")]
    Exists {
        /// What is there.
        path: RemotePath,
    },
    /// A directory that should go holds something.
    #[error("the folder {path} is not empty. Delete what is in it first.")]
    NotEmpty {
        /// Which.
        path: RemotePath,
    },
    /// A directory stands where a file was meant.
    #[error("{path} is a folder, not a file.")]
    IsDirectory {
        /// Where.
        path: RemotePath,
    },
    /// A device, a pipe or a socket stands where a file was meant.
    #[error("{path} is a device, a pipe or a socket, not a file.")]
    NotAFile {
        /// Where.
        path: RemotePath,
    },
    /// Something else stands where a directory was meant.
    #[error("{path} is not a folder.")]
    NotADirectory {
        /// Where.
        path: RemotePath,
    },
    /// The host has no room left.
    #[error("no room is left on the host's disk for {path}. Free some, then try again.")]
    DiskFull {
        /// What was written.
        path: RemotePath,
    },
    /// The host takes no name that is so long.
    #[error(
        "a name of {length} bytes is too long for the host: at most {LONGEST_NAME} bytes are taken. Choose a shorter one."
    )]
    NameTooLong {
        /// How long it is, in bytes.
        length: usize,
    },
    /// The host takes no such name.
    #[error("the host takes no such name: {path}. It is too long, or has characters that the host forbids.")]
    BadName {
        /// Which.
        path: RemotePath,
    },
    /// The host's server cannot do that.
    #[error("the host's file server cannot {what}.")]
    Unsupported {
        /// What it cannot do, as a verb.
        what: &'static str,
    },
    /// The host refused without a reason that is known here.
    #[error("the host failed with {path}: {why}.")]
    Refused {
        /// With what.
        path: RemotePath,
        /// What it said.
        why: String,
    },
    /// The connection broke.
    #[error("the connection to the host's files was lost: {why}.")]
    Lost {
        /// What broke.
        why: String,
    },
    /// The host stopped answering.
    #[error("the host's file server did not answer in time. Try again; the host may be overloaded.")]
    TimedOut,
    /// Other transfers use all connections that a file server gets from here.
    #[error(
        "other transfers use all connections to the host's file server. Wait until one of them ends, then try again."
    )]
    Busy,
    /// Something else than a file server answered.
    #[error("what answers is not the file server that was expected: {why}. Check the port and the protocol.")]
    NotUnderstood {
        /// What it said instead.
        why: String,
    },
    /// The host and Berth could not agree on TLS, or the host does not do without. No password was sent.
    #[error("the connection to the host's files cannot be encrypted as asked: {why}.")]
    NotEncrypted {
        /// What stood in the way.
        why: String,
    },
    /// The host showed a certificate for which nobody known vouches. No password was sent.
    #[error(
        "the host's certificate is not trusted ({}). Its SHA-256 is {}: compare it with the host's own, then trust it.",
        .0.why,
        .0.fingerprint
    )]
    CertificateUnknown(Box<ShownCertificate>),
    /// The host showed another certificate than the trusted one. No password was sent.
    #[error(
        "the host's certificate changed from {trusted} to {}. It was renewed, or someone stands in between: find out which \
         before you trust it.",
        shown.fingerprint
    )]
    CertificateChanged {
        /// What the host showed.
        shown: Box<ShownCertificate>,
        /// The fingerprint that is trusted.
        trusted: String,
    },
    /// There was no way to the host's files at all.
    #[error(transparent)]
    Link(DialError),
}

impl FileError {
    /// Why the host does not take this path as it is.
    pub(super) fn bad_name(path: &RemotePath) -> Self {
        Self::too_long(path).unwrap_or_else(|| Self::BadName { path: path.clone() })
    }

    /// Whether one of the names in this path is longer than hosts take.
    pub(super) fn too_long(path: &RemotePath) -> Option<Self> {
        let length = path.as_bytes().split(|byte| *byte == b'/').map(<[u8]>::len).max()?;
        (length > LONGEST_NAME).then_some(Self::NameTooLong { length })
    }

    /// The same, told of another path where it is about this one: nobody knows the name that a file has while it is written.
    pub fn told_of(mut self, part: &RemotePath, whole: &RemotePath) -> Self {
        if let Self::NotFound { path }
        | Self::LeadsNowhere { path }
        | Self::Denied { path }
        | Self::Exists { path }
        | Self::NotEmpty { path }
        | Self::IsDirectory { path }
        | Self::NotAFile { path }
        | Self::NotADirectory { path }
        | Self::DiskFull { path }
        | Self::BadName { path }
        | Self::Refused { path, .. } = &mut self
            && path == part
        {
            path.clone_from(whole);
        }
        self
    }

    /// Whether the way to the files is gone, so that only a new one helps.
    pub const fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Lost { .. }
                | Self::TimedOut
                | Self::NotUnderstood { .. }
                | Self::NotEncrypted { .. }
                | Self::CertificateUnknown(_)
                | Self::CertificateChanged { .. }
                | Self::Link(_)
        )
    }
}

impl From<DialError> for FileError {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Lost { why } => Self::Lost { why },
            other => Self::Link(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_with_a_part_is_told_of_its_file() {
        let [part, whole, other] = ["/a/b.berth-part", "/a/b", "/a"].map(|path| path.parse::<RemotePath>().unwrap());
        let full = |path: &RemotePath| FileError::DiskFull { path: path.clone() };
        assert_eq!(full(&part).told_of(&part, &whole), full(&whole));
        assert_eq!(full(&other).told_of(&part, &whole), full(&other));
    }
}
