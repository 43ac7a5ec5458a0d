//! API tokens, and what the command line makes.

use crate::house::{House, OTHER, PASSWORD, code_of, draft, secret, visitor};
use services::Visitor;
use wire::{
    FaultCode, Timestamp,
    accounts::{Role, TokenDraft},
};

#[tokio::test]
async fn a_token_is_the_account_with_its_role_until_it_ends() {
    let house = House::new().await;
    house.accounts.add("alice", Role::Viewer, secret(PASSWORD)).await.unwrap();
    let alice = house.alice(PASSWORD).await;
    let limited = TokenDraft { name: " ci ".into(), expires_in_days: Some(1), scopes: None };
    let made = house.accounts.create_token(&alice, limited).await.unwrap();
    assert!(made.view.opens_vault && made.view.name == "ci" && made.view.expires_at.is_some());
    let caller = house.accounts.caller_by_token(&visitor(1), made.token.expose()).await.unwrap();
    assert_eq!((caller.account(), caller.role(), caller.vault_open()), (alice.account(), Role::Viewer, true));
    let used = house.accounts.tokens(&alice).await.unwrap()[0].last_used_at;
    assert!(used.is_some());
    house.accounts.caller_by_token(&visitor(1), made.token.expose()).await.unwrap();
    assert_eq!(house.accounts.tokens(&alice).await.unwrap()[0].last_used_at, used);
    let nested = house.accounts.create_token(&caller, draft("more")).await.unwrap_err();
    assert_eq!(code_of(nested), FaultCode::Forbidden);
    house.accounts.delete_token(&alice, &made.view.id).await.unwrap();
    let gone = house.accounts.caller_by_token(&visitor(1), made.token.expose()).await.unwrap_err();
    assert_eq!(code_of(gone), FaultCode::Unauthenticated);
    assert!(house.accounts.delete_token(&alice, &made.view.id).await.is_err());
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let (house, _) = House::with_alice().await;
    let alice = house.alice(PASSWORD).await;
    let made = house.accounts.create_token(&alice, draft("ci")).await.unwrap();
    let (good, id) = (made.token.expose(), made.view.id.as_str());
    let mut expired = house.storage.tokens().by_id(&made.view.id).await.unwrap().unwrap();
    expired.id = "expired".parse().unwrap();
    expired.expires_at = Some(Timestamp::from_millis(1));
    house.storage.tokens().insert(&expired).await.unwrap();
    let flipped = format!("{}{}", &good[..good.len() - 2], if good.ends_with("AA") { "BA" } else { "AA" });
    let of_expired = good.replace(id, "expired");
    for bad in [
        "",
        "berth_",
        "berth__",
        "x",
        &good[1..],
        &flipped,
        &of_expired,
        &format!("berth_{id}_"),
        &good.replace(id, "nope"),
    ] {
        let error = house.accounts.caller_by_token(&visitor(1), bad).await.unwrap_err();
        assert_eq!(code_of(error), FaultCode::Unauthenticated, "{bad}");
    }
    house.accounts.caller_by_token(&visitor(1), good).await.unwrap();
}

#[tokio::test]
async fn a_token_moved_to_another_row_opens_no_vault() {
    let (house, _) = House::with_alice().await;
    let made = house.accounts.create_token(&house.alice(PASSWORD).await, draft("ci")).await.unwrap();
    let mut moved = house.storage.tokens().by_id(&made.view.id).await.unwrap().unwrap();
    moved.id = "moved".parse().unwrap();
    house.storage.tokens().insert(&moved).await.unwrap();
    let bearer = made.token.expose().replace(made.view.id.as_str(), "moved");
    assert!(!house.accounts.caller_by_token(&visitor(1), &bearer).await.unwrap().vault_open());
}

#[tokio::test]
async fn the_console_makes_accounts_and_tokens() {
    let (house, _) = House::with_alice().await;
    let accounts = &house.accounts;
    let taken = accounts.add("ALICE", Role::Admin, secret(PASSWORD)).await.unwrap_err();
    assert_eq!(code_of(taken), FaultCode::Conflict);
    assert!(accounts.add("a b", Role::Admin, secret(PASSWORD)).await.is_err());
    assert!(accounts.add("bob", Role::Admin, secret("short")).await.is_err());
    for (password, opens) in [(None, false), (Some(secret(PASSWORD)), true)] {
        let made = accounts.create_token_for("alice", "script", password, None).await.unwrap();
        let caller = accounts.caller_by_token(&Visitor::default(), made.token.expose()).await.unwrap();
        assert_eq!((made.view.opens_vault, caller.vault_open()), (opens, opens));
    }
    assert!(accounts.create_token_for("alice", "script", Some(secret(OTHER)), None).await.is_err());
    assert_eq!(code_of(accounts.disable("nobody").await.unwrap_err()), FaultCode::NotFound);
    assert_eq!(code_of(accounts.reset_password("nobody", secret(OTHER)).await.unwrap_err()), FaultCode::NotFound);
}
