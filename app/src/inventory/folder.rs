//! What can be done with a folder: made, named, moved, what hosts inherit from it, deleted with or without what is in it.

use super::{
    acts::{Act, Acts},
    api::{add_folder, bulk, delete_folder, delete_folder_with_hosts, list, update_folder, update_host},
    choosers::{FolderField, Inherits, as_folder},
    editor::{Way, credential_name},
    policy::{self, PolicyForm},
    policy_fields::{PolicyFields, TypedPolicy},
    sharing::What,
    store::Inventory,
    words::hosts,
};
use crate::{
    accounts::checks,
    error::AppError,
    events::Refresh,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, Icon, Menu, MenuItem, Notice, Select, Submit, TextField, ToastKind,
        Tone, focus_first_fault, toast, toast_with,
    },
    vault::api::credentials,
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    FolderId, HostId, Patch,
    events::Topic,
    inventory::{
        BulkChange, BulkRequest, FolderDraft, FolderPatch, FolderView, HostDraft, HostFilter, HostListRequest,
        HostPatch, HostScope, HostSelection,
    },
    vault::CredentialView,
};

/// The menu of a folder, at its heading or in the tree; nothing while the folder itself is not known.
#[component]
pub(super) fn FolderMenu(inventory: Inventory, id: FolderId, in_tree: bool) -> impl IntoView {
    let acts = expect_context::<Acts>();
    // What another account shares is not one's own to change.
    let own = move |tree: &super::tree::Tree| tree.get(&id).filter(|folder| folder.shared.is_none()).cloned();
    let folder = Memo::new(move |_| inventory.tree.with(&own));
    move || {
        folder.get().map(|folder| {
            let label = match in_tree {
                true => format!("Folder menu of {}", folder.name),
                false => format!("Actions for the folder {}", folder.name),
            };
            let items = move |()| menu(acts, &folder);
            view! { <Menu label items passed_by=true /> }
        })
    }
}

fn menu(acts: Acts, folder: &FolderView) -> Vec<MenuItem> {
    let start = |act: Act| move || acts.start(act.clone());
    let mut items = vec![
        MenuItem::new("New folder inside", Icon::Plus, start(Act::NewFolder(Some(folder.id.clone())))),
        MenuItem::new("Edit folder", Icon::Pencil, start(Act::EditFolder(folder.clone()))),
        MenuItem::new("Move folder", Icon::Folder, start(Act::MoveFolder(folder.clone()))),
    ];
    if acts.may_share() {
        items.push(MenuItem::new("Share", Icon::User, start(Act::Share(What::Folder(folder.clone())))));
    }
    items.push(MenuItem::new("Delete folder", Icon::Trash, start(Act::DeleteFolder(folder.clone()))).danger());
    items
}

