//! Many small files, down and up: on a link of their own, and on one that stands.

use crate::{Result, berth, stats::take_turns, world::World};
use std::fs;
use transport::Files;

const COUNT: usize = 2000;

const LENGTH: usize = 4096;

const PAIRS: usize = 5;

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let here = world.fresh("here")?;
    for number in 0..COUNT {
        fs::write(here.join(format!("file-{number}")), vec![number as u8; LENGTH])?;
    }
    let standing = world.runtime.block_on(berth::files(world))?;
    up(world, &standing)?;
    down(world, &standing)
}

fn up(world: &World, standing: &Files) -> Result<()> {
    let (here, ssh) = (world.here("").join("."), &world.openssh);
    let send = |files: Option<&Files>| -> Result<()> {
        let to = berth::remote(&world.fresh("there")?)?;
        world.runtime.block_on(async {
            match files {
                Some(files) => berth::folder_up(files, &here, &to).await,
                None => berth::folder_up(&berth::files(world).await?, &here, &to).await,
            }
        })?;
        all_there(world, "there")
    };
    let tar = || {
        ssh.tar_up(&here, &world.fresh("there")?)?;
        all_there(world, "there")
    };
    let sftp = || {
        let to = world.fresh("there")?;
        ssh.sftp(&format!("put {}/* {}\n", here.display(), to.display()), &[])?;
        all_there(world, "there")
    };
    take_turns("2,000 × 4 KB up", PAIRS, &[("berth", &|| send(None)), ("tar | ssh", &tar), ("sftp", &sftp)])?;
    take_turns("2,000 × 4 KB up, link stands", PAIRS, &[("berth", &|| send(Some(standing))), ("tar | ssh", &tar)])
}

fn down(world: &World, standing: &Files) -> Result<()> {
    let (there, ssh) = (world.there("").join("."), &world.openssh);
    let from = berth::remote(&there)?;
    let fetch = |files: Option<&Files>| -> Result<()> {
        let to = world.fresh("here")?;
        world.runtime.block_on(async {
            match files {
                Some(files) => berth::folder_down(files, &from, &to).await,
                None => berth::folder_down(&berth::files(world).await?, &from, &to).await,
            }
        })?;
        all_there(world, "here")
    };
    let tar = || {
        ssh.tar_down(&there, &world.fresh("here")?)?;
        all_there(world, "here")
    };
    let sftp = || {
        let to = world.fresh("here")?;
        ssh.sftp(&format!("get {}/* {}\n", there.display(), to.display()), &[])?;
        all_there(world, "here")
    };
    take_turns("2,000 × 4 KB down", PAIRS, &[("berth", &|| fetch(None)), ("tar | ssh", &tar), ("sftp", &sftp)])?;
    take_turns("2,000 × 4 KB down, link stands", PAIRS, &[("berth", &|| fetch(Some(standing))), ("tar | ssh", &tar)])
}

/// A side that leaves something out is not quick.
fn all_there(world: &World, side: &str) -> Result<()> {
    let folder = if side == "here" { world.here("") } else { world.there("") };
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    let wanted = (COUNT * LENGTH) as u64;
    if bytes == wanted { Ok(()) } else { Err(format!("{bytes} of {wanted} bytes came {side}").into()) }
}
