//! One change to many hosts. A field stays as it is until it is taken up; what would be left out is said before.

use super::{
    acts::Acts,
    api::bulk,
    bulk::{self as bulks, EditField, Edited},
    choosers::{FolderField, HostField},
    chosen::Chosen,
    form::PROTOCOLS,
    policy::LimitForm,
    policy_fields::{LimitField, TypedLimit},
    words::{hosts, thousands},
};
use crate::{
    ui::{
        Button, ButtonKind, Dialog, DialogActions, FieldError, Icon, IconButton, Notice, Select, Submit, TextArea,
        TextField, Tone, focus_first_fault,
    },
    vault::api::credentials,
};
use gloo_timers::callback::Timeout;
use leptos::{ev::SubmitEvent, prelude::*, reactive::owner::Owner, task::spawn_local};
use wire::inventory::{BulkReport, BulkRequest};

/// So long after the last letter it is asked what would be left out, in milliseconds.
const ASKED_AFTER: u32 = 400;

/// A field that was taken up.
#[derive(Clone, Copy)]
struct Line {
    field: EditField,
    value: RwSignal<String>,
    limit: TypedLimit,
}

impl Line {
    fn new(field: EditField) -> Self {
        let value = match field {
            EditField::Direct | EditField::Tmux => "yes",
            EditField::Protocol => "ssh",
            _ => "",
        };
        Self { field, value: RwSignal::new(value.into()), limit: TypedLimit::new(LimitForm::default()) }
    }

    fn edited(self) -> Edited {
        Edited { field: self.field, value: self.value.get(), limit: self.limit.form() }
    }
}

