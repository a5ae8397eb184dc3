//! The statements of searches.

use super::filter::Question;
use crate::resource::statement::{Conditions, Value};

/// In which order assets are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchOrder {
    Oldest,
    Newest,
    Largest,
}

impl SearchOrder {
    /// The id makes the order of equal ones that of every page.
    fn text(self) -> &'static str {
        match self {
            Self::Oldest => "a.file_created_at, a.id",
            Self::Newest => "a.file_created_at desc, a.id desc",
            Self::Largest => "e.file_size_in_byte desc nulls last, a.id",
        }
    }
}

/// At most `limit` ids after the first `skipped`.
pub(super) fn ids(question: Question, order: SearchOrder, limit: i64, skipped: i64) -> (Conditions, String) {
    let source = source(&question);
    let Question { mut conditions, .. } = question;
    let text = conditions.text();
    let limit = conditions.value(Value::Number(limit));
    let skipped = conditions.value(Value::Number(skipped));
    let order = order.text();
    let statement = format!("select a.id from {source} where {text} order by {order} limit {limit} offset {skipped}");
    (conditions, statement)
}

/// How many there are.
pub(super) fn count(question: Question) -> (Conditions, String) {
    let source = source(&question);
    let Question { conditions, .. } = question;
    let statement = format!(
        "select json_build_object('total', count(*))::text as body from {source} where {}",
        conditions.text()
    );
    (conditions, statement)
}

/// The tags are joined only where they are asked about; every asset has a row of them.
pub(super) fn source(question: &Question) -> &'static str {
    if question.exif {
        "asset a join asset_exif e on e.asset_id = a.id"
    } else {
        "asset a"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::{
        super::wire::{Metadata, Statistics},
        *,
    };
    use crate::http::validate::read;

    /// The statement of a search by metadata.
    fn of(body: &serde_json::Value) -> String {
        let search = read::<Metadata>(Some(body)).ok().unwrap();
        let question = Question::of_metadata(Uuid::nil(), &search);
        ids(question, SearchOrder::Newest, 3, 6).1
    }

    #[test]
    fn a_search_for_everything_reads_one_index() {
        assert_eq!(
            of(&json!({})),
            "select a.id from asset a where a.owner_id = $1 and a.deleted_at is null and a.visibility <> 'locked' \
             order by a.file_created_at desc, a.id desc limit $2 offset $3"
        );
    }

    #[test]
    fn tags_are_joined_only_where_they_are_asked_about() {
        for (body, condition) in [
            (json!({"make": "X"}), "e.make = $2"),
            (json!({"lensModel": null}), "e.lens_model is null"),
            (json!({"rating": null}), "e.rating is null"),
            (json!({"rating": 4}), "e.rating = $2"),
            (
                json!({"description": "x"}),
                "lower(e.description collate \"und-x-icu\") like lower($2 collate \"und-x-icu\")",
            ),
        ] {
            let statement = of(&body);
            assert!(statement.contains("join asset_exif e"), "{body}: {statement}");
            assert!(statement.contains(&format!(" and {condition} ")), "{body}: {statement}");
        }
    }

    #[test]
    fn every_filter_has_its_condition() {
        let id = "00000000-0000-4000-8000-000000000000";
        let moment = "2024-01-01T00:00:00Z";
        for (body, condition) in [
            (json!({"id": id}), "a.id = $2"),
            (json!({"libraryId": id}), "a.library_id = $2"),
            (json!({"libraryId": null}), "a.library_id is null"),
            (json!({"type": "VIDEO"}), "a.type = $2"),
            (json!({"isFavorite": false}), "not (a.is_favorite)"),
            (json!({"isMotion": true}), "(a.live_photo_video_id is not null)"),
            (json!({"isOffline": true}), "(a.is_offline)"),
            (json!({"isEncoded": true}), "f.type = 'encoded_video')"),
            (json!({"takenAfter": moment}), "a.file_created_at >= $2"),
            (json!({"createdBefore": moment}), "a.created_at <= $2"),
            (json!({"updatedAfter": moment}), "a.updated_at >= $2"),
            (json!({"trashedBefore": moment}), "a.status <> 'deleted'"),
            (json!({"withDeleted": true}), "a.status <> 'deleted'"),
            (json!({"isNotInAlbum": true}), "not exists (select from album_asset"),
            (json!({"albumIds": [id, id]}), "aa.album_id = any($2)"),
            (json!({"personIds": [id]}), "false"),
            (json!({"tagIds": [id]}), "false"),
            (json!({"ocr": "x"}), "false"),
            (json!({"checksum": "nope"}), "false"),
            (
                json!({"checksum": "b69964e7c968e737ef35b7b30cf7d79640a48637"}),
                "a.checksum = $2",
            ),
            (json!({"originalFileName": "x"}), "a.original_file_name collate"),
            (json!({"originalPath": "x"}), "a.original_path collate"),
            (json!({"thumbnailPath": "x"}), "f.type = $2 and f.path = $3"),
        ] {
            let statement = of(&body);
            assert!(statement.contains(condition), "{body}: {statement}");
            assert!(!statement.contains("asset_exif"), "{body}: {statement}");
        }
    }

    #[test]
    fn counts_take_the_same_conditions() {
        let search = read::<Statistics>(Some(&json!({"type": "IMAGE", "description": "x"})))
            .ok()
            .unwrap();
        let (_, statement) = count(Question::of_statistics(Uuid::nil(), &search));
        assert!(
            statement.contains("a.type = $2") && statement.contains("e.description"),
            "{statement}"
        );
    }
}
