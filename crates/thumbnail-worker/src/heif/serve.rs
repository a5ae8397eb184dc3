//! The child: one file in, one picture out.

use std::io::{self, Read as _, Write};

use safelight_core::child;

use super::decode::Open;
use super::wire::{self, Answer, Ask, Done, Order, Refusal};
use crate::pipeline::{self, Decoded, PictureError, Size};

/// Runs as the child: reads a file from standard input and writes its picture to standard output.
///
/// # Errors
/// A broken pipe. What is wrong with the file is told through it.
pub fn serve() -> io::Result<()> {
    child::end_with_parent();
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let Some(ask) = wire::read::<Ask>(&mut input)? else {
        return Ok(());
    };
    let mut bytes = Vec::new();
    (&mut input).take(ask.bytes).read_to_end(&mut bytes)?;
    let open = match Open::new(&bytes, &ask) {
        Ok(open) => open,
        Err(refusal) => return tell(&mut output, &Answer::Refused(refusal)),
    };
    tell(&mut output, &Answer::Head(open.head()))?;
    let Some(order) = wire::read::<Order>(&mut input)? else {
        return Ok(());
    };
    match open.decode().and_then(|decoded| shrink(decoded, &order)) {
        Ok(decoded) => {
            wire::write(&mut output, &Answer::Done(Done::of(&decoded)))?;
            wire::write_picture(&mut output, &decoded)?;
            output.flush()
        }
        Err(refusal) => tell(&mut output, &Answer::Refused(refusal)),
    }
}

fn tell(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    wire::write(output, answer)?;
    output.flush()
}

fn shrink(decoded: Decoded, order: &Order) -> Result<Decoded, Refusal> {
    let to = Size {
        width: order.width,
        height: order.height,
    };
    pipeline::shrink(decoded, to).map_err(|error: PictureError| Refusal::Trouble(error.to_string()))
}
