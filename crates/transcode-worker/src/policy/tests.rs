//! The whole table.

use safelight_core::settings::{
    AudioCodec, CqMode, HardwareAcceleration, ToneMapping, TranscodePolicy, VideoCodec, VideoContainer, VideoSettings,
};
use safelight_video::{AudioTraits, Codec, MediaTraits, VideoTraits};

use super::*;
use crate::recipe::Rate;

fn video() -> VideoTraits {
    VideoTraits {
        codec: "h264".to_owned(),
        profile: Some("high".to_owned()),
        pixel_format: Some("yuv420p".to_owned()),
        primaries: None,
        transfer: None,
        matrix: None,
        is_full_range: false,
        width: 1920,
        height: 1080,
        pixel_aspect: (1, 1),
        rotation: 0,
        is_mirrored: false,
        is_interlaced: false,
        projection: None,
        fps: Some(30.0),
        bitrate: Some(6_000_000),
    }
}

/// What becomes of a video of which everything is encoded again.
pub(crate) fn encoded(settings: VideoSettings) -> Recipe {
    let traits = MediaTraits {
        video: Some(video()),
        ..MediaTraits::default()
    };
    let settings = VideoSettings {
        transcode: TranscodePolicy::All,
        ..settings
    };
    match decide(&settings, &traits) {
        Decision::Encode(recipe) => recipe,
        other => panic!("{other:?}"),
    }
}

fn audio(codec: &str) -> AudioTraits {
    AudioTraits {
        codec: codec.to_owned(),
        profile: None,
        channels: Some(2),
        sample_rate: Some(48_000),
        bitrate: Some(128_000),
    }
}

fn clip(change: impl FnOnce(&mut VideoTraits), sound: Option<&str>, container: &str) -> MediaTraits {
    let mut video = video();
    change(&mut video);
    MediaTraits {
        container: container.to_owned(),
        is_cut: false,
        duration_ms: Some(10_000),
        bitrate: Some(6_100_000),
        video: Some(video),
        audio: sound.map(audio),
    }
}

/// A film whose streams are accepted.
pub(crate) fn film() -> MediaTraits {
    clip(|_| (), Some("aac"), "mp4")
}

fn policy(transcode: TranscodePolicy) -> VideoSettings {
    VideoSettings {
        transcode,
        ..VideoSettings::default()
    }
}

/// A decision in two letters: what becomes of the video and of the sound. `--` where the file is left alone.
fn word(decision: &Decision) -> String {
    let recipe = match decision {
        Decision::Skip => return "--".to_owned(),
        Decision::Remux(recipe) => {
            assert!(!recipe.encodes());
            recipe
        }
        Decision::Encode(recipe) => {
            assert!(recipe.encodes());
            recipe
        }
    };
    let video = match recipe.video {
        VideoStep::Copy { .. } => "c",
        VideoStep::Encode(_) => "e",
    };
    let audio = match recipe.audio {
        AudioStep::None => "n",
        AudioStep::Copy => "c",
        AudioStep::Encode(_) => "e",
    };
    format!("{video}{audio}")
}

