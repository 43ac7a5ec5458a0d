//! Short messages at the edge of the page that go by themselves. What must not be missed belongs into a [`super::Notice`].

use super::{Button, ButtonKind, Icon, IconButton, IconView};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU32, Ordering},
};

/// How long a message stays, in milliseconds; an error stays twice as long.
const STAYS: u32 = 5_000;
/// More than this many at once push the oldest out.
const AT_ONCE: usize = 4;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something to know.
    Info,
    /// It worked.
    Success,
    /// It did not.
    Error,
}

/// How long a message stays that offers something, in milliseconds.
const OFFERS: u32 = 30_000;

#[derive(Clone)]
struct Toast {
    id: u32,
    kind: ToastKind,
    text: String,
    offer: Option<Offer>,
}

/// A verb, and what that does. It outlives the page or dialog that made it, which may be gone before it is taken.
type Offer = (&'static str, Arc<dyn Fn() + Send + Sync>);

static TOASTS: LazyLock<ArcRwSignal<Vec<Toast>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A message that was shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown(u32);

impl Shown {
    /// Takes it away before its time, because something newer says more.
    pub fn dismiss(self) {
        dismiss(self.0);
    }
}

/// Shows a message for a while.
pub fn toast(kind: ToastKind, text: impl Into<String>) {
    toast_until(kind, text);
}

/// The same, for what may be over sooner.
pub fn toast_until(kind: ToastKind, text: impl Into<String>) -> Shown {
    let stays = if kind == ToastKind::Error { 2 * STAYS } else { STAYS };
    show(kind, text.into(), None, stays)
}

/// Shows a message that offers something, as long as there is time to take it.
pub fn toast_with(
    kind: ToastKind,
    text: impl Into<String>,
    verb: &'static str,
    take: impl Fn() + Send + Sync + 'static,
) {
    show(kind, text.into(), Some((verb, Arc::new(take))), OFFERS);
}

fn show(kind: ToastKind, text: String, offer: Option<Offer>, stays: u32) -> Shown {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    TOASTS.update(|toasts| {
        // Said again it is the same message, and stays longer.
        toasts.retain(|toast| toast.text != text);
        if toasts.len() == AT_ONCE {
            toasts.remove(0);
        }
        toasts.push(Toast { id, kind, text, offer });
    });
    Timeout::new(stays, move || dismiss(id)).forget();
    Shown(id)
}

fn dismiss(id: u32) {
    TOASTS.update(|toasts| toasts.retain(|toast| toast.id != id));
}

/// Where messages appear; once per page.
#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = TOASTS.read_only();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.get() key=|toast| toast.id children=|toast| view! { <ToastView toast /> } />
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let (icon, tone) = match toast.kind {
        ToastKind::Info => (Icon::Info, "neutral"),
        ToastKind::Success => (Icon::Check, "good"),
        ToastKind::Error => (Icon::Alert, "bad"),
    };
    view! {
        <div class="toast" data-tone=tone>
            <IconView icon />
            <p>{toast.text}</p>
            {toast.offer.map(|(verb, take)| {
                let take = move |()| {
                    dismiss(toast.id);
                    take();
                };
                view! { <Button kind=ButtonKind::Ghost on_click=take>{verb}</Button> }
            })}
            <IconButton icon=Icon::Close label="Dismiss" on_click=move |_| dismiss(toast.id) />
        </div>
    }
}
