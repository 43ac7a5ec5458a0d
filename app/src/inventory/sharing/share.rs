//! "Share": an admin says who may use hosts or a folder, and for what.

use super::{
    api::{accounts, grants, groups, share, unshare},
    groups::Groups,
};
use crate::{
    accounts::SignIn,
    inventory::{acts::Acts, chosen::Chosen, words::hosts},
    ui::{
        Button, ButtonKind, Checkbox, Dialog, DialogActions, EmptyState, Icon, Notice, Skeleton, Submit, ToastKind,
        Tone, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use wire::{
    accounts::Role,
    grants::{GrantQuery, GrantRequest, GrantView, Grantee, HostRights},
    inventory::FolderView,
};

/// What is shared.
#[derive(Clone)]
pub(in crate::inventory) enum What {
    /// These hosts; the name is that of the one whose menu it was.
    Hosts(Chosen, Option<String>),
    /// The hosts in this folder.
    Folder(FolderView),
}

impl What {
    fn title(&self) -> String {
        match self {
            Self::Hosts(chosen, Some(name)) if chosen.single().is_some() => format!("Share {name}"),
            Self::Hosts(chosen, _) => format!("Share {}", hosts(chosen.count())),
            Self::Folder(folder) => format!("Share the folder {}", folder.name),
        }
    }

    fn request(&self) -> GrantRequest {
        match self {
            Self::Hosts(chosen, _) => GrantRequest { hosts: Some(chosen.selection()), ..GrantRequest::default() },
            Self::Folder(folder) => GrantRequest { folder_ids: vec![folder.id.clone()], ..GrantRequest::default() },
        }
    }

    /// What asks for its grants, if it is one thing.
    fn query(&self) -> Option<GrantQuery> {
        match self {
            Self::Hosts(chosen, _) => {
                Some(GrantQuery { host_id: Some(chosen.single()?.clone()), ..GrantQuery::default() })
            }
            Self::Folder(folder) => Some(GrantQuery { folder_id: Some(folder.id.clone()), ..GrantQuery::default() }),
        }
    }
}

/// Somebody to share with.
#[derive(Clone, PartialEq)]
struct Somebody {
    who: Grantee,
    name: String,
    kind: String,
}

/// Groups first, then the other accounts that can use what they are given.
async fn everybody(me: &str) -> Result<Vec<Somebody>, String> {
    let groups = groups().await.map_err(|error| error.to_string())?.into_iter().map(|group| Somebody {
        kind: match group.members.len() {
            1 => "group of 1".to_owned(),
            count => format!("group of {count}"),
        },
        who: Grantee::Group(group.id),
        name: group.name,
    });
    let accounts = accounts().await.map_err(|error| error.to_string())?;
    let accounts =
        accounts.into_iter().filter(|account| !account.disabled && account.name != me).map(|account| Somebody {
            who: Grantee::Account(account.id),
            name: account.name,
            kind: match account.role {
                Role::Viewer => "viewer, may only watch".to_owned(),
                role => role.as_str().to_owned(),
            },
        });
    Ok(groups.chain(accounts).collect())
}

/// The dialog.
#[component]
pub(in crate::inventory) fn Share(what: What) -> impl IntoView {
    let (acts, sign_in, submit) = (expect_context::<Acts>(), expect_context::<SignIn>(), Submit::new());
    let (known, given) = (RwSignal::new(None::<Result<Vec<Somebody>, String>>), RwSignal::new(Vec::<GrantView>::new()));
    let (picked, keeping) = (RwSignal::new(BTreeSet::<Grantee>::new()), RwSignal::new(false));
    let [connect, files, watch, credential] = [true, true, false, false].map(RwSignal::new);
    let (title, request, query) = (what.title(), what.request(), what.query());
    let asked = query.clone();
    let read = move || {
        let (query, me) = (query.clone(), sign_in.username());
        spawn_local(async move {
            let found = everybody(&me).await;
            let _ = known.try_set(Some(found));
            if let Some(query) = query
                && let Ok(list) = grants(query).await
            {
                let _ = given.try_set(list);
            }
        });
    };
    read();
    let again = read.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let to: Vec<Grantee> = picked.get_untracked().into_iter().collect();
        let rights = HostRights {
            connect: connect.get_untracked(),
            files: files.get_untracked(),
            watch: watch.get_untracked(),
            credential: credential.get_untracked(),
        };
        if to.is_empty() {
            return submit.error.set(Some("Choose with whom.".into()));
        }
        if !rights.any() {
            return submit.error.set(Some("Choose what they may do.".into()));
        }
        if rights.credential && !rights.lends() {
            let text = "A credential is used to connect or for files. Choose one of these as well.";
            return submit.error.set(Some(text.into()));
        }
        let names = known.with_untracked(|known| {
            let all = known.as_ref().and_then(|known| known.as_ref().ok()).into_iter().flatten();
            all.filter(|one| to.contains(&one.who)).map(|one| one.name.clone()).collect::<Vec<_>>().join(", ")
        });
        let request = GrantRequest { to, rights, ..request.clone() };
        submit.run(share(request), move |_| acts.shared(&names));
    };
    view! {
        {move || keeping.get().then({
            let again = again.clone();
            move || view! { <Groups on_close=move |()| { keeping.set(false); again(); } /> }
        })}
        <Dialog title on_close=move |()| acts.done()>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <fieldset class="share-with">
                    <legend>"With"</legend>
                    {move || match known.get() {
                        None => view! { <Skeleton rows=3 label="Loading accounts" /> }.into_any(),
                        Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                        Some(Ok(list)) if list.is_empty() => view! {
                            <EmptyState icon=Icon::User title="You are alone here">
                                <p><a href="/accounts">"Add accounts"</a>" to share with."</p>
                            </EmptyState>
                        }.into_any(),
                        Some(Ok(list)) => list.into_iter().map(|one| view! { <Pick one picked /> }).collect_view().into_any(),
                    }}
                    <Button kind=ButtonKind::Ghost on_click=move |()| keeping.set(true)>"Groups…"</Button>
                </fieldset>
                <fieldset class="share-rights">
                    <legend>"They may"</legend>
                    <Checkbox label="Connect" value=connect hint="Open terminals and run commands." />
                    <Checkbox label="Use files" value=files hint="See, change, upload and download." />
                    <Checkbox label="Watch" value=watch hint="Look at other people's live sessions there." />
                    <Checkbox
                        label="Let them use the credential of these hosts, without seeing it"
                        value=credential
                        hint="They are asked nothing. Left out, they sign in with what is their own. Who is root on a host can read there \
                              what signs in: change it when you take this back."
                    />
                </fieldset>
                {asked.is_some().then(|| view! { <Given given /> })}
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Share"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Pick(one: Somebody, picked: RwSignal<BTreeSet<Grantee>>) -> impl IntoView {
    let Somebody { who, name, kind } = one;
    let mine = who.clone();
    let chosen = Memo::new(move |_| picked.with(|picked| picked.contains(&mine)));
    let turn = move |_| {
        picked.update(|picked| {
            if !picked.remove(&who) {
                picked.insert(who.clone());
            }
        });
    };
    view! {
        <label class="share-one">
            <input type="checkbox" prop:checked=chosen on:change=turn />
            <span class="share-name">{name}</span>
            <span class="share-kind">{kind}</span>
        </label>
    }
}

/// With whom it is shared already.
#[component]
fn Given(given: RwSignal<Vec<GrantView>>) -> impl IntoView {
    let end = move |grant: GrantView| {
        spawn_local(async move {
            match unshare(grant.id.clone()).await {
                Ok(()) => given.update(|given| given.retain(|one| one.id != grant.id)),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    };
    move || {
        let list = given.get();
        (!list.is_empty()).then(|| {
            view! {
                <h3 class="form-part">"Shared already"</h3>
                <ul class="rows framed" aria-label="Shared already">
                    {list.into_iter().map(|grant| {
                        let label = format!("Stop sharing with {}", grant.to_name);
                        let (name, may) = (grant.to_name.clone(), grant.rights.words().join(", "));
                        view! {
                            <li class="row">
                                <div class="row-main"><span class="row-title">{name}</span><span class="row-meta">{may}</span></div>
                                <Button label on_click=move |()| end(grant.clone())>"Stop"</Button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            }
        })
    }
}
