//! What the page asks of files: the REST interface, which serves every other client too. Bytes go by address in any case.

use super::{arriving::Arriving, pieces::Pieces};
use crate::{client, error::AppError};
use gloo_net::http::{Method, RequestBuilder};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde_json::json;
use wire::{
    FaultCode, HostId, TransferId,
    files::{
        CopyRequest, Entry, FilesCount, FilesLogin, FinishRequest, FolderView, LinkRequest, ModeRequest, OnConflict,
        PathsRequest, RemotePath, RenameRequest, TextDraft, TextFile, TextSaved, TransferList, TransferView,
        UploadView,
    },
};

/// Where something of a host's files is, without a query.
pub(super) fn address(host: &HostId, what: &str) -> String {
    format!("/api/hosts/{host}/files{what}")
}

/// The same about a path.
pub(super) fn about(host: &HostId, what: &str, path: &RemotePath) -> String {
    format!("{}?path={}", address(host, what), encoded(path))
}

/// Where an entry is saved from: a file as it is, a folder as a tar.
pub(super) fn download(host: &HostId, entry: &Entry) -> String {
    about(host, if entry.is_directory { "/archive" } else { "/content" }, &entry.path)
}

/// A path in a query.
pub(super) fn encoded(path: &RemotePath) -> String {
    js_sys::encode_uri_component(&path.to_text()).into()
}

/// What is in a folder; `so_far` is told what has come of a large one, now and then.
pub(super) async fn folder(
    host: &HostId,
    path: Option<&RemotePath>,
    mut so_far: impl FnMut(&Arriving, &[Entry]),
) -> Result<FolderView, AppError> {
    let address = path.map_or_else(|| address(host, ""), |path| about(host, "", path));
    let sent = RequestBuilder::new(&address).method(Method::GET).send().await;
    let answer = match sent {
        Ok(answer) if answer.ok() => answer,
        sent => return client::read(sent).await,
    };
    let (mut pieces, mut arriving, mut entries) = (Pieces::of(&answer), Arriving::default(), Vec::new());
    while let Some(piece) = pieces.next().await? {
        entries.extend(arriving.take(&piece).map_err(not_understood)?);
        so_far(&arriving, &entries);
    }
    let folder = arriving.finish().map_err(not_understood)?;
    Ok(FolderView { entries, ..folder })
}

fn not_understood(why: serde_json::Error) -> AppError {
    AppError::from_server_fn_error(ServerFnErrorErr::Deserialization(why.to_string()))
}

/// Opens the files of a host that asks every time.
pub(super) async fn open(host: &HostId, login: &FilesLogin) -> Result<(), AppError> {
    client::post_json(&address(host, "/open"), login).await
}

/// Makes a folder.
pub(super) async fn make_folder(host: &HostId, path: &RemotePath) -> Result<Entry, AppError> {
    client::post_json(&address(host, "/folder"), &json!({"path": path})).await
}

/// Makes an empty file, unless the name is taken: as an upload of nothing.
pub(super) async fn make_file(host: &HostId, path: &RemotePath) -> Result<Entry, AppError> {
    let there: UploadView = client::get_json(&about(host, "/upload", path)).await?;
    if there.exists.is_some() {
        return Err(AppError::new(FaultCode::Exists, "This name is there already; choose another one."));
    }
    let begin = format!("{}&offset=0&total=0", about(host, "/content", path));
    let begun = RequestBuilder::new(&begin).method(Method::PUT).send().await;
    client::read::<UploadView>(begun).await?;
    let whole =
        FinishRequest { path: path.clone(), total: 0, sha256: None, modified: None, conflict: OnConflict::Fail };
    client::post_json(&address(host, "/finish"), &whole).await
}

/// Renames or moves.
pub(super) async fn rename(host: &HostId, request: &RenameRequest) -> Result<Entry, AppError> {
    client::post_json(&address(host, "/rename"), request).await
}

/// Changes rights.
pub(super) async fn set_mode(host: &HostId, request: &ModeRequest) -> Result<Entry, AppError> {
    client::post_json(&address(host, "/mode"), request).await
}

/// Makes a link.
pub(super) async fn make_link(host: &HostId, request: &LinkRequest) -> Result<Entry, AppError> {
    client::post_json(&address(host, "/link"), request).await
}

/// How much these are.
pub(super) async fn count(host: &HostId, request: &PathsRequest) -> Result<FilesCount, AppError> {
    client::post_json(&address(host, "/count"), request).await
}

/// Deletes what came of an upload that is not wanted any more.
pub(super) async fn delete_part(host: &HostId, path: &RemotePath) -> Result<(), AppError> {
    client::delete(&about(host, "/upload", path)).await
}

/// Begins to delete.
pub(super) async fn delete(host: &HostId, request: &PathsRequest) -> Result<TransferView, AppError> {
    client::post_json(&address(host, "/delete"), request).await
}

/// Begins to copy.
pub(super) async fn copy(host: &HostId, request: &CopyRequest) -> Result<TransferView, AppError> {
    client::post_json(&address(host, "/copy"), request).await
}

/// A text to be shown or edited.
pub(super) async fn text(host: &HostId, path: &RemotePath) -> Result<TextFile, AppError> {
    client::get_json(&about(host, "/text", path)).await
}

/// Saves a text.
pub(super) async fn save_text(host: &HostId, draft: &TextDraft) -> Result<TextSaved, AppError> {
    client::put_json(&address(host, "/text"), draft).await
}

/// The account's transfers.
pub(super) async fn transfers() -> Result<TransferList, AppError> {
    client::get_json("/api/transfers").await
}

/// Stops a transfer, or forgets it.
pub(super) async fn cancel_transfer(id: &TransferId) -> Result<(), AppError> {
    client::delete(&format!("/api/transfers/{id}")).await
}
