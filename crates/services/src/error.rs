//! What can go wrong in the house, and its one translation into the words that a browser may know.

use std::time::Duration;
use storage::{AccountRecord, StorageError};
use transport::{DialError, FileError, LdapError, NetBoxError, OidcError};
use wire::{
    Fault, FaultCode, NeededSecret,
    files::{FileChanged, RemotePath},
    inventory::{HostKeyScan, HostQuestion},
    terminal::LimitReached,
};

/// When something may be tried again that others held up, in seconds.
const RETRY_BUSY: u64 = 10;

/// When a transfer may be tried again that found no place, in seconds.
const RETRY_TRANSFER: u64 = 5;

/// A failure of a service call.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A field is not acceptable.
    #[error("{0}")]
    BadInput(String),
    /// The name or the password is wrong; which one is not told.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// An authenticator's answer proves nothing; why not is not told.
    #[error("this passkey was not accepted here; try again, or sign in another way")]
    WrongPasskey,
    /// What should open the vault of an account without a password is wrong.
    #[error("the vault passphrase is wrong; it is the one that you chose here, not the password of your provider")]
    WrongPassphrase,
    /// No passphrase was chosen yet.
    #[error("choose a vault passphrase first, on the account page")]
    NoPassphrase,
    /// A provider of identities could not vouch for anybody.
    #[error(transparent)]
    Provider(OidcError),
    /// The directory could not be asked; whether the name is one of its names is not told.
    #[error("the name or the password is wrong, or they are known in the directory, which cannot be asked now ({0})")]
    Directory(LdapError),
    /// The code of the second factor is none, or none any more.
    #[error("{0}")]
    WrongCode(&'static str),
    /// The server requires a second factor, and the account has none.
    #[error("this server requires a second factor; set one up on its page, then go on")]
    SetUpNeeded,
    /// The token, cookie or code opens nothing.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Signed in, but not allowed.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The owner of a host does not allow it.
    #[error("{0}")]
    NotGranted(String),
    /// No such thing for this account.
    #[error("there is no {what} {name:?}; it may have been deleted")]
    NotFound {
        /// The noun.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// It clashes with what is there.
    #[error("{0}")]
    Conflict(String),
    /// Several hosts have the name.
    #[error("{count} hosts are called {name}; say which one by its id")]
    AmbiguousHost {
        /// Their name.
        name: String,
        /// How many.
        count: usize,
    },
    /// Stored secrets cannot be opened.
    #[error("{}", locked_text(*.by_token))]
    VaultLocked {
        /// Whether the caller came by an API token.
        by_token: bool,
    },
    /// Too many wrong tries.
    #[error("too many tries; wait {} s and try again", .0.as_secs().max(1))]
    TooManyTries(Duration),
    /// Every place is taken.
    #[error("{}", .0.message)]
    SessionLimit(Box<LimitReached>),
    /// As many connections stand as an account may have.
    #[error("{most} connections stand, which is all that an account may have; close one first")]
    ConnectionLimit {
        /// How many.
        most: usize,
    },
    /// As many downloads go on as an account may have at once.
    #[error("{most} downloads of yours go on, which is all that an account may have at once; wait for one to end")]
    TooManyDownloads {
        /// How many.
        most: usize,
    },
    /// A connection could not be opened, or stands no more.
    #[error(transparent)]
    NotConnected(DialError),
    /// Something with files on a host failed.
    #[error(transparent)]
    Files(FileError),
    /// NetBox could not be asked.
    #[error(transparent)]
    NetBox(NetBoxError),
    /// The host does not answer.
    #[error("{name} does not answer at {endpoint}; check that it is switched on and reachable, then try again")]
    HostOffline {
        /// The host's name.
        name: String,
        /// Where it was tried.
        endpoint: String,
    },
    /// Access was never set up and there is nothing to sign in with.
    #[error("access to {name} is not set up; choose a credential for it or run \"Set up access\"")]
    NotBootstrapped {
        /// The host's name.
        name: String,
    },
    /// The host's key is not trusted yet.
    #[error("the key of {} is not known yet; compare its fingerprint and trust it", .0.endpoint)]
    HostKeyUnknown(Box<HostKeyScan>),
    /// The host's key is not the trusted one, nor the one that a script named.
    #[error("the key of {} is another one than expected; somebody may be listening, or the host was reinstalled", .0.endpoint)]
    HostKeyChanged(Box<HostKeyScan>),
    /// The host asks something at sign-in; the same call with the answers goes on.
    #[error("the host asks at sign-in; answer it to go on")]
    QuestionAsked(Box<HostQuestion>),
    /// Dialling failed for another reason.
    #[error(transparent)]
    Dial(DialError),
    /// A file is another one than the one that was read.
    #[error("the file was changed on the host since it was read; look at it again, or save it all the same")]
    FileChanged(Box<FileChanged>),
    /// More than fits.
    #[error("{0}")]
    TooLarge(String),
    /// The database failed.
    #[error("the database could not be used")]
    Storage(#[source] StorageError),
    /// A policy requires a recording, and there can be none.
    #[error("the session was not opened, because it cannot be recorded and a policy requires that: {0}; ask an admin")]
    NotRecorded(String),
    /// A fault of the server.
    #[error("{0}")]
    Internal(&'static str),
    /// Not now.
    #[error("{0}")]
    Unavailable(&'static str),
    /// Others are at it; it can be tried again soon.
    #[error("{0}")]
    Busy(&'static str),
}

fn locked_text(by_token: bool) -> &'static str {
    if by_token {
        "this token was made without the vault and opens no stored secret; make one while signed in"
    } else {
        "your vault is locked; open it on the account page"
    }
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Taken { what } => Self::Conflict(what.to_owned()),
            gone @ StorageError::Gone { .. } => Self::Conflict(gone.to_string()),
            cursor @ StorageError::BadCursor => Self::BadInput(cursor.to_string()),
            other => Self::Storage(other),
        }
    }
}

impl ServiceError {
    /// The same in the words of an account that proves itself with its vault's passphrase.
    pub(crate) fn told_to(self, account: &AccountRecord) -> Self {
        match self {
            Self::WrongPassword if account.has_password => self,
            Self::WrongPassword if account.password_hash.is_empty() => Self::NoPassphrase,
            Self::WrongPassword => Self::WrongPassphrase,
            other => other,
        }
    }

    /// A refusal of a field.
    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self::BadInput(text.into())
    }

    /// No such thing for this account.
    pub(crate) fn missing(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }

    fn code(&self) -> FaultCode {
        match self {
            Self::BadInput(_) => FaultCode::BadInput,
            Self::WrongPassword | Self::WrongPassphrase | Self::WrongPasskey => FaultCode::WrongPassword,
            Self::NoPassphrase => FaultCode::VaultLocked,
            Self::Provider(OidcError::Refused(_) | OidcError::NotProven(_)) => FaultCode::Unauthenticated,
            Self::Provider(_) | Self::Directory(_) => FaultCode::RemoteFailed,
            Self::WrongCode(_) => FaultCode::WrongCode,
            Self::SetUpNeeded => FaultCode::SecondFactorSetupNeeded,
            Self::Unauthenticated(_) => FaultCode::Unauthenticated,
            Self::Forbidden(_) | Self::NotGranted(_) => FaultCode::Forbidden,
            Self::NotFound { .. } => FaultCode::NotFound,
            Self::Conflict(_) => FaultCode::Conflict,
            Self::AmbiguousHost { .. } => FaultCode::AmbiguousHost,
            Self::VaultLocked { .. } => FaultCode::VaultLocked,
            Self::TooManyTries(_) => FaultCode::TooManyTries,
            Self::SessionLimit(_) => FaultCode::SessionLimit,
            Self::ConnectionLimit { .. } => FaultCode::ConnectionLimit,
            Self::TooManyDownloads { .. } => FaultCode::TransferLimit,
            Self::NotConnected(DialError::SignInFailed { .. }) => FaultCode::HostSignInFailed,
            Self::NotConnected(_) => FaultCode::RemoteFailed,
            Self::Files(error) => files_code(error),
            Self::NetBox(error) => netbox_code(error),
            Self::HostOffline { .. } => FaultCode::HostOffline,
            Self::NotBootstrapped { .. } => FaultCode::NotBootstrapped,
            Self::HostKeyUnknown(_) => FaultCode::HostKeyUnknown,
            Self::HostKeyChanged(_) => FaultCode::HostKeyChanged,
            Self::QuestionAsked(_) => FaultCode::QuestionAsked,
            Self::Dial(error) => dial_code(error),
            Self::FileChanged(_) => FaultCode::FileChanged,
            Self::TooLarge(_) => FaultCode::TooLarge,
            Self::Storage(_) | Self::Internal(_) => FaultCode::Internal,
            Self::Unavailable(_) | Self::Busy(_) | Self::NotRecorded(_) => FaultCode::Unavailable,
        }
    }

    /// What a browser or a script may know of it. The rest goes to the log.
    pub fn fault(&self) -> Fault {
        let mut fault = Fault::new(self.code(), self.to_string());
        match self {
            Self::Busy(_) => fault.retry_after_seconds = Some(RETRY_BUSY),
            Self::TooManyTries(wait) => fault.retry_after_seconds = Some(wait.as_secs().max(1)),
            Self::TooManyDownloads { .. } | Self::Files(FileError::Busy) => {
                fault.retry_after_seconds = Some(RETRY_TRANSFER)
            }
            Self::SessionLimit(limit) => fault.limit = Some(limit.clone()),
            Self::HostKeyUnknown(scan) | Self::HostKeyChanged(scan) => fault.host_key = Some(scan.clone()),
            Self::FileChanged(changed) => fault.changed = Some(changed.clone()),
            Self::Dial(DialError::SecretNeeded { what, .. }) => fault.needs = Some(needed(*what)),
            Self::QuestionAsked(question) => fault.question = Some(question.clone()),
            Self::Files(FileError::CertificateUnknown(shown) | FileError::CertificateChanged { shown, .. }) => {
                fault.certificate_fingerprint = Some(shown.fingerprint.as_str().into());
            }
            Self::NetBox(NetBoxError::CertificateUnknown(shown) | NetBoxError::CertificateChanged(shown)) => {
                fault.certificate_fingerprint = Some(shown.fingerprint.as_str().into());
            }
            Self::Storage(error) => tracing::error!(%error, "the database could not be used"),
            _ => {}
        }
        fault
    }
}

fn needed(what: transport::NeededSecret) -> NeededSecret {
    match what {
        transport::NeededSecret::Password => NeededSecret::Password,
        transport::NeededSecret::Passphrase => NeededSecret::Passphrase,
    }
}

/// A host's refusal is no refusal of Berth: the codes are those of the file, not of the sign-in.
fn files_code(error: &FileError) -> FaultCode {
    match error {
        FileError::CertificateUnknown(_) => FaultCode::CertificateUnknown,
        FileError::CertificateChanged { .. } => FaultCode::CertificateChanged,
        FileError::NotFound { .. } | FileError::LeadsNowhere { .. } => FaultCode::NotFound,
        FileError::Denied { .. } => FaultCode::Forbidden,
        FileError::Exists { .. } => FaultCode::Exists,
        FileError::NotEmpty { .. } => FaultCode::Conflict,
        FileError::IsDirectory { .. }
        | FileError::NotAFile { .. }
        | FileError::NotADirectory { .. }
        | FileError::BadName { .. }
        | FileError::NameTooLong { .. }
        | FileError::Unsupported { .. } => FaultCode::BadInput,
        FileError::DiskFull { .. } => FaultCode::DiskFull,
        FileError::TimedOut => FaultCode::TimedOut,
        FileError::Busy => FaultCode::TransferLimit,
        FileError::Link(error) => dial_code(error),
        FileError::Refused { .. }
        | FileError::Lost { .. }
        | FileError::NotUnderstood { .. }
        | FileError::NotEncrypted { .. } => FaultCode::RemoteFailed,
    }
}

/// A refusal by NetBox is no refusal by Berth: its codes say that something remote failed.
fn netbox_code(error: &NetBoxError) -> FaultCode {
    match error {
        NetBoxError::BadUrl(_) | NetBoxError::NotAllowed { .. } | NetBoxError::BadAuthority(_) => FaultCode::BadInput,
        NetBoxError::CertificateUnknown(_) => FaultCode::CertificateUnknown,
        NetBoxError::CertificateChanged(_) => FaultCode::CertificateChanged,
        NetBoxError::TimedOut(_) => FaultCode::TimedOut,
        _ => FaultCode::RemoteFailed,
    }
}

fn dial_code(error: &DialError) -> FaultCode {
    match error {
        DialError::Refused { .. } | DialError::Unreachable { .. } | DialError::UnknownName { .. } => {
            FaultCode::HostOffline
        }
        DialError::TimedOut { .. } => FaultCode::TimedOut,
        DialError::SecretNeeded { .. } => FaultCode::SecretNeeded,
        DialError::Asked(_) => FaultCode::QuestionAsked,
        DialError::SignInFailed { .. } => FaultCode::HostSignInFailed,
        DialError::Key(_) => FaultCode::BadInput,
        DialError::HostKeyUnknown(_) => FaultCode::HostKeyUnknown,
        DialError::HostKeyChanged { .. } => FaultCode::HostKeyChanged,
        _ => FaultCode::RemoteFailed,
    }
}

impl ServiceError {
    /// The same, told of the whole file where it is about its part.
    pub(crate) fn told_of(self, part: &RemotePath, whole: &RemotePath) -> Self {
        match self {
            Self::Files(error) => Self::Files(error.told_of(part, whole)),
            other => other,
        }
    }
}

impl From<FileError> for ServiceError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Link(error) => Self::Dial(error),
            other => Self::Files(other),
        }
    }
}

impl From<NetBoxError> for ServiceError {
    fn from(error: NetBoxError) -> Self {
        Self::NetBox(error)
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        error.fault()
    }
}
