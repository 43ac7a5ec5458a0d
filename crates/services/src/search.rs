//! Finding anything by words: hosts as their list ranks them, folders, live sessions, snippets.

use crate::{Caller, ServiceError, Services};
use wire::{
    commands::SnippetQuery,
    search::{Found, FoundKind, SearchAnswer, SearchQuery},
    terminal::SessionQuery,
};

/// So many are told at most.
const MOST: usize = 30;

/// Of each other kind than hosts, so many have a place.
const OF_EACH: usize = 5;

/// So much is told of a snippet's text.
const SHOWN: usize = 80;

impl Services {
    /// What of the caller's answers to these words.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(&self, caller: &Caller, query: &SearchQuery) -> Result<SearchAnswer, ServiceError> {
        let most = query.limit.map_or(MOST, |limit| (limit as usize).clamp(1, MOST));
        let words: Vec<String> = query.q.split_whitespace().take(16).map(storage::folded).collect();
        if words.is_empty() {
            return Ok(SearchAnswer { found: Vec::new(), near: false });
        }
        let has_all = |text: &str| {
            let text = storage::folded(text);
            words.iter().all(|word| text.contains(word))
        };
        let mut others = Vec::new();
        let folders = self.inventory().found_folders(caller, &has_all).await?;
        others.extend(folders.into_iter().take(OF_EACH));
        let sessions = self.terminal().list(caller, SessionQuery::default()).await?.sessions;
        let sessions = sessions.into_iter().filter(|session| has_all(&session.host_name)).map(|session| Found {
            kind: FoundKind::Session,
            id: session.session_id.to_string(),
            title: session.host_name,
            subtitle: format!("since {}", session.created_at),
        });
        others.extend(sessions.take(OF_EACH));
        let wanted = SnippetQuery { search: Some(query.q.clone()) };
        let snippets = self.commands().snippets(caller, &wanted).await?.snippets;
        let snippets = snippets.into_iter().map(|snippet| Found {
            kind: FoundKind::Snippet,
            id: snippet.id.to_string(),
            title: snippet.name,
            subtitle: snippet.text.lines().next().unwrap_or_default().chars().take(SHOWN).collect(),
        });
        others.extend(snippets.take(OF_EACH));
        others.truncate(most / 2);
        let (mut found, near) = self.inventory().found_hosts(caller, &query.q, most - others.len()).await?;
        found.extend(others);
        Ok(SearchAnswer { found, near })
    }
}
