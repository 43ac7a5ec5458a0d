//! Renewing the certificate of a stored key: it is public, and the vault need not be open.

use super::{api::set_certificate, form::certificate_fault};
use crate::{
    events::Refresh,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, Notice, Submit, TextArea, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::vault::{CertificateDraft, CredentialView};

/// The dialog.
#[component]
pub(super) fn RenewCertificate(
    /// Whose certificate.
    credential: CredentialView,
    /// Takes the dialog away.
    renewing: RwSignal<Option<CredentialView>>,
    /// The list.
    refresh: Refresh,
) -> impl IntoView {
    let (text, error, submit) = (RwSignal::new(String::new()), RwSignal::new(None), Submit::new());
    let (title, has_one) = (format!("Certificate of {}", credential.name), credential.certificate.is_some());
    let id = StoredValue::new(credential.id);
    let put = move |certificate: Option<String>, done: &'static str| {
        let draft = CertificateDraft { certificate };
        submit.run(async move { set_certificate(id.get_value(), draft).await }, move |_| {
            renewing.set(None);
            toast(ToastKind::Success, done);
            refresh.now();
        });
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        error.set(if typed.is_empty() { Some("Paste the certificate.".to_owned()) } else { certificate_fault(&typed) });
        match error.with_untracked(Option::is_some) {
            true => focus_first_fault(),
            false => put(Some(typed), "The certificate is kept with the key"),
        }
    };
    view! {
        <Dialog title on_close=move |()| renewing.set(None)>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextArea label="Certificate" value=text error hint="The file that ends in -cert.pub, for this very key." rows=4 mono=true />
                <DialogActions>
                    <Button on_click=move |()| renewing.set(None)>"Cancel"</Button>
                    {has_one.then(|| view! {
                        <Button busy=submit.busy on_click=move |()| put(None, "The key has no certificate any more")>"Take it away"</Button>
                    })}
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
