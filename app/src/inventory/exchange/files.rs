//! The files that are to be imported, and the two requests about them.

use crate::{client, error::AppError};
use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::*;
use web_sys::{Blob, File, FileList, FormData};
use wire::{
    FaultCode, FolderId,
    inventory::{Form, ImportMode, ImportReport, LARGEST_IMPORT},
};

/// What was chosen, in the order in which it was.
#[derive(Clone, Copy)]
pub(super) struct Files {
    /// Files of this computer; they are no `Send`, and their names are what the page shows.
    held: StoredValue<Vec<Held>, LocalStorage>,
    /// Their names and sizes in bytes.
    pub shown: RwSignal<Vec<(String, f64)>>,
    /// What was pasted.
    pub pasted: RwSignal<String>,
}

struct Held {
    name: String,
    blob: Blob,
}

/// How they are imported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wishes {
    /// The form; found out when it is left open.
    pub form: Option<Form>,
    /// What becomes of hosts that are there already.
    pub mode: ImportMode,
    /// The folder that everything is put into.
    pub folder_id: Option<FolderId>,
    /// Whether entries that cannot be taken are left out.
    pub skip_invalid: bool,
}

impl Files {
    /// Nothing is chosen.
    pub(super) fn new() -> Self {
        Self {
            held: StoredValue::new_local(Vec::new()),
            shown: RwSignal::new(Vec::new()),
            pasted: RwSignal::new(String::new()),
        }
    }

    /// Adds files; one of the same name takes the other's place.
    pub(super) fn add(self, list: Option<FileList>) {
        let Some(list) = list else { return };
        let files = (0..list.length()).filter_map(|at| list.get(at));
        self.held.update_value(|held| files.for_each(|file| put(held, file)));
        self.show();
    }

    /// Takes one out.
    pub(super) fn remove(self, name: &str) {
        self.held.update_value(|held| held.retain(|file| file.name != name));
        self.show();
    }

    /// Takes all out.
    pub(super) fn clear(self) {
        self.held.update_value(Vec::clear);
        self.pasted.set(String::new());
        self.show();
    }

    fn show(self) {
        let shown =
            self.held.with_value(|held| held.iter().map(|file| (file.name.clone(), file.blob.size())).collect());
        self.shown.set(shown);
    }

    /// Whether there is nothing to import.
    pub(super) fn is_empty(self) -> bool {
        self.shown.with(Vec::is_empty) && self.pasted.with(|text| text.trim().is_empty())
    }

    /// Imports them, or asks what importing them would do.
    pub(super) async fn send(self, wishes: Wishes, dry_run: bool) -> Result<ImportReport, AppError> {
        let size: f64 = self.shown.with_untracked(|shown| shown.iter().map(|(_, size)| size).sum());
        if size > LARGEST_IMPORT as f64 {
            let most = LARGEST_IMPORT / 1024 / 1024;
            let text = format!("An import holds {most} MB at most; import in parts, folder by folder.");
            return Err(AppError::new(FaultCode::TooLarge, &text));
        }
        let form = self.form()?;
        let address = address(&wishes, dry_run);
        let request = RequestBuilder::new(&address).method(Method::POST).body(form);
        let request = request.map_err(|_| broken("The files could not be sent."))?;
        client::read(request.send().await).await
    }

    fn form(self) -> Result<FormData, AppError> {
        let unread = |_| broken("The files could not be read; choose them again.");
        let form = FormData::new().map_err(unread)?;
        self.held
            .with_value(|held| {
                held.iter().try_for_each(|file| form.append_with_blob_and_filename("file", &file.blob, &file.name))
            })
            .map_err(unread)?;
        let pasted = self.pasted.get_untracked();
        if !pasted.trim().is_empty() {
            let parts = js_sys::Array::of1(&pasted.into());
            let blob = Blob::new_with_str_sequence(&parts).map_err(unread)?;
            form.append_with_blob_and_filename("file", &blob, "pasted text").map_err(unread)?;
        }
        Ok(form)
    }
}

fn put(held: &mut Vec<Held>, file: File) {
    let name = file.name();
    held.retain(|other| other.name != name);
    held.push(Held { name, blob: file.into() });
}

fn broken(text: &str) -> AppError {
    AppError::new(FaultCode::BadInput, text)
}

fn address(wishes: &Wishes, dry_run: bool) -> String {
    let mut address = format!("/api/inventory/import?dry_run={dry_run}&skip_invalid={}", wishes.skip_invalid);
    if wishes.mode == ImportMode::Replace {
        address.push_str("&mode=replace");
    }
    if let Some(form) = wishes.form {
        address.push_str(&format!("&form={}", super::words::key(form)));
    }
    if let Some(folder) = &wishes.folder_id {
        address.push_str(&format!("&folder_id={folder}"));
    }
    address
}
