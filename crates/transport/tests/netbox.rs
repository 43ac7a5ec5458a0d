//! NetBox against a small server of our own, with everything that may go wrong.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};
use testkit::netbox::{Faults, NetBoxServer, OLD_TOKEN, TOKEN, World, machine, service};
use transport::{NetBox, NetBoxAccess, NetBoxError, NetBoxFilter, NetBoxKind, NetBoxTrust, NetBoxUrl};
use wire::vault::Secret;

fn access(server: &NetBoxServer) -> NetBoxAccess {
    NetBoxAccess {
        url: NetBoxUrl::parse(&server.url()).unwrap(),
        token: Secret::new(TOKEN),
        trust: NetBoxTrust::System,
        allow_local: true,
        timeout: Duration::from_secs(5),
        interval: Duration::ZERO,
    }
}

async fn netbox(server: &NetBoxServer) -> NetBox {
    NetBox::new(access(server)).await.unwrap()
}

async fn all(netbox: &NetBox, filter: &NetBoxFilter) -> Result<Vec<u64>, NetBoxError> {
    let (mut pages, mut ids) = (netbox.all(NetBoxKind::Device, filter), Vec::new());
    while let Some(page) = pages.next().await? {
        ids.extend(page.into_iter().map(|device| device.id));
    }
    Ok(ids)
}

#[tokio::test]
async fn both_kinds_of_tokens_open_it_and_others_do_not() {
    let server = NetBoxServer::start(World::of(1, 1)).await;
    for token in [TOKEN, OLD_TOKEN] {
        let access = NetBoxAccess { token: Secret::new(token), ..access(&server) };
        assert_eq!(NetBox::new(access).await.unwrap().status().await.unwrap().version, "4.6.8");
    }
    for (token, said) in [("nbt_x.wrong", "Invalid v2 token"), ("two\nlines", "signs that a token cannot have")] {
        let access = NetBoxAccess { token: Secret::new(token), ..access(&server) };
        let error = NetBox::new(access).await.unwrap().status().await.unwrap_err();
        assert!(matches!(&error, NetBoxError::TokenRefused(_)) && error.to_string().contains(said), "{error}");
        assert!(!error.to_string().contains(token) && error.to_string().contains("make a new one"), "{error}");
    }
    assert!(!server.asked().join(" ").contains("nbt_"), "the token is in no address");
}

#[tokio::test]
async fn a_list_is_read_to_its_end_from_new_servers_and_old_ones() {
    for old in [false, true] {
        let server = NetBoxServer::start(World::of(1_234, 7)).await;
        server.faults(Faults { old, ..Faults::default() });
        let netbox = netbox(&server).await;
        assert_eq!(
            all(&netbox, &NetBoxFilter::default()).await.unwrap(),
            (1..=1_234).collect::<Vec<_>>(),
            "old: {old}"
        );
        let asked = server.asked();
        assert!(asked.len() <= 4 && asked.iter().all(|it| it.contains("fields=")), "{asked:?}");
        assert_eq!(netbox.count(NetBoxKind::Device, &NetBoxFilter::default()).await.unwrap(), 1_234);
        let site = NetBoxFilter { site: vec!["site-02".to_owned()], ..NetBoxFilter::default() };
        assert_eq!(
            all(&netbox, &site).await.unwrap().len() as u64,
            netbox.count(NetBoxKind::Device, &site).await.unwrap()
        );
        let word = NetBoxFilter { search: "sw-00012".to_owned(), ..NetBoxFilter::default() };
        let found = netbox.devices(NetBoxKind::Device, &word, 10, 0).await.unwrap();
        let device = &found.results[0];
        assert_eq!(
            (found.total, device.ipv4().0, device.manufacturer(), device.role()),
            (1, "10.20.0.13", "Cisco", "Access Switch")
        );
    }
}

#[tokio::test]
async fn sites_machines_and_services_are_read() {
    let server = NetBoxServer::start(World::of(3, 3)).await;
    server.change(|world| {
        let site = world.devices[0]["site"].clone();
        world.machines.push(machine(1, "vm-1", &site));
        world.services.push(service(1, 2, 2222));
    });
    let netbox = netbox(&server).await;
    let sites = netbox.sites("", 2, 0).await.unwrap();
    assert_eq!((sites.total, sites.results.len()), (3, 2));
    assert_eq!(sites.results[0].region.as_ref().unwrap().name, "South");
    assert_eq!(netbox.count(NetBoxKind::VirtualMachine, &NetBoxFilter::default()).await.unwrap(), 1);
    let services = netbox.all_services("ssh").next().await.unwrap().unwrap();
    assert_eq!((services[0].parent(), &services[0].ports[..]), (Some((NetBoxKind::Device, 2)), &[2222][..]));
}

