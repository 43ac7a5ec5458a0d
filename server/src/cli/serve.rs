//! `berth serve`: runs the server until it is asked to stop.

use super::CliError;
use crate::{Server, config::Config};
use std::io::Write as _;
use tokio::{signal, sync::oneshot};

pub(super) async fn run(config: Config) -> Result<(), CliError> {
    let listening = Server::new(config).await?.listen().await?;
    announce(&listening)?;
    let (stopping, stop) = oneshot::channel();
    let serving = listening.serve(async move {
        asked_to_stop().await;
        // Heard by nobody when serving has ended by itself.
        let _ = stopping.send(());
    });
    let impatient = async {
        if stop.await.is_err() {
            std::future::pending::<()>().await;
        }
        asked_to_stop().await;
    };
    tokio::select! {
        served = serving => Ok(served?),
        () = impatient => Err(CliError::Said("stopped at once, as asked a second time".to_owned())),
    }
}

/// Says that the server is ready, and how to begin while there is no account. Scripts wait for the first line.
fn announce(listening: &crate::Listening) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{}", listening.address())?;
    if let Some(code) = listening.setup_code() {
        writeln!(out, "no account yet: open {} and create the first admin", listening.page())?;
        writeln!(out, "set-up code: {}", code.expose())?;
    }
    out.flush()
}

/// Ctrl-C, or what a supervisor sends.
async fn asked_to_stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut asked) => drop(asked.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
