//! Mounts the app in the browser in place of the static first paint; nothing else.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    if let Some(start) = leptos::prelude::document().get_element_by_id("start") {
        start.remove();
    }
}
