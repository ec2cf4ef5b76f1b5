//! The whole screen: hud's text, the pond, what is wrong, and what to try.

use super::FRAME;
use super::canvas::{Canvas, Light, Water, hue};
use super::grid::{Colours, Grid, Rgb};
use super::markup::{self, PLAIN};
use super::world::{HEIGHT, Incident, Kind, World};
use crate::show::problem::Problem;
use std::path::Path;

/// Rows above and below the pond.
const HUD_ROWS: usize = 1;
const FOOT_ROWS: usize = 2;

const BAR: Rgb = [10, 24, 34];
const BAD_PAPER: Rgb = [58, 12, 20];
const BAD_INK: Rgb = [255, 130, 120];
const CODE_INK: Rgb = [245, 225, 215];

const FLASH: Light = [1.1, 0.72, 0.16];
const LOSS: Light = [1.2, 0.15, 0.1];

/// The lower half of a cell is its paper, the upper half its ink.
const HALF: char = '▀';

/// The text around the pond.
pub(crate) struct Texts<'a> {
    /// What hud drew, with its colours.
    pub(crate) hud: &'a str,
    /// What is wrong, if anything is.
    pub(crate) problem: Option<&'a Problem>,
    /// The demo's folder; places are shown relative to it.
    pub(crate) folder: &'a Path,
    /// The two lines below, with colours.
    pub(crate) foot: [String; FOOT_ROWS],
}

/// The picture of the pond.
pub(crate) struct Picture {
    canvas: Canvas,
    grid: Grid,
    colours: Colours,
}

impl Picture {
    /// A picture for a screen of this size.
    pub(crate) fn new(columns: usize, rows: usize, colours: Colours) -> Self {
        let rows = rows.max(HUD_ROWS + FOOT_ROWS + 1);
        let pond = rows - HUD_ROWS - FOOT_ROWS;
        let canvas = match colours {
            // Dots are finer, but a cell of dots has one colour only.
            Colours::None => Canvas::new(columns * 2, pond * 4, Water::Black),
            Colours::True => Canvas::new(columns, pond * 2, Water::Blue),
            _ => Canvas::new(columns, pond * 2, Water::Black),
        };
        Self { canvas, grid: Grid::new(columns, rows), colours }
    }

    /// The width of a pond that fills the picture.
    pub(crate) fn pond_width(&self) -> f32 {
        let rows = self.grid.rows - HUD_ROWS - FOOT_ROWS;
        // A cell is twice as high as it is wide.
        HEIGHT * self.grid.columns as f32 / (rows * 2) as f32
    }

    /// Lets the light of one frame in. Called for every frame, also for those that are not shown.
    pub(crate) fn expose(&mut self, world: &World, incidents: &[Incident]) {
        self.canvas.begin(world.seconds);
        let scale = self.scale();
        for it in &world.creatures {
            let (x, y) = (it.x * scale, it.y * scale);
            let before = ((it.x - it.vx * FRAME) * scale, (it.y - it.vy * FRAME) * scale);
            if it.kind == Kind::Fish as u32 {
                let glow = it.glow.clamp(0.5, 4.0);
                self.canvas.trail(before, (x, y), hue(it.hue, 0.045 + 0.020 * glow));
                self.canvas.shine(x, y, hue(it.hue, 0.7 + 0.5 * glow));
            } else if it.kind == Kind::Crumb as u32 {
                let twinkle = 0.75 + 0.35 * (world.seconds * 5.0 + it.x).sin();
                self.canvas.shine(x, y, FLASH.map(|channel| channel * twinkle));
            } else {
                let speed = it.vx.hypot(it.vy).max(1e-3);
                let (dx, dy) = (it.vx / speed * scale, it.vy / speed * scale);
                for part in 0..5 {
                    let back = part as f32 * 0.8;
                    let light = hue(it.hue, 1.7 - 0.28 * part as f32);
                    self.canvas.shine(x - dx * back, y - dy * back, light);
                }
                self.canvas.trail(before, (x, y), hue(it.hue, 0.12));
            }
        }
        for incident in incidents {
            match incident {
                Incident::Ate { x, y, .. } => self.burst(x * scale, y * scale, FLASH, 0.5),
                Incident::Caught { x, y, .. } => self.burst(x * scale, y * scale, LOSS, 1.0),
            }
        }
    }

    /// A ring of light that fades.
    fn burst(&mut self, x: f32, y: f32, light: Light, size: f32) {
        let radius = (2.2 * self.scale() * (1.0 + size)).max(1.0);
        for step in 0..14 {
            let angle = step as f32 / 14.0 * std::f32::consts::TAU;
            let at = (x + angle.cos() * radius, y + angle.sin() * radius);
            self.canvas.trail(at, at, light.map(|channel| channel * 0.4));
        }
    }

    /// Puts light and texts together.
    pub(crate) fn compose(&mut self, texts: &Texts<'_>) -> &Grid {
        self.bar(0, texts.hud);
        match self.colours {
            Colours::None => self.pond_in_dots(),
            _ => self.pond_in_halves(),
        }
        if let Some(problem) = texts.problem {
            self.problem(problem, texts.folder);
        }
        for (index, line) in texts.foot.iter().enumerate() {
            self.bar(self.grid.rows - FOOT_ROWS + index, line);
        }
        &self.grid
    }

