//! What a client may ask of a search.

use chrono::{DateTime, Utc};
use safelight_core::ids::{AssetType, FileType, Visibility};
use uuid::Uuid;

use crate::http::validate::{
    Bound, Choices, Fields, Rule, Shape, boolean, choice, instant, integer, list, name, query_boolean, query_integer,
    text, uuid, word,
};

/// A yes or no about an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    Encoded,
    Favorite,
    Motion,
    Offline,
}

const FLAGS: [(&str, Flag); 4] = [
    ("isEncoded", Flag::Encoded),
    ("isFavorite", Flag::Favorite),
    ("isMotion", Flag::Motion),
    ("isOffline", Flag::Offline),
];

/// A moment in the life of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Created,
    Updated,
    Trashed,
    Taken,
}

/// The fields of each moment: not after, not before.
const MOMENTS: [(&str, &str, Moment); 4] = [
    ("createdBefore", "createdAfter", Moment::Created),
    ("updatedBefore", "updatedAfter", Moment::Updated),
    ("trashedBefore", "trashedAfter", Moment::Trashed),
    ("takenBefore", "takenAfter", Moment::Taken),
];

/// A word that the tags of an asset have, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    City,
    State,
    Country,
    Make,
    Model,
    Lens,
}

const TAGS: [(&str, Tag); 6] = [
    ("city", Tag::City),
    ("state", Tag::State),
    ("country", Tag::Country),
    ("make", Tag::Make),
    ("model", Tag::Model),
    ("lensModel", Tag::Lens),
];

/// What all searches have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// `Some(None)`: in no library.
    pub(super) library: Option<Option<Uuid>>,
    pub(super) kind: Option<AssetType>,
    pub(super) flags: Vec<(Flag, bool)>,
    pub(super) visibility: Option<Visibility>,
    pub(super) not_after: Vec<(Moment, DateTime<Utc>)>,
    pub(super) not_before: Vec<(Moment, DateTime<Utc>)>,
    /// `None` beside a tag: without one.
    pub(super) tags: Vec<(Tag, Option<String>)>,
    /// `false` asks for nothing.
    pub(super) is_not_in_album: bool,
    pub(super) albums: Vec<Uuid>,
    pub(super) people: Vec<Uuid>,
    /// The tags that people make; there are none yet.
    pub(super) labels: Vec<Uuid>,
    /// `Some(None)`: not rated.
    pub(super) rating: Option<Option<i64>>,
    pub(super) ocr: Option<String>,
    /// Words that name, description or place have, each in one of them.
    pub(super) words: Vec<String>,
    pub(super) with_deleted: bool,
}

/// The most words of a question that count.
const MOST_WORDS: usize = 16;

/// How newer clients narrow and order what they are shown. To find everything instead would show what somebody left out.
const NARROWING: [&str; 3] = ["filter", "orderBy", "cursor"];

/// Where a question is written: in a query all values are texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Query,
}

impl Place {
    fn flag(self, fields: &mut Fields<'_, '_>, name: &str) -> Option<Option<bool>> {
        match self {
            Self::Body => fields.read(name, boolean().optional()),
            Self::Query => fields.read(name, query_boolean().optional()),
        }
    }

    fn integer(self) -> crate::http::validate::Integer {
        match self {
            Self::Body => integer(),
            Self::Query => query_integer(),
        }
    }
}

impl Filter {
    /// Reads the common fields in the order of the contract. What is wrong is reported field by field, so that a filter
    /// with a mistake in it is never used.
    fn read(fields: &mut Fields<'_, '_>, place: Place) -> Option<Self> {
        let library = fields.read("libraryId", uuid().nullish());
        let kind = fields.read("type", word(AssetType::ALL).optional());
        let flags = flags(fields, place);
        let visibility = fields.read("visibility", word(Visibility::ALL).optional());
        let moments = moments(fields);
        let tags = tags(fields);
        let is_not_in_album = place.flag(fields, "isNotInAlbum");
        let people = fields.read("personIds", list(Bound::Ids, uuid()).or(Vec::new()));
        let labels = fields.read("tagIds", list(Bound::Ids, uuid()).nullish());
        let albums = fields.read("albumIds", list(Bound::Ids, uuid()).or(Vec::new()));
        let rating = fields.read("rating", place.integer().min(1).max(5).nullish());
        let ocr = fields.read("ocr", text().optional());
        let query = fields.read("query", text().optional());
        for name in NARROWING
            .into_iter()
            .filter(|name| fields.has(name))
            .collect::<Vec<_>>()
        {
            fields.refuse_field(name, format!("{name} is not available in this release"));
        }
        let (not_after, not_before) = moments?;
        Some(Self {
            library: library?,
            kind: kind?,
            flags: flags?,
            visibility: visibility?,
            not_after,
            not_before,
            tags: tags?,
            is_not_in_album: is_not_in_album? == Some(true),
            albums: albums?,
            people: people?,
            labels: labels?.flatten().unwrap_or_default(),
            rating: rating?,
            ocr: ocr?,
            words: query?.as_deref().map(words).unwrap_or_default(),
            with_deleted: false,
        })
    }
}

