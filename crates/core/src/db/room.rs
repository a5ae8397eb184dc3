//! How much room for connections Postgres has left, and what a process takes of it.
//!
//! Postgres gives out so many connections and refuses whoever comes after (SQLSTATE 53300). Every beat tells how many are taken,
//! and by how many processes. Before they run out, each process makes do with fewer.

use std::time::Duration;

/// A process keeps about this many connections while it has nothing to do: that of its beats, and those its pool spares.
const KEPT_AT_REST: i64 = 3;
/// No pool is made smaller than this.
const LEAST: usize = 2;
/// Where more processes than this live, in percent of that limit, not all of them keep the connection of their beats: only as long
/// as no more than so many are taken.
const BEATS: i64 = 60;
/// Of the limit from which on connections are spared, in percent: below, they are no longer.
const RELIEF: i64 = 70;

/// The time between two tries of who was refused, on average.
pub(super) const REFUSED_WAIT: Duration = Duration::from_millis(300);

/// What a beat saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Connections that the server gives to ordinary roles, to all databases together.
    pub most: i64,
    /// Those that are taken.
    pub used: i64,
    /// Processes of this installation that live.
    pub processes: i64,
}

/// How a process lives with the room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thrift {
    /// Connections that the pool may have.
    pub(super) size: usize,
    /// Whether the pool keeps none that it does not use.
    pub(super) is_thrifty: bool,
    /// Whether a process at rest has none between two beats either. To connect for a beat costs Postgres forty times what the beat
    /// does, so as many keep theirs as there is room for.
    pub(super) lends_beats: bool,
}

impl Thrift {
    /// What follows from what a beat saw. The pool, of at most `most` connections, is halved while more than `percent` of the
    /// server's are taken, and grows again one by one when there are clearly fewer.
    pub(super) fn after(self, room: Room, most: usize, percent: u8) -> Self {
        let limit = room.most * i64::from(percent) / 100;
        let relief = limit * RELIEF / 100;
        let size = if room.used > limit {
            (self.size / 2).max(LEAST.min(most))
        } else if room.used <= relief {
            (self.size + 1).min(most)
        } else {
            self.size
        };
        let is_full = room.used > if self.is_thrifty { relief } else { limit };
        let beats = limit * BEATS / 100;
        let has_no_room = room.used > if self.lends_beats { beats } else { relief };
        Self {
            size,
            lends_beats: is_full || room.processes > beats && has_no_room,
            // Where all processes at rest would take too many, they would come back as soon as there is room.
            is_thrifty: is_full || room.processes * KEPT_AT_REST > limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Thrift = Thrift {
        size: 10,
        is_thrifty: false,
        lends_beats: false,
    };

    fn room(used: i64, processes: i64) -> Room {
        Room {
            most: 97,
            used,
            processes,
        }
    }

    #[test]
    fn a_pool_shrinks_while_connections_run_out_and_grows_again_after() {
        let mut thrift = FULL;
        let mut sizes = Vec::new();
        for used in [90, 90, 90, 90, 70, 50, 50, 10] {
            thrift = thrift.after(room(used, 5), 10, 80);
            sizes.push((thrift.size, thrift.is_thrifty));
        }
        let expected = [
            (5, true),
            (2, true),
            (2, true),
            (2, true),
            (2, true),
            (3, false),
            (4, false),
            (5, false),
        ];
        assert_eq!(sizes, expected);
        assert_eq!(FULL.after(room(10, 5), 10, 80), FULL);
    }

    #[test]
    fn many_processes_keep_nothing_they_do_not_use_however_few_connections_are_taken() {
        for (processes, is_thrifty) in [(25, false), (26, true), (46, true), (47, true)] {
            let thrift = FULL.after(room(20, processes), 10, 80);
            assert_eq!((thrift.size, thrift.is_thrifty), (10, is_thrifty));
        }
    }

    #[test]
    fn of_many_processes_as_many_keep_the_connection_of_their_beats_as_there_is_room_for() {
        let lends = |before: bool, used: i64, processes: i64| {
            let before = Thrift {
                is_thrifty: true,
                lends_beats: before,
                ..FULL
            };
            before.after(room(used, processes), 10, 80).lends_beats
        };
        // Who keeps it goes on while no more than 53 are taken, and who does not begins where no more than 46 are.
        assert!(!lends(false, 53, 120) && lends(false, 54, 120));
        assert!(!lends(true, 46, 120) && lends(true, 47, 120));
        // Where all may, they do.
        assert!(!lends(true, 50, 46) && lends(true, 54, 46));
    }

    /// Beats one after the other: where the count of connections settles, and that it stays there.
    #[test]
    fn a_fleet_at_rest_settles_where_its_connections_leave_room() {
        let mut fleet = vec![FULL; 120];
        let mut taken = Vec::new();
        for _ in 0..10 {
            for index in 0..fleet.len() {
                // Those that keep one, and that of this beat.
                let others = fleet
                    .iter()
                    .enumerate()
                    .filter(|(other, thrift)| *other != index && !thrift.lends_beats);
                let used = i64::try_from(others.count()).unwrap() + 1;
                fleet[index] = fleet[index].after(room(used, 120), 10, 80);
            }
            taken.push(fleet.iter().filter(|thrift| !thrift.lends_beats).count());
        }
        assert!(taken[1..].iter().all(|kept| (46..=53).contains(kept)), "{taken:?}");
    }

    #[test]
    fn a_pool_of_one_stays_one() {
        let one = Thrift { size: 1, ..FULL };
        assert_eq!(one.after(room(97, 5), 1, 80).size, 1);
    }
}
