//! Hosts of a round that ended alike: how many, and as many rows as were asked for.

use super::{api, page::Watched, words, words::Group};
use crate::{
    inventory::words::thousands,
    ui::{Badge, Button, Notice, Skeleton, Tone},
};
use leptos::{ev::Event, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use wire::inventory::{RoundKey, RoundOutcome, RoundQuery, RoundRow};

/// So many rows at first, and so many more each time.
const ROWS: u32 = 50;

/// The rows that were read.
type Rows = RwSignal<Option<Result<(u32, Vec<RoundRow>), String>>>;

/// A group with its rows, which are read while it is open.
#[component]
pub(super) fn Section(watched: Watched, group: Group, open: bool) -> impl IntoView {
    let (open, rows, wanted) = (RwSignal::new(open), Rows::new(None), RwSignal::new(ROWS));
    let count = watched.of(move |round| words::count(round, group.outcomes));
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        // Read anew when hosts come or go; when one row alone changes, so does a count elsewhere.
        watched.round.track();
        let (search, limit) = (watched.search.get().trim().to_owned(), wanted.get());
        if !open.get() {
            return;
        }
        asked.update_value(|asked| *asked += 1);
        let (mine, id) = (asked.get_value(), watched.id.get_value());
        let query = RoundQuery {
            outcome: Some(words::query(group.outcomes)),
            search: Some(search).filter(|search| !search.is_empty()),
            offset: 0,
            limit: Some(limit),
        };
        spawn_local(async move {
            let answer = api::page(id, query).await.map(|page| (page.matching, page.rows));
            let answer = answer.map_err(|error| error.to_string());
            if asked.try_get_value() == Some(mine) && rows.with_untracked(|known| known.as_ref() != Some(&answer)) {
                rows.set(Some(answer));
            }
        });
    });
    let toggled = move |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if let Some(details) = details {
            open.set(details.has_attribute("open"));
        }
    };
    view! {
        <details class="round-group" prop:open=open.get_untracked() on:toggle=toggled>
            <summary>
                <span class="round-dot" data-part=group.part></span>
                <h2>{group.title}</h2>
                <span class="round-count">{move || count.get().map(|count| thousands(u64::from(count)))}</span>
            </summary>
            <Lead watched group />
            {move || match rows.get() {
                None => view! { <Skeleton rows=2 label="Loading the hosts" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok((_, list))) if list.is_empty() => view! { <p class="round-none">"None of them is called that."</p> }.into_any(),
                Some(Ok((matching, list))) => {
                    let more = u64::from(matching).saturating_sub(list.len() as u64);
                    view! {
                        <ul class="rows framed round-rows" aria-label=group.title>
                            {list.into_iter().map(|row| view! { <Row watched row /> }).collect_view()}
                        </ul>
                        {(more > 0).then(|| view! {
                            <Button on_click=move |()| wanted.update(|wanted| *wanted = (*wanted + 4 * ROWS).min(1_000))>
                                {format!("Show more of {}", thousands(more))}
                            </Button>
                        })}
                    }.into_any()
                }
            }}
        </details>
    }
}

/// What is to be known before the rows.
#[component]
fn Lead(watched: Watched, group: Group) -> impl IntoView {
    if group.outcomes.contains(&RoundOutcome::KeyChanged) {
        return view! {
            <Notice tone=Tone::Bad>
                "These hosts show another key than the one that you trust. Either they were reinstalled, or somebody stands "
                "between Berth and them and would read everything, your password too. Tick only those of which you know why."
            </Notice>
        }
        .into_any();
    }
    if !group.outcomes.contains(&RoundOutcome::KeyUnknown) {
        return ().into_any();
    }
    let ticks = watched.ticks;
    let all = move || ticks.all.get() && ticks.left_out.with(|left_out| left_out.is_empty());
    let set = move |event: Event| ticks.set_all(event_target_checked(&event));
    view! {
        <label class="round-all">
            <input type="checkbox" prop:checked=all on:change=set />
            <span>"All new keys"</span>
        </label>
    }
    .into_any()
}

#[component]
fn Row(watched: Watched, row: RoundRow) -> impl IntoView {
    let address = format!("/?q={}", js_sys::encode_uri_component(&row.host_name));
    let word = words::outcome(row.outcome);
    let decided = matches!(row.outcome, RoundOutcome::KeyUnknown | RoundOutcome::KeyChanged);
    let tick = row.key.clone().filter(|_| decided).map(|key| view! { <Tick watched row=row.clone() key /> });
    view! {
        <li class="row round-row">
            {tick}
            <div class="row-main">
                <span class="round-name">
                    <a class="row-title" href=address>{row.host_name}</a>
                    <span class="mono round-place">{row.endpoint}</span>
                    {word.map(|word| view! { <Badge tone=Tone::Warn>{word}</Badge> })}
                </span>
                {row.key.map(|key| view! { <Key key /> })}
                {row.message.filter(|_| !decided).map(|text| view! { <span class="round-message">{text}</span> })}
            </div>
        </li>
    }
}

#[component]
fn Tick(watched: Watched, row: RoundRow, key: RoundKey) -> impl IntoView {
    let (ticks, changed) = (watched.ticks, row.outcome == RoundOutcome::KeyChanged);
    let (id, label) = (row.host_id, format!("Trust the key of {}", row.host_name));
    let has = {
        let id = id.clone();
        move || ticks.has(&id, changed)
    };
    let set = move |event: Event| {
        let on =
            event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some_and(|i| i.checked());
        ticks.set(&id, &key.fingerprint, changed, on);
    };
    view! {
        <label class="round-tick"><input type="checkbox" aria-label=label prop:checked=has on:change=set /></label>
    }
}

#[component]
fn Key(key: RoundKey) -> impl IntoView {
    let shared = match key.shared_with {
        0 => None,
        1 => Some("one more host shows this key".to_owned()),
        many => Some(format!("{} more hosts show this key", thousands(u64::from(many)))),
    };
    view! {
        <span class="round-key mono">{format!("{} {}", key.algorithm, key.fingerprint)}</span>
        {key.trusted_fingerprint.map(|old| view! { <span class="round-key mono round-old">"trusted until now: "{old}</span> })}
        {shared.map(|text| view! { <span class="round-shared">{text}</span> })}
    }
}
