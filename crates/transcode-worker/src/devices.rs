//! The devices of graphics cards and video chips.
//!
//! An element is tried with all of them, and a transcode gets those that its elements had opened when they were tried.

use std::fs;
use std::path::{Path, PathBuf};

use safelight_core::child::Sandbox;

/// Folders of devices, and how the names of those begin that encode and decode.
const PLACES: [(&str, &[&str]); 5] = [
    (
        "/dev",
        &[
            "nvidia",
            "video",
            "media",
            "mpp_service",
            "rga",
            "vpu_service",
            "rkvdec",
            "udmabuf",
        ],
    ),
    ("/dev/dri", &["card", "renderD"]),
    ("/dev/dma_heap", &[""]),
    ("/dev/nvidia-caps", &[""]),
    ("/dev/mali", &[""]),
];

/// Where a process finds what it has open, and what of it is in its memory.
const OPEN: &str = "/proc/self/fd";
const IN_MEMORY: &str = "/proc/self/maps";

/// All that this machine has.
pub(crate) fn all() -> Vec<PathBuf> {
    let of_place = |(folder, starts): &(&str, &'static [&'static str])| {
        let starts = *starts;
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.filter(move |entry| {
            let name = entry.file_name();
            starts.iter().any(|start| name.to_string_lossy().starts_with(start))
        });
        names.map(|entry| entry.path()).filter(|path| !path.is_dir())
    };
    let mut found: Vec<PathBuf> = PLACES.iter().flat_map(of_place).collect();
    found.sort();
    found
}

/// Lets a child see what it has open itself.
pub(crate) fn see_used(sandbox: Sandbox) -> Sandbox {
    sandbox.read(OPEN).read(IN_MEMORY)
}

/// Those that this process has open, or has in its memory.
pub(crate) fn used() -> Vec<PathBuf> {
    let open = fs::read_dir(OPEN).into_iter().flatten().flatten();
    let open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    let maps = fs::read_to_string(IN_MEMORY).unwrap_or_default();
    let mapped = maps
        .lines()
        .filter_map(|line| Some(PathBuf::from(line.get(line.find('/')?..)?)));
    let mut used: Vec<PathBuf> = open.chain(mapped).filter(|path| is_device(path)).collect();
    used.sort();
    used.dedup();
    used
}

/// Whether a path names such a device, on whatever machine.
fn is_device(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    PLACES.iter().any(|(folder, starts)| {
        path.parent() == Some(Path::new(folder)) && starts.iter().any(|start| name.starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_devices_of_video_are_found() {
        for node in [
            "/dev/dri/renderD128",
            "/dev/nvidia0",
            "/dev/nvidiactl",
            "/dev/video11",
            "/dev/dma_heap/system",
        ] {
            assert!(is_device(Path::new(node)), "{node}");
        }
        for node in [
            "/dev/sda",
            "/dev/mem",
            "/dev/kvm",
            "/dev/dri/by-path",
            "/dev/tty",
            "/dev/net/tun",
        ] {
            assert!(!is_device(Path::new(node)), "{node}");
        }
        assert!(all().iter().all(|path| is_device(path)), "{:?}", all());
        assert!(used().is_empty(), "nothing is at work: {:?}", used());
    }
}