    /// Pixels for one unit of the pond.
    fn scale(&self) -> f32 {
        let rows = (self.grid.rows - HUD_ROWS - FOOT_ROWS) as f32;
        match self.colours {
            Colours::None => rows * 4.0 / HEIGHT,
            _ => rows * 2.0 / HEIGHT,
        }
    }

    fn pond_rows(&self) -> std::ops::Range<usize> {
        HUD_ROWS..self.grid.rows - FOOT_ROWS
    }

    fn bar(&mut self, row: usize, text: &str) {
        self.grid.clear(0..self.grid.columns, row, Some(BAR));
        let mut column = 1;
        for (ink, piece) in markup::pieces(text) {
            column = self.grid.text(column, row, piece, Some(ink), Some(BAR));
        }
    }

    fn pond_in_halves(&mut self) {
        for row in self.pond_rows() {
            for column in 0..self.grid.columns {
                let y = (row - HUD_ROWS) * 2;
                let upper = self.canvas.colour(column, y);
                let lower = self.canvas.colour(column, y + 1);
                let glyph = if upper == lower { ' ' } else { HALF };
                self.grid.set(column, row, glyph, Some(upper), Some(lower));
            }
        }
    }

    fn pond_in_dots(&mut self) {
        // The bits of a braille character by column and row.
        const BITS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
        for row in self.pond_rows() {
            for column in 0..self.grid.columns {
                let mut dots = 0;
                for (across, bits) in BITS.iter().enumerate() {
                    for (down, bit) in bits.iter().enumerate() {
                        let y = (row - HUD_ROWS) * 4 + down;
                        if self.canvas.is_lit(column * 2 + across, y) {
                            dots |= bit;
                        }
                    }
                }
                let glyph = char::from_u32(0x2800 + dots).filter(|_| dots > 0).unwrap_or(' ');
                self.grid.set(column, row, glyph, None, None);
            }
        }
    }

    /// A panel over the lower part of the pond.
    fn problem(&mut self, problem: &Problem, folder: &Path) {
        let lines = problem_lines(problem, folder, self.grid.columns.saturating_sub(6));
        let height = (lines.len() + 2).min(self.pond_rows().len());
        let widest = lines.iter().map(|(_, line)| line.chars().count()).max().unwrap_or(0);
        let width = (widest + 4).min(self.grid.columns.saturating_sub(2));
        let top = self.pond_rows().end - height;
        for row in top..top + height {
            self.grid.clear(1..1 + width, row, Some(BAD_PAPER));
            self.grid.set(1, row, '┃', Some(BAD_INK), Some(BAD_PAPER));
        }
        for (index, (ink, line)) in lines.iter().take(height.saturating_sub(2)).enumerate() {
            self.grid.text(3, top + 1 + index, line, Some(*ink), Some(BAD_PAPER));
        }
    }
}

/// The text of the panel: place and message, the line, and what happens meanwhile.
fn problem_lines(problem: &Problem, folder: &Path, width: usize) -> Vec<(Rgb, String)> {
    let mut lines = Vec::new();
    if let Some(excerpt) = &problem.excerpt {
        let path = excerpt.path.strip_prefix(folder).unwrap_or(&excerpt.path);
        lines.push((BAD_INK, format!("✗ {}:{}", path.display(), excerpt.line)));
    }
    lines.extend(wrapped(&problem.message, width).into_iter().take(4).map(|line| (BAD_INK, line)));
    if let Some(excerpt) = &problem.excerpt {
        let [code, marker] = excerpt.rows();
        lines.extend([(CODE_INK, code), (BAD_INK, marker)]);
    }
    lines.push((PLAIN, "the fish swim on; mend it and save, and this goes away".to_owned()));
    lines
}

/// Breaks a text at blanks into lines of at most `width` characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Picture, Texts, wrapped};
    use crate::demo::grid::Colours;
    use crate::demo::world::World;
    use crate::show::problem::Problem;
    use std::path::Path;

    fn shown(problem: Option<&Problem>, columns: usize, rows: usize) -> String {
        let mut picture = Picture::new(columns, rows, Colours::None);
        let mut world = World::new();
        world.resize(picture.pond_width());
        picture.expose(&world, &[]);
        let foot = ["edit".to_owned(), "60 fps".to_owned()];
        let texts = Texts { hud: "{gold}12{} points", problem, folder: Path::new("/x"), foot };
        let mut out = Vec::new();
        picture.compose(&texts).write(Colours::None, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_picture_has_hud_pond_and_foot() {
        let text = shown(None, 60, 20);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 20);
        assert_eq!((lines[0], lines[18], lines[19]), (" 12 points", " edit", " 60 fps"));
        let dots = text.chars().filter(|c| ('\u{2801}'..='\u{28FF}').contains(c)).count();
        assert!(dots > 40, "{text}");
    }

    #[test]
    fn a_problem_is_shown_over_the_pond() {
        let text = shown(Some(&Problem::plain("boom went the fish")), 60, 20);
        assert!(text.contains("boom went the fish"), "{text}");
    }

    #[test]
    fn a_tiny_screen_is_no_reason_to_panic() {
        for (columns, rows) in [(1, 1), (0, 0), (3, 40), (200, 2)] {
            shown(Some(&Problem::plain("boom")), columns, rows);
        }
    }

    #[test]
    fn a_long_message_is_wrapped_at_blanks() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }
}
