//! Hosts that do not get as far as a key exchange.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What is sent: once, and then for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawLie {
    pub(crate) name: &'static str,
    once: &'static [u8],
    for_ever: &'static [u8],
}

/// The lies.
pub(crate) const LIES: &[RawLie] = &[
    RawLie { name: "lines before the greeting without end", once: b"", for_ever: b"this is not SSH at all\r\n" },
    RawLie { name: "one line without end", once: b"", for_ever: &[b'a'; 4096] },
    RawLie { name: "a greeting without end", once: b"SSH-2.0-", for_ever: &[b'b'; 4096] },
    RawLie { name: "zeros", once: b"", for_ever: &[0; 4096] },
    RawLie { name: "a packet of four gigabytes", once: b"SSH-2.0-liar\r\n\xff\xff\xff\xff\x04", for_ever: &[7; 4096] },
    RawLie { name: "a packet of no length", once: b"SSH-2.0-liar\r\n\x00\x00\x00\x00\x00", for_ever: &[0; 64] },
    RawLie {
        name: "padding longer than its packet",
        once: b"SSH-2.0-liar\r\n\x00\x00\x00\x0c\xff\x14",
        for_ever: &[0; 64],
    },
    RawLie {
        name: "a key exchange whose lists are longer than it",
        once: b"SSH-2.0-liar\r\n\x00\x00\x00\x1c\x04\x14aaaaaaaaaaaaaaaa\xff\xff\xff\xff\0\0\0\0",
        for_ever: &[0; 64],
    },
    RawLie {
        name: "packets to be ignored without end",
        once: b"SSH-2.0-liar\r\n",
        for_ever: b"\x00\x00\x00\x0c\x06\x02\0\0\0\0\0\0\0\0\0\0",
    },
];

/// A host that tells one lie to whoever comes.
pub(crate) struct RawHost {
    pub(crate) port: u16,
    serving: JoinHandle<()>,
}

impl Drop for RawHost {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) async fn serve(lie: &'static RawLie) -> RawHost {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tell(stream, lie).await;
        }
    });
    RawHost { port, serving }
}

/// Until the other end has had enough.
async fn tell(stream: TcpStream, lie: &RawLie) {
    let (mut reads, mut writes) = stream.into_split();
    let reading = tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while reads.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    });
    if writes.write_all(lie.once).await.is_ok() {
        while writes.write_all(lie.for_ever).await.is_ok() {}
    }
    reading.abort();
}
