//! HEIC and AVIF.

use libheif_rs::{DecoderDescriptor, LibHeif};
use thumbnail_worker::pipeline::{PictureOptions, Size};
use tokio_util::sync::CancellationToken;

use super::gain_made::{Codec, Made, boxed, ordinary};
use super::{assert_transparent, assert_upright, maker, options, preview, render, sample, seen};

#[tokio::test]
async fn eight_and_ten_bits() {
    for name in ["plain.heic", "plain.avif", "deep.heic", "deep.avif"] {
        assert_upright(&preview(name).await, (64, 48), 6, name);
        assert!(!render(name).await.is_transparent, "{name}");
    }
}

#[tokio::test]
async fn turned_and_mirrored_by_the_container() {
    for extension in ["heic", "avif"] {
        for orientation in 1..=8 {
            let name = format!("turned-{orientation}.{extension}");
            assert_upright(&preview(&name).await, (128, 64), 6, &name);
        }
    }
}

#[tokio::test]
async fn how_it_is_turned_is_told() {
    for extension in ["heic", "avif"] {
        for orientation in 1..=8 {
            let name = format!("turned-{orientation}.{extension}");
            let made = render(&name).await;
            let (width, height) = if orientation > 4 { (64, 128) } else { (128, 64) };
            assert_eq!(made.orientation.exif(), orientation, "{name}");
            assert_eq!(made.stored, Some(Size { width, height }), "{name}");
        }
    }
    let exif_only = render("exif-6.heic").await;
    assert_eq!(exif_only.orientation.exif(), 1);
}

#[tokio::test]
async fn what_exif_says_of_the_orientation_is_not_asked() {
    // Stored on its side, with EXIF that says so and a container that does not.
    let picture = preview("exif-6.heic").await;
    assert_eq!(picture.dimensions(), (48, 64));
}

#[tokio::test]
async fn transparency() {
    assert_transparent("alpha.heic").await;
    assert_transparent("alpha.avif").await;
}

#[tokio::test]
async fn a_fullsize_picture_when_one_is_wanted() {
    let preview = options().preview;
    let options = PictureOptions {
        fullsize: Some(thumbnail_worker::pipeline::Output { size: None, ..preview }),
        preview: thumbnail_worker::pipeline::Output {
            size: Some(20),
            ..preview
        },
        ..options()
    };
    let (maker, cancel) = (maker(), CancellationToken::new());
    let made = maker.make(sample("turned-6.heic"), "a.heic", options, &cancel).await;
    let pictures = made.unwrap();
    assert_eq!((pictures.preview.width, pictures.preview.height), (40, 20));
    let fullsize = seen(&pictures.fullsize.unwrap().bytes).into_rgb8();
    assert_upright(&fullsize, (128, 64), 6, "fullsize");
}

/// Encoders under the GPL would make the whole program theirs.
#[test]
fn libheif_has_two_decoders_and_no_encoder() {
    let lib = LibHeif::new();
    let decoders: Vec<String> = lib
        .decoder_descriptors(32, None)
        .iter()
        .map(DecoderDescriptor::name)
        .collect();
    assert_eq!(decoders.len(), 2, "{decoders:?}");
    for codec in ["libde265", "dav1d"] {
        assert!(decoders.iter().any(|name| name.contains(codec)), "{decoders:?}");
    }
    // Masks are written by libheif itself.
    let encoders: Vec<String> = lib
        .encoder_descriptors(32, None, None)
        .iter()
        .map(|encoder| encoder.id().to_owned())
        .filter(|id| id != "mask")
        .collect();
    assert_eq!(encoders, Vec::<String>::new());
    let program = std::fs::read(super::program()).unwrap();
    for library in ["libx265.so", "libx264.so", "libkvazaar.so", "libaom.so"] {
        let linked = program
            .windows(library.len())
            .any(|window| window == library.as_bytes());
        assert!(!linked, "the program is linked with {library}");
    }
}

/// What a camera put beside its picture is shown where it is as large as what is made, and a copy of all of it.
#[tokio::test]
async fn a_smaller_copy_that_is_large_enough() {
    let Ok(_) = std::process::Command::new("ffmpeg").arg("-version").output() else {
        println!("SKIPPED: there is no ffmpeg (deploy/bootstrap install test)");
        return;
    };
    let turned = || vec![boxed(*b"irot", &[&[1]])];
    for (what, size, primaries, transformations, is_shown) in [
        ("as large as needed", (96, 64), 1, Vec::new(), true),
        ("a pixel less", (95, 63), 1, Vec::new(), true),
        ("turned with the picture", (96, 64), 1, turned(), true),
        ("too small", (48, 32), 1, Vec::new(), false),
        ("of another shape", (96, 80), 1, Vec::new(), false),
        ("in other colours", (96, 64), 12, Vec::new(), false),
    ] {
        let made = Made {
            transformations: transformations.clone(),
            ..Made::new(Codec::Av1, [1.0; 3])
        };
        let mut options = options();
        options.preview.size = Some(64);
        options.thumbnail.size = Some(32);
        let file = made.with_copy(size, primaries);
        let pictures = maker()
            .make(file, "a.avif", options, &CancellationToken::new())
            .await
            .unwrap();
        let preview = seen(&pictures.preview.bytes).into_rgb8();
        let is_turned = !transformations.is_empty();
        assert_eq!(
            preview.dimensions(),
            if is_turned { (64, 96) } else { (96, 64) },
            "{what}"
        );
        let (x, y) = if is_turned { (20, 95 - 70) } else { (70, 20) };
        let [red, ..] = preview.get_pixel(x, y).0;
        let [of_picture, ..] = ordinary().get_pixel(140, 40).0;
        let expected = if is_shown { !of_picture } else { of_picture };
        assert!(red.abs_diff(expected) < 12, "{what}: {red} is not {expected}");
        let original = (pictures.original.width, pictures.original.height);
        assert_eq!(original, if is_turned { (128, 192) } else { (192, 128) }, "{what}");
    }
}
