//! HEIC around a frame that ffmpeg has encoded: one picture, or a grid of the same tile.

use anyhow::{Context as _, Result};

/// One frame of HEVC as an MP4 has it.
pub(super) struct Frame {
    config: Vec<u8>,
    data: Vec<u8>,
}

impl Frame {
    /// The only frame of a film.
    ///
    /// # Errors
    /// When it is no such film.
    pub(super) fn of(mp4: &[u8]) -> Result<Self> {
        let whole = |name: &[u8; 4]| {
            let at = mp4.windows(4).position(|window| window == name)?.checked_sub(4)?;
            let rest = mp4.get(at..)?;
            let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
            Some(rest.get(..length)?.to_vec())
        };
        let data = whole(b"mdat").context("a film without a frame")?;
        Ok(Self {
            config: whole(b"hvcC").context("a film that is not HEVC")?,
            data: data.get(8..).unwrap_or_default().to_vec(),
        })
    }

    /// The frame as a picture.
    pub(super) fn picture(&self, size: (u32, u32)) -> Result<Vec<u8>> {
        let properties = [self.config.clone(), ispe(size)];
        file(&[(1, *b"hvc1", &[1, 2])], &properties, &[], &[], &self.data)
    }

    /// A picture of the frame again and again: tiles of this size, so many across and down.
    pub(super) fn grid(&self, tile: (u32, u32), across: u8, down: u8) -> Result<Vec<u8>> {
        let size = (tile.0 * u32::from(across), tile.1 * u32::from(down));
        let properties = [self.config.clone(), ispe(tile), ispe(size)];
        // Sides of more than 16 bits have to be told with 32.
        let head = [
            &[0, 1, down - 1, across - 1][..],
            &size.0.to_be_bytes(),
            &size.1.to_be_bytes(),
        ]
        .concat();
        let tiles = 2..2 + u16::from(across) * u16::from(down);
        let items = std::iter::once((1, *b"grid", &[3_u8][..]))
            .chain(tiles.clone().map(|id| (id, *b"hvc1", &[1_u8, 2][..])))
            .collect::<Vec<_>>();
        file(&items, &properties, &tiles.collect::<Vec<_>>(), &head, &self.data)
    }
}

fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Result<Vec<u8>> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8)?;
    Ok([&length.to_be_bytes()[..], &name, &body].concat())
}

fn ispe((width, height): (u32, u32)) -> Vec<u8> {
    [
        &[0, 0, 0, 20][..],
        b"ispe",
        &[0; 4],
        &width.to_be_bytes(),
        &height.to_be_bytes(),
    ]
    .concat()
}

/// A number, a type, and the numbers of its properties.
type Item<'a> = (u16, [u8; 4], &'a [u8]);

/// Items of which the first is shown; where it is made of tiles, it has the bytes of the head, all others have the data.
fn file(items: &[Item<'_>], properties: &[Vec<u8>], tiles: &[u16], head: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let count = u16::try_from(items.len())?.to_be_bytes();
    let (mut infos, mut lists, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (id, kind, numbers) in items {
        let id = id.to_be_bytes();
        infos.extend(boxed(*b"infe", &[&[2, 0, 0, 0], &id, &[0, 0], kind, &[0]])?);
        lists.extend([&id[..], &[u8::try_from(numbers.len())?], numbers].concat());
        let (at, length) = if kind == b"grid" {
            (0, head.len())
        } else {
            (head.len(), data.len())
        };
        let place = [u32::try_from(at)?.to_be_bytes(), u32::try_from(length)?.to_be_bytes()].concat();
        places.extend([&id[..], &[0, 1, 0, 0, 0, 1], &place].concat());
    }
    let container: Vec<&[u8]> = properties.iter().map(Vec::as_slice).collect();
    let mut references = Vec::new();
    if !tiles.is_empty() {
        let numbers: Vec<u8> = tiles.iter().flat_map(|id| id.to_be_bytes()).collect();
        let many = u16::try_from(tiles.len())?.to_be_bytes();
        references = boxed(*b"dimg", &[&[0, 1], &many, &numbers])?;
    }
    let lists = boxed(*b"ipma", &[&[0; 4], &[0, 0], &count, &lists])?;
    let meta = [
        vec![0; 4],
        boxed(*b"hdlr", &[&[0; 8], b"pict", &[0; 13]])?,
        boxed(*b"pitm", &[&[0, 0, 0, 0, 0, 1]])?,
        boxed(*b"iloc", &[&[1, 0, 0, 0, 0x44, 0], &count, &places])?,
        boxed(*b"iinf", &[&[0; 4], &count, &infos])?,
        boxed(*b"iprp", &[&boxed(*b"ipco", &container)?, &lists])?,
        boxed(*b"iref", &[&[0; 4], &references])?,
        boxed(*b"idat", &[head, data])?,
    ];
    let brands = boxed(*b"ftyp", &[b"heic\0\0\0\0heicmif1"])?;
    Ok([brands, boxed(*b"meta", &[&meta.concat()])?].concat())
}
