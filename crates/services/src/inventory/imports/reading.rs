//! From the bytes of files to entries with their fields checked.

use super::{
    ImportFile,
    entry::{self, Credentials, Entry, FolderSaid, Wrong},
    told::Heard,
};
use crate::{ServiceError, inventory::kept};
use formats::{Document, File, FormatError, KnownKey, Place, Reading};
use wire::inventory::{Form, ImportRemark, ImportedFile, LARGEST_IMPORT};

/// So many errors are told of in words.
const TOLD: usize = 10;

/// What the files say.
#[derive(Default)]
pub(super) struct Read {
    /// For the report.
    pub heard: Heard,
    /// The folders.
    pub folders: Vec<FolderSaid>,
    /// The hosts.
    pub hosts: Vec<Entry>,
    /// Whether a file could not be read: what it says of the others is not known.
    pub broken: bool,
    /// Host keys.
    pub keys: Vec<KnownKey>,
    /// What stands around them in each form.
    pub frames: Vec<(Form, String)>,
}

/// Reads files of one form, or each in the form that it looks like.
pub(super) fn read(form: Option<Form>, files: &[ImportFile], credentials: &Credentials) -> Result<Read, ServiceError> {
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > LARGEST_IMPORT {
        let most = LARGEST_IMPORT / 1024 / 1024;
        return Err(ServiceError::TooLarge(format!(
            "an import holds {most} MB at most; import in parts, folder by folder"
        )));
    }
    if files.is_empty() {
        return Err(ServiceError::bad("there is no file in the request; send one as the body, or several as a form"));
    }
    let mut read = Read::default();
    for (form, files) in by_form(form, files)? {
        let names = files.iter().map(|file| ImportedFile { name: file.name.to_owned(), form });
        read.heard.files.extend(names);
        let Reading { document, errors, wrong, broken } = formats::read_what_is_right(form, &files);
        read.broken |= broken;
        read.heard.wrong += wrong;
        read.heard.errors.extend(errors.iter().map(remark));
        read.frames.push((form, kept::written(&document.kept, None)));
        take(&mut read, document, credentials);
    }
    Ok(read)
}

