//! What is read is given back, and what is written is read, for every form that is written.

use crate::{
    File, FolderEntry, Form, HostEntry, Jump, Outgoing, Policy, Value, fuzzing::bare, read, value::Key, write,
};
use proptest::{
    collection::{hash_set, vec},
    option,
    prelude::*,
    sample::{select, subsequence},
};
use wire::{
    inventory::{DeviceMetadata, Protocol},
    recordings::RecordingPolicy,
};

/// A word as people write it into a field, with everything that readers take for something else.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9._-]{1,12}",
        select(vec![
            "yes",
            "no",
            "on",
            "Null",
            "~",
            "1.10",
            "0x1F",
            "007",
            "1e3",
            "-1",
            "+1",
            "=1+1",
            "@x",
            "2024-01-01",
            "12:30:45",
            "a: b",
            "a #b",
            "- a",
            "? x",
            "'q'",
            "\"q\"",
            "{x}",
            "[y]",
            "*a",
            "&a",
            "!t",
            "%p",
            "|",
            ">",
            "`",
            "é ü",
            "漢字",
            "😀",
            "a\\b",
            "a,b",
            "a;b",
            "<<",
            "=",
            "...",
            "---",
            "true",
            ".inf",
            "$x",
            "$$",
            "a\nb",
            "\ttab",
            "a\u{85}b",
            "null",
        ])
        .prop_map(str::to_owned),
    ]
}

/// A text on one line that a name or an address may be, once it is trimmed.
fn line() -> impl Strategy<Value = String> {
    text()
        .prop_map(|text| text.replace(|c: char| c.is_control(), "").trim().to_owned())
        .prop_filter("a name", |text| !text.is_empty())
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    vec(line().prop_filter("a tag", |tag| !tag.contains([',', ';'])), 0..3)
}

fn device() -> impl Strategy<Value = DeviceMetadata> {
    let field = || prop_oneof![2 => Just(String::new()), 1 => text()];
    (field(), field(), field(), field(), field(), field()).prop_map(
        |(device_type, model, serial_number, site, role, notes)| DeviceMetadata {
            device_type,
            model,
            serial_number,
            site,
            role,
            notes,
            ..DeviceMetadata::default()
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let recording =
        select(vec![None, Some(RecordingPolicy::Off), Some(RecordingPolicy::On), Some(RecordingPolicy::Required)]);
    (any::<bool>(), option::of(0..9_u64), option::of(0..9_u32), recording).prop_map(
        |(direct, idle_timeout_seconds, max_sessions, recording)| Policy {
            direct,
            idle_timeout_seconds,
            max_sessions,
            recording,
            ..Policy::default()
        },
    )
}

fn jumps() -> impl Strategy<Value = Vec<Jump>> {
    vec("[a-z]{1,5}(:[1-9][0-9])?".prop_map(|text| Jump::parse(&text)), 0..3)
}

fn folder() -> impl Strategy<Value = Vec<String>> {
    vec("[A-C]{1,2}(/x)?", 0..3)
}

fn host() -> impl Strategy<Value = HostEntry> {
    let protocol = select(vec![Protocol::Ssh, Protocol::Ftp, Protocol::FtpsImplicit]);
    let login = (option::of(line()), option::of(line()));
    (line(), line(), 1..=u16::MAX, protocol, login, folder(), tags(), device(), jumps(), policy()).prop_map(
        |(name, address, port, protocol, (username, credential), folder, tags, device, jumps, policy)| HostEntry {
            name,
            address,
            port: if port % 2 == 0 { port } else { protocol.default_port() },
            protocol,
            username,
            credential,
            folder,
            tags,
            device,
            jumps,
            policy,
            ..HostEntry::default()
        },
    )
}

fn again(form: Form, outgoing: &Outgoing) -> (crate::Document, String) {
    let written = write(form, outgoing).unwrap();
    let shown = String::from_utf8_lossy(&written).into_owned();
    match read(form, &[File { name: "file", bytes: &written }]) {
        Ok(document) => (document, shown),
        Err(errors) => panic!("{errors:?}\n{shown}"),
    }
}

fn sorted(hosts: &[HostEntry]) -> Vec<HostEntry> {
    bare(&crate::Document { hosts: hosts.to_vec(), ..crate::Document::default() })
}

/// Any data as YAML has it.
fn value() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        text().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        select(vec!["yes", "1.10", "0x1F", "007", "~", "2024-01-01", "1_000", "12:30"]).prop_map(crate::value::plain),
    ];
    word.prop_recursive(3, 20, 4, |inside| {
        prop_oneof![
            vec(inside.clone(), 0..4).prop_map(Value::List),
            vec((text(), inside.clone()), 0..4).prop_map(|entries| {
                let mut seen = std::collections::HashSet::new();
                Value::Map(
                    entries
                        .into_iter()
                        .filter(|(name, _)| seen.insert(name.clone()))
                        .filter(|(name, _)| !crate::secrets::is_name(name))
                        .map(|(name, value)| (Key::text(name), value))
                        .collect(),
                )
            }),
            inside.prop_map(|value| match value {
                Value::Tagged(..) | Value::Null | Value::Int(_) | Value::Bool(_) | Value::Plain(_) => value,
                other => Value::Tagged("!mine".to_owned(), Box::new(other)),
            }),
        ]
    })
}

