//! Hands that touch hosts: SSH links, sign-in, host keys, shells, commands and files.
//!
//! [`dial`] makes a [`Link`]; a link opens any number of [`Shell`]s, runs commands and opens [`Files`]. A shell is plain data (three
//! channels), so that a local terminal or an echo can stand in for a host. Questions come back as errors: an unknown
//! host key, a missing secret, what the host itself asks. Nothing here waits for a person, knows an account or remembers anything, and no type
//! of the SSH library leaves this crate.

mod echo;
mod endpoint;
mod error;
mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod keys;
mod ldap;
mod netbox;
mod oidc;
mod probe;
mod shell;
mod ssh;
mod tcp;
mod tls;

pub use echo::{FarEnd, echo_shell, scripted_shell};
pub use endpoint::{Endpoint, Login};
pub use error::{DialError, KeyError, NeededSecret};
pub use files::{
    Abilities, FileCopy, FileError, FileReader, FileStat, FileWriter, Files, Found, FtpAccess, FtpSecurity, ListLimits,
    Listing, SignInGuard, Space, WriteMode, scan_certificate,
};
pub use keys::{
    KeyCheck, KeyPair, ShownKey, UserCertificate, check_private_key, describe_certificate, describe_key,
    generate_ed25519,
};
pub use ldap::{Directory, LdapAccess, LdapError, LdapPerson};
pub use netbox::{
    NetBox, NetBoxAccess, NetBoxDevice, NetBoxError, NetBoxFilter, NetBoxKind, NetBoxList, NetBoxNamed, NetBoxPage,
    NetBoxPages, NetBoxRecord, NetBoxService, NetBoxSite, NetBoxStatus, NetBoxTrust, NetBoxUrl,
};
pub use oidc::{OidcAccess, OidcBegun, OidcClaims, OidcError, OidcProvider};
pub use probe::probe;
pub use shell::{PtySize, Shell, ShellExit, ShellInput};
pub use ssh::{
    Asked, ChannelUse, CommandEnd, HostPrompt, HostTrust, Link, Question, RunLimits, RunOutput, RunningCommand, Stream,
    TmuxName, WeakLink, Wish, dial, dial_for, scan_host_key, scan_host_key_like,
};
pub use tls::ShownCertificate;
