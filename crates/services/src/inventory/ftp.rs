//! Files of hosts that speak FTP or FTPS. Each has connections of its own, straight to it: a link never carries them.
//!
//! A certificate that no known signer vouches for is asked about like a host key, and is kept among them.

use super::{Inventory, OneTimeLogin, lending::Lent, target};
use crate::{Caller, ServiceError, access::HostPermit, clock};
use std::time::Duration;
use transport::{DialError, Endpoint, FileError, Files, FtpAccess, FtpSecurity, NeededSecret, ShownCertificate};
use wire::{
    AccountId, HostId,
    events::Topic,
    inventory::{HostKeyScan, HostKeyState, HostView, Protocol},
    vault::Secret,
};

/// What a certificate is called where host keys have their algorithm.
const CERTIFICATE: &str = "X.509";

/// The port on which TLS begins at once, whatever is said.
const IMPLICIT_PORT: u16 = 990;

/// How an FTP host is spoken to; none for one that speaks SSH.
pub(super) fn security(host: &HostView) -> Option<FtpSecurity> {
    match host.protocol {
        Protocol::Ssh => None,
        Protocol::Ftp => Some(FtpSecurity::None),
        Protocol::Ftps => Some(tls_at(host.port)),
        Protocol::FtpsImplicit => Some(FtpSecurity::Implicit),
    }
}

/// How TLS is asked for at a port of which nothing more is said.
pub(crate) fn tls_at(port: u16) -> FtpSecurity {
    if port == IMPLICIT_PORT { FtpSecurity::Implicit } else { FtpSecurity::Explicit }
}

/// Refuses a host that has files and no shell.
pub(super) fn refuse_ftp(host: &HostView) -> Result<(), ServiceError> {
    if host.protocol == Protocol::Ssh {
        return Ok(());
    }
    Err(ServiceError::bad(format!("{} speaks FTP: it has files, and neither terminals nor commands", host.name)))
}

/// Where the certificates of a place are kept: apart from its SSH keys.
fn keyring(endpoint: &Endpoint) -> String {
    format!("{endpoint} ftps")
}

/// An FTP server, whatever it is known from.
struct Server<'a> {
    account: &'a AccountId,
    host_id: Option<HostId>,
    endpoint: Endpoint,
    security: FtpSecurity,
}

impl Inventory {
    /// Opens the files of a permitted host that speaks FTP.
    ///
    /// # Errors
    /// A certificate to compare, a secret that is missing, or what the host said.
    pub(crate) async fn ftp_files(
        &self,
        caller: &Caller,
        permit: &HostPermit,
        once: OneTimeLogin,
    ) -> Result<Files, ServiceError> {
        let host = permit.host();
        let once = once.without_empty();
        let allowed = self.allowances(caller, host).await?;
        let lent = self.lent(caller, host, &once).await?;
        let server =
            Server { account: lent.as_ref().map_or(caller.account(), Lent::owner), ..Server::of(caller, host)? };
        let login = match &lent {
            Some(lent) => self.borrowed_login(caller, lent).await?,
            None => self.login(caller, host, once).await?,
        };
        let password = login.password.ok_or_else(|| {
            ServiceError::Dial(DialError::SecretNeeded {
                username: login.username.clone(),
                what: NeededSecret::Password,
            })
        });
        let told = |error| match &lent {
            Some(lent) => lent.told(error),
            None => error,
        };
        let mut access = server.access(login.username, password.map_err(told)?, self.0.dial_timeout);
        access.trusted = self.trusted_certificate(server.account, &access.endpoint).await?;
        access.guard = lent.as_ref().map(|lent| self.lent_guard(caller, host, lent));
        let files = Files::over_ftp(access).await;
        self.still_allowed(caller, host, &allowed).await?;
        files
            .map_err(|error| match error {
                FileError::CertificateUnknown(shown) => {
                    ServiceError::HostKeyUnknown(Box::new(server.scan(&shown, None)))
                }
                FileError::CertificateChanged { shown, trusted } => {
                    ServiceError::HostKeyChanged(Box::new(server.scan(&shown, Some(trusted))))
                }
                FileError::Link(error) => ServiceError::Dial(error),
                other => ServiceError::Files(other),
            })
            .map_err(told)
    }

