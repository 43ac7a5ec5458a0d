//! What a server function may take from the server: who asks, and the services. Nothing else.
//!
//! The server's gate puts both into the context before a server function runs; without them it answers 401 or 503
//! instead of panicking, which would drop the connection.

use crate::error::AppError;
use leptos::{prelude::use_context, server_fn::axum_export::http::StatusCode};
use leptos_axum::ResponseOptions;
use services::{Caller, ServiceError, Services};
use wire::{Fault, FaultCode};

/// Who asks. The first line of every server function.
pub fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>()
        .ok_or_else(|| AppError::new(FaultCode::Unauthenticated, "Nobody is signed in. Sign in and try again."))
}

/// The rules of the house.
pub fn services() -> Result<Services, AppError> {
    use_context::<Services>()
        .ok_or_else(|| AppError::new(FaultCode::Unavailable, "The server is still starting. Try again in a moment."))
}

/// A server function's `Err` is a 500 unless the response says otherwise.
pub(crate) fn answer_with_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

impl From<ServiceError> for AppError {
    fn from(error: ServiceError) -> Self {
        Fault::from(error).into()
    }
}
