//! Packets on the line.

use super::{SECOND, scale};

/// How far a clock may go back without having been set back: containers round, and streams are interleaved.
const BACK: i64 = SECOND / 2;

/// How far a clock may go forward without having been set.
const FORWARD: i64 = 10 * SECOND;

/// What a packet is taken for that says nothing of its duration, where nothing came before it.
const STEP: i64 = SECOND / 25;

/// Where a packet is on the line, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Placed {
    /// When it is shown; nothing where the container does not say, and only the decoder can.
    pub(crate) pts: Option<i64>,
    /// When it is decoded. Never before that of the packet before it.
    pub(crate) dts: i64,
    /// 0 where nobody knows.
    pub(crate) duration: i64,
}

/// What is known of one stream.
#[derive(Debug, Clone, Copy)]
struct Track {
    /// Seconds of one unit of its times.
    unit: (i64, i64),
    /// By how much earlier than it is shown its first packet is decoded.
    delay: i64,
    /// Which of the offsets holds for it.
    era: usize,
    /// When its last packet was decoded, and how long it or the one before it took.
    last: Option<(i64, i64)>,
}

/// The clock of a film. All packets of the streams that count have to pass it, in the order of the file.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    may_jump: bool,
    tracks: Vec<Track>,
    /// What is added to the times of the file, once more for each time that its clock was set.
    eras: Vec<i64>,
    /// The end of what has been placed.
    end: i64,
}

impl Clock {
    /// A clock for streams, in the order of their indices, of these units, and in which the first packet is decoded so many nanoseconds before
    /// it is shown. Zero is at `origin` nanoseconds of the file. `may_jump` says that the container's
    /// clock may be set while it runs.
    pub(crate) fn new(streams: impl IntoIterator<Item = ((i64, i64), i64)>, origin: i64, may_jump: bool) -> Self {
        let track = |(unit, delay)| Track {
            unit,
            delay,
            era: 0,
            last: None,
        };
        Self {
            may_jump,
            tracks: streams.into_iter().map(track).collect(),
            eras: vec![origin.saturating_neg()],
            end: 0,
        }
    }

    /// The end of what has been placed so far.
    pub(crate) const fn end(&self) -> i64 {
        self.end
    }

    /// Places a packet of a stream, whose times are in the unit of the stream.
    pub(crate) fn place(&mut self, stream: usize, pts: Option<i64>, dts: Option<i64>, duration: i64) -> Placed {
        let Some(track) = self.tracks.get(stream).copied() else {
            return Placed::default();
        };
        let nanoseconds = |time: i64| scale(time, track.unit.0.saturating_mul(SECOND), track.unit.1);
        let (pts, told) = (pts.map(nanoseconds), dts.map(nanoseconds));
        let duration = nanoseconds(duration);
        let era = match told.or(pts) {
            Some(time) => self.era_of(&track, time, pts.unwrap_or(time)),
            None => track.era,
        };
        let offset = self.eras.get(era).copied().unwrap_or_default();
        let pts = pts.map(|pts| pts.saturating_add(offset));
        let told = told.map(|dts| dts.saturating_add(offset));
        let expected = track.last.map(|(last, step)| last.saturating_add(step));
        let earliest = track.last.map(|(last, _)| last);
        let guessed = match (expected, pts) {
            (Some(expected), Some(pts)) => expected.min(pts),
            (Some(expected), None) => expected,
            (None, pts) => pts.unwrap_or_default().saturating_sub(track.delay),
        };
        let dts = told.unwrap_or(guessed).max(earliest.unwrap_or(i64::MIN));
        let step = match track.last {
            _ if duration > 0 => duration,
            Some((last, step)) if dts <= last => step,
            Some((last, _)) => dts.saturating_sub(last).min(FORWARD),
            None => STEP,
        };
        if let Some(track) = self.tracks.get_mut(stream) {
            track.era = era;
            track.last = Some((dts, step));
        }
        self.end = self.end.max(pts.unwrap_or(dts).saturating_add(duration.max(0)));
        Placed { pts, dts, duration }
    }

