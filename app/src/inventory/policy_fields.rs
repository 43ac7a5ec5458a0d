//! The part of a form that says what holds for sessions, on a host or on the hosts in a folder.

use super::{
    choosers::as_folder,
    policy::{self, LimitForm, PolicyFaults, PolicyForm, UNITS},
};
use crate::ui::{Checkbox, FieldError, Icon, IconView, Select, TextField};
use leptos::{ev, prelude::*};
use wire::{
    inventory::{Effective, Origin},
    recordings::RecordingPolicy,
};

/// A limit while it is typed.
#[derive(Clone, Copy)]
pub(super) struct TypedLimit {
    choice: RwSignal<String>,
    amount: RwSignal<String>,
    unit: RwSignal<String>,
}

impl TypedLimit {
    pub(super) fn new(form: LimitForm) -> Self {
        Self { choice: RwSignal::new(form.choice), amount: RwSignal::new(form.amount), unit: RwSignal::new(form.unit) }
    }

    pub(super) fn form(self) -> LimitForm {
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
    agent_forwarding: RwSignal<bool>,
    recording: RwSignal<String>,
}

impl TypedPolicy {
    pub(super) fn new(form: PolicyForm) -> Self {
        Self {
            idle: TypedLimit::new(form.idle),
            longest: TypedLimit::new(form.longest),
            max_sessions: RwSignal::new(form.max_sessions),
            tmux: RwSignal::new(form.tmux),
            agent_forwarding: RwSignal::new(form.agent_forwarding),
            recording: RwSignal::new(form.recording),
        }
    }

    pub(super) fn form(self) -> PolicyForm {
        PolicyForm {
            idle: self.idle.form(),
            longest: self.longest.form(),
            max_sessions: self.max_sessions.get(),
            tmux: self.tmux.get(),
            agent_forwarding: self.agent_forwarding.get(),
            recording: self.recording.get(),
        }
    }
}

/// What holds for the sessions on a host, or on the hosts in a folder. Open when something is said already, or is wrong.
#[component]
pub(super) fn PolicyFields(
    typed: TypedPolicy,
    faults: Signal<PolicyFaults>,
    /// What holds when nothing is said here.
    around: Signal<Effective>,
    /// Whether it is about a host: shells in tmux and a forwarded agent are its own matter.
    #[prop(optional)]
    of_host: bool,
) -> impl IntoView {
    let open = RwSignal::new(untrack(|| typed.form()) != PolicyForm::default());
    Effect::new(move |_| {
        if faults.with(|faults| *faults != PolicyFaults::default()) {
            open.set(true);
        }
    });
    let toggle = move |event: ev::MouseEvent| {
        // The signal opens and closes it, so that a fault inside is never hidden.
        event.prevent_default();
        open.update(|open| *open = !*open);
    };
    let fault = move |of: fn(&PolicyFaults) -> &Option<String>| -> FieldError {
        Signal::derive(move || faults.with(|faults| of(faults).clone()))
    };
    let limit = |seconds: Option<u64>, from: Option<&Origin>| Some((policy::said(seconds?), from?.folder.clone()));
    let idle =
        Signal::derive(move || around.with(|it| limit(it.idle_timeout_seconds, it.from.idle_timeout_seconds.as_ref())));
    let longest =
        Signal::derive(move || around.with(|it| limit(it.max_duration_seconds, it.from.max_duration_seconds.as_ref())));
    let sessions = move || {
        around.with(|it| Some(as_folder(&it.from.max_sessions.as_ref()?.folder, &it.max_sessions?.to_string())))
    };
    let recording =
        Signal::derive(move || around.with(|it| Some((it.from.recording.as_ref()?.folder.clone(), it.recording?))));
    let title = if of_host { "Session limits, tmux, agent and recording" } else { "Session limits and recording" };
    view! {
        <details class="more" open=move || open.get()>
            <summary on:click=toggle><IconView icon=Icon::ChevronRight />{title}</summary>
            <div class="form policy">
                <LimitField
                    label="Idle timeout"
                    amount="Idle for"
                    hint="Ends a session that nobody has looked at for so long."
                    typed=typed.idle
                    error=fault(|faults| &faults.idle)
                    around=idle
                />
                <LimitField
                    label="Longest duration"
                    amount="Open for"
                    hint="Ends a session this long after it was opened."
                    typed=typed.longest
                    error=fault(|faults| &faults.longest)
                    around=longest
                />
                <TextField
                    label="Sessions at most"
                    value=typed.max_sessions
                    error=fault(|faults| &faults.max_sessions)
                    hint="How many may be open on one host at once; empty leaves it to the folder, then to your account's limit."
                    placeholder=Signal::derive(move || sessions().unwrap_or_default())
                    inputmode="numeric"
                    optional=true
                />
                {of_host.then(|| view! {
                    <Checkbox
                        label="Keep work alive with tmux"
                        value=typed.tmux
                        hint="Shells run inside tmux on the host, so what runs in them survives a lost connection and a restart of Berth. Closing a session ends its work."
                    />
                    <Checkbox
                        label="Forward the agent"
                        value=typed.agent_forwarding
                        hint="Lets what you run on this host sign in elsewhere with the key of its credential (ssh -A). The key stays here, but whoever is root on the host can use it while you are connected."
                    />
                })}
                <RecordingField value=typed.recording inherited=recording />
            </div>
        </details>
    }
}

/// A limit of time.
#[component]
pub(super) fn LimitField(
    label: &'static str,
    /// What the number counts, when there is one.
    amount: &'static str,
    hint: &'static str,
    typed: TypedLimit,
    error: FieldError,
    /// What holds when nothing is said here: the limit, and the folder that says it.
    around: Signal<Option<(String, String)>>,
) -> impl IntoView {
    let choices = Signal::derive(move || {
        let above = around.get().map(|(limit, folder)| as_folder(&folder, &limit));
        let above = ("server", above.unwrap_or_else(|| "As the server".into()));
        [above, ("off", "Off".into()), ("own", "After …".into())].map(|(key, text)| (key.to_owned(), text)).to_vec()
    });
    let units = UNITS.map(|(unit, _)| (unit.to_owned(), unit.to_owned())).to_vec();
    view! {
        <div class="form-split even">
            <Select label value=typed.choice options=choices hint />
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
fn RecordingField(
    value: RwSignal<String>,
    /// What holds when nothing is said here: a folder's name and its word.
    inherited: Signal<Option<(String, RecordingPolicy)>>,
) -> impl IntoView {
    let options = Signal::derive(move || {
        let above = match inherited.get() {
            Some((folder, policy)) => as_folder(&folder, policy::word(policy)),
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
