//! Snippets: commands that are kept to be run again, with variables to fill.

use super::Commands;
use crate::{Caller, ServiceError, access, clock, vault::random};
use storage::SnippetRecord;
use wire::{
    SnippetId,
    commands::{SnippetDraft, SnippetList, SnippetPatch, SnippetQuery, SnippetView, template},
    events::Topic,
    plain::{is_blank, misleads},
};

/// So many snippets of an account are kept.
const MOST: u64 = 1_000;

const MAX_NAME: usize = 100;
const MAX_TEXT: usize = 64 * 1024;
const MAX_DESCRIPTION: usize = 1_000;

impl Commands {
    /// The caller's snippets, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snippets(&self, caller: &Caller, query: &SnippetQuery) -> Result<SnippetList, ServiceError> {
        let found = self.0.storage.snippets().list(caller.account(), query.search.as_deref().unwrap_or("")).await?;
        Ok(SnippetList { snippets: found.into_iter().map(view).collect() })
    }

    /// Keeps a command.
    ///
    /// # Errors
    /// `BadInput` for a field that is not acceptable, `Conflict` when its name is taken or there are too many.
    pub async fn add_snippet(&self, caller: &Caller, draft: SnippetDraft) -> Result<SnippetView, ServiceError> {
        access::may_connect(caller)?;
        if self.0.storage.snippets().count(caller.account()).await? >= MOST {
            return Err(ServiceError::Conflict(format!("you keep {MOST} snippets already; delete some")));
        }
        let now = clock::now();
        let snippet = checked(SnippetRecord {
            id: random::id()?,
            account_id: caller.account().clone(),
            name: draft.name,
            text: draft.text,
            description: draft.description,
            created_at: now,
            updated_at: now,
        })?;
        self.0.storage.snippets().insert(&snippet).await?;
        self.snippet_changed(caller, &snippet.id);
        self.0.audit.note(caller, "snippet.add", object(&snippet), "done").await;
        Ok(view(snippet))
    }

    /// Changes a snippet.
    ///
    /// # Errors
    /// `NotFound` when there is none with this id, else as for a new one.
    pub async fn update_snippet(
        &self,
        caller: &Caller,
        id: &SnippetId,
        patch: SnippetPatch,
    ) -> Result<SnippetView, ServiceError> {
        access::may_connect(caller)?;
        let before = self.0.storage.snippets().get(caller.account(), id).await?;
        let before = before.ok_or_else(|| ServiceError::missing("snippet", id))?;
        let snippet = checked(SnippetRecord {
            name: patch.name.unwrap_or(before.name),
            text: patch.text.unwrap_or(before.text),
            description: patch.description.unwrap_or(before.description),
            updated_at: clock::now(),
            ..before
        })?;
        if !self.0.storage.snippets().update(&snippet).await? {
            return Err(ServiceError::missing("snippet", id));
        }
        self.snippet_changed(caller, id);
        self.0.audit.note(caller, "snippet.change", object(&snippet), "done").await;
        Ok(view(snippet))
    }

    /// Deletes a snippet.
    ///
    /// # Errors
    /// `NotFound` when there is none with this id.
    pub async fn delete_snippet(&self, caller: &Caller, id: &SnippetId) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        if !self.0.storage.snippets().delete(caller.account(), id).await? {
            return Err(ServiceError::missing("snippet", id));
        }
        self.snippet_changed(caller, id);
        self.0.audit.note(caller, "snippet.delete", format!("snippet {id}"), "done").await;
        Ok(())
    }

    /// One by its id or its name.
    pub(super) async fn find_snippet(&self, caller: &Caller, id_or_name: &str) -> Result<SnippetRecord, ServiceError> {
        let snippets = self.0.storage.snippets();
        if let Ok(id) = id_or_name.parse::<SnippetId>()
            && let Some(snippet) = snippets.get(caller.account(), &id).await?
        {
            return Ok(snippet);
        }
        let named = snippets.by_name(caller.account(), id_or_name).await?;
        named.ok_or_else(|| ServiceError::missing("snippet", id_or_name))
    }

    fn snippet_changed(&self, caller: &Caller, id: &SnippetId) {
        self.0.events.changed(caller.account(), Topic::Snippets, Some(id.as_str()));
    }
}

/// A snippet as the audit log names it.
fn object(snippet: &SnippetRecord) -> String {
    format!("snippet {} {}", snippet.id, snippet.name)
}

fn view(snippet: SnippetRecord) -> SnippetView {
    SnippetView {
        variables: template::variables(&snippet.text),
        id: snippet.id,
        name: snippet.name,
        text: snippet.text,
        description: snippet.description,
        created_at: snippet.created_at,
        updated_at: snippet.updated_at,
    }
}

fn checked(mut snippet: SnippetRecord) -> Result<SnippetRecord, ServiceError> {
    snippet.name = snippet.name.trim().to_owned();
    snippet.description = snippet.description.trim().to_owned();
    let (name, text) = (snippet.name.chars().count(), &snippet.text);
    if is_blank(&snippet.name) || name > MAX_NAME {
        return Err(ServiceError::bad(format!("name must have 1 to {MAX_NAME} characters")));
    }
    if text.trim().is_empty() || text.len() > MAX_TEXT || text.contains('\0') {
        return Err(ServiceError::bad("text must have 1 byte to 64 KiB, without NUL"));
    }
    if snippet.description.chars().count() > MAX_DESCRIPTION {
        return Err(ServiceError::bad(format!("description must have {MAX_DESCRIPTION} characters at most")));
    }
    let breaks_lines = |letter: char| matches!(letter, '\n' | '\r' | '\t');
    let in_name = snippet.name.chars().any(misleads);
    if in_name || snippet.description.chars().any(|letter| misleads(letter) && !breaks_lines(letter)) {
        let field = if in_name { "name" } else { "description" };
        let why = "holds a character that is not seen or turns others around; type it anew as plain text";
        return Err(ServiceError::bad(format!("{field} {why}")));
    }
    template::check(text).map_err(|error| ServiceError::bad(error.to_string()))?;
    Ok(snippet)
}
