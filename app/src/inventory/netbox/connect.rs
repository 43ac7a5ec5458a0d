//! Saying where NetBox is: its address, a token, and whose certificate is good. It is asked at once; what does not work is not kept.

use super::{api::configure_netbox, page::Store};
use crate::{
    error::AppError,
    ui::{Button, ButtonKind, Icon, Notice, SecretField, Select, Submit, TextArea, TextField, ToastKind, Tone, toast},
};
use leptos::{ev, prelude::*};
use wire::{
    FaultCode,
    inventory::{NetBoxDraft, NetBoxStatusView},
    vault::Secret,
};

const SYSTEM: &str = "";
const AUTHORITY: &str = "authority";
const PINNED: &str = "pinned";

/// The fields of the form.
#[derive(Clone, Copy)]
struct Fields {
    url: RwSignal<String>,
    token: RwSignal<String>,
    trust: RwSignal<String>,
    authority: RwSignal<String>,
    fingerprint: RwSignal<String>,
    /// A certificate that was shown and is not trusted.
    shown: RwSignal<Option<Shown>>,
}

#[derive(Clone)]
struct Shown {
    fingerprint: String,
    is_another: bool,
}

impl Fields {
    fn of(status: Option<&NetBoxStatusView>) -> Self {
        let pinned = status.and_then(|status| status.fingerprint.clone()).unwrap_or_default();
        let trust = match status {
            Some(_) if !pinned.is_empty() => PINNED,
            Some(status) if status.authority => AUTHORITY,
            _ => SYSTEM,
        };
        Self {
            url: RwSignal::new(status.and_then(|status| status.url.clone()).unwrap_or_default()),
            token: RwSignal::new(String::new()),
            trust: RwSignal::new(trust.to_owned()),
            authority: RwSignal::new(String::new()),
            fingerprint: RwSignal::new(pinned),
            shown: RwSignal::new(None),
        }
    }

    /// `kept_authority`: one is known already, which an empty field leaves as it is.
    fn draft(self, kept_authority: bool) -> NetBoxDraft {
        let token = self.token.with_untracked(|token| token.trim().to_owned());
        let (authority, fingerprint) = match self.trust.get_untracked().as_str() {
            AUTHORITY => {
                let text = self.authority.get_untracked();
                ((!kept_authority || !text.trim().is_empty()).then_some(text), Some(String::new()))
            }
            PINNED => (Some(String::new()), Some(self.fingerprint.get_untracked())),
            _ => (Some(String::new()), Some(String::new())),
        };
        NetBoxDraft {
            url: Some(self.url.get_untracked()),
            token: (!token.is_empty()).then(|| Secret::new(token)),
            authority,
            fingerprint,
            mapping: None,
        }
    }

    /// What to show of a failure: a certificate in a frame of its own, anything else as it is.
    fn failed(self, error: AppError) -> Option<String> {
        let is_another = error.code() == FaultCode::CertificateChanged;
        let certificate = is_another || error.code() == FaultCode::CertificateUnknown;
        let shown = error.fault().certificate_fingerprint.clone().filter(|_| certificate);
        self.shown.set(shown.map(|shown| Shown { fingerprint: shown.into(), is_another }));
        self.shown.with_untracked(Option::is_none).then(|| error.to_string())
    }
}

