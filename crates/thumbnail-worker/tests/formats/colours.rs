//! Colours by numbers that other programs or the standards give.

use thumbnail_worker::pipeline::Pictures;

use super::{assert_near, render, render_p3, seen};

fn middle(pictures: &Pictures) -> [u8; 3] {
    let preview = seen(&pictures.preview.bytes).into_rgb8();
    preview.get_pixel(preview.width() / 2, preview.height() / 2).0
}

/// `transicc -i p3.icc -o '*sRGB' -t 1` (Little CMS) of 200 120 60.
const P3_IN_SRGB: [u8; 3] = [213, 115, 42];

#[tokio::test]
async fn display_p3_by_profile_or_by_code_points() {
    for name in ["p3.heic", "p3.avif", "p3-codes.avif", "p3.jxl", "p3.tif"] {
        assert_near(middle(&render(name).await), P3_IN_SRGB, 4, name);
        assert_near(middle(&render_p3(name).await), [200, 120, 60], 4, name);
    }
}

/// `transicc -i cmyk.icc -o '*sRGB' -t 1 -n` (Little CMS) of 11.76 70.59 35.29 15.69 %.
#[tokio::test]
async fn ink_by_its_profile() {
    assert_near(
        middle(&render("cmyk8-profile.tif").await),
        [217, 141, 164],
        3,
        "cmyk8-profile.tif",
    );
}

/// Four greys of 10, 100, 203 and 1000 cd/m² in PQ: what is darker than paper keeps its light, what is brighter is told apart.
#[tokio::test]
async fn high_dynamic_range_fits_an_ordinary_screen() {
    for name in ["pq.heic", "pq.avif", "pq.jxl"] {
        let picture = seen(&render(name).await.preview.bytes).into_rgb8();
        let [shade, middle, paper, light] = [8, 24, 40, 56].map(|x| picture.get_pixel(x, 24).0);
        assert_near(shade, [63; 3], 4, name);
        assert_near(middle, [186; 3], 4, name);
        assert!(
            (220..242).contains(&paper[0]) && light[0] >= 250,
            "{name}: {paper:?} {light:?}"
        );
    }
}
