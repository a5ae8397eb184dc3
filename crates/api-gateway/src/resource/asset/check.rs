//! Which files need not be sent at all.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::asset;
use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{Bound, list, name, object, shape, text};
use crate::prelude::*;

/// The length of a SHA-1 in base64; anything else is taken for hexadecimal.
const BASE64_LENGTH: usize = 28;

/// A checksum as clients write it.
pub(crate) fn parse_checksum(text: &str) -> Option<Vec<u8>> {
    let bytes = if text.len() == BASE64_LENGTH {
        STANDARD.decode(text).ok()
    } else {
        hex::decode(text).ok()
    };
    bytes.filter(|bytes| bytes.len() == 20)
}

shape! {
    /// One file that a client has.
    struct Item {
        id: String = "id", text();
        checksum: String = "checksum", name();
    }

    /// The files that a client has.
    pub(super) struct Items(Vec<Item> = "assets", list(Bound::Checks, object::<Item>()));
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    id: String,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_trashed: Option<bool>,
}

#[derive(Serialize)]
struct Verdicts {
    results: Vec<Verdict>,
}

/// `POST /assets/bulk-upload-check`
pub(super) async fn bulk_upload_check(auth: Auth, body: Body<Items>, state: Data<AppState>) -> Reply {
    let items = body.0.0;
    let checksums: Vec<Option<Vec<u8>>> = items.iter().map(|item| parse_checksum(&item.checksum)).collect();
    let wanted: Vec<&Vec<u8>> = checksums.iter().flatten().collect();
    let mut conn = state.conn().await?;
    let rows: Vec<(Vec<u8>, Uuid, bool)> = asset::table
        .filter(asset::owner_id.eq(auth.id()))
        .filter(asset::checksum.eq_any(wanted))
        .select((asset::checksum, asset::id, asset::deleted_at.is_not_null()))
        .load(&mut conn)
        .await?;
    let known: HashMap<Vec<u8>, (Uuid, bool)> = rows
        .into_iter()
        .map(|(checksum, id, is_trashed)| (checksum, (id, is_trashed)))
        .collect();
    let results = items.into_iter().zip(checksums).map(|(item, checksum)| {
        let found = checksum.and_then(|checksum| known.get(&checksum));
        Verdict {
            id: item.id,
            action: if found.is_some() { "reject" } else { "accept" },
            reason: found.map(|_| "duplicate"),
            asset_id: found.map(|(id, _)| *id),
            is_trashed: found.map(|(_, is_trashed)| *is_trashed),
        }
    });
    Ok(reply::ok(&Verdicts {
        results: results.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_in_both_spellings() {
        let bytes = parse_checksum("b69964e7c968e737ef35b7b30cf7d79640a48637").unwrap();
        assert_eq!(parse_checksum("tplk58lo5zfvNbezDPfXlkCkhjc="), Some(bytes));
        for nonsense in ["", "zz", "b699", "????????????????????????????"] {
            assert_eq!(parse_checksum(nonsense), None, "{nonsense}");
        }
    }
}
