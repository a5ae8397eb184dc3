//! The one table of file formats: what may be uploaded, by extension, in the order of the contract (section 8).

/// What kind of file an extension names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// An XMP file beside one of them.
    Sidecar,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Lower case, without the dot.
    pub extension: &'static str,
    /// What it is.
    pub kind: MediaKind,
    /// Its MIME type.
    pub mime: &'static str,
    /// A camera's raw data (or a layered picture that counts as such): shown from an embedded preview or developed.
    pub raw: bool,
}

const fn image(extension: &'static str, mime: &'static str) -> Format {
    Format {
        extension,
        kind: MediaKind::Image,
        mime,
        raw: false,
    }
}

const fn raw(extension: &'static str, mime: &'static str) -> Format {
    Format {
        extension,
        kind: MediaKind::Image,
        mime,
        raw: true,
    }
}

const fn video(extension: &'static str, mime: &'static str) -> Format {
    Format {
        extension,
        kind: MediaKind::Video,
        mime,
        raw: false,
    }
}

/// All formats: the pictures browsers show, the others, films, sidecars.
pub const FORMATS: &[Format] = &[
    image("avif", "image/avif"),
    image("bmp", "image/bmp"),
    image("gif", "image/gif"),
    image("jpeg", "image/jpeg"),
    image("jpg", "image/jpeg"),
    image("png", "image/png"),
    image("webp", "image/webp"),
    raw("3fr", "image/3fr"),
    raw("ari", "image/ari"),
    raw("arw", "image/arw"),
    raw("cap", "image/cap"),
    raw("cin", "image/cin"),
    raw("cr2", "image/cr2"),
    raw("cr3", "image/cr3"),
    raw("crw", "image/crw"),
    raw("dcr", "image/dcr"),
    raw("dng", "image/dng"),
    raw("erf", "image/erf"),
    raw("fff", "image/fff"),
    raw("iiq", "image/iiq"),
    raw("k25", "image/k25"),
    raw("kdc", "image/kdc"),
    raw("mrw", "image/mrw"),
    raw("nef", "image/nef"),
    raw("nrw", "image/nrw"),
    raw("orf", "image/orf"),
    raw("ori", "image/ori"),
    raw("pef", "image/pef"),
    raw("psd", "image/psd"),
    raw("raf", "image/raf"),
    raw("raw", "image/raw"),
    raw("rw2", "image/rw2"),
    raw("rwl", "image/rwl"),
    raw("sr2", "image/sr2"),
    raw("srf", "image/srf"),
    raw("srw", "image/srw"),
    raw("x3f", "image/x3f"),
    image("heic", "image/heic"),
    image("heif", "image/heif"),
    image("hif", "image/hif"),
    image("insp", "image/jpeg"),
    image("jp2", "image/jp2"),
    image("jpe", "image/jpeg"),
    image("jxl", "image/jxl"),
    image("mpo", "image/jpeg"),
    image("svg", "image/svg"),
    image("tif", "image/tiff"),
    image("tiff", "image/tiff"),
    video("3gp", "video/3gpp"),
    video("3gpp", "video/3gpp"),
    video("avi", "video/avi"),
    video("flv", "video/x-flv"),
    video("insv", "video/mp4"),
    video("m2t", "video/mp2t"),
    video("m2ts", "video/mp2t"),
    video("m4v", "video/x-m4v"),
    video("mkv", "video/x-matroska"),
    video("mov", "video/quicktime"),
    video("mp4", "video/mp4"),
    video("mpe", "video/mpeg"),
    video("mpeg", "video/mpeg"),
    video("mpg", "video/mpeg"),
    video("mts", "video/mp2t"),
    video("mxf", "application/mxf"),
    video("ts", "video/mp2t"),
    video("vob", "video/mpeg"),
    video("webm", "video/webm"),
    video("wmv", "video/x-ms-wmv"),
    Format {
        extension: "xmp",
        kind: MediaKind::Sidecar,
        mime: "application/xml",
        raw: false,
    },
];

/// Pictures that every browser shows as they are (contract, section 4).
const WEB_SUPPORTED: usize = 7;

/// What may become the picture of a person (contract, section 8).
const PROFILE_PICTURES: [&str; 9] = ["avif", "dng", "heic", "heif", "jpeg", "jpg", "png", "webp", "svg"];

/// True for what may become the picture of a person.
pub fn is_profile_picture(extension: &str) -> bool {
    let wanted = extension.trim_start_matches('.');
    PROFILE_PICTURES.iter().any(|known| known.eq_ignore_ascii_case(wanted))
}

/// The extension of a file name or path, in lower case and without the dot; empty where there is none.
pub fn extension_of(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match base.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
        _ => String::new(),
    }
}

/// The row of an extension (any letter case, with or without its dot).
pub fn by_extension(extension: &str) -> Option<&'static Format> {
    let wanted = extension.trim_start_matches('.');
    FORMATS
        .iter()
        .find(|format| format.extension.eq_ignore_ascii_case(wanted))
}

/// The row of a file name or path.
pub fn by_name(name: &str) -> Option<&'static Format> {
    by_extension(&extension_of(name))
}

/// What kind of file an extension names.
pub fn kind_of(extension: &str) -> Option<MediaKind> {
    by_extension(extension).map(|format| format.kind)
}

/// The MIME type of a file name or path; `application/octet-stream` where it is unknown.
pub fn mime_of(name: &str) -> &'static str {
    by_name(name).map_or("application/octet-stream", |format| format.mime)
}

/// True for pictures that every browser shows as they are.
pub fn is_web_supported(extension: &str) -> bool {
    let wanted = extension.trim_start_matches('.');
    FORMATS
        .iter()
        .take(WEB_SUPPORTED)
        .any(|format| format.extension.eq_ignore_ascii_case(wanted))
}

/// The extensions of one kind, each with its dot, in the order of the contract.
pub fn dotted_extensions(kind: MediaKind) -> impl Iterator<Item = String> {
    FORMATS
        .iter()
        .filter(move |format| format.kind == kind)
        .map(|format| format!(".{}", format.extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_the_contract() {
        assert_eq!(dotted_extensions(MediaKind::Image).count(), 48);
        assert_eq!(dotted_extensions(MediaKind::Video).count(), 20);
        assert_eq!(FORMATS.iter().filter(|format| format.raw).count(), 30);
        assert_eq!(dotted_extensions(MediaKind::Sidecar).collect::<Vec<_>>(), [".xmp"]);
    }

    #[test]
    fn names_and_cases() {
        assert_eq!(extension_of("IMG_1.JPG"), "jpg");
        assert_eq!(extension_of("dir.d/name"), "");
        assert_eq!(extension_of(".hidden"), "");
        assert_eq!(mime_of("a.MTS"), "video/mp2t");
        assert_eq!(kind_of(".mxf"), Some(MediaKind::Video));
        assert!(is_web_supported("PNG") && !is_web_supported("heic"));
        assert!(is_profile_picture(".HEIC") && !is_profile_picture("gif"));
    }
}
