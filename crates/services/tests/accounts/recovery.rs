//! New passwords, lost passwords, and what never stands in the database.

use crate::house::{House, OTHER, PASSWORD, code_of, draft, row_of, secret, visitor};
use services::accounts::Recovered;
use wire::{
    FaultCode,
    accounts::{PasswordChange, SecondFactorSetUp},
    vault::VaultRecovery,
};

#[tokio::test]
async fn a_new_password_keeps_the_vault_and_ends_the_other_sign_ins() {
    let (house, recovery_code) = House::with_alice().await;
    let old = house.sign_in(PASSWORD).await.unwrap();
    house.accounts.begin_cookie_row(row_of("old", &old)).await.unwrap();
    let caller = house.alice(PASSWORD).await;
    house.keep_something(&caller).await;
    let change = |current: &str, new: &str| PasswordChange { current: secret(current), new: secret(new) };
    let wrong = house.accounts.change_password(&caller, change(OTHER, OTHER)).await.unwrap_err();
    assert_eq!(code_of(wrong), FaultCode::WrongPassword);
    let short = house.accounts.change_password(&caller, change(PASSWORD, "short")).await.unwrap_err();
    assert_eq!(code_of(short), FaultCode::BadInput);
    let new = house.accounts.change_password(&caller, change(PASSWORD, OTHER)).await.unwrap();
    assert!(house.caller(&new).await.unwrap().vault_open());
    assert!(house.accounts.load_sign_in("old").await.unwrap().is_none());
    let ended = house.caller(&old).await.unwrap_err();
    assert_eq!(code_of(ended), FaultCode::Unauthenticated);
    assert!(house.sign_in(PASSWORD).await.is_err());
    assert!(house.alice(OTHER).await.vault_open());
    assert!(!recovery_code.is_empty());
    assert_eq!(house.vault.list(&house.alice(OTHER).await).await.unwrap().len(), 1);
}

#[tokio::test]
async fn who_was_signed_out_while_being_asked_changes_nothing() {
    let (house, _) = House::with_alice().await;
    let caller = house.alice(PASSWORD).await;
    // As another browser ends it while the password is looked at.
    assert_eq!(house.storage.sign_ins().delete_of_account(caller.account(), None).await.unwrap(), 1);
    let change = PasswordChange { current: secret(PASSWORD), new: secret(OTHER) };
    let ended = house.accounts.change_password(&caller, change).await.unwrap_err();
    assert_eq!(code_of(ended), FaultCode::Unauthenticated);
    let recovery = VaultRecovery { password: secret(PASSWORD), recovery_code: None };
    let ended = house.accounts.recover_vault(&caller.clone().into(), recovery).await.unwrap_err();
    assert_eq!(code_of(ended), FaultCode::Unauthenticated);
    let set_up = SecondFactorSetUp { password: secret(PASSWORD) };
    let ended = house.accounts.begin_second_factor(&caller.into(), set_up).await.unwrap_err();
    assert_eq!(code_of(ended), FaultCode::Unauthenticated);
    assert!(house.alice(PASSWORD).await.vault_open());
}

#[tokio::test]
async fn a_new_password_without_the_vault_cookie_still_wraps_the_same_vault() {
    let (house, _) = House::with_alice().await;
    let token = house.accounts.create_token(&house.alice(PASSWORD).await, draft("ci")).await.unwrap().token;
    let signed_in = house.sign_in(PASSWORD).await.unwrap();
    house.accounts.begin_cookie_row(row_of("cookie", &signed_in)).await.unwrap();
    let caller = house.accounts.caller_by_sign_in(&visitor(1), &signed_in.data, None).await.unwrap();
    let change = PasswordChange { current: secret(PASSWORD), new: secret(OTHER) };
    house.accounts.change_password(&caller, change).await.unwrap();
    assert!(house.alice(OTHER).await.vault_open());
    assert!(house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap().vault_open());
}

