//! A screen of cells, and the bytes that bring a terminal from one screen to the next.

use std::io::{self, Write};
use unicode_width::UnicodeWidthChar;

/// Red, green, blue.
pub(crate) type Rgb = [u8; 3];

/// One character of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// `WIDE` where a wide character to the left reaches in.
    glyph: char,
    ink: Option<Rgb>,
    paper: Option<Rgb>,
}

/// Stands where a wide character's second half is.
const WIDE: char = '\0';

const BLANK: Cell = Cell { glyph: ' ', ink: None, paper: None };

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    /// All of them.
    True,
    /// The 256 of xterm.
    Indexed,
    /// The 16 of old.
    Sixteen,
    /// None, or none wanted.
    None,
}

/// A rectangle of cells.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    cells: Vec<Cell>,
}

impl Grid {
    pub(crate) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![BLANK; columns * rows] }
    }

    /// Sets one cell; outside is nothing.
    pub(crate) fn set(
        &mut self,
        column: usize,
        row: usize,
        glyph: char,
        ink: Option<Rgb>,
        paper: Option<Rgb>,
    ) {
        if column < self.columns && row < self.rows {
            self.cells[row * self.columns + column] = Cell { glyph, ink, paper };
        }
    }

    /// Writes a text and returns the column after it. What does not fit is cut.
    pub(crate) fn text(
        &mut self,
        column: usize,
        row: usize,
        text: &str,
        ink: Option<Rgb>,
        paper: Option<Rgb>,
    ) -> usize {
        let mut at = column;
        for glyph in text.chars() {
            let width = glyph.width().unwrap_or(0);
            if width == 0 {
                continue;
            }
            if at + width > self.columns {
                break;
            }
            self.set(at, row, glyph, ink, paper);
            if width == 2 {
                self.set(at + 1, row, WIDE, ink, paper);
            }
            at += width;
        }
        at
    }

    /// Blanks a part of a row.
    pub(crate) fn clear(
        &mut self,
        columns: std::ops::Range<usize>,
        row: usize,
        paper: Option<Rgb>,
    ) {
        for column in columns {
            self.set(column, row, ' ', None, paper);
        }
    }

    /// The bytes that turn a terminal showing `before` into one showing this; all of it if there is
    /// no `before` or it had another size.
    pub(crate) fn paint(&self, before: Option<&Self>, colours: Colours, out: &mut Vec<u8>) {
        let before = before.filter(|old| (old.columns, old.rows) == (self.columns, self.rows));
        let mut pen = Pen { colours, ink: None, paper: None };
        out.extend_from_slice(b"\x1b[0m");
        for row in 0..self.rows {
            let mut cursor = None;
            for column in 0..self.columns {
                let at = row * self.columns + column;
                let cell = self.cells[at];
                if before.is_some_and(|old| old.cells[at] == cell) || cell.glyph == WIDE {
                    continue;
                }
                if cursor != Some(column) {
                    let _ = write!(out, "\x1b[{};{}H", row + 1, column + 1);
                }
                pen.draw(cell, out);
                cursor = Some(column + cell.glyph.width().unwrap_or(1));
            }
        }
        out.extend_from_slice(b"\x1b[0m");
    }

    /// Writes the rows one below the other, for a stream that is no screen.
    pub(crate) fn write(&self, colours: Colours, out: &mut dyn Write) -> io::Result<()> {
        for row in self.cells.chunks(self.columns.max(1)) {
            let mut line = Vec::new();
            let mut pen = Pen { colours, ink: None, paper: None };
            let end = match colours {
                Colours::None => {
                    row.iter().rposition(|cell| cell.glyph != ' ').map_or(0, |at| at + 1)
                }
                _ => row.len(),
            };
            for cell in row[..end].iter().filter(|cell| cell.glyph != WIDE) {
                pen.draw(*cell, &mut line);
            }
            if colours != Colours::None {
                line.extend_from_slice(b"\x1b[0m");
            }
            line.push(b'\n');
            out.write_all(&line)?;
        }
        Ok(())
    }
}

/// The colours that the terminal writes in at the moment.
struct Pen {
    colours: Colours,
    ink: Option<Rgb>,
    paper: Option<Rgb>,
}

impl Pen {
    fn draw(&mut self, cell: Cell, out: &mut Vec<u8>) {
        if self.colours != Colours::None {
            // A blank shows no ink, so it need not change.
            if cell.glyph != ' ' && cell.ink != self.ink {
                select(self.colours, 30, cell.ink, out);
                self.ink = cell.ink;
            }
            if cell.paper != self.paper {
                select(self.colours, 40, cell.paper, out);
                self.paper = cell.paper;
            }
        }
        let mut bytes = [0; 4];
        out.extend_from_slice(cell.glyph.encode_utf8(&mut bytes).as_bytes());
    }
}

