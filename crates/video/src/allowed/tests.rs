//! Each wall alone, in processes that have only this one: this test binary run again. Without any of them the files do what they try.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gstreamer::prelude::*;
use gstreamer::{Element, ElementFactory, Registry, URIType};

use super::hostile::hostile;
use super::{holds_film, keep_allowed, sandbox};
use crate::error::Refusal;
use crate::film::Film;
use crate::probe::tests::make;

/// Tells a second run of this binary which wall it has.
const WALL: &str = "SAFELIGHT_WALL_TEST_WALL";
/// Names the file to it.
const FILE: &str = "SAFELIGHT_WALL_TEST_FILE";

/// A folder with hostile files, a film of somebody else, and a listener that counts.
struct Trap {
    folder: tempfile::TempDir,
    files: Vec<PathBuf>,
    heard: Arc<AtomicUsize>,
}

impl Trap {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let film = "videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=10/1 ! theoraenc ! oggmux";
        let victim = make(folder.path(), "victim.ogv", film);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                // An answer that ends whatever was asked.
                drop(stream.map(|mut stream| stream.read(&mut [0; 1])));
            }
        });
        let files = hostile(&address, victim.to_str().unwrap());
        let files = files.into_iter().map(|file| {
            let path = folder.path().join(file.name);
            fs::write(&path, file.bytes).unwrap();
            path
        });
        Self {
            files: files.collect(),
            folder,
            heard,
        }
    }

    /// What a process behind this wall says of a file; one that crashes says nothing.
    fn told(&self, wall: &str, file: &Path) -> String {
        let out = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "allowed::tests::inside", "--nocapture", "--test-threads=1"])
            .envs([(WALL, wall.as_ref()), (FILE, file.as_os_str())])
            .env("GST_REGISTRY", self.folder.path().join("registry.bin"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        println!("{wall}, {}: {said}", file.display());
        let told = said.lines().find_map(|line| line.strip_prefix("told: "));
        told.unwrap_or("nothing").to_owned()
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

/// How many streams of pictures a player of `GStreamer` finds in a file.
fn discovered(file: &Path) -> Result<usize, String> {
    let uri = gstreamer::glib::filename_to_uri(file, None).unwrap();
    let discoverer = gstreamer_pbutils::Discoverer::new(gstreamer::ClockTime::from_seconds(45)).unwrap();
    let found = discoverer.discover_uri(&uri).map_err(|error| error.to_string())?;
    let streams = found.video_streams();
    let films = streams
        .iter()
        .filter_map(|stream| stream.downcast_ref::<gstreamer_pbutils::DiscovererVideoInfo>());
    let shown = films.filter(|film| !film.is_image()).count();
    if shown == 0 {
        Err("nothing is shown".to_owned())
    } else {
        Ok(shown)
    }
}

/// Not a test of its own: looks at a file behind one wall.
#[test]
fn inside() {
    let (Ok(wall), Some(file)) = (std::env::var(WALL), std::env::var_os(FILE)) else {
        return;
    };
    let file = Path::new(&file);
    if wall == "sandbox" {
        sandbox().read(file).enter().unwrap();
    }
    gstreamer::init().unwrap();
    if wall == "elements" {
        keep_allowed();
    }
    let answer = match wall.as_str() {
        "containers" => format!("{:?}", holds_film(file).map(|()| 1)),
        "demuxers" => format!("{:?}", Film::take_apart(file, gstreamer::Caps::new_any()).map(|_| 1)),
        _ => format!("{:?}", discovered(file)),
    };
    println!("\ntold: {answer}");
}

/// Whether this machine has what would follow a list to an address.
fn can_follow() -> bool {
    gstreamer::init().unwrap();
    let has = |name| ElementFactory::find(name).is_some();
    let can = (has("hlsdemux") || has("hlsdemux2")) && has("souphttpsrc");
    if !can {
        println!("SKIPPED: this machine's GStreamer follows no list anyway");
    }
    can
}

#[test]
fn without_a_wall_the_files_do_what_they_try() {
    let trap = Trap::new();
    if !can_follow() {
        return;
    }
    let list = |name: &str| trap.files.iter().find(|file| file.ends_with(name)).unwrap();
    trap.told("none", list("hls-address.mp4"));
    assert!(trap.heard() > 0, "it asks the address");
    assert_eq!(
        trap.told("none", list("hls-file.mp4")),
        "Ok(1)",
        "it shows somebody else's film"
    );
}

#[test]
fn the_list_of_containers_refuses_each_of_them_with_its_reason() {
    let trap = Trap::new();
    for file in &trap.files {
        let told = trap.told("containers", file);
        assert!(told.starts_with("Err("), "{}: {told}", file.display());
    }
    assert_eq!(trap.told("containers", &trap.folder.path().join("victim.ogv")), "Ok(1)");
    let told = trap.told("containers", &trap.folder.path().join("hls-file.mp4"));
    assert!(told.contains("an HLS playlist, which holds no film"), "{told}");
    assert_eq!(trap.heard(), 0);
}

#[test]
fn the_list_of_elements_leaves_nothing_that_follows_them() {
    let trap = Trap::new();
    for file in &trap.files {
        let told = trap.told("elements", file);
        assert!(told.starts_with("Err("), "{}: {told}", file.display());
    }
    assert_eq!(trap.told("elements", &trap.folder.path().join("victim.ogv")), "Ok(1)");
    assert_eq!(trap.heard(), 0);
}

#[test]
fn the_list_of_demuxers_has_none_that_follows_them() {
    let trap = Trap::new();
    for file in &trap.files {
        let told = trap.told("demuxers", file);
        assert!(told.starts_with("Err("), "{}: {told}", file.display());
    }
    assert_eq!(trap.told("demuxers", &trap.folder.path().join("victim.ogv")), "Ok(1)");
    assert_eq!(trap.heard(), 0);
}

#[test]
fn the_sandbox_lets_none_of_them_out() {
    if safelight_core::child::Locks::of_this_kernel().missing().is_some() {
        println!("SKIPPED: this kernel lacks a lock");
        return;
    }
    let trap = Trap::new();
    // The list of plugins is there before anybody is shut in.
    trap.told("none", &trap.folder.path().join("victim.ogv"));
    for file in &trap.files {
        // What a library does that is refused everything is its own affair, crashes included.
        let told = trap.told("sandbox", file);
        assert!(!told.starts_with("Ok("), "{}: {told}", file.display());
    }
    assert_eq!(trap.told("sandbox", &trap.folder.path().join("victim.ogv")), "Ok(1)");
    assert_eq!(trap.heard(), 0);
}

/// Not a test of its own: looks for what is left, in a process whose elements are gone.
#[test]
fn elements_inside() {
    if std::env::var(WALL).as_deref() != Ok("search") {
        return;
    }
    gstreamer::init().unwrap();
    keep_allowed();
    for address in [
        "http://127.0.0.1:1/a",
        "rtsp://127.0.0.1:1/a",
        "data:,a",
        "fd://0",
        "udp://127.0.0.1:1",
        "dvd://1",
    ] {
        let made = Element::make_from_uri(URIType::Src, address, None);
        assert!(made.is_err(), "there is a source for {address}");
    }
    assert!(Element::make_from_uri(URIType::Src, "file:///a", None).is_ok());
    // Loading the plugin of an allowed element announces its neighbours again.
    for (allowed, neighbour) in [
        ("filesrc", "fdsrc"),
        ("avdec_h264", "avmux_mp4"),
        ("decodebin", "playbin"),
    ] {
        if ElementFactory::find(allowed).is_some_and(|factory| factory.load().is_ok()) {
            assert!(ElementFactory::find(neighbour).is_none(), "{neighbour} is back");
        }
    }
    let left = Registry::get().features(ElementFactory::static_type());
    let left: Vec<String> = left.iter().map(|feature| feature.name().to_string()).collect();
    assert!(
        left.iter().any(|name| name == "qtdemux") && left.iter().all(|name| !name.contains("http")),
        "{left:?}"
    );
}

#[test]
fn no_other_source_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "allowed::tests::elements_inside",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(WALL, "search")
        .env("GST_REGISTRY", folder.path().join("registry.bin"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    assert!(out.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_picture_or_a_sound_is_told_from_a_list() {
    let folder = tempfile::tempdir().unwrap();
    gstreamer::init().unwrap();
    let picture = folder.path().join("a.mp4");
    fs::write(&picture, b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0").unwrap();
    assert_eq!(holds_film(&picture), Err(Refusal::NoVideo));
    fs::write(&picture, "certainly not a video\n").unwrap();
    assert!(matches!(holds_film(&picture), Err(Refusal::NotAVideo(_))));
}
