use actix_multipart::Field;
use bytes::{Bytes, BytesMut};
use safelight_core::media::Part;
use sha1::{Digest, Sha1};
use uuid::Uuid;

use crate::incoming::{Refusal, claims::Claims, next_piece};
use crate::prelude::*;

/// A file is written and hashed in blocks of this size, whatever its own.
const BLOCK: usize = 1 << 20;
/// Smaller blocks are hashed where they are: going to another thread costs more.
const SMALL: usize = 64 << 10;

/// A file that has arrived, still under its part name.
pub(super) struct Received {
    pub(super) part: Part,
    /// The name its owner gave it, cleaned.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// SHA-1.
    pub(super) checksum: Vec<u8>,
}

/// Streams a file into the store. `room` is how many bytes its owner may still store; more of them end it.
pub(super) async fn receive(
    field: &mut Field,
    name: String,
    extension: &str,
    room: Option<u64>,
    (auth, state): (&Auth, &AppState),
    claims: &mut Claims,
) -> Result<Received, Refusal> {
    let path = state.media.paths().upload(auth.id(), Uuid::new_v4(), extension);
    claims.declare(path.clone()).await.map_err(ApiError::from)?;
    let mut part = state.media.create(&path).await.map_err(ApiError::from)?;
    let mut hash = Sha1::new();
    let mut size = 0_u64;
    let mut block = BytesMut::new();
    while let Some(piece) = next_piece(field, state).await? {
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if room.is_some_and(|room| size > room) {
            return Err(ApiError::quota_exceeded().into());
        }
        block.extend_from_slice(&piece);
        if block.len() >= BLOCK {
            hash = store(&mut part, hash, block.split().freeze()).await?;
        }
    }
    if !block.is_empty() {
        hash = store(&mut part, hash, block.freeze()).await?;
    }
    Ok(Received {
        part,
        name,
        size,
        checksum: hash.finalize().to_vec(),
    })
}

/// Writes a block and hashes it at the same time.
async fn store(part: &mut Part, hash: Sha1, block: Bytes) -> Result<Sha1, ApiError> {
    let (written, hash) = tokio::join!(part.write(block.clone()), hash_block(hash, block));
    written?;
    hash
}

async fn hash_block(mut hash: Sha1, block: Bytes) -> Result<Sha1, ApiError> {
    if block.len() <= SMALL {
        hash.update(&block);
        return Ok(hash);
    }
    let hashed = tokio::task::spawn_blocking(move || {
        hash.update(&block);
        hash
    });
    hashed.await.map_err(ApiError::internal)
}