/// Selects a colour; `base` is 30 for ink and 40 for paper.
fn select(colours: Colours, base: u8, colour: Option<Rgb>, out: &mut Vec<u8>) {
    let Some([red, green, blue]) = colour else {
        let _ = write!(out, "\x1b[{}m", base + 9);
        return;
    };
    let _ = match colours {
        Colours::True => write!(out, "\x1b[{};2;{red};{green};{blue}m", base + 8),
        Colours::Indexed => write!(out, "\x1b[{};5;{}m", base + 8, indexed([red, green, blue])),
        Colours::Sixteen => {
            let number = sixteen([red, green, blue]);
            let base = if number < 8 { base } else { base + 60 };
            write!(out, "\x1b[{}m", base + number % 8)
        }
        Colours::None => Ok(()),
    };
}

/// The nearest of xterm's 256 colours: its cube, or its greys where there is hardly any colour.
fn indexed(colour: Rgb) -> u8 {
    let [low, _, high] = sorted(colour);
    if high - low < 12 {
        let grey = (u32::from(low) + u32::from(high)) / 2;
        return match grey {
            0..=3 => 16,
            247.. => 231,
            grey => 232 + ((grey - 3) / 10).min(23) as u8,
        };
    }
    // The levels of the cube are 0, 95, 135, 175, 215, 255.
    let level = |channel: u8| match channel {
        0..=47 => 0,
        48..=114 => 1,
        channel => (channel - 35) / 40,
    };
    let [red, green, blue] = colour.map(level);
    16 + 36 * red + 6 * green + blue
}

/// The nearest of the 16 colours: a channel counts if it is over half of the brightest.
fn sixteen(colour: Rgb) -> u8 {
    let [_, _, high] = sorted(colour);
    if high < 48 {
        return 0;
    }
    let bit = |channel: u8, bit: u8| if u16::from(channel) * 2 > u16::from(high) { bit } else { 0 };
    let bright = if high > 160 { 8 } else { 0 };
    bright + bit(colour[0], 1) + bit(colour[1], 2) + bit(colour[2], 4)
}

fn sorted(mut colour: Rgb) -> Rgb {
    colour.sort_unstable();
    colour
}

#[cfg(test)]
mod tests {
    use super::{Colours, Grid, indexed, sixteen};

    fn painted(grid: &Grid, before: Option<&Grid>, colours: Colours) -> String {
        let mut out = Vec::new();
        grid.paint(before, colours, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_the_cells_that_changed_are_painted() {
        let before = Grid::new(5, 2);
        let mut after = before.clone();
        after.text(1, 1, "ab", Some([1, 2, 3]), None);
        assert_eq!(
            painted(&after, Some(&before), Colours::True),
            "\x1b[0m\x1b[2;2H\x1b[38;2;1;2;3mab\x1b[0m"
        );
        assert_eq!(painted(&after, Some(&after), Colours::True), "\x1b[0m\x1b[0m");
    }

    #[test]
    fn a_screen_of_another_size_is_painted_whole() {
        let grid = Grid::new(2, 1);
        let smaller = Grid::new(1, 1);
        assert_eq!(painted(&grid, Some(&smaller), Colours::None), "\x1b[0m\x1b[1;1H  \x1b[0m");
    }

    #[test]
    fn without_colours_a_picture_is_plain_text() {
        let mut grid = Grid::new(6, 2);
        grid.text(1, 0, "hi", Some([9; 3]), Some([8; 3]));
        let mut out = Vec::new();
        grid.write(Colours::None, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), " hi\n\n");
    }

    #[test]
    fn a_wide_character_takes_two_cells_and_a_text_is_cut_at_the_edge() {
        let mut grid = Grid::new(4, 1);
        assert_eq!(grid.text(0, 0, "魚ab魚", None, None), 4);
        let mut out = Vec::new();
        grid.write(Colours::None, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "魚ab\n");
    }

    #[test]
    fn colours_that_a_terminal_lacks_become_near_ones() {
        for (colour, index, basic) in [
            ([0, 0, 0], 16, 0),
            ([255, 255, 255], 231, 15),
            ([255, 0, 0], 196, 9),
            ([0, 95, 135], 24, 6),
            ([120, 120, 120], 243, 7),
        ] {
            assert_eq!((indexed(colour), sixteen(colour)), (index, basic), "{colour:?}");
        }
    }
}