fn words(query: &str) -> Vec<String> {
    query.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect()
}

fn flags(fields: &mut Fields<'_, '_>, place: Place) -> Option<Vec<(Flag, bool)>> {
    let read = FLAGS.map(|(name, flag)| (flag, place.flag(fields, name)));
    let given = read.into_iter().map(|(flag, value)| Some((flag, value?)));
    let given: Vec<_> = given.collect::<Option<_>>()?;
    Some(
        given
            .into_iter()
            .filter_map(|(flag, value)| Some((flag, value?)))
            .collect(),
    )
}

type Moments = Vec<(Moment, DateTime<Utc>)>;

fn moments(fields: &mut Fields<'_, '_>) -> Option<(Moments, Moments)> {
    let read = MOMENTS.map(|(before, after, moment)| {
        let before = fields.read(before, instant().optional());
        (moment, before, fields.read(after, instant().optional()))
    });
    let (mut not_after, mut not_before) = (Vec::new(), Vec::new());
    for (moment, before, after) in read {
        not_after.extend(before?.map(|end| (moment, end)));
        not_before.extend(after?.map(|start| (moment, start)));
    }
    Some((not_after, not_before))
}

fn tags(fields: &mut Fields<'_, '_>) -> Option<Vec<(Tag, Option<String>)>> {
    let read = TAGS.map(|(name, tag)| (tag, fields.read(name, text().nullish())));
    let mut given = Vec::new();
    for (tag, value) in read {
        given.extend(value?.map(|value| (tag, value)));
    }
    Some(given)
}

/// How much of what was found is shown, and whether the trash counts.
struct Shown {
    with_deleted: bool,
    with_exif: bool,
    size: Option<i64>,
}

impl Shown {
    fn read(fields: &mut Fields<'_, '_>, place: Place) -> Option<Self> {
        let with_deleted = place.flag(fields, "withDeleted");
        let with_exif = place.flag(fields, "withExif");
        let size = fields.read("size", place.integer().min(1).max(1000).optional());
        Some(Self {
            with_deleted: with_deleted? == Some(true),
            with_exif: with_exif? == Some(true),
            size: size?,
        })
    }
}

/// Checks two flags that change nothing yet: there are neither stacks nor people.
fn stacked_and_people(fields: &mut Fields<'_, '_>) -> Option<()> {
    let stacked = fields.read("withStacked", boolean().optional());
    let people = fields.read("withPeople", boolean().optional());
    stacked.and(people).map(|_| ())
}

/// `POST /search/random`
pub(super) struct Random {
    pub(super) filter: Filter,
    pub(super) with_exif: bool,
    pub(super) size: Option<i64>,
}

impl Shape for Random {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let filter = Filter::read(fields, Place::Body);
        let shown = Shown::read(fields, Place::Body);
        stacked_and_people(fields)?;
        let (filter, shown) = (filter?, shown?);
        Some(Self {
            filter: Filter {
                with_deleted: shown.with_deleted,
                ..filter
            },
            with_exif: shown.with_exif,
            size: shown.size,
        })
    }
}

/// `POST /search/large-assets`, whose question is a query.
pub(super) struct Large {
    pub(super) filter: Filter,
    pub(super) min_file_size: Option<i64>,
    pub(super) size: Option<i64>,
}

impl Shape for Large {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let filter = Filter::read(fields, Place::Query);
        let shown = Shown::read(fields, Place::Query);
        let min_file_size = fields.read("minFileSize", query_integer().min(0).optional());
        let (filter, shown) = (filter?, shown?);
        Some(Self {
            filter: Filter {
                with_deleted: shown.with_deleted,
                ..filter
            },
            min_file_size: min_file_size?,
            size: shown.size,
        })
    }
}

/// `POST /search/statistics`
pub(super) struct Statistics {
    pub(super) filter: Filter,
    pub(super) description: Option<String>,
}

impl Shape for Statistics {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let filter = Filter::read(fields, Place::Body);
        let description = fields.read("description", text().optional());
        Some(Self {
            filter: filter?,
            description: description?,
        })
    }
}

const ASCENDING: &Choices<bool> = &[("asc", true), ("desc", false)];

/// Paths of files made from an asset.
const FILES: [(&str, FileType); 3] = [
    ("previewPath", FileType::Preview),
    ("thumbnailPath", FileType::Thumbnail),
    ("encodedVideoPath", FileType::EncodedVideo),
];

/// `POST /search/metadata`
pub(super) struct Metadata {
    pub(super) random: Random,
    pub(super) id: Option<Uuid>,
    pub(super) description: Option<String>,
    pub(super) checksum: Option<String>,
    pub(super) original_file_name: Option<String>,
    pub(super) original_path: Option<String>,
    pub(super) files: Vec<(FileType, String)>,
    pub(super) ascending: bool,
    pub(super) page: i64,
}