/// The dialog.
#[component]
pub(super) fn BulkEdit(chosen: Chosen) -> impl IntoView {
    let (acts, submit, tried) = (expect_context::<Acts>(), Submit::new(), RwSignal::new(false));
    let (lines, adding) = (RwSignal::new(Vec::<Line>::new()), RwSignal::new(String::new()));
    let title = format!("Edit {}", hosts(chosen.count()));
    let selection = StoredValue::new(chosen.selection());
    let change = Memo::new(move |_| {
        let edited: Vec<_> = lines.get().into_iter().map(Line::edited).collect();
        (!edited.is_empty()).then(|| bulks::change(&edited))
    });
    // A field that is chosen in the list becomes a line of the form, and lives as long as that.
    let owner = StoredValue::new(Owner::current());
    Effect::new(move |_| {
        let chosen = adding.get();
        if let Some((field, _)) = EditField::ALL.iter().find(|(_, title)| *title == chosen) {
            let line = owner.with_value(|owner| owner.as_ref().map(|owner| owner.with(|| Line::new(*field))));
            lines.update(|lines| lines.extend(line));
            adding.set(String::new());
            submit.error.set(None);
        }
    });
    let left = Signal::derive(move || {
        let taken: Vec<_> = lines.get().iter().map(|line| line.field).collect();
        let left = EditField::ALL.iter().filter(|(field, _)| !taken.contains(field));
        let left = left.map(|(_, title)| ((*title).to_owned(), (*title).to_owned()));
        std::iter::once((String::new(), "Choose a field …".to_owned())).chain(left).collect::<Vec<_>>()
    });
    let fault_of = move |field: EditField| -> FieldError {
        Signal::derive(move || match change.get() {
            Some(Err((wrong, text))) if wrong == field && tried.get() => Some(text),
            _ => None,
        })
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        match change.get_untracked() {
            Some(Ok(change)) => {
                let request = BulkRequest { selection: selection.get_value(), change, dry_run: false };
                submit.run(bulk(request), move |report| {
                    acts.done();
                    acts.changed(&report, "changed");
                });
            }
            Some(Err(_)) => focus_first_fault(),
            None => submit.error.set(Some("Choose a field to change first.".into())),
        }
    };
    let trial = RwSignal::new(None::<Result<BulkReport, String>>);
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        let change = change.get();
        trial.set(None);
        let ask = change.and_then(Result::ok).map(|change| {
            Timeout::new(ASKED_AFTER, move || {
                spawn_local(async move {
                    let Some(selection) = selection.try_get_value() else { return };
                    let answer = bulk(BulkRequest { selection, change, dry_run: true }).await;
                    let _ = trial.try_set(Some(answer.map_err(|error| error.to_string())));
                });
            })
        });
        waiting.set_value(ask);
    });
    let count = chosen.count();
    view! {
        <Dialog title on_close=move |()| acts.done() wide=true>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <p class="bulk-lead">"Only the fields that you choose change; everything else stays as it is on each host."</p>
                <For each=move || lines.get() key=|line| line.field children=move |line| {
                    let remove = move |()| lines.update(|lines| lines.retain(|one| one.field != line.field));
                    view! {
                        <div class="bulk-line">
                            <LineField line error=fault_of(line.field) />
                            <IconButton icon=Icon::Close label=format!("Leave {} as it is", line.field.title().to_lowercase()) on_click=remove />
                        </div>
                    }
                } />
                <Select label="Change" value=adding options=left />
                <div role="status" class="bulk-trial">{move || match trial.get() {
                    None => ().into_any(),
                    Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                    Some(Ok(report)) => view! { <Trial report count /> }.into_any(),
                }}</div>
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>{format!("Change {}", hosts(count))}</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// What would come of it.
#[component]
fn Trial(report: BulkReport, count: u64) -> impl IntoView {
    let same = count.saturating_sub(report.changed + report.skipped);
    let mut text = format!("{} will change.", hosts(report.changed));
    if same > 0 {
        text.push_str(&format!(" {} have these values already.", thousands(same)));
    }
    view! {
        <p>{text}</p>
        {(report.skipped > 0).then(|| view! {
            <Notice tone=Tone::Warn>
                {format!("{} will be left as it is:", hosts(report.skipped))}
                <ul class="bulk-skips">
                    {report.skips.into_iter().take(5).map(|skip| view! { <li><b>{skip.name}</b>": "{skip.reason}</li> }).collect_view()}
                </ul>
            </Notice>
        })}
    }
}

fn yes_or_no() -> Signal<Vec<(String, String)>> {
    Signal::stored([("yes", "Yes"), ("no", "No")].map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec())
}

/// The field of a line.
#[component]
fn LineField(line: Line, error: FieldError) -> impl IntoView {
    let (acts, value, label) = (expect_context::<Acts>(), line.value, line.field.title());
    match line.field {
        EditField::Credential => {
            let options = RwSignal::new(vec![(String::new(), "None: as the folder says, or asked".to_owned())]);
            spawn_local(async move {
                let stored = credentials().await.unwrap_or_default();
                let stored = stored.into_iter().map(|credential| (credential.id.to_string(), credential.name));
                let _ = options.try_update(|options| options.extend(stored));
            });
            view! { <Select label value options error /> }.into_any()
        }
        EditField::JumpHost => view! {
            <HostField label value none="None: as the folder says" but=None hint="Berth reaches these hosts through that one." />
        }
        .into_any(),
        EditField::Folder => view! {
            <FolderField label text=value tree=acts.inventory.tree hint="A new path makes new folders." placeholder="No folder" error />
        }
        .into_any(),
        EditField::Direct | EditField::Tmux => view! { <Select label value options=yes_or_no() error /> }.into_any(),
        EditField::Protocol => {
            let options = PROTOCOLS.map(|(_, word, name)| (word.to_owned(), name.to_owned())).to_vec();
            view! { <Select label value options=Signal::stored(options) error /> }.into_any()
        }
        EditField::Recording => {
            let options = [("", "As the folder or the server"), ("off", "Off"), ("on", "On"), ("required", "Required")];
            let options = options.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec();
            view! { <Select label value options=Signal::stored(options) error /> }.into_any()
        }
        EditField::IdleTimeout => view! {
            <LimitField label amount="Idle for" hint="Ends a session that nobody has looked at for so long." typed=line.limit error around=Signal::stored(None) />
        }
        .into_any(),
        EditField::LongestDuration => view! {
            <LimitField label amount="Open for" hint="Ends a session this long after it was opened." typed=line.limit error around=Signal::stored(None) />
        }
        .into_any(),
        EditField::Notes => view! { <TextArea label value rows=3 hint="Left empty, it is cleared." error /> }.into_any(),
        EditField::AddTags | EditField::RemoveTags => view! {
            <TextField label value error hint="Words with commas between them." />
        }
        .into_any(),
        EditField::Port | EditField::Address => view! { <TextField label value error mono=true /> }.into_any(),
        _ => view! { <TextField label value error hint="Left empty, it is cleared." optional=true /> }.into_any(),
    }
}
