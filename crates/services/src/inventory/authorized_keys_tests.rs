use super::*;
use proptest::prelude::*;

const OLD: &str = "ssh-ed25519 AAAAold";
const NEW: &str = "ssh-ed25519 AAAAnew berth-ada";

fn old() -> KeyWords<'static> {
    KeyWords::of(OLD).unwrap()
}

fn new() -> KeyWords<'static> {
    KeyWords::of(NEW).unwrap()
}

fn text(bytes: Option<Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn the_new_key_stands_below_the_old_one_with_its_options() {
    let file = "# mine\nfrom=\"10.0.0.0/8, \\\"x\\\" y\",no-pty ssh-ed25519 AAAAold a@b\nssh-rsa BBBB c\n";
    let both = "# mine\nfrom=\"10.0.0.0/8, \\\"x\\\" y\",no-pty ssh-ed25519 AAAAold a@b\n\
        from=\"10.0.0.0/8, \\\"x\\\" y\",no-pty ssh-ed25519 AAAAnew berth-ada\nssh-rsa BBBB c\n";
    assert_eq!(text(beside(file.as_bytes(), old(), NEW)).as_deref(), Some(both));
    assert_eq!(beside(both.as_bytes(), old(), NEW), None, "it is there");
}

#[test]
fn without_the_old_one_it_stands_at_the_end() {
    for (file, after) in [
        ("", "ssh-ed25519 AAAAnew berth-ada\n"),
        ("ssh-rsa BBBB", "ssh-rsa BBBB\nssh-ed25519 AAAAnew berth-ada\n"),
        ("# ssh-ed25519 AAAAold\n", "# ssh-ed25519 AAAAold\nssh-ed25519 AAAAnew berth-ada\n"),
    ] {
        assert_eq!(text(beside(file.as_bytes(), old(), NEW)).as_deref(), Some(after));
    }
}

#[test]
fn only_lines_of_the_key_itself_go() {
    let file = "ssh-ed25519 AAAAolder x\r\ncommand=\"echo ssh-ed25519 AAAAold\" ssh-rsa BBBB\r\n\
        \tssh-ed25519\tAAAAold\r\nssh-ed25519 AAAAold";
    let left = "ssh-ed25519 AAAAolder x\r\ncommand=\"echo ssh-ed25519 AAAAold\" ssh-rsa BBBB\r\n";
    assert_eq!(text(without(file.as_bytes(), old())).as_deref(), Some(left));
    assert_eq!(without(left.as_bytes(), old()), None);
}

/// A line that is not the old key's, with any bytes in it.
fn other_line() -> impl Strategy<Value = Vec<u8>> {
    let any_bytes = prop::collection::vec(any::<u8>().prop_filter("no line end", |byte| *byte != b'\n'), 0..40);
    let known = prop::sample::select(vec![
        &b"# a comment"[..],
        b"",
        b"   ",
        b"ssh-rsa BBBB me@there",
        b"ssh-ed25519 AAAAolder",
        b"no-pty,command=\"a b \\\" c\" ssh-ed25519 CCCC",
        b"# ssh-ed25519 AAAAold",
        b"environment=\"unclosed ssh-ed25519 AAAAold",
    ]);
    prop_oneof![any_bytes, known.prop_map(<[u8]>::to_vec)]
        .prop_filter("another line", |line| old().begins_in(line).is_none() && new().begins_in(line).is_none())
}

fn old_line() -> impl Strategy<Value = Vec<u8>> {
    let options = prop::sample::select(vec!["", "no-pty ", "from=\"a b,\\\"c\\\"\"  ", " \t", "a,b=\"x\"\t"]);
    let comment = prop::sample::select(vec!["", " me@there", " ", " two words"]);
    (options, comment).prop_map(|(options, comment)| format!("{options}{OLD}{comment}").into_bytes())
}

proptest! {
    #[test]
    fn every_other_byte_stays(
        before in prop::collection::vec((other_line(), any::<bool>()), 0..6),
        after in prop::collection::vec((other_line(), any::<bool>()), 0..6),
        line in old_line(),
        windows in any::<bool>(),
        ended in any::<bool>(),
    ) {
        let joined = |lines: &[(Vec<u8>, bool)]| {
            let ends = |crlf: bool| if crlf { &b"\r\n"[..] } else { b"\n" };
            lines.iter().flat_map(|(line, crlf)| [line.as_slice(), ends(*crlf)].concat()).collect::<Vec<u8>>()
        };
        let (before, mut after) = (joined(&before), joined(&after));
        let mut line = line;
        line.extend_from_slice(if windows { b"\r\n" } else { b"\n" });
        if !ended {
            // The file's last line has no end.
            if after.is_empty() { line.truncate(line.len() - if windows { 2 } else { 1 }) } else { after.pop(); }
        }
        // What a `\r` before the missing end leaves may read as another line.
        prop_assume!(lines(&after).all(|line| old().begins_in(line).is_none() && new().begins_in(line).is_none()));
        let file = [before.as_slice(), &line, &after].concat();
        prop_assert_eq!(without(&file, old()).unwrap(), [before.as_slice(), &after].concat());
        let both = beside(&file, old(), NEW).unwrap();
        prop_assert_eq!(without(&both, new()).map(|back| back == file || back == [&file[..], b"\n"].concat()
            || back == [&file[..], b"\r\n"].concat()), Some(true));
        let rolled = without(&both, old()).unwrap();
        prop_assert!(rolled.starts_with(&before) && rolled.ends_with(&after));
        prop_assert!(lines(&rolled).any(|line| new().begins_in(line).is_some()));
    }
}
