//! Every word is looked for, whatever its case, wherever it may stand; wildcards are letters; pages lose nothing.

use crate::cast::{folder, host, id, two_accounts};
use storage::{BootstrapRecord, Storage, StorageError};
use wire::{
    AccountId,
    inventory::{BootstrapState, DeviceMetadata, HostQuery, HostView},
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let inventory = storage.inventory();
    inventory.insert_folder(&anna, &folder("Zürich")).await.unwrap();
    let tagged =
        |name: &str, tags: &[&str]| HostView { tags: tags.iter().map(ToString::to_string).collect(), ..host(name) };
    let hosts = [
        HostView { username: Some("Operator".into()), ..tagged("Core-1", &["BGP", "50%"]) },
        HostView { folder_id: Some(id("folder-ZHOst")), ..tagged("core_2", &["bgp edge"]) },
        HostView {
            address: "fe80::1".into(),
            device: DeviceMetadata { platform: "NXOS".into(), ..DeviceMetadata::default() },
            ..tagged("Lab", &["b!gp"])
        },
    ];
    inventory.insert_folder(&anna, &folder("ZH Ost")).await.unwrap();
    for host in &hosts {
        inventory.insert_host(&anna, host).await.unwrap();
    }
    inventory.insert_host(&benny, &HostView { id: id("bennys"), ..host("core-1") }).await.unwrap();

    let cases: [(&str, &[&str]); 14] = [
        ("CORE", &["Core-1", "core_2"]),
        ("bgp", &["Core-1", "core_2"]),
        ("operator", &["Core-1"]),
        ("ÖPÉR", &["Core-1"]),
        ("fe80", &["Lab"]),
        ("fe80::1", &["Lab"]),
        ("nxos", &["Lab"]),
        ("%", &["Core-1"]),
        ("50%", &["Core-1"]),
        ("_", &["core_2"]),
        ("e_2", &["core_2"]),
        ("b!gp", &["Lab"]),
        ("' OR 1=1 --", &[]),
        ("\"bgp\" OR lab", &[]),
    ];
    // What little is said stands in the hosts' lines, what is long is looked at by the database: both find the same.
    for notes in [0, 400] {
        for host in &hosts {
            let device = DeviceMetadata { notes: "z".repeat(notes), ..host.device.clone() };
            assert!(inventory.update_host(&anna, &HostView { device, ..host.clone() }).await.unwrap());
        }
        let told = inventory.lines(&anna).await.unwrap().iter().filter(|line| line.text.is_some()).count();
        assert_eq!(told, if notes == 0 { 3 } else { 0 });
        for (word, expected) in cases {
            assert_eq!(with(storage, &anna, word).await, expected, "{word:?}");
        }
        for nothing in ["\\", "\0", "\0\0\0", "\"\"\"", "***"] {
            assert_eq!(with(storage, &anna, nothing).await, [""; 0], "{nothing:?}");
        }
    }
    texts_follow(storage, &anna).await;
    filters(storage, &anna).await;
    pages(storage, &benny).await;
}

/// The names of the hosts that have a word.
async fn with(storage: &Storage, account: &AccountId, word: &str) -> Vec<String> {
    let mut ids = storage.inventory().hosts_with(account, word).await.unwrap();
    let (lines, word) = (storage.inventory().lines(account).await.unwrap(), storage::folded(word));
    let said = lines.into_iter().filter(|line| line.text.as_ref().is_some_and(|text| text.contains(&word)));
    ids.extend(said.map(|line| line.id));
    let mut names: Vec<_> = storage.inventory().hosts_of(account, &ids).await.unwrap();
    names.sort_by_key(|host| host.name.to_lowercase());
    names.into_iter().map(|host| host.name).collect()
}

