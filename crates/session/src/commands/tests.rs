//! The streams of the first tests were recorded from bash 5.2 and dash 0.5 on a pseudo terminal.

use super::*;
use proptest::prelude::*;

/// What is found when the person types and the remote shows, in turn.
fn commands(steps: &[(&str, &str)]) -> Vec<String> {
    commands_at(80, steps)
}

fn commands_at(cols: u16, steps: &[(&str, &str)]) -> Vec<String> {
    let mut detector = Detector::new(cols);
    let mut found = Vec::new();
    for (typed, shown) in steps {
        detector.typed(typed.as_bytes());
        found.extend(detector.shown(shown.as_bytes()).into_iter().filter_map(line));
    }
    found
}

fn line(event: CommandEvent) -> Option<String> {
    match event {
        CommandEvent::Typed { line, .. } => Some(line),
        CommandEvent::Finished { .. } => None,
    }
}

const PROMPT: (&str, &str) = ("", "\x1b[?2004hu@h:~$ ");

/// What bash prints when Enter was pressed and the command printed nothing.
const SENT: &str = "\r\n\x1b[?2004l\r\x1b[?2004hu@h:~$ ";

#[test]
fn a_line_is_what_was_echoed_behind_the_prompt() {
    let steps = [
        PROMPT,
        ("l", "l"),
        ("s", "s"),
        (" /nonexist", " /nonexist"),
        ("\x7f\x7f", "\x08\x1b[K\x08\x1b[K"),
        ("\r", SENT),
    ];
    assert_eq!(commands(&steps), ["ls /nonexi"]);
}

#[test]
fn a_line_typed_and_sent_at_once_is_found_when_its_echo_comes() {
    let steps = [
        PROMPT,
        ("echo one; echo two\r", ""),
        ("", "echo one; "),
        ("", "echo two\r"),
        ("", "\n\x1b[?2004l\rone\r\ntwo\r\n"),
    ];
    assert_eq!(commands(&steps), ["echo one; echo two"]);
}

#[test]
fn an_erased_line_is_none() {
    let erased = "\x08\x08\x08\x08\x08\x08\x08\x1b[K";
    assert_eq!(commands(&[PROMPT, ("echo hi", "echo hi"), ("\x15", erased), ("\r", SENT)]), [""; 0]);
}

#[test]
fn a_line_from_the_history_counts_as_it_is_shown() {
    let steps =
        [PROMPT, ("\x1b[A", "ls /nonexi"), ("\x1b[A", "\x07"), ("\r", SENT), ("\x1b[A", "echo a\x07"), ("\r", SENT)];
    assert_eq!(commands(&steps), ["ls /nonexi", "echo a"]);
}

#[test]
fn a_reverse_search_counts_as_what_it_found() {
    let steps = [
        PROMPT,
        ("\x12", "\r(reverse-i-search)`': "),
        ("u", "\x08\x08\x08u': ls /\x1b[7mu\x1b[27msr/local/\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08"),
        ("\r", "\r\x1b[16Pu@h:~$ ls /usr/local/\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\r\n\x1b[?2004l\rbin\r\n"),
    ];
    assert_eq!(commands(&steps), ["ls /usr/local/"]);
}

#[test]
fn a_line_edited_in_the_middle_is_found() {
    let right = "\x1b[C".repeat(10);
    let home = format!("\r{}", "\x1b[C".repeat(7));
    let steps = [
        PROMPT,
        ("echo ab cd", "echo ab cd"),
        ("\x01", &home),
        ("X", "\x1b[1@X"),
        ("\x05", &right),
        ("\x17", "\x08\x08\x1b[K"),
        ("\r", SENT),
        ("abc\x1b[D\x1b[DX\r", "abc\x08\x08Xbc\x08\x08\r\n"),
    ];
    assert_eq!(commands(&steps), ["Xecho ab", "aXbc"]);
}

