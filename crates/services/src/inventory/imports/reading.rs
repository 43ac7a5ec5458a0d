//! From the bytes of files to entries with their fields checked.

use super::{
    ImportFile,
    entry::{self, Credentials, Entry, FolderSaid, Wrong},
    told::Heard,
};
use crate::{ServiceError, inventory::kept};
use formats::{Document, File, FormatError, KnownKey, Place};
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
        match formats::read(form, &files) {
            Ok(document) => {
                read.frames.push((form, kept::written(&document.kept, None)));
                take(&mut read, document, credentials);
            }
            Err(errors) => {
                read.broken = true;
                read.heard.errors.extend(errors.iter().map(remark));
            }
        }
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
            Err(wrong) => read.heard.errors.push(refused(&folder.at, &folder.path.join(" / "), wrong)),
        }
    }
    for (at, host) in document.hosts.iter().enumerate() {
        match entry::host(host, position(at), credentials) {
            Ok(said) => read.hosts.push(said),
            Err(wrong) => read.heard.errors.push(refused(&host.at, &host.name, wrong)),
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
pub(super) fn refuse(errors: &[ImportRemark]) -> Result<(), ServiceError> {
    if errors.is_empty() {
        return Ok(());
    }
    let first = errors.iter().take(TOLD).map(|error| format!("{}: {}", error.place, error.reason));
    let mut text = match errors.len() {
        1 => "1 entry cannot be taken, and nothing was imported. ".to_owned(),
        count => format!("{count} entries cannot be taken, and nothing was imported. "),
    };
    text.push_str(&first.collect::<Vec<_>>().join("; "));
    if errors.len() > TOLD {
        text.push_str(&format!("; and {} more. A dry run names them", errors.len() - TOLD));
    }
    Err(ServiceError::bad(text))
}
