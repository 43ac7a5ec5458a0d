//! What a person is doing with hosts or a folder: at most one dialog at a time, opened from anywhere on the dashboard.

use super::{
    access::SetUpAccess,
    api::{bulk, duplicate_host, scan_host_key, set_favourite, undo, update_folder},
    bulk_edit::BulkEdit,
    bulk_tag::BulkTag,
    chosen::Chosen,
    editor::HostEditor,
    folder::{DeleteFolder, FolderDialog},
    host_key::HostKeyDialog,
    move_to::MoveTo,
    selection::Selection,
    sharing::{self, OwnLogin, Share},
    store::Inventory,
    undos::UndoList,
    words::{count, done, hosts, thousands},
};
use crate::{
    accounts::SignIn,
    rounds::api as rounds,
    terminal::HistoryDialog,
    ui::{ConfirmDialog, Submit, ToastKind, toast, toast_until, toast_with},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::time::Duration;
use wire::{
    FolderId, HostId, Patch, UndoId,
    inventory::{
        BulkChange, BulkReport, BulkRequest, FolderPatch, FolderView, HostKeyScan, HostKeyState, HostSelection,
        HostView, RoundRequest, RoundWork,
    },
};

/// The dialog that is open.
#[derive(Clone)]
pub(super) enum Act {
    /// A new host, or a change to one.
    Edit(Option<Box<HostView>>),
    /// The question before a host is deleted.
    Delete(Box<HostView>),
    /// The question before many are.
    DeleteMany(Chosen),
    /// Which folder hosts go into.
    Move(Chosen),
    /// Which folder a folder goes into.
    MoveFolder(FolderView),
    /// Tags that hosts get or lose.
    Tag(Chosen),
    /// The question before keys are rolled.
    Roll(Chosen),
    /// A change of fields of many hosts.
    EditMany(Chosen),
    /// The first access to a host.
    Access(Box<HostView>),
    /// The key that a host showed.
    Key(HostId, Box<HostKeyScan>),
    /// What was typed on a host.
    History(Box<HostView>),
    /// A new folder, inside another one or at the top.
    NewFolder(Option<FolderId>),
    /// A change to a folder.
    EditFolder(FolderView),
    /// The question before a folder is deleted.
    DeleteFolder(FolderView),
    /// With whom hosts or a folder are shared.
    Share(sharing::What),
    /// What one signs in with on a host of another account.
    OwnLogin(Box<HostView>),
    /// What can be taken back.
    Undos,
}

/// Opens and closes dialogs; in the dashboard's context.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    open: RwSignal<Option<Act>>,
    pub inventory: Inventory,
    selection: Selection,
    may_share: Signal<bool>,
    go: Callback<String>,
}

