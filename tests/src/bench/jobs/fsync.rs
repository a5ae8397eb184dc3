use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::super::Table;
use super::rig::Rig;

/// How many blocks are appended.
const BLOCKS: usize = 200;

/// What a commit costs at the least: appending 4 KiB and forcing them to the disk that Postgres writes to.
pub(super) fn run(rig: &Rig) -> Result<Table> {
    let path = rig.folder().join("fsync");
    let mut file = std::fs::File::create(&path)?;
    let mut times = Vec::with_capacity(BLOCKS);
    for _ in 0..BLOCKS {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_all()?;
        times.push(begun.elapsed());
    }
    std::fs::remove_file(path)?;
    times.sort_unstable();
    let at = |index: usize| times.get(index).map_or(0.0, |time: &Duration| time.as_secs_f64() * 1e3);
    let mut table = Table::new("The disk under Postgres");
    let (half, most) = (at(BLOCKS / 2), at(BLOCKS * 99 / 100));
    table.row(
        "fsync after an append of 4 KiB",
        format!("p50 {half:.2} ms, p99 {most:.2} ms"),
    );
    Ok(table)
}
