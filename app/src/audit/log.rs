//! The lines that are shown: those of the address's filter, the newest first, and older ones as somebody goes down.

use super::api;
use crate::ui::use_query;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wire::audit::{AuditEvent, AuditFilter};

/// So many lines in one answer.
const PAGE: u32 = 100;

/// The lines and their state. The filter is what the address says.
#[derive(Clone, Copy)]
pub(super) struct Log {
    pub filter: Memo<AuditFilter>,
    pub lines: RwSignal<Option<Vec<AuditEvent>>>,
    /// Whether there are older ones.
    pub more: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub error: RwSignal<Option<String>>,
    pub opened: RwSignal<Option<AuditEvent>>,
    /// Counts the questions: an answer to an older one is not shown.
    asked: StoredValue<u32>,
}

impl Log {
    /// Reads what the address asks for, and again when it asks for something else.
    pub(super) fn begin() -> Self {
        let log = Self {
            filter: in_address(),
            lines: RwSignal::new(None),
            more: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            opened: RwSignal::new(None),
            asked: StoredValue::new(0),
        };
        Effect::new(move |_| {
            log.filter.track();
            log.read();
        });
        log
    }

    /// Reads from the top.
    pub(super) fn read(self) {
        self.lines.set(None);
        self.take(None);
    }

    /// Reads what is older than the last line that is shown.
    pub(super) fn older(self) {
        let last = self.lines.with_untracked(|lines| lines.as_ref()?.last().map(|line| line.id));
        if last.is_some() && self.more.get_untracked() && !self.busy.get_untracked() {
            self.take(last);
        }
    }

    fn take(self, before: Option<i64>) {
        self.asked.update_value(|asked| *asked += 1);
        let (number, filter) = (self.asked.get_value(), self.filter.get_untracked());
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::list(filter, before, PAGE).await;
            // The page has gone on, or asks for something else by now.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(list) => {
                    self.error.set(None);
                    self.more.set(list.events.len() == PAGE as usize);
                    self.lines.update(|lines| lines.get_or_insert_default().extend(list.events));
                }
                Err(error) => self.error.set(Some(error.to_string())),
            }
        });
    }
}

/// What the address says.
fn in_address() -> Memo<AuditFilter> {
    let [account, action, object, outcome, address, from, until] =
        ["account", "action", "object", "outcome", "address", "from", "until"].map(use_query);
    Memo::new(move |_| {
        let moment = |text: Memo<Option<String>>| text.get().and_then(|text| text.try_into().ok());
        AuditFilter {
            account: account.get(),
            action: action.get(),
            object: object.get(),
            outcome: outcome.get(),
            address: address.get(),
            from: moment(from),
            until: moment(until),
        }
    })
}

/// Puts another filter into the address.
pub(super) fn go() -> impl Fn(&AuditFilter) + Clone {
    let navigate = use_navigate();
    move |filter| {
        navigate(&api::address(filter), NavigateOptions { replace: true, scroll: false, ..Default::default() });
    }
}