#[test]
fn a_line_given_up_is_none() {
    let given_up = "^C\x1b[?2004l\r\r\n\x1b[?2004hu@h:~$ ";
    let lists = ("ls\r", "ls\r\n");
    assert_eq!(commands(&[PROMPT, ("foo", "foo"), ("\x03", given_up), lists]), ["ls"]);
    assert_eq!(commands(&[PROMPT, ("\x03", given_up), ("\x03", given_up), lists]), ["ls"], "an empty one");
    let all = format!("foo{given_up}ls\r\n");
    assert_eq!(commands(&[PROMPT, ("foo\x03ls\r", &all)]), ["ls"], "typed ahead");
    let all = format!("{given_up}ls\r\n");
    assert_eq!(commands(&[PROMPT, ("foo", "foo"), ("\x03ls\r", &all)]), ["ls"], "typed ahead of the sign");
    let silent = "\r\r\nu@h:~$ ";
    assert_eq!(commands(&[PROMPT, ("foo", "foo"), ("\x03", silent), lists]), ["ls"], "without a sign");
    assert_eq!(commands(&[PROMPT, ("foo", "foo"), ("\x1c", "^\\\r\nu@h:~$ "), lists]), ["ls"], "Ctrl-\\");
}

#[test]
fn a_program_that_is_stopped_is_no_line() {
    let flood = "y\r\n".repeat(500);
    let stopped = format!("{flood}^C\r\n\x1b[?2004hu@h:~$ ");
    let steps = [PROMPT, ("yes\r", "yes\r\n"), ("\x03\x03\x03", &flood), ("", &stopped), ("ls\r", "ls\r\n")];
    assert_eq!(commands(&steps), ["yes", "ls"]);
    let asks =
        [PROMPT, ("sudo id\r", "sudo id\r\n[sudo] password for u: "), ("hunter2\r", ""), ("\x03", "\r\nu@h:~$ ")];
    assert_eq!(commands(&asks), ["sudo id"]);
}

#[test]
fn a_line_behind_a_space_is_private() {
    assert_eq!(commands(&[PROMPT, (" export TOKEN=x\r", " export TOKEN=x\r\n")]), [""; 0]);
}

#[test]
fn completion_and_clearing_redraw_the_line() {
    let steps = [
        PROMPT,
        ("ls /usr/lo\t", "ls /usr/local/"),
        ("\t\t", "\r\nbin/  etc/\r\nu@h:~$ ls /usr/local/"),
        ("\x0c", "\x1b[H\x1b[2Ju@h:~$ ls /usr/local/"),
        ("\r", SENT),
    ];
    assert_eq!(commands(&steps), ["ls /usr/local/"]);
}

#[test]
fn a_paste_of_several_lines_is_one_command() {
    let steps = [
        PROMPT,
        ("\x1b[200~echo a\recho b\x1b[201~", "\x1b[7mecho a\x1b[27m\r\n\r\x1b[7mecho b\x1b[27m"),
        ("\r", "\x1b[A\x1b[Cecho a\r\n\recho b\r\n\x1b[?2004l\ra\r\nb\r\n\x1b[?2004hu@h:~$ "),
        (
            "\x1b[200~echo single\x1b[201~\r",
            "\x1b[7mecho single\x1b[27m\r\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[Cecho single\r\n",
        ),
    ];
    assert_eq!(commands(&steps), ["echo a\necho b", "echo single"]);
}

#[test]
fn every_line_of_a_loop_is_found() {
    let more = "\x1b[?2004l\r\x1b[?2004h> ";
    let (first, second) = (format!("for i in 1 2; do\r\n{more}"), format!("echo $i\r\n{more}"));
    let steps = [
        PROMPT,
        ("for i in 1 2; do\r", first.as_str()),
        ("echo $i\r", second.as_str()),
        ("done\r", "done\r\n1\r\n2\r\n"),
    ];
    assert_eq!(commands(&steps), ["for i in 1 2; do", "echo $i", "done"]);
}

#[test]
fn lines_typed_ahead_are_found_behind_the_same_prompt() {
    let shown = "echo x\r\n\x1b[?2004l\rx\r\n\x1b[?2004hu@h:~$ echo y\r\n\x1b[?2004l\ry\r\n\x1b[?2004hu@h:~$ ";
    assert_eq!(commands(&[PROMPT, ("echo x\recho y\r", shown)]), ["echo x", "echo y"]);
}

#[test]
fn wide_characters_take_two_columns() {
    let steps = [PROMPT, ("echo 漢字é", "echo 漢字é"), ("\x7f\x7f", "\x08\x1b[K\x08\x08\x1b[K"), ("\r", SENT)];
    assert_eq!(commands(&steps), ["echo 漢"]);
}

/// Thirty columns, a prompt of seven, typed character by character: bash wraps behind the 23rd and the 53rd.
fn typed_over_rows() -> Vec<(String, String)> {
    let line =
        format!("echo {}{}{}{}{}", "a".repeat(10), "b".repeat(10), "c".repeat(10), "d".repeat(10), "e".repeat(8));
    let echo =
        |(at, c): (usize, char)| (c.to_string(), if at == 22 || at == 52 { format!("{c} \r") } else { c.to_string() });
    line.chars().enumerate().map(echo).collect()
}

