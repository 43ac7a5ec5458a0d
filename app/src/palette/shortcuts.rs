//! The keys of the page, in a list.

use crate::ui::{Button, ButtonKind, Dialog, DialogActions};
use leptos::prelude::*;

const EVERYWHERE: [(&str, &str); 3] = [
    ("Ctrl K", "Command palette; in a terminal Ctrl Shift K"),
    ("?", "This list"),
    ("Esc", "Closes what is open, clears what is chosen"),
];
const HOSTS: [(&str, &str); 11] = [
    ("/", "Search"),
    ("↑ ↓", "Walk in the list or the folders"),
    ("Shift ↑ ↓", "Choose while walking"),
    ("← →", "Close and open a heading or a folder"),
    ("Enter", "Open a terminal; show a folder"),
    ("Space", "Choose a host"),
    ("Ctrl A", "Choose all that match"),
    ("F2", "Edit"),
    ("Delete", "Delete"),
    ("Shift F10", "Everything that can be done with a host"),
    ("Tab", "On to the next part of the page"),
];

/// The dialog.
#[component]
pub(super) fn Shortcuts(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let list = |keys: &'static [(&'static str, &'static str)]| {
        view! {
            <dl class="shortcuts">
                {keys.iter().map(|(keys, does)| view! {
                    <dt>{keys.split(' ').map(|key| view! { <kbd>{key.to_owned()}</kbd> }).collect_view()}</dt>
                    <dd>{*does}</dd>
                }).collect_view()}
            </dl>
        }
    };
    view! {
        <Dialog title="Keyboard shortcuts" on_close>
            <h3>"Everywhere"</h3>
            {list(&EVERYWHERE)}
            <h3>"Hosts and folders"</h3>
            {list(&HOSTS)}
            <p>"On a Mac, Cmd does what Ctrl does here. A terminal has a list of its own in its menu."</p>
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}
