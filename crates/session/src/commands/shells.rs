//! Which commands open a shell: what is typed into them counts as commands, too, where the outer shell has marks.

/// Programs that are a shell, or bring one from elsewhere.
const SHELLS: &[&str] = &[
    "ash",
    "bash",
    "chroot",
    "csh",
    "dash",
    "docker",
    "fish",
    "incus",
    "ksh",
    "kubectl",
    "lxc",
    "machinectl",
    "mosh",
    "nsenter",
    "podman",
    "sh",
    "ssh",
    "su",
    "tcsh",
    "telnet",
    "unshare",
    "vagrant",
    "zsh",
];

/// Whether the command line opens a shell, as far as its words tell.
pub(super) fn opens(command: &str) -> bool {
    let mut words = command.split_whitespace().skip_while(|word| {
        let is_assignment = word.split_once('=').is_some_and(|(name, _)| !name.starts_with('-'));
        is_assignment || matches!(*word, "command" | "env" | "exec" | "time")
    });
    let Some(first) = words.next() else { return false };
    match program(first) {
        "sudo" | "doas" => words.any(|word| matches!(word, "-i" | "-s" | "--login" | "--shell") || is_shell(word)),
        _ => is_shell(first),
    }
}

fn is_shell(word: &str) -> bool {
    SHELLS.binary_search(&program(word)).is_ok()
}

fn program(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_known() {
        for command in
            ["ssh web01", "FOO=1 /bin/bash -l", "sudo -i", "sudo -u postgres bash", "docker exec -it a sh", "exec zsh"]
        {
            assert!(opens(command), "{command}");
        }
        for command in ["", "cat", "python3", "sudo mysql", "psql", "sshd -T", "echo ssh"] {
            assert!(!opens(command), "{command}");
        }
        assert!(SHELLS.is_sorted());
    }
}
