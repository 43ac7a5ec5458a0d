use crate::{Document, File, Form, KeyMarker, read};

/// Keys whose blobs begin as their algorithm wants; nobody signs in with them.
const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIGJlcnRoLWJlcnRoLWJlcnRoLWJlcnRoLWJlcnRoLWJl";
const RSA: &str = "AAAAB3NzaC1yc2EAAAADAQABAAAAIQ==";

fn parse(text: &str) -> Document {
    read(Form::KnownHosts, &[File { name: "known_hosts", bytes: text.as_bytes() }]).unwrap()
}

#[test]
fn lines_that_share_a_name_are_one_host() {
    let text = format!(
        "# mine\n\nweb1,10.0.0.1 ssh-ed25519 {ED25519} a comment\r\nweb1 ssh-rsa {RSA}\n[web1]:2222 ssh-ed25519 {ED25519}\n10.0.0.9 ssh-rsa {RSA}\n"
    );
    let document = parse(&text);
    let hosts: Vec<_> = document.hosts.iter().map(|host| (host.name.as_str(), host.port, host.at.line)).collect();
    assert_eq!(hosts, [("web1", 22, 3), ("web1", 2222, 5), ("10.0.0.9", 22, 6)]);
    assert_eq!(document.keys.len(), 4);
    assert_eq!(document.keys[0].comment, "a comment");
    assert!(document.keys[0].is_for("WEB1", 22) && document.keys[0].is_for("10.0.0.1", 22));
    assert!(!document.keys[0].is_for("web1", 2222) && document.keys[2].is_for("web1", 2222));
}

#[test]
fn hashed_names_fit_their_address_alone() {
    // HMAC-SHA1 of `web1` and of `[web1]:2222` under the salt, as `ssh-keygen -H` does it.
    let hashed = [("web1", 22, "|1|MDEyMzQ1Njc4OWFiY2RlZmdoaWo=|"), ("web1", 2222, "|1|MDEyMzQ1Njc4OWFiY2RlZmdoaWo=|")];
    let hashes = ["3kA3qyfJ1aIaoEz5z00NovDcp1E=", "57Kyt2ZvPRgJ+5MvwUehhuFhQks="];
    for ((host, port, salt), hash) in hashed.into_iter().zip(hashes) {
        let document = parse(&format!("{salt}{hash} ssh-ed25519 {ED25519}\n"));
        assert!(document.hosts.is_empty());
        assert_eq!(document.notes.len(), 1);
        assert!(document.keys[0].is_for(host, port), "{host}:{port}");
        assert!(!document.keys[0].is_for("web2", port));
    }
}

#[test]
fn markers_patterns_and_broken_lines_are_left_out_with_a_reason() {
    let text = format!(
        "@cert-authority *.example ssh-rsa {RSA}\n@revoked old ssh-rsa {RSA}\n*.lab,!x.lab,lab ssh-rsa {RSA}\nhost 1024 35 1234567\nhost ssh-rsa AAAA!\nhost ssh-ed25519 {RSA}\n"
    );
    let document = parse(&text);
    assert_eq!(document.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["lab"]);
    let lines: Vec<_> = document.skipped.iter().map(|skip| skip.place.line).collect();
    assert_eq!(lines, [1, 2, 3, 3, 4, 5, 6]);
    assert_eq!(document.keys[0].marker, Some(KeyMarker::CertAuthority));
    assert!(document.keys[2].is_for("a.lab", 22) && !document.keys[2].is_for("x.lab", 22));
}

#[test]
fn a_file_of_something_else_is_refused() {
    let file = File { name: "known_hosts", bytes: b"dear diary\n" };
    let errors = read(Form::KnownHosts, &[file]).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "known_hosts, line 1: a line has the names of the host, the algorithm and the key"
    );
}
