//! One control connection, signed in.

use super::{
    access::{FtpAccess, FtpSecurity},
    data::Data,
    greeting::Server,
    reply::{Replies, Reply, command, extended_port, passive_port},
    tls::Tls,
};
use crate::{DialError, FileError, ShownCertificate, tcp};
use std::{
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

/// So long may nothing happen before the server counts as lost: less than a request of a browser may take, so that it is
/// told.
pub(super) const STALL: Duration = Duration::from_secs(45);

/// After the last byte of a file the server may have to write it out first.
const SETTLING: Duration = Duration::from_secs(300);

/// How long a data connection may take to come up.
const DATA: Duration = Duration::from_secs(20);

/// A stream with or without TLS.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Send + Sync> Duplex for T {}
pub(super) type Pipe = Pin<Box<dyn Duplex>>;

pub(super) struct Connection {
    pipe: Option<Pipe>,
    replies: Replies,
    /// Data connections go there, whatever address the server names.
    peer: IpAddr,
    tls: Option<Tls>,
    /// A command is under way: what was given up in the middle of it leaves answers that nobody would understand.
    busy: bool,
    extended: bool,
    pub(super) used: Instant,
    pub(super) server: Arc<Server>,
}

impl Connection {
    /// Connects and signs in.
    pub(super) async fn open(access: &FtpAccess, known: Option<Arc<Server>>) -> Result<Self, FileError> {
        let step = |step| DialError::TimedOut { endpoint: access.endpoint.clone(), step };
        let signing_in = async {
            let stream = tcp::connect(&access.endpoint, access.budget).await?;
            let mut connection = Self::greeted(stream, access).await?;
            connection.sign_in_guarded(access).await?;
            connection.server = match known {
                Some(server) => server,
                None => Arc::new(connection.look_around().await?),
            };
            connection.settle().await?;
            Ok(connection)
        };
        timeout(access.budget, signing_in).await.map_err(|_| step("sign-in"))?
    }

    /// The certificate that a server shows; nobody signs in.
    pub(super) async fn certificate(access: &FtpAccess) -> Result<ShownCertificate, FileError> {
        let looking = async {
            let mut stream = tcp::connect(&access.endpoint, access.budget).await?;
            if access.security != FtpSecurity::Implicit {
                stream = Self::ask_for_tls(stream).await?;
            }
            Tls::asking(access)?.wrap(stream).await
        };
        match timeout(access.budget, looking).await {
            Ok(Err(FileError::CertificateUnknown(shown))) => Ok(*shown),
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) => Err(FileError::NotUnderstood { why: "it shows no certificate".to_owned() }),
            Err(_) => Err(FileError::TimedOut),
        }
    }

    async fn greeted(stream: TcpStream, access: &FtpAccess) -> Result<Self, FileError> {
        let lost = |error: std::io::Error| FileError::Lost { why: error.to_string() };
        let peer = stream.peer_addr().map_err(lost)?.ip();
        let mut tls = match access.security {
            FtpSecurity::None => None,
            FtpSecurity::Explicit | FtpSecurity::Implicit => Some(Tls::new(access).await?),
        };
        let begin = |pipe: Pipe| Self {
            pipe: Some(pipe),
            replies: Replies::default(),
            peer,
            tls: None,
            busy: false,
            extended: true,
            used: Instant::now(),
            server: Arc::default(),
        };
        let mut connection = match (&tls, access.security) {
            (Some(tls), FtpSecurity::Implicit) => {
                let mut connection = begin(Box::pin(tls.wrap(stream).await?));
                connection.expect_greeting().await?;
                connection
            }
            (Some(tls), _) => {
                let raw = Self::ask_for_tls(stream).await?;
                begin(Box::pin(tls.wrap(raw).await?))
            }
            (None, _) => {
                let mut connection = begin(Box::pin(stream));
                connection.expect_greeting().await?;
                connection
            }
        };
        connection.tls = tls.take();
        Ok(connection)
    }

    /// Speaks in the clear up to the point where TLS begins. What the server sent beyond it in the clear is somebody
    /// else's, and ends the connection.
    async fn ask_for_tls(mut stream: TcpStream) -> Result<TcpStream, FileError> {
        let mut replies = Replies::default();
        let greeting = next_reply(&mut stream, &mut replies, STALL).await?;
        check_greeting(&greeting)?;
        let ask = command("AUTH", b"TLS")?;
        stream.write_all(&ask).await.map_err(|error| FileError::Lost { why: error.to_string() })?;
        let answer = next_reply(&mut stream, &mut replies, STALL).await?;
        if !answer.is_done() && !answer.wants_more() {
            return Err(FileError::NotEncrypted { why: format!("it refuses TLS ({})", answer.text()) });
        }
        if !replies.is_empty() {
            return Err(FileError::NotEncrypted { why: "something was slipped in before TLS began".to_owned() });
        }
        Ok(stream)
    }

    async fn expect_greeting(&mut self) -> Result<(), FileError> {
        let Some(pipe) = &mut self.pipe else { return Err(over()) };
        let greeting = next_reply(pipe, &mut self.replies, STALL).await?;
        check_greeting(&greeting)
    }

    async fn sign_in_guarded(&mut self, access: &FtpAccess) -> Result<(), FileError> {
        let Some(guard) = &access.guard else { return self.sign_in(access).await };
        guard.may_sign_in().await.map_err(|why| FileError::Lost { why })?;
        let signed_in = self.sign_in(access).await;
        match &signed_in {
            Ok(()) => guard.signed_in(None).await,
            Err(error @ FileError::Link(DialError::SignInFailed { .. })) => {
                guard.signed_in(Some(error.to_string())).await;
            }
            Err(_) => {}
        }
        signed_in
    }

    async fn sign_in(&mut self, access: &FtpAccess) -> Result<(), FileError> {
        let mut answer = self.ask("USER", access.username.as_bytes()).await?;
        if answer.code == 331 {
            answer = self.ask("PASS", access.password.expose().as_bytes()).await?;
        }
        if answer.is_done() {
            return Ok(());
        }
        let text = answer.text();
        let lower = text.to_ascii_lowercase();
        if self.tls.is_none() && ["tls", "ssl", "encrypt", "secur"].iter().any(|word| lower.contains(word)) {
            return Err(FileError::NotEncrypted {
                why: format!("it lets nobody in without TLS ({text}); choose FTPS"),
            });
        }
        let endpoint = access.endpoint.clone();
        if answer.code / 100 == 4 {
            return Err(FileError::Link(DialError::ChannelRefused { why: text }));
        }
        let (tried, offered) = (vec!["password"], vec!["password".to_owned()]);
        Err(FileError::Link(DialError::SignInFailed { endpoint, username: access.username.clone(), tried, offered }))
    }

    /// What has to be said on every connection.
    async fn settle(&mut self) -> Result<(), FileError> {
        if self.tls.is_some() {
            self.ask("PBSZ", b"0").await?;
            let answer = self.ask("PROT", b"P").await?;
            if !answer.is_done() {
                return Err(FileError::NotEncrypted {
                    why: format!("it sends files in the clear ({})", answer.text()),
                });
            }
        }
        let server = Arc::clone(&self.server);
        if server.utf8 {
            // A server that does not know it may do so by itself.
            self.ask("OPTS", b"UTF8 ON").await?;
        }
        if let Some(facts) = &server.facts {
            self.ask("OPTS", format!("MLST {facts}").as_bytes()).await?;
        }
        let answer = self.ask("TYPE", b"I").await?;
        if answer.is_done() { Ok(()) } else { Err(FileError::Unsupported { what: "send files as they are" }) }
    }

    /// Whether it can be used again.
    pub(super) fn is_idle(&self) -> bool {
        self.pipe.is_some() && !self.busy && self.replies.is_empty()
    }

    /// One command and its first answer.
    pub(super) async fn ask(&mut self, verb: &str, argument: &[u8]) -> Result<Reply, FileError> {
        let line = command(verb, argument)?;
        self.busy = true;
        let sent = match &mut self.pipe {
            Some(pipe) => timeout(STALL, async { pipe.write_all(&line).await.and(pipe.flush().await) }).await,
            None => return Err(over()),
        };
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.lost(error.to_string())),
            Err(_) => return Err(self.late()),
        }
        self.reply_within(STALL).await
    }

    /// The next answer. A future that is dropped loses nothing.
    pub(super) async fn reply(&mut self) -> Result<Reply, FileError> {
        self.reply_within(if self.busy { SETTLING } else { STALL }).await
    }

    async fn reply_within(&mut self, patience: Duration) -> Result<Reply, FileError> {
        let Some(pipe) = &mut self.pipe else { return Err(over()) };
        match next_reply(pipe, &mut self.replies, patience).await {
            Ok(Reply { code: 421, lines }) => {
                let why = Reply { code: 421, lines }.text();
                Err(self.lost(why))
            }
            Ok(reply) => {
                self.busy = reply.is_begun();
                self.used = Instant::now();
                Ok(reply)
            }
            Err(error) => {
                self.pipe = None;
                Err(error)
            }
        }
    }

    /// Begins a command that has data: its connection, or the answer why there is none. After the data comes one more
    /// answer.
    pub(super) async fn transfer(
        &mut self,
        verb: &str,
        argument: &[u8],
        from: u64,
    ) -> Result<Result<Data, Reply>, FileError> {
        // Refused before anything else is begun.
        command(verb, argument)?;
        let port = self.passive().await?;
        let address = SocketAddr::new(self.peer, port);
        let stream = match timeout(DATA, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(self.lost(format!("its data connection (port {port}) failed: {error}"))),
            Err(_) => return Err(self.lost(format!("its data connection (port {port}) does not come up; a firewall?"))),
        };
        if from > 0 {
            let answer = self.ask("REST", from.to_string().as_bytes()).await?;
            if !answer.wants_more() {
                return Ok(Err(answer));
            }
        }
        let answer = self.ask(verb, argument).await?;
        if !answer.is_begun() {
            return Ok(Err(answer));
        }
        let wrapped = match &self.tls {
            None => return Ok(Ok(Data::new(Box::pin(stream)))),
            Some(tls) => timeout(DATA, tls.wrap(stream)).await,
        };
        match wrapped {
            Ok(Ok(stream)) => Ok(Ok(Data::new(Box::pin(stream)))),
            Ok(Err(error)) => match self.reply().await {
                Ok(reply) if !reply.is_done() => Ok(Err(reply)),
                _ => Err(error),
            },
            Err(_) => Err(self.late()),
        }
    }

    /// A port for the data; EPSV first, which needs no address.
    async fn passive(&mut self) -> Result<u16, FileError> {
        let text = |reply: &Reply| reply.lines.last().cloned().unwrap_or_default();
        if self.extended {
            let reply = self.ask("EPSV", b"").await?;
            if reply.code == 229
                && let Some(port) = extended_port(&text(&reply))
            {
                return Ok(port);
            }
            self.extended = false;
        }
        let reply = self.ask("PASV", b"").await?;
        let port = if reply.code == 227 { passive_port(&text(&reply)) } else { None };
        port.ok_or(FileError::Refused {
            path: wire::files::RemotePath::start(),
            why: format!("it opens no data connection ({})", reply.text()),
        })
    }

    fn lost(&mut self, why: String) -> FileError {
        self.pipe = None;
        FileError::Lost { why }
    }

    fn late(&mut self) -> FileError {
        self.pipe = None;
        FileError::TimedOut
    }
}

fn over() -> FileError {
    FileError::Lost { why: "it is over".to_owned() }
}

fn check_greeting(reply: &Reply) -> Result<(), FileError> {
    if reply.is_done() {
        return Ok(());
    }
    Err(FileError::Link(DialError::ChannelRefused { why: reply.text() }))
}

async fn next_reply<R: AsyncRead + Unpin>(
    pipe: &mut R,
    replies: &mut Replies,
    patience: Duration,
) -> Result<Reply, FileError> {
    loop {
        let foreign = |_| FileError::NotUnderstood { why: "its answers are not FTP's".to_owned() };
        if let Some(reply) = replies.next().map_err(foreign)? {
            return Ok(reply);
        }
        match timeout(patience, pipe.read_buf(&mut replies.bytes)).await {
            Ok(Ok(0)) => return Err(FileError::Lost { why: "the host closed the connection".to_owned() }),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(FileError::Lost { why: error.to_string() }),
            Err(_) => return Err(FileError::TimedOut),
        }
    }
}