#[tokio::test]
async fn after_a_reset_the_recovery_code_brings_everything_back() {
    let (house, recovery_code) = House::with_alice().await;
    let before = house.sign_in(PASSWORD).await.unwrap();
    house.keep_something(&house.alice(PASSWORD).await).await;
    house.accounts.reset_password("ALICE", secret(OTHER)).await.unwrap();
    assert_eq!(code_of(house.caller(&before).await.unwrap_err()), FaultCode::Unauthenticated);
    let caller = house.alice(OTHER).await;
    assert!(!caller.vault_open());
    let change = PasswordChange { current: secret(OTHER), new: secret(PASSWORD) };
    let locked = house.accounts.change_password(&caller, change).await.unwrap_err();
    assert_eq!(code_of(locked), FaultCode::VaultLocked);
    let recovery = |code: &str| VaultRecovery { password: secret(OTHER), recovery_code: Some(secret(code)) };
    let wrong = house.accounts.recover_vault(&caller.clone().into(), recovery("AAAA-BBBB")).await.unwrap_err();
    assert_eq!(code_of(wrong), FaultCode::BadInput);
    let Recovered { sign_in: new, recovery_code: code, ended_others } =
        house.accounts.recover_vault(&caller.clone().into(), recovery(recovery_code.expose())).await.unwrap();
    assert!(code.is_none() && ended_others && house.caller(&new).await.unwrap().vault_open());
    let alice = house.alice(OTHER).await;
    assert!(alice.vault_open());
    assert_eq!(house.vault.list(&alice).await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_the_code_an_empty_vault_begins_and_old_keys_are_worth_nothing() {
    let (house, old_code) = House::with_alice().await;
    let alice = house.alice(PASSWORD).await;
    house.keep_something(&alice).await;
    let token = house.accounts.create_token(&alice, draft("ci")).await.unwrap().token;
    house.accounts.reset_password("alice", secret(OTHER)).await.unwrap();
    let caller = house.alice(OTHER).await;
    let recovery = VaultRecovery { password: secret(OTHER), recovery_code: None };
    let Recovered { sign_in: new, recovery_code: code, ended_others } =
        house.accounts.recover_vault(&caller.clone().into(), recovery).await.unwrap();
    let (code, caller) = (code.unwrap(), house.caller(&new).await.unwrap());
    assert!(ended_others);
    assert!(caller.vault_open() && code != old_code);
    assert!(house.vault.list(&caller).await.unwrap().is_empty());
    // The token still names the account, but what it seals nobody could ever open.
    let by_token = house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap();
    assert!(!by_token.vault_open() && !house.accounts.tokens(&caller).await.unwrap()[0].opens_vault);
    house.accounts.reset_password("alice", secret(PASSWORD)).await.unwrap();
    let caller = house.alice(PASSWORD).await;
    for (code, right) in [(old_code, false), (code, true)] {
        let recovery = VaultRecovery { password: secret(PASSWORD), recovery_code: Some(code) };
        assert_eq!(house.accounts.recover_vault(&caller.clone().into(), recovery).await.is_ok(), right);
    }
}

#[tokio::test]
async fn recovering_a_vault_that_is_not_locked_deletes_nothing() {
    let (house, _) = House::with_alice().await;
    let caller = house.alice(PASSWORD).await;
    house.keep_something(&caller).await;
    let recovery = VaultRecovery { password: secret(PASSWORD), recovery_code: None };
    let Recovered { sign_in: new, recovery_code: code, ended_others } =
        house.accounts.recover_vault(&caller.clone().into(), recovery).await.unwrap();
    assert!(code.is_none() && !ended_others);
    assert_eq!(house.vault.list(&house.caller(&new).await.unwrap()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn no_secret_stands_in_the_database_nor_in_debug() {
    let (house, recovery_code) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    let row = row_of("the-cookie-id", &new);
    house.accounts.begin_cookie_row(row.clone()).await.unwrap();
    let vault_cookie = new.vault_secret.as_ref().map(|cookie| cookie.expose());
    let caller = house.accounts.caller_by_sign_in(&visitor(1), &new.data, vault_cookie).await.unwrap();
    house.keep_something(&caller).await;
    let token = house.accounts.create_token(&caller, draft("ci")).await.unwrap().token;
    house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap();
    let cookie = new.vault_secret.as_ref().unwrap().expose();
    let token_secret = token.expose().splitn(3, '_').nth(2).unwrap();
    let secrets = [PASSWORD, "hunter2", recovery_code.expose(), cookie, token_secret, "the-cookie-id"];
    for file in std::fs::read_dir(house.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
    }
    let shown = format!("{new:?} {caller:?} {token:?} {row:?}");
    assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
}
