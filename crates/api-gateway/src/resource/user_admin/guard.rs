//! What must hold while accounts are changed.

use diesel::{
    dsl::{exists, select},
    prelude::*,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{constraint_of, schema::user};
use uuid::Uuid;

use crate::{access::Auth, http::error::ApiError, resource::user::UserRow};

/// Locks the rows of all administrators until the end of the transaction. Called first by whatever may leave one fewer:
/// of two who dismiss each other, the second is none any more when it gets here.
///
/// # Errors
/// 403 where the caller is not among them.
pub(super) async fn lock_admins(conn: &mut AsyncPgConnection, auth: &Auth) -> Result<(), ApiError> {
    let admins: Vec<Uuid> = user::table
        .filter(user::is_admin)
        .filter(user::deleted_at.is_null())
        .order(user::id)
        .select(user::id)
        .for_no_key_update()
        .load(conn)
        .await?;
    admins
        .contains(&auth.id())
        .then_some(())
        .ok_or_else(|| ApiError::forbidden("Forbidden"))
}

/// The account, locked until the end of the transaction, be it deleted or not.
///
/// # Errors
/// 400 `User not found`.
pub(super) async fn lock(conn: &mut AsyncPgConnection, id: Uuid) -> Result<UserRow, ApiError> {
    let row = user::table
        .find(id)
        .select(UserRow::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    row.ok_or_else(|| ApiError::bad("User not found"))
}

/// Refuses a label that another account has as its label, or as its id: the folder of an account without a label is
/// named by that.
///
/// # Errors
/// 400.
pub(super) async fn free_label(conn: &mut AsyncPgConnection, label: &str, id: Option<Uuid>) -> Result<(), ApiError> {
    let owned = Uuid::try_parse(label).ok();
    let others = user::table
        .filter(user::id.ne(id.unwrap_or_default()))
        .filter(user::storage_label.eq(label).or(user::id.nullable().eq(owned)));
    if select(exists(others)).get_result(conn).await? {
        return Err(label_taken());
    }
    Ok(())
}

/// What the unique columns have to say, of two changes in the same moment as well.
pub(super) fn taken(error: diesel::result::Error) -> ApiError {
    match constraint_of(&error) {
        Some("user_email_key") => ApiError::bad("Email is not available"),
        Some("user_storage_label_key") => label_taken(),
        _ => error.into(),
    }
}

fn label_taken() -> ApiError {
    ApiError::bad("Storage label already in use by another account")
}
