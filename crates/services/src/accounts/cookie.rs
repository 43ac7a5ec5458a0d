//! The secret in the cookie `berth_vault`: it opens the vault of one sign-in, or of half a one, and is stored nowhere.

use super::holding;
use crate::{
    ServiceError,
    vault::{VaultKey, random, wrap::Holder},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::fmt;
use storage::AccountRecord;
use zeroize::Zeroizing;

/// The secret that opens the vault of one sign-in. It lives in the cookie `berth_vault` and nowhere else.
#[derive(Clone)]
pub struct CookieSecret(Zeroizing<String>);

impl CookieSecret {
    /// The cookie's value: 32 bytes in base64url.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieSecret(…)")
    }
}

/// A new id of a sign-in.
pub(super) fn new_id() -> Result<String, ServiceError> {
    Ok(BASE64.encode(random::bytes::<16>()?.as_slice()))
}

/// A new secret, and the key wrapped under it as the server keeps it; neither without a key.
pub(super) fn wrapped(
    account: &AccountRecord,
    holder: Holder<'_>,
    key: Option<&VaultKey>,
) -> Result<(Option<CookieSecret>, Option<String>), ServiceError> {
    let Some(key) = key else { return Ok((None, None)) };
    let secret = random::bytes::<32>()?;
    let blob = holding::by_cookie(secret.as_slice(), &account.id, holder, key)?;
    let cookie = CookieSecret(Zeroizing::new(BASE64.encode(secret.as_slice())));
    Ok((Some(cookie), Some(BASE64.encode(blob))))
}

/// The key, when the cookie is the one that was given out with the wrap.
pub(super) fn open(
    account: &AccountRecord,
    holder: Holder<'_>,
    wrap: Option<&str>,
    cookie: Option<&str>,
) -> Result<Option<VaultKey>, ServiceError> {
    let (Some(blob), Some(cookie)) = (wrap, cookie) else { return Ok(None) };
    let (Ok(blob), Ok(secret)) = (BASE64.decode(blob), BASE64.decode(cookie)) else { return Ok(None) };
    holding::open_by_cookie(&blob, &Zeroizing::new(secret), account, holder)
}
