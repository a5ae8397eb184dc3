//! Every child under a tracer, at hostile files and at good ones: what it opens, and that it makes no connection.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use safelight_tests::client::NewUpload;
use safelight_tests::media::{self, bars, film};
use safelight_tests::strace::{self, Call, Traced};
use safelight_tests::system::Place;
use safelight_tests::{Client, Kind, TestSystem, binaries};

use super::Listener;
use super::hostile::hostile;
use crate::videos::LONG;

/// Whether a line of the tracer tells the start of a child.
type IsStarted = fn(&str) -> bool;

/// What the workers start for the files of strangers: how it is called here, and how it is told from other programs.
const CHILDREN: [(&str, IsStarted); 7] = [
    ("probe and check", |started| {
        started.contains("\"video-helper\", \"probe\"")
    }),
    ("frame", |started| started.contains("\"video-helper\", \"frame\"")),
    ("transcode", |started| started.contains("\"transcode\"]")),
    ("trial of an encoder", |started| started.contains("\"try-encoder\"")),
    ("trial of a decoder", |started| started.contains("\"try-decoder\"")),
    ("tags", |started| started.contains("[\"perl\", \"-e\"")),
    ("pictures", |started| started.contains("thumbnail-worker\", \"decode\"")),
];

/// Where each of them may open files: libraries, what libraries look up, plain devices, and what was handed over.
const ALLOWED: [&str; 19] = [
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/lib/",
    "/lib64/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/local/lib/",
    "/usr/share/locale/",
    "/usr/share/zoneinfo/",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/kernel/",
    "/proc/self/",
    "/sys/devices/system/",
    "/dev/null",
    "/dev/urandom",
    "/usr/share/",
];

fn is_allowed(file: &str, own: &[&str]) -> bool {
    own.contains(&file) || ALLOWED.iter().any(|place| file.starts_with(place))
}

/// Where it closed its doors: before that, it is the program as it was built and has looked at nothing.
fn doors(child: &Traced) -> usize {
    let is_closed = |call: &Call| call.name == "landlock_restrict_self" && call.succeeded();
    let closed = child.calls.iter().position(is_closed);
    closed.unwrap_or_else(|| panic!("it runs free: {}", child.started))
}

/// What a child did that it may not.
fn faults(child: &Traced, media: &str, own: &[&str]) -> Vec<String> {
    let doors = doors(child);
    let is_fault = |(at, call): &(usize, &Call)| {
        let opened = call.file().is_some_and(|file| {
            // Libraries try many places; what counts is what came of it, and whether they looked for files of people at all.
            file.contains(media) || (*at > doors && call.succeeded() && !is_allowed(file, own))
        });
        opened || call.is_way_out() || (*at > doors && call.name == "execve" && call.succeeded())
    };
    let faults = child.calls.iter().enumerate().filter(is_fault);
    faults.map(|(_, call)| call.text.clone()).collect()
}

/// A film that has to be made playable.
fn old_film() -> Vec<u8> {
    let mut arguments: Vec<String> = bars("160x120");
    arguments.extend(["-c:v", "mpeg4"].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    film("old.avi", &arguments).unwrap()
}

/// Tries an element as the worker does, which would go through all of them.
fn try_alone(prefix: &[String], words: [&str; 2], sample: &Path, registry: &str) {
    let (tracer, options) = prefix.split_first().unwrap();
    let tried = Command::new(tracer)
        .args(options)
        .arg(binaries::path("transcode-worker").unwrap())
        .args(words)
        .arg("h264")
        .arg(sample)
        .env("GST_REGISTRY", registry)
        .env("GST_REGISTRY_UPDATE", "no")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&tried.stdout).into_owned();
    assert!(
        said.starts_with("{\"Ok\""),
        "{words:?}: {said} {}",
        String::from_utf8_lossy(&tried.stderr)
    );
}

/// Uploads what a stranger might, and what anybody does.
async fn upload_all(admin: &Client, listener: &Listener, victim: &str) {
    for file in hostile(&listener.address, victim) {
        admin.upload(&NewUpload::new(file.name, file.bytes)).await.unwrap();
    }
    let drawing = hostile(&listener.address, victim)
        .into_iter()
        .find(|file| file.name == "drawing.mp4")
        .unwrap();
    admin
        .upload(&NewUpload::new("drawing.svg", drawing.bytes))
        .await
        .unwrap();
    admin
        .upload(&NewUpload::new("photo.jpg", media::jpeg().to_vec()))
        .await
        .unwrap();
    let tiff = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/thumbnail-worker/tests/samples/rgb8-jpeg.tif");
    admin
        .upload(&NewUpload::new("photo.tif", std::fs::read(tiff).unwrap()))
        .await
        .unwrap();
    admin.upload(&NewUpload::new("old.avi", old_film())).await.unwrap();
}

#[tokio::test]
async fn no_child_opens_anything_but_its_file_and_libraries_and_none_makes_a_connection() {
    let system = TestSystem::builder().start().await.unwrap();
    let (traces, registry) = (system.folder().join("traces"), system.folder().join("plugins.bin"));
    std::fs::create_dir(&traces).unwrap();
    let registry = registry.to_str().unwrap();
    let place = Place {
        prefix: strace::words(&traces),
        ..Place::default()
    };
    let env = [("GST_REGISTRY", registry), ("SAFELIGHT_LEASE", "30s")];
    for kind in [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker] {
        system.launch(kind, &env, &place).unwrap();
    }
    let admin = system.client().sign_up_admin().await.unwrap();
    let listener = Listener::open();
    let victim = system.media().join("library/somebody/a.mp4");
    upload_all(&admin, &listener, victim.to_str().unwrap()).await;
    system.queues_idle(&admin, LONG).await.unwrap();
    let sample = system.folder().join("sample");
    std::fs::write(&sample, "").unwrap();
    for words in [["try-encoder", "x264enc"], ["try-decoder", "avdec_h264"]] {
        try_alone(&place.prefix, words, &sample, registry);
    }
    for service in system.services() {
        service.kill().unwrap();
    }
    let media = system.media();
    let mut seen = BTreeSet::new();
    for (name, is_it) in CHILDREN {
        for child in strace::processes(&traces, is_it).unwrap() {
            seen.insert(name);
            let faults = faults(&child, media.to_str().unwrap(), &[registry, sample.to_str().unwrap()]);
            assert!(faults.is_empty(), "{name}, {}:\n{}", child.started, faults.join("\n"));
        }
    }
    let wanted: BTreeSet<&str> = CHILDREN.iter().map(|(name, _)| *name).collect();
    assert_eq!(seen, wanted, "every child has been at work");
    assert_eq!(listener.heard(), 0, "somebody asked the address");
}
