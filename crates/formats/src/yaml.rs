//! YAML: a list of folders with their sessions (SPEC §4), and how any YAML becomes data.

mod emit;
mod read;
mod tree;
mod write;

#[cfg(test)]
pub(crate) use emit::emit;
pub(crate) use read::read;
pub(crate) use tree::{DEEPEST, MOST_VALUES, documents, is_repeated};
pub(crate) use write::write;

/// Names of the field that holds a folder's name.
const NAMES: [&str; 5] = ["foldername", "folder", "name", "displayname", "group"];
/// Names of the field that holds the hosts.
const SESSIONS: [&str; 5] = ["sessions", "hosts", "devices", "entries", "items"];
/// Names of the field that holds the folders inside.
const FOLDERS: [&str; 4] = ["folders", "subfolders", "children", "groups"];
/// The tag, inside of what is kept, of a folder that was written inside another one.
const NESTED: &str = "!nested";
/// What is kept of a file that is one folder and no list.
const ALONE: &str = "alone";
/// What is kept of a file whose hosts without a folder stand beside the folders.
const BESIDE: &str = "beside";

#[cfg(test)]
mod tests;
