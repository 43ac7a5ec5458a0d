//! A QR code, drawn in the page: no other server is asked, and no style stands in an attribute.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// The light rim that readers need, in modules.
const RIM: i32 = 4;

/// A text as a QR code. A text that is too long for one shows nothing: what is in it stands beside it anyway.
#[component]
pub(super) fn Qr(
    /// What a phone reads.
    text: String,
    /// What it is, for those who do not see it.
    label: &'static str,
) -> impl IntoView {
    QrCode::encode_text(&text, QrCodeEcc::Medium).ok().map(|code| {
        let side = code.size() + 2 * RIM;
        view! {
            <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
                <path d=strokes(&code) />
            </svg>
        }
    })
}

/// One rectangle for each run of dark modules in a row.
fn strokes(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let begin = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > begin {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", begin + RIM, y + RIM, x - begin, x - begin);
            }
            x += 1;
        }
    }
    path
}
