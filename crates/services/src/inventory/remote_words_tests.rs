//! What stands in a command line that is built here arrives as one literal argument, whatever is in it.

use super::*;
use proptest::prelude::*;
use std::{
    ffi::OsStr,
    io::Write,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Stdio},
};

/// What a shell could take for more than a letter, and bytes that are no UTF-8.
const HOSTILE: &[&[u8]] = &[
    b"'",
    b"\"",
    b"\\",
    b"`",
    b"$(touch pwned)",
    b"`touch pwned`",
    b"${HOME}",
    b"; touch pwned",
    b"&& touch pwned",
    b"| cat",
    b"> pwned",
    b"<<EOF",
    b"#",
    b"!",
    b"!!",
    b"*",
    b"?",
    b"[a]",
    b"{a,b}",
    b"~",
    b"-",
    b"--",
    b"-rf",
    b"-oProxyCommand=x",
    b"=",
    b" ",
    b"\t",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\x1b[31m",
    b"\x03",
    b"\x7f",
    b"%s",
    b"%n",
    b"\\n",
    b"\xff\xfe",
    b"\xc3",
    b"\xe2\x80\xae",
    "é".as_bytes(),
    b"'\\''",
    b"$'a'",
    b"\"$(",
    b"')",
];

fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => prop::sample::select(HOSTILE).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(1..=255_u8, 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn hostile_text() -> impl Strategy<Value = String> {
    hostile_bytes().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// What comes of a script on the standard input of a shell, as on a host.
fn said(shell: &[&str], home: &Path, script: &[u8]) -> Vec<u8> {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).current_dir(home).env("HOME", home).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().expect("a shell");
    child.stdin.take().expect("its input").write_all(script).expect("it reads");
    child.wait_with_output().expect("it ends").stdout
}

/// How many arguments a command got, and what they were, each with a NUL behind it.
fn arguments(shell: &[&str], word: &[u8]) -> Vec<u8> {
    let home = tempfile::tempdir().expect("a folder");
    let script = [b"set -- ".as_slice(), word, b"\nprintf '%s\\0' \"$#\" \"$@\"\n"].concat();
    let got = said(shell, home.path(), &script);
    assert_eq!(std::fs::read_dir(home.path()).expect("the folder").count(), 0, "nothing ran beside it: {script:?}");
    got
}

fn one(argument: &[u8]) -> Vec<u8> {
    [b"1\0".as_slice(), argument, b"\0"].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn bytes_are_one_argument(bytes in hostile_bytes()) {
        for shell in shells() {
            prop_assert_eq!(arguments(&shell, &quoted_bytes(&bytes)), one(&bytes), "{:?}", shell);
        }
    }

    #[test]
    fn text_is_one_argument(text in hostile_text()) {
        for shell in shells() {
            prop_assert_eq!(arguments(&shell, quoted(&text).as_bytes()), one(text.as_bytes()), "{:?}", shell);
        }
    }

    /// A key's comment names its account: it goes into the file as it is, and is nothing to the shell, `grep` or `printf`.
    #[test]
    fn a_key_is_one_line_whatever_is_in_it(comment in hostile_text()) {
        let key = format!("-ssh-ed25519 AAAA {}", comment.replace(['\n', '\r'], " "));
        for shell in shells() {
            let home = tempfile::tempdir().expect("a folder");
            for _ in 0..2 {
                let script = install_script(&key);
                prop_assert_eq!(said(&shell, home.path(), script.as_bytes()), format!("{INSTALLED}\n").into_bytes());
            }
            let file = std::fs::read(home.path().join(".ssh/authorized_keys")).expect("the file");
            prop_assert_eq!(file, [key.as_bytes(), b"\n"].concat(), "{:?}", shell);
            prop_assert_eq!(std::fs::read_dir(home.path()).expect("the folder").count(), 1, "only .ssh is there");
        }
    }
}

/// The whole line as an argument of `sh -c`, as a login shell gets a command.
#[test]
fn every_hostile_piece_is_one_argument_of_a_command_line_too() {
    for piece in HOSTILE {
        let line = [b"printf '%s\\0' 1 ".as_slice(), &quoted_bytes(piece)].concat();
        let done = Command::new("sh").arg("-c").arg(OsStr::from_bytes(&line)).output().expect("a shell");
        assert_eq!(done.stdout, one(piece), "{:?}", String::from_utf8_lossy(piece));
    }
}
