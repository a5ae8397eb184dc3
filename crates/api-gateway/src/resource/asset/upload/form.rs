use actix_multipart::{Field, Multipart};
use safelight_core::formats::MediaKind;
use serde_json::{Map, Value};

use super::{
    fields::UploadFields,
    names,
    receive::{Received, receive},
};
use crate::prelude::*;
use crate::{
    http::validate,
    incoming::{Refusal, claims::Claims, clean_name, next_part, next_piece},
};

/// Most parts of a form.
const MOST_PARTS: usize = 100;

/// An upload that has arrived whole and makes sense.
pub(super) struct Form {
    pub(super) fields: UploadFields,
    pub(super) asset: Received,
    pub(super) kind: MediaKind,
    pub(super) sidecar: Option<Received>,
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
    texts: Map<String, Value>,
    /// Bytes of all texts, with their names.
    text_bytes: usize,
    asset: Option<(Received, MediaKind)>,
    sidecar: Option<Received>,
}

/// Reads the parts of a form in the order they come, files into the store.
pub(super) async fn read(
    multipart: &mut Multipart,
    auth: &Auth,
    state: &AppState,
    claims: &mut Claims,
) -> Result<Form, Refusal> {
    let mut parts = Parts::default();
    let mut count = 0_usize;
    while let Some(mut field) = next_part(multipart, state).await? {
        count += 1;
        if count > MOST_PARTS {
            return Err(ApiError::bad("Too many parts").into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.content_disposition().and_then(|header| header.get_filename());
        if let Some(file_name) = file_name.map(clean_name) {
            read_file(&mut field, &name, file_name, (auth, state), claims, &mut parts).await?;
        } else {
            parts.text_bytes = parts.text_bytes.saturating_add(name.len());
            let value = read_text(&mut field, state, &mut parts.text_bytes).await?;
            parts.texts.insert(name, value.into());
        }
    }
    let fields = validate::read::<UploadFields>(Some(&Value::Object(parts.texts))).map_err(ApiError::from)?;
    let (asset, kind) = parts.asset.ok_or_else(|| ApiError::bad("File is required"))?;
    Ok(Form {
        fields,
        asset,
        kind,
        sidecar: parts.sidecar,
    })
}

async fn read_file(
    field: &mut Field,
    part: &str,
    file_name: String,
    (auth, state): (&Auth, &AppState),
    claims: &mut Claims,
    parts: &mut Parts,
) -> Result<(), Refusal> {
    match part {
        "assetData" if parts.asset.is_none() => {
            // Only a name that came before the file counts for its type.
            let given = parts.texts.get("filename").and_then(Value::as_str).map(clean_name);
            let name = given.filter(|name| !name.is_empty()).unwrap_or(file_name);
            let Some((kind, extension)) = names::asset_kind(&name) else {
                return Err(unsupported(&name));
            };
            let room = room(auth, parts);
            let received = receive(field, name, &extension, room, (auth, state), claims).await?;
            parts.asset = Some((received, kind));
        }
        "sidecarData" if parts.sidecar.is_none() => {
            if !names::is_sidecar(&file_name) {
                return Err(unsupported(&file_name));
            }
            let received = receive(field, file_name, "xmp", room(auth, parts), (auth, state), claims).await?;
            parts.sidecar = Some(received);
        }
        other => return Err(ApiError::bad(format!("Unexpected field - {other}")).into()),
    }
    Ok(())
}

/// How many bytes this person may still store beside what has come, as it was when the request came; the transaction asks
/// again.
fn room(auth: &Auth, parts: &Parts) -> Option<u64> {
    let come = parts.asset.iter().map(|(asset, _)| asset).chain(&parts.sidecar);
    let come = come.fold(0_u64, |sum, file| sum.saturating_add(file.size));
    Some(auth.user.room()?.saturating_sub(come))
}

async fn read_text(field: &mut Field, state: &AppState, all: &mut usize) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(piece) = next_piece(field, state).await? {
        *all = all.saturating_add(piece.len());
        if *all > state.http.form_texts {
            return Err(ApiError::bad("Field value too long").into());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unsupported(name: &str) -> Refusal {
    ApiError::bad(format!("Unsupported file type {name}")).into()
}
