//! `/queues`

use super::{jobs, read, write};
use crate::routes::routes;

routes! {
    GET    "/queues"             admin QueueRead      => read::all;
    GET    "/queues/{name}"      admin QueueRead      => read::one;
    PUT    "/queues/{name}"      admin QueueUpdate    => write::update;
    GET    "/queues/{name}/jobs" admin QueueJobRead   => jobs::list;
    DELETE "/queues/{name}/jobs" admin QueueJobDelete => write::delete_jobs;
}
