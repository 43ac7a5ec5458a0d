//! Inviting somebody to a session: what they may do, for how long, the link that is shown once, and the links that are open.

use super::{api, desk::Desk};
use crate::{
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, Dialog, DialogActions, Icon, Notice, Select, Submit, TextField, Tone, copy_text,
        now, now_millis, span,
    },
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::ShareData;
use wire::{
    events::Topic,
    terminal::{InviteRequest, InviteView, Rights},
};

const SPANS: [(&str, &str); 4] =
    [("900", "15 minutes"), ("3600", "1 hour"), ("28800", "8 hours"), ("86400", "24 hours")];

/// The dialog.
#[component]
pub(super) fn ShareDialog(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(Vec::<InviteView>::new());
    let link = RwSignal::new(None::<String>);
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Invites], move || async move {
        if let Ok(list) = api::invites(desk.id()).await {
            let _ = open.try_set(list.invites);
        }
    });
    view! {
        <Dialog title="Share this session" on_close=move |()| desk.answered() wide=true>
            {move || match link.get() {
                Some(address) => view! { <Link address link /> }.into_any(),
                None => view! { <Form desk link refresh /> }.into_any(),
            }}
            <Open desk open refresh />
            <DialogActions>
                <Button on_click=move |()| desk.answered()>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}

fn choices(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

#[component]
fn Form(desk: Desk, link: RwSignal<Option<String>>, refresh: Refresh) -> impl IntoView {
    let (rights, lasts) = (RwSignal::new("watch".to_owned()), RwSignal::new("3600".to_owned()));
    let (label, submit) = (RwSignal::new(String::new()), Submit::new());
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let label = label.get_untracked().trim().to_owned();
        let request = InviteRequest {
            rights: if rights.get_untracked() == "type" { Rights::Type } else { Rights::Watch },
            expires_in_seconds: lasts.get_untracked().parse().ok(),
            label: (!label.is_empty()).then_some(label),
        };
        submit.run(api::invite(desk.id(), request), move |made| {
            let origin = window().location().origin().unwrap_or_default();
            link.set(Some(format!("{origin}{}", made.url.expose())));
            refresh.now();
        });
    };
    let may = [("watch", "Watch"), ("type", "Watch and type")];
    view! {
        <form class="form" on:submit=make novalidate>
            <p>"Whoever has the link can come in without an account. You see who is here, and can remove them at any time."</p>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <div class="share-row">
                <Select label="They may" value=rights options=Signal::stored(choices(&may)) />
                <Select label="The link lasts" value=lasts options=Signal::stored(choices(&SPANS)) />
            </div>
            <TextField label="For whom" value=label placeholder="A note to yourself" optional=true />
            <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Make a link"</Button>
        </form>
    }
}

#[component]
fn Link(address: String, link: RwSignal<Option<String>>) -> impl IntoView {
    let (copied, shared) = (address.clone(), address.clone());
    let can_share = js_sys::Reflect::has(&window().navigator(), &"share".into()).unwrap_or(false);
    let share = move |()| {
        let data = ShareData::new();
        data.set_title("A terminal session in Berth");
        data.set_url(&shared);
        // Whoever turns away from the share sheet has the link before them still.
        let _ = window().navigator().share_with_data(&data);
    };
    let choose = move |event: leptos::ev::FocusEvent| {
        if let Some(field) = event.target().and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            field.select();
        }
    };
    view! {
        <Notice tone=Tone::Good>"The link is shown this once. Send it to those who are to come."</Notice>
        <div class="share-link">
            <input class="input mono" type="text" readonly aria-label="Link" prop:value=address on:focus=choose />
            <Button kind=ButtonKind::Primary icon=Icon::Copy on_click=move |()| copy_text(&copied)>"Copy"</Button>
            {can_share.then(|| view! { <Button on_click=share>"Send…"</Button> })}
        </div>
        <Button kind=ButtonKind::Ghost icon=Icon::Plus on_click=move |()| link.set(None)>"Another link"</Button>
    }
}

#[component]
fn Open(desk: Desk, open: RwSignal<Vec<InviteView>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let row = move |invite: InviteView| {
        let (id, until) = (invite.id.clone(), invite.expires_at.millis());
        let name = if invite.label.is_empty() { "Link without a note".to_owned() } else { invite.label };
        let of = format!("Revoke the link: {name}");
        let revoke = move |()| submit.run(api::revoke_invite(desk.id(), id.clone()), move |()| refresh.now());
        let clock = now();
        let left = move || {
            // To the nearest minute: an hour is called one when it has just begun.
            let left = u64::try_from((until - clock.get().max(now_millis())) / 1_000).unwrap_or(0);
            let used = match invite.used {
                0 => "not used yet".to_owned(),
                1 => "used once".to_owned(),
                many => format!("used {many} times"),
            };
            format!("{} left · {used}", span::left(left + 30))
        };
        view! {
            <li class="person">
                <div class="person-who">
                    <span class="person-name">{name}</span>
                    <Badge>{if invite.rights == Rights::Type { "watch and type" } else { "watch" }}</Badge>
                    <span class="person-does">{left}</span>
                </div>
                <Button label=of busy=submit.busy on_click=revoke>"Revoke"</Button>
            </li>
        }
    };
    move || {
        (!open.with(Vec::is_empty)).then(|| {
            view! {
                <section class="share-open" aria-label="Open links">
                    <h3>"Open links"</h3>
                    {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                    <ul class="people">{open.get().into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}
