//! Pages made here, byte by byte.

use crate::{Page, Photometric, SampleFormat, TiffError};

/// Most bytes at once.
const MOST: u64 = 1 << 20;

/// A little-endian file of one page: entries of (tag, type, values), the strip behind them.
fn file(entries: &[(u16, u16, Vec<u32>)], strip: &[u8]) -> Vec<u8> {
    let end = 8 + 2 + (entries.len() + 2) * 12 + 4;
    let mut directory = Vec::new();
    let mut beyond = Vec::new();
    let strip_at = u32::try_from(end + 64).unwrap();
    let length = u32::try_from(strip.len()).unwrap();
    let mut all = entries.to_vec();
    all.push((273, 4, vec![strip_at]));
    all.push((279, 4, vec![length]));
    all.sort_by_key(|(tag, ..)| *tag);
    for (tag, kind, values) in &all {
        directory.extend(tag.to_le_bytes());
        directory.extend(kind.to_le_bytes());
        directory.extend(u32::try_from(values.len()).unwrap().to_le_bytes());
        let mut bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes()[..if *kind == 3 { 2 } else { 4 }].to_vec())
            .collect();
        if bytes.len() > 4 {
            directory.extend(u32::try_from(end + beyond.len()).unwrap().to_le_bytes());
            beyond.append(&mut bytes);
        } else {
            bytes.resize(4, 0);
            directory.append(&mut bytes);
        }
    }
    beyond.resize(64, 0);
    let count = u16::try_from(all.len()).unwrap();
    [
        b"II*\0\x08\0\0\0".as_slice(),
        &count.to_le_bytes(),
        &directory,
        &[0; 4],
        &beyond,
        strip,
    ]
    .concat()
}

fn rgb(width: u32, height: u32) -> Vec<(u16, u16, Vec<u32>)> {
    vec![
        (256, 4, vec![width]),
        (257, 4, vec![height]),
        (258, 3, vec![8, 8, 8]),
        (259, 3, vec![1]),
        (262, 3, vec![2]),
        (277, 3, vec![3]),
        (278, 4, vec![height]),
    ]
}

#[test]
fn a_plain_page_is_what_it_says() {
    let strip: Vec<u8> = (0..12).collect();
    let file = file(&rgb(2, 2), &strip);
    let mut page = Page::open(&file, MOST).unwrap();
    let facts = *page.facts();
    assert_eq!((facts.width, facts.height, facts.bits, facts.samples), (2, 2, 8, 3));
    assert_eq!((facts.piece_width, facts.piece_height, facts.piece_bytes), (2, 2, 12));
    assert_eq!(
        (facts.photometric, facts.format),
        (Some(Photometric::Rgb), SampleFormat::Unsigned)
    );
    assert!(facts.has_decoder && !facts.tiled && facts.planes == 1);
    let mut bytes = [0; 12];
    assert_eq!(page.piece(0, &mut bytes), Ok(12));
    assert_eq!(bytes[..], strip);
    let mut colours = [0; 6];
    page.colours(1, &mut colours).unwrap();
    assert_eq!(colours[..], strip[6..]);
    assert_eq!(page.colours(1, &mut [0; 12]), Err(TiffError::NoRoom));
    assert!(page.piece(7, &mut bytes).is_err());
    assert!(page.profile().is_none() && page.palette().is_none());
}

#[test]
fn colours_of_half_the_resolution_come_as_colours() {
    let mut entries = rgb(2, 2);
    entries[4].2 = vec![6];
    entries.push((530, 3, vec![2, 2]));
    // Four times brightness, then blue and red for all of them.
    let file = file(&entries, &[76, 76, 76, 76, 85, 255]);
    let mut page = Page::open(&file, MOST).unwrap();
    let mut colours = [0; 12];
    page.colours(0, &mut colours).unwrap();
    for pixel in colours.chunks(3) {
        assert!(
            pixel[0] >= 250 && pixel[1] <= 5 && pixel[2] <= 5,
            "{pixel:?} is not red"
        );
    }
}

#[test]
fn what_ends_early_is_told_apart_from_what_is_damaged() {
    let whole = file(&rgb(20, 20), &[7; 1200]);
    let cut = &whole[..whole.len() - 600];
    let mut page = Page::open(cut, MOST).unwrap();
    assert!(matches!(page.piece(0, &mut [0; 1200]), Err(TiffError::Ends(_))));
    assert!(Page::open(&whole[..40], MOST).is_err());
    assert!(Page::open(b"no picture", MOST).is_err());
    for end in 0..whole.len().min(200) {
        drop(Page::open(&whole[..end], MOST));
    }
}