/// A new folder, or a change to one.
#[component]
pub(super) fn FolderDialog(folder: Option<FolderView>, inside: Option<FolderId>) -> impl IntoView {
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let inventory = acts.inventory;
    let title = if folder.is_some() { "Edit folder" } else { "New folder" };
    let known = folder.as_ref();
    let name = RwSignal::new(known.map(|known| known.name.clone()).unwrap_or_default());
    let (fault, place_fault) = (RwSignal::new(None), RwSignal::new(None));
    let around_path = inside.and_then(|id| inventory.tree.with_untracked(|tree| Some(tree.get(&id)?.path.clone())));
    let place = RwSignal::new(around_path.unwrap_or_default());
    let username = RwSignal::new(known.and_then(|known| known.username.clone()).unwrap_or_default());
    let id_text = |id: Option<String>| RwSignal::new(id.unwrap_or_default());
    let credential = id_text(known.and_then(|known| known.credential_id.as_ref()).map(ToString::to_string));
    let jump_host = id_text(known.and_then(|known| known.jump_host_id.as_ref()).map(ToString::to_string));
    let (direct, tried) = (RwSignal::new(known.is_some_and(|known| known.direct)), RwSignal::new(false));
    let typed = TypedPolicy::new(known.map(PolicyForm::from).unwrap_or_default());
    let stored = RwSignal::new(Vec::<CredentialView>::new());
    Refresh::new().keep(&[Topic::Credentials], move || async move {
        if let Ok(list) = credentials().await {
            let _ = stored.try_set(list);
        }
    });
    let parent =
        move || place.with(|text| inventory.tree.with(|tree| tree.by_text(text).map(|folder| folder.id.clone())));
    let around = Signal::derive(move || {
        let parent = parent();
        stored.with(|stored| inventory.tree.with(|tree| tree.effective(parent.as_ref(), stored)))
    });
    let faults = Signal::derive(move || if tried.get() { typed.form().faults() } else { Default::default() });
    let id = folder.map(|folder| folder.id);
    let own = id.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        fault.set(checks::label(&name.get_untracked()));
        let (parent, policy) = (untrack(parent), untrack(|| typed.form()));
        place_fault.set(match (&parent, place.with_untracked(|text| text.trim().is_empty()), &own) {
            (None, false, _) => Some("There is no such folder. Choose one of the list, or leave it empty.".into()),
            (Some(parent), _, Some(own))
                if inventory.tree.with_untracked(|tree| tree.around(parent).iter().any(|one| one.id == *own)) =>
            {
                Some("A folder cannot lie in itself or below itself.".into())
            }
            _ => None,
        });
        let faulty = fault.with_untracked(Option::is_some) || place_fault.with_untracked(Option::is_some);
        if faulty || policy.faults() != Default::default() {
            return focus_first_fault();
        }
        let limits = policy.complete(HostDraft::default());
        let text = username.get_untracked().trim().to_owned();
        let draft = FolderDraft {
            name: name.get_untracked().trim().to_owned(),
            parent_id: parent,
            username: Some(text).filter(|text| !text.is_empty()),
            credential_id: credential.get_untracked().parse().ok(),
            jump_host_id: jump_host.get_untracked().parse::<HostId>().ok().filter(|_| !direct.get_untracked()),
            direct: direct.get_untracked(),
            idle_timeout_seconds: limits.idle_timeout_seconds,
            max_duration_seconds: limits.max_duration_seconds,
            max_sessions: limits.max_sessions,
            recording: policy::recording(&policy.recording),
        };
        submit.run(save(id.clone(), draft), move |_| {
            acts.done();
            inventory.refresh();
        });
    };
    let username_above = Signal::derive(move || {
        let own = !username.with(|text| text.trim().is_empty()) || !credential.with(String::is_empty);
        around.with(|it| Some((it.username.clone()?, it.from.username.as_ref()?.folder.clone()))).filter(|_| !own)
    });
    let options = Signal::derive(move || {
        let above = around.with(|it| Some((it.from.credential_id.as_ref()?.folder.clone(), it.credential_id.clone()?)));
        let above = above.map(|(folder, id)| as_folder(&folder, &credential_name(stored, &id)));
        let none = (String::new(), above.unwrap_or_else(|| "None".to_owned()));
        let list = stored.get().into_iter().map(|credential| (credential.id.to_string(), credential.name));
        std::iter::once(none).chain(list).collect::<Vec<_>>()
    });
    view! {
        <Dialog title on_close=move |()| acts.done() wide=true>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name error=fault autofocus=true />
                <FolderField label="Inside" text=place tree=inventory.tree hint="Left empty, it stands at the top." placeholder="No folder" error=place_fault />
                <h3 class="form-part">"What the hosts inside inherit"</h3>
                <p class="field-hint">"Holds for every host in it and below it that says nothing else."</p>
                <TextField label="Username" value=username optional=true mono=true
                    placeholder=Signal::derive(move || username_above.get().map(|(name, _)| name).unwrap_or_default()) />
                <Inherits what=username_above />
                <Select label="Credential" value=credential options />
                <Way jump_host direct around but=None />
                <PolicyFields typed faults around />
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

async fn save(id: Option<FolderId>, draft: FolderDraft) -> Result<FolderView, AppError> {
    let Some(id) = id else { return add_folder(draft).await };
    let patch = FolderPatch {
        name: Some(draft.name),
        parent_id: Patch::from(draft.parent_id),
        username: Patch::from(draft.username),
        credential_id: Patch::from(draft.credential_id),
        jump_host_id: Patch::from(draft.jump_host_id),
        direct: Some(draft.direct),
        idle_timeout_seconds: Patch::from(draft.idle_timeout_seconds),
        max_duration_seconds: Patch::from(draft.max_duration_seconds),
        max_sessions: Patch::from(draft.max_sessions),
        recording: Patch::from(draft.recording),
    };
    update_folder(id, patch).await
}

/// Asks before a folder goes, and what becomes of what is in it.
#[component]
pub(super) fn DeleteFolder(folder: FolderView) -> impl IntoView {
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let inventory = acts.inventory;
    let title = format!("Delete the folder {}?", folder.name);
    let inside = inventory.tree.with_untracked(|tree| tree.hosts(&folder.id));
    let body = match (folder.hosts, inside) {
        (_, 0) => "No host lies in it.".to_owned(),
        (1, 1) => "The host in it stays, and lies in no folder then.".to_owned(),
        (own, all) if own == all => "The hosts in it stay, and lie in no folder then.".to_owned(),
        _ => "The hosts in it stay, and lie in no folder then; the folders in it move to where it is.".to_owned(),
    };
    let finish = move |name: String| {
        acts.done();
        toast(ToastKind::Success, format!("The folder {name} is deleted"));
        inventory.refresh();
    };
    let (kept, all) = (folder.clone(), folder);
    let confirm = move |()| {
        let (folder, name) = (kept.clone(), kept.name.clone());
        let below = inventory.tree.with_untracked(|tree| {
            let below = tree.all().into_iter().filter(|one| one.parent_id.as_ref() == Some(&folder.id));
            below.map(|one| one.id.clone()).collect::<Vec<_>>()
        });
        submit.run(empty_and_delete(folder, below), move |()| finish(name));
    };
    let with_hosts = move |()| {
        let (id, name) = (all.id.clone(), all.name.clone());
        submit.run(delete_folder_with_hosts(id), move |report| {
            acts.done();
            inventory.refresh();
            let text = format!("The folder {name} is deleted with {}", hosts(inside));
            match report.undo {
                Some(id) => toast_with(ToastKind::Success, text, "Undo", move || acts.take_back(id.clone())),
                None => toast(ToastKind::Success, text),
            }
        });
    };
    // The milder of the two is not the red one.
    let alone = if inside > 0 { ButtonKind::Secondary } else { ButtonKind::Danger };
    view! {
        <Dialog title on_close=move |()| acts.done() question=true>
            <p>{body}</p>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <DialogActions>
                <Button on_click=move |()| acts.done()>"Cancel"</Button>
                {(inside > 0).then(|| view! {
                    <Button kind=ButtonKind::Danger busy=submit.busy on_click=with_hosts.clone()>{format!("Delete with {}", hosts(inside))}</Button>
                })}
                <Button kind=alone busy=submit.busy on_click=confirm>
                    {if inside > 0 { "Delete the folder alone" } else { "Delete" }}
                </Button>
            </DialogActions>
        </Dialog>
    }
}

/// So many hosts are taken out one by one: no change of many that could be taken back for itself.
const FEW: u64 = 20;

/// Takes the hosts out, lifts the folders below to where this one lies, and deletes it. Broken off halfway, nothing is
/// lost, and the next try goes on. What came into it meanwhile makes the server refuse.
async fn empty_and_delete(folder: FolderView, below: Vec<FolderId>) -> Result<(), AppError> {
    for child in below {
        let parent_id = folder.parent_id.clone().map_or(Patch::Clear, Patch::Set);
        update_folder(child, FolderPatch { parent_id, ..FolderPatch::default() }).await?;
    }
    // Nothing is below it any more: what matches lies in it.
    let filter = HostFilter { scope: HostScope::Folder { id: folder.id.clone() }, ..HostFilter::default() };
    if folder.hosts > FEW {
        let selection = HostSelection::Matching { filter, except: Vec::new() };
        let change = BulkChange::Move { folder_id: None };
        bulk(BulkRequest { selection, change, dry_run: false }).await?;
    } else if folder.hosts > 0 {
        let inside = list(HostListRequest { filter, limit: Some(FEW as u32), ..HostListRequest::default() }).await?;
        for host in inside.rows {
            update_host(host.id, HostPatch { folder: Patch::Clear, ..HostPatch::default() }).await?;
        }
    }
    delete_folder(folder.id).await
}