impl Acts {
    /// Nothing is open.
    pub(super) fn new(inventory: Inventory, selection: Selection) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |address: String| navigate(&address, Default::default()));
        let sign_in = expect_context::<SignIn>();
        let may_share = Signal::derive(move || sign_in.is_admin());
        Self { open: RwSignal::new(None), inventory, selection, may_share, go }
    }

    /// Goes to another page.
    pub(super) fn go(self, address: &str) {
        self.go.run(address.to_owned());
    }

    /// Opens a dialog.
    pub(super) fn start(self, act: Act) {
        self.open.set(Some(act));
    }

    /// Closes it.
    pub(super) fn done(self) {
        let _ = self.open.try_set(None);
    }

    /// Adds a copy of a host and opens it for a change of name and address.
    pub(super) fn duplicate(self, id: HostId) {
        spawn_local(async move {
            match duplicate_host(id).await {
                Ok(host) => {
                    self.inventory.put(host.clone());
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

    /// Marks a host as a favourite, or not any more.
    pub(super) fn mark(self, id: HostId, on: bool) {
        self.inventory.change(&id, |host| host.favourite = on);
        spawn_local(async move {
            if let Err(error) = set_favourite(id, on).await {
                toast(ToastKind::Error, error.to_string());
            }
            self.inventory.refresh();
        });
    }

    /// Asks where a host shall go, with all that are chosen if it is one of them.
    pub(super) fn move_host(self, host: &HostView) {
        self.start(Act::Move(self.selection.with(&host.id)));
    }

    /// Whether the one who is signed in shares things.
    pub(super) fn may_share(self) -> bool {
        self.may_share.get_untracked()
    }

    /// Asks with whom to share a host, with all that are chosen if it is one of them.
    pub(super) fn share_host(self, host: &HostView) {
        self.start(Act::Share(sharing::What::Hosts(self.selection.with(&host.id), Some(host.name.clone()))));
    }

    /// Something is shared.
    pub(super) fn shared(self, with: &str) {
        self.done();
        self.selection.clear();
        toast(ToastKind::Success, format!("Shared with {with}"));
    }

    /// Moves hosts into a folder, or out of all.
    pub(super) fn move_hosts(self, chosen: Chosen, into: Option<FolderId>) {
        let place =
            into.as_ref().and_then(|id| self.inventory.tree.with_untracked(|tree| Some(tree.get(id)?.path.clone())));
        let what = place.map_or_else(|| "moved out of all folders".to_owned(), |path| format!("moved to {path}"));
        spawn_local(self.change(chosen, BulkChange::Move { folder_id: into }, what));
    }

    /// Moves a folder into another one, or to the top.
    pub(super) fn move_folder(self, id: FolderId, into: Option<FolderId>) {
        spawn_local(async move {
            let patch = FolderPatch { parent_id: into.map_or(Patch::Clear, Patch::Set), ..FolderPatch::default() };
            match update_folder(id, patch).await {
                Ok(folder) => toast(ToastKind::Success, format!("The folder {} is now {}", folder.name, folder.path)),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
            self.inventory.refresh();
        });
    }

    /// Marks many as favourites, or not any more.
    pub(super) fn mark_many(self, chosen: Chosen, on: bool) {
        let what = if on { "marked as favourites" } else { "no favourites any more" };
        spawn_local(self.change(chosen, BulkChange::Favourite { on }, what.into()));
    }

    /// Looks whether many hosts answer; the line above the list says how far that is.
    pub(super) fn check(self, chosen: Chosen) {
        let request = RoundRequest { selection: chosen.selection(), work: RoundWork::Probe };
        spawn_local(async move {
            match rounds::start(request).await {
                Ok(_) => self.selection.clear(),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }

    /// Begins to set up access to many hosts: their keys come first.
    pub(super) fn set_up(self, chosen: Chosen) {
        let request = RoundRequest { selection: chosen.selection(), work: RoundWork::Scan };
        spawn_local(async move {
            match rounds::start(request).await {
                Ok(round) => self.go(&format!("/rounds/{}", round.id)),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }

    /// Changes many hosts, and says what came of it.
    async fn change(self, chosen: Chosen, change: BulkChange, what: String) {
        let request = BulkRequest { selection: chosen.selection(), change, dry_run: false };
        self.inventory.wait();
        match bulk(request).await {
            Ok(report) => self.changed(&report, &what),
            Err(error) => {
                toast(ToastKind::Error, error.to_string());
                self.inventory.refresh();
            }
        }
    }

    /// Many hosts were changed: says so, and offers the way back.
    pub(super) fn changed(self, report: &BulkReport, what: &str) {
        let text = done(report, what);
        match report.undo.clone() {
            Some(id) => toast_with(ToastKind::Success, text, "Undo", move || self.take_back(id.clone())),
            None => toast(ToastKind::Info, text),
        }
        // What came of it is on the screen first: drawing the list anew takes longer than a frame.
        let draw_anew = move || {
            self.selection.clear();
            self.inventory.refresh();
        };
        let painted = move || request_animation_frame(move || set_timeout(draw_anew, Duration::ZERO));
        request_animation_frame(painted);
    }

    /// Takes a change back.
    pub(super) fn take_back(self, id: UndoId) {
        spawn_local(async move {
            match undo(id).await {
                Ok(report) => {
                    let mut text = format!("{} put back", count(report.restored));
                    if report.skipped > 0 {
                        text.push_str(&format!(
                            ", {} changed meanwhile and left as they are",
                            thousands(report.skipped)
                        ));
                    }
                    toast(ToastKind::Success, text);
                }
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
            self.inventory.refresh();
        });
    }
}

/// The dialog that is open, if any.
#[component]
pub(super) fn ActDialog() -> impl IntoView {
    let acts = expect_context::<Acts>();
    let inventory = acts.inventory;
    let close = move |()| acts.done();
    move || match acts.open.get() {
        None => ().into_any(),
        Some(Act::Edit(host)) => view! { <HostEditor host inventory on_close=close /> }.into_any(),
        Some(Act::Delete(host)) => view! { <DeleteHost host=*host /> }.into_any(),
        Some(Act::DeleteMany(chosen)) => view! { <DeleteMany chosen /> }.into_any(),
        Some(Act::Move(chosen)) => view! { <MoveTo what=super::move_to::What::Hosts(chosen) /> }.into_any(),
        Some(Act::MoveFolder(folder)) => view! { <MoveTo what=super::move_to::What::Folder(folder) /> }.into_any(),
        Some(Act::Roll(chosen)) => view! { <RollKeys chosen /> }.into_any(),
        Some(Act::Tag(chosen)) => view! { <BulkTag chosen /> }.into_any(),
        Some(Act::EditMany(chosen)) => view! { <BulkEdit chosen /> }.into_any(),
        Some(Act::Access(host)) => {
            view! { <SetUpAccess host=*host on_changed=move |()| inventory.refresh() on_close=close /> }.into_any()
        }
        Some(Act::History(host)) => view! { <HistoryDialog host=host.id name=host.name on_close=close /> }.into_any(),
        Some(Act::NewFolder(inside)) => view! { <FolderDialog folder=None inside /> }.into_any(),
        Some(Act::EditFolder(folder)) => {
            let inside = folder.parent_id.clone();
            view! { <FolderDialog folder=Some(folder) inside /> }.into_any()
        }
        Some(Act::DeleteFolder(folder)) => view! { <DeleteFolder folder /> }.into_any(),
        Some(Act::Share(what)) => view! { <Share what /> }.into_any(),
        Some(Act::OwnLogin(host)) => view! { <OwnLogin host=*host /> }.into_any(),
        Some(Act::Undos) => view! { <UndoList /> }.into_any(),
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
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let name = host.name.clone();
    let confirm = move |()| {
        // As many at once, so that it can be taken back.
        let selection = HostSelection::Hosts { ids: vec![host.id.clone()] };
        let request = BulkRequest { selection, change: BulkChange::Delete, dry_run: false };
        submit.run_or(
            async move {
                let report = bulk(request).await.map_err(|error| error.to_string())?;
                match report.skips.first() {
                    Some(skip) => Err(format!("{} stays: {}", skip.name, skip.reason)),
                    None => Ok(report),
                }
            },
            move |report| {
                acts.done();
                acts.changed(&report, "deleted");
            },
            Some,
        );
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {name}?")
            body="The entry is removed from your inventory; the machine itself is not touched, and open sessions go on. This can be undone for a day."
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| acts.done()
        />
    }
}

#[component]
fn DeleteMany(chosen: Chosen) -> impl IntoView {
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let count = hosts(chosen.count());
    let selection = chosen.selection();
    let confirm = move |()| {
        let request = BulkRequest { selection: selection.clone(), change: BulkChange::Delete, dry_run: false };
        submit.run(bulk(request), move |report| {
            acts.done();
            acts.changed(&report, "deleted");
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {count}?")
            body="The entries are removed from your inventory; the machines themselves are not touched. This can be undone for a day."
            confirm=format!("Delete {count}")
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| acts.done()
        />
    }
}

#[component]
fn RollKeys(chosen: Chosen) -> impl IntoView {
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let count = hosts(chosen.count());
    let selection = chosen.selection();
    let confirm = move |()| {
        let request = RoundRequest { selection: selection.clone(), work: RoundWork::Roll };
        submit.run(rounds::start(request), move |round| {
            acts.done();
            acts.go(&format!("/rounds/{}", round.id));
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Roll the keys of {count}?")
            body="On each host that is signed in to with a key, a new one is put beside it in authorized_keys, tried, and used from \
                  then on; only then the old line goes. Where anything of that fails, the old key stays in use. Hosts with a password \
                  are left out."
            confirm="Roll the keys"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| acts.done()
        />
    }
}
