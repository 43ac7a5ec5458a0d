//! Is somebody there? A probe opens a TCP connection and closes it again; it does not prove that SSH answers.

use crate::{Endpoint, tcp};
use std::time::Duration;

/// Whether the port accepts a connection within the timeout.
pub async fn probe(endpoint: &Endpoint, timeout: Duration) -> bool {
    matches!(tokio::time::timeout(timeout, tcp::connect(endpoint, timeout)).await, Ok(Ok(_)))
}
