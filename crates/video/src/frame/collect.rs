//! The pictures of one pass.

use std::ops::ControlFlow;
use std::path::Path;

use gstreamer::{ClockTime, Sample};

use super::candidate::Candidate;
use super::plan::Pass;
use crate::error::Refusal;
use crate::film::{Film, Player, Taken};

/// What one pass gave.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) candidates: Vec<Candidate>,
    /// What went wrong, if anything did.
    pub(super) complaint: Option<String>,
}

/// Decodes the pictures of a pass. Pictures from before an error count.
pub(super) fn collect(file: &Path, pass: &Pass) -> Result<Collected, Refusal> {
    let opened = Film::open(file)?;
    let shown = opened.shown;
    // Threads that decode pictures side by side wait for more pictures than there are.
    let mut player = Player::of(opened, shown, Some(0), true)?;
    if pass.key_frames_only {
        player.want_key_frames();
    }
    let mut collected = Collected::default();
    let mut passed = Passed::default();
    let mut last = None;
    loop {
        while let Some(Taken::Shown(shown)) = player.decoded()? {
            let at = time(shown.at);
            let is_near = last.is_some_and(|last| at.saturating_sub(last) < pass.apart);
            if is_near && !pass.key_frames_only {
                continue;
            }
            last = Some(at);
            let sample = Sample::builder().buffer(&shown.buffer).caps(&shown.caps).build();
            collected.candidates.push(Candidate::new(sample)?);
            if u64::try_from(collected.candidates.len()).unwrap_or(u64::MAX) >= pass.most {
                return Ok(collected);
            }
        }
        if player.is_finished() {
            break;
        }
        let fed = player.feed_wanted(|at, is_key| match passed.judge(pass, Some(time(at)), is_key) {
            Verdict::In => ControlFlow::Continue(true),
            Verdict::Out => ControlFlow::Continue(false),
            Verdict::Close => ControlFlow::Break(()),
        })?;
        if fed.is_none() {
            player.finish();
        }
    }
    collected.complaint = Some(player.complaint());
    Ok(collected)
}

/// A time on the line of a film; what comes before its beginning is at its beginning.
fn time(nanoseconds: i64) -> ClockTime {
    ClockTime::from_nseconds(u64::try_from(nanoseconds).unwrap_or_default())
}

/// What the door of a decoder remembers.
#[derive(Debug, Default)]
struct Passed {
    first: Option<ClockTime>,
    last: Option<ClockTime>,
    count: u64,
    is_closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    In,
    Out,
    Close,
}

impl Passed {
    /// Whether a coded picture comes in.
    fn judge(&mut self, pass: &Pass, at: Option<ClockTime>, is_key: bool) -> Verdict {
        if self.is_closed {
            return Verdict::Out;
        }
        let first = *self.first.get_or_insert(at.unwrap_or_default());
        let into = at.map_or(ClockTime::ZERO, |at| at.saturating_sub(first));
        if self.count > 0 && (into > pass.span || (pass.key_frames_only && self.count >= pass.most)) {
            self.is_closed = true;
            return Verdict::Close;
        }
        if !pass.key_frames_only {
            self.count += 1;
            return Verdict::In;
        }
        let is_far = match (self.last, at) {
            (Some(last), Some(at)) => at.saturating_sub(last) >= pass.apart,
            _ => true,
        };
        if is_key && is_far {
            self.count += 1;
            self.last = at.or(self.last);
            Verdict::In
        } else {
            Verdict::Out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: Pass = Pass {
        key_frames_only: true,
        span: ClockTime::from_seconds(10),
        apart: ClockTime::from_seconds(1),
        most: 3,
    };

    /// What the door says to a picture at so many seconds.
    fn judged(door: &mut Passed, at: u64, is_key: bool) -> Verdict {
        door.judge(&PASS, Some(ClockTime::from_seconds(at)), is_key)
    }

    #[test]
    fn only_key_frames_that_are_far_enough_apart_come_in() {
        let mut door = Passed::default();
        assert_eq!(judged(&mut door, 100, true), Verdict::In);
        assert_eq!(judged(&mut door, 100, true), Verdict::Out, "too near");
        assert_eq!(judged(&mut door, 102, false), Verdict::Out, "depends on others");
        assert_eq!(judged(&mut door, 102, true), Verdict::In);
        assert_eq!(judged(&mut door, 111, true), Verdict::Close, "beyond the span");
        assert_eq!(judged(&mut door, 103, true), Verdict::Out);
    }

    #[test]
    fn a_first_key_frame_that_comes_late_is_not_missed() {
        let mut door = Passed::default();
        assert_eq!(judged(&mut door, 0, false), Verdict::Out);
        assert_eq!(judged(&mut door, 50, true), Verdict::In);
    }

    #[test]
    fn every_picture_comes_in_where_all_are_asked_for() {
        let all = Pass {
            key_frames_only: false,
            ..PASS
        };
        let mut door = Passed::default();
        assert_eq!(door.judge(&all, None, false), Verdict::In);
        assert_eq!(door.judge(&all, Some(ClockTime::ZERO), false), Verdict::In);
    }
}
