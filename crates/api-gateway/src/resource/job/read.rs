//! All queues at once.

use serde_json::{Map, Value};

use super::wire::LegacyQueue;
use crate::prelude::*;
use crate::{http::reply::ok, resource::queue::counts};

/// `GET /jobs`: an object keyed by the queues, in the order of the contract.
pub(super) async fn all(state: Data<AppState>) -> Reply {
    let queues = counts::all(&mut *state.pool.get().await?, &state.queue_counts).await?;
    let mut answer = Map::new();
    for queue in queues {
        let name = queue.name.as_str().to_owned();
        answer.insert(name, view(LegacyQueue::from(queue))?);
    }
    Ok(ok(&answer))
}

fn view(queue: LegacyQueue) -> Result<Value, ApiError> {
    serde_json::to_value(queue).map_err(ApiError::internal)
}