/// What each policy says: disabled, required, optimal, bitrate (1 Mbit/s), all.
fn table() -> Vec<(&'static str, MediaTraits, [&'static str; 5])> {
    let as_it_is = |_: &mut VideoTraits| {};
    let hevc = |video: &mut VideoTraits| video.codec = "hevc".to_owned();
    let ten_bit = |video: &mut VideoTraits| video.pixel_format = Some("yuv420p10le".to_owned());
    let full_range = |video: &mut VideoTraits| video.pixel_format = Some("yuvj420p".to_owned());
    let unknown = |video: &mut VideoTraits| video.pixel_format = None;
    let small = |video: &mut VideoTraits| (video.width, video.height, video.bitrate) = (640, 360, Some(500_000));
    let large_and_lean = |video: &mut VideoTraits| video.bitrate = Some(500_000);
    vec![
        (
            "fine, small",
            clip(small, Some("aac"), "mp4"),
            ["--", "--", "--", "--", "ee"],
        ),
        (
            "fine, large",
            clip(as_it_is, Some("aac"), "mp4"),
            ["--", "--", "ec", "ec", "ee"],
        ),
        (
            "fine, large, lean",
            clip(large_and_lean, Some("aac"), "mp4"),
            ["--", "--", "ec", "--", "ee"],
        ),
        (
            "full range",
            clip(full_range, Some("aac"), "mp4"),
            ["--", "--", "ec", "ec", "ee"],
        ),
        ("silent", clip(small, None, "mp4"), ["--", "--", "--", "--", "en"]),
        (
            "accepted container",
            clip(small, Some("opus"), "mov"),
            ["--", "--", "--", "--", "ee"],
        ),
        (
            "a WebM in name",
            clip(small, Some("mp3"), "matroska"),
            ["--", "--", "--", "--", "ee"],
        ),
        (
            "other container",
            clip(small, Some("aac"), "avi"),
            ["--", "cc", "cc", "cc", "ee"],
        ),
        (
            "other container, silent",
            clip(small, None, "mpegts"),
            ["--", "cn", "cn", "cn", "en"],
        ),
        (
            "other sound",
            clip(small, Some("ac3"), "mp4"),
            ["--", "ce", "ce", "ce", "ee"],
        ),
        (
            "plain samples",
            clip(small, Some("pcm_s16le"), "mov"),
            ["--", "ce", "ce", "ce", "ee"],
        ),
        (
            "other codec",
            clip(hevc, Some("aac"), "mp4"),
            ["--", "ec", "ec", "ec", "ee"],
        ),
        (
            "other codec, silent",
            clip(hevc, None, "mov"),
            ["--", "en", "en", "en", "en"],
        ),
        (
            "ten bits",
            clip(ten_bit, Some("aac"), "mp4"),
            ["--", "ec", "ec", "ec", "ee"],
        ),
        (
            "unknown pixels",
            clip(unknown, Some("aac"), "mp4"),
            ["--", "ec", "ec", "ec", "ee"],
        ),
        (
            "nothing right",
            clip(hevc, Some("vorbis"), "avi"),
            ["--", "ee", "ee", "ee", "ee"],
        ),
    ]
}

#[test]
fn every_policy_on_every_kind_of_video() {
    let policies = [
        policy(TranscodePolicy::Disabled),
        policy(TranscodePolicy::Required),
        policy(TranscodePolicy::Optimal),
        VideoSettings {
            max_bitrate: "1M".to_owned(),
            ..policy(TranscodePolicy::Bitrate)
        },
        policy(TranscodePolicy::All),
    ];
    for (what, traits, expected) in table() {
        for (settings, expected) in policies.iter().zip(expected) {
            let decision = decide(settings, &traits);
            assert_eq!(word(&decision), expected, "{what}, {}", settings.transcode);
        }
    }
}

#[test]
fn what_is_not_video_is_left_alone() {
    let traits = MediaTraits {
        video: None,
        ..clip(|_| (), Some("flac"), "ogg")
    };
    assert_eq!(decide(&policy(TranscodePolicy::All), &traits), Decision::Skip);
}

#[test]
fn targets_are_accepted_though_no_list_names_them() {
    let settings = VideoSettings {
        target_video_codec: VideoCodec::Hevc,
        target_audio_codec: AudioCodec::Opus,
        accepted_video_codecs: vec![],
        accepted_audio_codecs: vec![],
        accepted_containers: vec![VideoContainer::Webm],
        ..VideoSettings::default()
    };
    let hevc = |video: &mut VideoTraits| video.codec = "hevc".to_owned();
    assert_eq!(word(&decide(&settings, &clip(hevc, Some("opus"), "mp4"))), "--");
    assert_eq!(word(&decide(&settings, &clip(hevc, Some("opus"), "mov"))), "cc");
    assert_eq!(word(&decide(&settings, &clip(|_| (), Some("aac"), "mp4"))), "ee");
}