/// An entry in the file's own spelling, with fields in any order and others between.
fn session() -> impl Strategy<Value = Value> {
    let port = prop_oneof![
        Just(Value::Int(22)),
        Just(Value::Text("2222".to_owned())),
        Just(Value::Plain("22.0".to_owned())),
        Just(Value::Null)
    ];
    let known = (line(), line(), port, value()).prop_map(|(name, host, port, serial)| {
        vec![("display_name", Value::Text(name)), ("host", Value::Text(host)), ("port", port), ("SerialNumber", serial)]
    });
    let unknown = hash_set("x_z[a-z]{1,4}", 0..4).prop_flat_map(|names| {
        let count = names.len();
        (Just(names), vec(value(), count)).prop_map(|(names, values)| names.into_iter().zip(values).collect::<Vec<_>>())
    });
    (known, unknown, any::<u64>()).prop_map(|(known, unknown, seed)| {
        let mut entries: Vec<_> = known.into_iter().map(|(name, value)| (Key::text(name), value)).collect();
        for (nth, (name, value)) in unknown.into_iter().enumerate() {
            let at = usize::try_from(seed >> (nth * 8) & 0xFF).unwrap_or_default() % (entries.len() + 1);
            entries.insert(at, (Key::text(name), value));
        }
        Value::Map(entries)
    })
}

fn tree() -> impl Strategy<Value = Value> {
    let names = subsequence(vec!["A", "B / C", "A / D", "007", "yes"], 1..5);
    names.prop_flat_map(|names| {
        let count = names.len();
        (Just(names), vec((vec(session(), 0..4), option::of(value())), count)).prop_map(|(names, contents)| {
            let folders = names.into_iter().zip(contents).map(|(name, (sessions, more))| {
                let mut entries = vec![
                    (Key::text("folder_name"), Value::Text(name.to_owned())),
                    (Key::text("sessions"), Value::List(sessions)),
                ];
                entries.extend(more.map(|value| (Key::text("x_more"), value)));
                Value::Map(entries)
            });
            Value::List(folders.collect())
        })
    })
}

