use super::*;
use crate::files::sftp::packet::status;
use bytes::BufMut;
use tokio::{task::yield_now, time::advance};

/// The host's end of a channel, driven by a test.
struct Host {
    asked: mpsc::UnboundedReceiver<Bytes>,
    says: mpsc::UnboundedSender<Bytes>,
    frames: Frames,
}

impl Source for mpsc::UnboundedReceiver<Bytes> {
    async fn next(&mut self) -> Result<Bytes, DialError> {
        self.recv().await.ok_or_else(|| DialError::Lost { why: "cut".to_owned() })
    }
}

impl Drain for mpsc::UnboundedSender<Bytes> {
    async fn put(&mut self, bytes: Bytes) -> Result<(), DialError> {
        self.send(bytes).map_err(|_| DialError::Lost { why: "cut".to_owned() })
    }
}

impl Host {
    /// The kind and the number of the next request.
    async fn asked(&mut self) -> (u8, u32) {
        loop {
            if let Some(packet) = self.frames.next().unwrap() {
                return (packet[0], u32::from_be_bytes(packet[1..5].try_into().unwrap()));
            }
            let bytes = self.asked.recv().await.expect("a request");
            self.frames.push(bytes);
        }
    }

    fn says(&self, kind: u8, id: u32, rest: &[u8]) {
        let mut packet = BytesMut::new();
        packet.put_u32(u32::try_from(5 + rest.len()).unwrap());
        packet.put_u8(kind);
        packet.put_u32(id);
        packet.put_slice(rest);
        let _ = self.says.send(packet.freeze());
    }
}

async fn started() -> (Client, Host) {
    let (drain, asked) = mpsc::unbounded_channel();
    let (says, source) = mpsc::unbounded_channel();
    let mut host = Host { asked, says, frames: Frames::default() };
    let starting = tokio::spawn(Client::start(source, drain));
    assert_eq!(host.asked().await, (kind::INIT, 3));
    host.says(2, 3, &[]);
    (starting.await.unwrap().unwrap().0, host)
}

fn look(client: &Client) -> Due {
    client.ask(|id| Request::new(kind::STAT, id, 8).text(b"/"))
}

const HANDLE: &[u8] = &[0, 0, 0, 1, b'h'];

#[tokio::test(start_paused = true)]
async fn answers_find_who_asked_in_any_order() {
    let (client, mut host) = started().await;
    let asked: Vec<_> = (0..3).map(|_| look(&client)).collect();
    let mut ids = Vec::new();
    for _ in &asked {
        ids.push(host.asked().await.1);
    }
    for id in ids.iter().rev() {
        host.says(101, *id, &id.to_be_bytes());
    }
    for (due, id) in asked.into_iter().zip(ids) {
        assert_eq!(due.wait().await, Ok(Answer::Status { code: id, message: String::new() }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_nobody_waits_for_is_closed() {
    let (client, mut host) = started().await;
    drop(client.ask_to_open(|id| Request::new(kind::OPEN, id, 8).text(b"/")));
    let (kind, id) = host.asked().await;
    assert_eq!(kind, kind::OPEN);
    host.says(102, id, HANDLE);
    assert_eq!(host.asked().await.0, kind::CLOSE);
}

#[tokio::test(start_paused = true)]
async fn silence_ends_everything() {
    let (client, mut host) = started().await;
    let (one, other) = (look(&client), look(&client));
    let waiting = tokio::spawn(one.wait());
    host.asked().await;
    let (_, id) = host.asked().await;
    yield_now().await;
    // While something moves there is patience.
    for _ in 0..3 {
        advance(SILENCE - Duration::from_secs(1)).await;
        let due = look(&client);
        let (_, id) = host.asked().await;
        host.says(101, id, &status::OK.to_be_bytes());
        due.wait().await.unwrap();
    }
    assert!(!waiting.is_finished());
    advance(SILENCE).await;
    assert_eq!(waiting.await.unwrap(), Err(FileError::TimedOut));
    host.says(101, id, &status::OK.to_be_bytes());
    assert_eq!(other.wait().await, Err(FileError::TimedOut));
    assert_eq!(look(&client).wait().await, Err(FileError::TimedOut));
    assert!(!client.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_host_that_hangs_is_given_up_though_all_who_asked_have_left() {
    let (client, mut host) = started().await;
    // They come again and again, and none waits long enough to learn it.
    for _ in 0..10 {
        assert!(client.is_open());
        drop(look(&client));
        host.asked().await;
        advance(SILENCE / 10).await;
    }
    advance(Duration::from_secs(1)).await;
    yield_now().await;
    assert!(!client.is_open());
    assert_eq!(look(&client).wait().await, Err(FileError::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_nothing_to_answer_may_be_silent_and_one_that_works_longer_than_others() {
    let (client, mut host) = started().await;
    advance(3 * SILENCE).await;
    yield_now().await;
    let due = look(&client).patiently();
    let (_, id) = host.asked().await;
    advance(3 * SILENCE).await;
    yield_now().await;
    host.says(101, id, &status::OK.to_be_bytes());
    due.wait().await.unwrap();
    assert!(client.is_open());
}

#[tokio::test(start_paused = true)]
async fn one_answer_that_never_comes_is_not_waited_for_for_ever() {
    let (client, mut host) = started().await;
    let forgotten = tokio::spawn(look(&client).wait());
    host.asked().await;
    let begun = Instant::now();
    while !forgotten.is_finished() {
        advance(SILENCE / 2).await;
        let due = look(&client);
        let Some(packet) = host.asked.recv().await else { break };
        host.says(101, u32::from_be_bytes(packet[5..9].try_into().unwrap()), &status::OK.to_be_bytes());
        let _ = due.wait().await;
        assert!(begun.elapsed() < 2 * LONGEST);
    }
    assert_eq!(forgotten.await.unwrap(), Err(FileError::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn a_cut_and_nonsense_reach_everybody() {
    let (client, host) = started().await;
    let due = look(&client);
    drop(host);
    assert_eq!(due.wait().await, Err(FileError::Lost { why: "cut".to_owned() }));

    for (nonsense, says) in
        [(&b"Welcome to this host!"[..], "Welcome"), (&[0, 0, 0, 5, 77, 0, 0, 0, 0], "unknown kind")]
    {
        let (client, host) = started().await;
        let due = look(&client);
        host.says.send(Bytes::copy_from_slice(nonsense)).unwrap();
        let Err(FileError::NotUnderstood { why }) = due.wait().await else { panic!("it was understood") };
        assert!(why.contains(says), "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_channel_ends_with_the_last_client() {
    let (client, mut host) = started().await;
    let other = client.clone();
    drop(client);
    other.let_go(b"h");
    drop(other);
    assert_eq!(host.asked().await.0, kind::CLOSE);
    assert_eq!(host.asked.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn small_requests_leave_together() {
    let (client, mut host) = started().await;
    let due: Vec<_> = (0..100).map(|_| look(&client)).collect();
    let piece = host.asked.recv().await.unwrap();
    assert_eq!(piece.len(), 100 * 14);
    drop(due);
}
