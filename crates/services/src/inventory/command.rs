//! A command on a host: one channel of a link that stands, or of a new one.

use super::{Inventory, OneTimeLogin, links::Use};
use crate::{Caller, ServiceError, access::HostPermit};
use transport::RunningCommand;

impl Inventory {
    /// Starts a command on the permitted host. At most `most_waiting` bytes of each of its streams wait to be taken.
    pub(crate) async fn start_command(
        &self,
        caller: &Caller,
        permit: &HostPermit,
        command: &str,
        most_waiting: usize,
    ) -> Result<RunningCommand, ServiceError> {
        let start =
            |link: transport::Link| async move { link.start(command, most_waiting).await.map_err(ServiceError::Dial) };
        let (_, running) = self.with_link(caller, permit, OneTimeLogin::default(), Use::Command, start).await?;
        Ok(running)
    }
}
