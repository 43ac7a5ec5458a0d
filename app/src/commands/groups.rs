//! Hosts that agree, together: one output for all of them.

use super::{host_row::HostRow, output::Output, run::Watched, words};
use crate::ui::{Badge, Button, ButtonKind, Tone};
use leptos::prelude::*;
use std::collections::HashSet;
use wire::{
    HostId,
    commands::{HostRun, HostRunState},
};

/// So many names stand beside a group before the rest is counted.
const NAMED: usize = 12;

/// So many groups show what they wrote without being asked.
const OPEN: usize = 8;

/// The tone of how it stands on a host.
pub(super) fn tone(host: &HostRun) -> Tone {
    match host.state {
        HostRunState::Done if host.is_good() => Tone::Good,
        HostRunState::Done | HostRunState::TimedOut => Tone::Warn,
        HostRunState::Failed => Tone::Bad,
        HostRunState::Connecting | HostRunState::Running => Tone::Accent,
        HostRunState::Waiting | HostRunState::Cancelled => Tone::Neutral,
    }
}

/// A group as it is drawn: who is in it; the first one speaks for all.
type Members = Vec<(HostId, String)>;

fn members(watched: Watched) -> Vec<Members> {
    watched.run.with(|run| {
        let Some(run) = run else { return Vec::new() };
        let mut groups = vec![Members::new(); run.groups.len()];
        for host in &run.hosts {
            if let Some(group) = host.group.and_then(|number| groups.get_mut(number as usize)) {
                group.push((host.host_id.clone(), host.host_name.clone()));
            }
        }
        groups.retain(|group| !group.is_empty());
        groups
    })
}

/// The groups, and below them what is not over yet.
#[component]
pub(super) fn Grouped(watched: Watched) -> impl IntoView {
    let groups = Memo::new(move |_| members(watched));
    let going = Memo::new(move |_| {
        watched.run.with(|run| {
            let hosts = run.iter().flat_map(|run| &run.hosts);
            let going = hosts.filter(|host| matches!(host.state, HostRunState::Connecting | HostRunState::Running));
            going.map(|host| host.host_id.clone()).collect::<Vec<_>>()
        })
    });
    view! {
        {move || (!going.with(Vec::is_empty)).then(|| view! {
            <section class="commands-going" aria-label="Still going">
                <ul class="rows framed">
                    <For each=move || going.get() key=HostId::clone children=move |id| view! { <HostRow watched id /> } />
                </ul>
            </section>
        })}
        <For
            each=move || groups.get().into_iter().enumerate()
            key=|(index, group)| (group.first().map(|(id, _)| id.clone()), group.len(), *index < OPEN)
            children=move |(index, group)| view! { <GroupCard watched group open=index < OPEN /> }
        />
    }
}

#[component]
fn GroupCard(watched: Watched, group: Members, open: bool) -> impl IntoView {
    let Some((first, name)) = group.first().cloned() else { return ().into_any() };
    let host = watched.run.with_untracked(|run| run.as_ref()?.hosts.iter().find(|host| host.host_id == first).cloned());
    let Some(host) = host else { return ().into_any() };
    let title = if group.len() == 1 { name } else { format!("{} agree", words::hosts(group.len())) };
    let (open, all) = (RwSignal::new(open), RwSignal::new(false));
    let names: Vec<_> = group.into_iter().map(|(_, name)| name).collect();
    let count = names.len();
    let (failed, mark, word) = (host.message.clone(), tone(&host), words::state(&host));
    let (silent, told) = (host.stdout_bytes + host.stderr_bytes == 0, host.message.is_some());
    let label = title.clone();
    view! {
        <section class="command-group" aria-label=label>
            <header class="command-group-head">
                <h2>{title}</h2>
                <Badge tone=mark>{word}</Badge>
                {host.truncated.then(|| view! { <Badge tone=Tone::Warn>"cut off"</Badge> })}
            </header>
            {(count > 1).then(|| view! {
                <p class="command-names">
                    {move || {
                        let shown = if all.get() { count } else { NAMED.min(count) };
                        names.iter().take(shown).map(|name| view! { <span>{name.clone()}</span> }).collect_view()
                    }}
                    {move || (count > NAMED && !all.get()).then(|| view! {
                        <Button kind=ButtonKind::Ghost on_click=move |()| all.set(true)>{format!("and {} more", count - NAMED)}</Button>
                    })}
                </p>
            })}
            {match (count, failed) {
                (1, Some(_)) | (_, None) => ().into_any(),
                // Each has words of its own.
                (_, Some(_)) => view! { <p class="command-message">"Each host says why in the list by host."</p> }.into_any(),
            }}
            {match (count, host.message.clone()) {
                (1, Some(text)) => view! { <p class="command-message">{text}</p><super::host_row::Remedy watched host=host.clone() /> }.into_any(),
                _ => ().into_any(),
            }}
            {move || match (silent, open.get()) {
                (true, _) if told => ().into_any(),
                (true, _) => view! { <p class="command-silent">"It wrote nothing."</p> }.into_any(),
                (false, true) => view! { <Output watched id=first.clone() /> }.into_any(),
                (false, false) => view! { <Button kind=ButtonKind::Ghost on_click=move |()| open.set(true)>"Show what it wrote"</Button> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// The hosts of a list that are opened.
pub(super) type Opened = RwSignal<HashSet<HostId>>;
