//! How films are laid out that are seen all around, or by two eyes (Google's "Spherical Video").
//!
//! Both versions are written: players know one or the other. V2 are boxes at the end of the sample entry; V1 is XML in a box of the track,
//! which can tell of whole spheres alone. What the original says of programs and times beside it is left out.

use safelight_video::{Eyes, Projection, Sphere, View};

use super::boxes::{Content, Tree, overwrite, u32_at};

/// The kind of the box of V1.
const V1: [u8; 16] = [
    0xff, 0xcc, 0x82, 0x63, 0xf8, 0x55, 0x4a, 0x93, 0x88, 0x14, 0x58, 0x7a, 0x02, 0x52, 0x1f, 0xdd,
];

/// Who says so.
const SOURCE: &str = "Safelight";

/// Writes it into every video track of an index; false where there is none.
pub(super) fn set(index: &mut Tree, view: &View) -> bool {
    let mut written = false;
    for track in index.all_mut(*b"trak") {
        let handler = track.content(&[b"mdia", b"hdlr"]);
        if handler.and_then(|handler| handler.get(8..12)) == Some(&b"vide"[..]) {
            written |= set_in(track, view).is_some();
        }
    }
    written
}

fn set_in(track: &mut Tree, view: &View) -> Option<()> {
    let descriptions = track.content_mut(&[b"mdia", b"minf", b"stbl", b"stsd"])?;
    append(descriptions, &v2(view))?;
    if let (Some(text), Content::Boxes(boxes)) = (v1(view), &mut track.content) {
        boxes.push(Tree::of_bytes(*b"uuid", [&V1[..], text.as_bytes()].concat()));
    }
    Some(())
}

/// Puts boxes behind those of the first sample entry.
fn append(descriptions: &mut Vec<u8>, boxes: &[u8]) -> Option<()> {
    // Behind version, flags and the number of entries.
    const FIRST: usize = 8;
    let length = usize::try_from(u32_at(descriptions, FIRST)?).ok()?;
    let end = FIRST.checked_add(length).filter(|end| *end <= descriptions.len())?;
    let longer = u32::try_from(length.checked_add(boxes.len())?).ok()?;
    overwrite(descriptions, FIRST, longer.to_be_bytes())?;
    descriptions.splice(end..end, boxes.iter().copied());
    Some(())
}

fn v2(view: &View) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(eyes) = view.eyes {
        let mode = match eyes {
            Eyes::One => 0,
            Eyes::TopBottom => 1,
            Eyes::LeftRight => 2,
        };
        bytes.extend(Tree::of_bytes(*b"st3d", vec![0, 0, 0, 0, mode]).bytes());
    }
    if let Some(sphere) = view.sphere {
        let source = [&[0; 4], SOURCE.as_bytes(), &[0]].concat();
        let sphere = Tree {
            name: *b"sv3d",
            content: Content::Boxes(vec![Tree::of_bytes(*b"svhd", source), projection(sphere)]),
        };
        bytes.extend(sphere.bytes());
    }
    bytes
}

fn projection(sphere: Sphere) -> Tree {
    let pose = sphere.pose.map(i32::to_be_bytes).concat();
    let pose = Tree::of_bytes(*b"prhd", [&[0; 4], &pose[..]].concat());
    let (name, numbers) = match sphere.projection {
        Projection::Equirectangular {
            bounds: [left, top, right, bottom],
        } => (*b"equi", vec![0, top, bottom, left, right]),
        // Version and flags, the only layout that there is, pixels.
        Projection::Cubemap { padding } => (*b"cbmp", vec![0, 0, padding]),
    };
    let data = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
    Tree {
        name: *b"proj",
        content: Content::Boxes(vec![pose, Tree::of_bytes(name, data)]),
    }
}

