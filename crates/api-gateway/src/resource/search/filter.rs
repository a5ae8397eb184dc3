//! From a question to conditions, and whether the caller may ask it.

use diesel_async::AsyncPgConnection;
use safelight_core::ids::{FileType, Visibility};
use uuid::Uuid;

use super::wire::{Filter, Flag, Metadata, Moment, Statistics, Tag};
use crate::prelude::*;
use crate::{
    access::{self, asset::NO_MOVING_PART},
    resource::{
        asset::parse_checksum,
        statement::{Conditions, Value},
    },
};

/// Refuses what the caller may not ask.
///
/// # Errors
/// 401 for the locked folder without PIN; 400 for an album that is not there or not theirs.
pub(super) async fn check(conn: &mut AsyncPgConnection, auth: &Auth, filter: &Filter) -> Result<(), ApiError> {
    if filter.visibility == Some(Visibility::Locked) {
        auth.require_elevated()?;
    }
    if filter.albums.is_empty() {
        return Ok(());
    }
    let granted = access::album::granted(conn, auth, Permission::AlbumRead, &filter.albums).await?;
    if filter.albums.iter().all(|album| granted.contains(album)) {
        return Ok(());
    }
    Err(ApiError::no_access(Permission::AlbumRead.as_str()))
}

/// Conditions on `asset a`, and on `asset_exif e` where `exif` says that there are any.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub(super) conditions: Conditions,
    pub(super) exif: bool,
}

impl Question {
    /// The caller's assets that a filter lets through.
    pub(super) fn new(caller: Uuid, filter: &Filter) -> Self {
        let mut question = Self::default();
        question.conditions.with("a.owner_id = ?", [Value::Id(caller)]);
        question.state(filter);
        question.dates(filter);
        question.membership(filter);
        question.tags(filter);
        question.words(&filter.words);
        question
    }

    /// The same for `POST /search/metadata`.
    pub(super) fn of_metadata(caller: Uuid, search: &Metadata) -> Self {
        let mut question = Self::new(caller, &search.random.filter);
        let conditions = &mut question.conditions;
        if let Some(id) = search.id {
            conditions.with("a.id = ?", [Value::Id(id)]);
        }
        match search.checksum.as_deref().map(parse_checksum) {
            Some(Some(checksum)) => conditions.with("a.checksum = ?", [Value::Bytes(checksum)]),
            // No file has what is no checksum.
            Some(None) => conditions.add("false"),
            None => {}
        }
        contains(conditions, "a.original_file_name", search.original_file_name.as_deref());
        contains(conditions, "a.original_path", search.original_path.as_deref());
        for (kind, path) in &search.files {
            conditions.with(
                "a.id in (select f.asset_id from asset_file f where f.type = ? and f.path = ?)",
                [Value::Word(kind.as_str()), Value::Text(path.clone())],
            );
        }
        question.description(search.description.as_deref());
        question
    }

    /// The same for `POST /search/statistics`.
    pub(super) fn of_statistics(caller: Uuid, search: &Statistics) -> Self {
        let mut question = Self::new(caller, &search.filter);
        question.description(search.description.as_deref());
        question
    }

    /// The same for `POST /search/large-assets`.
    pub(super) fn of_size(caller: Uuid, filter: &Filter, min: Option<i64>) -> Self {
        let mut question = Self::new(caller, filter);
        // Its order needs the tags, whatever the conditions.
        question.exif = true;
        if let Some(min) = min {
            question
                .conditions
                .with("e.file_size_in_byte >= ?", [Value::Number(min)]);
        }
        question
    }

    fn words(&mut self, words: &[String]) {
        self.exif |= !words.is_empty();
        for word in words {
            let like = FOUND_BY_WORDS.map(is_like).join(" or ");
            let value = pattern(word);
            self.conditions
                .with(&format!("({like})"), FOUND_BY_WORDS.map(|_| Value::Text(value.clone())));
        }
    }

    fn description(&mut self, part: Option<&str>) {
        self.exif |= part.is_some();
        contains(&mut self.conditions, "e.description", part);
    }

