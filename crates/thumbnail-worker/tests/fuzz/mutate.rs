//! Broken copies of good files: most of their structure stays, so that a parser gets far before it meets what is wrong.

/// A generator of numbers (splitmix64), so that a seed gives the same copy on every machine.
pub(super) struct Mutator(u64);

/// Numbers that parsers stumble over.
const ODD: [u64; 14] = [
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0xFFFF,
    0x1_0000,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    u64::MAX,
];

/// No copy is longer.
const LONGEST: usize = 64 << 10;

impl Mutator {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    /// A place: near the beginning as often as anywhere, for that is where heads are.
    fn place(&mut self, length: usize) -> usize {
        let near = if self.below(2) == 0 { length.min(128) } else { length };
        self.below(near)
    }

    /// One of `files`, hurt in one to eight ways.
    pub(super) fn broken_copy(&mut self, files: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = files[self.below(files.len())].clone();
        for _ in 0..=self.below(8) {
            self.hurt(&mut bytes, files);
            bytes.truncate(LONGEST);
        }
        bytes
    }

    fn hurt(&mut self, bytes: &mut Vec<u8>, files: &[Vec<u8>]) {
        let at = self.place(bytes.len());
        let length = self.below(64).min(bytes.len() - at);
        match self.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = self.next().to_le_bytes()[0],
            2 => self.write_number(bytes, at),
            3 => self.shift_number(bytes, at),
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(at..at + length)),
            6 => {
                let again = bytes[at..at + length].to_vec();
                bytes.splice(at..at, again);
            }
            7 => {
                // The beginning of this one, and the end of another.
                let other = &files[self.below(files.len())];
                let from = self.place(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                let noise: Vec<u8> = (0..length).map(|_| self.next().to_le_bytes()[0]).collect();
                bytes[at..at + length].copy_from_slice(&noise);
            }
        }
    }

    /// A field of 1 to 8 bytes in either order becomes an odd number.
    fn write_number(&mut self, bytes: &mut [u8], at: usize) {
        let number = ODD[self.below(ODD.len())];
        self.field(bytes, at, |_| number);
    }

    /// The same becomes a little more or less than it is.
    fn shift_number(&mut self, bytes: &mut [u8], at: usize) {
        let by = u64::try_from(self.below(33)).unwrap().wrapping_sub(16);
        self.field(bytes, at, |number| number.wrapping_add(by));
    }

    fn field(&mut self, bytes: &mut [u8], at: usize, change: impl Fn(u64) -> u64) {
        let width = [1, 2, 4, 8][self.below(4)];
        let big = self.below(2) == 0;
        let Some(field) = bytes.get_mut(at..at + width) else {
            return;
        };
        let mut eight = [0; 8];
        eight[..width].copy_from_slice(field);
        if big {
            eight[..width].reverse();
        }
        let mut changed = change(u64::from_le_bytes(eight)).to_le_bytes();
        if big {
            changed[..width].reverse();
        }
        field.copy_from_slice(&changed[..width]);
    }
}
