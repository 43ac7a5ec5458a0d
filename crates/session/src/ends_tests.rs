//! Every pair of racing ends: one end, one reason, nothing held afterwards. And the warnings before an end by a limit.

use crate::{Attachment, Event, Session, Settings, start};
use bytes::Bytes;
use std::time::Duration;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::yield_now,
    time::{Instant, sleep, timeout},
};
use transport::{PtySize, ShellExit, ShellInput, scripted_shell};
use wire::{
    frames::Attach,
    terminal::{EndReason, Ending, Notice},
};

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };
const IDLE: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(100);
const VIEWER: Attach = Attach { client: 1, from: None, cols: 80, rows: 24 };

/// What can end a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Idle,
    Expired,
    User,
    Admin,
    RemoteExit,
    LinkLost,
    ServerStop,
    RecordingError,
    LetGo,
}

const ENDS: [End; 9] = [
    End::Idle,
    End::Expired,
    End::User,
    End::Admin,
    End::RemoteExit,
    End::LinkLost,
    End::ServerStop,
    End::RecordingError,
    End::LetGo,
];

impl End {
    fn reason(self) -> EndReason {
        match self {
            Self::Idle => EndReason::Idle,
            Self::Expired => EndReason::Expired,
            Self::User => EndReason::User,
            Self::Admin => EndReason::Admin,
            Self::RemoteExit => EndReason::RemoteExit,
            Self::ServerStop => EndReason::ServerRestart,
            Self::LinkLost | Self::RecordingError | Self::LetGo => EndReason::Error,
        }
    }
}

/// A session with a viewer, and the far end of its shell.
struct World {
    session: Option<Session>,
    attachment: Attachment,
    output: Option<mpsc::Sender<Bytes>>,
    exit: Option<oneshot::Sender<ShellExit>>,
    input: mpsc::Receiver<ShellInput>,
    /// A sender that only counts: closed when the engine has let go.
    held: mpsc::Sender<Bytes>,
}

impl World {
    async fn begin() -> Self {
        let (shell, far) = scripted_shell();
        let settings = Settings { idle_timeout: IDLE, max_duration: LONGEST, ..Settings::default() };
        let session = start(shell, SIZE, settings, None).0;
        let attachment = session.attach(VIEWER).await.unwrap();
        far.output.send(Bytes::from_static(b"in the middle of out")).await.unwrap();
        Self {
            session: Some(session),
            attachment,
            held: far.output.clone(),
            output: Some(far.output),
            exit: Some(far.exit),
            input: far.input,
        }
    }

    /// Brings an end about, without waiting for it.
    async fn bring(&mut self, end: End) {
        let message = Some("the disk is full".to_owned());
        match (end, &self.session) {
            (End::Idle, _) => sleep(IDLE + Duration::from_millis(1)).await,
            (End::Expired, _) => {
                for _ in 0..11 {
                    self.session.iter().for_each(Session::touch);
                    sleep(LONGEST / 10).await;
                }
            }
            (End::RemoteExit, _) => self.exits(ShellExit::Exited(0)),
            (End::LinkLost, _) => self.exits(ShellExit::Lost("reset by peer".into())),
            (End::LetGo, _) => self.session = None,
            (End::RecordingError, Some(session)) => session.close(Ending { message, ..EndReason::Error.into() }).await,
            (other, Some(session)) => session.close(other.reason().into()).await,
            (_, None) => {}
        }
    }

    fn exits(&mut self, exit: ShellExit) {
        if let Some(told) = self.exit.take() {
            let _ = told.send(exit);
        }
        self.output = None;
        // What is kept for counting must not keep the output open.
        self.held = mpsc::channel(1).0;
    }

    /// What the viewer is told in the end.
    async fn told(&mut self) -> Ending {
        let mut shown = Vec::new();
        loop {
            match timeout(Duration::from_secs(3_600), self.attachment.next()).await.expect("an end") {
                Event::Ended(ending) => {
                    let limit = matches!(ending.reason, EndReason::Idle | EndReason::Expired);
                    let text = shown.ends_with(b"\r\nSession timeout - connection closed\r\n");
                    assert_eq!(limit, text, "{}", String::from_utf8_lossy(&shown));
                    return ending;
                }
                Event::Output { data, .. } => shown.extend_from_slice(&data),
                _ => {}
            }
        }
    }