#[test]
fn a_line_over_several_rows_is_put_together() {
    let right = |columns| "\x1b[C".repeat(columns);
    let redrawn = format!("Zecho aaaaaaaaaabbbbbbbb\x1b[Cbccccccccccddddddddddeeeeeeee\x1b[A\x1b[A{}", right(7));
    let erased = format!("\r\x1b[K\x1b[A{}\x1b[K\r\n\r\x1b[K\x1b[A{}{}", right(29), right(29), "\x08\x1b[K".repeat(13));
    let (home, erase) = (format!("\x1b[A\x1b[A{}", right(7)), "\x7f".repeat(15));
    let echoed = typed_over_rows();
    let mut steps = vec![PROMPT];
    steps.extend(echoed.iter().map(|(typed, shown)| (typed.as_str(), shown.as_str())));
    steps.extend([
        ("\x01", home.as_str()),
        ("Z", &redrawn),
        ("\x05", "\r\n\r\n\r\x1b[C"),
        (&erase, &erased),
        ("\r", SENT),
    ]);
    assert_eq!(commands_at(30, &steps), ["Zecho aaaaaaaaaabbbbbbbbbbccccccccccddd"]);
}

#[test]
fn a_line_from_the_history_is_edited_across_rows() {
    let (line, up) = ("echo ".to_owned() + &"a".repeat(28), format!("\x08\x1b[K\r\x1b[K\x1b[A{}", "\x1b[C".repeat(29)));
    let steps = [PROMPT, ("\x1b[A", &line), ("\x7f\x7f\x7f", &up), ("\r", SENT)];
    assert_eq!(commands_at(30, &steps), ["echo ".to_owned() + &"a".repeat(18)]);
}

#[test]
fn a_changed_width_wraps_the_line_anew() {
    for (before, after) in [(80, 20), (20, 80), (20, 33), (0, 20), (20, 0)] {
        let mut detector = Detector::new(before);
        detector.shown(PROMPT.1.as_bytes());
        let echo = "echo 漢字漢字漢字漢字漢字漢字漢字 end";
        detector.typed(echo.as_bytes());
        detector.shown(echo.as_bytes());
        detector.resized(after);
        detector.typed(b"!\r");
        let found: Vec<_> = detector.shown(b"!\r\n").into_iter().filter_map(line).collect();
        assert_eq!(found, [format!("{echo}!")], "{before} {after}");
    }
}

#[test]
fn a_plain_shell_erases_with_spaces() {
    let steps =
        [("", "u@h:~$ "), ("abc\x15xyz\r", "abc\x08 \x08\x08 \x08\x08 \x08xyz\r\ndash: 5: xyz: not found\r\nu@h:~$ ")];
    assert_eq!(commands(&steps), ["xyz"]);
}

#[test]
fn lines_typed_ahead_of_a_plain_shell_are_found_where_the_terminal_echoes_them() {
    let shown = "echo a\r\necho b\r\na\r\nu@h:~$ b\r\nu@h:~$ ";
    assert_eq!(
        commands(&[("", "u@h:~$ "), ("echo a\recho b\r", shown), ("ls\r", "ls\r\n")]),
        ["echo a", "echo b", "ls"]
    );
}

#[test]
fn a_prompt_of_two_lines_is_left_out() {
    let prompt = "\x1b[?2004h\x1b]0;t\x07line1\r\n\x1b[32m> \x1b[0m";
    let shown = format!("echo a\r\n\x1b[?2004l\ra\r\n{prompt}");
    assert_eq!(
        commands(&[("", prompt), ("echo a\r", &shown), ("\x1b[A", "echo a"), ("\r", "\r\n")]),
        ["echo a", "echo a"]
    );
}

#[test]
fn passwords_leave_nothing() {
    let steps = [
        PROMPT,
        ("read -s p\r", "read -s p\r\n\x1b[?2004l\r"),
        ("hunter2\r", "\x1b[?2004hu@h:~$ "),
        ("sudo id\r", "sudo id\r\n\x1b[?2004l\r[sudo] password for u: "),
        ("hunter2", ""),
        ("\r", "\r\nSorry, try again.\r\n[sudo] password for u: "),
        ("hunter3\r", "\r\nuid=0(root)\r\n\x1b[?2004hu@h:~$ "),
        ("login\r", "login\r\nPassword: "),
        ("secret\r", "******\r\nWelcome\r\n\x1b[?2004hu@h:~$ "),
        ("ls\r", "ls\r\n"),
    ];
    assert_eq!(commands(&steps), ["read -s p", "sudo id", "login", "ls"]);
}

