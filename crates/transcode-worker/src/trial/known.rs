use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use safelight_core::settings::HardwareAcceleration;
use safelight_video::{Codec, Coder, Direction};
use serde_json::{Map, Value};

use super::Verdict;
use crate::recipe::{Recipe, VideoStep};
use crate::{devices, pipeline};

/// Elements and what became of their trials.
type Listed = Vec<(Coder, Verdict)>;

/// What is known of the elements of this machine, in the order in which they were listed; cheap to clone and shared. Nothing where
/// they could not be listed: then each is believed to work.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<RwLock<Option<Listed>>>);

impl Known {
    /// Elements that nobody has tried.
    pub fn listed(coders: impl IntoIterator<Item = Coder>) -> Self {
        let untried = coders.into_iter().map(|coder| (coder, Verdict::Untried));
        Self(Arc::new(RwLock::new(Some(untried.collect()))))
    }

    /// Notes what became of a trial.
    pub fn note(&self, coder: &Coder, verdict: Verdict) {
        let mut listed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = listed.iter_mut().flatten().find(|(known, _)| known == coder);
        if let Some((_, known)) = known {
            *known = verdict;
        }
    }

    /// The elements that failed: none of them is to be used.
    pub fn failed(&self) -> Vec<Coder> {
        let failed = self.select(|_, verdict| matches!(verdict, Verdict::Fails(_)));
        failed.into_iter().map(|(coder, _)| coder).collect()
    }

    /// The devices that a recipe may use: those that were in use when the hardware of its kind was tried, and all where it has not been
    /// tried. None without hardware.
    pub fn devices(&self, recipe: &Recipe) -> Vec<PathBuf> {
        let accel = match &recipe.video {
            VideoStep::Encode(video) => video.hardware.accel,
            VideoStep::Copy { .. } => HardwareAcceleration::Disabled,
        };
        if accel == HardwareAcceleration::Disabled {
            return Vec::new();
        }
        let of_kind = self.select(|coder, verdict| {
            coder.accel.as_deref() == Some(accel.as_str()) && !matches!(verdict, Verdict::Fails(_))
        });
        let mut used = Vec::new();
        for (_, verdict) in &of_kind {
            match verdict {
                Verdict::Works(measured) => used.extend(measured.devices.iter().cloned()),
                Verdict::Untried | Verdict::Fails(_) => return devices::all(),
            }
        }
        if of_kind.is_empty() {
            // Nobody could list the elements: each is believed to work.
            return devices::all();
        }
        used.sort();
        used.dedup();
        used
    }

    /// The first element that can encode what a recipe asks for.
    ///
    /// # Errors
    /// There is none; why, for people.
    pub fn allows(&self, recipe: &Recipe) -> Result<(), String> {
        let VideoStep::Encode(video) = &recipe.video else {
            return Ok(());
        };
        let wanted = pipeline::encoders(video);
        let listed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(listed) = listed.as_deref() else {
            return Ok(());
        };
        let of = |name: &String| {
            let is_it = |coder: &Coder| coder.direction == Direction::Encode && coder.element == *name;
            listed
                .iter()
                .find(|(coder, _)| is_it(coder))
                .map(|(_, verdict)| verdict)
        };
        let mut reasons = Vec::new();
        for name in &wanted {
            match of(name) {
                Some(Verdict::Fails(reason)) => reasons.push(format!("{name} does not work here: {reason}")),
                Some(_) => return Ok(()),
                None => {}
            }
        }
        if reasons.is_empty() {
            reasons.push(format!("this machine has no {}", wanted.join(", ")));
        }
        Err(reasons.join("; "))
    }

    /// The capabilities of this node: each encoder that has not failed, and each codec that a transcode can be made in.
    pub fn capabilities(&self) -> Vec<String> {
        let encoders: Vec<Coder> = self
            .select(|coder, verdict| coder.direction == Direction::Encode && !matches!(verdict, Verdict::Fails(_)))
            .into_iter()
            .map(|(coder, _)| coder)
            .collect();
        let codecs = Codec::ALL.into_iter().filter(|codec| {
            let mut of_codec = encoders.iter().filter(|coder| coder.codec == *codec);
            of_codec.any(|coder| pipeline::is_used(&coder.element, *codec))
        });
        let mut words: Vec<String> = codecs.map(Codec::capability).collect();
        words.extend(encoders.iter().map(Coder::capability));
        words
    }

