use super::*;
use crate::pipeline::num::usize_of;

#[test]
fn weights_add_up_to_one_and_stay_within_the_line() {
    for (length, covered, to) in [
        (4000, 4000.0, 1920),
        (501, 500.5, 384),
        (17, 17.0, 17),
        (9000, 9000.0, 25),
        (3, 3.0, 1),
    ] {
        let shares = Shares::new(length, covered, to);
        for (shares, length) in [(shares.clone(), length), (shares.delayed(), length + 1)] {
            let weights = Weights::new(&shares);
            assert_eq!(weights.len(), usize_of(to));
            for pixel in 0..weights.len() {
                let (first, pairs) = weights.of(pixel);
                assert_eq!(first % 2, 0);
                let values = pairs.as_flattened();
                let sum: i32 = values.iter().map(|&value| i32::from(value)).sum();
                assert_eq!(sum, i32::from(ONE), "{pixel} of {to}");
                let behind = usize_of(length).saturating_sub(first);
                assert!(values.iter().skip(behind).all(|&value| value == 0), "{pixel} of {to}");
            }
        }
    }
}

#[test]
fn a_line_of_the_same_length_stays_as_it_is() {
    let weights = Weights::new(&Shares::new(9, 9.0, 9));
    for pixel in 0..9 {
        let (first, values) = weights.of(pixel);
        let own = values.as_flattened().get(pixel - first);
        assert_eq!(own, Some(&ONE));
    }
}

#[test]
fn a_line_that_begins_later_has_the_same_weights() {
    let shares = Shares::new(900, 900.0, 70);
    let (plain, delayed) = (Weights::new(&shares), Weights::new(&shares.clone().delayed()));
    let values = |weights: &Weights, pixel| {
        let (first, pairs) = weights.of(pixel);
        let values = pairs.as_flattened().iter().copied().enumerate();
        let counting: Vec<_> = values.filter(|(_, value)| *value != 0).collect();
        (first, counting)
    };
    for pixel in 0..plain.len() {
        let ((first, plain), (later, delayed)) = (values(&plain, pixel), values(&delayed, pixel));
        let places = |first, values: &[(usize, i16)]| -> Vec<_> {
            values.iter().map(|(at, value)| (first + at, *value)).collect()
        };
        let moved: Vec<_> = places(first, &plain)
            .iter()
            .map(|(at, value)| (at + 1, *value))
            .collect();
        assert_eq!(places(later, &delayed), moved);
    }
}

#[test]
fn a_span_holds_all_windows() {
    let weights = Weights::new(&Shares::new(1000, 1000.0, 100));
    let (first, end) = weights.span(10..26);
    assert_eq!(first, weights.of(10).0);
    assert_eq!(end, weights.of(25).0 + 2 * weights.of(25).1.len());
}
