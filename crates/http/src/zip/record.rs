//! The records of the format (APPNOTE 6.3, the part that stored files need), as bytes.

use super::clock::Stamp;

/// From this on a size or an offset is written as zip64.
pub(super) const LARGE: u64 = 0xffff_ffff;
/// From this on the number of files is.
pub(super) const MANY: u64 = 0xffff;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;

/// Checksum and sizes follow the file.
const FOLLOWS: u16 = 1 << 3;
/// The name is UTF-8.
const UTF8: u16 = 1 << 11;
/// Written on Unix.
const UNIX: u16 = 3 << 8;
/// An ordinary file that all may read, in the upper half of the attributes.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// The extra field of zip64.
const EXTRA64: u16 = 1;

/// A file of the archive.
pub(super) struct File {
    pub(super) name: String,
    pub(super) modified: Stamp,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) checksum: u32,
    /// Whether it was announced as so large that its sizes take eight bytes.
    pub(super) large: bool,
}

impl File {
    /// What comes before its bytes.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut out = Out::new(LOCAL);
        out.u16(version(self.large)).u16(self.flags()).u16(0);
        out.u16(self.modified.time).u16(self.modified.date).u32(0);
        let size = if self.large { u32::MAX } else { 0 };
        out.u32(size).u32(size);
        out.u16(length(&self.name)).u16(if self.large { 20 } else { 0 });
        out.bytes(self.name.as_bytes());
        if self.large {
            out.u16(EXTRA64).u16(16).u64(0).u64(0);
        }
        out.0
    }

    /// What comes after its bytes.
    pub(super) fn descriptor(&self) -> Vec<u8> {
        let mut out = Out::new(DESCRIPTOR);
        out.u32(self.checksum);
        if self.large {
            out.u64(self.size).u64(self.size);
        } else {
            out.u32(low(self.size)).u32(low(self.size));
        }
        out.0
    }

    /// Its entry in the directory.
    pub(super) fn central(&self) -> Vec<u8> {
        let mut extra = Out(Vec::new());
        if self.size >= LARGE {
            extra.u64(self.size).u64(self.size);
        }
        if self.offset >= LARGE {
            extra.u64(self.offset);
        }
        let needed = version(self.large || !extra.0.is_empty());
        let mut out = Out::new(CENTRAL);
        out.u16(UNIX | needed).u16(needed).u16(self.flags()).u16(0);
        out.u16(self.modified.time).u16(self.modified.date).u32(self.checksum);
        out.u32(low(self.size)).u32(low(self.size));
        let extra_length = u16::try_from(extra.0.len()).unwrap_or(0);
        out.u16(length(&self.name))
            .u16(if extra_length == 0 { 0 } else { extra_length + 4 });
        out.u16(0).u16(0).u16(0).u32(ATTRIBUTES).u32(low(self.offset));
        out.bytes(self.name.as_bytes());
        if extra_length > 0 {
            out.u16(EXTRA64).u16(extra_length).bytes(&extra.0);
        }
        out.0
    }

    fn flags(&self) -> u16 {
        if self.name.is_ascii() { FOLLOWS } else { FOLLOWS | UTF8 }
    }
}

/// The end of an archive of `files` files, whose directory lies at `offset` and has `size` bytes.
pub(super) fn end(files: u64, offset: u64, size: u64) -> Vec<u8> {
    let mut out = Out(Vec::new());
    if files >= MANY || offset >= LARGE || size >= LARGE {
        out.u32(END64).u64(44).u16(UNIX | version(true)).u16(version(true));
        out.u32(0).u32(0).u64(files).u64(files).u64(size).u64(offset);
        out.u32(LOCATOR64).u32(0).u64(offset.saturating_add(size)).u32(1);
    }
    let count = u16::try_from(files).unwrap_or(u16::MAX);
    out.u32(END).u16(0).u16(0).u16(count).u16(count);
    out.u32(low(size)).u32(low(offset)).u16(0);
    out.0
}

/// The version of the format that a reader needs.
fn version(zip64: bool) -> u16 {
    if zip64 { 45 } else { 20 }
}

/// A field of four bytes; all ones say that the value is in an extra field.
fn low(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

/// Bytes in the order of the format, little end first.
struct Out(Vec<u8>);

impl Out {
    fn new(signature: u32) -> Self {
        Self(signature.to_le_bytes().to_vec())
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
