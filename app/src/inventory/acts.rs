//! What a person is doing with a host or a folder: at most one dialog at a time, opened from anywhere on the dashboard.

use super::{
    access::SetUpAccess,
    api::{delete_host, duplicate_host, scan_host_key},
    editor::HostEditor,
    folder::{DeleteFolder, EditFolder},
    host_key::HostKeyDialog,
    hosts::Hosts,
};
use crate::{
    terminal::HistoryDialog,
    ui::{ConfirmDialog, Submit, ToastKind, toast, toast_until},
};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    HostId,
    inventory::{FolderView, HostKeyScan, HostKeyState, HostView},
};

/// The dialog that is open.
#[derive(Clone)]
pub(super) enum Act {
    /// A new host, or a change to one.
    Edit(Option<Box<HostView>>),
    /// The question before a host is deleted.
    Delete(Box<HostView>),
    /// The first access to a host.
    Access(Box<HostView>),
    /// The key that a host showed.
    Key(HostId, Box<HostKeyScan>),
    /// What was typed on a host.
    History(Box<HostView>),
    /// A change to a folder.
    EditFolder(FolderView),
    /// The question before a folder is deleted.
    DeleteFolder(FolderView),
}

/// Opens and closes dialogs; in the dashboard's context.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    open: RwSignal<Option<Act>>,
    hosts: Hosts,
}

impl Acts {
    /// Nothing is open.
    pub(super) fn new(hosts: Hosts) -> Self {
        Self { open: RwSignal::new(None), hosts }
    }

    /// Opens a dialog.
    pub(super) fn start(self, act: Act) {
        self.open.set(Some(act));
    }

    /// Closes it.
    pub(super) fn done(self) {
        self.open.set(None);
    }

    /// Adds a copy of a host and opens it for a change of name and address.
    pub(super) fn duplicate(self, id: HostId) {
        spawn_local(async move {
            match duplicate_host(id).await {
                Ok(host) => {
                    self.hosts.put(host.clone());
                    self.start(Act::Edit(Some(Box::new(host))));
                }
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }

    /// Reads the host's key and shows it, unless it is the trusted one.
    pub(super) fn scan(self, host: &HostView) {
        let (id, name) = (host.id.clone(), host.name.clone());
        let asking = toast_until(ToastKind::Info, format!("Asking {name} for its key"));
        spawn_local(async move {
            let answer = scan_host_key(id.clone()).await;
            asking.dismiss();
            match answer {
                Ok(scan) if scan.known == HostKeyState::Trusted => {
                    toast(ToastKind::Success, format!("{name} shows the key that you trust: {}", scan.fingerprint));
                }
                Ok(scan) => self.start(Act::Key(id, Box::new(scan))),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }
}

/// The dialog that is open, if any.
#[component]
pub(super) fn ActDialog() -> impl IntoView {
    let (acts, hosts) = (expect_context::<Acts>(), expect_context::<Hosts>());
    let close = move |()| acts.done();
    move || match acts.open.get() {
        None => ().into_any(),
        Some(Act::Edit(host)) => view! { <HostEditor host hosts on_close=close /> }.into_any(),
        Some(Act::Delete(host)) => view! { <DeleteHost host=*host /> }.into_any(),
        Some(Act::Access(host)) => view! { <SetUpAccess host=*host hosts on_close=close /> }.into_any(),
        Some(Act::History(host)) => view! { <HistoryDialog host=host.id name=host.name on_close=close /> }.into_any(),
        Some(Act::EditFolder(folder)) => view! { <EditFolder folder /> }.into_any(),
        Some(Act::DeleteFolder(folder)) => view! { <DeleteFolder folder /> }.into_any(),
        Some(Act::Key(host_id, scan)) => {
            let trusted = move |()| {
                acts.done();
                toast(ToastKind::Success, "The key is trusted from now on");
            };
            view! { <HostKeyDialog host_id scan=*scan on_trusted=trusted on_cancel=close /> }.into_any()
        }
    }
}

#[component]
fn DeleteHost(host: HostView) -> impl IntoView {
    let (acts, hosts, submit) = (expect_context::<Acts>(), expect_context::<Hosts>(), Submit::new());
    let name = host.name.clone();
    let confirm = move |()| {
        let (id, name) = (host.id.clone(), host.name.clone());
        submit.run(async move { delete_host(id).await }, move |()| {
            acts.done();
            toast(ToastKind::Success, format!("{name} is deleted"));
            hosts.refresh();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {name}?")
            body="The entry is removed from your inventory; the machine itself is not touched. Open sessions go on."
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| acts.done()
        />
    }
}
