//! SVG.

use std::fmt::Write as _;
use std::time::Instant;

use safelight_core::jobs::JobError;

use super::damage::permanent;
use super::{CORNERS, assert_near, corners, render, sample, seen, try_render};

fn drawing(inside: &str) -> Vec<u8> {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"64\" height=\"48\">{inside}</svg>"
    )
    .into_bytes()
}

#[tokio::test]
async fn fields_are_drawn_as_large_as_a_preview() {
    let pictures = render("fields.svg").await;
    let picture = seen(&pictures.preview.bytes).into_rgb8();
    assert_eq!(picture.dimensions(), (1920, 1440));
    for (found, expected) in corners(&picture).into_iter().zip(CORNERS) {
        assert_near(found, expected, 4, "fields.svg");
    }
    assert!(!pictures.is_transparent);
}

#[tokio::test]
async fn what_is_not_drawn_is_transparent() {
    super::assert_transparent("alpha.svg").await;
}

#[tokio::test]
async fn text_is_drawn_with_the_fonts_that_the_machine_has() {
    if !std::path::Path::new("/usr/share/fonts").exists() {
        eprintln!("SKIPPED: there are no fonts on this machine");
        return;
    }
    // A drawing that names no font means one that few machines have.
    let text = "<rect width='64' height='48' fill='white'/><text x='4' y='34' font-size='24'>Hello</text>";
    let pictures = try_render(drawing(text), "text.svg").await.unwrap();
    let picture = seen(&pictures.preview.bytes).into_luma8();
    let dark = picture.pixels().filter(|pixel| pixel.0[0] < 64).count();
    assert!(
        dark * 50 > picture.pixels().len(),
        "{dark} of {} pixels are dark",
        picture.pixels().len()
    );
}

#[tokio::test]
async fn text_of_a_font_that_is_not_there_is_no_damage() {
    let text = "<rect width='64' height='48' fill='white'/><text y='30' font-family='None Such, sans-serif' font-size='20'>Ag</text>";
    assert!(try_render(drawing(text), "text.svg").await.is_ok());
}

/// A picture beside the drawing, one of the system and one on the network: none of them is looked at.
#[tokio::test]
async fn nothing_outside_of_the_file_is_read() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("secret.png");
    image::RgbImage::from_pixel(8, 8, image::Rgb([255, 0, 0]))
        .save(&path)
        .unwrap();
    for href in [
        path.display().to_string(),
        format!("file://{}", path.display()),
        "http://127.0.0.1:1/a.png".into(),
    ] {
        let inside =
            format!("<rect width='64' height='48' fill='white'/><image width='64' height='48' xlink:href='{href}'/>");
        let pictures = try_render(drawing(&inside), "href.svg").await.unwrap();
        assert_near(
            corners(&seen(&pictures.preview.bytes).into_rgb8())[0],
            [255; 3],
            2,
            &href,
        );
    }
    let mut entity = b"<!DOCTYPE svg [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>".to_vec();
    entity.extend(drawing("<text>&e;</text>"));
    match try_render(entity, "entity.svg").await {
        Ok(_) | Err(JobError::Permanent(_)) => {}
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_million_elements_are_too_many_or_drawn() {
    let many = drawing(&"<g/>".repeat(1_000_000));
    permanent_or_drawn(many, "many.svg").await;
}

#[tokio::test]
async fn elements_nested_without_end_are_refused() {
    let deep = drawing(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000)));
    let reason = permanent(try_render(deep, "deep.svg").await, "deep.svg");
    assert!(reason.contains("SVG"), "{reason}");
}

/// Ten times ten times ten: nine levels are a thousand million squares.
#[tokio::test]
async fn uses_of_uses_are_refused() {
    let mut inside = String::from("<defs><rect id='a0' width='1' height='1'/>");
    for level in 1..10 {
        let uses = format!("<use xlink:href='#a{}'/>", level - 1).repeat(10);
        write!(inside, "<g id='a{level}'>{uses}</g>").unwrap();
    }
    inside.push_str("</defs><use xlink:href='#a9'/>");
    let reason = permanent(try_render(drawing(&inside), "uses.svg").await, "uses.svg");
    assert!(reason.contains("SVG"), "{reason}");
    // One that uses itself.
    permanent_or_drawn(drawing("<g id='a'><use xlink:href='#a'/></g>"), "loop.svg").await;
}

