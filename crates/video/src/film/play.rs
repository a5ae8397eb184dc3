//! One stream of a film from its beginning to its end: as it is coded, or decoded.

use std::ops::ControlFlow;
use std::path::Path;

use gstreamer::{Buffer, Caps};

use super::{Film, carry, coded};
use crate::error::Refusal;
use crate::libav::{Decoder, Kind, Picture, Step, StreamFacts};
use crate::line::{Clock, Pictures, Placed, Samples, Steady};
use crate::traits::MOST_CHANNELS;
use crate::view::View;

/// A packet as it is in the file.
#[derive(Debug)]
pub struct Coded {
    /// Its bytes; with no times yet.
    pub buffer: Buffer,
    /// When it is shown or heard, in nanoseconds on the line of the film, as all times here; they may be negative.
    pub pts: i64,
    /// When it is decoded.
    pub dts: i64,
    /// 0 where nobody knows.
    pub duration: i64,
    /// Whether it can be decoded without others.
    pub is_key: bool,
    /// What of it is shown or heard: from and until. The same time twice where an edit leaves all of it out.
    pub shown: (i64, i64),
}

/// A decoded picture.
#[derive(Debug)]
pub struct Shown {
    /// Its pixels.
    pub buffer: Buffer,
    /// What they are.
    pub caps: Caps,
    /// When it is shown.
    pub at: i64,
    /// For how long.
    pub duration: i64,
}

/// Decoded sound, without gaps to what was before it.
#[derive(Debug)]
pub struct Heard {
    /// Its samples.
    pub buffer: Buffer,
    /// What they are.
    pub caps: Caps,
    /// When it is heard.
    pub at: i64,
    /// For how long.
    pub duration: i64,
}

/// What a player gives next.
#[derive(Debug)]
pub enum Taken {
    /// A packet, of a player that decodes nothing.
    Coded(Coded),
    /// A picture.
    Shown(Shown),
    /// Sound.
    Heard(Heard),
}

/// Reads one stream of a film.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what has been seen so far, each for itself"
)]
#[derive(Debug)]
pub struct Player {
    film: Film,
    stream: usize,
    clock: Clock,
    decoder: Option<Decoder>,
    pictures: Pictures,
    samples: Option<Samples>,
    steady: Steady,
    has_begun: bool,
    /// Whether the container told of any packet when it is shown.
    has_pts: bool,
    /// When the first packet was decoded.
    first_dts: Option<i64>,
    /// By how much too late the decoder thinks that pictures are shown.
    late: Option<i64>,
    /// Whether something was left out behind the beginning.
    was_hidden: bool,
    /// When the last packet is shown of those that are.
    last_shown: i64,
    is_finished: bool,
    given: u64,
    /// What went wrong last, which need not mean anything.
    complaint: Option<String>,
    errors: u32,
    waiting: Option<Waiting>,
}

/// Samples of each channel of one piece of silence.
const SILENT_PIECE: u64 = 1 << 16;

/// Errors after one another behind which a decoder is taken to have given all it can.
const MOST_ERRORS: u32 = 1_000;

/// Sound that is to be given, with the silence before it.
#[derive(Debug)]
struct Waiting {
    silence: u64,
    rest: Vec<f32>,
    at: i64,
    rate: u32,
    channels: usize,
    caps: Caps,
}

impl Waiting {
    /// The next piece; nothing where all was given.
    fn next(&mut self) -> Option<Heard> {
        let samples = if self.silence > 0 {
            let now = self.silence.min(SILENT_PIECE);
            self.silence -= now;
            vec![0.0; usize::try_from(now).ok()?.checked_mul(self.channels)?]
        } else {
            std::mem::take(&mut self.rest)
        };
        let count = samples.len().checked_div(self.channels).filter(|count| *count > 0)?;
        let duration = length(count, self.rate);
        let at = self.at;
        self.at = at.saturating_add(duration);
        Some(Heard {
            buffer: carry::sound(&samples),
            caps: self.caps.clone(),
            at,
            duration,
        })
    }
}

impl Player {
    /// Opens the stream that is shown, decoded with so many threads (0: as many as there are processors), or as it is coded where no
    /// number is given. `GStreamer` has been started.
    ///
    /// # Errors
    /// The file is no film, or the stream cannot be decoded.
    pub fn pictures(path: &Path, threads: Option<u32>) -> Result<Self, Refusal> {
        let film = Film::open(path)?;
        let stream = film.shown;
        Self::of(film, stream, threads, false)
    }

