//! What photos take together, before and while they are read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use safelight_core::jobs::JobError;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::source::Source;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{config, options, program, sample};

/// More than is read of a file before there is room for it.
const MORE_THAN_A_HEAD: usize = 8_192;

/// How many files are being read or worked at, how many that were at the most, and how often one was read.
#[derive(Default)]
struct Room {
    inside: AtomicUsize,
    most: AtomicUsize,
    reads: AtomicUsize,
}

/// A file that goes on with zeros to its length.
struct Long {
    bytes: Vec<u8>,
    length: u64,
    room: Arc<Room>,
    is_inside: bool,
}

impl Source for Long {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, JobError> {
        if offset == 0 && count > MORE_THAN_A_HEAD {
            self.room.reads.fetch_add(1, Ordering::SeqCst);
            if !std::mem::replace(&mut self.is_inside, true) {
                let inside = self.room.inside.fetch_add(1, Ordering::SeqCst) + 1;
                self.room.most.fetch_max(inside, Ordering::SeqCst);
            }
            // Whoever else may begin to read does.
            tokio::task::yield_now().await;
        }
        let mut block = self.bytes.read_at(offset, count).await?;
        let left = self.length.saturating_sub(offset);
        block.resize(count.min(usize::try_from(left).unwrap()), 0);
        Ok(block)
    }
}

impl Drop for Long {
    fn drop(&mut self) {
        if self.is_inside {
            self.room.inside.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Makes pictures of all of them at once, and tells how many were inside at the most and how often one was read.
async fn make_all(memory: &str, length: u64, files: &[(&'static str, Vec<u8>)]) -> (usize, usize) {
    let maker = Maker::new(config(&[("SAFELIGHT_PICTURE_MEMORY", memory)]), program());
    let room = Arc::new(Room::default());
    let mut work = JoinSet::new();
    for (name, bytes) in files.iter().cloned() {
        let source = Long {
            length: length.max(u64::try_from(bytes.len()).unwrap()),
            bytes,
            room: Arc::clone(&room),
            is_inside: false,
        };
        let maker = maker.clone();
        work.spawn(async move { maker.make(source, name, options(), &CancellationToken::new()).await });
    }
    while let Some(made) = work.join_next().await {
        made.unwrap().unwrap();
    }
    (room.most.load(Ordering::SeqCst), room.reads.load(Ordering::SeqCst))
}

#[tokio::test]
async fn the_bytes_of_files_count_twice_before_they_are_read() {
    let apart = ["rgb8-strips.tif", "rgb8-jpeg.tif", "rgb8-planar.tif"].map(|name| (name, sample(name)));
    let here = ["rgb24.bmp", "palette8.bmp", "rgba32.bmp"].map(|name| (name, sample(name)));
    for files in [apart, here] {
        assert_eq!(make_all("50MiB", 20 << 20, &files).await, (1, 3));
        assert_eq!(make_all("130MiB", 20 << 20, &files).await, (3, 3));
    }
}

#[tokio::test]
async fn what_a_head_asks_for_is_waited_for_without_holding_anything() {
    let large = image::RgbImage::from_fn(2_000, 2_000, |x, y| {
        let [low, high, ..] = (x * y).to_le_bytes();
        image::Rgb([low, high, 0])
    });
    let mut bytes = Vec::new();
    large
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png)
        .unwrap();
    // Each may be read beside the others, and none of them has room for its picture while the others hold their files.
    let files = [0; 3].map(|_| ("large.png", bytes.clone()));
    let (most, reads) = make_all("20MiB", 1, &files).await;
    assert!(most == 3 && reads > 3, "{most} inside, read {reads} times");
}
