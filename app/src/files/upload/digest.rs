//! The checksum of a file on its way: read slice by slice, as far as it has been sent, and kept from one try to the next.

use super::item::Item;
use js_sys::Uint8Array;
use sha2::{Digest, Sha256};
use std::{cell::RefCell, collections::HashMap};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// So much is in memory at once, in bytes.
const SLICE: u64 = 1024 * 1024;

thread_local! {
    /// How far each file was read, and its checksum up to there.
    static KNOWN: RefCell<HashMap<u32, (u64, Sha256)>> = RefCell::default();
}

/// Reads on up to `end`; from the beginning, when more was read than counts.
pub(super) async fn up_to(item: &Item, file: &File, end: u64) -> Result<(), JsValue> {
    let known = KNOWN.with_borrow_mut(|known| known.remove(&item.id)).filter(|(at, _)| *at <= end);
    let (mut at, mut digest) = known.unwrap_or_else(|| (0, Sha256::new()));
    while at < end {
        let next = (at + SLICE).min(end);
        let slice = file.slice_with_f64_and_f64(at as f64, next as f64)?;
        digest.update(Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?).to_vec());
        at = next;
    }
    KNOWN.with_borrow_mut(|known| known.insert(item.id, (at, digest)));
    Ok(())
}

/// The checksum of the whole, in hexadecimal digits; none before all of it was read.
pub(super) fn of(item: &Item) -> Option<String> {
    let known = KNOWN.with_borrow(|known| known.get(&item.id).cloned());
    let (_, digest) = known.filter(|(at, _)| *at == item.total)?;
    Some(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// It is done, or not wanted any more.
pub(super) fn forget(id: u32) {
    KNOWN.with_borrow_mut(|known| known.remove(&id));
}
