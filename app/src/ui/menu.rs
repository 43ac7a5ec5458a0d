//! A menu behind a button, in the browser's top layer: a click beside it or Escape takes it away, and it
//! follows its button when the page scrolls.

use super::{Icon, IconView, fresh_id};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The gap between the menu, its button and the window's edge, in pixels.
const GAP: f64 = 6.0;

/// One entry.
#[derive(Clone)]
pub struct MenuItem {
    label: String,
    icon: Icon,
    action: Action,
    danger: bool,
}

/// What an entry does. It outlives the row that made it, which may be drawn anew while its menu is open.
type Action = Arc<dyn Fn() + Send + Sync>;

impl MenuItem {
    /// An entry that does something.
    pub fn new(label: impl Into<String>, icon: Icon, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self { label: label.into(), icon, action: Arc::new(action), danger: false }
    }

    /// The same, marked as one that destroys something.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// Where a menu opens.
#[derive(Clone)]
enum Anchor {
    /// Below what opened it.
    Element(HtmlElement),
    /// At a point of the window.
    Point(f64, f64),
}

/// A menu that the rows of a list share: one is open at most.
#[derive(Clone, Copy)]
pub struct SharedMenu {
    open: RwSignal<Option<Shared>, LocalStorage>,
    pressed: StoredValue<Option<HtmlElement>, LocalStorage>,
}

#[derive(Clone)]
struct Shared {
    label: String,
    items: Vec<MenuItem>,
    anchor: Anchor,
}

impl SharedMenu {
    /// A menu that is not open; its view must be somewhere on the page.
    pub fn new() -> Self {
        Self { open: RwSignal::new_local(None), pressed: StoredValue::new_local(None) }
    }

    /// A button is pressed. A menu that it had opened goes away before the click, which shall not open it again.
    pub fn press(self, button: HtmlElement) {
        let is_its_own = self.open.with_untracked(|open| {
            open.as_ref().is_some_and(|open| matches!(&open.anchor, Anchor::Element(element) if *element == button))
        });
        self.pressed.set_value(is_its_own.then_some(button));
    }

    /// Opens it below a button, unless that had just opened it.
    pub fn below(self, button: HtmlElement, label: String, items: Vec<MenuItem>) {
        if self.pressed.try_update_value(Option::take).flatten().as_ref() != Some(&button) {
            self.open.set(Some(Shared { label, items, anchor: Anchor::Element(button) }));
        }
    }

    /// Opens it at a point of the window.
    pub fn at(self, (x, y): (f64, f64), label: String, items: Vec<MenuItem>) {
        self.open.set(Some(Shared { label, items, anchor: Anchor::Point(x, y) }));
    }

    /// Takes it away: what it belongs to is not there any more.
    pub fn close(self) {
        if self.open.with_untracked(Option::is_some) {
            self.open.set(None);
        }
    }

    /// What shows it.
    pub fn view(self) -> impl IntoView {
        move || {
            self.open.get().map(|Shared { label, items, anchor }| {
                let on_close = move |()| self.open.set(None);
                view! { <Panel id=fresh_id() label items anchor=move || Some(anchor.clone()) on_close /> }
            })
        }
    }
}

impl Default for SharedMenu {
    fn default() -> Self {
        Self::new()
    }
}

/// A button that opens a menu. The entries are made when it opens.
#[component]
pub fn Menu(
    /// The button's name.
    #[prop(into)]
    label: String,
    /// Makes the entries.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
    /// Whether the Tab key passes it by: it stands in a list that has keys of its own.
    #[prop(optional)]
    passed_by: bool,
    /// What the button shows; three dots when left out.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (open, button, id) = (RwSignal::new(false), NodeRef::<html::Button>::new(), fresh_id());
    let class = if children.is_some() { "button ghost" } else { "icon-button" };
    let face = children.map_or_else(|| view! { <IconView icon=Icon::More /> }.into_any(), |children| children());
    let panel_id = id.clone();
    // A press beside the menu takes it away before the click arrives here, so the press remembers how it was.
    let pressed = StoredValue::new(None);
    let click = move |_| {
        let was_open = pressed.try_update_value(Option::take).flatten().unwrap_or_else(|| open.get_untracked());
        open.set(!was_open);
    };
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            tabindex=passed_by.then_some("-1")
            aria-label=label.clone()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-controls=id
            on:pointerdown=move |_| pressed.set_value(Some(open.get_untracked()))
            on:click=click
        >
            {face}
        </button>
        {move || open.get().then(|| view! {
            <Panel id=panel_id.clone() label=label.clone() items=items.run(())
                anchor=move || button.get().map(|button| Anchor::Element((*button).clone()))
                on_close=move |()| open.set(false) />
        })}
    }
}

