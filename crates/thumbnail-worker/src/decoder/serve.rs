//! The child: one file after the other in, one picture of each out.

use std::io::{self, Read as _, Write};

use safelight_core::child;

use super::sandbox;
use super::wire::{self, Answer, Ask, Done, Order, Refusal};
use crate::pipeline::{self, Decoded, Header, PictureError, Wanted};

/// Runs as the child: reads files from standard input and writes their pictures to standard output, until the input ends.
///
/// # Errors
/// A broken pipe, or a kernel that refuses to close the doors. What is wrong with a file is told through the pipe.
pub fn serve() -> io::Result<()> {
    child::end_with_parent();
    let mut output = child::own_output()?;
    let mut input = io::stdin().lock();
    pipeline::load_fonts();
    sandbox::close_the_doors()?;
    while let Some(ask) = wire::read::<Ask>(&mut input)? {
        let mut bytes = Vec::new();
        (&mut input).take(ask.bytes).read_to_end(&mut bytes)?;
        let header = match pipeline::probe_here(&bytes, &ask.reading) {
            Ok(header) => header,
            Err(error) => {
                tell(&mut output, &Answer::Refused(Refusal::of(&error)))?;
                continue;
            }
        };
        tell(&mut output, &Answer::Head(header))?;
        let Some(order) = wire::read::<Order>(&mut input)? else {
            return Ok(());
        };
        match decode(&bytes, &header, &ask, &order) {
            Ok(decoded) => {
                wire::write(&mut output, &Answer::Done(Done::of(&decoded)))?;
                wire::write_picture(&mut output, &decoded)?;
                output.flush()?;
            }
            Err(error) => tell(&mut output, &Answer::Refused(Refusal::of(&error)))?,
        }
    }
    Ok(())
}

fn decode(bytes: &[u8], header: &Header, ask: &Ask, order: &Order) -> Result<Decoded, PictureError> {
    let wanted = Wanted {
        scale: order.scale,
        base: order.base,
        reading: &ask.reading,
    };
    let decoded = pipeline::decode_here(bytes, header, &wanted)?;
    pipeline::shrink(decoded, order.base)
}

fn tell(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    wire::write(output, answer)?;
    output.flush()
}
