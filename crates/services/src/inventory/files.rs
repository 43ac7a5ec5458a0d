//! The files of a host: one channel of a link that stands, or of a new one; an FTP host has connections of its own.

use super::{Inventory, OneTimeLogin, links::Use};
use crate::{Caller, ServiceError, access::HostPermit};
use transport::Files;
use wire::inventory::Protocol;

impl Inventory {
    /// Opens the files of the permitted host, for looking at them or for bulk ([`Use::Files`], [`Use::Bulk`]). They hold
    /// their link; those of an FTP host have none, and are for both.
    pub(crate) async fn open_files(
        &self,
        caller: &Caller,
        permit: &HostPermit,
        once: OneTimeLogin,
        uses: Use,
    ) -> Result<Files, ServiceError> {
        if permit.host().protocol != Protocol::Ssh {
            return self.ftp_files(caller, permit, once).await;
        }
        let open = |link: transport::Link| async move { Ok(link.files().await?) };
        let (_, files) = self.with_link(caller, permit, once, uses, open).await?;
        Ok(files)
    }
}
