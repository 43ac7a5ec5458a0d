//! `/recordings/:id`: the player's page, with `?t=` at a moment in seconds.

use super::{
    api,
    controls::Controls,
    player::Player,
    row::{Badges, Delete, absolute, address, download},
    shortcuts::{self, ShortcutsDialog},
    side::{Side, SideButton},
    stage::Stage,
    words,
};
use crate::{
    accounts::SignIn,
    error::AppError,
    events::Refresh,
    ui::{
        Button, Icon, IconButton, IconView, Menu, MenuItem, Notice, RelativeTime, Spinner, Tone, copy_text, set_title,
    },
};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use wire::{
    RecordingId,
    events::Topic,
    recordings::{RecordingDetail, RecordingView},
};

/// What the page knows of the recording: nothing yet, the player, or why not.
type Known = RwSignal<Option<Result<Player, String>>>;

/// What is open beside the player.
#[derive(Clone, Copy)]
pub(super) struct Open {
    /// The commands and the search, on a phone.
    pub side: RwSignal<bool>,
    /// The field of the search.
    pub search: NodeRef<html::Input>,
    pub shortcuts: RwSignal<bool>,
    pub deleting: RwSignal<bool>,
}

/// The page.
#[component]
pub fn PlayerPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("recording")).unwrap_or_default());
    view! {
        <main id="main" class="player-page">
            {move || match id.get().parse::<RecordingId>() {
                Ok(id) => view! { <Recording id /> }.into_any(),
                Err(_) => view! { <Nothing text="This is not the address of a recording.".to_owned() /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Nothing(text: String) -> impl IntoView {
    set_title("Recording");
    view! {
        <div class="player-nothing">
            <h1>"This recording cannot be shown"</h1>
            <Notice tone=Tone::Bad>{text}</Notice>
            <a class="button" href="/recordings">"To the recordings"</a>
        </div>
    }
}

/// Reads what is known of it, and again when that changes.
#[component]
fn Recording(id: RecordingId) -> impl IntoView {
    let (known, id) = (Known::new(None), StoredValue::new(id));
    let at = use_query_map().with_untracked(|query| query.get("t").and_then(|text| words::moment_in_address(&text)));
    let owner = StoredValue::new(Owner::current());
    Refresh::new().keep(&[Topic::Recordings], move || async move {
        let Some(id) = id.try_get_value() else { return };
        let answer = api::detail(id).await;
        if known.is_disposed() {
            return;
        }
        match (known.get_untracked(), answer) {
            // What changes of a finished one while it is played is of no concern.
            (Some(Ok(player)), Ok(detail)) if player.runs() => player.learn(detail),
            (Some(Ok(_)), _) => {}
            (_, answer) => known.set(Some(begin(owner, answer, at.unwrap_or(0.0)))),
        }
    });
    move || match known.get() {
        None => view! { <div class="player-nothing"><Spinner label="Loading the recording" /></div> }.into_any(),
        Some(Err(text)) => view! { <Nothing text /> }.into_any(),
        Some(Ok(player)) => view! { <Shown player /> }.into_any(),
    }
}

/// The player lives as long as the component, not as the answer that made it.
fn begin(
    owner: StoredValue<Option<Owner>>,
    answer: Result<RecordingDetail, AppError>,
    at: f64,
) -> Result<Player, String> {
    let detail = answer.map_err(|error| error.to_string())?;
    let make = || Player::new(detail, at);
    Ok(match owner.get_value() {
        Some(owner) => owner.with(make),
        None => make(),
    })
}

#[component]
fn Shown(player: Player) -> impl IntoView {
    let open = Open {
        side: RwSignal::new(false),
        search: NodeRef::new(),
        shortcuts: RwSignal::new(false),
        deleting: RwSignal::new(false),
    };
    let frame = NodeRef::<html::Div>::new();
    let recording = player.detail.with_untracked(|detail| detail.recording.clone());
    set_title(&format!("Recording of {}", recording.host_name));
    player.follow();
    shortcuts::listen(player, open, frame);
    let navigate = StoredValue::new(use_navigate());
    let missing = recording.missing;
    let deleted = recording.clone();
    view! {
        <Head player open recording />
        <Flaws player />
        {(!missing).then(|| view! {
            <div class="player" node_ref=frame data-side=move || open.side.get().then_some("open")>
                <div class="player-main">
                    <Stage player />
                    <Controls player frame>
                        <SideButton open />
                    </Controls>
                </div>
                <Side player open />
            </div>
        })}
        {move || open.shortcuts.get().then(|| view! { <ShortcutsDialog on_close=move |()| open.shortcuts.set(false) /> })}
        {move || open.deleting.get().then(|| view! {
            <Delete recording=deleted.clone()
                on_done=move |()| navigate.with_value(|navigate| navigate("/recordings", Default::default()))
                on_cancel=move |()| open.deleting.set(false) />
        })}
    }
}

#[component]
fn Head(player: Player, open: Open, recording: RecordingView) -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let (id, name, session) = (recording.id.to_string(), recording.host_name.clone(), recording.session_id.clone());
    let (account, username, started) =
        (recording.account.clone(), recording.username.clone(), recording.started_at.millis());
    let is_mine = {
        let account = account.clone();
        Memo::new(move |_| sign_in.username() == account)
    };
    let running = Memo::new(move |_| player.detail.with(|detail| detail.recording.running));
    let attach = move || {
        (running.get() && is_mine.get())
            .then(|| view! { <a class="button" href=format!("/terminal/{session}")>"Attach"</a> })
    };
    let (file, items) = (id.clone(), StoredValue::new(recording));
    let items = move |()| items.with_value(|recording| entries(player, open, recording));
    view! {
        <header class="player-head">
            <a class="icon-button player-back" href="/recordings" aria-label="Back to the recordings" title="Back to the recordings">
                <IconView icon=Icon::Back />
            </a>
            <div class="player-title">
                <h1>{name}</h1>
                <span class="player-badges">
                    {move || view! { <Badges recording=player.detail.with(|detail| detail.recording.clone()) /> }}
                </span>
                <p class="player-meta">
                    {move || (!is_mine.get()).then(|| format!("{account} · "))}
                    <span class="mono">{username}</span>" · "<RelativeTime millis=started />
                </p>
            </div>
            <div class="player-acts">
                {attach}
                <span class="player-wide">
                    <Button icon=Icon::Download on_click=move |()| download(&file)>"Download"</Button>
                </span>
                <span class="player-wide">
                    <IconButton icon=Icon::Link label="Copy a link to this moment" on_click=move |()| copy_link(player) />
                </span>
                <Menu label="More" items />
            </div>
        </header>
    }
}

fn entries(player: Player, open: Open, recording: &RecordingView) -> Vec<MenuItem> {
    let id = recording.id.to_string();
    let delete = MenuItem::new("Delete", Icon::Trash, move || open.deleting.set(true)).danger();
    let items = [
        MenuItem::new("Copy screen", Icon::Copy, move || player.copy()),
        MenuItem::new("Copy a link to this moment", Icon::Link, move || copy_link(player)),
        MenuItem::new("Download", Icon::Download, move || download(&id)),
        MenuItem::new("Keyboard shortcuts", Icon::Keyboard, move || open.shortcuts.set(true)),
    ];
    items.into_iter().chain(recording.may_delete.then_some(delete)).collect()
}

fn copy_link(player: Player) {
    let at = player.position.get_untracked();
    let path = player.detail.with_untracked(|detail| address(&detail.recording, (at / 100.0).round() as u64 * 100));
    copy_text(&absolute(&path));
}

/// What is not as it should be.
#[component]
fn Flaws(player: Player) -> impl IntoView {
    let flaw = Memo::new(move |_| {
        player.detail.with(|detail| {
            let cut = "The end of the file cannot be read. What is there can be played.".to_owned();
            words::flaw(&detail.recording)
                .map(|(_, text)| text)
                .or((detail.torn && !detail.recording.running).then_some(cut))
        })
    });
    view! {
        {move || flaw.get().map(|text| view! { <div class="player-flaw"><Notice tone=Tone::Warn>{text}</Notice></div> })}
        {move || player.error.get().map(|text| view! {
            <div class="player-flaw">
                <Notice tone=Tone::Bad>{text}</Notice>
                <Button icon=Icon::Refresh on_click=move |()| player.retry()>"Try again"</Button>
            </div>
        })}
    }
}
