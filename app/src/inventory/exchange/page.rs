//! The page of imports and exports.

use super::{
    choose::Choose,
    export::Export,
    files::{Files, Wishes},
    report::Report,
    words,
};
use crate::{
    inventory::{
        api::{folders, undo},
        words::thousands,
    },
    ui::{Button, ButtonKind, Checkbox, Icon, Notice, PageHeader, Select, Spinner, Submit, ToastKind, Tone, toast},
};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    UndoId,
    inventory::{FolderView, Form, ImportMode, ImportReport},
};

/// What the person chose beside the files, as the fields hold it.
#[derive(Clone, Copy)]
struct Choices {
    form: RwSignal<String>,
    folder: RwSignal<String>,
    replace: RwSignal<bool>,
    skip_invalid: RwSignal<bool>,
}

impl Choices {
    fn wishes(self) -> Wishes {
        Wishes {
            form: self.form.with(|form| words::form(form)),
            mode: if self.replace.get() { ImportMode::Replace } else { ImportMode::Merge },
            folder_id: self.folder.with(|id| id.parse().ok()),
            skip_invalid: self.skip_invalid.get(),
        }
    }
}

/// What importing would do: not asked, being asked, told.
type Preview = RwSignal<Option<Result<ImportReport, String>>>;

/// The page.
#[component]
pub fn ExchangePage() -> impl IntoView {
    let files = Files::new();
    let choices = Choices {
        form: RwSignal::new(String::new()),
        folder: RwSignal::new(String::new()),
        replace: RwSignal::new(false),
        skip_invalid: RwSignal::new(false),
    };
    let (preview, done) = (Preview::new(None), RwSignal::new(None::<ImportReport>));
    ask_on_change(files, choices, preview);
    view! {
        <main id="main" class="page narrow exchange">
            <PageHeader title="Import and export" />
            {move || match done.get() {
                Some(report) => view! { <Done report done files /> }.into_any(),
                None => view! {
                    <section aria-label="Import">
                        <Choose files />
                        {move || files.is_empty().then(|| view! {
                            <p class="exchange-more">"Your devices are in NetBox? "<a href="/netbox">"Import from NetBox"</a></p>
                        })}
                        {move || (!files.is_empty()).then(|| view! {
                            <Options choices />
                            <LeaveOut choices preview />
                            <Previewed preview />
                            <Go files choices preview done />
                        })}
                    </section>
                    <Export />
                }.into_any(),
            }}
        </main>
    }
}

/// Asks what importing would do whenever something was chosen anew; an answer that is late is dropped.
fn ask_on_change(files: Files, choices: Choices, preview: Preview) {
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        files.shown.track();
        files.pasted.track();
        let wishes = choices.wishes();
        asked.update_value(|asked| *asked += 1);
        let (mine, nothing) = (asked.get_value(), files.is_empty());
        preview.set(None);
        if nothing {
            return;
        }
        spawn_local(async move {
            let answer = files.send(wishes, true).await.map_err(|error| error.to_string());
            if asked.try_get_value() == Some(mine) {
                preview.set(Some(answer));
            }
        });
    });
}

#[component]
fn Options(choices: Choices) -> impl IntoView {
    let known = RwSignal::new(Vec::<FolderView>::new());
    spawn_local(async move {
        if let Ok(list) = folders().await {
            drop(known.try_set(list));
        }
    });
    let into = move || {
        let outside = (String::new(), "as the file says".to_owned());
        let mut list = vec![outside];
        list.extend(known.get().into_iter().map(|folder| (folder.id.to_string(), folder.path)));
        list
    };
    let mut forms = vec![(String::new(), "found out from the file".to_owned())];
    forms.extend(Form::ALL.into_iter().map(|form| (words::key(form).to_owned(), words::name(form).to_owned())));
    view! {
        <div class="exchange-options">
            <Select label="Form" value=choices.form options=forms />
            <Select label="Put everything into" value=choices.folder options=Signal::derive(into) />
        </div>
        <Checkbox label="Remove hosts that are not in the files" value=choices.replace
            hint="Without it, hosts are added and changed, and all others stay." />
    }
}