#[component]
fn Panel(
    id: String,
    label: String,
    items: Vec<MenuItem>,
    anchor: impl Fn() -> Option<Anchor> + Clone + 'static,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let placed = anchor.clone();
    Effect::new(move |_| {
        if let (Some(panel), Some(anchor)) = (node.get(), placed()) {
            let _ = panel.show_popover();
            place(&panel, &anchor);
            focus_entry(&panel, 0);
        }
    });
    let scrolled = window_event_listener(ev::scroll, move |_| {
        if let (Some(panel), Some(anchor)) = (node.get_untracked(), untrack(&anchor)) {
            place(&panel, &anchor);
        }
    });
    on_cleanup(move || scrolled.remove());
    let toggled = move |_| {
        if node.get_untracked().is_some_and(|panel| !panel.matches(":popover-open").unwrap_or(true)) {
            on_close.run(());
        }
    };
    let choose = move |action: &Action| {
        if let Some(panel) = node.get_untracked() {
            // Gives the focus back to the button, so that a dialog opened by the entry returns it there.
            let _ = panel.hide_popover();
        }
        action();
    };
    view! {
        <div
            node_ref=node
            id=id
            class="menu"
            popover="auto"
            role="menu"
            aria-label=label
            on:toggle=toggled
            on:keydown=move |event| if let Some(panel) = node.get_untracked() { walk(&panel, &event) }
        >
            {items.into_iter().map(|item| view! {
                <button
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    class=if item.danger { "menu-item danger" } else { "menu-item" }
                    on:click=move |_| choose(&item.action)
                >
                    <IconView icon=item.icon />
                    {item.label}
                </button>
            }).collect_view()}
        </div>
    }
}

/// Below its element and flush with the right edge of that, or with its corner at the point; above where there is no room below.
fn place(panel: &HtmlElement, anchor: &Anchor) {
    let size = panel.get_bounding_client_rect();
    let edge = |length: Result<wasm_bindgen::JsValue, _>| length.ok().and_then(|it| it.as_f64()).unwrap_or(0.0);
    let (width, height) = (edge(window().inner_width()), edge(window().inner_height()));
    let (left, over, below) = match anchor {
        Anchor::Element(element) => {
            let at = element.get_bounding_client_rect();
            (at.right() - size.width(), at.top() - GAP, at.bottom() + GAP)
        }
        Anchor::Point(x, y) => (*x, *y, *y),
    };
    let top = if below + size.height() + GAP > height { (over - size.height()).max(GAP) } else { below };
    let left = left.clamp(GAP, (width - size.width() - GAP).max(GAP));
    let style = panel.style();
    let _ = style.set_property("top", &format!("{top}px"));
    let _ = style.set_property("left", &format!("{left}px"));
}

fn entries(panel: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = panel.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

fn focus_entry(panel: &HtmlElement, index: usize) {
    if let Some(entry) = entries(panel).get(index) {
        let _ = entry.focus();
    }
}

/// Arrows walk around, Home and End jump, Tab leaves.
fn walk(panel: &HtmlElement, event: &ev::KeyboardEvent) {
    let all = entries(panel);
    let active = document().active_element();
    let here = all.iter().position(|entry| active.as_ref() == Some(entry.as_ref())).unwrap_or(0);
    let Some(last) = all.len().checked_sub(1) else { return };
    let next = match event.key().as_str() {
        "ArrowDown" if here == last => 0,
        "ArrowDown" => here + 1,
        "ArrowUp" if here == 0 => last,
        "ArrowUp" => here - 1,
        "Home" => 0,
        "End" => last,
        "Tab" => {
            let _ = panel.hide_popover();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    focus_entry(panel, next);
}
