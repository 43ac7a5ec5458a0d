//! From a name to a TCP connection, with the failure named.
//!
//! A name with several addresses is tried address by address, each with a fair share of the time, so that one silent
//! address does not use up the whole of it. Addresses are not raced against each other.

use crate::{DialError, Endpoint};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout_at},
};

/// Connects within `budget`. Small writes leave at once: a keystroke must not wait for an acknowledgement.
pub(crate) async fn connect(endpoint: &Endpoint, budget: Duration) -> Result<TcpStream, DialError> {
    let deadline = Instant::now() + budget;
    let addresses = resolve(endpoint).await?;
    connect_to(endpoint, addresses, deadline).await
}

/// Connects to one of the addresses that the endpoint's name stands for.
pub(crate) async fn connect_to(
    endpoint: &Endpoint,
    addresses: Vec<SocketAddr>,
    deadline: Instant,
) -> Result<TcpStream, DialError> {
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    let mut failure = DialError::UnknownName { endpoint: endpoint.clone() };
    for address in addresses {
        let share = deadline.saturating_duration_since(Instant::now()) / left.max(1);
        match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A socket that cannot do this still works.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => failure = explain(endpoint, &error),
            Err(_) => failure = DialError::TimedOut { endpoint: endpoint.clone(), step: "connect" },
        }
        left = left.saturating_sub(1);
    }
    Err(failure)
}

/// The addresses that the endpoint's name stands for.
pub(crate) async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, DialError> {
    match lookup_host((endpoint.address.as_str(), endpoint.port)).await {
        Ok(found) => Ok(found.collect()),
        Err(_) => Err(DialError::UnknownName { endpoint: endpoint.clone() }),
    }
}

fn explain(endpoint: &Endpoint, error: &io::Error) -> DialError {
    let endpoint = endpoint.clone();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => DialError::Refused { endpoint },
        io::ErrorKind::TimedOut => DialError::TimedOut { endpoint, step: "connect" },
        io::ErrorKind::HostUnreachable => DialError::Unreachable { endpoint, why: "the host does not answer".into() },
        io::ErrorKind::NetworkUnreachable => {
            DialError::Unreachable { endpoint, why: "there is no route to its network".into() }
        }
        _ => DialError::Unreachable { endpoint, why: error.to_string() },
    }
}
