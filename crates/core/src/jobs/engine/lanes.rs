//! Lanes: the rows of one kind, payload version, requirement and class that wait, in the order of their time. The indexes
//! `job_lane` and `job_lane_suspect` hold them one behind the other, so that whoever looks for work reads one row of each
//! lane, and steps over all rows of a lane that is not for this node or not due.

/// The text of a common table expression `lane` (recursive) over the table expression `known (kind, version)`: for each lane
/// of these kinds its first row. `$losses` is the condition of the index: `losses < 2` or `losses >= 2`. A requirement
/// that holds under all settings `holds` until a version that never comes.
macro_rules! lanes {
    ($name:literal, $losses:literal) => {
        concat!(
            $name,
            " as (
    select head.*
    from known cross join lateral (
        select job.kind, job.payload_version, job.requires,
               coalesce(job.requires_settings, 9223372036854775807) as holds, job.class, job.run_at
        from job
        where job.kind = known.kind and job.state in ('waiting', 'delayed') and job.",
            $losses,
            "
        order by job.payload_version, job.requires, coalesce(job.requires_settings, 9223372036854775807), job.class, job.run_at
        limit 1) head
    union all
    select next.*
    from ",
            $name,
            " lane cross join lateral (
        select job.kind, job.payload_version, job.requires,
               coalesce(job.requires_settings, 9223372036854775807) as holds, job.class, job.run_at
        from job
        where job.kind = lane.kind and job.state in ('waiting', 'delayed') and job.",
            $losses,
            "
          and (job.payload_version, job.requires, coalesce(job.requires_settings, 9223372036854775807), job.class)
              > (lane.payload_version, lane.requires, lane.holds, lane.class)
        order by job.payload_version, job.requires, coalesce(job.requires_settings, 9223372036854775807), job.class, job.run_at
        limit 1) next
)"
        )
    };
}

pub(super) use lanes;
