//! Snippets: commands that are kept to be run again, with variables to fill.

use super::template::{self, Variable};
use crate::{SnippetId, Timestamp};
use serde::{Deserialize, Serialize};

/// A snippet as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SnippetView {
    /// Its id.
    pub id: SnippetId,
    /// What the owner calls it.
    pub name: String,
    /// The command with its variables.
    pub text: String,
    /// What it does, in the owner's words.
    pub description: String,
    /// The variables in it, in the order of their first use.
    pub variables: Vec<Variable>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl SnippetView {
    /// The variables of its text.
    pub fn variables_of(text: &str) -> Vec<Variable> {
        template::variables(text)
    }
}

/// Body of POST `/api/snippets`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SnippetDraft {
    /// 1 to 100 characters; unique for the account, whatever the case.
    pub name: String,
    /// The command, 64 KiB at most. `{{name}}` and `{{name=default}}` are filled with a value quoted for a POSIX shell,
    /// `{{!name}}` with the value as it is; `\{{` stands for `{{`.
    pub text: String,
    /// What it does; 1,000 characters at most.
    #[serde(default)]
    pub description: String,
}

/// Body of PATCH `/api/snippets/{id}`: a field left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SnippetPatch {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Another description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Query of GET `/api/snippets`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct SnippetQuery {
    /// Only snippets with this text in their name, command or description.
    pub search: Option<String>,
}

/// Answer of GET `/api/snippets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SnippetList {
    /// By name.
    pub snippets: Vec<SnippetView>,
}
