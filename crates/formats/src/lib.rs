//! The files that inventories come in (SPEC §4): read to folders, hosts and keys, and written back.
//!
//! Pure: bytes in, data or errors out. What is read is not judged here beyond its shape (`services` does that), but each entry knows
//! its file and line. What an entry says beyond what Berth knows is [`Kept`], and comes back when it is written in the same form:
//! reading and writing gives the same data in the same order. Comments of YAML are not data, and are lost.

mod ansible;
mod csv;
mod detect;
mod document;
mod entry;
mod error;
mod fields;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod json;
mod kept;
mod known_hosts;
mod node;
mod secrets;
mod session;
mod ssh_config;
mod text;
mod value;
mod yaml;

pub use detect::detect;
pub use document::{Document, File, FolderEntry, HostEntry, Jump, Outgoing, Policy, Reading, Remark, Skip, path};
pub use error::{FormatError, MOST_ERRORS, Place};
pub use kept::Kept;
pub use known_hosts::{KeyMarker, KnownKey, known_lines, names_match};
pub use session::Session;
pub use value::{Key, Value};
pub use wire::inventory::{Form, LARGEST_IMPORT};

/// Reads files of one form. The first is the one that was asked for; of `ssh_config` the others are what it includes, of the other
/// forms they are read after it, as if they were one.
///
/// # Errors
/// Everything that is wrong, [`MOST_ERRORS`] at most. Nothing is read then.
pub fn read(form: Form, files: &[File<'_>]) -> Result<Document, Vec<FormatError>> {
    let Reading { document, errors, wrong, .. } = read_what_is_right(form, files);
    if wrong == 0 { Ok(document) } else { Err(errors) }
}

/// The same, but for entries that are wrong: they are left out, and told of beside what was read.
pub fn read_what_is_right(form: Form, files: &[File<'_>]) -> Reading {
    let total: usize = files.iter().map(|file| file.bytes.len()).sum();
    if total > LARGEST_IMPORT && files.len() > 1 {
        let what =
            format!("the files are larger than {} MiB together. Import them in parts.", LARGEST_IMPORT / (1024 * 1024));
        return Reading::broken(vec![FormatError::of(what)]);
    }
    match form {
        Form::Yaml => each(files, yaml::read),
        Form::Csv => each(files, csv::read),
        Form::Json => each(files, json::read),
        Form::SshConfig => ssh_config::read(files),
        Form::KnownHosts => each(files, known_hosts::read),
        Form::AnsibleIni | Form::AnsibleYaml => ansible::read(form, files),
    }
}

fn each(files: &[File<'_>], read: impl Fn(&File<'_>) -> Reading) -> Reading {
    let mut all = Reading::default();
    for file in files {
        let Reading { document, errors, wrong, broken } = read(file);
        all.document.folders.extend(document.folders);
        all.document.hosts.extend(document.hosts);
        all.document.keys.extend(document.keys);
        all.document.skipped.extend(document.skipped);
        all.document.notes.extend(document.notes);
        if all.document.kept.is_empty() {
            all.document.kept = document.kept;
        }
        all.errors.extend(errors);
        all.wrong += wrong;
        all.broken |= broken;
    }
    all.errors.truncate(MOST_ERRORS);
    all
}

/// Writes folders and hosts: YAML, `ssh_config`, CSV or JSON.
///
/// # Errors
/// When the form is not written, or something cannot be said in it.
pub fn write(form: Form, outgoing: &Outgoing) -> Result<Vec<u8>, FormatError> {
    match form {
        Form::Yaml => Ok(yaml::write(outgoing)),
        Form::SshConfig => ssh_config::write(outgoing),
        Form::Csv => csv::write(outgoing),
        Form::Json => Ok(json::write(outgoing)),
        other => Err(FormatError::of(format!("{other:?} is not written"))),
    }
}

#[cfg(test)]
mod nasty;
#[cfg(test)]
mod round_trips;
