//! Hosts and folders are dragged onto folders with a mouse. With a finger and with the keyboard, "Move to a folder" does the same.

use super::{acts::Acts, chosen::Chosen, selection::Selection, store::Inventory, words::hosts};
use crate::ui::{Icon, IconView};
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wire::{FolderId, inventory::HostView};

/// A press becomes a drag once the mouse has gone so far, in pixels.
const FAR: f64 = 6.0;
/// So close to the window's edge the page scrolls by itself, in pixels.
const EDGE: f64 = 56.0;
/// A target that takes what is dropped out of all folders.
pub(super) const TOP: &str = "top";

/// What is dragged.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Load {
    /// Hosts, by the name of the only one or by their number.
    Hosts(Chosen, String),
    /// A folder with everything in it.
    Folder(FolderId, String),
}

#[derive(Clone, PartialEq)]
struct Held {
    load: Load,
    from: (f64, f64),
    at: (f64, f64),
    /// Whether the mouse has gone far enough.
    moves: bool,
}

/// What the mouse holds. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    held: RwSignal<Option<Held>>,
    over: RwSignal<Option<String>>,
    ended: StoredValue<bool>,
    selection: Selection,
    inventory: Inventory,
}

impl Drag {
    /// Nothing is held.
    pub(super) fn new(inventory: Inventory, selection: Selection) -> Self {
        Self {
            held: RwSignal::new(None),
            over: RwSignal::new(None),
            ended: StoredValue::new(false),
            selection,
            inventory,
        }
    }

    /// The mouse goes down on a host.
    pub(super) fn press_host(self, event: &ev::PointerEvent, host: &HostView) {
        let chosen = self.selection.with(&host.id);
        let text = if chosen.count() == 1 { host.name.clone() } else { hosts(chosen.count()) };
        self.press(event, Load::Hosts(chosen, text));
    }

    /// The mouse goes down on a folder.
    pub(super) fn press_folder(self, event: &ev::PointerEvent, id: FolderId, name: String) {
        if event.pointer_type() == "mouse" && event.button() == 0 {
            self.press(event, Load::Folder(id, name));
        }
    }

    fn press(self, event: &ev::PointerEvent, load: Load) {
        let from = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.held.set(Some(Held { load, from, at: from, moves: false }));
    }

    /// Whether the click at hand is the end of a drag.
    pub(super) fn has_just_ended(self) -> bool {
        self.ended.get_value()
    }

    /// Whether what is held would be dropped into this target.
    pub(super) fn is_over(self, target: &str) -> bool {
        self.over.with(|over| over.as_deref() == Some(target))
    }

    fn moved(self, event: &ev::PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let far = |held: &Held| (at.0 - held.from.0).hypot(at.1 - held.from.1) > FAR;
        let moves = self.held.with_untracked(|held| held.as_ref().is_some_and(|held| held.moves || far(held)));
        if !moves {
            return;
        }
        event.prevent_default();
        self.held.update(|held| {
            if let Some(held) = held {
                (held.at, held.moves) = (at, true);
            }
        });
        let over = target_at(at).filter(|target| self.takes(target));
        self.over.maybe_update(|known| std::mem::replace(known, over.clone()) != over);
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        if at.1 < EDGE || at.1 > height - EDGE {
            window().scroll_by_with_x_and_y(0.0, if at.1 < EDGE { -24.0 } else { 24.0 });
        }
    }

    fn takes(self, target: &str) -> bool {
        let into = target.parse::<FolderId>().ok().filter(|_| target != TOP);
        self.held.with_untracked(|held| match held.as_ref().map(|held| &held.load) {
            Some(Load::Hosts(..)) => true,
            Some(Load::Folder(id, _)) => self.inventory.tree.with_untracked(|tree| tree.takes(id, into.as_ref())),
            None => false,
        })
    }

    fn let_go(self, acts: Acts, drop_it: bool) {
        let Some(held) = self.held.get_untracked() else { return };
        let over = self.over.get_untracked();
        self.held.set(None);
        self.over.set(None);
        if !held.moves {
            return;
        }
        // The click that follows opens nothing.
        self.ended.set_value(true);
        Timeout::new(0, move || {
            let _ = self.ended.try_set_value(false);
        })
        .forget();
        if let Some(target) = over.filter(|_| drop_it) {
            let into = target.parse::<FolderId>().ok().filter(|_| target != TOP);
            match held.load {
                Load::Hosts(chosen, _) => acts.move_hosts(chosen, into),
                Load::Folder(id, _) => acts.move_folder(id, into),
            }
        }
    }
}

/// The target at a point of the window.
fn target_at((x, y): (f64, f64)) -> Option<String> {
    let element = document().element_from_point(x as f32, y as f32)?;
    element.closest("[data-drop]").ok()??.get_attribute("data-drop").filter(|target| !target.is_empty())
}

/// What follows the mouse.
#[component]
pub(super) fn Ghost() -> impl IntoView {
    let (drag, acts) = (expect_context::<Drag>(), expect_context::<Acts>());
    let moved = window_event_listener(ev::pointermove, move |event| {
        if drag.held.with_untracked(Option::is_some) {
            drag.moved(&event);
        }
    });
    let up = window_event_listener(ev::pointerup, move |_| drag.let_go(acts, true));
    let cancelled = window_event_listener(ev::pointercancel, move |_| drag.let_go(acts, false));
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && drag.held.with_untracked(Option::is_some) {
            event.prevent_default();
            drag.let_go(acts, false);
        }
    });
    on_cleanup(move || [moved, up, cancelled, escape].into_iter().for_each(|listener| listener.remove()));
    let load = Memo::new(move |_| {
        drag.held.with(|held| held.as_ref().filter(|held| held.moves).map(|held| held.load.clone()))
    });
    // Not by `:has`, whose `*` would style the whole page anew for whatever else the page has.
    let drags = move |on: bool| {
        let root = document().document_element();
        let _ = root.map(|root| root.toggle_attribute_with_force("data-drags", on));
    };
    Effect::new(move |_| drags(load.with(Option::is_some)));
    on_cleanup(move || drags(false));
    let place = move || {
        let (x, y) = drag.held.with(|held| held.as_ref().map(|held| held.at)).unwrap_or_default();
        format!("transform:translate({}px,{}px)", x + 14.0, y + 10.0)
    };
    move || {
        load.get().map(|load| {
            let (icon, text) = match load {
                Load::Hosts(_, text) => (Icon::Server, text),
                Load::Folder(_, name) => (Icon::Folder, name),
            };
            view! {
                <div class="drag-ghost" style=place aria-hidden="true">
                    <IconView icon />
                    <span>{text}</span>
                </div>
            }
        })
    }
}
