//! Signs for a certificate with the private key at hand. russh does so itself for all but RSA, where it would sign with SHA-1.

use crate::ssh::signing::sign;
use russh::{
    SendError, Signer,
    keys::{HashAlg, PrivateKey, agent::AgentIdentity},
};
use std::sync::Arc;

/// The private key that a certificate is for.
pub(super) struct KeySigner(pub(super) Arc<PrivateKey>);

/// Why nothing was signed.
pub(super) struct Broken(pub(super) russh::Error);

impl From<SendError> for Broken {
    fn from(_: SendError) -> Self {
        Self(russh::Error::SendError)
    }
}

impl Signer for KeySigner {
    type Error = Broken;

    /// The data with the signature behind it, as an agent answers.
    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, Broken> {
        let signature = sign(&self.0, hash, &data).map_err(Broken)?;
        data.extend(u32::try_from(signature.len()).unwrap_or(u32::MAX).to_be_bytes());
        data.extend(signature);
        Ok(data)
    }
}
