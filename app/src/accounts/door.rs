//! Who is signed in, and what stands there while nobody is.
//!
//! The address stays as it was, so that after signing in a person is where the link led.

use super::{
    passphrase::{ChoosePassphrasePage, OpenVaultPage},
    second_step::SecondStepPage,
    set_up::SetUpPage,
    sign_in::SignInPage,
};
use crate::{
    client,
    error::AppError,
    parts::{Part, Place},
    ui::{Button, ButtonKind, Notice, Spinner, Tone},
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wire::accounts::{AuthStatus, Role, SignInStatus, VaultOpener};

/// What is known about the visitor.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Nothing,
    Unreachable(String),
    Status(AuthStatus),
}

/// What of it decides which page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    Unreachable,
    SetUp,
    SignedOut,
    SecondStep,
    SetUpFactor,
    ChoosePassphrase,
    OpenVault,
    SignedIn,
}

/// Who is signed in; one for the whole page, in its context.
#[derive(Clone, Copy)]
pub struct SignIn {
    known: RwSignal<Known>,
    stage: Memo<Stage>,
    stays_locked: RwSignal<bool>,
}

impl SignIn {
    /// Asks the server, and listens for answers that say that the sign-in has ended.
    pub fn begin() -> Self {
        let known = RwSignal::new(Known::Nothing);
        let stays_locked = RwSignal::new(false);
        let stage = Memo::new(move |_| match known.with(stage_of) {
            Stage::OpenVault if stays_locked.get() => Stage::SignedIn,
            stage => stage,
        });
        let this = Self { known, stage, stays_locked };
        let ended = client::signed_out();
        Effect::new(move |before: Option<u32>| {
            let count = ended.get();
            if before.is_none_or(|before| before != count) {
                this.refresh();
            }
            count
        });
        this
    }

    /// Asks the server again.
    pub fn refresh(self) {
        spawn_local(async move {
            let answer: Result<AuthStatus, AppError> = client::get_json("/api/auth/status").await;
            self.known.set(match answer {
                Ok(status) => Known::Status(status),
                Err(error) => Known::Unreachable(error.to_string()),
            });
        });
    }

    /// Signs out here; sessions go on.
    pub fn sign_out(self) {
        self.stays_locked.set(false);
        spawn_local(async move {
            // Whatever the answer is, the status tells what is so now.
            let _: Result<serde_json::Value, AppError> = client::post_json("/api/auth/logout", &()).await;
            self.refresh();
        });
    }

    /// The signed-in account's name.
    pub fn username(self) -> String {
        self.known.with(|known| match known {
            Known::Status(status) => status.username.clone().unwrap_or_default(),
            _ => String::new(),
        })
    }

    /// Whether the role may look at what other accounts do.
    pub fn sees_all(self) -> bool {
        let may = |role: Option<Role>| matches!(role, Some(Role::Admin | Role::Viewer));
        self.known.with(|known| matches!(known, Known::Status(status) if may(status.role)))
    }

    /// Whether the account may look after everybody's sessions.
    pub fn is_admin(self) -> bool {
        self.known.with(|known| matches!(known, Known::Status(status) if status.role == Some(Role::Admin)))
    }

    /// The signed-in account's role; a viewer's, which is the least, until it is known.
    pub fn role(self) -> Role {
        self.known.with(|known| match known {
            Known::Status(status) => status.role.unwrap_or(Role::Viewer),
            _ => Role::Viewer,
        })
    }

    /// Whether it is known yet who is signed in, or that nobody is.
    pub fn is_known(self) -> bool {
        self.stage.get() != Stage::Asking
    }

    /// What opens the vault.
    pub fn vault_opener(self) -> Option<VaultOpener> {
        self.known.with(|known| if let Known::Status(status) = known { status.vault_opener } else { None })
    }

    /// What the provider is called whom one may sign in by.
    pub fn provider(self) -> Option<String> {
        self.known.with(|known| if let Known::Status(status) = known { status.provider.clone() } else { None })
    }

