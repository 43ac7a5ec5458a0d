//! What people see of links, and the one thing that they do to one: close it.

use super::Inventory;
use crate::{Caller, ServiceError, access};
use transport::Link;
use wire::{events::Topic, links::LinkList};

impl Inventory {
    /// Whether a link was signed in with another account's credential.
    pub(crate) fn is_lent(&self, link: &Link) -> bool {
        self.0.links.is_lent(link)
    }

    /// The caller's links that stand.
    #[must_use]
    pub fn links(&self, caller: &Caller) -> LinkList {
        let links = &self.0.links;
        LinkList { links: links.views(caller.account()), idle_seconds: links.idle().as_secs() }
    }

    /// Ends one of the caller's links and all that runs over it.
    ///
    /// # Errors
    /// When the caller has no such link, or may only watch.
    pub async fn close_link(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        let links = &self.0.links;
        let link = id.parse().ok().and_then(|number| links.numbered(caller.account(), number));
        let link = link.ok_or_else(|| ServiceError::missing("link", id))?;
        links.retire(&link);
        link.close().await;
        self.0.events.changed(caller.account(), Topic::Links, None);
        self.0.audit.note(caller, "link.close", format!("link {id}"), "done").await;
        Ok(())
    }
}