    /// Nothing of the session is left: no task of the engine, no channel of the shell.
    async fn leaves_nothing(mut self, tasks: usize) {
        drop((self.attachment, self.session));
        while let Some(left) = self.input.recv().await {
            assert!(matches!(left, ShellInput::Resize(_)), "{left:?}");
        }
        for _ in 0..1_000 {
            if Handle::current().metrics().num_alive_tasks() == tasks {
                return;
            }
            yield_now().await;
        }
        panic!("{} tasks are left over", Handle::current().metrics().num_alive_tasks() - tasks);
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_of_every_pair_of_ends_is_the_end() {
    let tasks = Handle::current().metrics().num_alive_tasks();
    for first in ENDS {
        for second in ENDS {
            let mut world = World::begin().await;
            world.bring(first).await;
            let told = world.told().await;
            assert_eq!(told.reason, first.reason(), "{first:?} before {second:?}");
            world.bring(second).await;
            if let Some(session) = &world.session {
                assert_eq!(session.ended().await, told, "{first:?} before {second:?}");
                assert!(session.attach(VIEWER).await.is_err());
            }
            assert_eq!(world.told_again().await, told);
            world.leaves_nothing(tasks).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_ends_at_once_are_one() {
    let tasks = Handle::current().metrics().num_alive_tasks();
    for first in ENDS {
        for second in ENDS {
            let mut world = World::begin().await;
            world.bring(first).await;
            world.bring(second).await;
            let told = world.told().await;
            assert!([first.reason(), second.reason()].contains(&told.reason), "{first:?} and {second:?}: {told:?}");
            world.leaves_nothing(tasks).await;
        }
    }
}

impl World {
    /// The end is told again and again, always the same.
    async fn told_again(&mut self) -> Ending {
        match self.attachment.next().await {
            Event::Ended(ending) => ending,
            other => panic!("{other:?} after the end"),
        }
    }
}

/// The next notice that is no list of people.
async fn notice(attachment: &mut Attachment) -> Notice {
    loop {
        match timeout(Duration::from_secs(36_000), attachment.next()).await.expect("a notice") {
            Event::Notice(Notice::People { .. }) => {}
            Event::Notice(notice) => return notice,
            Event::Ended(ending) => panic!("{ending:?}"),
            _ => {}
        }
    }
}

fn expired(seconds: u64, may_extend: bool) -> Notice {
    Notice::EndsSoon { reason: EndReason::Expired, seconds, may_extend }
}

#[tokio::test(start_paused = true)]
async fn the_longest_duration_is_warned_of_and_can_be_put_off() {
    let (shell, _far) = scripted_shell();
    let settings = Settings {
        idle_timeout: Duration::ZERO,
        max_duration: Duration::from_secs(1_000),
        extend_by: Duration::from_secs(500),
        ..Settings::default()
    };
    let (session, _commands) = start(shell, SIZE, settings, None);
    let began = Instant::now();
    let mut early = session.attach(VIEWER).await.unwrap();
    assert_eq!(notice(&mut early).await, expired(120, true));
    assert_eq!(began.elapsed().as_secs(), 880);
    sleep(Duration::from_secs(20)).await;
    let mut late = session.attach(Attach { client: 2, ..VIEWER }).await.unwrap();
    assert_eq!(notice(&mut late).await, expired(100, true));
    assert!(session.extend());
    assert_eq!(notice(&mut early).await, Notice::EndsLater {});
    assert_eq!(notice(&mut late).await, Notice::EndsLater {});
    assert_eq!(notice(&mut early).await, expired(120, true));
    assert_eq!(session.ended().await.reason, EndReason::Expired);
    assert_eq!(began.elapsed().as_secs(), 1_400);
    assert!(!session.glance().status.is_live());
}

#[tokio::test(start_paused = true)]
async fn where_it_may_not_be_put_off_the_warning_says_so() {
    let (shell, _far) = scripted_shell();
    let settings = Settings { max_duration: LONGEST, extend_by: Duration::ZERO, ..Settings::default() };
    let (session, _commands) = start(shell, SIZE, settings, None);
    let mut attachment = session.attach(VIEWER).await.unwrap();
    // Half of the span when that is shorter than the usual warning.
    assert_eq!(notice(&mut attachment).await, expired(50, false));
    assert!(!session.extend());
    assert_eq!(session.ended().await.reason, EndReason::Expired);
}

#[tokio::test(start_paused = true)]
async fn being_seen_takes_an_idle_warning_back() {
    let (shell, _far) = scripted_shell();
    let (session, _commands) = start(shell, SIZE, Settings { idle_timeout: IDLE, ..Settings::default() }, None);
    let mut attachment = session.attach(VIEWER).await.unwrap();
    let soon = Notice::EndsSoon { reason: EndReason::Idle, seconds: 30, may_extend: true };
    assert_eq!(notice(&mut attachment).await, soon);
    session.touch();
    assert_eq!(notice(&mut attachment).await, Notice::EndsLater {});
    assert_eq!(notice(&mut attachment).await, soon);
    assert_eq!(session.ended().await.reason, EndReason::Idle);
}
