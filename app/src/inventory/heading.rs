//! The headings of the list: what the hosts below have in common, how many they are, and a folder's menu.

use super::{drag::Drag, fields, folder::FolderMenu, list::Place, store::Inventory};
use crate::ui::{Icon, IconView};
use leptos::prelude::*;
use wire::inventory::{HostField, HostGroup};

/// What a heading says.
fn text(group: &HostGroup, field: Option<HostField>) -> String {
    match (group.label.as_str(), field) {
        ("", Some(field)) => fields::without(field),
        (label, _) => label.to_owned(),
    }
}

fn group_at(inventory: Inventory, group: usize) -> Option<HostGroup> {
    inventory.head.with(|head| head.groups.get(group).cloned())
}

fn said(inventory: Inventory, group: &HostGroup) -> String {
    text(group, inventory.head.with(|head| head.look.group()))
}

/// Folds a group or unfolds it; the other of the two when nothing is said.
pub(super) fn fold(inventory: Inventory, group: usize, fold: Option<bool>) {
    let Some(label) = untrack(|| group_at(inventory, group)).map(|group| group.label) else { return };
    inventory.folded.update(|folded| {
        if fold.unwrap_or(!folded.contains(&label)) {
            folded.insert(label);
        } else {
            folded.remove(&label);
        }
    });
}

/// A heading as a line of the list.
#[component]
pub(super) fn Heading(inventory: Inventory, group: usize) -> impl IntoView {
    let shown = Memo::new(move |_| group_at(inventory, group));
    let folder = Memo::new(move |_| shown.with(|group| group.as_ref().and_then(|group| group.folder_id.clone())));
    let open = Memo::new(move |_| {
        shown.with(|group| {
            group.as_ref().is_some_and(|group| inventory.folded.with(|folded| !folded.contains(&group.label)))
        })
    });
    let text = move || shown.with(|group| group.as_ref().map(|group| said(inventory, group)).unwrap_or_default());
    let target = Memo::new(move |_| folder.get().map(|id| id.to_string()));
    let drag = expect_context::<Drag>();
    let over = move || target.with(|target| target.as_ref().is_some_and(|target| drag.is_over(target)));
    view! {
        <div role="gridcell" class="group-head" class:branch-over=over data-drop=target>
            <h3>
                <button type="button" tabindex="-1" class="group-toggle" aria-expanded=move || open.get().to_string()
                    on:click=move |_| fold(inventory, group, None)>
                    <IconView icon=Icon::ChevronRight />
                    {move || folder.get().map(|_| view! { <IconView icon=Icon::Folder /> })}
                    <span title=text>{text}</span>
                    <span class="count">{move || shown.with(|group| group.as_ref().map(|group| group.hosts))}</span>
                </button>
            </h3>
            {move || folder.get().map(|id| view! { <FolderMenu inventory id in_tree=false /> })}
        </div>
    }
}

/// The heading that what is seen stands under, once its own line has been scrolled past. It is for eyes alone: the line
/// itself is the heading.
#[component]
pub(super) fn StickyHeading(inventory: Inventory, place: Place) -> impl IntoView {
    let group = Memo::new(move |_| {
        let line = place.uppermost();
        inventory.lines.with(|lines| lines.group(line)).filter(|_| place.is_past())
    });
    let shown = Memo::new(move |_| group.get().and_then(|group| group_at(inventory, group)));
    move || {
        shown.get().zip(group.get()).map(|(shown, group)| {
            let back = move |_| {
                if let Some(line) = inventory.lines.with_untracked(|lines| lines.of_group(group)) {
                    place.show(line);
                }
            };
            view! {
                <div class="host-sticky" aria-hidden="true" role="presentation" on:click=back>
                    <span>{said(inventory, &shown)}</span>
                    <span class="count">{shown.hosts}</span>
                </div>
            }
        })
    }
}
