//! What was dropped, folders looked into: the browser tells that by callbacks within callbacks.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::DataTransfer;

#[wasm_bindgen(inline_js = r#"
export const dropped = async (transfer) => {
  const most = 10000, found = [];
  const entries = [...(transfer.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const loose = entries.length > 0 ? [] : [...transfer.files];
  const file = (entry) => new Promise((kept, broken) => entry.file(kept, broken));
  const some = (reader) => new Promise((kept, broken) => reader.readEntries(kept, broken));
  const walk = async (entry, path) => {
    if (found.length > most) return;
    if (entry.isFile) {
      found.push([await file(entry), path + entry.name]);
      return;
    }
    const reader = entry.createReader();
    for (let next = await some(reader); next.length > 0; next = await some(reader)) {
      for (const one of next) await walk(one, path + entry.name + "/");
    }
  };
  for (const entry of entries) await walk(entry, "");
  for (const one of loose) found.push([one, one.name]);
  return found;
};
"#)]
extern "C" {
    fn dropped(transfer: &DataTransfer) -> Promise;
}

/// The files, each with its path in what was dropped. To be called in the moment of the drop.
pub(super) fn files(transfer: &DataTransfer) -> impl Future<Output = Vec<(web_sys::File, String)>> + use<> {
    let found = JsFuture::from(dropped(transfer));
    async move {
        // What cannot be read has nothing to be uploaded.
        let Ok(found) = found.await else { return Vec::new() };
        let pair = |pair: wasm_bindgen::JsValue| {
            let pair: Array = pair.dyn_into().ok()?;
            Some((pair.get(0).dyn_into().ok()?, pair.get(1).as_string()?))
        };
        found.dyn_into::<Array>().map(|found| found.iter().filter_map(pair).collect()).unwrap_or_default()
    }
}
