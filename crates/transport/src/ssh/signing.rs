//! Signs with a private key, RSA with the hash that is asked for.

use russh::keys::{HashAlg, PrivateKey, signature::Signer, ssh_key::private::KeypairData};

/// The signature in SSH's own encoding (RFC 4253 §6.6).
///
/// # Errors
/// When the key cannot sign so.
pub(super) fn sign(key: &PrivateKey, hash: Option<HashAlg>, data: &[u8]) -> Result<Vec<u8>, russh::Error> {
    let signature = match key.key_data() {
        KeypairData::Rsa(pair) => (pair, hash).try_sign(data),
        pair => pair.try_sign(data),
    };
    Vec::<u8>::try_from(signature?).map_err(|error| russh::Error::Keys(error.into()))
}
