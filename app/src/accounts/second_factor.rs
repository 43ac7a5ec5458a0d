//! The second factor on the account's page: whether one is on, setting it up, new recovery codes, switching it off.

use super::{
    checks,
    door::SignIn,
    factor_codes::FactorCodes,
    factor_set_up::FactorSetUp,
    page::Section,
    proof::{Given, Proof, ProofField},
};
use crate::{
    client,
    error::AppError,
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, Dialog, DialogActions, Icon, Notice, RelativeTime, Skeleton, Submit, TextField,
        ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{RecoveryCodes, SecondFactorProof, SecondFactorView},
    events::Topic,
    vault::Secret,
};

const ADDRESS: &str = "/api/account/second-factor";

/// Fewer codes than this are few.
const FEW: u64 = 3;

/// What is being done in a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    SetUp,
    Codes,
    Off,
}

type Known = RwSignal<Option<Result<SecondFactorView, String>>>;

async fn read(known: Known) {
    let answer = client::get_json(ADDRESS).await.map_err(|error: AppError| error.to_string());
    if known.try_with_untracked(|before| before.as_ref() != Some(&answer)) == Some(true) {
        known.set(Some(answer));
    }
}

/// Whether one is on, and what can be done about it.
#[component]
pub(super) fn SecondFactor() -> impl IntoView {
    let (known, doing) = (Known::new(None), RwSignal::new(None::<Doing>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::SignIns], move || read(known));
    let done = Callback::new(move |()| {
        doing.set(None);
        refresh.now();
    });
    view! {
        <Section title="Second factor" about="A code of your phone beside the password, each time you sign in.">
            {move || match known.get() {
                None => view! { <Skeleton rows=1 label="Loading the second factor" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(factor)) => view! { <Standing factor doing /> }.into_any(),
            }}
        </Section>
        {move || doing.get().map(|what| match what {
            Doing::SetUp => view! {
                <Dialog title="Set up a second factor" on_close=done><FactorSetUp on_done=done /></Dialog>
            }
            .into_any(),
            Doing::Codes => view! { <NewCodes done /> }.into_any(),
            Doing::Off => view! { <SwitchOff done /> }.into_any(),
        })}
    }
}

#[component]
fn Standing(factor: SecondFactorView, doing: RwSignal<Option<Doing>>) -> impl IntoView {
    let Some(since) = factor.since else {
        return view! {
            <p class="muted">"None is switched on: whoever knows your password signs in."</p>
            <div class="button-row">
                <Button icon=Icon::Shield on_click=move |()| doing.set(Some(Doing::SetUp))>"Set up"</Button>
            </div>
        }
        .into_any();
    };
    let left = factor.recovery_codes_left;
    let codes = match left {
        0 => "no recovery code is left".to_owned(),
        1 => "1 recovery code is left".to_owned(),
        left => format!("{left} recovery codes are left"),
    };
    view! {
        <div class="row-main">
            <span class="row-title">"Authenticator app " <Badge tone=Tone::Good>"on"</Badge></span>
            <span class="row-meta">"set up " <RelativeTime millis=since.millis() /> ", " {codes}</span>
        </div>
        {(left < FEW).then(|| view! {
            <Notice tone=Tone::Warn>"Make new recovery codes: without one, a lost phone locks you out."</Notice>
        })}
        {factor.required.then(|| view! {
            <p class="muted">"This server requires one: switched off, it has to be set up anew before anything else."</p>
        })}
        <div class="button-row">
            <Button on_click=move |()| doing.set(Some(Doing::Codes))>"New recovery codes"</Button>
            <Button on_click=move |()| doing.set(Some(Doing::Off))>"Switch off"</Button>
        </div>
    }
    .into_any()
}

#[component]
fn NewCodes(done: Callback<()>) -> impl IntoView {
    let made = RwSignal::new(None::<Vec<Secret>>);
    let send = Callback::new(move |(proof, submit): (SecondFactorProof, Submit)| {
        let address = format!("{ADDRESS}/recovery-codes");
        submit.run(async move { client::post_json::<_, RecoveryCodes>(&address, &proof).await }, move |answer| {
            made.set(Some(answer.recovery_codes))
        });
    });
    view! {
        <Dialog title="New recovery codes" on_close=done>
            {move || match made.get() {
                None => view! {
                    <p>"They take the place of the older ones, which open nothing any more."</p>
                    <ProofForm send verb="Make new codes" kind=ButtonKind::Primary done />
                }
                .into_any(),
                Some(codes) => view! { <FactorCodes codes on_stored=done /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn SwitchOff(done: Callback<()>) -> impl IntoView {
    let send = Callback::new(move |(proof, submit): (SecondFactorProof, Submit)| {
        let address = format!("{ADDRESS}/off");
        submit.run(async move { client::post_json::<_, ()>(&address, &proof).await }, move |()| {
            toast(ToastKind::Success, "The second factor is switched off");
            done.run(());
        });
    });
    let alone = match Proof::of(expect_context::<SignIn>().vault_opener()) {
        Proof::Password => "From then on the password alone signs you in. The recovery codes go with it.",
        Proof::Passphrase => "From then on your provider's word alone signs you in. The recovery codes go with it.",
    };
    view! {
        <Dialog title="Switch the second factor off?" on_close=done>
            <p>{alone}</p>
            <ProofForm send verb="Switch off" kind=ButtonKind::Danger done />
        </Dialog>
    }
}

/// Password and code.
#[component]
fn ProofForm(
    send: Callback<(SecondFactorProof, Submit)>,
    verb: &'static str,
    kind: ButtonKind,
    done: Callback<()>,
) -> impl IntoView {
    let (code, tried, submit) = (RwSignal::new(String::new()), RwSignal::new(false), Submit::new());
    let given = Given::begin(tried);
    let code_fault = Signal::derive(move || tried.get().then(|| checks::filled(&code.get(), "a code")).flatten());
    let prove = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if given.fault.get_untracked().or(code_fault.get_untracked()).is_some() {
            return focus_first_fault();
        }
        let password = Secret::new(given.text.get_untracked());
        send.run((SecondFactorProof { password, code: Secret::new(code.get_untracked()) }, submit));
    };
    view! {
        <form class="form" on:submit=prove novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <ProofField given autofocus=true />
            <TextField
                label="Code"
                value=code
                error=code_fault
                hint="Six digits of the app, or a recovery code."
                autocomplete="one-time-code"
                mono=true
            />
            <DialogActions>
                <Button on_click=move |()| done.run(())>"Cancel"</Button>
                <Button kind submit=true busy=submit.busy>{verb}</Button>
            </DialogActions>
        </form>
    }
}
