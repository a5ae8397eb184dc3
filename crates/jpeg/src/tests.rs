//! Pictures through both ways, looked at by another decoder.

use crate::{Channels, Damage, Output, Picture, PlaneReader, ReadError, Reader, Room, WriteError, write};
use turbojpeg::{Image, PixelFormat};

use crate::reader::size;

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
        width: size(WIDTH),
        pitch: size(WIDTH) * 3,
        height: size(HEIGHT),
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
    let (length, gap) = (size(reader.width()) * 3, 5);
    let mut samples = Vec::new();
    let mut left = reader.height();
    while left > 0 {
        let rows = left.min(37);
        let mut part = vec![0; (length + gap) * size(rows)];
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
            .set_scaling_factor(turbojpeg::ScalingFactor::new(1, size(scale)))
            .unwrap();
        let (width, height, samples, damage) = read(&file, scale).unwrap();
        assert_eq!((width, height), (WIDTH.div_ceil(scale), HEIGHT.div_ceil(scale)));
        let mut pixels = vec![0; samples.len()];
        let image = Image {
            pixels: &mut pixels[..],
            width: size(width),
            pitch: size(width) * 3,
            height: size(height),
            format: PixelFormat::RGB,
        };
        whole.decompress(&file, image).unwrap();
        assert!(samples == pixels, "at 1/{scale}");
        assert_eq!(damage, None);
    }
}

/// All rows of the planes, without what lies beside them.
fn planes(file: &[u8], scale: u32) -> Vec<Vec<u8>> {
    let mut reader = PlaneReader::new(file, scale, 100).unwrap().unwrap();
    let infos = *reader.planes();
    let mut bytes = infos.map(|plane| vec![0; size(plane.written) * size(plane.rows)]);
    let mut whole = infos.map(|_| Vec::new());
    while whole[0].len() < size(infos[0].width) * size(infos[0].height) {
        let [first, second, third] = &mut bytes;
        let mut number = 0;
        let mut rooms = [first, second, third].map(|bytes| {
            let stride = size(infos[number].written);
            number += 1;
            Room { bytes, stride }
        });
        reader.read(&mut rooms).unwrap();
        for ((whole, bytes), plane) in whole.iter_mut().zip(&bytes).zip(&infos) {
            whole.extend(
                bytes
                    .chunks(size(plane.written))
                    .flat_map(|row| row[..size(plane.width)].to_vec()),
            );
        }
    }
    for (whole, plane) in whole.iter_mut().zip(&infos) {
        whole.truncate(size(plane.width) * size(plane.height));
    }
    assert_eq!(reader.damage(), None);
    whole.to_vec()
}

#[test]
fn planes_are_what_rows_are_made_of() {
    for scale in [1, 2, 4, 8] {
        let file = written(output(false, false));
        let planes = planes(&file, scale);
        let (_, _, samples, _) = read(&file, scale).unwrap();
        for (at, pixel) in samples.chunks(3).enumerate() {
            let [y, blue, red] = [0, 1, 2].map(|number| f64::from(planes[number][at]));
            let (blue, red) = (blue - 128.0, red - 128.0);
            let rgb = [
                y + 1.402 * red,
                y - 0.344_136 * blue - 0.714_136 * red,
                y + 1.772 * blue,
            ];
            for (plane, row) in rgb.iter().zip(pixel) {
                assert!(
                    (plane.clamp(0.0, 255.0) - f64::from(*row)).abs() <= 1.0,
                    "{at} at 1/{scale}"
                );
            }
        }
    }
}

#[test]
fn colours_of_half_the_resolution_are_not_enlarged_unless_that_costs_nothing() {
    for progressive in [false, true] {
        let file = written(output(true, progressive));
        let sizes = |scale: u32| {
            let reader = PlaneReader::new(&file, scale, 100).unwrap().unwrap();
            reader.planes().map(|plane| (plane.width, plane.height, plane.covered))
        };
        let colour = (167, 151, (166.5, 150.5));
        assert_eq!(sizes(1), [(333, 301, (333.0, 301.0)), colour, colour]);
        assert_eq!(sizes(2), [(167, 151, (166.5, 150.5)); 3]);
        let planes = planes(&file, 1);
        assert_eq!(planes[1].len(), 167 * 151);
    }
}

#[test]
fn what_has_no_planes_has_no_reader_for_them() {
    let grey = Image {
        pixels: &[7_u8; 64][..],
        width: 8,
        pitch: 8,
        height: 8,
        format: PixelFormat::GRAY,
    };
    let file = turbojpeg::compress(grey, 90, turbojpeg::Subsamp::Gray).unwrap();
    assert!(matches!(PlaneReader::new(&file, 1, 100), Ok(None)));
    assert!(matches!(
        PlaneReader::new(b"nothing", 1, 100),
        Err(ReadError::Unreadable(_))
    ));
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
fn a_picture_without_its_last_marker_is_whole_and_one_without_its_last_rows_is_not() {
    for (halves_colours, progressive) in [(true, false), (false, true), (true, true)] {
        let file = written(output(halves_colours, progressive));
        let missing = |count: usize| {
            let cut = &file[..file.len() - count];
            let (.., damage) = read(cut, 1).unwrap();
            damage
        };
        let (.., whole, _) = read(&file, 1).unwrap();
        for count in [1, 2] {
            assert_eq!(missing(count), None, "progressive: {progressive}, without {count}");
            let (.., samples, _) = read(&file[..file.len() - count], 1).unwrap();
            assert!(samples == whole, "without {count}");
        }
        for count in [12, 100, file.len() / 4, file.len() / 2] {
            let damage = missing(count);
            assert!(
                matches!(damage, Some(Damage::MissingParts(_))),
                "without {count}: {damage:?}"
            );
        }
    }
}

/// The last pass is left out as a whole, so nothing is cut in half.
#[test]
fn a_picture_in_passes_needs_the_last_one() {
    let file = written(output(true, true));
    let scans: Vec<usize> = file
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == [0xFF, 0xDA])
        .map(|(at, _)| at)
        .collect();
    let (.., damage) = read(&file[..*scans.last().unwrap()], 1).unwrap();
    assert!(matches!(damage, Some(Damage::MissingParts(_))), "{damage:?}");
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
