//! Edits `~/.ssh/authorized_keys` on a host: read, changed here, and written back as a whole beside the old one, which it
//! then replaces in one step. Nothing is written when the file is not the one that was read.
//!
//! As with the other scripts, all goes by the standard input of `sh`, and nothing is used that dash or busybox lacks.

use super::remote::{LIMITS, quoted_bytes, refused};
use transport::{Link, RunLimits};

/// A larger file is left alone.
const LARGEST: usize = 256 * 1024;

/// So often it is read anew when somebody else writes it too.
const TRIES: usize = 3;

const WRITTEN: &str = "berth: written";
const CHANGED: &str = "berth: changed meanwhile";

const READ: &str = r#"
cd
file=.ssh/authorized_keys
if [ -f "$file" ]; then echo "berth: file $(cksum < "$file")"; cat "$file"; echo; echo 'berth: end'; else echo 'berth: none'; fi
"#;

/// The file as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Read {
    /// What `cksum` says of it; empty when there is none.
    sum: String,
    text: Vec<u8>,
}

/// Changes the file. `edit` answers none when there is nothing to change. Whether something was; the text of a failure is
/// for a person.
pub(super) async fn edit_keys(
    link: &Link,
    edit: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync,
) -> Result<bool, String> {
    for _ in 0..TRIES {
        let limits = RunLimits { max_output: LARGEST + 1024, ..LIMITS };
        let output = link.run("sh", READ.as_bytes(), limits).await.map_err(|error| error.to_string())?;
        let read = understood(&output.stdout).ok_or(if output.truncated {
            "~/.ssh/authorized_keys is larger than 256 KiB"
        } else {
            "the host ran no shell that could read ~/.ssh/authorized_keys"
        })?;
        let Some(text) = edit(&read.text) else { return Ok(false) };
        if text.contains(&0) {
            return Err("~/.ssh/authorized_keys holds a NUL character; look at it by hand".to_owned());
        }
        let done = link.run("sh", &write_script(&read.sum, &text), LIMITS).await;
        let changed = |said: &[u8]| String::from_utf8_lossy(said).lines().any(|line| line.trim() == CHANGED);
        if done.as_ref().is_ok_and(|output| changed(&output.stdout)) {
            continue;
        }
        return refused(done, WRITTEN).map_or(Ok(true), Err);
    }
    Err("~/.ssh/authorized_keys changes all the time; try again later".to_owned())
}

/// What the reading script told, whatever a profile printed before and after it.
fn understood(said: &[u8]) -> Option<Read> {
    let mut rest = said;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        if line == b"berth: none" {
            return Some(Read::default());
        }
        if let Some(sum) = line.strip_prefix(b"berth: file ") {
            let sum = std::str::from_utf8(sum).ok()?.trim().to_owned();
            let length: usize = sum.split_whitespace().nth(1)?.parse().ok()?;
            let (text, end) = after.split_at_checked(length)?;
            return end.starts_with(b"\nberth: end\n").then(|| Read { sum, text: text.to_vec() });
        }
        rest = after;
    }
}

/// The new file takes the rights of the old one along, and its place in one step. A link to a file elsewhere stays one.
fn write_script(sum: &str, text: &[u8]) -> Vec<u8> {
    let head = format!(
        r#"set -eu
umask 077
cd
mkdir -p .ssh
file=.ssh/authorized_keys
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
now=
if [ -f "$file" ]; then now=$(cksum < "$file"); fi
if [ "$now" != {sum} ]; then echo '{CHANGED}'; exit 3; fi
new="$file.berth.$$"
trap 'rm -f "$new"' EXIT
if [ -f "$file" ]; then cp -p "$file" "$new"; fi
printf '%s' "#,
        sum = super::remote::quoted(sum),
    );
    let foot = format!(
        r#" > "$new"
[ "$(wc -c < "$new")" -eq {length} ]
chmod go-w "$new"
if command -v restorecon > /dev/null 2>&1; then restorecon "$new" || true; fi
mv -f "$new" "$file"
trap - EXIT
echo '{WRITTEN}'
"#,
        length = text.len(),
    );
    [head.as_bytes(), &quoted_bytes(text), foot.as_bytes()].concat()
}

#[cfg(test)]
#[path = "remote_keys_tests.rs"]
mod tests;
