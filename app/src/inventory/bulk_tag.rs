//! Tags for many hosts at once.

use super::{
    acts::Acts,
    api::bulk,
    bulk::{self as bulks, EditField, Edited},
    chosen::Chosen,
    policy::LimitForm,
    words::hosts,
};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, Notice, Submit, TextField, Tone, focus_first_fault};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::inventory::BulkRequest;

/// The dialog.
#[component]
pub(super) fn BulkTag(chosen: Chosen) -> impl IntoView {
    let (acts, submit, fault) = (expect_context::<Acts>(), Submit::new(), RwSignal::new(None));
    let (add, remove) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let title = format!("Tag {}", hosts(chosen.count()));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let edited = [(EditField::AddTags, add.get_untracked()), (EditField::RemoveTags, remove.get_untracked())];
        let edited: Vec<_> = edited
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(field, value)| Edited { field, value, limit: LimitForm::default() })
            .collect();
        let change = match bulks::change(&edited) {
            _ if edited.is_empty() => Err("Enter a tag to add, or below one to remove.".to_owned()),
            Ok(change) => Ok(change),
            Err((_, why)) => Err(why),
        };
        match change {
            Ok(change) => {
                let request = BulkRequest { selection: chosen.selection(), change, dry_run: false };
                submit.run(bulk(request), move |report| {
                    acts.done();
                    acts.changed(&report, "tagged");
                });
            }
            Err(why) => {
                fault.set(Some(why));
                focus_first_fault();
            }
        }
    };
    view! {
        <Dialog title on_close=move |()| acts.done()>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Add tags" value=add error=fault hint="Words with commas between them." placeholder="prod, core"
                    optional=true autofocus=true />
                <TextField label="Remove tags" value=remove optional=true />
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
