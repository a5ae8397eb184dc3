//! Films that are seen all around (360 degrees), or by two eyes: how their pictures are laid out.
//!
//! Both are told by Google's "Spherical Video", V1 (XML in a box of its own) and V2 (boxes of the sample entry), and by Matroska.

/// What a viewer has to know of the layout of the pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct View {
    /// How they lie on the sphere around the viewer; nothing for films that are flat.
    pub sphere: Option<Sphere>,
    /// What each eye sees; nothing where the film does not tell.
    pub eyes: Option<Eyes>,
}

/// Pictures on a sphere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sphere {
    /// How the sphere was made flat.
    pub projection: Projection,
    /// Yaw, pitch and roll of the sphere, in degrees, as fixed point of 16.16 bits.
    pub pose: [i32; 3],
}

/// How a sphere was made flat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    /// Longitude is x, latitude is y.
    Equirectangular {
        /// The shares of the sphere that are missing at the left, top, right and bottom, as fixed point of 0.32 bits.
        bounds: [u32; 4],
    },
    /// The six sides of a cube.
    Cubemap {
        /// Pixels around each side.
        padding: u32,
    },
}

impl Projection {
    /// The word of the API for it, as photos of the kind have it in their tags (`GPano:ProjectionType`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equirectangular { .. } => "EQUIRECTANGULAR",
            Self::Cubemap { .. } => "CUBEFACE",
        }
    }
}

/// What each eye sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// Both see the same.
    One,
    /// The left eye sees the upper half.
    TopBottom,
    /// The left eye sees the left half.
    LeftRight,
}
