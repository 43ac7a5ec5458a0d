//! The warnings before an end by a limit, as viewers hear them.

use crate::{Attachment, Event, Settings, start};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use transport::{PtySize, scripted_shell};
use wire::{
    frames::Attach,
    terminal::{EndReason, Notice},
};

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };
const IDLE: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(100);
const VIEWER: Attach = Attach { client: 1, from: None, cols: 80, rows: 24 };

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

/// A page's heartbeat moves a short idle limit on again and again; the longest duration is warned of all the same.
#[tokio::test(start_paused = true)]
async fn heartbeats_hide_no_warning_of_the_longest_duration() {
    let (shell, _far) = scripted_shell();
    let settings = Settings { idle_timeout: IDLE, max_duration: Duration::from_secs(1_000), ..Settings::default() };
    let (session, _commands) = start(shell, SIZE, settings, None);
    let began = Instant::now();
    let mut attachment = session.attach(VIEWER).await.unwrap();
    let beating = async {
        loop {
            sleep(Duration::from_secs(15)).await;
            session.touch();
        }
    };
    let noted = async {
        assert_eq!(notice(&mut attachment).await, expired(120, true));
        assert_eq!(began.elapsed().as_secs(), 880);
        assert_eq!(session.ended().await.reason, EndReason::Expired);
        assert_eq!(began.elapsed().as_secs(), 1_000);
    };
    tokio::select! {
        () = noted => {}
        () = beating => {}
    }
    loop {
        match attachment.next().await {
            Event::Notice(Notice::People { .. }) | Event::Welcome { .. } => {}
            Event::Notice(notice) => panic!("{notice:?}: it was warned of once"),
            Event::Ended(_) => break,
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_nearer_end_is_warned_of_and_the_other_one_after_it() {
    let (shell, _far) = scripted_shell();
    let settings = Settings { idle_timeout: IDLE, max_duration: LONGEST, ..Settings::default() };
    let (session, _commands) = start(shell, SIZE, settings, None);
    let mut attachment = session.attach(VIEWER).await.unwrap();
    let idle = |seconds| Notice::EndsSoon { reason: EndReason::Idle, seconds, may_extend: true };
    assert_eq!(notice(&mut attachment).await, idle(30));
    sleep(Duration::from_secs(25)).await;
    session.touch();
    assert_eq!(notice(&mut attachment).await, expired(45, true), "that one is near by now");
    let mut late = session.attach(Attach { client: 2, ..VIEWER }).await.unwrap();
    assert_eq!(notice(&mut late).await, expired(45, true));
}

#[tokio::test(start_paused = true)]
async fn an_extension_that_is_soon_over_says_how_much_time_is_left() {
    let (shell, _far) = scripted_shell();
    let settings = Settings {
        idle_timeout: Duration::ZERO,
        max_duration: Duration::from_secs(1_000),
        extend_by: Duration::from_secs(60),
        ..Settings::default()
    };
    let (session, _commands) = start(shell, SIZE, settings, None);
    let mut attachment = session.attach(VIEWER).await.unwrap();
    assert_eq!(notice(&mut attachment).await, expired(120, true));
    sleep(Duration::from_secs(100)).await;
    assert!(session.extend());
    assert_eq!(notice(&mut attachment).await, expired(60, true));
    assert!(session.extend());
    sleep(Duration::from_secs(59)).await;
    assert!(session.glance().status.is_live());
    assert_eq!(session.ended().await.reason, EndReason::Expired);
}
