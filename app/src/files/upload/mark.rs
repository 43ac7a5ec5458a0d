//! What goes up, in the frame of every page: how many files, and the way back to them.

use super::{Uploads, item::State};
use crate::ui::{Icon, IconView};
use leptos::prelude::*;

/// The mark; nothing while nothing goes up.
#[component]
pub(crate) fn UploadsMark() -> impl IntoView {
    let uploads = expect_context::<Uploads>();
    let count = Memo::new(move |_| uploads.under_way());
    let host = Memo::new(move |_| {
        let is_live = |state: &State| state.goes_on();
        uploads.items.with(|items| items.iter().find(|item| item.state.with(is_live)).map(|item| item.host.clone()))
    });
    move || {
        host.get().map(|host| {
            let words = move || match count.get() {
                1 => "1 upload under way".to_owned(),
                count => format!("{count} uploads under way"),
            };
            view! {
                <a class="topbar-uploads" href=format!("/files/{host}") aria-label=words title=words>
                    <IconView icon=Icon::Upload />
                    {move || count.get()}
                </a>
            }
        })
    }
}
