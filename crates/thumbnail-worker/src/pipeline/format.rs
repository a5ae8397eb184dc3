//! The one table of what is read, and by what. `docs/formats.md` shows it to people; a test compares the two.

use serde::{Deserialize, Serialize};

/// Bytes at the beginning of a file that tell its format: a drawing may have so much before its first element.
pub(crate) const LONGEST_SIGNATURE: usize = 8_192;

/// A format with a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Photoshop's own, of which the flat picture is taken.
    Psd,
    /// JPEG 2000
    Jp2,
    /// SVG, a drawing.
    Svg,
    /// A camera's raw file, of some thirty kinds.
    Raw,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
        Self::Jxl,
        Self::Heic,
        Self::Avif,
        Self::Psd,
        Self::Jp2,
        Self::Svg,
        Self::Raw,
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
            Self::Psd => "PSD",
            Self::Jp2 => "JP2",
            Self::Svg => "SVG",
            Self::Raw => "RAW",
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
            Self::Tiff => "libtiff",
            Self::Jxl => "jxl-oxide",
            Self::Heic => "libheif with libde265",
            Self::Avif => "libheif with dav1d",
            Self::Psd => "our own",
            Self::Jp2 => "hayro-jpeg2000",
            Self::Svg => "resvg",
            Self::Raw => "rawler",
        }
    }

    /// Whether it is decoded in a process of its own, which may crash or hang without harm to others.
    pub const fn is_isolated(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Webp | Self::Gif | Self::Bmp => false,
            Self::Tiff | Self::Jxl | Self::Heic | Self::Avif | Self::Psd | Self::Jp2 | Self::Svg | Self::Raw => true,
        }
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
            Self::Bmp => begins(&[b"BM"]) || super::decode::is_bmp_array(bytes),
            Self::Tiff => begins(&[b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"]),
            Self::Jxl => begins(&[&[0xFF, 0x0A], b"\0\0\0\x0CJXL \r\n\x87\n"]),
            Self::Psd => begins(&[b"8BPS"]),
            Self::Jp2 => begins(&[b"\0\0\0\x0CjP  \r\n\x87\n", b"\xFF\x4F\xFF\x51"]),
            Self::Svg => is_svg(bytes),
            // Most begin like TIFF, and the name decides; these like nothing else.
            Self::Raw => begins(RAW) || bytes.get(4..12) == Some(b"ftypcrx "),
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

/// What raw files begin with that do not begin like TIFF: Fujifilm, Sigma, Olympus, Panasonic, Minolta.
const RAW: &[&[u8]] = &[b"FUJIFILMCCD-RAW", b"FOVb", b"IIRO", b"IIRS", b"IIU\0", b"\0MRM"];

/// A text whose first element is that of a drawing, after whatever declarations and comments come first.
fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = head.get(..head.len().min(4_096)).unwrap_or_default();
    let begins = head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    begins && head.windows(4).any(|window| window == b"<svg")
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
        assert_eq!(
            Format::of(&file(&["crx ", "\0\0\0\x01"])),
            Some(Format::Raw),
            "a camera's raw data"
        );
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
