//! Files that break readers: each gives a clear error, or the right result.

use crate::{Document, File, Form, FormatError, read};
use std::fmt::Write;

fn of(form: Form, bytes: &[u8]) -> Result<Document, Vec<FormatError>> {
    read(form, &[File { name: "file", bytes }])
}

fn wrong(form: Form, bytes: &[u8]) -> String {
    of(form, bytes).expect_err("it is wrong").iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn first(form: Form, bytes: &[u8]) -> (String, String) {
    let document = of(form, bytes).unwrap();
    (document.hosts[0].name.clone(), document.hosts[0].address.clone())
}

const YAML: &str = "- folder_name: F\n  sessions:\n    - display_name: é\n      host: h\n";

#[test]
fn ten_lines_that_stand_for_a_billion_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for nth in 1..10 {
        let aliases = vec![format!("*a{}", nth - 1); 10].join(", ");
        writeln!(text, "a{nth}: &a{nth} [{aliases}]").unwrap();
    }
    let told = wrong(Form::Yaml, text.as_bytes());
    assert!(told.starts_with("file, line 7") && told.contains("anchors") | told.contains("aliases"), "{told}");
}

#[test]
fn one_long_text_repeated_without_end_is_refused() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 100].join(", "));
    let told = wrong(Form::Yaml, text.as_bytes());
    assert!(told.contains("line 2") && told.contains("aliases repeat more"), "{told}");
}

