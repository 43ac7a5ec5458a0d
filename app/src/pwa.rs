//! The installed app: registers the service worker, offers a new version, and says when there is no network.
//!
//! A new version waits until the person agrees, because a reload ends what is on the screen. The shell opens without a
//! network (public/sw.js); this then says so, and that it looks again by itself.

use crate::ui::{Button, ButtonKind, Icon, IconView};
use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
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
    let offline = RwSignal::new(!window().navigator().on_line());
    let went = window_event_listener(ev::offline, move |_| offline.set(true));
    let came = window_event_listener(ev::online, move |_| offline.set(false));
    on_cleanup(move || {
        went.remove();
        came.remove();
    });
    let reload = move |()| {
        if let Some(worker) = waiting.get_untracked() {
            take_over(&worker);
        }
    };
    view! {
        {move || offline.get().then(|| view! {
            <div class="edge-bar" role="status" data-tone="warn">
                <IconView icon=Icon::Alert />
                <p>"You are offline: the server cannot be reached. Berth tries again by itself."</p>
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
