//! The offer to have the shell mark its prompts: for this session by one tap, for good by lines that the person puts into the
//! shell's start file. Nothing is typed before it was seen.

use super::{super::desk::Desk, super::paste::Pasted, marks::Kind};
use crate::ui::{Button, ButtonKind, CopyButton, Dialog, DialogActions};
use leptos::prelude::*;

/// The dialog.
#[component]
pub(in super::super) fn SetUpMarks(desk: Desk) -> impl IntoView {
    let kind = RwSignal::new(Kind::Bash);
    let type_it = move |()| {
        let Some(screen) = desk.screen() else { return };
        desk.answered();
        screen.paste(&Pasted::new(&kind.get_untracked().line()).text);
        screen.type_in("\r");
    };
    let choice = move |it: Kind| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (kind.get() == it).to_string()
                on:click=move |_| kind.set(it)>{it.name()}</button>
        }
    };
    view! {
        <Dialog title="Set up shell integration" on_close=move |()| desk.answered() wide=true>
            <p>
                "A shell that marks its prompts lets the history tell each command's exit code, duration and directory, and keep commands of several lines whole. Your prompt and its hooks stay as they are."
            </p>
            <div class="history-choices">
                <div class="segments" role="group" aria-label="Shell">{Kind::ALL.map(choice).collect_view()}</div>
            </div>
            <h3>"In this session"</h3>
            <p>"This line is typed and entered. The shell has to be waiting at its prompt."</p>
            <pre class="terminal-preview history-script" tabindex="0" aria-label="What is typed">{move || kind.get().line()}</pre>
            <h3>"In every session"</h3>
            <p>"Put these lines at the end of " <code>{move || kind.get().start_file()}</code> " on the host."</p>
            <pre class="terminal-preview history-script" tabindex="0" aria-label="Lines for the start file">
                {move || kind.get().lines().trim_end()}
            </pre>
            <DialogActions>
                {move || view! { <CopyButton text=kind.get().lines() label="Copy lines" /> }}
                <Button kind=ButtonKind::Primary on_click=type_it>"Type it now"</Button>
            </DialogActions>
        </Dialog>
    }
}