#[test]
fn sound_that_is_not_for_loudspeakers_is_encoded() {
    let heard = |change: fn(&mut AudioTraits)| {
        let mut clip = clip(|_| (), Some("opus"), "webm");
        clip.audio.as_mut().map(change);
        word(&decide(&policy(TranscodePolicy::Required), &clip))
    };
    assert_eq!(heard(|_| ()), "--");
    assert_eq!(heard(|audio| audio.channels = Some(8)), "--");
    assert_eq!(heard(|audio| audio.channels = Some(16)), "ce");
    assert_eq!(heard(|audio| audio.profile = Some("ambisonic".to_owned())), "ce");
}

#[test]
fn a_bound_counts_only_where_it_is_set_and_known() {
    let bound = |max: &str| VideoSettings {
        max_bitrate: max.to_owned(),
        ..policy(TranscodePolicy::Bitrate)
    };
    let of_stream = clip(|_| (), Some("aac"), "mp4");
    assert_eq!(word(&decide(&bound("0"), &of_stream)), "--");
    assert_eq!(word(&decide(&bound("6000k"), &of_stream)), "--");
    assert_eq!(word(&decide(&bound("5999k"), &of_stream)), "ec");
    // The rate of the file stands in for that of a stream which does not tell it.
    let mut of_file = clip(|video| video.bitrate = None, Some("aac"), "mp4");
    assert_eq!(word(&decide(&bound("6050k"), &of_file)), "ec");
    of_file.bitrate = None;
    assert_eq!(word(&decide(&bound("1k"), &of_file)), "--");
}

fn recipe(settings: &VideoSettings, change: impl FnOnce(&mut VideoTraits)) -> VideoRecipe {
    let settings = VideoSettings {
        transcode: TranscodePolicy::All,
        ..settings.clone()
    };
    let Decision::Encode(recipe) = decide(&settings, &clip(change, None, "mp4")) else {
        panic!("everything is encoded");
    };
    let VideoStep::Encode(video) = recipe.video else {
        panic!("the video, too");
    };
    *video
}

#[test]
fn sizes_are_even_and_the_shorter_edge_is_bounded() {
    let to = |resolution: &str, size, aspect| {
        let settings = VideoSettings {
            target_resolution: resolution.to_owned(),
            ..VideoSettings::default()
        };
        let change = |video: &mut VideoTraits| {
            (video.width, video.height) = size;
            video.pixel_aspect = aspect;
        };
        recipe(&settings, change).size
    };
    assert_eq!(to("720", (1920, 1080), (1, 1)), (1280, 720));
    assert_eq!(to("720", (1080, 1920), (1, 1)), (720, 1280));
    assert_eq!(to("720", (1918, 1078), (1, 1)), (1282, 720));
    assert_eq!(to("720", (4096, 2160), (1, 1)), (1366, 720));
    // Nothing is made larger.
    assert_eq!(to("720", (640, 360), (1, 1)), (640, 360));
    assert_eq!(to("720", (641, 361), (1, 1)), (640, 360));
    assert_eq!(to("original", (3841, 2161), (1, 1)), (3840, 2160));
    assert_eq!(to("original", (3840, 2160), (1, 1)), (3840, 2160));
    assert_eq!(to("721", (1920, 1080), (1, 1)), (1280, 720));
    // Pixels become square.
    assert_eq!(to("720", (720, 576), (16, 15)), (768, 576));
    assert_eq!(to("720", (1440, 1080), (4, 3)), (1280, 720));
    assert_eq!(to("720", (720, 576), (0, 0)), (720, 576));
    assert_eq!(to("720", (1, 1), (1, 1)), (16, 16));
}

