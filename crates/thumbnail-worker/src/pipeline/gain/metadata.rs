//! What a gain map means: the parameters of ISO 21496-1, clause 5, and their binary form, clause 6 (annex C.2).

/// The parameters of one colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) struct Channel {
    /// The gain of a sample of 0, in powers of two.
    pub(in crate::pipeline) min: f32,
    /// The gain of the highest sample.
    pub(in crate::pipeline) max: f32,
    /// Samples were raised to this power when they were written.
    pub(in crate::pipeline) gamma: f32,
    /// Added to the light of the picture before the gain.
    pub(in crate::pipeline) base_offset: f32,
    /// Taken away after it.
    pub(in crate::pipeline) alternate_offset: f32,
}

/// All parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pipeline) struct Metadata {
    /// How much brighter than white the screen is that the picture is made for, in powers of two.
    pub(in crate::pipeline) base_headroom: f32,
    /// The same of the screen that the map makes it for.
    pub(in crate::pipeline) alternate_headroom: f32,
    /// The gain applies to light in the primaries of the picture, not of the other one.
    pub(in crate::pipeline) uses_base_colours: bool,
    /// Red, green, blue.
    pub(in crate::pipeline) channels: [Channel; 3],
}

/// The brightest that anybody tells is 2^6 times white; sixteen is beyond all screens.
const MOST: f32 = 16.0;

/// Versions that this reader understands.
const VERSION: u16 = 0;

/// The map has a set of parameters for each colour.
const IS_MULTICHANNEL: u8 = 0x80;
const USE_BASE_COLOUR_SPACE: u8 = 0x40;
/// All fractions have one denominator: of the draft, which some writers follow.
const COMMON_DENOMINATOR: u8 = 0x08;

impl Metadata {
    /// Whether the picture is made for brighter screens than the one that the map makes of it.
    pub(in crate::pipeline) fn makes_sdr(&self) -> bool {
        self.base_headroom > self.alternate_headroom
    }

    /// How much of the gain is applied on a screen without headroom, and in which direction (ISO 21496-1, 6.3).
    pub(super) fn weight(&self) -> f32 {
        let (base, alternate) = (self.base_headroom, self.alternate_headroom);
        if !self.makes_sdr() {
            return 0.0;
        }
        -((0.0 - base) / (alternate - base)).clamp(0.0, 1.0)
    }

    /// The same, if all numbers are such as a picture can be made with.
    pub(super) fn checked(self) -> Option<Self> {
        let is_small = |number: f32| number.abs() <= MOST;
        let of_channel = |channel: &Channel| {
            [channel.min, channel.max, channel.base_offset, channel.alternate_offset]
                .into_iter()
                .all(is_small)
                && channel.gamma > 1e-3
                && channel.gamma < 1e3
                && channel.max >= channel.min
        };
        let headrooms = [self.base_headroom, self.alternate_headroom];
        let is_sane = headrooms
            .into_iter()
            .all(|headroom| headroom >= 0.0 && is_small(headroom))
            && self.channels.iter().all(of_channel);
        is_sane.then_some(self)
    }

    pub(super) fn assert_sane(&self) {
        assert!(self.checked().is_some() && (-1.0..=0.0).contains(&self.weight()));
    }
}

/// The parameters in their binary form; nothing where it is cut off, of another version, or absurd.
pub(super) fn parse(bytes: &[u8]) -> Option<Metadata> {
    let mut rest = Words(bytes);
    let version = rest.half()?;
    let _of_writer = rest.half()?;
    if version != VERSION {
        return None;
    }
    let flags = rest.byte()?;
    let common = if flags & COMMON_DENOMINATOR == 0 {
        None
    } else {
        Some(rest.word()?)
    };
    let base_headroom = rest.positive(common)?;
    let alternate_headroom = rest.positive(common)?;
    let mut channel = || {
        Some(Channel {
            min: rest.signed(common)?,
            max: rest.signed(common)?,
            gamma: rest.positive(common)?,
            base_offset: rest.signed(common)?,
            alternate_offset: rest.signed(common)?,
        })
    };
    let first = channel()?;
    let channels = if flags & IS_MULTICHANNEL == 0 {
        [first; 3]
    } else {
        [first, channel()?, channel()?]
    };
    let metadata = Metadata {
        base_headroom,
        alternate_headroom,
        uses_base_colours: flags & USE_BASE_COLOUR_SPACE != 0,
        channels,
    };
    metadata.checked()
}

