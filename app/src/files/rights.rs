//! Rights, by ticks and by number.

use super::{api, browser::Browser, dialogs::Failure};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, Submit};
use leptos::{ev, prelude::*};
use wire::files::{Entry, ModeRequest};

const WHO: [(&str, u32); 3] = [("Owner", 6), ("Group", 3), ("Others", 0)];
const WHAT: [(&str, u32); 3] = [("read", 4), ("write", 2), ("execute", 1)];

/// The dialog.
#[component]
pub(super) fn RightsDialog(browser: Browser, entry: Entry) -> impl IntoView {
    let (mode, submit) = (RwSignal::new(entry.mode.unwrap_or(0o644)), Submit::new());
    let title = format!("Rights of {}", entry.name);
    let owner = [entry.owner.clone(), entry.group.clone()].into_iter().flatten().collect::<Vec<_>>().join(":");
    let path = entry.path.clone();
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (host, request) = (browser.host(), ModeRequest { path: path.clone(), mode: mode.get_untracked() });
        submit.run(async move { api::set_mode(&host, &request).await }, move |_| {
            browser.act.set(None);
            browser.read();
        });
    };
    view! {
        <Dialog title on_close=move |()| browser.act.set(None)>
            <form class="form" on:submit=send novalidate>
                {(!owner.is_empty()).then(|| view! { <p class="muted">"It belongs to "<span class="mono">{owner}</span>"."</p> })}
                <table class="rights">
                    <thead><tr><td></td>{WHAT.map(|(what, _)| view! { <th scope="col">{what}</th> }).collect_view()}</tr></thead>
                    <tbody>
                        {WHO.map(|(who, shift)| view! {
                            <tr>
                                <th scope="row">{who}</th>
                                {WHAT.map(|(what, bit)| view! { <td><Tick mode bit=bit << shift label=format!("{who}: {what}") /></td> }).collect_view()}
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
                <p class="mono" role="status">{move || format!("{:04o}", mode.get())}</p>
                <Failure submit />
                <DialogActions>
                    <Button on_click=move |()| browser.act.set(None)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Change rights"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Tick(mode: RwSignal<u32>, bit: u32, label: String) -> impl IntoView {
    view! {
        <label class="rights-tick">
            <input type="checkbox" aria-label=label prop:checked=move || mode.get() & bit != 0
                on:change=move |_| mode.update(|mode| *mode ^= bit) />
        </label>
    }
}
