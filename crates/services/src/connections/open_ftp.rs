//! Opening an FTP connection: the same place, another way.

use super::{
    Connections,
    entry::{Label, Way},
    open::{missing, new_id, patience, required, some, title},
};
use crate::{Caller, ServiceError, access, inventory};
use transport::{DialError, Endpoint, FileError, Files, FtpAccess, FtpSecurity};
use wire::connections::{ConnectFtpRequest, ConnectionOpened};

const FTP_PORT: u16 = 21;

impl Connections {
    /// Opens an FTP connection under a new id.
    ///
    /// # Errors
    /// `BadInput` for a field that is missing, the question of its certificate, the limit, or why it did not connect.
    pub async fn open_ftp(
        &self,
        caller: &Caller,
        request: ConnectFtpRequest,
    ) -> Result<ConnectionOpened, ServiceError> {
        access::may_connect(caller)?;
        let host = required(request.host, "host")?;
        let username = required(request.username, "username")?;
        let password = some(request.password).ok_or_else(|| missing("password"))?;
        let (port, patience) = (request.port.unwrap_or(FTP_PORT), patience(request.timeout)?);
        let session_name = title(request.session_name)?;
        let access = FtpAccess {
            guard: None,
            endpoint: Endpoint { address: inventory::address(&host)?, port: inventory::port(port)? },
            username: username.clone(),
            password,
            security: if request.use_tls { inventory::tls_at(port) } else { FtpSecurity::None },
            trusted: request.fingerprint.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            budget: patience,
        };
        let access = self.0.inventory.trusting(caller, access).await?;
        let label = Label { id: new_id(), host, port, username, session_name };
        let connect = async { Files::over_ftp(access).await.map(Way::Ftp).map_err(not_connected) };
        let session_id = self.keep(caller, label, patience, connect).await?;
        Ok(ConnectionOpened { session_id })
    }
}

/// A question stays a question; whatever else is said is that there is no connection.
fn not_connected(error: FileError) -> ServiceError {
    match error {
        FileError::Link(error) => ServiceError::NotConnected(error),
        question @ (FileError::CertificateUnknown(_) | FileError::CertificateChanged { .. }) => question.into(),
        other => ServiceError::NotConnected(DialError::Lost { why: other.to_string() }),
    }
}
