//! API tokens: `berth_<token id>_<secret>`. The database keeps a hash of the secret, and the data key wrapped under it.

use super::{Accounts, holding, rules};
use crate::{
    Caller, ServiceError, Via, Visitor, clock,
    vault::{VaultKey, random},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sha2::{Digest, Sha256};
use storage::{AccountRecord, TokenRecord};
use subtle::ConstantTimeEq;
use wire::{
    TokenId,
    accounts::{TokenCreated, TokenDraft, TokenView},
    events::Topic,
    vault::Secret,
};
use zeroize::Zeroizing;

const MAX_TOKENS: usize = 100;
const DAY: u64 = 24 * 60 * 60;
/// A script may send a thousand requests a minute; "last used" need not be written a thousand times.
const TOUCH_EVERY: u64 = 60;

const REFUSED: ServiceError =
    ServiceError::Unauthenticated("this token is unknown, expired or switched off; make a new one");

impl Accounts {
    /// The caller's tokens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<TokenView>, ServiceError> {
        let account = self.row_of(caller).await?;
        let tokens = self.storage.tokens().list(&caller.account).await?;
        Ok(tokens.into_iter().map(|token| view(&account, token)).collect())
    }

    /// Makes a token. It opens the vault if the vault is open now.
    ///
    /// # Errors
    /// When a field is not acceptable, the caller came by a token, there are too many, or the database fails.
    pub async fn create_token(&self, caller: &Caller, draft: TokenDraft) -> Result<TokenCreated, ServiceError> {
        if caller.by_token() {
            return Err(ServiceError::Forbidden("a token cannot make tokens; sign in to make one"));
        }
        let account = self.row_of(caller).await?;
        let created = self.issue_token(&account, &draft, caller.vault.as_ref()).await?;
        self.audit.note(caller, "token.create", object(&created.view, &account), &power(&created)).await;
        Ok(created)
    }

    /// Ends a token.
    ///
    /// # Errors
    /// When the caller has none of that id, or the database fails.
    pub async fn delete_token(&self, caller: &Caller, id: &TokenId) -> Result<(), ServiceError> {
        if self.storage.tokens().delete(&caller.account, id).await? {
            self.events.changed(&caller.account, Topic::Tokens, Some(id.as_str()));
            self.audit.note(caller, "token.delete", format!("token {id} of {}", caller.name), "done").await;
            return Ok(());
        }
        Err(ServiceError::missing("token", id))
    }

    /// The caller behind `Authorization: Bearer …`.
    ///
    /// # Errors
    /// When the token is not one, has expired, or its account is switched off; which of it is not told.
    pub async fn caller_by_token(&self, visitor: &Visitor, bearer: &str) -> Result<Caller, ServiceError> {
        let (id, secret) = read(bearer).ok_or(REFUSED)?;
        let token = self.storage.tokens().by_id(&id).await?.ok_or(REFUSED)?;
        let same: bool = hash(&secret).as_slice().ct_eq(&token.secret_hash).into();
        if !same || token.expires_at.is_some_and(|end| end <= clock::now()) {
            return Err(REFUSED);
        }
        let account = self.storage.accounts().by_id(&token.account_id).await?;
        let account = account.filter(|account| !account.disabled).ok_or(REFUSED)?;
        let vault = match &token.vault_wrap {
            Some(blob) => holding::open_by_token(blob, secret.as_slice(), &account, &id)?,
            None => None,
        };
        self.touch(&token).await;
        Ok(Caller {
            account: account.id,
            name: account.name,
            role: account.role,
            vault,
            visitor: visitor.clone(),
            via: Via::Token(id),
            factor: None,
            scopes: Some(token.scopes),
            vouched: false,
        })
    }

    /// Makes a token for an account that was already proven.
    pub(super) async fn issue_token(
        &self,
        account: &AccountRecord,
        draft: &TokenDraft,
        key: Option<&VaultKey>,
    ) -> Result<TokenCreated, ServiceError> {
        let name = rules::token(draft)?.to_owned();
        let scopes = rules::scopes(draft, account.role)?;
        if self.storage.tokens().list(&account.id).await?.len() >= MAX_TOKENS {
            return Err(ServiceError::Conflict(format!("there are {MAX_TOKENS} tokens already; delete one first")));
        }
        let (id, secret) = (random::id::<TokenId>()?, random::bytes::<32>()?);
        let now = clock::now();
        let token = TokenRecord {
            account_id: account.id.clone(),
            name,
            secret_hash: hash(&secret),
            vault_wrap: key.map(|key| holding::by_token(secret.as_slice(), &account.id, &id, key)).transpose()?,
            created_at: now,
            last_used_at: None,
            expires_at: draft.expires_in_days.map(|days| clock::after(now, u64::from(days) * DAY)),
            scopes,
            id,
        };
        self.storage.tokens().insert(&token).await?;
        self.events.changed(&account.id, Topic::Tokens, Some(token.id.as_str()));
        let text = format!("berth_{}_{}", token.id, BASE64.encode(secret.as_slice()));
        Ok(TokenCreated { view: view(account, token), token: Secret::new(text) })
    }

    /// A database that cannot write right now is no reason to refuse a good token.
    async fn touch(&self, token: &TokenRecord) {
        let now = clock::now();
        if token.last_used_at.is_some_and(|last| now.seconds_since(last) < TOUCH_EVERY) {
            return;
        }
        self.saw(&token.account_id).await;
        if let Err(error) = self.storage.tokens().touch(&token.id, now).await {
            tracing::warn!(token = %token.id, %error, "the use of a token could not be noted");
        }
    }
}

/// A token as the audit log names it.
pub(super) fn object(token: &TokenView, account: &AccountRecord) -> String {
    format!("token {} of {}, {}", token.id, account.name, token.name)
}

/// What a new token can do, as the audit log tells it.
pub(super) fn power(created: &TokenCreated) -> String {
    let scopes: Vec<&str> = created.view.scopes.iter().map(|scope| scope.as_str()).collect();
    let opens = if created.view.opens_vault { "the" } else { "no" };
    format!("done, for {}; it opens {opens} vault", scopes.join(", "))
}

fn read(bearer: &str) -> Option<(TokenId, Zeroizing<[u8; 32]>)> {
    let (id, secret) = bearer.strip_prefix("berth_")?.split_once('_')?;
    let secret = Zeroizing::new(BASE64.decode(secret).ok()?);
    Some((id.parse().ok()?, Zeroizing::new(secret.as_slice().try_into().ok()?)))
}

/// Fast, because nobody guesses 32 random bytes.
fn hash(secret: &[u8; 32]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

fn view(account: &AccountRecord, token: TokenRecord) -> TokenView {
    TokenView {
        opens_vault: token.vault_wrap.as_ref().is_some_and(|blob| holding::holds_present_key(account, blob)),
        id: token.id,
        name: token.name,
        created_at: token.created_at,
        last_used_at: token.last_used_at,
        expires_at: token.expires_at,
        scopes: token.scopes,
    }
}
