//! The part of a form that says what holds for sessions: on a host, and about recording in a folder.

use super::{
    form::HostFaults,
    hosts::Hosts,
    policy::{LimitForm, PolicyForm, UNITS},
};
use crate::ui::{Checkbox, FieldError, Icon, IconView, Select, TextField};
use leptos::{ev, prelude::*};
use wire::{FolderId, recordings::RecordingPolicy};

/// A limit while it is typed.
#[derive(Clone, Copy)]
struct TypedLimit {
    choice: RwSignal<String>,
    amount: RwSignal<String>,
    unit: RwSignal<String>,
}

impl TypedLimit {
    fn new(form: LimitForm) -> Self {
        Self { choice: RwSignal::new(form.choice), amount: RwSignal::new(form.amount), unit: RwSignal::new(form.unit) }
    }

    fn form(self) -> LimitForm {
        LimitForm { choice: self.choice.get(), amount: self.amount.get(), unit: self.unit.get() }
    }
}

/// All of it while it is typed.
#[derive(Clone, Copy)]
pub(super) struct TypedPolicy {
    idle: TypedLimit,
    longest: TypedLimit,
    max_sessions: RwSignal<String>,
    tmux: RwSignal<bool>,
    recording: RwSignal<String>,
}

impl TypedPolicy {
    pub(super) fn new(form: PolicyForm) -> Self {
        Self {
            idle: TypedLimit::new(form.idle),
            longest: TypedLimit::new(form.longest),
            max_sessions: RwSignal::new(form.max_sessions),
            tmux: RwSignal::new(form.tmux),
            recording: RwSignal::new(form.recording),
        }
    }

    pub(super) fn form(self) -> PolicyForm {
        PolicyForm {
            idle: self.idle.form(),
            longest: self.longest.form(),
            max_sessions: self.max_sessions.get(),
            tmux: self.tmux.get(),
            recording: self.recording.get(),
        }
    }
}

/// What holds for the sessions on a host. Open when something is said already, or is wrong.
#[component]
pub(super) fn PolicyFields(
    typed: TypedPolicy,
    faults: Memo<HostFaults>,
    hosts: Hosts,
    folder: RwSignal<String>,
) -> impl IntoView {
    let open = RwSignal::new(untrack(|| typed.form()) != PolicyForm::default());
    Effect::new(move |_| {
        if faults.with(|faults| faults.policy != Default::default()) {
            open.set(true);
        }
    });
    let toggle = move |event: ev::MouseEvent| {
        // The signal opens and closes it, so that a fault inside is never hidden.
        event.prevent_default();
        open.update(|open| *open = !*open);
    };
    let fault = move |of: fn(&HostFaults) -> &Option<String>| -> FieldError {
        Signal::derive(move || faults.with(|faults| of(faults).clone()))
    };
    view! {
        <details class="more" open=move || open.get()>
            <summary on:click=toggle><IconView icon=Icon::ChevronRight />"Session limits, tmux and recording"</summary>
            <div class="form policy">
                <LimitField
                    label="Idle timeout"
                    amount="Idle for"
                    hint="Ends a session that nobody has looked at for so long."
                    typed=typed.idle
                    error=fault(|faults| &faults.policy.idle)
                />
                <LimitField
                    label="Longest duration"
                    amount="Open for"
                    hint="Ends a session this long after it was opened."
                    typed=typed.longest
                    error=fault(|faults| &faults.policy.longest)
                />
                <TextField
                    label="Sessions at most"
                    value=typed.max_sessions
                    error=fault(|faults| &faults.policy.max_sessions)
                    hint="How many may be open on this host at once; empty leaves it to your account's limit."
                    inputmode="numeric"
                    optional=true
                />
                <Checkbox
                    label="Keep work alive with tmux"
                    value=typed.tmux
                    hint="Shells run inside tmux on the host, so what runs in them survives a lost connection and a restart of Berth. Closing a session ends its work."
                />
                <RecordingField value=typed.recording inherited=Signal::derive(move || {
                    folder.with(|folder| hosts.recording_of(folder))
                }) />
            </div>
        </details>
    }
}

#[component]
fn LimitField(
    label: &'static str,
    /// What the number counts, when there is one.
    amount: &'static str,
    hint: &'static str,
    typed: TypedLimit,
    error: FieldError,
) -> impl IntoView {
    let choices = [("server", "As the server"), ("off", "Off"), ("own", "After …")];
    let choices = choices.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec();
    let units = UNITS.map(|(unit, _)| (unit.to_owned(), unit.to_owned())).to_vec();
    view! {
        <div class="form-split even">
            <Select label value=typed.choice options=Signal::stored(choices) hint />
            {move || {
                let units = Signal::stored(units.clone());
                (typed.choice.get() == "own").then(|| view! {
                    <div class="form-split limit">
                        <TextField label=amount value=typed.amount error inputmode="numeric" />
                        <Select label="Unit" value=typed.unit options=units />
                    </div>
                })
            }}
        </div>
    }
}

/// Whether sessions are recorded.
#[component]
pub(super) fn RecordingField(
    value: RwSignal<String>,
    /// What holds when nothing is said here: a folder's name and its word.
    inherited: Signal<Option<(String, RecordingPolicy)>>,
) -> impl IntoView {
    let options = Signal::derive(move || {
        let above = match inherited.get() {
            Some((folder, policy)) => format!("As the folder {folder}: {}", said(policy)),
            None => "As the server".to_owned(),
        };
        let own = [("off", "Off"), ("on", "On"), ("required", "Required: a session that cannot be recorded ends")];
        let own = own.map(|(key, text)| (key.to_owned(), text.to_owned()));
        std::iter::once((String::new(), above)).chain(own).collect::<Vec<_>>()
    });
    view! {
        <Select
            label="Recording"
            value
            options
            hint="Keeps what terminals show, to be played again later. Where the server requires it, nothing here switches it off."
        />
    }
}

const fn said(policy: RecordingPolicy) -> &'static str {
    match policy {
        RecordingPolicy::Off => "off",
        RecordingPolicy::On => "on",
        RecordingPolicy::Required => "required",
    }
}

impl Hosts {
    /// What the folder of this name, or the nearest around it, says about recording.
    fn recording_of(self, folder: &str) -> Option<(String, RecordingPolicy)> {
        let folder = folder.trim().to_lowercase();
        let id =
            self.folders_now(|all| all.iter().find(|one| one.name.to_lowercase() == folder).map(|one| one.id.clone()));
        self.recording_at(id)
    }

    /// What this folder, or the nearest around it, says about recording.
    pub(super) fn recording_at(self, folder: Option<FolderId>) -> Option<(String, RecordingPolicy)> {
        self.folders_now(|all| {
            let mut above = folder;
            // A bound, so that a circle of folders cannot hold the page.
            for _ in 0..=all.len() {
                let current = all.iter().find(|one| Some(&one.id) == above.as_ref())?;
                if let Some(policy) = current.recording {
                    return Some((current.name.clone(), policy));
                }
                above.clone_from(&current.parent_id);
            }
            None
        })
    }
}
