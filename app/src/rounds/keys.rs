//! Which of the shown keys the person is about to trust. New ones are ticked, changed ones never by themselves.

use super::{api, page::Watched};
use crate::{
    inventory::words::hosts,
    ui::{Button, ButtonKind, Icon, Notice, Submit, ToastKind, Tone, toast},
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use wire::{
    HostId,
    inventory::{HostFingerprint, RoundOutcome, TrustRequest},
};

/// The ticks.
#[derive(Clone, Copy)]
pub(super) struct Ticks {
    /// New keys that are not ticked.
    pub left_out: RwSignal<BTreeSet<HostId>>,
    /// Whether any new key is ticked but for those.
    pub all: RwSignal<bool>,
    /// Changed keys that are, and single new ones while not all are.
    pub named: RwSignal<BTreeMap<HostId, String>>,
}

impl Ticks {
    pub(super) fn new() -> Self {
        Self {
            left_out: RwSignal::new(BTreeSet::new()),
            all: RwSignal::new(true),
            named: RwSignal::new(BTreeMap::new()),
        }
    }

    /// Whether a host's key is ticked.
    pub(super) fn has(self, id: &HostId, changed: bool) -> bool {
        let by_all = !changed && self.all.get() && !self.left_out.with(|left_out| left_out.contains(id));
        by_all || self.named.with(|named| named.contains_key(id))
    }

    /// Ticks one, or takes the tick away.
    pub(super) fn set(self, id: &HostId, fingerprint: &str, changed: bool, on: bool) {
        if !changed && self.all.get_untracked() {
            self.left_out.update(|left_out| {
                let _ = if on { left_out.remove(id) } else { left_out.insert(id.clone()) };
            });
            return;
        }
        self.named.update(|named| {
            if on {
                named.insert(id.clone(), fingerprint.to_owned());
            } else {
                named.remove(id);
            }
        });
    }

    /// Ticks all new ones, or none.
    pub(super) fn set_all(self, on: bool) {
        self.left_out.set(BTreeSet::new());
        self.named.set(BTreeMap::new());
        self.all.set(on);
    }

    fn count(self, unknown: u32) -> usize {
        let all = if self.all.get() { (unknown as usize).saturating_sub(self.left_out.with(BTreeSet::len)) } else { 0 };
        all + self.named.with(BTreeMap::len)
    }
}

/// The button that trusts what is ticked; nothing while there is nothing to decide.
#[component]
pub(super) fn TrustBar(watched: Watched) -> impl IntoView {
    let (submit, ticks) = (Submit::new(), watched.ticks);
    let open = watched.of(|round| (round.count(RoundOutcome::KeyUnknown), round.count(RoundOutcome::KeyChanged)));
    let count = Memo::new(move |_| ticks.count(open.get().map_or(0, |(unknown, _)| unknown)));
    let changed = Memo::new(move |_| ticks.named.with(|named| named.len()));
    let trust = move |()| {
        let keys = ticks.named.get_untracked();
        let request = TrustRequest {
            round_id: watched.id.get_value(),
            keys: keys.into_iter().map(|(host_id, fingerprint)| HostFingerprint { host_id, fingerprint }).collect(),
            all_unknown: ticks.all.get_untracked(),
            except: ticks.left_out.get_untracked().into_iter().collect(),
        };
        submit.run(async move { api::trust(request).await }, move |report| {
            ticks.named.set(BTreeMap::new());
            watched.refresh.now();
            let text = format!("The keys of {} are trusted", hosts(u64::from(report.trusted)));
            match report.refused.len() as u64 {
                0 => toast(ToastKind::Success, text),
                other => toast(ToastKind::Error, format!("{text}; {} showed another one", hosts(other))),
            }
        });
    };
    move || {
        let (unknown, others) = open.get().unwrap_or_default();
        (unknown + others > 0).then(|| {
            view! {
                <section class="round-next" aria-label="Host keys">
                    <p>
                        {if unknown > 0 {
                            "Compare the fingerprints below with those that the hosts' owners gave you, and take the tick from those \
                             that you cannot tell. What you trust now is all that Berth accepts from then on."
                        } else {
                            "Hosts whose key changed are left out until you decide about each."
                        }}
                    </p>
                    {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                    <div class="round-acts">
                        <Button
                            kind=ButtonKind::Primary
                            icon=Icon::Fingerprint
                            busy=submit.busy
                            disabled=Signal::derive(move || count.get() == 0)
                            on_click=trust
                        >
                            {move || match (count.get(), changed.get()) {
                                (0, _) => "Trust the keys".to_owned(),
                                (1, _) => "Trust 1 key".to_owned(),
                                (count, _) => format!("Trust {} keys", crate::inventory::words::thousands(count as u64)),
                            }}
                        </Button>
                    </div>
                </section>
            }
        })
    }
}
