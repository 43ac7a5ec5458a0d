//! What the address of the page says.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What stands behind `?` under a name, as it changes.
///
/// `use_query_map` would take escapes out twice: a folder called `%41` would be one called `A`.
pub fn use_query(name: &'static str) -> Memo<Option<String>> {
    let search = use_location().search;
    Memo::new(move |_| search.with(|search| web_sys::UrlSearchParams::new_with_str(search).ok()?.get(name)))
}
