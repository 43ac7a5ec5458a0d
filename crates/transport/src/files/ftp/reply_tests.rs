use super::*;
use proptest::prelude::*;

fn replies(pieces: &[&[u8]]) -> Result<Vec<(u16, Vec<String>)>, NoReply> {
    let (mut all, mut reader) = (Vec::new(), Replies::default());
    for piece in pieces {
        reader.bytes.extend_from_slice(piece);
        while let Some(reply) = reader.next()? {
            let lines = reply.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned());
            all.push((reply.code, lines.collect()));
        }
    }
    Ok(all)
}

#[test]
fn a_reply_ends_with_its_own_code() {
    let wire: &[u8] = b"220 hello\r\n211-Features:\r\n MLST type*;\r\n211-inner\r\n230 not the end\r\n211 End\r\n226\n";
    let told = replies(&[wire]).unwrap();
    let features = ["Features:", " MLST type*;", "inner", "230 not the end", "End"].map(str::to_owned).to_vec();
    assert_eq!(told, [(220, vec!["hello".to_owned()]), (211, features), (226, vec![String::new()])]);
    let bytes: Vec<&[u8]> = wire.chunks(1).collect();
    assert_eq!(replies(&bytes).unwrap(), told, "however it arrives");
}

#[test]
fn what_is_no_reply_ends_it() {
    assert_eq!(replies(&[b"SSH-2.0-OpenSSH_9.2\r\n"]), Err(NoReply));
    assert_eq!(replies(&[&[b'x'; LONGEST + 1]]), Err(NoReply));
    let endless = [b"220-\r\n".as_slice(), &b" more\r\n".repeat(LONGEST / 6)].concat();
    assert_eq!(replies(&[&endless]), Err(NoReply));
}

#[test]
fn a_line_break_never_becomes_a_command() {
    assert_eq!(command("RETR", b"/a b").unwrap(), b"RETR /a b\r\n");
    assert_eq!(command("NOOP", b"").unwrap(), b"NOOP\r\n");
    for evil in ["/a\r\nDELE /b", "/a\nDELE /b", "/a\rb", "a\0b"] {
        assert!(command("RETR", evil.as_bytes()).is_err(), "{evil:?}");
    }
}

#[test]
fn ports_of_both_kinds() {
    assert_eq!(extended_port(b"Entering Extended Passive Mode (|||6446|)"), Some(6446));
    assert_eq!(extended_port(b"Entering (!!!65535!)."), Some(65535));
    assert_eq!(passive_port(b"Entering Passive Mode (127,0,0,1,25,46)."), Some(6446));
    assert_eq!(passive_port(b"Entering Passive Mode 10,0,0,1,0,21"), Some(21));
    for wrong in ["", "(|||0|)", "(|||70000|)", "(1,2,3,4,5)", "(1,2,3,4,256,1)", "(1,2,3,4,0,0)", "()"] {
        assert_eq!((extended_port(wrong.as_bytes()), passive_port(wrong.as_bytes())), (None, None), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = replies(&[&bytes]);
        let _ = (extended_port(&bytes), passive_port(&bytes));
    }
}
