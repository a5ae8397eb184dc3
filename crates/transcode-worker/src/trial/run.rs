use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use safelight_core::child::{describe_exit, handed};
use safelight_core::service::Announcer;
use safelight_video::{Codec, Coder, Direction, VideoHelper};

use super::child::{TRY_DECODER, TRY_ENCODER};
use super::{Known, Verdict};
use crate::devices;
use crate::pipeline::order::Failure;
use crate::pipeline::trial::Measured;

/// How long hardware may take: a driver that hangs is given up then.
const DEADLINE: Duration = Duration::from_secs(40);
/// How long software may take, which is slow on a small or busy machine and works all the same.
const SOFTWARE_DEADLINE: Duration = Duration::from_secs(300);
/// How long what failed is left alone.
const AGAIN: Duration = Duration::from_secs(600);
/// The most an answer may have, in bytes.
const LONGEST_ANSWER: usize = 1 << 16;

/// Tries one element after the other, so that jobs have the rest of the machine, and tells the fleet of each. What fails is
/// tried again from time to time: a card that was lost or busy may be back.
pub async fn run(helper: VideoHelper, known: Known, listed: Vec<Coder>, announcer: Announcer) {
    let mut trials = Trials {
        helper,
        known,
        announcer,
        samples: BTreeMap::new(),
    };
    for coder in &listed {
        trials.one(coder).await;
    }
    loop {
        tokio::time::sleep(AGAIN).await;
        for coder in trials.known.failed() {
            trials.one(&coder).await;
        }
    }
}

struct Trials {
    helper: VideoHelper,
    known: Known,
    announcer: Announcer,
    /// A decoder needs a sample, which the first encoder of its codec that works makes.
    samples: BTreeMap<Codec, Arc<File>>,
}

impl Trials {
    /// Tries an element and tells of it; a decoder without a sample stays untried.
    async fn one(&mut self, coder: &Coder) {
        let verdict = match coder.direction {
            Direction::Encode => {
                let sample = match tempfile::tempfile() {
                    Ok(sample) => Arc::new(sample),
                    Err(error) => {
                        tracing::warn!(%error, coder.element, "an encoder is not tried: there is no place for its sample");
                        return;
                    }
                };
                let verdict = try_one(&self.helper, TRY_ENCODER, coder, &sample).await;
                if matches!(verdict, Verdict::Works(_)) {
                    self.samples.entry(coder.codec).or_insert(sample);
                }
                verdict
            }
            Direction::Decode => match self.samples.get(&coder.codec) {
                Some(sample) => try_one(&self.helper, TRY_DECODER, coder, sample).await,
                None => return,
            },
        };
        tell(coder, &verdict);
        self.known.note(coder, verdict);
        let known = &self.known;
        let told = self.announcer.announce(|said| {
            said.capabilities = known.capabilities();
            said.facts.append(&mut known.facts());
        });
        if let Err(error) = told.await {
            tracing::warn!(error = %error, "the fleet could not be told what this node can do");
        }
    }
}

async fn try_one(helper: &VideoHelper, mode: &str, coder: &Coder, sample: &Arc<File>) -> Verdict {
    let spec = helper
        .child(mode)
        .await
        .arg(&coder.element)
        .arg(coder.codec.as_str())
        .arg(handed(sample))
        .hand(sample);
    let devices = if coder.accel.is_some() {
        devices::all()
    } else {
        Vec::new()
    };
    let spec = devices
        .iter()
        .fold(spec, |spec, device| spec.arg("--device").arg(device));
    let deadline = if coder.accel.is_some() {
        DEADLINE
    } else {
        SOFTWARE_DEADLINE
    };
    let output = match spec.output(deadline, LONGEST_ANSWER).await {
        Ok(output) => output,
        Err(error) => return Verdict::Fails(error.to_string()),
    };
    match serde_json::from_slice::<Result<Measured, Failure>>(&output.stdout) {
        Ok(Ok(measured)) => Verdict::Works(measured),
        Ok(Err(failure)) => Verdict::Fails(failure.message),
        Err(_) => Verdict::Fails(crash(
            &describe_exit(output.status),
            &String::from_utf8_lossy(&output.stderr),
        )),
    }
}

/// The last line of what a child complained says the most.
fn crash(how: &str, complaint: &str) -> String {
    match complaint.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("it {how}: {line}"),
        None => format!("it {how}"),
    }
}

fn tell(coder: &Coder, verdict: &Verdict) {
    match verdict {
        Verdict::Works(measured) => tracing::info!(
            coder.element = coder.element,
            coder.codec = %coder.codec,
            coder.direction = ?coder.direction,
            frames = measured.frames,
            duration_ms = (measured.seconds * 1_000.0).round(),
            "this element works"
        ),
        Verdict::Fails(reason) => tracing::warn!(
            coder.element = coder.element,
            coder.codec = %coder.codec,
            coder.direction = ?coder.direction,
            reason,
            "this element does not work and is set aside"
        ),
        Verdict::Untried => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_keeps_the_last_words() {
        assert_eq!(
            crash("exited with 1", "first\nCUDA not found\n\n"),
            "it exited with 1: CUDA not found"
        );
        assert_eq!(crash("was killed by signal 11", ""), "it was killed by signal 11");
    }
}
