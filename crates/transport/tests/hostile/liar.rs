//! A server that speaks SSH well enough to lie.

use russh::{
    Channel, ChannelId, MethodKind, Preferred, compression,
    keys::{Algorithm, PrivateKey},
    server::{Auth, ChannelOpenHandle, Config, Handle, Handler, Msg, Response, Session, run_stream},
};
use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// So many channels the host tries to open.
pub(crate) const CHANNELS: usize = 300;

/// What it lies about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// One question after the other.
    AsksForEver,
    /// Megabytes of words, with escape sequences.
    AsksAtLength,
    /// A thousand fields at once.
    AsksAThousandThings,
    /// Channels that nobody asked for.
    OpensChannels,
    /// A banner of eight megabytes.
    LongBanner,
    /// Windows and packets as large as numbers go.
    HugeWindow,
    /// Takes nothing that is not compressed.
    OnlyCompresses,
}

/// A running liar.
pub(crate) struct Liar {
    port: u16,
    host_key: String,
    opened: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Liar {
    pub(crate) async fn start(lie: Lie) -> Self {
        let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
        let host_key = key.public_key().to_openssh().unwrap();
        let mut config = Config {
            keys: vec![key],
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            max_auth_attempts: 1000,
            ..Config::default()
        };
        match lie {
            Lie::HugeWindow => (config.window_size, config.maximum_packet_size) = (u32::MAX, u32::MAX),
            Lie::OnlyCompresses => {
                config.preferred = Preferred { compression: Cow::Borrowed(&[compression::ZLIB]), ..Preferred::DEFAULT };
            }
            Lie::AsksForEver | Lie::AsksAtLength | Lie::AsksAThousandThings => {
                config.methods = [MethodKind::KeyboardInteractive].as_slice().into();
            }
            _ => {}
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (opened, refused, config) = (Arc::default(), Arc::default(), Arc::new(config));
        let tongue = Tongue { lie, opened: Arc::clone(&opened), refused: Arc::clone(&refused) };
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let running = run_stream(Arc::clone(&config), stream, tongue.clone()).await;
                if let Ok(running) = running {
                    tokio::spawn(running);
                }
            }
        });
        Self { port, host_key, opened, refused, serving }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn host_key(&self) -> String {
        self.host_key.clone()
    }

    /// How many of its channels were accepted.
    pub(crate) fn opened(&self) -> usize {
        self.opened.load(Relaxed)
    }

    /// How many of its channels were refused.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Relaxed)
    }
}

#[derive(Clone)]
struct Tongue {
    lie: Lie,
    opened: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl Tongue {
    async fn open_channels(&self, handle: Handle) {
        for number in 0..CHANNELS {
            let answer = match number % 3 {
                0 => handle.channel_open_forwarded_tcpip("localhost", 80, "localhost", 1).await.map(drop),
                1 => handle.channel_open_agent().await.map(drop),
                _ => handle.channel_open_x11("localhost", 1).await.map(drop),
            };
            let count = if answer.is_ok() { &self.opened } else { &self.refused };
            count.fetch_add(1, Relaxed);
        }
    }
}

impl Handler for Tongue {
    type Error = russh::Error;

    async fn authentication_banner(&mut self) -> Result<Option<String>, russh::Error> {
        Ok((self.lie == Lie::LongBanner).then(|| "\u{1b}]52;c;AAAA\u{7} welcome\r\n".repeat(8_000)))
    }

    async fn auth_none(&mut self, _: &str) -> Result<Auth, russh::Error> {
        Ok(Auth::reject())
    }

    async fn auth_password(&mut self, _: &str, _: &str) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        _: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let (name, instructions, prompts): (String, String, Vec<(Cow<'static, str>, bool)>) = match self.lie {
            Lie::AsksAtLength => (
                "n".repeat(10_000),
                "\u{1b}[2J evil \u{202e}".repeat(5_000),
                vec![("Your code, \u{202e} please ".repeat(1_000).into(), false)],
            ),
            Lie::AsksAThousandThings => (String::new(), String::new(), vec![("?".into(), true); 1_000]),
            _ => (String::new(), String::new(), vec![("Code again: ".into(), false)]),
        };
        Ok(Auth::Partial { name: name.into(), instructions: instructions.into(), prompts: prompts.into() })
    }

    async fn auth_succeeded(&mut self, session: &mut Session) -> Result<(), russh::Error> {
        if self.lie == Lie::OpensChannels {
            let (tongue, handle) = (self.clone(), session.handle());
            tokio::spawn(async move { tongue.open_channels(handle).await });
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        session.data(channel, b"ready".as_slice())
    }

    async fn exec_request(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        session.data(channel, b"ran".as_slice())?;
        session.exit_status_request(channel, 0)?;
        session.close(channel)
    }
}
