//! One terminal: the screen in the middle, what is said about it above, the key row below.

use super::{
    bell,
    channel::Phase,
    clipboard,
    desk::Desk,
    end::EndPanel,
    entry::Visit,
    files::FilesDrawer,
    find::FindBar,
    header::Header,
    heartbeat,
    history::HistoryDrawer,
    key_row::KeyRow,
    link,
    notices::Notices,
    opener::Fresh,
    people::{self, Marks, WatchBar},
    questions::Questions,
    rest, shortcuts,
    touch::Fingers,
    viewport,
    warning::WarningBar,
    words,
    xterm::{Events, Look, Screen},
};
use crate::ui::{Spinner, copy_text, set_title};
use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, ResizeObserver};
use wire::SessionId;

/// Where a terminal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Inside the dashboard.
    Dashboard,
    /// In a window of its own.
    Window,
    /// In a window, to somebody who visits another one's session.
    Visit,
}

/// A session's terminal.
#[component]
pub(super) fn TerminalView(
    session: SessionId,
    ticket: Option<String>,
    fresh: Option<Fresh>,
    place: Place,
    #[prop(optional)] visit: Option<Visit>,
) -> impl IntoView {
    let desk = Desk::new(session, fresh, visit);
    let (frame, home) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    if desk.is_own() {
        heartbeat::run(desk);
    }
    people::follow(desk);
    remember_life(desk);
    watch_page(desk);
    bell::listen(desk);
    rest::when_hidden(desk);
    follow_settings(desk);
    viewport::follow_keyboard(frame, move || desk.fit());
    open_once(desk, home, ticket);
    on_cleanup(move || desk.end());
    view! {
        <div node_ref=frame class="terminal" data-place=if place == Place::Dashboard { "dashboard" } else { "window" }>
            <Header desk place />
            <Marks desk />
            <Notices desk />
            <FindBar desk />
            <div class="terminal-body">
                <Home desk home />
                <HistoryDrawer desk />
                <FilesDrawer desk />
            </div>
            <EndPanel desk place />
            <WarningBar desk />
            {move || if desk.may_type.get() { view! { <KeyRow desk /> }.into_any() } else { view! { <WatchBar desk /> }.into_any() }}
            <Questions desk />
        </div>
    }
}

