use super::*;
use crate::monitor::{
    blocks::{Block, Blocks, Said},
    reading::Reading,
};
use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};

/// Every shell of this machine that a host might have as `sh`.
fn shells() -> impl Iterator<Item = Vec<&'static str>> {
    let all = [vec!["sh"], vec!["dash"], vec!["bash", "--posix"], vec!["busybox", "sh"], vec!["ksh"]];
    all.into_iter().filter(|shell| Command::new(shell[0]).args(["-c", "true"]).output().is_ok())
}

struct Running {
    child: Child,
    blocks: Blocks,
}

impl Running {
    /// Starts the script with a folder before all others in the path.
    fn start(shell: &[&str], programs: &Path) -> Self {
        Self::greeted(shell, programs, b"")
    }

    /// The same when a profile has said something before.
    fn greeted(shell: &[&str], programs: &Path, greeting: &[u8]) -> Self {
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut child = Command::new(shell[0])
            .args(&shell[1..])
            .env("PATH", path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(&script("@m")).unwrap();
        let mut blocks = Blocks::new("@m");
        assert_eq!(blocks.take_in(greeting).unwrap(), []);
        Self { child, blocks }
    }

    fn ask(&mut self, extras: Extras) {
        self.child.stdin.as_mut().unwrap().write_all(&extras.line()).unwrap();
    }

    fn hear(&mut self) -> Said {
        loop {
            let mut bytes = [0; 4096];
            let count = self.child.stdout.as_mut().unwrap().read(&mut bytes).unwrap();
            assert!(count > 0, "the script ended");
            if let Some(said) = self.blocks.take_in(&bytes[..count]).unwrap().pop() {
                return said;
            }
        }
    }

    fn round(&mut self, extras: Extras) -> Block {
        self.ask(extras);
        match self.hear() {
            Said::Round(block) => block,
            other => panic!("{other:?}"),
        }
    }

    /// Closes its input, and waits for its end.
    fn end(mut self) {
        drop(self.child.stdin.take());
        let ended = self.child.wait().unwrap();
        assert!(ended.success() || ended.code() == Some(1), "{ended}");
    }
}

fn program(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn every_shell_reads_this_machine_round_by_round_and_ends_with_its_input() {
    for shell in shells() {
        let programs = tempfile::tempdir().unwrap();
        // It would eat the lines that ask for rounds, were they its input too.
        program(programs.path(), "nvidia-smi", "#!/bin/sh\ncat\necho \"$*\"\n");
        let mut running = Running::start(&shell, programs.path());
        assert_eq!(running.hear(), Said::Ready(vec!["nvidia".into()]), "{shell:?}");
        let first = running.round(Extras { filesystems: true, gpus: true });
        assert!(first["nvidia"].contains("--query-gpu=index,uuid"), "{shell:?}: {first:?}");
        let reading = Reading::of(&first);
        assert!(reading.uptime.is_some() && reading.load.is_some() && reading.memory.is_some(), "{shell:?}: {first:?}");
        assert!(reading.cpu.is_some() && !reading.cores.is_empty(), "{shell:?}");
        assert!(reading.processes.is_some_and(|count| count > 1), "{shell:?}: {first:?}");
        assert!(reading.interfaces.contains_key("lo"), "{shell:?}");
        assert!(reading.filesystems.is_some_and(|all| !all.is_empty()), "{shell:?}: {first:?}");
        for _ in 0..3 {
            let next = running.round(Extras::default());
            assert!(!next.contains_key("df") && !next.contains_key("nvidia"), "{shell:?}");
        }
        running.end();
    }
}

#[test]
fn both_programs_for_graphics_processors_are_found() {
    let programs = tempfile::tempdir().unwrap();
    program(programs.path(), "nvidia-smi", "#!/bin/sh\n");
    program(programs.path(), "rocm-smi", "#!/bin/sh\necho '{}'\n");
    let mut running = Running::start(&["sh"], programs.path());
    assert_eq!(running.hear(), Said::Ready(vec!["nvidia".into(), "rocm".into()]));
    assert_eq!(running.round(Extras { filesystems: false, gpus: true })["rocm"], "{}\n");
    running.end();
}

#[test]
fn what_ends_without_a_line_end_swallows_no_mark() {
    for shell in shells() {
        let programs = tempfile::tempdir().unwrap();
        program(programs.path(), "nvidia-smi", "#!/bin/sh\nprintf 'GPU-1, 7, a program, 5'\n");
        let mut running = Running::greeted(&shell, programs.path(), b"\x1b]0;title\x07");
        assert_eq!(running.hear(), Said::Ready(vec!["nvidia".into()]), "{shell:?}");
        let round = running.round(Extras { filesystems: false, gpus: true });
        assert_eq!(round["nvidia-apps"], "GPU-1, 7, a program, 5\n", "{shell:?}");
        running.end();
    }
}
