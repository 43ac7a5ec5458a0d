//! Accounts as the doors see them, on a real SQLite file.

use services::{Caller, ServiceError, Visitor, accounts::Accounts, accounts::NewSignIn, vault::Vault};
use std::time::Duration;
use storage::Storage;
use tempfile::TempDir;
use wire::{
    Fault, FaultCode, Timestamp,
    accounts::{PasswordChange, Role, SetupRequest, SignInRequest, SignInStatus, TokenDraft},
    vault::{CredentialDraft, Secret, VaultRecovery},
};

const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "quite another phrase";

struct House {
    dir: TempDir,
    storage: Storage,
    accounts: Accounts,
    vault: Vault,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("berth.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let accounts = Accounts::new(storage.clone()).await.unwrap();
        let vault = Vault::new(storage.clone());
        Self { dir, storage, accounts, vault }
    }

    /// A house with one member in it; answers her recovery code.
    async fn with_alice() -> (Self, Secret) {
        let house = Self::new().await;
        let done = house.accounts.add("Alice", Role::Member, secret(PASSWORD)).await.unwrap();
        (house, done.recovery_code)
    }

    async fn sign_in(&self, password: &str) -> Result<NewSignIn, ServiceError> {
        self.accounts.sign_in(&visitor(1), request("alice", password)).await
    }

    async fn caller(&self, new: &NewSignIn) -> Result<Caller, ServiceError> {
        let cookie = new.vault_secret.as_ref().map(|cookie| cookie.expose());
        self.accounts.caller_by_sign_in(&visitor(1), &new.data, cookie).await
    }

    async fn alice(&self, password: &str) -> Caller {
        self.caller(&self.sign_in(password).await.unwrap()).await.unwrap()
    }

