//! Networks in which an account is known.

use diesel::{dsl, prelude::*};
use safelight_core::db::schema::session;

use crate::http::client::ClientNetwork;

/// Open sessions for which the password was given in this network; of all accounts, so filter by one.
#[diesel::dsl::auto_type]
pub(crate) fn open_login_in(network: ClientNetwork) -> _ {
    let network: String = network.to_string();
    let is_open = session::expires_at.is_null().or(session::expires_at.gt(dsl::now));
    session::table
        .filter(session::login_network.eq(network))
        .filter(is_open)
}
