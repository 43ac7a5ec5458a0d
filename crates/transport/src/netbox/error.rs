//! What can go wrong between here and a NetBox. Each text says what to do; no token is in any.

use crate::{DialError, ShownCertificate};
use std::time::Duration;
use thiserror::Error;

/// Why NetBox could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetBoxError {
    /// The address is none that is asked.
    #[error("{0}")]
    BadUrl(String),
    /// The name leads to an address that is not asked.
    #[error(
        "{name} leads to {address}, an address of the server itself or of its link, which is not asked; an admin may allow it ([netbox] allow_local)"
    )]
    NotAllowed {
        /// The name.
        name: String,
        /// Where it leads.
        address: String,
    },
    /// The private authorities cannot be read.
    #[error(
        "the certificate authority cannot be read: {0}; paste its certificate as PEM, from its BEGIN line to its END line"
    )]
    BadAuthority(String),
    /// There is no connection.
    #[error("NetBox cannot be reached: {0}")]
    Unreachable(DialError),
    /// Nobody known vouches for its certificate.
    #[error(
        "NetBox's certificate is not trusted ({}); its SHA-256 is {}: compare it with the server's own and pin it, or give the authority that signed it",
        .0.why, .0.fingerprint
    )]
    CertificateUnknown(Box<ShownCertificate>),
    /// Its certificate is not the pinned one.
    #[error("NetBox's certificate is not the pinned one; it shows {}: find out why before you pin that", .0.fingerprint)]
    CertificateChanged(Box<ShownCertificate>),
    /// It does not speak TLS, or not as it should.
    #[error(
        "no encrypted connection to NetBox: {0}; check that the address begins with the right one of http and https"
    )]
    NotEncrypted(String),
    /// The connection broke while it was asked.
    #[error("the connection to NetBox was lost: {0}; try again")]
    Lost(String),
    /// It took too long.
    #[error("NetBox did not answer within {} s; try again, or with fewer devices", .0.as_secs())]
    TimedOut(Duration),
    /// The token is not good, or not good for this.
    #[error("NetBox refused the token: {0}; make a new one in NetBox (your name, API Tokens) and give it here")]
    TokenRefused(String),
    /// What was asked for is not understood.
    #[error("NetBox did not accept what was asked: {0}")]
    Refused(String),
    /// It has too much to do.
    #[error("NetBox asks for patience ({status}){}; try again later", said(*.tries, *.wait))]
    Busy {
        /// The HTTP status.
        status: u16,
        /// How often it was asked.
        tries: u32,
        /// The pause that it asked for last.
        wait: Option<Duration>,
    },
    /// It has a fault.
    #[error("NetBox answered {status}, a fault of its own; look into its log")]
    Fault {
        /// The HTTP status.
        status: u16,
    },
    /// It is something else.
    #[error("this is no NetBox: {0}; give the address under which its start page is shown, without /api")]
    NotNetBox(String),
    /// It sends to another place.
    #[error("NetBox sends on to {0}; give that address instead, when it is the right one")]
    Redirected(String),
    /// Its pages do not end, or lead elsewhere.
    #[error("NetBox's list cannot be followed: {0}; nothing was imported")]
    BadPage(String),
    /// More than is taken.
    #[error("NetBox's answer is larger than {0} bytes; set filters")]
    TooLarge(usize),
}

fn said(tries: u32, wait: Option<Duration>) -> String {
    let times = if tries > 1 { format!(" and did so {tries} times") } else { String::new() };
    wait.map_or(times.clone(), |wait| format!("{times}, {} s at last", wait.as_secs()))
}

impl NetBoxError {
    /// Whether the same question may be answered a moment later.
    pub(super) const fn passes(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::TimedOut(_))
    }
}
