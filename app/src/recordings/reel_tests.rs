use super::*;
use proptest::prelude::*;
use wire::recordings::RecordingEvent;

fn span(start_ms: u64, end_ms: u64) -> RecordingSpan {
    RecordingSpan { start_ms, end_ms }
}

/// A piece that shows its number, then a letter a second.
fn chunk(number: u32, start_ms: u64, letters: &str) -> RecordingChunk {
    let event =
        |(i, letter): (usize, char)| RecordingEvent(start_ms as f64 / 1e3 + i as f64, "o".into(), letter.into());
    RecordingChunk {
        number,
        start_ms,
        cols: 80,
        rows: 24,
        keyframe: format!("<{number}>"),
        events: letters.chars().enumerate().map(event).collect(),
        last: false,
    }
}

fn reel() -> Reel {
    let mut reel = Reel::default();
    reel.set_spans(vec![span(0, 2_000), span(10_000, 12_000), span(20_000, 22_000), span(30_000, 32_000)]);
    reel.put(chunk(0, 0, "abc"));
    reel.put(chunk(1, 10_000, "def"));
    reel
}

fn text(steps: Vec<Step>) -> String {
    steps
        .into_iter()
        .map(|step| match step {
            Step::Write(text) => text,
            Step::Resize(cols, rows) => format!("[{cols}x{rows}]"),
        })
        .collect()
}

#[test]
fn draws_each_event_once_and_in_order() {
    let reel = reel();
    let mut place = reel.start(0).expect("at hand").place;
    assert_eq!(text(reel.take(&mut place, 999.0)), "a");
    assert_eq!(text(reel.take(&mut place, 1_000.0)), "b");
    assert_eq!(text(reel.take(&mut place, 10_500.0)), "cd");
    assert_eq!((text(reel.take(&mut place, 10_500.0)).as_str(), place.piece), ("", 1));
    assert_eq!(reel.ahead(place).collect::<Vec<_>>(), [11_000.0, 12_000.0]);
}

#[test]
fn a_piece_begins_with_its_screen() {
    let reel = reel();
    let start = reel.start(1).expect("at hand");
    assert_eq!((start.cols, start.rows, start.keyframe), (80, 24, "<1>"));
}

#[test]
fn says_what_is_missing() {
    let mut reel = reel();
    let place = reel.start(0).expect("at hand").place;
    assert_eq!((reel.known_until(place), reel.wanted(0.0), reel.wanted(10_000.0)), (Some(20_000.0), None, Some(2)));
    assert_eq!((reel.wanted(29_999.0), reel.wanted(1e9), reel.piece_at(1e9)), (Some(2), Some(3), Some(3)));
    assert_eq!(reel.at_hand(), [(0.0, 20_000.0)]);
    reel.put(chunk(2, 20_000, ""));
    reel.put(chunk(3, 30_000, "xyz"));
    assert_eq!((reel.known_until(place), reel.wanted(1e9)), (None, None));
    reel.keep_around(31_000.0);
    assert_eq!(reel.at_hand(), [(10_000.0, 32_000.0)]);
    assert!(reel.start(0).is_none());
}

#[test]
fn a_piece_that_grows_goes_on_where_it_was() {
    let mut reel = Reel::default();
    reel.set_spans(vec![span(0, 1_000)]);
    reel.put(chunk(0, 0, "ab"));
    let mut place = reel.start(0).expect("at hand").place;
    assert_eq!(text(reel.take(&mut place, 60_000.0)), "ab");
    reel.set_spans(vec![span(0, 3_000), span(9_000, 9_000)]);
    assert_eq!((reel.has(0), reel.wanted(1_000.0), reel.known_until(place)), (false, Some(0), Some(1_000.0)));
    assert_eq!(text(reel.take(&mut place, 60_000.0)), "", "it is not left before all of it was there");
    reel.put(chunk(0, 0, "abcd"));
    reel.put(chunk(1, 9_000, "e"));
    assert_eq!(text(reel.take(&mut place, 60_000.0)), "cde");
}

#[test]
fn sizes_are_kept_in_order_and_nonsense_is_left_out() {
    let mut reel = Reel::default();
    reel.set_spans(vec![span(0, 1_000)]);
    let mut chunk = chunk(0, 0, "ab");
    let event = |code: &str, text: &str| RecordingEvent(0.5, code.into(), text.into());
    chunk.events.insert(1, event("r", "100x30"));
    chunk.events.insert(1, event("r", "0x99999"));
    chunk.events.insert(1, event("m", "make"));
    reel.put(chunk);
    let mut place = reel.start(0).expect("at hand").place;
    assert_eq!(text(reel.take(&mut place, 1_000.0)), "a[100x30]b");
}

#[test]
fn walks_from_event_to_event() {
    let reel = reel();
    let mut place = reel.start(0).expect("at hand").place;
    reel.take(&mut place, 10_000.0);
    assert_eq!(reel.neighbour(place, 10_000.0, true), Some(11_000.0));
    assert_eq!(reel.neighbour(place, 10_000.0, false), Some(2_000.0));
    let start = reel.start(0).expect("at hand").place;
    assert_eq!(reel.neighbour(start, 0.0, false), None);
}

proptest! {
    /// However the way is cut, the same is drawn.
    #[test]
    fn the_way_does_not_matter(mut stops in proptest::collection::vec(0u32..40_000, 0..20)) {
        let mut reel = reel();
        reel.put(chunk(2, 20_000, "ghi"));
        reel.put(chunk(3, 30_000, "jkl"));
        stops.sort_unstable();
        let mut place = reel.start(0).expect("at hand").place;
        let mut drawn = String::new();
        for stop in stops {
            drawn.push_str(&text(reel.take(&mut place, f64::from(stop))));
        }
        drawn.push_str(&text(reel.take(&mut place, 1e9)));
        prop_assert_eq!(drawn, "abcdefghijkl");
    }
}