proptest! {
    #[test]
    fn yaml_is_given_back_as_data_in_order(tree in tree()) {
        let text = crate::yaml::emit(&tree);
        let document = read(Form::Yaml, &[File { name: "file", bytes: text.as_bytes() }]).unwrap();
        let back = write(Form::Yaml, &Outgoing::from(document)).unwrap();
        let name = crate::document::Name::of(&File { name: "file", bytes: &back });
        let data = crate::yaml::documents(&name, str::from_utf8(&back).unwrap()).unwrap().pop().unwrap().into_value();
        prop_assert_eq!(data, tree, "{}", text);
    }

    #[test]
    fn data_is_stored_and_found_again(value in value()) {
        let kept = crate::Kept::new(Form::Yaml, &value);
        let stored = kept.to_json().unwrap();
        prop_assert_eq!(crate::Kept::from_json(&stored).unwrap().entry(Form::Yaml), Some(value));
    }

    #[test]
    fn hosts_that_are_written_are_read(hosts in vec(host(), 0..6)) {
        let outgoing = Outgoing { hosts, ..Outgoing::default() };
        for form in [Form::Yaml, Form::Json] {
            let (document, text) = again(form, &outgoing);
            prop_assert_eq!(bare(&document), sorted(&outgoing.hosts), "{}", text);
        }
        // A table trims and has no lists in cells.
        let (document, text) = again(Form::Csv, &outgoing);
        prop_assert_eq!(bare(&document), sorted(&outgoing.hosts), "{}", text);
    }

    #[test]
    fn folders_that_are_written_are_read(
        paths in hash_set(folder(), 0..6), policy in policy(), jumps in jumps(), username in option::of(line())
    ) {
        let folders: Vec<_> = paths
            .into_iter()
            .filter(|path| !path.is_empty())
            .map(|path| FolderEntry { path, policy, jumps: jumps.clone(), username: username.clone(), ..FolderEntry::default() })
            .collect();
        let outgoing = Outgoing { folders: folders.clone(), ..Outgoing::default() };
        for form in [Form::Yaml, Form::Json] {
            let (document, text) = again(form, &outgoing);
            let read: Vec<_> = document.folders.iter().map(|folder| (&folder.path, folder.policy, &folder.jumps)).collect();
            let wanted: Vec<_> = folders.iter().map(|folder| (&folder.path, folder.policy, &folder.jumps)).collect();
            // Without a word of its own a folder is said by those inside.
            if policy != Policy::default() {
                prop_assert_eq!(read, wanted, "{}", text);
            }
        }
    }

    #[test]
    fn a_change_is_written_whatever_was_kept(tree in tree(), change in host()) {
        let text = crate::yaml::emit(&tree);
        let document = read(Form::Yaml, &[File { name: "file", bytes: text.as_bytes() }]).unwrap();
        let mut outgoing = Outgoing::from(document);
        for host in &mut outgoing.hosts {
            *host = HostEntry { kept: host.kept.clone(), at: host.at.clone(), ..change.clone() };
        }
        for form in [Form::Yaml, Form::Json, Form::Csv] {
            let (mut document, text) = again(form, &outgoing);
            // An address is the same in capitals, and stays as it was spelled.
            for (read, wanted) in document.hosts.iter_mut().zip(&outgoing.hosts) {
                if read.address.eq_ignore_ascii_case(&wanted.address) {
                    read.address.clone_from(&wanted.address);
                }
            }
            prop_assert_eq!(bare(&document), sorted(&outgoing.hosts), "{}", text);
        }
    }

    #[test]
    fn ssh_config_is_read_as_it_is_written(hosts in vec(host(), 0..6)) {
        let mut names = std::collections::HashSet::new();
        let hosts: Vec<_> = hosts
            .into_iter()
            .filter(|host| !host.name.contains(['*', '?']) && !host.name.starts_with('!') && names.insert(host.name.clone()))
            .map(|host| HostEntry {
                protocol: Protocol::Ssh,
                folder: Vec::new(),
                tags: Vec::new(),
                device: DeviceMetadata::default(),
                policy: Policy { direct: host.policy.direct && host.jumps.is_empty(), ..Policy::default() },
                credential: host.credential.map(|name| name.replace(['/', '\\'], "_")).filter(|name| name != "none"),
                jumps: host.jumps.into_iter().filter(|jump| jump.host != host.name).collect(),
                ..host
            })
            .collect();
        let outgoing = Outgoing { hosts, ..Outgoing::default() };
        let (document, text) = again(Form::SshConfig, &outgoing);
        prop_assert_eq!(bare(&document), sorted(&outgoing.hosts), "{}", text);
    }

    #[test]
    fn ssh_config_is_given_back_to_the_letter(
        lines in vec(select(vec![
            "Host a", "Host b c", "Host *", "Host *.x !b", "Match all", "Match host a", "# word", "", "  Port 23", "\tPort=24",
            "  User one", "User \"t w\"", "  HostName %h.x", "ProxyJump a", "ProxyCommand ssh -W %h:%p a", "  ForwardAgent yes",
            "IdentityFile ~/.ssh/k", "Match exec true", "Host \"q r\" b",
        ]), 0..20)
    ) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let document = read(Form::SshConfig, &[File { name: "config", bytes: text.as_bytes() }]).unwrap();
        let back = write(Form::SshConfig, &Outgoing::from(document)).unwrap();
        prop_assert_eq!(String::from_utf8(back).unwrap(), text);
    }

    #[test]
    fn tables_are_given_back(
        rows in vec(vec(text(), 4), 0..6), delimiter in select(vec![',', ';', '\t'])
    ) {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let between = delimiter.to_string();
        let mut text = ["address", "Rack", "notes", "x y"].join(&between) + "\n";
        for (nth, row) in rows.iter().enumerate() {
            let cells = row.iter().skip(1).map(|cell| super::csv::harmless(cell.clone())).map(|cell| quote(&cell));
            text += &std::iter::once(format!("h{nth}")).chain(cells).collect::<Vec<_>>().join(&between);
            text.push('\n');
        }
        let document = read(Form::Csv, &[File { name: "file", bytes: text.as_bytes() }]).unwrap();
        prop_assert_eq!(document.hosts.len(), rows.len());
        let kept: Vec<_> = document.hosts.iter().map(|host| host.kept.clone()).collect();
        let (again, shown) = again(Form::Csv, &Outgoing::from(document));
        let found: Vec<_> = again.hosts.iter().map(|host| host.kept.clone()).collect();
        prop_assert_eq!(found, kept, "{}", shown);
    }
}

