//! The answers about somebody's own library, which are kept.

use diesel_async::AsyncPgConnection;
use safelight_core::ids::Visibility;
use uuid::Uuid;

use super::{
    months::{self, Months},
    read,
    wire::{Bucket, Buckets, OrderBy},
};
use crate::{
    answers::{Before, Calendar, Made, Source, Touched},
    http::error::ApiError,
};

/// Whether the answer shows only what the caller owns, and nothing that is locked. What is kept is found by the caller's id.
pub(super) fn may_be_kept(query: &Buckets) -> bool {
    query.album.is_none()
        && query.bounds.is_none()
        && query.person.is_none()
        && query.tag.is_none()
        && query.visibility != Some(Visibility::Locked)
}

fn calendar(query: &Buckets) -> Calendar {
    match query.order_by {
        OrderBy::TakenAt => Calendar::Taken,
        OrderBy::CreatedAt => Calendar::Added,
    }
}

/// The counts of all months.
pub(super) struct AllMonths<'a> {
    pub(super) caller: Uuid,
    pub(super) query: &'a Buckets,
}

impl Source for AllMonths<'_> {
    fn name(&self) -> String {
        format!("months of {}: {:?}", self.caller, self.query)
    }

    fn owner(&self) -> Uuid {
        self.caller
    }

    fn calendar(&self) -> Calendar {
        calendar(self.query)
    }

    fn is_touched(&self, _touched: &Touched) -> bool {
        true
    }

    async fn make(&self, conn: &mut AsyncPgConnection, before: Option<Before<'_>>) -> Result<Made, ApiError> {
        let months = match before {
            Some((before, touched)) => months::again(conn, self.caller, self.query, before, touched).await?,
            None => months::all(conn, self.caller, self.query).await?,
        };
        Ok(Made {
            body: months::written(&months, self.query.ascending),
            months,
        })
    }
}

/// The assets of one month.
pub(super) struct OneMonth<'a> {
    pub(super) caller: Uuid,
    pub(super) query: &'a Bucket,
}

impl Source for OneMonth<'_> {
    fn name(&self) -> String {
        format!("month of {}: {:?}", self.caller, self.query)
    }

    fn owner(&self) -> Uuid {
        self.caller
    }

    fn calendar(&self) -> Calendar {
        calendar(&self.query.filter)
    }

    fn is_touched(&self, touched: &Touched) -> bool {
        match touched {
            Touched::Months(months) => months.contains(&self.query.month),
            Touched::All => true,
        }
    }

    async fn make(&self, conn: &mut AsyncPgConnection, _before: Option<Before<'_>>) -> Result<Made, ApiError> {
        Ok(Made {
            body: read::month(conn, self.caller, self.query).await?,
            months: Months::new(),
        })
    }
}
