//! What the worker and its decoders really hold of large files, against the budget that the door was given.
//!
//! In a process of its own, and with one test: the kernel tells the most of a whole process.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::path::PathBuf;

use safelight_core::config::Env;
use safelight_core::jobs::JobError;
use thumbnail_worker::config::PictureConfig;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::{PictureOptions, Size};
use thumbnail_worker::source::Source;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::usage::Usage;

#[path = "../examples/pictures/usage.rs"]
mod usage;

const MIB: u64 = 1 << 20;

/// A TIFF with one page of this size at its beginning, black and not compressed. What comes behind it belongs to no page.
#[derive(Clone)]
struct Tiff {
    head: Vec<u8>,
    length: u64,
}

impl Tiff {
    fn new(page: Size, length: u64) -> Self {
        let samples = page.width * page.height * 3;
        let entries: [(u16, u16, u32, u32); 10] = [
            (256, 4, 1, page.width),
            (257, 4, 1, page.height),
            // Its three values are behind the entries.
            (258, 3, 3, 134),
            (259, 3, 1, 1),
            (262, 3, 1, 2),
            (273, 4, 1, 140),
            (277, 3, 1, 3),
            (278, 4, 1, page.height),
            (279, 4, 1, samples),
            (284, 3, 1, 1),
        ];
        let mut head = b"II*\0\x08\0\0\0\x0A\0".to_vec();
        for (tag, kind, count, value) in entries {
            head.extend(tag.to_le_bytes());
            head.extend(kind.to_le_bytes());
            head.extend(count.to_le_bytes());
            head.extend(value.to_le_bytes());
        }
        head.extend([0; 4]);
        head.extend([8, 0, 8, 0, 8, 0]);
        assert!(length >= 140 + u64::from(samples));
        Self { head, length }
    }
}

impl Source for Tiff {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, JobError> {
        let mut block = self.head.read_at(offset, count).await?;
        let left = self.length.saturating_sub(offset);
        block.resize(count.min(usize::try_from(left).unwrap()), 0);
        Ok(block)
    }
}

/// Makes pictures of all of them at once.
async fn make(maker: &Maker, files: &[Tiff]) {
    let mut work = JoinSet::new();
    for file in files.iter().cloned() {
        let maker = maker.clone();
        let options = PictureOptions::default();
        work.spawn(async move { maker.make(file, "a.tif", options, &CancellationToken::new()).await });
    }
    while let Some(made) = work.join_next().await {
        made.unwrap().unwrap_or_else(|error| panic!("{error:?}"));
    }
}

/// By how much worker and decoders together have grown beyond what small pictures need, in bytes, at most. While the maker lives,
/// so do its decoders: what has ended has no peak.
async fn growth(budget_mib: u64, files: &[Tiff]) -> (u64, Maker) {
    let budget = format!("{budget_mib}MiB");
    let variables = [
        ("SAFELIGHT_PICTURE_MEMORY", budget.as_str()),
        ("SAFELIGHT_DECODER_IDLE", "1h"),
    ];
    let config = PictureConfig::from_env(&Env::of(variables)).unwrap();
    let maker = Maker::new(config, PathBuf::from(env!("CARGO_BIN_EXE_thumbnail-worker")));
    let small = Size {
        width: 100,
        height: 100,
    };
    make(&maker, &[Tiff::new(small, MIB)]).await;
    let before = Usage::now().unwrap().peak_memory;
    make(&maker, files).await;
    (Usage::now().unwrap().peak_memory - before, maker)
}

#[tokio::test]
async fn worker_and_decoders_together_stay_within_the_budget() {
    let small = Size {
        width: 100,
        height: 100,
    };
    let large = Size {
        width: 6_000,
        height: 5_000,
    };
    // The bytes of a file are there once, whoever has them.
    let files = vec![Tiff::new(small, 200 * MIB); 3];
    let (grown, _first) = growth(250, &files).await;
    assert!(grown > 200 * MIB && grown <= 250 * MIB, "grown by {} MiB", grown / MIB);
    // File, picture and what is made of it: 86 MiB, as many again, and 21.
    let files = [Tiff::new(large, 90 * MIB)];
    let (grown, _second) = growth(210, &files).await;
    assert!(grown > 170 * MIB && grown <= 210 * MIB, "grown by {} MiB", grown / MIB);
}
