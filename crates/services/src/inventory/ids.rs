//! New ids: time-ordered UUIDs (RFC 9562, version 7), so that rows made together lie together.

use crate::ServiceError;
use wire::{FolderId, HostId};

/// A new host's id.
pub(super) fn host() -> Result<HostId, ServiceError> {
    HostId::try_from(text()).map_err(refused)
}

/// A new folder's id.
pub(super) fn folder() -> Result<FolderId, ServiceError> {
    FolderId::try_from(text()).map_err(refused)
}

fn text() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn refused(_: wire::InvalidId) -> ServiceError {
    ServiceError::Internal("a new id could not be made")
}
