//! JSON bodies: received within limits of size and time, and validated. Large ones are read on a thread of their own, so
//! that nobody else waits, and only some at a time.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    web,
};
use bytes::BytesMut;
use futures_util::StreamExt;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

use super::{
    body_memory::{BodyMemory, Held},
    error::ApiError,
    json,
    limits::HttpLimits,
    validate::{self, Shape},
};

/// Whose memory the body of a request counts against; whoever lets a request in puts it among its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Sender(pub Uuid);

/// A valid body.
pub struct Body<T>(pub T);

impl<T: Shape + Send + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { read(&request, payload).await.map(Self) })
    }
}

/// How bodies are received, and what large ones share; application data of the server. Cheap to clone.
#[derive(Clone)]
pub struct Bodies {
    limits: HttpLimits,
    memory: BodyMemory,
    /// One permit for each that is read at the same time.
    readers: Arc<Semaphore>,
}

impl Bodies {
    /// Within these limits.
    #[must_use]
    pub fn new(limits: &HttpLimits) -> Self {
        Self {
            limits: limits.clone(),
            memory: BodyMemory::new(limits.body_memory, limits.body),
            readers: Arc::new(Semaphore::new(limits.body_readers)),
        }
    }
}

/// Reads the body of a request; one of another type than JSON counts as absent.
///
/// # Errors
/// Too large, too slow, not JSON, or everything that is wrong with it.
pub async fn read<T: Shape + Send + 'static>(request: &HttpRequest, payload: Payload) -> Result<T, ApiError> {
    if !is_there(request) || request.content_type() != "application/json" {
        return Ok(validate::read(None)?);
    }
    let bodies = request
        .app_data::<web::Data<Bodies>>()
        .ok_or_else(|| ApiError::internal("the application says nothing of bodies"))?;
    let who = request.extensions().get::<Sender>().map(|sender| sender.0);
    let received = receive(request, payload, bodies, who).await?;
    let Some(held) = received.held else {
        return shape(&received.bytes);
    };
    let permit = Arc::clone(&bodies.readers).acquire_owned().await;
    let permit = permit.map_err(ApiError::internal)?;
    read_aside(received.bytes, held, permit).await
}

/// Whether the headers announce a body.
fn is_there(request: &HttpRequest) -> bool {
    request.headers().contains_key(CONTENT_LENGTH) || request.headers().contains_key(TRANSFER_ENCODING)
}

fn shape<T: Shape>(bytes: &[u8]) -> Result<T, ApiError> {
    let value = json::parse(bytes)?;
    Ok(validate::read(Some(&value))?)
}

/// Reads a large body on a thread of its own. What was held for it is given back when it has been read.
async fn read_aside<T: Shape + Send + 'static>(
    bytes: BytesMut,
    held: Held,
    permit: OwnedSemaphorePermit,
) -> Result<T, ApiError> {
    let reading = tokio::task::spawn_blocking(move || {
        let shape = shape(&bytes);
        drop((bytes, held, permit));
        shape
    });
    reading.await.map_err(ApiError::internal)?
}

/// All bytes of a body, and the memory that is held for them where they are many.
struct Received {
    bytes: BytesMut,
    held: Option<Held>,
}

/// Receives a body within the limits of size and time.
async fn receive(
    request: &HttpRequest,
    payload: Payload,
    bodies: &Bodies,
    who: Option<Uuid>,
) -> Result<Received, ApiError> {
    let most = match who {
        Some(_) => bodies.limits.body,
        None => bodies.limits.public_body,
    };
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(ApiError::too_large());
    }
    // Without a length it may become the largest.
    let expected = announced.unwrap_or(most);
    timeout(
        bodies.limits.whole_body,
        collect(payload, bodies, who, (expected, most)),
    )
    .await
    .unwrap_or_else(|_elapsed| Err(ApiError::stalled()))
}

async fn collect(
    mut payload: Payload,
    bodies: &Bodies,
    who: Option<Uuid>,
    (expected, most): (u64, u64),
) -> Result<Received, ApiError> {
    let mut bytes = BytesMut::new();
    let mut held = None;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk?;
        let size = u64::try_from(bytes.len().saturating_add(chunk.len())).unwrap_or(u64::MAX);
        if size > most {
            return Err(ApiError::too_large());
        }
        if let Some(who) = who.filter(|_| held.is_none() && size > bodies.limits.large_body) {
            held = Some(bodies.memory.take(who, expected).ok_or_else(ApiError::busy)?);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Received { bytes, held })
}
