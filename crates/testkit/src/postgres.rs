//! A throw-away PostgreSQL: one cluster for all tests of a process, a fresh database for each.
//!
//! It listens on a Unix socket in a folder of its own, so nothing can collide, and forgets its promises about power
//! cuts for speed. A shell stands guard over it: when the last handle is dropped, or the test process dies in
//! whatever way, the shell's input ends, it stops the server and removes the folder. It cannot test what TLS or a
//! network would change.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

/// `$0` is the folder of the programs, `$1` the cluster's.
const GUARD: &str = r#"
set -e
trap : INT TERM
"$0/initdb" -D "$1/data" -U postgres --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$1/log" 2>&1
"$0/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 start >>"$1/log" 2>&1 -o "\
    -c listen_addresses='' -c unix_socket_directories='$1' -c max_connections=200 -c shared_buffers=32MB \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
echo ready
cat >/dev/null || true
"$0/pg_ctl" -D "$1/data" -m immediate -w -t 30 stop >>"$1/log" 2>&1
rm -rf "$1"
"#;

/// A handle to this process's cluster; it runs while there is one.
#[derive(Debug, Clone)]
pub struct Postgres(Arc<Cluster>);

#[derive(Debug)]
struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    guard: Child,
    databases: AtomicU32,
}

impl Postgres {
    /// The running cluster, or a new one (about a second).
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; the text says what to do.
    pub fn shared() -> Self {
        static RUNNING: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = running.upgrade().unwrap_or_else(|| Arc::new(Cluster::start()));
        *running = Arc::downgrade(&cluster);
        Self(cluster)
    }

    /// Makes an empty database and answers with its address.
    ///
    /// # Panics
    /// When the cluster does not do it.
    pub fn new_database(&self) -> String {
        let name = format!("test{}", self.0.databases.fetch_add(1, Ordering::Relaxed));
        let folder = self.0.folder.path().display();
        let made = Command::new(self.0.programs.join("createdb"))
            .args(["-h", &folder.to_string(), "-U", "postgres", &name])
            .output()
            .unwrap_or_else(|err| panic!("createdb does not run: {err}"));
        assert!(made.status.success(), "createdb failed: {}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://postgres@localhost/{name}?host={folder}")
    }
}

impl Cluster {
    fn start() -> Self {
        let programs = find_programs();
        // Not where TMPDIR points: user postgres must be able to enter, and a socket's path must be short.
        let folder = tempfile::Builder::new().prefix("pg-").tempdir_in("/tmp");
        let folder = folder.unwrap_or_else(|err| panic!("no folder for PostgreSQL: {err}"));
        let mut shell = Command::new("sh");
        shell.args(["-c", GUARD]).arg(&programs).arg(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        leave_root(&mut shell, folder.path());
        let mut guard = shell.spawn().unwrap_or_else(|err| panic!("sh does not run: {err}"));
        let mut answer = String::new();
        let read = guard.stdout.take().map(|out| BufReader::new(out).read_line(&mut answer));
        let log = || fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert!(matches!(read, Some(Ok(_))) && answer == "ready\n", "PostgreSQL did not start:\n{}", log());
        Self { programs, folder, guard, databases: AtomicU32::new(0) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Nobody is left to tell when the wait fails; the folder goes in any case.
        let _ = self.guard.wait();
    }
}

/// The newest installed version's programs; Debian does not put them on PATH.
fn find_programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut programs: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    programs.retain(|folder| folder.join("initdb").exists());
    programs.sort();
    programs.pop().unwrap_or_else(|| panic!("PostgreSQL is missing: apt-get install -y postgresql-15"))
}

/// PostgreSQL refuses to run as root; it then runs as the user that its package made.
fn leave_root(shell: &mut Command, folder: &Path) {
    let made = fs::metadata(folder).unwrap_or_else(|err| panic!("cannot read {}: {err}", folder.display()));
    if made.uid() != 0 {
        return;
    }
    let (uid, gid) = user_postgres();
    shell.uid(uid).gid(gid).current_dir(folder);
    let entered = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
    entered.and_then(|()| chown(folder, Some(uid), Some(gid))).unwrap_or_else(|err| panic!("cannot hand over: {err}"));
}

fn user_postgres() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let ids = line.and_then(|line| {
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    ids.unwrap_or_else(|| panic!("user postgres is missing: apt-get install -y postgresql-15"))
}
