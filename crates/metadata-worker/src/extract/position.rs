//! Where a picture was taken.

use crate::tags::Tags;

/// A place in decimal degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Position {
    /// -90 to 90, north is positive.
    pub(crate) latitude: f64,
    /// -180 to 180, east is positive.
    pub(crate) longitude: f64,
}

/// The position in the tags, to six decimals (a hand's breadth). Both halves must be there and on the globe; 0/0 in the
/// Gulf of Guinea is what devices write that have no fix. `GPS:GPSLatitude` alone has no sign and is not asked.
pub(crate) fn position(tags: &Tags) -> Option<Position> {
    let half = |name: &str, limit: f64| {
        let text = tags.exact("Composite", name).or_else(|| tags.exact("XMP-exif", name))?;
        let degrees: f64 = text.parse().ok()?;
        (degrees.abs() <= limit).then(|| (degrees * 1e6).round() / 1e6)
    };
    let (latitude, longitude) = (half("GPSLatitude", 90.0)?, half("GPSLongitude", 180.0)?);
    (latitude != 0.0 || longitude != 0.0).then_some(Position { latitude, longitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: &str, longitude: &str) -> Option<(f64, f64)> {
        let tags = Tags::of(&[
            ("GPS:GPSLatitude", "1"),
            ("Composite:GPSLatitude", latitude),
            ("Composite:GPSLongitude", longitude),
        ]);
        position(&tags).map(|found| (found.latitude, found.longitude))
    }

    #[test]
    fn both_halves_on_the_globe() {
        assert_eq!(at("39.115", "-108.400968333333"), Some((39.115, -108.400_968)));
        assert_eq!(at("0", "12"), Some((0.0, 12.0)));
        assert_eq!(at("0", "0"), None);
        assert_eq!(at("91", "0"), None);
        assert_eq!(at("12", ""), None);
    }
}
