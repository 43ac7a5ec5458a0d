use crate::{File, Form, detect};

#[test]
fn forms_are_told_apart_by_what_they_hold() {
    let cases: [(&str, &str, Option<Form>); 21] = [
        ("x", "- folder_name: A\n  sessions: []\n", Some(Form::Yaml)),
        ("x", "---\n# mine\nfolders:\n  - folder_name: A\n", Some(Form::Yaml)),
        ("a.yml", "routers:\n  hosts:\n    r1:\n", Some(Form::AnsibleYaml)),
        ("x", "all:\n  children:\n", Some(Form::AnsibleYaml)),
        ("config", "# c\nHost a b\n  Port 22\n", Some(Form::SshConfig)),
        ("x", "ServerAliveInterval=5\n", Some(Form::SshConfig)),
        ("x", "Host=a\n", Some(Form::SshConfig)),
        ("x", "name,host,port\na,b,22\n", Some(Form::Csv)),
        ("x", "\u{feff}Hostname;IP address\n", Some(Form::Csv)),
        ("a.csv", "a,b\n", Some(Form::Csv)),
        ("hosts", "web1\nweb2\n", Some(Form::AnsibleIni)),
        ("x", "[web]\nweb[1:3]\n", Some(Form::AnsibleIni)),
        ("x", "web1 ansible_host=10.0.0.1\n", Some(Form::AnsibleIni)),
        ("x", "{\"version\": 1, \"hosts\": []}", Some(Form::Json)),
        ("x", "[\n  {\"folder_name\": \"A\", \"sessions\": []}\n]", Some(Form::Yaml)),
        ("x", "[{\"name\": \"a\"}]", Some(Form::Json)),
        ("x", "|1|a=|b= ssh-ed25519 AAAAC3\n", Some(Form::KnownHosts)),
        ("x", "@revoked a,b ssh-rsa AAAAB3 me\n", Some(Form::KnownHosts)),
        ("x", "a ecdsa-sha2-nistp256 AAAAE2\n", Some(Form::KnownHosts)),
        ("x", "", None),
        ("x", "dear diary\n", None),
    ];
    for (name, text, form) in cases {
        assert_eq!(detect(&File { name, bytes: text.as_bytes() }), form, "{text}");
    }
}