    /// What the fleet is told: `encoders` and `decoders`.
    pub fn facts(&self) -> Map<String, Value> {
        let of = |direction| {
            let found = self.select(|coder, _| coder.direction == direction);
            Value::Array(found.iter().map(|(coder, verdict)| verdict.fact(coder)).collect())
        };
        let pairs = [("encoders", Direction::Encode), ("decoders", Direction::Decode)];
        pairs
            .into_iter()
            .map(|(name, direction)| (name.to_owned(), of(direction)))
            .collect()
    }

    /// Those that are so.
    fn select(&self, is_so: impl Fn(&Coder, &Verdict) -> bool) -> Listed {
        let listed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let listed = listed.iter().flatten();
        listed
            .filter(|(coder, verdict)| is_so(coder, verdict))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use safelight_core::settings::VideoSettings;

    use super::*;
    use crate::pipeline::trial::Measured;
    use crate::policy::tests::encoded;

    fn coder(element: &str, codec: Codec, accel: Option<&str>) -> Coder {
        Coder {
            direction: Direction::Encode,
            codec,
            element: element.to_owned(),
            accel: accel.map(str::to_owned),
            largest: None,
        }
    }

    fn recipe(accel: HardwareAcceleration) -> Recipe {
        encoded(VideoSettings {
            accel,
            ..VideoSettings::default()
        })
    }

    #[test]
    fn what_failed_is_not_used_and_its_codec_is_not_announced() {
        let (x264, nvenc) = (
            coder("x264enc", Codec::H264, None),
            coder("nvh264enc", Codec::H264, Some("nvenc")),
        );
        let known = Known::listed([x264.clone(), nvenc.clone()]);
        let (software, hardware) = (
            recipe(HardwareAcceleration::Disabled),
            recipe(HardwareAcceleration::Nvenc),
        );
        assert_eq!(known.allows(&software).and(known.allows(&hardware)), Ok(()));
        assert_eq!(
            known.capabilities(),
            ["encode.h264", "encode.h264.x264enc", "encode.h264.nvh264enc"]
        );
        known.note(&nvenc, Verdict::Fails("no device".to_owned()));
        assert_eq!(known.allows(&software), Ok(()));
        assert_eq!(
            known.allows(&hardware).unwrap_err(),
            "nvh264enc does not work here: no device"
        );
        assert_eq!(known.failed(), [nvenc]);
        assert_eq!(known.capabilities(), ["encode.h264", "encode.h264.x264enc"]);
        known.note(&x264, Verdict::Fails("it crashed".to_owned()));
        assert_eq!(known.capabilities(), [""; 0]);
        assert_eq!(known.facts()["encoders"][1]["reason"], "no device");
    }

    #[test]
    fn a_transcode_gets_the_devices_of_the_trial() {
        let nvenc = coder("nvh264enc", Codec::H264, Some("nvenc"));
        let known = Known::listed([coder("x264enc", Codec::H264, None), nvenc.clone()]);
        let hardware = recipe(HardwareAcceleration::Nvenc);
        assert_eq!(known.devices(&hardware), devices::all(), "not tried yet");
        let used = vec![PathBuf::from("/dev/nvidia0"), PathBuf::from("/dev/nvidiactl")];
        let measured = Measured {
            frames: 90,
            seconds: 0.4,
            devices: used.clone(),
        };
        known.note(&nvenc, Verdict::Works(measured));
        assert_eq!(known.devices(&hardware), used);
        assert_eq!(
            known.devices(&recipe(HardwareAcceleration::Disabled)),
            Vec::<PathBuf>::new()
        );
    }

    #[test]
    fn what_no_transcode_would_use_announces_no_codec() {
        let known = Known::listed([coder("openh264enc", Codec::H264, None)]);
        assert_eq!(known.capabilities(), ["encode.h264.openh264enc"]);
        let error = known.allows(&recipe(HardwareAcceleration::Disabled)).unwrap_err();
        assert_eq!(error, "this machine has no x264enc");
    }

    #[test]
    fn without_a_list_all_is_believed() {
        assert_eq!(Known::default().allows(&recipe(HardwareAcceleration::Qsv)), Ok(()));
    }
}
