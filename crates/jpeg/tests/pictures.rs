//! Pictures through both ways, looked at by another decoder.

use safelight_jpeg::{Channels, Damage, Output, Picture, ReadError, Reader, WriteError, write};
use turbojpeg::{Image, PixelFormat};

const WIDTH: u32 = 333;
const HEIGHT: u32 = 301;

/// Slopes with some noise in the lower half, which a sample of the upper rows would not know.
fn samples() -> Vec<u8> {
    let mut noise = 1_u32;
    let of = |x: u32, y: u32, channel: u32, noise: &mut u32| {
        *noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = if y > HEIGHT / 2 { *noise >> 26 } else { 0 };
        u8::try_from((x * (channel + 1) / 2 + y / 2 + grain) % 256).unwrap()
    };
    (0..HEIGHT)
        .flat_map(|y| (0..WIDTH).flat_map(move |x| (0..3).map(move |channel| (x, y, channel))))
        .map(|(x, y, channel)| of(x, y, channel, &mut noise))
        .collect()
}

fn output(halves_colours: bool, progressive: bool) -> Output {
    Output {
        quality: 80,
        halves_colours,
        progressive,
    }
}

fn written(output: Output) -> Vec<u8> {
    let samples = samples();
    let picture = Picture {
        samples: &samples,
        width: WIDTH,
        height: HEIGHT,
    };
    write(picture, output).unwrap()
}

/// What the peer's interface makes of the same samples.
fn by_turbojpeg(output: Output) -> Vec<u8> {
    let samples = samples();
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_quality(i32::from(output.quality)).unwrap();
    let subsamp = if output.halves_colours {
        turbojpeg::Subsamp::Sub2x2
    } else {
        turbojpeg::Subsamp::None
    };
    compressor.set_subsamp(subsamp).unwrap();
    compressor.set_optimize(true).unwrap();
    compressor.set_progressive(output.progressive).unwrap();
    let image = Image {
        pixels: &samples[..],
        width: WIDTH as usize,
        pitch: WIDTH as usize * 3,
        height: HEIGHT as usize,
        format: PixelFormat::RGB,
    };
    compressor.compress_to_vec(image).unwrap()
}

fn decoded(file: &[u8]) -> Vec<u8> {
    turbojpeg::decompress(file, PixelFormat::RGB).unwrap().pixels
}

/// Reads in uneven portions, into rows that have gaps between them.
fn read(file: &[u8], scale: u32) -> Result<(u32, u32, Vec<u8>, Option<Damage>), ReadError> {
    let mut reader = Reader::new(file, Channels::Rgb, scale, 100)?;
    let (length, gap) = (reader.width() as usize * 3, 5);
    let mut samples = Vec::new();
    let mut left = reader.height();
    while left > 0 {
        let rows = left.min(37);
        let mut part = vec![0; (length + gap) * rows as usize];
        reader.read(&mut part, length + gap, rows)?;
        samples.extend(part.chunks(length + gap).flat_map(|row| row[..length].to_vec()));
        left -= rows;
    }
    Ok((reader.width(), reader.height(), samples, reader.damage()))
}

#[test]
fn what_is_written_has_the_pixels_that_the_other_interface_writes_and_is_hardly_larger() {
    for (halves_colours, progressive) in [(false, false), (true, false), (false, true), (true, true)] {
        let output = output(halves_colours, progressive);
        let (ours, theirs) = (written(output), by_turbojpeg(output));
        assert!(decoded(&ours) == decoded(&theirs), "{output:?}");
        assert!(
            ours.len() * 100 <= theirs.len() * 103,
            "{output:?}: {} and {}",
            ours.len(),
            theirs.len()
        );
    }
}

#[test]
fn rows_are_the_rows_of_the_whole_picture() {
    let file = written(output(true, false));
    for scale in [1, 2, 4, 8] {
        let mut whole = turbojpeg::Decompressor::new().unwrap();
        whole
            .set_scaling_factor(turbojpeg::ScalingFactor::new(1, scale as usize))
            .unwrap();
        let (width, height, samples, damage) = read(&file, scale).unwrap();
        assert_eq!((width, height), (WIDTH.div_ceil(scale), HEIGHT.div_ceil(scale)));
        let mut pixels = vec![0; samples.len()];
        let image = Image {
            pixels: &mut pixels[..],
            width: width as usize,
            pitch: width as usize * 3,
            height: height as usize,
            format: PixelFormat::RGB,
        };
        whole.decompress(&file, image).unwrap();
        assert!(samples == pixels, "at 1/{scale}");
        assert_eq!(damage, None);
    }
}

#[test]
fn damage_is_told_by_how_bad_it_is() {
    let file = written(output(false, false));
    let cut = &file[..file.len() / 2];
    assert!(matches!(read(cut, 1), Ok((.., Some(Damage::MissingParts(_))))));
    let mut wrong = file.clone();
    // A marker that has no business there.
    wrong.splice(file.len() / 2..file.len() / 2, [0xFF, 0xD3]);
    assert!(matches!(read(&wrong, 1), Ok((.., Some(Damage::WrongParts(_))))));
    let mut extra = file.clone();
    let end = extra.len() - 2;
    extra.splice(end..end, [1, 2, 3]);
    assert!(matches!(read(&extra, 1), Ok((.., None | Some(Damage::Harmless(_))))));
    assert!(matches!(read(b"no picture", 1), Err(ReadError::Unreadable(text)) if text.contains("Not a JPEG")));
    assert!(matches!(read(&file[..20], 1), Err(ReadError::Unreadable(_))));
}

#[test]
fn too_many_scans_and_too_little_room_are_refused() {
    let file = written(output(false, true));
    let Err(ReadError::Unreadable(text)) = Reader::new(&file, Channels::Rgb, 1, 2) else {
        panic!("it has more scans than that");
    };
    assert!(text.contains("more than 2 scans"), "{text}");
    let mut reader = Reader::new(&file, Channels::Rgb, 1, 100).unwrap();
    assert_eq!(reader.read(&mut [0; 100], 999, 1), Err(ReadError::NoRoom));
    assert_eq!(reader.read(&mut [0; 999], 998, 1), Err(ReadError::NoRoom));
    assert_eq!(reader.read(&mut [0; 999], 999, 1), Ok(()));
}

#[test]
fn a_picture_that_is_none_is_refused() {
    let empty = Picture {
        samples: &[],
        width: 0,
        height: 10,
    };
    assert!(matches!(
        write(empty, output(false, false)),
        Err(WriteError::Refused(_))
    ));
    let short = Picture {
        samples: &[0; 10],
        width: 2,
        height: 2,
    };
    assert_eq!(write(short, output(false, false)), Err(WriteError::Length));
}
