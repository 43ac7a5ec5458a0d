//! The list of hosts: only the lines that are seen are drawn, so that 10,000 hosts are as smooth as ten.
//!
//! It scrolls with the page. Its lines have one height; headings are lines of it, and the one that was scrolled past
//! stays in sight.

use super::{
    acts::{Act, Acts},
    bulk_bar::BulkBar,
    heading::{Heading, StickyHeading},
    lines::Line,
    row::HostCells,
    selection::Selection,
    store::Inventory,
};
use crate::{
    terminal::Opener,
    ui::{Button, SharedMenu, has_coarse_pointer, rolling},
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use wire::terminal::Mode;

/// The id of a line's element.
pub(super) fn line_id(line: usize) -> String {
    format!("host-line-{line}")
}

/// So high is a line, in pixels, on the screen at hand.
fn line_height() -> f64 {
    let narrow = window().match_media("(max-width: 720px)").ok().flatten().is_some_and(|query| query.matches());
    match (narrow, has_coarse_pointer()) {
        (true, _) => 72.0,
        (false, true) => 56.0,
        (false, false) => 44.0,
    }
}

/// Where the list stands on the screen.
#[derive(Clone, Copy)]
pub(super) struct Place {
    node: NodeRef<html::Div>,
    top: RwSignal<f64>,
    seen: RwSignal<f64>,
    height: RwSignal<f64>,
    /// The line that the keyboard is at.
    pub at: RwSignal<usize>,
}

impl Place {
    fn new() -> Self {
        let seen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(900.0);
        let this = Self {
            node: NodeRef::new(),
            top: RwSignal::new(0.0),
            seen: RwSignal::new(seen),
            height: RwSignal::new(line_height()),
            at: RwSignal::new(0),
        };
        let scrolled = window_event_listener(ev::scroll, move |_| this.measure());
        let resized = window_event_listener(ev::resize, move |_| {
            this.height.maybe_update(|height| std::mem::replace(height, line_height()) != line_height());
            this.measure();
        });
        on_cleanup(move || {
            scrolled.remove();
            resized.remove();
        });
        Effect::new(move |_| {
            this.node.track();
            this.measure();
        });
        this
    }

    fn measure(self) {
        let Some(node) = self.node.get_untracked() else { return };
        let seen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(900.0);
        self.seen.maybe_update(|known| std::mem::replace(known, seen) != seen);
        let top = (-node.get_bounding_client_rect().top()).max(0.0);
        self.top.maybe_update(|known| std::mem::replace(known, top) != top);
    }

    /// The line at the upper edge, below the page's bar.
    pub(super) fn uppermost(self) -> usize {
        let top = self.top.get();
        if top <= 0.0 { 0 } else { ((top + bar()) / self.height.get()) as usize }
    }

    /// Whether lines have been scrolled past.
    pub(super) fn is_past(self) -> bool {
        self.top.get() + bar() > 1.0 && self.top.get() > 0.0
    }

    /// To the beginning of the list, if that was scrolled past.
    pub(super) fn to_top(self) {
        if self.top.get_untracked() > 0.0 {
            self.scroll_to(0);
        }
        self.at.set(0);
    }

    /// Brings a line into sight and puts the keyboard there.
    pub(super) fn show(self, line: usize) {
        self.at.set(line);
        self.scroll_to(line);
    }

    fn scroll_to(self, line: usize) {
        let Some(node) = self.node.get_untracked() else { return };
        let height = self.height.get_untracked();
        let (edge, seen) = (bar() + height, self.seen.get_untracked() - 2.0 * height);
        let top = node.get_bounding_client_rect().top() + line as f64 * height;
        let by = if top < edge { top - edge } else { (top + height - seen).max(0.0) };
        if by != 0.0 {
            window().scroll_by_with_x_and_y(0.0, by);
        }
    }
}

/// What the page's bar covers at the upper edge, in pixels.
fn bar() -> f64 {
    if has_coarse_pointer() { 56.0 } else { 48.0 }
}

/// Headings and rows.
#[component]
pub(super) fn HostList(inventory: Inventory, selection: Selection) -> impl IntoView {
    let (place, menu) = (Place::new(), SharedMenu::new());
    let rows = Memo::new(move |_| inventory.lines.with(|lines| lines.count()));
    let elements = Memo::new(move |_| rolling::elements(place.seen.get(), place.height.get(), rows.get()));
    let first = Memo::new(move |_| rolling::first(place.top.get(), place.height.get(), rows.get(), elements.get()));
    Effect::new(move |_| {
        let lines = first.get()..first.get() + elements.get();
        inventory.wanted.maybe_update(|wanted| std::mem::replace(wanted, lines.clone()) != lines);
    });
    // Another look begins at its top.
    Effect::new(move |before: Option<super::look::Look>| {
        let look = inventory.head.with(|head| head.look.clone());
        if before.is_some_and(|before| before != look) {
            place.to_top();
        }
        look
    });
    Effect::new(move |_| {
        // Its row may show another host now.
        first.track();
        menu.close();
    });
    let keydown = keys(inventory, selection, place);
    view! {
        <div class="host-list" node_ref=place.node role="grid" tabindex="0" aria-label="Hosts" aria-multiselectable="true"
            data-on=move || selection.is_on().then_some("")
            aria-rowcount=move || rows.get().to_string()
            aria-activedescendant=move || (rows.get() > 0).then(|| line_id(place.at.get().min(rows.get() - 1)))
            style:height=move || format!("{}px", rows.get() as f64 * place.height.get())
            on:keydown=keydown>
            <StickyHeading inventory place />
            <For each=move || 0..elements.get() key=|element| *element children=move |element| {
                let line = Memo::new(move |_| rolling::row_of(element, first.get(), elements.get()));
                view! { <LineView inventory selection place menu line /> }
            } />
        </div>
        {move || (rows.get() == 0).then(|| view! { <NothingFound inventory /> })}
        {menu.view()}
        <BulkBar inventory selection />
    }
}

/// A line. Its element goes on with another one when it has scrolled out of sight.
#[component]
fn LineView(
    inventory: Inventory,
    selection: Selection,
    place: Place,
    menu: SharedMenu,
    line: Memo<usize>,
) -> impl IntoView {
    let what = Memo::new(move |_| inventory.lines.with(|lines| lines.at(line.get())));
    let heading = Memo::new(move |_| if let Some(Line::Heading(group)) = what.get() { Some(group) } else { None });
    let row = Memo::new(move |_| if let Some(Line::Row(row)) = what.get() { Some(row) } else { None });
    let host = Memo::new(move |_| row.get().and_then(|row| inventory.row(row)));
    let chosen = Memo::new(move |_| {
        host.with(|host| host.as_ref().is_some_and(|host| selection.chosen.with(|chosen| chosen.has(&host.id))))
    });
    let style = move || {
        let height = place.height.get();
        format!("height:{height}px;transform:translateY({}px)", line.get() as f64 * height)
    };
    view! {
        <div role="row" id=move || line_id(line.get()) class="host-line" style=style
            class:host-head=move || heading.get().is_some()
            class:host-at=move || place.at.get() == line.get()
            hidden=move || what.get().is_none()
            aria-rowindex=move || (line.get() + 1).to_string()
            aria-selected=move || row.get().map(|_| chosen.get().to_string())>
            {move || match (heading.get(), row.get().is_some()) {
                (Some(group), _) => view! { <Heading inventory group /> }.into_any(),
                (None, true) => view! { <HostCells inventory selection menu row host chosen /> }.into_any(),
                (None, false) => ().into_any(),
            }}
        </div>
    }
}

/// What a key does in the list.
fn keys(inventory: Inventory, selection: Selection, place: Place) -> impl Fn(ev::KeyboardEvent) + Clone {
    let (acts, opener) = (expect_context::<Acts>(), expect_context::<Opener>());
    move |event: ev::KeyboardEvent| {
        if event.target() != event.current_target() || event.alt_key() {
            return;
        }
        let last = inventory.lines.with_untracked(|lines| lines.count()).saturating_sub(1);
        let at = place.at.get_untracked().min(last);
        let page = ((place.seen.get_untracked() / place.height.get_untracked()) as usize).saturating_sub(3).max(1);
        let control = event.ctrl_key() || event.meta_key();
        let line = inventory.lines.with_untracked(|lines| lines.at(at));
        let host = untrack(|| inventory.host_on(at));
        let to = match event.key().as_str() {
            "ArrowDown" => Some((at + 1).min(last)),
            "ArrowUp" => Some(at.saturating_sub(1)),
            "PageDown" => Some((at + page).min(last)),
            "PageUp" => Some(at.saturating_sub(page)),
            "Home" => Some(0),
            "End" => Some(last),
            _ => None,
        };
        if let Some(to) = to {
            event.prevent_default();
            if event.shift_key() {
                selection.extend(at, to);
            }
            return place.show(to);
        }
        let done = match (event.key().as_str(), line, host) {
            ("ArrowLeft" | "ArrowRight" | "Enter" | " ", Some(Line::Heading(group)), _) => {
                super::heading::fold(
                    inventory,
                    group,
                    match event.key().as_str() {
                        "ArrowLeft" => Some(true),
                        "ArrowRight" => Some(false),
                        _ => None,
                    },
                );
                true
            }
            ("Enter", _, Some(host)) => {
                match host.protocol {
                    wire::inventory::Protocol::Ssh => opener.open(host.id, host.name, Mode::Embedded),
                    _ => acts.go(&format!("/files/{}", host.id)),
                }
                true
            }
            (" ", Some(Line::Row(row)), Some(host)) => {
                selection.toggle(&host.id, row, event.shift_key());
                true
            }
            ("a", ..) if control => {
                selection.all();
                true
            }
            ("Escape", ..) if untrack(|| selection.is_on()) => {
                selection.clear();
                true
            }
            ("Delete", _, host) => {
                match (untrack(|| selection.is_on()), host) {
                    (true, _) => acts.start(Act::DeleteMany(selection.chosen.get_untracked())),
                    (false, Some(host)) => acts.start(Act::Delete(Box::new(host))),
                    (false, None) => {}
                }
                true
            }
            ("F2", _, Some(host)) => {
                acts.start(Act::Edit(Some(Box::new(host))));
                true
            }
            ("ContextMenu", ..) | ("F10", ..) => {
                let found = document().query_selector(&format!("#{} [aria-haspopup]", line_id(at))).ok().flatten();
                let button = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
                button.iter().for_each(|button| button.click());
                button.is_some()
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    }
}

#[component]
fn NothingFound(inventory: Inventory) -> impl IntoView {
    let narrowed = Memo::new(move |_| inventory.look.with(|look| look.is_narrowed()));
    let clear = move |()| {
        inventory.look.update(|look| {
            look.filter.search.clear();
            look.filter.fields.clear();
        });
    };
    view! {
        <div class="nothing">
            {move || match narrowed.get() {
                true => view! {
                    <p>"No host answers to this. Try fewer letters, or fewer filters."</p>
                    <Button on_click=clear>"Clear search and filters"</Button>
                }.into_any(),
                false => view! { <p>"No host is here yet."</p> }.into_any(),
            }}
        </div>
    }
}