#[test]
fn a_list_in_brackets_is_bounded_unless_it_is_json() {
    let long = vec!["aaaaaaa"; 600_000].join(",");
    let told = wrong(Form::Yaml, format!("- x\n- [{long}]\n").as_bytes());
    assert!(told.contains("longer than 4 MiB"), "{told}");
    let hosts = vec![r#"{"display_name": "a", "host": "\ud83d\ude00", "Model": 1.50}"#; 80_000].join(",\n");
    let document = of(Form::Yaml, format!("[{hosts}]").as_bytes()).unwrap();
    assert_eq!(document.hosts.len(), 80_000);
    assert_eq!((document.hosts[1].at.line, document.hosts[1].device.model.as_str()), (2, "1.50"));
}

#[test]
fn an_alias_of_itself_is_refused() {
    assert!(wrong(Form::Yaml, b"a: &a [*a]\n").contains("inside of what it repeats"));
    assert!(wrong(Form::Yaml, b"- *nowhere\n").starts_with("file, line 1"));
}

#[test]
fn what_lies_too_deep_is_refused_with_its_line() {
    let blocks: String = (0..100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(
        wrong(Form::Yaml, blocks.as_bytes()),
        "file, line 81, column 81: lists and mappings lie in each other more than 80 deep"
    );
    let flow = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(wrong(Form::Yaml, flow.as_bytes()).contains("deep"));
    assert!(wrong(Form::Json, flow.as_bytes()).contains("deep"));
    assert!(wrong(Form::AnsibleYaml, flow.as_bytes()).contains("deep"));
}

#[test]
fn a_field_that_is_there_twice_is_an_error_with_its_line() {
    let text = "- folder_name: F\n  sessions:\n    - host: a\n      display_name: a\n      host: b\n";
    assert_eq!(
        wrong(Form::Yaml, text.as_bytes()),
        "file, line 5, column 7, field host: the field is there twice in the same entry. Take one of them out."
    );
}

#[test]
fn tabs_before_a_line_of_yaml_are_named() {
    for text in ["- folder_name: F\n\tsessions: []\n", "folders:\n\t- name: F\n", "a:\n  b: 1\n\tc: 2\n"] {
        let told = wrong(Form::Yaml, text.as_bytes());
        assert!(told.contains("begins with a tab"), "{text:?}: {told}");
    }
    // Between words they are blanks.
    assert_eq!(first(Form::Yaml, b"- display_name: \ta\n  host: \tb\n"), ("a".to_owned(), "b".to_owned()));
    assert!(wrong(Form::Yaml, b"- display_name:\ta\n").contains("There is a tab in the line"));
}

#[test]
fn marks_line_ends_and_encodings_are_all_read() {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let order = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect()
    };
    let latin: Vec<u8> = YAML.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let forms = [
        YAML.as_bytes().to_vec(),
        format!("\u{feff}{YAML}").into_bytes(),
        YAML.replace('\n', "\r\n").into_bytes(),
        YAML.replace('\n', "\r").into_bytes(),
        wide(YAML, false),
        wide(YAML, true),
        latin.clone(),
    ];
    for bytes in forms {
        assert_eq!(first(Form::Yaml, &bytes), ("é".to_owned(), "h".to_owned()), "{bytes:?}");
    }
    let document = of(Form::Yaml, &latin).unwrap();
    assert!(
        document.notes[0].text.contains("Windows-1252") && document.notes[0].place.line == 3,
        "{:?}",
        document.notes
    );
    let ssh = "Host é\r\n  HostName h\r\n";
    assert_eq!(first(Form::SshConfig, &wide(ssh, false)), ("é".to_owned(), "h".to_owned()));
}

#[test]
fn a_nul_byte_is_no_text() {
    for form in Form::ALL {
        let told = wrong(form, b"a\nb\0c\n");
        assert!(told.starts_with("file, line 2: there is a NUL byte"), "{form:?}: {told}");
    }
}

#[test]
fn ports_are_read_in_every_spelling_and_refused_with_their_field() {
    let with = |port: &str| format!("- display_name: a\n  host: a\n  port: {port}\n");
    for (port, read) in [("", 22), ("'22'", 22), ("22.0", 22), ("\" 2222 \"", 2222), ("~", 22), ("65535", 65535)] {
        assert_eq!(of(Form::Yaml, with(port).as_bytes()).unwrap().hosts[0].port, read, "{port}");
    }
    for port in ["99999", "ssh", "0", "-1", "22.5", "[22]", "+22", "0x16", "1e3"] {
        assert!(wrong(Form::Yaml, with(port).as_bytes()).contains("line 3, column 9, field port: "), "{port}");
    }
    let ftp = "- display_name: a\n  host: a\n  protocol: FTPS_implicit\n";
    assert_eq!(of(Form::Yaml, ftp.as_bytes()).unwrap().hosts[0].port, 990);
}

#[test]
fn a_hundred_errors_are_told_and_no_more() {
    let text: String = (0..500).map(|nth| format!("- display_name: a{nth}\n")).collect();
    assert_eq!(of(Form::Yaml, text.as_bytes()).unwrap_err().len(), crate::MOST_ERRORS);
}

#[test]
fn what_berth_does_not_speak_is_left_out_with_a_reason() {
    let document = of(Form::Yaml, b"- display_name: a\n  host: a\n  protocol: telnet\n").unwrap();
    assert_eq!(document.skipped[0].reason, "Berth does not speak `telnet`, only ssh, ftp, ftps and ftps_implicit");
}

#[test]
fn secrets_stay_behind_and_it_is_said() {
    let text = "- display_name: a\n  host: a\n  password: hunter2\n  more: [{enable_secret: hunter2, bypass: 1}]\n";
    let document = of(Form::Yaml, text.as_bytes()).unwrap();
    let kept = document.hosts[0].kept.to_json().unwrap();
    assert!(!kept.contains("hunter2") && kept.contains("bypass"), "{kept}");
    assert_eq!(document.notes.len(), 2);
    let yaml = "api_token: hunter2\nfolders:\n  - folder_name: F\n    secret: hunter2\n    sessions: []\n";
    let json =
        r#"{"version": 1, "password": "hunter2", "folders": [{"path": ["F"], "secret": "hunter2"}], "hosts": []}"#;
    for (form, text) in [(Form::Yaml, yaml), (Form::Json, json)] {
        let document = of(form, text.as_bytes()).unwrap();
        let kept = format!("{:?} {:?}", document.folders[0].kept, document.kept);
        assert!(!kept.contains("hunter2"), "{form:?}: {kept}");
    }
}

#[test]
fn an_empty_file_is_an_empty_inventory() {
    for form in Form::ALL.into_iter().filter(|form| *form != Form::Csv) {
        for text in ["", "\n\n", "\u{feff}"] {
            let document = of(form, text.as_bytes()).unwrap();
            assert!(document.hosts.is_empty() && document.folders.is_empty(), "{form:?}");
        }
    }
    assert!(wrong(Form::Yaml, b"just words\n").contains("a list of folders is expected"));
    assert!(wrong(Form::Yaml, b"all:\n  hosts:\n    a:\n").contains("Ansible"));
}
