//! The palette itself: a field, and what answers to it.

use super::{
    Opened, Palette, Wish,
    acts::{Doing, found},
    shortcuts::Shortcuts,
};
use crate::{
    accounts::SignIn,
    inventory::api::{host, list, search},
    terminal::Opener,
    ui::{Icon, IconView, Theme, ToastKind, toast},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use wire::{
    HostId,
    inventory::{HostFilter, HostListRequest, HostScope, HostView, Protocol},
    search::{Found, FoundKind, SearchQuery},
    terminal::Mode,
};

/// So many hits are asked for.
const HITS: u32 = 30;
/// So many hosts were used last.
const RECENT: u32 = 8;

/// What is offered.
#[derive(Debug, Clone, PartialEq)]
enum Offer {
    Act(Doing),
    Host(HostId),
    Folder(String),
    Session(String),
    Snippet(String),
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    offer: Offer,
    title: String,
    detail: String,
}

impl Row {
    fn host(host: HostView) -> Self {
        Self { offer: Offer::Host(host.id), title: host.name, detail: host.folder.unwrap_or(host.address) }
    }

    fn found(found: Found) -> Option<Self> {
        let offer = match found.kind {
            FoundKind::Host => Offer::Host(found.id.parse().ok()?),
            FoundKind::Folder => Offer::Folder(found.id),
            FoundKind::Session => Offer::Session(found.id),
            FoundKind::Snippet => Offer::Snippet(found.id),
        };
        Some(Self { offer, title: found.title, detail: found.subtitle })
    }

    const fn icon(&self) -> Icon {
        match self.offer {
            Offer::Act(_) => Icon::ChevronRight,
            Offer::Host(_) => Icon::Server,
            Offer::Folder(_) => Icon::Folder,
            Offer::Session(_) => Icon::Terminal,
            Offer::Snippet(_) => Icon::List,
        }
    }

    const fn kind(&self) -> &'static str {
        match self.offer {
            Offer::Act(_) => "Do",
            Offer::Host(_) => "Host",
            Offer::Folder(_) => "Folder",
            Offer::Session(_) => "Session",
            Offer::Snippet(_) => "Snippet",
        }
    }
}

/// What is open of the two.
#[component]
pub fn PaletteDialog() -> impl IntoView {
    let palette = expect_context::<Palette>();
    move || match palette.opened.get() {
        Opened::Nothing => ().into_any(),
        Opened::Palette => view! { <Choices palette /> }.into_any(),
        Opened::Shortcuts => view! { <Shortcuts on_close=move |()| palette.opened.set(Opened::Nothing) /> }.into_any(),
    }
}

/// Acts that begin with the words, what was found, other acts.
fn arranged(words: &str, hits: Vec<Row>) -> Vec<Row> {
    let acts = found(words).into_iter().map(|(doing, title, begins)| {
        (
            begins && !words.trim().is_empty(),
            Row { offer: Offer::Act(doing), title: title.into(), detail: String::new() },
        )
    });
    let (first, last): (Vec<_>, Vec<_>) = acts.partition(|(begins, _)| *begins);
    let plain = |rows: Vec<(bool, Row)>| rows.into_iter().map(|(_, row)| row);
    plain(first).chain(hits).chain(plain(last)).collect()
}

async fn ask(words: String) -> Vec<Row> {
    if words.trim().is_empty() {
        let filter = HostFilter { scope: HostScope::Recent, ..HostFilter::default() };
        let answer = list(HostListRequest { filter, limit: Some(RECENT), ..HostListRequest::default() }).await;
        return answer.map(|page| page.rows.into_iter().map(Row::host).collect()).unwrap_or_default();
    }
    // Without an answer there are the acts; the next letter asks again.
    let answer = search(SearchQuery { q: words, limit: Some(HITS) }).await;
    answer.map(|answer| answer.found.into_iter().filter_map(Row::found).collect()).unwrap_or_default()
}