    /// Fills in the certificate that the account trusts there, unless one is named already.
    pub(crate) async fn trusting(&self, caller: &Caller, access: FtpAccess) -> Result<FtpAccess, ServiceError> {
        let trusted = match access.trusted {
            None => self.trusted_certificate(caller.account(), &access.endpoint).await?,
            named => named,
        };
        Ok(FtpAccess { trusted, ..access })
    }

    /// The certificate that an FTPS host shows, beside what is trusted.
    pub(super) async fn scan_certificate(&self, caller: &Caller, host: &HostView) -> Result<HostKeyScan, ServiceError> {
        let server = Server::of(caller, host)?;
        let shown = self.shown(&server).await?;
        Ok(server.scan(&shown, self.trusted_certificate(server.account, &server.endpoint).await?))
    }

    /// Trusts it, when it is the one that the person compared.
    pub(super) async fn trust_certificate(
        &self,
        caller: &Caller,
        host: &HostView,
        fingerprint: &str,
    ) -> Result<HostKeyScan, ServiceError> {
        let server = &Server::of(caller, host)?;
        let shown = self.shown(server).await?;
        let before = server.scan(&shown, self.trusted_certificate(server.account, &server.endpoint).await?);
        if !shown.is(fingerprint) {
            self.note_trust(caller, &before, false).await;
            return Err(ServiceError::Conflict(format!(
                "{} shows the certificate {} now, which is not the one that was compared; nothing was trusted, compare again",
                server.endpoint, shown.fingerprint
            )));
        }
        let keys = self.0.storage.host_keys();
        let line = format!("{CERTIFICATE} {}", shown.fingerprint);
        keys.trust(server.account, &keyring(&server.endpoint), &line, clock::now()).await?;
        self.0.events.changed(server.account, Topic::HostKeys, None);
        self.note_trust(caller, &before, true).await;
        Ok(server.scan(&shown, Some(shown.fingerprint.clone())))
    }

    async fn shown(&self, server: &Server<'_>) -> Result<ShownCertificate, ServiceError> {
        if server.security == FtpSecurity::None {
            return Err(ServiceError::bad("this host is spoken to without encryption: it shows no certificate"));
        }
        let access = server.access(String::new(), Secret::default(), self.0.dial_timeout);
        transport::scan_certificate(access).await.map_err(|error| match error {
            FileError::Link(error) => ServiceError::Dial(error),
            other => ServiceError::Files(other),
        })
    }

    pub(super) async fn trusted_certificate(
        &self,
        account: &AccountId,
        at: &Endpoint,
    ) -> Result<Option<String>, ServiceError> {
        let lines = self.0.storage.host_keys().trusted(account, &keyring(at)).await?;
        Ok(lines.iter().find_map(|line| line.strip_prefix(CERTIFICATE).map(|print| print.trim().to_owned())))
    }
}

impl<'a> Server<'a> {
    fn of(caller: &'a Caller, host: &HostView) -> Result<Self, ServiceError> {
        let Some(security) = security(host) else {
            return Err(ServiceError::bad(format!("{} speaks SSH, not FTP", host.name)));
        };
        let host_id = Some(host.id.clone());
        Ok(Self { account: caller.account(), host_id, endpoint: target::endpoint(host), security })
    }

    fn access(&self, username: String, password: Secret, budget: Duration) -> FtpAccess {
        let (endpoint, security) = (self.endpoint.clone(), self.security);
        FtpAccess { endpoint, username, password, security, trusted: None, budget, guard: None }
    }

    fn scan(&self, shown: &ShownCertificate, trusted: Option<String>) -> HostKeyScan {
        let known = match &trusted {
            None => HostKeyState::Unknown,
            Some(trusted) if shown.is(trusted) => HostKeyState::Trusted,
            Some(_) => HostKeyState::Changed,
        };
        let other = trusted.filter(|_| known == HostKeyState::Changed);
        HostKeyScan {
            host_id: self.host_id.clone(),
            endpoint: self.endpoint.to_string(),
            algorithm: CERTIFICATE.to_owned(),
            fingerprint: shown.fingerprint.clone(),
            randomart: String::new(),
            known,
            trusted_algorithm: other.as_ref().map(|_| CERTIFICATE.to_owned()),
            trusted_fingerprint: other,
        }
    }
}
