//! Real photos, from upload to pictures.

use std::time::Duration;

use safelight_tests::client::NewUpload;
use safelight_tests::media::{files_in, test_media};
use safelight_tests::{TestSystem, media};

/// How long all test media may take on a busy machine.
const LONG: Duration = Duration::from_secs(180);

/// The shorter edge of a preview, in pixels, and of a thumbnail.
const PREVIEW: u32 = 1440;
const THUMBNAIL: u32 = 250;

fn shorter(picture: &image::DynamicImage) -> u32 {
    picture.width().min(picture.height())
}

#[tokio::test]
async fn every_photo_ends_with_a_preview_and_a_thumbnail() {
    let Some(folder) = test_media() else { return };
    let files = files_in(&folder, &["jpg", "jpeg", "png", "webp", "heic", "avif", "jxl"]);
    assert!(!files.is_empty(), "no photos in {}", folder.display());
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut uploaded = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let file = NewUpload::new(name, std::fs::read(path).unwrap());
        uploaded.push((path, admin.upload(&file).await.unwrap()));
    }
    system.queues_idle(&admin, LONG).await.unwrap();
    for (path, asset) in uploaded.iter().filter(|(_, asset)| asset.created) {
        let told = admin.get_json(&format!("/api/assets/{}", asset.id)).await.unwrap();
        assert!(told["thumbhash"].is_string(), "{}: {told}", path.display());
        let side = |name: &str| u32::try_from(told[name].as_u64().unwrap()).unwrap();
        let (width, height) = (side("width"), side("height"));
        if let Ok(original) = image::open(path) {
            // Some are stored on their side.
            let sides = [(width, height), (height, width)];
            assert!(
                sides.contains(&(original.width(), original.height())),
                "{}",
                path.display()
            );
        }
        for (size, edge, format) in [
            ("preview", PREVIEW, image::ImageFormat::Jpeg),
            ("thumbnail", THUMBNAIL, image::ImageFormat::WebP),
        ] {
            let url = format!("/api/assets/{}/thumbnail?size={size}", asset.id);
            let answer = admin.get(&url).await.unwrap().expect(200).unwrap();
            assert_eq!(
                image::guess_format(&answer.body).unwrap(),
                format,
                "{} {size}",
                path.display()
            );
            let picture = image::load_from_memory(&answer.body).unwrap();
            assert_eq!(
                shorter(&picture),
                edge.min(width.min(height)),
                "{} {size}",
                path.display()
            );
            assert!(
                !answer.body.windows(6).any(|window| window == b"Exif\0\0"),
                "{} {size} has EXIF",
                path.display()
            );
            let extension = path.extension().unwrap().to_str().unwrap();
            if let Some((_, reference)) = REFERENCES.iter().find(|(name, _)| *name == extension) {
                let differs = difference(&picture, &image::load_from_memory(reference).unwrap());
                assert!(differs < 4.0, "{} {size} differs by {differs}", path.display());
            }
        }
    }
}

/// What other decoders make of the test media of a format, at 32 x 24 pixels: Pillow with libheif and libavif, djxl.
const REFERENCES: [(&str, &[u8]); 3] = [
    ("heic", include_bytes!("photos/heic.png")),
    ("avif", include_bytes!("photos/avif.png")),
    ("jxl", include_bytes!("photos/jxl.png")),
];

/// Mean difference of the samples, 0 to 255, once both are of the size of the reference.
fn difference(picture: &image::DynamicImage, reference: &image::DynamicImage) -> f64 {
    let small = picture.resize_exact(
        reference.width(),
        reference.height(),
        image::imageops::FilterType::Triangle,
    );
    let (small, reference) = (small.into_rgb8(), reference.to_rgb8());
    let differences = small
        .iter()
        .zip(reference.iter())
        .map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / f64::from(reference.width() * reference.height() * 3)
}

#[tokio::test]
async fn dates_and_places_come_from_the_file() {
    let Some(folder) = test_media() else { return };
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let path = folder.join("metadata/gps-position/thompson-springs.jpg");
    let file = NewUpload::new("thompson-springs.jpg", std::fs::read(path).unwrap());
    let id = admin.upload(&file).await.unwrap().id;
    let undated = admin
        .upload(&NewUpload::new("undated.png", media::png()))
        .await
        .unwrap()
        .id;
    system.queues_idle(&admin, LONG).await.unwrap();
    let told = admin.get_json(&format!("/api/assets/{id}")).await.unwrap();
    assert_eq!(told["localDateTime"], "2022-01-10T15:15:44.310Z");
    assert_eq!(told["fileCreatedAt"], "2022-01-10T22:15:44.310Z");
    assert_eq!(told["exifInfo"]["latitude"].as_f64(), Some(39.115));
    assert_eq!(told["exifInfo"]["longitude"].as_f64(), Some(-108.400_968));
    let told = admin.get_json(&format!("/api/assets/{undated}")).await.unwrap();
    assert_eq!(told["fileCreatedAt"], safelight_tests::client::UPLOAD_DATE);
}
