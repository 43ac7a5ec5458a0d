//! A program on the host that prints what it is told, and notes what it was told: so that a test knows every byte of
//! output before it comes, and reads afterwards what arrived as input.

use super::{Lab, PATIENCE, Page, emulator::SIZE};
use serde_json::json;
use std::{fmt::Write as _, fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::PathBuf};
use testkit::wait;

/// How many bytes the program prints at least at once.
pub(crate) const BLOCK: usize = 4096;

/// Prints blocks `$2` to `$2 + $3` of the stream for each line it reads, and notes the line before and behind that.
const PROGRAM: &str = r#"
stty raw -echo
printf 'reader-%s' ready
while IFS= read -r line; do
  printf 'took %s\n' "$line" >> "$1/log"
  set -- "$1" $line
  [ "$4" = 0 ] || dd if="$1/stream" bs=4096 skip="$3" count="$4" 2>/dev/null
  printf 'printed %s\n' "$2" >> "$1/log"
done
"#;

/// The program, in a session that a page shows.
pub(crate) struct Reader {
    pub(crate) page: Page,
    /// The session's id.
    pub(crate) session: String,
    folder: PathBuf,
    stream: Vec<u8>,
    /// The lines that were typed.
    lines: Vec<String>,
}

impl Reader {
    /// Opens a session and starts the program, which prints from this stream.
    pub(crate) async fn start(lab: &Lab, address: SocketAddr, token: &str, mut stream: Vec<u8>) -> Self {
        // Whole blocks: what is behind the last one is never printed.
        stream.truncate(stream.len() / BLOCK * BLOCK);
        let opened = lab.open(json!({"reuse": false, "cols": SIZE.0, "rows": SIZE.1})).await;
        let session = opened["session_id"].as_str().expect("an id").to_owned();
        let folder = lab.sshd.dir().join(&session);
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("the user may write there");
        fs::write(folder.join("stream"), &stream).expect("the stream is written");
        fs::write(folder.join("reader"), PROGRAM).expect("the program is written");
        let mut page = Page::new(address, &session, token);
        assert!(page.connect().await, "the first connection");
        let folder_text = folder.display();
        page.type_in(&format!("exec bash {folder_text}/reader {folder_text}\n")).await;
        page.until("reader-ready").await;
        page.expects(b"");
        Self { page, session, folder, stream, lines: Vec::new() }
    }

    /// How many blocks the stream has.
    pub(crate) fn blocks(&self) -> u64 {
        (self.stream.len() / BLOCK) as u64
    }

    /// Types a line, connected or not; the program will print so many blocks from there.
    pub(crate) async fn ask(&mut self, from: u64, count: u64) {
        let line = format!("{} {from} {count}", self.lines.len());
        let byte = |block: u64| usize::try_from(block).expect("it fits") * BLOCK;
        self.page.expects(&self.stream[byte(from)..byte(from + count)]);
        self.page.type_in(&format!("{line}\n")).await;
        self.lines.push(line);
    }

    /// What the program noted.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Waits until everything is printed that the program has read of until now.
    pub(crate) async fn host_is_idle(&self) {
        let idle = || self.log().lines().next_back().is_none_or(|line| line.starts_with("printed"));
        wait::until("the host to print what it took", PATIENCE, || async { idle() }).await;
    }

    /// Waits until everything is printed that was asked for, whoever looks.
    pub(crate) async fn printed(&self) {
        let last = format!("printed {}\n", self.lines.len() - 1);
        wait::until("the host to print all", PATIENCE, || async { self.log().ends_with(&last) }).await;
    }

    /// Looks whether every line came, once and in order.
    pub(crate) fn heard_every_line_once(&self) {
        let mut expected = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            let _ = write!(expected, "took {line}\nprinted {number}\n");
        }
        let log = self.log();
        let differs = log.lines().zip(expected.lines()).position(|(got, wanted)| got != wanted);
        assert!(
            log == expected,
            "{} lines for {}, other at {differs:?}",
            log.lines().count(),
            expected.lines().count()
        );
    }
}
