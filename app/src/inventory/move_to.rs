//! "Move to a folder", for hosts and for folders: by keyboard, with a finger, and where the folder is far away.

use super::{acts::Acts, chosen::Chosen, store::Inventory, tree::natural, words::hosts};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, Icon, IconView, Submit};
use leptos::{ev, prelude::*};
use wire::{
    FolderId,
    inventory::{FolderDraft, FolderView, inherit::PATH_SEPARATOR},
};

/// So many folders are drawn; a search finds the others.
const DRAWN: usize = 200;

/// What is moved.
#[derive(Clone)]
pub(super) enum What {
    /// These hosts.
    Hosts(Chosen),
    /// This folder, with everything in it.
    Folder(FolderView),
}

/// A place to move to.
#[derive(Clone, PartialEq)]
struct Target {
    id: Option<FolderId>,
    name: String,
    path: String,
    hosts: u64,
}

fn targets(inventory: Inventory, what: &What, search: &str) -> Vec<Target> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    inventory.tree.with(|tree| {
        let takes = |id: Option<&FolderId>| match what {
            What::Hosts(_) => true,
            What::Folder(folder) => tree.takes(&folder.id, id),
        };
        let top = match what {
            What::Hosts(_) => "No folder",
            What::Folder(_) => "At the top",
        };
        let top = Target { id: None, name: top.into(), path: String::new(), hosts: 0 };
        let own = tree.all().into_iter().filter(|folder| folder.shared.is_none());
        let folders = own.map(|folder| Target {
            id: Some(folder.id.clone()),
            name: folder.name.clone(),
            path: folder.path.clone(),
            hosts: tree.hosts(&folder.id),
        });
        let mut found: Vec<_> = std::iter::once(top)
            .chain(folders)
            .filter(|target| takes(target.id.as_ref()))
            .filter(|target| {
                let text = format!("{} {}", target.path, target.name).to_lowercase();
                words.iter().all(|word| text.contains(word.as_str()))
            })
            .collect();
        if !words.is_empty() {
            // Whose own name has the words comes before what only lies below such a one.
            let own = |target: &Target| !words.iter().all(|word| target.name.to_lowercase().contains(word.as_str()));
            found.sort_by(|one, other| own(one).cmp(&own(other)).then_with(|| natural(&one.path, &other.path)));
        }
        found
    })
}

/// The dialog.
#[component]
pub(super) fn MoveTo(what: What) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let (inventory, search, submit) = (acts.inventory, RwSignal::new(String::new()), Submit::new());
    let title = match &what {
        What::Hosts(chosen) => format!("Move {}", hosts(chosen.count())),
        What::Folder(folder) => format!("Move the folder {}", folder.name),
    };
    let what = StoredValue::new(what);
    let found = Memo::new(move |_| what.with_value(|what| search.with(|text| targets(inventory, what, text))));
    let go = Callback::new(move |id: Option<FolderId>| {
        // The request leaves before the page is drawn without the dialog.
        match what.get_value() {
            What::Hosts(chosen) => acts.move_hosts(chosen, id),
            What::Folder(folder) => acts.move_folder(folder.id, id),
        }
        acts.done();
    });
    let make = move |()| {
        let path = search.get_untracked().trim().to_owned();
        let (around, name) =
            path.rsplit_once(PATH_SEPARATOR).map_or((None, path.as_str()), |(around, name)| (Some(around), name));
        let parent =
            around.map(|around| inventory.tree.with_untracked(|tree| tree.by_text(around).map(|one| one.id.clone())));
        if let (Some(None), Some(around)) = (&parent, around) {
            return submit.error.set(Some(format!("There is no folder {around}. Make that one first.")));
        }
        let draft = FolderDraft { name: name.to_owned(), parent_id: parent.flatten(), ..FolderDraft::default() };
        submit.run(super::api::add_folder(draft), move |folder| {
            inventory.refresh();
            go.run(Some(folder.id));
        });
    };
    let can_make = Memo::new(move |_| {
        let text = search.with(|text| text.trim().to_owned());
        (!text.is_empty() && inventory.tree.with(|tree| tree.by_text(&text).is_none())).then_some(text)
    });
    let first = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(target) = found.with_untracked(|found| found.first().cloned()) {
            go.run(target.id);
        }
    };
    view! {
        <Dialog title on_close=move |()| acts.done()>
            <form class="search" on:submit=first>
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search folders" placeholder="Name of a folder" autofocus
                    autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=search />
            </form>
            {move || submit.error.get().map(|text| view! { <p class="field-error" role="alert">{text}</p> })}
            <ul class="move-targets" aria-label="Folders">
                {move || found.get().into_iter().take(DRAWN).map(|target| {
                    let id = target.id.clone();
                    let around = target.path.strip_suffix(&target.name).map(|around| around.trim_end_matches(" / ").to_owned());
                    view! {
                        <li><button type="button" class="move-target" on:click=move |_| go.run(id.clone())>
                            <IconView icon=if target.id.is_some() { Icon::Folder } else { Icon::Server } />
                            <span class="move-name">{target.name}</span>
                            <span class="move-path">{around}</span>
                            {target.id.is_some().then(|| view! { <span class="count">{target.hosts}</span> })}
                        </button></li>
                    }
                }).collect_view()}
            </ul>
            {move || (found.with(Vec::len) > DRAWN).then(|| view! { <p>"There are more: search to see them."</p> })}
            <DialogActions>
                <Button on_click=move |()| acts.done()>"Cancel"</Button>
                {move || can_make.get().map(|name| view! {
                    <Button kind=ButtonKind::Primary icon=Icon::Plus busy=submit.busy on_click=make>{format!("New folder “{name}”")}</Button>
                })}
            </DialogActions>
        </Dialog>
    }
}
