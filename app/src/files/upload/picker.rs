//! Choosing files and folders of this computer.

use super::Uploads;
use crate::files::browser::Browser;
use js_sys::Reflect;
use leptos::{html, prelude::*};
use web_sys::HtmlInputElement;

/// The browser's two dialogs: files, and a folder with all that is in it.
#[derive(Clone, Copy)]
pub(in crate::files) struct Pickers {
    browser: Browser,
    uploads: Uploads,
    files: NodeRef<html::Input>,
    folder: NodeRef<html::Input>,
}

impl Pickers {
    /// Not shown yet.
    pub(in crate::files) fn new(browser: Browser, uploads: Uploads) -> Self {
        Self { browser, uploads, files: NodeRef::new(), folder: NodeRef::new() }
    }

    /// Lets files be chosen.
    pub(in crate::files) fn files(self) {
        if let Some(input) = self.files.get_untracked() {
            input.click();
        }
    }

    /// Lets a folder be chosen.
    pub(in crate::files) fn folder(self) {
        if let Some(input) = self.folder.get_untracked() {
            input.click();
        }
    }

    /// The inputs behind both; nobody sees them.
    pub(in crate::files) fn view(self) -> impl IntoView {
        let take = move |node: NodeRef<html::Input>| {
            if let Some(input) = node.get_untracked() {
                self.uploads.add(self.browser, chosen(&input));
                input.set_value("");
            }
        };
        Effect::new(move |_| {
            if let Some(input) = self.folder.get() {
                // A browser that does not know it lets files be chosen.
                let _ = input.set_attribute("webkitdirectory", "");
            }
        });
        view! {
            <input type="file" multiple hidden=true aria-label="Files to upload" data-picker="files" node_ref=self.files
                on:change=move |_| take(self.files) />
            <input type="file" multiple hidden=true aria-label="Folder to upload" data-picker="folder" node_ref=self.folder
                on:change=move |_| take(self.folder) />
        }
    }
}

/// What was chosen, each with its path in the chosen folder.
pub(super) fn chosen(input: &HtmlInputElement) -> Vec<(web_sys::File, String)> {
    let Some(list) = input.files() else { return Vec::new() };
    let files = (0..list.length()).filter_map(|at| list.get(at));
    files
        .map(|file| {
            let relative = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
            let path = relative.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name());
            (file, path)
        })
        .collect()
}
