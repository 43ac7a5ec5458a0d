use super::{Echoed, Header, Reader, Writer, parse_line};
use proptest::prelude::*;
use std::time::Duration;
use transport::PtySize;

fn header() -> Header {
    Header { size: PtySize { cols: 80, rows: 24 }, timestamp: Some(1_795_250_000), title: Some("röuter \"1\"".into()) }
}

fn written(pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::default();
    Writer::header(&header(), &mut out);
    for (second, piece) in pieces.iter().enumerate() {
        writer.output(Duration::from_secs(second as u64), piece, &mut out);
    }
    writer.end(Duration::from_secs(pieces.len() as u64), &mut out);
    out
}

fn read(cast: &[u8]) -> String {
    let mut reader = Reader::new(cast).unwrap();
    assert_eq!(reader.header(), &header());
    let mut text = String::new();
    while let Some(event) = reader.next_event().unwrap() {
        assert_eq!(event.code, "o");
        text.push_str(&event.text);
    }
    text
}

fn cuts() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[ -~\\r\\n\\x1b\\t\"\\\\]{0,60}".prop_map(String::into_bytes),
        "\\PC{0,20}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..20)
}

proptest! {
    #[test]
    fn what_is_written_is_read(pieces in cuts()) {
        let whole = pieces.concat();
        let mut shown = read(&written(&pieces));
        // A broken character may be told by one mark or by several.
        shown.retain(|c| c != '\u{FFFD}');
        let mut expected = String::from_utf8_lossy(&whole).into_owned();
        expected.retain(|c| c != '\u{FFFD}');
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn a_character_cut_anywhere_is_whole_again(text in "\\PC{0,60}", cut in 1usize..5) {
        let pieces: Vec<_> = text.as_bytes().chunks(cut).map(<[u8]>::to_vec).collect();
        prop_assert_eq!(read(&written(&pieces)), text);
    }

    #[test]
    fn whatever_a_file_holds_the_reader_answers(bytes in prop::collection::vec(any::<u8>(), 0..200), front in any::<bool>()) {
        let mut cast = if front { written(&[]) } else { Vec::new() };
        cast.extend_from_slice(&bytes);
        if let Ok(mut reader) = Reader::new(&cast[..]) {
            while let Ok(Some(_)) = reader.next_event() {}
        }
    }

    #[test]
    fn only_what_was_shown_is_given_back(typed in prop::collection::vec("[a-z]{1,6}\\r?", 1..8), shown in prop::collection::vec("[a-z\\r\\n$ ]{1,8}", 1..20)) {
        let mut echoed = Echoed::default();
        let (mut typed, all) = (typed.into_iter(), shown.concat());
        for output in &shown {
            if let Some(input) = typed.next() {
                echoed.typed(input.as_bytes());
            }
            if let Some(line) = echoed.shown(output.as_bytes()) {
                let line = String::from_utf8(line).unwrap();
                prop_assert!(all.contains(line.trim_end()), "{line:?} in {all:?}");
            }
        }
    }

    #[test]
    fn a_password_is_never_given_back_not_even_in_part(password in "[a-zA-Z0-9]{1,12}", by_key in any::<bool>()) {
        let mut echoed = Echoed::default();
        echoed.typed(b"sudo id\r");
        prop_assert_eq!(echoed.shown(b"sudo id\r\n"), Some(b"sudo id\r".to_vec()));
        prop_assert_eq!(echoed.shown(b"[sudo] password for ada: "), None);
        let pieces: Vec<_> = password.as_bytes().chunks(if by_key { 1 } else { 99 }).collect();
        for piece in pieces {
            echoed.typed(piece);
        }
        echoed.typed(b"\r");
        prop_assert_eq!(echoed.shown(b"\r\n"), None);
        prop_assert_eq!(echoed.shown(b"uid=0(root)\r\n$ "), None);
        echoed.typed(b"l");
        prop_assert_eq!(echoed.shown(b"l"), None);
        echoed.typed(b"s\r");
        prop_assert_eq!(echoed.shown(b"s\r\n"), Some(b"ls\r".to_vec()));
    }
}

#[test]
fn escape_sequences_stand_in_no_echos_way() {
    let mut echoed = Echoed::default();
    echoed.typed(b"ls\r");
    assert_eq!(echoed.shown(b"\x1b[?2004l\x1b]0;title\x07ls\r\nfile"), Some(b"ls\r".to_vec()));
    echoed.typed(b"\x1b[A");
    assert_eq!(echoed.shown(b"ls"), None);
    echoed.typed(b"\r");
    assert_eq!(echoed.shown(b"\r\n"), None, "a line that was recalled is not given back");
}

#[test]
fn version_3_counts_from_the_event_before() {
    let cast = "{\"version\":3,\"term\":{\"cols\":100,\"rows\":30},\"title\":\"x\"}\n# a comment\n[1.5,\"o\",\"a\"]\n[0.25,\"x\",\"0\"]\n";
    let mut reader = Reader::new(cast.as_bytes()).unwrap();
    assert_eq!(reader.header().size, PtySize { cols: 100, rows: 30 });
    assert_eq!(reader.next_event().unwrap().map(|event| event.at), Some(1_500_000));
    let unknown = reader.next_event().unwrap().unwrap();
    assert_eq!((unknown.at, unknown.code.as_str()), (1_750_000, "x"));
    assert_eq!(reader.next_event().unwrap(), None);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let wrong = |cast: &str| match Reader::new(cast.as_bytes()) {
        Err(error) => error.to_string(),
        Ok(mut reader) => loop {
            match reader.next_event() {
                Ok(Some(_)) => {}
                Ok(None) => return String::new(),
                Err(error) => return error.to_string(),
            }
        },
    };
    let head = "{\"version\":2,\"width\":80,\"height\":24}\n";
    assert!(wrong("").contains("line 1"));
    assert!(wrong("{\"version\":1}\n").contains("version 1 is not known"));
    assert!(wrong(&format!("{head}[0.1,\"o\",\"a\"]\n[-1,\"o\",\"a\"]\n")).contains("line 3"));
    assert!(wrong(&format!("{head}[0.1,\"o\"]\n")).contains("line 2"));
    assert!(wrong(&format!("{head}[0.1,\"o\",\"a\"]\n\n")).is_empty());
    assert!(parse_line(b"[1e300,\"o\",\"\"]").is_err());
}