/// The same behind the version of the item that it is in (`tmap` of ISO/IEC 23008-12).
pub(in crate::pipeline) fn of_item(bytes: &[u8]) -> Option<Metadata> {
    let (version, rest) = bytes.split_first()?;
    parse(rest).filter(|_| *version == 0)
}

/// Numbers one behind the other.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn take<const COUNT: usize>(&mut self) -> Option<[u8; COUNT]> {
        let (first, rest) = self.0.split_first_chunk::<COUNT>()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn half(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    fn word(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    /// A fraction: what is above the line may have a sign.
    fn signed(&mut self, common: Option<u32>) -> Option<f32> {
        let above = self.word()?.cast_signed();
        self.over(f64::from(above), common)
    }

    fn positive(&mut self, common: Option<u32>) -> Option<f32> {
        let above = self.word()?;
        self.over(f64::from(above), common)
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "what is lost is far below what a picture shows"
    )]
    fn over(&mut self, above: f64, common: Option<u32>) -> Option<f32> {
        let below = match common {
            Some(below) => below,
            None => self.word()?,
        };
        (below != 0).then(|| (above / f64::from(below)) as f32)
    }
}

#[cfg(test)]
pub(in crate::pipeline) mod tests {
    use super::*;

    /// The binary form, with millionths.
    pub(in crate::pipeline) fn bytes(metadata: &Metadata) -> Vec<u8> {
        let [red, green, blue] = metadata.channels;
        let is_one = red == green && green == blue;
        let mut flags = if is_one { 0 } else { IS_MULTICHANNEL };
        if metadata.uses_base_colours {
            flags |= USE_BASE_COLOUR_SPACE;
        }
        let mut out = vec![0, 0, 0, 0, flags];
        let mut put = |number: f32| {
            let above = i32::try_from(crate::pipeline::testing::rounded(f64::from(number) * 1e6)).unwrap();
            out.extend(above.to_be_bytes());
            out.extend(1_000_000_u32.to_be_bytes());
        };
        put(metadata.base_headroom);
        put(metadata.alternate_headroom);
        for channel in metadata.channels.iter().take(if is_one { 1 } else { 3 }) {
            let numbers = [channel.min, channel.max, channel.gamma, channel.base_offset];
            numbers.into_iter().chain([channel.alternate_offset]).for_each(&mut put);
        }
        out
    }

    pub(in crate::pipeline) const ONE: Metadata = Metadata {
        base_headroom: 2.5,
        alternate_headroom: 0.0,
        uses_base_colours: true,
        channels: [Channel {
            min: -0.25,
            max: 2.5,
            gamma: 1.5,
            base_offset: 0.015_625,
            alternate_offset: 0.031_25,
        }; 3],
    };

    #[test]
    fn what_is_written_is_read() {
        let mut three = ONE;
        three.uses_base_colours = false;
        three.channels[1].max = 3.0;
        for metadata in [ONE, three] {
            assert_eq!(parse(&bytes(&metadata)), Some(metadata));
            assert_eq!(of_item(&[&[0], &bytes(&metadata)[..]].concat()), Some(metadata));
        }
        assert_eq!((ONE.weight(), ONE.makes_sdr()), (-1.0, true));
    }

    #[test]
    fn one_denominator_for_all() {
        let mut numbers = vec![0, 0, 0, 0, USE_BASE_COLOUR_SPACE | COMMON_DENOMINATOR];
        for number in [64_i32, 160, 0, -16, 160, 96, 1, 2] {
            numbers.extend(number.to_be_bytes());
        }
        assert_eq!(parse(&numbers), Some(ONE));
    }

    #[test]
    fn a_picture_for_ordinary_screens_needs_no_map() {
        let ordinary = Metadata {
            base_headroom: 0.0,
            alternate_headroom: 2.5,
            ..ONE
        };
        assert_eq!((ordinary.weight(), ordinary.makes_sdr()), (0.0, false));
    }

    #[test]
    fn what_is_cut_off_or_absurd_is_no_metadata() {
        let whole = bytes(&ONE);
        for end in 0..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "{end}");
        }
        let with = |at: usize, byte: u8| {
            let mut changed = whole.clone();
            changed[at] = byte;
            parse(&changed)
        };
        assert_eq!(with(1, 1), None, "a version to come");
        assert!(with(3, 9).is_some(), "a writer to come");
        // A headroom that is divided by nothing, and one of two thousand.
        assert_eq!(parse(&[&whole[..9], &[0; 4], &whole[13..]].concat()), None);
        assert_eq!(with(5, 0x7F), None);
    }
}