    /// Opens the stream that is heard, decoded or as it is coded; nothing where the film is silent.
    ///
    /// # Errors
    /// The file is no film, or the stream cannot be decoded.
    pub fn sound(path: &Path, is_decoded: bool) -> Result<Option<Self>, Refusal> {
        let film = Film::open(path)?;
        let stream = film.heard;
        stream
            .map(|stream| Self::of(film, stream, is_decoded.then_some(1), false))
            .transpose()
    }

    /// The same for a film that is open.
    pub(crate) fn of(mut film: Film, stream: usize, threads: Option<u32>, one_by_one: bool) -> Result<Self, Refusal> {
        let facts = film.streams.get(stream).cloned().ok_or(Refusal::NoVideo)?;
        let decoder = match threads {
            None => None,
            Some(_) if Film::flaw(&facts).is_some() => return Err(Film::flaw(&facts).unwrap_or(Refusal::NoVideo)),
            Some(threads) => {
                let decoder = Decoder::new(&film.reader, stream, threads, one_by_one);
                Some(decoder.map_err(|error| Refusal::NoPicture(error.to_string()))?)
            }
        };
        // Where the clock may be set, it is set for both streams, which have to be seen for that.
        let counts: Vec<usize> = if film.file.may_jump {
            film.used().collect()
        } else {
            vec![stream]
        };
        for index in 0..film.streams.len() {
            film.reader.want(index, counts.contains(&index), false);
        }
        Ok(Self {
            clock: Clock::new(film.units(), film.origin(), film.file.may_jump),
            pictures: Pictures::new(facts.rate),
            steady: Steady::new(facts.frame_size, facts.sample_rate),
            film,
            stream,
            decoder,
            samples: None,
            has_begun: false,
            has_pts: false,
            first_dts: None,
            late: None,
            was_hidden: false,
            last_shown: i64::MIN,
            is_finished: false,
            given: 0,
            complaint: None,
            errors: 0,
            waiting: None,
        })
    }

    fn facts(&self) -> Result<&StreamFacts, Refusal> {
        self.film.streams.get(self.stream).ok_or(Refusal::NoVideo)
    }

    /// The stream as it is coded; nothing for codecs that cannot be taken over.
    pub fn coded_caps(&self) -> Option<Caps> {
        coded::caps(self.film.streams.get(self.stream)?)
    }

    /// What its codec is called.
    pub fn codec(&self) -> &str {
        let facts = self.film.streams.get(self.stream);
        facts
            .and_then(|facts| facts.codec.as_deref())
            .unwrap_or("an unknown one")
    }

    /// How its pictures are laid out for viewers who see them all around, or by two eyes.
    pub fn view(&self) -> View {
        self.facts().map(|facts| facts.view).unwrap_or_default()
    }

    /// Channels of its sound that are heard, as far as the file tells.
    pub fn channels(&self) -> Option<u32> {
        let channels = self.film.streams.get(self.stream)?.channels?;
        Some(if channels > MOST_CHANNELS { 2 } else { channels })
    }

    /// Whether it gives pictures.
    pub fn is_of_pictures(&self) -> bool {
        self.film
            .streams
            .get(self.stream)
            .is_some_and(|facts| facts.kind == Kind::Video)
    }

    /// Whether its pixels are red, green and blue, as far as the file tells.
    pub fn is_rgb(&self) -> bool {
        let pixels = self.facts().ok().and_then(|facts| facts.pixels.as_deref());
        pixels.is_some_and(|pixels| {
            ["rgb", "bgr", "gbr", "pal8", "0rgb", "0bgr", "argb", "abgr"]
                .iter()
                .any(|word| pixels.starts_with(word))
        })
    }

    /// The next piece of the stream; nothing at its end.
    ///
    /// # Errors
    /// The file cannot be read, or nothing of the stream could be decoded.
    pub fn take(&mut self) -> Result<Option<Taken>, Refusal> {
        if self.decoder.is_none() {
            return self.next_coded();
        }
        loop {
            if let Some(taken) = self.decoded()? {
                return Ok(Some(taken));
            }
            if self.is_finished {
                return self.ended().map(|()| None);
            }
            if self.feed()?.is_none() {
                self.finish();
            }
        }
    }

