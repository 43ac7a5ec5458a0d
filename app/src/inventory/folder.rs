//! What can be done with a folder: another name, another word about recording, or none at all. Hosts are never deleted with it.

use super::{
    acts::{Act, Acts},
    api::{delete_folder, update_folder, update_host},
    hosts::Hosts,
    policy,
    policy_fields::RecordingField,
};
use crate::{
    accounts::checks,
    error::AppError,
    ui::{
        Button, ButtonKind, ConfirmDialog, Dialog, DialogActions, Icon, Menu, MenuItem, Notice, Submit, TextField,
        ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    FolderId, HostId, Patch,
    inventory::{FolderPatch, FolderView, HostPatch},
};

/// The menu at a folder's heading; nothing while the folder itself is not known.
#[component]
pub(super) fn FolderMenu(id: FolderId) -> impl IntoView {
    let (acts, hosts) = (expect_context::<Acts>(), expect_context::<Hosts>());
    let folder = Memo::new(move |_| hosts.folder(&id));
    move || {
        folder.get().map(|folder| {
            let label = format!("Actions for the folder {}", folder.name);
            let items = move |()| {
                let (edit, delete) = (folder.clone(), folder.clone());
                vec![
                    MenuItem::new("Edit folder", Icon::Pencil, move || acts.start(Act::EditFolder(edit.clone()))),
                    MenuItem::new("Delete folder", Icon::Trash, move || acts.start(Act::DeleteFolder(delete.clone())))
                        .danger(),
                ]
            };
            view! { <Menu label items /> }
        })
    }
}

/// Asks for another name, and whether sessions on the hosts inside are recorded.
#[component]
pub(super) fn EditFolder(folder: FolderView) -> impl IntoView {
    let (acts, hosts, submit) = (expect_context::<Acts>(), expect_context::<Hosts>(), Submit::new());
    let (name, fault) = (RwSignal::new(folder.name.clone()), RwSignal::new(None));
    let recording = RwSignal::new(folder.recording.map_or("", policy::word).to_owned());
    let parent = folder.parent_id.clone();
    let inherited = Signal::derive(move || hosts.recording_at(parent.clone()));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(checks::label(&name.get_untracked()));
        if fault.with_untracked(Option::is_some) {
            return focus_first_fault();
        }
        let patch = FolderPatch {
            name: Some(name.get_untracked().trim().to_owned()),
            recording: Patch::from(policy::recording(&recording.get_untracked())),
            ..FolderPatch::default()
        };
        submit.run(update_folder(folder.id.clone(), patch), move |_| {
            acts.done();
            hosts.refresh();
        });
    };
    view! {
        <Dialog title="Edit folder" on_close=move |()| acts.done()>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name error=fault autofocus=true />
                <RecordingField value=recording inherited />
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// Asks before a folder goes.
#[component]
pub(super) fn DeleteFolder(folder: FolderView) -> impl IntoView {
    let (acts, hosts, submit) = (expect_context::<Acts>(), expect_context::<Hosts>(), Submit::new());
    let title = format!("Delete the folder {}?", folder.name);
    let body = match folder.hosts {
        0 => "No host lies in it.",
        1 => "The host in it stays, and lies in no folder then.",
        _ => "The hosts in it stay, and lie in no folder then.",
    };
    let confirm = move |()| {
        let (inside, below) = hosts.inside(&folder.id);
        let name = folder.name.clone();
        submit.run(empty_and_delete(folder.clone(), inside, below), move |()| {
            acts.done();
            toast(ToastKind::Success, format!("The folder {name} is deleted"));
            hosts.refresh();
        });
    };
    view! {
        <ConfirmDialog
            title
            body
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| acts.done()
        />
    }
}

/// Takes the hosts out, lifts the folders below to where this one lies, and deletes it. Broken off halfway, nothing is
/// lost, and the next try goes on. What came into it meanwhile makes the server refuse.
async fn empty_and_delete(folder: FolderView, inside: Vec<HostId>, below: Vec<FolderId>) -> Result<(), AppError> {
    for host in inside {
        update_host(host, HostPatch { folder: Patch::Clear, ..HostPatch::default() }).await?;
    }
    for child in below {
        let parent_id = folder.parent_id.clone().map_or(Patch::Clear, Patch::Set);
        update_folder(child, FolderPatch { parent_id, ..FolderPatch::default() }).await?;
    }
    delete_folder(folder.id).await
}