    /// What kind of asset it is, and where it is in its life.
    fn state(&mut self, filter: &Filter) {
        let conditions = &mut self.conditions;
        let trash = |moments: &[(Moment, _)]| moments.iter().any(|(moment, _)| *moment == Moment::Trashed);
        // Who asks when something was trashed means the trash.
        if filter.with_deleted || trash(&filter.not_after) || trash(&filter.not_before) {
            conditions.add("a.status <> 'deleted'");
        } else {
            conditions.add("a.deleted_at is null");
        }
        match filter.visibility {
            Some(Visibility::Locked) => conditions.add(&format!("a.visibility = 'locked' and {NO_MOVING_PART}")),
            Some(place) => conditions.with("a.visibility = ?", [Value::Word(place.as_str())]),
            None => conditions.add("a.visibility <> 'locked'"),
        }
        match filter.library {
            Some(Some(library)) => conditions.with("a.library_id = ?", [Value::Id(library)]),
            Some(None) => conditions.add("a.library_id is null"),
            None => {}
        }
        if let Some(kind) = filter.kind {
            conditions.with("a.type = ?", [Value::Word(kind.as_str())]);
        }
        for (flag, wanted) in &filter.flags {
            let not = if *wanted { "" } else { "not " };
            conditions.add(&format!("{not}({})", meaning(*flag)));
        }
    }

    fn dates(&mut self, filter: &Filter) {
        for (moment, end) in &filter.not_after {
            self.conditions
                .with(&format!("{} <= ?", time(*moment)), [Value::Moment(*end)]);
        }
        for (moment, start) in &filter.not_before {
            self.conditions
                .with(&format!("{} >= ?", time(*moment)), [Value::Moment(*start)]);
        }
    }

    /// Albums, people and labels. Of several it has to have every one.
    fn membership(&mut self, filter: &Filter) {
        let conditions = &mut self.conditions;
        if !filter.people.is_empty() || !filter.labels.is_empty() || filter.ocr.is_some() {
            // There are no people, no labels and no text from pictures yet: nothing shows any of them.
            conditions.add("false");
        }
        if filter.is_not_in_album {
            conditions.add("not exists (select from album_asset aa where aa.asset_id = a.id)");
        }
        let mut albums = filter.albums.clone();
        albums.sort_unstable();
        albums.dedup();
        if let Ok(count @ 1..) = i64::try_from(albums.len()) {
            conditions.with(
                "a.id in (select aa.asset_id from album_asset aa where aa.album_id = any(?) \
                 group by aa.asset_id having count(*) = ?)",
                [Value::Ids(albums), Value::Number(count)],
            );
        }
    }

    fn tags(&mut self, filter: &Filter) {
        for (tag, value) in &filter.tags {
            self.exif = true;
            match value {
                Some(value) => self
                    .conditions
                    .with(&format!("{} = ?", column(*tag)), [Value::Text(value.clone())]),
                None => self.conditions.add(&format!("{} is null", column(*tag))),
            }
        }
        self.exif |= filter.rating.is_some();
        match filter.rating {
            Some(Some(stars)) => self.conditions.with("e.rating = ?", [Value::Number(stars)]),
            Some(None) => self.conditions.add("e.rating is null"),
            None => {}
        }
    }
}

/// Where the words of a question are looked for.
pub(super) const FOUND_BY_WORDS: [&str; 5] = [
    "a.original_file_name",
    "e.description",
    "e.city",
    "e.state",
    "e.country",
];

fn contains(conditions: &mut Conditions, column: &str, part: Option<&str>) {
    let Some(part) = part else { return };
    conditions.with(&is_like(column), [Value::Text(pattern(part))]);
}

/// A part of a text in any letter case. The indexes have this expression; see the migration `search`.
pub(super) fn is_like(column: &str) -> String {
    format!("lower({column} collate \"und-x-icu\") like lower(? collate \"und-x-icu\")")
}

/// The pattern of `like` for texts with this part.
pub(super) fn pattern(part: &str) -> String {
    let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn meaning(flag: Flag) -> String {
    match flag {
        Flag::Encoded => format!(
            "exists (select from asset_file f where f.asset_id = a.id and f.type = '{}')",
            FileType::EncodedVideo
        ),
        Flag::Favorite => "a.is_favorite".to_owned(),
        Flag::Motion => "a.live_photo_video_id is not null".to_owned(),
        Flag::Offline => "a.is_offline".to_owned(),
    }
}

fn time(moment: Moment) -> &'static str {
    match moment {
        Moment::Created => "a.created_at",
        Moment::Updated => "a.updated_at",
        Moment::Trashed => "a.deleted_at",
        Moment::Taken => "a.file_created_at",
    }
}

/// The column of a tag.
pub(super) fn column(tag: Tag) -> &'static str {
    match tag {
        Tag::City => "e.city",
        Tag::State => "e.state",
        Tag::Country => "e.country",
        Tag::Make => "e.make",
        Tag::Model => "e.model",
        Tag::Lens => "e.lens_model",
    }
}
