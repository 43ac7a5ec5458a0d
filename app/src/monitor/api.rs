//! A host's figures, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{HostId, monitor::MonitorFigures};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// The figures of one moment. The page follows a host by `/ws/monitor`; where a browser is not told why that is
/// refused, this says it.
#[server(endpoint = "monitor/figures", input = Json)]
pub async fn figures(host: HostId) -> Result<MonitorFigures, AppError> {
    Ok(services()?.monitor().once(&caller()?, host.as_str()).await?)
}
