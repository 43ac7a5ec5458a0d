//! The process: listens, adapts, delegates. It holds no rule of the house.
//!
//! Tests and production start the same way: [`Server::new`], [`Server::listen`], [`Listening::serve`].

pub mod cli;
pub mod config;
mod http;
mod log;

pub use http::{Class, Needs, PUBLIC, Row, SECOND_STEP, SET_UP, TlsError, rows, server_fn_paths};

use config::Config;
use http::{Door, Limits, Tls};
use services::{Services, accounts::Accounts, audit::Audit};
use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::vault::Secret;

/// How long a stop may take in all, from being asked to the last connection's end.
const GRACE: Duration = Duration::from_secs(9);

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be made; choose another one with --data-dir", path = .path.display())]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// TLS cannot be spoken.
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// The services did not start.
    #[error("{0}")]
    Services(#[from] services::ServiceError),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}; is another server running there? choose another address with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// The server before it listens.
pub struct Server {
    door: Door,
}

/// The server, listening, before it answers.
pub struct Listening {
    door: Door,
    tls: Option<Tls>,
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Opens the data folder and starts the services.
    ///
    /// # Errors
    /// When either does not work.
    pub async fn new(config: Config) -> Result<Self, StartError> {
        make_private(&config.reach.data_dir)?;
        let services = Services::start(config.services()).await?;
        let limits = Arc::new(Limits::new(&config.limits));
        Ok(Self { door: Door { services, config: Arc::new(config), limits, sockets: TaskTracker::new() } })
    }

    /// Takes the address of the configuration; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is taken or not ours, or the certificate cannot be used.
    pub async fn listen(self) -> Result<Listening, StartError> {
        let address = self.door.config.reach.listen;
        let tls = Tls::open(&self.door.config.tls, &self.door.config.reach.names())?;
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Listening { door: self.door, tls, listener, address })
    }
}

impl Listening {
    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Under which address people open the page.
    pub fn page(&self) -> String {
        self.door.config.reach.public_url.clone().unwrap_or_else(|| self.url())
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("{}://{}", self.door.config.tls.scheme(), self.address)
    }

    /// The code that makes the first admin, while there is no account.
    pub fn setup_code(&self) -> Option<Secret> {
        self.door.services.accounts().setup_code()
    }

    /// Answers until `stop` resolves, then tells attached pages, ends the sessions and lets open requests finish.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let stopping = CancellationToken::new();
        let (services, sockets) = (self.door.services.clone(), self.door.sockets.clone());
        let serving = http::serve(self.listener, self.tls.clone(), http::router(self.door), stopping.clone());
        let mut serving = tokio::spawn(serving);
        tokio::select! {
            () = http::sweep(services.clone()) => {}
            () = watch(self.tls.as_ref()) => {}
            ended = &mut serving => return ended.map_err(io::Error::other),
            () = stop => {}
        }
        tracing::info!("stopping");
        stopping.cancel();
        let ended = async {
            services.shutdown().await;
            sockets.close();
            tokio::join!(&mut serving, sockets.wait()).0
        };
        match tokio::time::timeout(GRACE, ended).await {
            Ok(ended) => ended.map_err(io::Error::other),
            Err(_) => {
                tracing::warn!("some requests did not end in time");
                serving.abort();
                Ok(())
            }
        }
    }
}

/// Reads a certificate again when it changes.
async fn watch(tls: Option<&Tls>) {
    match tls {
        Some(tls) => tls.watch().await,
        None => std::future::pending().await,
    }
}

/// Opens the data folder and the accounts alone, for the command line: a running server's sessions are left alone.
pub(crate) async fn open_accounts(config: &Config) -> Result<Accounts, StartError> {
    make_private(&config.reach.data_dir)?;
    Ok(Services::accounts_alone(&config.services()).await?)
}

/// The same for the audit log.
pub(crate) async fn open_audit(config: &Config) -> Result<Audit, StartError> {
    make_private(&config.reach.data_dir)?;
    Ok(Services::audit_alone(&config.services()).await?)
}

/// Makes the data folder; on Unix for its owner only.
fn make_private(path: &Path) -> Result<(), StartError> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path).map_err(|source| StartError::DataFolder { path: path.into(), source })
}
