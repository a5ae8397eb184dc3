//! The `GPano` group of an XMP packet (Google's Photo Sphere metadata), as a packet of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

const PREFIX: &str = "GPano:";

/// Properties that are looked at, and the bytes of one value: the group has some twenty of a few bytes.
const MOST_PROPERTIES: usize = 256;
const LONGEST_VALUE: usize = 1_024;

/// A packet with all simple `GPano` properties of `xmp`, whether written as attributes or as elements; `None` if there are none.
pub(super) fn packet(xmp: &str) -> Option<String> {
    let mut properties = BTreeMap::new();
    let is_end_tag = |at: usize| xmp.get(..at).is_some_and(|before| before.ends_with('/'));
    let places = xmp.match_indices(PREFIX).filter(|(at, _)| !is_end_tag(*at));
    for (at, _) in places.take(MOST_PROPERTIES) {
        let Some(rest) = xmp.get(at + PREFIX.len()..) else {
            continue;
        };
        if let Some((name, value)) = property(rest) {
            properties.entry(name).or_insert(value);
        }
    }
    if properties.is_empty() {
        return None;
    }
    let elements = properties.iter().fold(String::new(), |mut elements, (name, value)| {
        // Writing to a string cannot fail.
        let _ = write!(elements, "<{PREFIX}{name}>{value}</{PREFIX}{name}>");
        elements
    });
    Some(format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:GPano=\"http://ns.google.com/photos/1.0/panorama/\">{elements}\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    ))
}

/// Name and value at the start of `text`: `Name="value"`, `Name='value'` or `Name>value<`.
fn property(text: &str) -> Option<(&str, &str)> {
    let length = text.find(|character: char| !character.is_ascii_alphanumeric())?;
    let (name, rest) = text.split_at_checked(length)?;
    let value = match rest.trim_start().strip_prefix('=') {
        Some(rest) => {
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            until(rest.get(1..)?, quote)?
        }
        None => until(rest.strip_prefix('>')?, '<')?,
    };
    // The text is copied as it stands, escapes included; markup in it would be somebody's trick.
    (!name.is_empty() && !value.contains(['<', '>'])).then_some((name, value.trim()))
}

/// What comes before `end`, which is not looked for in all the rest of a long text.
fn until(text: &str, end: char) -> Option<&str> {
    let near = text.get(..text.floor_char_boundary(LONGEST_VALUE))?;
    near.split_once(end).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_the_group_and_nothing_else() {
        let xmp = r#"<rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" exif:GPSLatitude="52,30N"
            GPano:ProjectionType="equirectangular" GPano:UsePanoramaViewer='True'>
            <GPano:FullPanoWidthPixels>8000</GPano:FullPanoWidthPixels><dc:creator>Someone</dc:creator></rdf:Description>"#;
        let packet = packet(xmp).unwrap();
        assert!(packet.contains("<GPano:ProjectionType>equirectangular</GPano:ProjectionType>"));
        assert!(packet.contains("<GPano:UsePanoramaViewer>True</GPano:UsePanoramaViewer>"));
        assert!(packet.contains("<GPano:FullPanoWidthPixels>8000</GPano:FullPanoWidthPixels>"));
        assert!(!packet.contains("GPS") && !packet.contains("Someone"));
    }

    #[test]
    fn other_packets_give_none() {
        assert_eq!(
            packet("<rdf:Description xmlns:GPano=\"x\" exif:GPSLatitude=\"1\"/>"),
            None
        );
        assert_eq!(packet("GPano:"), None);
        assert_eq!(packet("GPano:A=\"<script>\""), None);
    }
}
