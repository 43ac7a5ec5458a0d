//! The NetBox of the tests in a process of its own, for tests in a browser.
//!
//! `testkit-netbox DEVICES SITES [tls]` says where it listens in one line of JSON, then takes a line of JSON for each change of what
//! it knows or of what goes wrong, says `{}` when that holds, and ends with its input.

#![expect(clippy::expect_used, reason = "a fixture that fails has to fail its test")]

use serde_json::{Value, json};
use std::{env, time::Duration};
use testkit::netbox::{Faults, NetBoxServer, TOKEN, World, machine};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).expect("DEVICES SITES [tls]");
    let world = world(number(0), number(1));
    let is_tls = arguments.get(2).is_some_and(|word| word == "tls");
    let server = if is_tls { NetBoxServer::start_tls(world).await } else { NetBoxServer::start(world).await };
    let fingerprint = is_tls.then(|| server.certificate().fingerprint.clone());
    println!("{}", json!({"url": server.url(), "token": TOKEN, "fingerprint": fingerprint}));
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await.expect("its input") {
        change(&server, &serde_json::from_str(&line).expect("a line of JSON"));
        println!("{{}}");
    }
}

/// Some of them without an address or a name, and a few virtual machines, so that there is something to say.
fn world(devices: usize, sites: usize) -> World {
    let mut world = World::of(devices, sites);
    let site = world.devices.first().expect("a device")["site"].clone();
    world.machines = (1..=3).map(|id| machine(id, &format!("vm-{id:02}"), &site)).collect();
    if let [.., nameless, homeless] = &mut world.devices[..] {
        nameless["name"] = Value::Null;
        homeless["primary_ip4"] = Value::Null;
    }
    world
}

/// `slow_ms`, `revoked`: what goes wrong from now on. `vanish`, `rename`: what is otherwise.
fn change(server: &NetBoxServer, what: &Value) {
    let slow = Duration::from_millis(what["slow_ms"].as_u64().unwrap_or_default());
    let revoked = what["revoked"].as_bool().is_some_and(|revoked| revoked).then_some(TOKEN);
    server.faults(Faults { slow, revoked, ..Faults::default() });
    server.change(|world| {
        for id in what["vanish"].as_array().into_iter().flatten() {
            world.devices.retain(|device| device["id"] != *id);
        }
        for (id, name) in what["rename"].as_object().into_iter().flatten() {
            for device in world.devices.iter_mut().filter(|device| device["id"].as_u64() == id.parse().ok()) {
                device["name"] = name.clone();
            }
        }
    });
}
