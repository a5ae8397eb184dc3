//! `/fleet`

use super::{chore, job, list, node, notice, parked, pictures, queue, zone};
use crate::routes::routes;

routes! {
    GET    "/fleet/jobs"                       admin QueueJobRead       => list::list;
    GET    "/fleet/jobs/{id}"                  admin QueueJobRead       => job::one;
    POST   "/fleet/jobs/{id}/retry"            admin QueueJobUpdate     => parked::retry_one;
    DELETE "/fleet/jobs/{id}"                  admin QueueJobDelete     => parked::drop_one;
    POST   "/fleet/queues/{name}/parked/retry" admin QueueJobUpdate     => parked::retry_queue;
    DELETE "/fleet/queues/{name}/parked"       admin QueueJobDelete     => parked::drop_queue;
    GET    "/fleet/queues"                     admin QueueRead          => queue::all;
    UPDATE "/fleet/queues/{name}"              admin QueueUpdate        => queue::update;
    GET    "/fleet/time-zone"                  admin SystemConfigRead   => zone::get;
    PUT    "/fleet/time-zone"                  admin SystemConfigUpdate => zone::put;
    GET    "/fleet/chores"                     admin QueueRead          => chore::all;
    GET    "/fleet/notices"                    admin QueueRead          => notice::all;
    POST   "/fleet/pictures"                   user AssetRead           => pictures::why;
    GET    "/fleet/nodes"                      admin QueueRead          => node::all;
    UPDATE "/fleet/nodes/{id}"                 admin QueueUpdate        => node::update;
}
