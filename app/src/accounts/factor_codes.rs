//! Recovery codes of a second factor, shown once: nobody goes on before saying that they are kept somewhere.

use crate::ui::{Button, ButtonKind, Checkbox, CopyButton, Icon, download_text};
use leptos::prelude::*;
use wire::vault::Secret;

/// The codes, two ways to keep them, and the promise.
#[component]
pub(super) fn FactorCodes(
    /// The codes.
    codes: Vec<Secret>,
    /// Goes on.
    #[prop(into)]
    on_stored: Callback<()>,
) -> impl IntoView {
    let stored = RwSignal::new(false);
    let text = codes.iter().map(Secret::expose).collect::<Vec<_>>().join("\n");
    let file = format!(
        "Berth recovery codes of the second factor\n\n{text}\n\nEach works once, in place of a code of the app.\n"
    );
    view! {
        <p class="door-lead">
            "Without your phone, one of these codes signs you in beside your password. Each works once. "
            <strong>"They are shown this one time."</strong>
        </p>
        <ul class="factor-codes" aria-label="Recovery codes">
            {codes.iter().map(|code| view! { <li>{code.expose().to_owned()}</li> }).collect_view()}
        </ul>
        <div class="button-row">
            <CopyButton text />
            <Button icon=Icon::Download on_click=move |()| download_text("berth-second-factor-codes.txt", &file)>
                "Download as text"
            </Button>
        </div>
        <Checkbox label="I have stored them" value=stored />
        <Button
            kind=ButtonKind::Primary
            disabled=Signal::derive(move || !stored.get())
            on_click=move |()| on_stored.run(())
        >
            "Continue"
        </Button>
    }
}
