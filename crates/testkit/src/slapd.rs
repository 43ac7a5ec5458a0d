//! A real directory: slapd with people, groups, and a certificate of an authority of its own. It says yes to an empty password, as many do,
//! and nothing to who is nobody.

use crate::daemon::{ADDRESS, Daemon, PORT_TRIES, Ready, free_port};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// Below which entry everything is.
pub const BASE: &str = "dc=example,dc=org";

/// As whom it may be searched.
pub const READER: &str = "cn=reader,dc=example,dc=org";

/// That one's password.
pub const READER_PASSWORD: &str = "reads and nothing else";

/// Everybody's password.
pub const PASSWORD: &str = "as the directory has it";

const ROOT: &str = "cn=root,dc=example,dc=org";
const ROOT_PASSWORD: &str = "root of the tree";

/// A running directory.
#[derive(Debug)]
pub struct Slapd {
    _daemon: Daemon,
    dir: TempDir,
    port: u16,
    tls_port: u16,
}

impl Slapd {
    /// Starts one with these people, each with the groups behind the name.
    ///
    /// # Panics
    /// When it does not start: the packages `slapd` and `ldap-utils` may be missing.
    pub async fn start(people: &[(&str, &[&str])]) -> Self {
        let dir = tempfile::Builder::new().prefix("slapd-").tempdir().expect("a temporary folder");
        certificates(dir.path());
        fs::create_dir(dir.path().join("db")).expect("the database's folder");
        fs::write(dir.path().join("slapd.conf"), config(dir.path())).expect("its configuration");
        fs::write(dir.path().join("seed.ldif"), seed(people)).expect("its people");
        run(Command::new("/usr/sbin/slapadd").current_dir(dir.path()).args(["-f", "slapd.conf", "-l", "seed.ldif"]));
        for _ in 0..PORT_TRIES {
            let (port, tls_port) = (free_port(), free_port());
            let places = format!("ldap://{ADDRESS}:{port} ldaps://{ADDRESS}:{tls_port}");
            let mut command = Command::new("/usr/sbin/slapd");
            command.current_dir(dir.path()).args(["-d", "0", "-f", "slapd.conf", "-h", &places]);
            let ready = Ready { port: Some(port), greeting: b"", file: None };
            if let Some(daemon) = Daemon::start(command, ready).await {
                return Self { _daemon: daemon, dir, port, tls_port };
            }
        }
        panic!("slapd did not start (packages slapd, ldap-utils)");
    }

    /// Where it listens in the clear, and for StartTLS. Its certificate is for `localhost`.
    pub fn url(&self) -> String {
        format!("ldap://localhost:{}", self.port)
    }

    /// Where it listens with TLS.
    pub fn tls_url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port)
    }

    /// The authority that vouches for it.
    pub fn authority(&self) -> String {
        self.dir.path().join("ca.pem").display().to_string()
    }

    /// Takes somebody away.
    pub fn remove(&self, name: &str) {
        self.tool("ldapdelete", &[&person(name)], "");
    }

    /// Takes somebody out of a group.
    pub fn leave(&self, name: &str, group: &str) {
        let change =
            format!("dn: cn={group},ou=groups,{BASE}\nchangetype: modify\ndelete: member\nmember: {}\n", person(name));
        self.tool("ldapmodify", &[], &change);
    }

    fn tool(&self, tool: &str, words: &[&str], input: &str) {
        let mut command = Command::new(tool);
        command.args(["-x", "-H", &format!("ldap://{ADDRESS}:{}", self.port), "-D", ROOT, "-w", ROOT_PASSWORD]);
        let child = command.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let mut child = child.expect("it runs (package ldap-utils)");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
        assert!(child.wait().expect("it ends").success(), "{tool} {words:?} {input}");
    }
}

fn person(name: &str) -> String {
    format!("uid={name},ou=people,{BASE}")
}

fn run(command: &mut Command) {
    let output = command.output().expect("it runs (packages slapd, openssl)");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority, and a certificate of it for `localhost`.
fn certificates(dir: &Path) {
    fs::write(dir.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").expect("the names");
    for words in [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab-authority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out request.pem",
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out certificate.pem",
    ] {
        run(Command::new("openssl").current_dir(dir).args(words.split(' ')));
    }
}

fn config(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         pidfile {dir}/pid\nargsfile {dir}/args\nallow bind_anon_cred\n\
         TLSCertificateFile {dir}/certificate.pem\nTLSCertificateKeyFile {dir}/key.pem\n\
         database mdb\nsuffix {BASE}\nrootdn {ROOT}\nrootpw \"{ROOT_PASSWORD}\"\ndirectory {dir}/db\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to * by dn.exact=\"{READER}\" read by * none\n"
    )
}

fn seed(people: &[(&str, &[&str])]) -> String {
    let mut seed = format!("dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: lab\ndc: example\n\n");
    for unit in ["people", "groups"] {
        seed.push_str(&format!("dn: ou={unit},{BASE}\nobjectClass: organizationalUnit\nou: {unit}\n\n"));
    }
    let simple = "objectClass: simpleSecurityObject\nobjectClass: organizationalRole";
    seed.push_str(&format!("dn: {READER}\n{simple}\ncn: reader\nuserPassword: {READER_PASSWORD}\n\n"));
    for (name, _) in people {
        let entry =
            format!("objectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\nuserPassword: {PASSWORD}");
        seed.push_str(&format!("dn: {}\n{entry}\n\n", person(name)));
    }
    let mut groups: Vec<&str> = people.iter().flat_map(|(_, groups)| groups.iter().copied()).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        // A group has a member at least.
        let mut entry =
            format!("dn: cn={group},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {group}\nmember: {READER}\n");
        for (name, _) in people.iter().filter(|(_, groups)| groups.contains(&group)) {
            entry.push_str(&format!("member: {}\n", person(name)));
        }
        seed.push_str(&format!("{entry}\n"));
    }
    seed
}
