use super::super::light;
use super::*;

#[test]
fn rows_become_columns() {
    let rows: [Lanes; LANES] =
        core::array::from_fn(|row| core::array::from_fn(|at| i16::try_from(row * 100 + at).unwrap()));
    let mut columns = [[0; LANES]; LANES];
    transpose(&rows, &mut columns);
    for (row, line) in rows.iter().enumerate() {
        for (at, sample) in line.iter().enumerate() {
            assert_eq!(columns[at][row], *sample);
        }
    }
}

/// What any kernel has to do.
fn computes(kernel: impl Kernel) {
    let bytes: [u8; LANES] = core::array::from_fn(|at| u8::try_from(at * 17).unwrap());
    let levels = kernel.shifted::<7>(kernel.widen(bytes));
    assert_eq!(kernel.store(levels), bytes.map(|byte| i16::from(byte) << 7));
    assert_eq!(kernel.store(kernel.light(levels)), bytes.map(light::light));

    let two: [u8; 2 * LANES] = core::array::from_fn(|at| u8::try_from(at * 8).unwrap());
    let expected: Lanes = core::array::from_fn(|at| i16::try_from(at * 32 + 8).unwrap());
    assert_eq!(kernel.store(kernel.neighbours(two)), expected);

    let uneven: [u8; 2 * LANES] = core::array::from_fn(|at| if at % 2 == 0 { 7 } else { 255 });
    assert_eq!(kernel.store(kernel.differences(uneven)), [-248; LANES]);
    let half = core::array::from_fn(|at| if at < 8 { 3 } else { 4 });
    let found = kernel.where_unlike(kernel.load(&half), kernel.splat(3), kernel.splat(9));
    assert_eq!(kernel.store(found), half.map(|value| if value == 3 { 0 } else { 9 }));

    // A quarter of one and three quarters of the other; then what overshoots.
    let one: Lanes = core::array::from_fn(|at| i16::try_from(at * 100).unwrap());
    let other: Lanes = core::array::from_fn(|at| i16::try_from(30_000 - at * 1_000).unwrap());
    let zero = [kernel.splat(0); 2];
    let pairs = kernel.interleave(kernel.load(&one), kernel.load(&other));
    let weighed = |weights: [i16; 2]| {
        let weights = kernel.splat_pair(weights);
        let [low, high] = pairs;
        let [low_sum, high_sum] = zero;
        let sums = [
            kernel.add_weighted(low_sum, low, weights),
            kernel.add_weighted(high_sum, high, weights),
        ];
        kernel.store(kernel.rounded(sums))
    };
    let quarter: Lanes = core::array::from_fn(|at| one[at] / 4 + i16::try_from(i32::from(other[at]) * 3 / 4).unwrap());
    assert_eq!(weighed([1 << 12, 3 << 12]), quarter);
    let ends: Lanes = core::array::from_fn(|at| {
        let sum = -i32::from(one[at]) + i32::from(other[at]) + i32::from(other[at]) / 2;
        i16::try_from(sum.min(i32::from(i16::MAX))).unwrap()
    });
    assert_eq!(weighed([-(1 << 14), 3 << 13]), ends);
}

#[test]
fn both_compute_the_same() {
    if let Some(kernel) = Avx2::detect() {
        computes(kernel);
    }
    if let Some(kernel) = Ssse3::detect() {
        computes(kernel);
    }
}
