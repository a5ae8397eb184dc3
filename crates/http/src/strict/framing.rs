//! Where in the bytes of a connection the lines of requests are, and where their bodies (RFC 9112).
//!
//! This follows requests that the parser takes. Those that it does not take end the connection, so that it matters nothing
//! where this thinks they end.

/// Longer lines the parser refuses.
const LONGEST: usize = 128 << 10;

/// What comes next.
#[derive(Debug, Default)]
pub(super) struct Framing {
    part: Part,
    line: Line,
    /// The request is of HTTP/1.0, in which bodies are not chunked.
    is_old: bool,
    /// How the body after the head is framed, as far as the head is known.
    body: Body,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// The request line, and empty lines before it.
    #[default]
    Start,
    Fields,
    /// So many bytes of a body, then what.
    Bytes(u64, After),
    ChunkSize,
    /// The end of the line after a chunk.
    ChunkEnd,
    Trailers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Request,
    Chunk,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Body {
    #[default]
    None,
    Length(u64),
    Chunked,
}

/// The line that is being read.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
    last: u8,
}

impl Framing {
    /// Looks at bytes that were read, and makes each bare LF outside of bodies a NUL.
    pub(super) fn look(&mut self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.part {
                Part::Bytes(left, after) => self.skip(rest, left, after),
                _ => self.lines(rest),
            };
        }
    }

    /// Passes over `left` bytes of a body, or as many as there are, and gives what is left.
    fn skip<'b>(&mut self, bytes: &'b mut [u8], left: u64, after: After) -> &'b mut [u8] {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let left = left.saturating_sub(u64::try_from(here).unwrap_or(u64::MAX));
        self.part = match (left, after) {
            (0, After::Request) => Part::Start,
            (0, After::Chunk) => Part::ChunkEnd,
            (left, after) => Part::Bytes(left, after),
        };
        bytes.get_mut(here..).unwrap_or_default()
    }

    /// Looks at lines until a body begins, and gives what is left.
    fn lines<'b>(&mut self, bytes: &'b mut [u8]) -> &'b mut [u8] {
        let mut seen = 0_usize;
        for byte in bytes.iter_mut() {
            if matches!(self.part, Part::Bytes(..)) {
                break;
            }
            seen += 1;
            match (*byte, self.line.last) {
                (b'\n', b'\r') => self.line_ends(),
                (b'\n', _) => {
                    *byte = 0;
                    self.line.add(0);
                }
                (byte, _) => self.line.add(byte),
            }
        }
        bytes.get_mut(seen..).unwrap_or_default()
    }

    fn line_ends(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.bytes.strip_suffix(b"\r").unwrap_or(&line.bytes);
        self.part = match (self.part, line.is_empty()) {
            (Part::Start | Part::Trailers, true) => Part::Start,
            (Part::Start, false) => {
                self.is_old = line.ends_with(b"HTTP/1.0");
                Part::Fields
            }
            (Part::Fields, false) => {
                self.field(line);
                Part::Fields
            }
            (Part::Fields, true) => match std::mem::take(&mut self.body) {
                Body::None | Body::Length(0) => Part::Start,
                Body::Length(length) => Part::Bytes(length, After::Request),
                Body::Chunked => Part::ChunkSize,
            },
            (Part::ChunkSize, _) => match chunk_size(line) {
                0 => Part::Trailers,
                size => Part::Bytes(size, After::Chunk),
            },
            (Part::ChunkEnd, _) => Part::ChunkSize,
            (part, _) => part,
        };
    }

    /// Notes what a field says of the body.
    fn field(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let Some((name, value)) = text.split_once(':') else {
            return;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("transfer-encoding") {
            if value.eq_ignore_ascii_case("chunked") && !self.is_old {
                self.body = Body::Chunked;
            }
        } else if name.eq_ignore_ascii_case("content-length") && self.body != Body::Chunked {
            self.body = Body::Length(value.parse().unwrap_or(0));
        }
    }
}

impl Line {
    fn add(&mut self, byte: u8) {
        self.last = byte;
        if self.bytes.len() < LONGEST {
            self.bytes.push(byte);
        }
    }
}

/// The size at the beginning of a chunk, before its extensions.
fn chunk_size(line: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(line);
    let digits = text.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the parser sees of `text`, read in pieces of `size` bytes.
    fn seen(text: &str, size: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let mut framing = Framing::default();
        for piece in bytes.chunks_mut(size) {
            framing.look(piece);
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn requests_pass_as_they_are_however_they_are_cut() {
        let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(500));
        for text in [
            "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\nb\nc",
            "POST / HTTP/1.1\r\ncontent-length:  3 \r\n\r\n\n\n\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\n\n\n\r\nA\r\n\n\n\n\n\n\n\n\n\n\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            &long,
        ] {
            for size in 1..=text.len() {
                assert_eq!(seen(text, size), text, "in pieces of {size}");
            }
        }
    }

    #[test]
    fn a_bare_line_feed_is_made_a_nul_wherever_a_line_may_end() {
        for text in [
            "GET / HTTP/1.1|host: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x|\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n|",
            "|GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1|\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\n\n\n\nGET / HTTP/1.1|\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3|",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\nGET / HTTP/1.1|\r\n\r\n",
        ] {
            let (sent, expected) = (text.replace('|', "\n"), text.replace('|', "\0"));
            for size in 1..=text.len() {
                assert_eq!(seen(&sent, size), expected, "in pieces of {size}");
            }
        }
    }
}