impl Shape for Metadata {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let random = Random::read(fields);
        let id = fields.read("id", uuid().optional());
        let description = fields.read("description", text().optional());
        let checksum = fields.read("checksum", name().optional());
        let original_file_name = fields.read("originalFileName", text().optional());
        let original_path = fields.read("originalPath", text().optional());
        let files = FILES.map(|(name, kind)| (kind, fields.read(name, text().optional())));
        let ascending = fields.read("order", choice(ASCENDING).or(false));
        let page = fields.read("page", integer().min(1).or(1));
        let mut paths = Vec::new();
        for (kind, path) in files {
            paths.extend(path?.map(|path| (kind, path)));
        }
        Some(Self {
            random: random?,
            id: id?,
            description: description?,
            checksum: checksum?,
            original_file_name: original_file_name?,
            original_path: original_path?,
            files: paths,
            ascending: ascending?,
            page: page?,
        })
    }
}

/// `POST /search/smart`: read so that a question that makes no sense is told so.
pub(super) struct Smart;

impl Shape for Smart {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let filter = Filter::read(fields, Place::Body);
        let shown = Shown::read(fields, Place::Body);
        let asset = fields.read("queryAssetId", uuid().optional());
        let language = fields.read("language", name().optional());
        let page = fields.read("page", integer().min(1).optional());
        filter.and(shown).and(asset).and(language).and(page).map(|_| Self)
    }
}

const SUGGESTIONS: &Choices<Tag> = &[
    ("country", Tag::Country),
    ("state", Tag::State),
    ("city", Tag::City),
    ("camera-make", Tag::Make),
    ("camera-model", Tag::Model),
    ("camera-lens-model", Tag::Lens),
];

/// `GET /search/suggestions`
pub(super) struct Suggest {
    pub(super) tag: Tag,
    /// Only of assets that have these.
    pub(super) given: Vec<(Tag, String)>,
}

impl Shape for Suggest {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let tag = fields.read("type", choice(SUGGESTIONS));
        let given = TAGS.map(|(name, tag)| (tag, fields.read(name, text().optional())));
        let include_null = fields.read("includeNull", query_boolean().optional());
        let mut values = Vec::new();
        for (tag, value) in given {
            values.extend(value?.map(|value| (tag, value)));
        }
        include_null?;
        Some(Self {
            tag: tag?,
            given: values,
        })
    }
}

/// A question by name: of places and of people.
pub(super) struct Name;

impl Shape for Name {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = fields.read("name", name());
        let with_hidden = fields.read("withHidden", query_boolean().optional());
        name.and(with_hidden).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::validate::read;

    #[test]
    fn what_is_asked_is_read_and_what_is_null_means_without() {
        let body = json!({
            "type": "IMAGE", "isFavorite": false, "takenAfter": "2024-01-01T00:00:00+01:00", "make": null, "model": "X",
            "tagIds": null, "size": 3, "page": 2, "order": "asc", "withDeleted": true, "isNotInAlbum": false,
        });
        let search = read::<Metadata>(Some(&body)).ok().unwrap();
        let filter = &search.random.filter;
        assert_eq!(filter.flags, [(Flag::Favorite, false)]);
        assert_eq!(filter.not_before.len(), 1);
        assert_eq!(filter.not_before[0].1.to_rfc3339(), "2023-12-31T23:00:00+00:00");
        assert_eq!(filter.tags, [(Tag::Make, None), (Tag::Model, Some("X".to_owned()))]);
        assert!(filter.with_deleted && !filter.is_not_in_album && filter.labels.is_empty());
        assert_eq!((search.random.size, search.page, search.ascending), (Some(3), 2, true));
    }

    #[test]
    fn every_mistake_is_told() {
        let body = json!({
            "type": "X", "isEncoded": 1, "visibility": "x", "createdBefore": "x", "takenAfter": 1, "city": 1,
            "personIds": "x", "rating": 0, "size": 0, "withStacked": 1, "withPeople": 1, "id": "x", "previewPath": 1, "order": "x",
            "page": 0,
        });
        let issues = read::<Metadata>(Some(&body)).err().unwrap();
        assert_eq!(issues.found(), body.as_object().unwrap().len(), "{issues:?}");
    }

    #[test]
    fn what_would_narrow_is_refused_and_not_ignored() {
        for field in NARROWING {
            let issues = read::<Random>(Some(&json!({field: null}))).err().unwrap();
            assert_eq!(issues.found(), 1, "{field}");
        }
        let search = read::<Random>(Some(&json!({"query": " Old  harbour "}))).ok().unwrap();
        assert_eq!(search.filter.words, ["Old", "harbour"]);
    }

    #[test]
    fn a_query_is_made_of_words() {
        let query = json!({"isFavorite": "true", "minFileSize": "9", "size": "3", "rating": "5", "albumIds": []});
        let large = read::<Large>(Some(&query)).ok().unwrap();
        assert_eq!((large.min_file_size, large.size), (Some(9), Some(3)));
        assert_eq!(large.filter.rating, Some(Some(5)));
        for wrong in [
            json!({"minFileSize": "x"}),
            json!({"isFavorite": "1"}),
            json!({"albumIds": "x"}),
        ] {
            assert_eq!(read::<Large>(Some(&wrong)).err().unwrap().found(), 1, "{wrong}");
        }
    }
}