#[tokio::test]
async fn certificates_are_trusted_by_an_authority_or_a_pin_and_by_nothing_else() {
    let server = NetBoxServer::start_tls(World::of(1, 1)).await;
    let shown = server.certificate().clone();
    let with = |trust| NetBoxAccess { trust, ..access(&server) };
    let error = NetBox::new(with(NetBoxTrust::System)).await.unwrap().status().await.unwrap_err();
    assert!(matches!(&error, NetBoxError::CertificateUnknown(it) if it.fingerprint == shown.fingerprint), "{error}");
    assert!(error.to_string().contains(&shown.fingerprint) && error.to_string().contains("pin it"), "{error}");
    for trust in [
        NetBoxTrust::Authority(shown.authority.clone()),
        NetBoxTrust::Pinned(shown.fingerprint.clone()),
        NetBoxTrust::Pinned(shown.fingerprint.replace(':', "").to_lowercase()),
    ] {
        NetBox::new(with(trust)).await.unwrap().status().await.unwrap();
    }
    let wrong = NetBox::new(with(NetBoxTrust::Pinned("AB".repeat(32)))).await.unwrap().status().await.unwrap_err();
    assert!(matches!(wrong, NetBoxError::CertificateChanged(_)), "{wrong}");
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        let refused = NetBox::new(with(NetBoxTrust::Authority(pem.to_owned()))).await.err().unwrap();
        assert!(matches!(refused, NetBoxError::BadAuthority(_)), "{refused}");
    }
    let clear = NetBoxUrl::parse(&server.url().replace("https", "http")).unwrap();
    let clear = NetBox::new(NetBoxAccess { url: clear, ..access(&server) }).await.unwrap().status().await;
    assert!(clear.is_err());
}

#[tokio::test]
async fn what_passes_is_waited_for_and_what_does_not_is_told() {
    let server = NetBoxServer::start(World::of(1_000, 1)).await;
    let netbox = netbox(&server).await;
    server.faults(Faults { refuse: Some((1, 429, Some("1"))), ..Faults::default() });
    let began = Instant::now();
    netbox.status().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After is kept: {:?}", began.elapsed());
    for status in [502, 503, 504] {
        server.faults(Faults { refuse: Some((1, status, None)), ..Faults::default() });
        netbox.status().await.unwrap();
    }
    server.faults(Faults { cut: 1, ..Faults::default() });
    netbox.status().await.unwrap();
    server.faults(Faults { refuse: Some((99, 429, Some("3600"))), ..Faults::default() });
    let busy = netbox.status().await.unwrap_err();
    assert_eq!(busy, NetBoxError::Busy { status: 429, tries: 1, wait: Some(Duration::from_secs(3_600)) });
    server.faults(Faults { refuse: Some((99, 500, None)), ..Faults::default() });
    assert_eq!(netbox.status().await.unwrap_err(), NetBoxError::Fault { status: 500 });
    let before = server.asked().len();
    server.faults(Faults { refuse: Some((1, 301, None)), ..Faults::default() });
    assert!(matches!(netbox.status().await.unwrap_err(), NetBoxError::Redirected(_)));
    assert_eq!(server.asked().len(), before + 1, "no redirect is followed");
    for (kind, text) in
        [("text/html", "<h1>Welcome</h1>"), ("application/json", "{\"hello\": 1}"), ("application/json", "[]")]
    {
        server.faults(Faults { instead: Some((kind, text)), ..Faults::default() });
        let error = netbox.status().await.unwrap_err();
        assert!(matches!(error, NetBoxError::NotNetBox(_)), "{error}");
    }
    server.faults(Faults { token_lasts: Some(1), ..Faults::default() });
    let error = all(&netbox, &NetBoxFilter::default()).await.unwrap_err();
    assert!(error.to_string().contains("Token expired"), "{error}");
}

#[tokio::test]
async fn pages_that_lead_elsewhere_or_nowhere_are_not_followed() {
    let server = NetBoxServer::start(World::of(1_200, 1)).await;
    let netbox = netbox(&server).await;
    let same = server.url();
    for next in [
        "http://evil.example/api/dcim/devices/?start=501".to_owned(),
        format!("{same}/api/dcim/devices/?start=1"),
        format!("{same}/api/dcim/devices/?start=0"),
        format!("{same}/api/dcim/devices/"),
        "not an address".to_owned(),
    ] {
        server.faults(Faults { next: Some(next.clone()), ..Faults::default() });
        let error = all(&netbox, &NetBoxFilter::default()).await.unwrap_err();
        assert!(matches!(error, NetBoxError::BadPage(_)), "{next}: {error}");
    }
    // Pages by offset that never end: the number of records says when they do.
    server.faults(Faults { next: Some(format!("{same}/api/dcim/devices/?offset=1")), old: true, ..Faults::default() });
    assert_eq!(all(&netbox, &NetBoxFilter::default()).await.unwrap().len(), 1_200);
}

#[tokio::test]
async fn a_slow_server_is_given_up_in_time_and_questions_keep_their_distance() {
    let server = NetBoxServer::start(World::of(1, 1)).await;
    server.faults(Faults { slow: Duration::from_secs(60), ..Faults::default() });
    let hasty = NetBox::new(NetBoxAccess { timeout: Duration::from_millis(100), ..access(&server) }).await.unwrap();
    let error = hasty.status().await.unwrap_err();
    assert_eq!(error, NetBoxError::TimedOut(Duration::from_millis(100)));
    server.faults(Faults::default());
    let gentle = NetBox::new(NetBoxAccess { interval: Duration::from_millis(100), ..access(&server) }).await.unwrap();
    let began = Instant::now();
    for _ in 0..4 {
        gentle.status().await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
}

#[tokio::test]
async fn the_machine_itself_is_asked_only_when_that_is_allowed() {
    let server = NetBoxServer::start(World::of(1, 1)).await;
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let url = NetBoxUrl::parse(&format!("http://{host}:{port}")).unwrap();
        let netbox = NetBox::new(NetBoxAccess { url, allow_local: false, ..access(&server) }).await.unwrap();
        let error = netbox.status().await.unwrap_err();
        assert!(matches!(error, NetBoxError::NotAllowed { .. }), "{host}: {error}");
    }
    assert_eq!(server.asked(), Vec::<String>::new());
}