#[component]
fn Choices(palette: Palette) -> impl IntoView {
    let (node, input) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    let (text, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let rows = RwSignal::new(arranged("", Vec::new()));
    let run = runner(palette);
    // Who types at once is ahead of the field.
    Effect::new(move |_| {
        let early = palette.early.get();
        if !early.is_empty() {
            palette.early.set(String::new());
            text.update(|text| text.push_str(&early));
        }
    });
    let close = move || palette.opened.set(Opened::Nothing);
    let pick = Callback::new(move |row: Row| {
        // The focus goes back first: what is opened takes it from there.
        close();
        run.run(row.offer);
    });
    let (asked, drawn) = (StoredValue::new(0_u32), StoredValue::new(0_u32));
    // Enter was pressed before what was typed had its answer: it means the first of those that are still to come.
    let hurried = StoredValue::new(false);
    Effect::new(move |_| {
        let words = text.get();
        let mine = asked.with_value(|asked| asked + 1);
        asked.set_value(mine);
        hurried.set_value(false);
        spawn_local(async move {
            let hits = ask(words.clone()).await;
            // An old answer never replaces a newer one.
            if drawn.try_get_value().is_some_and(|drawn| drawn < mine) {
                drawn.set_value(mine);
                rows.set(arranged(&words, hits));
                at.set(0);
            }
            let first = || rows.try_with_untracked(|rows| rows.first().cloned()).flatten();
            if asked.try_get_value() == Some(mine) && hurried.try_get_value() == Some(true) {
                hurried.set_value(false);
                first().into_iter().for_each(|row| pick.run(row));
            }
        });
    });
    Effect::new(move |_| {
        if let (Some(dialog), Some(input)) = (node.get(), input.get()) {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
            let _ = input.focus();
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    });
    Effect::new(move |_| {
        let found = document().get_element_by_id(&format!("palette-{}", at.get()));
        if let Some(row) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            row.scroll_into_view_with_bool(false);
        }
    });
    let keydown = move |event: ev::KeyboardEvent| {
        let last = rows.with_untracked(Vec::len).saturating_sub(1);
        let here = at.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowDown" => at.set(if here == last { 0 } else { here + 1 }),
            "ArrowUp" => at.set(if here == 0 { last } else { here - 1 }),
            "PageDown" => at.set((here + 8).min(last)),
            "PageUp" => at.set(here.saturating_sub(8)),
            "Enter" if event.is_composing() => return,
            "Enter" if drawn.get_value() < asked.get_value() => hurried.set_value(true),
            "Enter" => {
                if let Some(row) = rows.with_untracked(|rows| rows.get(here).cloned()) {
                    pick.run(row);
                }
            }
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let beside = move |event: ev::MouseEvent| {
        let dialog = node.get_untracked().map(|dialog| web_sys::EventTarget::from((*dialog).clone()));
        if event.target() == dialog {
            close();
        }
    };
    let cancel = move |event: web_sys::Event| {
        event.prevent_default();
        close();
    };
    view! {
        <dialog node_ref=node class="palette" aria-label="Command palette" on:keydown=keydown on:click=beside on:cancel=cancel>
            <div class="palette-field">
                <IconView icon=Icon::Search />
                <input node_ref=input type="text" role="combobox" class="palette-input" aria-label="Find a host, a folder, a session, or what to do"
                    placeholder="Host, folder, session, snippet, or what to do" autocomplete="off" autocapitalize="none" spellcheck="false"
                    enterkeyhint="go" aria-autocomplete="list" aria-expanded="true" aria-controls="palette-list"
                    aria-activedescendant=move || rows.with(|rows| !rows.is_empty()).then(|| format!("palette-{}", at.get()))
                    bind:value=text />
                <button type="button" class="palette-close" on:click=move |_| close()>"Close"</button>
            </div>
            <ul id="palette-list" class="palette-list" role="listbox" aria-label="Found">
                {move || rows.get().into_iter().enumerate().map(|(index, row)| {
                    let (icon, kind, title, detail) = (row.icon(), row.kind(), row.title.clone(), row.detail.clone());
                    view! {
                        <li id=format!("palette-{index}") role="option" class="palette-row"
                            aria-selected=move || (at.get() == index).to_string()
                            on:click=move |_| pick.run(row.clone())>
                            <IconView icon />
                            <span class="palette-title">{title}</span>
                            <span class="palette-detail">{detail}</span>
                            <span class="palette-kind">{kind}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <p class="sr-only" role="status">{move || match rows.with(Vec::len) {
                0 => "Nothing found".to_owned(),
                1 => "1 found".to_owned(),
                count => format!("{count} found"),
            }}</p>
            {move || rows.with(Vec::is_empty).then(|| view! { <p class="palette-none">"Nothing answers to this."</p> })}
        </dialog>
    }
}

/// Does what was picked.
fn runner(palette: Palette) -> Callback<Offer> {
    let (opener, sign_in) = (expect_context::<Opener>(), expect_context::<SignIn>());
    let navigate = StoredValue::new_local(use_navigate());
    Callback::new(move |offer| {
        // Of its own: the palette is gone when what is asked for below has come.
        let navigate = navigate.get_value();
        let go = move |address: &str| navigate(address, Default::default());
        let wish = |wish: Wish| {
            palette.wish.set(Some(wish));
            go("/");
        };
        match offer {
            Offer::Host(id) => spawn_local(async move {
                match host(id).await {
                    Ok(host) if host.protocol == Protocol::Ssh => opener.open(host.id, host.name, Mode::Embedded),
                    // It has files and no terminal.
                    Ok(host) => go(&format!("/files/{}", host.id)),
                    Err(error) => toast(ToastKind::Error, error.to_string()),
                }
            }),
            Offer::Folder(id) => go(&format!("/?in={id}")),
            Offer::Session(id) => go(&format!("/terminal/{id}")),
            Offer::Snippet(id) => go(&format!("/commands?snippet={id}")),
            Offer::Act(doing) => match doing {
                Doing::AddHost => wish(Wish::AddHost),
                Doing::NewFolder => wish(Wish::NewFolder),
                Doing::Undo => wish(Wish::Undo),
                Doing::Import => go("/import"),
                Doing::NetBox => go("/netbox"),
                Doing::Hosts => go("/"),
                Doing::Favourites => go("/?in=favourites"),
                Doing::Recent => go("/?in=recent"),
                Doing::Commands => go("/commands"),
                Doing::Monitor => go("/monitor"),
                Doing::Recordings => go("/recordings"),
                Doing::Credentials => go("/credentials"),
                Doing::Links => go("/links"),
                Doing::Account => go("/account"),
                Doing::Shortcuts => palette.opened.set(Opened::Shortcuts),
                Doing::SystemTheme => Theme::System.choose(),
                Doing::DarkTheme => Theme::Dark.choose(),
                Doing::LightTheme => Theme::Light.choose(),
                Doing::ContrastTheme => Theme::Contrast.choose(),
                Doing::SignOut => sign_in.sign_out(),
            },
        }
    })
}
