//! Every pair of racing ends: one end, one reason, nothing held afterwards: no task, no channel of the shell, no file of
//! the recording.
//!
//! A dial under way has no row here: the engine begins with a shell that runs. What ends an opening is raced in
//! `server/tests/races`.

use crate::{Attachment, CastHeader, Event, Recorder, Session, Settings, TapSettings, start};
use bytes::Bytes;
use std::{
    fs::{self, File},
    path::Path,
    pin::pin,
    task::{Context, Waker},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::yield_now,
    time::{advance, sleep, timeout},
};
use transport::{PtySize, ShellExit, ShellInput, scripted_shell};
use wire::{
    frames::Attach,
    terminal::{EndReason, Ending},
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

/// How far before a limit it is approached.
const BRINK: Duration = Duration::from_millis(1);

/// So much output is written at once, so that nobody waits for the recorder's round.
const MUCH: usize = 512 * 1024;

/// Where the recordings of a test lie, and who writes them.
struct Studio {
    folder: TempDir,
    recorder: Recorder,
}

impl Studio {
    fn open() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), recorder: Recorder::start().unwrap() }
    }

    /// How many of its files are open. Other tests of this process have others.
    fn open_files(&self) -> usize {
        let is_ours = |target: &Path| target.starts_with(self.folder.path());
        let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
        open.filter(|entry| fs::read_link(entry.path()).is_ok_and(|target| is_ours(&target))).count()
    }
}

/// Gives the recorder's thread a moment. It has the real clock; the test's own must not go on meanwhile.
#[expect(clippy::disallowed_methods, reason = "asleep in any other way, the paused clock would go on")]
fn pause() {
    thread::sleep(Duration::from_millis(1));
}

/// A session with a viewer and a recording that it may not go on without, and the far end of its shell.
struct World<'a> {
    studio: &'a Studio,
    session: Option<Session>,
    attachment: Attachment,
    output: Option<mpsc::Sender<Bytes>>,
    exit: Option<oneshot::Sender<ShellExit>>,
    input: mpsc::Receiver<ShellInput>,
    /// A sender that only counts: closed when the engine has let go.
    held: mpsc::Sender<Bytes>,
}

impl<'a> World<'a> {
    async fn begin(studio: &'a Studio) -> Self {
        let (shell, far) = scripted_shell();
        let settings = Settings { idle_timeout: IDLE, max_duration: LONGEST, ..Settings::default() };
        let file = File::create(studio.folder.path().join("cast")).unwrap();
        let header = CastHeader { size: SIZE, timestamp: None, title: None };
        let required = TapSettings { required: true, ..TapSettings::default() };
        let (tap, _) = studio.recorder.record(file, &header, None, required).unwrap();
        let session = start(shell, SIZE, settings, Some(tap)).0;
        let attachment = session.attach(VIEWER).await.unwrap();
        far.output.send(Bytes::from_static(b"in the middle of out")).await.unwrap();
        Self {
            studio,
            session: Some(session),
            attachment,
            held: far.output.clone(),
            output: Some(far.output),
            exit: Some(far.exit),
            input: far.input,
        }
    }

    /// Lets time pass until the limits among these ends are about to be reached, all at one moment.
    async fn approach(&self, ends: &[End]) {
        let session = self.session.as_ref().expect("a session");
        match (ends.contains(&End::Idle), ends.contains(&End::Expired)) {
            (true, true) => {
                sleep(LONGEST - IDLE).await;
                session.touch();
                sleep(IDLE - BRINK).await;
            }
            (true, false) => sleep(IDLE - BRINK).await,
            (false, true) => {
                sleep(LONGEST / 2).await;
                session.touch();
                sleep(LONGEST / 2 - BRINK).await;
            }
            (false, false) => {}
        }
    }

    /// Brings an end about, without waiting for it.
    async fn bring(&mut self, end: End) {
        match (end, &self.session) {
            (End::Idle | End::Expired, _) => advance(2 * BRINK).await,
            (End::RemoteExit, _) => self.exits(ShellExit::Exited(0)),
            (End::LinkLost, _) => self.exits(ShellExit::Lost("reset by peer".into())),
            (End::LetGo, _) => self.session = None,
            (End::RecordingError, Some(session)) => self.break_recording(session),
            (other, Some(session)) => session.close(other.reason().into()).await,
            (_, None) => {}
        }
    }

    /// Takes the recording's file away under its writer, and waits until that has noticed. The engine has not yet.
    fn break_recording(&self, session: &Session) {
        // Gone already when it is the second end.
        let _ = fs::remove_file(self.studio.folder.path().join("cast"));
        let tap = session.tap().expect("a recording");
        tap.shown(&[Bytes::from(vec![b'x'; MUCH])]);
        let mut context = Context::from_waker(Waker::noop());
        // One that was closed before has nothing more to write.
        while session.ending().is_none() && pin!(tap.broken()).poll(&mut context).is_pending() {
            pause();
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

    /// Nothing of the session is left: no task of the engine, no channel of the shell, no file.
    async fn leaves_nothing(mut self, tasks: usize) {
        drop((self.attachment, self.session));
        while let Some(left) = self.input.recv().await {
            assert!(matches!(left, ShellInput::Resize(_)), "{left:?}");
        }
        let mut left = (0, 0);
        for _ in 0..10_000 {
            left = (Handle::current().metrics().num_alive_tasks() - tasks, self.studio.open_files());
            if left == (0, 0) {
                return;
            }
            yield_now().await;
            if left.0 == 0 {
                pause();
            }
        }
        panic!("{} tasks and {} files are left over", left.0, left.1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_of_every_pair_of_ends_is_the_end() {
    let (tasks, studio) = (Handle::current().metrics().num_alive_tasks(), Studio::open());
    for first in ENDS {
        for second in ENDS {
            let mut world = World::begin(&studio).await;
            world.approach(&[first]).await;
            world.bring(first).await;
            let told = world.told().await;
            assert_eq!(told.reason, first.reason(), "{first:?} before {second:?}: {told:?}");
            assert_eq!(told.message.is_some_and(|why| why.contains("recording")), first == End::RecordingError);
            world.bring(second).await;
            // By now both limits have passed.
            sleep(LONGEST).await;
            if let Some(session) = &world.session {
                assert_eq!(session.ended().await.reason, first.reason(), "{first:?} before {second:?}");
                assert!(session.attach(VIEWER).await.is_err());
            }
            assert_eq!(world.told_again().await.reason, first.reason());
            world.leaves_nothing(tasks).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_ends_at_once_are_one() {
    let (tasks, studio) = (Handle::current().metrics().num_alive_tasks(), Studio::open());
    for first in ENDS {
        for second in ENDS {
            let mut world = World::begin(&studio).await;
            world.approach(&[first, second]).await;
            world.bring(first).await;
            world.bring(second).await;
            let told = world.told().await;
            assert!([first.reason(), second.reason()].contains(&told.reason), "{first:?} and {second:?}: {told:?}");
            sleep(LONGEST).await;
            assert_eq!(world.told_again().await, told, "{first:?} and {second:?}");
            world.leaves_nothing(tasks).await;
        }
    }
}

impl World<'_> {
    /// The end is told again and again, always the same.
    async fn told_again(&mut self) -> Ending {
        match self.attachment.next().await {
            Event::Ended(ending) => ending,
            other => panic!("{other:?} after the end"),
        }
    }
}
