//! The connection under a socket, to cut it.
//!
//! A client that does not read leaves the HTTP server waiting for its connection, where nothing but the connection itself
//! can wake it: it is shut down from the side.

use std::{
    net::{Shutdown, TcpStream},
    os::fd::{AsRawFd as _, BorrowedFd, RawFd},
};

use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream as Connection};

use crate::http::strict::{Strict, Upgraded};

/// The number of the connection, valid while the server holds it.
struct Descriptor(RawFd);

/// Notes the descriptor of a new connection; the server calls it once for each.
pub(crate) fn remember(connection: &Strict<Connection>, data: &mut Extensions) {
    data.insert(Descriptor(connection.connection().as_raw_fd()));
    data.insert(connection.upgraded());
}

/// The connection of a request speaks HTTP no longer.
pub(super) fn upgraded(request: &HttpRequest) {
    if let Some(upgraded) = request.conn_data::<Upgraded>() {
        upgraded.set();
    }
}

/// A second hold on the connection of a request.
pub(super) struct Line(TcpStream);

impl Line {
    /// The connection a request came by. To be called while the request is being handled.
    ///
    /// # Errors
    /// There are no descriptors left.
    pub(super) fn of(request: &HttpRequest) -> std::io::Result<Self> {
        let descriptor = request
            .conn_data::<Descriptor>()
            .ok_or_else(|| std::io::Error::other("the connection was not noted"))?;
        // SAFETY: a handler runs inside of the task that owns the connection, so the descriptor is open, and it is
        // borrowed for this statement only.
        #[expect(unsafe_code, reason = "the server lends its connection in no other way")]
        let held = unsafe { BorrowedFd::borrow_raw(descriptor.0) }.try_clone_to_owned()?;
        Ok(Self(TcpStream::from(held)))
    }

    /// Ends the connection for both sides; what the kernel has taken is still sent.
    pub(super) fn cut(&self) {
        // It may have ended already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
