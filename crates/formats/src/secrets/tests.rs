//! No value survives that stands under the name of a secret, in any form.

use crate::{File, Form, Outgoing, read, write};
use proptest::{prelude::*, sample::select};

const NAMES: [&str; 30] = [
    "pwd",
    "pw",
    "PW",
    "token",
    "auth_token",
    "authToken",
    "api_key",
    "apikey",
    "psk",
    "community",
    "snmp_community",
    "snmpCommunityRO",
    "enable",
    "key",
    "totp",
    "otp",
    "passwort",
    "kennwort",
    "mot_de_passe",
    "contrasena",
    "senha",
    "auth",
    "private_key",
    "passphrase",
    "db-pass",
    "enable_secret",
    "user password",
    "credentials_json",
    "bearer",
    "access.key",
];

fn given_back(form: Form, text: &str) -> String {
    let document = read(form, &[File { name: "file", bytes: text.as_bytes() }]).unwrap();
    assert!(document.notes.iter().any(|note| note.text.contains("secrets are not imported")), "{text}");
    let stored: String = document.hosts.iter().filter_map(|host| host.kept.to_json()).collect();
    assert!(!stored.contains("s3cr3t"), "{stored}");
    String::from_utf8(write(form, &Outgoing::from(document)).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn no_secret_is_kept(name in select(NAMES.to_vec()), tail in "[a-z0-9]{0,6}", nested in any::<bool>()) {
        let secret = format!("s3cr3t{tail}");
        let value = if nested { format!("{{\"value\": [\"{secret}\"]}}") } else { format!("\"{secret}\"") };
        let yaml = format!("- folder_name: A\n  \"{name}\": {value}\n  sessions:\n    - display_name: a\n      host: b\n      \
            \"{name}\": {value}\n      more: {{\"{name}\": {value}}}\n");
        prop_assert!(!given_back(Form::Yaml, &yaml).contains("s3cr3t"));
        let json = format!("{{\"hosts\": [{{\"name\": \"a\", \"address\": \"b\", \"{name}\": {value}}}]}}");
        prop_assert!(!given_back(Form::Json, &json).contains("s3cr3t"));
        let csv = format!("name,address,{name}\na,b,{secret}\n");
        prop_assert!(!given_back(Form::Csv, &csv).contains("s3cr3t"));
    }
}

#[test]
fn addresses_and_commands_lose_their_passwords() {
    let yaml = "- folder_name: A\n  sessions:\n    - {display_name: a, host: b, url: \"https://ada:s3cr3t@x/y and ftp://u@z\"}\n";
    let given = given_back(Form::Yaml, yaml);
    assert!(given.contains("https://ada@x/y and ftp://u@z"), "{given}");

    let config = "# password: s3cr3t\nHost a\n  # a comment\n  HostName b\n  ProxyCommand sshpass -p s3cr3t ssh -W %h:%p j\n  \
        SetEnv LANG=C PASSWORD=s3cr3t\n  SendEnv TOKEN\nHost c\n  ProxyCommand /usr/bin/nc %h %p\n";
    let given = given_back(Form::SshConfig, config);
    assert!(!given.contains("s3cr3t") && given.contains("SetEnv LANG=C") && given.contains("# a comment"), "{given}");
    assert!(given.contains("/usr/bin/nc") && given.contains("SendEnv TOKEN"), "{given}");
}

#[test]
fn what_only_names_a_secret_or_is_none_stays() {
    for field in [
        "credsid: one",
        "credential: one",
        "password_file: x",
        "token_id: x",
        "enable: true",
        "public_key: x",
        "monkey: x",
        "author: x",
        "authors: {a: b}",
        "bypass: x",
        "auth_method: key",
        "keyboard: de",
    ] {
        let yaml = format!("- folder_name: A\n  sessions:\n    - display_name: a\n      host: b\n      {field}\n");
        let document = read(Form::Yaml, &[File { name: "file", bytes: yaml.as_bytes() }]).unwrap();
        assert!(document.notes.is_empty(), "{field}: {:?}", document.notes);
        let name = field.split(':').next().unwrap_or_default();
        assert!(
            String::from_utf8(write(Form::Yaml, &Outgoing::from(document)).unwrap()).unwrap().contains(name),
            "{field}"
        );
    }
}
