//! What a host that comes out of storage lacks: its folder's path, whether it is marked, and what it inherits.

use super::{Inventory, tree::Tree};
use crate::ServiceError;
use storage::CredentialName;
use wire::{AccountId, HostId, inventory::HostView};

impl Inventory {
    /// The account's folders as a tree.
    pub(super) async fn tree(&self, account: &AccountId) -> Result<Tree, ServiceError> {
        let folders = self.0.storage.inventory().folders(account).await?;
        Ok(Tree::new(folders, self.0.storage.vault().names(account).await?))
    }

    /// A host of the account, as it is shown and dialled.
    pub(super) async fn own(&self, account: &AccountId, id: &HostId) -> Result<Option<HostView>, ServiceError> {
        match self.0.storage.inventory().host(account, id).await? {
            Some(host) => self.dressed(account, host).await.map(Some),
            None => Ok(None),
        }
    }

    /// Fills in what one host lacks; only the folders around it are read.
    pub(super) async fn dressed(&self, account: &AccountId, mut host: HostView) -> Result<HostView, ServiceError> {
        let rows = self.0.storage.inventory();
        let around = match &host.folder_id {
            Some(folder) => rows.folders_around(account, folder).await?,
            None => Vec::new(),
        };
        let mut names = Vec::new();
        let used: Vec<_> =
            around.iter().filter_map(|f| f.credential_id.clone()).chain(host.credential_id.clone()).collect();
        for id in used {
            let record = self.0.storage.vault().get(account, &id).await?;
            names.extend(record.map(|r| CredentialName { id: r.id, name: r.name, username: r.username }));
        }
        Tree::new(around, names).dress(&mut host);
        host.favourite = rows.is_favourite(account, &host.id).await?;
        Ok(host)
    }
}
