//! From tags to what the library knows about an asset. Pure: no file, no database.

pub(crate) mod bounds;
pub(crate) mod camera;
pub(crate) mod date;
pub(crate) mod picture;
pub(crate) mod position;
pub(crate) mod stamp;
pub(crate) mod streams;
pub(crate) mod text;
pub(crate) mod zone;

use chrono::{DateTime, SubsecRound, Utc};

use camera::Camera;
use date::{Around, Taken};
use picture::{Medium, Picture};
use position::Position;

use crate::tags::Tags;

/// What is known of a file before its tags are read.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// How to read it.
    pub(crate) medium: Medium,
    /// Bytes.
    pub(crate) size: u64,
    /// What the client said, or the file system: when it came to be.
    pub(crate) created: DateTime<Utc>,
    /// What the client said, or the file system: when it was last changed.
    pub(crate) modified: DateTime<Utc>,
}

/// Everything one reading of an asset yields.
#[derive(Debug, Clone)]
pub(crate) struct Extracted {
    pub(crate) taken: Taken,
    pub(crate) modify_date: DateTime<Utc>,
    /// Bytes; an empty file has none to tell (recorded exchange 322).
    pub(crate) file_size: Option<i64>,
    pub(crate) position: Option<Position>,
    pub(crate) camera: Camera,
    pub(crate) picture: Picture,
    pub(crate) description: String,
    pub(crate) rating: Option<i32>,
    pub(crate) projection_type: Option<String>,
    /// What the two halves of a live photo share.
    pub(crate) live_photo_cid: Option<String>,
    /// What the shots of a burst share.
    pub(crate) auto_stack_id: Option<String>,
}

/// Reads the tags of a file and of its sidecar. What a sidecar says wins over the file, but the picture itself (size,
/// orientation, duration, colours) is only the file's to tell; a sidecar with a date takes the file's zone out of play.
pub(crate) fn extract(file: &File, tags: &Tags, sidecar: Option<&Tags>) -> Extracted {
    let medium = file.medium.told(tags);
    let position = sidecar
        .and_then(position::position)
        .or_else(|| position::position(tags));
    let dated = sidecar.filter(|sidecar| date::has_date(sidecar)).unwrap_or(tags);
    let around = Around {
        position,
        is_video: medium == Medium::Video && std::ptr::eq(dated, tags),
        fallback: file.created.min(file.modified).trunc_subsecs(3),
    };
    let rated = sidecar.filter(|sidecar| text::has_rating(sidecar)).unwrap_or(tags);
    let described = sidecar.filter(|sidecar| text::has_description(sidecar)).unwrap_or(tags);
    Extracted {
        taken: date::taken(dated, &around),
        modify_date: file.modified.trunc_subsecs(3),
        file_size: i64::try_from(file.size).ok().filter(|bytes| *bytes > 0),
        position,
        camera: sidecar.map_or_else(
            || camera::camera(tags),
            |sidecar| overlaid(camera::camera(sidecar), camera::camera(tags)),
        ),
        picture: picture::picture(tags, medium),
        description: text::description(described).unwrap_or_default(),
        rating: text::rating(rated),
        projection_type: text::projection_type(tags),
        live_photo_cid: first(tags, &["ContentIdentifier", "MediaGroupUUID"]),
        auto_stack_id: first(tags, &["BurstID", "BurstUUID", "CameraBurstID", "MediaUniqueID"]),
    }
}

fn first(tags: &Tags, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| tags.text(name, &[]))?;
    bounds::identifier(found)
}

fn overlaid(over: Camera, under: Camera) -> Camera {
    Camera {
        make: over.make.or(under.make),
        model: over.model.or(under.model),
        lens_model: over.lens_model.or(under.lens_model),
        f_number: over.f_number.or(under.f_number),
        focal_length: over.focal_length.or(under.focal_length),
        iso: over.iso.or(under.iso),
        exposure_time: over.exposure_time.or(under.exposure_time),
    }
}

#[cfg(test)]
mod recorded;

#[cfg(test)]
mod made;

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        let created = "2024-03-01T10:00:00Z".parse().unwrap();
        File {
            medium: Medium::Image,
            size: 7,
            created,
            modified: "2024-03-02T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_sidecar_with_a_date_drops_the_zone_of_the_file() {
        let tags = Tags::of(&[
            ("ExifIFD:DateTimeOriginal", "2020:01:01 12:00:00"),
            ("ExifIFD:OffsetTimeOriginal", "-08:00"),
        ]);
        assert_eq!(extract(&file(), &tags, None).taken.time_zone.as_deref(), Some("UTC-8"));
        let sidecar = Tags::of(&[("XMP-exif:DateTimeOriginal", "2019:01:01 12:00:00")]);
        let taken = extract(&file(), &tags, Some(&sidecar)).taken;
        assert_eq!(
            (taken.at.to_rfc3339().as_str(), taken.time_zone),
            ("2019-01-01T12:00:00+00:00", None)
        );
    }

    #[test]
    fn a_sidecar_wins_where_it_speaks() {
        let tags = Tags::of(&[
            ("File:ImageWidth", "10"),
            ("File:ImageHeight", "20"),
            ("IFD0:Make", "Canon"),
            ("XMP-xmp:Rating", "3"),
            ("IFD0:ImageDescription", "a"),
        ]);
        let sidecar = Tags::of(&[
            ("XMP-tiff:ImageWidth", "99"),
            ("XMP-tiff:Orientation", "6"),
            ("XMP-xmp:Rating", "0"),
            ("XMP-dc:Description", ""),
            ("XMP-exif:GPSLatitude", "48.14"),
            ("XMP-exif:GPSLongitude", "11.57"),
        ]);
        let found = extract(&file(), &tags, Some(&sidecar));
        assert_eq!(found.picture.shown(), Some((10, 20)));
        assert_eq!((found.rating, found.description.as_str()), (None, ""));
        assert_eq!(found.camera.make.as_deref(), Some("Canon"));
        assert_eq!(
            found.position,
            Some(Position {
                latitude: 48.14,
                longitude: 11.57
            })
        );
        assert_eq!(found.taken.time_zone.as_deref(), Some("Europe/Berlin"));
    }

    #[test]
    fn nothing_known_is_the_earlier_time_of_the_file() {
        let found = extract(&File { size: 0, ..file() }, &Tags::default(), None);
        assert_eq!(found.taken.at.to_rfc3339(), "2024-03-01T10:00:00+00:00");
        assert_eq!(
            (found.taken.time_zone, found.file_size, found.picture.shown()),
            (None, None, None)
        );
    }
}
