//! Random bytes from the operating system, and ids made of them.

use crate::ServiceError;
use uuid::Uuid;
use zeroize::Zeroizing;

const NO_RANDOMNESS: ServiceError = ServiceError::Internal("the operating system gave no random numbers");

/// Bytes that nobody can guess, wiped when they are dropped.
///
/// # Errors
/// When the operating system has none to give.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, ServiceError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| NO_RANDOMNESS)?;
    Ok(bytes)
}

/// A new id for a row. It sorts by time and holds no `_`, which separates the parts of an API token.
///
/// # Errors
/// Never in practice: a UUID is a valid id.
pub(crate) fn id<T: TryFrom<String>>() -> Result<T, ServiceError> {
    T::try_from(Uuid::now_v7().to_string()).map_err(|_| ServiceError::Internal("an id could not be made"))
}
