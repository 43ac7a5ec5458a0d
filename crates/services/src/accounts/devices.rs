//! "Signed in on these devices": an account's sign-ins, and ending them.
//!
//! When one was last used is kept at most once a minute, and only as exact as that.

use super::{Accounts, SignInData, browser};
use crate::{Caller, ServiceError, Via, Visitor, clock};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use storage::{Device, DeviceLine};
use wire::{AccountId, Timestamp, accounts::DeviceView, events::Topic};

/// A page asks several times a minute; "last used" need not be written each time.
const TOUCH_EVERY: u64 = 60;

/// So many sign-ins are remembered before those are forgotten that would be written anyway.
const REMEMBERED: usize = 10_000;

/// When the use of sign-ins was last written, by this process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Touched(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Touched {
    /// Whether it is time to write it; says so once.
    fn is_due(&self, sign_in: &str, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &Timestamp| now.seconds_since(*at) < TOUCH_EVERY;
        if last.get(sign_in).is_some_and(is_recent) {
            return false;
        }
        if last.len() >= REMEMBERED {
            last.retain(|_, at| is_recent(at));
        }
        if last.len() < REMEMBERED {
            last.insert(sign_in.to_owned(), now);
        }
        true
    }
}

impl Accounts {
    /// The caller's sign-ins, the one that was last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices(&self, caller: &Caller) -> Result<Vec<DeviceView>, ServiceError> {
        let lines = self.storage.sign_ins().devices(&caller.account, clock::now()).await?;
        Ok(lines.into_iter().map(|line| view(caller, line)).collect())
    }

    /// Ends one of the caller's sign-ins. What it left open is the terminal room's to close.
    ///
    /// # Errors
    /// When the caller has none of that id, or the database fails.
    pub async fn end_device(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        if !self.storage.sign_ins().delete_device(&caller.account, id).await? {
            return Err(ServiceError::missing("device", id));
        }
        self.ended(caller, id).await;
        Ok(())
    }

    /// Ends all of the caller's sign-ins but the one that asks; their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_other_devices(&self, caller: &Caller) -> Result<Vec<String>, ServiceError> {
        let lines = self.storage.sign_ins().devices(&caller.account, clock::now()).await?;
        let mut ended = Vec::new();
        for id in lines.into_iter().map(|line| line.device.sign_in).filter(|id| !is_current(caller, id)) {
            if self.storage.sign_ins().delete_device(&caller.account, &id).await? {
                self.ended(caller, &id).await;
                ended.push(id);
            }
        }
        Ok(ended)
    }

    async fn ended(&self, caller: &Caller, id: &str) {
        self.audit.note(caller, "account.device_end", format!("sign_in:{id}"), "done").await;
        self.events.changed(&caller.account, Topic::SignIns, None);
    }

    /// Notes that a sign-in is used. A database that cannot write right now is no reason to refuse one. `cookie` is the id in
    /// its cookie.
    pub async fn touch_device(&self, visitor: &Visitor, data: &SignInData, cookie: &str) {
        if !self.touched.is_due(data.id(), clock::now()) {
            return;
        }
        self.saw(&data.account).await;
        let device = Device { address: address(visitor), ..device(data) };
        if let Err(error) = self.storage.sign_ins().touch(&super::cookie_rows::hash(cookie), &device).await {
            tracing::warn!(%error, "the use of a sign-in could not be noted");
        }
    }
}

impl Accounts {
    /// Notes that an account is here; it is asked for a minute apart, and is no reason to refuse anything.
    pub(super) async fn saw(&self, account: &AccountId) {
        if let Err(error) = self.storage.accounts().seen(account, clock::now()).await {
            tracing::warn!(%error, "that an account was seen could not be noted");
        }
    }
}

fn address(visitor: &Visitor) -> Option<String> {
    visitor.address.map(|address| address.to_string())
}

/// A sign-in as it is listed, used now.
pub(super) fn device(data: &SignInData) -> Device {
    Device {
        sign_in: data.id().to_owned(),
        address: data.address().map(|address| address.to_string()),
        user_agent: data.user_agent().map(str::to_owned),
        last_used_at: clock::now(),
    }
}

fn is_current(caller: &Caller, id: &str) -> bool {
    matches!(&caller.via, Via::SignIn(current) if current == id)
}

fn view(caller: &Caller, line: DeviceLine) -> DeviceView {
    let DeviceLine { device, created_at } = line;
    DeviceView {
        current: is_current(caller, &device.sign_in),
        browser: browser::words(device.user_agent.as_deref()),
        id: device.sign_in,
        address: device.address,
        created_at,
        last_used_at: device.last_used_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_written_once_a_minute() {
        let (touched, at) = (Touched::default(), |second: i64| Timestamp::from_millis(second * 1000));
        assert!(touched.is_due("a", at(0)) && touched.is_due("b", at(1)));
        assert!(!touched.is_due("a", at(59)) && touched.is_due("a", at(60)) && !touched.is_due("b", at(60)));
    }
}
