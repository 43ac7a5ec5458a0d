use crate::{Document, File, Form, Outgoing, read, write};

fn parse(text: &str) -> Document {
    read(Form::Json, &[File { name: "hosts.json", bytes: text.as_bytes() }])
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn wrong(text: &str) -> Vec<String> {
    let file = File { name: "hosts.json", bytes: text.as_bytes() };
    read(Form::Json, &[file]).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn everything_is_read_and_given_back() {
    let text = r#"{
  "version": 1,
  "by": "me",
  "folders": [
    {
      "path": ["A", "B / C"],
      "recording": "required",
      "direct": true
    }
  ],
  "hosts": [
    {
      "name": "r1",
      "address": "10.0.0.1",
      "port": 2222,
      "protocol": "ssh",
      "folder": ["A", "B / C"],
      "tags": ["x", "y"],
      "jump_host": ["a", "b"],
      "weight": 1.50,
      "max_sessions": 3,
      "tmux": true,
      "emoji": "😀",
      "nested": {
        "list": [
          {}
        ]
      }
    }
  ]
}
"#;
    let document = parse(text);
    let host = &document.hosts[0];
    assert_eq!((host.port, host.at.line, host.jumps.len()), (2222, 12, 2));
    assert_eq!(host.folder, ["A", "B / C"]);
    assert_eq!(host.policy.max_sessions, Some(3));
    assert!(host.policy.tmux && document.folders[0].policy.direct);
    assert_eq!(String::from_utf8(write(Form::Json, &Outgoing::from(document)).unwrap()).unwrap(), text);
}

#[test]
fn errors_name_line_and_field() {
    assert_eq!(
        wrong("{\"hosts\": [\n {\"name\": \"a\"},\n {\"address\": \"b\",\n  \"port\": \"x\"}]}"),
        [
            "hosts.json, line 2, column 2, field address: it is missing, and an entry needs it. Write it, or take the entry out.",
            "hosts.json, line 4, column 11, field port: `x` is no port. Write a number from 1 to 65535.",
        ]
    );
    assert_eq!(wrong("{\"hosts\": [}"), ["hosts.json, line 1, column 12: this is no JSON: a value is missing"]);
    assert_eq!(
        wrong("{\"a\": 1,\n\"a\": 2}"),
        ["hosts.json, line 2, column 1, field a: the field is there twice in the same entry. Take one of them out."]
    );
    assert_eq!(
        wrong("{\"version\": 2}"),
        ["hosts.json, line 1, field version: it is no version that is known here. A newer Berth may have written it."]
    );
    let deep = "[".repeat(100);
    assert_eq!(wrong(&deep), ["hosts.json, line 1: lists and mappings lie in each other more than 80 deep"]);
}
