use crate::{Document, File, Form, Outgoing, Value, read, write};

fn parse(text: &str) -> Document {
    read(Form::Yaml, &[File { name: "hosts.yaml", bytes: text.as_bytes() }])
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn wrong(text: &str) -> Vec<String> {
    read(Form::Yaml, &[File { name: "hosts.yaml", bytes: text.as_bytes() }])
        .expect_err("it is wrong")
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn back(document: Document) -> String {
    String::from_utf8(write(Form::Yaml, &Outgoing::from(document)).unwrap()).unwrap()
}

#[test]
fn the_usual_shape_is_read_and_given_back() {
    let text = "- folder_name: Paris
  sessions:
    - display_name: r1
      host: 10.0.0.1
      port: \"22\"
      DeviceType: cisco_ios
      Model: C9300
      SerialNumber: 00123
      SoftwareVersion: 17.3
      Vendor: Cisco
      credsid: 1
      rack:
        row: 4
        side: yes
    - display_name: r2
      host: r2.example
- folder_name: Paris / Core
  sessions: []
";
    let document = parse(text);
    assert_eq!(document.hosts.len(), 2);
    let host = &document.hosts[0];
    assert_eq!((host.name.as_str(), host.address.as_str(), host.port), ("r1", "10.0.0.1", 22));
    assert_eq!(host.device.serial_number, "00123");
    assert_eq!(host.device.software_version, "17.3");
    assert_eq!(host.credential.as_deref(), Some("1"));
    assert_eq!(host.folder, ["Paris"]);
    assert_eq!(host.at.line, 3);
    assert_eq!(document.folders[1].path, ["Paris", "Core"]);
    assert_eq!(back(document), text);
}

#[test]
fn what_changed_takes_the_place_of_what_was() {
    let text = "- folder_name: A\n  sessions:\n    - Host: a.example\n      extra: 1\n      display_name: a\n      port: '2222'\n";
    let mut document = parse(text);
    document.hosts[0].port = 22;
    document.hosts[0].address = "b.example".to_owned();
    document.hosts[0].device.role = "edge".to_owned();
    let expected = "- folder_name: A\n  sessions:\n    - Host: b.example\n      extra: 1\n      display_name: a\n      port: \"22\"\n      role: edge\n";
    assert_eq!(back(document), expected);
}

#[test]
fn errors_say_file_line_and_field_and_all_of_them() {
    let text = "- folder_name: A\n  sessions:\n    - display_name: a\n      host: h\n      port: 99999\n    - display_name: b\n    - host: c\n      port: ssh\n";
    assert_eq!(
        wrong(text),
        [
            "hosts.yaml, line 5, column 13, field port: `99999` is no port. Write a number from 1 to 65535.",
            "hosts.yaml, line 6, column 7, field host: it is missing, and an entry needs it. Write it, or take the entry out.",
            "hosts.yaml, line 8, column 13, field port: `ssh` is no port. Write a number from 1 to 65535.",
            "hosts.yaml, line 7, column 7, field display_name: it is missing, and an entry needs it. Write it, or take the entry out.",
        ]
    );
}

#[test]
fn nested_folders_are_given_back_nested() {
    let text = "folders:\n  - folder_name: A\n    folders:\n      - name: B\n        username: root\n        sessions:\n          - display_name: b\n            host: b\n    sessions: []\nmeta: {}\n";
    let document = parse(text);
    assert_eq!(document.folders[1].path, ["A", "B"]);
    assert_eq!(document.folders[1].username.as_deref(), Some("root"));
    assert_eq!(back(document), text);
}

#[test]
fn anchors_and_merge_keys_are_resolved() {
    let text = "- folder_name: A\n  sessions:\n    - &base\n      display_name: a\n      host: a\n      Vendor: Arista\n    - <<: *base\n      display_name: b\n";
    let document = parse(text);
    assert_eq!(document.hosts[1].name, "b");
    assert_eq!(document.hosts[1].device.vendor, "Arista");
    assert!(matches!(document.hosts[1].kept.entry(Form::Yaml), Some(Value::Map(entries)) if entries.len() == 3));
}
