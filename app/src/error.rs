//! The one error of every server function: a [`Fault`] in the JSON shape of SPEC §12.
//!
//! It adds nothing to the fault; it exists because the trait that carries errors between server and browser cannot be
//! implemented for a type of another crate. In the browser, a fault that says "nobody is signed in" also tells the page.

use leptos::server_fn::{
    Bytes,
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use wire::{Fault, FaultCode};

/// What a server function answers when it cannot do what it was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(Fault);

impl AppError {
    /// A failure that this crate itself found.
    pub fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        Fault::new(code, detail).into()
    }

    /// What went wrong.
    pub fn fault(&self) -> &Fault {
        &self.0
    }

    /// The stable word for it.
    pub fn code(&self) -> FaultCode {
        self.0.code
    }

    /// The sentence where it may begin with this name, which stays as somebody wrote it.
    pub fn about(&self, name: &str) -> String {
        let text = self.to_string();
        let begins = !name.is_empty() && self.0.detail.starts_with(name);
        let rest = begins.then(|| text.get(capitalised(name).len()..)).flatten();
        rest.map_or_else(|| text.clone(), |rest| format!("{name}{rest}"))
    }

    /// Whether another try may go better although nobody changed anything.
    pub fn may_pass(&self) -> bool {
        !matches!(self.code(), FaultCode::BadInput | FaultCode::NotFound | FaultCode::Forbidden)
    }

    fn unreadable_answer() -> Self {
        Self::new(
            FaultCode::Internal,
            "The server's answer is not understood. Reload the page: it may be older than the server.",
        )
    }

    /// Takes the fault out.
    pub fn into_fault(self) -> Fault {
        self.0
    }
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        #[cfg(feature = "ssr")]
        crate::server::answer_with_status(fault.code.status());
        Self(fault)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sentence(&self.0.detail))?;
        match &self.0.request_id {
            // Only a fault of the server itself is worth looking up in its log.
            Some(id) if self.0.code == FaultCode::Internal => write!(f, " (request {id})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for AppError {}

/// Errors are written to stand in the middle of a log line; a person reads them as a sentence.
fn sentence(text: &str) -> String {
    let mut sentence = capitalised(text);
    if sentence.ends_with(|last: char| last.is_alphanumeric() || "\")”".contains(last)) {
        sentence.push('.');
    }
    sentence
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match value {
            E::Args(why) | E::MissingArg(why) => {
                Self::new(FaultCode::BadInput, format!("The request is not understood: {why}."))
            }
            E::Request(_) => Self::new(FaultCode::Unavailable, "The server cannot be reached. Check your connection."),
            // On the server it is the request that cannot be read, in the browser the answer.
            #[cfg(all(feature = "ssr", not(feature = "csr")))]
            E::Deserialization(why) => Self::new(FaultCode::BadInput, format!("The request is not understood: {why}.")),
            #[cfg(not(all(feature = "ssr", not(feature = "csr"))))]
            E::Deserialization(_) => Self::unreadable_answer(),
            other => Self::new(FaultCode::Internal, format!("The request failed: {other}.")),
        }
    }

    fn de(data: Bytes) -> Self {
        let error: Self = serde_json::from_slice(&data).unwrap_or_else(|_| Self::unreadable_answer());
        #[cfg(feature = "csr")]
        crate::client::notice(&error);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_the_shape_of_every_other_error() {
        let error = AppError::from(Fault::new(FaultCode::NotFound, "There is no such host."));
        let json = String::from_utf8(error.ser().to_vec()).expect("text");
        assert_eq!(json, r#"{"detail":"There is no such host.","code":"not_found"}"#);
        assert_eq!(AppError::de(json.into_bytes().into()), error);
    }

    #[test]
    fn what_is_not_a_fault_becomes_one() {
        assert_eq!(AppError::de(Bytes::from_static(b"<html>")).code(), FaultCode::Internal);
    }

    #[test]
    fn is_read_as_a_sentence() {
        let text = |detail: &str| AppError::from(Fault::new(FaultCode::BadInput, detail)).to_string();
        assert_eq!(text("the name is taken; choose another"), "The name is taken; choose another.");
        assert_eq!((text("Why?"), text("")), ("Why?".into(), String::new()));
    }

    #[test]
    fn a_name_stays_as_it_is_written() {
        let error = AppError::from(Fault::new(FaultCode::BadInput, "ftp is reached by another protocol"));
        assert_eq!(error.about("ftp"), "ftp is reached by another protocol.");
        assert_eq!([error.about("web01"), error.about("")], [error.to_string(), error.to_string()]);
        let sharp = AppError::from(Fault::new(FaultCode::BadInput, "ßftp is reached by another protocol"));
        assert_eq!(sharp.about("ßftp"), "ßftp is reached by another protocol.");
        assert!(!error.may_pass());
    }

    #[test]
    fn only_a_fault_of_the_server_names_the_request() {
        let mut fault = Fault::new(FaultCode::Internal, "It broke.");
        fault.request_id = Some("r1".into());
        assert_eq!(AppError::from(fault.clone()).to_string(), "It broke. (request r1)");
        fault.code = FaultCode::BadInput;
        assert_eq!(AppError::from(fault).to_string(), "It broke.");
    }
}
