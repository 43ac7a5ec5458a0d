//! `berth serve`: runs the server until it is asked to stop.

use super::CliError;
use crate::{Server, config::Config};
use std::io::Write as _;
use tokio::{signal, sync::oneshot};

pub(super) async fn run(config: Config) -> Result<(), CliError> {
    // Before anybody knows that the server is there: whoever reads that it listens may ask it to stop at once.
    let mut asked = Asked::listen()?;
    let starting = async { Server::new(config).await?.listen().await };
    let listening = tokio::select! {
        listening = starting => listening?,
        () = asked.once() => return Ok(()),
    };
    announce(&listening)?;
    let (stopping, stop) = oneshot::channel();
    let stopped_at_once = async {
        asked.once().await;
        // Heard by nobody when serving has ended by itself.
        let _ = stopping.send(());
        asked.once().await;
    };
    let serving = listening.serve(async {
        // The sender goes with this call.
        let _ = stop.await;
    });
    tokio::select! {
        served = serving => Ok(served?),
        () = stopped_at_once => Err(CliError::Said("stopped at once, as asked a second time".to_owned())),
    }
}

/// Says that the server is ready, and how to begin while there is no account. Scripts wait for the first line.
fn announce(listening: &crate::Listening) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {}", listening.url())?;
    if let Some(code) = listening.setup_code() {
        writeln!(out, "no account yet: open {} and create the first admin", listening.page())?;
        writeln!(out, "set-up code: {}", code.expose())?;
    }
    out.flush()
}

/// Ctrl-C, and what a supervisor sends. Heard from the moment on in which this is made.
#[cfg(unix)]
struct Asked {
    interrupted: signal::unix::Signal,
    terminated: signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn listen() -> std::io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Waits until it is asked for, once more.
    async fn once(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// Waits until it is asked for, once more.
    async fn once(&mut self) {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