    async fn keep_something(&self, caller: &Caller) {
        let draft = CredentialDraft { name: "db".into(), password: Some(secret("hunter2")), ..Default::default() };
        self.vault.add(caller, draft).await.unwrap();
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

fn visitor(last: u8) -> Visitor {
    Visitor { address: Some([192, 0, 2, last].into()), request_id: "r".into(), user_agent: Some("test".into()) }
}

fn request(username: &str, password: &str) -> SignInRequest {
    SignInRequest { username: username.into(), password: secret(password) }
}

fn setup(code: &str, username: &str, password: &str) -> SetupRequest {
    SetupRequest { code: secret(code), username: username.into(), password: secret(password) }
}

fn draft(name: &str) -> TokenDraft {
    TokenDraft { name: name.into(), expires_in_days: None }
}

fn code_of(error: ServiceError) -> FaultCode {
    Fault::from(error).code
}

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
    let status = accounts.status(Some(&caller)).await.unwrap();
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
    let console = Accounts::new(house.storage.clone()).await.unwrap();
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

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() {
    let (house, _) = House::with_alice().await;
    let mut texts = Vec::new();
    for (name, password) in [("alice", OTHER), ("nobody", PASSWORD), ("", ""), ("a b/c", PASSWORD)] {
        let visitor = visitor(u8::try_from(texts.len()).unwrap());
        let error = house.accounts.sign_in(&visitor, request(name, password)).await.unwrap_err();
        texts.push(format!("{:?}", error.fault()));
    }
    assert!(texts.iter().all(|text| text == &texts[0]), "{texts:?}");
    let huge = house.sign_in(&"x".repeat(1025)).await.unwrap_err();
    assert_eq!(code_of(huge), FaultCode::BadInput);
}

#[tokio::test]
async fn wrong_passwords_make_wait_and_the_right_one_is_not_even_looked_at() {
    let (house, _) = House::with_alice().await;
    for _ in 0..4 {
        assert!(matches!(house.sign_in(OTHER).await, Err(ServiceError::WrongPassword)));
    }
    let Err(ServiceError::TooManyTries(wait)) = house.sign_in(PASSWORD).await else { panic!("no delay") };
    assert!(wait <= Duration::from_secs(1));
    let patience = tokio::time::timeout(Duration::from_secs(30), async {
        while house.sign_in(PASSWORD).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    patience.await.unwrap();
    // The account's record is clean again: three more are free, from another address.
    for _ in 0..3 {
        let error = house.accounts.sign_in(&visitor(2), request("alice", OTHER)).await.unwrap_err();
        assert!(matches!(error, ServiceError::WrongPassword));
    }
    house.accounts.sign_in(&visitor(3), request("alice", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_guesses_at_once_gets_few_answers() {
    let (house, _) = House::with_alice().await;
    let flood = (0..100_u8).map(|_| {
        let accounts = house.accounts.clone();
        tokio::spawn(async move { accounts.sign_in(&visitor(1), request("alice", OTHER)).await })
    });
    let mut checked = 0;
    for guess in flood.collect::<Vec<_>>() {
        checked += u32::from(matches!(guess.await.unwrap(), Err(ServiceError::WrongPassword)));
    }
    assert!((1..=8).contains(&checked), "{checked} guesses were checked");
}

#[tokio::test]
async fn the_vault_needs_the_cookie_that_belongs_to_the_sign_in() {
    let (house, _) = House::with_alice().await;
    let (one, other) = (house.sign_in(PASSWORD).await.unwrap(), house.sign_in(PASSWORD).await.unwrap());
    assert!(house.caller(&one).await.unwrap().vault_open());
    let foreign = other.vault_secret.as_ref().unwrap().expose();
    for cookie in [None, Some(""), Some("%%%"), Some("AAAA"), Some(foreign)] {
        let caller = house.accounts.caller_by_sign_in(&visitor(1), &one.data, cookie).await.unwrap();
        assert!(!caller.vault_open(), "{cookie:?}");
    }
}

#[tokio::test]
async fn what_the_server_keeps_of_a_sign_in_survives_its_session_row() {
    let (house, _) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    let json = serde_json::to_vec(&new.data).unwrap();
    let end = Timestamp::from_millis(i64::MAX / 2);
    house.accounts.save_sign_in("cookie", Some(&new.account), json, end).await.unwrap();
    let row = house.accounts.load_sign_in("cookie").await.unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<services::accounts::SignInData>(&row).unwrap(), new.data);
    assert!(house.accounts.load_sign_in("another").await.unwrap().is_none());
    house.accounts.delete_sign_in("cookie").await.unwrap();
    assert!(house.accounts.load_sign_in("cookie").await.unwrap().is_none());
    house.accounts.save_sign_in("old", None, vec![1], Timestamp::from_millis(1)).await.unwrap();
    assert!(house.accounts.load_sign_in("old").await.unwrap().is_none());
    house.accounts.delete_expired_sign_ins().await.unwrap();
}

#[tokio::test]
async fn a_new_password_keeps_the_vault_and_ends_the_other_sign_ins() {
    let (house, recovery_code) = House::with_alice().await;
    let old = house.sign_in(PASSWORD).await.unwrap();
    let end = Timestamp::from_millis(i64::MAX / 2);
    house.accounts.save_sign_in("old", Some(&old.account), vec![1], end).await.unwrap();
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
async fn a_new_password_without_the_vault_cookie_still_wraps_the_same_vault() {
    let (house, _) = House::with_alice().await;
    let token = house.accounts.create_token(&house.alice(PASSWORD).await, draft("ci")).await.unwrap().token;
    let signed_in = house.sign_in(PASSWORD).await.unwrap();
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
    let wrong = house.accounts.recover_vault(&caller, recovery("AAAA-BBBB")).await.unwrap_err();
    assert_eq!(code_of(wrong), FaultCode::BadInput);
    let (new, code) = house.accounts.recover_vault(&caller, recovery(recovery_code.expose())).await.unwrap();
    assert!(code.is_none() && house.caller(&new).await.unwrap().vault_open());
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
    let (new, code) = house.accounts.recover_vault(&caller, recovery).await.unwrap();
    let (code, caller) = (code.unwrap(), house.caller(&new).await.unwrap());
    assert!(caller.vault_open() && code != old_code);
    assert!(house.vault.list(&caller).await.unwrap().is_empty());
    // The token still names the account, but what it seals nobody could ever open.
    let by_token = house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap();
    assert!(!by_token.vault_open() && !house.accounts.tokens(&caller).await.unwrap()[0].opens_vault);
    house.accounts.reset_password("alice", secret(PASSWORD)).await.unwrap();
    let caller = house.alice(PASSWORD).await;
    for (code, right) in [(old_code, false), (code, true)] {
        let recovery = VaultRecovery { password: secret(PASSWORD), recovery_code: Some(code) };
        assert_eq!(house.accounts.recover_vault(&caller, recovery).await.is_ok(), right);
    }
}

#[tokio::test]
async fn recovering_a_vault_that_is_not_locked_deletes_nothing() {
    let (house, _) = House::with_alice().await;
    let caller = house.alice(PASSWORD).await;
    house.keep_something(&caller).await;
    let recovery = VaultRecovery { password: secret(PASSWORD), recovery_code: None };
    let (new, code) = house.accounts.recover_vault(&caller, recovery).await.unwrap();
    assert!(code.is_none());
    assert_eq!(house.vault.list(&house.caller(&new).await.unwrap()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_is_the_account_with_its_role_until_it_ends() {
    let house = House::new().await;
    house.accounts.add("alice", Role::Viewer, secret(PASSWORD)).await.unwrap();
    let alice = house.alice(PASSWORD).await;
    let limited = TokenDraft { name: " ci ".into(), expires_in_days: Some(1) };
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
async fn a_disabled_account_is_out_at_once() {
    let (house, _) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    let token = house.accounts.create_token(&house.alice(PASSWORD).await, draft("ci")).await.unwrap().token;
    let end = Timestamp::from_millis(i64::MAX / 2);
    house.accounts.save_sign_in("cookie", Some(&new.account), vec![1], end).await.unwrap();
    house.accounts.disable("alice").await.unwrap();
    assert_eq!(code_of(house.caller(&new).await.unwrap_err()), FaultCode::Unauthenticated);
    let by_token = house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap_err();
    assert_eq!(code_of(by_token), FaultCode::Unauthenticated);
    assert!(house.accounts.load_sign_in("cookie").await.unwrap().is_none());
    assert_eq!(code_of(house.sign_in(PASSWORD).await.unwrap_err()), FaultCode::Forbidden);
    assert_eq!(code_of(house.sign_in(OTHER).await.unwrap_err()), FaultCode::WrongPassword);
    assert!(house.accounts.create_token_for("alice", "x", None).await.is_err());
    assert!(house.accounts.list().await.unwrap()[0].disabled);
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
        let made = accounts.create_token_for("alice", "script", password).await.unwrap();
        let caller = accounts.caller_by_token(&Visitor::default(), made.token.expose()).await.unwrap();
        assert_eq!((made.view.opens_vault, caller.vault_open()), (opens, opens));
    }
    assert!(accounts.create_token_for("alice", "script", Some(secret(OTHER))).await.is_err());
    assert_eq!(code_of(accounts.disable("nobody").await.unwrap_err()), FaultCode::NotFound);
    assert_eq!(code_of(accounts.reset_password("nobody", secret(OTHER)).await.unwrap_err()), FaultCode::NotFound);
}

#[tokio::test]
async fn no_secret_stands_in_the_database_nor_in_debug() {
    let (house, recovery_code) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    let json = serde_json::to_vec(&new.data).unwrap();
    let end = Timestamp::from_millis(i64::MAX / 2);
    house.accounts.save_sign_in("the-cookie-id", Some(&new.account), json, end).await.unwrap();
    let caller = house.caller(&new).await.unwrap();
    house.keep_something(&caller).await;
    let token = house.accounts.create_token(&caller, draft("ci")).await.unwrap().token;
    house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap();
    let cookie = new.vault_secret.as_ref().unwrap().expose();
    let token_secret = token.expose().rsplit('_').next().unwrap();
    let secrets = [PASSWORD, "hunter2", recovery_code.expose(), cookie, token_secret, "the-cookie-id"];
    for file in std::fs::read_dir(house.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
    }
    let shown = format!("{new:?} {caller:?} {token:?}");
    assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
}
