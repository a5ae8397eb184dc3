//! The SQLSTATE of errors: five characters that mean the same in every language the server may speak.
//!
//! The libraries above the driver keep only the text of an error, so a connection writes the code behind the text where it comes
//! in ([`super::marked`]), and here it is read again.

use bytes::{BufMut as _, Bytes, BytesMut};
use diesel::result::Error;

/// A message of the server that tells an error.
pub(super) const ERROR: u8 = b'E';
/// The fields of such a message that count here.
const CODE: u8 = b'C';
const TEXT: u8 = b'M';

/// The code of an error that the server has told.
pub fn sqlstate(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(_, info) => code_in(info.message()),
        Error::RollbackErrorOnCommit { commit_error, .. } => sqlstate(commit_error),
        _ => None,
    }
}

/// The code behind a text: `deadlock detected [40P01]`
pub(super) fn code_in(text: &str) -> Option<&str> {
    let (_, code) = text.strip_suffix(']')?.rsplit_once(" [")?;
    (code.len() == 5
        && code
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()))
    .then_some(code)
}

/// True where a transaction was ended in favour of another: serialisation failures and deadlocks.
pub(super) fn is_collision(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// True where the server goes, comes, or has cut the line: administrators and crashes (57P01 to 57P03), its patience with a
/// silent transaction (25P03) or session (57P05), and all that has to do with connections (class 08).
pub(super) fn is_absence(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03") || code.starts_with("08")
}

/// True where the server, the database or the role has no connection left.
pub(super) fn is_refusal(code: &str) -> bool {
    code == "53300"
}

/// True where a statement waited for a row for as long as one may: others hold it.
pub(super) fn is_lock_wait(code: &str) -> bool {
    code == "55P03"
}

/// A whole error message of the server, with its code written behind its text. What is no such message stays as it is.
pub(super) fn marked(message: Bytes) -> Bytes {
    add_code(&message).unwrap_or(message)
}

fn add_code(message: &[u8]) -> Option<Bytes> {
    let fields = message.get(5..)?;
    let code = fields_of(fields).find(|(kind, _)| *kind == CODE)?.1;
    let mut body = BytesMut::with_capacity(fields.len() + code.len() + 3);
    for (kind, value) in fields_of(fields) {
        body.put_u8(kind);
        body.put_slice(value);
        if kind == TEXT {
            body.put_slice(b" [");
            body.put_slice(code);
            body.put_slice(b"]");
        }
        body.put_u8(0);
    }
    body.put_u8(0);
    let mut told = BytesMut::with_capacity(body.len() + 5);
    told.put_u8(ERROR);
    told.put_u32(u32::try_from(body.len() + 4).ok()?);
    told.put_slice(&body);
    Some(told.freeze())
}

/// The kinds and values of fields, each of which ends with a zero, up to the zero that ends them all.
fn fields_of(mut fields: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, rest) = fields.split_first().filter(|(kind, _)| **kind != 0)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (value, after) = rest.split_at_checked(end)?;
        fields = after.get(1..)?;
        Some((*kind, value))
    })
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    fn message(fields: &[u8]) -> Bytes {
        let mut message = BytesMut::from(&b"E"[..]);
        message.put_u32(u32::try_from(fields.len() + 4).unwrap());
        message.put_slice(fields);
        message.freeze()
    }

    #[test]
    fn the_code_stands_behind_the_text() {
        let told = message(b"SFEHLER\0C40P01\0MVerklemmung entdeckt\0Fdeadlock.c\0\0");
        let expected = message(b"SFEHLER\0C40P01\0MVerklemmung entdeckt [40P01]\0Fdeadlock.c\0\0");
        assert_eq!(marked(told), expected);
    }

    #[test]
    fn what_makes_no_sense_stays_as_it_is() {
        for fields in [&b""[..], b"\0", b"C40P01", b"Mtext\0\0"] {
            assert_eq!(marked(message(fields)), message(fields));
        }
    }

    #[test]
    fn a_code_is_read_from_the_end_and_nowhere_else() {
        let error = |text: &str| Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned()));
        assert_eq!(sqlstate(&error("Verklemmung entdeckt [40P01]")), Some("40P01"));
        assert_eq!(sqlstate(&error("bad value \"x [40P01]\" [22P02]")), Some("22P02"));
        for text in ["deadlock detected", "x [40p01]", "[40P01] x", "x [40P011]"] {
            assert_eq!(sqlstate(&error(text)), None, "{text}");
        }
    }
}
