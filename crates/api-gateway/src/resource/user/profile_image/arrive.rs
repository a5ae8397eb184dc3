use actix_multipart::{Field, Multipart};
use bytes::BytesMut;
use safelight_core::{formats, media::Part};
use uuid::Uuid;

use crate::incoming::{Refusal, claims::Claims, clean_name, next_part, next_piece};
use crate::prelude::*;

/// Written in blocks of this size, whatever the client's.
const BLOCK: usize = 1 << 20;
/// Most parts of a form.
const MOST_PARTS: usize = 20;

/// A picture that has come, still under its part name.
pub(super) struct Arrived {
    /// Which upload it is.
    pub(super) upload: Uuid,
    /// The name its owner gave it, cleaned.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    pub(super) part: Part,
}

/// Reads the form: the part `file`, and nothing else that is a file.
pub(super) async fn read(
    multipart: &mut Multipart,
    auth: &Auth,
    state: &AppState,
    claims: &mut Claims,
) -> Result<Arrived, Refusal> {
    let mut arrived = None;
    let mut count = 0_usize;
    while let Some(mut field) = next_part(multipart, state).await? {
        count += 1;
        if count > MOST_PARTS {
            return Err(ApiError::bad("Too many parts").into());
        }
        let file_name = field.content_disposition().and_then(|header| header.get_filename());
        let Some(name) = file_name.map(clean_name) else {
            skip(&mut field, state).await?;
            continue;
        };
        let part = field.name().unwrap_or_default();
        if part != "file" || arrived.is_some() {
            return Err(ApiError::bad(format!("Unexpected field - {part}")).into());
        }
        arrived = Some(receive(&mut field, name, auth, state, claims).await?);
    }
    arrived.ok_or_else(|| ApiError::bad("File is required").into())
}

/// A text, of which there is no use.
async fn skip(field: &mut Field, state: &AppState) -> Result<(), Refusal> {
    let mut size = 0_usize;
    while let Some(piece) = next_piece(field, state).await? {
        size = size.saturating_add(piece.len());
        if size > state.http.form_texts {
            return Err(ApiError::bad("Field value too long").into());
        }
    }
    Ok(())
}

async fn receive(
    field: &mut Field,
    name: String,
    auth: &Auth,
    state: &AppState,
    claims: &mut Claims,
) -> Result<Arrived, Refusal> {
    let extension = formats::extension_of(&name);
    if !formats::is_profile_picture(&extension) {
        return Err(ApiError::bad(format!("Unsupported file type {name}")).into());
    }
    let upload = Uuid::new_v4();
    let path = state.media.paths().profile(auth.id(), upload, &extension);
    claims.declare(path.clone()).await.map_err(ApiError::from)?;
    let mut part = state.media.create(&path).await.map_err(ApiError::from)?;
    let mut block = BytesMut::new();
    let mut size = 0_u64;
    while let Some(piece) = next_piece(field, state).await? {
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if size > state.accounts.profile_image {
            return Err(ApiError::too_large().into());
        }
        if auth.user.room().is_some_and(|room| size > room) {
            return Err(ApiError::quota_exceeded().into());
        }
        block.extend_from_slice(&piece);
        if block.len() >= BLOCK {
            part.write(block.split().freeze()).await.map_err(ApiError::from)?;
        }
    }
    part.write(block.freeze()).await.map_err(ApiError::from)?;
    Ok(Arrived {
        upload,
        name,
        size,
        part,
    })
}
