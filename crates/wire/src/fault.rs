//! The failures that a browser or a script may know: SPEC §12, "Every error is …".

use crate::{
    files::FileChanged,
    inventory::{HostKeyScan, HostQuestion},
    terminal::LimitReached,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stable word for a kind of failure. Clients decide by this word, never by the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// 400: the request cannot be understood or a field is not acceptable.
    BadInput,
    /// 400: the host does not answer.
    HostOffline,
    /// 400: access to the host was never set up and there is no credential that could open it.
    NotBootstrapped,
    /// 401: nobody is signed in.
    Unauthenticated,
    /// 401: the name or the password is wrong.
    WrongPassword,
    /// 401: the code of the second factor is wrong, or was used already.
    WrongCode,
    /// 401: the password was right, and a code of the second factor is needed before anything else.
    SecondFactorNeeded,
    /// 403: the server requires a second factor, and the account has none: it can only set one up.
    SecondFactorSetupNeeded,
    /// 403: signed in, but not allowed.
    Forbidden,
    /// 403: the API token was made without a scope that this takes, or tokens never do this; the text names it.
    ScopeMissing,
    /// 403: the request came from another site.
    CrossSite,
    /// 404: there is no such thing, or it is another account's.
    NotFound,
    /// 409: it clashes with what is there.
    Conflict,
    /// 409: several hosts have this name; use the id.
    AmbiguousHost,
    /// 409: a file or folder has this name already.
    Exists,
    /// 409: the file is another one than the one that was read; both times come along.
    FileChanged,
    /// 409: the vault is locked; it opens with the recovery code or by signing in again.
    VaultLocked,
    /// 409: the host asks for a password or passphrase that the vault does not hold.
    SecretNeeded,
    /// 409: the host asks something at sign-in that only a person can answer; where the call can bring the answers, the
    /// question comes along.
    QuestionAsked,
    /// 409: the host key has not been trusted yet; the scan comes along.
    HostKeyUnknown,
    /// 409: the host key is not the trusted one; the scan comes along.
    HostKeyChanged,
    /// 409: nobody known vouches for the host's certificate; its fingerprint comes along.
    CertificateUnknown,
    /// 409: the host's certificate is not the trusted one; its fingerprint comes along.
    CertificateChanged,
    /// 413: the body is too large.
    TooLarge,
    /// 429: too many tries, or too many requests; wait `retry_after_seconds`.
    TooManyTries,
    /// 429: every place for a session is taken; what is open comes along.
    SessionLimit,
    /// 429: as many connections stand as an account may have.
    ConnectionLimit,
    /// 429: as many downloads go on as an account may have at once; wait `retry_after_seconds`.
    TransferLimit,
    /// 500: a fault of the server.
    Internal,
    /// 502: the host refused or broke off.
    RemoteFailed,
    /// 502: the host's disk is full.
    DiskFull,
    /// 502: the host did not accept the username, password or key.
    HostSignInFailed,
    /// 503: not now; the server is starting, stopping or out of reach.
    Unavailable,
    /// 504: the host did not answer in time.
    TimedOut,
}

impl FaultCode {
    /// The HTTP status that goes with the word.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadInput | Self::HostOffline | Self::NotBootstrapped => 400,
            Self::Unauthenticated | Self::WrongPassword | Self::WrongCode | Self::SecondFactorNeeded => 401,
            Self::Forbidden | Self::ScopeMissing | Self::CrossSite | Self::SecondFactorSetupNeeded => 403,
            Self::NotFound => 404,
            Self::Conflict
            | Self::AmbiguousHost
            | Self::Exists
            | Self::FileChanged
            | Self::VaultLocked
            | Self::SecretNeeded
            | Self::QuestionAsked
            | Self::HostKeyUnknown
            | Self::HostKeyChanged
            | Self::CertificateUnknown
            | Self::CertificateChanged => 409,
            Self::TooLarge => 413,
            Self::TooManyTries | Self::SessionLimit | Self::ConnectionLimit | Self::TransferLimit => 429,
            Self::Internal => 500,
            Self::RemoteFailed | Self::DiskFull | Self::HostSignInFailed => 502,
            Self::Unavailable => 503,
            Self::TimedOut => 504,
        }
    }
}

/// The secret without which a sign-in on a host cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NeededSecret {
    /// A password.
    Password,
    /// The passphrase of the private key.
    Passphrase,
}

/// What went wrong and what to do, in the shape of SPEC §12.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// What happened and what to do; a sentence for a person.
    pub detail: String,
    /// The stable word.
    pub code: FaultCode,
    /// Finds the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// With [`FaultCode::SessionLimit`]: what is open and what can be done.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Box<LimitReached>>,
    /// With [`FaultCode::HostKeyUnknown`] and [`FaultCode::HostKeyChanged`]: what the host showed.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub host_key: Option<Box<HostKeyScan>>,
    /// With [`FaultCode::CertificateUnknown`] and [`FaultCode::CertificateChanged`]: the SHA-256 of what the host showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub certificate_fingerprint: Option<Box<str>>,
    /// With [`FaultCode::FileChanged`]: what was expected and what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Box<FileChanged>>,
    /// With [`FaultCode::SecretNeeded`]: which one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<NeededSecret>,
    /// With [`FaultCode::QuestionAsked`]: what is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Box<HostQuestion>>,
}

impl Fault {
    /// A failure with no more than its word and its text.
    pub fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            detail,
            code,
            request_id: None,
            retry_after_seconds: None,
            limit: None,
            host_key: None,
            certificate_fingerprint: None,
            changed: None,
            needs: None,
            question: None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}