#[test]
fn the_rate_follows_the_settings() {
    let base = VideoSettings {
        crf: 28,
        ..VideoSettings::default()
    };
    let rate = |settings: &VideoSettings| recipe(settings, |_| ()).rate;
    assert_eq!(
        rate(&base),
        Rate::Quality {
            crf: 28,
            max_kbit: None
        }
    );
    let bound = VideoSettings {
        max_bitrate: "2900k".to_owned(),
        ..base.clone()
    };
    assert_eq!(
        rate(&bound),
        Rate::Quality {
            crf: 28,
            max_kbit: Some(2_900)
        }
    );
    let two = VideoSettings {
        two_pass: true,
        ..bound.clone()
    };
    let twice = Rate::TwoPass {
        crf: 28,
        target_kbit: 2_000,
        min_kbit: 1_000,
        max_kbit: 2_900,
    };
    assert_eq!(rate(&two), twice);
    assert_eq!(twice.in_one_pass(), rate(&bound));
    // Without a bound, in hardware and for AV1 there is one pass.
    let no_bound = VideoSettings {
        two_pass: true,
        ..base.clone()
    };
    assert_eq!(rate(&no_bound), rate(&base));
    let hardware = VideoSettings {
        accel: HardwareAcceleration::Nvenc,
        ..two.clone()
    };
    assert_eq!(rate(&hardware), rate(&bound));
    let av1 = VideoSettings {
        target_video_codec: VideoCodec::Av1,
        ..two
    };
    assert_eq!(rate(&av1), rate(&bound));
}

#[test]
fn the_defaults_leave_the_rest_to_the_encoder() {
    let made = recipe(&VideoSettings::default(), |_| ());
    assert_eq!(made.codec, Codec::H264);
    assert_eq!(
        (made.gop, made.bframes, made.refs, made.threads),
        (None, None, None, None)
    );
    assert_eq!(made.preset.as_str(), "ultrafast");
    assert_eq!(made.hardware, Hardware::none());
    let settings = VideoSettings {
        gop_size: 60,
        bframes: 0,
        refs: 4,
        threads: 3,
        preset: "medium".to_owned(),
        accel: HardwareAcceleration::Vaapi,
        preferred_hw_device: "/dev/dri/renderD129".to_owned(),
        cq_mode: CqMode::Icq,
        temporal_aq: true,
        ..VideoSettings::default()
    };
    let made = recipe(&settings, |_| ());
    assert_eq!(
        (made.gop, made.bframes, made.refs, made.threads),
        (Some(60), Some(0), Some(4), Some(3))
    );
    assert_eq!(made.preset.as_str(), "medium");
    let hardware = Hardware {
        accel: HardwareAcceleration::Vaapi,
        decode: true,
        device: Some("renderD129".to_owned()),
        quality: CqMode::Icq,
        temporal_aq: true,
    };
    assert_eq!(made.hardware, hardware);
}

#[test]
fn only_hdr_is_tone_mapped() {
    let step = |tonemap, transfer: Option<&str>| {
        let settings = VideoSettings {
            tonemap,
            ..VideoSettings::default()
        };
        recipe(&settings, |video| video.transfer = transfer.map(str::to_owned)).tone_map
    };
    let of = |curve, transfer: &str| {
        Some(ToneStep {
            transfer: transfer.to_owned(),
            curve,
        })
    };
    for (curve, transfer) in [
        (ToneMapping::Hable, "smpte2084"),
        (ToneMapping::Mobius, "arib-std-b67"),
        (ToneMapping::Reinhard, "smpte2084"),
    ] {
        assert_eq!(step(curve, Some(transfer)), of(curve, transfer));
    }
    assert_eq!(step(ToneMapping::Disabled, Some("smpte2084")), None);
    assert_eq!(step(ToneMapping::Hable, Some("bt709")), None);
    assert_eq!(step(ToneMapping::Hable, None), None);
}

#[test]
fn the_turn_goes_along_either_way() {
    let turned = |video: &mut VideoTraits| (video.rotation, video.is_mirrored) = (90, true);
    let turn = Turn {
        degrees: 90,
        is_mirrored: true,
    };
    assert_eq!(recipe(&VideoSettings::default(), turned).turn, turn);
    let Decision::Remux(copied) = decide(&VideoSettings::default(), &clip(turned, None, "avi")) else {
        panic!("the streams are fine");
    };
    assert_eq!(copied.video, VideoStep::Copy { turn });
}
