//! BMP and GIF.

use super::{CORNERS, assert_near, assert_transparent, assert_upright, preview, seen, try_render};

#[tokio::test]
async fn bmp_of_every_kind() {
    for name in ["rgb24.bmp", "palette8.bmp"] {
        assert_upright(&preview(name).await, (32, 24), 4, name);
    }
    assert_transparent("rgba32.bmp").await;
    let bilevel = preview("bilevel.bmp").await;
    assert_near(bilevel.get_pixel(3, 3).0, [0; 3], 3, "black");
    assert_near(bilevel.get_pixel(28, 3).0, [255; 3], 3, "white");
}

/// Four colours in runs, upper row last, as the format wants.
#[tokio::test]
async fn bmp_in_runs() {
    let mut file = b"BM".to_vec();
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    file.extend(words(&[0, 0, 14 + 40 + 16]));
    file.extend(words(&[40, 16, 16, 1 | 8 << 16, 1, 0, 0, 0, 4, 0]));
    for [red, green, blue] in CORNERS {
        file.extend([blue, green, red, 0]);
    }
    for (left, right) in std::iter::repeat_n((2, 3), 8).chain(std::iter::repeat_n((0, 1), 8)) {
        file.extend([8, left, 8, right, 0, 0]);
    }
    file.extend([0, 1]);
    let pictures = try_render(file, "runs.bmp").await.unwrap();
    assert_upright(&seen(&pictures.preview.bytes).into_rgb8(), (16, 16), 6, "runs");
}

#[tokio::test]
async fn gif() {
    assert_upright(&preview("plain.gif").await, (32, 24), 4, "plain.gif");
}

fn animation(frames: &[(u16, u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette: Vec<u8> = CORNERS.concat();
    let mut encoder = gif::Encoder::new(&mut bytes, 40, 30, &palette).unwrap();
    for &(left, colour) in frames {
        let mut pixels = vec![colour; 20 * 30];
        // One clear pixel per row.
        pixels.iter_mut().step_by(20).for_each(|pixel| *pixel = 3);
        let frame = gif::Frame {
            left,
            width: 20,
            height: 30,
            transparent: Some(3),
            buffer: pixels.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

#[tokio::test]
async fn the_first_frame_of_an_animation_lies_on_its_canvas() {
    let pictures = try_render(animation(&[(20, 0), (0, 1)]), "runs.gif").await.unwrap();
    assert!(pictures.is_transparent);
    let thumbnail = seen(&pictures.thumbnail.bytes).into_rgba8();
    assert_eq!(thumbnail.dimensions(), (40, 30));
    assert_eq!(thumbnail.get_pixel(5, 15).0[3], 0, "nothing is drawn there");
    assert_eq!(thumbnail.get_pixel(20, 15).0[3], 0, "the clear pixel of the frame");
    let [r, g, b, alpha] = thumbnail.get_pixel(30, 15).0;
    assert_eq!(alpha, 255);
    assert_near([r, g, b], CORNERS[0], 8, "the first frame");
}

/// Writers that get the canvas wrong mean the frame.
#[tokio::test]
async fn a_canvas_is_as_large_as_its_first_frame() {
    let pictures = try_render(animation(&[(35, 1)]), "out.gif").await.unwrap();
    let thumbnail = seen(&pictures.thumbnail.bytes).into_rgba8();
    assert_eq!(thumbnail.dimensions(), (55, 30));
    let alpha = |x| thumbnail.get_pixel(x, 15).0[3];
    assert_eq!((alpha(20), alpha(38), alpha(53)), (0, 255, 255));
    let mut small = animation(&[(0, 1)]);
    // Six bytes of signature, then the canvas.
    small[6..10].copy_from_slice(&[4, 0, 4, 0]);
    let pictures = try_render(small, "small.gif").await.unwrap();
    assert_eq!((pictures.original.width, pictures.original.height), (20, 30));
}