/// The files of each form, in the order of their first. `known_hosts` come last: hosts that the others name are not new.
fn by_form<'a>(form: Option<Form>, files: &'a [ImportFile]) -> Result<Vec<(Form, Vec<File<'a>>)>, ServiceError> {
    let mut groups: Vec<(Form, Vec<File<'a>>)> = Vec::new();
    for file in files {
        let file = File { name: &file.name, bytes: &file.bytes };
        let form = form.or_else(|| formats::detect(&file)).ok_or_else(|| {
            ServiceError::bad(format!("{}: what form this is cannot be told from the file; choose one", file.name))
        })?;
        match groups.iter_mut().find(|(known, _)| *known == form) {
            Some((_, files)) => files.push(file),
            None => groups.push((form, vec![file])),
        }
    }
    // What is included is read from the file that includes it, and that is mostly called `config`.
    for (_, files) in groups.iter_mut().filter(|(form, _)| *form == Form::SshConfig) {
        files.sort_by_key(|file| !file.name.rsplit('/').next().is_some_and(|name| name.contains("config")));
    }
    groups.sort_by_key(|(form, _)| *form == Form::KnownHosts);
    Ok(groups)
}

fn take(read: &mut Read, document: Document, credentials: &Credentials) {
    let first = read.hosts.len() + read.folders.len();
    let position = |at: usize| i64::try_from(first + at).unwrap_or(i64::MAX);
    for (at, folder) in document.folders.iter().enumerate() {
        match entry::folder(folder, position(at), credentials) {
            Ok(said) => read.folders.push(said),
            Err(wrong) => read.heard.refuse(refused(&folder.at, &folder.path.join(" / "), wrong)),
        }
    }
    for (at, host) in document.hosts.iter().enumerate() {
        match entry::host(host, position(at), credentials) {
            Ok(said) => read.hosts.push(said),
            Err(wrong) => read.heard.refuse(refused(&host.at, &host.name, wrong)),
        }
    }
    read.keys.extend(document.keys);
    let skipped = document.skipped.into_iter();
    read.heard.skips.extend(skipped.map(|skip| ImportRemark {
        place: skip.place.to_string(),
        name: skip.name,
        reason: skip.reason,
    }));
    let notes = document.notes.into_iter();
    read.heard.remarks.extend(notes.map(|note| ImportRemark {
        place: note.place.to_string(),
        name: String::new(),
        reason: note.text,
    }));
}

fn refused(place: &Place, name: &str, Wrong { field, what }: Wrong) -> ImportRemark {
    ImportRemark { place: format!("{place}, field {field}"), name: name.to_owned(), reason: what }
}

fn remark(error: &FormatError) -> ImportRemark {
    let place = error.place.as_ref().map(ToString::to_string);
    let field = error.field.as_ref().map(|field| format!("field {field}"));
    let place = place.into_iter().chain(field).collect::<Vec<_>>().join(", ");
    ImportRemark { place, name: String::new(), reason: error.what.clone() }
}

/// Refuses an import with errors, in words that name the first of them.
pub(super) fn refuse(heard: &Heard) -> Result<(), ServiceError> {
    let Heard { errors, wrong, .. } = heard;
    if *wrong == 0 {
        return Ok(());
    }
    let first = errors.iter().take(TOLD).map(|error| format!("{}: {}", error.place, error.reason));
    let mut text = match wrong {
        1 => "1 entry cannot be taken, and nothing was imported. ".to_owned(),
        count => format!("{count} entries cannot be taken, and nothing was imported. "),
    };
    text.push_str(&first.collect::<Vec<_>>().join("; "));
    if *wrong > TOLD {
        text.push_str(&format!("; and {} more. A dry run names them", wrong - TOLD));
    }
    Err(ServiceError::bad(text))
}

/// Replacing removes what the files do not name: they must be an inventory, name something, and be right throughout.
pub(super) fn refuse_to_replace(read: &Read, skip_invalid: bool) -> Result<(), ServiceError> {
    if read.heard.files.iter().any(|file| file.form == Form::KnownHosts) {
        return Err(ServiceError::bad(
            "known_hosts brings keys and is no list of all hosts: it cannot replace what is there. Merge it",
        ));
    }
    if skip_invalid && read.heard.wrong > 0 {
        return Err(ServiceError::bad(
            "an import that replaces cannot leave wrong entries out, because the hosts that they mean would be removed. \
             Correct them first, or merge",
        ));
    }
    if read.heard.wrong == 0 && read.hosts.is_empty() {
        return Err(ServiceError::bad(
            "the files name no host, and replacing would remove all that are there. Delete them in the list if that is meant",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &'static str) -> Read {
        let file = ImportFile { name: name.to_owned(), bytes: bytes::Bytes::from_static(text.as_bytes()) };
        super::read(None, &[file], &Credentials::default()).unwrap()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_the_rest_can_be_taken() {
        let text = "- folder_name: A\n  sessions:\n    - {display_name: a, host: 10.0.0.1}\n    \
            - {display_name: b, host: 300.1.1.1}\n    - {display_name: c, host: c, port: 99999}\n    - {host: d}\n";
        let read = read("hosts.yaml", text);
        assert_eq!((read.hosts.len(), read.heard.wrong, read.broken), (1, 3, false), "{:?}", read.heard.errors);
        assert!(refuse_to_replace(&read, true).is_err());
    }

    #[test]
    fn what_is_no_inventory_replaces_nothing() {
        let key = "h1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Zgm2Z4TtCbO4fNzA0m3M9j4tFzU2PjG9oYb6d0cNc\n";
        for (name, text) in [("known_hosts", key), ("hosts.yaml", "[]\n"), ("hosts.csv", "name,address\n")] {
            assert!(refuse_to_replace(&read(name, text), false).is_err(), "{name}");
        }
        assert!(refuse_to_replace(&read("hosts.csv", "name,address\na,b\n"), false).is_ok());
    }
}