    /// What the decoder holds, if it holds anything.
    pub(crate) fn decoded(&mut self) -> Result<Option<Taken>, Refusal> {
        if let Some(heard) = self.waiting.as_mut().and_then(Waiting::next) {
            return Ok(Some(Taken::Heard(heard)));
        }
        loop {
            let Some(decoder) = &mut self.decoder else {
                return Ok(None);
            };
            match decoder.step() {
                Ok(Step::Ready) => self.errors = 0,
                Ok(Step::Hungry) => return Ok(None),
                Ok(Step::Ended) => {
                    self.is_finished = true;
                    return Ok(None);
                }
                Err(error) => {
                    self.complaint = Some(error.to_string());
                    self.errors += 1;
                    if self.errors > MOST_ERRORS {
                        self.is_finished = true;
                        return Ok(None);
                    }
                    continue;
                }
            }
            let taken = if self
                .film
                .streams
                .get(self.stream)
                .is_some_and(|facts| facts.kind == Kind::Audio)
            {
                self.heard()
            } else {
                let picture = decoder.picture();
                picture.map(|picture| self.shown(picture)).transpose()?
            };
            if taken.is_some() {
                self.given += 1;
                return Ok(taken);
            }
        }
    }

    /// Gives the decoder the next packet of the stream; nothing at the end.
    pub(crate) fn feed(&mut self) -> Result<Option<()>, Refusal> {
        self.feed_wanted(|_, _| ControlFlow::Continue(true))
    }

    /// The same with the next packet that is wanted, by when it is decoded and whether it is a key frame; nothing at the end, or where
    /// that breaks.
    pub(crate) fn feed_wanted(
        &mut self,
        mut wanted: impl FnMut(i64, bool) -> ControlFlow<(), bool>,
    ) -> Result<Option<()>, Refusal> {
        loop {
            let packet = match self.film.reader.read() {
                Ok(Some(packet)) => packet,
                end => {
                    if let Err(error) = end {
                        self.complaint = Some(error.to_string());
                    }
                    return match self.film.reader.failed() {
                        Some(error) => Err(Refusal::Unopened(error.to_string())),
                        None => Ok(None),
                    };
                }
            };
            let (stream, is_key) = (packet.stream, packet.is_key);
            let at = self.clock.place(stream, packet.pts, packet.dts, packet.duration);
            if stream != self.stream {
                continue;
            }
            match wanted(at.dts, is_key) {
                ControlFlow::Break(()) => return Ok(None),
                ControlFlow::Continue(false) => {}
                ControlFlow::Continue(true) => {
                    self.send(at);
                    return Ok(Some(()));
                }
            }
        }
    }

    fn send(&mut self, at: Placed) {
        self.has_pts |= at.pts.is_some();
        self.first_dts.get_or_insert(at.dts);
        let Some(decoder) = &mut self.decoder else { return };
        // What it holds was taken before; a packet that it does not like is left out, as other players do.
        if let Err(error) = decoder.send(&self.film.reader, at) {
            self.complaint = Some(error.to_string());
        }
    }

    /// Tells the decoder that nothing follows.
    pub(crate) fn finish(&mut self) {
        self.is_finished = self.decoder.as_mut().is_none_or(|decoder| decoder.finish().is_err());
    }

    /// Whether the decoder has given all.
    pub(crate) const fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Leaves out all but key frames, where the container can skip them.
    pub(crate) fn want_key_frames(&mut self) {
        self.film.reader.want(self.stream, true, true);
    }

    /// What went wrong last, for a stream that gave nothing.
    pub(crate) fn complaint(&self) -> String {
        let complaint = self.complaint.clone();
        complaint.unwrap_or_else(|| "the stream ends before the first picture".to_owned())
    }

    fn ended(&self) -> Result<(), Refusal> {
        if self.given > 0 {
            return Ok(());
        }
        Err(match self.facts()?.kind {
            Kind::Audio => Refusal::NoSound(self.complaint()),
            _ => Refusal::NoPicture(self.complaint()),
        })
    }

    fn shown(&mut self, picture: Picture) -> Result<Taken, Refusal> {
        let facts = picture.facts();
        let late = self.late_by(facts.pts);
        let pts = facts.pts.map(|pts| pts.saturating_sub(late));
        let (at, duration) = self.pictures.place(pts, facts.duration);
        let (buffer, caps) = carry::picture(picture, self.facts()?)?;
        Ok(Taken::Shown(Shown {
            buffer,
            caps,
            at,
            duration,
        }))
    }

