//! The demo without a person: it edits steering, breaks it, mends it, and measures what that does to
//! the running world.

use super::FRAME;
use super::folder::DemoFolder;
use super::game::{Game, News, Reload};
use super::picture::{Picture, Texts};
use super::summary::{Save, Summary};
use super::terminal;
use super::world::{Kind, World};
use crate::Verdict;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// How long frames go on after the last one was due, for saves that have not been noticed yet.
const GRACE: Duration = Duration::from_secs(5);

/// A colour so far from another that it cannot be mistaken.
const OTHER_HUE: f32 = 170.0;

/// Columns and rows of the picture at the end.
const PICTURE: (usize, usize) = (78, 22);

/// What is saved, in this order, after these shares of the frames.
const PLAN: [(f32, Edit); 3] = [(0.25, Edit::Change), (0.5, Edit::Break), (0.75, Edit::Change)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    /// Another colour for the fish.
    Change,
    /// A line that is no Lua.
    Break,
}

/// A save whose outcome is awaited.
struct Waiting {
    edit: Edit,
    saved: Instant,
    /// The shoal's mean hue that the new version would show.
    wanted: f32,
    reload: Option<Reload>,
}

struct Trial {
    file: PathBuf,
    waiting: Option<Waiting>,
    done: usize,
    boldness: f32,
    summary: Summary,
}

/// Runs so many frames in real time.
pub(crate) fn run(
    frames: u32,
    mut game: Game,
    mut world: World,
    folder: &DemoFolder,
    out: &mut dyn Write,
) -> io::Result<Verdict> {
    let file = folder.file("steering", "steering.lua");
    let original = fs::read_to_string(&file)?;
    writeln!(out, "bundles in {}", folder.path().display())?;
    let mut trial = Trial::new(file);
    let ended = trial.frames(frames, &mut game, &mut world, out);
    fs::write(&trial.file, original)?;
    let picture = ended?;
    trial.summary.card = game.card();
    write_picture(picture, &game, folder, out)?;
    trial.summary.write(out)?;
    for problem in game.problems() {
        problem.write(out)?;
    }
    Ok(trial.summary.verdict(frames))
}

impl Trial {
    fn new(file: PathBuf) -> Self {
        Self { file, waiting: None, done: 0, boldness: 0.0, summary: Summary::default() }
    }

