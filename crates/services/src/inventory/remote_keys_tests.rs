use super::{super::remote::shells, *};
use std::{
    fs,
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
};

fn run(shell: &[&str], home: &Path, script: &[u8]) -> Vec<u8> {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).env("HOME", home).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(script).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn read(shell: &[&str], home: &Path) -> Read {
    let said = [b"Welcome\n".to_vec(), run(shell, home, READ.as_bytes()), b"bye\n".to_vec()].concat();
    understood(&said).unwrap_or_else(|| panic!("{shell:?}: {}", String::from_utf8_lossy(&said)))
}

#[test]
fn any_bytes_are_read_and_written_as_they_are() {
    for shell in shells() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".ssh/authorized_keys");
        assert_eq!(read(&shell, home.path()), Read::default(), "{shell:?}");
        let all: Vec<u8> = (1..=255).chain(*b"'$(touch x)\\n%s\r\n\nno end").collect();
        for text in [b"one\n".to_vec(), all, Vec::new(), b"\n\n".to_vec()] {
            let before = read(&shell, home.path());
            let said = run(&shell, home.path(), &write_script(&before.sum, &text));
            assert_eq!(String::from_utf8_lossy(&said).trim(), WRITTEN, "{shell:?}");
            assert_eq!(fs::read(&file).unwrap(), text, "{shell:?}");
            assert_eq!(read(&shell, home.path()).text, text, "{shell:?}");
        }
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left over");
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    for shell in shells() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".ssh/authorized_keys");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, "before\n").unwrap();
        let sum = read(&shell, home.path()).sum;
        fs::write(&file, "between\n").unwrap();
        let said = run(&shell, home.path(), &write_script(&sum, b"after\n"));
        assert_eq!(String::from_utf8_lossy(&said).trim(), CHANGED, "{shell:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "between\n");
    }
}

#[test]
fn rights_stay_and_a_link_stays_one() {
    for shell in shells() {
        let home = tempfile::tempdir().unwrap();
        let (link, file) = (home.path().join(".ssh/authorized_keys"), home.path().join("elsewhere"));
        fs::create_dir(link.parent().unwrap()).unwrap();
        fs::write(&file, "before\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        symlink(&file, &link).unwrap();
        let sum = read(&shell, home.path()).sum;
        run(&shell, home.path(), &write_script(&sum, b"after\n"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "after\n", "{shell:?}");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o644);
    }
}

#[test]
fn what_is_cut_off_is_not_taken_for_the_file() {
    assert_eq!(understood(b"berth: file 123 5\nabc"), None);
    assert_eq!(understood(b"berth: file 123 5\nabcdefg\nberth: end\n"), None);
    assert_eq!(understood(b"% Invalid input\n"), None);
    assert_eq!(understood(b"hi\nberth: none\n"), Some(Read::default()));
}
