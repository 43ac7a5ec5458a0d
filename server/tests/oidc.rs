//! Signing in by a real provider of identities: there and back, whose account it is, what its word is worth, and every way in which what
//! comes back is not to be believed.

mod believed;
mod linked;
mod passkeys;
mod vault;

use crate::common::{Cookies, Person, TestServer, json};
use reqwest::{Client, Response, StatusCode, Url, redirect::Policy};
use serde_json::{Value, json};
use testkit::provider::{CLIENT, CLIENT_SECRET, Provider};

/// A vault's passphrase.
const PASSPHRASE: &str = "harbour lights at dusk";

/// A server with a provider, and its admin.
struct House {
    provider: Provider,
    server: TestServer,
    admin: Person,
}

impl House {
    /// With some more settings.
    async fn start(settings: &[(&'static str, &str)]) -> Self {
        let provider = Provider::start().await;
        let mut all = vec![
            ("oidc.issuer", provider.issuer()),
            ("oidc.name", "Lighthouse"),
            ("oidc.client_id", CLIENT),
            ("oidc.client_secret", CLIENT_SECRET),
        ];
        all.extend(settings);
        let (server, admin) = TestServer::with_admin(&all).await;
        Self { provider, server, admin }
    }

    /// One that makes accounts for members.
    async fn open() -> Self {
        Self::start(&[("oidc.create_accounts", "true"), ("oidc.default_role", "member")]).await
    }

    /// Somebody new, signed in by the provider.
    async fn newcomer(&self, name: &str) -> Person {
        let person = Person::new(&self.server);
        let answer = sign_in(&person, name).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        person
    }

    /// The lines of the audit log with this action, the newest first, as object and outcome.
    async fn noted(&self, action: &str) -> Vec<(String, String)> {
        let lines = json(self.admin.get(&format!("/api/audit?action={action}")).await, StatusCode::OK).await;
        let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        lines["events"].as_array().unwrap().iter().map(|line| (text(line, "object"), text(line, "outcome"))).collect()
    }
}

async fn status(person: &Person) -> Value {
    json(person.get("/api/auth/status").await, StatusCode::OK).await
}

/// Where an answer leads.
fn location(answer: &Response) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Begins a sign-in: the provider's address.
async fn begin(person: &Person) -> String {
    let begun = person.get("/api/auth/oidc/start?back=%2Fcredentials").await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    location(&begun)
}

/// Begins and ends one; the server's last answer.
async fn sign_in(person: &Person, name: &str) -> Response {
    let back = at_the_provider(&begin(person).await, name).await;
    person.get(&back).await
}

/// Signs in at the provider as somebody, and agrees to everything: the path and query that it sends the browser back with.
async fn at_the_provider(begun: &str, name: &str) -> String {
    let browser = Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
    let mut next = Url::parse(begun).unwrap();
    for _ in 0..20 {
        if next.path().ends_with("/api/auth/oidc/callback") {
            return next.as_str()[url_path(&next)..].to_owned();
        }
        let mut answer = browser.get(next.clone()).send().await.unwrap();
        if answer.status().is_success() {
            let page = answer.text().await.unwrap();
            let form = if page.contains("value=\"login\"") {
                vec![("prompt", "login"), ("login", name), ("password", "any")]
            } else {
                assert!(page.contains("value=\"consent\""), "{page}");
                vec![("prompt", "consent")]
            };
            answer = browser.post(next.clone()).form(&form).send().await.unwrap();
        }
        let status = answer.status();
        assert!(status.is_redirection(), "{status}: {}", answer.text().await.unwrap());
        next = next.join(&location(&answer)).unwrap();
    }
    panic!("the provider leads round and round");
}

/// Where the path of an address begins.
fn url_path(url: &Url) -> usize {
    url.origin().ascii_serialization().len()
}

/// A page in words, not JSON, that says why nobody is signed in.
async fn refused(answer: Response, status: StatusCode, why: &str) {
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let (got, page) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(got, status, "{page}");
    assert!(kind.starts_with("text/html") && page.contains(why), "{why:?} is missing: {page}");
}

#[tokio::test]
async fn the_first_sign_in_makes_an_account_and_the_next_finds_it() {
    let house = House::open().await;
    let stranger = status(&Person::new(&house.server)).await;
    assert_eq!((&stranger["status"], &stranger["provider"]), (&json!("signed_out"), &json!("Lighthouse")));
    let grace = Person::new(&house.server);
    let planted = Cookies::of(&grace.get("/api/auth/oidc/start").await);
    assert!(
        ["HttpOnly", "SameSite=Lax", "Path=/api/auth/oidc", "Max-Age=600"]
            .iter()
            .all(|part| planted.line("berth_oidc").contains(part))
    );
    let answer = sign_in(&grace, "grace").await;
    assert_eq!((answer.status(), location(&answer).as_str()), (StatusCode::SEE_OTHER, "/credentials"));
    let cookies = Cookies::of(&answer);
    assert!(cookies.line("berth_session").contains("SameSite=Lax") && cookies.line("berth_oidc").contains("Max-Age=0"));
    let first = status(&grace).await;
    assert_eq!(
        (&first["status"], &first["username"], &first["role"], &first["vault_open"], &first["vault_opener"]),
        (&json!("signed_in"), &json!("grace"), &json!("member"), &json!(false), &json!("new_passphrase"))
    );
    json(grace.get("/api/hosts").await, StatusCode::OK).await;
    let again = status(&house.newcomer("grace").await).await;
    assert_eq!(again["user_id"], first["user_id"]);
    // Another name there is the same person here; the same name of another subject would not be.
    house.provider.says("grace", json!({"preferred_username": "hopper"})).await;
    let renamed = house.newcomer("grace").await;
    assert_eq!(status(&renamed).await["username"], "grace");
    let known = json(renamed.get("/api/account/identities").await, StatusCode::OK).await;
    assert_eq!((&known[0]["known_as"], &known[0]["issuer"]), (&json!("hopper"), &json!(house.provider.issuer())));
    assert_eq!(known[0]["removable"], false);
    assert_eq!(house.noted("account.add").await[0], ("account grace".into(), "done, as member, by Lighthouse".into()));
    assert_eq!(house.noted("account.sign_in").await[0].1, "done, by Lighthouse");
}

#[tokio::test]
async fn who_is_not_known_and_may_not_be_made_is_told_so() {
    let house = House::start(&[]).await;
    refused(sign_in(&Person::new(&house.server), "grace").await, StatusCode::FORBIDDEN, "nobody here is linked").await;
    let house = House::open().await;
    // Names are nobody's proof: the provider's "ada" is not the admin.
    let ada = Person::new(&house.server);
    refused(sign_in(&ada, "ada").await, StatusCode::CONFLICT, "another account here is called ada").await;
    assert_eq!(status(&ada).await["status"], "signed_out");
    house.provider.says("odd", json!({"preferred_username": "<b>odd</b> one"})).await;
    refused(sign_in(&ada, "odd").await, StatusCode::BAD_REQUEST, "ask an admin").await;
    assert!(house.noted("account.sign_in").await.iter().any(|(_, outcome)| outcome.contains("called ada")));
}

#[tokio::test]
async fn roles_come_from_a_claim_and_go_with_it() {
    let house = House::start(&[
        ("oidc.create_accounts", "true"),
        ("oidc.role_claim", "groups"),
        ("oidc.admin_values", "admins, root"),
        ("oidc.member_values", "staff"),
    ])
    .await;
    refused(sign_in(&Person::new(&house.server), "grace").await, StatusCode::FORBIDDEN, "gives you a role").await;
    house.provider.says("grace", json!({"groups": ["staff", "admins"]})).await;
    let grace = house.newcomer("grace").await;
    assert_eq!(status(&grace).await["role"], "admin");
    json(grace.get("/api/accounts").await, StatusCode::OK).await;
    house.provider.says("grace", json!({"groups": ["staff"]})).await;
    let elsewhere = house.newcomer("grace").await;
    for person in [&grace, &elsewhere] {
        assert_eq!(status(person).await["role"], "member");
        assert_eq!(person.get("/api/accounts").await.status(), StatusCode::FORBIDDEN, "the older sign-in too");
    }
    let noted = house.noted("account.role").await;
    assert_eq!(noted, [("account grace".into(), "member, was admin, by Lighthouse".into())]);
    house.provider.says("grace", json!({"groups": []})).await;
    refused(sign_in(&Person::new(&house.server), "grace").await, StatusCode::FORBIDDEN, "gives you a role").await;
}

#[tokio::test]
async fn nobody_is_first_by_a_provider_and_a_switched_off_account_stays_out() {
    let provider = Provider::start().await;
    let settings = [
        ("oidc.issuer", provider.issuer()),
        ("oidc.client_id", CLIENT),
        ("oidc.client_secret", CLIENT_SECRET),
        ("oidc.create_accounts", "true"),
        ("oidc.default_role", "admin"),
    ];
    let server = TestServer::with(&settings).await;
    let early = Person::new(&server);
    refused(sign_in(&early, "grace").await, StatusCode::FORBIDDEN, "the first account").await;
    Person::new(&server).set_up(server.setup_code()).await;
    assert_eq!(sign_in(&early, "grace").await.status(), StatusCode::SEE_OTHER);
    server.account(&["disable", "grace"]).await;
    refused(sign_in(&early, "grace").await, StatusCode::FORBIDDEN, "switched off").await;
    assert_eq!(status(&early).await["status"], "signed_out");
}