/// The form. `known` is what is configured already.
#[component]
pub(super) fn ConnectForm(
    store: Store,
    #[prop(optional_no_strip)] known: Option<NetBoxStatusView>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let (fields, submit) = (Fields::of(known.as_ref()), Submit::new());
    let (is_known, has_authority) = (known.is_some(), known.as_ref().is_some_and(|known| known.authority));
    let send = Callback::new(move |()| {
        fields.shown.set(None);
        let draft = fields.draft(has_authority);
        submit.run_or(
            configure_netbox(draft),
            move |status| {
                let version = status.version.clone().unwrap_or_default();
                toast(ToastKind::Success, format!("NetBox {version} answers, and the token is good"));
                store.take(status);
                on_done.run(());
            },
            move |error| fields.failed(error),
        );
    });
    let pin = Callback::new(move |fingerprint: String| {
        fields.fingerprint.set(fingerprint);
        fields.trust.set(PINNED.to_owned());
        send.run(());
    });
    let trusts = [
        (SYSTEM, "Authorities that this server's machine trusts"),
        (AUTHORITY, "A private authority as well"),
        (PINNED, "One pinned certificate only"),
    ];
    let trusts = trusts.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec();
    let token_hint = if is_known {
        "Leave it empty to keep the one that is sealed in your vault. A new address needs it anew."
    } else {
        "In NetBox: your name, API Tokens. One that may only read is enough. It is sealed in your vault and never shown again."
    };
    let is_clear = move || fields.url.with(|url| url.trim().to_lowercase().starts_with("http://"));
    view! {
        <form class="form" on:submit=move |event: ev::SubmitEvent| { event.prevent_default(); send.run(()); }>
            <TextField label="Address" value=fields.url placeholder="https://netbox.example.org" inputmode="url" mono=true
                autofocus=true hint="Where NetBox shows its start page." />
            {move || is_clear().then(|| view! {
                <Notice tone=Tone::Warn>"With http:// the token travels in the clear: whoever stands in between reads it."</Notice>
            })}
            <SecretField label="API token" value=fields.token hint=token_hint optional=is_known />
            <Select label="Whose certificate is good" value=fields.trust options=trusts />
            {move || match fields.trust.get().as_str() {
                AUTHORITY => view! {
                    <TextArea label="Certificate of the authority (PEM)" value=fields.authority mono=true rows=6
                        optional=has_authority placeholder="-----BEGIN CERTIFICATE-----"
                        hint=if has_authority { "One is kept already; an empty field leaves it as it is." } else { "From its BEGIN line to its END line; several may follow one another." } />
                }.into_any(),
                PINNED => view! {
                    <TextField label="SHA-256 of the certificate" value=fields.fingerprint mono=true placeholder="AB:CD:…"
                        hint="As `openssl x509 -noout -fingerprint -sha256` writes it. No other certificate is accepted then." />
                }.into_any(),
                _ => ().into_any(),
            }}
            {move || fields.shown.get().map(|shown| view! { <Certificate shown busy=submit.busy on_pin=pin /> })}
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <div class="button-row">
                <Button kind=ButtonKind::Primary submit=true icon=Icon::Check busy=submit.busy>
                    {if is_known { "Test and save" } else { "Test and connect" }}
                </Button>
            </div>
        </form>
    }
}

/// A certificate that is not trusted: what to compare, and the way to pin it.
#[component]
fn Certificate(
    shown: Shown,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] on_pin: Callback<String>,
) -> impl IntoView {
    let Shown { fingerprint, is_another } = shown;
    let (tone, title) = match is_another {
        true => (Tone::Bad, "NetBox shows another certificate than the pinned one"),
        false => (Tone::Warn, "Nobody known vouches for NetBox's certificate"),
    };
    let text = match is_another {
        true => {
            "It was renewed, or somebody stands between Berth and NetBox and would read the token. Nothing was sent. Ask before you pin this one."
        }
        false => {
            "Nothing was sent yet. Compare this SHA-256 with the one that the server itself tells, then pin it: no other certificate is accepted from then on."
        }
    };
    let mine = fingerprint.clone();
    view! {
        <Notice tone>
            <strong>{title}</strong>
            <p>{text}</p>
            <p class="mono netbox-fingerprint">{fingerprint}</p>
            <div class="button-row">
                <Button icon=Icon::Fingerprint busy on_click=move |()| on_pin.run(mine.clone())>"Pin this certificate"</Button>
            </div>
        </Notice>
    }
}