/// The place of the screen.
#[component]
fn Home(desk: Desk, home: NodeRef<html::Div>) -> impl IntoView {
    let fingers = StoredValue::new_local(Fingers::default());
    let follow = move |event: ev::TouchEvent| {
        if let Some(place) = home.get_untracked() {
            fingers.with_value(|fingers| fingers.follow(desk, &place, &event));
        }
    };
    let opening = move || match (desk.broken.get(), desk.phase.get()) {
        (Some(why), _) => view! { <p class="terminal-broken" role="alert">{why}</p> }.into_any(),
        (None, Phase::Connecting) if !desk.was_live.get() => view! { <Spinner label="Connecting" /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <div
            class="terminal-place"
            role="region"
            aria-label=move || format!("Terminal {}", desk.host())
            data-state=move || desk.state()
            class:bell=move || desk.bell.glows.get()
            on:touchstart=move |event| fingers.with_value(|fingers| fingers.start(desk, &event))
            on:touchmove=follow
            on:touchend=move |_| fingers.with_value(|fingers| fingers.finish(desk))
            data-fit=move || desk.theirs.get().then_some("theirs")
        >
            <div class="terminal-screen" node_ref=home></div>
            <div class="terminal-opening">{opening}</div>
        </div>
    }
}

/// Fetches xterm.js and connects, when the element is there.
fn open_once(desk: Desk, home: NodeRef<html::Div>, ticket: Option<String>) {
    let ticket = StoredValue::new(Some(ticket));
    Effect::new(move |_| {
        let (Some(element), Some(ticket)) = (home.get(), ticket.try_update_value(Option::take).flatten()) else {
            return;
        };
        listen_for_paste(desk, &element);
        follow_size(desk, &element);
        spawn_local(async move {
            match Screen::open(&element, look(desk), events(desk)).await {
                Ok(screen) if element.is_connected() => {
                    screen.focus();
                    desk.begin(screen, ticket);
                }
                // The page has moved on meanwhile.
                Ok(_) => {}
                Err(_) => desk.broken.set(Some(
                    "The terminal could not be loaded. Check the connection to the server and reload the page.".into(),
                )),
            }
        });
    });
}

fn look(desk: Desk) -> Look {
    Look {
        font_size: desk.settings.font_size.get_untracked(),
        renderer: desk.settings.renderer.get_untracked(),
        screen_reader: desk.settings.screen_reader.get_untracked(),
        read_only: false,
    }
}

fn events(desk: Desk) -> Events {
    let selection = move || {
        let selected =
            desk.screen().filter(|_| desk.settings.copy_on_select.get_untracked()).map(|screen| screen.selection());
        if let Some(selected) = selected.filter(|selected| !selected.is_empty()) {
            copy_text(&selected);
        }
    };
    Events {
        data: Box::new(move |data| desk.typed(data)),
        binary: Box::new(move |data| desk.send(data)),
        title: Box::new(move |title| desk.title.set(words::title(&title))),
        bell: Box::new(move || bell::ring(desk)),
        selection: Box::new(selection),
        key: Box::new(move |event| shortcuts::is_for_the_terminal(desk, event)),
        found: Box::new(move |at, of| desk.found.set((at, of))),
        remote_copy: Box::new(move |text| clipboard::remote_copy(desk, text)),
        link: Box::new(link::open),
        marked_link: Box::new(|address| link::offer(&address)),
        mark: Box::new(move || desk.saw_mark()),
    }
}

fn listen_for_paste(desk: Desk, element: &HtmlElement) {
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(move |event| clipboard::pasted(desk, &event));
    // In the capture phase, before xterm.js. The element goes with the component, and the listener with it.
    let _ = element.add_event_listener_with_callback_and_bool("paste", listener.as_ref().unchecked_ref(), true);
    let kept = StoredValue::new_local(Some(listener));
    on_cleanup(move || drop(kept.try_update_value(Option::take)));
}

fn follow_size(desk: Desk, element: &HtmlElement) {
    let changed = Closure::<dyn Fn()>::new(move || desk.fit());
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = StoredValue::new_local(Some((observer, changed)));
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
}

fn remember_life(desk: Desk) {
    Effect::new(move |_| {
        if desk.phase.get() == Phase::Live {
            desk.was_live.set(true);
        }
    });
    Effect::new(move |_| set_title(&desk.page_title()));
}

/// The network went or came back, the page woke up, or the window got the focus: look at once whether the connection lives.
fn watch_page(desk: Desk) {
    let nudge = move || {
        if let Some(channel) = desk.channel().filter(|_| !document().hidden()) {
            channel.nudge();
        }
    };
    let offline = window_event_listener(ev::offline, move |_| nudge());
    let online = window_event_listener(ev::online, move |_| nudge());
    let focus = window_event_listener(ev::focus, move |_| nudge());
    let shown = window_event_listener(ev::pageshow, move |_| nudge());
    let visible = window_event_listener_untyped("visibilitychange", move |_| nudge());
    let hide = window_event_listener(ev::pagehide, move |_| heartbeat::say_good_bye(desk));
    on_cleanup(move || {
        offline.remove();
        online.remove();
        focus.remove();
        shown.remove();
        visible.remove();
        hide.remove();
    });
}

fn follow_settings(desk: Desk) {
    let settings = desk.settings;
    Effect::new(move |_| {
        settings.font_size.track();
        desk.fit();
    });
    Effect::new(move |_| {
        let renderer = settings.renderer.get();
        if let Some(screen) = desk.screen() {
            screen.draw_with(renderer);
        }
    });
    Effect::new(move |_| {
        let on = settings.screen_reader.get();
        if let Some(screen) = desk.screen() {
            screen.set_screen_reader(on);
        }
    });
    super::theme::follow(move || {
        if let Some(screen) = desk.screen() {
            screen.take_colours();
        }
    });
}