    /// The era that a time of the file belongs to; a new one where the clock was set.
    fn era_of(&mut self, track: &Track, time: i64, shown: i64) -> usize {
        let newest = self.eras.len().saturating_sub(1);
        let Some((last, step)) = track.last else { return newest };
        let fits = |era: usize| {
            let offset = self.eras.get(era).copied().unwrap_or_default();
            let time = time.saturating_add(offset);
            let is_back = time < last.saturating_sub(BACK);
            !is_back && time <= last.saturating_add(step).saturating_add(FORWARD)
        };
        if !self.may_jump || fits(track.era) {
            return track.era;
        }
        if newest != track.era && fits(newest) {
            return newest;
        }
        // All that follows is shown behind all that was.
        self.eras
            .push(self.end.saturating_sub(shown.min(time.saturating_add(BACK))));
        newest + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    /// A clock whose units are milliseconds.
    fn clock(streams: usize, origin_ms: i64, may_jump: bool) -> Clock {
        Clock::new(vec![((1, 1_000), 0); streams], origin_ms * MS, may_jump)
    }

    fn ms(placed: Placed) -> (Option<i64>, i64) {
        (placed.pts.map(|pts| pts / MS), placed.dts / MS)
    }

    #[test]
    fn a_late_beginning_is_zero() {
        let mut clock = clock(2, 5_000, false);
        assert_eq!(ms(clock.place(0, Some(5_080), Some(5_000), 40)), (Some(80), 0));
        assert_eq!(ms(clock.place(1, Some(4_979), None, 21)), (Some(-21), -21));
        assert_eq!(clock.end(), 120 * MS);
    }

    #[test]
    fn times_that_are_missing_follow_from_those_before() {
        let mut clock = clock(1, 0, true);
        assert_eq!(ms(clock.place(0, None, None, 0)), (None, 0));
        assert_eq!(ms(clock.place(0, None, None, 0)), (None, 40));
        assert_eq!(ms(clock.place(0, Some(200), Some(80), 40)), (Some(200), 80));
        assert_eq!(ms(clock.place(0, None, None, 0)), (None, 120));
        // A picture cannot be decoded after it is shown.
        assert_eq!(ms(clock.place(0, Some(130), None, 0)), (Some(130), 130));
        assert_eq!(ms(clock.place(0, Some(131), Some(90), 0)), (Some(131), 130));
    }

    #[test]
    fn pictures_that_others_need_are_decoded_before_they_are_shown() {
        // Matroska tells only when they are shown.
        let mut clock = Clock::new([((1, 1_000), 80 * MS)], 5_000 * MS, false);
        let mut at = |pts: i64| ms(clock.place(0, Some(pts), None, 40)).1;
        assert_eq!([5_000, 5_160, 5_080, 5_040, 5_120].map(&mut at), [-80, -40, 0, 40, 80]);
    }

    #[test]
    fn a_clock_that_begins_again_goes_on_for_all_streams() {
        let mut clock = clock(2, 1_400, true);
        clock.place(0, Some(1_480), Some(1_400), 40);
        clock.place(1, Some(1_420), Some(1_420), 20);
        clock.place(0, Some(1_440), Some(1_440), 40);
        // Joined here: the first stream is ahead of the second.
        assert_eq!(ms(clock.place(0, Some(500), Some(420), 40)), (Some(120), 40));
        assert_eq!(ms(clock.place(1, Some(1_440), Some(1_440), 20)), (Some(40), 40));
        assert_eq!(ms(clock.place(1, Some(480), Some(480), 20)), (Some(100), 100));
        assert_eq!(ms(clock.place(0, Some(460), Some(460), 40)), (Some(80), 80));
    }

    #[test]
    fn a_clock_that_is_set_forward_leaves_no_gap() {
        let mut clock = clock(1, 0, true);
        clock.place(0, Some(0), Some(0), 40);
        assert_eq!(ms(clock.place(0, Some(3_600_000), Some(3_600_000), 40)), (Some(40), 40));
        assert_eq!(
            ms(clock.place(0, Some(3_605_000), Some(3_605_000), 40)),
            (Some(5_040), 5_040),
            "a pause is none"
        );
    }

    #[test]
    fn where_clocks_do_not_jump_a_gap_is_a_gap() {
        let mut clock = clock(1, 0, false);
        clock.place(0, Some(0), Some(0), 40);
        assert_eq!(
            ms(clock.place(0, Some(60_000), Some(60_000), 40)),
            (Some(60_000), 60_000)
        );
        assert_eq!(
            ms(clock.place(0, Some(50_000), Some(50_000), 40)),
            (Some(50_000), 60_000),
            "decoding never goes back"
        );
    }

    #[test]
    fn nonsense_does_not_overflow() {
        let mut clock = Clock::new([((i64::MAX, 1), i64::MAX)], i64::MAX, true);
        for time in [i64::MAX, i64::MIN + 1, 0, -1] {
            clock.place(0, Some(time), Some(time), i64::MAX);
        }
        assert_eq!(clock.place(7, Some(0), None, 0), Placed::default());
    }
}
