//! What people see of links, and the one thing that they do to one: close it.

use super::{Inventory, links::Leg};
use crate::{Caller, ServiceError, access};
use transport::Link;
use wire::{AccountId, events::Topic, links::LinkList};

impl Inventory {
    /// The hosts that a link stands on.
    pub(crate) fn legs(&self, link: &Link) -> Vec<Leg> {
        self.0.links.legs(link)
    }

    /// Whether an account may still stand on them: connect to each, with what it signed in with.
    pub(crate) async fn may_stand(&self, account: &AccountId, legs: &[Leg]) -> Result<bool, ServiceError> {
        for Leg { host, lent } in legs {
            let rights = self.rights_on(account, host).await?;
            if !rights.connect || lent.is_some() && self.lends(account, host).await? != *lent {
                return Ok(false);
            }
        }
        Ok(true)
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
