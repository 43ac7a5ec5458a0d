use crate::{Document, File, Form, Jump, Outgoing, read, write};

fn of(files: &[(&str, &str)]) -> Document {
    let files: Vec<_> = files.iter().map(|(name, text)| File { name, bytes: text.as_bytes() }).collect();
    read(Form::SshConfig, &files)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn parse(text: &str) -> Document {
    of(&[("config", text)])
}

fn back(document: Document) -> String {
    String::from_utf8(write(Form::SshConfig, &Outgoing::from(document)).unwrap()).unwrap()
}

fn shown(document: &Document) -> Vec<String> {
    document
        .hosts
        .iter()
        .map(|host| {
            let jumps: Vec<_> = host.jumps.iter().map(Jump::to_string).collect();
            format!(
                "{} {}@{}:{} {} [{}]{}",
                host.name,
                host.username.as_deref().unwrap_or(""),
                host.address,
                host.port,
                host.credential.as_deref().unwrap_or("-"),
                jumps.join(","),
                if host.policy.direct { " direct" } else { "" }
            )
        })
        .collect()
}

const USUAL: &str = r#"# My hosts
ServerAliveInterval 30

Host bastion
    HostName bastion.example
    User=jump
    ProxyJump none

# The web servers
Host web1 web2 !web3
    HostName "%h.lab.example"
    IdentityFile ~/.ssh/id_lab
    ForwardAgent yes
Host db
	Port 2222
	User "data base" # who

Host *.skip
    User nobody

Host *
    User admin
    User ignored
    ProxyJump bastion
"#;

#[test]
fn the_first_value_counts_and_patterns_are_no_hosts() {
    let document = parse(USUAL);
    assert_eq!(
        shown(&document),
        [
            "bastion jump@bastion.example:22 - [] direct",
            "web1 admin@web1.lab.example:22 id_lab [bastion]",
            "web2 admin@web2.lab.example:22 id_lab [bastion]",
            "db data base@db:2222 - [bastion]",
        ]
    );
    let notes: Vec<_> = document.notes.iter().map(|note| (note.place.line, note.text.as_str())).collect();
    assert_eq!(notes[0], (18, "`Host *.skip` counts for 0 of the hosts, and is no host itself"));
    assert_eq!(notes[1], (21, "`Host *` counts for 4 of the hosts, and is no host itself"));
}

#[test]
fn what_did_not_change_is_given_back_to_the_letter() {
    assert_eq!(back(parse(USUAL)), USUAL);
}

#[test]
fn what_changed_is_changed_in_its_place() {
    let mut document = parse(USUAL);
    document.hosts[1].username = Some("root".to_owned());
    document.hosts[3].port = 22;
    document.hosts[3].name = "database".to_owned();
    document.hosts[3].address = "database".to_owned();
    document.hosts.remove(0);
    let text = back(document);
    let again = parse(&text);
    assert_eq!(
        shown(&again),
        [
            "web1 root@web1.lab.example:22 id_lab [bastion]",
            "web2 admin@web2.lab.example:22 id_lab [bastion]",
            "database data base@database:22 - [bastion]",
        ]
    );
    assert!(text.contains("ForwardAgent yes\n    User root"), "{text}");
    assert!(text.contains("ServerAliveInterval 30"));
}

#[test]
fn new_hosts_stand_before_what_counts_for_all() {
    let mut document = parse("Host a\n    User root\n\nHost *\n    User admin\n");
    let mut fresh = document.hosts[0].clone();
    fresh.kept = crate::Kept::default();
    fresh.name = "b c".to_owned();
    fresh.address = "10.0.0.1".to_owned();
    fresh.username = None;
    fresh.jumps = vec![Jump::named("a")];
    document.hosts.push(fresh);
    let text = back(document);
    assert!(text.contains("Host \"b c\"\n    HostName 10.0.0.1\n    ProxyJump a\nHost *"), "{text}");
}

#[test]
fn includes_are_found_among_the_given_files() {
    let main = "Include conf.d/*\nInclude nowhere\nPort 23\nHost a\n  Include extra\n  Port 24\nHost b\n";
    let one = "Host c\n  User c\n";
    let extra = "User extra\n";
    let document = of(&[("config", main), (".ssh/conf.d/one", one), ("extra", extra), ("other", "Host z\n")]);
    assert_eq!(
        shown(&document),
        ["c c@c:23 - []", "a extra@a:23 - []", "b @b:23 - []"],
        "a block of a file that is included ends with that file"
    );
    assert_eq!(document.notes.len(), 2, "{:?}", document.notes);
    let text = back(document.clone());
    assert_eq!(shown(&parse(&text)), shown(&document), "{text}");
}

#[test]
fn a_file_that_includes_itself_is_refused() {
    let files = [File { name: "config", bytes: b"Include config\n" }];
    let errors = read(Form::SshConfig, &files).unwrap_err();
    assert_eq!(errors[0].to_string(), "config, line 1, field Include: the file includes itself");
}

#[test]
fn proxy_commands_that_mean_a_jump_are_understood() {
    let text = "Host a\n  ProxyCommand ssh -q -p 2222 -l me gate -W %h:%p\nHost b\n  ProxyCommand /usr/bin/ssh -W [%h]:%p you@gate2 2>/dev/null\nHost c\n  ProxyCommand ssh gate nc %h %p\nHost d\n  ProxyCommand cloudflared access ssh --hostname %h\nHost e\n  ProxyJump one,me@two:2022,[::1]:22\nHost one\n  ProxyCommand none\n";
    let document = parse(text);
    assert_eq!(
        shown(&document),
        [
            "a @a:22 - [me@gate:2222]",
            "b @b:22 - [you@gate2]",
            "c @c:22 - [gate]",
            "d @d:22 - []",
            "e @e:22 - [one,me@two:2022,[::1]:22]",
            "one @one:22 - [] direct",
        ]
    );
    assert_eq!(document.notes.len(), 1);
    assert_eq!(back(document), text);
}

#[test]
fn match_counts_where_it_can_be_known() {
    let text = "Host a\n  HostName a.lab\nMatch host *.lab\n  User lab\nMatch exec \"true\"\n  User no\nMatch originalhost b,c\n  User orig\nHost b d\nMatch all\n  User all\n";
    let document = parse(text);
    assert_eq!(shown(&document), ["a lab@a.lab:22 - []", "b orig@b:22 - []", "d all@d:22 - []"]);
    assert!(document.notes.iter().any(|note| note.place.line == 5), "{:?}", document.notes);
    assert_eq!(back(document), text);
}

#[test]
fn errors_name_line_and_field() {
    let text = "Host a\n  Port 99999\nHost\nHost b\n  User \"open\nHost c\n  Port = 23\n";
    let errors = read(Form::SshConfig, &[File { name: "config", bytes: text.as_bytes() }]).unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "config, line 3, field Host: there is no name behind it",
            "config, line 5: a quotation mark is not closed",
            "config, line 2, field Port: `99999` is no port. Write a number from 1 to 65535.",
        ]
    );
}
