//! What people keep for themselves beside their hosts: marks, and filters with a name.

use super::{Inventory, fields};
use crate::{Caller, ServiceError, vault::random};
use wire::{
    FilterId, HostId,
    events::Topic,
    inventory::{FilterDraft, SavedFilter},
};

/// So many filters of an account are kept.
const MOST_FILTERS: u64 = 200;

/// A filter's search and values have so many letters at most.
const LONGEST: usize = 20_000;

impl Inventory {
    /// Marks a host, or takes the mark off. Either is done once, however often it is asked.
    ///
    /// # Errors
    /// When there is no such host.
    pub async fn set_favourite(&self, caller: &Caller, id: &HostId, on: bool) -> Result<(), ServiceError> {
        self.reached(caller, id).await?;
        self.0.storage.inventory().set_favourite(caller.account(), id, on).await?;
        self.host_changed(caller, id);
        Ok(())
    }

    /// The caller's saved filters, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filters(&self, caller: &Caller) -> Result<Vec<SavedFilter>, ServiceError> {
        Ok(self.0.storage.inventory().filters(caller.account()).await?)
    }

    /// Keeps a filter under a name.
    ///
    /// # Errors
    /// When the name is taken or not acceptable, or there are very many.
    pub async fn add_filter(&self, caller: &Caller, draft: FilterDraft) -> Result<SavedFilter, ServiceError> {
        if self.0.storage.inventory().count_filters(caller.account()).await? >= MOST_FILTERS {
            return Err(ServiceError::Conflict(format!("you keep {MOST_FILTERS} filters already; delete some")));
        }
        let filter = checked(random::id()?, draft)?;
        self.0.storage.inventory().insert_filter(caller.account(), &filter).await?;
        self.filters_changed(caller);
        Ok(filter)
    }

    /// Puts another filter under an id.
    ///
    /// # Errors
    /// When there is no such filter, or the name is taken or not acceptable.
    pub async fn update_filter(
        &self,
        caller: &Caller,
        id: FilterId,
        draft: FilterDraft,
    ) -> Result<SavedFilter, ServiceError> {
        let filter = checked(id, draft)?;
        if !self.0.storage.inventory().update_filter(caller.account(), &filter).await? {
            return Err(ServiceError::missing("filter", filter.id));
        }
        self.filters_changed(caller);
        Ok(filter)
    }

    /// Forgets a filter.
    ///
    /// # Errors
    /// When there is no such filter.
    pub async fn delete_filter(&self, caller: &Caller, id: &FilterId) -> Result<(), ServiceError> {
        if !self.0.storage.inventory().delete_filter(caller.account(), id).await? {
            return Err(ServiceError::missing("filter", id));
        }
        self.filters_changed(caller);
        Ok(())
    }

    fn filters_changed(&self, caller: &Caller) {
        self.0.events.changed(caller.account(), Topic::Hosts, None);
    }
}

fn checked(id: FilterId, draft: FilterDraft) -> Result<SavedFilter, ServiceError> {
    let FilterDraft { name, filter, arrangement } = draft;
    let values: usize = filter.fields.iter().map(|field| field.value.len() + 1).sum();
    if filter.search.len() + values > LONGEST {
        return Err(ServiceError::bad("this filter is too long to be kept; leave some values out"));
    }
    Ok(SavedFilter { id, name: fields::name("the filter's name", &name)?, filter, arrangement })
}
