//! Films that ffmpeg does not write: its own with a box put in, and tapes that were read into an AVI as they are.

use anyhow::{Context as _, Result, ensure};

/// A box of an MP4.
///
/// # Panics
/// When it is too long for its length, which nothing in a test is.
#[expect(clippy::expect_used, reason = "what is made for a test is short")]
pub fn mp4_box(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).expect("a short box");
    [&length.to_be_bytes()[..], &name, content].concat()
}

/// A chunk of a RIFF file.
fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let padding = vec![0; content.len() % 2];
    [&name[..], &length.to_le_bytes(), content, &padding].concat()
}

/// Puts a box at the end of the first sample entry of this name (`hvc1`) of an MP4 whose index comes last.
///
/// # Errors
/// There is no such entry, or something follows the index.
pub fn in_sample_entry(film: &[u8], entry: [u8; 4], added: &[u8]) -> Result<Vec<u8>> {
    let path = [
        (*b"moov", 0),
        (*b"trak", 0),
        (*b"mdia", 0),
        (*b"minf", 0),
        (*b"stbl", 0),
        (*b"stsd", 8),
        (entry, 0),
    ];
    let heads = find(film, 0..film.len(), &path).context("no such sample entry")?;
    let (index, last) = (heads.first().context("no index")?, heads.last().context("no entry")?);
    ensure!(
        index + length_at(film, *index)? == film.len(),
        "the index is not the last box"
    );
    let end = last + length_at(film, *last)?;
    let mut made = film.to_vec();
    for head in heads {
        let longer = u32::try_from(length_at(film, head)? + added.len())?;
        made.get_mut(head..head + 4)
            .context("no head")?
            .copy_from_slice(&longer.to_be_bytes());
    }
    made.splice(end..end, added.iter().copied());
    Ok(made)
}

fn length_at(film: &[u8], at: usize) -> Result<usize> {
    let head = film.get(at..).and_then(|rest| rest.first_chunk()).context("no head")?;
    Ok(usize::try_from(u32::from_be_bytes(*head))?)
}

/// Where the boxes of a path begin: their names, and how many bytes stand in each before the boxes in it.
fn find(film: &[u8], within: std::ops::Range<usize>, path: &[([u8; 4], usize)]) -> Option<Vec<usize>> {
    let Some(((name, before), rest)) = path.split_first() else {
        return Some(Vec::new());
    };
    let mut at = within.start;
    while at + 8 <= within.end {
        let length = length_at(film, at).ok().filter(|length| *length >= 8)?;
        if film.get(at + 4..at + 8)? == name
            && let Some(mut found) = find(film, at + 8 + before..at + length, rest)
        {
            found.insert(0, at);
            return Some(found);
        }
        at += length;
    }
    None
}

/// The configuration record of Dolby Vision (Dolby Vision Streams Within the ISO Base Media File Format, 3.2) of a film of one layer.
pub fn dolby_vision(profile: u8, compatibility: u8) -> Vec<u8> {
    let name = if profile > 7 { *b"dvvC" } else { *b"dvcC" };
    // Version 1.0, level 4, with its metadata and a base layer.
    let mut record = vec![1, 0, profile << 1, (4 << 3) + 0b101, compatibility << 4];
    record.resize(24, 0);
    mp4_box(name, &record)
}

/// Frames of DV (PAL, as ffmpeg writes them) in an AVI of type 1: one stream that holds pictures and sound.
///
/// # Errors
/// These are no such frames.
pub fn avi_of_tape(tape: &[u8]) -> Result<Vec<u8>> {
    const FRAME: u32 = 144_000;
    const RATE: u32 = 25;
    // Width, and height above it.
    const SIZE: u32 = 720 + (576 << 16);
    let frames: Vec<&[u8]> = tape.chunks(usize::try_from(FRAME)?).collect();
    ensure!(
        frames.iter().all(|frame| frame.first_chunk() == Some(&[0x1f, 7, 0])),
        "no tape"
    );
    let count = u32::try_from(frames.len())?;
    let numbers = |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|number| number.to_le_bytes()).collect() };
    let list = |name: [u8; 4], content: &[u8]| chunk(*b"LIST", &[&name[..], content].concat());
    let header = numbers(&[
        1_000_000 / RATE,
        FRAME * RATE,
        0,
        0x10,
        count,
        0,
        1,
        FRAME,
        720,
        576,
        0,
        0,
        0,
        0,
    ]);
    let stream = [
        &b"iavsdvsd"[..],
        &numbers(&[0, 0, 0, 1, RATE, 0, count, FRAME, u32::MAX, 0, 0, SIZE]),
    ];
    let about = [chunk(*b"strh", &stream.concat()), chunk(*b"strf", &[0; 32])].concat();
    let head = [chunk(*b"avih", &header), list(*b"strl", &about)].concat();
    let samples: Vec<u8> = frames.iter().flat_map(|frame| chunk(*b"00__", frame)).collect();
    let places =
        (0..count).flat_map(|frame| [&b"00__"[..], &numbers(&[0x10, 4 + frame * (FRAME + 8), FRAME])].concat());
    let index: Vec<u8> = places.collect();
    let parts = [list(*b"hdrl", &head), list(*b"movi", &samples), chunk(*b"idx1", &index)].concat();
    Ok(chunk(*b"RIFF", &[&b"AVI "[..], &parts].concat()))
}
