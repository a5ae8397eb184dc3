//! `/fleet`

use super::{chore, job, list, node, notice, parked, pictures, queue, zone};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let read_jobs = Access::admin(Permission::QueueJobRead);
    let change_jobs = Access::admin(Permission::QueueJobUpdate);
    let drop_jobs = Access::admin(Permission::QueueJobDelete);
    api.get("/fleet/jobs", read_jobs, list::list);
    api.get("/fleet/jobs/{id}", read_jobs, job::one);
    api.post("/fleet/jobs/{id}/retry", change_jobs, parked::retry_one);
    api.delete("/fleet/jobs/{id}", drop_jobs, parked::drop_one);
    api.post("/fleet/queues/{name}/parked/retry", change_jobs, parked::retry_queue);
    api.delete("/fleet/queues/{name}/parked", drop_jobs, parked::drop_queue);
    api.get("/fleet/queues", Access::admin(Permission::QueueRead), queue::all);
    api.update(
        "/fleet/queues/{name}",
        Access::admin(Permission::QueueUpdate),
        queue::update,
    );
    api.get(
        "/fleet/time-zone",
        Access::admin(Permission::SystemConfigRead),
        zone::get,
    );
    api.put(
        "/fleet/time-zone",
        Access::admin(Permission::SystemConfigUpdate),
        zone::put,
    );
    api.get("/fleet/chores", Access::admin(Permission::QueueRead), chore::all);
    api.get("/fleet/notices", Access::admin(Permission::QueueRead), notice::all);
    api.post("/fleet/pictures", Access::user(Permission::AssetRead), pictures::why);
    api.get("/fleet/nodes", Access::admin(Permission::QueueRead), node::all);
    api.update(
        "/fleet/nodes/{id}",
        Access::admin(Permission::QueueUpdate),
        node::update,
    );
}
