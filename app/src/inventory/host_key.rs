//! The dialog that asks whether a host's key is to be trusted.
//!
//! A key that nobody knew is a question; a key that differs from the trusted one is a full stop that needs a decision.

use super::api::trust_host_key;
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, DialogActions, Notice, Submit, Tone};
use leptos::prelude::*;
use wire::{
    HostId,
    inventory::{HostKeyScan, HostKeyState, HostKeyTrust},
};

/// Shows the key and takes the decision.
#[component]
pub fn HostKeyDialog(
    /// The host.
    host_id: HostId,
    /// What it showed.
    scan: HostKeyScan,
    /// The key is trusted now.
    #[prop(into)]
    on_trusted: Callback<()>,
    /// It is not.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let changed = scan.known == HostKeyState::Changed;
    let title = match (changed, is_certificate(&scan)) {
        (false, false) => "Check the host key",
        (false, true) => "Check the certificate",
        (true, false) => "Stop: the host key has changed",
        (true, true) => "Stop: the certificate has changed",
    };
    view! {
        <Dialog title on_close=on_cancel wide=true>
            <HostKeyQuestion host_id scan on_trusted on_cancel />
        </Dialog>
    }
}

/// The same without the dialog around it.
#[component]
pub(super) fn HostKeyQuestion(
    host_id: HostId,
    scan: HostKeyScan,
    #[prop(into)] on_trusted: Callback<()>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let (changed, decided, submit) = (scan.known == HostKeyState::Changed, RwSignal::new(false), Submit::new());
    let trust = HostKeyTrust { fingerprint: scan.fingerprint.clone() };
    let confirm = move |()| {
        let (id, trust) = (host_id.clone(), trust.clone());
        submit.run(async move { trust_host_key(id, trust).await }, move |_| on_trusted.run(()));
    };
    let certificate = is_certificate(&scan);
    let (kind, text) = match (changed, certificate) {
        (false, false) => (ButtonKind::Primary, "Trust this key"),
        (false, true) => (ButtonKind::Primary, "Trust this certificate"),
        (true, false) => (ButtonKind::Danger, "Trust the new key"),
        (true, true) => (ButtonKind::Danger, "Trust the new certificate"),
    };
    view! {
        {if changed { view! { <Changed /> }.into_any() } else { view! { <Unknown certificate /> }.into_any() }}
        <KeyFacts scan />
        {changed.then(|| view! {
            <Checkbox
                label="I know why the key changed, and I trust the new one"
                hint="Ask whoever runs the host for its fingerprint, over another way than this connection."
                value=decided
            />
        })}
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        <DialogActions>
            <Button on_click=on_cancel>{if changed { "Do not connect" } else { "Cancel" }}</Button>
            <Button
                kind
                busy=submit.busy
                disabled=Signal::derive(move || changed && !decided.get())
                on_click=confirm
            >
                {text}
            </Button>
        </DialogActions>
    }
}

/// Whether it is an FTPS host's, which has no SSH key.
fn is_certificate(scan: &HostKeyScan) -> bool {
    scan.algorithm == "X.509"
}

#[component]
fn Unknown(certificate: bool) -> impl IntoView {
    let command = match certificate {
        true => "openssl x509 -noout -fingerprint -sha256 -in certificate.pem",
        false => "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
    };
    view! {
        <p>
            "You connect to this host for the first time. Compare the fingerprint with the one that the host's owner gave you, or run "
            <code>{command}</code>" on the host. From then on Berth refuses any other."
        </p>
    }
}

#[component]
fn Changed() -> impl IntoView {
    view! {
        <Notice tone=Tone::Bad>
            <strong>"The host shows another key than the one that you trust."</strong>
            <p>
                "Either it was reinstalled or given a new key, or somebody stands between Berth and the host and would read
                everything, your password too. Nothing was sent. Do not go on before you know which it is."
            </p>
        </Notice>
    }
}

/// The key, below the one that is trusted when they differ, so that the eye can compare.
#[component]
fn KeyFacts(scan: HostKeyScan) -> impl IntoView {
    let changed = scan.known == HostKeyState::Changed;
    let trusted = changed.then(|| {
        let key =
            [scan.trusted_algorithm, scan.trusted_fingerprint].into_iter().flatten().collect::<Vec<_>>().join(" ");
        view! {
            <dt>"Trusted until now"</dt>
            <dd class="mono fingerprint">{key}</dd>
        }
    });
    view! {
        <dl class="facts key-facts">
            <dt>"Host"</dt>
            <dd class="mono">{scan.endpoint}</dd>
            {trusted}
            <dt>{if changed { "Shown now" } else { "Algorithm and fingerprint" }}</dt>
            <dd class="mono fingerprint">{format!("{} {}", scan.algorithm, scan.fingerprint)}</dd>
        </dl>
        {(!scan.randomart.is_empty()).then(|| view! {
            <pre class="randomart" role="img" aria-label="Randomart of the fingerprint">{scan.randomart}</pre>
        })}
    }
}
