//! Hosts that are there already, and the way back from an import.

use super::*;

async fn by_hand(person: &Person, host: Value) -> Value {
    json(person.post("/api/hosts", host).await, StatusCode::CREATED).await
}

async fn undone(person: &Person, job: &Value) -> Value {
    let path = format!("/api/undos/{}", job["report"]["import"]["undo"].as_str().expect("a way back"));
    json(person.post(&path, json!({})).await, StatusCode::OK).await
}

/// Everything that is there, as the page would show it.
async fn picture(person: &Person) -> (Value, Value) {
    (hosts(person, "limit=200").await["hosts"].clone(), json(person.get("/api/folders").await, StatusCode::OK).await)
}

#[tokio::test]
async fn a_host_that_is_the_same_is_taken_for_the_device() {
    let (_server, person, netbox) = configured(World::of(3, 2)).await;
    json(person.post("/api/folders", json!({"name": "Site 02"})).await, StatusCode::CREATED).await;
    let mine =
        json!({"name": "sw-00001", "address": "10.20.0.2", "folder": "Site 02", "tags": ["mine"], "username": "ops"});
    let mine = by_hand(&person, mine).await;
    // Another port than NetBox could mean: it says none.
    let other = json!({"name": "sw-00003", "address": "10.20.0.4", "port": 2222, "folder": "Site 02"});
    let other = by_hand(&person, other).await;
    let before = picture(&person).await;
    let job = import(&person, json!({})).await;
    assert_eq!(counts(&job), [1, 2, 0, 0, 0], "{job}");
    let now = one(&person, "sw-00001").await;
    assert_eq!((&now["id"], &now["username"], &now["tags"]), (&mine["id"], &json!("ops"), &json!(["mine", "lab"])));
    let now = one(&person, "sw-00003").await;
    assert_eq!((&now["id"], &now["port"]), (&other["id"], &json!(2222)));
    netbox.change(|world| world.devices[0]["name"] = json!("sw-renamed"));
    assert_eq!(counts(&import(&person, json!({})).await)[1], 1);
    assert_eq!(one(&person, "sw-renamed").await["id"], mine["id"], "from now on it is that device");
    netbox.change(|world| world.devices[0]["name"] = json!("sw-00001"));
    import(&person, json!({})).await;
    // The way back from the first one: what was changed since stays, what was not is a host made by hand again.
    let back = undone(&person, &job).await;
    assert_eq!(back["skipped"], 0, "{back}");
    assert_eq!(picture(&person).await, before);
    assert_eq!(counts(&import(&person, json!({})).await), [1, 2, 0, 0, 0], "and is taken for it once more");
}

#[tokio::test]
async fn a_device_that_would_be_another_host_is_left_out_alone() {
    let (_server, person, netbox) = configured(World::of(4, 2)).await;
    import(&person, json!({})).await;
    let mine = json!({"name": "by-hand", "address": "10.20.0.2", "folder": "Site 02"});
    by_hand(&person, mine).await;
    netbox.change(|world| {
        world.devices[0]["name"] = json!("by-hand");
        world.devices[1]["serial"] = json!("SN-new");
    });
    let job = import(&person, json!({})).await;
    assert_eq!((counts(&job), &job["report"]["import"]["skipped"]), ([0, 1, 2, 0, 0], &json!(1)), "{job}");
    let reason = job["report"]["import"]["skips"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("the same as another host") && reason.contains("delete that host"), "{reason}");
    assert_eq!(one(&person, "sw-00001").await["tags"], json!(["lab"]), "it is there still, so it is not gone");
    assert_eq!(hosts(&person, "").await["total"], 5);
}

#[tokio::test]
async fn devices_that_change_places_and_those_that_are_made_anew_keep_their_hosts() {
    let (_server, person, netbox) = configured(World::of(4, 1)).await;
    import(&person, json!({})).await;
    let (first, second) = (one(&person, "sw-00001").await, one(&person, "sw-00002").await);
    netbox.change(|world| {
        for (at, name, number) in [(0, "sw-00002", 3), (1, "sw-00001", 2)] {
            world.devices[at]["name"] = json!(name);
            world.devices[at]["primary_ip4"] = address(&format!("10.20.0.{number}/24"), "");
        }
        // Deleted and made anew: the same in all but its number.
        world.devices[3]["id"] = json!(77);
    });
    let job = import(&person, json!({})).await;
    assert_eq!(counts(&job), [0, 2, 2, 0, 0], "{job}");
    assert_eq!(one(&person, "sw-00002").await["id"], first["id"]);
    assert_eq!(one(&person, "sw-00001").await["id"], second["id"]);
    assert_eq!(one(&person, "sw-00004").await["tags"], json!(["lab"]));
    assert_eq!(json(person.get("/api/netbox/gone").await, StatusCode::OK).await["total"], 0);
    assert_eq!(counts(&import(&person, json!({})).await), [0, 0, 4, 0, 0]);
}

#[tokio::test]
async fn an_import_is_taken_back_with_its_folders_and_where_its_hosts_came_from() {
    let (_server, person, netbox) = configured(World::of(6, 3)).await;
    let nothing = picture(&person).await;
    let first = import(&person, json!({})).await;
    assert_eq!(undone(&person, &first).await["restored"], 6);
    assert_eq!(picture(&person).await, nothing, "hosts and folders are gone again");
    import(&person, json!({})).await;
    let before = picture(&person).await;
    netbox.change(|world| {
        let mut site = world.sites[0].clone();
        site["name"] = json!("Site 99");
        site["slug"] = json!("site-99");
        site["id"] = json!(99);
        world.devices[0]["site"] = site;
        world.devices[1]["tags"] = json!([{"id": 2, "name": "core", "slug": "core"}]);
        world.devices.truncate(5);
        let another = world.devices[2].clone();
        world.devices.push(another);
        world.devices[5]["id"] = json!(40);
        world.devices[5]["name"] = json!("sw-new");
    });
    let changed = import(&person, json!({})).await;
    assert_eq!(counts(&changed), [1, 3, 3, 1, 0], "{changed}");
    assert_eq!(json(person.get("/api/netbox/gone").await, StatusCode::OK).await["total"], 1);
    let back = undone(&person, &changed).await;
    assert_eq!(back["skipped"], 0, "{back}");
    assert_eq!(picture(&person).await, before);
    assert_eq!(json(person.get("/api/netbox/gone").await, StatusCode::OK).await["total"], 0);
    assert_eq!(counts(&import(&person, json!({})).await), [1, 3, 3, 1, 0], "all of it is known as it was before");
}
