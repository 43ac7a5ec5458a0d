//! What a host asks at sign-in beside a stored secret (RFC 4256), and what a person answers.

use crate::vault::Secret;
use serde::{Deserialize, Serialize};

/// One field of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostPrompt {
    /// The host's words, for example `Verification code:`; at most 200 characters.
    pub text: String,
    /// Whether what is typed may be shown.
    pub echo: bool,
}

/// What a host asks. The words are the host's own. It waits for the answers for two minutes at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostQuestion {
    /// Names the question in [`HostAnswers`].
    pub id: String,
    /// What the host calls it; often empty.
    pub name: String,
    /// What the host says beforehand; often empty, at most 2,000 characters.
    pub instructions: String,
    /// The fields, at most 16.
    pub prompts: Vec<HostPrompt>,
    /// Whether it asks for a password, which can be stored.
    pub asks_password: bool,
}

/// What a person answers. None of it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostAnswers {
    /// Which question.
    pub question: String,
    /// One for each field, in their order.
    pub answers: Vec<Secret>,
}
