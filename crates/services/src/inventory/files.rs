//! The files of a host: one channel of a link that stands, or of a new one.

use super::{Inventory, OneTimeLogin, links::Use};
use crate::{Caller, ServiceError, access::HostGrant};
use transport::Files;
use wire::inventory::Protocol;

impl Inventory {
    /// Opens the files of the granted host, for looking at them or for bulk ([`Use::Files`], [`Use::Bulk`]). They hold
    /// their link.
    pub(crate) async fn open_files(
        &self,
        caller: &Caller,
        grant: &HostGrant,
        once: OneTimeLogin,
        uses: Use,
    ) -> Result<Files, ServiceError> {
        let host = grant.host();
        if host.protocol != Protocol::Ssh {
            return Err(ServiceError::bad(format!(
                "{} is reached by another protocol than SSH; its files cannot be shown",
                host.name
            )));
        }
        let open = |link: transport::Link| async move { Ok(link.files().await?) };
        let (_, files) = self.with_link(caller, grant, once, uses, open).await?;
        Ok(files)
    }
}
