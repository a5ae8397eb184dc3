//! The numbers of somebody's own assets, which are kept.

use std::collections::BTreeMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::read::{self, Counted};
use crate::{
    answers::{Before, Calendar, Made, Source, Touched},
    http::error::ApiError,
};

/// `GET /assets/statistics` of one person.
pub(super) struct Numbers<'a> {
    pub(super) owner: Uuid,
    pub(super) counted: &'a Counted,
}

impl Source for Numbers<'_> {
    fn name(&self) -> String {
        format!("numbers of {}: {:?}", self.owner, self.counted)
    }

    fn owner(&self) -> Uuid {
        self.owner
    }

    fn calendar(&self) -> Calendar {
        Calendar::Taken
    }

    fn is_touched(&self, _touched: &Touched) -> bool {
        true
    }

    async fn make(&self, conn: &mut AsyncPgConnection, _before: Option<Before<'_>>) -> Result<Made, ApiError> {
        let numbers = read::count(conn, self.owner, self.counted).await?;
        Ok(Made {
            body: numbers.to_string(),
            months: BTreeMap::new(),
        })
    }
}
