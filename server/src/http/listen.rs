//! Taking connections: HTTP/1.1 with upgrades, and a limit to the time that a client may take over a request's head.
//!
//! `axum::serve` has no such limit (docs/decisions/0011): a client that sends half a head would keep its connection
//! until the process ends. A connection that idles between two requests for that long is closed as well.

use axum::{Router, body::Body, extract::connect_info::IntoMakeServiceWithConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

/// How long a request's head may take, and how long a connection may idle.
const HEAD: Duration = Duration::from_secs(20);

/// How long to wait after the system refused a connection, for want of descriptors say.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers on the listener until `stopping`, then lets open requests finish. Dropping the future ends them at once.
pub(crate) async fn serve(listener: TcpListener, router: Router, stopping: CancellationToken) {
    let answers = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut open = JoinSet::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    loop {
        let (stream, peer) = tokio::select! {
            () = stopping.cancelled() => break,
            Some(_) = open.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    refused(&error).await;
                    continue;
                }
            },
        };
        // Without it a key stroke waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let answer = answers_for(answers.clone(), peer).await;
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(answer)).with_upgrades();
        let stopping = stopping.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "a connection broke");
            }
        });
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

type Answers = IntoMakeServiceWithConnectInfo<Router, SocketAddr>;

/// The router as this peer meets it.
async fn answers_for(
    mut answers: Answers,
    peer: SocketAddr,
) -> impl Service<hyper::Request<Incoming>, Response = hyper::Response<Body>, Error = Infallible, Future: Send> + Clone + Send
{
    let Ok(answer) = answers.call(peer).await;
    answer.map_request(|request: hyper::Request<Incoming>| request.map(Body::new))
}

/// A connection that was gone before it was taken is no reason to wait.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be taken; trying again in a moment");
        tokio::time::sleep(PAUSE).await;
    }
}
