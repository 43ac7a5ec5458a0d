use super::*;
use crate::{Settings, screen::promises};
use std::thread;
use tokio::sync::mpsc;

const SIZE: PtySize = PtySize { cols: 60, rows: 12 };

/// As small a ring as there is.
fn shared() -> Shared {
    let settings = Settings { ring_bytes: 0, ..Settings::default() };
    Shared::new(mpsc::channel(1).0, SIZE, settings, None)
}

/// Lines in all colours, some wide, some that wrap.
fn lines(from: usize, count: usize) -> Vec<u8> {
    let line =
        |n: usize| format!("\x1b[3{}mline {n}\x1b[m {} é 漢{}\r\n", n % 8, "x".repeat(n % 80), "👍🏽".repeat(n % 3));
    (from..from + count).map(line).collect::<String>().into_bytes()
}

fn show(shared: &Shared, bytes: &[u8]) {
    bytes.chunks(3001).for_each(|piece| shared.show(&[Bytes::copy_from_slice(piece)]));
}

fn ring(shared: &Shared) -> Vec<u8> {
    let state = shared.state();
    state.ring.read(state.ring.start(), usize::MAX).unwrap()
}

#[test]
fn a_session_that_never_filled_its_ring_has_no_emulator() {
    let shared = shared();
    show(&shared, b"hello\r\n");
    assert!(shared.backdrop().screen.is_none());
    let picture = shared.picture();
    assert_eq!((picture.offset, &picture.dump[..]), (0, &b""[..]));
    show(&shared, &lines(0, 10_000));
    assert!(shared.backdrop().screen.is_some());
}

#[test]
fn a_picture_and_the_ring_are_the_whole_with_the_scrollback_of_the_ring() {
    let shared = shared();
    let mut whole = Vec::new();
    for round in 0..12 {
        let more = lines(round * 1000, 1000);
        show(&shared, &more);
        whole.extend(more);
        let (picture, ring) = (shared.picture(), ring(&shared));
        assert_eq!(picture.offset + ring.len() as u64, whole.len() as u64);
        assert!(whole.ends_with(&ring), "what the ring holds comes as it was");
        let resumed = promises::settled(picture.size, &[&picture.dump[..], &ring].concat());
        let all = promises::settled(SIZE, &whole);
        assert_eq!(promises::rows(&resumed), promises::rows(&all));
        assert_eq!(resumed.dump().escape_ascii().to_string(), all.dump().escape_ascii().to_string());
    }
    assert!(shared.picture().offset > 0);
}

#[test]
fn sizes_reach_the_model_where_they_were_changed() {
    let shared = shared();
    let sizes = [PtySize { cols: 40, rows: 9 }, PtySize { cols: 81, rows: 20 }, SIZE];
    let mut expected = promises::settled(SIZE, b"");
    for (round, size) in sizes.into_iter().enumerate() {
        let painted = [&lines(round * 2000, 3000)[..], b"\x1b[H\x1b[2Jpainted\x1b[5;30Hthere"].concat();
        show(&shared, &painted);
        expected.absorb(&painted);
        shared.state().resize(size);
        expected.resize(size);
    }
    let last = lines(0, 10_000);
    show(&shared, &last);
    let (picture, ring) = (shared.picture(), ring(&shared));
    assert_eq!(picture.size, SIZE);
    expected.absorb(&last[..last.len() - ring.len()]);
    let modelled = promises::settled(SIZE, &picture.dump);
    assert_eq!(promises::rows(&modelled), promises::rows(&expected));
}

/// Absorbing takes long; whoever waits for output shall not wait for that.
#[test]
fn viewers_are_woken_before_anything_is_absorbed() {
    let shared = shared();
    let watch = shared.watch();
    let absorbing = shared.backdrop();
    thread::scope(|scope| {
        let showing = scope.spawn(|| shared.show(&[Bytes::from(lines(0, 10_000))]));
        let woken = (0..).find(|_| watch.has_changed().unwrap() || showing.is_finished());
        assert!(woken.is_some() && !showing.is_finished(), "the viewers were woken while absorbing waited");
        assert!(!ring_is_empty(&shared));
        drop(absorbing);
    });
    assert!(shared.backdrop().screen.is_some());
}

fn ring_is_empty(shared: &Shared) -> bool {
    let state = shared.state();
    state.ring.start() == state.ring.end()
}

#[test]
fn the_present_is_what_all_bytes_leave_behind() {
    let shared = shared();
    let mut whole = Vec::new();
    for round in 0..12 {
        let more = lines(round * 700, 700);
        show(&shared, &more);
        whole.extend(more);
        let present = shared.present();
        assert_eq!(present.offset, whole.len() as u64);
        let all = promises::settled(SIZE, &whole);
        let shown = promises::settled(present.size, &present.dump);
        assert_eq!(promises::rows(&shown), promises::rows(&all));
        assert_eq!(shown.dump().escape_ascii().to_string(), all.dump().escape_ascii().to_string());
        assert!(present.dump.len() < 32 * 1024, "{} bytes", present.dump.len());
    }
}

#[test]
fn the_present_has_the_size_that_the_shell_has_now() {
    let shared = shared();
    show(&shared, &lines(0, 3000));
    let small = PtySize { cols: 40, rows: 8 };
    assert!(shared.state().resize(small));
    show(&shared, b"in the small one");
    let present = shared.present();
    assert_eq!(present.size, small);
    let rows = promises::rows(&promises::settled(small, &present.dump));
    assert!(rows.iter().any(|row| row.contains("in the small one")), "{rows:?}");
    assert_ne!(shared.picture().size, small, "the ring begins before that");
}
