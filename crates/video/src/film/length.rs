//! How long a film is.

use std::path::Path;

use super::{Film, tail};
use crate::error::Refusal;
use crate::libav::StreamFacts;
use crate::line::{Clock, Pictures, SECOND, scale};

/// How many times as large a file may be to be read through where the clock of the container may have been set meanwhile, so that its first
/// and last time say nothing.
const JUMPING: u64 = 8;

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
    /// The length of a film of so many bytes, which is read through where its header only claims one and it has at most `most` bytes.
    pub(crate) fn of(film: &Film, path: &Path, bytes: u64, most: u64) -> Result<Self, Refusal> {
        if let Some(end) = film.held() {
            return Ok(Self::new(Some(end), true));
        }
        let claimed = film.claimed();
        let has_index = film.file.format.starts_with("mov");
        if has_index && claimed.is_some() {
            return Ok(Self::new(claimed, false));
        }
        let may_jump = film.file.may_jump;
        let most = if may_jump { most.saturating_mul(JUMPING) } else { most };
        if bytes > most {
            return Self::at_the_end(film, path, bytes, claimed);
        }
        let (read, all) = read_through(path, film)?;
        let is_cut = !may_jump && read.is_some() && is_shorter(all, claimed);
        Ok(Self::new(read.or(claimed), is_cut))
    }

    /// That of a large film: what it claims, unless its last part tells otherwise.
    fn at_the_end(film: &Film, path: &Path, bytes: u64, claimed: Option<i64>) -> Result<Self, Refusal> {
        let Some((begins, ends)) = tail::last_times(film, path, bytes)? else {
            return Ok(Self::new(claimed, false));
        };
        let step = film.video().map_or(0, |stream| Pictures::new(stream.rate).step());
        let length = |time: i64| time.saturating_sub(film.origin()).max(0);
        let read = length(begins.saturating_add(step));
        let is_cut = is_shorter(read.max(length(ends)), claimed);
        let is_right =
            claimed.is_some_and(|claimed| !is_shorter(read, Some(claimed)) && !is_shorter(claimed, Some(read)));
        Ok(Self::new(if is_right { claimed } else { Some(read) }, is_cut))
    }

    fn new(nanoseconds: Option<i64>, is_cut: bool) -> Self {
        let ms = nanoseconds.map(|time| scale(time, 1_000, SECOND));
        Self {
            ms: ms.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0),
            is_cut,
        }
    }
}

/// Whether a film of this length ends before one of the other.
fn is_shorter(length: i64, whole: Option<i64>) -> bool {
    whole.is_some_and(|whole| length.saturating_add(LEEWAY).saturating_add(whole / LEEWAY_SHARE) < whole)
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
    pub(super) fn nanoseconds(&self, index: usize, time: i64) -> Option<i64> {
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

/// The end of the last packet of what is shown and heard, and that of all streams, in nanoseconds: a subtitle may last longer than the film.
fn read_through(path: &Path, film: &Film) -> Result<(Option<i64>, i64), Refusal> {
    let mut again = Film::take_apart(path, film.container.clone())?;
    let clock = || Clock::new(again.units(), again.origin(), again.file.may_jump);
    let (mut clock, mut of_all) = (clock(), clock());
    let used: Vec<usize> = again.used().collect();
    for index in 0..again.streams.len() {
        again.reader.want(index, true, false);
    }
    while let Ok(Some(packet)) = again.reader.read() {
        if packet.is_hidden {
            continue;
        }
        of_all.place(packet.stream, packet.pts, packet.dts, packet.duration);
        if used.contains(&packet.stream) {
            clock.place(packet.stream, packet.pts, packet.dts, packet.duration);
        }
    }
    match again.reader.failed() {
        Some(error) => Err(Refusal::Unopened(error.to_string())),
        None => Ok((Some(clock.end()).filter(|end| *end > 0), of_all.end())),
    }
}
