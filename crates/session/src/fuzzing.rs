//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

use crate::{
    cast::{Header, Reader, Writer},
    commands::{CommandEvent, Detector},
    recording::RecordingFile,
    screen,
};
use std::{
    io::{Cursor, Read as _},
    time::Duration,
};
use transport::PtySize;

/// The screen model keeps its promises; see [`screen::promises`].
pub fn screen(input: &[u8]) {
    screen::promises::keep(input);
}

/// The command detector takes a conversation in pieces: it survives, stays small, and finds nothing that was not shown.
/// A piece begins with its length; an odd one was typed, into a terminal
/// of as many columns. Only what is typed has a `Z` in it.
pub fn commands(mut conversation: &[u8]) {
    let mut detector = Detector::default();
    while let Some((&len, rest)) = conversation.split_first() {
        let (piece, rest) = rest.split_at(rest.len().min(usize::from(len / 2)));
        conversation = rest;
        if len % 2 == 1 {
            detector.resized(len.into());
            detector.typed(piece);
            continue;
        }
        // The marks know escapes, by which a `Z` might be shown in other words.
        let shown: Vec<u8> =
            piece.iter().map(|byte| if matches!(byte, b'Z' | b'\\' | b'%') { b'z' } else { *byte }).collect();
        for found in detector.shown(&shown) {
            let is_hidden = |line: &str| line.contains('Z');
            assert!(!matches!(&found, CommandEvent::Typed { line, .. } if is_hidden(line)), "{found:?} was not shown");
        }
        assert!(detector.held() < 64 * 1024);
    }
}

/// The reader of asciicast and the one of recordings answer whatever a file holds; and what is written of a session is
/// read back the same. For that the input is a session in pieces: each begins with a byte, its length by the lower six
/// bits, what it is by the upper two.
pub fn cast(input: &[u8]) {
    read(input);
    let header = Header { size: PtySize { cols: 80, rows: 24 }, timestamp: None, title: None };
    let (mut file, mut writer, mut rest) = (Vec::new(), Writer::default(), input);
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    Writer::header(&header, &mut file);
    let mut at = Duration::ZERO;
    while let Some((&head, behind)) = rest.split_first() {
        let (piece, behind) = behind.split_at(behind.len().min(usize::from(head % 64)));
        (rest, at) = (behind, at + Duration::from_micros(u64::from(head)));
        match head / 64 {
            0 => Writer::marker(at, &String::from_utf8_lossy(piece), &mut file),
            1 => Writer::resize(at, PtySize { cols: head.into(), rows: 24 }, &mut file),
            _ => {
                writer.output(at, piece, &mut file);
                shown.extend_from_slice(piece);
                continue;
            }
        }
        others.push((u64::try_from(at.as_micros()).unwrap_or(u64::MAX), head / 64));
    }
    writer.end(at, &mut file);
    let (events, whole) = read(&file);
    assert!(whole, "what was written cannot be read");
    let text: String = events.iter().filter(|(_, code, _)| code == "o").map(|(.., text)| text.as_str()).collect();
    // A broken character may be told by one mark or by several.
    assert_eq!(text.replace('\u{FFFD}', ""), String::from_utf8_lossy(&shown).replace('\u{FFFD}', ""));
    let kind = |code: &str| u8::from(code == "r");
    let found: Vec<_> =
        events.iter().filter(|(_, code, _)| code != "o").map(|(at, code, _)| (*at, kind(code))).collect();
    assert_eq!(found, others);
}

/// All events that can be read, and whether that was all there is.
fn read(file: &[u8]) -> (Vec<(u64, String, String)>, bool) {
    if let Ok(recording) = RecordingFile::open(Cursor::new(file), None, "x").and_then(RecordingFile::cast) {
        // As much of it as a test has time for.
        let _ = recording.take(1 << 20).read_to_end(&mut Vec::new());
    }
    let mut events = Vec::new();
    let Ok(mut reader) = Reader::new(file) else { return (events, false) };
    loop {
        match reader.next_event() {
            Ok(Some(event)) => events.push((event.at, event.code, event.text)),
            end => return (events, end.is_ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    fn run(target: &str, call: fn(&[u8])) {
        let corpus = format!("{}/../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(corpus).unwrap() {
            call(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn the_corpus_is_survived() {
        run("cast", super::cast);
        run("screen", super::screen);
        run("commands", super::commands);
    }
}
