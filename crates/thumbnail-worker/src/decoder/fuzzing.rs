//! Both directions of the pipe between worker and child, fed with anything.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::client::{Broken, hear_head, hear_picture};
use super::wire::{self, Ask, Order};
use crate::pipeline::{self, Format, Size};
use crate::reason::reason;

const BASE: Size = Size { width: 8, height: 6 };

/// What a child says: the head, then a picture of the ordered size. None of it makes the worker panic, nor make room for more than
/// it ordered.
pub(crate) fn answer(bytes: &[u8]) {
    let mut pipe = bytes;
    match now(hear_head(&mut pipe)) {
        Ok(header) => pipeline::fuzzing::admitted(header),
        Err(broken) => told(broken),
    }
    match now(hear_picture(&mut pipe, BASE)) {
        Ok(decoded) => assert!(decoded.raster.size == BASE && decoded.raster.is_complete()),
        Err(broken) => told(broken),
    }
}

/// What a worker says: a file, then an order.
pub(crate) fn ask(bytes: &[u8]) {
    let mut pipe = bytes;
    if let Ok(Some(ask)) = wire::read::<Ask>(&mut pipe) {
        assert!(wire::encode(&ask).is_ok());
    }
    if let Ok(Some(order)) = wire::read::<Order>(&mut pipe) {
        assert!(wire::encode(&order).is_ok());
    }
}

/// A reason is kept in the database, which takes neither endless text nor zeros.
fn told(broken: Broken) {
    if let Broken::Said(refusal) = broken {
        let reason = reason(&refusal.error(Format::Heic)).to_string();
        assert!(!reason.contains(char::is_control) && reason.len() < 8_192);
    }
}

/// Reading from memory never waits.
fn now<T>(work: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(Broken::Late(None)),
    }
}
