//! The body of an answer as it arrives. A page that reads much of it still draws, and answers, in between.

use crate::{error::AppError, ui::now_millis};
use gloo_net::http::Response;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use wire::FaultCode;

/// So long the page is kept busy at a stretch, in milliseconds.
const STRETCH: i64 = 12;

#[wasm_bindgen]
extern "C" {
    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
}

/// What is still to come.
pub(super) struct Pieces {
    reader: Option<Reader>,
    since: i64,
}

impl Pieces {
    /// Of an answer that nobody has read.
    pub(super) fn of(answer: &Response) -> Self {
        let reader = answer.body().map(|body| body.get_reader().unchecked_into());
        Self { reader, since: now_millis() }
    }

    /// The next one; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, AppError> {
        let Some(reader) = &self.reader else { return Ok(None) };
        if now_millis() - self.since > STRETCH {
            TimeoutFuture::new(0).await;
            self.since = now_millis();
        }
        let broken = |_: JsValue| {
            AppError::new(FaultCode::Unavailable, "The connection to the server broke off while the folder was read.")
        };
        let read = JsFuture::from(reader.read()).await.map_err(broken)?;
        let piece = Reflect::get(&read, &"value".into()).map_err(broken)?;
        Ok(piece.dyn_into::<Uint8Array>().ok().map(|piece| piece.to_vec()))
    }
}