    /// Under which address passkeys work here; none where they are switched off.
    pub(super) fn passkey_origin(self) -> Option<String> {
        self.known.with(|known| if let Known::Status(status) = known { status.passkey_origin.clone() } else { None })
    }

    /// Whether a passkey can be used in this browser, on this page.
    pub(super) fn has_passkeys(self) -> bool {
        super::authenticator::is_offered(self.passkey_origin().as_deref())
    }

    /// Goes on with a locked vault, in this page.
    pub(super) fn leave_locked(self) {
        self.stays_locked.set(true);
    }

    /// Whether stored secrets can be used.
    pub fn vault_open(self) -> bool {
        self.known.with(|known| matches!(known, Known::Status(status) if status.vault_open))
    }
}

fn stage_of(known: &Known) -> Stage {
    match known {
        Known::Nothing => Stage::Asking,
        Known::Unreachable(_) => Stage::Unreachable,
        Known::Status(status) => match status.status {
            SignInStatus::SetupNeeded => Stage::SetUp,
            SignInStatus::SignedOut => Stage::SignedOut,
            SignInStatus::SecondFactorNeeded => Stage::SecondStep,
            SignInStatus::SecondFactorSetupNeeded => Stage::SetUpFactor,
            SignInStatus::SignedIn => match status.vault_opener {
                Some(VaultOpener::NewPassphrase) => Stage::ChoosePassphrase,
                Some(VaultOpener::Passphrase | VaultOpener::Passkey | VaultOpener::Password) if !status.vault_open => {
                    Stage::OpenVault
                }
                _ => Stage::SignedIn,
            },
        },
    }
}

/// Lets the signed-in through and shows everybody else what to do.
#[component]
pub fn Door(
    /// What is behind it.
    children: ChildrenFn,
) -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    move || match sign_in.stage.get() {
        Stage::Asking => view! { <main class="door"><Spinner label="Loading" /></main> }.into_any(),
        Stage::Unreachable => view! { <Unreachable sign_in /> }.into_any(),
        Stage::SetUp => view! { <SetUpPage sign_in /> }.into_any(),
        Stage::SignedOut => view! { <SignInPage sign_in /> }.into_any(),
        Stage::SecondStep => view! { <SecondStepPage sign_in /> }.into_any(),
        Stage::SetUpFactor => view! { <Part place=Place::SetUpFactor /> }.into_any(),
        Stage::ChoosePassphrase => view! { <ChoosePassphrasePage sign_in /> }.into_any(),
        Stage::OpenVault => view! { <OpenVaultPage sign_in /> }.into_any(),
        Stage::SignedIn => children().into_any(),
    }
}

/// How often a page that cannot reach its server looks again by itself, in milliseconds.
const LOOK_AGAIN: u32 = 5_000;

/// Looks again now and then, and at once when the network comes back.
fn keep_looking(sign_in: SignIn) {
    let timer = Interval::new(LOOK_AGAIN, move || sign_in.refresh());
    let timer = StoredValue::new_local(Some(timer));
    let online = window_event_listener(leptos::ev::online, move |_| sign_in.refresh());
    on_cleanup(move || {
        drop(timer.try_update_value(Option::take));
        online.remove();
    });
}

#[component]
fn Unreachable(sign_in: SignIn) -> impl IntoView {
    keep_looking(sign_in);
    let text = move || {
        sign_in.known.with(|known| match known {
            Known::Unreachable(text) => text.clone(),
            _ => String::new(),
        })
    };
    view! {
        <DoorCard title="Berth cannot be reached">
            <Notice tone=Tone::Warn>{text}</Notice>
            <Button kind=ButtonKind::Primary on_click=move |()| sign_in.refresh()>"Try again"</Button>
        </DoorCard>
    }
}

/// The card in the middle of an otherwise empty page.
#[component]
pub(crate) fn DoorCard(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    crate::ui::set_title(&title);
    view! {
        <main class="door">
            <div class="door-card">
                <p class="door-brand"><crate::frame::Mark />"Berth"</p>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}
