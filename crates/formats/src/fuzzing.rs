//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

use crate::{Document, File, Form, HostEntry, Kept, Outgoing, Place, detect, read, write};

/// SPEC §4's YAML.
pub fn yaml(bytes: &[u8]) {
    given_back(Form::Yaml, bytes);
}

/// `ssh_config(5)`: the first bytes up to a NUL are the file, what follows is a file that it may include as `more`.
pub fn ssh_config(bytes: &[u8]) {
    let (first, more) = bytes.iter().position(|byte| *byte == 0).map_or((bytes, None), |at| {
        let (first, more) = bytes.split_at(at);
        (first, more.get(1..))
    });
    if more.is_some() {
        let files = [File { name: "config", bytes: first }, File { name: "more", bytes: more.unwrap_or_default() }];
        let _ = read(Form::SshConfig, &files);
    }
    given_back(Form::SshConfig, first);
}

/// Tables.
pub fn csv(bytes: &[u8]) {
    given_back(Form::Csv, bytes);
}

/// Our own JSON.
pub fn json(bytes: &[u8]) {
    given_back(Form::Json, bytes);
}

/// Ansible inventories, as INI and as YAML.
pub fn ansible(bytes: &[u8]) {
    let file = File { name: "hosts", bytes };
    detect(&file);
    for form in [Form::AnsibleIni, Form::AnsibleYaml] {
        if let Ok(document) = read(form, &[file]) {
            // A range of a few bytes stands for a hundred thousand hosts: time that finds nothing.
            if document.hosts.len() > 100 {
                continue;
            }
            kept_is_stored(&document);
            // What one form brought can be written in every other.
            let outgoing = Outgoing::from(document);
            for form in Form::ALL.into_iter().filter(|form| form.is_written()) {
                let _ = write(form, &outgoing);
            }
        }
    }
}

/// `known_hosts`.
pub fn known_hosts(bytes: &[u8]) {
    let file = File { name: "known_hosts", bytes };
    detect(&file);
    if let Ok(document) = read(Form::KnownHosts, &[file]) {
        kept_is_stored(&document);
        for (key, host) in document.keys.iter().zip(&document.hosts) {
            key.is_for(&host.address, host.port);
        }
    }
}

/// Reading, writing and reading again gives the same, and so does writing that again.
fn given_back(form: Form, bytes: &[u8]) {
    let file = File { name: "file", bytes };
    detect(&file);
    let Ok(document) = read(form, &[file]) else { return };
    kept_is_stored(&document);
    let first = bare(&document);
    let Ok(written) = write(form, &Outgoing::from(document)) else { return };
    let again = match read(form, &[File { name: "file", bytes: &written }]) {
        Ok(again) => again,
        Err(errors) => panic!("what was written is not read: {errors:?}\n{}", String::from_utf8_lossy(&written)),
    };
    assert_eq!(bare(&again), first, "{}", String::from_utf8_lossy(&written));
    let twice = write(form, &Outgoing::from(again)).unwrap_or_default();
    assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&written));
}

/// Hosts as they are, without places and what was kept.
pub(crate) fn bare(document: &Document) -> Vec<HostEntry> {
    let mut hosts = document.hosts.clone();
    for host in &mut hosts {
        host.at = Place::default();
        host.kept = Kept::default();
    }
    // Hosts of folders that a file names twice are put together.
    hosts.sort_by(|a, b| a.folder.cmp(&b.folder));
    hosts
}

fn kept_is_stored(document: &Document) {
    let folders = document.folders.iter().map(|folder| &folder.kept);
    for kept in document.hosts.iter().map(|host| &host.kept).chain(folders).chain([&document.kept]) {
        if let Some(text) = kept.to_json() {
            assert_eq!(Kept::from_json(&text).as_ref(), Ok(kept), "{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    type Target = (&'static str, fn(&[u8]));

    #[test]
    fn the_corpus_is_survived() {
        let targets: [Target; 6] = [
            ("yaml", super::yaml),
            ("ssh_config", super::ssh_config),
            ("csv", super::csv),
            ("json", super::json),
            ("ansible", super::ansible),
            ("known_hosts", super::known_hosts),
        ];
        for (corpus, survives) in targets {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(corpus);
            for file in fs::read_dir(folder).unwrap() {
                survives(&fs::read(file.unwrap().path()).unwrap());
            }
        }
    }
}
