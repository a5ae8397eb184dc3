//! The same parameters in XMP, as they stand in the map of an Ultra HDR JPEG (`hdrgm`, Adobe's gain map specification 1.0).

use super::metadata::{Channel, Metadata};

const NAMESPACE: &str = "http://ns.adobe.com/hdr-gain-map/1.0/";

/// Bytes of a value with three numbers and the marks around them.
const LONGEST_VALUE: usize = 1_024;

/// A prefix is `hdrgm`, or what somebody else takes for it.
const LONGEST_PREFIX: usize = 32;

/// Where neither offset is told.
const OFFSET: f32 = 1.0 / 64.0;

/// The parameters in a packet; nothing where the necessary ones are missing, or absurd.
pub(super) fn parse(xmp: &str) -> Option<Metadata> {
    let packet = Packet {
        text: xmp,
        prefix: prefix(xmp)?,
    };
    let min = packet.numbers("GainMapMin").unwrap_or([0.0; 3]);
    let max = packet.numbers("GainMapMax")?;
    let gamma = packet.numbers("Gamma").unwrap_or([1.0; 3]);
    let sdr = packet.numbers("OffsetSDR").unwrap_or([OFFSET; 3]);
    let hdr = packet.numbers("OffsetHDR").unwrap_or([OFFSET; 3]);
    let [low, ..] = packet.numbers("HDRCapacityMin").unwrap_or([0.0; 3]);
    let [high, ..] = packet.numbers("HDRCapacityMax")?;
    let base_is_hdr = packet
        .value("BaseRenditionIsHDR")
        .is_some_and(|told| told.trim().eq_ignore_ascii_case("true"));
    // The ends of the range are those of the screens that the two pictures are made for.
    let (base, alternate) = if base_is_hdr { (high, low) } else { (low, high) };
    let (base_offset, alternate_offset) = if base_is_hdr { (hdr, sdr) } else { (sdr, hdr) };
    let [m0, m1, m2] = min;
    let [x0, x1, x2] = max;
    let [g0, g1, g2] = gamma;
    let [b0, b1, b2] = base_offset;
    let [a0, a1, a2] = alternate_offset;
    let channel = |min, max, gamma, base_offset, alternate_offset| Channel {
        min,
        max,
        gamma,
        base_offset,
        alternate_offset,
    };
    let metadata = Metadata {
        base_headroom: base,
        alternate_headroom: alternate,
        uses_base_colours: true,
        channels: [
            channel(m0, x0, g0, b0, a0),
            channel(m1, x1, g1, b1, a1),
            channel(m2, x2, g2, b2, a2),
        ],
    };
    metadata.checked()
}

/// By which name the packet calls the namespace.
fn prefix(xmp: &str) -> Option<&str> {
    let (before, _) = xmp.split_once(NAMESPACE)?;
    let before = before
        .strip_suffix(['"', '\''])?
        .trim_end()
        .strip_suffix('=')?
        .trim_end();
    let (_, prefix) = before.rsplit_once("xmlns:")?;
    let is_name = !prefix.is_empty()
        && prefix.len() <= LONGEST_PREFIX
        && prefix
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    is_name.then_some(prefix)
}

struct Packet<'a> {
    text: &'a str,
    prefix: &'a str,
}

impl<'a> Packet<'a> {
    /// What stands in an attribute or an element of this name, marks included.
    fn value(&self, name: &str) -> Option<&'a str> {
        let name = format!("{}:{name}", self.prefix);
        let (_, rest) = self.text.split_once(&name)?;
        let rest = rest.get(..rest.floor_char_boundary(LONGEST_VALUE))?;
        let rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix('=') {
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            return rest.get(1..)?.split_once(quote).map(|(value, _)| value);
        }
        let (value, _) = rest.strip_prefix('>')?.split_once(&format!("</{name}"))?;
        Some(value)
    }

    /// One number for all colours, or three in a list.
    fn numbers(&self, name: &str) -> Option<[f32; 3]> {
        let value = self.value(name)?;
        if !value.contains('<') {
            return value.trim().parse().ok().map(|number| [number; 3]);
        }
        let mut items = value.split("<rdf:li>").skip(1).map(|item| {
            let (number, _) = item.split_once('<')?;
            number.trim().parse::<f32>().ok()
        });
        let first = items.next()??;
        match (items.next(), items.next()) {
            (Some(second), Some(third)) => Some([first, second?, third?]),
            (None, _) => Some([first; 3]),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::metadata::tests::ONE;
    use super::*;

    #[test]
    fn attributes_and_lists() {
        let attributes = r#"<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"
            hdrgm:GainMapMin="-0.25" hdrgm:GainMapMax="2.5" hdrgm:Gamma='1.5' hdrgm:OffsetSDR="0.03125"
            hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2.5" hdrgm:BaseRenditionIsHDR="True"/>"#;
        assert_eq!(parse(attributes), Some(ONE));
        let lists = r#"<rdf:Description xmlns:g='http://ns.adobe.com/hdr-gain-map/1.0/' g:HDRCapacityMax="3" >
            <g:GainMapMax><rdf:Seq><rdf:li>1.5</rdf:li><rdf:li> 2 </rdf:li><rdf:li>2.5</rdf:li></rdf:Seq></g:GainMapMax>
            <g:BaseRenditionIsHDR>False</g:BaseRenditionIsHDR></rdf:Description>"#;
        let found = parse(lists).unwrap();
        let maxima = found.channels.map(|channel| channel.max);
        assert_eq!(Some(maxima), Some([1.5, 2.0, 2.5]));
        let first = found.channels[0];
        assert_eq!((first.min, first.gamma, first.base_offset), (0.0, 1.0, OFFSET));
        assert_eq!((found.makes_sdr(), found.alternate_headroom), (false, 3.0));
    }

    #[test]
    fn what_is_missing_or_absurd_is_no_metadata() {
        let with = |attributes: &str| {
            let packet = format!(r#"<a xmlns:h="{NAMESPACE}" h:BaseRenditionIsHDR="True" {attributes}/>"#);
            parse(&packet)
        };
        assert!(with(r#"h:GainMapMax="2" h:HDRCapacityMax="2""#).is_some());
        assert_eq!(with(r#"h:GainMapMax="2""#), None);
        assert_eq!(with(r#"h:GainMapMax="NaN" h:HDRCapacityMax="2""#), None);
        assert_eq!(with(r#"h:GainMapMax="2" h:HDRCapacityMax="inf""#), None);
        assert_eq!(with(r#"h:GainMapMax="2" h:HDRCapacityMax="2" h:Gamma="0""#), None);
        assert_eq!(parse(&format!(r#"xmlns:="{NAMESPACE}" :GainMapMax="1""#)), None);
        assert_eq!(parse(""), None);
    }
}
