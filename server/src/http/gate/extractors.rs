//! What handlers behind the gate are given of who asks.

use super::{ask_anew, refused};
use crate::http::{
    Door,
    faults::{Refusal, SIGN_IN},
};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use services::{
    Caller,
    accounts::{HalfSignIn, Known, Settler},
};
use std::convert::Infallible;
use wire::FaultCode;

/// The signed-in caller, for handlers behind the gate.
pub(crate) struct Signed(pub(crate) Caller);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.map(Self).ok_or_else(|| Refusal::new(FaultCode::Unauthenticated, SIGN_IN))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Caller>().cloned().map(Self))
    }
}

/// Asks anew who has signed in, for handlers that read a body themselves.
pub(crate) struct Anew(Parts);

impl Anew {
    /// The caller, if they still may what they ask for.
    ///
    /// # Errors
    /// When they may not any more.
    pub(crate) async fn caller(mut self, door: &Door) -> Result<Caller, Refusal> {
        ask_anew(door, &mut self.0).await?;
        let caller = self.0.extensions.remove::<Caller>();
        caller.ok_or_else(|| Refusal::new(FaultCode::Unauthenticated, SIGN_IN))
    }
}

impl<S: Sync> FromRequestParts<S> for Anew {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.clone()))
    }
}

/// Whoever the cookies or the token tell of, for the handlers that everybody reaches.
pub(crate) struct Anybody(pub(crate) Option<Known>);

impl<S: Sync> FromRequestParts<S> for Anybody {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Known>().cloned()))
    }
}

/// Who is half signed in.
pub(crate) struct Half(pub(crate) HalfSignIn);

impl<S: Sync> FromRequestParts<S> for Half {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match parts.extensions.get::<Known>() {
            Some(Known::Half(half)) => Ok(Self(half.clone())),
            known => Err(refused(known)),
        }
    }
}

/// Who may set up a second factor.
pub(crate) struct Settling(pub(crate) Settler);

impl<S: Sync> FromRequestParts<S> for Settling {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match parts.extensions.get::<Known>() {
            Some(Known::Settler(settler)) => Ok(Self(settler.clone())),
            Some(Known::Whole(caller)) => Ok(Self(caller.clone().into())),
            known => Err(refused(known)),
        }
    }
}
