//! What the browser is allowed to load, and what it gets. The web app itself may not be built when these run.

use crate::common::{Person, TestServer, json};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn every_answer_is_guarded() {
    let server = TestServer::start().await;
    let visitor = Person::new(&server);
    for path in ["/", "/healthz", "/api/hosts", "/docs/", "/connect/x1?token=y", "/no-such.js"] {
        let answer = visitor.get(path).await;
        let header =
            |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let policy = header("content-security-policy");
        for rule in [
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        let scripts = policy.split(';').find(|rule| rule.trim().starts_with("script-src")).unwrap();
        assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(header("permissions-policy").contains("camera=()"), "{path}");
    }
}

#[tokio::test]
async fn answers_of_the_interface_are_not_kept() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    for path in ["/api/hosts", "/api/auth/status", "/api/nothing"] {
        assert_eq!(admin.get(path).await.headers()["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn the_page_has_a_nonce_of_its_own_each_time() {
    let server = TestServer::start().await;
    let visitor = Person::new(&server);
    let html = |path: &'static str| visitor.request(Method::GET, path).header("accept", "text/html");
    let mut nonces = Vec::new();
    for path in ["/", "/hosts/some/route"] {
        let answer = html(path).send().await.unwrap();
        if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
            assert!(answer.text().await.unwrap().contains("without the web app"), "it says so when it was not built");
            return;
        }
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("nonce=\"{nonce}\"")) && !page.contains("__CSP_NONCE__"), "{page}");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn the_interface_is_described_and_browsable_without_a_foreign_request() {
    let server = TestServer::start().await;
    let visitor = Person::new(&server);
    let document = json(visitor.get("/api/openapi.json").await, StatusCode::OK).await;
    assert!(document["components"]["securitySchemes"]["token"].is_object());
    let open = &document["paths"]["/api/terminal/{host}/terminal-sessions"]["post"];
    assert_eq!(
        open["responses"]["default"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/Fault"
    );
    for schema in ["Fault", "OpenedSession", "HostView", "TerminalStatus", "SessionView", "LimitReached"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema} is described");
    }
    let references = document.to_string();
    for reference in references.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name} is referred to and described");
    }
    assert_eq!(visitor.get("/docs").await.status(), StatusCode::SEE_OTHER);
    let page = visitor.get("/docs/").await.text().await.unwrap();
    assert!(!page.contains("://") || !page.contains("src=\"http"), "{page}");
    let start = visitor.get("/docs/swagger-initializer.js").await.text().await.unwrap();
    assert!(start.contains("/api/openapi.json") && start.contains("\"none\""), "{start}");
}

#[tokio::test]
async fn an_old_link_gets_a_plain_page() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    for (person, path, status) in [
        (&stranger, "/connect/x1?token=used", StatusCode::UNAUTHORIZED),
        (&stranger, "/popout/x1", StatusCode::UNAUTHORIZED),
        (&admin, "/connect/x1", StatusCode::NOT_FOUND),
        (&admin, "/connect/..%2f..?token=y", StatusCode::NOT_FOUND),
    ] {
        let answer = person.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(answer.text().await.unwrap().contains("href=\"/\""), "it leads back");
    }
    let moved = stranger.get("/api/terminal/popout/x1?token=y").await;
    assert_eq!(
        (moved.status(), moved.headers()["location"].to_str().unwrap()),
        (StatusCode::TEMPORARY_REDIRECT, "/popout/x1?token=y")
    );
}

#[tokio::test]
async fn what_has_a_hash_in_its_name_is_kept_and_the_rest_is_asked_for_again() {
    let server = TestServer::start().await;
    let visitor = Person::new(&server);
    let page = visitor.get("/").await;
    if page.status() == StatusCode::SERVICE_UNAVAILABLE {
        return; // The web app was not built.
    }
    let page = page.text().await.unwrap();
    let script =
        page.split('"').chain(page.split('\'')).find(|part| part.starts_with("/frontend-") && part.ends_with(".js"));
    for (path, caching) in
        [(script.unwrap(), "immutable"), ("/sw.js", "no-cache"), ("/manifest.webmanifest", "no-cache")]
    {
        let plain = visitor.get(path).await;
        assert_eq!(plain.status(), StatusCode::OK, "{path}");
        assert!(plain.headers()["cache-control"].to_str().unwrap().contains(caching), "{path}");
        assert_eq!(plain.headers()["vary"], "accept-encoding");
        let etag = plain.headers()["etag"].clone();
        let again = visitor.request(Method::GET, path).header("if-none-match", etag).send().await.unwrap();
        assert_eq!((again.status(), again.content_length().unwrap_or(0)), (StatusCode::NOT_MODIFIED, 0), "{path}");
        let small = visitor.request(Method::GET, path).header("accept-encoding", "br").send().await.unwrap();
        if small.headers().contains_key("content-encoding") {
            assert_eq!(small.headers()["content-encoding"], "br");
            assert_eq!(small.headers()["content-type"], plain.headers()["content-type"], "the type is the file's own");
            assert!(small.bytes().await.unwrap().len() < plain.bytes().await.unwrap().len());
        }
    }
}
