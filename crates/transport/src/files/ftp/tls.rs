//! TLS for the control connection and its data connections.
//!
//! Servers ask that a data connection resumes the session of its control connection: that proves that both are the same
//! client's (vsftpd's `require_ssl_reuse`). A server's sessions are known to the process of one control connection only,
//! so that each has a store of its own.

use super::access::FtpAccess;
use crate::{
    FileError,
    tls::{Judge, digits, held, known_signers, with_colons},
};
use rustls::{
    ClientConfig, NamedGroup,
    client::{
        ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue, WebPkiServerVerifier,
        danger::ServerCertVerifier,
    },
    crypto::aws_lc_rs::default_provider,
    pki_types::ServerName,
};
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// So many tickets of a session are kept. Each is good for one data connection, which brings a new one.
const TICKETS: usize = 8;

/// How one control connection and its data connections speak TLS.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
    judge: Arc<Judge>,
}

impl Tls {
    /// Trusts what the access says and what known signers vouch for.
    pub(super) async fn new(access: &FtpAccess) -> Result<Self, FileError> {
        let known = known_signers(&Arc::new(default_provider())).await;
        Self::judged_by(access, known, access.trusted.as_deref().map(digits))
    }

    /// Trusts nobody: whatever is shown comes back as a question.
    pub(super) fn asking(access: &FtpAccess) -> Result<Self, FileError> {
        Self::judged_by(access, None, None)
    }

    fn judged_by(
        access: &FtpAccess,
        known: Option<Arc<WebPkiServerVerifier>>,
        trusted: Option<String>,
    ) -> Result<Self, FileError> {
        let unusable = |why: String| FileError::NotEncrypted { why };
        let address = access.endpoint.address.clone();
        let name = ServerName::try_from(address)
            .map_err(|_| unusable("its address is no name that a certificate could have".to_owned()))?;
        let provider = Arc::new(default_provider());
        let judge = Arc::new(Judge::new(known, Arc::clone(&provider), trusted));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&judge) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        config.resumption = Resumption::store(Arc::new(Sessions::default()));
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name, judge })
    }

    /// Speaks TLS from here on. A certificate that is not trusted comes back as a question.
    pub(super) async fn wrap(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, FileError> {
        match self.connector.connect(self.name.clone(), stream).await {
            Ok(stream) => Ok(stream),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &io::Error) -> FileError {
        if let Some(shown) = self.judge.refused() {
            return match self.judge.trusted() {
                None => FileError::CertificateUnknown(Box::new(shown)),
                Some(trusted) => {
                    FileError::CertificateChanged { shown: Box::new(shown), trusted: with_colons(trusted) }
                }
            };
        }
        FileError::NotEncrypted { why: error.to_string() }
    }
}

/// The sessions of one control connection with its one server, whose name therefore does not matter.
#[derive(Debug, Default)]
struct Sessions(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    group: Option<NamedGroup>,
    session: Option<Tls12ClientSessionValue>,
    tickets: VecDeque<Tls13ClientSessionValue>,
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        held(&self.0).group = Some(group);
    }

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        held(&self.0).group
    }

    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        held(&self.0).session = Some(value);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        held(&self.0).session.clone()
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        held(&self.0).session = None;
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        let mut kept = held(&self.0);
        if kept.tickets.len() == TICKETS {
            kept.tickets.pop_front();
        }
        kept.tickets.push_back(value);
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        held(&self.0).tickets.pop_back()
    }
}
