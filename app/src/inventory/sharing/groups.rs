//! "Groups": accounts under one name, to share with.

use super::api::{accounts, delete_group, groups, save_group};
use crate::{
    accounts::checks,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, EmptyState, Icon, Notice, Skeleton, Submit, TextField, Tone,
        focus_first_fault,
    },
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use wire::{
    AccountId,
    grants::{AccountView, GroupDraft, GroupView},
};

/// What the dialog shows.
#[derive(Clone)]
enum Shown {
    List,
    One(Option<GroupView>),
}

/// The dialog.
#[component]
pub(super) fn Groups(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let (shown, listed) = (RwSignal::new(Shown::List), RwSignal::new(None::<Result<Vec<GroupView>, String>>));
    let people = RwSignal::new(Vec::<AccountView>::new());
    let read = move || {
        spawn_local(async move {
            let found = groups().await.map_err(|error| error.to_string());
            let _ = listed.try_set(Some(found));
            if let Ok(list) = accounts().await {
                let _ = people.try_set(list);
            }
        });
    };
    read();
    let back = move |()| {
        shown.set(Shown::List);
        read();
    };
    view! {
        <Dialog title="Groups" on_close>
            {move || match shown.get() {
                Shown::One(group) => view! { <One group people on_done=back /> }.into_any(),
                Shown::List => view! {
                    {move || match listed.get() {
                        None => view! { <Skeleton rows=3 label="Loading groups" /> }.into_any(),
                        Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                        Some(Ok(list)) if list.is_empty() => view! {
                            <EmptyState icon=Icon::User title="No group yet">
                                <p>"What is shared with a group is shared with whoever is in it at the time."</p>
                            </EmptyState>
                        }.into_any(),
                        Some(Ok(list)) => view! {
                            <ul class="rows framed" aria-label="Groups">
                                {list.into_iter().map(|group| {
                                    let label = format!("Edit the group {}", group.name);
                                    let count = match group.members.len() { 1 => "1 account".to_owned(), n => format!("{n} accounts") };
                                    let name = group.name.clone();
                                    view! {
                                        <li class="row">
                                            <div class="row-main"><span class="row-title">{name}</span><span class="row-meta">{count}</span></div>
                                            <Button label on_click=move |()| shown.set(Shown::One(Some(group.clone())))>"Edit"</Button>
                                        </li>
                                    }
                                }).collect_view()}
                            </ul>
                        }.into_any(),
                    }}
                    <DialogActions>
                        <Button on_click=move |()| on_close.run(())>"Done"</Button>
                        <Button kind=ButtonKind::Primary icon=Icon::Plus on_click=move |()| shown.set(Shown::One(None))>"New group"</Button>
                    </DialogActions>
                }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn One(
    group: Option<GroupView>,
    people: RwSignal<Vec<AccountView>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let (submit, fault) = (Submit::new(), RwSignal::new(None));
    let name = RwSignal::new(group.as_ref().map(|group| group.name.clone()).unwrap_or_default());
    let members: BTreeSet<AccountId> = group.iter().flat_map(|group| group.members.iter().cloned()).collect();
    let (members, id) = (RwSignal::new(members), group.map(|group| group.id));
    let (saved, gone) = (id.clone(), id);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(checks::label(&name.get_untracked()));
        if fault.with_untracked(Option::is_some) {
            return focus_first_fault();
        }
        let draft = GroupDraft {
            name: name.get_untracked().trim().to_owned(),
            members: members.get_untracked().into_iter().collect(),
        };
        submit.run(save_group(saved.clone(), draft), move |_| on_done.run(()));
    };
    let remove = gone.map(|id| move |()| submit.run(delete_group(id.clone()), move |()| on_done.run(())));
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <TextField label="Name" value=name error=fault autofocus=true />
            <fieldset class="share-with">
                <legend>"Who is in it"</legend>
                {move || people.get().into_iter().map(|account| {
                    let (id, mine) = (account.id.clone(), account.id);
                    let chosen = Memo::new(move |_| members.with(|members| members.contains(&mine)));
                    let turn = move |_| members.update(|members| {
                        if !members.remove(&id) {
                            members.insert(id.clone());
                        }
                    });
                    view! {
                        <label class="share-one">
                            <input type="checkbox" prop:checked=chosen on:change=turn />
                            <span class="share-name">{account.name}</span>
                            <span class="share-kind">{account.role.as_str()}</span>
                        </label>
                    }
                }).collect_view()}
            </fieldset>
            <DialogActions>
                {remove.map(|remove| view! { <Button kind=ButtonKind::Danger busy=submit.busy on_click=remove>"Delete group"</Button> })}
                <Button on_click=move |()| on_done.run(())>"Back"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
            </DialogActions>
        </form>
    }
}