    fn frames(
        &mut self,
        frames: u32,
        game: &mut Game,
        world: &mut World,
        out: &mut dyn Write,
    ) -> io::Result<Picture> {
        let colours = if io::stdout().is_terminal() { terminal::colours() } else { NO_COLOURS };
        let mut picture = Picture::new(PICTURE.0, PICTURE.1, colours);
        world.resize(picture.pond_width());
        let start = Instant::now();
        let frame_time = Duration::from_secs_f32(FRAME);
        let last = start + frame_time * frames + GRACE;
        let mut number = 0;
        while number < frames || (self.done < PLAN.len() && Instant::now() < last) {
            number += 1;
            let begin = Instant::now();
            let before = place(world);
            let news = game.poll();
            let incidents = game.frame(world, PICTURE.0 as u32);
            self.summary.frame(begin.elapsed(), game.cost);
            picture.expose(world, &incidents);
            self.hear(news, game, number, out)?;
            self.look(world, number, out)?;
            if place(world) == before {
                self.summary.still += 1;
            }
            self.save_what_is_due(number as f32 / frames as f32, world, number, out)?;
            let due = start + frame_time * number;
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        self.summary.took = start.elapsed();
        Ok(picture)
    }

    /// Takes notice of what the runtime tells.
    fn hear(
        &mut self,
        news: Vec<News>,
        game: &Game,
        frame: u32,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for news in news {
            let Some(waiting) = &mut self.waiting else { continue };
            match (news, waiting.edit) {
                (News::Reloaded(reload), Edit::Change) => waiting.reload = Some(reload),
                (News::Failed, Edit::Break) => {
                    writeln!(
                        out,
                        "frame {frame:>4}  the broken save was refused, the fish swim on:"
                    )?;
                    if let Some(problem) = game.problems().next() {
                        problem.write(out)?;
                    }
                    self.summary.survived += 1;
                    self.waiting = None;
                    self.done += 1;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Looks whether the fish do what was saved.
    fn look(&mut self, world: &World, frame: u32, out: &mut dyn Write) -> io::Result<()> {
        let boldness: f32 = world.of(Kind::Fish).map(|(_, fish)| fish.glow).sum();
        if boldness + 0.01 < self.boldness {
            self.summary.forgotten += 1;
        }
        self.boldness = boldness;
        let seen = mean_hue(world);
        let visible = |waiting: &mut Waiting| {
            waiting.edit == Edit::Change && (seen - waiting.wanted).abs() < 0.5
        };
        let Some(Waiting { saved, reload: Some(reload), .. }) = self.waiting.take_if(visible)
        else {
            return Ok(());
        };
        let save = Save { visible_after: saved.elapsed(), timings: reload.timings };
        writeln!(out, "frame {frame:>4}  the fish have their new colour: {save}")?;
        self.summary.saves.push(save);
        self.done += 1;
        Ok(())
    }

    /// Saves the next edit if its time has come and the one before has had its effect.
    fn save_what_is_due(
        &mut self,
        progress: f32,
        world: &World,
        frame: u32,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some((due, edit)) = PLAN.get(self.done).copied() else { return Ok(()) };
        if self.waiting.is_some() || progress < due {
            return Ok(());
        }
        let text = fs::read_to_string(&self.file)?;
        let hue = read_hue(&text).ok_or_else(|| {
            io::Error::other(format!("{} has no line `local hue = number`", self.file.display()))
        })?;
        let other = if hue > OTHER_HUE { hue - OTHER_HUE } else { hue + OTHER_HUE };
        let (value, what) = match edit {
            Edit::Change => (format!("{other}"), format!("`hue = {hue}` is now `hue = {other}`")),
            Edit::Break => (format!("{hue} = ="), "a line that is no Lua".to_owned()),
        };
        let text = with_hue(&text, &value);
        // A broken file has no number to read afterwards: mend what `Break` did.
        let text = if edit == Edit::Change { text.replace(" = =", "") } else { text };
        let saved = Instant::now();
        save(&self.file, &text)?;
        writeln!(out, "frame {frame:>4}  saved steering.lua: {what}")?;
        let wanted = mean_hue(world) + other - hue;
        self.waiting = Some(Waiting { edit, saved, wanted, reload: None });
        Ok(())
    }
}

const NO_COLOURS: super::grid::Colours = super::grid::Colours::None;

/// As editors do: a new file takes the old one's place.
fn save(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    // Closed first: a close after the rename would be one more change to wait for.
    file.into_temp_path().persist(path)?;
    Ok(())
}

const HUE: &str = "local hue";

/// The number in the line `local hue = number`.
fn read_hue(text: &str) -> Option<f32> {
    let line = text.lines().find(|line| line.starts_with(HUE))?;
    let value = line.split_once('=')?.1.trim_start();
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    value[..end].parse().ok()
}

/// The text with another value in that line.
fn with_hue(text: &str, value: &str) -> String {
    let lines = text.lines().map(|line| match line.starts_with(HUE) {
        true => format!("{HUE} = {value}\n"),
        false => format!("{line}\n"),
    });
    lines.collect()
}

/// The fish's mean colour, in degrees as steering writes them.
fn mean_hue(world: &World) -> f32 {
    let (sum, count) =
        world.of(Kind::Fish).fold((0.0, 0), |(sum, count), (_, fish)| (sum + fish.hue, count + 1));
    sum / count.max(1) as f32
}

/// A number that changes when any fish moves.
fn place(world: &World) -> f64 {
    world.of(Kind::Fish).map(|(_, fish)| f64::from(fish.x) * 3.0 + f64::from(fish.y)).sum()
}

fn write_picture(
    mut picture: Picture,
    game: &Game,
    folder: &DemoFolder,
    out: &mut dyn Write,
) -> io::Result<()> {
    let colours = if io::stdout().is_terminal() { terminal::colours() } else { NO_COLOURS };
    let texts =
        Texts { hud: &game.hud, problem: None, folder: folder.path(), foot: Default::default() };
    writeln!(out)?;
    picture.compose(&texts).write(colours, out)
}

#[cfg(test)]
mod tests {
    use super::{read_hue, with_hue};

    #[test]
    fn the_constant_is_found_and_replaced() {
        let text = "local speed = 3\nlocal hue      = 190    -- colour\nlocal x = 1\n";
        assert_eq!(read_hue(text), Some(190.0));
        let changed = with_hue(text, "20");
        assert_eq!(changed, "local speed = 3\nlocal hue = 20\nlocal x = 1\n");
        assert_eq!(read_hue(&changed), Some(20.0));
        assert_eq!(read_hue("local speed = 3\n"), None);
    }

    #[test]
    fn the_bundle_that_is_embedded_has_the_constant() {
        assert!(read_hue(include_str!("../../demo/steering/steering.lua")).is_some());
    }
}
