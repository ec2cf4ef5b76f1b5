//! The demo with a person: draws every frame and tells what became of every save.

use super::FRAME;
use super::folder::DemoFolder;
use super::game::{Game, News, Reload};
use super::picture::{Picture, Texts};
use super::terminal::{self, Terminal, Wish};
use super::world::World;
use crate::Verdict;
use crate::show::duration::human;
use crate::show::happening;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// File and what to try in it.
const TIPS: [(&str, &str); 6] = [
    ("steering/steering.lua", "{gold}speed = 60{}"),
    ("steering/steering.lua", "{gold}hue = 300{} and {gold}rainbow = 360{}"),
    ("hud/hud.lua", "another {gold}title{}"),
    ("steering/steering.lua", "{gold}fear = -2{}: the shoal hunts the pikes"),
    #[cfg(not(feature = "wasm"))]
    ("score/score.lua", "{gold}points_per_crumb = 1000{}"),
    #[cfg(feature = "wasm")]
    ("score/score.wat", "{gold}(f64.const 1000){} for a crumb: this one is WebAssembly"),
    ("steering/steering.lua", "breaking a line on purpose, and undo it"),
];

/// How long a tip stays.
const TIP_TIME: f32 = 9.0;

/// How long the newest reload is shown brightly.
const NEWS_TIME: Duration = Duration::from_secs(6);

/// A picture that took longer than this is followed by a frame without one, so that a slow terminal
/// does not slow the fish.
const SLOW_PICTURE: Duration = Duration::from_millis(9);

/// A pause longer than this (a suspended machine) is not caught up with.
const LONG_PAUSE: Duration = Duration::from_millis(250);

/// What has happened so far.
struct Show {
    start: Instant,
    frames: u32,
    reloads: u32,
    failures: u32,
    newest: Option<(Instant, Reload)>,
    rate: Rate,
}

/// Runs until the person quits.
pub(crate) fn play(
    mut game: Game,
    mut world: World,
    folder: DemoFolder,
    out: &mut dyn Write,
) -> io::Result<Verdict> {
    let show = watch(&mut game, &mut world, &folder)?;
    drop(game);
    farewell(&show, folder, out)?;
    Ok(Verdict::Good)
}

/// The loop; the terminal is given back when it returns.
fn watch(game: &mut Game, world: &mut World, folder: &DemoFolder) -> io::Result<Show> {
    let colours = terminal::colours();
    let mut terminal = Terminal::enter(colours)?;
    let mut size = (0, 0);
    let mut picture = Picture::new(0, 0, colours);
    let mut show = Show::new();
    let mut due = Instant::now();
    let mut slow = false;
    loop {
        if terminal.size() != size {
            size = terminal.size();
            picture = Picture::new(size.0, size.1, colours);
            world.resize(picture.pond_width().max(1.0));
        }
        show.hear(game.poll());
        let incidents = game.frame(world, size.0 as u32);
        picture.expose(world, &incidents);
        show.rate.count();
        show.frames += 1;
        if !slow {
            let begin = Instant::now();
            let foot = [tip(world.seconds, folder), show.status(game)];
            let problem = game.problems().next();
            let texts = Texts { hud: &game.hud, problem, folder: folder.path(), foot };
            terminal.show(picture.compose(&texts))?;
            slow = begin.elapsed() > SLOW_PICTURE;
        } else {
            slow = false;
        }
        due += Duration::from_secs_f32(FRAME);
        if due + LONG_PAUSE < Instant::now() {
            due = Instant::now();
        }
        if terminal.wait_until(due)? == Wish::Quit {
            return Ok(show);
        }
    }
}

fn tip(seconds: f32, folder: &DemoFolder) -> String {
    let (file, change) = TIPS[(seconds / TIP_TIME) as usize % TIPS.len()];
    let path = folder.path().join(file);
    format!("{{sea}}edit{{}} {{white}}{}{{}} {{sea}}and save; try{{}} {change}", path.display())
}

impl Show {
    fn new() -> Self {
        let start = Instant::now();
        let rate = Rate { since: start, frames: 0, shown: 60.0 };
        Self { start, frames: 0, reloads: 0, failures: 0, newest: None, rate }
    }

    fn hear(&mut self, news: Vec<News>) {
        for news in news {
            match news {
                News::Reloaded(reload) => {
                    self.reloads += 1;
                    self.newest = Some((Instant::now(), reload));
                }
                News::Failed => self.failures += 1,
            }
        }
    }

    fn status(&self, game: &Game) -> String {
        let cost = game.cost;
        let facts = format!(
            "{{dim}}q quits  {:.0} fps  {} calls in {}{{}}",
            self.rate.shown,
            cost.calls,
            human(cost.in_calls)
        );
        let Some((at, reload)) = &self.newest else {
            return format!("{facts}  {{dim}}no reload yet{{}}");
        };
        let colour = if at.elapsed() < NEWS_TIME { "{green}" } else { "{dim}" };
        let (count, bundle) = (self.reloads, &reload.bundle);
        let (staged, committed) = (human(reload.timings.stage), human(reload.timings.commit));
        let since =
            reload.timings.since_change.map(|since| format!(", {} after the save", human(since)));
        let (since, state) = (since.unwrap_or_default(), happening::kept(reload.state));
        format!(
            "{facts}  {colour}✓ reload {count}: {bundle} staged in {staged}, committed in {committed}{since}; {state}{{}}"
        )
    }
}

fn farewell(show: &Show, folder: DemoFolder, out: &mut dyn Write) -> io::Result<()> {
    let (frames, seconds) = (show.frames, show.start.elapsed().as_secs_f64());
    let (reloads, failures) = (show.reloads, show.failures);
    writeln!(
        out,
        "{frames} frames in {seconds:.0} s, {reloads} reloads, {failures} broken saves survived."
    )?;
    let path = folder.path().to_owned();
    if folder.keep_if_edited() {
        writeln!(
            out,
            "Your pond is in {0}; `polyplug demo --dir {0}` goes on with it.",
            path.display()
        )?;
    }
    Ok(())
}

/// Frames a second, over half a second.
struct Rate {
    since: Instant,
    frames: u32,
    shown: f64,
}

impl Rate {
    fn count(&mut self) {
        self.frames += 1;
        let passed = self.since.elapsed().as_secs_f64();
        if passed > 0.5 {
            self.shown = f64::from(self.frames) / passed;
            (self.since, self.frames) = (Instant::now(), 0);
        }
    }
}