#[tokio::test]
async fn entities_of_entities_are_refused() {
    let mut bytes = String::from("<!DOCTYPE svg [<!ENTITY a0 'aaaaaaaaaa'>");
    for level in 1..10 {
        let parts = format!("&a{};", level - 1).repeat(10);
        write!(bytes, "<!ENTITY a{level} '{parts}'>").unwrap();
    }
    bytes.push_str("]>");
    let bytes = [bytes.into_bytes(), drawing("<text>&a9;</text>")].concat();
    let reason = permanent(try_render(bytes, "laughs.svg").await, "laughs.svg");
    assert!(reason.contains("SVG"), "{reason}");
}

/// A white sheet with `inside` on it, as the text of a link to data.
fn with_inside(kind: &str, inside: &[u8]) -> Vec<u8> {
    let data = inside.iter().fold(String::new(), |mut data, byte| {
        write!(data, "%{byte:02X}").unwrap();
        data
    });
    drawing(&format!(
        "<rect width='64' height='48' fill='white'/><image width='64' height='48' preserveAspectRatio='none' xlink:href='data:image/{kind},{data}'/>"
    ))
}

#[tokio::test]
async fn pictures_inside_are_drawn_unless_they_are_vast_or_packed() {
    let corner = async |bytes: Vec<u8>| {
        let pictures = try_render(bytes, "inside.svg").await.unwrap();
        corners(&seen(&pictures.preview.bytes).into_rgb8())[0]
    };
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(8, 6, image::Rgb(CORNERS[0]));
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let mut png = png.into_inner();
    assert_near(
        corner(with_inside("png", &png)).await,
        CORNERS[0],
        4,
        "a picture inside",
    );
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    assert_near(corner(with_inside("png", &png)).await, [255; 3], 2, "a vast one");
    assert_near(
        corner(with_inside("svg+xml", &sample("fields.svg"))).await,
        CORNERS[0],
        4,
        "a drawing",
    );
    let packed = [b"\x1F\x8B\x08\0\0\0\0\0\0\x03".as_slice(), &[0xAA; 64]].concat();
    assert_near(
        corner(with_inside("svg+xml", &packed)).await,
        [255; 3],
        2,
        "a packed one",
    );
}

/// A packed drawing is not a drawing here, so that nothing is unpacked without an end.
#[tokio::test]
async fn a_packed_drawing_is_not_read() {
    let packed = [b"\x1F\x8B\x08\0\0\0\0\0\0\x03".as_slice(), &[0xAA; 64]].concat();
    let reason = permanent(try_render(packed, "bomb.svgz").await, "bomb.svgz");
    assert!(reason.contains("not a picture"), "{reason}");
}

#[tokio::test]
async fn absurd_sizes_are_refused() {
    let sized = |size: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' {size}><rect width='9' height='9'/></svg>").into_bytes()
    };
    let large = permanent(
        try_render(sized("width='60000' height='60000'"), "large.svg").await,
        "large.svg",
    );
    assert!(large.contains("SAFELIGHT_MAX_PIXELS"), "{large}");
    for size in [
        "width='0' height='0'",
        "width='-5' height='5'",
        "width='1e300' height='1e300'",
        "width='NaN' height='1'",
    ] {
        permanent_or_drawn(sized(size), size).await;
    }
}

#[tokio::test]
async fn a_cut_drawing_is_refused() {
    let whole = sample("fields.svg");
    let reason = permanent(
        try_render(whole[..whole.len() / 2].to_vec(), "cut.svg").await,
        "cut.svg",
    );
    assert!(reason.contains("SVG"), "{reason}");
}

async fn permanent_or_drawn(bytes: Vec<u8>, what: &str) {
    let begun = Instant::now();
    match try_render(bytes, "a.svg").await {
        Ok(_) | Err(JobError::Permanent(_)) => {}
        Err(other) => panic!("{what} after {:?}: {other:?}", begun.elapsed()),
    }
}
