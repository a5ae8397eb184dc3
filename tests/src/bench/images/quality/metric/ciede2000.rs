//! The CIEDE2000 difference of two colours (CIE 142-2001), by the formulation of Sharma, Wu and Dalal (2005).

/// A colour by its lightness and two opponent axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lab {
    pub(super) l: f64,
    pub(super) a: f64,
    pub(super) b: f64,
}

/// The seventh power of the chroma around which the blue region is corrected.
const CHROMA_25: f64 = 6_103_515_625.0;

/// The difference with all weights at 1.
pub(super) fn ciede2000(one: Lab, two: Lab) -> f64 {
    let mean_chroma = f64::midpoint(one.a.hypot(one.b), two.a.hypot(two.b));
    // Near grey the red-green axis is stretched.
    let stretch = 1.5 - 0.5 * saturation(mean_chroma);
    let (chroma_1, hue_1) = polar(one.a * stretch, one.b);
    let (chroma_2, hue_2) = polar(two.a * stretch, two.b);

    let is_grey = chroma_1 * chroma_2 == 0.0;
    let turn = match hue_2 - hue_1 {
        _ if is_grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let lightness = two.l - one.l;
    let chroma = chroma_2 - chroma_1;
    let hue = 2.0 * (chroma_1 * chroma_2).sqrt() * (turn / 2.0).to_radians().sin();

    let mean_hue = match hue_1 + hue_2 {
        sum if is_grey => sum,
        sum if (hue_1 - hue_2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => f64::midpoint(sum, 360.0),
        sum => f64::midpoint(sum, -360.0),
    };
    let mean_chroma = f64::midpoint(chroma_1, chroma_2);
    let lightness = lightness / lightness_weight(f64::midpoint(one.l, two.l));
    let chroma = chroma / (1.0 + 0.045 * mean_chroma);
    let hue = hue / (1.0 + 0.015 * mean_chroma * hue_weight(mean_hue));
    let rotation = rotation(mean_chroma, mean_hue);
    (lightness.powi(2) + chroma.powi(2) + hue.powi(2) + rotation * chroma * hue).sqrt()
}

/// Chroma, and hue from 0 to 360 degrees; grey has hue 0.
fn polar(a: f64, b: f64) -> (f64, f64) {
    (a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
}

/// From 0 for grey to 1 for vivid colours.
fn saturation(chroma: f64) -> f64 {
    let seventh = chroma.powi(7);
    (seventh / (seventh + CHROMA_25)).sqrt()
}

fn lightness_weight(mean: f64) -> f64 {
    let from_middle = (mean - 50.0).powi(2);
    1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt()
}

fn hue_weight(mean: f64) -> f64 {
    let wave = |times: f64, shift: f64| (times * mean + shift).to_radians().cos();
    1.0 - 0.17 * wave(1.0, -30.0) + 0.24 * wave(2.0, 0.0) + 0.32 * wave(3.0, 6.0) - 0.20 * wave(4.0, -63.0)
}

/// In the blue region, differences of chroma and of hue are no longer at right angles.
fn rotation(mean_chroma: f64, mean_hue: f64) -> f64 {
    let angle = 30.0 * (-((mean_hue - 275.0) / 25.0).powi(2)).exp();
    -2.0 * saturation(mean_chroma) * (2.0 * angle).to_radians().sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs that Sharma, Wu and Dalal published to test implementations with.
    const PAIRS: [([f64; 3], [f64; 3], f64); 34] = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
        ([50.0, 2.8361, -74.0200], [50.0, 0.0, -82.7485], 3.4412),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, -1.1848, -84.8006], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, -0.9009, -85.5211], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0010], 7.1792),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0011], 7.2195),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0012], 7.2195),
        ([50.0, -0.0010, 2.4900], [50.0, 0.0009, -2.4900], 4.8045),
        ([50.0, -0.0010, 2.4900], [50.0, 0.0010, -2.4900], 4.8045),
        ([50.0, -0.0010, 2.4900], [50.0, 0.0011, -2.4900], 4.7461),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
        ([50.0, 2.5, 0.0], [56.0, -27.0, -3.0], 31.9030),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 3.2972, 0.0], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 1.8634, 0.5757], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.3350], 1.0),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
        ([61.2901, 3.7196, -5.3901], [61.4292, 2.2480, -4.9620], 1.8731),
        ([35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645),
        ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
        ([36.4612, 47.8580, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146),
        ([90.8027, -2.0831, 1.4410], [91.1528, -1.6435, 0.0447], 1.4441),
        ([90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381),
        ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ];

    #[test]
    fn the_published_pairs_come_out_as_published() {
        let lab = |[l, a, b]: [f64; 3]| Lab { l, a, b };
        for (one, two, expected) in PAIRS {
            for difference in [ciede2000(lab(one), lab(two)), ciede2000(lab(two), lab(one))] {
                assert!((difference - expected).abs() < 1e-4, "{one:?} {two:?}: {difference}");
            }
        }
    }
}
