//! The recovery code, shown once: nobody goes on before saying that it is kept somewhere.

use super::{door::SignIn, proof::Proof};
use crate::ui::{Button, ButtonKind, Checkbox, CopyButton, Icon, download_text};
use leptos::prelude::*;
use wire::vault::Secret;

/// The code, two ways to keep it, and the promise.
#[component]
pub(super) fn RecoveryCode(
    /// The code.
    code: Secret,
    /// Goes on.
    #[prop(into)]
    on_stored: Callback<()>,
    /// Whether a passkey is what else opens the vault.
    #[prop(optional)]
    by_passkey: bool,
) -> impl IntoView {
    let stored = RwSignal::new(false);
    let proof = Proof::of(expect_context::<SignIn>().vault_opener());
    let opener = if by_passkey { "your passkey" } else { proof.name() };
    let text = code.expose().to_owned();
    let file = format!(
        "Berth recovery code\n\n{text}\n\nIt opens the stored secrets when the password, the vault passphrase or the passkey is lost. Keep it where nobody else reads it.\n"
    );
    view! {
        <p class="door-lead">
            {format!("Your stored passwords and keys are sealed with {}. If you ever lose it, only this code opens them again. ", opener)}
            <strong>"It is shown this one time."</strong>
        </p>
        <output class="secret-once" aria-label="Recovery code">{text.clone()}</output>
        <div class="button-row">
            <CopyButton text />
            <Button icon=Icon::Download on_click=move |()| download_text("berth-recovery-code.txt", &file)>
                "Download as text"
            </Button>
        </div>
        <Checkbox label="I have stored it" value=stored />
        <Button
            kind=ButtonKind::Primary
            disabled=Signal::derive(move || !stored.get())
            on_click=move |()| on_stored.run(())
        >
            "Continue"
        </Button>
    }
}
