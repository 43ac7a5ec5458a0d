use super::*;
use testkit::keygen::{KeySpec, make_key, show_key};

const KINDS: [(&str, &str); 5] =
    [("ed25519", ""), ("rsa", "3072"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")];

fn without_comment(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn shows_keys_like_ssh_keygen() {
    for (kind, bits) in KINDS {
        let key = make_key(KeySpec { kind, bits, ..KeySpec::default() });
        let (line, picture) = show_key(&key.public);
        let shown = describe_key(&key.public).unwrap();
        assert_eq!(shown.randomart, picture);
        assert_eq!(Some(shown.fingerprint.as_str()), line.split_whitespace().nth(1));
        assert_eq!(shown.openssh, without_comment(&key.public));
        assert!(key.public.starts_with(&shown.algorithm));
    }
}

#[test]
fn makes_keys_that_ssh_keygen_takes() {
    let pair = generate_ed25519("berth@web01").unwrap();
    assert!(pair.public_key.ends_with(" berth@web01"));
    let (line, _) = show_key(&pair.public_key);
    assert!(line.starts_with("256 SHA256:") && line.ends_with("(ED25519)"), "{line}");
    let public_key = without_comment(&pair.public_key);
    assert_eq!(check_private_key(&pair.private_key, None).unwrap(), KeyCheck::Plain { public_key });
    assert_ne!(generate_ed25519("x").unwrap().private_key, pair.private_key);
}

#[test]
fn reads_every_form_plain_and_encrypted() {
    for (kind, bits) in KINDS {
        for format in ["RFC4716", "PEM", "PKCS8"] {
            for passphrase in ["", "open sesame"] {
                check_form(KeySpec { kind, bits, format, passphrase });
            }
        }
    }
}

fn check_form(spec: KeySpec<'_>) {
    let key = make_key(spec);
    let public_key = without_comment(&key.public);
    // As it arrives from a mail: indented, with Windows line ends.
    let pasted = Secret::new(key.private.lines().map(|line| format!("  {line}\r\n")).collect::<String>());
    let passphrase = Secret::new("open sesame");
    let given = check_private_key(&pasted, Some(&passphrase)).unwrap_or_else(|error| panic!("{spec:?}: {error}"));
    if spec.passphrase.is_empty() {
        assert_eq!(given, KeyCheck::Plain { public_key }, "{spec:?}");
        return;
    }
    assert_eq!(given, KeyCheck::Encrypted { public_key: Some(public_key.clone()) }, "{spec:?}");
    let own_form = pasted.expose().contains("OPENSSH");
    let visible = own_form.then_some(public_key);
    assert_eq!(check_private_key(&pasted, None).unwrap(), KeyCheck::Encrypted { public_key: visible }, "{spec:?}");
    let wrong = check_private_key(&pasted, Some(&Secret::new("guess")));
    assert_eq!(wrong, Err(KeyError::WrongPassphrase), "{spec:?}");
}

#[test]
fn says_what_is_wrong_with_what_was_pasted() {
    let key = make_key(KeySpec::default());
    let check = |text: &str| check_private_key(&Secret::new(text), None).unwrap_err();
    assert_eq!(check("hello"), KeyError::NotAPrivateKey);
    assert_eq!(check(""), KeyError::NotAPrivateKey);
    assert_eq!(check(&key.public), KeyError::PublicKeyGiven);
    let cut: String =
        key.private.lines().filter(|line| !line.starts_with("b3Bl")).map(|line| format!("{line}\n")).collect();
    assert!(matches!(check(&cut), KeyError::Damaged { .. }));
    let dsa = "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n";
    assert_eq!(check(dsa), KeyError::Unsupported { what: "dsa private key".to_owned() });
    assert_eq!(describe_key("ssh-ed25519 nonsense"), Err(KeyError::NotAPublicKey));
}

#[test]
fn reads_keys_encrypted_by_openssl() {
    // openssl genrsa -aes256 -traditional -passout pass:'open sesame' 2048, made for this test
    for cipher in ["aes128", "aes192", "aes256"] {
        let pem = openssl(&["genrsa", &format!("-{cipher}"), "-traditional", "-passout", "pass:open sesame", "2048"]);
        let check = check_private_key(&Secret::new(&pem), Some(&Secret::new("open sesame")));
        assert!(matches!(check, Ok(KeyCheck::Encrypted { public_key: Some(_) })), "{cipher}: {check:?}");
    }
}

fn openssl(arguments: &[&str]) -> String {
    let done = std::process::Command::new("openssl").args(arguments).output().expect("openssl runs (package openssl)");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The same key, its bcrypt rounds set to a number that nobody wants to wait for.
fn with_rounds(private: &str, rounds: u32) -> String {
    let body: String = private.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut bytes = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    // After "bcrypt": the length of the options, the salt with its length (4 + 16 bytes), the rounds.
    let at = bytes.windows(6).position(|window| window == b"bcrypt").unwrap() + 6 + 4 + 20;
    bytes[at..at + 4].copy_from_slice(&rounds.to_be_bytes());
    let body = data_encoding::BASE64.encode(&bytes);
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n")
}

#[test]
fn a_key_that_would_take_hours_to_open_is_refused() {
    let key = make_key(KeySpec { passphrase: "open sesame", ..KeySpec::default() });
    let dear = Secret::new(with_rounds(&key.private, 100_000_000));
    let passphrase = Secret::new("open sesame");
    assert!(matches!(check_private_key(&dear, Some(&passphrase)), Err(KeyError::TooCostly)));
    let putty = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\nArgon2-Memory: 99999999\n";
    assert!(matches!(check_private_key(&Secret::new(putty), Some(&passphrase)), Err(KeyError::TooCostly)));
}
