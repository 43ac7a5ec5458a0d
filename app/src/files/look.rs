//! A file in the page: a text in colours, to be edited; a picture; a PDF in a window of its own; else piece by piece.

use super::{
    acts, api,
    browser::Browser,
    bytes::Pieces,
    colours::{Kind, coloured},
    edit::Editor,
};
use crate::{
    error::AppError,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, Icon, Notice, Spinner, Tone,
        middle::{HEADING, middle_cut},
    },
};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    FaultCode,
    files::{Entry, LARGEST_TEXT, TextFile},
};

/// Longer texts are shown without colours, in bytes.
const COLOURED: usize = 256 * 1024;

/// What is seen.
#[derive(Clone)]
enum Seen {
    Reading,
    Picture,
    /// A picture that the browser cannot show.
    Broken,
    Pdf,
    Text(TextFile),
    /// Piece by piece; as text, when it is only too long for one.
    Pieces(bool),
    Failed(AppError),
}

/// The dialog.
#[component]
pub(super) fn Look(browser: Browser, entry: Entry) -> impl IntoView {
    let (seen, editing) = (RwSignal::new(Seen::Reading), RwSignal::new(false));
    let name = entry.name.to_string();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "ico" | "svg" => seen.set(Seen::Picture),
        "pdf" => seen.set(Seen::Pdf),
        _ => read(browser, entry.clone(), seen),
    }
    let again = StoredValue::new(entry.clone());
    let shown = api::about(&browser.host(), "/content", &entry.path) + "&preview=true";
    let (down, alt) = (StoredValue::new(entry), name.clone());
    let body = move || {
        match seen.get() {
        Seen::Reading => view! { <Spinner label="Reading the file" /> }.into_any(),
        Seen::Picture => view! {
            <img class="look-picture" src=shown.clone() alt=alt.clone() on:error=move |_| seen.set(Seen::Broken) />
        }
        .into_any(),
        Seen::Broken => view! {
            <Notice tone=Tone::Warn>
                "This picture cannot be shown: it is damaged, of a kind that this browser does not know, or it could not be read."
            </Notice>
            <div class="button-row">
                <Button icon=Icon::Refresh on_click=move |()| seen.set(Seen::Picture)>"Try again"</Button>
                <Button icon=Icon::File on_click=move |()| seen.set(Seen::Pieces(false))>"Bytes"</Button>
            </div>
        }
        .into_any(),
        Seen::Pdf => view! {
            <p>"A PDF opens in a window of its own."</p>
            <p><a class="button primary" href=shown.clone() target="_blank" rel="noopener">"Open the PDF"</a></p>
        }
        .into_any(),
        Seen::Text(file) if editing.get() => {
            view! { <Editor browser file editing seen=Callback::new(move |file| seen.set(Seen::Text(file))) /> }
                .into_any()
        }
        Seen::Text(file) => view! { <Text file ending=ending.clone() /> }.into_any(),
        Seen::Pieces(as_text) => view! { <Pieces browser entry=down.get_value() as_text /> }.into_any(),
        Seen::Failed(error) => view! {
            <Notice tone=Tone::Bad>{error.to_string()}</Notice>
            <div class="button-row">
                <Button icon=Icon::Refresh on_click=move |()| { seen.set(Seen::Reading); read(browser, again.get_value(), seen); }>
                    "Try again"
                </Button>
            </div>
        }
        .into_any(),
    }
    };
    let is_text = move || seen.with(|seen| matches!(seen, Seen::Text(_))) && !editing.get();
    view! {
        <Dialog title=middle_cut(&name, HEADING) on_close=move |()| if !editing.get_untracked() { browser.act.set(None) } wide=true>
            <div class="look">{body}</div>
            {move || (!editing.get()).then(|| view! {
                <DialogActions>
                    <Button icon=Icon::Download on_click=move |()| down.with_value(|entry| acts::download(browser, std::slice::from_ref(entry)))>
                        "Download"
                    </Button>
                    {move || is_text().then(|| view! {
                        <Button kind=ButtonKind::Primary icon=Icon::Pencil on_click=move |()| editing.set(true)>"Edit"</Button>
                    })}
                </DialogActions>
            })}
        </Dialog>
    }
}

fn read(browser: Browser, entry: Entry, seen: RwSignal<Seen>) {
    let host = browser.host();
    spawn_local(async move {
        let text = match entry.size <= LARGEST_TEXT {
            true => api::text(&host, &entry.path).await,
            false => Err(AppError::new(FaultCode::TooLarge, "This is too large to be shown as text.")),
        };
        let found = match text {
            Ok(file) => Seen::Text(file),
            Err(error) if error.code() == FaultCode::BadInput => Seen::Pieces(false),
            Err(error) if error.code() == FaultCode::TooLarge => Seen::Pieces(true),
            Err(error) => Seen::Failed(error),
        };
        let _ = seen.try_set(found);
    });
}

#[component]
fn Text(file: TextFile, ending: String) -> impl IntoView {
    let text = file.text;
    if text.is_empty() {
        return view! { <p class="muted">"The file is empty."</p> }.into_any();
    }
    if text.len() > COLOURED {
        return view! { <pre class="look-text" tabindex="0">{text}</pre> }.into_any();
    }
    let parts = coloured(&text, &ending);
    let parts = parts.into_iter().map(|(kind, part)| match kind {
        Kind::Plain => part.to_owned().into_any(),
        kind => view! { <span class=kind.class()>{part.to_owned()}</span> }.into_any(),
    });
    view! { <pre class="look-text" tabindex="0">{parts.collect_view()}</pre> }.into_any()
}
