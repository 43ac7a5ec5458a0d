//! The browser's half of passkeys (`navigator.credentials`); the only place that calls it.
//!
//! The browser itself translates between its buffers and JSON, so pages of browsers that cannot do that offer no passkeys. What the
//! extension `prf` gives is taken out of the answer and goes beside it, so that it stands in one place.

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wire::{
    accounts::{PasskeyAnswer, PasskeyCeremony},
    vault::Secret,
};

const CLASS: &str = "PublicKeyCredential";

/// What an authenticator answered.
pub(super) struct Answered {
    /// For the server.
    pub(super) answer: PasskeyAnswer,
    /// Whether it could give a key for the vault, though it gave none yet.
    pub(super) has_key: bool,
}

/// Whether this browser has passkeys, and this page is the one that they belong to.
pub(super) fn is_offered(origin: Option<&str>) -> bool {
    let here = window().location().origin().ok();
    let class = Reflect::get(&window(), &CLASS.into()).unwrap_or_default();
    let has = |name: &str| Reflect::get(&class, &name.into()).is_ok_and(|it| it.is_function());
    origin.is_some()
        && origin == here.as_deref()
        && has("parseCreationOptionsFromJSON")
        && has("parseRequestOptionsFromJSON")
}

/// Lets an authenticator make a passkey.
pub(super) async fn make(asked: PasskeyCeremony) -> Result<Answered, String> {
    ask(asked, "parseCreationOptionsFromJSON", "create").await.map_err(|error| why(&error))
}

/// Lets it sign with one.
pub(super) async fn sign(asked: PasskeyCeremony) -> Result<Answered, String> {
    ask(asked, "parseRequestOptionsFromJSON", "get").await.map_err(|error| why(&error))
}

async fn ask(asked: PasskeyCeremony, parse: &str, act: &str) -> Result<Answered, JsValue> {
    let class = Reflect::get(&window(), &CLASS.into())?;
    let options = call(&class, parse, &js_sys::JSON::parse(&asked.options.to_string())?)?;
    with_prf(&options, &asked.prf_salt)?;
    let request = Object::new();
    Reflect::set(&request, &"publicKey".into(), &options)?;
    let credentials = Reflect::get(&window().navigator(), &"credentials".into())?;
    let promise: Promise = call(&credentials, act, &request)?.dyn_into()?;
    let credential = JsFuture::from(promise).await?;
    let results = call(&credential, "getClientExtensionResults", &JsValue::UNDEFINED)?;
    let prf = Reflect::get(&results, &"prf".into())?;
    let given = given(&prf);
    let says_so = prf.is_object() && Reflect::get(&prf, &"enabled".into())?.as_bool() == Some(true);
    let text = js_sys::JSON::stringify(&call(&credential, "toJSON", &JsValue::UNDEFINED)?)?;
    let mut credential: Value = serde_json::from_str(&String::from(text)).unwrap_or_default();
    credential["clientExtensionResults"] = serde_json::json!({});
    let has_key = given.is_some() || says_so;
    Ok(Answered { answer: PasskeyAnswer { ceremony: asked.ceremony, credential, prf: given }, has_key })
}

fn call(on: &JsValue, name: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::get(on, &name.into())?.dyn_into::<Function>()?.call1(on, with)
}

/// Asks for the bytes of a salt. Not every browser takes them from the JSON.
fn with_prf(options: &JsValue, salt: &str) -> Result<(), JsValue> {
    let latin = window().atob(&salt.replace('-', "+").replace('_', "/"))?;
    let bytes: Vec<u8> = latin.chars().filter_map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    let (first, eval, prf) = (Uint8Array::from(bytes.as_slice()), Object::new(), Object::new());
    Reflect::set(&eval, &"first".into(), &first)?;
    Reflect::set(&prf, &"eval".into(), &eval)?;
    let known = Reflect::get(options, &"extensions".into())?;
    let extensions = if known.is_object() { known } else { Object::new().into() };
    Reflect::set(&extensions, &"prf".into(), &prf)?;
    Reflect::set(options, &"extensions".into(), &extensions)?;
    Ok(())
}

/// The bytes, where there are any.
fn given(prf: &JsValue) -> Option<Secret> {
    let of = |it: &JsValue, name: &str| Reflect::get(it, &name.into()).ok().filter(JsValue::is_object);
    let first = of(&of(Some(prf).filter(|prf| prf.is_object())?, "results")?, "first")?;
    let latin: String = Uint8Array::new(&first).to_vec().into_iter().map(char::from).collect();
    let text = window().btoa(&latin).ok()?;
    Some(Secret::new(text.replace('+', "-").replace('/', "_").trim_end_matches('=')))
}

/// What a browser means by its refusals.
fn why(error: &JsValue) -> String {
    let of = |name: &str| Reflect::get(error, &name.into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    match of("name").as_str() {
        "NotAllowedError" | "AbortError" => {
            "No passkey was used: it was cancelled, took too long, or there is none for this page.".into()
        }
        "InvalidStateError" => "This device has a passkey for your account already.".into(),
        "SecurityError" => "This page has no passkeys under this address; open Berth by its public one.".into(),
        "NotSupportedError" | "ConstraintError" => {
            "This device cannot keep such a passkey: it needs a PIN, a finger or a face. Use another one.".into()
        }
        _ => format!("The browser could not use a passkey: {}", of("message")),
    }
}
