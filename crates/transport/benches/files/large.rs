//! One large file, down and up.

use crate::{
    Result, berth,
    openssh::OUR_CIPHER,
    stats::take_turns,
    world::{World, give},
};
use std::{fs::File, io::Write};

const LENGTH: usize = 500 * 1000 * 1000;

const PAIRS: usize = 3;

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let (here, there) = (world.here("large"), world.there("large"));
    let (remote, ssh) = (berth::remote(&there)?, &world.openssh);
    write(&there, LENGTH)?;
    give(&there)?;
    let berth = || world.runtime.block_on(async { berth::down(&berth::files(world).await?, &remote, &here).await });
    let get = format!("get {} {}\n", there.display(), here.display());
    take_turns(
        "500 MB down",
        PAIRS,
        &[
            ("berth", &berth),
            ("sftp", &|| ssh.sftp(&get, &[])),
            ("scp", &|| ssh.scp_down(&there, &here)),
            ("sftp with AES-GCM", &|| ssh.sftp(&get, &[OUR_CIPHER])),
        ],
    )?;
    let berth = || world.runtime.block_on(async { berth::up(&berth::files(world).await?, &here, &remote).await });
    let put = format!("put {} {}\n", here.display(), there.display());
    take_turns(
        "500 MB up",
        PAIRS,
        &[
            ("berth", &berth),
            ("sftp", &|| ssh.sftp(&put, &[])),
            ("scp", &|| ssh.scp_up(&here, &there)),
            ("sftp with AES-GCM", &|| ssh.sftp(&put, &[OUR_CIPHER])),
        ],
    )?;
    for path in [here, there] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// Writes a file of this length, in whole megabytes.
pub(crate) fn write(path: &std::path::Path, length: usize) -> Result<()> {
    let mut file = File::create(path)?;
    let block: Vec<u8> = (0..1_000_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    for _ in 0..length / block.len() {
        file.write_all(&block)?;
    }
    Ok(())
}
