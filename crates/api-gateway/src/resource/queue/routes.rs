//! `/queues`

use super::{jobs, read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/queues", Access::admin(Permission::QueueRead), read::all);
    api.get("/queues/{name}", Access::admin(Permission::QueueRead), read::one);
    api.put("/queues/{name}", Access::admin(Permission::QueueUpdate), write::update);
    api.get(
        "/queues/{name}/jobs",
        Access::admin(Permission::QueueJobRead),
        jobs::list,
    );
    api.delete(
        "/queues/{name}/jobs",
        Access::admin(Permission::QueueJobDelete),
        write::delete_jobs,
    );
}
