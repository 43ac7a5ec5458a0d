//! The installed app: registers the service worker, offers a new version, and says when there is no network.
//!
//! A new version waits until the person agrees, because a reload ends what is on the screen. The shell opens without a
//! network (public/sw.js); this then says so, and that it looks again by itself.

use crate::{
    events::{Line, Live},
    ui::{Button, ButtonKind, Icon, IconView},
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

const WORKER: &str = "/sw.js";
/// A page that lives for days asks for a new version this often, in milliseconds.
const LOOK_EVERY: u32 = 60 * 60 * 1_000;
/// Tells the waiting worker to take over (public/sw.js).
const TAKE_OVER: &str = "use-new-version";

/// Bars at the edge of the page: no network, a new version. Once, in the app.
#[component]
pub(crate) fn PwaBars() -> impl IntoView {
    let waiting = RwSignal::new_local(None::<ServiceWorker>);
    spawn_local(async move {
        // Without a service worker (plain HTTP in a local network, private windows) the page works as any other page.
        let _ = register(waiting).await;
    });
    let live = expect_context::<Live>();
    let lost = Memo::new(move |_| match (live.is_offline(), live.line()) {
        (true, _) => Some("You are offline: the server cannot be reached. Berth tries again by itself."),
        (false, Line::Lost) => {
            Some("The server does not answer: what is shown may be old. Berth tries again by itself.")
        }
        _ => None,
    });
    let reload = move |()| {
        if let Some(worker) = waiting.get_untracked() {
            take_over(&worker);
        }
    };
    view! {
        {move || lost.get().map(|text| view! {
            <div class="edge-bar" role="status" data-tone="warn">
                <IconView icon=Icon::Alert />
                <p>{text}</p>
            </div>
        })}
        {move || waiting.with(Option::is_some).then(|| view! {
            <div class="edge-bar" role="status">
                <p>"A new version is ready."</p>
                <Button on_click=move |()| waiting.set(None)>"Later"</Button>
                <Button kind=ButtonKind::Primary on_click=reload>"Reload"</Button>
            </div>
        })}
    }
}

async fn register(waiting: RwSignal<Option<ServiceWorker>, LocalStorage>) -> Result<(), JsValue> {
    let navigator = window().navigator();
    if !js_sys::Reflect::has(&navigator, &"serviceWorker".into())? {
        return Ok(());
    }
    let container = navigator.service_worker();
    let registration: ServiceWorkerRegistration = JsFuture::from(container.register(WORKER)).await?.unchecked_into();
    if container.controller().is_some() {
        waiting.set(registration.waiting());
    }
    let (found, place) = (registration.clone(), container.clone());
    let on_found = Closure::<dyn Fn()>::new(move || {
        if let Some(worker) = found.installing() {
            tell_when_installed(&worker, &place, waiting);
        }
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    // The registration lives as long as the page, and so does what listens to it.
    on_found.forget();
    let look = Interval::new(LOOK_EVERY, move || drop(registration.update()));
    look.forget();
    Ok(())
}

fn tell_when_installed(
    worker: &ServiceWorker,
    container: &ServiceWorkerContainer,
    waiting: RwSignal<Option<ServiceWorker>, LocalStorage>,
) {
    let (installed, container) = (worker.clone(), container.clone());
    let changed = Closure::<dyn Fn()>::new(move || {
        // The very first worker of a browser is no news.
        if installed.state() == ServiceWorkerState::Installed && container.controller().is_some() {
            waiting.set(Some(installed.clone()));
        }
    });
    worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// Tells the new worker to take over, and goes on with its files. Only this page is loaded anew: another one of this
/// browser may show a terminal, and it will ask for itself.
fn take_over(worker: &ServiceWorker) {
    let reload = Closure::once_into_js(|| drop(window().location().reload()));
    window().navigator().service_worker().set_oncontrollerchange(Some(reload.unchecked_ref()));
    // A worker that is gone already has been followed by a newer one, which will be offered too.
    let _ = worker.post_message(&TAKE_OVER.into());
}