/// Nothing where V1 has no words for it.
fn v1(view: &View) -> Option<String> {
    let sphere = view.sphere?;
    let whole = Projection::Equirectangular { bounds: [0; 4] };
    if sphere.projection != whole || sphere.pose != [0; 3] {
        return None;
    }
    let eyes = match view.eyes {
        None | Some(Eyes::One) => "mono",
        Some(Eyes::TopBottom) => "top-bottom",
        Some(Eyes::LeftRight) => "left-right",
    };
    Some(format!(
        "<?xml version=\"1.0\"?><rdf:SphericalVideo xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns:GSpherical=\"http://ns.google.com/videos/1.0/spherical/\"><GSpherical:Spherical>true</GSpherical:Spherical>\
         <GSpherical:Stitched>true</GSpherical:Stitched><GSpherical:StitchingSoftware>{SOURCE}</GSpherical:StitchingSoftware>\
         <GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType><GSpherical:StereoMode>{eyes}</GSpherical:StereoMode>\
         </rdf:SphericalVideo>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Projection = Projection::Equirectangular { bounds: [0; 4] };

    fn view(projection: Projection, pose: [i32; 3]) -> View {
        View {
            sphere: Some(Sphere { projection, pose }),
            eyes: Some(Eyes::TopBottom),
        }
    }

    /// A track of that kind with one sample entry of four bytes.
    fn index(kind: [u8; 4]) -> Tree {
        let handler = Tree::of_bytes(*b"hdlr", [&[0; 8], &kind[..]].concat());
        let entry = [&[0; 4], &1_u32.to_be_bytes()[..], &12_u32.to_be_bytes(), b"avc1abcd"].concat();
        let table = [Tree::of_bytes(*b"stsd", entry)].map(|entry| Tree {
            name: *b"stbl",
            content: Content::Boxes(vec![entry]),
        });
        let parent = |name: &[u8; 4], boxes| Tree {
            name: *name,
            content: Content::Boxes(boxes),
        };
        let media = parent(b"mdia", vec![handler, parent(b"minf", table.to_vec())]);
        parent(b"moov", vec![parent(b"trak", vec![media])])
    }

    #[test]
    fn both_versions_are_in_the_track_and_nothing_else_changes() {
        let mut index = index(*b"vide");
        assert!(set(&mut index, &view(WHOLE, [0; 3])));
        let again = Tree::parse(&index.bytes()).unwrap();
        let entries = again.content(&[b"trak", b"mdia", b"minf", b"stbl", b"stsd"]).unwrap();
        assert_eq!(
            u32_at(entries, 8).and_then(|length| usize::try_from(length).ok()),
            Some(entries.len() - 8)
        );
        assert_eq!(entries.get(12..20), Some(&b"avc1abcd"[..]));
        assert_eq!(entries.get(20..33), Some(&b"\0\0\0\x0dst3d\0\0\0\0\x01"[..13]));
        assert!(entries.windows(4).any(|name| name == b"equi"));
        let text = again.content(&[b"trak", b"uuid"]).unwrap();
        assert!(text.starts_with(&V1) && text.ends_with(b"</rdf:SphericalVideo>"));
    }

    #[test]
    fn parts_of_a_sphere_and_cubes_are_told_by_the_second_version_alone() {
        let part = Projection::Equirectangular {
            bounds: [1 << 30, 2, 3, 4],
        };
        for view in [
            view(part, [0; 3]),
            view(WHOLE, [90 << 16, 0, 0]),
            view(Projection::Cubemap { padding: 8 }, [0; 3]),
        ] {
            assert_eq!(v1(&view), None, "{view:?}");
            assert!(v2(&view).windows(4).any(|name| name == b"sv3d"));
        }
        let bytes = v2(&view(part, [1, -2, 3]));
        let numbers = [0, 1, u32::MAX - 1, 3].map(u32::to_be_bytes).concat();
        assert!(bytes.windows(16).any(|bytes| bytes == numbers), "the pose");
        // Top, bottom, left, right.
        let numbers = [0, 2, 4, 1 << 30, 3].map(u32::to_be_bytes).concat();
        assert!(bytes.ends_with(&numbers));
    }

    #[test]
    fn what_is_no_track_of_pictures_is_left_alone() {
        let mut sound = index(*b"soun");
        assert!(!set(&mut sound, &view(WHOLE, [0; 3])));
        assert_eq!(sound, index(*b"soun"));
        let mut broken = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 99];
        assert_eq!(append(&mut broken, b"x"), None);
    }
}
