//! The JSON of the fleet.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use safelight_core::{
    fleet::{self, Hours, OrderChange},
    ids::QueueName,
    jobs::engine::OperatorState,
};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::{
    reply,
    validate::{Choices, Fields, Rule, Shape, any_uuid, choice, integer, name, query_integer, record, shape, word},
};

/// The most jobs of one answer.
const MOST: i32 = 1_000;
/// The highest limit of a queue that can be asked for.
const MOST_ACTIVE: i32 = 10_000;

shape! {
    /// The `{id}` of a job or a node: unlike the ids of the contract, of any version.
    pub(super) struct AnyId(Uuid = "id", any_uuid());
}

const STATES: &Choices<&'static str> = &[
    ("waiting", "waiting"),
    ("delayed", "delayed"),
    ("active", "active"),
    ("parked", "parked"),
];

shape! {
    /// The query of the list of jobs.
    pub(super) struct Search {
        queue: Option<QueueName> = "queue", word(QueueName::ALL).optional();
        state: Option<&'static str> = "state", choice(STATES).optional();
        limit: i64 = "limit", query_integer().min(1).max(MOST).or(100);
        /// The last id of the page before.
        after: Option<Uuid> = "after", any_uuid().optional();
    }

    /// A change of a queue: how many of its jobs may be active over all nodes; null is no limit.
    pub(super) struct QueueChange {
        max_active: Option<Option<i64>> = "maxActive", integer().min(1).max(MOST_ACTIVE).nullable().optional();
    }
}

const ORDERS: &Choices<OperatorState> = &[
    ("active", OperatorState::Active),
    ("quiet", OperatorState::Quiet),
    ("paused", OperatorState::Paused),
];

/// A change of a node's orders. What is not named stays; a slot of null takes the number of the settings again, and hours of null
/// are always.
pub(super) struct NodeChange(pub(super) OrderChange);

impl Shape for NodeChange {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let state = fields.read("state", choice(ORDERS).optional());
        let hours = fields.read("hours", name().nullable().optional());
        let slots = fields.read("slots", record().optional());
        let change = OrderChange {
            state: state?,
            hours: match hours? {
                Some(Some(text)) => Some(Some(hours_of(fields, &text)?)),
                Some(None) => Some(None),
                None => None,
            },
            slots: match slots? {
                Some(given) => slots_of(fields, given)?,
                None => BTreeMap::new(),
            },
        };
        if change.is_empty() {
            fields.refuse("Say what to change: state, slots or hours");
            return None;
        }
        Some(Self(change))
    }
}

fn hours_of(fields: &mut Fields<'_, '_>, text: &str) -> Option<Hours> {
    let hours = text.parse();
    if let Err(error) = &hours {
        fields.refuse_field("hours", format!("{text} is refused: {error}"));
    }
    hours.ok()
}

fn slots_of(fields: &mut Fields<'_, '_>, given: Map<String, Value>) -> Option<BTreeMap<QueueName, Option<u32>>> {
    let mut slots = BTreeMap::new();
    for (name, value) in given {
        let Ok(queue) = name.parse::<QueueName>() else {
            fields.refuse_field("slots", format!("There is no queue {name}"));
            return None;
        };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match (value.is_null(), number) {
            (true, _) => slots.insert(queue, None),
            (false, Some(number @ 0..=fleet::MOST_SLOTS)) => slots.insert(queue, Some(number)),
            _ => {
                fields.refuse_field(
                    "slots",
                    format!("{name} must be null or a whole number from 0 to {}", fleet::MOST_SLOTS),
                );
                return None;
            }
        };
    }
    Some(slots)
}

/// The zone in which nights are counted, by a name of the IANA database.
pub(super) struct Zone(pub(super) Tz);

impl Shape for Zone {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = fields.read("timeZone", name())?;
        let zone = name.parse().ok();
        if zone.is_none() {
            fields.refuse_field("timeZone", format!("There is no time zone {name}"));
        }
        zone.map(Self)
    }
}

/// How many jobs a command changed.
#[derive(Serialize)]
pub(super) struct Changed {
    pub(super) jobs: usize,
}

/// A job in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobSummary {
    pub(super) id: Uuid,
    pub(super) queue: String,
    pub(super) kind: String,
    /// What it is about: the id of an asset or an account, most often.
    pub(super) subject: Option<String>,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) failures: i32,
    pub(super) losses: i32,
    /// 0 to 1, while it runs and its kind can tell.
    pub(super) progress: Option<f32>,
    #[serde(serialize_with = "moment")]
    pub(super) created_at: DateTime<Utc>,
    /// Not before this moment.
    #[serde(serialize_with = "moment")]
    pub(super) run_at: DateTime<Utc>,
    /// The node that runs it.
    pub(super) node: Option<Uuid>,
    /// What it said last of a failure.
    pub(super) reason: Option<String>,
}

/// A job with all that is known of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobDetail {
    #[serde(flatten)]
    pub(super) summary: JobSummary,
    pub(super) payload: Value,
    /// What set the chain off.
    pub(super) source: Option<String>,
    /// What a node must be able to do.
    pub(super) requires: Vec<String>,
    /// What happened, oldest first.
    pub(super) history: Value,
    /// Why it does not run; empty where it runs, or will as soon as a node looks.
    pub(super) waits_for: Vec<Reason>,
}

/// Why a job does not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Reason {
    /// For programs.
    pub(super) code: &'static str,
    /// For people.
    pub(super) message: String,
}

pub(super) fn moment<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&reply::iso(*moment))
}

/// The word of a class.
pub(super) fn class(number: i16) -> &'static str {
    safelight_core::jobs::Class::of_number(number).as_str()
}