    /// Where only the times of decoding are told, the first picture that comes out takes that of a packet behind its own: as many as it
    /// waited for. It is shown at the time of the first packet all the same, with the sound.
    fn late_by(&mut self, first: Option<i64>) -> i64 {
        if let Some(late) = self.late {
            return late;
        }
        let waited = first
            .zip(self.first_dts)
            .map_or(0, |(shown, decoded)| shown.saturating_sub(decoded));
        let delay = self
            .film
            .streams
            .get(self.stream)
            .map_or(0, |facts| i64::from(facts.delay));
        let most = delay.saturating_mul(self.pictures.step());
        // An AVI tells no others; what libav tells of some is made up.
        let is_told = self.has_pts && self.film.file.format != "avi";
        let late = if is_told { 0 } else { waited.clamp(0, most) };
        *self.late.insert(late)
    }

    /// Silence comes before sound that is late, in pieces; nothing where all of the sound was heard before.
    fn heard(&mut self) -> Option<Taken> {
        let sound = match self.decoder.as_mut()?.sound() {
            Ok(sound) => sound,
            Err(error) => {
                self.complaint = Some(error.to_string());
                return None;
            }
        };
        let channels = usize::try_from(sound.channels).ok().filter(|channels| *channels > 0)?;
        let count = u64::try_from(sound.samples.len() / channels).ok()?;
        let samples = self.samples.get_or_insert_with(|| Samples::new(sound.rate));
        let fit = samples.fit(sound.pts, count);
        let skip = usize::try_from(fit.skip).unwrap_or(usize::MAX).saturating_mul(channels);
        let mut waiting = Waiting {
            silence: fit.silence,
            rest: sound.samples.get(skip..).unwrap_or_default().to_vec(),
            at: fit.at,
            rate: sound.rate,
            channels,
            caps: carry::sound_caps(&sound),
        };
        let first = waiting.next();
        self.waiting = Some(waiting);
        first.map(Taken::Heard)
    }

    fn next_coded(&mut self) -> Result<Option<Taken>, Refusal> {
        let facts = self.facts()?;
        let (is_video, delay) = (facts.kind == Kind::Video, facts.delay);
        let rate = i64::from(facts.sample_rate.unwrap_or(48_000));
        // Of sound that tells nothing: a millisecond, so that it counts.
        let unknown = if is_video {
            self.pictures.step()
        } else {
            crate::line::SECOND / 1_000
        };
        loop {
            let Ok(Some(packet)) = self.film.reader.read() else {
                return match self.film.reader.failed() {
                    Some(error) => Err(Refusal::Unopened(error.to_string())),
                    None => Ok(None),
                };
            };
            let at = self.clock.place(packet.stream, packet.pts, packet.dts, packet.duration);
            if packet.stream != self.stream || packet.data.is_empty() {
                continue;
            }
            // What comes before the first key frame nobody can decode.
            self.has_begun |= packet.is_key || !is_video;
            if !self.has_begun {
                continue;
            }
            let pts = match at.pts {
                Some(pts) => pts,
                None if delay == 0 => at.dts,
                None => return Err(must_encode("it does not say when its pictures are shown")),
            };
            if !is_video && !self.steady.follows(pts) {
                return Err(must_encode("its sound does not go on as its times do"));
            }
            // What an edit leaves out in the middle cannot be left out of an MP4 without losing what depends on it.
            let is_behind = pts > self.last_shown;
            if packet.is_hidden {
                self.was_hidden |= is_behind && self.given > 0;
            } else {
                if self.was_hidden && is_behind {
                    return Err(must_encode("it is put together of several parts"));
                }
                self.given += 1;
                self.last_shown = self.last_shown.max(pts);
            }
            if at.dts > pts {
                return Err(must_encode("it does not say when its pictures are decoded"));
            }
            let skipped = |samples: u32| crate::line::scale(samples.into(), crate::line::SECOND, rate);
            let duration = if at.duration > 0 { at.duration } else { unknown };
            let end = pts.saturating_add(duration);
            let shown = if packet.is_hidden {
                (end, end)
            } else {
                (
                    pts.saturating_add(skipped(packet.skip.0)).min(end),
                    end.saturating_sub(skipped(packet.skip.1)).max(pts),
                )
            };
            return Ok(Some(Taken::Coded(Coded {
                buffer: Buffer::from_slice(packet.data.to_vec()),
                pts,
                dts: at.dts,
                duration,
                is_key: packet.is_key,
                shown,
            })));
        }
    }
}

fn must_encode(why: &str) -> Refusal {
    Refusal::MustEncode(why.to_owned())
}

/// How long so many samples of a channel are heard, in nanoseconds.
fn length(samples: usize, rate: u32) -> i64 {
    crate::line::scale(
        i64::try_from(samples).unwrap_or(i64::MAX),
        crate::line::SECOND,
        rate.into(),
    )
}
