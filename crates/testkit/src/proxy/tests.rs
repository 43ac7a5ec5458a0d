use super::*;
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
    assert_eq!(proxy.accepted(), 2);
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
