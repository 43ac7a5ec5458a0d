//! A house with a database of its own, and short words for what the tests ask of it.

use services::{
    Caller, ServiceError, Visitor, accounts::Accounts, accounts::CookieRow, accounts::NewSignIn, audit::Audit,
    vault::Vault,
};
use storage::Storage;
use tempfile::TempDir;
use wire::{
    Fault, FaultCode, Timestamp,
    accounts::{Role, SetupRequest, SignInRequest, TokenDraft},
    vault::{CredentialDraft, Secret},
};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const OTHER: &str = "quite another phrase";

pub(crate) struct House {
    pub(crate) dir: TempDir,
    pub(crate) storage: Storage,
    pub(crate) accounts: Accounts,
    pub(crate) vault: Vault,
}

impl House {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("berth.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let audit = Audit::new(storage.clone(), Default::default(), dir.path().join("server.key"));
        let accounts = Accounts::new(storage.clone(), Default::default(), audit.clone()).await.unwrap();
        let vault = Vault::new(storage.clone(), Default::default(), audit);
        Self { dir, storage, accounts, vault }
    }

    /// A house with one member in it; answers her recovery code.
    pub(crate) async fn with_alice() -> (Self, Secret) {
        let house = Self::new().await;
        let done = house.accounts.add("Alice", Role::Member, secret(PASSWORD)).await.unwrap();
        (house, done.recovery_code)
    }

    pub(crate) async fn sign_in(&self, password: &str) -> Result<NewSignIn, ServiceError> {
        let signed_in = self.accounts.sign_in(&visitor(1), request("alice", password)).await?;
        Ok(signed_in.whole().unwrap())
    }

    /// Who a sign-in is, kept as a browser's cookie keeps it.
    pub(crate) async fn caller(&self, new: &NewSignIn) -> Result<Caller, ServiceError> {
        let row = row_of(new.data.id(), new);
        if !self.accounts.change_cookie_row(row.clone()).await? {
            self.accounts.begin_cookie_row(row).await?;
        }
        let cookie = new.vault_secret.as_ref().map(|cookie| cookie.expose());
        self.accounts.caller_by_sign_in(&visitor(1), &new.data, cookie).await
    }

    pub(crate) async fn alice(&self, password: &str) -> Caller {
        self.caller(&self.sign_in(password).await.unwrap()).await.unwrap()
    }

    pub(crate) async fn keep_something(&self, caller: &Caller) {
        let draft = CredentialDraft { name: "db".into(), password: Some(secret("hunter2")), ..Default::default() };
        self.vault.add(caller, draft).await.unwrap();
    }
}

/// A sign-in under a cookie's id.
pub(crate) fn row_of(id: &str, new: &NewSignIn) -> CookieRow {
    CookieRow {
        id: id.into(),
        account: Some(new.account.clone()),
        whole: Some(new.data.clone()),
        data: serde_json::to_vec(&new.data).unwrap(),
        expires_at: Timestamp::from_millis(i64::MAX / 2),
    }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text)
}

pub(crate) fn visitor(last: u8) -> Visitor {
    Visitor {
        address: Some([192, 0, 2, last].into()),
        request_id: "r".into(),
        user_agent: Some("test".into()),
        device: None,
    }
}

pub(crate) fn request(username: &str, password: &str) -> SignInRequest {
    SignInRequest { username: username.into(), password: secret(password), code: None }
}

pub(crate) fn setup(code: &str, username: &str, password: &str) -> SetupRequest {
    SetupRequest { code: secret(code), username: username.into(), password: secret(password) }
}

pub(crate) fn draft(name: &str) -> TokenDraft {
    TokenDraft { name: name.into(), expires_in_days: None, scopes: None }
}

pub(crate) fn code_of(error: ServiceError) -> FaultCode {
    Fault::from(error).code
}
