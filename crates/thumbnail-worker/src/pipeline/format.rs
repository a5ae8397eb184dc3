//! The one table of what is read, and by what. `docs/formats.md` shows it to people; a test compares the two.

/// A format with a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG
    Jpeg,
    /// PNG
    Png,
    /// WebP
    Webp,
    /// GIF, of which the first frame is taken.
    Gif,
    /// BMP
    Bmp,
    /// TIFF, of which the first page is taken.
    Tiff,
    /// JPEG XL
    Jxl,
    /// HEIF with HEVC inside, what iPhones write.
    Heic,
    /// HEIF with AV1 inside.
    Avif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
        Self::Jxl,
        Self::Heic,
        Self::Avif,
    ];

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Jxl => "JXL",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        }
    }

    /// The capability under which the worker announces it.
    pub fn capability(self) -> String {
        format!("thumbnail.{}", self.name().to_ascii_lowercase())
    }

    /// What decodes it.
    pub const fn decoder(self) -> &'static str {
        match self {
            Self::Jpeg => "libjpeg-turbo",
            Self::Png => "png",
            Self::Webp => "libwebp",
            Self::Gif => "gif",
            Self::Bmp => "image",
            Self::Tiff => "tiff",
            Self::Jxl => "jxl-oxide",
            Self::Heic => "libheif with libde265",
            Self::Avif => "libheif with dav1d",
        }
    }

    /// Whether it is decoded in a process of its own, which may crash or hang without harm to others.
    pub const fn is_isolated(self) -> bool {
        matches!(self, Self::Heic | Self::Avif)
    }

    /// The format that begins like this; nothing when it is none of ours.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if let Some(format) = heif(bytes) {
            return Some(format);
        }
        let begins = |signatures: &[&[u8]]| signatures.iter().any(|signature| bytes.starts_with(signature));
        Self::ALL.into_iter().find(|format| match format {
            Self::Jpeg => begins(&[&[0xFF, 0xD8, 0xFF]]),
            Self::Png => begins(&[b"\x89PNG\r\n\x1a\n"]),
            Self::Webp => super::container::riff::is_webp(bytes),
            Self::Gif => begins(&[b"GIF87a", b"GIF89a"]),
            Self::Bmp => begins(&[b"BM"]),
            Self::Tiff => begins(&[b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"]),
            Self::Jxl => begins(&[&[0xFF, 0x0A], b"\0\0\0\x0CJXL \r\n\x87\n"]),
            Self::Heic | Self::Avif => false,
        })
    }
}

/// A still picture in a box file, by its brands. The major brand of some writers names only the box file (`mif1`); a
/// compatible one then tells the codec.
fn heif(bytes: &[u8]) -> Option<Format> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let rest = rest.strip_prefix(b"ftyp")?;
    let length = super::num::usize_of(u32::from_be_bytes(*length)).saturating_sub(8);
    let brands = rest
        .get(..length.min(rest.len()).min(MAX_BRANDS * 4))
        .unwrap_or_default();
    let (brands, _) = brands.as_chunks::<4>();
    // The second word is the version of the first brand.
    let (major, compatible) = (brands.first()?, brands.get(2..).unwrap_or_default());
    let known = |brand: &[u8; 4]| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(Format::Heic),
        _ => None,
    };
    match major {
        b"mif1" | b"mif2" | b"msf1" => compatible.iter().find_map(known).or(Some(Format::Heic)),
        major => known(major),
    }
}

/// Brands that are looked at; real files have fewer than ten.
const MAX_BRANDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn box_files_by_their_brands() {
        let file = |brands: &[&str]| {
            let length = u32::try_from(8 + brands.len() * 4).unwrap();
            [&length.to_be_bytes()[..], b"ftyp", brands.concat().as_bytes(), b"meta"].concat()
        };
        assert_eq!(Format::of(&file(&["heic", "\0\0\0\0", "mif1"])), Some(Format::Heic));
        assert_eq!(
            Format::of(&file(&["mif1", "\0\0\0\0", "mif1", "avif"])),
            Some(Format::Avif)
        );
        assert_eq!(Format::of(&file(&["avif", "\0\0\0\0"])), Some(Format::Avif));
        assert_eq!(Format::of(&file(&["isom", "\0\0\0\0", "avif"])), None, "a film");
        assert_eq!(Format::of(&file(&["crx ", "\0\0\0\x01"])), None, "a camera's raw data");
        assert_eq!(Format::of(b"\0\0\0\x18ftyp"), None);
    }

    #[test]
    fn every_row_is_in_the_documents() {
        let documents = include_str!("../../../../docs/formats.md");
        for format in Format::ALL {
            let place = if format.is_isolated() {
                "a process of its own"
            } else {
                "the worker"
            };
            let begins = format!("| {} |", format.name());
            let ends = format!("| {} | {place} |", format.decoder());
            let found = documents
                .lines()
                .any(|line| line.starts_with(&begins) && line.ends_with(&ends));
            assert!(found, "docs/formats.md has no row `{begins} ... {ends}`");
        }
        let rows = documents
            .lines()
            .filter(|line| line.ends_with("| the worker |") || line.ends_with("| a process of its own |"));
        assert_eq!(rows.count(), Format::ALL.len());
    }
}
