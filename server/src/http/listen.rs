//! Taking connections: HTTP/1.1 with upgrades, and a limit to the time that a client may take over a request's head.
//!
//! `axum::serve` has no such limit (docs/decisions/0012): a client that sends half a head would keep its connection
//! until the process ends. A connection that idles between two requests for that long is closed as well.

use super::Tls;
use axum::{Router, body::Body, extract::connect_info::IntoMakeServiceWithConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

/// How long a request's head may take, and how long a connection may idle.
const HEAD: Duration = Duration::from_secs(20);

/// How long to wait after the system refused a connection, for want of descriptors say.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers on the listener until `stopping`, then lets open requests finish. Dropping the future ends them at once.
pub(crate) async fn serve(listener: TcpListener, tls: Option<Tls>, router: Router, stopping: CancellationToken) {
    serve_patiently(listener, tls, router, stopping, HEAD).await;
}

async fn serve_patiently(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    stopping: CancellationToken,
    patience: Duration,
) {
    let answers = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut open = JoinSet::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience);
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
        let (http, tls, stopping) = (http.clone(), tls.clone(), stopping.clone());
        open.spawn(async move {
            let ended = match tls {
                None => converse(&http, stream, answer, stopping).await.map_err(io::Error::other),
                Some(tls) => match secured(&tls, stream, patience, &stopping).await {
                    Ok(stream) => converse(&http, stream, answer, stopping).await.map_err(io::Error::other),
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "a connection broke");
            }
        });
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// The handshake has as long as a head.
async fn secured(
    tls: &Tls,
    stream: TcpStream,
    patience: Duration,
    stopping: &CancellationToken,
) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + use<>> {
    tokio::select! {
        () = stopping.cancelled() => Err(io::ErrorKind::ConnectionAborted.into()),
        greeted = tokio::time::timeout(patience, tls.accept(stream)) => greeted?,
    }
}

/// Answers one request after another.
async fn converse(
    http: &http1::Builder,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answer: impl Service<hyper::Request<Incoming>, Response = hyper::Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send,
    stopping: CancellationToken,
) -> hyper::Result<()> {
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(answer)).with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::timeout,
    };

    const LONG: Duration = Duration::from_secs(30);

    async fn server(patience: Duration) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
        let slow = get(|| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        });
        let router = Router::new().route("/", get(|| async { "hello" })).route("/slow", slow);
        (address, stopping.clone(), tokio::spawn(serve_patiently(listener, None, router, stopping, patience)))
    }

    async fn say(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// Everything until the server closes.
    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        timeout(LONG, stream.read_to_string(&mut text)).await.expect("the server closes").unwrap();
        text
    }

    #[tokio::test]
    async fn half_a_head_and_nothing_at_all_keep_no_connection() {
        let (address, ..) = server(Duration::from_millis(200)).await;
        rest(say(address, "GET / HTTP/1.1\r\nHost: x").await).await;
        rest(say(address, "").await).await;
        let answered = rest(say(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await).await;
        assert!(answered.ends_with("hello"), "{answered}");
    }

    #[tokio::test]
    async fn a_stop_lets_open_requests_finish_and_takes_no_new_ones() {
        let (address, stopping, serving) = server(LONG).await;
        let mut slow = say(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut idle = say(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        idle.read_u8().await.unwrap();
        stopping.cancel();
        let (mut first, mut text) = ([0; 1], String::new());
        slow.read_exact(&mut first).await.unwrap();
        slow.read_to_string(&mut text).await.unwrap();
        assert!(text.ends_with("done"), "{text}");
        timeout(LONG, serving).await.expect("it ends with the last request").unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
