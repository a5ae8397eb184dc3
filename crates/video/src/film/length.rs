//! How long a film is.

use std::path::Path;

use super::Film;
use crate::error::Refusal;
use crate::libav::StreamFacts;
use crate::line::{Clock, Pictures, SECOND, scale};

/// The largest file that is read through for its length, in bytes, where its header only claims one.
const MOST_READ: u64 = 256 << 20;

/// The same where the clock of the container may have been set meanwhile, so that its first and last time say nothing.
const MOST_READ_OF_JUMPING: u64 = 2 << 30;

/// How much shorter than it claims a film may be and still be whole: as much, and a share of it.
const LEEWAY: i64 = 3 * SECOND / 2;
const LEEWAY_SHARE: i64 = 20;

/// How long a film is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Length {
    /// Milliseconds of what is there; nothing where it cannot be told.
    pub(crate) ms: Option<u64>,
    /// Whether the file ends before the film does.
    pub(crate) is_cut: bool,
}

impl Length {
    /// The length of a film of so many bytes.
    pub(crate) fn of(film: &Film, path: &Path, bytes: u64) -> Result<Self, Refusal> {
        if let Some(end) = film.held() {
            return Ok(Self::new(Some(end), true));
        }
        let claimed = film.claimed();
        let has_index = film.file.format.starts_with("mov");
        let most = if film.file.may_jump {
            MOST_READ_OF_JUMPING
        } else {
            MOST_READ
        };
        if (has_index && claimed.is_some()) || bytes > most {
            return Ok(Self::new(claimed, false));
        }
        let read = read_through(path, film)?;
        let is_cut = match (read, claimed) {
            (Some(read), Some(claimed)) if !film.file.may_jump => {
                read.saturating_add(LEEWAY).saturating_add(claimed / LEEWAY_SHARE) < claimed
            }
            _ => false,
        };
        Ok(Self::new(read.or(claimed), is_cut))
    }

    fn new(nanoseconds: Option<i64>, is_cut: bool) -> Self {
        let ms = nanoseconds.map(|time| scale(time, 1_000, SECOND));
        Self {
            ms: ms.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0),
            is_cut,
        }
    }
}

impl Film {
    /// Where its line begins, in nanoseconds of the file's own clock.
    pub(super) fn origin(&self) -> i64 {
        let starts = self
            .used()
            .filter_map(|index| self.nanoseconds(index, self.streams.get(index)?.start?));
        starts
            .min()
            .or(self.file.start_us.map(|us| us.saturating_mul(1_000)))
            .unwrap_or_default()
    }

    /// What a clock has to know of its streams.
    pub(super) fn units(&self) -> impl Iterator<Item = ((i64, i64), i64)> {
        self.streams.iter().map(|stream| (stream.time_base, delay(stream)))
    }

    /// A time of a stream, in nanoseconds.
    fn nanoseconds(&self, index: usize, time: i64) -> Option<i64> {
        let (n, d) = self.streams.get(index)?.time_base;
        Some(scale(time, n.saturating_mul(SECOND), d))
    }

    /// How long it says that it is, in nanoseconds.
    fn claimed(&self) -> Option<i64> {
        let ends = self.used().map(|index| {
            let stream = self.streams.get(index)?;
            let end = stream.start.unwrap_or_default().checked_add(stream.duration?)?;
            self.nanoseconds(index, end)
        });
        let ends: Option<Vec<i64>> = ends.collect();
        let of_streams = ends.and_then(|ends| ends.into_iter().max());
        let of_file = || Some(self.file.duration_us?.saturating_mul(1_000));
        match of_streams {
            Some(end) => Some(end.saturating_sub(self.origin())),
            // What Matroska tells counts from zero, wherever the film begins.
            None if self.file.format.starts_with("matroska") => Some(of_file()?.saturating_sub(self.origin())),
            None => of_file(),
        }
        .filter(|length| *length > 0)
    }

    /// Of a file that lacks what its index names: how far it reaches, in nanoseconds.
    fn held(&self) -> Option<i64> {
        let held: Vec<(usize, i64, bool)> = self
            .used()
            .filter_map(|index| self.reader.held(index).map(|(end, is_cut)| (index, end, is_cut)))
            .collect();
        if !held.iter().any(|(_, _, is_cut)| *is_cut) {
            return None;
        }
        let ends = held.iter().filter_map(|(index, end, _)| {
            // The index tells when pictures are decoded.
            let stream = self.streams.get(*index)?;
            Some(self.nanoseconds(*index, *end)?.saturating_add(delay(stream)))
        });
        Some(ends.max()?.saturating_sub(self.origin()).max(0))
    }
}

/// By how much earlier than it is shown the first picture of a stream is decoded, in nanoseconds.
fn delay(stream: &StreamFacts) -> i64 {
    i64::from(stream.delay).saturating_mul(Pictures::new(stream.rate).step())
}

/// The end of the last packet, in nanoseconds.
fn read_through(path: &Path, film: &Film) -> Result<Option<i64>, Refusal> {
    let mut again = Film::take_apart(path, film.container.clone())?;
    let mut clock = Clock::new(again.units(), again.origin(), again.file.may_jump);
    let used: Vec<usize> = again.used().collect();
    for index in 0..again.streams.len() {
        again.reader.want(index, used.contains(&index), false);
    }
    while let Ok(Some(packet)) = again.reader.read() {
        if used.contains(&packet.stream) && !packet.is_hidden {
            clock.place(packet.stream, packet.pts, packet.dts, packet.duration);
        }
    }
    match again.reader.failed() {
        Some(error) => Err(Refusal::Unopened(error.to_string())),
        None => Ok(Some(clock.end()).filter(|end| *end > 0)),
    }
}
