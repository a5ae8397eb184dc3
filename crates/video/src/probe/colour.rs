//! The words of ffmpeg for colours.

use gstreamer_video::{
    VideoColorMatrix as Matrix, VideoColorPrimaries as Primaries, VideoColorRange, VideoColorimetry,
    VideoTransferFunction as Transfer,
};

/// What a stream says about its colours; nothing where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Colour {
    pub(super) primaries: Option<String>,
    pub(super) transfer: Option<String>,
    pub(super) matrix: Option<String>,
    pub(super) is_full_range: bool,
}

impl Colour {
    /// Reads `bt2100-pq` or `2:3:5:1`.
    pub(super) fn parse(text: &str) -> Self {
        let Ok(colour) = text.parse::<VideoColorimetry>() else {
            return Self::default();
        };
        let owned = |word: Option<&'static str>| word.map(str::to_owned);
        Self {
            primaries: owned(primaries(colour.primaries())),
            transfer: owned(transfer(colour.transfer())),
            matrix: owned(matrix(colour.matrix())),
            is_full_range: colour.range() == VideoColorRange::Range0_255,
        }
    }
}

const fn primaries(primaries: Primaries) -> Option<&'static str> {
    Some(match primaries {
        Primaries::Bt709 => "bt709",
        Primaries::Bt470m => "bt470m",
        Primaries::Bt470bg => "bt470bg",
        Primaries::Smpte170m => "smpte170m",
        Primaries::Smpte240m => "smpte240m",
        Primaries::Film => "film",
        Primaries::Bt2020 => "bt2020",
        Primaries::Smptest428 => "smpte428",
        Primaries::Smpterp431 => "smpte431",
        Primaries::Smpteeg432 => "smpte432",
        Primaries::Ebu3213 => "ebu3213",
        _ => return None,
    })
}

const fn transfer(transfer: Transfer) -> Option<&'static str> {
    Some(match transfer {
        Transfer::Bt709 => "bt709",
        Transfer::Bt601 => "smpte170m",
        Transfer::Smpte240m => "smpte240m",
        Transfer::Srgb => "iec61966-2-1",
        Transfer::Gamma22 => "bt470m",
        Transfer::Gamma28 => "bt470bg",
        Transfer::Gamma10 => "linear",
        Transfer::Log100 => "log100",
        Transfer::Log316 => "log316",
        Transfer::Bt202010 => "bt2020-10",
        Transfer::Bt202012 => "bt2020-12",
        Transfer::Smpte2084 => "smpte2084",
        Transfer::AribStdB67 => "arib-std-b67",
        _ => return None,
    })
}

const fn matrix(matrix: Matrix) -> Option<&'static str> {
    Some(match matrix {
        Matrix::Rgb => "gbr",
        Matrix::Fcc => "fcc",
        Matrix::Bt709 => "bt709",
        Matrix::Bt601 => "smpte170m",
        Matrix::Smpte240m => "smpte240m",
        Matrix::Bt2020 => "bt2020nc",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_dynamic_range_is_known_by_its_transfer() {
        gstreamer::init().unwrap();
        let pq = Colour::parse("bt2100-pq");
        assert_eq!(
            (pq.primaries.as_deref(), pq.transfer.as_deref(), pq.matrix.as_deref()),
            (Some("bt2020"), Some("smpte2084"), Some("bt2020nc"))
        );
        assert_eq!(Colour::parse("bt2100-hlg").transfer.as_deref(), Some("arib-std-b67"));
        assert!(Colour::parse("1:4:0:0").is_full_range);
        assert!(!Colour::parse("bt709").is_full_range);
        assert_eq!(Colour::parse("nonsense"), Colour::default());
    }
}
