//! The inputs, made by ffmpeg and libvips of the scene of all benchmarks.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::super::super::peer::output;
use super::super::scene::Scene;
use super::boxes::Frame;

/// A picture that takes long.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    pub(super) make: fn(&Scene, &Path) -> Result<()>,
}

/// All of them.
pub(super) const ALL: &[Input] = &[
    Input {
        name: "HEIC of 200 MP in tiles",
        file: "200.heic",
        make: tiles,
    },
    Input {
        name: "HIF of 33 MP, 10 bits, 4:2:2, small",
        file: "33-small.hif",
        make: |scene, path| hif(scene, path, "24"),
    },
    Input {
        name: "HIF of 33 MP, 10 bits, 4:2:2, large",
        file: "33-large.hif",
        make: |scene, path| hif(scene, path, "6"),
    },
    Input {
        name: "AVIF of 33 MP, 10 bits",
        file: "33.avif",
        make: avif,
    },
    Input {
        name: "JP2 of 24 MP, lossless",
        file: "24.jp2",
        make: |scene, path| vips(scene, path, LARGE, "jp2ksave", &["--lossless"]),
    },
    Input {
        name: "JXL of 21 MP, 16 bits",
        file: "21.jxl",
        make: deep_jxl,
    },
    Input {
        name: "JXL of 24 MP, lossy",
        file: "24-lossy.jxl",
        make: |scene, path| vips(scene, path, LARGE, "jxlsave", &["--distance", "1", "--effort", "3"]),
    },
    Input {
        name: "JXL of 24 MP, lossless",
        file: "24-lossless.jxl",
        make: |scene, path| vips(scene, path, LARGE, "jxlsave", &["--lossless", "--effort", "3"]),
    },
    Input {
        name: "JXL of 50 MP, lossy",
        file: "50-lossy.jxl",
        make: |scene, path| {
            vips(
                scene,
                path,
                (8192, 6144),
                "jxlsave",
                &["--distance", "1", "--effort", "3"],
            )
        },
    },
    Input {
        name: "JPEG of 100 MP, progressive",
        file: "100-progressive.jpg",
        make: |scene, path| vips(scene, path, LARGEST, "jpegsave", &["--interlace", "--Q", "90"]),
    },
];

const LARGE: (u32, u32) = (6000, 4000);
const LARGEST: (u32, u32) = (11_648, 8736);
const DEEP: (u32, u32) = (5616, 3744);
const CAMERA: (u32, u32) = (7008, 4672);
const TILE: (u32, u32) = (512, 512);

/// The scene as a file that all programs read.
fn plain(scene: &Scene, beside: &Path, size: (u32, u32)) -> Result<std::path::PathBuf> {
    ppm(beside, size, 255, scene.at(size).as_raw())
}

fn ppm(beside: &Path, size: (u32, u32), most: u16, samples: &[u8]) -> Result<std::path::PathBuf> {
    let path = beside.with_extension("ppm");
    let head = format!("P6\n{} {}\n{most}\n", size.0, size.1);
    std::fs::write(&path, [head.as_bytes(), samples].concat()).with_context(|| path.display().to_string())?;
    Ok(path)
}

fn vips(scene: &Scene, path: &Path, size: (u32, u32), operation: &str, options: &[&str]) -> Result<()> {
    let source = plain(scene, path, size)?;
    let mut command = Command::new("vips");
    output(command.arg(operation).arg(&source).arg(path).args(options))?;
    Ok(std::fs::remove_file(source)?)
}

fn deep_jxl(scene: &Scene, path: &Path) -> Result<()> {
    let samples: Vec<u8> = scene.at(DEEP).as_raw().iter().flat_map(|&sample| [sample; 2]).collect();
    let source = ppm(path, DEEP, u16::MAX, &samples)?;
    let mut command = Command::new("vips");
    output(
        command
            .arg("jxlsave")
            .arg(&source)
            .arg(path)
            .args(["--distance", "1", "--effort", "3"]),
    )?;
    Ok(std::fs::remove_file(source)?)
}

/// One frame, encoded by ffmpeg.
fn encoded(source: &Path, into: &Path, options: &[&str]) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-i"]).arg(source);
    output(command.args(options).args(["-frames:v", "1"]).arg(into)).map(drop)
}

fn hevc(scene: &Scene, path: &Path, size: (u32, u32), pixels: &str, quality: &str) -> Result<Frame> {
    let source = plain(scene, path, size)?;
    let film = path.with_extension("mp4");
    let parameters = format!("crf={quality}:log-level=none");
    let options = [
        "-pix_fmt",
        pixels,
        "-c:v",
        "libx265",
        "-preset",
        "superfast",
        "-x265-params",
        &parameters,
    ];
    encoded(&source, &film, &options)?;
    let frame = Frame::of(&std::fs::read(&film)?)?;
    std::fs::remove_file(source)?;
    std::fs::remove_file(film)?;
    Ok(frame)
}

/// 32 by 24 tiles: 16384 x 12288.
fn tiles(scene: &Scene, path: &Path) -> Result<()> {
    let frame = hevc(scene, path, TILE, "yuv420p", "22")?;
    Ok(std::fs::write(path, frame.grid(TILE, 32, 24)?)?)
}

fn hif(scene: &Scene, path: &Path, quality: &str) -> Result<()> {
    let frame = hevc(scene, path, CAMERA, "yuv422p10le", quality)?;
    Ok(std::fs::write(path, frame.picture(CAMERA)?)?)
}

fn avif(scene: &Scene, path: &Path) -> Result<()> {
    let source = plain(scene, path, CAMERA)?;
    let options = [
        "-pix_fmt",
        "yuv420p10le",
        "-c:v",
        "libsvtav1",
        "-preset",
        "10",
        "-crf",
        "24",
    ];
    encoded(&source, path, &options)?;
    Ok(std::fs::remove_file(source)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_the_documents_is_measured() {
        let documents = include_str!("../../../../../docs/formats.md");
        let (_, table) = documents.split_once("| picture | seconds |").unwrap();
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let names: Vec<&str> = rows.filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
        assert!(!names.is_empty());
        for name in names {
            assert!(ALL.iter().any(|input| input.name == name), "no input is called {name}");
        }
    }
}
