//! One file over a delay of 50 ms there and back: what is asked for ahead decides, not the processor.

use crate::{
    Result, berth,
    large::write,
    openssh::OpenSsh,
    stats::take_turns,
    world::{World, give},
};
use std::{net::Ipv4Addr, time::Duration};
use testkit::proxy::FaultProxy;

const LENGTH: usize = 100 * 1000 * 1000;

const PAIRS: usize = 3;

/// Of each direction.
const DELAY: Duration = Duration::from_millis(25);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let target = (Ipv4Addr::LOCALHOST, world.sshd.port()).into();
    let proxy = world.runtime.block_on(FaultProxy::start(target));
    proxy.delay(DELAY);
    let ssh = OpenSsh { key: world.openssh.key.clone(), port: proxy.port() };
    let (here, there) = (world.here("far"), world.there("far"));
    let remote = berth::remote(&there)?;
    write(&there, LENGTH)?;
    give(&there)?;
    let files = || berth::files_at(world, proxy.port());
    let down = || world.runtime.block_on(async { berth::down(&files().await?, &remote, &here).await });
    let up = || world.runtime.block_on(async { berth::up(&files().await?, &here, &remote).await });
    let get = format!("get {} {}\n", there.display(), here.display());
    let put = format!("put {} {}\n", here.display(), there.display());
    take_turns("100 MB down, 50 ms away", PAIRS, &[("berth", &down), ("sftp", &|| ssh.sftp(&get, &[]))])?;
    take_turns("100 MB up, 50 ms away", PAIRS, &[("berth", &up), ("sftp", &|| ssh.sftp(&put, &[]))])?;
    for path in [here, there] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
