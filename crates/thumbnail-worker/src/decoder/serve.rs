//! The child: one file after the other in, one picture of each out.

use std::any::Any;
use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use safelight_core::child::{self, Sandbox};

use super::wire::{self, Answer, Ask, Done, Order, Refusal};
use crate::pipeline::{self, Decoded, Header, PictureError, Wanted};

/// Where systems keep fonts, and which of them are meant.
const FONTS: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/etc/fonts",
    "/var/cache/fontconfig",
];

/// Where people keep fonts of their own, below their home.
const OWN_FONTS: [&str; 3] = [".fonts", ".local/share/fonts", ".config/fontconfig"];

/// Runs as the child: reads files from standard input and writes their pictures to standard output, until the input ends.
///
/// A library that gives up in the middle of a file ends the child as well, after it was told: what it left behind is not used again.
///
/// # Errors
/// A broken pipe, or a kernel that refuses to close the doors. What is wrong with a file is told through the pipe.
pub fn serve() -> io::Result<()> {
    // Before there is a second thread: from here on nothing of the media can be opened.
    let fonts = FONTS.iter().fold(Sandbox::with_libraries(), Sandbox::read);
    let homes = std::env::var_os("HOME").map(PathBuf::from);
    let homes = homes.iter().flat_map(|home| OWN_FONTS.map(|folder| home.join(folder)));
    homes.fold(fonts, Sandbox::read).enter()?;
    child::end_with_parent();
    // The worker tells what a panic says, as the reason of the file.
    panic::set_hook(Box::new(|_panic| ()));
    let mut output = child::own_output()?;
    let mut input = io::stdin().lock();
    pipeline::load_fonts();
    // And from here on nothing at all.
    Sandbox::closed().enter()?;
    while let Some(ask) = wire::read::<Ask>(&mut input)? {
        if let Err(refusal) = one_file(&mut input, &mut output, &ask)? {
            let is_last = refusal.is_last();
            tell(&mut output, &Answer::Refused(refusal))?;
            if is_last {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Tells the head, waits for the order, and hands the picture over.
fn one_file(input: &mut impl Read, output: &mut impl Write, ask: &Ask) -> io::Result<Result<(), Refusal>> {
    let bytes = read_file(input, ask.bytes)?;
    let header = match guarded(|| pipeline::probe_here(&bytes, &ask.reading)) {
        Ok(header) => header,
        Err(refusal) => return Ok(Err(refusal)),
    };
    tell(output, &Answer::Head(header))?;
    // A worker that does not want the picture closes the pipe.
    let Some(order) = wire::read::<Order>(input)? else {
        return Ok(Ok(()));
    };
    let decoded = match guarded(|| decode(bytes, &header, ask, &order)) {
        Ok(decoded) => decoded,
        Err(refusal) => return Ok(Err(refusal)),
    };
    wire::write(output, &Answer::Done(Done::of(&decoded)))?;
    wire::write_picture(output, &decoded)?;
    output.flush()?;
    Ok(Ok(()))
}

/// Room for all of it is made at once: what grows is twice there for a moment.
fn read_file(input: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let room = usize::try_from(length).map_err(io::Error::other)?;
    bytes.try_reserve_exact(room).map_err(io::Error::other)?;
    input.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The picture, without the file that it was in.
fn decode(bytes: Vec<u8>, header: &Header, ask: &Ask, order: &Order) -> Result<Decoded, PictureError> {
    let wanted = Wanted {
        scale: order.scale,
        base: order.base,
        reading: &ask.reading,
    };
    let decoded = pipeline::decode_here(&bytes, header, &wanted)?;
    if order.gain {
        // The gain map is in the file, too.
        let shrunk = pipeline::shrink(decoded, order.base)?;
        return Ok(pipeline::with_gain(shrunk, &bytes, header, &wanted));
    }
    drop(bytes);
    pipeline::shrink(decoded, order.base)
}

/// Does the work; a panic of a library is a refusal like any other, except that it is the last one.
fn guarded<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, Refusal> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| Refusal::of(&error)),
        Err(said) => Err(Refusal::GaveUp(words(said.as_ref()))),
    }
}

fn words(said: &(dyn Any + Send)) -> String {
    let text = said.downcast_ref::<&str>().copied();
    let text = text.or_else(|| said.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a word").to_owned()
}

fn tell(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    wire::write(output, answer)?;
    output.flush()
}