/// What is searched is what the host says now, and what was read from it.
async fn texts_follow(storage: &Storage, anna: &AccountId) {
    let inventory = storage.inventory();
    let lines = inventory.lines(anna).await.unwrap();
    assert_eq!(lines.len(), 3);
    inventory.insert_host(anna, &host("fleeting")).await.unwrap();
    let read = BootstrapRecord {
        state: BootstrapState::Success,
        message: String::new(),
        at: crate::cast::at(1),
        os: Some("Débian".into()),
        hostname: Some("fleet-7".into()),
    };
    inventory.set_bootstrap(anna, &id("host-fleeting"), &read).await.unwrap();
    let again = BootstrapRecord { os: None, hostname: Some("fleet-8".into()), ..read };
    inventory.set_bootstrap(anna, &id("host-fleeting"), &again).await.unwrap();
    assert_eq!(with(storage, anna, "debian").await, ["fleeting"]);
    assert_eq!(with(storage, anna, "fleet-8").await, ["fleeting"]);
    assert_eq!(with(storage, anna, "fleet-7").await, [""; 0]);
    let renamed = HostView { name: "Lasting".into(), address: "h".into(), ..host("fleeting") };
    assert!(inventory.update_host(anna, &renamed).await.unwrap());
    assert_eq!(with(storage, anna, "fleeting").await, [""; 0]);
    assert_eq!(with(storage, anna, "lasting").await, ["Lasting"]);
    inventory.forget_findings(anna, &id("host-fleeting")).await.unwrap();
    assert_eq!(with(storage, anna, "debian").await, [""; 0]);
    assert!(inventory.delete_host(anna, &id("host-fleeting")).await.unwrap());
    assert_eq!(with(storage, anna, "lasting").await, [""; 0]);
}

async fn names(storage: &Storage, account: &AccountId, query: &HostQuery) -> Vec<String> {
    let page = storage.inventory().hosts(account, query, None).await.unwrap();
    assert_eq!((page.total, page.next_cursor), (page.hosts.len() as u64, None));
    page.hosts.into_iter().map(|host| host.name).collect()
}

async fn filters(storage: &Storage, anna: &AccountId) {
    let tag = |tag: &str| HostQuery { tag: Some(tag.into()), ..HostQuery::default() };
    assert_eq!(names(storage, anna, &tag("bgp")).await, ["Core-1"], "a whole tag, in any case");
    assert_eq!(names(storage, anna, &tag("5_%")).await, [""; 0]);
    let inside = async |query: &HostQuery, folder: &str| {
        let page = storage.inventory().hosts(anna, query, Some(&[id(folder)])).await.unwrap();
        page.hosts.into_iter().map(|host| host.name).collect::<Vec<_>>()
    };
    assert_eq!(inside(&HostQuery::default(), "folder-ZHOst").await, ["core_2"]);
    assert_eq!(inside(&HostQuery::default(), "folder-Zrich").await, [""; 0]);
    let lab = HostQuery { tag: Some("b!gp".into()), ..HostQuery::default() };
    assert_eq!(inside(&lab, "folder-ZHOst").await, [""; 0]);
}

/// Hosts come and go between two pages; those that stay are listed once each.
async fn pages(storage: &Storage, benny: &AccountId) {
    let inventory = storage.inventory();
    for number in 0..25 {
        inventory.insert_host(benny, &host(&format!("node{number:02}"))).await.unwrap();
    }
    let mut query = HostQuery { limit: Some(10), ..HostQuery::default() };
    let first = inventory.hosts(benny, &query, None).await.unwrap();
    assert_eq!((first.hosts.len(), first.total), (10, 26), "with the namesake of Anna's");
    inventory.delete_host(benny, &id("host-node09")).await.unwrap();
    inventory.insert_host(benny, &host("node005")).await.unwrap();
    query.cursor = first.next_cursor;
    let second = inventory.hosts(benny, &query, None).await.unwrap();
    query.cursor = second.next_cursor;
    let third = inventory.hosts(benny, &query, None).await.unwrap();
    assert_eq!((third.hosts.len(), third.next_cursor), (5, None));
    let rest: Vec<_> = second.hosts.into_iter().chain(third.hosts).map(|host| host.name).collect();
    assert_eq!(rest, (10..25).map(|number| format!("node{number}")).collect::<Vec<_>>());

    for bad in ["", "x", "!!", "AAAA", "bm9kZQ"] {
        query.cursor = Some(bad.into());
        assert!(matches!(inventory.hosts(benny, &query, None).await, Err(StorageError::BadCursor)), "{bad:?}");
    }
}
