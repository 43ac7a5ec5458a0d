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
) -> impl IntoView {
    let stored = RwSignal::new(false);
    let proof = Proof::of(expect_context::<SignIn>().vault_opener());
    let text = code.expose().to_owned();
    let file = format!(
        "Berth recovery code\n\n{text}\n\nIt opens the stored secrets when the password or the vault passphrase is lost. Keep it where nobody else reads it.\n"
    );
    view! {
        <p class="door-lead">
            {format!("Your stored passwords and keys are sealed with {}. If you ever lose it, only this code opens them again. ", proof.name())}
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
