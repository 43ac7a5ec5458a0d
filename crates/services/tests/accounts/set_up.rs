//! The first account, made with the code from the console.

use crate::house::{House, PASSWORD, code_of, secret, setup, visitor};
use services::{accounts::Accounts, audit::Audit};
use wire::{
    FaultCode,
    accounts::{Role, SignInStatus},
};

#[tokio::test]
async fn the_first_admin_is_made_with_the_code_and_only_once() {
    let house = House::new().await;
    let accounts = &house.accounts;
    assert_eq!(accounts.status(None).await.unwrap().status, SignInStatus::SetupNeeded);
    let code = accounts.setup_code().unwrap();
    let wrong = accounts.set_up(&visitor(1), setup("0000-0000", "root", PASSWORD)).await.unwrap_err();
    assert_eq!(code_of(wrong), FaultCode::Unauthenticated);
    let short = accounts.set_up(&visitor(1), setup(code.expose(), "root", "short")).await.unwrap_err();
    assert_eq!(code_of(short), FaultCode::BadInput);
    let loosely = code.expose().to_lowercase().replace('-', " ");
    let (new, done) = accounts.set_up(&visitor(1), setup(&loosely, "root", PASSWORD)).await.unwrap();
    let caller = house.caller(&new).await.unwrap();
    assert!(caller.vault_open() && caller.role() == Role::Admin && !done.recovery_code.is_empty());
    let status = accounts.status(Some(&services::accounts::Known::Whole(caller))).await.unwrap();
    assert_eq!((status.status, status.username.as_deref()), (SignInStatus::SignedIn, Some("root")));
    assert_eq!(status.session_id.as_deref(), Some(new.data.id()));
    assert!(accounts.setup_code().is_none() && !accounts.setup_needed().await.unwrap());
    let again = accounts.set_up(&visitor(1), setup(code.expose(), "second", PASSWORD)).await.unwrap_err();
    assert_eq!(code_of(again), FaultCode::Conflict);
    assert_eq!(accounts.status(None).await.unwrap().status, SignInStatus::SignedOut);
}

#[tokio::test]
async fn racing_set_ups_make_one_account() {
    let house = House::new().await;
    let code = house.accounts.setup_code().unwrap();
    let racers = (0..4_u8).map(|racer| {
        let (accounts, code) = (house.accounts.clone(), code.clone());
        tokio::spawn(async move {
            let request = setup(code.expose(), &format!("admin{racer}"), PASSWORD);
            accounts.set_up(&visitor(racer), request).await.is_ok()
        })
    });
    let mut won = 0;
    for racer in racers.collect::<Vec<_>>() {
        won += u32::from(racer.await.unwrap());
    }
    assert_eq!((won, house.accounts.list().await.unwrap().len()), (1, 1));
}

#[tokio::test]
async fn the_console_takes_the_code_out_of_use() {
    let house = House::new().await;
    let code = house.accounts.setup_code().unwrap();
    // The command line is another process: its accounts know nothing of this code.
    let audit = Audit::new(house.storage.clone(), Default::default(), house.dir.path().join("server.key"));
    let console = Accounts::new(house.storage.clone(), Default::default(), audit).await.unwrap();
    console.add("root", Role::Admin, secret(PASSWORD)).await.unwrap();
    let late = house.accounts.set_up(&visitor(1), setup(code.expose(), "mallory", PASSWORD)).await.unwrap_err();
    assert_eq!(code_of(late), FaultCode::Conflict);
    assert!(house.accounts.setup_code().is_none());
}

#[tokio::test]
async fn guessing_the_set_up_code_gets_slow() {
    let house = House::new().await;
    for _ in 0..4 {
        let wrong = house.accounts.set_up(&visitor(1), setup("guess", "root", PASSWORD)).await.unwrap_err();
        assert_eq!(code_of(wrong), FaultCode::Unauthenticated);
    }
    let code = house.accounts.setup_code().unwrap();
    let wait = house.accounts.set_up(&visitor(1), setup(code.expose(), "root", PASSWORD)).await.unwrap_err();
    assert_eq!(code_of(wait), FaultCode::TooManyTries);
}