#[test]
fn what_is_right_is_read_beside_what_is_wrong() {
    let files = [
        (
            Form::Yaml,
            "- folder_name: A\n  sessions:\n    - {display_name: a, host: b}\n    - {host: c}\n    - {display_name: d, host: d, port: 0}\n",
            2,
        ),
        (
            Form::Json,
            r#"{"hosts": [{"name": "a", "address": "b"}, {"name": "c"}, {"address": "d", "port": "x"}, 7]}"#,
            3,
        ),
        (Form::Csv, "name,address,port\na,b,22\nc,,22\nd,d,99999\n", 2),
        (Form::SshConfig, "Host a\n HostName b\nHost d\n Port x\n", 1),
        (Form::AnsibleIni, "a ansible_host=b\nd ansible_port=x\n", 1),
    ];
    for (form, text, wrong) in files {
        let read = crate::read_what_is_right(form, &[File { name: "file", bytes: text.as_bytes() }]);
        let hosts: Vec<_> =
            read.document.hosts.iter().map(|host| (host.name.as_str(), host.address.as_str())).collect();
        assert_eq!((hosts, read.wrong, read.broken), (vec![("a", "b")], wrong, false), "{form:?}: {:?}", read.errors);
    }
    let broken =
        crate::read_what_is_right(Form::Yaml, &[File { name: "file", bytes: b"- folder_name: A\n  sessions: 5\n" }]);
    assert!(broken.broken, "nobody knows what is missing");
}
