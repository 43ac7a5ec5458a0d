//! Who is at a session: the marks above the screen, the bar of one who watches, and the list with what its owner can do.

use super::{
    api,
    desk::{Ask, Desk},
    entry::{self, Company},
};
use crate::ui::{
    Badge, Button, ButtonKind, Dialog, DialogActions, Icon, IconView, Notice, Submit, ToastKind, Tone, toast,
};
use leptos::prelude::*;
use wire::terminal::{AttachmentId, KeyboardRequest, Person, PersonKind, RecordingState};

/// Keeps the terminal true to what this page may do.
pub(super) fn follow(desk: Desk) {
    Effect::new(move |_| {
        let may_type = desk.may_type.get();
        if let Some(screen) = desk.screen() {
            screen.set_listening(may_type);
        }
    });
}

/// The button that opens the list: how many are here.
#[component]
pub(super) fn PeopleButton(desk: Desk) -> impl IntoView {
    let several = Memo::new(move |_| Some(entry::count(desk.company)).filter(|count| *count > 1));
    move || {
        several.get().map(|count| {
            view! {
                <button type="button" class="button ghost terminal-people" aria-haspopup="dialog"
                    aria-label=format!("People, {count} here") title="Who is here"
                    on:click=move |_| desk.ask.set(Some(Ask::People))>
                    <IconView icon=Icon::User />
                    <span>{count}</span>
                </button>
            }
        })
    }
}

/// What everybody at the session ought to see at once: that it is recorded, that an admin watches, that one only watches.
#[component]
pub(super) fn Marks(desk: Desk) -> impl IntoView {
    let admins =
        Memo::new(move |_| desk.company.with(|company| company.as_ref().map(watching_words).unwrap_or_default()));
    let recorded = Memo::new(move |_| desk.recording.get());
    let any = move || recorded.get() != RecordingState::Off || admins.with(|words| !words.is_empty());
    move || {
        any().then(|| {
            let recording = match recorded.get() {
                RecordingState::On => {
                    Some(view! { <span class="terminal-mark" data-mark="recorded">"Recorded"</span> }.into_any())
                }
                RecordingState::Failed => {
                    Some(view! { <Badge tone=Tone::Bad>"Not recorded any more"</Badge> }.into_any())
                }
                RecordingState::Off => None,
            };
            let words = admins.get();
            view! {
                <div class="terminal-marks" role="status">
                    {recording}
                    {(!words.is_empty()).then(|| view! {
                        <span class="terminal-mark"><IconView icon=Icon::Eye />{words}</span>
                    })}
                </div>
            }
        })
    }
}

fn watching_words(company: &Company) -> String {
    let name = |person: &Person| match person.kind {
        PersonKind::Admin => format!("Admin {}", person.name),
        _ => person.name.clone(),
    };
    let names: Vec<_> = company.watching().map(name).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is watching"),
        several => format!("{} are watching", several.join(", ")),
    }
}

/// In the place of the keys, for one who watches.
#[component]
pub(super) fn WatchBar(desk: Desk) -> impl IntoView {
    let typist = move || desk.company.with(|company| Some(company.as_ref()?.typist()?.name.clone()));
    let words = move || match typist() {
        Some(name) => format!("You watch; {name} types."),
        None => "You watch this session.".to_owned(),
    };
    view! {
        <div class="terminal-watch">
            <IconView icon=Icon::Eye />
            <p>{words}</p>
        </div>
    }
}

/// Everybody who is here.
#[component]
pub(super) fn PeopleDialog(desk: Desk) -> impl IntoView {
    let submit = Submit::new();
    // A row stays what it is while its person stays, so that the keyboard does not lose its place.
    let ids = move || {
        let people = desk.company.get().map(|company| company.people).unwrap_or_default();
        people.into_iter().map(|person| person.attachment_id).collect::<Vec<_>>()
    };
    view! {
        <Dialog title="Who is here" on_close=move |()| desk.answered() wide=true>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <ul class="people"><For each=ids key=|id| *id children=move |id| view! { <Row desk id submit /> } /></ul>
            <DialogActions>
                {desk.is_own().then(|| view! {
                    <Button icon=Icon::Plus on_click=move |()| desk.ask.set(Some(Ask::Share))>"Invite"</Button>
                })}
                <Button kind=ButtonKind::Primary on_click=move |()| desk.answered()>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// As what somebody is here, in a word.
fn kind(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Owner => "owner",
        PersonKind::Guest => "guest",
        PersonKind::Admin => "admin",
        PersonKind::Watcher => "watcher",
    }
}

#[component]
fn Row(desk: Desk, id: AttachmentId, submit: Submit) -> impl IntoView {
    let find = move |company: &Company| {
        let person = company.people.iter().find(|person| person.attachment_id == id)?;
        Some((person.clone(), company.you == id))
    };
    // Who has gone is shown as they were until the row goes.
    let known = Memo::new(move |before: Option<&Option<(Person, bool)>>| {
        desk.company.with(|company| company.as_ref().and_then(find)).or_else(|| before.cloned().flatten())
    });
    let Some((Person { name, kind: came_as, .. }, mine)) = known.get_untracked() else { return ().into_any() };
    let may_type = Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(|(person, _)| person.may_type)));
    let leads = Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(|(person, _)| person.leads)));
    let does = move || match (may_type.get(), leads.get()) {
        (true, true) => "types, and sets the size",
        (true, false) => "may type",
        (false, _) => "watches",
    };
    let hand = move |()| {
        let request = KeyboardRequest { attachment_id: id, may_type: !may_type.get_untracked() };
        submit.run(api::keyboard(desk.id(), request), |_| {});
    };
    let gone = name.clone();
    let remove = move |()| {
        let gone = gone.clone();
        submit.run(api::remove_attachment(desk.id(), id), move |()| {
            toast(ToastKind::Success, format!("{gone} was removed."));
        });
    };
    let of = format!(" {name}, {}", kind(came_as));
    let (given, removed) = (of.clone(), of);
    let verb = move || if may_type.get() { "Take keyboard back" } else { "Give keyboard" };
    view! {
        <li class="person">
            <div class="person-who">
                <span class="person-name">{name}</span>
                {mine.then(|| view! { <Badge tone=Tone::Accent>"you"</Badge> })}
                {(came_as != PersonKind::Owner || !mine).then(|| view! { <Badge>{kind(came_as)}</Badge> })}
                <span class="person-does">{does}</span>
            </div>
            {(desk.is_own() && !mine).then(|| view! {
                <div class="person-acts">
                    {(came_as == PersonKind::Guest).then(|| view! {
                        <Button busy=submit.busy on_click=hand>{verb}<span class="sr-only">{given}</span></Button>
                    })}
                    <Button kind=ButtonKind::Ghost busy=submit.busy on_click=remove>"Remove"<span class="sr-only">{removed}</span></Button>
                </div>
            })}
        </li>
    }
    .into_any()
}
