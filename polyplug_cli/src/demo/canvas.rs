//! Light on water: heads that shine for one frame, and trails that fade, in pixels of any fineness.

use super::grid::Rgb;

/// How much of a trail is left after one frame: it is gone to the eye after two thirds of a second.
const FADING: f32 = 0.93;

/// Brightness below this is taken for dark water by canvases without colours.
const DARK: f32 = 0.16;

/// The colour of the water at the surface and at the bottom.
const SURFACE: [f32; 3] = [0.008, 0.050, 0.080];
const BOTTOM: [f32; 3] = [0.002, 0.008, 0.028];

/// Colour channels are multiples of this, so that most cells of the screen stay as they are from one
/// frame to the next.
const COLOUR_STEP: f32 = 5.0;

/// Light, in linear red, green and blue.
pub(crate) type Light = [f32; 3];

/// A rectangle of light.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    trails: Vec<Light>,
    heads: Vec<Light>,
    seconds: f32,
    water: Water,
}

/// What the light falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Water {
    /// Blue, with slow waves.
    Blue,
    /// Black: a screen with few colours has no dark blues to make waves of.
    Black,
}

impl Canvas {
    /// A dark canvas of so many pixels.
    pub(crate) fn new(width: usize, height: usize, water: Water) -> Self {
        let dark = vec![[0.0; 3]; width * height];
        Self { width, height, trails: dark.clone(), heads: dark, seconds: 0.0, water }
    }

    /// Begins a frame: heads go out, trails fade.
    pub(crate) fn begin(&mut self, seconds: f32) {
        self.seconds = seconds;
        self.heads.fill([0.0; 3]);
        for channel in self.trails.as_flattened_mut() {
            *channel *= FADING;
        }
    }

    /// A light at a place between pixels, for this frame.
    pub(crate) fn shine(&mut self, x: f32, y: f32, light: Light) {
        splat(&mut self.heads, self.width, self.height, x, y, light);
    }

    /// A line of light that fades.
    pub(crate) fn trail(&mut self, from: (f32, f32), to: (f32, f32), light: Light) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.hypot(dy).ceil().clamp(1.0, 64.0);
        let part = light.map(|channel| channel / steps.sqrt());
        for step in 0..steps as usize {
            let at = (step as f32 + 1.0) / steps;
            let (x, y) = (from.0 + dx * at, from.1 + dy * at);
            splat(&mut self.trails, self.width, self.height, x, y, part);
        }
    }

    /// A pixel as the screen shows it.
    pub(crate) fn colour(&self, x: usize, y: usize) -> Rgb {
        let water = self.water(x, y);
        let (head, trail) = (self.heads[y * self.width + x], self.trails[y * self.width + x]);
        let channel = |index: usize| {
            let light = water[index] + trail[index] + head[index];
            // Bright light turns white softly instead of being cut.
            let shown = (1.0 - (-1.5 * light).exp()).powf(0.62) * 255.0;
            ((shown / COLOUR_STEP).round() * COLOUR_STEP).clamp(0.0, 255.0) as u8
        };
        [channel(0), channel(1), channel(2)]
    }

    /// Whether a pixel stands out from the water.
    pub(crate) fn is_lit(&self, x: usize, y: usize) -> bool {
        let (head, trail) = (self.heads[y * self.width + x], self.trails[y * self.width + x]);
        let brightest = (0..3).map(|index| head[index] + 0.6 * trail[index]).fold(0.0, f32::max);
        brightest > DARK
    }

    /// The water: dark below, with slow faint waves.
    fn water(&self, x: usize, y: usize) -> Light {
        if self.water == Water::Black {
            return [0.0; 3];
        }
        let depth = y as f32 / self.height.max(1) as f32;
        let (x, y, t) = (x as f32, y as f32, self.seconds);
        let wave = (x * 0.09 + t * 0.35).sin() * (y * 0.13 - t * 0.22 + x * 0.02).sin();
        let shade = 1.0 + 0.30 * wave * (1.0 - depth);
        std::array::from_fn(|i| (SURFACE[i] + (BOTTOM[i] - SURFACE[i]) * depth) * shade)
    }
}

/// Spreads a light over the four pixels around a place.
fn splat(pixels: &mut [Light], width: usize, height: usize, x: f32, y: f32, light: Light) {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right, bottom) = (x - left, y - top);
    let corners = [
        (0, 0, (1.0 - right) * (1.0 - bottom)),
        (1, 0, right * (1.0 - bottom)),
        (0, 1, (1.0 - right) * bottom),
        (1, 1, right * bottom),
    ];
    for (across, down, share) in corners {
        let (px, py) = (left as i64 + across, top as i64 + down);
        let inside = (0..width as i64).contains(&px) && (0..height as i64).contains(&py);
        if inside {
            let pixel = &mut pixels[py as usize * width + px as usize];
            for index in 0..3 {
                pixel[index] += light[index] * share;
            }
        }
    }
}

/// The light of a hue in degrees, at a strength.
pub(crate) fn hue(degrees: f32, strength: f32) -> Light {
    let channel = |offset: f32| {
        let at = (offset + degrees / 60.0).rem_euclid(6.0);
        let pure = 1.0 - at.min(4.0 - at).clamp(0.0, 1.0);
        // A little white makes the colours of light, not of paint.
        (0.03 + 0.97 * pure) * strength
    };
    [channel(5.0), channel(3.0), channel(1.0)]
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Water, hue};

    fn brightness(canvas: &Canvas, x: usize, y: usize) -> u32 {
        canvas.colour(x, y).iter().map(|channel| u32::from(*channel)).sum()
    }

    #[test]
    fn a_head_shines_for_one_frame_and_a_trail_fades() {
        let mut canvas = Canvas::new(8, 8, Water::Blue);
        canvas.begin(0.0);
        let dark = brightness(&canvas, 2, 2);
        canvas.shine(2.5, 2.5, [1.0; 3]);
        canvas.trail((5.5, 5.5), (5.5, 5.5), [1.0; 3]);
        assert!(canvas.is_lit(2, 2) && canvas.is_lit(5, 5) && !canvas.is_lit(0, 0));
        let fresh = brightness(&canvas, 5, 5);
        canvas.begin(0.0);
        assert_eq!(brightness(&canvas, 2, 2), dark);
        assert!(brightness(&canvas, 5, 5) < fresh);
        for _ in 0..200 {
            canvas.begin(0.0);
        }
        assert!(!canvas.is_lit(5, 5));
    }

    #[test]
    fn a_light_between_pixels_is_shared_by_them() {
        let mut canvas = Canvas::new(4, 4, Water::Blue);
        canvas.begin(0.0);
        canvas.shine(2.0, 1.5, [1.0; 3]);
        assert!(canvas.is_lit(1, 1) && canvas.is_lit(2, 1));
    }

    #[test]
    fn light_outside_of_the_canvas_is_lost() {
        let mut canvas = Canvas::new(3, 3, Water::Blue);
        for place in [-5.0, 0.0, 3.0, 1e9, f32::NAN] {
            canvas.shine(place, place, [1.0; 3]);
            canvas.trail((place, 1.0), (1.0, place), [1.0; 3]);
        }
    }

    #[test]
    fn hues_go_round_from_red_over_green_and_blue_to_red() {
        for (degrees, strongest) in [(0.0, 0), (120.0, 1), (240.0, 2), (360.0, 0), (-120.0, 2)] {
            let light = hue(degrees, 1.0);
            let top = (0..3).max_by(|a, b| light[*a].total_cmp(&light[*b])).unwrap();
            assert_eq!(top, strongest, "{degrees}: {light:?}");
        }
    }
}
