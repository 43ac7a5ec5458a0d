//! Two small scripts that "Set up access" runs on a host. They travel on the standard input of `sh`, so that the login
//! shell (bash, fish, csh, busybox) never has to read them, and they use nothing that dash or busybox lacks.

use std::time::Duration;
use transport::{DialError, Link, RunLimits, RunOutput, ShellExit};
use wire::plain::misleads;

pub(super) const LIMITS: RunLimits = RunLimits { timeout: Duration::from_secs(20), max_output: 16 * 1024 };

/// How much of what a host says is kept.
const MAX_TEXT: usize = 200;

/// What the installing script says when it came to its end.
const INSTALLED: &str = "berth: the key is in authorized_keys";

/// What a host says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The operating system.
    pub(super) os: Option<String>,
    /// Its own name.
    pub(super) hostname: Option<String>,
}

const FACTS: &str = r#"
echo "uname=$(uname -sr 2>/dev/null)"
echo "hostname=$(hostname 2>/dev/null || uname -n 2>/dev/null)"
if [ -r /etc/os-release ]; then sed -n 's/^PRETTY_NAME=/pretty=/p' /etc/os-release; fi
"#;

/// Reads operating system and name. A host without `sh` (a switch) simply says neither.
pub(super) async fn read_facts(link: &Link) -> Facts {
    match link.run("sh", FACTS.as_bytes(), LIMITS).await {
        Ok(output) => facts(&String::from_utf8_lossy(&output.stdout)),
        Err(error) => {
            tracing::debug!(%error, "the host did not say what it is");
            Facts::default()
        }
    }
}

fn facts(said: &str) -> Facts {
    let value = |key: &str| said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).and_then(shown);
    Facts { os: value("pretty").or_else(|| value("uname")), hostname: value("hostname") }
}

/// A value without quotes around it and characters in it that mislead, in a length that fits a page.
fn shown(value: &str) -> Option<String> {
    let bare = value.trim().trim_matches(['"', '\'']);
    let text: String = bare.chars().filter(|c| !misleads(*c)).take(MAX_TEXT).collect();
    (!text.is_empty()).then_some(text)
}

/// Appends a public key line to `~/.ssh/authorized_keys`, once. The text of a failure is for a person.
pub(super) async fn install_key(link: &Link, public_key: &str) -> Result<(), String> {
    let done = link.run("sh", install_script(public_key).as_bytes(), LIMITS).await;
    refused(done, INSTALLED).map_or(Ok(()), Err)
}

/// Why a script did not come to its end, where it says this.
pub(super) fn refused(done: Result<RunOutput, DialError>, end: &str) -> Option<String> {
    let output = match done {
        Ok(output) => output,
        Err(error) => return Some(error.to_string()),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if matches!(output.exit, ShellExit::Exited(0)) && said.lines().any(|line| line.trim() == end) {
        return None;
    }
    let complaint = shown(&String::from_utf8_lossy(&output.stderr)).or_else(|| shown(&said));
    Some(complaint.unwrap_or_else(|| "the host ran no shell and gave no reason".to_owned()))
}

/// `umask` before anything is made, a line end before the key when the file lacks one at its end, and no second copy.
/// `restorecon` gives a new folder the label that SELinux hosts ask for.
fn install_script(public_key: &str) -> String {
    format!(
        r#"set -eu
umask 077
key={key}
cd
mkdir -p .ssh
file=.ssh/authorized_keys
if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then echo >> "$file"; fi
if [ ! -f "$file" ] || ! grep -qxF -e "$key" "$file"; then printf '%s\n' "$key" >> "$file"; fi
chmod go-w .ssh "$file"
if command -v restorecon > /dev/null 2>&1; then restorecon .ssh "$file" || true; fi
echo '{INSTALLED}'
"#,
        key = quoted(public_key),
    )
}

/// One word of a POSIX shell, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The same of bytes, but for NUL, which no shell reads.
pub(super) fn quoted_bytes(text: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in text.iter().filter(|byte| **byte != 0) {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            byte => word.push(*byte),
        }
    }
    word.push(b'\'');
    word
}

/// Every shell of this machine that a host might have as `sh`.
#[cfg(test)]
pub(super) fn shells() -> impl Iterator<Item = Vec<&'static str>> {
    use std::process::Command;
    let all = [vec!["sh"], vec!["dash"], vec!["bash", "--posix"], vec!["busybox", "sh"]];
    all.into_iter().filter(|shell| Command::new(shell[0]).args(["-c", "true"]).output().is_ok())
}

#[cfg(test)]
#[path = "remote_words_tests.rs"]
mod words;

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Write,
        path::Path,
        process::{Command, Stdio},
    };

    #[test]
    fn facts_are_read_between_what_a_profile_prints() {
        let said = "Welcome!\nuname=Linux 6.1.0\nhostname=web01\npretty=\"Debian GNU/Linux 12 (bookworm)\"\n";
        let read = facts(said);
        assert_eq!(read.os.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(read.hostname.as_deref(), Some("web01"));
        assert_eq!(facts("uname=OpenBSD 7.6\nhostname=\n").os.as_deref(), Some("OpenBSD 7.6"));
        assert_eq!(facts("% Invalid input"), Facts::default());
    }

    #[test]
    fn facts_carry_no_control_characters() {
        assert_eq!(facts("uname=a\u{1b}[31mb\n").os.as_deref(), Some("a[31mb"));
    }

    #[test]
    fn a_quote_stays_a_character() {
        assert_eq!(quoted("a'b; rm -rf ~"), r"'a'\''b; rm -rf ~'");
    }

    fn install(shell: &[&str], home: &Path, key: &str) {
        let mut child = Command::new(shell[0])
            .args(&shell[1..])
            .env("HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(install_script(key).as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{shell:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_is_appended_once_and_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        for shell in shells() {
            let home = tempfile::tempdir().unwrap();
            let file = home.path().join(".ssh/authorized_keys");
            install(&shell, home.path(), "ssh-ed25519 AAAA one");
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{shell:?}");
            assert_eq!(std::fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
            std::fs::write(&file, "ssh-ed25519 AAAA one\nssh-rsa BBBB no line end").unwrap();
            for _ in 0..2 {
                install(&shell, home.path(), "ssh-ed25519 AAAA one");
                install(&shell, home.path(), "ssh-ed25519 CCCC it's $(touch x)");
            }
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(
                text, "ssh-ed25519 AAAA one\nssh-rsa BBBB no line end\nssh-ed25519 CCCC it's $(touch x)\n",
                "{shell:?}"
            );
            assert!(!home.path().join("x").exists());
        }
    }
}
