//! Files as answers: whole, in part, or not again; and shown instead of saved where nothing of them runs.

use super::{disposition, faults::Refusal, headers::Shown, range};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::Stream;
use services::files::Download;
use wire::{FaultCode, Timestamp};

/// A file as an answer: all of it, or the part that is asked for. `preview` shows a picture or a PDF instead of saving it.
pub(super) async fn file(download: Download, asked: &HeaderMap, preview: bool) -> Result<Response, Refusal> {
    let (length, tag) = (download.length(), tag(download.modified(), download.size()));
    if is_known(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    // Another file than the one that was begun is sent from its beginning.
    let is_same = asked.get(header::IF_RANGE).is_none_or(|expected| expected.as_bytes() == tag.as_bytes());
    let part = match length.filter(|_| is_same).map(|length| range::asked(asked, length)) {
        Some(range::Asked::Part(part)) => Some(part),
        Some(range::Asked::Nothing) => return Ok(no_such_part(length.unwrap_or(0))),
        Some(range::Asked::All) | None => None,
    };
    let name = download.name().to_text();
    let shown = if preview { shown(&name) } else { None };
    let (from, count) = part.map_or((0, length), |part| (part.from, Some(part.length)));
    let mut response = Body::from_stream(download.bytes(from, count).await?).into_response();
    if let (Some(part), Some(length)) = (part, length) {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        response.headers_mut().insert(header::CONTENT_RANGE, range::content_range(part.from, part.length, length));
    }
    let headers = response.headers_mut();
    if let Some(count) = count {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let kind = shown.map_or("application/octet-stream", |(kind, _)| kind);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let way = if shown.is_some() { disposition::inline(&name) } else { disposition::attachment(&name) };
    headers.insert(header::CONTENT_DISPOSITION, way);
    if let Some((_, shown)) = shown {
        response.extensions_mut().insert(shown);
    }
    Ok(response)
}

/// A stream of unknown length as a file to save.
pub(super) fn stream<E>(
    name: &str,
    kind: &'static str,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition::attachment(name)),
    ];
    (headers, Body::from_stream(bytes)).into_response()
}

/// The answer to a range behind the end of a file of this length.
fn no_such_part(length: u64) -> Response {
    let text = format!("the file has {length} bytes; ask for a range within them");
    let mut response = Refusal::new(FaultCode::BadInput, text).into_response();
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    response.headers_mut().insert(header::CONTENT_RANGE, range::unsatisfied(length));
    response
}

/// A strong tag. Hosts tell times in whole seconds mostly: a change within one that leaves the length is not seen.
fn tag(modified: Option<Timestamp>, size: u64) -> String {
    format!("\"{:x}-{size:x}\"", modified.map_or(0, Timestamp::millis))
}

fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    known.is_some_and(|known| known == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}

/// The type of what a browser shows without running anything of it, by the name's ending.
fn shown(name: &str) -> Option<(&'static str, Shown)> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let kind = match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/x-icon",
        "svg" => "image/svg+xml",
        "pdf" => return Some(("application/pdf", Shown::Pdf)),
        _ => return None,
    };
    Some((kind, Shown::Image))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_nothing_is_shown() {
        assert_eq!(shown("A.PNG"), Some(("image/png", Shown::Image)));
        for name in ["a.html", "a.xml", "png", "a.js", "a.svg.html"] {
            assert_eq!(shown(name), None, "{name}");
        }
    }

    #[test]
    fn a_tag_is_known_alone_and_among_others() {
        let tag = tag(Some(Timestamp::from_millis(16)), 255);
        assert_eq!(tag, "\"10-ff\"");
        let headers =
            |known: &'static str| HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(known))]);
        assert!(is_known(&headers("\"1\", W/\"10-ff\""), &tag) && is_known(&headers("*"), &tag));
        assert!(!is_known(&headers("\"10-fe\""), &tag) && !is_known(&HeaderMap::new(), &tag));
    }
}