#[test]
fn output_is_not_taken_for_a_command_when_enter_is_pressed_in_it() {
    let log = "Nov 21 00:00:00 host daemon: line\r\n".repeat(300);
    let steps =
        [PROMPT, ("tail -f log\r", "tail -f log\r\n"), ("\r", "\r\n"), ("\r\r", &log), ("xyz", "xyz"), ("\r", &log)];
    assert_eq!(commands(&steps), ["tail -f log"]);
}

#[test]
fn the_alternate_screen_is_left_out() {
    for mode in [47, 1047, 1049] {
        let (enter, leave) = (format!("vi\r\n\x1b[?{mode}h\x1b[Hu@h:~$ "), format!("\x1b[?{mode}lu@h:~$ "));
        let steps =
            [PROMPT, ("vi\r", &enter), ("iecho secret\r", "echo secret\r\n"), (":q\r", &leave), ("ls\r", "ls\r\n")];
        assert_eq!(commands(&steps), ["vi", "ls"]);
    }
}

#[test]
fn known_limits() {
    assert_eq!(commands(&[("cat\r", "cat\r\n"), ("hello\r", "hello\r\nhello\r\n")]), ["cat", "hello"], "no prompt");
    assert_eq!(commands(&[("lss\x7f\r", "lss\x08 \x08\r\n")]), [""; 0], "edited without a prompt");
    let printed = [PROMPT, ("read -s p; echo $p\r", "read -s p; echo $p\r\n"), ("hunter2\r", "hunter2\r\n")];
    assert_eq!(commands(&printed), ["read -s p; echo $p", "hunter2"], "hidden, but printed at once");
    assert_eq!(commands(&[PROMPT, ("cd /\rls\r", "cd /\r\nu@h:/$ ls\r\nbin\r\n")]), ["cd /"], "the prompt changed");
    assert_eq!(
        commands(&[("", "$ \x1b[10C12:00\x1b[9D"), ("ls\r", "ls\r\n")]).len(),
        1,
        "a prompt at the right margin"
    );
    assert_eq!(commands(&[PROMPT, ("l", "l"), ("", "job done\r\n"), ("s\r", "s\r\n")]), [""; 0], "output broke in");
    let long = "x".repeat(5000);
    assert_eq!(commands(&[PROMPT, (&long, &long), ("\r", SENT), ("ls\r", "ls\r\n")]), ["ls"], "too long");
}

#[test]
fn cuts_make_no_difference() {
    let (typed, shown) = ("ls -l 漢\r", "ls -l 漢\r\n\x1b[?2004l\r\x1b]0;t\x07out\r\n\x1b[?2004hu@h:~$ ");
    let mut detector = Detector::new(80);
    detector.shown(PROMPT.1.as_bytes());
    typed.bytes().for_each(|byte| detector.typed(&[byte]));
    let found: Vec<_> = shown.bytes().flat_map(|byte| detector.shown(&[byte])).collect();
    assert_eq!(found, [CommandEvent::Typed { number: 1, line: "ls -l 漢".into(), directory: None }]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_survived(
        steps in prop::collection::vec(
            (prop::collection::vec(any::<u8>(), 0..20), prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "(\x1b\\[[0-9;?]{0,4}[A-Za-z@]|\x1b\\]133;(A|A;k=s|B|C|D|D;1)\x07|\x1b\\]7;file:///[a-z]{1,9}\x07|[a-c漢 ]{1,9}|\r|\n|\x08|\t|\x1b[78M]){0,20}".prop_map(String::into_bytes),
            ], 0u16..50), 0..40),
        flood in 0usize..12_000,
    ) {
        let mut detector = Detector::default();
        for (typed, shown, cols) in &steps {
            detector.resized(*cols);
            detector.typed(typed);
            detector.shown(shown);
            prop_assert!(detector.held() < 32 * 1024);
        }
        for filler in [&b"x"[..], b"\n", b"\x1b]133;B\x07\xe6\xbc\xa2", b"\x1b]0;", b"\x1bPq", b"\x1b[1"] {
            let flood = filler.repeat(flood / filler.len());
            detector.shown(&flood);
            detector.typed(&flood);
            prop_assert!(detector.held() < 32 * 1024);
        }
    }
}
