//! The HTTP side: one page of routes, one gate, one shape of error. It adapts and delegates; no rule of the house is here.

mod arrival;
mod assets;
mod content;
mod disposition;
mod events_ws;
mod faults;
mod gate;
mod headers;
mod health;
mod limits;
mod listen;
mod metrics;
mod monitor_ws;
mod openapi;
mod pages;
mod patience;
mod push_ws;
mod range;
mod rest;
mod router;
mod same_site;
mod server_fns;
mod sign_in;
mod sign_in_store;
mod table;
mod terminal_ws;
mod tls;

pub use gate::{PUBLIC, SECOND_STEP, SET_UP};
pub(crate) use limits::Limits;
pub(crate) use listen::serve;
pub(crate) use router::router;
pub use server_fns::server_fn_paths;
pub(crate) use sign_in::sweep;
pub use table::{Class, Needs, Row, rows};
pub(crate) use tls::Tls;
pub use tls::TlsError;

use crate::config::Config;
use services::Services;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// What every handler has at hand.
#[derive(Clone)]
pub(crate) struct Door {
    /// The rules of the house.
    pub(crate) services: Services,
    /// The settings.
    pub(crate) config: Arc<Config>,
    /// Who has asked for how much.
    pub(crate) limits: Arc<Limits>,
    /// The open WebSockets. They outlive their requests, so a graceful stop has to know of them.
    pub(crate) sockets: TaskTracker,
}
