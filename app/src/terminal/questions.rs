//! The dialogs of a terminal: before a paste, to paste or copy by hand, before the session is closed, and the settings.

use super::{
    api,
    desk::{Ask, Desk},
    history::SetUpMarks,
    paste::Pasted,
    people::PeopleDialog,
    settings::Renderer,
    share::ShareDialog,
    shortcuts::ShortcutsDialog,
};
use crate::commands::SnippetPicker;
use crate::ui::{
    Button, ButtonKind, Checkbox, ConfirmDialog, Dialog, DialogActions, Select, Submit, TextArea, copy_text,
};
use leptos::{html, prelude::*};

/// Shows the open question.
#[component]
pub(super) fn Questions(desk: Desk) -> impl IntoView {
    move || {
        desk.ask.get().map(|ask| match ask {
            Ask::Paste(pasted) => view! { <PasteQuestion desk pasted /> }.into_any(),
            Ask::PasteByHand => view! { <PasteByHand desk /> }.into_any(),
            Ask::CopyByHand(text) => view! { <CopyByHand desk text /> }.into_any(),
            Ask::Snippets => view! { <Snippets desk /> }.into_any(),
            Ask::Marks => view! { <SetUpMarks desk /> }.into_any(),
            Ask::People => view! { <PeopleDialog desk /> }.into_any(),
            Ask::Share => view! { <ShareDialog desk /> }.into_any(),
            Ask::Shortcuts => view! { <ShortcutsDialog desk /> }.into_any(),
            Ask::Settings => view! { <SettingsDialog desk /> }.into_any(),
            Ask::Close => view! { <CloseQuestion desk /> }.into_any(),
        })
    }
}

#[component]
fn PasteQuestion(desk: Desk, pasted: Pasted) -> impl IntoView {
    let never_again = RwSignal::new(false);
    let (lines, preview) = (pasted.lines(), pasted.preview());
    let paste = move |()| {
        if never_again.get_untracked() {
            desk.settings.ask_before_paste.set(false);
        }
        desk.answered();
        desk.paste_now(&pasted);
    };
    let title = if lines == 1 { "Paste a whole line?".to_owned() } else { format!("Paste {lines} lines?") };
    view! {
        <Dialog title on_close=move |()| desk.answered()>
            <p>"The program in the terminal will take each line as if you had pressed Enter after it."</p>
            <pre class="terminal-preview" tabindex="0" aria-label="Text to paste">{preview}</pre>
            <Checkbox label="Do not ask again" value=never_again />
            <DialogActions>
                <Button on_click=move |()| desk.answered()>"Cancel"</Button>
                <Button kind=ButtonKind::Primary on_click=paste>"Paste"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// A snippet goes in as what is pasted does: nothing runs until Enter is pressed.
#[component]
fn Snippets(desk: Desk) -> impl IntoView {
    let put = move |text: String| {
        desk.answered();
        desk.paste(&text);
    };
    view! { <SnippetPicker verb="Put it in" on_pick=put on_close=move |()| desk.answered() /> }
}

#[component]
fn PasteByHand(desk: Desk) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let paste = move |()| {
        let text = text.get_untracked();
        desk.answered();
        desk.paste(&text);
    };
    view! {
        <Dialog title="Paste" on_close=move |()| desk.answered()>
            <TextArea label="Text to paste" value=text rows=6 mono=true
                hint="Your browser does not let this page read the clipboard. Paste here, then send it to the terminal." />
            <DialogActions>
                <Button on_click=move |()| desk.answered()>"Cancel"</Button>
                <Button kind=ButtonKind::Primary on_click=paste>"Paste"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// The whole text, scrolled to its end, to select from by finger.
#[component]
fn CopyByHand(desk: Desk, text: String) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.set_scroll_top(field.scroll_height());
        }
    });
    let all = text.clone();
    view! {
        <Dialog title="Copy from the terminal" on_close=move |()| desk.answered() wide=true>
            <textarea node_ref=field class="input mono terminal-copy" aria-label="Text of the terminal" readonly rows="14" prop:value=text></textarea>
            <DialogActions>
                <Button on_click=move |()| copy_text(&all)>"Copy all"</Button>
                <Button kind=ButtonKind::Primary on_click=move |()| desk.answered()>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn CloseQuestion(desk: Desk) -> impl IntoView {
    let submit = Submit::new();
    let close = move |()| submit.run(api::close(desk.id()), move |_| desk.answered());
    view! {
        <ConfirmDialog
            title="Close this session?"
            body="The remote shell and what runs in it are ended. To come back later, leave the page instead."
            confirm="Close session"
            busy=submit.busy
            error=submit.error
            on_confirm=close
            on_cancel=move |()| desk.answered()
        />
    }
}

#[component]
fn SettingsDialog(desk: Desk) -> impl IntoView {
    let settings = desk.settings;
    let renderer = RwSignal::new(settings.renderer.get_untracked().name().to_owned());
    Effect::new(move |_| {
        if let Ok(chosen) = renderer.get().parse::<Renderer>()
            && chosen != settings.renderer.get_untracked()
        {
            settings.renderer.set(chosen);
        }
    });
    let choices = Signal::stored(
        [
            (Renderer::Auto, "Whatever works best"),
            (Renderer::Webgl, "WebGL (fast)"),
            (Renderer::Dom, "Page elements (plain)"),
        ]
        .map(|(renderer, text)| (renderer.name().to_owned(), text.to_owned()))
        .to_vec(),
    );
    view! {
        <Dialog title="Terminal settings" on_close=move |()| desk.answered()>
            <Select label="Drawn by" value=renderer options=choices />
            <Checkbox label="Screen reader mode" value=settings.screen_reader hint="Tells a screen reader what is shown; slower." />
            <Checkbox label="Key row" value=settings.key_row hint="Always there on phones and tablets." />
            <Checkbox label="Compose line" value=settings.compose hint="Write a line before it is sent, for keyboards that send words twice." />
            <Checkbox label="Copy what is selected" value=settings.copy_on_select />
            <Checkbox label="Programs may write to the clipboard" value=settings.remote_copy hint="OSC 52, while you look at the page. They can never read it." />
            <Checkbox label="Show the bell" value=settings.bell hint="A short glow, and a dot in the title while you look elsewhere." />
            <Checkbox label="Ask before pasting several lines" value=settings.ask_before_paste />
            <Checkbox label="End the session when I close this page" value=settings.end_on_close hint="Reloading the page counts as closing it." />
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=move |()| desk.answered()>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}
