use super::*;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A target that sends back what it gets.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    address
}

async fn said_back(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(text).await?;
    let mut heard = vec![0; text.len()];
    stream.read_exact(&mut heard).await?;
    Ok(heard)
}

#[tokio::test]
async fn forwards_cuts_and_forwards_again() {
    let proxy = FaultProxy::start(echo().await).await;
    let mut first = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    assert_eq!(said_back(&mut first, b"one").await.unwrap(), b"one");
    proxy.cut();
    assert!(matches!(first.read(&mut [0; 8]).await, Ok(0) | Err(_)));
    let mut second = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    assert_eq!(said_back(&mut second, b"two").await.unwrap(), b"two");
    assert_eq!((proxy.accepted(), proxy.open()), (2, 1));
}

#[tokio::test]
async fn cuts_at_a_given_byte() {
    let proxy = FaultProxy::start(echo().await).await;
    proxy.cut_after(5);
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    stream.write_all(b"123456789").await.unwrap();
    let mut heard = [0; 9];
    let mut length = 0;
    while let Ok(1..) = stream.read(&mut heard[length..length + 1]).await {
        length += 1;
    }
    assert!(length <= 5, "{length} bytes came through");
}

#[tokio::test]
async fn stalls_and_delays() {
    let proxy = FaultProxy::start(echo().await).await;
    proxy.stall(true);
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    let silent = tokio::time::timeout(Duration::from_millis(100), said_back(&mut stream, b"hello")).await;
    assert!(silent.is_err(), "a stalled proxy forwards nothing");
    proxy.stall(false);
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).await.unwrap();
    proxy.delay(Duration::from_millis(40));
    let start = std::time::Instant::now();
    said_back(&mut stream, b"later").await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(80), "both directions are delayed");
}

#[tokio::test]
async fn closes_one_direction_and_goes_on_in_the_other() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = FaultProxy::start(listener.local_addr().unwrap()).await;
    for (direction, told) in [(Direction::Up, true), (Direction::Down, false)] {
        let mut client = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        assert_eq!(hello(&mut client, &mut server).await, "hello");
        proxy.half_close(direction);
        let (ended, open) = if told { (&mut server, &mut client) } else { (&mut client, &mut server) };
        assert_eq!(ended.read(&mut [0; 8]).await.unwrap(), 0, "an end without a reset");
        open.write_all(b"into the void").await.unwrap();
        assert_eq!(hello(ended, open).await, "hello", "the other direction goes on");
    }
}

async fn hello(from: &mut TcpStream, to: &mut TcpStream) -> String {
    from.write_all(b"hello").await.unwrap();
    let mut heard = [0; 5];
    to.read_exact(&mut heard).await.unwrap();
    String::from_utf8(heard.to_vec()).unwrap()
}

#[tokio::test]
async fn is_silent_before_it_loses_a_connection() {
    let proxy = FaultProxy::start(echo().await).await;
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    said_back(&mut stream, b"hello").await.unwrap();
    let (start, silence) = (std::time::Instant::now(), Duration::from_millis(60));
    let ((), heard) = tokio::join!(proxy.lose(silence), async { said_back(&mut stream, b"anybody there?").await });
    assert!(heard.is_err() && start.elapsed() >= silence, "silence, and then a reset: {heard:?}");
    let mut next = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
    assert_eq!(said_back(&mut next, b"again").await.unwrap(), b"again");
}

/// What a client hears back of all that it sent, until the end or a cut.
async fn heard_back(proxy: &FaultProxy, sent: Vec<u8>) -> Vec<u8> {
    let (mut from, mut to) = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap().into_split();
    let mut heard = Vec::new();
    let saying = async move {
        // A cut may come first.
        let _ = to.write_all(&sent).await;
        let _ = to.shutdown().await;
        to
    };
    let _ = tokio::join!(saying, from.read_to_end(&mut heard));
    heard
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn corrupts_nothing(sent in prop::collection::vec(any::<u8>(), 1..20_000), seed: u64, largest in 1usize..2_000,
                        delay in 0u64..4, stalls in 0usize..3, cut in prop::option::of(0u64..20_000)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let heard = runtime.block_on(async {
            let proxy = FaultProxy::start(echo().await).await;
            proxy.pieces(Some(Pieces { seed, largest }));
            proxy.delay(Duration::from_millis(delay));
            if let Some(cut) = cut {
                proxy.cut_after(cut);
            }
            let stalling = async {
                for _ in 0..stalls {
                    proxy.stall(true);
                    sleep(Duration::from_millis(2)).await;
                    proxy.stall(false);
                    sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::join!(heard_back(&proxy, sent.clone()), stalling).0
        });
        match cut {
            Some(cut) if cut < sent.len() as u64 => {
                prop_assert!(heard.len() as u64 <= cut && sent.starts_with(&heard), "{} of {cut} bytes", heard.len());
            }
            _ => prop_assert_eq!(heard, sent),
        }
    }
}
