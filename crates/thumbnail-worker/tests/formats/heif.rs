//! HEIC and AVIF.

use libheif_rs::{DecoderDescriptor, LibHeif};
use thumbnail_worker::pipeline::{PictureOptions, Size};
use tokio_util::sync::CancellationToken;

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
