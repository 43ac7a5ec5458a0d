//! What is asked before an account is switched off, or loses its second factor; switching it on is not asked about.

use super::keeping::{ADDRESS, Keeping};
use crate::{
    client,
    error::AppError,
    ui::{ConfirmDialog, Submit, ToastKind, toast},
};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    AccountId,
    accounts::{AccountPatch, AccountStanding},
};

fn switched(disabled: bool) -> AccountPatch {
    AccountPatch { role: None, disabled: Some(disabled) }
}

/// Lets an account sign in again.
pub(super) fn switch_on(id: &AccountId, keeping: Keeping) {
    let path = format!("{ADDRESS}/{id}");
    spawn_local(async move {
        let done: Result<AccountStanding, AppError> = client::patch_json(&path, &switched(false)).await;
        match done {
            Ok(account) => {
                toast(ToastKind::Success, format!("{} may sign in again", account.account.name));
                keeping.refresh.now();
            }
            Err(error) => toast(ToastKind::Error, error.to_string()),
        }
    });
}

/// Asks before everything of an account ends.
#[component]
pub(super) fn SwitchOff(account: AccountStanding, keeping: Keeping) -> impl IntoView {
    let (submit, name) = (Submit::new(), account.account.name.clone());
    let path = format!("{ADDRESS}/{}", account.account.id);
    let body = match account.live_sessions {
        0 => "Its sign-ins end and its tokens are refused. What it has stays, and it can be switched on again."
            .to_owned(),
        1 => "Its live session ends now, its sign-ins end and its tokens are refused. It can be switched on again."
            .to_owned(),
        count => format!(
            "Its {count} live sessions end now, its sign-ins end and its tokens are refused. It can be switched on again."
        ),
    };
    let confirm = move |()| {
        let (path, name) = (path.clone(), name.clone());
        let done = async move { client::patch_json::<_, AccountStanding>(&path, &switched(true)).await };
        submit.run(done, move |_| {
            keeping.close();
            toast(ToastKind::Success, format!("{name} is switched off"));
            keeping.refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Switch {} off?", account.account.name)
            body
            confirm="Switch off"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| keeping.close()
        />
    }
}

/// Asks before an account's second factor is taken away.
#[component]
pub(super) fn ResetFactor(account: AccountStanding, keeping: Keeping) -> impl IntoView {
    let (submit, name) = (Submit::new(), account.account.name.clone());
    let path = format!("{ADDRESS}/{}/reset-second-factor", account.account.id);
    let confirm = move |()| {
        let (path, name) = (path.clone(), name.clone());
        let done = async move { client::post_json::<_, AccountStanding>(&path, &()).await };
        submit.run(done, move |_| {
            keeping.close();
            toast(ToastKind::Success, format!("{name} signs in with the password alone now"));
            keeping.refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Reset the second factor of {}?", account.account.name)
            body="For somebody who has lost it: make sure that it is really them who asks. Passkeys of theirs are taken away, too. They are signed out everywhere, and the password is enough for the next sign-in."
            confirm="Reset"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| keeping.close()
        />
    }
}
