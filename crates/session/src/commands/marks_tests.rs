//! Shells that mark their prompts.

use super::*;
use tokio::time::advance;

/// What is found when the person types and the remote shows, in turn.
fn events(steps: &[(&str, &str)]) -> Vec<CommandEvent> {
    let mut detector = Detector::new(80);
    let mut found = Vec::new();
    for (typed, shown) in steps {
        detector.typed(typed.as_bytes());
        found.extend(detector.shown(shown.as_bytes()));
    }
    found
}

fn commands(steps: &[(&str, &str)]) -> Vec<String> {
    let line = |event| match event {
        CommandEvent::Typed { line, .. } => Some(line),
        CommandEvent::Finished { .. } => None,
    };
    events(steps).into_iter().filter_map(line).collect()
}

const MARKED: (&str, &str) = ("", "\x1b]133;A\x07$ \x1b]133;B\x07");

#[test]
fn marks_tell_the_line() {
    let steps = [
        MARKED,
        ("ls", "ls"),
        (" -l", " -l"),
        ("\r", "\r\n\x1b]133;C\x07total 0\r\n\x1b]133;D;0\x07"),
        MARKED,
        ("\r", "\r\n\x1b]133;D\x07"),
        MARKED,
        ("", "typed by nobody\r\n\x1b]133;C\x1b\\out\r\n"),
    ];
    assert_eq!(commands(&steps), ["ls -l", "typed by nobody"]);
}

#[test]
fn a_shell_that_marks_its_prompt_only_is_followed() {
    let next = format!("\r\nout\r\n{}", MARKED.1);
    assert_eq!(commands(&[MARKED, ("ls", "ls"), ("\r", &next), ("id\r", "id\r\nout\r\n")]), ["ls", "id"]);
}

#[test]
fn a_given_command_line_is_taken_as_it_is() {
    let steps = [
        ("", "\x1b]633;A\x07$ \x1b]633;B\x07"),
        (
            "ll",
            "ll\r\n\x1b]633;E;for i in 1\\x3b do\\x0aecho \\\\$i\\x3b done;0000\x07\x1b]633;C\x07out\r\n\x1b]633;D\x07",
        ),
        ("", "\x1b]133;A\x07> \x1b]133;B\x07ghost text\r\n\x1b]133;C;cmdline_url=ls%20%2F\x07"),
    ];
    assert_eq!(commands(&steps), ["for i in 1; do\necho \\$i; done", "ls /"]);
}

#[test]
fn lines_typed_into_what_a_marked_command_runs_are_found() {
    let inner = "\r\n\x1b]133;C\x07inner$ ";
    assert_eq!(commands(&[MARKED, ("ssh x", "ssh x"), ("\r", inner), ("id\r", "id\r\n")]), ["ssh x", "id"]);
}

#[tokio::test(start_paused = true)]
async fn marks_tell_exit_code_duration_and_directory() {
    let mut detector = Detector::new(80);
    detector.shown(format!("\x1b]7;file://h/srv%20x\x07{}", MARKED.1).as_bytes());
    detector.typed(b"make\r");
    let typed = detector.shown(b"make\r\n\x1b]133;C\x07");
    assert_eq!(typed, [CommandEvent::Typed { number: 1, line: "make".into(), directory: Some("/srv x".into()) }]);
    advance(Duration::from_millis(1_500)).await;
    let finished = detector.shown(b"failed\r\n\x1b]133;D;2\x07");
    let duration = Duration::from_millis(1_500);
    assert_eq!(finished, [CommandEvent::Finished { number: 1, exit_code: Some(2), duration }]);
    assert_eq!(detector.shown(b"\x1b]133;D;2\x07"), [], "the end is told once");
}

#[test]
fn a_shell_that_tells_no_exit_code_tells_the_end() {
    let found = events(&[MARKED, ("ls\r", "ls\r\n\x1b]133;C\x07out\r\n\x1b]133;D\x07")]);
    assert!(matches!(found[..], [_, CommandEvent::Finished { number: 1, exit_code: None, .. }]), "{found:?}");
}

#[test]
fn what_a_marked_command_is_told_is_no_command() {
    let shown = "\r\n\x1b]133;C\x07>>> ";
    let steps = [MARKED, ("python3", "python3"), ("\r", shown), ("print(1)\r", "print(1)\r\n1\r\n>>> ")];
    assert_eq!(commands(&steps), ["python3"]);
}

#[test]
fn a_given_up_line_is_none_whatever_is_marked() {
    for done in ["^C\r\n\x1b]133;D;130\x07", "^C\r\n"] {
        assert_eq!(commands(&[MARKED, ("foo", "foo"), ("\x03", done), MARKED, ("ls\r", "ls\r\n")]), ["ls"], "{done:?}");
    }
}

#[test]
fn continuation_prompts_with_marks_are_left_out() {
    let more = "\x1b]133;A;k=s\x07> \x1b]133;B\x07";
    let (first, second) = (format!("for i in 1 2; do\r\n{more}"), format!("  echo $i\r\n{more}"));
    let steps = [
        ("", "\x1b]133;C\x07"),
        MARKED,
        ("for i in 1 2; do\r", &first),
        ("  echo $i\r", &second),
        ("done\r", "done\r\n\x1b]133;C\x071\r\n2\r\n"),
        MARKED,
        ("for\r", &format!("for\r\n{more}")),
        ("\x03", "^C\r\n\x1b]133;D;130\x07"),
        MARKED,
        ("ls\r", "ls\r\n\x1b]133;C\x07"),
    ];
    assert_eq!(commands(&steps), ["for i in 1 2; do\n  echo $i\ndone", "ls"]);
}

#[test]
fn marks_that_come_twice_count_once() {
    let twice =
        "ls\r\n\x1b]633;E;ls\x07\x1b]633;C\x07\x1b]133;C;cmdline_url=ls\x07out\r\n\x1b]133;D;0\x07\x1b]633;D;0\x07";
    assert_eq!(events(&[MARKED, ("ls\r", twice)]).len(), 2);
}

#[test]
fn known_limits() {
    let marked = [
        MARKED,
        ("a\r", "a\r\n\x1b]133;C\x07"),
        MARKED,
        ("for x\r", "for x\r\n> "),
        ("done\r", "done\r\n\x1b]133;C\x07"),
    ];
    assert_eq!(commands(&marked), ["a", "for x\n> done"], "the continuation prompt");
    let inner = [MARKED, ("ssh x\r", "ssh x\r\n\x1b]133;C\x07"), MARKED, ("exit\r", "exit\r\n\x1b]133;C\x07")];
    let found = events(&[&inner[..], &[("", "\x1b]133;D;0\x07")]].concat());
    let finished = found.last();
    assert!(matches!(finished, Some(CommandEvent::Finished { number: 2, .. })), "the outer command: {finished:?}");
}