/// Offers to go on without what cannot be taken. It stands above what would change, and stays while that is asked anew.
#[component]
fn LeaveOut(choices: Choices, preview: Preview) -> impl IntoView {
    let invalid = Memo::new(move |before: Option<&u64>| {
        preview.with(|preview| match preview {
            Some(Ok(report)) => report.invalid,
            _ => before.copied().unwrap_or_default(),
        })
    });
    move || {
        let count = invalid.get();
        (count > 0).then(|| {
            let what = words::count(count, "entry that cannot be taken", "entries that cannot be taken");
            view! { <Checkbox label=format!("Leave out {what}") value=choices.skip_invalid /> }
        })
    }
}

#[component]
fn Previewed(preview: Preview) -> impl IntoView {
    view! {
        <div class="exchange-preview" aria-live="polite">
            {move || match preview.get() {
                None => view! { <Spinner label="Reading the files" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(report)) => view! { <Report report /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Go(files: Files, choices: Choices, preview: Preview, done: RwSignal<Option<ImportReport>>) -> impl IntoView {
    let submit = Submit::new();
    let report = move || preview.get().and_then(Result::ok);
    let import = move |()| {
        let wishes = choices.wishes();
        submit.run(async move { files.send(wishes, false).await }, move |report| done.set(Some(report)));
    };
    let button = move || {
        let report = report()?;
        let folders = report.folders_added + report.folders_updated;
        let changes = report.added + report.updated + report.removed + report.keys_added + folders;
        let invalid = report.invalid > 0 && !choices.skip_invalid.get();
        let text = match (report.added + report.updated, report.removed) {
            (0, 0) => "Import".to_owned(),
            (put, 0) => format!("Import {}", words::count(put, "host", "hosts")),
            (put, gone) => format!("Import {} and remove {}", words::count(put, "host", "hosts"), thousands(gone)),
        };
        let kind = if report.removed > 0 { ButtonKind::Danger } else { ButtonKind::Primary };
        let nothing = (changes == 0 && !invalid).then(|| {
            view! {
                <p class="exchange-more">"There is nothing to do: all of it is there already."</p>
            }
        });
        Some(view! {
            {nothing.is_none().then(|| view! { <p class="exchange-counts">{words::counts(&report)}</p> })}
            {nothing}
            <Button kind icon=Icon::Download busy=submit.busy disabled={changes == 0 || invalid} on_click=import>{text}</Button>
        })
    };
    view! {
        <div class="exchange-go">
            {button}
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        </div>
    }
}

#[component]
fn Done(report: ImportReport, done: RwSignal<Option<ImportReport>>, files: Files) -> impl IntoView {
    let (submit, taken_back) = (Submit::new(), RwSignal::new(false));
    let again = move |()| {
        files.clear();
        done.set(None);
    };
    let way_back = report.undo.clone().map(|id: UndoId| {
        let take_back = move |()| {
            let id = id.clone();
            submit.run(async move { undo(id).await }, move |report| {
                taken_back.set(true);
                toast(ToastKind::Success, format!("Taken back: {}", words::count(report.restored, "entry is as it was", "entries are as they were")));
            });
        };
        view! { <Button icon=Icon::History busy=submit.busy disabled=taken_back on_click=take_back>"Undo the import"</Button> }
    });
    view! {
        <section class="exchange-done" aria-label="Imported">
            <Notice tone=Tone::Good>"The import is done."</Notice>
            <div class="exchange-go">
                <a class="button primary" href="/">"To the hosts"</a>
                {way_back}
                <Button on_click=again>"Import something else"</Button>
            </div>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <Report report />
        </section>
    }
}
