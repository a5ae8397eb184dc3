use safelight_video::Coder;
use serde_json::{Value, json};

use crate::pipeline::trial::Measured;

/// What became of the trial of an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nobody has tried it.
    Untried,
    /// It works.
    Works(Measured),
    /// It does not, for this reason.
    Fails(String),
}

impl Verdict {
    /// What the fleet is told of an element: `codec`, `element`, `accel`, `width`, `height`, `framesPerSecond`, `reason`, each
    /// only where it is known.
    pub fn fact(&self, coder: &Coder) -> Value {
        let mut fact = json!({ "codec": coder.codec, "element": coder.element });
        let mut add = |name: &str, value: Value| {
            if let Some(object) = fact.as_object_mut() {
                object.insert(name.to_owned(), value);
            }
        };
        if let Some(accel) = &coder.accel {
            add("accel", json!(accel));
        }
        if let Some((width, height)) = coder.largest {
            add("width", json!(width));
            add("height", json!(height));
        }
        match self {
            Self::Untried => {}
            Self::Works(measured) => add("framesPerSecond", json!(frames_per_second(measured))),
            Self::Fails(reason) => add("reason", json!(reason)),
        }
        fact
    }
}

/// With one digit after the point.
fn frames_per_second(measured: &Measured) -> f64 {
    let speed = f64::from(measured.frames) / measured.seconds.max(0.001);
    (speed * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use safelight_video::{Codec, Direction};

    use super::*;

    #[test]
    fn a_fact_tells_what_is_known() {
        let coder = Coder {
            direction: Direction::Encode,
            codec: Codec::H264,
            element: "nvh264enc".to_owned(),
            accel: Some("nvenc".to_owned()),
            largest: Some((4096, 2160)),
        };
        let base = json!({ "codec": "h264", "element": "nvh264enc", "accel": "nvenc", "width": 4096, "height": 2160 });
        assert_eq!(Verdict::Untried.fact(&coder), base);
        let measured = Measured {
            frames: 90,
            seconds: 0.4,
            devices: Vec::new(),
        };
        assert_eq!(Verdict::Works(measured).fact(&coder)["framesPerSecond"], 225.0);
        assert_eq!(
            Verdict::Fails("no device".to_owned()).fact(&coder)["reason"],
            "no device"
        );
    }
}
